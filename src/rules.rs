//! Owns rules over a workspace's documents: packs of rules as data, and the verbs they are made of.
//!
//! A pack says where to look and what must hold there; kinds are named in packs, never here. A rule has its source and
//! its severity; `policies` of the configuration changes severity and parameters by the rule's id.

mod count;
mod cover;
mod deadline;
mod sequence;
mod stale;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::calendar::Day;
use crate::diagnostic::{Finding, Findings, Severity};
use crate::select::{Guide, Spot, Way};
use crate::shipped;
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
    /// Not looked at until the configuration gives it another.
    Off,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info | Level::Off => Self::Info,
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

/// The rows that a rule or a report speaks of.
#[derive(Clone, Debug, Deserialize)]
pub struct Rows {
    /// The kind of the documents.
    pub of: String,
    /// From a document to its rows; without it the document is the row.
    pub each: Option<Way>,
    /// Only rows for which every way leads to one of its values; `!` before a value excludes it.
    #[serde(default)]
    pub only: Vec<Condition>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Condition {
    pub at: Way,
    /// Texts, one of which must be found. Without any of these three something must be found at all.
    #[serde(default)]
    pub is: Vec<String>,
    #[serde(default)]
    pub not: Vec<String>,
    /// Nothing may be found.
    #[serde(default)]
    pub absent: bool,
}

impl Rows {
    pub fn find<'w>(&self, guide: &Guide<'w>) -> Vec<Spot<'w>> {
        let documents = guide.documents(&self.of).iter().map(|document| Spot::of(document));
        let rows = documents.flat_map(|spot| match &self.each {
            Some(way) => guide.walk(&spot, way),
            None => vec![spot],
        });
        rows.filter(|row| self.only.iter().all(|condition| condition.holds(guide, row))).collect()
    }
}

impl Condition {
    pub fn holds<'w>(&self, guide: &Guide<'w>, row: &Spot<'w>) -> bool {
        let texts = guide.texts(row, &self.at);
        let found = |wanted: &[String]| texts.iter().any(|text| wanted.contains(text));
        match (self.is.as_slice(), self.not.as_slice()) {
            ([], []) => guide.walk(row, &self.at).is_empty() == self.absent,
            ([], not) => !found(not),
            (is, not) => found(is) && !found(not),
        }
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
    findings: &'c mut Findings,
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
    let guide = Guide::new(workspace);
    let mut raised = Findings::default();
    for (id, rule) in &shipped() {
        let settings = workspace.configuration.policies.get(id);
        let level = settings.and_then(|settings| settings.get("severity"));
        if level.map_or(rule.severity == Level::Off, |level| level == "off") {
            continue;
        }
        let mut court = Court { guide: &guide, id, rule, settings, at, findings: &mut raised };
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
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
}
