//! Owns numbers, versions and approvals of documents: what the files below `register/` say, and what may come next.
//!
//! Pure: from files to facts, from a wish to the fact that would settle it. Never touches the disk, asks no clock and
//! draws no random numbers. Facts are only ever added; that is what lets branches be merged.

pub mod chain;
mod check;
mod fact;
mod numbering;
mod repair;
mod standing;
mod version;

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::diagnostic::{Finding, Findings};
use crate::source::{FileId, Sources, Span};

pub use chain::Policy;
pub use check::{Altered, Subject, accounted, altered, check, contested, remembered, unsound_attribute};
pub use fact::{Approval, FOLDER, Fact, Flaw, Matter, Verdict, one_line};
pub use numbering::{MonthForm, Number, Numbering};
pub use repair::{Contest, Repair, repair};
pub use standing::{Decision, Refusal, Standing, State, Wish, admit};
pub use version::{Step, Version};

/// All that is settled.
#[derive(Default)]
pub struct Register {
    /// By number.
    records: BTreeMap<String, Record>,
    /// Numbers by document, in the order of their files; more than one that counts is a fault. Never walked through.
    documents: HashMap<String, Vec<String>>,
    /// The last number by code and month that occurs in a file name, readable or not: none up to it is given again.
    taken: BTreeMap<String, BTreeMap<String, u32>>,
    /// Numbers that documents were given since the register was read, by this process or another.
    given: BTreeMap<String, String>,
}

/// All that is settled about one number.
pub struct Record {
    pub number: Number,
    pub entry: Fact,
    pub span: Span,
    pub void: Option<Fact>,
    /// By version.
    versions: Vec<Fact>,
    approvals: Vec<Fact>,
    /// The place of each of these facts.
    spans: BTreeMap<String, Span>,
}

impl Record {
    pub fn kind(&self) -> &str {
        match &self.entry.matter {
            Matter::Number { kind, .. } => kind,
            _ => "",
        }
    }

    /// The number that the document had before branches were merged.
    pub fn formerly(&self) -> Option<&str> {
        match &self.entry.matter {
            Matter::Number { formerly, .. } => formerly.as_deref(),
            _ => None,
        }
    }

    /// The latest version and the digest of its content.
    pub fn latest(&self) -> Option<(Version, &str)> {
        match &self.latest_fact()?.matter {
            Matter::Version { version, content, .. } => Some((*version, content)),
            _ => None,
        }
    }

    fn latest_fact(&self) -> Option<&Fact> {
        self.versions.last()
    }

    fn approvals(&self) -> impl Iterator<Item = (&Fact, &Approval)> {
        self.approvals.iter().filter_map(|fact| match &fact.matter {
            Matter::Approval(approval) => Some((fact, approval)),
            _ => None,
        })
    }

    /// The round that a next decision about a step would be.
    pub fn round(&self, version: Version, step: &str) -> u32 {
        let rounds = self.approvals().filter(|(_, known)| known.version == version && known.step == step);
        rounds.map(|(_, known)| known.round).max().unwrap_or(0) + 1
    }

    /// All facts but the entry, in the order of their paths.
    fn siblings(&self) -> impl Iterator<Item = &Fact> {
        self.versions.iter().chain(&self.approvals).chain(&self.void)
    }
}

impl Register {
    /// Reads the files below `register/`; what is wrong with a file alone is reported here.
    pub fn read(
        files: &[(String, FileId)],
        sources: &Sources,
        numbering: &Numbering,
        findings: &mut Findings,
    ) -> Self {
        // A register of years is read at every run: side by side, and what is sorted already is not sorted again.
        let facts: Vec<_> = files
            .par_iter()
            .map(|(path, file)| {
                let (number, is_entry) = named(path, numbering)?;
                let fact = Fact::read(*file, sources.text(*file));
                let is_here = |fact: &Fact| fact.path(&number.code) == *path;
                let fact = fact.and_then(|fact| if is_here(&fact) { Ok(fact) } else { Err(Flaw::Misnamed) });
                Some((number, is_entry, fact))
            })
            .collect();
        let mut records = Vec::with_capacity(files.len());
        let mut siblings = Vec::new();
        let mut register = Self::default();
        for ((path, file), fact) in files.iter().zip(facts) {
            let Some((number, is_entry, fact)) = fact else {
                findings.push(Finding::new("register-foreign", Span::file(*file)).with("path", path));
                continue;
            };
            register.take(&number);
            let fact = match fact {
                Ok(fact) => fact,
                Err(flaw) => {
                    findings.push(broken(Span::file(*file), flaw));
                    continue;
                }
            };
            let whole = Span::new(*file, 0, sources.text(*file).find('\n').unwrap_or(0));
            if !is_entry {
                siblings.push((path, whole, fact));
                continue;
            }
            let record = Record {
                number,
                span: whole,
                void: None,
                versions: Vec::new(),
                approvals: Vec::new(),
                spans: BTreeMap::new(),
                entry: fact,
            };
            records.push((record.entry.number.clone(), record));
        }
        register.documents.reserve(records.len());
        for (number, record) in &records {
            let numbers = register.documents.entry(record.entry.document.clone()).or_default();
            numbers.push(number.clone());
        }
        register.records = records.into_iter().collect();
        let mut mixed = Vec::new();
        for (path, span, fact) in siblings {
            mixed.extend(register.join(path, span, fact, findings));
        }
        // What has been copied to the number that its document has now may stay where it was.
        for (span, fact) in mixed.iter().filter(|(_, fact)| !accounted(&register, fact)) {
            let Some(record) = register.records.get(&fact.number) else { continue };
            let finding = Finding::new("register-mixed", *span)
                .with("number", &fact.number)
                .with("document", &fact.document)
                .with("holder", &record.entry.document);
            findings.push(finding.related(record.span, "entry", Vec::new()).hint("resolve", Vec::new()));
        }
        register
    }

    /// Puts a fact beside its number. Gives it back if the number belongs to another document.
    fn join(&mut self, path: &str, span: Span, fact: Fact, findings: &mut Findings) -> Option<(Span, Fact)> {
        let Some(record) = self.records.get_mut(&fact.number) else {
            findings.push(Finding::new("register-orphan", span).with("number", &fact.number));
            return None;
        };
        if record.entry.document != fact.document {
            return Some((span, fact));
        }
        record.spans.insert(path.to_owned(), span);
        match &fact.matter {
            Matter::Void { .. } => record.void = Some(fact),
            Matter::Version { .. } => {
                record.versions.push(fact);
                record.versions.sort_by_key(|fact| match &fact.matter {
                    Matter::Version { version, .. } => Some(*version),
                    _ => None,
                });
            }
            Matter::Approval(_) => record.approvals.push(fact),
            Matter::Number { .. } => (),
        }
        None
    }

    pub fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    pub fn record(&self, number: &str) -> Option<&Record> {
        self.records.get(number)
    }

    /// The records of a document that are not void: one, unless something is wrong.
    pub fn of(&self, document: &str) -> impl Iterator<Item = &Record> {
        let numbers = self.documents.get(document).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|number| self.records.get(number)).filter(|record| record.void.is_none())
    }

    /// The number after the last one of a code and month. `None` when all are used up.
    pub fn next(&self, code: &str, month: &str, numbering: &Numbering) -> Option<Number> {
        let last = self.taken.get(code).and_then(|months| months.get(month)).copied().unwrap_or(0);
        let number = Number { code: code.to_owned(), month: month.to_owned(), serial: last + 1 };
        Some(number).filter(|number| number.serial <= numbering.last())
    }

    /// Counts a number as used, such as one that was claimed elsewhere.
    pub fn take(&mut self, number: &Number) {
        // Nearly always known: a name is only copied where it is new.
        let months = match self.taken.get_mut(&number.code) {
            Some(months) => months,
            None => self.taken.entry(number.code.clone()).or_default(),
        };
        match months.get_mut(&number.month) {
            Some(last) => *last = number.serial.max(*last),
            None => drop(months.insert(number.month.clone(), number.serial)),
        }
    }

    /// Counts the numbers as used that occur in paths of the register of another branch.
    pub fn take_all<'p>(&mut self, paths: impl IntoIterator<Item = &'p String>, numbering: &Numbering) {
        let named = paths.into_iter().filter_map(|path| Some(named(path, numbering)?.0));
        named.for_each(|number| self.take(&number));
    }

    /// The number that a document has, or was given since the register was read.
    pub fn given(&self, document: &str) -> Option<&str> {
        let has = self.of(document).next().map(|record| record.entry.number.as_str());
        has.or_else(|| self.given.get(document).map(String::as_str))
    }

    /// Remembers a number that was given since the register was read.
    pub fn note(&mut self, document: &str, number: &str) {
        self.given.entry(document.to_owned()).or_insert_with(|| number.to_owned());
    }
}

/// The number that a path of the register is about, and whether it is the entry itself. `None` for a path that the
/// tool would not choose.
fn named(path: &str, numbering: &Numbering) -> Option<(Number, bool)> {
    let (folder, name) = path.strip_prefix(FOLDER)?.strip_prefix('/')?.split_once('/')?;
    let name = name.strip_suffix(".yaml")?;
    let (number, rest) = name.split_once('.').map_or((name, None), |(number, rest)| (number, Some(rest)));
    let number = numbering.parse(number).filter(|number| number.code == folder)?;
    Some((number, rest.is_none()))
}

fn broken(span: Span, flaw: Flaw) -> Finding {
    let reason = match flaw {
        Flaw::Torn => "@register-torn",
        Flaw::Edited => "@register-edited",
        Flaw::Malformed => "@register-malformed",
        Flaw::Misnamed => "@register-misnamed",
    };
    Finding::new("register-broken", span).with("reason", reason).hint("restore", Vec::new())
}
