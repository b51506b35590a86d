//! Figures with units: what a clause asks for, what an answer offers, and whether the one meets the other.
//!
//! Exact decimals; units are compared in the smallest unit of their family, from `schemas/rules/units.yaml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::amount::Amount;
use crate::shipped;
use crate::value::Value;

/// Families of units, each with the factor of every unit to the smallest.
fn families() -> &'static Vec<BTreeMap<String, String>> {
    static FAMILIES: OnceLock<Vec<BTreeMap<String, String>>> = OnceLock::new();
    FAMILIES.get_or_init(|| {
        let all: BTreeMap<String, BTreeMap<String, String>> =
            serde_yaml::from_str(shipped::units()).expect("a test reads the units");
        all.into_values().collect()
    })
}

/// How a figure came out against what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meets {
    Better,
    Exactly,
    Worse,
    /// Units that have nothing to do with each other, or no figure at all.
    Unclear,
}

/// Holds the value of an answer against the requirement of a clause. `None` where the clause asks for no value.
pub(super) fn meets(requirement: &Value, answer: &Value) -> Option<Meets> {
    let operator = requirement.text_at("op")?;
    let wanted = requirement.text_at("value")?;
    let found = answer.text_at("value")?;
    let units = (requirement.text_at("unit"), answer.text_at("unit"));
    let number = |text: &str, unit| scaled(text, unit);
    let compare = |wanted: &str| -> Option<std::cmp::Ordering> {
        if !alike(units.0, units.1) {
            return None;
        }
        Some(number(found, units.1)?.cmp(&number(wanted, units.0)?))
    };
    use std::cmp::Ordering::{Equal, Greater, Less};
    Some(match operator {
        "≥" => match compare(wanted) {
            Some(Greater) => Meets::Better,
            Some(Equal) => Meets::Exactly,
            Some(Less) => Meets::Worse,
            None => Meets::Unclear,
        },
        "≤" => match compare(wanted) {
            Some(Less) => Meets::Better,
            Some(Equal) => Meets::Exactly,
            Some(Greater) => Meets::Worse,
            None => Meets::Unclear,
        },
        "=" => match compare(wanted) {
            Some(Equal) => Meets::Exactly,
            Some(_) => Meets::Worse,
            None if super::wording::plain(found) == super::wording::plain(wanted) => Meets::Exactly,
            None => Meets::Unclear,
        },
        "范围" => match bounds(wanted).and_then(|(low, high)| Some((compare(low)?, compare(high)?))) {
            Some((Greater | Equal, Less | Equal)) => Meets::Exactly,
            Some(_) => Meets::Worse,
            None => Meets::Unclear,
        },
        "枚举" => {
            let found = super::wording::plain(found);
            let mut choices = wanted.split(['、', ',', '，', '/', '|', ';', '；']);
            if choices.any(|choice| super::wording::plain(choice) == found) {
                Meets::Exactly
            } else {
                Meets::Worse
            }
        }
        _ => return None,
    })
}

/// The two ends of `10~20`, `10-20`, `10—20` or `10至20`.
fn bounds(text: &str) -> Option<(&str, &str)> {
    ["～", "~", "—", "–", "至", "-"]
        .iter()
        .find_map(|mark| text.split_once(mark))
        .map(|(low, high)| (low.trim(), high.trim()))
}

fn scaled(text: &str, unit: Option<&str>) -> Option<Amount> {
    let figure: Amount = super::wording::plain(text).replace(',', "").parse().ok()?;
    let factor = unit.and_then(|unit| families().iter().find_map(|family| family.get(unit)));
    match factor {
        Some(factor) => figure.times(factor.parse().ok()?),
        None => Some(figure),
    }
}

/// Whether two units measure the same thing.
fn alike(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return one.is_none() || other.is_none() };
    one == other || families().iter().any(|family| family.contains_key(one) && family.contains_key(other))
}

#[cfg(test)]
mod tests {
    use super::{alike, bounds, scaled};

    #[test]
    fn units_of_one_family_are_compared() {
        assert_eq!(scaled("1.5", Some("m")), scaled("1500", Some("mm")));
        assert_eq!(scaled("1", Some("TB")), scaled("1024", Some("GB")));
        assert_eq!(scaled("１，２００", Some("万元")), scaled("12000000", Some("元")));
        assert!(alike(Some("秒"), Some("ms")) && !alike(Some("秒"), Some("m")));
        assert_eq!(bounds("10～20"), Some(("10", "20")));
        assert_eq!(scaled("很多", None), None);
    }
}
