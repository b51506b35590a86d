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

impl Words {
    /// The message of no finding in particular: `…` stands for what each of them fills in.
    pub fn outline(&self) -> String {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let mut parts = self.message.split('{');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.split_once('}') {
                Some((name, tail)) if !name.is_empty() && name.bytes().all(is_name) => {
                    // Two values in a row are one gap.
                    if !out.ends_with('…') {
                        out.push('…');
                    }
                    out.push_str(tail);
                }
                _ => {
                    out.push('{');
                    out.push_str(part);
                }
            }
        }
        out
    }
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
        push(&mut out, before);
        match after.split_once('}') {
            Some((name, tail)) if args.iter().any(|(known, _)| *known == name) => {
                let value = args.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
                push(&mut out, &localised(value, lang));
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    push(&mut out, rest);
    out
}

/// What parts words of two languages in one value; no text of a user holds it.
const SEPARATOR: char = '\u{1e}';

/// A value that is filled in by its language.
pub(super) fn both(zh: &str, en: &str) -> String {
    format!("{SEPARATOR}{zh}{SEPARATOR}{en}")
}

/// Adds a piece of a message. Where it meets what is there, a blank divides Han characters from Latin ones.
fn push(out: &mut String, piece: &str) {
    let han = |letter: char| matches!(letter, '\u{3400}'..='\u{9FFF}');
    let latin = |letter: char| letter.is_ascii_alphanumeric();
    if (out.ends_with(han) && piece.starts_with(latin)) || (out.ends_with(latin) && piece.starts_with(han)) {
        out.push(' ');
    }
    out.push_str(piece);
}

/// A value as the reader's language has it: terms of the tool itself, and what stands between items.
fn localised(value: &str, lang: Lang) -> String {
    if let Some((zh, en)) = value.strip_prefix(SEPARATOR).and_then(|rest| rest.split_once(SEPARATOR)) {
        return if lang == Lang::Zh { zh } else { en }.to_owned();
    }
    static TERMS: LazyLock<BTreeMap<String, (String, String)>> =
        LazyLock::new(|| serde_yaml::from_str(include_str!("terms.yaml")).expect("a test reads the terms"));
    let zh = lang == Lang::Zh;
    let term = |part: &str| {
        let (in_zh, in_en) = TERMS.get(part.strip_prefix('@')?)?;
        Some(if zh { in_zh.as_str() } else { in_en.as_str() })
    };
    // A text of the user may begin like a term: then it stays as it is.
    let terms: Option<Vec<&str>> = value.split('|').map(term).collect();
    let Some(terms) = terms else {
        return value.replace(BETWEEN, if zh { "、" } else { ", " });
    };
    let mut out = String::new();
    for (at, term) in terms.into_iter().enumerate() {
        if at > 0 {
            push(&mut out, if zh { "或" } else { " or " });
        }
        push(&mut out, term);
    }
    out
}

/// Stands between the items of a list until the language of the reader is known. No text has it: what nobody can
/// see is refused.
const BETWEEN: &str = "\u{1F}";

/// Several values in one, each as text of the user.
pub fn list(items: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    items.into_iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_apart_from_letters_of_another_script() {
        let args: Args = vec![
            ("expected", "@type-integer|@type-boolean".to_owned()),
            ("title", "IP 地址".to_owned()),
            ("text", "@type-string|x".to_owned()),
        ];
        assert_eq!(fill("应为{expected}", &args, Lang::Zh), "应为整数或 true 或 false");
        assert_eq!(fill("expected {expected}", &args, Lang::En), "expected a whole number or true or false");
        assert_eq!(fill("补上{title}（`{text}`）", &args, Lang::Zh), "补上 IP 地址（`@type-string|x`）");
        assert_eq!(fill("`{title}`{x}", &args, Lang::Zh), "`IP 地址`{x}");
    }

    #[test]
    fn an_outline_has_no_names() {
        for (code, entry) in catalogue() {
            for words in [&entry.zh, &entry.en] {
                let outline = words.outline();
                assert!(!outline.replace("{{ … }}", "").contains(['{', '}']), "{code}: {outline}");
            }
        }
    }

    #[test]
    fn lists_are_divided_in_the_language_of_the_reader() {
        let args: Args = vec![("known", list(["a", "b"]))];
        assert_eq!(fill("{known}", &args, Lang::Zh), "`a`、`b`");
        assert_eq!(fill("{known}", &args, Lang::En), "`a`, `b`");
    }
}
