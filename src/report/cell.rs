//! What stands in one field of a report, with its type: figures stay exact until they are written.

use std::cmp::Ordering;

use crate::amount::Amount;
use crate::calendar::Day;
use crate::diagnostic::Lang;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// There is nothing, or nothing to divide by.
    Empty,
    Text(String),
    Date(Day),
    /// 元.
    Money(Amount),
    /// 0.6 is 60 %.
    Rate(Amount),
    Number(Amount),
    Count(Amount),
    /// A figure that was divided, with what it was made of.
    Share {
        value: Box<Cell>,
        part: Box<Cell>,
        whole: Box<Cell>,
    },
}

impl Cell {
    /// As people read it; nothing for what is not there.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Date(day) => day.to_string(),
            Self::Money(amount) => amount.grouped(2.max(amount.decimals())),
            Self::Rate(rate) => {
                let percent = rate.times(Amount::from(100)).unwrap_or(*rate).round(1);
                format!("{}%", percent.grouped(percent.decimals()))
            }
            Self::Number(number) => {
                let number = number.round(2);
                number.grouped(number.decimals())
            }
            Self::Count(count) => count.grouped(count.decimals()),
            Self::Share { value, .. } => value.text(),
        }
    }

    /// The exact figure as a decimal, for programs.
    pub fn figure(&self) -> Option<Amount> {
        match self {
            Self::Money(amount) => Some(amount.round(2.max(amount.decimals()))),
            Self::Rate(figure) | Self::Number(figure) => {
                let figure = figure.round(6);
                Some(figure.round(figure.decimals()))
            }
            Self::Count(figure) => Some(figure.round(figure.decimals())),
            Self::Share { value, .. } => value.figure(),
            _ => None,
        }
    }

    /// The value with what it was made of: `66.7%（4/6）`.
    pub fn whole_text(&self, lang: Lang) -> String {
        match self {
            Self::Share { value, part, whole } => {
                let shown = if **value == Self::Empty { no_data(lang).to_owned() } else { value.text() };
                match lang {
                    Lang::Zh => format!("{shown}（{}/{}）", part.text(), whole.text()),
                    Lang::En => format!("{shown} ({}/{})", part.text(), whole.text()),
                }
            }
            other => other.text(),
        }
    }

    pub fn is_figure(&self) -> bool {
        self.figure().is_some() || matches!(self, Self::Share { .. })
    }

    /// Dates and figures by their value, texts by their letters; what is empty comes last.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Date(one), Self::Date(two)) => one.cmp(two),
            (Self::Empty, Self::Empty) => Ordering::Equal,
            (Self::Empty, _) => Ordering::Greater,
            (_, Self::Empty) => Ordering::Less,
            _ => match (self.figure(), other.figure()) {
                (Some(one), Some(two)) => one.cmp(&two),
                _ => self.text().cmp(&other.text()),
            },
        }
    }
}

/// What is said where there is nothing to divide by.
pub fn no_data(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "无数据",
        Lang::En => "no data",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_for_people_and_for_programs() {
        let amount = |text: &str| text.parse::<Amount>().expect("an amount");
        let third = amount("2").over(amount("3")).expect("a third");
        assert_eq!(Cell::Rate(third).text(), "66.7%");
        assert_eq!(Cell::Rate(amount("0.6")).text(), "60%");
        assert_eq!(Cell::Rate(third).figure().map(|figure| figure.to_string()).as_deref(), Some("0.666667"));
        assert_eq!(Cell::Money(amount("1234567.5")).text(), "1,234,567.50");
        assert_eq!(Cell::Number(amount("4.30")).text(), "4.3");
        assert_eq!(Cell::Count(amount("1200")).text(), "1,200");
        let count = |number: u64| Box::new(Cell::Count(Amount::from(number)));
        let none = Cell::Share { value: Box::new(Cell::Empty), part: count(0), whole: count(0) };
        assert_eq!(none.whole_text(Lang::Zh), "无数据（0/0）");
    }
}
