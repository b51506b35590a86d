//! What people write, and what is read.

use super::*;
use crate::source::Sources;

fn check(source: &str) -> (Option<Node>, Vec<String>) {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let file = sources.add("a.yaml", source);
    let tree = read(file, source, Limits::default(), &mut findings);
    let shown = findings
        .iter()
        .map(|finding| {
            let at = sources.get(file).position(finding.span.range().start);
            format!("{}:{} {}", at.line, at.column, finding.code)
        })
        .collect();
    (tree, shown)
}

fn faults(source: &str) -> Vec<String> {
    check(source).1
}

#[test]
fn scalars_keep_their_text() {
    let (tree, found) =
        check("a: 0123456\nb: 1250.50\nc: 12345678901234567890\nd: NO\ne: 1e3\nf: '  x '\ng:\n");
    let tree = tree.unwrap();
    assert_eq!(found, Vec::<String>::new());
    for (key, text) in [
        ("a", "0123456"),
        ("b", "1250.50"),
        ("c", "12345678901234567890"),
        ("d", "NO"),
        ("e", "1e3"),
        ("f", "  x "),
    ] {
        assert_eq!(tree.get(key).and_then(Node::text), Some(text));
    }
    assert!(tree.get("g").unwrap().is_null());
    assert_eq!(tree.get("g").and_then(Node::text), Some(""), "nothing is not a tilde");
}

#[test]
fn both_places_of_a_duplicate_key_are_known_and_the_first_value_stays() {
    let (tree, found) = check("a: 1\nb: 2\na: 3\n");
    assert_eq!(found, ["3:1 yaml-duplicate-key"]);
    assert_eq!(tree.unwrap().get("a").and_then(Node::text), Some("1"));
}

#[test]
fn what_a_bid_does_not_need_is_refused() {
    assert_eq!(faults("a: &x 1\nb: *x\n"), ["1:4 yaml-alias"]);
    assert_eq!(faults("a: !!str 1\n"), ["1:4 yaml-tag"]);
    assert_eq!(faults("a: !include /etc/passwd\n"), ["1:4 yaml-tag"]);
    assert_eq!(faults("a: 1\n---\nb: 2\n"), ["2:1 yaml-second-document"]);
    assert_eq!(faults("? [a]\n: 1\n"), ["1:3 yaml-complex-key"]);
    assert_eq!(faults("<<: {a: 1}\n"), ["1:1 yaml-alias"]);
    assert_eq!(faults(""), ["1:1 yaml-empty"]);
}

#[test]
fn depth_and_size_are_limited() {
    for deep in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000)] {
        assert_eq!(faults(&deep).len(), 1);
        assert!(faults(&deep)[0].ends_with("yaml-too-deep"), "{:?}", faults(&deep));
    }
    let wide = format!("[{}]", "a, ".repeat(600_000));
    assert!(faults(&wide)[0].ends_with("yaml-too-large"));
}

#[test]
fn chinese_keyboards_are_understood() {
    assert_eq!(faults("id: x\ntitle：标题\nkind: y\n"), ["2:6 yaml-fullwidth-colon"]);
    assert_eq!(faults("title：标题\n"), ["1:6 yaml-fullwidth-colon"]);
    assert_eq!(faults("a:\n  - name：张三\n"), ["2:9 yaml-fullwidth-colon"]);
    assert_eq!(faults("title:标题\nkind: y\n"), ["1:6 yaml-colon-space"]);
    assert_eq!(faults("a: “引号”\n"), ["1:4 yaml-fullwidth-quotes"]);
    assert_eq!(faults("a: [甲，乙]\n"), ["1:6 yaml-fullwidth-comma"]);
    assert_eq!(faults("a:\n\u{3000}\u{3000}b: 1\n"), ["2:1 yaml-fullwidth-space"]);
    let (tree, found) =
        check("a:\n\u{3000}b:\n\u{3000}\u{3000}c: 1\n\u{3000}\u{A0}\u{A0}d: 2\n\u{3000}e: 3\n");
    assert_eq!(found.len(), 4);
    let a = tree.unwrap().get("a").unwrap().clone();
    let below = |key: &str| a.get("b").unwrap().get(key).and_then(Node::text).map(str::to_owned);
    assert_eq!((below("c").as_deref(), below("d").as_deref()), (Some("1"), Some("2")));
    assert_eq!(a.get("e").and_then(Node::text), Some("3"));
    assert!(faults("' a': 1\n").is_empty());
    assert_eq!(faults("a:\n\tb: 1\n"), ["2:1 yaml-tab"]);
    assert_eq!(faults("a: 说明：见附件\nb: http://x.example/\nc: 12:30\n"), Vec::<String>::new());
}

#[test]
fn escapes_cannot_hide_characters() {
    assert_eq!(faults("a: \"1\\u200B00\"\n"), ["1:6 text-invisible"]);
}

#[test]
fn a_place_in_a_scalar_is_its_place_in_the_file() {
    for source in [
        "a: |\n  第一行\n    缩进\n\n  末行\n\n\nb: 1\n",
        "a: >-\n  折叠\n  文本\n\n  段落二\n    缩进保留\n  完\n# c\nb: x\n",
        "- |2\n    缩进二\n   一\n- >\n 甲\n 乙\n",
        "a: \"双\\n引\\u4e2d号\\\n   续行\"\nb: '单''引\n\n  换段'\n",
        "a: |\r\n  一\r\n  二\r\nb: 3\r\n",
    ] {
        let (tree, _) = check(source);
        walk(&tree.unwrap(), &mut |node| {
            let Some(text) = node.text() else { return };
            for (at, character) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
                let place = &source[node.place(source, at..at + character.len_utf8()).range().start..];
                let found =
                    place.starts_with(character) || place.starts_with('\\') || place.starts_with("''");
                assert!(found, "{source:?} {character} → {place:?}");
            }
        });
    }
}

fn walk(node: &Node, visit: &mut impl FnMut(&Node)) {
    visit(node);
    match &node.data {
        Data::Scalar(..) => (),
        Data::List(items) => items.iter().for_each(|item| walk(item, visit)),
        Data::Map(entries) => entries.iter().for_each(|entry| walk(&entry.value, visit)),
    }
}
