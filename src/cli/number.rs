//! `bidwright number`: gives documents their numbers, voids numbers, settles what two branches have taken.

use std::cell::RefCell;
use std::path::Path;

use super::args::Number;
use super::desk::{self, Desk};
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, FINDINGS, show, words};
use crate::diagnostic::Lang;
use crate::disk::{Failure, Published};
use crate::git::Claim;
use crate::register::{FOLDER, Matter, Number as Parts};
use crate::registrar::{self, Given};

pub(super) fn run(command: &Number, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let first = command.paths.first().map_or(Path::new("."), |path| path);
    let desk =
        match Desk::open(first, command.person.as_deref(), command.date.as_deref(), lang, surroundings)? {
            Ok(desk) => desk,
            Err(words) => {
                show::tell(&words);
                return Ok(FAILED);
            }
        };
    if !command.dry_run {
        desk.sweep();
    }
    match (&command.void, &command.why, command.resolve) {
        (Some(id), Some(why), _) => void(desk, id, why),
        (_, _, true) => resolve(desk),
        _ => give(desk, command),
    }
}

fn give(mut desk: Desk, command: &Number) -> Result<u8, Failure> {
    let lang = desk.opened.lang;
    let mut register = std::mem::take(&mut desk.opened.workspace.register);
    let documents = desk.opened.below(&command.paths)?;
    let (mut new, mut known) = (0, 0);
    let registrar = desk.registrar();
    let numbering = &desk.opened.workspace.configuration.numbering;
    // What the main branch has given since this branch left it would only collide.
    if let Some(repository) = &desk.repository {
        let branch = desk.opened.workspace.configuration.branch.as_deref();
        register.take_all(&repository.on_target(branch, FOLDER), numbering);
    }
    let unreachable = RefCell::new(None);
    // Every remote is asked once for what is taken there; after that it is asked number by number.
    let mut listed = std::collections::BTreeSet::new();
    for document in documents {
        let Some(code) = desk.opened.workspace.code(document) else { continue };
        let month = numbering.month(desk.day);
        if let (Some(remote), Some(repository)) = (&command.claim, &desk.repository)
            && unreachable.borrow().is_none()
            && listed.insert(code)
        {
            let prefix = format!("{code}{}{month}", numbering.separator);
            match repository.claimed(remote, &prefix) {
                Ok(numbers) => {
                    numbers
                        .iter()
                        .filter_map(|number| numbering.parse(number))
                        .for_each(|number| register.take(&number));
                }
                Err(reason) => *unreachable.borrow_mut() = Some(reason),
            }
        }
        let claiming = |number: &str, fact: &crate::register::Fact| {
            let (Some(remote), Some(repository)) = (&command.claim, &desk.repository) else { return true };
            if unreachable.borrow().is_some() {
                return true;
            }
            match repository.claim(remote, number, &fact.text()) {
                Claim::Won => true,
                Claim::Lost => false,
                Claim::Unreachable(reason) => {
                    *unreachable.borrow_mut() = Some(reason);
                    true
                }
            }
        };
        let given = if command.dry_run {
            match register.given(&document.id) {
                Some(number) => Given::Had(number.to_owned()),
                None => match register.next(code, &month, numbering) {
                    Some(number) => {
                        register.take(&number);
                        Given::New(numbering.write(&number))
                    }
                    None => Given::Exhausted { code: code.to_owned(), month },
                },
            }
        } else {
            registrar.number(&mut register, &document.id, &document.kind.id, code, None, &claiming)?
        };
        match given {
            Given::New(number) => {
                new += 1;
                show::line(&format!("{number}  {}  {}", document.id, document.title));
            }
            Given::Had(number) => {
                known += 1;
                show::line(&format!("{number}  {}  {}", document.id, document.title));
            }
            Given::Exhausted { code, month } => {
                show::tell(&words::exhausted(&code, &month, numbering.last(), lang));
                return Ok(FINDINGS);
            }
        }
    }
    if command.claim.is_some() && desk.repository.is_none() {
        show::tell(words::no_git(lang));
    }
    if let Some(reason) = unreachable.into_inner() {
        show::tell(&words::unreachable(&reason, lang));
    }
    show::tell(&words::numbered(new, known, command.dry_run, lang));
    Ok(CLEAN)
}

fn void(desk: Desk, id: &str, why: &str) -> Result<u8, Failure> {
    let lang = desk.opened.lang;
    let register = &desk.opened.workspace.register;
    // The number itself, or the id of a document that may be gone.
    let record = register.record(id).or_else(|| register.of(id).next());
    let Some(record) = record else {
        let near = crate::schema::similar(id, register.records().map(|record| record.entry.number.as_str()));
        show::tell(&words::no_document(id, near, lang));
        return Ok(FAILED);
    };
    let why = match desk::line(why, lang) {
        Ok(why) if why.is_empty() => {
            show::tell(words::no_why(lang));
            return Ok(FAILED);
        }
        Ok(why) => why,
        Err(words) => {
            show::tell(&words);
            return Ok(FAILED);
        }
    };
    let number: &Parts = &record.number;
    let matter = Matter::Void { why };
    let done = match record.void {
        Some(_) => Published::Taken,
        None => desk.registrar().add(number, &record.entry.document, matter)?,
    };
    show::tell(&words::voided(&record.entry.number, done == Published::New, lang));
    Ok(CLEAN)
}

fn resolve(mut desk: Desk) -> Result<u8, Failure> {
    let lang = desk.opened.lang;
    let branch = desk.opened.workspace.configuration.branch.clone();
    let Some(repository) = desk.repository.take() else {
        show::tell(words::no_git(lang));
        return Ok(FAILED);
    };
    let contests = registrar::contests(&repository, branch.as_deref());
    let settled = repository.settled(branch.as_deref(), FOLDER);
    let committed = repository.on_target(branch.as_deref(), FOLDER);
    let workspace = &mut desk.opened.workspace;
    let numbering = workspace.configuration.numbering.clone();
    let files = std::mem::take(&mut workspace.register_files);
    let plan = crate::register::repair(&contests, &files, &workspace.sources, &settled, &committed);
    let mut register = std::mem::take(&mut workspace.register);
    register.take_all(&committed, &numbering);
    let moved = desk.registrar().repair(&mut register, &plan)?;
    let mut staged: Vec<String> = plan.keep.keys().chain(&plan.remove).cloned().collect();
    staged.push(FOLDER.to_owned());
    let staged = plan.is_empty() || repository.stage(&staged);
    for (document, old, given) in &moved {
        let number = match given {
            Given::New(number) | Given::Had(number) => number,
            Given::Exhausted { code, month } => {
                show::tell(&words::exhausted(code, month, numbering.last(), lang));
                return Ok(FINDINGS);
            }
        };
        show::line(&format!("{old} -> {number}  {document}"));
    }
    show::tell(&words::resolved(contests.len(), moved.len(), staged, lang));
    Ok(if staged { CLEAN } else { FAILED })
}
