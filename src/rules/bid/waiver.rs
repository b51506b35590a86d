//! Waivers: somebody answers for a rule that does not hold, for a reason and up to a day.

use std::collections::BTreeMap;

use super::{Entry, Stage};
use crate::calendar::Day;
use crate::diagnostic::{Finding, Severity};
use crate::source::Span;
use crate::tender::Bid;

/// One waiver as it was written, and whether it was used.
pub(super) struct Waiver {
    rule: String,
    /// A clause, a form or a line; all of them without it.
    scope: Option<String>,
    owner: String,
    reason: String,
    expires: Option<Day>,
    span: Span,
    used: bool,
    late: bool,
}

/// The waivers of the tender's profile and of the bid.
pub(super) fn read(bid: &Bid) -> Vec<Waiver> {
    let lists = [bid.profile, Some(bid.package)].into_iter().flatten();
    lists
        .filter_map(|document| document.data()?.get("waivers"))
        .flat_map(|list| list.items())
        .map(|item| {
            let text = |key: &str| item.text_at(key).unwrap_or_default().to_owned();
            Waiver {
                rule: text("rule"),
                scope: item.text_at("scope").map(str::to_owned),
                owner: text("owner"),
                reason: text("reason"),
                expires: item.text_at("expires").and_then(Day::parse),
                span: item.head(),
                used: false,
                late: false,
            }
        })
        .collect()
}

/// The waiver of a place that still holds on the day.
pub(super) fn find<'a>(
    waivers: &'a mut [Waiver],
    rule: &str,
    scope: &str,
    day: Option<Day>,
) -> Option<&'a Waiver> {
    let fits = |waiver: &&mut Waiver| {
        waiver.rule == rule && waiver.scope.as_deref().is_none_or(|wanted| wanted == scope)
    };
    for waiver in waivers.iter_mut().filter(fits) {
        waiver.used = true;
        waiver.late = waiver.expires.zip(day).is_some_and(|(expires, day)| expires < day);
        if !waiver.late {
            return Some(waiver);
        }
    }
    None
}

impl Waiver {
    /// That something is waived, shown where the waiver is.
    pub(super) fn listed(&self, rule: &str, of: &Finding) -> Finding {
        let mut finding = Finding::new("bid-rule-waived", self.span)
            .with("rule", rule)
            .with("owner", &self.owner)
            .with("reason", &self.reason)
            .related(of.span, "place", Vec::new());
        finding.severity = Some(Severity::Info);
        finding
    }
}

/// Waivers that have run out before the opening, and those that nothing needs.
pub(super) fn complaints(
    waivers: &[Waiver],
    rules: &BTreeMap<String, Entry>,
    pages: bool,
    day: Option<Day>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for waiver in waivers {
        let code = match rules.get(&waiver.rule) {
            None if !pages => "bid-waiver-unknown",
            Some(entry) if waiver.late && (entry.head.stage == Stage::Pages) == pages => "bid-waiver-expired",
            Some(entry) if !waiver.used && entry.head.stage.is_told(pages) => "bid-waiver-idle",
            _ => continue,
        };
        let finding = Finding::new(code, waiver.span).with("rule", &waiver.rule).with("owner", &waiver.owner);
        let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        findings.push(finding.with("expires", text(waiver.expires)).with("opening", text(day)));
    }
    findings
}
