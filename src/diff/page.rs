//! Changes as a redline in the look of the bid: the commercial table first, then every changed passage.

use serde_json::{Map, Value as Json, json};

use super::phrases::{self, act_code, shape_code, topic_code, trend_code};
use super::{Change, Comparison, Passage, TOPICS};
use crate::diagnostic::Findings;
use crate::package::{self, Loose};
use crate::prose::Shape;
use crate::workspace::{Viewer, Workspace};

const TEMPLATE: &str = "diff.typ";

/// The PDF and the number of its pages, set with the fonts and templates of a workspace.
pub fn pdf(
    comparison: &Comparison,
    workspace: &mut Workspace,
    findings: &mut Findings,
) -> Option<(Vec<u8>, usize)> {
    let title = phrases::title(comparison.lang);
    let loose = Loose {
        template: TEMPLATE,
        name: title,
        lang: comparison.lang,
        confidential: comparison.viewer == Viewer::Insider,
        viewer: comparison.viewer,
        date: None,
        data: Map::from_iter([("diff".to_owned(), data(comparison))]),
    };
    package::loose(workspace, loose, &package::Bare, findings)
}

fn data(comparison: &Comparison) -> Json {
    let lang = comparison.lang;
    let counts = comparison.counts();
    let topics = TOPICS.iter().filter(|topic| counts.contains_key(topic)).map(|topic| {
        let mut documents: Vec<(String, String, Vec<Json>)> = Vec::new();
        for (document, each) in comparison.of(*topic) {
            let told = change(each, comparison);
            match documents.last_mut() {
                Some((path, _, changes)) if *path == document.path => changes.push(told),
                _ => documents.push((document.path.clone(), phrases::document(document, lang), vec![told])),
            }
        }
        let documents = documents
            .into_iter()
            .map(|(path, title, changes)| json!({ "path": path, "title": title, "changes": changes }));
        json!({
            "topic": topic_code(*topic),
            "title": phrases::topic(*topic, lang),
            "count": counts.get(topic),
            "documents": documents.collect::<Json>(),
        })
    });
    json!({
        "title": phrases::title(lang),
        "old": comparison.old,
        "new": comparison.new,
        "audience": phrases::audience(comparison),
        "none": comparison.is_empty().then(|| phrases::none(lang)),
        "topics": topics.collect::<Json>(),
        "unread": comparison.unread.iter().map(|unread| phrases::unread(unread, lang)).collect::<Json>(),
    })
}

fn change(change: &Change, comparison: &Comparison) -> Json {
    let lang = comparison.lang;
    let (difference, percent) = change.figures.clone().unzip();
    json!({
        "act": act_code(change.act),
        "word": phrases::act(change.act, lang),
        "place": phrases::place(&change.place),
        "depth": change.place.len(),
        "old": change.old,
        "new": change.new,
        "difference": difference,
        "percent": percent.flatten(),
        "trend": change.trend.map(trend_code),
        "trend_word": change.trend.map(|trend| phrases::trend(trend, lang)),
        "derived": change.derived,
        "runs": super::json::runs(&change.runs),
        "passages": change.passages.iter().map(|it| passage(it, comparison)).collect::<Json>(),
    })
}

fn passage(passage: &Passage, comparison: &Comparison) -> Json {
    let level = match passage.shape {
        Shape::Heading(level) | Shape::Item(level) => level,
        _ => 0,
    };
    json!({
        "shape": shape_code(passage.shape),
        "level": level,
        "act": act_code(passage.act),
        "word": phrases::act(passage.act, comparison.lang),
        "heading": passage.heading,
        "cells": passage.cells.iter().map(|cell| super::json::runs(cell)).collect::<Json>(),
    })
}
