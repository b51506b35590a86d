//! Something is there: at all, within limits, completely, or for a part of the rows.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Court, led};
use crate::amount::Amount;
use crate::select::{Rows, Way};

/// Every row has something.
#[derive(Clone, Debug, Deserialize)]
pub struct Present {
    #[serde(flatten)]
    rows: Rows,
    found: Way,
}

impl Present {
    pub(super) fn judge(&self, court: &mut Court) {
        for row in self.rows.find(court.guide) {
            if court.guide.walk(&row, &self.found).is_empty() {
                let finding = court.finding("policy-missing", &row);
                court.raise(&row, finding);
            }
        }
    }
}

/// A figure lies between two others.
#[derive(Clone, Debug, Deserialize)]
pub struct Within {
    #[serde(flatten)]
    rows: Rows,
    value: Way,
    least: u64,
    most: u64,
}

impl Within {
    pub(super) fn judge(&self, court: &mut Court) {
        let (least, most) = (court.number("least", self.least), court.number("most", self.most));
        for row in self.rows.find(court.guide) {
            for spot in court.guide.walk(&row, &self.value) {
                let Some(value) = spot.text().and_then(|text| text.parse::<Amount>().ok()) else { continue };
                if value < Amount::from(least) || value > Amount::from(most) {
                    let finding = court.finding("policy-range", &spot).with("value", value);
                    court.raise(&row, finding.with("least", least).with("most", most));
                }
            }
        }
    }
}

/// All of some values occur.
#[derive(Clone, Debug, Deserialize)]
pub struct Cover {
    #[serde(flatten)]
    rows: Rows,
    found: Way,
    values: Vec<String>,
    /// To the round that the documents of `found` belong to: all values have to occur in one.
    #[serde(default)]
    round: Option<Way>,
}

impl Cover {
    pub(super) fn judge(&self, court: &mut Court) {
        for row in self.rows.find(court.guide) {
            let mut rounds: BTreeMap<String, Vec<String>> = BTreeMap::new();
            let of: BTreeMap<String, String> = self
                .round
                .iter()
                .flat_map(|round| court.guide.walk(&row, round))
                .filter_map(|spot| Some((spot.document.id.clone(), spot.text()?.to_owned())))
                .collect();
            for spot in court.guide.walk(&row, &self.found) {
                let round = of.get(&spot.document.id).cloned().unwrap_or_default();
                rounds.entry(round).or_default().extend(spot.text().map(str::to_owned));
            }
            let missing = |found: &Vec<String>| -> Vec<&str> {
                self.values
                    .iter()
                    .map(String::as_str)
                    .filter(|value| !found.iter().any(|text| text == value))
                    .collect()
            };
            let nothing = || missing(&Vec::new());
            let missing = rounds.values().map(missing).min_by_key(Vec::len).unwrap_or_else(nothing);
            if !missing.is_empty() {
                let finding = court.finding("policy-incomplete", &row).with("missing", missing.join("、"));
                court.raise(&row, finding);
            }
        }
    }
}

/// At least such a part of the rows has something; rows are counted together where `per` is the same.
#[derive(Clone, Debug, Deserialize)]
pub struct Share {
    #[serde(flatten)]
    rows: Rows,
    found: Way,
    per: Way,
    /// Percent.
    least: u64,
    /// Fewer rows than this are no sample.
    #[serde(default)]
    from: u64,
}

impl Share {
    pub(super) fn judge(&self, court: &mut Court) {
        let least = court.number("least", self.least);
        let from = court.number("from", self.from);
        let mut groups: BTreeMap<String, Vec<_>> = Default::default();
        for row in self.rows.find(court.guide) {
            let group = court.guide.texts(&row, &self.per).into_iter().next().unwrap_or_default();
            groups.entry(group).or_default().push(row);
        }
        for (group, rows) in groups {
            let all = rows.len() as u64;
            let done =
                rows.iter().filter(|row| !court.guide.walk(row, &self.found).is_empty()).count() as u64;
            if all >= from && done * 100 < all * least {
                let finding = court.finding("policy-share", &rows[0]).with("group", led(&group));
                court.raise(
                    &rows[0],
                    finding
                        .with("done", done)
                        .with("all", all)
                        .with("least", least)
                        .with("wanted", (all * least).div_ceil(100)),
                );
            }
        }
    }
}
