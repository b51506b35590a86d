//! Owns what a schema says of a tree: types, meanings, findings, and the sums between fields.
//!
//! A schema is plain JSON Schema 2020-12 with the annotations that `schemas/meta.schema.json` defines.
//! `jsonschema` judges the shape; the words for people are ours.

mod author;
mod field;
mod format;
mod judge;
mod sentence;
mod twin;
mod typing;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::diagnostic::{Args, Findings, Note};
use crate::value::{Class, Value};
use crate::yaml;

pub use field::{Field, Fields};
pub use judge::similar;
pub use sentence::{Sentence, judge_words, words_form};
pub use twin::Changes;

/// All schemas of a run by file name, such as `common.schema.json`.
pub type Texts = BTreeMap<String, Json>;

/// What is wrong with a schema, for its author: a place in it, and a hint among the words of `schema-invalid`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// A JSON pointer.
    pub place: String,
    pub note: Note,
}

impl Flaw {
    pub fn new(place: impl Into<String>, key: &'static str, args: Args) -> Self {
        Self { place: place.into(), note: Note { key, args } }
    }

    /// What only a library has words for, in its English.
    pub fn foreign(place: impl Into<String>, problem: impl ToString) -> Self {
        Self::new(place, "library", vec![("problem", problem.to_string())])
    }

    fn nowhere(place: impl Into<String>, target: impl Into<String>) -> Self {
        Self::new(place, "target", vec![("target", target.into())])
    }
}

/// A schema ready to read trees with.
pub struct Schema {
    fields: Fields,
    validator: judge::Judge,
    sentences: Vec<Sentence>,
}

impl Schema {
    /// Prepares the schema in the file `name`.
    pub fn compile(texts: &Texts, name: &str) -> Result<Self, Flaw> {
        let json = texts.get(name).ok_or_else(|| Flaw::nowhere("", name))?;
        let fields = Fields::compile(texts, name)?;
        let validator = judge::Judge::new(texts, name)?;
        let sentences = match json.get("x-rules") {
            Some(rules) => {
                serde_json::from_value(rules.clone()).map_err(|error| Flaw::foreign("/x-rules", error))?
            }
            None => Vec::new(),
        };
        Ok(Self { fields, validator, sentences })
    }

    /// Types a tree and reports everything in it that does not fit.
    ///
    /// The value is the best that can be made of the tree: unknown keys stay in it, confidential.
    /// Sums that were left out are filled in; those that were written are compared.
    pub fn read(&self, tree: &yaml::Node, findings: &mut Findings) -> Value {
        let mut value = typing::read(&self.fields, tree);
        let before = findings.iter().count();
        self.validator.judge(&self.fields, &value, findings);
        let sound = findings.iter().count() == before;
        sentence::apply(&self.sentences, &self.fields, &mut value, sound, findings);
        value
    }

    /// Whether documents of it name whom they are of: their titles then do as well.
    pub fn names_somebody(&self) -> bool {
        self.fields.visible(0, &[Class::Identity])
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    pub fn field(&self, value: &Value) -> Option<&Field> {
        value.field.map(|index| self.fields.get(index))
    }

    /// Leaves out every leaf of another class, and every container whose schema has no leaf of these.
    ///
    /// Whether a container stays is decided by the schema, never by what is in it: neither value nor presence,
    /// length, order or count of what is left out can be told from the result.
    pub fn keep(&self, value: &Value, classes: &[Class]) -> Value {
        typing::keep(&self.fields, value, classes)
            .unwrap_or_else(|| Value { data: crate::value::Data::Map(Vec::new()), ..value.clone() })
    }
}

/// Judges one schema file by the meta-schema.
pub fn judge_schema(texts: &Texts, name: &str) -> Vec<Flaw> {
    author::judge(texts, name)
}
