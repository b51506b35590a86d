//! Owns the typed tree: what the written scalars are once their schema has spoken, each with its place.
//!
//! Amounts stay text until they are reckoned with, so that nothing is lost on the way to the page.

mod path;

use crate::amount::Amount;
use crate::source::Span;
use crate::yaml;

pub use path::{Path, Pattern, Step};

/// Who may see a leaf: the classification that every leaf of every schema carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    Public,
    Internal,
    Confidential,
    /// Names a natural person or gives the bidder away; a blind volume has none of it.
    Identity,
}

/// What a leaf is beyond its JSON type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Meaning {
    #[default]
    Plain,
    /// 元, at most two decimals.
    Money,
    Quantity,
    /// Written `13%`, handed on as the rate 0.13.
    Percent,
    Date,
    Month,
    /// Markdown, in place or in a file of its own.
    Prose,
    /// The id of another document.
    Ref,
    /// Declares a key of its key space.
    Key,
    /// Names a key that some document of the project declares.
    KeyRef,
    Image,
    Attachment,
    /// The name of a form template.
    Form,
    /// A place in prose.
    Anchor,
    Id,
}

/// What a change of a field means to whoever reviews it; the annotation `x-change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    Price,
    Commitment,
    Answer,
    People,
    Certificates,
    Evidence,
    Tender,
    Prose,
    /// Anything else that is said.
    Other,
    /// Nothing that is said: comments, quotes, order, line breaks.
    Layout,
}

/// Which of two values is the better one for whom a document is made for; the annotation `x-better`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// The one that stands further in front among the options.
    First,
    /// The greater figure, the later day.
    More,
    Less,
}

/// One node of the typed tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub span: Span,
    pub class: Class,
    pub meaning: Meaning,
    /// Index of the field in the schema that typed this value; opaque outside `schema`.
    pub field: Option<u32>,
    pub data: Data,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Null,
    Bool(bool),
    /// A number as it was written.
    Number(String),
    /// Text, with the style it was written in (needed to find places inside it).
    Text(String, yaml::Style),
    List(Vec<Value>),
    Map(Vec<Member>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub key: String,
    /// `None` for what the tool has reckoned itself.
    pub key_span: Option<Span>,
    pub value: Value,
}

impl Value {
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.member(key).map(|member| &member.value)
    }

    pub fn member(&self, key: &str) -> Option<&Member> {
        match &self.data {
            Data::Map(members) => members.iter().find(|member| member.key == key),
            _ => None,
        }
    }

    /// The items of a list; nothing for anything else.
    pub fn items(&self) -> &[Value] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    pub fn members(&self) -> &[Member] {
        match &self.data {
            Data::Map(members) => members,
            _ => &[],
        }
    }

    /// The text of a scalar, numbers as written.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text, _) | Data::Number(text) => Some(text),
            Data::Bool(true) => Some("true"),
            Data::Bool(false) => Some("false"),
            _ => None,
        }
    }

    pub fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::text)
    }

    /// The exact figure of money, a quantity, a rate or a number.
    pub fn amount(&self) -> Option<Amount> {
        let text = self.text()?;
        match self.meaning {
            Meaning::Percent => Amount::from_percent(text).ok(),
            _ => text.parse().ok(),
        }
    }

    /// Where a person looks for this value: a container's first key, otherwise the value itself.
    pub fn head(&self) -> Span {
        match &self.data {
            Data::Map(members) => members.iter().find_map(|member| member.key_span).unwrap_or(self.span),
            _ => self.span,
        }
    }

    /// Visits this value and everything below it, parents first.
    pub fn walk<'v>(&'v self, visit: &mut impl FnMut(&'v Value)) {
        visit(self);
        match &self.data {
            Data::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Data::Map(members) => members.iter().for_each(|member| member.value.walk(visit)),
            _ => (),
        }
    }

    /// For every byte of this text, where in the file it stands; one more for its end.
    pub fn offsets(&self, source: &str) -> Vec<u32> {
        match &self.data {
            Data::Text(text, style) => {
                let data = yaml::Data::Scalar(text.clone(), *style);
                yaml::Node { span: self.span, data }.offsets(source)
            }
            _ => vec![self.span.start],
        }
    }

    /// The canonical JSON of this tree: amounts as decimal strings, dates as written, absent for null.
    ///
    /// `leaf` may put something else in the place of a leaf (prose, images).
    pub fn to_json(&self, leaf: &mut impl FnMut(&Value) -> Option<serde_json::Value>) -> serde_json::Value {
        if let Some(replaced) = leaf(self) {
            return replaced;
        }
        match &self.data {
            Data::Null => serde_json::Value::Null,
            Data::Bool(value) => (*value).into(),
            Data::Number(text) => match text.parse::<i64>() {
                Ok(number) => number.into(),
                Err(_) => text.clone().into(),
            },
            Data::Text(text, _) => match (self.meaning, self.amount()) {
                (Meaning::Money, Some(amount)) => amount.round(2.max(amount.decimals())).to_string().into(),
                (Meaning::Quantity | Meaning::Percent, Some(amount)) => amount.to_string().into(),
                _ => text.clone().into(),
            },
            Data::List(items) => items.iter().map(|item| item.to_json(leaf)).collect(),
            Data::Map(members) => serde_json::Value::Object(
                members
                    .iter()
                    .filter(|member| member.value.data != Data::Null)
                    .map(|member| (member.key.clone(), member.value.to_json(leaf)))
                    .collect(),
            ),
        }
    }
}
