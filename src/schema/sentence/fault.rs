//! Sentences about what others wrote, such as a tender: what is wrong there is told as a question to its author.
//!
//! Warnings only: whoever copies a tender has to copy its mistakes, and cannot mend them.

use serde::Deserialize;

use super::Saying;
use crate::amount::Amount;
use crate::diagnostic::Finding;
use crate::source::Span;

/// A law or notice that another one has replaced.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Superseded {
    old: String,
    new: String,
    /// The day since which the old one no longer holds.
    since: String,
}

impl Saying<'_> {
    fn said(&self, path: &str) -> Option<(Span, String)> {
        let (_, value) = self.find(path).into_iter().next()?;
        Some((value.span, value.text()?.to_owned()))
    }

    /// Two texts that name one thing.
    pub(super) fn same(&mut self, one: &str, other: &str) {
        let (Some((first, one)), Some((span, other))) = (self.said(one), self.said(other)) else { return };
        if one != other {
            self.findings.push(
                Finding::new("tender-differs", span).with("one", one).with("other", other).related(
                    first,
                    "first",
                    Vec::new(),
                ),
            );
        }
    }

    /// A field that has to stand in `part` too, where it stands here.
    pub(super) fn alongside(&mut self, field: &str, part: &str) {
        let Some((_, value)) = self.said(field) else { return };
        let found =
            self.find(part).into_iter().next().map(|(_, part)| (part.head(), part.get(field).is_some()));
        let Some((span, false)) = found else { return };
        self.findings.push(Finding::new("tender-unmarked", span).with("value", value));
    }

    /// Items of one key have one value.
    pub(super) fn agree(&mut self, of: &str, key: &str, value: &str) {
        let mut seen: Vec<(String, String, Span)> = Vec::new();
        let mut found = Vec::new();
        for (_, item) in self.find(of) {
            let Some((key, value)) = item.text_at(key).zip(item.get(value)) else { continue };
            let written = value.text().unwrap_or_default();
            match seen.iter().find(|(known, ..)| known == key) {
                Some((_, before, first)) if before != written => found.push(
                    Finding::new("tender-contradicts", value.span)
                        .with("key", key)
                        .with("one", before)
                        .with("other", written)
                        .related(*first, "first", Vec::new()),
                ),
                Some(_) => (),
                None => seen.push((key.to_owned(), written.to_owned(), value.span)),
            }
        }
        self.findings.extend(found);
    }

    /// None of the texts names what has been replaced.
    pub(super) fn superseded(&mut self, of: &str, by: &[Superseded]) {
        let mut found = Vec::new();
        for (_, value) in self.find(of) {
            let written = plain(value.text().unwrap_or_default());
            if let Some(law) = by.iter().find(|law| written.contains(&plain(&law.old))) {
                found.push(
                    Finding::new("tender-superseded", value.span)
                        .with("old", &law.old)
                        .with("new", &law.new)
                        .with("since", &law.since),
                );
            }
        }
        self.findings.extend(found);
    }

    /// Levels of a score fall, and none is above the points of the factor.
    pub(super) fn levels(&mut self, of: &str, most: &str) {
        let Some(most) = self.amount(most) else { return };
        let mut before: Option<Amount> = None;
        let mut found = None;
        for (_, level) in self.find(of) {
            let Some(figure) = level.amount() else { return };
            if figure > most || before.is_some_and(|before| figure >= before) {
                found = Some((level.span, figure));
                break;
            }
            before = Some(figure);
        }
        if let Some((span, level)) = found {
            self.findings.push(Finding::new("tender-levels", span).with("level", level).with("most", most));
        }
    }

    /// Parts make the whole that is printed beside them; parts without a figure leave it open.
    pub(super) fn parts(&mut self, of: &str, is: &str) {
        let Some((span, whole)) = self.placed(is) else { return };
        let parts: Option<Vec<Amount>> = self.find(of).into_iter().map(|(_, part)| part.amount()).collect();
        let Some(parts) = parts.filter(|parts| !parts.is_empty()) else { return };
        let Some(sum) = parts.into_iter().try_fold(Amount::ZERO, Amount::plus) else { return };
        if sum != whole {
            self.findings.push(Finding::new("tender-total", span).with("sum", sum).with("written", whole));
        }
    }
}

/// Without what differs between typists: kinds of brackets and spaces.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| match character {
            '[' | '［' | '(' | '（' | '【' => '〔',
            ']' | '］' | ')' | '）' | '】' => '〕',
            other => other,
        })
        .collect()
}
