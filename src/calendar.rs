//! Owns days and months as documents write them: `2026-05-15`, `2026-05`. Asks no clock: a moment comes from the one door.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Weekday};
use chrono_tz::Tz;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

impl Day {
    /// Reads `2026-05-15`; nothing else is a day.
    pub fn parse(text: &str) -> Option<Self> {
        let exact = text.len() == 10 && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
        if !exact {
            return None;
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Self)
    }

    /// The day that it is in a time zone at a moment, in seconds since 1970 began in Greenwich.
    pub fn at(seconds: i64, zone: Zone) -> Option<Self> {
        Some(Self(DateTime::from_timestamp(seconds, 0)?.with_timezone(&zone.0).date_naive()))
    }

    pub fn month(self) -> Month {
        Month { year: self.0.year(), month: self.0.month() }
    }

    /// So many days later; the last day of the calendar at most.
    pub fn plus_days(self, days: u64) -> Self {
        Self(self.0.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX))
    }

    pub fn minus_days(self, days: u64) -> Self {
        Self(self.0.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN))
    }

    /// The same day so many months later, or the last of that month.
    pub fn plus_months(self, months: u32) -> Self {
        Self(self.0.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX))
    }

    /// Days from this one to another; negative when the other comes first.
    pub fn days_to(self, other: Self) -> i64 {
        other.0.signed_duration_since(self.0).num_days()
    }

    pub fn is_monday(self) -> bool {
        self.0.weekday() == Weekday::Mon
    }
}

/// Which days are worked on: Monday to Friday, but for public holidays and the weekends that make up for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workdays {
    pub holidays: BTreeSet<Day>,
    /// Saturdays and Sundays that are worked on.
    pub made_up: BTreeSet<Day>,
}

impl Workdays {
    pub fn contains(&self, day: Day) -> bool {
        let weekend = matches!(day.0.weekday(), Weekday::Sat | Weekday::Sun);
        self.made_up.contains(&day) || (!weekend && !self.holidays.contains(&day))
    }

    /// The day so many working days later. Days are counted from the next one on.
    pub fn plus(&self, day: Day, days: u64) -> Day {
        let (mut day, mut left) = (day, days);
        while left > 0 && day.0 < NaiveDate::MAX {
            day = day.plus_days(1);
            left -= u64::from(self.contains(day));
        }
        day
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    pub year: i32,
    /// From 1.
    pub month: u32,
}

impl Month {
    /// Reads `2026-05`.
    pub fn parse(text: &str) -> Option<Self> {
        Day::parse(&format!("{text}-01")).map(Day::month)
    }

    pub fn first(self) -> Day {
        Day(NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or(NaiveDate::MIN))
    }

    pub fn last(self) -> Day {
        let next = self.next().first();
        Day(next.0.pred_opt().unwrap_or(next.0))
    }

    pub fn next(self) -> Self {
        self.first().plus_months(1).month()
    }

    /// The quarter that it lies in, from 1.
    pub fn quarter(self) -> u32 {
        (self.month - 1) / 3 + 1
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A time zone by its name in the IANA database, such as `Asia/Shanghai`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_one_way() {
        assert_eq!(Day::parse("2024-02-29").map(|day| day.to_string()).as_deref(), Some("2024-02-29"));
        for wrong in ["2026-02-29", "2026-2-01", "20260201", "+026-02-01", "2026-13-01", "2026-02-01 "] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn working_days_skip_holidays_and_count_what_is_made_up() {
        let day = |text: &str| Day::parse(text).expect("a day");
        let days = |days: &[&str]| days.iter().map(|text| day(text)).collect::<BTreeSet<Day>>();
        // 2026-05-01 to 05-05 are holidays, Saturday 05-09 is worked on.
        let holidays = days(&["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05"]);
        let work = Workdays { holidays, made_up: days(&["2026-05-09"]) };
        assert_eq!(work.plus(day("2026-04-30"), 1), day("2026-05-06"));
        assert_eq!(work.plus(day("2026-05-08"), 1), day("2026-05-09"));
        assert_eq!(work.plus(day("2026-05-09"), 1), day("2026-05-11"));
        assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
        assert_eq!(Month::parse("2026-02").expect("a month").last(), day("2026-02-28"));
        assert_eq!(day("2026-03-01").days_to(day("2026-02-27")), -2);
    }

    #[test]
    fn the_month_changes_at_midnight_of_the_zone() {
        let zone = Zone::parse("Asia/Shanghai").expect("in the database");
        // 2026-04-30T15:59:59Z and a second later.
        let day = |seconds| Day::at(seconds, zone).expect("in range").to_string();
        assert_eq!(day(1_777_564_799), "2026-04-30");
        assert_eq!(day(1_777_564_800), "2026-05-01");
        assert_eq!(Zone::parse("Asia/Atlantis"), None);
    }
}
