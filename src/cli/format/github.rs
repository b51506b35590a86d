//! Workflow commands of GitHub Actions, which make annotations: <https://docs.github.com/actions/reference/workflow-commands>.
//!
//! GitHub shows ten of a severity in a step and drops the others without a word. So the worst nine are told, and how many more
//! there are.

use super::{Item, Told, worst_first};
use crate::cli::show::harmless;
use crate::cli::words;
use crate::diagnostic::Severity;

/// Annotations of one severity.
const MOST: usize = 9;

pub(super) fn github(told: &Told) -> String {
    let mut text = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let items: Vec<&Item> =
            worst_first(told).into_iter().filter(|item| item.severity == severity).collect();
        let command = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        for item in items.iter().take(MOST) {
            text.push_str(&annotation(command, item));
        }
        if items.len() > MOST {
            let more = words::more(items.len() - MOST, severity, told.lang);
            text.push_str(&format!("::{command}::{}\n", data(&more)));
        }
    }
    text
}

fn annotation(command: &str, item: &Item) -> String {
    let mut properties = vec![format!("title={}", property(item.finding.code))];
    if let Some(path) = &item.path {
        properties.push(format!("file={}", property(path)));
        properties.push(format!("line={}", item.start.line));
        if item.end.line == item.start.line {
            properties.push(format!("col={}", item.start.column));
            // The column of the last character, not the one behind it.
            properties.push(format!("endColumn={}", (item.end.column - 1).max(item.start.column)));
        } else {
            properties.push(format!("endLine={}", item.end.line));
        }
    }
    format!("::{command} {}::{}\n", properties.join(","), data(&item.message))
}

/// Text as text: whatever could end the line and begin another command is written out.
fn data(text: &str) -> String {
    harmless(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
