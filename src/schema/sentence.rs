//! The sentences that a schema says about several fields at once: a fixed set of verbs.
//!
//! Sums that a document leaves out are filled in, those that it states are compared. All figures are exact.

mod fault;
mod words;

use std::collections::HashMap;

use serde::Deserialize;

pub use fault::Superseded;
pub use words::{judge_words, words_form};

use super::field::Fields;
use super::judge::{amount_form, missing};
use crate::amount::{Amount, Unit};
use crate::calendar::Day;
use crate::diagnostic::{Finding, Findings};
use crate::source::Span;
use crate::value::{Data, Meaning, Member, Path, Pattern, Value};
use crate::yaml;

/// One sentence, said of every place that `each` matches (the whole document without it).
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Sentence {
    /// No more decimals than this, and as many more as the unit that a field names is larger.
    Places {
        each: Option<String>,
        of: Vec<String>,
        most: u32,
        unit: String,
    },
    /// The product of the fields, rounded half up; finer by as many decimals as the unit that a field names is larger.
    Product {
        each: Option<String>,
        of: Vec<String>,
        into: String,
        #[serde(default = "cents")]
        round: u32,
        unit: Option<String>,
    },
    /// The sum of the fields. With `every`, nothing where one of those items has none of them.
    Sum {
        each: Option<String>,
        of: Vec<String>,
        into: String,
        every: Option<String>,
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
        unit: Option<String>,
    },
    /// An amount in the unit that a field names, in 元.
    Yuan {
        each: Option<String>,
        of: String,
        unit: String,
        into: String,
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
    /// What an absent field counts as.
    default: Option<String>,
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
            Self::Places { each, .. }
            | Self::Product { each, .. }
            | Self::Sum { each, .. }
            | Self::Difference { each, .. }
            | Self::Ratio { each, .. }
            | Self::Tax { each, .. }
            | Self::Yuan { each, .. }
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
            Sentence::Places { of, most, unit, .. } => self.places(of, *most, unit),
            Sentence::Product { of, into, round, unit, .. } => {
                let most = round + self.unit(unit.as_deref()).zeros();
                let product = self.fold(of, Amount::times).map(|product| product.within(*round, most));
                self.put(into, product);
            }
            Sentence::Sum { of, into, every, .. } => {
                let sum = self.sum(of).filter(|_| self.has_every(of, every.as_deref()));
                self.put(into, sum);
            }
            Sentence::Yuan { of, unit, into, .. } => {
                let unit = self.unit(Some(unit));
                let yuan = self.amount(of).and_then(|amount| unit.in_yuan(amount));
                self.put(into, yuan);
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
            Sentence::Tax { gross, rate, rate_default, net, tax, unit, .. } => {
                let rate = self.amount(rate).or_else(|| self.amount(rate_default.as_deref()?));
                let Some((gross, rate)) = self.amount(gross).zip(rate) else { return };
                let most = cents() + self.unit(unit.as_deref()).zeros();
                let even = |amount: Amount| amount.within(cents(), most);
                let split = Amount::from(1).plus(rate).and_then(|divisor| gross.over(divisor)).map(even);
                self.put(net, split);
                self.put(tax, split.and_then(|net| gross.minus(net)).map(even));
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

    /// Whether each item at `every` has one of the fields.
    fn has_every(&self, of: &[String], every: Option<&str>) -> bool {
        let count = |paths: &[String]| paths.iter().map(|path| self.find(path).len()).sum::<usize>();
        every.is_none_or(|every| {
            let items = count(&[every.to_owned()]);
            items > 0 && count(of) >= items
        })
    }

    /// The unit that a field names; 元 where it names none.
    fn unit(&self, path: Option<&str>) -> Unit {
        let named = path.and_then(|path| Unit::parse(self.find(path).first()?.1.text()?));
        named.unwrap_or_default()
    }

    fn places(&mut self, of: &[String], most: u32, unit: &str) {
        let most = most + self.unit(Some(unit)).zeros();
        let decimals = |value: &Value| Some(value.text()?.split_once('.')?.1.len());
        let fine = |value: &Value| decimals(value).is_none_or(|decimals| decimals <= most as usize);
        let places = of.iter().flat_map(|path| self.find(path));
        let found: Vec<Finding> = places
            .filter(|(_, value)| value.amount().is_some() && !fine(value))
            .map(|(_, value)| amount_form(value, value.span))
            .collect();
        self.findings.extend(found);
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
        let found = of.iter().filter_map(|path| Some((path, self.find(path).into_iter().next()?.1)));
        // What is no day comes before none and after none.
        let known: Vec<(&String, &Value)> = found
            .filter(|(_, at)| at.meaning != Meaning::Date || at.text().and_then(Day::parse).is_some())
            .collect();
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
        let found = self.find(&condition.field);
        let found = found.first().and_then(|(_, value)| value.text());
        let usual = found.is_none();
        let holds = found.or(condition.default.as_deref()) == Some(&condition.is);
        let Some((path, key)) = Pattern::parse(field).place(self.base).filter(|_| holds) else { return };
        let Some(parent) = self.root.at(&path) else { return };
        if parent.get(&key).is_some_and(|value| value.data != Data::Null) {
            return;
        }
        if usual {
            // Of a condition that holds unless something else is said, there is nothing to tell.
            return self.findings.push(missing(self.fields, parent, parent.head(), &key));
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
