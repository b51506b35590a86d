//! `bidwright revise`: records a version of a document.

use std::path::Path;

use super::args::Revise;
use super::desk::{self, Desk};
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, FINDINGS, show, words};
use crate::diagnostic::Lang;
use crate::disk::{Failure, Published};
use crate::register::{Matter, Step};
use crate::registrar::following;
use crate::workspace::content;

pub(super) fn run(command: &Revise, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let opened =
        Desk::open(Path::new("."), command.person.as_deref(), command.date.as_deref(), lang, surroundings)?;
    let refuse = |words: &str, code| {
        show::tell(words);
        Ok(code)
    };
    let desk = match opened {
        Ok(desk) => desk,
        Err(words) => return refuse(&words, FAILED),
    };
    let lang = desk.opened.lang;
    desk.sweep();
    let (document, record) = match desk.opened.meant(&command.id) {
        Ok(meant) => meant,
        Err(words) => return refuse(&words, FAILED),
    };
    let summary = match desk::line(&command.summary, lang) {
        Ok(summary) => summary,
        Err(words) => return refuse(&words, FAILED),
    };
    if summary.is_empty() {
        return refuse(words::no_summary(lang), FAILED);
    }
    let content = content(&desk.opened.workspace, document);
    let number = &record.entry.number;
    let latest = record.latest();
    if let Some((version, recorded)) = latest
        && recorded == content
    {
        return refuse(&words::unchanged(number, version, lang), CLEAN);
    }
    let step = if command.major { Step::Major } else { Step::Minor };
    let version = following(latest.map(|(version, _)| version), step);
    let matter = Matter::Version { version, summary, content };
    match desk.registrar().add(&record.number, &document.id, matter)? {
        Published::New => {
            show::line(&format!("{number}  {version}  {}", document.id));
            Ok(CLEAN)
        }
        Published::Taken => refuse(&words::overtaken(number, lang), FINDINGS),
    }
}
