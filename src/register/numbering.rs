//! How document numbers look: stage code, month, serial number (002 §四(二)1).

use std::collections::BTreeMap;

use crate::calendar::{Day, Month};

/// The form of all numbers of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbering {
    /// Stage codes by the name of the stage.
    pub stages: BTreeMap<String, String>,
    pub month: MonthForm,
    /// Digits of the serial number.
    pub digits: usize,
    /// What stands between the three parts; usually nothing.
    pub separator: String,
}

/// How a number names its month. The policy's text has four digits, its example six.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthForm {
    /// `202305`
    Long,
    /// `2305`
    Short,
}

/// A number in its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    pub code: String,
    pub month: String,
    pub serial: u32,
}

impl Default for Numbering {
    fn default() -> Self {
        Self { stages: BTreeMap::new(), month: MonthForm::Long, digits: 3, separator: String::new() }
    }
}

impl Numbering {
    pub fn code(&self, stage: &str) -> Option<&str> {
        self.stages.get(stage).map(String::as_str)
    }

    /// The highest serial number of a month; after it numbers never get longer.
    pub fn last(&self) -> u32 {
        10u32.pow(u32::try_from(self.digits).unwrap_or(3).clamp(1, 9)) - 1
    }

    /// The month of a day as numbers name it.
    pub fn month(&self, day: Day) -> String {
        let Month { year, month } = day.month();
        match self.month {
            MonthForm::Long => format!("{year:04}{month:02}"),
            MonthForm::Short => format!("{:02}{month:02}", year.rem_euclid(100)),
        }
    }

    pub fn write(&self, number: &Number) -> String {
        let between = &self.separator;
        format!(
            "{}{between}{}{between}{:0width$}",
            number.code,
            number.month,
            number.serial,
            width = self.digits
        )
    }

    /// Reads a number. `None` for everything that [`Numbering::write`] would not write.
    pub fn parse(&self, text: &str) -> Option<Number> {
        self.stages.values().find_map(|code| {
            let rest = text.strip_prefix(code.as_str())?.strip_prefix(self.separator.as_str())?;
            let width = if self.month == MonthForm::Long { 6 } else { 4 };
            let (month, rest) = rest.split_at_checked(width)?;
            let serial = rest.strip_prefix(self.separator.as_str())?;
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let of_year = month[width - 2..].parse::<u32>().ok()?;
            if !digits(month)
                || !digits(serial)
                || serial.len() != self.digits
                || !(1..=12).contains(&of_year)
            {
                return None;
            }
            let serial = serial.parse().ok().filter(|serial| *serial > 0)?;
            Some(Number { code: code.clone(), month: month.to_owned(), serial })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn numbering() -> Numbering {
        let stages = [("survey", "QD"), ("solution", "FJ")];
        let stages = stages.map(|(stage, code)| (stage.to_owned(), code.to_owned()));
        Numbering { stages: stages.into(), month: MonthForm::Long, digits: 3, separator: String::new() }
    }

    #[test]
    fn numbers_are_written_and_read() {
        let numbering = numbering();
        let number = Number { code: "QD".into(), month: "202305".into(), serial: 1 };
        assert_eq!(numbering.write(&number), "QD202305001");
        assert_eq!(numbering.parse("QD202305001"), Some(number));
        for wrong in [
            "QD202305000",
            "QD2023050001",
            "QD202313001",
            "QD20230501",
            "XX202305001",
            "QD2305001",
            "QD２02305001",
        ] {
            assert_eq!(numbering.parse(wrong), None, "{wrong}");
        }
        let short = Numbering { month: MonthForm::Short, separator: "-".into(), ..numbering };
        let day = Day::parse("2026-05-15").expect("a day");
        let number = Number { code: "FJ".into(), month: short.month(day), serial: 12 };
        assert_eq!(short.write(&number), "FJ-2605-012");
        assert_eq!(short.parse("FJ-2605-012"), Some(number));
    }
}
