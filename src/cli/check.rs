//! `bidwright check`: reads and reports. Never writes.

use super::args::Check;
use super::choice::Choice;
use super::surroundings::Surroundings;
use super::{Opened, format, locked, open_at, show, words};
use crate::calendar::Day;
use crate::diagnostic::{Lang, Severity};
use crate::disk::{self, Failure};

pub(super) fn run(command: &Check, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let Some(first) = command.paths.first() else { return Ok(super::CLEAN) };
    let at = match command.at.as_deref().map(|text| (text, Day::parse(text))) {
        Some((text, None)) => {
            show::tell(&words::no_day(text, lang.or(surroundings.lang).unwrap_or_default()));
            return Ok(super::FAILED);
        }
        Some((_, day)) => day,
        None => None,
    };
    let mut opened = open_at(first, at, lang, surroundings)?;
    if command.locked {
        locked::numbers(&mut opened);
    }
    narrow(&mut opened, command)?;
    match Choice::of(&opened, command.changed_since.as_deref(), command.shard) {
        Ok(choice) => choice.narrow(&mut opened),
        Err(message) => {
            show::tell(&message);
            return Ok(super::FAILED);
        }
    }
    if command.quiet {
        opened.findings.retain(|finding| finding.severity() > Severity::Info);
    }
    let code = opened.code(opened.workspace.configuration.fail_on);
    format::write(&opened, &command.reports)?;
    match command.format {
        format::Name::Human => {
            let printer = opened.printer(surroundings);
            printer.findings(&opened.findings, command.limit);
            if !command.quiet {
                printer.summary(&opened.findings, opened.workspace.documents.len());
                if let Some(words) = words::unproved(opened.proof, opened.lang) {
                    show::tell(words);
                }
            }
        }
        other => format::print(&opened, other),
    }
    Ok(code)
}

/// Keeps the findings of the paths that were named. The whole workspace was read all the same: what is wrong
/// in one document may lie in another.
fn narrow(opened: &mut Opened, command: &Check) -> Result<(), Failure> {
    let mut prefixes = Vec::new();
    for path in &command.paths {
        let below = disk::below(&opened.root, path);
        prefixes.push(below.ok_or_else(|| Failure::Missing(path.clone()))?);
    }
    let sources = &opened.workspace.sources;
    opened.findings.retain(|finding| {
        let path = sources.path(finding.span.file);
        prefixes.iter().any(|prefix| {
            prefix.is_empty()
                || path == prefix
                || path.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    });
    Ok(())
}
