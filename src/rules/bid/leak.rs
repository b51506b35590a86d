//! Prices that stand where no price may stand: in the sources of volumes that are not for prices, and on their pages.

use std::collections::BTreeSet;

use super::Hearing;
use super::printed::{self, Found, says};
use super::wording::plain;
use crate::amount::{Amount, to_words};
use crate::folder;
use crate::source::Span;
use crate::tender::Printed;
use crate::value::{Meaning, Value};

/// Figures of fewer digits before the point stand in any text.
const TELLING: usize = 5;

/// `forms` show prices, and `quoting` ones say the total where the tender does not name the volumes for prices.
pub(super) fn leak(hearing: &mut Hearing, forms: &[String], quoting: &[String], volumes: &[String]) {
    let bid = hearing.bid;
    let named = bid.asked("price_volumes").map(Value::items).unwrap_or_default();
    let named: Vec<String> = named.iter().filter_map(Value::text).map(plain).collect();
    let for_prices = |title: &str| match named.is_empty() {
        true => volumes.iter().any(|word| title.contains(word.as_str())),
        false => named.contains(&plain(title)),
    };
    if bid.volumes().iter().all(|volume| !volume.text_at("title").is_some_and(for_prices)) {
        return hearing.skip("@rule-not-asked");
    }
    let (total, others) = spelled(hearing);
    for (volume, chapter) in bid.chapters() {
        let title = volume.text_at("title").unwrap_or_default();
        if for_prices(title) {
            continue;
        }
        if let Some(form) = chapter
            .get("form")
            .filter(|form| form.text().is_some_and(|form| forms.iter().any(|known| known == form)))
        {
            let finding = hearing.word(form.span, chapter.text_at("title").unwrap_or_default());
            hearing.fail(title, finding);
        }
        for (text, span) in said(hearing, chapter) {
            let text = plain(text);
            let literal = total.iter().find(|spelling| says(&text, spelling)).cloned();
            let asked =
                (text.contains("{{") && text.contains("price.total")).then(|| "{{ price.total }}".to_owned());
            if let Some(found) = literal.or(asked) {
                let finding = hearing.word(span, found);
                hearing.fail(title, finding);
            }
        }
    }
    let volumes = || {
        hearing.pages.into_iter().flat_map(|pages| &pages.volumes).filter(|volume| !for_prices(&volume.title))
    };
    let (leaked, doubtful) = (printed::find(volumes(), &total), printed::find(volumes(), &others));
    // A letter that says the total stands in another volume by custom.
    let meant = |volume: &Printed, sheet: Option<usize>| {
        let form = sheet.and_then(|sheet| printed::chapter_of(hearing.bid, volume, sheet)?.text_at("form"));
        named.is_empty() && form.is_some_and(|form| quoting.iter().any(|known| known == form))
    };
    let unmeant = |(_, volume, sheet): &Found| !meant(volume, *sheet);
    for found in leaked.into_iter().filter(unmeant) {
        let (title, finding) = printed::banned(hearing, found);
        hearing.fail(title, finding);
    }
    // One line may cost what something else costs by chance.
    for found in doubtful.into_iter().filter(unmeant) {
        let (title, finding) = printed::banned(hearing, found);
        hearing.ask(title, finding);
    }
}

/// What a chapter itself says, and what a document that is set as a chapter says.
fn said<'w>(hearing: &Hearing<'_, 'w>, chapter: &'w Value) -> Vec<(&'w str, Span)> {
    let sources = &hearing.bid.workspace.sources;
    let mut said: Vec<(&str, Span)> = Vec::new();
    let mut visit = |value: &'w Value| {
        let path = value.text_at("file").and_then(|file| folder::join(sources.path(value.span.file), file));
        if let Some(file) = path.and_then(|path| sources.find(&path)) {
            said.push((sources.text(file), Span::file(file)));
        }
    };
    chapter.walk(&mut visit);
    let document = chapter.text_at("document").and_then(|id| hearing.bid.workspace.document(id));
    if let Some(document) = document {
        document.value.walk(&mut visit);
    }
    for prose in ["prose", "intro"].iter().filter_map(|field| chapter.get(field)) {
        if let Some(text) = prose.text() {
            said.push((text, prose.span));
        }
    }
    said
}

/// The ways in which the total may be written, and those of all other figures of the price list.
fn spelled(hearing: &Hearing) -> (Vec<String>, Vec<String>) {
    let Some(price) = hearing.bid.price.and_then(|price| price.data()) else { return Default::default() };
    let total = price.get("total").and_then(Value::amount);
    let mut others = BTreeSet::new();
    price.walk(&mut |value| {
        let amount = value.amount().filter(|_| value.meaning == Meaning::Money);
        others.extend(amount.filter(|amount| Some(*amount) != total));
    });
    let words = total.and_then(to_words);
    let total = total.into_iter().flat_map(spellings).chain(words.map(|words| plain(&words)));
    (total.collect(), others.into_iter().flat_map(spellings).collect())
}

fn spellings(amount: Amount) -> impl Iterator<Item = String> {
    let digits = |spelling: &String| spelling.bytes().filter(u8::is_ascii_digit).count();
    let plain = [amount.grouped(2), amount.round(2).to_string()];
    let short = amount.over(Amount::from(10_000)).map(|short| format!("{}万", short.round(short.decimals())));
    let plain = plain.into_iter().filter(move |spelling| digits(spelling) >= TELLING + 2);
    plain.chain(short.filter(|short| digits(short) >= 3))
}
