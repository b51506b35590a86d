//! Owns what expressions in prose can say: the facts of a project and the filters over them.
//! Only values and filters: no environment, no files, no templates, no functions.

use serde_json::Value as Json;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

use super::figures::{self, DateStyle};

/// The filters that prose may use, with the names of their arguments. Those of Tera that escape for HTML,
/// count English words or turn text into floats are left out: none of them does any good in a bid.
pub(super) const FILTERS: &[(&str, &[&str])] = &[
    ("money", &["symbol"]),
    ("wan", &[]),
    ("capital", &[]),
    ("date", &["style"]),
    ("percent", &[]),
    ("capitalize", &[]),
    ("default", &["value", "boolean"]),
    ("first", &[]),
    ("get", &["key", "default"]),
    ("join", &["sep"]),
    ("keys", &[]),
    ("last", &[]),
    ("length", &[]),
    ("lower", &[]),
    ("nth", &["n"]),
    ("replace", &["from", "to"]),
    ("reverse", &[]),
    ("sort", &["attribute"]),
    ("split", &["pat"]),
    ("title", &[]),
    ("trim", &["pat"]),
    ("trim_end", &["pat"]),
    ("trim_start", &["pat"]),
    ("truncate", &["length", "end"]),
    ("unique", &[]),
    ("upper", &[]),
    ("values", &[]),
];

/// No value in prose is longer: a filter that would make one fails instead of filling the memory.
pub(super) const LONGEST_VALUE: usize = 64 * 1024;

/// Begins the message of a filter's refusal, so that it can be told from a message of Tera.
const REFUSAL: char = '\u{1}';
const PART: char = '\u{1F}';

/// The facts that prose can speak of, ready for any number of texts.
#[derive(Clone)]
pub struct Facts {
    tera: Tera,
    context: Context,
    values: Json,
}

impl Facts {
    /// `values` is an object; its keys are the names that expressions begin with. Money, quantities and
    /// percentages arrive as decimal strings, dates as `2026-05-15`. `words` writes an amount in capital
    /// words.
    pub fn new(values: &Json, words: fn(&str) -> Option<String>) -> Self {
        let mut tera = Tera::default();
        tera.register_filter("money", |value: Value, kwargs: Kwargs, _: &State| {
            let symbol = kwargs.get::<&str>("symbol")?.unwrap_or_default();
            figure("money", &value, |written| figures::money(written, symbol))
        });
        tera.register_filter("wan", |value: Value, _: Kwargs, _: &State| figure("wan", &value, figures::wan));
        tera.register_filter("percent", |value: Value, _: Kwargs, _: &State| {
            figure("percent", &value, figures::percent)
        });
        tera.register_filter("capital", move |value: Value, _: Kwargs, _: &State| {
            figure("capital", &value, words)
        });
        tera.register_filter("date", |value: Value, kwargs: Kwargs, _: &State| {
            let name = kwargs.get::<&str>("style")?.unwrap_or("figures");
            let style = DateStyle::named(name).ok_or_else(|| refusal("style", "date", name))?;
            let written = written(&value);
            figures::date(&written, style).ok_or_else(|| refusal("date", "date", &written))
        });
        tera.register_filter("replace", |value: &str, kwargs: Kwargs, _: &State| {
            let (from, to) = (kwargs.must_get::<&str>("from")?, kwargs.must_get::<&str>("to")?);
            bounded(value.len() + value.matches(from).count() * to.len())?;
            TeraResult::Ok(value.replace(from, to))
        });
        tera.register_filter("join", |values: Vec<Value>, kwargs: Kwargs, _: &State| {
            let between = kwargs.get::<&str>("sep")?.unwrap_or_default();
            let values: Vec<String> = values.iter().map(Value::to_string).collect();
            bounded(values.iter().map(|value| value.len() + between.len()).sum())?;
            TeraResult::Ok(values.join(between))
        });
        let context = Context::from_serialize(values).unwrap_or_default();
        Self { tera, context, values: values.clone() }
    }

    /// The facts as they were given, for saying which names there are.
    pub(super) fn values(&self) -> &Json {
        &self.values
    }

    /// What an expression with its braces comes to. No escaping: the text goes into literals only.
    pub(super) fn render(&self, expression: &str) -> TeraResult<String> {
        self.tera.render_str(expression, &self.context, false)
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts").field("values", &self.values).finish_non_exhaustive()
    }
}

/// Why a filter refused its value: a hint among the words of `expression-invalid`, the filter, and the value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub hint: &'static str,
    pub filter: String,
    pub value: String,
}

impl Refusal {
    /// Reads it back out of the message in which Tera hands it on.
    pub fn read(message: &str) -> Option<Self> {
        let mut parts = message.strip_prefix(REFUSAL)?.splitn(3, PART);
        let hint = parts.next()?;
        let hint = ["amount", "words", "date", "style", "large"].into_iter().find(|known| *known == hint)?;
        Some(Self { hint, filter: parts.next()?.to_owned(), value: parts.next()?.to_owned() })
    }
}

fn refusal(hint: &str, filter: &str, value: &str) -> tera::Error {
    tera::Error::message(format!("{REFUSAL}{hint}{PART}{filter}{PART}{value}"))
}

/// Applies a filter that needs a decimal.
fn figure(filter: &str, value: &Value, write: impl Fn(&str) -> Option<String>) -> TeraResult<String> {
    let written = written(value);
    let hint = if filter == "capital" { "words" } else { "amount" };
    write(&written).ok_or_else(|| refusal(hint, filter, &written))
}

/// A value as it was written. Floats never were: they have no exact digits, so they come out as nothing
/// readable.
fn written(value: &Value) -> String {
    match (value.as_str(), value.as_i128()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(number)) => number.to_string(),
        (None, None) => format!("({})", value.name()),
    }
}

fn bounded(len: usize) -> TeraResult<()> {
    if len > LONGEST_VALUE {
        return Err(refusal("large", "", ""));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words(amount: &str) -> Option<String> {
        (amount == "1250.50").then(|| "壹仟贰佰伍拾元伍角".to_owned())
    }

    fn render(expression: &str) -> String {
        let values = json!({
            "price": {"total": "1250.50", "rate": "0.13", "lines": [{"n": "甲"}, {"n": "乙"}], "count": 3},
            "date": "2026-05-15", "pair": ["甲", "乙"],
        });
        Facts::new(&values, words).render(expression).unwrap_or_else(|error| match error.kind() {
            tera::ErrorKind::RenderingError(report) => format!("{:?}", Refusal::read(report.message())),
            other => format!("{other}"),
        })
    }

    #[test]
    fn filters_write_figures() {
        assert_eq!(render("{{ price.total | money }}"), "1,250.50");
        assert_eq!(render("{{ price.total | money(symbol=\"¥\") }}"), "¥1,250.50");
        assert_eq!(render("{{ price.total | wan }}万元"), "0.12505万元");
        assert_eq!(render("{{ price.total | capital }}"), "壹仟贰佰伍拾元伍角");
        assert_eq!(render("{{ price.rate | percent }}"), "13%");
        assert_eq!(render("{{ price.count | money }}"), "3.00");
        assert_eq!(render("{{ date | date }}"), "2026年5月15日");
        assert_eq!(render("{{ date | date(style=\"digits\") }}"), "二〇二六年五月十五日");
    }

    #[test]
    fn filters_of_tera_work() {
        assert_eq!(render("{{ pair | join(sep=\"、\") }}"), "甲、乙");
        assert_eq!(render("{{ price.lines[0].n }}"), "甲");
        assert_eq!(render("{{ price.lines | length }}"), "2");
        assert_eq!(render("{{ date | replace(from=\"-\", to=\"/\") }}"), "2026/05/15");
        assert_eq!(render("{{ nothing | default(value=\"无\") }}"), "无");
        assert_eq!(render("{{ \"{{\" }}"), "{{");
        assert_eq!(render("{{ \"<&>\" }}"), "<&>");
    }

    #[test]
    fn refusals_name_hint_filter_and_value() {
        let refusal = |hint, filter: &str, value: &str| {
            format!("{:?}", Some(Refusal { hint, filter: filter.to_owned(), value: value.to_owned() }))
        };
        assert_eq!(render("{{ date | money }}"), refusal("amount", "money", "2026-05-15"));
        assert_eq!(render("{{ 0.5 | money }}"), refusal("amount", "money", "(f64)"));
        assert_eq!(render("{{ price.rate | capital }}"), refusal("words", "capital", "0.13"));
        assert_eq!(render("{{ price.total | date }}"), refusal("date", "date", "1250.50"));
        assert_eq!(render("{{ date | date(style=\"x\") }}"), refusal("style", "date", "x"));
    }

    #[test]
    fn filters_cannot_fill_the_memory() {
        let grow = " | replace(from=\"\", to=\"aaaaaaaaaaaaaaaaaaaa\")".repeat(30);
        assert!(render(&format!("{{{{ \"a\"{grow} }}}}")).contains("large"));
        let grow = " | split(pat=\"\") | join(sep=\"aaaaaaaaaaaaaaaaaaaa\")".repeat(30);
        assert!(render(&format!("{{{{ \"ab\"{grow} }}}}")).contains("large"));
    }

    #[test]
    fn facts_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Facts>();
    }

    #[test]
    fn facts_that_are_no_object_are_no_facts() {
        let facts = Facts::new(&json!([1]), words);
        assert!(facts.render("{{ a }}").is_err());
    }
}
