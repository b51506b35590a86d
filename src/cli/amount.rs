//! `bidwright amount`: figures into capital words, and capital words into figures.

use super::args::Amount;
use super::{CLEAN, FINDINGS, show};
use crate::amount::{self, to_words};
use crate::diagnostic::{Finding, Findings, Lang};
use crate::disk::Failure;
use crate::schema;
use crate::source::{Sources, Span};

pub(super) fn run(command: &Amount, lang: Lang) -> Result<u8, Failure> {
    let mut code = CLEAN;
    for written in &command.amounts {
        let written = written.trim();
        let mut sources = Sources::default();
        let span = Span::new(sources.add("amount", written), 0, written.len());
        let mut findings = Findings::default();
        let figure = written.trim_start_matches(['¥', '￥']).replace(',', "");
        match (figure.parse::<amount::Amount>(), amount::from_words(written)) {
            (Ok(figure), _) => match to_words(figure) {
                Some(words) => show::line(&words),
                None => findings.push(
                    Finding::new("amount-form", span).with("value", written).hint("decimals", Vec::new()),
                ),
            },
            (Err(_), Ok(reading)) => {
                show::line(&reading.amount.to_string());
                findings.extend(schema::words_form(span, written, &reading));
            }
            (Err(_), Err(_)) if written.chars().any(|character| character.is_ascii_digit()) => {
                findings
                    .push(Finding::new("amount-form", span).with("value", written).hint("plain", Vec::new()));
            }
            (Err(_), Err(_)) => {
                let expected =
                    to_words("1680.32".parse().unwrap_or(amount::Amount::ZERO)).unwrap_or_default();
                let finding = Finding::new("words-unreadable", span).with("words", written);
                findings.push(finding.with("expected", expected));
            }
        }
        if !findings.is_empty() {
            code = FINDINGS;
            show::Printer { sources: &sources, lang, width: 120 }.findings(&findings, usize::MAX);
        }
    }
    Ok(code)
}
