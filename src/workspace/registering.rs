//! The part of the configuration that numbers, approvals and people are settled by.

use std::collections::BTreeMap;

use super::Configuration;
use crate::calendar::{Day, Zone};
use crate::register::MonthForm;
use crate::register::chain::{Chain, Person, Step};
use crate::value::Value;

/// Takes over what is written; what is not written stays as it was.
pub(super) fn fill(configuration: &mut Configuration, value: &Value) {
    if let Some(zone) = value.text_at("time_zone").and_then(Zone::parse) {
        configuration.zone = zone;
    }
    if let Some(written) = value.get("numbering") {
        let numbering = &mut configuration.numbering;
        for member in members(written.get("stages")) {
            if let Some(code) = member.value.text() {
                numbering.stages.insert(member.key.clone(), code.to_owned());
            }
        }
        match written.text_at("month") {
            Some("YYMM") => numbering.month = MonthForm::Short,
            Some("YYYYMM") => numbering.month = MonthForm::Long,
            _ => (),
        }
        if let Some(digits) = written.text_at("digits").and_then(|text| text.parse().ok()) {
            numbering.digits = digits;
        }
        if let Some(separator) = written.text_at("separator") {
            numbering.separator = separator.to_owned();
        }
        if let Some(branch) = written.text_at("branch") {
            configuration.branch = Some(branch.to_owned());
        }
    }
    if let Some(holidays) = value.get("holidays") {
        let days = |key: &str| {
            texts(holidays.get(key)).into_iter().filter_map(|text| Day::parse(&text)).collect::<Vec<_>>()
        };
        configuration.workdays.holidays.extend(days("off"));
        configuration.workdays.made_up.extend(days("on"));
    }
    settings(&mut configuration.policies, value.get("policies"));
    settings(&mut configuration.reports, value.get("reports"));
    let policy = &mut configuration.policy;
    for member in members(value.get("roles")) {
        if let Some(title) = member.value.text() {
            policy.roles.insert(member.key.clone(), title.to_owned());
        }
    }
    for member in members(value.get("approvals")) {
        policy.chains.insert(member.key.clone(), chain(&member.value));
    }
    if let Some(people) = value.get("people") {
        policy.people = people.items().iter().map(person).collect();
    }
}

/// Figures and words by name, for each of several things that have a name themselves.
fn settings(known: &mut BTreeMap<String, BTreeMap<String, String>>, written: Option<&Value>) {
    for member in members(written) {
        let settings = known.entry(member.key.clone()).or_default();
        for setting in members(Some(&member.value)) {
            settings.insert(setting.key.clone(), setting.value.text().unwrap_or_default().to_owned());
        }
    }
}

fn chain(steps: &Value) -> Chain {
    let mut chain = Chain::new();
    for written in steps.items() {
        let is = |key: &str| written.text_at(key) == Some("true");
        let step = Step {
            name: text(written, "step"),
            title: text(written, "title"),
            roles: texts(written.get("roles")),
            outside: is("outside"),
            opinion: is("opinion"),
        };
        match chain.last_mut().filter(|_| is("together")) {
            Some(group) => group.push(step),
            None => chain.push(vec![step]),
        }
    }
    chain
}

fn person(written: &Value) -> Person {
    Person {
        name: text(written, "name"),
        document: written.text_at("document").map(str::to_owned),
        emails: texts(written.get("emails")),
        roles: texts(written.get("roles")),
    }
}

fn text(value: &Value, key: &str) -> String {
    value.text_at(key).unwrap_or_default().to_owned()
}

fn texts(list: Option<&Value>) -> Vec<String> {
    list.map(Value::items).unwrap_or_default().iter().filter_map(Value::text).map(str::to_owned).collect()
}

fn members(value: Option<&Value>) -> &[crate::value::Member] {
    value.map(Value::members).unwrap_or_default()
}
