//! Owns rules over a workspace's documents: packs of rules as data, and the verbs they are made of.
//!
//! A pack says where to look and what must hold there; kinds are named in packs, never here. A rule has its source and
//! its severity; `policies` of the configuration changes severity and parameters by the rule's id.
//!
//! Two sorts of rules share this: those over all documents (`schemas/rules/policy.yaml`, verbs beside this file), and
//! those over bids (`schemas/rules/bid-<family>.yaml`, verbs in `rules/bid/<family>.rs`), which look at the tender
//! graph of one package at a time. What a rule of bids is, what its verbs are given and how they answer stands at
//! the head of `rules/bid.rs`.

pub mod bid;
mod count;
mod cover;
mod deadline;
mod sequence;
mod stale;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::calendar::Day;
use crate::diagnostic::{Finding, Findings, Lang, Severity};
use crate::document::Document;
use crate::select::{Guide, Spot, Way};
use crate::shipped;
use crate::tender::{self, Pages};
use crate::workspace::Workspace;

/// How codes of rules begin. They tell of conduct, not of faults in files: nobody is kept from building by them.
pub const CODES: &str = "policy-";

/// Rules by id, such as `N03`.
pub type Pack = BTreeMap<String, Rule>;

#[derive(Clone, Debug, Deserialize)]
pub struct Rule {
    pub zh: String,
    pub en: String,
    /// Where it is written.
    pub policy: String,
    pub severity: Level,
    /// From a row to those whose business it is.
    #[serde(default)]
    pub who: Option<Way>,
    #[serde(flatten)]
    pub verb: Verb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Error,
    Warning,
    Info,
    /// Wrong, but the buyer lets it pass.
    Tolerated,
    /// Not looked at until the configuration gives it another.
    Off,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info | Level::Tolerated | Level::Off => Self::Info,
        }
    }
}

/// What must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Verb {
    /// Something is done within days or months of another thing.
    Deadline(deadline::Deadline),
    /// Something is there at all.
    Present(cover::Present),
    /// A figure lies between two others.
    Within(cover::Within),
    /// All of some values occur.
    Cover(cover::Cover),
    /// At least such a part of the rows has something.
    Share(cover::Share),
    /// So many rows in each month.
    Count(count::Count),
    /// One row in each period.
    Periodic(count::Periodic),
    /// One moment comes before another.
    Before(sequence::Before),
    /// Not so many failures one after the other.
    Streak(sequence::Streak),
    /// A figure has not reached its threshold.
    Threshold(sequence::Threshold),
    /// What a document stands on has not been revised since.
    Current(stale::Current),
}

impl Breach<'_> {
    /// What should hold.
    pub fn title(&self, lang: Lang) -> &str {
        if lang == Lang::En { &self.en } else { &self.zh }
    }
}

/// What a verb works with.
struct Court<'c, 'w> {
    guide: &'c Guide<'w>,
    id: &'c str,
    rule: &'c Rule,
    settings: Option<&'c BTreeMap<String, String>>,
    /// The day that is judged from; without it the latest that the rows themselves name.
    at: Option<Day>,
    breaches: &'c mut Vec<Breach<'w>>,
}

/// A rule that does not hold, and whose business it is.
#[derive(Clone)]
pub struct Breach<'w> {
    pub rule: String,
    zh: String,
    en: String,
    pub document: &'w Document,
    /// Those that the rule's `who` leads to: ids of documents or plain names.
    pub who: Vec<String>,
    pub finding: Finding,
}

impl<'w> Court<'_, 'w> {
    /// A figure of the rule, or what the configuration has in its place.
    fn number(&self, name: &str, shipped: u64) -> u64 {
        self.setting(name).and_then(|text| text.parse().ok()).unwrap_or(shipped)
    }

    fn flag(&self, name: &str, shipped: bool) -> bool {
        self.setting(name).map_or(shipped, |text| text == "true")
    }

    fn setting(&self, name: &str) -> Option<&str> {
        self.settings.and_then(|settings| settings.get(name)).map(String::as_str)
    }

    /// A finding of this rule.
    fn finding(&self, code: &'static str, row: &Spot<'w>) -> Finding {
        let mut finding = Finding::new(code, row.span());
        finding.severity = Some(self.severity());
        finding
            .with("rule", self.id)
            .with_words("title", &self.rule.zh, &self.rule.en)
            .with("policy", &self.rule.policy)
            .hint("configure", Vec::new())
    }

    fn severity(&self) -> Severity {
        match self.setting("severity") {
            Some("error") => Severity::Error,
            Some("warning") => Severity::Warning,
            Some("info") => Severity::Info,
            _ => self.rule.severity.into(),
        }
    }

    /// Puts down that the rule does not hold for a row.
    fn raise(&mut self, row: &Spot<'w>, finding: Finding) {
        let who = self.rule.who.as_ref().map(|way| self.guide.texts(row, way)).unwrap_or_default();
        self.breaches.push(Breach {
            rule: self.id.to_owned(),
            zh: self.rule.zh.clone(),
            en: self.rule.en.clone(),
            document: row.document,
            who,
            finding,
        });
    }

    /// The days at the end of a way, with their places.
    fn days(&self, row: &Spot<'w>, way: &Way) -> Vec<(Day, Spot<'w>)> {
        let spots = self.guide.walk(row, way);
        spots.into_iter().filter_map(|spot| Some((Day::parse(spot.text()?)?, spot))).collect()
    }

    /// The day that everything is judged from: the one that was asked for, or the latest that is named.
    fn horizon(&self, named: impl IntoIterator<Item = Day>) -> Option<Day> {
        self.at.or_else(|| named.into_iter().max())
    }
}

/// The name of a group as it stands before other words; there may be none.
fn led(group: &str) -> String {
    if group.is_empty() { String::new() } else { format!("{group} ") }
}

/// The shipped packs in one.
pub fn shipped() -> Pack {
    let mut all = Pack::new();
    for (name, text) in shipped::rules() {
        let pack: Result<Pack, _> = serde_yaml::from_str(text);
        all.extend(pack.map_err(|error| format!("{name}: {error}")).expect("a test reads all packs"));
    }
    all
}

/// Holds the documents against all rules. `at` is the day that lateness is judged from.
pub fn check(workspace: &Workspace, at: Option<Day>, findings: &mut Findings) {
    let mut raised = Findings::default();
    raised.extend(review(&Guide::new(workspace), at).into_iter().map(|breach| breach.finding));
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
}

/// Holds every bid against the rules of bids, as far as they can be judged before its pages are set.
pub fn check_bids(workspace: &Workspace, at: Option<Day>, findings: &mut Findings) {
    let bids = tender::bids(workspace);
    if bids.is_empty() {
        return;
    }
    let guide = Guide::new(workspace);
    let mut raised = Findings::default();
    for bid in bids {
        raised.extend(bid::judge(&guide, &bid, at).findings);
    }
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
}

/// Holds the finished pages of bids against the rules that can only be judged there.
pub fn check_pages(
    workspace: &Workspace,
    pages: &BTreeMap<String, Pages>,
    at: Option<Day>,
    findings: &mut Findings,
) {
    let guide = Guide::new(workspace);
    let mut raised = Findings::default();
    for bid in tender::bids(workspace) {
        if let Some(pages) = pages.get(&bid.package.id).filter(|pages| !pages.volumes.is_empty()) {
            raised.extend(bid::review(&guide, &bid, at, Some(pages)).findings);
        }
    }
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
}

/// All that does not hold, rule by rule, with those whose business it is.
pub fn review<'w>(guide: &Guide<'w>, at: Option<Day>) -> Vec<Breach<'w>> {
    let workspace = guide.workspace;
    let mut breaches = Vec::new();
    for (id, rule) in &shipped() {
        let settings = workspace.configuration.policies.get(id);
        let level = settings.and_then(|settings| settings.get("severity"));
        if level.map_or(rule.severity == Level::Off, |level| level == "off") {
            continue;
        }
        let mut court = Court { guide, id, rule, settings, at, breaches: &mut breaches };
        match &rule.verb {
            Verb::Deadline(verb) => verb.judge(&mut court),
            Verb::Present(verb) => verb.judge(&mut court),
            Verb::Within(verb) => verb.judge(&mut court),
            Verb::Cover(verb) => verb.judge(&mut court),
            Verb::Share(verb) => verb.judge(&mut court),
            Verb::Count(verb) => verb.judge(&mut court),
            Verb::Periodic(verb) => verb.judge(&mut court),
            Verb::Before(verb) => verb.judge(&mut court),
            Verb::Streak(verb) => verb.judge(&mut court),
            Verb::Threshold(verb) => verb.judge(&mut court),
            Verb::Current(verb) => verb.judge(&mut court),
        }
    }
    breaches
}
