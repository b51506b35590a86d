//! Findings as JSON, for programs.

use std::collections::HashMap;

use serde::Serialize;

use crate::diagnostic::{Finding, Findings, Lang, Severity};
use crate::source::{FileId, Position, Sources, Span};
use crate::text::is_unseen;

#[derive(Serialize)]
struct Report {
    findings: Vec<Item>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Item {
    code: &'static str,
    severity: &'static str,
    #[serde(flatten)]
    place: Place,
    message: String,
    hints: Vec<String>,
    related: Vec<Related>,
}

#[derive(Serialize)]
struct Related {
    #[serde(flatten)]
    place: Place,
    message: String,
}

/// Lines and columns count from 1; columns are characters; the end lies behind the last one.
#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

pub(super) fn report(findings: &Findings, sources: &Sources, lang: Lang) -> String {
    let mut places = Places::new(sources);
    let report = Report {
        findings: findings.iter().map(|finding| item(finding, &mut places, lang)).collect(),
        summary: Summary {
            errors: findings.count(Severity::Error),
            warnings: findings.count(Severity::Warning),
        },
    };
    pretty(&report)
}

/// JSON for people and programs, a line for each member.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut text = visible(&serde_json::to_string_pretty(value).unwrap_or_default());
    text.push('\n');
    text
}

/// The same JSON with `\u009B` for characters that a terminal obeys or nobody sees. They stand in strings only.
fn visible(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if is_unseen(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04X}"));
            }
        } else {
            text.push(character);
        }
    }
    // A command to runners of CI, wherever it stands in a line.
    text.replace("##[", "#\\u0023[")
}

fn item(finding: &Finding, places: &mut Places, lang: Lang) -> Item {
    Item {
        code: finding.code,
        severity: finding.severity().name(),
        place: places.place(finding.span),
        message: finding.message(lang),
        hints: finding.hints.iter().map(|hint| finding.hint_text(hint, lang)).collect(),
        related: finding
            .related
            .iter()
            .map(|(span, note)| Related {
                place: places.place(*span),
                message: finding.related_text(note, lang),
            })
            .collect(),
    }
}

/// Turns spans into places. Findings come in the order of their places, so each is counted from the one before:
/// a hostile file can have more findings than there is time to count lines from its beginning.
pub(super) struct Places<'s> {
    sources: &'s Sources,
    known: HashMap<FileId, (usize, Position)>,
}

impl<'s> Places<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self { sources, known: HashMap::new() }
    }

    /// Where a place begins, and behind what it ends.
    pub(super) fn positions(&mut self, span: Span) -> (Position, Position) {
        let source = self.sources.get(span.file);
        let beginning = (0, Position { line: 1, column: 1 });
        let known = self.known.get(&span.file).filter(|(at, _)| *at <= span.range().start);
        let start = source.position_after(*known.unwrap_or(&beginning), span.range().start);
        let (_, end) = source.position_after(start, span.range().end);
        self.known.insert(span.file, start);
        (start.1, end)
    }

    fn place(&mut self, span: Span) -> Place {
        let (start, end) = self.positions(span);
        Place {
            file: self.sources.path(span.file).to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}
