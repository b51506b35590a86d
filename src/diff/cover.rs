//! Clauses of the tender that have lost their answer, or gained one: what no single document tells.

use std::collections::{BTreeMap, BTreeSet};

use super::contrast::Names;
use super::{Act, Change, Changed, Scope, Side, Trend, holds};
use crate::document::Document;
use crate::kind::Role;
use crate::value::{Meaning, Topic, Value};
use crate::workspace::Viewer;

pub(super) fn add(old: &Side, new: &Side, scope: &Scope, names: &Names, documents: &mut Vec<Changed>) {
    let (before, after) = (open(old), open(new));
    for (project, (uncovered, place)) in &after {
        let none = (BTreeSet::new(), None);
        let (was, _) = before.get(project).unwrap_or(&none);
        let Some(document) = place else { continue };
        let path = new.outline.sources.path(document.file);
        let seen = scope.paths.is_empty() || holds(scope, path);
        let secret = document.confidentiality == crate::document::Confidentiality::Confidential;
        if !seen || (secret && scope.viewer == Viewer::Customer) || !before.contains_key(project) {
            continue;
        }
        let newly = uncovered.difference(was).map(|key| (key, Act::Uncovered, Trend::Worse));
        let no_more = was
            .difference(uncovered)
            .filter(|key| is_declared(new, key))
            .map(|key| (key, Act::Covered, Trend::Better));
        for (key, act, trend) in newly.chain(no_more) {
            let mut change = Change::new(Topic::Answer, act);
            change.place = vec![names.name(key)];
            change.way = format!("clause/{key}");
            change.trend = Some(trend);
            change.derived = true;
            match documents.iter_mut().find(|changed| changed.path == path) {
                Some(changed) => changed.changes.push(change),
                None => documents.push(Changed {
                    id: document.id.clone(),
                    title: document.title.clone(),
                    kind: document.kind.about.title.get(scope.lang).to_owned(),
                    path: path.to_owned(),
                    from: None,
                    act: Act::Changed,
                    changes: vec![change],
                }),
            }
        }
    }
}

type Open<'s> = BTreeMap<Option<&'s str>, (BTreeSet<String>, Option<&'s Document>)>;

/// By project the clauses without an answer, and the first document that answers.
fn open(side: &Side) -> Open<'_> {
    let mut open: Open = BTreeMap::new();
    let with = |role: Role| {
        side.outline.documents.iter().filter(move |document| document.kind.about.role == Some(role))
    };
    for document in with(Role::Responses) {
        open.entry(document.project.as_deref()).or_default().1.get_or_insert(document);
    }
    for (project, (clauses, _)) in &mut open {
        let own = |document: &&Document| document.project.as_deref() == *project;
        for document in with(Role::Clauses).filter(own) {
            clauses.extend(texts(document, Meaning::Key));
        }
        for document in with(Role::Responses).filter(own) {
            texts(document, Meaning::KeyRef).iter().for_each(|key| {
                clauses.remove(key);
            });
        }
    }
    open
}

fn texts(document: &Document, meaning: Meaning) -> Vec<String> {
    let mut found = Vec::new();
    document.value.walk(&mut |value: &Value| {
        if value.meaning == meaning {
            found.extend(value.text().map(str::to_owned));
        }
    });
    found
}

fn is_declared(side: &Side, key: &str) -> bool {
    let clauses =
        side.outline.documents.iter().filter(|document| document.kind.about.role == Some(Role::Clauses));
    clauses.into_iter().any(|document| texts(document, Meaning::Key).iter().any(|known| known == key))
}
