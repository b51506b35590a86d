//! Prices: every figure of the bid against the others and against what the tender allows.

mod items;
mod low;
mod stated;
mod unit;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::requirement::lines;
use super::{Hearing, leak};
use crate::amount::{Amount, Notation, numbers};
use crate::diagnostic::Finding;
use crate::value::{Meaning, Value};

#[derive(Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Verb {
    /// What the text says of the total is the total.
    Stated(stated::Stated),
    /// Total, groups and lines are not above their ceilings.
    Ceiling {},
    /// A price below such a percentage of ceiling, budget or what others offer has an explanation in the bid.
    LowPrice(low::LowPrice),
    /// Every rate of tax is one of these.
    TaxRates { rates: Vec<String> },
    /// Prices stand only in the volumes that are for prices.
    Leak { forms: Vec<String>, quoting: Vec<String>, volumes: Vec<String> },
    /// A line says of a product what the product says of itself.
    Products {},
    /// Every line has one price, and it is a figure.
    OnePrice { banned: Vec<String> },
    /// Prices are in the unit that the tender asks for.
    Unit { unit: String },
    /// A deduction for small enterprises is claimed only where the tender grants it.
    Deduction {},
    /// Every item of the tender is priced, in its quantity, and nothing else is.
    Items {},
    /// Codes of a bill of quantities have their form and do not repeat.
    Codes {},
    /// Staff times months make the quantity that the tender prints.
    Derived {},
}

impl Verb {
    pub(super) fn judge(&self, hearing: &mut Hearing) {
        match self {
            Self::Stated(stated) => stated.judge(hearing),
            Self::Ceiling {} => ceiling(hearing),
            Self::LowPrice(low) => low.judge(hearing),
            Self::TaxRates { rates } => tax_rates(hearing, rates),
            Self::Leak { forms, quoting, volumes } => leak::leak(hearing, forms, quoting, volumes),
            Self::Products {} => items::products(hearing),
            Self::OnePrice { banned } => one_price(hearing, banned),
            Self::Unit { unit } => unit::judge(hearing, unit),
            Self::Deduction {} => deduction(hearing),
            Self::Items {} => items::priced(hearing),
            Self::Codes {} => codes(hearing),
            Self::Derived {} => items::derived(hearing),
        }
    }
}

fn total<'w>(hearing: &Hearing<'_, 'w>) -> Option<&'w Value> {
    hearing.bid.price?.data()?.get("total")
}

/// Where the total can be pointed at: its own place, or the document that it was reckoned in.
fn place(hearing: &Hearing, value: &Value) -> crate::source::Span {
    let written =
        hearing.bid.price.and_then(|price| price.data()?.member("total")).and_then(|total| total.key_span);
    if written.is_some() { value.span } else { hearing.bid.price.map_or(value.span, |price| price.id_span) }
}

fn ceiling(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let mut asked = false;
    let ceilings = [bid.asked("ceiling"), bid.asked("budget")];
    if let (Some(total), Some(value)) = (bid.total(), total(hearing))
        && let Some((ceiling, limit)) =
            ceilings.into_iter().flatten().next().and_then(|ceiling| Some((ceiling, ceiling.amount()?)))
    {
        asked = true;
        if total > limit {
            let finding = over(hearing, place(hearing, value), total.grouped(2), limit.grouped(2));
            hearing.fail("", finding.related(ceiling.span, "tender", Vec::new()));
        }
    }
    let data = bid.price.and_then(|price| price.data());
    let listed = |field: &str| data.and_then(|data| data.get(field)).map(Value::items).unwrap_or_default();
    let parts = listed("groups")
        .iter()
        .map(|group| (group, "subtotal", "name"))
        .chain(lines(hearing).into_iter().map(|line| (line, "unit_price", "id")))
        .chain(listed("rates").iter().map(|rate| (rate, "rate", "name")));
    for (part, price, name) in parts {
        let Some(price) = part.get(price) else { continue };
        let Some(offered) = price.amount() else { continue };
        for (field, sign) in [("ceiling", "≤"), ("least", "≥")] {
            let Some((bound, limit)) = part.get(field).and_then(|bound| Some((bound, bound.amount()?)))
            else {
                continue;
            };
            asked = true;
            let beyond = if field == "least" { offered < limit } else { offered > limit };
            if beyond {
                let shown = |value: &Value, amount: Amount| match value.meaning {
                    Meaning::Percent => value.text().unwrap_or_default().to_owned(),
                    _ => amount.grouped(2),
                };
                let wanted = format!("{sign} {}", shown(bound, limit));
                let finding = hearing.differs(bound.span, shown(price, offered), wanted);
                hearing.fail(
                    part.text_at(name).unwrap_or_default(),
                    finding.related(bound.span, "tender", Vec::new()),
                );
            }
        }
    }
    if !asked {
        hearing.skip("@rule-not-asked");
    }
}

fn over(hearing: &Hearing, at: crate::source::Span, found: String, limit: String) -> Finding {
    hearing.differs(at, found, format!("≤ {limit}"))
}

fn tax_rates(hearing: &mut Hearing, rates: &[String]) {
    let own = hearing.bid.price.and_then(|price| price.data()?.get("tax_rate"));
    let rates: Vec<Amount> = rates.iter().filter_map(|rate| Amount::from_percent(rate).ok()).collect();
    for rate in own.into_iter().chain(lines(hearing).into_iter().filter_map(|line| line.get("tax_rate"))) {
        if rate.amount().is_some_and(|rate| !rates.contains(&rate)) {
            let finding = hearing.review(rate.span, rate.text().unwrap_or_default());
            hearing.ask(rate.text().unwrap_or_default(), finding);
        }
    }
}

fn one_price(hearing: &mut Hearing, banned: &[String]) {
    for line in lines(hearing) {
        let id = line.text_at("id").unwrap_or_default();
        if let Some(price) = line.get("unit_price").filter(|price| low::is_zero(price)) {
            let finding = hearing.differs(price.span, price.text().unwrap_or_default(), "> 0");
            hearing.fail(id, finding);
        }
        for field in ["note", "name", "unit"] {
            let Some(value) = line.get(field) else { continue };
            let text = value.text().unwrap_or_default();
            if let Some(word) = banned.iter().find(|word| text.contains(word.as_str())) {
                let finding = hearing.word(value.span, word);
                hearing.fail(id, finding);
            }
            let money = |number: &crate::amount::Sighting| number.notation != Notation::Bare;
            for number in numbers(text).into_iter().filter(money) {
                let said = text[number.range.clone()].to_owned();
                if number.amount == Amount::ZERO {
                    let finding = hearing.word(value.span, said);
                    hearing.fail(id, finding);
                } else if field == "note" && !says_price(hearing, line, number.amount) {
                    // A second price for one thing, or a part of the price: a person can tell.
                    let finding = hearing.review(value.span, said);
                    hearing.ask(id, finding);
                }
            }
        }
    }
}

/// Whether an amount of 元 is a price of the line.
fn says_price(hearing: &Hearing, line: &Value, amount: Amount) -> bool {
    ["unit_price", "amount", "ceiling"].iter().any(|field| {
        let own = line.get(field).and_then(Value::amount).and_then(|own| hearing.bid.unit().in_yuan(own));
        own == Some(amount)
    })
}

fn deduction(hearing: &mut Hearing) {
    let Some(claimed) = hearing.bid.own("sme_deduction").filter(|claimed| claimed.text() == Some("true"))
    else {
        return hearing.skip("@rule-not-offered");
    };
    let granted = hearing.bid.asked("sme_deduction").and_then(Value::amount);
    if granted.is_none_or(|granted| granted == Amount::ZERO) {
        let mut finding = hearing.differs(claimed.span, "true", "false");
        if let Some(granted) = hearing.bid.asked("sme_deduction") {
            finding = finding.related(granted.span, "tender", Vec::new());
        }
        hearing.fail("", finding);
    }
}

fn codes(hearing: &mut Hearing) {
    let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
    let mut any = false;
    for line in lines(hearing) {
        let Some((code, text)) = line.get("code").and_then(|code| Some((code, code.text()?))) else {
            continue;
        };
        any = true;
        let digits =
            |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        let supplement =
            text.split_once('B').is_some_and(|(head, tail)| digits(head, 2) && digits(tail.trim(), 3));
        if !digits(text, 12) && !supplement {
            let finding = hearing.differs(code.span, text, "030101001001 / 03B001");
            hearing.fail(text, finding);
        }
        if let Some(first) = seen.insert(text, code) {
            let finding = hearing.word(code.span, text).related(first.span, "other", Vec::new());
            hearing.fail(text, finding);
        }
    }
    if !any {
        hearing.skip("@rule-not-offered");
    }
}
