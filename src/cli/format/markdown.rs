//! A summary in Markdown, for the page of a CI run or a comment: counts, then a table, the worst first.

use std::fmt::Write as _;

use super::{Told, worst_first};
use crate::cli::words;
use crate::diagnostic::Severity;
use crate::diff::markdown_text;

/// GitHub takes 1 MiB in a summary and 65,536 characters in a comment; this fits both.
const MOST: usize = 60_000;

pub(super) fn markdown(told: &Told) -> String {
    let count = |severity: Severity| told.items.iter().filter(|item| item.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let mut text =
        format!("## Bidwright\n\n{}\n", words::summary(told.documents, errors, warnings, told.lang));
    if told.items.is_empty() {
        return text;
    }
    let [level, place, problem] = words::columns(told.lang);
    let _ = writeln!(text, "\n| {level} | {place} | {problem} |\n|---|---|---|");
    let items = worst_first(told);
    for (at, item) in items.iter().enumerate() {
        let row = format!(
            "| {} | {} | **{}** {} |\n",
            words::level(item.severity, told.lang),
            markdown_text(&format!("{}:{}", item.shown(), item.start.line)),
            item.finding.code,
            markdown_text(&item.message)
        );
        if text.len() + row.len() > MOST {
            let _ = writeln!(text, "\n{}", words::cut(items.len() - at, told.lang));
            break;
        }
        text.push_str(&row);
    }
    text
}
