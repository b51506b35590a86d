//! Writes facts into the register: takes numbers, records versions and decisions, settles what two branches have taken.
//!
//! What may be written is decided by `register`; this only makes it durable, one file at a time, and goes on to the
//! next number where another process was faster.

#[cfg(test)]
mod tests;

use std::path::Path;

use crate::calendar::Day;
use crate::diagnostic::{Finding, Findings};
use crate::disk::{self, Failure, Gate, Published};
use crate::git::{Base, Difference, Repository, What};
use crate::register::{
    self, Altered, Contest, FOLDER, Fact, Matter, Number, Numbering, Register, Repair, Version, one_line,
};
use crate::source::{FileId, Sources};
use crate::workspace::Workspace;

/// Somebody who writes into the register of a workspace on a day.
pub struct Registrar<'a> {
    pub root: &'a Path,
    pub numbering: &'a Numbering,
    pub day: Day,
    pub person: &'a str,
    pub gate: &'a dyn Gate,
}

/// A number that a document has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Just taken, and on the disk.
    New(String),
    /// It had this one before.
    Had(String),
    /// All numbers of this month are used up.
    Exhausted { code: String, month: String },
}

/// Whether a number may be taken: asked before it is written, so that a remote can be asked.
pub type Claiming<'c> = &'c dyn Fn(&str, &Fact) -> bool;

impl Registrar<'_> {
    /// Gives a document its number, or tells the one that it has. The number is durable when this returns.
    pub fn number(
        &self,
        register: &mut Register,
        document: &str,
        kind: &str,
        code: &str,
        formerly: Option<&str>,
        claiming: Claiming,
    ) -> Result<Given, Failure> {
        if let Some(number) = register.given(document) {
            return Ok(Given::Had(number.to_owned()));
        }
        self.give(register, document, kind, code, formerly, claiming)
    }

    /// Takes the next free number, whether the document has one or not.
    fn give(
        &self,
        register: &mut Register,
        document: &str,
        kind: &str,
        code: &str,
        formerly: Option<&str>,
        claiming: Claiming,
    ) -> Result<Given, Failure> {
        let month = self.numbering.month(self.day);
        loop {
            let Some(number) = register.next(code, &month, self.numbering) else {
                return Ok(Given::Exhausted { code: code.to_owned(), month });
            };
            let written = self.numbering.write(&number);
            let matter = Matter::Number { kind: kind.to_owned(), formerly: formerly.map(str::to_owned) };
            let fact = self.fact(&written, document, matter)?;
            register.take(&number);
            if !claiming(&written, &fact) {
                continue;
            }
            let path = fact.path(code);
            if disk::publish(self.root, &path, fact.text().as_bytes(), self.gate)? == Published::New {
                register.note(document, &written);
                return Ok(Given::New(written));
            }
            // Somebody was faster. Whichever document it was for, that is its number.
            let there = disk::load(self.root, &path)?.unwrap_or_default();
            let Some(there) = read(&String::from_utf8_lossy(&there)) else { continue };
            register.note(&there.document, &written);
            if there.document == document {
                return Ok(Given::Had(written));
            }
        }
    }

    /// Adds a fact about a number; `Taken` if another process has written its file in between.
    pub fn add(&self, number: &Number, document: &str, matter: Matter) -> Result<Published, Failure> {
        let fact = self.fact(&self.numbering.write(number), document, matter)?;
        disk::publish(self.root, &fact.path(&number.code), fact.text().as_bytes(), self.gate)
    }

    /// Carries out a repair. Gives back the documents with the numbers that they lost and got.
    pub fn repair(
        &self,
        register: &mut Register,
        plan: &Repair,
    ) -> Result<Vec<(String, String, Given)>, Failure> {
        let mut moved = Vec::new();
        for (loser, facts) in &plan.renumber {
            let Matter::Number { kind, .. } = &loser.matter else { continue };
            let Some(old) = self.numbering.parse(&loser.number) else { continue };
            let formerly = Some(loser.number.as_str());
            // The number names the month of the document, whenever the branches were merged.
            let then = Registrar { day: Day::parse(&loser.date).unwrap_or(self.day), ..*self };
            let given = then.give(register, &loser.document, kind, &old.code, formerly, &|_, _| true)?;
            if let Given::New(number) | Given::Had(number) = &given {
                for fact in facts {
                    self.copy(&Fact { number: number.clone(), ..fact.clone() }, &old.code)?;
                }
            }
            moved.push((loser.document.clone(), loser.number.clone(), given));
        }
        for fact in &plan.add {
            if let Some(number) = self.numbering.parse(&fact.number) {
                self.copy(fact, &number.code)?;
            }
        }
        for (entry, stays) in &plan.void {
            if let Some(number) = self.numbering.parse(&entry.number) {
                self.add(&number, &entry.document, Matter::Void { why: stays.clone() })?;
                moved.push((entry.document.clone(), entry.number.clone(), Given::Had(stays.clone())));
            }
        }
        let keep = plan.keep.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
        disk::write(self.root, &keep)?;
        disk::remove(self.root, &plan.remove)?;
        Ok(moved)
    }

    /// The same fact at another place: date and person stay, the nonce is new.
    fn copy(&self, fact: &Fact, code: &str) -> Result<Published, Failure> {
        let fact = Fact { nonce: nonce()?, ..fact.clone() };
        disk::publish(self.root, &fact.path(code), fact.text().as_bytes(), self.gate)
    }

    fn fact(&self, number: &str, document: &str, matter: Matter) -> Result<Fact, Failure> {
        Ok(Fact {
            number: number.to_owned(),
            document: document.to_owned(),
            date: self.day.to_string(),
            person: one_line(self.person),
            nonce: nonce()?,
            matter,
        })
    }
}

/// 128 random bits in hexadecimal.
fn nonce() -> Result<String, Failure> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Random(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn read(text: &str) -> Option<Fact> {
    Fact::read(Sources::default().add("", text), text).ok()
}

/// How far the register was proved against git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Whole,
    /// Not in git: whether facts were changed or lost cannot be told.
    NoGit,
    /// The history does not reach back to the main branch.
    Shallow,
}

/// Proves the files of the register against the commits that they come from: nothing may be changed, gone or lost.
pub fn prove(root: &Path, workspace: &mut Workspace, findings: &mut Findings) -> Proof {
    if workspace.register.is_empty() {
        return Proof::Whole;
    }
    let Some(repository) = Repository::around(root) else { return Proof::NoGit };
    let attribute = repository.merge_attribute(&format!("{FOLDER}/x.yaml"));
    if let Some(found) = attribute.filter(|found| found != "unset") {
        let file = place(workspace, ".gitattributes");
        findings.push(register::unsound_attribute(file, &found));
    }
    let (bases, whole) = repository.bases(workspace.configuration.branch.as_deref());
    // Git leaves one side of a conflict in the folder: whatever that says, it is not settled.
    let mut told = repository.contested(FOLDER);
    for path in &told {
        let file = place(workspace, path);
        findings.push(register::contested(file, path));
    }
    let branch = workspace.configuration.branch.clone();
    for (base, difference) in repository.rewritten(branch.as_deref(), FOLDER) {
        // Judged here once for all: a wrong merge that was put right differs from the commits in between.
        told.insert(difference.path.clone());
        let now =
            workspace.sources.find(&difference.path).map(|file| workspace.sources.text(file).to_string());
        let before = difference.before.as_deref().and_then(read);
        let is_new = bases.iter().any(|known| difference.by.as_ref() == Some(&known.commit));
        let is_lost = before.is_some_and(|before| {
            !register::accounted(&workspace.register, &before)
                || is_new && !register::remembered(&workspace.register, &before)
        });
        if is_lost && now != difference.before {
            let file = place(workspace, &difference.path);
            findings.push(altered(file, &difference, &base));
        }
    }
    for base in &bases {
        compare(&repository, base, workspace, &mut told, findings);
    }
    if whole { Proof::Whole } else { Proof::Shallow }
}

fn compare(
    repository: &Repository,
    base: &Base,
    workspace: &mut Workspace,
    told: &mut std::collections::BTreeSet<String>,
    findings: &mut Findings,
) {
    for difference in repository.altered(base, FOLDER) {
        let before = difference.before.as_deref().and_then(read);
        let accounted = before.is_some_and(|before| register::accounted(&workspace.register, &before));
        // What never was a fact, such as a torn file that was committed, may be mended.
        let was_fact = difference.before.as_deref().is_none_or(|text| read(text).is_some());
        if !was_fact || (accounted && !base.settled) || !told.insert(difference.path.clone()) {
            continue;
        }
        let file = place(workspace, &difference.path);
        findings.push(altered(file, &difference, base));
    }
}

fn altered(file: FileId, difference: &Difference, base: &Base) -> Finding {
    let what = match difference.what {
        What::Changed => Altered::Changed,
        What::Removed => Altered::Removed,
    };
    register::altered(file, &difference.path, what, &base.name)
}

/// A file to point at, whether it is there or not.
fn place(workspace: &mut Workspace, path: &str) -> FileId {
    workspace.sources.find(path).unwrap_or_else(|| workspace.sources.add(path, ""))
}

/// What two branches have both written, with the one that stays: what the main branch has, or else ours.
pub fn contests(repository: &Repository, branch: Option<&str>) -> Vec<Contest> {
    let contest = |conflict: crate::git::Conflict| {
        let settled = repository.target_text(branch, &conflict.path);
        let (stays, goes) = match settled == Some(conflict.theirs.clone()) {
            true => (conflict.theirs, conflict.ours),
            false => (conflict.ours, conflict.theirs),
        };
        Contest { path: conflict.path, stays, goes }
    };
    repository.conflicts(FOLDER).into_iter().map(contest).collect()
}

/// The version after the latest one.
pub fn following(latest: Option<Version>, step: register::Step) -> Version {
    latest.map_or(Version::FIRST, |latest| latest.next(step))
}
