//! What two branches have taken both: which of the two facts stays, and where the other one goes.
//!
//! Nothing is thrown away: the document that loses its number gets another, with all that was settled about it.

use std::collections::{BTreeMap, BTreeSet};

use super::Register;
use super::fact::{Fact, Matter};
use super::numbering::Numbering;
use super::version::{Step, Version};
use crate::source::{FileId, Sources};

/// A path of the register that two branches have written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    pub path: String,
    /// The text on the branch that is merged into.
    pub stays: String,
    pub goes: String,
}

/// What has to be done, in this order: facts first, so that nothing is lost whenever it is broken off.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Documents that get another number, each with the facts that go along.
    pub renumber: Vec<(Fact, Vec<Fact>)>,
    /// Facts that take the next free place beside the one that stays.
    pub add: Vec<Fact>,
    /// Numbers of documents that have two, with the one that counts.
    pub void: Vec<(Fact, String)>,
    pub keep: BTreeMap<String, String>,
    pub remove: BTreeSet<String>,
}

impl Repair {
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// Plans the repair. `files` are the readable files of the register as they lie there; `settled` are paths that the
/// target branch has.
pub fn repair(
    register: &Register,
    contests: &[Contest],
    files: &[(String, FileId)],
    sources: &Sources,
    settled: &BTreeSet<String>,
    numbering: &Numbering,
) -> Repair {
    let mut plan = Repair::default();
    let read = |text: &str| Fact::read(Sources::default().add("", text), text).ok();
    let lying: Vec<(&String, Fact)> = files
        .iter()
        .filter_map(|(path, file)| Some((path, Fact::read(*file, sources.text(*file)).ok()?)))
        .collect();
    // Those that lose their number, by number.
    let mut losers: BTreeMap<String, Fact> = BTreeMap::new();
    for contest in contests {
        plan.keep.insert(contest.path.clone(), contest.stays.clone());
        let (Some(stays), Some(goes)) = (read(&contest.stays), read(&contest.goes)) else { continue };
        if matches!(goes.matter, Matter::Number { .. }) && stays.document != goes.document {
            losers.insert(goes.number.clone(), goes);
        }
    }
    for (number, loser) in &losers {
        let mut moving = Vec::new();
        let of_loser = |fact: &Fact| {
            fact.number == *number
                && fact.document == loser.document
                && !matches!(fact.matter, Matter::Number { .. })
        };
        for (path, fact) in lying.iter().filter(|(_, fact)| of_loser(fact)) {
            moving.push(fact.clone());
            if !plan.keep.contains_key(*path) {
                plan.remove.insert((*path).clone());
            }
        }
        moving.extend(contests.iter().filter_map(|contest| read(&contest.goes)).filter(of_loser));
        moving.sort_by_key(|fact| fact.path(""));
        moving.dedup_by(|one, other| one.path("") == other.path(""));
        plan.renumber.push((loser.clone(), moving));
    }
    shift(&mut plan, contests, &lying, &losers, read);
    doubled(&mut plan, register, &losers, settled, numbering);
    plan
}

/// Facts about one and the same document: the second of two versions becomes the next, with its approvals; the
/// second of two decisions becomes the next round.
fn shift(
    plan: &mut Repair,
    contests: &[Contest],
    lying: &[(&String, Fact)],
    losers: &BTreeMap<String, Fact>,
    read: impl Fn(&str) -> Option<Fact>,
) {
    let mut used: BTreeMap<String, Version> = BTreeMap::new();
    let facts = || lying.iter().map(|(_, fact)| fact);
    for fact in facts() {
        if let Matter::Version { version, .. } = fact.matter {
            let last = used.entry(fact.number.clone()).or_insert(version);
            *last = (*last).max(version);
        }
    }
    for contest in contests {
        let (Some(stays), Some(goes)) = (read(&contest.stays), read(&contest.goes)) else { continue };
        if stays.document != goes.document
            || losers.get(&goes.number).is_some_and(|loser| loser.document == goes.document)
        {
            continue;
        }
        // Broken off and begun again: it may have found its place already.
        let is_there =
            |like: &dyn Fn(&Fact) -> bool| facts().any(|fact| fact.nonce != stays.nonce && like(fact));
        match (&stays.matter, &goes.matter) {
            (
                Matter::Version { version: old, content: kept, .. },
                Matter::Version { summary, content, .. },
            ) => {
                let again = |fact: &Fact| {
                    fact.number == goes.number
                        && matches!(&fact.matter, Matter::Version { version, summary: s, content: c }
                            if version != old && s == summary && c == content)
                };
                if is_there(&again) {
                    continue;
                }
                let last = used.entry(goes.number.clone()).or_insert(*old);
                *last = last.next(Step::Minor);
                let version = *last;
                let mut fact = goes.clone();
                fact.matter = Matter::Version { version, summary: summary.clone(), content: content.clone() };
                plan.add.push(fact);
                for (path, fact) in lying {
                    if let Matter::Approval(approval) = &fact.matter
                        && fact.number == goes.number
                        && approval.version == *old
                        && approval.content == *content
                        && content != kept
                    {
                        let mut moved = (*fact).clone();
                        moved.matter = Matter::Approval(super::Approval { version, ..approval.clone() });
                        plan.add.push(moved);
                        if !plan.keep.contains_key(*path) {
                            plan.remove.insert((*path).clone());
                        }
                    }
                }
            }
            (Matter::Approval(_), Matter::Approval(approval)) => {
                let same = |fact: &Fact| {
                    fact.number == goes.number
                        && fact.person == goes.person
                        && matches!(&fact.matter, Matter::Approval(known)
                            if known.round != approval.round
                                && super::Approval { round: approval.round, ..known.clone() } == *approval)
                };
                if stays.agrees(&goes) && stays.person == goes.person || is_there(&same) {
                    continue;
                }
                let rounds = facts().filter_map(|fact| match &fact.matter {
                    Matter::Approval(known)
                        if fact.number == goes.number
                            && (known.version, &known.step) == (approval.version, &approval.step) =>
                    {
                        Some(known.round)
                    }
                    _ => None,
                });
                let round = rounds.max().unwrap_or(approval.round) + 1;
                let mut fact = goes.clone();
                fact.matter = Matter::Approval(super::Approval { round, ..approval.clone() });
                plan.add.push(fact);
            }
            // The same document numbered alike twice, or voided twice: one of the two says it all.
            _ => (),
        }
    }
}

/// Documents with two numbers: the one that the target branch has stays, otherwise the smaller.
fn doubled(
    plan: &mut Repair,
    register: &Register,
    losers: &BTreeMap<String, Fact>,
    settled: &BTreeSet<String>,
    numbering: &Numbering,
) {
    for document in register.documents.keys() {
        let mut live: Vec<_> =
            register.of(document).filter(|record| !losers.contains_key(&record.entry.number)).collect();
        if live.len() < 2 {
            continue;
        }
        let path = |record: &super::Record| record.entry.path(&record.number.code);
        live.sort_by_key(|record| (!settled.contains(&path(record)), numbering.write(&record.number)));
        for record in &live[1..] {
            plan.void.push((record.entry.clone(), live[0].entry.number.clone()));
        }
    }
}
