//! `bidwright approve`: writes down that somebody approves or rejects the latest version of a document.

use std::path::Path;

use super::args::Approve;
use super::desk::{self, Desk};
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, FINDINGS, show, words};
use crate::diagnostic::Lang;
use crate::disk::{Failure, Published};
use crate::register::{Approval, Matter, Standing, Verdict, Wish, admit};
use crate::workspace::content;

pub(super) fn run(command: &Approve, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
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
    let workspace = &desk.opened.workspace;
    let policy = &workspace.configuration.policy;
    let chain = workspace.chain(document);
    let content = content(workspace, document);
    let standing = Standing::new(record, chain, &content);
    let opinion = match command.opinion.as_deref().map(|text| desk::line(text, lang)).transpose() {
        Ok(opinion) => opinion.filter(|opinion| !opinion.is_empty()),
        Err(words) => return refuse(&words, FAILED),
    };
    let verdict = if command.reject { Verdict::Rejected } else { Verdict::Approved };
    let wish = Wish {
        step: command.step.as_deref(),
        person: &desk.person,
        verdict,
        opinion: opinion.as_deref(),
        author: document.author.as_deref(),
    };
    let number = &record.entry.number;
    let (step, role) = match admit(&standing, chain, policy, &wish) {
        Ok(admitted) => admitted,
        Err(refusal) => return refuse(&words::refusal(number, &refusal, policy, lang), FINDINGS),
    };
    let version = standing.version.expect("nobody is admitted without a version");
    let round = record.round(version, &step.name);
    let approval = Approval { version, step: step.name.clone(), round, role, verdict, opinion, content };
    match desk.registrar().add(&record.number, &document.id, Matter::Approval(approval))? {
        Published::New => {
            show::line(&words::decided(number, version, &step.title, &desk.person, verdict, lang));
            Ok(CLEAN)
        }
        Published::Taken => refuse(&words::overtaken(number, lang), FINDINGS),
    }
}
