//! What the sentences of a schema (`x-rules`) ask of a first draft: what is reckoned and need not be written, what
//! must add up, and what a condition makes necessary.

use std::collections::{HashMap, HashSet};

use super::outline::Outline;
use crate::yaml::{Data, Node};

/// Places are patterns from the root of the document, such as `/data/groups/*/lines/*/amount`.
#[derive(Default)]
pub(super) struct Rules {
    reckoned: HashSet<String>,
    totals: HashMap<String, String>,
    conditions: Vec<Condition>,
}

struct Condition {
    each: String,
    field: String,
    key: String,
    is: String,
    default: Option<String>,
}

impl Rules {
    pub(super) fn read(root: &Outline) -> Self {
        let mut rules = Self::default();
        if let Some(Node { data: Data::List(sentences), .. }) = root.node("x-rules") {
            sentences.iter().for_each(|sentence| rules.add(sentence));
        }
        rules
    }

    fn add(&mut self, sentence: &Node) {
        let word = |key: &str| sentence.get(key).and_then(Node::text);
        let each = word("each").unwrap_or_default();
        for target in ["into", "net", "tax"].into_iter().filter_map(word) {
            self.reckoned.insert(absolute(each, target));
        }
        let of = match sentence.get("of").map(|of| &of.data) {
            Some(Data::List(of)) => of.iter().filter_map(Node::text).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        // The one value of a draft is its own sum.
        if let (Some(is), [one]) =
            (word("is").filter(|is| is.starts_with(|c: char| c.is_ascii_digit())), &of[..])
        {
            self.totals.insert(absolute(each, one), is.to_owned());
        }
        let condition = sentence.get("if").and_then(|condition| {
            let text = |key: &str| condition.get(key)?.text().map(str::to_owned);
            Some((text("field")?, text("is")?, text("default")))
        });
        if let (Some(field), Some((key, is, default))) = (word("field"), condition) {
            self.conditions.push(Condition {
                each: each.to_owned(),
                field: field.to_owned(),
                key,
                is,
                default,
            });
        }
    }

    /// Whether the tool fills this place in.
    pub(super) fn is_reckoned(&self, place: &str) -> bool {
        self.reckoned.contains(place)
    }

    /// What the value here must be for its sum to be right.
    pub(super) fn total(&self, place: &str) -> Option<&str> {
        self.totals.get(place).map(String::as_str)
    }

    /// Whether the key is needed in the mapping at `place`, given what its siblings hold.
    pub(super) fn requires(&self, place: &str, key: &str, value: &impl Fn(&str) -> Option<String>) -> bool {
        self.conditions.iter().any(|condition| {
            condition.each == place
                && condition.field == key
                && value(&condition.key).or(condition.default.clone()).as_deref() == Some(&condition.is)
        })
    }
}

fn absolute(each: &str, path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{each}/{path}") }
}
