//! What two branches have taken both: which of the two facts stays, and where the other one goes.
//!
//! Nothing is thrown away: the document that loses its number gets another, with all that was settled about it.
//! Broken off and begun again, a repair comes out as if it had never been broken off.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Approval, Fact, Matter};
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
    /// Entries of documents that get another number, each with the facts that go along.
    pub renumber: Vec<(Fact, Vec<Fact>)>,
    /// Facts that take the next free place beside those that stay.
    pub add: Vec<Fact>,
    /// Entries of documents that have two numbers, with the one that counts.
    pub void: Vec<(Fact, String)>,
    pub keep: BTreeMap<String, String>,
    pub remove: BTreeSet<String>,
}

impl Repair {
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// A fact that is not, or cannot stay, where it belongs; with the file that goes when the fact has another place.
struct Homeless {
    fact: Fact,
    file: Option<String>,
}

/// Plans the repair. `files` are the readable files of the register as they lie there; `settled` are paths that the
/// target branch had before, whose numbers stay; `committed` are those that it has now: none of them is removed.
pub fn repair(
    contests: &[Contest],
    files: &[(String, FileId)],
    sources: &Sources,
    settled: &BTreeSet<String>,
    committed: &BTreeSet<String>,
) -> Repair {
    let mut plan = Repair::default();
    let mut facts = BTreeMap::new();
    for (path, file) in files {
        if let Some(fact) = Fact::read(*file, sources.text(*file)).ok().filter(|fact| is_at(fact, path)) {
            facts.insert(path.clone(), fact);
        }
    }
    let mut lost = Vec::new();
    let mut homeless = Vec::new();
    for contest in contests {
        let read = |text: &str| Fact::read(Sources::default().add("", text), text).ok();
        let (stays, goes) = (read(&contest.stays), read(&contest.goes));
        // What is no fact, such as a torn file that was committed, gives way to one.
        let (text, stays, goes) = match (stays, goes) {
            (None, Some(goes)) => (&contest.goes, Some(goes), None),
            (stays, goes) => (&contest.stays, stays, goes),
        };
        plan.keep.insert(contest.path.clone(), text.clone());
        match stays {
            Some(stays) => drop(facts.insert(contest.path.clone(), stays)),
            None => drop(facts.remove(&contest.path)),
        }
        match goes {
            Some(fact) if matches!(fact.matter, Matter::Number { .. }) => lost.push(fact),
            Some(fact) => homeless.push(Homeless { fact, file: None }),
            None => (),
        }
    }
    let scene = Scene::new(facts, settled, committed);
    homeless.extend(scene.strays(&plan.keep));
    scene.house(&mut plan, lost, homeless);
    plan
}

/// Whether a fact lies where the tool would put it.
fn is_at(fact: &Fact, path: &str) -> bool {
    path.split('/').nth(1).is_some_and(|code| fact.path(code) == path)
}

/// The register as it is going to be, contested files settled.
struct Scene<'s> {
    /// By path.
    facts: BTreeMap<String, Fact>,
    settled: &'s BTreeSet<String>,
    committed: &'s BTreeSet<String>,
    /// Paths of entries by number, and of all else that is about one.
    entries: BTreeMap<String, String>,
    others: BTreeMap<String, Vec<String>>,
    /// Numbers by document.
    documents: BTreeMap<String, Vec<String>>,
}

impl<'s> Scene<'s> {
    fn new(
        facts: BTreeMap<String, Fact>,
        settled: &'s BTreeSet<String>,
        committed: &'s BTreeSet<String>,
    ) -> Self {
        let (mut entries, mut documents) = (BTreeMap::new(), BTreeMap::<String, Vec<String>>::new());
        let mut others = BTreeMap::<String, Vec<String>>::new();
        for (path, fact) in &facts {
            if matches!(fact.matter, Matter::Number { .. }) {
                entries.insert(fact.number.clone(), path.clone());
                documents.entry(fact.document.clone()).or_default().push(fact.number.clone());
            } else {
                others.entry(fact.number.clone()).or_default().push(path.clone());
            }
        }
        Self { facts, settled, committed, entries, others, documents }
    }

    fn entry(&self, number: &str) -> Option<&Fact> {
        self.facts.get(self.entries.get(number)?)
    }

    /// The document that has a number.
    fn holder(&self, number: &str) -> Option<&String> {
        self.entry(number).map(|entry| &entry.document)
    }

    /// Facts about a number, of the document that has it.
    fn about(&self, number: &str) -> impl Iterator<Item = &Fact> {
        let holder = self.holder(number);
        let facts = self.others.get(number).into_iter().flatten().filter_map(|path| self.facts.get(path));
        facts.filter(move |fact| Some(&fact.document) == holder)
    }

    /// The entries of a document that are not void: those of the target branch first, then by number.
    fn live(&self, document: &str) -> Vec<&Fact> {
        let is_void =
            |number: &&String| self.about(number).any(|fact| matches!(fact.matter, Matter::Void { .. }));
        let numbers = self.documents.get(document).map(Vec::as_slice).unwrap_or_default();
        let mut live: Vec<&String> = numbers.iter().filter(|number| !is_void(number)).collect();
        live.sort_by_key(|number| {
            (!self.entries.get(*number).is_some_and(|path| self.settled.contains(path)), *number)
        });
        live.into_iter().filter_map(|number| self.entry(number)).collect()
    }

    /// Facts beside another document's number, and approvals beside a version of other content: a merge or a rebase
    /// has brought them there after their number or version had gone elsewhere.
    fn strays(&self, keep: &BTreeMap<String, String>) -> Vec<Homeless> {
        let is_stray = |fact: &Fact| {
            if self.holder(&fact.number) != Some(&fact.document) {
                return true;
            }
            let Matter::Approval(approval) = &fact.matter else { return false };
            self.about(&fact.number).any(|other| {
                matches!(&other.matter, Matter::Version { version, content, .. }
                    if *version == approval.version && *content != approval.content)
            })
        };
        self.facts
            .iter()
            .filter(|(path, fact)| {
                let is_entry = matches!(fact.matter, Matter::Number { .. });
                !is_entry && !keep.contains_key(*path) && is_stray(fact)
            })
            .map(|(path, fact)| {
                // What the target branch has is copied, and stays.
                let file = Some(path).filter(|path| !self.committed.contains(*path));
                Homeless { fact: fact.clone(), file: file.cloned() }
            })
            .collect()
    }

    /// Finds a place for every fact: with the number that its document has, or with the one that it is going to get.
    fn house(&self, plan: &mut Repair, lost: Vec<Fact>, homeless: Vec<Homeless>) {
        let mut renumber: BTreeMap<String, (Fact, Vec<Fact>)> = BTreeMap::new();
        for entry in lost {
            if self.live(&entry.document).is_empty() && self.holder(&entry.number) != Some(&entry.document) {
                renumber.entry(entry.document.clone()).or_insert((entry, Vec::new()));
            }
        }
        let mut arriving: BTreeMap<String, Vec<Homeless>> = BTreeMap::new();
        for Homeless { fact, file } in homeless {
            let is_void = matches!(fact.matter, Matter::Void { .. });
            if self.holder(&fact.number) == Some(&fact.document) {
                arriving.entry(fact.number.clone()).or_default().push(Homeless { fact, file });
            } else if let Some((_, facts)) = renumber.get_mut(&fact.document) {
                plan.remove.extend(file);
                facts.push(fact);
            } else if let Some(home) = self.live(&fact.document).first() {
                // Void was the number that is lost anyway, not the one that the document has.
                if is_void {
                    plan.remove.extend(file);
                } else {
                    arriving.entry(home.number.clone()).or_default().push(Homeless { fact, file });
                }
            }
        }
        for document in self.documents.keys() {
            let live = self.live(document);
            let Some((stays, others)) = live.split_first() else { continue };
            for entry in others {
                // Copied, not moved: what is settled about a void number is still a fact.
                let copies = self.about(&entry.number).cloned();
                let copies = copies.map(|fact| Homeless { fact, file: None });
                arriving.entry(stays.number.clone()).or_default().extend(copies);
                plan.void.push(((*entry).clone(), stays.number.clone()));
            }
        }
        for (number, arriving) in arriving {
            let leaving: BTreeSet<&String> =
                arriving.iter().filter_map(|stray| stray.file.as_ref()).collect();
            let stays = |fact: &&Fact| !leaving.iter().any(|path| is_at(fact, path));
            let there = self.about(&number).filter(stays).cloned().collect();
            let (placed, left) = place(&number, there, arriving);
            plan.add.extend(placed);
            plan.remove.extend(left);
        }
        for (entry, facts) in renumber.into_values() {
            let facts = facts.into_iter().map(|fact| Homeless { fact, file: None }).collect();
            let (placed, _) = place(&entry.number, Vec::new(), facts);
            plan.renumber.push((entry, placed));
        }
    }
}

/// Places facts beside those that are there: a version that is taken becomes the next, its approvals go along, a second
/// decision becomes the next round. Gives back the facts at their new places, and the files that they leave.
fn place(number: &str, mut there: Vec<Fact>, arriving: Vec<Homeless>) -> (Vec<Fact>, Vec<String>) {
    let mut placed = Vec::new();
    let mut left = Vec::new();
    let (versions, others): (Vec<_>, Vec<_>) =
        arriving.into_iter().partition(|stray| matches!(stray.fact.matter, Matter::Version { .. }));
    for Homeless { fact, file } in versions {
        left.extend(file);
        let Matter::Version { version, summary, content } = &fact.matter else { continue };
        let is_same = |known: &Fact| matches!(&known.matter, Matter::Version { summary: s, content: c, .. } if (s, c) == (summary, content));
        if there.iter().any(is_same) {
            continue;
        }
        let used = |known: &Fact| match &known.matter {
            Matter::Version { version, .. } => Some(*version),
            _ => None,
        };
        let last = there.iter().filter_map(used).max();
        let version = match last {
            Some(last) if last >= *version => last.next(Step::Minor),
            _ => *version,
        };
        let matter = Matter::Version { version, summary: summary.clone(), content: content.clone() };
        let fact = Fact { number: number.to_owned(), matter, ..fact };
        there.push(fact.clone());
        placed.push(fact);
    }
    for Homeless { fact, file } in others {
        let matter = match &fact.matter {
            Matter::Approval(approval) => {
                let Some(approval) = fitted(&there, &fact.person, approval) else {
                    left.extend(file);
                    continue;
                };
                Matter::Approval(approval)
            }
            other if there.iter().any(|known| known.matter == *other) => continue,
            other => other.clone(),
        };
        let fact = Fact { number: number.to_owned(), matter, ..fact };
        // It may be that no better place was found than the one it had.
        left.extend(file.filter(|path| !is_at(&fact, path)));
        there.push(fact.clone());
        placed.push(fact);
    }
    (placed, left)
}

/// A decision beside others: about the version that has the content, in the next round. `None` if it is there already.
fn fitted(there: &[Fact], person: &str, approval: &Approval) -> Option<Approval> {
    let of = |fact: &Fact| match &fact.matter {
        Matter::Version { version, content, .. } if *content == approval.content => Some(*version),
        _ => None,
    };
    let versions: Vec<Version> = there.iter().filter_map(of).collect();
    let version = match versions.contains(&approval.version) {
        true => approval.version,
        false => versions.last().copied().unwrap_or(approval.version),
    };
    let mut rounds = BTreeSet::new();
    for fact in there {
        let Matter::Approval(known) = &fact.matter else { continue };
        if (known.version, &known.step) != (version, &approval.step) {
            continue;
        }
        let same = Approval { version, round: known.round, ..approval.clone() };
        if fact.person == person && same == *known {
            return None;
        }
        rounds.insert(known.round);
    }
    let next = rounds.last().map_or(1, |last| last.saturating_add(1));
    let round = if rounds.contains(&approval.round) || rounds.is_empty() { next } else { approval.round };
    Some(Approval { version, round, ..approval.clone() })
}
