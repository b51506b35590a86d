//! Proves the register against the documents, its own rules and what git knows of it.

use std::collections::BTreeMap;

use super::chain::{Chain, Policy};
use super::fact::{FOLDER, Fact, Matter, Verdict};
use super::standing::{self, Refusal};
use super::version::Version;
use super::{Record, Register};
use crate::diagnostic::{Finding, Findings};
use crate::source::{FileId, Span};

/// What the register has to know of a document.
pub struct Subject<'d> {
    pub id: &'d str,
    pub span: Span,
    pub kind: &'d str,
    /// The code of its numbers; `None` for a kind that is not numbered.
    pub code: Option<&'d str>,
    pub author: Option<&'d str>,
    pub chain: Option<&'d Chain>,
    /// The digest of its content.
    pub content: String,
}

/// Checks what can be told from files alone.
pub fn check(register: &Register, subjects: &[Subject], policy: &Policy, findings: &mut Findings) {
    let known: BTreeMap<&str, &Subject> = subjects.iter().map(|subject| (subject.id, subject)).collect();
    for record in register.records() {
        match known.get(record.entry.document.as_str()) {
            _ if record.void.is_some() => terminal(record, findings),
            Some(subject) => holder(record, subject, policy, findings),
            None => findings.push(
                Finding::new("number-orphan", record.span)
                    .with("number", &record.entry.number)
                    .with("document", &record.entry.document)
                    .hint("void", Vec::new()),
            ),
        }
        sequence(record, findings);
    }
    for subject in subjects {
        let mut numbers = register.of(subject.id);
        match (numbers.next(), numbers.next()) {
            (Some(first), Some(second)) => {
                let finding = Finding::new("number-repeated", subject.span)
                    .with("document", subject.id)
                    .with("first", &first.entry.number)
                    .with("second", &second.entry.number);
                findings.push(
                    finding
                        .related(first.span, "one", vec![])
                        .related(second.span, "one", vec![])
                        .hint("resolve", vec![]),
                );
            }
            // Where nobody numbers documents, nobody misses a number.
            (None, _) if subject.code.is_some() && !register.is_empty() => {
                findings.push(
                    Finding::new("number-missing", subject.span)
                        .with("document", subject.id)
                        .hint("number", vec![]),
                );
            }
            _ => (),
        }
    }
}

/// A number that is out of use stays so: nothing is settled about it afterwards.
fn terminal(record: &Record, findings: &mut Findings) {
    let Some(void) = &record.void else { return };
    for fact in record.siblings().filter(|fact| !matches!(fact.matter, Matter::Void { .. })) {
        if fact.date > void.date {
            let finding = Finding::new("number-void", place(record, fact)).with("number", &fact.number);
            findings.push(finding.related(place(record, void), "void", Vec::new()));
        }
    }
}

/// The entry against the document that it names.
fn holder(record: &Record, subject: &Subject, policy: &Policy, findings: &mut Findings) {
    if subject.code != Some(record.number.code.as_str()) || subject.kind != record.kind() {
        let finding = Finding::new("number-kind", record.span)
            .with("number", &record.entry.number)
            .with("kind", record.kind())
            .with("found", subject.kind);
        findings.push(finding.related(subject.span, "document", Vec::new()));
    }
    if let Some((version, content)) = record.latest()
        && content != subject.content
    {
        let finding = Finding::new("version-outdated", subject.span)
            .with("number", &record.entry.number)
            .with("version", version);
        findings.push(finding.hint("revise", Vec::new()));
    }
    approvals(record, subject, policy, findings);
}

/// Versions come one after the other.
fn sequence(record: &Record, findings: &mut Findings) {
    let mut before: Option<Version> = None;
    for fact in &record.versions {
        let Matter::Version { version, .. } = &fact.matter else { continue };
        if !version.follows(before) {
            let finding = Finding::new("version-order", place(record, fact)).with("version", version);
            findings.push(finding.with("before", before.map_or("—".to_owned(), |before| before.to_string())));
        }
        before = Some(*version);
    }
}

/// Every approval on its own: of a version that is there, of its content, in its order, by somebody who may.
fn approvals(record: &Record, subject: &Subject, policy: &Policy, findings: &mut Findings) {
    let mut refuse = |fact: &Fact, reason: &str| {
        let finding = Finding::new("approval-unsound", place(record, fact)).with("number", &fact.number);
        findings.push(finding.with("person", &fact.person).with("reason", reason));
    };
    for (fact, approval) in record.approvals() {
        let Some(version) = record.versions.iter().find(
            |known| matches!(&known.matter, Matter::Version { version, .. } if *version == approval.version),
        ) else {
            refuse(fact, "@approval-version");
            continue;
        };
        if matches!(&version.matter, Matter::Version { content, .. } if *content != approval.content) {
            // A decision that was copied to the version that it is about may stay where it was.
            let is_copy = |(other, known): (&Fact, &super::Approval)| {
                let same = super::Approval { version: known.version, round: known.round, ..approval.clone() };
                known.version != approval.version && other.person == fact.person && *known == same
            };
            if !record.approvals().any(is_copy) {
                refuse(fact, "@approval-content");
            }
            continue;
        }
        let groups = subject.chain.map(Vec::as_slice).unwrap_or_default();
        let Some(group) = groups.iter().position(|group| group.iter().any(|step| step.name == approval.step))
        else {
            refuse(fact, "@approval-step");
            continue;
        };
        let approved = |name: &str| {
            let of_step = |known: &&(&Fact, &super::Approval)| {
                known.1.version == approval.version && known.1.step == name
            };
            let all: Vec<_> = record.approvals().collect();
            all.iter().filter(of_step).any(|(_, known)| known.verdict == Verdict::Approved)
        };
        if !groups[..group].iter().flatten().all(|step| approved(&step.name)) {
            refuse(fact, "@approval-order");
        }
        let Some(step) = groups[group].iter().find(|step| step.name == approval.step) else { continue };
        match standing::fits(policy, step, &fact.person) {
            Err(Refusal::Stranger(_)) => refuse(fact, "@approval-stranger"),
            Err(_) => refuse(fact, "@approval-role"),
            Ok(_)
                if !step.outside
                    && standing::wrote(policy, &version.person, subject.author, &fact.person) =>
            {
                refuse(fact, "@approval-own");
            }
            Ok(_) => (),
        }
    }
}

fn place(record: &Record, fact: &Fact) -> Span {
    record.spans.get(&fact.path(&record.number.code)).copied().unwrap_or(record.span)
}

/// What became of a file of the register that another commit has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Altered {
    Changed,
    Removed,
}

/// A file that two branches have written, and nobody has settled which one stays.
pub fn contested(file: FileId, path: &str) -> Finding {
    Finding::new("register-contested", Span::file(file)).with("path", path).hint("resolve", vec![])
}

/// Whether what a file said on a merged branch still stands in the register, if at another place: the document has
/// another number now, or the fact has moved on beside another that came first.
pub fn accounted(register: &Register, before: &Fact) -> bool {
    let holder = register.record(&before.number).filter(|record| record.entry.document == before.document);
    let mut records = register.of(&before.document).chain(holder);
    match &before.matter {
        Matter::Number { .. } => records.next().is_some(),
        // What is void of a number goes with it.
        Matter::Void { .. } => holder.is_none_or(|record| record.void.is_some()),
        Matter::Version { summary, content, .. } => records.flat_map(|record| &record.versions).any(|fact| {
            matches!(&fact.matter, Matter::Version { summary: s, content: c, .. } if (s, c) == (summary, content))
        }),
        Matter::Approval(approval) => records.flat_map(Record::approvals).any(|(fact, known)| {
            let same = |a: &super::Approval| (a.step.clone(), a.verdict, a.content.clone());
            fact.person == before.person && same(known) == same(approval)
        }),
    }
}

/// Whether a number still belongs to its document, or the document at least remembers it: what main has given is not
/// exchanged without a word. True of all other facts.
pub fn remembered(register: &Register, before: &Fact) -> bool {
    let has = register.record(&before.number).is_some_and(|record| record.entry.document == before.document);
    !matches!(before.matter, Matter::Number { .. })
        || has
        || register.of(&before.document).any(|record| record.formerly() == Some(&before.number))
}

/// A file of the register that is not as it is at `base`: nothing there may ever change or go.
pub fn altered(file: FileId, path: &str, what: Altered, base: &str) -> Finding {
    let what = match what {
        Altered::Changed => "@register-changed",
        Altered::Removed => "@register-removed",
    };
    let finding = Finding::new("register-altered", Span::file(file)).with("path", path);
    finding.with("what", what).with("base", base).hint("restore", vec![])
}

/// Git has been told to merge files of the register by itself.
pub fn unsound_attribute(file: FileId, found: &str) -> Finding {
    let finding = Finding::new("register-attributes", Span::file(file)).with("found", found);
    finding.with("line", format!("{FOLDER}/** -merge text eol=lf")).hint("line", vec![])
}
