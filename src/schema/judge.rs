//! The judgement of `jsonschema` on a typed tree, turned into findings at the places where people look.

use std::borrow::Cow;

use jsonschema::error::{TypeKind, ValidationErrorKind as Fault};
use jsonschema::json::{Array, Json as JsonTree, JsonNumber, Node, NodeIdentity, Object};
use jsonschema::{Draft, JsonType, PatternOptions, Registry, ValidationError, Validator};
use serde_json::Value as Json;

use super::{Flaw, Texts, author, field::Fields, format};
use crate::calendar::Zone;
use crate::diagnostic::{Finding, Findings, list};
use crate::source::Span;
use crate::value::{Data, Meaning, Member, Value};
use crate::yaml;

const BASE: &str = "bidwright:///";

pub(super) struct Judge(Validator<Typed>);

impl Judge {
    pub(super) fn new(texts: &Texts, name: &str) -> Result<Self, Flaw> {
        let root = texts.get(name).ok_or_else(|| Flaw::nowhere("", name))?;
        let mut registry = Registry::new();
        for (file, text) in texts {
            registry =
                registry.add(format!("{BASE}{file}"), text).map_err(|error| Flaw::foreign("", error))?;
        }
        let registry = registry.prepare().map_err(|error| Flaw::foreign("", error))?;
        let validator = jsonschema::options_for::<Typed>()
            .with_draft(Draft::Draft202012)
            .with_registry(&registry)
            .with_base_uri(format!("{BASE}{name}"))
            .should_validate_formats(true)
            .with_format("uscc", |text: &str| format::is_uscc(text))
            .with_format("time-zone", |text: &str| Zone::parse(text).is_some())
            .with_format("cn-id", |text: &str| format::is_cn_id(text))
            .with_format("cn-phone", |text: &str| format::is_phone(text))
            // Linear time: a workspace's own pattern must not be able to hang the tool.
            .with_pattern_options(PatternOptions::regex())
            .offline()
            .build(root)
            .map_err(|error| author::flaw(&error))?;
        Ok(Self(validator))
    }

    pub(super) fn judge(&self, fields: &Fields, value: &Value, findings: &mut Findings) {
        for error in self.0.iter_errors(value) {
            report(fields, value, &error, findings);
        }
    }
}

fn report(fields: &Fields, root: &Value, error: &ValidationError<'_>, findings: &mut Findings) {
    let pointer = error.instance_path().as_str();
    let Some(value) = root.pointer(pointer) else { return };
    // Of a key without a value only that is said.
    if value.data == Data::Null && !matches!(error.kind(), Fault::Type { .. }) {
        return;
    }
    let field = value.field.map(|index| fields.get(index));
    let at = place(root, pointer, value);
    let written = || value.text().unwrap_or_default().to_owned();
    let finding = match error.kind() {
        Fault::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            findings.push(missing(fields, value, at, key));
            return;
        }
        Fault::AdditionalProperties { unexpected } | Fault::UnevaluatedProperties { unexpected } => {
            for key in unexpected {
                findings.push(unknown(fields, value, at, key));
            }
            return;
        }
        Fault::Enum { options } => {
            let options: Vec<&str> =
                options.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
            let finding =
                Finding::new("value-unlisted", at).with("value", written()).with("options", list(&options));
            match similar(&written(), options.iter().copied()) {
                Some(known) => finding.hint("similar", vec![("similar", known.to_owned())]),
                None => finding,
            }
        }
        Fault::Constant { expected_value } => {
            let expected = expected_value.as_str().map_or_else(|| expected_value.to_string(), str::to_owned);
            Finding::new("value-unlisted", at).with("value", written()).with("options", list([expected]))
        }
        Fault::Type { kind } => wrong_type(value, kind, at),
        Fault::Format { format } => Finding::new("value-format", at).with("value", written()).hint(
            match format.as_str() {
                "date" => "date",
                "uscc" => "uscc",
                "cn-id" => "cn-id",
                "cn-phone" => "cn-phone",
                "email" => "email",
                "time-zone" => "time-zone",
                _ => "other",
            },
            vec![("format", format.clone())],
        ),
        Fault::Pattern { pattern } => match value.meaning {
            Meaning::Money | Meaning::Quantity | Meaning::Percent => amount_form(value, at),
            _ => Finding::new("value-pattern", at).with("value", written()).with("pattern", pattern).hint(
                match value.meaning {
                    Meaning::Id | Meaning::Ref => "id",
                    Meaning::Month => "month",
                    Meaning::Image | Meaning::Attachment | Meaning::Prose => "path",
                    _ if written().contains('\n') => "one-line",
                    _ => "pattern",
                },
                Vec::new(),
            ),
        },
        Fault::MinLength { .. } => Finding::new("text-empty", at),
        Fault::MaxLength { limit } => {
            Finding::new("text-too-long", at).with("limit", limit).with("length", written().chars().count())
        }
        Fault::Minimum { limit } | Fault::ExclusiveMinimum { limit } => {
            Finding::new("number-too-small", at).with("value", written()).with("limit", limit)
        }
        Fault::Maximum { limit } | Fault::ExclusiveMaximum { limit } => {
            Finding::new("number-too-large", at).with("value", written()).with("limit", limit)
        }
        Fault::MinItems { limit } => {
            Finding::new("list-too-short", at).with("limit", limit).with("length", value.items().len())
        }
        Fault::MaxItems { limit } => {
            Finding::new("list-too-long", at).with("limit", limit).with("length", value.items().len())
        }
        Fault::OneOfNotValid { context } | Fault::AnyOf { context } => {
            // The branch with the fewest faults is the one that was meant.
            let best = context.iter().min_by_key(|branch| branch.len());
            for error in best.into_iter().flatten() {
                report(fields, root, error, findings);
            }
            return;
        }
        // The name of a key that people choose themselves.
        Fault::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default().to_owned();
            let at = value.member(&name).and_then(|member| member.key_span).unwrap_or(at);
            let pattern = match error.kind() {
                Fault::Pattern { pattern } => pattern.as_str(),
                other => other.keyword(),
            };
            let finding = Finding::new("value-pattern", at).with("value", name).with("pattern", pattern);
            findings.push(finding.hint("pattern", Vec::new()));
            return;
        }
        other => Finding::new("schema-rule", at).with("reason", other.keyword()),
    };
    findings.push(match field.filter(|field| !field.description.is_empty()) {
        Some(field) => finding.hint(
            "describe",
            vec![("title", field.title.clone()), ("description", field.description.clone())],
        ),
        None => finding,
    });
}

/// Faults of a mapping or list are shown at its own key, or at its first key where it has none.
fn place(root: &Value, pointer: &str, value: &Value) -> Span {
    if !matches!(value.data, Data::Map(_) | Data::List(_) | Data::Null) {
        return value.span;
    }
    let parent = pointer.rsplit_once('/').and_then(|(parent, key)| {
        root.pointer(parent)?.member(&key.replace("~1", "/").replace("~0", "~"))?.key_span
    });
    parent.unwrap_or_else(|| value.head())
}

pub(super) fn missing(fields: &Fields, value: &Value, at: Span, key: &str) -> Finding {
    let finding = Finding::new("key-missing", at).with("key", key);
    let Some(field) = value.field.map(|index| fields.get(index)) else { return finding };
    let strangers =
        value.members().iter().map(|member| member.key.as_str()).filter(|key| field.property(key).is_none());
    let finding = match similar(key, strangers) {
        Some(known) => finding.hint("similar", vec![("similar", known.to_owned())]),
        None => finding,
    };
    match field.property(key).map(|index| fields.get(index)) {
        Some(child) if !child.title.is_empty() => finding.hint(
            "describe",
            vec![("title", child.title.clone()), ("description", child.description.clone())],
        ),
        _ => finding,
    }
}

fn unknown(fields: &Fields, value: &Value, at: Span, key: &str) -> Finding {
    let span = value.member(key).and_then(|member| member.key_span).unwrap_or(at);
    let finding = Finding::new("key-unknown", span).with("key", key);
    let Some(field) = value.field.map(|index| fields.get(index)) else { return finding };
    let known: Vec<&str> = field.properties().map(|(name, _)| name).collect();
    match similar(key, known.iter().copied()) {
        Some(name) => finding.hint("similar", vec![("similar", name.to_owned())]),
        None => finding.hint("known", vec![("known", list(known))]),
    }
}

fn wrong_type(value: &Value, expected: &TypeKind, at: Span) -> Finding {
    let wanted: Vec<String> = match expected {
        TypeKind::Single(kind) => vec![term(*kind)],
        TypeKind::Multiple(kinds) => kinds.iter().map(term).collect(),
    };
    if value.data == Data::Null {
        return Finding::new("value-missing", at).with("expected", wanted.join("|"));
    }
    let finding = Finding::new("value-type", at)
        .with("expected", wanted.join("|"))
        .with("found", term(Node::<Typed>::json_type(&value)));
    match &value.data {
        Data::Text(text, yaml::Style::Plain)
            if text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            finding.hint("leading-zero", Vec::new())
        }
        Data::Text(text, style) if *style != yaml::Style::Plain && text.parse::<i64>().is_ok() => {
            finding.hint("unquote", Vec::new())
        }
        Data::Text(..) if wanted.iter().any(|name| name == "@type-array") => finding.hint("list", Vec::new()),
        Data::Map(_) if wanted.iter().any(|name| name == "@type-array") => finding.hint("list", Vec::new()),
        _ => finding,
    }
}

pub(super) fn amount_form(value: &Value, at: Span) -> Finding {
    let text = value.text().unwrap_or_default();
    let finding = Finding::new("amount-form", at).with("value", text);
    let hint = if value.meaning == Meaning::Percent {
        "percent"
    } else if text.contains([',', '，']) {
        "separator"
    } else if text.contains(['e', 'E']) {
        "exponent"
    } else if text.contains(['元', '万', '¥', '￥']) {
        "unit"
    } else if text.starts_with('-') {
        "negative"
    } else if text.split_once('.').is_some_and(|(_, decimals)| decimals.len() > 2) {
        "decimals"
    } else {
        "plain"
    };
    finding.hint(hint, Vec::new())
}

pub(super) fn term(kind: JsonType) -> String {
    match kind {
        JsonType::Null => "@type-null",
        JsonType::Boolean => "@type-boolean",
        JsonType::Integer => "@type-integer",
        JsonType::Number => "@type-number",
        JsonType::String => "@type-string",
        JsonType::Array => "@type-array",
        JsonType::Object => "@type-object",
    }
    .to_owned()
}

/// The nearest known word, if it is near enough to have been meant.
pub fn similar<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let limit = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Typed values as `jsonschema` sees them: no copy is made, and numbers keep their written text.
struct Typed;

impl JsonTree for Typed {
    type Node<'a> = &'a Value;
    type PreparedKey = String;
    type StringBuffer = ();
    const KEYS_PER_LOOKUP: usize = 8;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), text: &str, visit: impl FnOnce(&Value) -> T) -> T {
        let mut sources = crate::source::Sources::default();
        let span = Span::file(sources.add("", ""));
        let data = Data::Text(text.to_owned(), yaml::Style::Plain);
        visit(&Value { span, class: crate::value::Class::Public, meaning: Meaning::Plain, field: None, data })
    }
}

struct Number<'a>(&'a str);

impl JsonNumber for Number<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        // Only for limits such as `minimum`; amounts are text here and never come this way.
        self.0.parse().ok()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        let number = self.as_i64().map(serde_json::Number::from);
        let number = number.or_else(|| self.as_f64().and_then(serde_json::Number::from_f64));
        Cow::Owned(number.unwrap_or_else(|| serde_json::Number::from(0)))
    }

    fn is_integer(&self) -> bool {
        !self.0.contains('.')
    }
}

impl<'a> Node<'a, Typed> for &'a Value {
    type Object = &'a [Member];
    type Array = &'a [Value];
    type Number = Number<'a>;

    fn as_object(&self) -> Option<&'a [Member]> {
        match &self.data {
            Data::Map(members) => Some(members),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&'a [Value]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match &self.data {
            Data::Text(text, _) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Number<'a>> {
        match &self.data {
            Data::Number(text) => Some(Number(text)),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.data {
            Data::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.data == Data::Null
    }

    fn json_type(&self) -> JsonType {
        match &self.data {
            Data::Null => JsonType::Null,
            Data::Bool(_) => JsonType::Boolean,
            Data::Number(text) if text.contains('.') => JsonType::Number,
            Data::Number(_) => JsonType::Integer,
            Data::Text(..) => JsonType::String,
            Data::List(_) => JsonType::Array,
            Data::Map(_) => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'a, Json> {
        Cow::Owned(self.to_json(&mut |_| None))
    }

    fn equals_value(&self, expected: &Json) -> bool {
        match (&self.data, expected) {
            (Data::Text(text, _), Json::String(expected)) => text == expected,
            (Data::Text(..), _) => false,
            _ => self.to_json(&mut |_| None) == *expected,
        }
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Value>(self) as usize))
    }
}

impl<'a> Object<'a, Typed> for &'a [Member] {
    type Node = &'a Value;
    type MemberName = &'a str;
    type MembersIter = std::iter::Map<std::slice::Iter<'a, Member>, fn(&'a Member) -> (&'a str, &'a Value)>;

    fn len(&self) -> usize {
        <[Member]>::len(self)
    }

    fn get(&self, key: &String) -> Option<&'a Value> {
        self.iter().find(|member| member.key == *key).map(|member| &member.value)
    }

    fn members(&self) -> Self::MembersIter {
        self.iter().map(|member| (member.key.as_str(), &member.value))
    }
}

impl<'a> Array<'a, Typed> for &'a [Value] {
    type Node = &'a Value;
    type ElementsIter = std::slice::Iter<'a, Value>;

    fn len(&self) -> usize {
        <[Value]>::len(self)
    }

    fn elements(&self) -> Self::ElementsIter {
        self.iter()
    }
}
