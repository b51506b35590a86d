//! Owns prose: Markdown with expressions over the facts of a project becomes Typst code, with a map back to
//! the text.
//!
//! The way of a text: expressions are found and each is replaced by one private-use character, so that no
//! value is ever read as Markdown; emphasis beside Chinese punctuation is mended; the parser makes events;
//! the events become calls of the functions of `/templates/house/md.typ`, in which text stands in string
//! literals only. Expressions in code spans and code blocks stay as they were written: code is shown, not
//! computed.
//!
//! Never reads a file: images are looked up by the caller.

mod blocks;
mod edited;
mod emit;
mod emphasis;
mod expression;
mod facts;
mod figures;
mod letters;
mod literal;
mod lost;
mod map;
mod markdown;
mod names;
#[cfg(test)]
mod tests;
mod token;

use std::ops::Range;

pub use self::blocks::{Block, Shape, blocks};
use self::edited::Edited;
use self::emit::Emitter;
use self::expression::{Expressions, Found};
pub use self::facts::Facts;
use self::letters::MARK;
pub use self::map::SourceMap;
use self::markdown::Parsed;
use crate::diagnostic::{Finding, Findings};
use crate::source::Span;

/// Knows where a text stands in the user's file: a file of its own, or a block scalar in a YAML file.
pub trait Places {
    /// The place of a range of bytes of the text. Asked for every part of a text, so it should not walk the
    /// file.
    fn span(&self, range: Range<usize>) -> Span;
}

/// A text that is ready to be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// A Typst file for `include`.
    pub code: String,
    /// From ranges of [`code`](Self::code) to places in the user's file.
    pub map: SourceMap,
    /// The anchors of the headings, in order, each once.
    pub anchors: Vec<(String, Span)>,
    /// The anchors that links of the text lead to; they may stand in another text.
    pub links: Vec<(String, Span)>,
    pub headings: Vec<Heading>,
    /// What its expressions have put into it, in order: what it says without having written it.
    pub said: Vec<String>,
}

/// A heading of a text. Level 1 is the first level below the place where the text is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub level: u8,
    pub id: Option<String>,
    pub text: String,
    pub span: Span,
}

/// Sets a text. `image` resolves the path of an image as written to a virtual path (`/files/…`), or raises
/// its own finding and returns none; the description of the image is set in its place then.
pub fn set(
    text: &str,
    places: &dyn Places,
    facts: &Facts,
    image: &mut dyn FnMut(&str, Span) -> Option<String>,
    findings: &mut Findings,
) -> Prose {
    let cleaned = clean(text, places, findings);
    let text = cleaned.text.as_str();
    let places = &Behind { edited: &cleaned, places };
    let prepared = prepare(text, places, findings);
    let expressions = Expressions::new(text, prepared.expressions, facts, places);
    let (mended, runs) = emphasis::mend(&prepared.edited.text);
    let page =
        Page { parsed: Parsed::new(&mended.text), prepared: &prepared.edited, mended: &mended, places };
    report_hidden(&prepared.in_code, &page, text, findings);
    lost::examine(&page, &runs, &expressions, findings);
    let mut emitter = Emitter::new(&page, expressions, image, findings);
    let said = emitter.emit();
    let Emitter { out, map, anchors, links, headings, .. } = emitter;
    Prose { code: out, map, anchors, links, headings, said }
}

/// A parsed text with the way back to what its author wrote.
struct Page<'a> {
    parsed: Parsed<'a>,
    prepared: &'a Edited,
    mended: &'a Edited,
    places: &'a dyn Places,
}

impl Page<'_> {
    /// The range of the author's text behind a range of the parsed text.
    fn origin(&self, range: Range<usize>) -> Range<usize> {
        self.prepared.origin(self.mended.origin(range))
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.places.span(self.origin(range))
    }

    /// The last place of `words` within a range; the range itself where they were written otherwise.
    fn within(&self, range: &Range<usize>, words: &str) -> Range<usize> {
        let found = self.parsed.slice(range).rfind(words).filter(|_| !words.is_empty());
        found.map_or(range.clone(), |at| range.start + at..range.start + at + words.len())
    }

    /// Parsed text as its author wrote it: with expressions instead of their stand-ins.
    fn written(&self, text: &str, expressions: &Expressions) -> String {
        restore(text, |index| expressions.written(index))
    }

    /// The same for code, which shows its expressions instead of their values.
    fn shown(&self, text: &str, expressions: &mut Expressions) -> String {
        restore(text, |index| expressions.shown(index))
    }
}

fn restore<'w>(text: &str, mut written: impl FnMut(usize) -> &'w str) -> String {
    let mut restored = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| *letter != MARK) {
        match letters::stands_for(letter) {
            Some(index) => restored.push_str(written(index)),
            None => restored.push(letter),
        }
    }
    restored
}

/// The places of a text that was made from another.
struct Behind<'a> {
    edited: &'a Edited,
    places: &'a dyn Places,
}

impl Places for Behind<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        self.places.span(self.edited.origin(range))
    }
}

/// A text without characters that no page can show, or that this module uses itself. Carriage returns go as
/// well.
fn clean(text: &str, places: &dyn Places, findings: &mut Findings) -> Edited {
    let mut cleaned = Edited::default();
    let mut copied = 0;
    let mut reserved: Option<Range<usize>> = None;
    let mut report = |range: Option<Range<usize>>| {
        findings.extend(range.map(|range| Finding::new("character-private", places.span(range))));
    };
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        if letters::is_reserved(letter) {
            match &mut reserved {
                Some(run) if run.end == at => run.end = end,
                _ => report(reserved.replace(at..end)),
            }
        } else if !letters::is_invisible(letter) {
            continue;
        }
        cleaned.copy(&text[copied..at], copied);
        copied = end;
    }
    report(reserved);
    cleaned.copy(&text[copied..], copied);
    cleaned
}

/// A text with stand-ins for its expressions.
struct Prepared {
    edited: Edited,
    /// Where each expression stands in the text before, in the order of their stand-ins.
    expressions: Vec<Range<usize>>,
    /// Braces that were left alone because they stand in code.
    in_code: Vec<Range<usize>>,
}

fn prepare(text: &str, places: &dyn Places, findings: &mut Findings) -> Prepared {
    let has_syntax = ["{{", "{%", "{#"].iter().any(|braces| text.contains(braces));
    let code = if has_syntax { markdown::code_ranges(text) } else { Vec::new() };
    let mut prepared = Prepared { edited: Edited::default(), expressions: Vec::new(), in_code: Vec::new() };
    let mut copied = 0;
    let invalid = |range: Range<usize>, hint: &'static str| {
        let written = expression::brief(&text[range.clone()]);
        Finding::new("expression-invalid", places.span(range))
            .with("expression", written)
            .hint(hint, Vec::new())
    };
    for found in expression::find(text, &code) {
        match found {
            Found::Expression(range) => match letters::stand_in(prepared.expressions.len()) {
                Some(letter) => {
                    prepared.edited.copy(&text[copied..range.start], copied);
                    copied = range.end;
                    prepared.edited.put(letter, range.clone());
                    prepared.expressions.push(range);
                }
                None => findings.push(invalid(range, "many")),
            },
            Found::Unclosed(range) => findings.push(invalid(range, "unclosed")),
            Found::Statement(range) => {
                let written = expression::brief(&text[range.clone()]);
                findings.push(
                    Finding::new("expression-statement", places.span(range)).with("statement", written),
                );
            }
            Found::InCode(range) => prepared.in_code.push(range),
        }
    }
    prepared.edited.copy(&text[copied..], copied);
    prepared
}

/// Braces that stood in code at first sight, but not once the expressions were taken out: a backtick in an
/// expression can pair with one behind it. They are printed as they are, so their author has to know.
fn report_hidden(in_code: &[Range<usize>], page: &Page, text: &str, findings: &mut Findings) {
    if in_code.is_empty() {
        return;
    }
    let code: Vec<_> =
        markdown::code(&page.parsed.events).into_iter().map(|range| page.origin(range)).collect();
    for range in in_code {
        let after = code.partition_point(|code| code.end <= range.start);
        if code.get(after).is_none_or(|code| code.start > range.start) {
            let finding = Finding::new("expression-invalid", page.places.span(range.clone()))
                .with("expression", &text[range.clone()])
                .hint("backtick", Vec::new());
            findings.push(finding);
        }
    }
}
