//! JUnit XML as GitLab, Jenkins and others read it: a suite for each file, a failure for each finding that fails the run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Item, Told};

pub(super) fn junit(told: &Told) -> String {
    let mut files: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &told.items {
        files.entry(item.shown()).or_default().push(item);
    }
    let fails = |item: &&&Item| item.severity >= told.fail_on;
    let failures = told.items.iter().filter(|item| fails(&item)).count();
    // A run that finds nothing is one test that passes, or it would look as if nothing had been run.
    let tests = told.items.len().max(1);
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(text, "<testsuites name=\"bidwright\" tests=\"{tests}\" failures=\"{failures}\">");
    if files.is_empty() {
        text.push_str("  <testsuite name=\"bidwright\" tests=\"1\" failures=\"0\">\n");
        text.push_str("    <testcase name=\"check\" classname=\"bidwright\"/>\n  </testsuite>\n");
    }
    for (file, items) in files {
        let failures = items.iter().filter(fails).count();
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">",
            escaped(file),
            items.len()
        );
        for item in items {
            let (line, column) = (item.start.line, item.start.column);
            let name = escaped(&format!("{} {line}:{column}", item.finding.code));
            let _ = write!(text, "    <testcase name=\"{name}\" classname=\"{}\"", escaped(file));
            let message = escaped(&item.message);
            let place = escaped(&format!("{file}:{line}:{column}"));
            let _ = match fails(&&item) {
                true => writeln!(
                    text,
                    ">\n      <failure message=\"{message}\" type=\"{}\">{place}</failure>\n    </testcase>",
                    item.finding.code
                ),
                false => writeln!(
                    text,
                    ">\n      <system-out>{place}: {} {message}</system-out>\n    </testcase>",
                    item.severity.name()
                ),
            };
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

/// Text as text, without the characters that XML cannot hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' | '\r' => out.push(' '),
            character if character.is_control() || crate::text::is_unseen(character) => out.push('\u{FFFD}'),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            // `##[` is a command to runners of CI.
            '[' => out.push_str("&#91;"),
            character => out.push(character),
        }
    }
    out
}
