//! The digest of what a document says: what a version records and an approval is about.
//!
//! Comments, order of keys, quotes and line ends do not count, nor in which file prose stands. What a picture shows
//! counts, its name does not.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::{Workspace, references, virtual_path};
use crate::digest;
use crate::document::Document;
use crate::folder;
use crate::kind::Role;
use crate::value::{Meaning, Value};

/// The digest of a document's content. That of a package covers all documents that it is made of, since who approves
/// a bid approves its prices and its solution.
pub fn content(workspace: &Workspace, document: &Document) -> String {
    let mut parts = digest::Parts::new("bidwright content 1");
    parts.add("document", canonical(workspace, document).to_string().as_bytes());
    if document.kind.about.role == Some(Role::Package) {
        let mut reached = BTreeSet::from([document.id.as_str()]);
        let mut waiting = vec![document];
        while let Some(next) = waiting.pop() {
            for (id, ..) in references(&next.value) {
                if let Some(target) = workspace.document(id).filter(|target| reached.insert(&target.id)) {
                    waiting.push(target);
                }
            }
        }
        for id in reached.into_iter().filter(|id| *id != document.id) {
            let Some(part) = workspace.document(id) else { continue };
            parts.add(id, canonical(workspace, part).to_string().as_bytes());
        }
    }
    parts.finish()
}

/// What a document says, as JSON with sorted keys: JSON has boundaries, so that no two contents are one text.
fn canonical(workspace: &Workspace, document: &Document) -> Json {
    let from = workspace.sources.path(document.file);
    sorted(document.value.to_json(&mut |value| leaf(workspace, from, value)))
}

fn leaf(workspace: &Workspace, from: &str, value: &Value) -> Option<Json> {
    match value.meaning {
        Meaning::Prose => {
            let prose = workspace.prose_of(value)?;
            let shown = workspace.assets.keys().filter(|path| prose.code.contains(&virtual_path(path)));
            let mut shown: Vec<String> = shown.map(|path| file(workspace, path)).collect();
            shown.sort();
            Some(json!({ "prose": lines(written(workspace, from, value)?), "shows": shown }))
        }
        Meaning::Image | Meaning::Attachment => {
            let path = folder::join(from, value.text()?)?;
            Some(json!({ "file": file(workspace, &path) }))
        }
        _ => None,
    }
}

/// The text of a prose field, wherever it stands.
fn written<'w>(workspace: &'w Workspace, from: &str, value: &'w Value) -> Option<&'w str> {
    if let Some(text) = value.text() {
        return Some(text);
    }
    let path = folder::join(from, value.text_at("file")?)?;
    workspace.sources.find(&path).map(|file| &**workspace.sources.text(file))
}

/// The digest of a file; nothing for one that cannot be read, which is a finding elsewhere.
fn file(workspace: &Workspace, path: &str) -> String {
    workspace.load(path).map(|bytes| digest::of(&bytes)).unwrap_or_default()
}

/// Markdown without what no page shows: blanks at the ends of lines, blank lines at its ends.
fn lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn sorted(json: Json) -> Json {
    match json {
        Json::Object(map) => {
            let mut members: Vec<(String, Json)> = map.into_iter().collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Json::Object(members.into_iter().map(|(key, value)| (key, sorted(value))).collect::<Map<_, _>>())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
