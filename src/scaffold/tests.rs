//! Every kind is tried: a first document, many together, and with all that is optional.

use std::collections::BTreeSet;

use super::*;
use crate::diagnostic::Findings;
use crate::folder::Folder;
use crate::kind::PerProject;
use crate::tender;
use crate::workspace;
use crate::yaml;

const TODAY: &str = "2026-05-15";
/// Whatever points at something that a fresh workspace cannot have yet.
const REFERENCES: [&str; 4] = ["id-unknown", "keyref-unknown", "image-missing", "anchor-unknown"];

fn read(texts: &Texts) -> (Workspace, Vec<String>) {
    let mut folder = Folder::default();
    for (path, text) in texts.iter().filter(|(path, _)| !path.split('/').any(|part| part.starts_with('.'))) {
        folder.add(path.as_str(), text.as_bytes());
    }
    let (workspace, mut findings) = workspace::read(folder);
    tender::check(&workspace, &mut findings);
    let shown = findings.iter().map(|finding| {
        let source = workspace.sources.get(finding.span.file);
        let line = source.position(finding.span.range().start).line;
        format!("{} {}:{line} {}", finding.code, source.path, finding.message(Lang::En))
    });
    let shown = shown.collect();
    (workspace, shown)
}

/// An empty workspace with one project.
fn fresh(lang: Lang) -> Texts {
    let mut texts = Texts::from([("bidwright.yaml".to_owned(), "# nothing\n".to_owned())]);
    let (workspace, _) = read(&texts);
    for kind in workspace.kinds.iter().filter(|kind| kind.about.role == Some(Role::Subject)) {
        add(&mut texts, &workspace, kind, "first", lang);
    }
    texts.extend(folders("first"));
    texts
}

/// Writes a document of a kind as `bidwright new` does.
fn add(texts: &mut Texts, workspace: &Workspace, kind: &Kind, project: &str, lang: Lang) -> Draft {
    let project = Some(project).filter(|_| kind.about.per_project != PerProject::None);
    let slug = free_slug(workspace, kind, project);
    let request = Request { kind, project, slug: &slug, title: None, lang, today: TODAY };
    let draft = document(workspace, &request).unwrap();
    assert_eq!(texts.insert(draft.path.clone(), draft.text.clone()), None, "{} is taken", draft.path);
    draft
}

fn kinds(workspace: &Workspace) -> Vec<String> {
    let documents = workspace.kinds.iter().filter(|kind| kind.about.role != Some(Role::Subject));
    documents.map(|kind| kind.id.clone()).collect()
}

#[test]
fn the_starting_workspace_is_clean() {
    let (workspace, findings) = read(&super::workspace());
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!(workspace.projects(), ["example"]);
    assert!(!workspace.assets.is_empty());
}

#[test]
fn the_first_document_of_the_library_goes_where_the_shipped_ones_lie() {
    let (shipped, _) = read(&super::workspace());
    let (empty, _) = read(&fresh(Lang::Zh));
    let mut seen = 0;
    for document in shipped.documents.iter().filter(|document| document.project.is_none()) {
        let (folder, _) = shipped.sources.path(document.file).rsplit_once('/').unwrap();
        assert_eq!(place(&empty, &document.kind, None, "new"), format!("{folder}/new.yaml"));
        seen += 1;
    }
    assert!(seen > 2);
}

#[test]
fn the_starting_workspace_says_that_it_is_invented() {
    for (path, text) in super::workspace().iter().filter(|(path, _)| !path.starts_with('.')) {
        let document = path.ends_with(".yaml") && path != "bidwright.yaml";
        assert!(!document || text.lines().nth(1).unwrap_or_default().contains("示例（虚构）"), "{path}");
    }
}

#[test]
fn every_modeline_names_a_schema_that_is_written() {
    let texts = super::workspace();
    let mut modelines = 0;
    for (path, text) in &texts {
        let Some(target) = text.strip_prefix("# yaml-language-server: $schema=") else { continue };
        let target = target.lines().next().unwrap();
        let target = crate::folder::join(path, target).unwrap();
        assert!(texts.contains_key(&target), "{path} names {target}");
        modelines += 1;
    }
    assert!(modelines > 10);
}

#[test]
fn the_first_document_of_each_kind_has_no_fault_of_its_own() {
    for lang in [Lang::Zh, Lang::En] {
        let texts = fresh(lang);
        let (workspace, findings) = read(&texts);
        assert_eq!(findings, Vec::<String>::new());
        for kind in kinds(&workspace) {
            let mut texts = texts.clone();
            let draft =
                add(&mut texts, &workspace, &workspace.kinds.get(&kind).unwrap().clone(), "first", lang);
            let (again, findings) = read(&texts);
            assert!(again.document(&draft.id).is_some(), "{kind}: {}", draft.text);
            let faults: Vec<&String> = findings
                .iter()
                .filter(|finding| !REFERENCES.iter().any(|code| finding.starts_with(code)))
                .collect();
            assert!(faults.is_empty(), "{kind}: {faults:#?}\n{}", draft.text);
            assert_eq!(findings.len(), draft.missing, "{kind}: {findings:#?}\n{}", draft.text);
        }
    }
}

#[test]
fn all_kinds_together_are_clean() {
    let mut texts = fresh(Lang::Zh);
    let (mut workspace, _) = read(&texts);
    let mut left: BTreeSet<String> = kinds(&workspace).into_iter().collect();
    while !left.is_empty() {
        // Whatever points at nothing waits for the others.
        let made = left.iter().find_map(|kind| {
            let mut more = texts.clone();
            let draft =
                add(&mut more, &workspace, &workspace.kinds.get(kind).unwrap().clone(), "first", Lang::Zh);
            (draft.missing == 0).then(|| (kind.clone(), more))
        });
        let (kind, more) = made.unwrap_or_else(|| panic!("each waits for another: {left:?}"));
        texts = more;
        left.remove(&kind);
        let (again, findings) = read(&texts);
        assert_eq!(findings, Vec::<String>::new(), "{kind}");
        workspace = again;
    }
}

#[test]
fn a_second_document_takes_another_name_and_other_keys() {
    let mut texts = fresh(Lang::Zh);
    let (workspace, _) = read(&texts);
    let many = workspace.kinds.iter().filter(|kind| kind.about.per_project != PerProject::One);
    let many: Vec<String> = many.map(|kind| kind.id.clone()).collect();
    for kind in many {
        for number in ["", "-2", "-3"] {
            let (workspace, _) = read(&texts);
            let draft = add(&mut texts, &workspace, workspace.kinds.get(&kind).unwrap(), "first", Lang::Zh);
            assert!(draft.id.ends_with(&format!("/{kind}{number}")), "{}", draft.id);
        }
    }
    let (_, findings) = read(&texts);
    for code in ["id-repeated", "key-repeated", "kind-repeated"] {
        assert!(findings.iter().all(|finding| !finding.starts_with(code)), "{findings:#?}");
    }
}

/// Optional fields are offered in a form that is right once the `#` is gone.
/// The text without the `[]` and `{}` that stand where items or fields below are only shown.
fn without_stand_ins(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().trim_start_matches("- ").len();
    let lines: Vec<&str> = text.lines().collect();
    let mend = |(at, line): (usize, &&str)| {
        let below = lines.get(at + 1).is_some_and(|next| indent(next) > indent(line));
        let line =
            if below { line.replace(": []  #", ":  #").replace(": {}  #", ":  #") } else { line.to_string() };
        line + "\n"
    };
    lines.iter().enumerate().map(mend).collect()
}

#[test]
fn what_is_a_comment_is_valid_when_it_is_none() {
    let (workspace, _) = read(&super::workspace());
    for kind in workspace.kinds.iter() {
        let project = Some("example").filter(|_| kind.about.per_project != PerProject::None);
        let request = Request { kind, project, slug: "x", title: None, lang: Lang::Zh, today: TODAY };
        let draft = document(&workspace, &request).unwrap();
        let open = |line: &str| {
            let body = line.trim_start();
            match body.strip_prefix("# ") {
                Some(rest) => format!("{}{rest}\n", &line[..line.len() - body.len()]),
                None => format!("{line}\n"),
            }
        };
        // The first three lines are about the file, and `[]` stands where items are only shown.
        let text: String = draft.text.lines().skip(3).map(open).collect();
        let text = without_stand_ins(&text);
        let (mut sources, mut findings) = (Sources::default(), Findings::default());
        let file = sources.add("x.yaml", text.as_str());
        let tree = yaml::read(file, &text, yaml::Limits::default(), &mut findings).expect(&text);
        kind.schema().unwrap().read(&tree, &mut findings);
        // What a tender gets wrong in itself is nothing that a form can get right.
        let codes: Vec<&str> =
            findings.iter().map(|finding| finding.code).filter(|code| !code.starts_with("tender-")).collect();
        assert_eq!(codes, Vec::<&str>::new(), "{}\n{text}", kind.id);
    }
}

#[test]
fn a_kind_of_the_workspace_itself_is_read_by_its_own_schema() {
    let schema = r#"{
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "回访", "description": "一次回访。", "type": "object",
        "x-kind": {"title": {"zh": "回访", "en": "Follow-up"}, "class": "visits", "stage": null, "important": false,
            "per_project": "many", "audience": "internal", "print": "on-request"},
        "x-rules": [{"verb": "required-if", "each": "/data", "field": "reason", "if": {"field": "result", "is": "未接通"}},
            {"verb": "total", "of": ["/data/parts/*/share"], "is": "100"}],
        "properties": {
            "kind": {"title": "类型", "x-title-en": "Kind", "const": "follow-up", "x-class": "public"},
            "id": {"$ref": "common.schema.json#/$defs/document_id"},
            "title": {"$ref": "common.schema.json#/$defs/document_title"},
            "author": {"$ref": "common.schema.json#/$defs/author"},
            "confidentiality": {"$ref": "common.schema.json#/$defs/confidentiality"},
            "lang": {"$ref": "common.schema.json#/$defs/language"},
            "data": {"title": "内容", "x-title-en": "Content", "type": "object", "additionalProperties": false,
                "required": ["zone", "result", "code", "parts", "score", "card"],
                "properties": {
                    "zone": {"title": "区域", "x-title-en": "Zone", "type": "string", "pattern": "^[A-Z]{2}-[0-9]+$", "x-class": "internal"},
                    "result": {"title": "结果", "x-title-en": "Result", "type": "string", "enum": ["未接通", "已回访"], "x-class": "internal"},
                    "reason": {"title": "原因", "x-title-en": "Reason", "type": "string", "minLength": 8, "x-class": "internal"},
                    "code": {"title": "编号", "x-title-en": "Code", "type": "string", "default": "0012", "x-class": "internal"},
                    "parts": {"title": "分项", "x-title-en": "Parts", "type": "array", "minItems": 1, "items": {
                        "type": "object", "additionalProperties": false, "required": ["share"], "properties": {
                            "note": {"title": "备注", "x-title-en": "Note", "$ref": "common.schema.json#/$defs/line", "x-class": "internal"},
                            "share": {"title": "占比", "x-title-en": "Share", "$ref": "common.schema.json#/$defs/quantity", "x-class": "internal"}}}},
                    "score": {"title": "评分", "x-title-en": "Score", "type": "integer", "minimum": 3, "maximum": 5, "x-class": "internal"},
                    "card": {"title": "证件", "x-title-en": "Card", "type": "array", "items": {"$ref": "common.schema.json#/$defs/image", "x-class": "internal"}}
                }}
        },
        "required": ["kind", "id", "title", "data"], "additionalProperties": false
    }"#;
    let mut texts = fresh(Lang::Zh);
    texts.insert("schemas/follow-up.schema.json".to_owned(), schema.to_owned());
    texts.insert("templates/follow-up.typ".to_owned(), "#let document(job) = []".to_owned());
    let (workspace, findings) = read(&texts);
    assert_eq!(findings, Vec::<String>::new());
    let draft = add(&mut texts, &workspace, workspace.kinds.get("follow-up").unwrap(), "first", Lang::Zh);
    let (_, findings) = read(&texts);
    assert_eq!(findings, Vec::<String>::new(), "{}", draft.text);
    let data: Vec<&str> = draft.text.lines().skip_while(|line| !line.starts_with("data:")).collect();
    insta::assert_snapshot!(data.join("\n"), @r"
    data:  # 内容
      zone: AA-0  # 区域
      result: 未接通  # 结果。可选：未接通 | 已回访
      reason: 待填写待填写待填写  # 原因
      code: '0012'  # 编号
      parts:  # 分项
        - share: 100  # 占比
          # note: 待填写  # 备注
      score: 3  # 评分
      card: []  # 证件
        # - example.png  # 先放入文件
    ");
}

#[test]
fn titles_are_quoted_where_yaml_would_stumble() {
    let texts = fresh(Lang::Zh);
    let (workspace, _) = read(&texts);
    let kind = workspace.kinds.iter().find(|kind| kind.about.role == Some(Role::Subject)).unwrap();
    for title in ["甲：乙", "a: b #c", "yes", "“引号”", "- x", "title：甲", "12", "\"x\" 'y' \\", "多\n行"]
    {
        let request = Request {
            kind,
            project: Some("second"),
            slug: "x",
            title: Some(title),
            lang: Lang::Zh,
            today: TODAY,
        };
        let draft = document(&workspace, &request).unwrap();
        let mut texts = texts.clone();
        texts.insert(draft.path, draft.text.clone());
        let (workspace, findings) = read(&texts);
        assert_eq!(workspace.document(&draft.id).unwrap().title, title, "{}", draft.text);
        let slips = findings.iter().filter(|finding| finding.starts_with("yaml-")).count();
        assert_eq!(slips, 0, "{title}: {findings:#?}");
    }
}

#[test]
fn slugs() {
    for slug in ["smart-park", "a", "2026-1"] {
        assert!(is_slug(slug), "{slug}");
    }
    for slug in ["", "Smart", "智慧", "a/b", "a b", "-a", "..", "a.b"] {
        assert!(!is_slug(slug), "{slug}");
    }
}
