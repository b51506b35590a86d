//! The lines of the price list against the items of the tender, the products of the library, and the text.

use super::super::Hearing;
use super::super::requirement::lines;
use super::super::wording::{plain, texts};
use super::stated::line_text;
use crate::amount::{Notation, numbers};
use crate::tender::referred;
use crate::value::Value;

/// Every line, with the name of its group.
fn grouped<'w>(hearing: &Hearing<'_, 'w>) -> Vec<(String, &'w Value)> {
    let groups = hearing.bid.price.and_then(|price| price.data()?.get("groups"));
    let groups = groups.map(Value::items).unwrap_or_default();
    let lines = |group: &'w Value| group.get("lines").map(Value::items).unwrap_or_default();
    groups
        .iter()
        .flat_map(|group| lines(group).iter().map(|line| (plain(line_text(group, "name")), line)))
        .collect()
}

/// An item is a line by its full path. One that names no group takes the first line of its name that no other item has.
pub(super) fn priced(hearing: &mut Hearing) {
    let Some(asked) = hearing.bid.asked("items") else { return hearing.skip("@rule-not-asked") };
    let mut open = grouped(hearing);
    let none = hearing.bid.price.map_or(hearing.bid.package.id_span, |price| price.id_span);
    // What names its group chooses first, and of several lines the one in the right quantity.
    let mut items: Vec<&Value> = asked.items().iter().collect();
    items.sort_by_key(|item| item.get("group").is_none());
    for item in items {
        let name = line_text(item, "name");
        let path = item.text_at("group").map_or(name.to_owned(), |group| format!("{group} / {name}"));
        let wanted = item.get("quantity");
        let fits = |(group, line): &&(String, &Value)| {
            plain(line_text(line, "name")) == plain(name)
                && item.text_at("group").is_none_or(|wanted| plain(wanted) == *group)
        };
        let exact = |(_, line): &&(String, &Value)| {
            line.get("quantity").and_then(Value::amount) == wanted.and_then(Value::amount)
        };
        let chosen = open.iter().filter(fits).find(exact).or_else(|| open.iter().find(fits));
        let Some(line) = chosen.map(|(_, line)| *line) else {
            let finding = hearing.missing(none, &path).related(item.head(), "tender", Vec::new());
            hearing.fail(&path, finding);
            continue;
        };
        open.retain(|(_, known)| !std::ptr::eq(*known, line));
        if let (Some(wanted), Some(found)) = (wanted, line.get("quantity"))
            && wanted.amount() != found.amount()
        {
            let (one, other) = (found.text().unwrap_or_default(), wanted.text().unwrap_or_default());
            let finding = hearing.differs(found.span, one, other);
            hearing.fail(&path, finding.related(wanted.span, "tender", Vec::new()));
        }
        if let (Some(wanted), Some(found)) = (item.get("unit"), line.get("unit"))
            && wanted.text().map(plain) != found.text().map(plain)
        {
            let (one, other) = (found.text().unwrap_or_default(), wanted.text().unwrap_or_default());
            let finding = hearing.differs(found.span, one, other);
            hearing.fail(&path, finding.related(wanted.span, "tender", Vec::new()));
        }
    }
    for (_, line) in open {
        let name = line_text(line, "name");
        let finding = hearing.review(line.head(), name).related(asked.head(), "tender", Vec::new());
        hearing.ask(name, finding);
    }
}

pub(super) fn derived(hearing: &mut Hearing) {
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
            hearing.fail(line_text(item, "name"), finding);
        }
    }
}

/// A name of so many characters is not said by chance.
const TELLING: usize = 4;

pub(super) fn products(hearing: &mut Hearing) {
    let lines = lines(hearing);
    for line in &lines {
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
                hearing.fail(line_text(line, "id"), finding);
            }
        }
    }
    // 通道闸机 6 台 in the text, and 4 台 in the list: more is promised than priced. Fewer may be some of them.
    let named = |line: &&&Value| line_text(line, "name").chars().count() >= TELLING;
    let once = |line: &&&Value| {
        lines.iter().filter(|other| line_text(other, "name").contains(line_text(line, "name"))).count() == 1
    };
    let counted: Vec<&&Value> = lines.iter().filter(named).filter(once).collect();
    for text in texts(hearing.bid) {
        let numbers = numbers(text.text);
        for line in &counted {
            let Some(quantity) = line.get("quantity") else { continue };
            for place in text.find(line_text(line, "name")) {
                let Some(number) = numbers.iter().find(|number| number.range.start >= place.end) else {
                    continue;
                };
                let gap = &text.text[place.end..number.range.start];
                let behind = text.text[number.range.end..].trim_start();
                if number.notation != Notation::Bare
                    || !gap.chars().all(|character| " 　：:（(×xX*共计数量为".contains(character))
                    || !behind.starts_with(line_text(line, "unit"))
                    || quantity.amount().is_none_or(|quantity| number.amount <= quantity)
                {
                    continue;
                }
                let said = &text.text[place.start..number.range.end];
                let finding = hearing.review(text.span(place.start..number.range.end), said);
                hearing.ask(line_text(line, "id"), finding.related(quantity.span, "other", Vec::new()));
            }
        }
    }
}
