//! Something is done in time: within days or months of another thing, or before a month begins.

use serde::Deserialize;

use super::Court;
use crate::calendar::{Day, Month};
use crate::select::{Rows, Spot, Way};

#[derive(Clone, Debug, Deserialize)]
pub struct Deadline {
    #[serde(flatten)]
    rows: Rows,
    /// The day, or the month, that the time runs from.
    start: Way,
    /// The days that it was done on.
    done: Way,
    /// Which of several days counts.
    #[serde(default)]
    counts: Counts,
    #[serde(flatten)]
    limit: Limit,
    /// Whether only working days count.
    #[serde(default)]
    working: bool,
    /// After so many months it is an error.
    latest_months: Option<u32>,
    /// The start lies ahead: it does not tell how far the documents reach.
    #[serde(default)]
    planned: bool,
    /// Do not complain of what is not done at all; another rule does.
    #[serde(default)]
    lenient: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Counts {
    #[default]
    First,
    Last,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Limit {
    Days(u64),
    Months(u32),
    /// `start` is a month: done by so many days before it begins; 1 is the last day of the month before.
    DaysBeforeMonth(u64),
    /// `start` is a month: done by the last Monday before it begins, or so many days after that.
    DaysAfterMonday(u64),
    /// The day that is written there.
    Due(Way),
}

impl Deadline {
    pub(super) fn judge(&self, court: &mut Court) {
        let rows = self.rows.find(court.guide);
        let known: Vec<_> =
            rows.iter().map(|row| (row, self.start(court, row), court.days(row, &self.done))).collect();
        let named = known.iter().flat_map(|(_, start, done)| {
            let start = start.iter().filter(|_| !self.planned);
            start.map(|(day, _)| *day).chain(done.iter().map(|(day, _)| *day)).collect::<Vec<_>>()
        });
        let Some(horizon) = court.horizon(named) else { return };
        for (row, start, done) in known {
            let Some((start, place)) = start else { continue };
            let Some(due) = self.due(court, row, start) else { continue };
            let done = match self.counts {
                Counts::First => done.into_iter().min_by_key(|(day, _)| *day),
                Counts::Last => done.into_iter().max_by_key(|(day, _)| *day),
            };
            let late = match &done {
                Some((day, _)) => *day > due,
                None => horizon > due && !self.lenient,
            };
            if !late {
                continue;
            }
            let mut finding = match &done {
                Some((day, spot)) => court.finding("policy-late", spot).with("done", day),
                None => court.finding("policy-overdue", row),
            };
            finding = finding
                .with("due", due)
                .with("days", due.days_to(done.as_ref().map_or(horizon, |(day, _)| *day)));
            if let Some(months) = self.latest_months
                && done.map_or(horizon, |(day, _)| day) > start.plus_months(months)
                && court.setting("severity").is_none()
            {
                finding.severity = Some(crate::diagnostic::Severity::Error);
            }
            court.raise(row, finding.related(place.span(), "start", Vec::new()));
        }
    }

    fn start<'w>(&self, court: &Court<'_, 'w>, row: &Spot<'w>) -> Option<(Day, Spot<'w>)> {
        let spot = court.guide.walk(row, &self.start).into_iter().next()?;
        let text = spot.text()?;
        let day = Day::parse(text).or_else(|| Month::parse(text).map(Month::first))?;
        Some((day, spot))
    }

    fn due<'w>(&self, court: &Court<'_, 'w>, row: &Spot<'w>, start: Day) -> Option<Day> {
        let working = court.flag("working", self.working);
        Some(match &self.limit {
            Limit::Days(days) => {
                let days = court.number("days", *days);
                let workdays = &court.guide.workspace.configuration.workdays;
                if working { workdays.plus(start, days) } else { start.plus_days(days) }
            }
            Limit::Months(months) => {
                start.plus_months(u32::try_from(court.number("months", (*months).into())).unwrap_or(*months))
            }
            Limit::DaysBeforeMonth(days) => start.minus_days(court.number("days_before_month", *days)),
            Limit::DaysAfterMonday(days) => {
                let monday = (1..=7).map(|back| start.minus_days(back)).find(|day| day.is_monday())?;
                monday.plus_days(court.number("days_after_monday", *days))
            }
            Limit::Due(way) => court.days(row, way).first()?.0,
        })
    }
}
