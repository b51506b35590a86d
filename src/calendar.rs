//! Owns days and months as documents write them: `2026-05-15`, `2026-05`. Asks no clock: a moment comes from the one door.

use chrono::{DateTime, Datelike as _, NaiveDate};
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
    fn the_month_changes_at_midnight_of_the_zone() {
        let zone = Zone::parse("Asia/Shanghai").expect("in the database");
        // 2026-04-30T15:59:59Z and a second later.
        let day = |seconds| Day::at(seconds, zone).expect("in range").to_string();
        assert_eq!(day(1_777_564_799), "2026-04-30");
        assert_eq!(day(1_777_564_800), "2026-05-01");
        assert_eq!(Zone::parse("Asia/Atlantis"), None);
    }
}
