//! Figures against figures: how much more, and whether that is better for whom the document is made for.

use super::Trend;
use crate::amount::Amount;
use crate::schema::Field;
use crate::value::{Better, Meaning, Value};

/// The difference of two figures and, of all but rates, its share.
pub(super) fn difference(old: Amount, new: Amount, meaning: Meaning) -> Option<(String, Option<String>)> {
    let hundred = Amount::from(100);
    let difference = new.minus(old)?;
    let signed = |amount: Amount, ending: &str| {
        let text = amount.to_string();
        let sign = if text.starts_with('-') { "" } else { "+" };
        format!("{sign}{text}{ending}")
    };
    if meaning == Meaning::Percent {
        let points = difference.times(hundred)?;
        return Some((signed(points.round(points.decimals().min(4)), " %"), None));
    }
    let share = difference.times(hundred).and_then(|it| it.over(old)).map(|it| it.round(2));
    let decimals =
        if meaning == Meaning::Money { 2.max(difference.decimals()) } else { difference.decimals() };
    Some((signed(difference.round(decimals), ""), share.map(|share| signed(share, "%"))))
}

pub(super) fn trend(field: &Field, old: &Value, new: &Value) -> Option<Trend> {
    let rises = match field.better? {
        Better::First => {
            let place =
                |value: &Value| field.options.iter().position(|option| option.as_str() == value.text());
            place(new)?.cmp(&place(old)?).reverse()
        }
        Better::More | Better::Less if matches!(new.meaning, Meaning::Date | Meaning::Month) => {
            new.text()?.cmp(old.text()?)
        }
        Better::More | Better::Less => new.amount()?.cmp(&old.amount()?),
    };
    let rises = if field.better == Some(Better::Less) { rises.reverse() } else { rises };
    match rises {
        std::cmp::Ordering::Less => Some(Trend::Worse),
        std::cmp::Ordering::Greater => Some(Trend::Better),
        std::cmp::Ordering::Equal => None,
    }
}
