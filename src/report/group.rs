//! Figures over many rows, whole or by groups: counts, sums, means and shares, and the groups that rows fall into.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::Cell;
use super::definition::{By, Figure, Format, Tally};
use super::reckon::{Reckoner, formatted};
use super::rows::Row;
use crate::amount::Amount;
use crate::calendar::Month;
use crate::diagnostic::Lang;

/// A group: its place among the others, what tells it apart, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    place: usize,
    pub label: String,
    key: String,
}

/// Rows of one group only.
#[derive(Clone, Copy)]
pub struct Within<'g> {
    pub by: &'g By,
    pub group: &'g Group,
}

struct Tallied {
    amount: Amount,
    /// How many figures were added up.
    values: u64,
}

impl<'w> Reckoner<'_, 'w> {
    /// What a figure comes to over the rows of these groups, or over all rows.
    pub fn tell(&self, figure: &Figure, within: &[Within]) -> Cell {
        let format = figure.format();
        let part = self.tally(&figure.part, within);
        let (whole, of_whole) = match (&figure.whole, &figure.part.mean) {
            (Some(whole), _) => {
                let whole = self.tally(whole, within).amount;
                (whole, part_format(figure.whole.as_ref()))
            }
            (None, Some(_)) => (Amount::from(part.values), Format::Count),
            (None, None) => return formatted(part.amount, format),
        };
        let value = part.amount.over(whole).map_or(Cell::Empty, |value| formatted(value, format));
        Cell::Share {
            value: Box::new(value),
            part: Box::new(formatted(part.amount, part_format(Some(&figure.part)))),
            whole: Box::new(formatted(whole, of_whole)),
        }
    }

    fn tally(&self, tally: &Tally, within: &[Within]) -> Tallied {
        let rows = self.rows(&tally.rows).iter();
        let rows = rows.filter(|row| self.holds(row, &tally.only)).filter(|row| {
            within.iter().all(|within| {
                self.groups_of(row, within.by).iter().any(|group| group.key == within.group.key)
            })
        });
        if let Some(distinct) = &tally.distinct {
            let texts: BTreeSet<String> = rows.flat_map(|row| self.texts(row, distinct)).collect();
            return Tallied { amount: Amount::from(texts.len() as u64), values: texts.len() as u64 };
        }
        let Some(measure) = tally.sum.as_ref().or(tally.mean.as_ref()) else {
            let count = rows.count() as u64;
            return Tallied { amount: Amount::from(count), values: count };
        };
        let figures: Vec<Amount> = rows.filter_map(|row| self.figure(row, measure)).collect();
        let amount = figures.iter().try_fold(Amount::ZERO, |sum, figure| sum.plus(*figure));
        Tallied { amount: amount.unwrap_or_default(), values: figures.len() as u64 }
    }

    /// The groups that the rows of some figures fall into, in their order.
    pub fn groups(&self, figures: &[Figure], by: &By) -> Vec<Group> {
        let mut groups: BTreeSet<Group> = BTreeSet::new();
        if let By::Value(values) = by {
            let ordered = values.order.iter().enumerate();
            groups.extend(ordered.map(|(place, text)| self.group(by, place, text)));
        }
        for tally in figures.iter().flat_map(|figure| [Some(&figure.part), figure.whole.as_ref()]).flatten() {
            let rows = self.rows(&tally.rows).iter().filter(|row| self.holds(row, &tally.only));
            groups.extend(rows.flat_map(|row| self.groups_of(row, by)));
        }
        if matches!(by, By::Month) {
            self.fill_months(&mut groups, by);
        }
        groups.into_iter().collect()
    }

    /// Months in which nothing happened are shown too.
    fn fill_months(&self, groups: &mut BTreeSet<Group>, by: &By) {
        let months = || groups.iter().filter_map(|group| Month::parse(&group.key));
        let (Some(first), Some(last)) = (months().min(), months().max()) else { return };
        let mut month = first;
        while month < last {
            groups.insert(self.group(by, 0, &month.to_string()));
            month = month.next();
        }
    }

    pub fn groups_of(&self, row: &Row<'w>, by: &By) -> Vec<Group> {
        let month = row.day.map(crate::calendar::Day::month);
        let keys: Vec<String> = match by {
            By::Person => row.people.clone(),
            By::Project => row.projects.iter().take(1).cloned().collect(),
            By::Month => month.iter().map(Month::to_string).collect(),
            By::Quarter => {
                month.iter().map(|month| format!("{:04}-Q{}", month.year, month.quarter())).collect()
            }
            By::Year => month.iter().map(|month| format!("{:04}", month.year)).collect(),
            By::Value(values) if values.through => {
                let texts = self.texts(row, &values.at);
                let furthest = values.order.iter().rposition(|stage| texts.contains(stage));
                furthest.map(|last| values.order[..=last].to_vec()).unwrap_or_default()
            }
            By::Value(values) => self.texts(row, &values.at),
        };
        let place = |key: &String| match by {
            By::Value(values) => values.order.iter().position(|text| text == key).unwrap_or(usize::MAX),
            _ => 0,
        };
        keys.iter().map(|key| self.group(by, place(key), key)).collect()
    }

    fn group(&self, by: &By, place: usize, key: &str) -> Group {
        let label = match by {
            By::Person | By::Project => self.name(key).to_owned(),
            By::Value(values) => match (values.names.get(key), values.format) {
                (Some(words), _) => words.get(self.lang).to_owned(),
                (None, Some(Format::Kind)) => {
                    let kind = self.guide.workspace.kinds.get(key);
                    kind.map_or(key, |kind| kind.about.title.get(self.lang)).to_owned()
                }
                (None, _) => self.name(key).to_owned(),
            },
            _ => key.to_owned(),
        };
        Group { place, label, key: key.to_owned() }
    }

    /// What groups are called as a column.
    pub fn heading(&self, by: &By) -> String {
        let (zh, en) = match by {
            By::Person => ("人员", "Person"),
            By::Project => ("项目", "Project"),
            By::Month => ("月份", "Month"),
            By::Quarter => ("季度", "Quarter"),
            By::Year => ("年度", "Year"),
            By::Value(values) => {
                (values.zh.as_deref().unwrap_or("类别"), values.en.as_deref().unwrap_or("Group"))
            }
        };
        if self.lang == Lang::En { en.to_owned() } else { zh.to_owned() }
    }
}

/// How what a share is made of is written.
fn part_format(tally: Option<&Tally>) -> Format {
    match tally {
        Some(Tally { format: Some(format), .. }) => *format,
        Some(tally) if tally.sum.is_some() || tally.mean.is_some() => Format::Number,
        _ => Format::Count,
    }
}

/// Sums of the columns that are added up, by their place.
pub fn sums(lines: &[Vec<Cell>], totals: &BTreeMap<usize, Format>) -> BTreeMap<usize, Cell> {
    let total = |at: &usize| {
        let figures = lines.iter().filter_map(|line| line[*at].figure());
        let mut figures = figures.peekable();
        figures.peek()?;
        figures.try_fold(Amount::ZERO, |sum, figure| sum.plus(figure))
    };
    totals
        .iter()
        .map(|(at, format)| (*at, total(at).map_or(Cell::Empty, |sum| formatted(sum, *format))))
        .collect()
}
