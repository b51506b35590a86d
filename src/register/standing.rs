//! Where a numbered document stands: its version, what was approved of it, and who is next.

use super::Record;
use super::chain::{Chain, Policy, Step};
use super::fact::{Approval, Fact, Matter, Verdict};
use super::version::Version;

/// A decision and whether it still counts.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'r> {
    pub fact: &'r Fact,
    pub approval: &'r Approval,
    pub valid: bool,
}

/// What can be told of a document from its record and its content.
pub struct Standing<'r> {
    pub record: &'r Record,
    pub version: Option<Version>,
    /// Whether the content is another than that of the latest version.
    pub changed: bool,
    /// All decisions, by version, step and round.
    pub decisions: Vec<Decision<'r>>,
    /// The steps that can be taken now, in the order of the chain.
    pub next: Vec<&'r Step>,
    /// All steps that are still to be taken.
    pub open: Vec<&'r Step>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No version yet, or changed since.
    Draft,
    /// A version waits for approvals.
    Review,
    Rejected,
    /// Approved to the end, or there is nobody who has to.
    Released,
}

impl<'r> Standing<'r> {
    /// `content` is the digest of the document as it is now.
    pub fn new(record: &'r Record, chain: Option<&'r Chain>, content: &str) -> Self {
        let latest = record.latest();
        let version = latest.map(|(version, _)| version);
        let changed = latest.is_some_and(|(_, recorded)| recorded != content);
        let mut decisions: Vec<Decision<'r>> = record
            .approvals()
            .map(|(fact, approval)| {
                let counts = Some(approval.version) == version && approval.content == content && !changed;
                Decision { fact, approval, valid: counts }
            })
            .collect();
        decisions.sort_by_key(|decision| {
            let approval = decision.approval;
            (approval.version, place(chain, &approval.step), approval.step.as_str(), approval.round)
        });
        // A later decision about a step takes the place of an earlier one.
        for at in 1..decisions.len() {
            let same = |a: &Approval, b: &Approval| (a.version, &a.step) == (b.version, &b.step);
            if same(decisions[at - 1].approval, decisions[at].approval) {
                decisions[at - 1].valid = false;
            }
        }
        let verdict = |step: &Step| {
            let decided = |decision: &&Decision| decision.valid && decision.approval.step == step.name;
            decisions.iter().find(decided).map(|decision| decision.approval.verdict)
        };
        let groups = chain.map(Vec::as_slice).unwrap_or_default();
        let waiting = |step: &&Step| verdict(step) != Some(Verdict::Approved);
        let open: Vec<&Step> = groups.iter().flatten().filter(waiting).collect();
        let first = groups.iter().find(|group| group.iter().any(|step| waiting(&step)));
        let ready = version.is_some() && !changed;
        let next = match first {
            Some(group) if ready => group.iter().filter(waiting).collect(),
            _ => Vec::new(),
        };
        let rejected = groups.iter().flatten().any(|step| verdict(step) == Some(Verdict::Rejected));
        let state = match (ready, rejected, open.is_empty()) {
            (false, ..) => State::Draft,
            (true, true, _) => State::Rejected,
            (true, false, false) => State::Review,
            (true, false, true) => State::Released,
        };
        Self { record, version, changed, decisions, next, open, state }
    }

    pub fn state(&self) -> State {
        self.state
    }

    /// Decisions about the latest version that a change of content has made void.
    pub fn void(&self) -> impl Iterator<Item = &Decision<'r>> {
        self.decisions
            .iter()
            .filter(|decision| self.changed && Some(decision.approval.version) == self.version)
    }
}

fn place(chain: Option<&Chain>, step: &str) -> usize {
    let names = chain.into_iter().flatten().flatten().map(|step| step.name.as_str());
    names.into_iter().position(|name| name == step).unwrap_or(usize::MAX)
}

/// Why a step cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The kind of the document asks for no approvals.
    NoChain,
    /// There is no version to decide about.
    NoVersion,
    /// The content is another than that of the latest version.
    Changed(Version),
    UnknownStep(String),
    /// Several steps can be taken; one must be named.
    Ambiguous(Vec<String>),
    /// Others come first.
    TooEarly(Vec<String>),
    /// Already approved.
    Done(String),
    /// Nobody of this name is listed.
    Stranger(String),
    /// The person has none of the roles of the step.
    Role {
        person: String,
        roles: Vec<String>,
    },
    /// The person has written what is to be approved.
    Own(String),
    OpinionMissing(String),
}

/// Somebody's wish to decide about a document.
pub struct Wish<'w> {
    pub step: Option<&'w str>,
    pub person: &'w str,
    pub verdict: Verdict,
    pub opinion: Option<&'w str>,
    /// Who is named as the author in the document itself.
    pub author: Option<&'w str>,
}

/// The step and the role in which somebody may decide now, or why not.
pub fn admit<'r>(
    standing: &Standing<'r>,
    chain: Option<&'r Chain>,
    policy: &Policy,
    wish: &Wish,
) -> Result<(&'r Step, String), Refusal> {
    let chain = chain.filter(|chain| !chain.is_empty()).ok_or(Refusal::NoChain)?;
    let version = standing.version.ok_or(Refusal::NoVersion)?;
    if standing.changed {
        return Err(Refusal::Changed(version));
    }
    let titles = |steps: &[&Step]| steps.iter().map(|step| step.title.clone()).collect::<Vec<_>>();
    let step = match wish.step {
        Some(name) => {
            let known = chain.iter().flatten().find(|step| step.name == name || step.title == name);
            known.ok_or_else(|| Refusal::UnknownStep(name.to_owned()))?
        }
        None => match standing.next.as_slice() {
            [only] => only,
            [] => return Err(Refusal::Done(titles(&chain.iter().flatten().collect::<Vec<_>>()).join("、"))),
            several => match several
                .iter()
                .filter(|step| may(policy, step, wish.person))
                .collect::<Vec<_>>()
                .as_slice()
            {
                [only] => only,
                _ => return Err(Refusal::Ambiguous(several.iter().map(|step| step.name.clone()).collect())),
            },
        },
    };
    if !standing.next.iter().any(|next| next.name == step.name) {
        return Err(match standing.open.iter().any(|open| open.name == step.name) {
            true => Refusal::TooEarly(titles(&standing.next)),
            false => Refusal::Done(step.title.clone()),
        });
    }
    let role = fits(policy, step, wish.person)?;
    let writer = standing.record.latest_fact().map(|fact| fact.person.as_str());
    if !step.outside && wrote(policy, writer.unwrap_or_default(), wish.author, wish.person) {
        return Err(Refusal::Own(wish.person.to_owned()));
    }
    if step.opinion && wish.opinion.is_none_or(|opinion| opinion.trim().is_empty()) {
        return Err(Refusal::OpinionMissing(step.title.clone()));
    }
    Ok((step, role))
}

/// The role in which a person may take a step; empty where roles are not checked.
pub(super) fn fits(policy: &Policy, step: &Step, person: &str) -> Result<String, Refusal> {
    if step.outside || policy.people.is_empty() {
        return Ok(if step.outside {
            step.roles.first().cloned().unwrap_or_default()
        } else {
            String::new()
        });
    }
    let known = policy.person(person).ok_or_else(|| Refusal::Stranger(person.to_owned()))?;
    if step.roles.is_empty() {
        return Ok(known.roles.first().cloned().unwrap_or_default());
    }
    let role = step.roles.iter().find(|role| known.roles.contains(role));
    role.cloned().ok_or_else(|| Refusal::Role { person: known.name.clone(), roles: step.roles.clone() })
}

fn may(policy: &Policy, step: &Step, person: &str) -> bool {
    fits(policy, step, person).is_ok()
}

/// Whether a person has recorded the version or is among the authors that the document names. A blank may divide two
/// names or be part of one; both are looked at.
pub(super) fn wrote(policy: &Policy, recorder: &str, author: Option<&str>, person: &str) -> bool {
    let authors = author.unwrap_or_default().split(['、', '，', ',', ';', '；', '/']).map(str::trim);
    let authors = authors.flat_map(|author| std::iter::once(author).chain(author.split_whitespace()));
    authors.chain([recorder]).filter(|name| !name.is_empty()).any(|name| same(policy, name, person))
}

/// Whether two names mean one person.
fn same(policy: &Policy, one: &str, other: &str) -> bool {
    one == other
        || matches!((policy.person(one), policy.person(other)), (Some(one), Some(other)) if one == other)
}

impl Record {
    /// What [`Standing::void`] and pages list: versions with their facts, oldest first.
    pub fn history(&self) -> impl Iterator<Item = (Version, &str, &Fact)> {
        self.versions.iter().filter_map(|fact| match &fact.matter {
            Matter::Version { version, summary, .. } => Some((*version, summary.as_str(), fact)),
            _ => None,
        })
    }
}
