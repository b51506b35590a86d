//! How often something happens: so many rows in each month, one row in each period.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Court, led};
use crate::calendar::{Day, Month};
use crate::select::{Rows, Spot, Way};

/// So many rows in each month, for each group.
#[derive(Clone, Debug, Deserialize)]
pub struct Count {
    #[serde(flatten)]
    rows: Rows,
    /// The day of a row.
    date: Way,
    /// The group of a row, such as a person; all rows are one without it.
    per: Option<Way>,
    /// What a setting of the rule is named by, such as the person's post: the least number for it.
    target: Option<Way>,
    #[serde(default)]
    least: u64,
    most: Option<u64>,
}

impl Count {
    pub(super) fn judge(&self, court: &mut Court) {
        let mut groups: BTreeMap<String, BTreeMap<Month, Vec<Spot>>> = BTreeMap::new();
        let mut named = Vec::new();
        for row in self.rows.find(court.guide) {
            let Some((day, _)) = court.days(&row, &self.date).into_iter().next() else { continue };
            named.push(day);
            let groups_of = self.per.as_ref().map_or(vec![String::new()], |per| court.guide.texts(&row, per));
            for group in groups_of {
                groups.entry(group).or_default().entry(day.month()).or_default().push(row.clone());
            }
        }
        let first = named.iter().min().copied();
        let (Some(first), Some(horizon)) = (first, court.horizon(named)) else { return };
        for (group, months) in groups {
            let Some(any) = months.values().flatten().next().cloned() else { continue };
            let target = self.target.as_ref().and_then(|way| court.guide.texts(&any, way).into_iter().next());
            let least = match target.as_deref().map(|target| court.setting(target)) {
                Some(Some(written)) => written.parse().unwrap_or(self.least),
                // Of a post that has no number nothing is expected.
                Some(None) => continue,
                None => court.number("least", self.least),
            };
            let most = self.most.map(|most| court.number("most", most));
            let mut month = first.month();
            // The month that the horizon lies in may still be going on.
            while month < horizon.month() || (month == horizon.month() && horizon == month.last()) {
                let rows = months.get(&month).map(Vec::as_slice).unwrap_or_default();
                let count = rows.len() as u64;
                if count < least || most.is_some_and(|most| count > most) {
                    // A month with nothing in it is shown at the last thing before it.
                    let before = months.range(..=month).next_back().and_then(|(_, rows)| rows.last());
                    let place = before.unwrap_or(&any);
                    let finding =
                        court.finding("policy-count", place).with("group", led(&group)).with("month", month);
                    let wanted = most.map_or(format!("≥ {least}"), |most| format!("{least}–{most}"));
                    court.raise(place, finding.with("count", count).with("wanted", wanted));
                }
                month = month.next();
            }
        }
    }
}

/// One row in each period.
#[derive(Clone, Debug, Deserialize)]
pub struct Periodic {
    #[serde(flatten)]
    rows: Rows,
    /// A day or month of the period that a row is about, or a year or quarter such as `2026` and `2026-Q1`.
    period: Way,
    per: Option<Way>,
    every: Every,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Every {
    Month,
    Quarter,
    Year,
}

impl Every {
    fn name(self, month: Month) -> String {
        match self {
            Self::Month => month.to_string(),
            Self::Quarter => format!("{:04}-Q{}", month.year, month.quarter()),
            Self::Year => format!("{:04}", month.year),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            _ => return None,
        })
    }
}

impl Periodic {
    pub(super) fn judge(&self, court: &mut Court) {
        let every = court.setting("every").and_then(Every::parse).unwrap_or(self.every);
        let mut groups: BTreeMap<String, (BTreeSet<String>, BTreeSet<Month>, Spot)> = BTreeMap::new();
        for row in self.rows.find(court.guide) {
            let Some(month) = court.guide.texts(&row, &self.period).iter().find_map(|text| month(text))
            else {
                continue;
            };
            let groups_of = self.per.as_ref().map_or(vec![String::new()], |per| court.guide.texts(&row, per));
            for group in groups_of {
                let (periods, months, last) =
                    groups.entry(group).or_insert_with(|| (BTreeSet::new(), BTreeSet::new(), row.clone()));
                if months.last().is_none_or(|known| *known <= month) {
                    *last = row.clone();
                }
                periods.insert(every.name(month));
                months.insert(month);
            }
        }
        for (group, (periods, months, last)) in groups {
            let (Some(first), Some(end)) = (months.first(), months.last()) else { continue };
            let end = court.at.map_or(*end, Day::month);
            let mut month = *first;
            let mut absent = BTreeSet::new();
            while month <= end {
                let name = every.name(month);
                // The period that the end lies in may still be going on.
                if !periods.contains(&name) && name != every.name(end) {
                    absent.insert(name);
                }
                month = month.next();
            }
            if !absent.is_empty() {
                let absent: Vec<String> = absent.into_iter().collect();
                let finding = court.finding("policy-absent", &last).with("group", led(&group));
                court.raise(&last, finding.with("absent", absent.join("、")));
            }
        }
    }
}

/// The first month of what a text names: a day, a month, a quarter or a year.
fn month(text: &str) -> Option<Month> {
    let of_quarter = || {
        let (year, quarter) = text.split_once("-Q").or_else(|| text.split_once('Q'))?;
        let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        Month::parse(&format!("{year}-{:02}", quarter * 3 - 2))
    };
    let of_year = || (text.len() == 4).then(|| Month::parse(&format!("{text}-01"))).flatten();
    Day::parse(text).map(Day::month).or_else(|| Month::parse(text)).or_else(of_quarter).or_else(of_year)
}
