//! The one place of all words: severity, message, hints and explanation of every code, as data in `codes/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::Args;
use crate::shipped;

/// What a finding does to the exit code: errors fail a run, warnings do so when asked to, infos never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The language of words for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// All that the catalogue knows of one code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub severity: Severity,
    pub zh: Words,
    pub en: Words,
}

impl Entry {
    pub fn words(&self, lang: Lang) -> &Words {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// The words of one code in one language; `{name}` is filled from the finding's values.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// One lower-case phrase: what was found and what was expected.
    pub message: String,
    /// Stands at the underline; may be empty.
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub hints: BTreeMap<String, String>,
    #[serde(default)]
    pub related: BTreeMap<String, String>,
    /// The page of `bidwright explain`: what, why it matters in a bid, how to mend, example. Markdown.
    pub explain: String,
}

/// All codes in alphabetical order.
pub fn catalogue() -> &'static BTreeMap<String, Entry> {
    static ALL: LazyLock<BTreeMap<String, Entry>> = LazyLock::new(|| {
        let mut all = BTreeMap::new();
        for (name, text) in shipped::codes() {
            let part: Option<BTreeMap<String, Entry>> = serde_yaml::from_str(text)
                .map_err(|error| format!("{name}: {error}"))
                .expect("a test reads all words");
            let part = part.unwrap_or_default();
            for (code, entry) in part {
                assert!(all.insert(code.clone(), entry).is_none(), "`{code}` stands twice in the catalogue");
            }
        }
        all
    });
    &ALL
}

pub fn entry(code: &str) -> Option<&'static Entry> {
    catalogue().get(code)
}

/// Replaces `{name}` by its value, and values such as `@type-string|@type-number` by the terms of the language.
/// Names without a value stay as they are, so that a test can see them.
pub(super) fn fill(template: &str, args: &Args, lang: Lang) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if args.iter().any(|(known, _)| *known == name) => {
                let value = args.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
                out.push_str(&term(value, lang));
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What parts words of two languages in one value; no text of a user holds it.
const SEPARATOR: char = '\u{1f}';

/// A value that is filled in by its language.
pub(super) fn both(zh: &str, en: &str) -> String {
    format!("{SEPARATOR}{zh}{SEPARATOR}{en}")
}

/// Words that stand in for values of the tool itself, in both languages.
fn term(value: &str, lang: Lang) -> String {
    if let Some((zh, en)) = value.strip_prefix(SEPARATOR).and_then(|rest| rest.split_once(SEPARATOR)) {
        return if lang == Lang::Zh { zh } else { en }.to_owned();
    }
    static TERMS: LazyLock<BTreeMap<String, (String, String)>> =
        LazyLock::new(|| serde_yaml::from_str(include_str!("terms.yaml")).expect("a test reads the terms"));
    if !value.starts_with('@') {
        return value.to_owned();
    }
    let parts: Vec<&str> = value
        .split('|')
        .map(|part| match part.strip_prefix('@').and_then(|name| TERMS.get(name)) {
            Some((zh, _)) if lang == Lang::Zh => zh,
            Some((_, en)) => en,
            None => part,
        })
        .collect();
    parts.join(if lang == Lang::Zh { "或" } else { " or " })
}
