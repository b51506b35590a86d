//! The digest of what a document says: what a version records and an approval is about.
//!
//! Comments, order of keys, quotes and line ends do not count, nor in which file prose stands. What a picture shows
//! counts, its name does not. What expressions take from other documents counts: a price that prose names was approved
//! with it.

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
            let text = lines(written(workspace, from, value)?);
            Some(json!({ "prose": text, "says": prose.said, "shows": shown }))
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

/// Markdown without what no page shows: blanks at the ends of lines, blank lines at its ends. Two blanks before another
/// line break it, and are shown.
fn lines(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let seen = line.trim_end();
        if seen.is_empty()
            && let Some(last) = lines.last_mut()
        {
            last.truncate(last.trim_end().len());
        }
        let breaks = !seen.is_empty() && line.ends_with("  ");
        lines.push(if breaks { format!("{seen}  ") } else { seen.to_owned() });
    }
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::folder::Folder;
    use crate::workspace;

    /// The digest of a document of a kind with every sort of field.
    fn digest(text: &str, files: &[(&str, &str)]) -> String {
        let mut folder = Folder::default();
        let schema = include_str!("../../tests/bases/numbered/schemas/paper.schema.json");
        let template = include_str!("../../tests/bases/numbered/templates/paper.typ");
        folder.add("bidwright.yaml", "");
        folder.add("schemas/paper.schema.json", schema);
        folder.add("templates/paper.typ", template);
        folder.add("library/a.yaml", text);
        for (path, content) in files {
            folder.add(*path, *content);
        }
        let (workspace, findings) = workspace::read(folder);
        let document = workspace.document("library/a").unwrap_or_else(|| {
            panic!("{:?} in\n{text}", findings.iter().map(|finding| finding.code).collect::<Vec<_>>())
        });
        workspace::content(&workspace, document)
    }

    fn paper(data: &str) -> String {
        digest(&format!("kind: paper\nid: library/a\ntitle: 稿件\ndata:\n{data}"), &[])
    }

    #[test]
    fn what_no_page_shows_does_not_count() {
        let plain =
            digest("kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  number: '1.10'\n", &[]);
        for same in [
            "# 说明\nkind: paper # 类型\nid: library/a\n\n\ntitle: 稿件\ndata:\n  text: 正文。\n  number: '1.10'\n",
            "title: 稿件\nid: library/a\ndata:\n  number: '1.10'\n  text: 正文。\nkind: paper\n",
            "kind: \"paper\"\nid: 'library/a'\ntitle: \"\\u7A3F件\"\ndata: {text: \"正文。\", number: \"1.10\"}\n",
            "kind: paper\r\nid: library/a\r\ntitle: 稿件\r\ndata:\r\n    text: |\r\n        正文。\r\n\r\n    number: '1.10'\r\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: |+\n\n    正文。   \n\n\n  number: '1.10'\n",
        ] {
            assert_eq!(digest(same, &[]), plain, "{same}");
        }
        // Nor in which file the prose stands, nor what the file is called.
        let beside = |name: &str| {
            let text = format!(
                "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: {{ file: {name} }}\n  number: '1.10'\n"
            );
            digest(&text, &[(&format!("library/{name}"), "正文。\n")])
        };
        assert_eq!((beside("a.md"), beside("b.md")), (plain.clone(), plain.clone()));
    }

    #[test]
    fn what_a_page_shows_counts() {
        let mut seen = std::collections::BTreeMap::new();
        for text in [
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n",
            "kind: paper\nid: library/a\ntitle: 稿 件\ndata:\n  text: 正文。\n",
            "kind: paper\nid: library/a\ntitle: 稿件\nauthor: 陈一\ndata:\n  text: 正文。\n",
            "kind: paper\nid: library/a\ntitle: 稿件\nconfidentiality: internal\ndata:\n  text: 正文。\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: |\n    正\n    文。\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: |\n    正  \n    文。\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: |\n    正\n\n    文。\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  more: ''\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  number: '1.1'\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  number: '1.10'\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  list: []\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  list: [ab, c]\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  list: [a, bc]\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  list: [c, ab]\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  list: ['ab, c']\n",
            "kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: 正文。\n  list: ['ab\",\"c']\n",
        ] {
            let before = seen.insert(digest(text, &[]), text);
            assert_eq!(before, None, "the digest of\n{text}");
        }
    }

    #[test]
    fn what_prose_takes_from_another_document_counts() {
        let said = |name: &str, text: &str| {
            let company = format!("kind: company\nid: library/us\ntitle: 我方\ndata:\n  name: {name}\n");
            let text = format!("kind: paper\nid: library/a\ntitle: 稿件\ndata:\n  text: '{text}'\n");
            digest(&text, &[("library/us.yaml", &company)])
        };
        let naming = "投标人：{{ company.name }}。";
        assert_ne!(said("甲公司", naming), said("乙公司", naming));
        assert_eq!(said("甲公司", "正文。"), said("乙公司", "正文。"));
        // What is only shown as it was written says nothing of it.
        let code = "`{{ company.name }}`";
        assert_eq!(said("甲公司", code), said("乙公司", code));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn lists_have_boundaries(
            one in proptest::collection::vec("[ab,\"'\\[\\] \\\\]{0,3}", 0..4),
            other in proptest::collection::vec("[ab,\"'\\[\\] \\\\]{0,3}", 0..4),
        ) {
            let list = |items: &[String]| {
                let quoted: Vec<String> = items.iter().map(|item| format!("'{}'", item.replace('\'', "''"))).collect();
                paper(&format!("  text: x\n  list: [{}]\n", quoted.join(", ")))
            };
            prop_assert_eq!(list(&one) == list(&other), one == other);
        }

        #[test]
        fn texts_and_fields_have_boundaries(
            one in ("[甲乙。]{1,4}", "[甲乙。]{1,4}"), other in ("[甲乙。]{1,4}", "[甲乙。]{1,4}"),
        ) {
            let both = |pair: &(String, String)| paper(&format!("  text: {}\n  more: {}\n", pair.0, pair.1));
            prop_assert_eq!(both(&one) == both(&other), one == other);
        }
    }
}
