//! A twin of a document: all that a reader may not see is other in it, and the rest is the same.
//!
//! Whatever is made of both for that reader must be equal. Values, lengths, order, counts and, where a field may be
//! absent, its presence are changed; but never so that the schema would object, since what it then leaves undone would
//! tell the two apart.

use super::Schema;
use super::field::{Field, Fields};
use super::typing;
use crate::calendar::Day;
use crate::diagnostic::Findings;
use crate::value::{Class, Meaning};
use crate::yaml::{Data, Entry, Node};

/// What was done to make a twin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Values that are other.
    pub changed: usize,
    /// Values that are not there.
    pub removed: usize,
    /// Hidden values that had to stay, since nothing else may stand in their place.
    pub kept: usize,
}

impl std::ops::AddAssign for Changes {
    fn add_assign(&mut self, other: Self) {
        self.changed += other.changed;
        self.removed += other.removed;
        self.kept += other.kept;
    }
}

impl Schema {
    /// The twin of a tree for a reader of some classes; nothing can be seen of a document that is `closed` to them.
    pub fn twin(&self, tree: &Node, shown: &[Class], closed: bool) -> (Node, Changes) {
        let objections = self.objections(tree);
        for bold in [true, false] {
            let mut loom = Loom { fields: &self.fields, shown, closed, bold, changes: Changes::default() };
            let mut twin = tree.clone();
            loom.weave(&mut twin, Some(0));
            if self.objections(&twin) <= objections {
                return (twin, loom.changes);
            }
        }
        (tree.clone(), Changes { kept: leaves(tree), ..Changes::default() })
    }

    fn objections(&self, tree: &Node) -> usize {
        let value = typing::read(&self.fields, tree);
        let mut findings = Findings::default();
        self.validator.judge(&self.fields, &value, &mut findings);
        findings.iter().count()
    }
}

struct Loom<'s> {
    fields: &'s Fields,
    shown: &'s [Class],
    closed: bool,
    /// Fields are taken out and lists are made longer too.
    bold: bool,
    changes: Changes,
}

impl Loom<'_> {
    /// Changes what is hidden below a node that may itself be seen.
    fn weave(&mut self, node: &mut Node, index: Option<u32>) {
        let fields = self.fields;
        let field = index.map(|index| fields.get(index));
        match &mut node.data {
            Data::Map(entries) => {
                let required: &[String] = field.map(|field| field.required.as_slice()).unwrap_or_default();
                let anonymous = index == Some(0)
                    && !self.shown.contains(&Class::Identity)
                    && fields.visible(0, &[Class::Identity]);
                let hidden = |entry: &Entry| match field.and_then(|field| field.property(&entry.key)) {
                    Some(_) if self.closed && index == Some(0) => entry.key == "data",
                    Some(_) if anonymous && entry.key == "title" => true,
                    Some(below) => !fields.visible(below, self.shown),
                    None => true,
                };
                let mut turn = 0;
                let marked: Vec<bool> = entries.iter().map(hidden).collect();
                let mut at = 0;
                entries.retain_mut(|entry| {
                    let below = field.and_then(|field| field.property(&entry.key));
                    let (hidden, optional) = (marked[at], !required.contains(&entry.key));
                    at += 1;
                    if !hidden {
                        self.weave(&mut entry.value, below);
                        return true;
                    }
                    turn += 1;
                    // Every other field that may be absent is.
                    if self.bold && optional && turn % 2 == 0 && !declares(fields, below) {
                        self.changes.removed += leaves(&entry.value);
                        return false;
                    }
                    self.disguise(&mut entry.value, below);
                    true
                });
            }
            Data::List(items) => {
                let below = field.and_then(Field::items);
                for item in items {
                    self.weave(item, below);
                }
            }
            Data::Scalar(..) => (),
        }
    }

    /// Changes everything below a node that is hidden itself.
    fn disguise(&mut self, node: &mut Node, index: Option<u32>) {
        let field = index.map(|index| self.fields.get(index));
        if field.is_some_and(|field| field.meaning == Meaning::Prose) {
            self.changes.changed += 1;
            node.data = Data::Scalar("另一段文字。".to_owned(), crate::yaml::Style::DoubleQuoted);
            return;
        }
        match &mut node.data {
            Data::Map(entries) => {
                let required: &[String] = field.map(|field| field.required.as_slice()).unwrap_or_default();
                let mut turn = 0;
                entries.retain_mut(|entry| {
                    let below = field.and_then(|field| field.property(&entry.key));
                    turn += 1;
                    if self.bold
                        && !required.contains(&entry.key)
                        && turn % 2 == 0
                        && !declares(self.fields, below)
                    {
                        self.changes.removed += leaves(&entry.value);
                        return false;
                    }
                    self.disguise(&mut entry.value, below);
                    true
                });
            }
            Data::List(items) => {
                let below = field.and_then(Field::items);
                items.iter_mut().for_each(|item| self.disguise(item, below));
                // Another order, and another count: the new item is none that anything refers to.
                items.reverse();
                if self.bold
                    && !declares(self.fields, below)
                    && let Some(first) = items.first().cloned()
                {
                    items.push(first);
                }
            }
            Data::Scalar(text, _) => match field.map(|field| other(field, text)) {
                Some(Some(new)) => {
                    *text = new;
                    self.changes.changed += 1;
                }
                _ => self.changes.kept += 1,
            },
        }
    }
}

/// Whether a key is declared at or below a field: other documents may refer to it.
fn declares(fields: &Fields, index: Option<u32>) -> bool {
    let Some(index) = index else { return false };
    let field = fields.get(index);
    let below = field.properties().map(|(_, field)| field).chain(field.items()).chain(field.additional());
    matches!(field.meaning, Meaning::Key | Meaning::Id)
        || below.collect::<Vec<_>>().into_iter().any(|field| field > index && declares(fields, Some(field)))
}

fn leaves(node: &Node) -> usize {
    match &node.data {
        Data::Scalar(..) => 1,
        Data::List(items) => items.iter().map(leaves).sum(),
        Data::Map(entries) => entries.iter().map(|entry| leaves(&entry.value)).sum(),
    }
}

/// Another value of the same field; `None` where there is none that is sure to fit.
fn other(field: &Field, text: &str) -> Option<String> {
    if field.constant.is_some() {
        return None;
    }
    if !field.options.is_empty() {
        let options = field.options.iter().filter_map(serde_json::Value::as_str);
        return options.map(str::to_owned).find(|option| option != text);
    }
    let is = |name: &str| field.types.iter().any(|kind| kind == name);
    match field.meaning {
        Meaning::Money | Meaning::Quantity => Some(match text.parse::<crate::amount::Amount>() {
            // One digit more, so that the length is other too.
            Ok(_) => format!("7{}", text.trim_start_matches('0').trim_start_matches('.')),
            Err(_) => return None,
        }),
        Meaning::Percent => {
            let last = text.strip_suffix('%')?.chars().next_back().filter(char::is_ascii_digit)?;
            let new = if last == '1' { '2' } else { '1' };
            Some(format!("{}{new}%", &text[..text.len() - 2]))
        }
        Meaning::Date => {
            let day = Day::parse(text)?;
            // Far enough that no other day of a plan is met by chance.
            Some(day.minus_days(411).to_string())
        }
        Meaning::Plain if is("boolean") => Some(if text == "true" { "false" } else { "true" }.to_owned()),
        Meaning::Plain if is("string") && field.format.is_empty() && !field.formed => {
            let short: String = text.chars().rev().take(40).collect();
            Some(format!("另{short}乙"))
        }
        _ => None,
    }
}
