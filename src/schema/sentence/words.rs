//! Amounts in words beside their figures: filled in, or compared.

use super::Saying;
use crate::amount::{self, Amount, Currency, Tongue};
use crate::diagnostic::Finding;
use crate::source::Span;
use crate::value::Meaning;

impl Saying<'_> {
    pub(super) fn words(&mut self, of: &str, into: &str, currency: Option<&str>) {
        let Some((meaning, figure)) =
            self.find(of).first().and_then(|(_, value)| Some((value.meaning, value.amount()?)))
        else {
            return;
        };
        if meaning == Meaning::Percent {
            return self.rate(figure, into);
        }
        let code = currency
            .and_then(|path| self.find(path).first().and_then(|(_, value)| value.text().map(str::to_owned)));
        // A code that is none is told of by the shape.
        let Some(money) = Currency::find(code.as_deref().unwrap_or("CNY")) else { return };
        let tongue = self.tongue();
        let Some(written) = self
            .find(into)
            .first()
            .map(|(_, value)| (value.span, value.text().unwrap_or_default().to_owned()))
        else {
            if let Some(words) = money.words(figure, tongue) {
                self.set(into, words);
            }
            return;
        };
        // The rules for bank papers are those of one currency and one language.
        if money.code == "CNY" && tongue != Tongue::English {
            self.findings.extend(judge_words(written.0, &written.1, figure));
        } else if !money.says(&written.1, figure, tongue) {
            let expected = money.words(figure, tongue).unwrap_or_default();
            self.findings.push(
                Finding::new("words-other", written.0)
                    .with("words", written.1)
                    .with("figure", figure)
                    .with("expected", expected),
            );
        }
    }

    /// A rate has words in Chinese alone.
    fn rate(&mut self, rate: Amount, into: &str) {
        let tongue = self.tongue();
        let words = amount::rate_to_words(rate).filter(|_| tongue != Tongue::English);
        let Some(expected) = words.map(|words| tongue.of_chinese(&words)) else { return };
        let written = self
            .find(into)
            .first()
            .map(|(_, value)| (value.span, value.text().unwrap_or_default().to_owned()));
        match written {
            None => self.set(into, expected),
            Some((_, words)) if words == expected => (),
            Some((span, words)) => self.findings.push(
                Finding::new("words-other", span)
                    .with("words", words)
                    .with("figure", rate)
                    .with("expected", expected),
            ),
        }
    }

    fn tongue(&self) -> Tongue {
        match self.root.text_at("lang") {
            Some("en") => Tongue::English,
            Some("zh-Hant") => Tongue::Traditional,
            _ => Tongue::Simplified,
        }
    }
}

/// What is wrong with an amount in words beside its figure: value first, then form.
pub fn judge_words(span: Span, words: &str, figure: Amount) -> Option<Finding> {
    let expected = amount::to_words(figure).unwrap_or_default();
    match amount::from_words(words) {
        Err(_) => {
            Some(Finding::new("words-unreadable", span).with("words", words).with("expected", expected))
        }
        Ok(reading) if reading.amount != figure => Some(
            Finding::new("words-differ", span)
                .with("words", words)
                .with("read", reading.amount)
                .with("figure", figure)
                .with("expected", expected),
        ),
        Ok(reading) => words_form(span, words, &reading),
    }
}

/// The one finding for all faults of form in an amount in words, with a hint for each.
pub fn words_form(span: Span, words: &str, reading: &amount::Reading) -> Option<Finding> {
    let mut finding =
        Finding::new("words-form", span).with("words", words).with("expected", &reading.accepted);
    for (at, form) in reading.faults.iter().enumerate() {
        if reading.faults[..at].contains(form) {
            continue;
        }
        finding = match form {
            amount::Form::CloseMissing => finding.hint("close-missing", Vec::new()),
            amount::Form::CloseAfterFen => finding.hint("close-after-fen", Vec::new()),
            amount::Form::NotCapital(run) => finding.hint("not-capital", vec![("characters", run.clone())]),
            amount::Form::TenWithoutOne => finding.hint("ten-without-one", Vec::new()),
            amount::Form::Gap => finding.hint("gap", Vec::new()),
            amount::Form::Zero => finding.hint("zero", Vec::new()),
        };
    }
    Some(finding).filter(|finding| !finding.hints.is_empty())
}
