//! From written scalars to typed values, guided by the fields; and leaving out what an audience may not see.

use super::field::Fields;
use crate::value::{Class, Data, Meaning, Member, Value};
use crate::yaml;

pub(super) fn read(fields: &Fields, tree: &yaml::Node) -> Value {
    typed(fields, Some(0), tree)
}

fn typed(fields: &Fields, index: Option<u32>, node: &yaml::Node) -> Value {
    let field = index.map(|index| fields.get(index));
    let data = match &node.data {
        yaml::Data::Scalar(text, style) => {
            scalar(field.map_or(&[][..], |field| &field.types), node, text, *style)
        }
        yaml::Data::List(items) => {
            let item = field.and_then(super::Field::items);
            Data::List(items.iter().map(|node| typed(fields, item, node)).collect())
        }
        yaml::Data::Map(entries) => Data::Map(
            entries
                .iter()
                .map(|entry| Member {
                    key: entry.key.clone(),
                    key_span: Some(entry.key_span),
                    value: typed(fields, field.and_then(|field| field.property(&entry.key)), &entry.value),
                })
                .collect(),
        ),
    };
    Value {
        span: node.span,
        // What no schema knows could be anything: nobody outside sees it.
        class: field.and_then(|field| field.class).unwrap_or(Class::Confidential),
        meaning: field.map_or(Meaning::Plain, |field| field.meaning),
        field: index,
        data,
    }
}

/// A quoted scalar is text. A plain one is what its field allows, text before all else.
fn scalar(types: &[String], node: &yaml::Node, text: &str, style: yaml::Style) -> Data {
    let allows = |name: &str| types.iter().any(|kind| kind == name);
    if style == yaml::Style::Plain {
        if node.is_null() && (text.is_empty() || !allows("string")) {
            return Data::Null;
        }
        if !allows("string") {
            match text {
                "true" | "True" | "TRUE" => return Data::Bool(true),
                "false" | "False" | "FALSE" => return Data::Bool(false),
                _ if is_number(text) => return Data::Number(text.to_owned()),
                _ => (),
            }
        }
    }
    Data::Text(text.to_owned(), style)
}

/// Decimal digits, as JSON writes them: `007` and `0x1F` are text that looks like a number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    plain(whole) && plain(rest) && (whole == "0" || !whole.starts_with('0'))
}

pub(super) fn keep(fields: &Fields, value: &Value, classes: &[Class]) -> Option<Value> {
    let index = value.field?;
    if !fields.visible(index, classes) {
        return None;
    }
    let data = match &value.data {
        _ if fields.get(index).is_leaf() => value.data.clone(),
        Data::List(items) => {
            Data::List(items.iter().filter_map(|item| keep(fields, item, classes)).collect())
        }
        Data::Map(members) => Data::Map(
            members
                .iter()
                .filter_map(|member| {
                    let value = keep(fields, &member.value, classes)?;
                    Some(Member { value, ..member.clone() })
                })
                .collect(),
        ),
        scalar => scalar.clone(),
    };
    Some(Value { data, ..value.clone() })
}
