//! Changes for programs.

use serde_json::{Map, Value as Json, json};

use super::phrases::{act_code, shape_code, topic_code, trend_code};
use super::{Change, Changed, Comparison, Mark, Passage, Run};

/// The whole comparison. Keys are only there where they say something.
pub fn json(comparison: &Comparison) -> Json {
    let counts: Map<String, Json> = comparison
        .counts()
        .into_iter()
        .map(|(topic, count)| (topic_code(topic).to_owned(), count.into()))
        .collect();
    let unread = comparison
        .unread
        .iter()
        .map(|unread| json!({ "path": unread.path, "side": if unread.new { "new" } else { "old" } }));
    json!({
        "format": "bidwright-diff/1",
        "old": comparison.old,
        "new": comparison.new,
        "audience": comparison.viewer.name(),
        "counts": counts,
        "layout_only": comparison.is_layout_only(),
        "documents": comparison.documents.iter().map(document).collect::<Json>(),
        "unread": unread.collect::<Json>(),
    })
}

fn document(document: &Changed) -> Json {
    let mut json = json!({
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "path": document.path,
        "act": act_code(document.act),
        "changes": document.changes.iter().map(change).collect::<Json>(),
    });
    if let (Json::Object(json), Some(from)) = (&mut json, &document.from) {
        json.insert("from".into(), from.as_str().into());
    }
    json
}

pub(super) fn change(change: &Change) -> Json {
    let mut json = Map::new();
    json.insert("topic".into(), topic_code(change.topic).into());
    json.insert("act".into(), act_code(change.act).into());
    json.insert("place".into(), change.place.iter().map(String::as_str).collect());
    json.insert("way".into(), change.way.as_str().into());
    let (difference, percent) = change.figures.clone().unzip();
    let texts = [
        ("old", change.old.clone()),
        ("new", change.new.clone()),
        ("difference", difference),
        ("percent", percent.flatten()),
        ("trend", change.trend.map(|trend| trend_code(trend).to_owned())),
    ];
    json.extend(texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text?.into()))));
    for (key, line) in [("old_line", change.lines.0), ("new_line", change.lines.1)] {
        if let Some(line) = line {
            json.insert(key.into(), line.into());
        }
    }
    if change.derived {
        json.insert("derived".into(), true.into());
    }
    if !change.runs.is_empty() {
        json.insert("words".into(), runs(&change.runs));
    }
    if !change.passages.is_empty() {
        json.insert("passages".into(), change.passages.iter().map(passage).collect());
    }
    json.into()
}

fn passage(passage: &Passage) -> Json {
    let mut json = json!({
        "shape": shape_code(passage.shape),
        "act": act_code(passage.act),
        "cells": passage.cells.iter().map(|cell| runs(cell)).collect::<Json>(),
    });
    if let Json::Object(json) = &mut json {
        if let Some(heading) = &passage.heading {
            json.insert("heading".into(), heading.as_str().into());
        }
        for (key, line) in [("old_line", passage.lines.0), ("new_line", passage.lines.1)] {
            if let Some(line) = line {
                json.insert(key.into(), line.into());
            }
        }
    }
    json
}

/// Pairs of a sign and a text: `=` stayed, `-` went, `+` came.
pub(super) fn runs(runs: &[Run]) -> Json {
    let sign = |mark: Mark| match mark {
        Mark::Same => "=",
        Mark::Gone => "-",
        Mark::New => "+",
    };
    runs.iter().map(|run| json!([sign(run.mark), run.text])).collect()
}
