//! Prices that are so low that they have to be explained.

use serde::Deserialize;

use super::super::Hearing;
use super::place;
use crate::amount::Amount;
use crate::source::Span;
use crate::value::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rules::bid) struct LowPrice {
    /// Percentages of what the tender sets.
    of_ceiling: u32,
    of_budget: u32,
    /// Percentages of what is offered: of the mean of all bids, and of the second lowest.
    of_mean: u32,
    of_second: u32,
    /// Titles of the chapter that explains.
    words: Vec<String>,
}

/// What the price is held against: a share of an amount, and where that stands.
struct Bound {
    percent: u32,
    of: Amount,
    span: Span,
}

impl LowPrice {
    pub(super) fn judge(&self, hearing: &mut Hearing) {
        let bid = hearing.bid;
        let shown = bid.price.and_then(|price| price.data()?.get("total"));
        let Some((price, shown)) = bid.total().zip(shown) else { return hearing.skip("@rule-not-offered") };
        let mut bounds = Vec::new();
        let mut bound = |field: &str, percent: u32| {
            if let Some((of, value)) = bid.asked(field).and_then(|value| Some((value.amount()?, value))) {
                bounds.push(Bound { percent, of, span: value.span });
            }
        };
        bound("low_price_limit", 100);
        bound("ceiling", self.of_ceiling);
        bound("budget", self.of_budget);
        if let Some(others) = bid.asked("other_prices") {
            let others_span = others.head();
            let mut all: Vec<Amount> =
                others.items().iter().filter_map(|other| other.get("price")?.amount()).collect();
            all.push(price);
            all.sort();
            let sum = all.iter().try_fold(Amount::ZERO, |sum, price| sum.plus(*price));
            let mean = sum.and_then(|sum| sum.over(Amount::from(all.len() as u64)));
            let compared = [(mean, self.of_mean), (all.get(1).copied(), self.of_second)];
            for (of, percent) in compared.into_iter().filter(|_| all.len() > 1) {
                bounds.extend(of.map(|of| Bound { percent, of, span: others_span }));
            }
        }
        let explained = bid.chapters().any(|(_, chapter)| {
            chapter
                .text_at("title")
                .is_some_and(|title| self.words.iter().any(|word| title.contains(word.as_str())))
        });
        let below = |bound: &&Bound| {
            let has = price.times(Amount::from(100));
            let least = bound.of.times(Amount::from(u64::from(bound.percent)));
            has.zip(least).is_some_and(|(has, least)| has < least)
        };
        if let Some(bound) = bounds.iter().find(below).filter(|_| !explained) {
            let what = format!("{} < {} % × {}", price.grouped(2), bound.percent, bound.of.grouped(2));
            let finding =
                hearing.review(place(hearing, shown), what).related(bound.span, "tender", Vec::new());
            hearing.ask("", finding);
        }
    }
}

/// Whether an amount is nothing.
pub(super) fn is_zero(value: &Value) -> bool {
    value.amount() == Some(Amount::ZERO)
}
