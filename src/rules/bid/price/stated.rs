//! What the bid's text says of its own total, in figures of either width or in words.

use serde::Deserialize;

use super::super::Hearing;
use super::super::wording::{Text, texts};
use crate::amount::{Amount, Notation, Sighting, numbers};
use crate::value::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rules::bid) struct Stated {
    /// Words in front of the total.
    words: Vec<String>,
}

/// Between the word and its figure.
const FILLING: &str = "为是：:（）()|*—-～ 　\t小大写共计合即均承诺人民币¥￥";
/// A number without any mark of money is a total from here on; below it counts copies or chapters.
const LEAST: u64 = 1000;

impl Stated {
    pub(super) fn judge(&self, hearing: &mut Hearing) {
        let Some(total) = hearing.bid.total() else { return hearing.skip("@rule-not-offered") };
        for text in texts(hearing.bid) {
            let numbers = numbers(text.text);
            said_total(hearing, &text, &numbers, &self.words, total);
        }
    }
}

/// Every figure after the words, in a row: `总报价为捌拾伍万陆仟元整（¥855,000.00）` has two.
fn said_total(hearing: &mut Hearing, text: &Text, numbers: &[Sighting], words: &[String], total: Amount) {
    let mut told = Vec::new();
    for range in words.iter().flat_map(|word| text.find(word)) {
        let mut from = range.end;
        for number in numbers.iter().filter(|number| number.range.start >= range.end) {
            let gap = text.text.get(from..number.range.start).unwrap_or("?");
            if !gap.chars().all(|character| FILLING.contains(character) || "元整，,".contains(character)) {
                break;
            }
            let digits = text.text[number.range.clone()].contains(|character: char| character.is_numeric());
            if number.notation == Notation::Bare && (!digits || number.amount < Amount::from(LEAST)) {
                break;
            }
            from = number.range.end;
            if number.amount != total && !told.contains(&number.range) {
                told.push(number.range.clone());
                let found = &text.text[number.range.clone()];
                let finding = hearing.differs(text.span(number.range.clone()), found, total.grouped(2));
                hearing.fail("", finding);
            }
        }
    }
}

/// An expression of the price list in a text, and the unit that is written behind it.
pub(super) fn expressions(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, &str, &str)> {
    text.match_indices("{{").filter_map(move |(start, _)| {
        let end = start + text[start..].find("}}")?;
        let inner = text[start + 2..end].trim();
        inner.starts_with("price.").then(|| (start..end + 2, inner, text[end + 2..].trim_start()))
    })
}

/// A text field of a line.
pub(super) fn line_text<'w>(line: &'w Value, field: &str) -> &'w str {
    line.text_at(field).unwrap_or_default()
}
