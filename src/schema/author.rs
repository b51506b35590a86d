//! What the author of a schema is told: the judgement of the meta-schema, and why a schema cannot be used.

use jsonschema::error::{TypeKind, ValidationErrorKind as Fault};
use jsonschema::{Draft, ValidationError};
use serde_json::Value as Json;

use super::judge::term;
use super::{Flaw, Texts};
use crate::diagnostic::list;

const META: &str = "meta.schema.json";

/// Judges one schema by the rules of JSON Schema, and then by those of its kind.
pub(super) fn judge(texts: &Texts, name: &str) -> Vec<Flaw> {
    let Some(json) = texts.get(name) else { return vec![Flaw::nowhere("", name)] };
    if let Err(error) = jsonschema::meta::validate(json) {
        return vec![flaw(&error)];
    }
    let Some(meta) = texts.get(META) else { return Vec::new() };
    match jsonschema::options().with_draft(Draft::Draft202012).offline().build(meta) {
        Ok(meta) => meta.iter_errors(json).map(|error| flaw(&error)).collect(),
        Err(error) => vec![Flaw::foreign("", error)],
    }
}

/// The fault of a schema in our words where we have them.
pub(super) fn flaw(error: &ValidationError<'_>) -> Flaw {
    let place = error.instance_path().to_string();
    let shown = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (key, name, value) = match error.kind() {
        Fault::Required { property } => ("add", "key", shown(property)),
        Fault::AdditionalProperties { unexpected } | Fault::UnevaluatedProperties { unexpected } => {
            ("delete", "keys", list(unexpected))
        }
        Fault::Enum { options } => {
            ("options", "options", list(options.as_array().into_iter().flatten().map(shown)))
        }
        Fault::Constant { expected_value } => ("constant", "expected", shown(expected_value)),
        Fault::Type { kind } => {
            let wanted: Vec<String> = match kind {
                TypeKind::Single(kind) => vec![term(*kind)],
                TypeKind::Multiple(kinds) => kinds.iter().map(term).collect(),
            };
            ("type", "expected", wanted.join("|"))
        }
        Fault::Pattern { pattern } => ("pattern", "pattern", pattern.clone()),
        Fault::Format { format } if format == "regex" => ("regex", "pattern", shown(error.instance())),
        Fault::AnyOf { context } | Fault::OneOfNotValid { context } => {
            // The branch with the fewest faults is the one that was meant.
            let best = context.iter().min_by_key(|branch| branch.len()).and_then(|branch| branch.first());
            return best.map_or_else(|| Flaw::foreign(place, error), flaw);
        }
        _ => return Flaw::foreign(place, error),
    };
    Flaw::new(place, key, vec![(name, value)])
}
