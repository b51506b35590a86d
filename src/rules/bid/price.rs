//! Prices: every figure of the bid against the others and against what the tender allows.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::requirement::lines;
use super::wording::{plain, texts};
use super::{Hearing, leak};
use crate::amount::Amount;
use crate::diagnostic::Finding;
use crate::tender::referred;
use crate::value::Value;

#[derive(Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Verb {
    /// What the text says of the total is the total.
    StatedTotal { words: Vec<String> },
    /// Total, groups and lines are not above their ceilings.
    Ceiling {},
    /// A price below such a percentage of ceiling or budget has an explanation in the bid.
    LowPrice { of_ceiling: u32, of_budget: u32, words: Vec<String> },
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
            Self::StatedTotal { words } => stated_total(hearing, words),
            Self::Ceiling {} => ceiling(hearing),
            Self::LowPrice { of_ceiling, of_budget, words } => {
                low_price(hearing, *of_ceiling, *of_budget, words)
            }
            Self::TaxRates { rates } => tax_rates(hearing, rates),
            Self::Leak { forms, quoting, volumes } => leak::leak(hearing, forms, quoting, volumes),
            Self::Products {} => products(hearing),
            Self::OnePrice { banned } => one_price(hearing, banned),
            Self::Unit { unit } => price_unit(hearing, unit),
            Self::Deduction {} => deduction(hearing),
            Self::Items {} => items(hearing),
            Self::Codes {} => codes(hearing),
            Self::Derived {} => derived(hearing),
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

/// `总报价为 1,234.00 元`: the figure after the words, with where it stands in the text.
fn figure_after(text: &str, from: usize) -> Option<(std::ops::Range<usize>, Amount, bool)> {
    let rest = &text[from..];
    let skipped: usize = rest
        .chars()
        .take_while(|character| "为是：:（）()小写¥￥人民币 　*".contains(*character))
        .map(char::len_utf8)
        .sum();
    let digits = rest[skipped..].len()
        - rest[skipped..]
            .trim_start_matches(|character: char| character.is_ascii_digit() || ",.".contains(character))
            .len();
    let written = rest[skipped..skipped + digits].trim_end_matches(['.', ',']);
    let figure: Amount = written.replace(',', "").parse().ok()?;
    let start = from + skipped;
    let end = start + written.len();
    let in_ten_thousands = text[end..].trim_start().starts_with('万');
    Some((start..end, figure, in_ten_thousands))
}

fn stated_total(hearing: &mut Hearing, words: &[String]) {
    let Some(total) = total(hearing).and_then(Value::amount) else {
        return hearing.skip("@rule-not-offered");
    };
    for text in texts(hearing.bid) {
        for word in words {
            for range in text.find(word) {
                let Some((place, figure, in_ten_thousands)) = figure_after(text.text, range.end) else {
                    continue;
                };
                let factor = if in_ten_thousands { "10000" } else { "1" };
                let figure = factor.parse().ok().and_then(|factor| figure.times(factor));
                if figure.is_some_and(|figure| figure != total) {
                    let found = text.text[place.clone()].to_owned();
                    let finding = hearing.differs(text.span(place), found, total.grouped(2));
                    hearing.fail("", finding);
                }
            }
        }
    }
}

fn ceiling(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let mut asked = false;
    let ceilings = [bid.asked("ceiling"), bid.asked("budget")];
    if let Some(total) = total(hearing)
        && let Some(ceiling) = ceilings.into_iter().flatten().next()
    {
        asked = true;
        if total.amount().zip(ceiling.amount()).is_some_and(|(total, ceiling)| total > ceiling) {
            let finding = over(hearing, place(hearing, total), total, ceiling);
            hearing.fail("", finding);
        }
    }
    let groups =
        bid.price.and_then(|price| price.data()?.get("groups")).map(Value::items).unwrap_or_default();
    let parts = groups
        .iter()
        .map(|group| (group, "subtotal", "name"))
        .chain(lines(hearing).into_iter().map(|line| (line, "unit_price", "id")));
    for (part, price, name) in parts {
        let Some((price, ceiling)) = part.get(price).zip(part.get("ceiling")) else { continue };
        asked = true;
        if price.amount().zip(ceiling.amount()).is_some_and(|(price, ceiling)| price > ceiling) {
            let finding = over(hearing, ceiling.span, price, ceiling);
            hearing.fail(part.text_at(name).unwrap_or_default(), finding);
        }
    }
    if !asked {
        hearing.skip("@rule-not-asked");
    }
}

fn over(hearing: &Hearing, at: crate::source::Span, price: &Value, ceiling: &Value) -> Finding {
    let found = price.amount().map(|amount| amount.grouped(2)).unwrap_or_default();
    let wanted = ceiling.amount().map(|amount| format!("≤ {}", amount.grouped(2))).unwrap_or_default();
    hearing.differs(at, found, wanted).related(ceiling.span, "tender", Vec::new())
}

fn low_price(hearing: &mut Hearing, of_ceiling: u32, of_budget: u32, words: &[String]) {
    let Some(price) = total(hearing) else { return hearing.skip("@rule-not-offered") };
    for (field, share) in [("ceiling", of_ceiling), ("budget", of_budget)] {
        let Some(limit) = hearing.bid.asked(field) else { continue };
        let percent = || -> Option<(Amount, Amount)> {
            let hundred: Amount = "100".parse().ok()?;
            let share: Amount = share.to_string().parse().ok()?;
            Some((price.amount()?.times(hundred)?, limit.amount()?.times(share)?))
        };
        let Some((has, least)) = percent() else { continue };
        let explained = hearing.bid.chapters().any(|(_, chapter)| {
            chapter
                .text_at("title")
                .is_some_and(|title| words.iter().any(|word| title.contains(word.as_str())))
        });
        if has < least && !explained {
            let what = format!(
                "{} < {share} % × {}",
                price.text().unwrap_or_default(),
                limit.text().unwrap_or_default()
            );
            let finding =
                hearing.review(place(hearing, price), what).related(limit.span, "tender", Vec::new());
            hearing.ask("", finding);
            return;
        }
    }
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

/// The volumes that may show prices: those that the tender names, or those whose title says so.
fn products(hearing: &mut Hearing) {
    for line in lines(hearing) {
        let Some(product) =
            referred(line).and_then(Value::text).and_then(|id| hearing.bid.workspace.document(id))
        else {
            continue;
        };
        for field in ["brand", "model", "unit"] {
            let own = line.get(field);
            let known = product.data().and_then(|data| data.get(field));
            let (Some(own), Some(known)) = (own, known) else { continue };
            let (one, other) = (own.text().unwrap_or_default(), known.text().unwrap_or_default());
            if plain(one) != plain(other) {
                let finding = hearing.differs(own.span, one, other).related(known.span, "other", Vec::new());
                hearing.fail(line.text_at("id").unwrap_or_default(), finding);
            }
        }
    }
}

fn one_price(hearing: &mut Hearing, banned: &[String]) {
    for line in lines(hearing) {
        let id = line.text_at("id").unwrap_or_default();
        if let Some(price) = line.get("unit_price").filter(|price| price.amount() == Some(Amount::ZERO)) {
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
        }
    }
}

fn price_unit(hearing: &mut Hearing, unit: &str) {
    let Some(asked) = hearing.bid.asked("price_unit") else { return hearing.skip("@rule-not-asked") };
    let Some(price) = hearing.bid.price else { return hearing.skip("@rule-not-offered") };
    let own = price.data().and_then(|data| data.get("price_unit"));
    let found = own.and_then(Value::text).unwrap_or(unit);
    if asked.text() != Some(found) {
        let span = own.map_or(price.id_span, |own| own.span);
        let finding = hearing.differs(span, found, asked.text().unwrap_or_default());
        hearing.fail("", finding.related(asked.span, "tender", Vec::new()));
    }
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

fn items(hearing: &mut Hearing) {
    let Some(asked) = hearing.bid.asked("items") else { return hearing.skip("@rule-not-asked") };
    let mut priced: BTreeMap<String, &Value> = BTreeMap::new();
    for line in lines(hearing) {
        priced.insert(line.text_at("name").map(plain).unwrap_or_default(), line);
    }
    let mut known = BTreeSet::new();
    let none = hearing.bid.price.map_or(hearing.bid.package.id_span, |price| price.id_span);
    for item in asked.items() {
        let name = item.text_at("name").unwrap_or_default();
        known.insert(plain(name));
        let Some(line) = priced.get(&plain(name)) else {
            let finding = hearing.missing(none, name).related(item.head(), "tender", Vec::new());
            hearing.fail(name, finding);
            continue;
        };
        if let (Some(wanted), Some(found)) = (item.get("quantity"), line.get("quantity"))
            && wanted.amount() != found.amount()
        {
            let finding = hearing.differs(
                found.span,
                found.text().unwrap_or_default(),
                wanted.text().unwrap_or_default(),
            );
            hearing.fail(name, finding.related(wanted.span, "tender", Vec::new()));
        }
    }
    for (_, line) in priced.iter().filter(|(name, _)| !known.contains(*name)) {
        let name = line.text_at("name").unwrap_or_default();
        let finding = hearing.review(line.head(), name).related(asked.head(), "tender", Vec::new());
        hearing.ask(name, finding);
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

fn derived(hearing: &mut Hearing) {
    let Some(asked) = hearing.bid.asked("items") else { return hearing.skip("@rule-not-asked") };
    for item in asked.items() {
        let amount = |field: &str| item.get(field).and_then(Value::amount);
        let (Some(staff), Some(months), Some(quantity)) =
            (amount("staff"), amount("months"), item.get("quantity"))
        else {
            continue;
        };
        let product = staff.times(months);
        if product.is_some() && quantity.amount() != product {
            let wanted = product.map(|product| product.to_string()).unwrap_or_default();
            let finding = hearing.differs(quantity.span, quantity.text().unwrap_or_default(), wanted);
            hearing.fail(item.text_at("name").unwrap_or_default(), finding);
        }
    }
}
