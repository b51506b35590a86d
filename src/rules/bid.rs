//! Owns rules over bids: their packs, how a tender changes them, and what was found about each.
//!
//! **A rule** is an entry of `schemas/rules/bid-<family>.yaml`; adding one takes no Rust where its verb exists:
//!
//! ```yaml
//! BR-Q11:
//!   zh: 负偏离不超过允许的项数              # what must hold
//!   en: no more negative deviations than allowed
//!   source: 财政部令第87号第五十九条（2017-10-01 起施行）   # where it is written, with its date
//!   severity: warning                       # error | warning | info | tolerated | off
//!   tender_fault: false                     # true: a fault of the tender itself, to be asked about
//!   families: [政府采购]                    # legal families that it holds in; all without it
//!   by_family: { 招标投标: { severity: error } }   # what is different in one of them
//!   stage: check                            # check (default), pages: wants the finished pages, or both
//!   verb: deviations                        # a verb of the family, and below it its parameters
//!   most: 3
//! ```
//!
//! **Severity and parameters** are changed by `policies.<id>` of the configuration, and after that by `rules.<id>` of
//! the tender's profile. They are laid over the entry before the verb is read, so a verb finds them in its own fields.
//! Lists are written there with `、` between their items.
//!
//! **A verb** is a variant of the enum `Verb` in `rules/bid/<family>.rs`, with its parameters as fields. `judge` is
//! called once for each bid and gets a [`Hearing`]: `hearing.bid` is the tender graph of the bid, `hearing.guide`
//! walks ways, `hearing.at` is the day to judge from, `hearing.pages` are the finished pages where the stage has them.
//! It answers with
//!
//! * `hearing.fail(scope, finding)`: does not hold. `scope` is what a waiver may name: a clause, a form, a line.
//! * `hearing.ask(scope, finding)`: cannot be judged by a program; a person has to look.
//! * `hearing.skip("@reason")`: the rule is not applicable, because of a term in `terms.yaml`.
//! * nothing: it holds.
//!
//! Four codes are enough for all of them, since the rule's own words tell what must hold: `missing`, `differs`, `word` and
//! `review` make their findings, at the bid's own file; `tender` and `other` point at the place on the other side.
//!
//! **A rule that is held elsewhere**, by a finding that stands for itself, has `verb: elsewhere` and its `codes`, so that the
//! list of rules is whole.
//!
//! **A waiver** (`waivers` of the tender's profile or of the bid: rule, scope, owner, reason, expires) turns what
//! fails into something that is listed. It must not have expired on the day of the opening.
//!
//! **Cases** are in `tests/bids/*.yaml`: each injects one fault into a sound bid and names the one rule that fires.

mod blind;
mod date;
mod form;
mod identity;
mod leak;
mod measure;
mod price;
mod printed;
mod requirement;
mod waiver;
mod wording;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_yaml::{Mapping, Value as Yaml};

use super::Level;
use crate::calendar::Day;
use crate::diagnostic::{Finding, Findings, Severity};
use crate::select::Guide;
use crate::shipped;
use crate::source::Span;
use crate::tender::{Bid, Pages};
use crate::value::{Data, Value};

/// What a rule is, whatever its verb.
#[derive(Clone, Debug, Deserialize)]
pub struct Head {
    pub zh: String,
    pub en: String,
    /// Law, article and the day since which it holds; or whose custom it is.
    pub source: String,
    pub severity: Level,
    #[serde(default)]
    pub tender_fault: bool,
    #[serde(default)]
    pub families: Vec<String>,
    #[serde(default)]
    pub stage: Stage,
}

/// What a rule needs to be judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    #[default]
    Check,
    Pages,
    /// What the sources say already, and with the pages once more what both say.
    Both,
}

impl Stage {
    /// Whether a rule is judged when the pages are there, or when they are not.
    fn is_at(self, pages: bool) -> bool {
        match self {
            Self::Check => !pages,
            Self::Pages => pages,
            Self::Both => true,
        }
    }

    /// Whether it is then known that nothing more will be found.
    fn is_told(self, pages: bool) -> bool {
        pages == (self != Self::Check)
    }
}

/// What must hold, by the family of the pack.
enum Verb {
    Elsewhere,
    Form(form::Verb),
    Requirement(requirement::Verb),
    Price(price::Verb),
    Date(date::Verb),
    Identity(identity::Verb),
}

impl Verb {
    fn read(family: &str, entry: Yaml) -> Result<Self, String> {
        fn from<V: serde::de::DeserializeOwned>(entry: Yaml) -> Result<V, String> {
            serde_yaml::from_value(entry).map_err(|error| error.to_string())
        }
        if entry.get("verb").and_then(Yaml::as_str) == Some(ELSEWHERE) {
            return from::<Elsewhere>(entry).map(|_| Self::Elsewhere);
        }
        Ok(match family {
            "form" => Self::Form(from(entry)?),
            "requirement" => Self::Requirement(from(entry)?),
            "price" => Self::Price(from(entry)?),
            "date" => Self::Date(from(entry)?),
            "identity" => Self::Identity(from(entry)?),
            other => return Err(format!("there are no verbs of `{other}`")),
        })
    }

    fn judge(&self, hearing: &mut Hearing) {
        match self {
            Self::Elsewhere => hearing.skip("@rule-elsewhere"),
            Self::Form(verb) => verb.judge(hearing),
            Self::Requirement(verb) => verb.judge(hearing),
            Self::Price(verb) => verb.judge(hearing),
            Self::Date(verb) => verb.judge(hearing),
            Self::Identity(verb) => verb.judge(hearing),
        }
    }
}

const ELSEWHERE: &str = "elsewhere";

/// A rule that findings of their own hold.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    #[expect(dead_code, reason = "every rule has one")]
    verb: String,
    #[expect(dead_code, reason = "for the list of rules and its tests; a rule without them is refused here")]
    codes: Vec<String>,
}

/// A rule as its pack has it, before anything is laid over it.
pub struct Entry {
    pub family: String,
    pub head: Head,
    /// The name of its verb.
    pub verb: String,
    text: Mapping,
}

impl Entry {
    /// The codes of a rule that is held elsewhere.
    pub fn codes(&self) -> Vec<&str> {
        let codes = self.text.get("codes").and_then(Yaml::as_sequence);
        codes.into_iter().flatten().filter_map(Yaml::as_str).collect()
    }

    /// The parameters that a tender or a configuration may set, as they are shipped.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, String)> {
        let own = self.text.iter().filter_map(|(name, value)| Some((name.as_str()?, value)));
        own.filter(|(name, _)| !HEAD.contains(name) && *name != "verb").map(|(name, value)| {
            let text = serde_yaml::to_string(value).unwrap_or_default();
            (name, text.trim_end().replace("\n- ", "、").trim_start_matches("- ").to_owned())
        })
    }
}

/// The fields of an entry that are not its verb's.
const HEAD: [&str; 8] = ["zh", "en", "source", "severity", "tender_fault", "families", "stage", "by_family"];

/// How a rule came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Pass,
    Fail,
    /// It does not hold, and every place where it does not has a waiver.
    Waived,
    NeedsAPerson,
    NotApplicable,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Waived => "waived",
            Self::NeedsAPerson => "needs-a-person",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// What was found about one rule.
pub struct Verdict {
    pub rule: String,
    pub head: Head,
    pub outcome: Outcome,
    /// Why it is not applicable: a term.
    pub reason: Option<&'static str>,
    /// How many places fail, ask for a person, or are waived.
    pub places: usize,
}

/// All verdicts about a bid, and what there is to tell of them.
#[derive(Default)]
pub struct Judgement {
    pub verdicts: Vec<Verdict>,
    pub findings: Vec<Finding>,
}

/// What a verb works with, and how it answers.
pub struct Hearing<'h, 'w> {
    pub bid: &'h Bid<'w>,
    pub guide: &'h Guide<'w>,
    /// The day that is judged from: the one that was asked for, or else the day of the opening.
    pub at: Option<Day>,
    pub pages: Option<&'h Pages>,
    pub id: &'h str,
    pub head: &'h Head,
    reason: Option<&'static str>,
    raised: Vec<Raised>,
}

struct Raised {
    scope: String,
    finding: Finding,
    asks: bool,
}

impl Hearing<'_, '_> {
    /// A finding of this rule.
    pub fn finding(&self, code: &'static str, span: Span) -> Finding {
        let mut finding = Finding::new(code, span);
        finding.severity = Some(self.head.severity.into());
        finding
            .with("rule", self.id)
            .with_words("title", &self.head.zh, &self.head.en)
            .with("source", &self.head.source)
            .hint("source", Vec::new())
    }

    /// Something that has to be there is not.
    pub fn missing(&self, span: Span, what: impl ToString) -> Finding {
        self.finding("bid-missing", span).with("what", what)
    }

    /// Something is not what it has to be.
    pub fn differs(&self, span: Span, found: impl ToString, wanted: impl ToString) -> Finding {
        self.finding("bid-differs", span).with("found", found).with("wanted", wanted)
    }

    /// Words that must not stand in the bid.
    pub fn word(&self, span: Span, found: impl ToString) -> Finding {
        self.finding("bid-word", span).with("found", found)
    }

    /// Something that a person has to look at.
    pub fn review(&self, span: Span, what: impl ToString) -> Finding {
        self.finding("bid-unclear", span).with("what", what)
    }

    /// The rule does not hold here. `scope` is what a waiver may name; it may be empty.
    pub fn fail(&mut self, scope: &str, finding: Finding) {
        self.raised.push(Raised { scope: scope.to_owned(), finding, asks: false });
    }

    /// A person has to look here. It is never told louder than a warning.
    pub fn ask(&mut self, scope: &str, mut finding: Finding) {
        finding.severity = Some(finding.severity().min(Severity::Warning));
        self.raised.push(Raised { scope: scope.to_owned(), finding, asks: true });
    }

    /// The rule is not applicable; `reason` is a term.
    pub fn skip(&mut self, reason: &'static str) {
        self.reason = Some(reason);
    }
}

/// All rules of bids as they are shipped, by id.
pub fn shipped() -> &'static BTreeMap<String, Entry> {
    static PACKS: OnceLock<BTreeMap<String, Entry>> = OnceLock::new();
    PACKS.get_or_init(packs)
}

fn packs() -> BTreeMap<String, Entry> {
    let mut all = BTreeMap::new();
    for (family, text) in shipped::bid_rules() {
        let pack: Result<BTreeMap<String, Mapping>, _> = serde_yaml::from_str(text);
        for (id, text) in pack.map_err(|error| format!("{family}: {error}")).expect("a test reads all packs")
        {
            let head = serde_yaml::from_value(Yaml::Mapping(text.clone()));
            let head = head.map_err(|error| format!("{id}: {error}")).expect("a test reads all packs");
            let verb = text.get("verb").and_then(Yaml::as_str).unwrap_or_default().to_owned();
            let family = family.clone();
            all.insert(id, Entry { family, head, verb, text });
        }
    }
    all
}

/// Holds a bid against all rules that need no pages.
pub fn judge<'w>(guide: &Guide<'w>, bid: &Bid<'w>, at: Option<Day>) -> Judgement {
    review(guide, bid, at, None)
}

/// Holds a bid against all rules; those that need pages are left to the stage that has them.
pub fn review<'w>(guide: &Guide<'w>, bid: &Bid<'w>, at: Option<Day>, pages: Option<&Pages>) -> Judgement {
    let mut judgement = Judgement::default();
    let mut waivers = waiver::read(bid);
    for (id, entry) in shipped() {
        if !entry.head.stage.is_at(pages.is_some()) {
            continue;
        }
        let (head, verb) = match settle(id, entry, bid, &mut judgement.findings) {
            Some(settled) => settled,
            None => continue,
        };
        let at = at.or_else(|| bid.opening());
        let mut hearing =
            Hearing { bid, guide, at, pages, id, head: &head, reason: None, raised: Vec::new() };
        if head.severity == Level::Off {
            hearing.skip("@rule-off");
        } else if !head.families.is_empty() && !head.families.iter().any(|family| *family == bid.family()) {
            hearing.skip("@rule-family");
        } else {
            verb.judge(&mut hearing);
        }
        let Hearing { reason, raised, .. } = hearing;
        let places = raised.len();
        let (mut fails, mut asks) = (0, 0);
        for Raised { scope, finding, asks: asking } in raised {
            match waiver::find(&mut waivers, id, &scope, bid.opening().or(at)) {
                Some(waiver) => judgement.findings.push(waiver.listed(id, &finding)),
                None => {
                    *(if asking { &mut asks } else { &mut fails }) += 1;
                    judgement.findings.push(finding);
                }
            }
        }
        let outcome = match (fails, asks, places, reason) {
            (1.., ..) => Outcome::Fail,
            (_, 1.., ..) => Outcome::NeedsAPerson,
            (.., 1.., _) => Outcome::Waived,
            (.., Some(_)) => Outcome::NotApplicable,
            _ => Outcome::Pass,
        };
        let reason = reason.filter(|_| outcome == Outcome::NotApplicable);
        judgement.verdicts.push(Verdict { rule: id.clone(), head, outcome, reason, places });
    }
    judgement.findings.extend(waiver::complaints(&waivers, shipped(), pages.is_some(), bid.opening().or(at)));
    judgement
}

/// A rule with everything laid over it that the family, the configuration and the tender say.
fn settle(id: &str, entry: &Entry, bid: &Bid, findings: &mut Vec<Finding>) -> Option<(Head, Verb)> {
    let mut text = entry.text.clone();
    if let Some(Yaml::Mapping(families)) = text.remove("by_family")
        && let Some(Yaml::Mapping(own)) = families.get(bid.family())
    {
        text.extend(own.clone());
    }
    let sound = text.clone();
    let mut place = bid.package.id_span;
    if let Some(settings) = bid.workspace.configuration.policies.get(id) {
        for (name, value) in settings {
            lay_over(&mut text, name, value);
        }
    }
    if let Some(settings) = bid.settings(id) {
        place = settings.head();
        for member in settings.members() {
            match &member.value.data {
                Data::List(items) => {
                    let items = items.iter().filter_map(Value::text).map(Yaml::from).collect();
                    text.insert(member.key.as_str().into(), Yaml::Sequence(items));
                }
                _ => lay_over(&mut text, &member.key, member.value.text().unwrap_or_default()),
            }
        }
    }
    let parts = |mut text: Mapping| {
        let head: Head =
            serde_yaml::from_value(Yaml::Mapping(text.clone())).map_err(|error| error.to_string())?;
        for name in HEAD {
            text.remove(name);
        }
        Verb::read(&entry.family, Yaml::Mapping(text)).map(|verb| (head, verb))
    };
    match parts(text) {
        Ok(settled) => Some(settled),
        Err(problem) => {
            let finding = Finding::new("bid-rule-setting", place).with("rule", id);
            findings.push(finding.with("problem", problem.lines().next().unwrap_or_default()));
            parts(sound).ok()
        }
    }
}

/// Puts a setting in the place of what the pack says; what it is, is told by what stood there.
fn lay_over(text: &mut Mapping, name: &str, value: &str) {
    let new = match text.get(name) {
        Some(Yaml::String(_)) => value.into(),
        Some(Yaml::Sequence(_)) => Yaml::Sequence(value.split('、').map(Yaml::from).collect()),
        _ => serde_yaml::from_str(value).unwrap_or_else(|_| value.into()),
    };
    text.insert(name.into(), new);
}

/// Adds what was found about a bid to other findings, with the severities of the configuration.
pub fn tell(bid: &Bid, judgement: Judgement, findings: &mut Findings) {
    let mut raised = Findings::default();
    raised.extend(judgement.findings);
    bid.workspace.configuration.judge(&mut raised);
    findings.extend(raised);
}

#[cfg(test)]
mod tests {
    use super::{Verb, shipped};
    use serde_yaml::Value as Yaml;

    #[test]
    fn every_rule_can_be_read() {
        for (id, entry) in shipped() {
            assert!(!entry.head.source.is_empty(), "{id} has no source");
            let mut text = entry.text.clone();
            for name in super::HEAD {
                text.remove(name);
            }
            if let Err(problem) = Verb::read(&entry.family, Yaml::Mapping(text)) {
                panic!("{id}: {problem}");
            }
        }
    }
}
