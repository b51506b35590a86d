//! Code Quality of GitLab: <https://docs.gitlab.com/ci/testing/code_quality/>.

use serde::Serialize;

use super::Told;
use crate::cli::json;
use crate::diagnostic::Severity;

#[derive(Serialize)]
struct Issue<'i> {
    description: &'i str,
    check_name: &'i str,
    fingerprint: &'i str,
    severity: &'static str,
    location: Location<'i>,
}

#[derive(Serialize)]
struct Location<'i> {
    path: &'i str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

pub(super) fn gitlab(told: &Told) -> String {
    let issues: Vec<Issue> = told
        .items
        .iter()
        .map(|item| Issue {
            description: &item.message,
            check_name: item.finding.code,
            fingerprint: &item.fingerprint,
            severity: match item.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location { path: item.shown(), lines: Lines { begin: item.start.line } },
        })
        .collect();
    json::pretty(&issues)
}
