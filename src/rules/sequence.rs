//! What comes after what: moments in order, failures in a row, readings against a threshold.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Court, led};
use crate::amount::Amount;
use crate::select::{Condition, Rows, Spot, Way};

/// One moment comes before another. Moments are days, with a time of the day where there is one.
#[derive(Clone, Debug, Deserialize)]
pub struct Before {
    #[serde(flatten)]
    rows: Rows,
    first: Vec<Way>,
    second: Vec<Way>,
}

impl Before {
    pub(super) fn judge(&self, court: &mut Court) {
        for row in self.rows.find(court.guide) {
            let (Some((first, place)), Some((second, other))) =
                (moment(court, &row, &self.first), moment(court, &row, &self.second))
            else {
                continue;
            };
            // Where only one of the two has a time, the days alone are compared.
            let length = first.len().min(second.len());
            let cut = |text: &str| text[..text.floor_char_boundary(length)].to_owned();
            let timed = first.len() == second.len() && first.len() > 10;
            if cut(&first) > cut(&second) || (timed && first == second) {
                let finding =
                    court.finding("policy-order", &place).with("first", first).with("second", second);
                court.raise(&row, finding.related(other.span(), "second", Vec::new()));
            }
        }
    }
}

/// `2026-05-15 09:30`, or the day alone.
fn moment<'w>(court: &Court<'_, 'w>, row: &Spot<'w>, ways: &[Way]) -> Option<(String, Spot<'w>)> {
    let mut parts = ways.iter().map(|way| court.guide.walk(row, way).into_iter().next());
    let day = parts.next()??;
    let mut text = day.text()?.to_owned();
    if let Some(time) = parts.next().flatten()
        && let Some(time) = time.text()
    {
        text = format!("{text} {time:0>5}");
    }
    Some((text, day))
}

/// Not so many failures one after the other.
#[derive(Clone, Debug, Deserialize)]
pub struct Streak {
    #[serde(flatten)]
    rows: Rows,
    per: Way,
    /// What the rows of a group are put in order by.
    date: Way,
    fails: Condition,
    most: u64,
}

impl Streak {
    pub(super) fn judge(&self, court: &mut Court) {
        let most = court.number("most", self.most);
        let mut groups: BTreeMap<String, Vec<(String, Spot)>> = BTreeMap::new();
        for row in self.rows.find(court.guide) {
            let date = court.guide.texts(&row, &self.date).into_iter().next().unwrap_or_default();
            for group in court.guide.texts(&row, &self.per) {
                groups.entry(group).or_default().push((date.clone(), row.clone()));
            }
        }
        for (group, mut rows) in groups {
            rows.sort_by(|one, other| one.0.cmp(&other.0));
            let mut streak = 0;
            for (_, row) in rows {
                streak = if self.fails.holds(court.guide, &row) { streak + 1 } else { 0 };
                if streak == most {
                    let finding = court.finding("policy-streak", &row).with("group", led(&group));
                    court.raise(&row, finding.with("count", streak));
                }
            }
        }
    }
}

/// The latest reading has not reached its threshold.
#[derive(Clone, Debug, Deserialize)]
pub struct Threshold {
    #[serde(flatten)]
    rows: Rows,
    /// Readings in the order of time; the last one counts.
    value: Way,
    limit: Way,
}

impl Threshold {
    pub(super) fn judge(&self, court: &mut Court) {
        let figure = |spot: &Spot| spot.text().and_then(|text| text.parse::<Amount>().ok());
        for row in self.rows.find(court.guide) {
            let Some(limit) = court.guide.walk(&row, &self.limit).first().and_then(figure) else { continue };
            let Some(last) = court.guide.walk(&row, &self.value).into_iter().next_back() else { continue };
            if let Some(value) = figure(&last).filter(|value| *value >= limit) {
                let finding = court.finding("policy-alert", &last).with("value", value);
                court.raise(&row, finding.with("limit", limit));
            }
        }
    }
}
