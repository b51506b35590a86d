//! What a price is worth in points, by the formula of the tender. Deductions count here alone, never in the price itself.

use std::str::FromStr as _;

use super::Bid;
use crate::amount::Amount;
use crate::value::Value;

/// How points follow from prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// Base ÷ price × points; the base is the lowest price (财政部令第87号第五十五条).
    Lowest,
    /// All points at the base, and so many less for each percent above and below it; the base is a share of the mean
    /// of all prices (招标投标法: as the tender says).
    Mean { share: Amount, above: Amount, below: Amount },
}

/// A formula with what all formulas need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub formula: Formula,
    pub points: Amount,
    /// Decimals of the points, rounded half up.
    pub decimals: u32,
    /// A price above it is not valid, and no part of the base.
    pub ceiling: Option<Amount>,
}

/// A price as it is scored: less the deduction for small enterprises.
pub fn evaluated(price: Amount, deduction: Amount) -> Option<Amount> {
    Some(price.times(Amount::from(1).minus(deduction)?)?.round(2))
}

impl Rule {
    fn is_valid(&self, price: Amount) -> bool {
        price > Amount::ZERO && self.ceiling.is_none_or(|ceiling| price <= ceiling)
    }

    /// What prices are held against; none where no price is valid.
    pub fn base(&self, evaluated: &[Amount]) -> Option<Amount> {
        match self.formula {
            Formula::Lowest => evaluated.iter().copied().min(),
            Formula::Mean { share, .. } => {
                let sum = evaluated.iter().try_fold(Amount::ZERO, |sum, price| sum.plus(*price))?;
                let count = Amount::from(u64::try_from(evaluated.len()).ok()?);
                Some(sum.over(count)?.times(share)?.round(2))
            }
        }
    }

    /// The points of a price, never less than none.
    pub fn score(&self, price: Amount, base: Amount) -> Option<Amount> {
        let points = match self.formula {
            Formula::Lowest => base.times(self.points)?.over(price)?,
            Formula::Mean { above, below, .. } => {
                let (rate, gap) =
                    if price > base { (above, price.minus(base)?) } else { (below, base.minus(price)?) };
                let percent = gap.times(Amount::from(100))?.over(base)?;
                self.points.minus(percent.times(rate)?)?
            }
        };
        Some(points.max(Amount::ZERO).round(self.decimals))
    }
}

/// One bidder's price and what it is worth; no points where the price is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// None for the bid itself.
    pub bidder: Option<String>,
    pub price: Amount,
    pub evaluated: Amount,
    pub points: Option<Amount>,
}

/// The base and the points of this bid and of all other prices that are known; none where the tender names no formula or
/// the bid no total.
pub fn table(bid: &Bid) -> Option<(Amount, Vec<Scored>)> {
    let asked = bid.asked("price_score")?;
    let field = |key: &str| asked.get(key).and_then(Value::amount);
    let one = || Amount::from(1);
    let formula = match asked.text_at("formula")? {
        "lowest" => Formula::Lowest,
        _ => Formula::Mean {
            share: field("share").unwrap_or_else(one),
            above: field("above").unwrap_or_else(one),
            below: field("below").unwrap_or_else(one),
        },
    };
    let decimals = asked.text_at("decimals").and_then(|text| u32::from_str(text).ok()).unwrap_or(2);
    let ceiling = bid.asked("ceiling").or_else(|| bid.asked("budget")).and_then(Value::amount);
    let rule = Rule { formula, points: field("points")?, decimals, ceiling };
    let granted = bid.asked("sme_deduction").and_then(Value::amount).unwrap_or(Amount::ZERO);
    let claims = |value: Option<&Value>| value.and_then(Value::text) == Some("true");
    let deduction = |claimed: bool| if claimed { granted } else { Amount::ZERO };
    let mut rows = vec![(None, bid.total()?, deduction(claims(bid.own("sme_deduction"))))];
    for other in bid.asked("other_prices").map(Value::items).unwrap_or_default() {
        let price = other.get("price").and_then(Value::amount)?;
        rows.push((other.text_at("bidder").map(str::to_owned), price, deduction(claims(other.get("small")))));
    }
    let prices: Vec<Amount> = rows
        .iter()
        .filter(|(_, price, _)| rule.is_valid(*price))
        .filter_map(|(_, price, deduction)| evaluated(*price, *deduction))
        .collect();
    let base = rule.base(&prices)?;
    let scored = rows.into_iter().map(|(bidder, price, deduction)| {
        let evaluated = evaluated(price, deduction)?;
        let points = if rule.is_valid(price) { rule.score(evaluated, base) } else { None };
        Some(Scored { bidder, price, evaluated, points })
    });
    Some((base, scored.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    fn points(rule: &Rule, price: &str, base: &str) -> String {
        rule.score(amount(price), amount(base)).unwrap().to_string()
    }

    #[test]
    fn the_lowest_price_has_all_points() {
        let rule = Rule { formula: Formula::Lowest, points: amount("40"), decimals: 1, ceiling: None };
        let base = rule.base(&["42750", "40000", "47500"].map(amount)).unwrap();
        assert_eq!(base.to_string(), "40000");
        for (price, score) in [("40000", "40.0"), ("42750", "37.4"), ("47500", "33.7")] {
            assert_eq!(points(&rule, price, "40000"), score);
        }
        let tenth = Rule { points: amount("10"), decimals: 2, ..rule };
        assert_eq!(points(&tenth, "2417100", "2200000"), "9.10");
    }

    #[test]
    fn around_a_mean_more_is_lost_above_than_below() {
        let formula = Formula::Mean { share: amount("0.95"), above: amount("1"), below: amount("0.5") };
        let rule = Rule { formula, points: amount("30"), decimals: 2, ceiling: None };
        let base = rule.base(&["900000", "1000000", "1100000"].map(amount)).unwrap();
        assert_eq!(base.to_string(), "950000.00");
        for (price, score) in
            [("950000", "30.00"), ("1000000", "24.74"), ("900000", "27.37"), ("4000000", "0.00")]
        {
            assert_eq!(points(&rule, price, "950000"), score, "{price}");
        }
    }

    #[test]
    fn a_deduction_changes_what_is_scored() {
        assert_eq!(evaluated(amount("1000000"), amount("0.1")).unwrap().to_string(), "900000.00");
        let rule = Rule {
            formula: Formula::Lowest,
            points: amount("30"),
            decimals: 2,
            ceiling: Some(amount("100")),
        };
        assert!(
            rule.is_valid(amount("100")) && !rule.is_valid(amount("100.01")) && !rule.is_valid(Amount::ZERO)
        );
        assert_eq!(rule.base(&[]), None);
    }
}
