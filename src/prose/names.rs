//! Says which name of an expression is not among the facts, and which names would be.

use std::ops::Range;

use serde_json::Value as Json;

use super::token::{self, Kind, Token};

/// A name that stands for nothing.
#[derive(Debug)]
pub(super) struct Unknown<'f> {
    pub name: String,
    pub range: Range<usize>,
    /// What the name was looked up in; the facts themselves for the first name of a path.
    pub parent: &'f Json,
}

/// A filter that an expression applies, with the names of its arguments.
#[derive(Debug)]
pub(super) struct Applied<'t> {
    pub name: &'t str,
    pub range: Range<usize>,
    pub arguments: Vec<(&'t str, Range<usize>)>,
}

const KEYWORDS: &[&str] = &[
    "and", "or", "not", "in", "is", "if", "else", "for", "true", "false", "True", "False", "none", "None",
    "null",
];

/// One expression, seen as the names that it uses.
pub(super) struct Names<'t> {
    text: &'t str,
    tokens: Vec<Token>,
}

impl<'t> Names<'t> {
    /// Of the part of `text` between the braces.
    pub fn new(text: &'t str, range: Range<usize>) -> Self {
        Self { text, tokens: token::tokens(text, range) }
    }

    /// The first name that the facts do not have. Only paths that are written out can be judged; those with
    /// `?.`, those that are given a default and those that are asked whether they are defined may be absent.
    pub fn unknown<'f>(&self, facts: &'f Json) -> Option<Unknown<'f>> {
        let bound = self.bound();
        (0..self.tokens.len())
            .filter(|at| self.begins_path(*at) && !bound.contains(&self.word(*at)))
            .find_map(|at| self.missing(at, facts))
    }

    /// The first word that is called like a function: prose has none.
    pub fn called(&self) -> Option<(&'t str, Range<usize>)> {
        let calls = |at: &usize| {
            self.is_free(*at) && self.sign(at + 1) == Some(b'(') && !KEYWORDS.contains(&self.word(*at))
        };
        let at = (0..self.tokens.len()).find(calls)?;
        Some((self.word(at), self.tokens[at].range.clone()))
    }

    /// The filters in the order in which they are applied.
    pub fn filters(&self) -> Vec<Applied<'t>> {
        (1..self.tokens.len())
            .filter(|at| self.is_word(*at) && self.sign(at - 1) == Some(b'|'))
            .map(|at| Applied {
                name: self.word(at),
                range: self.tokens[at].range.clone(),
                arguments: self.arguments(at + 1),
            })
            .collect()
    }

    /// The names of the arguments in the parentheses that open at `open`, if they do.
    fn arguments(&self, open: usize) -> Vec<(&'t str, Range<usize>)> {
        let mut found = Vec::new();
        if self.sign(open) != Some(b'(') {
            return found;
        }
        let mut depth = 0usize;
        for (at, token) in self.tokens.iter().enumerate().skip(open) {
            match token.kind {
                Kind::Sign(b'(' | b'[' | b'{') => depth += 1,
                Kind::Sign(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
                Kind::Word if depth == 1 && self.is_argument(at) => {
                    found.push((self.word(at), token.range.clone()));
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        found
    }

    /// The words that a comprehension binds: `n` in `[n.name for n in team]`.
    fn bound(&self) -> Vec<&'t str> {
        let mut names = Vec::new();
        for at in (0..self.tokens.len()).filter(|at| self.word(*at) == "for") {
            names
                .extend((at + 1..self.tokens.len()).map(|at| self.word(at)).take_while(|word| *word != "in"));
        }
        names
    }

    /// Looks up the path that begins at `start`, as far as it is written out.
    fn missing<'f>(&self, start: usize, facts: &'f Json) -> Option<Unknown<'f>> {
        let (steps, end) = self.path(start);
        let may_be_absent = self.word(end) == "is"
            || self.sign(end) == Some(b'?')
            || self.sign(end) == Some(b'|') && self.word(end + 1) == "default";
        if may_be_absent {
            return None;
        }
        let mut parent = facts;
        for (name, range) in steps {
            let child = match (parent, name.parse::<usize>()) {
                (Json::Array(items), Ok(index)) => items.get(index),
                _ => parent.get(name),
            };
            match child {
                Some(child) => parent = child,
                None => return Some(Unknown { name: name.to_owned(), range, parent }),
            }
        }
        None
    }

    /// The steps of a path (`a`, `.name`, `["name"]`, `[0]`) and the token after it.
    fn path(&self, start: usize) -> (Vec<(&'t str, Range<usize>)>, usize) {
        let mut steps = vec![(self.word(start), self.tokens[start].range.clone())];
        let mut at = start + 1;
        loop {
            let Some(name) = self.tokens.get(at + 1) else { return (steps, at) };
            let written = &self.text[name.range.clone()];
            let closes = self.sign(at + 2) == Some(b']');
            match (self.sign(at), name.kind) {
                (Some(b'.'), Kind::Word) => {
                    steps.push((written, name.range.clone()));
                    at += 2;
                }
                (Some(b'['), Kind::Number) if closes => {
                    steps.push((written, name.range.clone()));
                    at += 3;
                }
                (Some(b'['), Kind::Text) if closes && written.len() >= 2 => {
                    steps.push((&written[1..written.len() - 1], name.range.clone()));
                    at += 3;
                }
                _ => return (steps, at),
            }
        }
    }

    fn begins_path(&self, at: usize) -> bool {
        self.is_free(at)
            && !KEYWORDS.contains(&self.word(at))
            && !matches!(self.sign(at + 1), Some(b'(' | b':'))
            && !self.is_argument(at)
    }

    /// True for a word that is no field, no filter and no test.
    fn is_free(&self, at: usize) -> bool {
        let before = at.checked_sub(1);
        let after_sign = before.is_some_and(|before| matches!(self.sign(before), Some(b'|' | b'.')));
        let word_before = |back: usize| at.checked_sub(back).map_or("", |before| self.word(before));
        let is_test = word_before(1) == "is" || word_before(1) == "not" && word_before(2) == "is";
        self.is_word(at) && !after_sign && !is_test
    }

    fn is_argument(&self, at: usize) -> bool {
        self.is_word(at)
            && self.sign(at + 1) == Some(b'=')
            && self.sign(at + 2) != Some(b'=')
            && at.checked_sub(1).is_some_and(|before| matches!(self.sign(before), Some(b'(' | b',')))
    }

    fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word)
    }

    /// The word at `at`; empty for anything else.
    fn word(&self, at: usize) -> &'t str {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word);
        token.map_or("", |token| &self.text[token.range.clone()])
    }

    fn sign(&self, at: usize) -> Option<u8> {
        match self.tokens.get(at)?.kind {
            Kind::Sign(sign) => Some(sign),
            _ => None,
        }
    }
}

/// The known name that was most likely meant; the first in alphabetical order among equals.
pub(super) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let far = (name.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn unknown(text: &str) -> Option<String> {
        let facts = json!({"project": {"name": "x", "team": [{"name": "y"}]}, "team": ["a"]});
        let names = Names::new(text, 0..text.len());
        names.unknown(&facts).map(|unknown| format!("{}@{:?}", unknown.name, unknown.range))
    }

    #[test]
    fn the_first_unknown_name_is_found_with_its_place() {
        for (text, expected) in [
            ("projct.name", "projct@0..6"),
            ("project.nmae | money", "nmae@8..12"),
            ("project.team[0].nme", "nme@16..19"),
            ("project.team[1].name", "1@13..14"),
            ("project[\"x\"].name", "x@8..11"),
            ("project.name ~ nothing", "nothing@15..22"),
            ("project.name.x", "x@13..14"),
            ("project.name | replace(from=x, to='y')", "x@28..29"),
            ("[m.nme for m in teams] | join(sep='、')", "teams@16..21"),
        ] {
            assert_eq!(unknown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn names_that_are_known_or_may_be_absent_are_not_found() {
        for text in [
            "project.name",
            "project.team[0].name | upper",
            "project.nmae | default(value='x')",
            "project.x is defined",
            "nothing?.x",
            "[m for m in project.team]",
            "'projct.name'",
            "not true and 1 in team",
            "project.name if team else 'x'",
            "\"a\" | replace(from='b', to='c')",
        ] {
            assert_eq!(unknown(text), None, "{text}");
        }
    }

    #[test]
    fn filters_and_calls_are_found() {
        let text = "a | money(symbol=x | y, b=(c=1)) | z";
        let names = Names::new(text, 0..text.len());
        let found: Vec<_> = names
            .filters()
            .into_iter()
            .map(|filter| {
                (filter.name, filter.arguments.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(found, [("money", vec!["symbol", "b"]), ("y", vec![]), ("z", vec![])]);
        assert_eq!(names.called(), None);

        let called = |text: &str| Names::new(text, 0..text.len()).called().map(|(name, _)| name.to_owned());
        assert_eq!(called("range(end=3)").as_deref(), Some("range"));
        assert_eq!(called("a is containing(pat='x') and (b or not (c))"), None);
    }

    #[test]
    fn the_nearest_name_must_be_near() {
        assert_eq!(nearest("nmae", ["name", "number"]), Some("name"));
        assert_eq!(nearest("xyz", ["name", "number"]), None);
        assert_eq!(nearest("moeny", ["money", "wan"]), Some("money"));
    }
}
