//! Findings as JSON, for programs.

use serde::Serialize;

use crate::diagnostic::{Finding, Findings, Lang, Severity};
use crate::source::{Sources, Span};
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
    let report = Report {
        findings: findings.iter().map(|finding| item(finding, sources, lang)).collect(),
        summary: Summary {
            errors: findings.count(Severity::Error),
            warnings: findings.count(Severity::Warning),
        },
    };
    let mut text = visible(&serde_json::to_string_pretty(&report).unwrap_or_default());
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
    text
}

fn item(finding: &Finding, sources: &Sources, lang: Lang) -> Item {
    Item {
        code: finding.code,
        severity: finding.severity().name(),
        place: place(finding.span, sources),
        message: finding.message(lang),
        hints: finding.hints.iter().map(|hint| finding.hint_text(hint, lang)).collect(),
        related: finding
            .related
            .iter()
            .map(|(span, note)| Related {
                place: place(*span, sources),
                message: finding.related_text(note, lang),
            })
            .collect(),
    }
}

fn place(span: Span, sources: &Sources) -> Place {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.range().start), source.position(span.range().end));
    Place {
        file: source.path.clone(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}
