//! The sentences that a schema says about several fields at once: a fixed set of verbs.
//!
//! Sums that a document leaves out are filled in, those that it states are compared. All figures are exact.

mod fault;

use std::collections::HashMap;

use serde::Deserialize;

pub use fault::Superseded;

use super::field::Fields;
use crate::amount::{self, Amount, Currency, Tongue};
use crate::diagnostic::{Finding, Findings};
use crate::source::Span;
use crate::value::{Data, Member, Path, Pattern, Value};
use crate::yaml;

/// One sentence, said of every place that `each` matches (the whole document without it).
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Sentence {
    /// The product of the fields, rounded half up.
    Product {
        each: Option<String>,
        of: Vec<String>,
        into: String,
        #[serde(default = "cents")]
        round: u32,
    },
    Sum {
        each: Option<String>,
        of: Vec<String>,
        into: String,
    },
    /// The first less all others.
    Difference {
        each: Option<String>,
        of: Vec<String>,
        into: String,
    },
    /// The first over the second, as a rate.
    Ratio {
        each: Option<String>,
        of: (String, String),
        into: String,
        #[serde(default = "rate")]
        round: u32,
    },
    /// Splits an amount that includes tax: net = gross ÷ (1 + rate) rounded to 分, tax = gross − net.
    Tax {
        each: Option<String>,
        gross: String,
        rate: String,
        rate_default: Option<String>,
        net: String,
        tax: String,
    },
    /// The amount in words, in the language of the document and the currency that a field names (CNY without it).
    Words {
        each: Option<String>,
        of: String,
        into: String,
        currency: Option<String>,
    },
    Equal {
        each: Option<String>,
        of: (String, String),
    },
    AtMost {
        each: Option<String>,
        of: String,
        limit: String,
    },
    /// The sum must be what another field or a literal such as `100%` says.
    Total {
        each: Option<String>,
        of: Vec<String>,
        is: String,
    },
    Unique {
        each: Option<String>,
        of: String,
    },
    /// Dates or numbers that must not fall.
    Order {
        each: Option<String>,
        of: Vec<String>,
    },
    RequiredIf {
        each: Option<String>,
        field: String,
        #[serde(rename = "if")]
        condition: Condition,
    },
    /// Of a tender: two texts that name one thing.
    Same {
        each: Option<String>,
        of: (String, String),
    },
    /// Of a tender: a field that has to stand in a part too.
    Alongside {
        each: Option<String>,
        field: String,
        part: String,
    },
    /// Of a tender: items with one key have one value.
    Agree {
        each: Option<String>,
        of: String,
        key: String,
        value: String,
    },
    /// Of a tender: texts that name laws which still hold.
    Superseded {
        each: Option<String>,
        of: String,
        by: Vec<Superseded>,
    },
    /// Of a tender: levels of a score that fall from its points.
    Levels {
        each: Option<String>,
        of: String,
        most: String,
    },
    /// Of a tender: parts that make their whole.
    Parts {
        each: Option<String>,
        of: String,
        is: String,
    },
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    field: String,
    is: String,
}

fn cents() -> u32 {
    2
}

fn rate() -> u32 {
    4
}

/// Says all sentences in their order. Sums are only compared in a document whose shape is `sound`:
/// a missing price would otherwise be reported twice.
pub(super) fn apply(
    sentences: &[Sentence],
    fields: &Fields,
    root: &mut Value,
    sound: bool,
    findings: &mut Findings,
) {
    for sentence in sentences {
        let bases = match sentence.each() {
            Some(each) => {
                Pattern::parse(each).find(root, &Vec::new()).into_iter().map(|(path, _)| path).collect()
            }
            None => vec![Vec::new()],
        };
        for base in bases {
            Saying { fields, root, base: &base, sound, findings }.say(sentence);
        }
    }
}

impl Sentence {
    fn each(&self) -> Option<&str> {
        match self {
            Self::Product { each, .. }
            | Self::Sum { each, .. }
            | Self::Difference { each, .. }
            | Self::Ratio { each, .. }
            | Self::Tax { each, .. }
            | Self::Words { each, .. }
            | Self::Equal { each, .. }
            | Self::AtMost { each, .. }
            | Self::Total { each, .. }
            | Self::Unique { each, .. }
            | Self::Order { each, .. }
            | Self::RequiredIf { each, .. }
            | Self::Same { each, .. }
            | Self::Alongside { each, .. }
            | Self::Agree { each, .. }
            | Self::Superseded { each, .. }
            | Self::Levels { each, .. }
            | Self::Parts { each, .. } => each.as_deref(),
        }
    }
}

struct Saying<'s> {
    fields: &'s Fields,
    root: &'s mut Value,
    base: &'s Path,
    sound: bool,
    findings: &'s mut Findings,
}

impl Saying<'_> {
    fn say(&mut self, sentence: &Sentence) {
        match sentence {
            Sentence::Product { of, into, round, .. } => {
                let product = self.fold(of, Amount::times).map(|product| product.round(*round));
                self.put(into, product);
            }
            Sentence::Sum { of, into, .. } => {
                let sum = self.sum(of);
                self.put(into, sum);
            }
            Sentence::Difference { of, into, .. } => {
                let difference = self.fold(of, Amount::minus);
                self.put(into, difference);
            }
            Sentence::Ratio { of: (part, whole), into, round, .. } => {
                let ratio = self.amount(part).zip(self.amount(whole));
                let ratio = ratio.and_then(|(part, whole)| part.over(whole)).map(|ratio| ratio.round(*round));
                self.put(into, ratio);
            }
            Sentence::Tax { gross, rate, rate_default, net, tax, .. } => {
                let rate = self.amount(rate).or_else(|| self.amount(rate_default.as_deref()?));
                let Some((gross, rate)) = self.amount(gross).zip(rate) else { return };
                let one = rate.over(rate).unwrap_or_else(|| "1".parse().unwrap_or(Amount::ZERO));
                let split = one.plus(rate).and_then(|divisor| gross.over(divisor)).map(|net| net.round(2));
                self.put(net, split);
                self.put(tax, split.and_then(|net| gross.minus(net)).map(|tax| tax.round(2)));
            }
            Sentence::Words { of, into, currency, .. } => self.words(of, into, currency.as_deref()),
            Sentence::Equal { of: (left, right), .. } => {
                let (Some(left), Some((span, right))) = (self.amount(left), self.placed(right)) else {
                    return;
                };
                if left != right && self.sound {
                    self.findings.push(
                        Finding::new("amount-differs", span).with("written", right).with("reckoned", left),
                    );
                }
            }
            Sentence::AtMost { of, limit, .. } => {
                let (Some((span, value)), Some(limit)) = (self.placed(of), self.amount(limit)) else {
                    return;
                };
                if value > limit {
                    self.findings
                        .push(Finding::new("limit-exceeded", span).with("value", value).with("limit", limit));
                }
            }
            Sentence::Total { of, is, .. } => self.total(of, is),
            Sentence::Unique { of, .. } => self.unique(of),
            Sentence::Order { of, .. } => self.order(of),
            Sentence::RequiredIf { field, condition, .. } => self.required(field, condition),
            Sentence::Same { of: (one, other), .. } => self.same(one, other),
            Sentence::Alongside { field, part, .. } => self.alongside(field, part),
            Sentence::Agree { of, key, value, .. } => self.agree(of, key, value),
            Sentence::Superseded { of, by, .. } => self.superseded(of, by),
            Sentence::Levels { of, most, .. } => self.levels(of, most),
            Sentence::Parts { of, is, .. } => self.parts(of, is),
        }
    }

    fn find(&self, path: &str) -> Vec<(Path, &Value)> {
        Pattern::parse(path).find(self.root, self.base)
    }

    fn amount(&self, path: &str) -> Option<Amount> {
        self.placed(path).map(|(_, amount)| amount)
    }

    fn placed(&self, path: &str) -> Option<(Span, Amount)> {
        let (_, value) = self.find(path).into_iter().next()?;
        Some((value.span, value.amount()?))
    }

    fn fold(&self, of: &[String], join: fn(Amount, Amount) -> Option<Amount>) -> Option<Amount> {
        let mut amounts = of.iter().map(|path| self.amount(path));
        let first = amounts.next()??;
        amounts.try_fold(first, |all, next| join(all, next?))
    }

    fn sum(&self, of: &[String]) -> Option<Amount> {
        let mut sum = Amount::ZERO;
        for path in of {
            for (_, value) in self.find(path) {
                sum = sum.plus(value.amount()?)?;
            }
        }
        Some(sum)
    }

    /// Writes what was reckoned, or compares it with what is written there already.
    fn put(&mut self, into: &str, reckoned: Option<Amount>) {
        let Some(reckoned) = reckoned else { return };
        if let Some((span, written)) = self.placed(into) {
            if written != reckoned && self.sound {
                let finding =
                    Finding::new("amount-differs", span).with("written", written).with("reckoned", reckoned);
                self.findings.push(finding);
            }
            return;
        }
        self.set(into, reckoned.to_string());
    }

    fn set(&mut self, into: &str, text: String) {
        let Some((path, key)) = Pattern::parse(into).place(self.base) else { return };
        let fields = self.fields;
        let Some(parent) = self.root.at_mut(&path) else { return };
        let (span, index) = (parent.head(), parent.field.and_then(|index| fields.get(index).property(&key)));
        let Data::Map(members) = &mut parent.data else { return };
        let Some(index) = index.filter(|_| !members.iter().any(|member| member.key == key)) else { return };
        let field = fields.get(index);
        let percent = field.meaning == crate::value::Meaning::Percent;
        let text = match text.parse::<Amount>() {
            Ok(rate) if percent => {
                rate.times("100".parse().unwrap_or(rate)).map_or(text, |figure| format!("{figure}%"))
            }
            _ => text,
        };
        members.push(Member {
            key,
            key_span: None,
            value: Value {
                span,
                class: field.class.unwrap_or(crate::value::Class::Confidential),
                meaning: field.meaning,
                field: Some(index),
                data: Data::Text(text, yaml::Style::DoubleQuoted),
            },
        });
    }

    fn words(&mut self, of: &str, into: &str, currency: Option<&str>) {
        let Some(figure) = self.amount(of) else { return };
        let code = currency
            .and_then(|path| self.find(path).first().and_then(|(_, value)| value.text().map(str::to_owned)));
        // A code that is none is told of by the shape.
        let Some(money) = Currency::find(code.as_deref().unwrap_or("CNY")) else { return };
        let tongue = match self.root.text_at("lang") {
            Some("en") => Tongue::English,
            Some("zh-Hant") => Tongue::Traditional,
            _ => Tongue::Simplified,
        };
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

    fn total(&mut self, of: &[String], is: &str) {
        let Some(sum) = self.sum(of) else { return };
        let literal = Amount::from_percent(is).ok().or_else(|| is.parse().ok());
        let expected = literal.map(|amount| (None, amount)).or_else(|| {
            let (span, amount) = self.placed(is)?;
            Some((Some(span), amount))
        });
        let Some((span, expected)) = expected else { return };
        if sum == expected || !self.sound {
            return;
        }
        let first = of.iter().find_map(|path| self.find(path).first().map(|(_, value)| value.span));
        let Some(at) = span.or(first) else { return };
        let show = |amount: Amount| match is.ends_with('%') {
            true => format!("{}%", amount.times("100".parse().unwrap_or(amount)).unwrap_or(amount).round(0)),
            false => amount.to_string(),
        };
        self.findings
            .push(Finding::new("total-differs", at).with("sum", show(sum)).with("expected", show(expected)));
    }

    fn unique(&mut self, of: &str) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut repeated = Vec::new();
        for (_, value) in self.find(of) {
            let Some(text) = value.text() else { continue };
            match seen.get(text) {
                Some(first) => {
                    repeated.push(Finding::new("value-repeated", value.span).with("value", text).related(
                        *first,
                        "first",
                        Vec::new(),
                    ))
                }
                None => {
                    seen.insert(text.to_owned(), value.span);
                }
            }
        }
        self.findings.extend(repeated);
    }

    fn order(&mut self, of: &[String]) {
        let mut wrong = Vec::new();
        let known: Vec<(&String, &Value)> =
            of.iter().filter_map(|path| Some((path, self.find(path).into_iter().next()?.1))).collect();
        for pair in known.windows(2) {
            let [(first, before), (second, after)] = pair else { continue };
            let falls = match (before.amount(), after.amount()) {
                (Some(before), Some(after)) => before > after,
                // ISO dates and months sort as text.
                _ => before.text().zip(after.text()).is_some_and(|(before, after)| before > after),
            };
            if falls {
                wrong.push(
                    Finding::new("order-wrong", after.span)
                        .with("first", first)
                        .with("second", second)
                        .with("before", before.text().unwrap_or_default())
                        .with("after", after.text().unwrap_or_default())
                        .related(before.span, "before", Vec::new()),
                );
            }
        }
        self.findings.extend(wrong);
    }

    fn required(&mut self, field: &str, condition: &Condition) {
        let holds =
            self.find(&condition.field).first().and_then(|(_, value)| value.text()) == Some(&condition.is);
        let Some((path, key)) = Pattern::parse(field).place(self.base).filter(|_| holds) else { return };
        let Some(parent) = self.root.at(&path) else { return };
        if parent.get(&key).is_some_and(|value| value.data != Data::Null) {
            return;
        }
        let title = parent.field.and_then(|index| self.fields.get(index).property(&key));
        let title = title.map(|index| self.fields.get(index).title.clone()).unwrap_or_default();
        self.findings.push(
            Finding::new("key-required", parent.head())
                .with("key", key)
                .with("title", title)
                .with("field", &condition.field)
                .with("value", &condition.is),
        );
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
