//! Small workspaces with one kind of their own, and what their reports come to.

use serde_json::{Value as Json, json as object};

use super::*;
use crate::folder::Folder;
use crate::workspace;

/// A kind with a leaf of every sort that reports know.
fn schema() -> String {
    let leaf = |name: &str, more: Json| {
        let mut field = object!({ "title": name, "x-title-en": name, "x-class": "internal" });
        if let (Json::Object(field), Json::Object(more)) = (&mut field, more) {
            field.extend(more);
        }
        field
    };
    let common = |name: &str| object!({ "$ref": format!("common.schema.json#/$defs/{name}") });
    let fields = object!({
        "date": leaf("date", common("date")),
        "due": leaf("due", common("date")),
        "done": leaf("done", common("date")),
        "stage": leaf("stage", common("line")),
        "score": leaf("score", object!({ "type": "integer" })),
        "other": leaf("other", object!({ "type": "integer" })),
        "amount": leaf("amount", common("money")),
        "phone": leaf("phone", object!({ "$ref": "common.schema.json#/$defs/phone", "x-class": "identity" })),
        "secret": leaf("secret", object!({ "$ref": "common.schema.json#/$defs/line", "x-class": "confidential" })),
        "name": leaf("name", common("line")),
        "owner": leaf("owner", common("ref")),
    });
    let envelope = |name: &str| object!({ "$ref": format!("common.schema.json#/$defs/{name}") });
    object!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "事",
        "description": "试用的一类文档。",
        "x-kind": {
            "title": { "zh": "事", "en": "Thing" }, "class": "other", "stage": null, "important": false,
            "per_project": "any", "audience": "internal", "print": "on-request"
        },
        "x-rules": [],
        "type": "object",
        "properties": {
            "kind": { "title": "类型", "x-title-en": "Kind", "const": "thing", "x-class": "public" },
            "id": envelope("document_id"), "title": envelope("document_title"), "author": envelope("author"),
            "confidentiality": envelope("confidentiality"), "lang": envelope("language"),
            "data": {
                "title": "内容", "x-title-en": "Content", "type": "object", "properties": fields,
                "additionalProperties": false
            }
        },
        "required": ["kind", "id", "title", "data"],
        "additionalProperties": false
    })
    .to_string()
}

/// A workspace of things, each written as the lines of its data.
fn things(things: &[(&str, &str)]) -> Workspace {
    let mut folder = Folder::default();
    folder.add("bidwright.yaml", "reports: { test: { one: 25%, two: 75% } }\n");
    folder.add("schemas/thing.schema.json", schema());
    folder.add("templates/thing.typ", "#let document(job) = []\n");
    for (name, data) in things {
        let text = format!("kind: thing\nid: things/{name}\ntitle: 标题 {name}\ndata: {{ {data} }}\n");
        folder.add(format!("things/{name}.yaml"), text);
    }
    let (workspace, findings) = workspace::read(folder);
    let shown: Vec<String> = findings.iter().map(|finding| finding.message(Lang::En)).collect();
    assert!(shown.is_empty(), "{shown:#?}");
    workspace
}

const HEAD: &str = "zh: 试\nen: Test\nabout: { zh: 试, en: test }\n";
const ROWS: &str =
    "rows:\n  all: { of: thing, date: data/date, project: [\"@project\"], person: [data/owner] }\n";

fn report(workspace: &Workspace, definition: &str, ask: &Ask) -> Report {
    let definition = Definition::parse("test", &format!("{HEAD}{ROWS}{definition}")).expect("it can be read");
    make(workspace, "test", &definition, ask, Lang::Zh).expect("nothing refuses it")
}

fn figures(workspace: &Workspace, definition: &str) -> Vec<String> {
    let report = report(workspace, definition, &Ask::default());
    report.figures.iter().map(|figure| figure.value.whole_text(Lang::Zh)).collect()
}

fn column(workspace: &Workspace, measure: &str) -> Vec<Cell> {
    let table =
        format!("tables: [{{ zh: 表, en: T, rows: all, columns: [{{ zh: 列, en: C, at: {measure} }}] }}]\n");
    let report = report(workspace, &table, &Ask::default());
    report.tables[0].lines.iter().map(|line| line.cells[0].clone()).collect()
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

#[test]
fn shares_and_means_show_what_they_are_made_of() {
    let workspace = things(&[
        ("a", "date: 2026-01-05, stage: 甲, score: 4, amount: 10.50"),
        ("b", "date: 2026-01-31, stage: 乙, score: 5, amount: 20.25"),
        ("c", "date: 2026-02-01, stage: 甲"),
    ]);
    let definition = "figures:
  - { zh: 数, en: N, part: { rows: all } }
  - { zh: 率, en: R, part: { rows: all, only: [{ at: data/stage, is: [甲] }] }, whole: { rows: all } }
  - { zh: 均, en: M, part: { rows: all, mean: data/score } }
  - { zh: 种, en: D, part: { rows: all, distinct: data/stage } }
  - { zh: 和, en: S, format: money, part: { rows: all, sum: data/amount } }
  - { zh: 无, en: Z, part: { rows: all, only: [{ at: data/stage, is: [丙] }] }, whole: { rows: all, only: [{ at: data/stage, is: [丙] }] } }
  - { zh: 无均, en: Y, part: { rows: all, mean: data/other } }
";
    let told = figures(&workspace, definition);
    assert_eq!(told, ["3", "66.7%（2/3）", "4.5（9/2）", "2", "30.75", "无数据（0/0）", "无数据（0/0）"]);
}

#[test]
fn a_period_takes_in_both_of_its_ends() {
    let workspace = things(&[
        ("a", "date: 2026-01-05"),
        ("b", "date: 2026-01-31"),
        ("c", "date: 2026-02-01"),
        ("d", "stage: 甲"),
    ]);
    let count = |from: Option<&str>, to: Option<&str>| {
        let ask = Ask { from: from.map(day), to: to.map(day), ..Ask::default() };
        let made = report(&workspace, "figures: [{ zh: 数, en: N, part: { rows: all } }]\n", &ask);
        (
            made.figures[0].value.text(),
            made.from.map(|day| day.to_string()),
            made.to.map(|day| day.to_string()),
        )
    };
    let told =
        |count: &str, from: &str, to: &str| (count.to_owned(), Some(from.to_owned()), Some(to.to_owned()));
    assert_eq!(count(None, None), told("4", "2026-01-05", "2026-02-01"));
    assert_eq!(count(Some("2026-01-05"), Some("2026-01-31")), told("2", "2026-01-05", "2026-01-31"));
    assert_eq!(count(Some("2026-01-06"), None), told("2", "2026-01-06", "2026-02-01"));
}

#[test]
fn months_without_anything_are_shown_and_have_no_share() {
    let workspace = things(&[("a", "date: 2026-01-05, stage: 甲"), ("b", "date: 2026-03-31, stage: 乙")]);
    let chart = "charts:
  - kind: trend
    zh: 势
    en: T
    by: month
    series:
      - { zh: 率, en: R, part: { rows: all, only: [{ at: data/stage, is: [甲] }] }, whole: { rows: all } }
";
    let made = report(&workspace, chart, &Ask::default());
    let points: Vec<(&str, String)> = made.charts[0].series[0]
        .points
        .iter()
        .map(|(label, cell)| (label.as_str(), cell.whole_text(Lang::Zh)))
        .collect();
    let told = |label, text: &str| (label, text.to_owned());
    assert_eq!(
        points,
        [told("2026-01", "100%（1/1）"), told("2026-02", "无数据（0/0）"), told("2026-03", "0%（0/1）")]
    );
}

#[test]
fn what_was_done_counts_days_and_what_was_not_counts_to_the_end() {
    let workspace = things(&[
        ("a", "date: 2026-01-01, due: 2026-01-10, done: 2026-01-13"),
        ("b", "date: 2026-01-20, due: 2026-01-15"),
    ]);
    let days = column(&workspace, "{ days: { from: data/due, to: data/done } }");
    assert_eq!(days.iter().map(Cell::text).collect::<Vec<_>>(), ["3", "5"]);
}

#[test]
fn weights_of_missing_sources_fall_to_the_others() {
    let workspace = things(&[("a", "score: 80, other: 60"), ("b", "score: 80"), ("c", "stage: 甲")]);
    let definition = "weights: [{ key: one, zh: 一, en: one }, { key: two, zh: 二, en: two }]
let:
  parts: { one: { at: data/score }, two: { at: data/other } }
tables:
  - zh: 表
    en: T
    rows: all
    note: { zh: \"权重：{weights}\", en: \"{weights}\" }
    columns:
      - { zh: 分, en: S, at: { weighted: { use: parts } } }
      - { zh: 缺, en: L, at: { lacking: { use: parts } } }
";
    let made = report(&workspace, definition, &Ask::default());
    let lines: Vec<Vec<String>> =
        made.tables[0].lines.iter().map(|line| line.cells.iter().map(Cell::text).collect()).collect();
    assert_eq!(lines, [["65", ""], ["80", "二"], ["", "一、二"]]);
    assert_eq!(made.tables[0].note.as_deref(), Some("权重：一 25%、二 75%"));
}

#[test]
fn stages_are_passed_through_in_order() {
    let workspace = things(&[("a", "stage: 三"), ("b", "stage: 一"), ("c", "stage: 其他")]);
    let chart = "charts:
  - { kind: funnel, zh: 斗, en: F, by: { at: data/stage, order: [一, 二, 三], through: true }, series: [{ zh: 数, en: N, part: { rows: all } }] }
";
    let made = report(&workspace, chart, &Ask::default());
    let points: Vec<String> = made.charts[0].series[0]
        .points
        .iter()
        .map(|(label, cell)| format!("{label}{}", cell.text()))
        .collect();
    assert_eq!(points, ["一2", "二1", "三1"]);
}

#[test]
fn groups_that_are_larger_than_one_get_a_subtotal() {
    let workspace = things(&[
        ("a", "stage: 甲, amount: 1.10"),
        ("b", "stage: 乙, amount: 5"),
        ("c", "stage: 甲, amount: 2.20"),
    ]);
    let table = "tables:
  - { zh: 表, en: T, rows: all, sort: [0], subtotal: 0, total: true, columns: [{ zh: 组, en: G, at: data/stage }, { zh: 额, en: A, at: data/amount, total: true }] }
";
    let made = report(&workspace, table, &Ask::default());
    let lines: Vec<String> = made.tables[0]
        .lines
        .iter()
        .map(|line| line.cells.iter().map(Cell::text).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(lines, ["乙 5.00", "甲 1.10", "甲 2.20", "小计 3.30"]);
    let total = made.tables[0].total.as_ref().expect("a total");
    assert_eq!(total[1].text(), "8.30");
}

#[test]
fn personal_numbers_are_masked_unless_they_are_asked_for() {
    let workspace = things(&[("a", "phone: \"19900000002\", stage: 见 19900000003")]);
    let table = "tables:
  - { zh: 表, en: T, rows: all, columns: [{ zh: 电话, en: P, at: data/phone }, { zh: 注, en: N, at: data/stage }] }
";
    let shown = |personal: bool| {
        let made = report(&workspace, table, &Ask { personal, ..Ask::default() });
        made.tables[0].lines[0].cells.iter().map(Cell::text).collect::<Vec<_>>()
    };
    assert_eq!(shown(false), ["199****0002", "见 199****0003"]);
    assert_eq!(shown(true), ["19900000002", "见 19900000003"]);
}

#[test]
fn a_confidential_leaf_makes_the_report_confidential() {
    let workspace = things(&[("a", "secret: 底价, stage: 甲")]);
    let table = |way: &str| {
        let table =
            format!("tables: [{{ zh: 表, en: T, rows: all, columns: [{{ zh: 列, en: C, at: {way} }}] }}]\n");
        report(&workspace, &table, &Ask::default()).confidential
    };
    assert!(table("data/secret"));
    assert!(!table("data/stage"));
}

#[test]
fn reports_are_narrowed_to_people_by_name_or_id() {
    let workspace = things(&[
        ("li", "name: 李明"),
        ("a", "date: 2026-01-05, owner: things/li"),
        ("b", "date: 2026-01-06"),
    ]);
    let ask = |person: &str| Ask { person: Some(person.to_owned()), ..Ask::default() };
    for person in ["李明", "things/li", "li"] {
        let made = report(&workspace, "figures: [{ zh: 数, en: N, part: { rows: all } }]\n", &ask(person));
        assert_eq!(made.figures[0].value.text(), "1", "{person}");
    }
    let definition = format!("{HEAD}{ROWS}");
    let definition = Definition::parse("test", &definition).expect("it can be read");
    let refused = |ask: &Ask| make(&workspace, "test", &definition, ask, Lang::Zh).err();
    let unknown = Refusal::UnknownPerson("李鸣".to_owned(), Some("李明".to_owned()));
    assert_eq!(refused(&ask("李鸣")), Some(unknown));
    let project = Ask { project: Some("nowhere".to_owned()), ..Ask::default() };
    assert!(matches!(refused(&project), Some(Refusal::UnknownProject(..))));
    let bare = format!("{HEAD}rows: {{ all: {{ of: thing }} }}\n");
    let bare = Definition::parse("test", &bare).expect("it can be read");
    assert_eq!(make(&workspace, "test", &bare, &ask("李明"), Lang::Zh).err(), Some(Refusal::NotByPerson));
}

#[test]
fn wrong_definitions_say_what_is_wrong() {
    let wrong = [
        ("figures: [{ zh: 数, en: N, part: { rows: none } }]", "there are no rows `none`"),
        (
            "figures: [{ zh: 数, en: N, part: { rows: all, only: [] }, wole: { rows: all } }]",
            "unknown field `wole`",
        ),
        ("tables: [{ zh: 表, en: T, rows: all, sort: [1], columns: [] }]", "has no column 1"),
        ("tables: [{ zh: 表, en: T, rows: all, columns: [{ zh: 列, en: C, at: \"<-\" }] }]", "`<-` wants"),
        ("figures: [{ use: nothing }]", "nothing is called `nothing`"),
        ("let: { a: { use: a } }\nfigures: [{ use: a }]", "stands for itself"),
        ("figures: [{ for: { a: b }, zh: 数 }]", "`for` wants a list"),
        ("figures: &a []", "`&`"),
    ];
    for (text, reason) in wrong {
        let text = format!("{HEAD}{ROWS}{text}\n");
        let told = Definition::parse("test", &text).err().unwrap_or_default();
        assert!(told.contains(reason), "{text}\n{told}");
    }
    // Ten names, each ten times the one before.
    let mut names = String::from("let:\n  a0: []\n");
    for at in 1..10 {
        let uses = vec![format!("{{ use: a{} }}", at - 1); 10].join(", ");
        names.push_str(&format!("  a{at}: [{uses}]\n"));
    }
    let text = format!("{HEAD}{ROWS}{names}figures: {{ use: a9 }}\n");
    let told = Definition::parse("test", &text).err().unwrap_or_default();
    assert!(told.contains("too often"), "{told}");
}

#[test]
fn no_text_is_anything_but_text() {
    let workspace = things(&[
        ("a", "stage: \"=HYPERLINK(1)\""),
        ("b", "stage: \"a|b [x](y)\""),
        ("c", "stage: \"@SUM(A1),\\\"q\\\"\""),
    ]);
    let table = "tables: [{ zh: \"=表\", en: T, rows: all, columns: [{ zh: 列, en: C, at: data/stage }] }]\n";
    let made = report(&workspace, table, &Ask::default());
    let csv = csv(&made).expect("it can be written");
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert_eq!(csv, "\u{FEFF}'=表\r\n列\r\n'=HYPERLINK(1)\r\na|b [x](y)\r\n\"'@SUM(A1),\"\"q\"\"\"\r\n");
    let markdown = markdown(&made);
    assert!(markdown.contains("| a\\|b \\[x\\](y) |"), "{markdown}");
    let once = xlsx(&made).expect("it can be written");
    assert_eq!(once, xlsx(&made).expect("it can be written"), "the same workbook every time");
    assert_eq!(json(&made)["tables"][0]["rows"][0]["c"], "=HYPERLINK(1)");
}

#[test]
fn all_shipped_definitions_can_be_read() {
    let workspace = things(&[]);
    for (name, definition) in definitions(&workspace) {
        let definition = definition.unwrap_or_else(|reason| panic!("{name}: {reason}"));
        let kinds = definition.rows.values().filter_map(|source| source.of.as_deref());
        for kind in kinds.filter(|kind| *kind != "*") {
            assert!(workspace.kinds.get(kind).is_some(), "{name}: there is no kind `{kind}`");
        }
        for lang in [Lang::Zh, Lang::En] {
            make(&workspace, name, &definition, &Ask::default(), lang)
                .expect("an empty workspace has reports too");
        }
    }
}
