//! SARIF 2.1.0 (OASIS), as GitHub code scanning and others read it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Item, Told, worst_first};
use crate::cli::json::pretty;
use crate::diagnostic::{Severity, entry};
use crate::source::Position;

/// GitHub takes no more results of one run.
const MOST: usize = 25_000;

pub(super) fn sarif(told: &Told) -> String {
    let mut items = worst_first(told);
    items.truncate(MOST);
    let mut codes: BTreeMap<&str, usize> = items.iter().map(|item| (item.finding.code, 0)).collect();
    for (index, at) in codes.values_mut().enumerate() {
        *at = index;
    }
    let rules: Vec<Json> = codes.keys().map(|code| rule(code, told)).collect();
    let results: Vec<Json> = items.iter().map(|item| result(item, codes[item.finding.code])).collect();
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Bidwright",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(code: &str, told: &Told) -> Json {
    let Some(entry) = entry(code) else { return json!({ "id": code }) };
    let words = entry.words(told.lang);
    json!({
        "id": code,
        "shortDescription": { "text": words.outline() },
        "help": { "text": words.explain, "markdown": words.explain },
        "defaultConfiguration": { "level": level(entry.severity) },
    })
}

fn result(item: &Item, rule: usize) -> Json {
    let mut result = json!({
        "ruleId": item.finding.code,
        "ruleIndex": rule,
        "level": level(item.severity),
        "message": { "text": item.message },
        "partialFingerprints": { "bidwright/v1": item.fingerprint },
        "locations": item.path.iter().map(|path| location(path, item.start, Some(item.end))).collect::<Vec<_>>(),
    });
    let related = item.related.iter().enumerate().filter_map(|(at, (path, start, words))| {
        let mut place = location(path.as_ref()?, *start, None);
        place["id"] = (at + 1).into();
        place["message"] = json!({ "text": words });
        Some(place)
    });
    let related: Vec<Json> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn location(path: &str, start: Position, end: Option<Position>) -> Json {
    let mut region = json!({ "startLine": start.line, "startColumn": start.column });
    if let Some(end) = end {
        region["endLine"] = end.line.into();
        region["endColumn"] = end.column.into();
    }
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path), "uriBaseId": "%SRCROOT%" }, "region": region } })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a relative reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
