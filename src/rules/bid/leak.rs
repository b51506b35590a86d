//! Prices that stand where no price may stand: in the sources of volumes that are not for prices, and on their pages.

use super::Hearing;
use super::printed;
use super::wording::plain;
use crate::amount::{Amount, Finder, Notation, Sighting};
use crate::folder;
use crate::source::Span;
use crate::tender::Printed;
use crate::value::{Meaning, Value};

/// Smaller figures stand in any text.
const TELLING: u64 = 10_000;

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
    let figures = Figures::new(hearing);
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
            let asked = plain(text);
            let asked =
                (asked.contains("{{") && asked.contains("price.total")).then_some("{{ price.total }}");
            let literal = figures.in_text(text).into_iter().find(|leak| leak.sure);
            if let Some(found) = literal.map(|leak| leak.words).or(asked.map(str::to_owned)) {
                let finding = hearing.word(span, found);
                hearing.fail(title, finding);
            }
        }
    }
    // A letter that says the total stands in another volume by custom.
    let meant = |volume: &Printed, sheet: usize| {
        let form = printed::chapter_of(bid, volume, sheet).and_then(|chapter| chapter.text_at("form"));
        named.is_empty() && form.is_some_and(|form| quoting.iter().any(|known| known == form))
    };
    let pages = hearing.pages.into_iter().flat_map(|pages| &pages.volumes);
    for volume in pages.filter(|volume| !for_prices(&volume.title)) {
        let sheets = volume.sheets.iter().enumerate().map(|(index, sheet)| (index + 1, sheet));
        for (sheet, said) in sheets.filter(|(sheet, _)| !meant(volume, *sheet)) {
            for leak in figures.in_text(&said.text) {
                let (title, finding) = printed::banned(hearing, (&leak.words, volume, Some(sheet)));
                // One line may cost what something else costs by chance.
                match leak.sure {
                    true => hearing.fail(title, finding),
                    false => hearing.ask(title, finding),
                }
            }
        }
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

/// The figures of the price list.
struct Figures {
    total: Option<Amount>,
    all: Finder,
}

/// A figure of the price list that a text says.
struct Leak {
    words: String,
    /// It is the total, as money.
    sure: bool,
}

impl Figures {
    fn new(hearing: &Hearing) -> Self {
        let price = hearing.bid.price.and_then(|price| price.data());
        let total = price.and_then(|price| price.get("total")).and_then(Value::amount);
        let mut all: Vec<Amount> = total.into_iter().collect();
        if let Some(price) = price {
            price.walk(&mut |value| {
                let amount = value.amount().filter(|_| value.meaning == Meaning::Money);
                all.extend(amount.filter(|amount| *amount >= Amount::from(TELLING)));
            });
        }
        Self { total, all: Finder::new(all) }
    }

    fn in_text(&self, text: &str) -> Vec<Leak> {
        let leak = |sighting: Sighting| {
            let total = Some(sighting.amount) == self.total;
            let words: String = text[sighting.range].split_whitespace().collect();
            // A thousand may be a thousand of anything: a price has cents, a sign or a unit.
            let price = words.contains(|it: char| !it.is_ascii_digit() && !matches!(it, ',' | '，'));
            match sighting.notation {
                Notation::Bare => total.then_some(Leak { words, sure: false }),
                Notation::Money | Notation::Words => (total || price).then_some(Leak { words, sure: total }),
            }
        };
        self.all.find(text).into_iter().filter_map(leak).collect()
    }
}
