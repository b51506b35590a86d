//! What the commands that write into the register share: who does it, on which day, about which document.

use std::path::Path;

use super::surroundings::Surroundings;
use super::{Opened, clock, open_unproved, words};
use crate::calendar::Day;
use crate::diagnostic::Lang;
use crate::disk::{self, Failure};
use crate::document::Document;
use crate::git::Repository;
use crate::register::{Record, one_line};
use crate::registrar::Registrar;
use crate::schema::similar;

/// What people write into a fact is at most so long, in characters: a fact is read at every run.
const LONGEST: usize = 10_000;

/// What somebody has typed, as one line of a fact. The error is a message to the user.
pub(super) fn line(text: &str, lang: Lang) -> Result<String, String> {
    let line = one_line(text);
    if line.chars().count() > LONGEST { Err(words::too_long(LONGEST, lang)) } else { Ok(line) }
}

/// An opened workspace with somebody who is going to write into its register.
pub(super) struct Desk {
    pub opened: Opened,
    pub repository: Option<Repository>,
    pub person: String,
    pub day: Day,
}

impl Desk {
    /// Settles who and when. The inner error is a message to the user.
    pub(super) fn open(
        path: &Path,
        person: Option<&str>,
        date: Option<&str>,
        lang: Option<Lang>,
        surroundings: &Surroundings,
    ) -> Result<Result<Self, String>, Failure> {
        let opened = open_unproved(path, lang, surroundings)?;
        let repository = Repository::around(&opened.root);
        let day = match date {
            None => clock::today(opened.workspace.configuration.zone),
            Some(text) => match Day::parse(text) {
                Some(day) => day,
                None => return Ok(Err(words::no_day(text, opened.lang))),
            },
        };
        let policy = &opened.workspace.configuration.policy;
        let (name, email) = repository.as_ref().map(Repository::person).unwrap_or_default();
        let listed = |text: &str| policy.person(text).map(|person| person.name.clone());
        // Whom git knows by an e-mail that is listed is called by the name that is listed with it.
        let known = || {
            email.as_deref().and_then(listed).or_else(|| name.as_deref().and_then(listed)).or(name.clone())
        };
        let person = match person {
            Some(text) => Some(listed(text).unwrap_or_else(|| text.to_owned())),
            None => known(),
        };
        let person = match person.map(|text| line(&text, opened.lang)).transpose() {
            Ok(person) => person,
            Err(words) => return Ok(Err(words)),
        };
        let Some(person) = person.filter(|person| !person.is_empty()) else {
            return Ok(Err(words::nobody(opened.lang).to_owned()));
        };
        Ok(Ok(Self { opened, repository, person, day }))
    }

    /// Removes what crashes have left in the register, if it is old: called by whoever is about to write there.
    pub(super) fn sweep(&self) {
        let found = self.opened.findings.iter().filter(|finding| finding.code == "register-litter");
        let sources = &self.opened.workspace.sources;
        disk::sweep(&self.opened.root, found.map(|finding| sources.path(finding.span.file)));
    }

    pub(super) fn registrar(&self) -> Registrar<'_> {
        Registrar {
            root: &self.opened.root,
            numbering: &self.opened.workspace.configuration.numbering,
            day: self.day,
            person: &self.person,
            gate: &disk::Open,
        }
    }
}

impl Opened {
    /// The document that somebody means by a number, an id or a file, with its record.
    pub(super) fn meant(&self, text: &str) -> Result<(&Document, &Record), String> {
        let workspace = &self.workspace;
        let by_number = workspace.register.record(text).map(|record| record.entry.document.as_str());
        let path = disk::below(&self.root, Path::new(text));
        let by_path = || {
            let path = path.as_deref()?;
            workspace.documents.iter().find(|document| workspace.sources.path(document.file) == path)
        };
        let document = workspace.document(by_number.unwrap_or(text)).or_else(by_path).ok_or_else(|| {
            let ids = workspace.documents.iter().map(|document| document.id.as_str());
            let numbers = workspace.register.records().map(|record| record.entry.number.as_str());
            words::no_document(text, similar(text, ids.chain(numbers)), self.lang)
        })?;
        let record = workspace.register.of(&document.id).next();
        Ok((document, record.ok_or_else(|| words::no_number(&document.id, self.lang))?))
    }
}
