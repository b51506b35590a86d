//! What changed between two versions of the sample: each of twelve edits is found, in every form, and nothing else.

use std::fs;

use bidwright::render::pdf_pages;
use serde_json::Value as Json;

use super::SAMPLE;
use super::stage::{Run, Stage, git};

const P: &str = "projects/smart-park/";

fn ok(stage: &Stage, arguments: &[&str]) -> String {
    let output = git(stage.root(), arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "git {arguments:?}\n{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn commit(stage: &Stage, message: &str) {
    ok(stage, &["add", "--all"]);
    ok(stage, &["commit", "--quiet", "--allow-empty", "--message", message]);
}

fn committed(folder: &str) -> Stage {
    let stage = Stage::of(folder);
    ok(&stage, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&stage, "begin");
    stage
}

/// The words between two others, which stand once.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or_else(|| panic!("`{from}` is there"));
    let end = start + text[start..].find(to).unwrap_or_else(|| panic!("`{to}` follows"));
    &text[start..end]
}

fn edit(stage: &Stage) {
    let at = |path: &str| format!("{P}{path}");
    // A price.
    stage.replace(&at("bid/prices.yaml"), "unit_price: 450000.00", "unit_price: 470000.00");
    // A moved clause.
    let clauses = stage.text(&at("tender/clauses-commercial.yaml"));
    let moved = between(&clauses, "        - id: b-4\n", "        - id: b-5\n").to_owned();
    let rest = clauses.replace(&moved, "");
    stage.write(
        &at("tender/clauses-commercial.yaml"),
        rest.replace("        - id: b-2\n", &format!("{moved}        - id: b-2\n")),
    );
    // A reworded paragraph and a table cell.
    stage.replace(&at("bid/service.md"), "不是受理人员的回复", "不包括受理人员的自动回复");
    stage.replace(&at("bid/service.md"), "| 每季度 1 次，共 12 次 |", "| 每季度 1 次，共 10 次 |");
    // A swapped person.
    stage.replace(
        &at("bid/bid.yaml"),
        "    - person: library/shao-wenbo\n",
        "    - person: library/gu-minglan\n",
    );
    // An expired certificate.
    stage.replace("library/certificates/iso27001.yaml", "2028-06-22", "2026-04-22");
    // A deleted section.
    let schedule = stage.text(&at("bid/schedule.md"));
    let section = between(&schedule, "# 关键路径与浮动时间", "# 资源投入计划").to_owned();
    stage.write(&at("bid/schedule.md"), schedule.replace(&section, ""));
    // A renamed file.
    fs::rename(stage.path(&at("bid/terms.yaml")), stage.path(&at("bid/商务 条件.yaml")))
        .expect("it can be moved");
    // A deviation that became negative.
    let answers = stage.text(&at("bid/responses-technical.yaml"));
    let answer = between(&answers, "    - clause: t-3-1-2\n", "    - clause: t-3-1-3\n").to_owned();
    let worse = answer.replace("无偏离", "负偏离");
    stage.write(&at("bid/responses-technical.yaml"), answers.replace(&answer, &worse));
    // An amendment.
    stage.replace(&at("tender/clauses-commercial.yaml"), "不少于90日", "不少于120日");
    // Only the layout.
    let quotation = stage.text(&at("solution/quotation.yaml"));
    stage.write(&at("solution/quotation.yaml"), format!("# 已核对\n{quotation}"));
    // A confidential cost.
    stage.replace(&at("solution/costs.yaml"), "78200.00", "79200.00");
}

/// Topic, act and way of every change that does not only follow from others.
fn told(run: &Run) -> Vec<String> {
    let json: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let mut told = Vec::new();
    for document in json["documents"].as_array().expect("a list") {
        for change in document["changes"].as_array().expect("a list") {
            if change["derived"] != true {
                let (topic, act, way) = (text(&change["topic"]), text(&change["act"]), text(&change["way"]));
                told.push(format!("{topic} {act} {} {way}", text(&document["id"])));
            }
        }
    }
    told.sort();
    told
}

#[test]
fn twelve_edits_are_found_and_nothing_else() {
    let stage = committed(SAMPLE);
    stage.run(&["diff", "--exit-code"]).expect(0);
    edit(&stage);
    let run = stage.run(&["diff", "--format", "json", "--exit-code"]).expect(1);
    let bid = "smart-park/bid";
    let expected = [
        "answer changed smart-park/responses-technical data/responses/t-3-1-2/deviation".to_owned(),
        "certificates changed library/iso27001 data/valid_to".to_owned(),
        "layout layout smart-park/quotation ".to_owned(),
        "other renamed smart-park/terms ".to_owned(),
        format!("people added {bid} data/team/library/gu-minglan"),
        format!("people removed {bid} data/team/library/shao-wenbo"),
        "price changed smart-park/costs data/items/0/unit_cost".to_owned(),
        "price changed smart-park/prices data/groups/software/lines/sw-iot/unit_price".to_owned(),
        format!("prose changed {bid} data/volumes/technical/chapters/4/prose"),
        format!("prose changed {bid} data/volumes/technical/chapters/6/prose"),
        "tender changed smart-park/clauses-commercial data/groups/0/clauses/b-2/text".to_owned(),
        "tender moved smart-park/clauses-commercial data/groups/0/clauses/b-4".to_owned(),
    ];
    let found = told(&run);
    let people: Vec<&String> = found.iter().filter(|line| line.starts_with("people")).collect();
    // The new one may be told as another in the same place, since post and duty stayed.
    if people.len() == 1 {
        assert_eq!(*people[0], format!("people changed {bid} data/team/library/gu-minglan/person"));
        let rest = |lines: &[String]| {
            lines.iter().filter(|line| !line.starts_with("people")).cloned().collect::<Vec<_>>()
        };
        assert_eq!(rest(&found), rest(&expected));
    } else {
        assert_eq!(found, expected);
    }
    assert_eq!(found.iter().filter(|line| line.contains(" smart-park/costs ")).count(), 1);
    assert!(run.stdout.contains("\"trend\": \"worse\""), "the deviation became worse");

    // Every form has each of them.
    let marks = [
        "470000.00",
        "+20000.00",
        "负偏离",
        "2026-04-22",
        "关键路径",
        "商务 条件.yaml",
        "120",
        "79200.00",
        "自动",
        "10",
    ];
    let html = stage.run(&["diff", "--format", "html"]).expect(0).stdout;
    let human = stage.run(&["diff"]).expect(0).stdout;
    let side = stage.run(&["diff", "--side-by-side"]).expect(0).stdout;
    for mark in marks {
        assert!(html.contains(mark), "the page has `{mark}`");
        assert!(human.contains(mark), "the terminal has `{mark}`");
    }
    assert!(side.contains(" │ "), "{side}");
    let markdown = stage.run(&["diff", "--format", "markdown"]).expect(0).stdout;
    assert!(markdown.contains("470000.00") && markdown.contains("<ins>10</ins>"), "{markdown}");
    stage.run(&["diff", "--format", "pdf", "--out", "redline.pdf"]).expect(0);
    assert!(pdf_pages(&stage.read("redline.pdf")).is_ok_and(|pages| pages >= 3), "some pages");

    // A customer is told nothing of what is not theirs.
    let run = stage.run(&["diff", "--format", "json", "--audience", "customer"]).expect(0);
    for secret in ["79200", "costs", "quotation", "78200"] {
        assert!(!run.stdout.contains(secret), "`{secret}` is told");
    }
    assert!(run.stdout.contains("470000.00"));
}

#[test]
fn odd_states_are_told_and_never_guessed() {
    let stage = committed("tests/bases/mini");
    stage.run(&["diff", "no-such-revision"]).expect(2);
    stage.run(&["diff", "--", "nowhere/at/all"]).expect(2);
    // A broken document is not one that went.
    let note = "kind: mini-note\nid: p/笔 记\ntitle: 便笺\ndata:\n  text: 正文。\n";
    stage.write("projects/p/笔 记.yaml", note);
    commit(&stage, "note");
    stage.write("projects/p/笔 记.yaml", "kind: mini-note\nid: p/a\ndata: {{\n");
    let run = stage.run(&["diff", "--format", "json"]).expect(0);
    let json: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(json["unread"][0]["path"], "projects/p/笔 记.yaml", "{json}");
    assert_eq!(json["documents"], Json::Array(Vec::new()));
    // Two commits, and a path.
    let run = stage.run(&["diff", "HEAD~1", "HEAD", "--format", "json"]).expect(0);
    assert!(run.stdout.contains("\"act\": \"added\""), "{}", run.stdout);
    let run = stage
        .run(&["diff", "HEAD~1", "HEAD", "--format", "json", "--exit-code", "--", "bidwright.yaml"])
        .expect(0);
    assert!(!run.stdout.contains("\"act\""), "{}", run.stdout);
    // Text of users is text: nothing of it becomes markup or an escape.
    stage.write(
        "projects/p/笔 记.yaml",
        note.replace("正文。", "\"<script>alert(1)</script> @all \\e[31m [x](javascript:y)\""),
    );
    let html = stage.run(&["diff", "--format", "html"]).expect(0).stdout;
    assert!(!html.contains("<script>alert"), "escaped");
    let human = stage.run(&["diff"]).expect(0).stdout;
    assert!(!human.contains('\u{1b}'), "no escape of a file reaches the terminal");
    let markdown = stage.run(&["diff", "--format", "markdown"]).expect(0).stdout;
    assert!(
        !markdown.contains("<script>") && !markdown.contains(" @all") && !markdown.contains("[x](java"),
        "{markdown}"
    );
    // Outside of a repository two folders can be compared.
    let (one, other) = (Stage::of("tests/bases/mini"), Stage::of("tests/bases/mini"));
    one.run(&["diff"]).expect(2);
    other.write("projects/p/a.yaml", note);
    let places = [one.root(), other.root()].map(|root| root.to_str().expect("a plain path").to_owned());
    let run = one.run(&["diff", &places[0], &places[1], "--exit-code"]).expect(1);
    assert!(run.stdout.contains("正文。"), "{}", run.stdout);
}

#[test]
fn a_workspace_in_a_folder_of_the_repository_and_a_shallow_clone() {
    let stage = Stage::new();
    ok(&stage, &["init", "--quiet", "--initial-branch", "main"]);
    stage.write("README.md", "other things\n");
    commit(&stage, "before the workspace");
    stage.write("bids/bidwright.yaml", "");
    stage
        .write("bids/library/a.yaml", "kind: certificate\nid: library/a\ntitle: 证书\ndata:\n  name: 证书\n");
    commit(&stage, "workspace");
    let run = stage.run(&["diff", "HEAD~1", "bids", "--format", "json"]).expect(0);
    assert!(run.stdout.contains("\"path\": \"library/a.yaml\""), "{}", run.stdout);
    let clone = Stage::new();
    let from = format!("file://{}", stage.root().display());
    ok(&clone, &["clone", "--quiet", "--depth", "1", &from, "."]);
    let run = clone.run(&["diff", "HEAD~1", "bids", "--lang", "en"]).expect(2);
    assert!(run.stderr.contains("shallow"), "{}", run.stderr);
}

const FILE: &str = "projects/smart-park/bid/prices.yaml";

/// Two branches that change the price list, merged: whether git is content, and what came of it.
fn merged(ours: impl Fn(&str) -> String, theirs: impl Fn(&str) -> String) -> (bool, String, String) {
    let stage = Stage::new();
    let base =
        fs::read_to_string(super::stage::repository().join(SAMPLE).join(FILE)).expect("the sample is there");
    stage.write("bidwright.yaml", "");
    stage.write(FILE, &base);
    ok(&stage, &["init", "--quiet", "--initial-branch", "main"]);
    stage.run(&["init", "--merge-driver", "."]).expect(0);
    let driver = format!("{} merge-driver %O %A %B %P", env!("CARGO_BIN_EXE_bidwright"));
    ok(&stage, &["config", "merge.bidwright.driver", &driver]);
    commit(&stage, "base");
    ok(&stage, &["checkout", "--quiet", "-b", "theirs"]);
    stage.write(FILE, theirs(&base));
    commit(&stage, "theirs");
    ok(&stage, &["checkout", "--quiet", "main"]);
    stage.write(FILE, ours(&base));
    commit(&stage, "ours");
    let content = git(stage.root(), &["merge", "--quiet", "theirs", "-m", "merge"]).status.success();
    (content, stage.text(FILE), base)
}

fn item(text: &str, id: &str, next: &str) -> String {
    between(text, &format!("        - id: {id}\n"), &format!("        - id: {next}\n")).to_owned()
}

#[test]
fn branches_that_edit_different_fields_are_merged() {
    let price = |new: &'static str| move |text: &str| text.replacen("unit_price: 450000.00", new, 1);
    // Two neighbouring lines, and two lines of one item.
    let (content, text, base) = merged(
        |text| text.replacen("unit_price: 466000.00", "unit_price: 467000.00", 1),
        |text| {
            text.replacen(
                "quantity: 1\n          unit_price: 466000.00",
                "quantity: 2\n          unit_price: 466000.00",
                1,
            )
        },
    );
    assert!(content, "{text}");
    assert_eq!(
        text,
        base.replacen(
            "quantity: 1\n          unit_price: 466000.00",
            "quantity: 2\n          unit_price: 467000.00",
            1
        )
    );
    // A move and an edit.
    let moving = |text: &str| {
        let (one, two) = (item(text, "sw-base", "sw-iot"), item(text, "sw-iot", "sw-iot-edge"));
        text.replacen(&format!("{one}{two}"), &format!("{two}{one}"), 1)
    };
    let (content, text, base) = merged(moving, price("unit_price: 451000.00"));
    assert!(content, "{text}");
    assert_eq!(text, moving(&price("unit_price: 451000.00")(&base)));
    // A comment on one side, the value on the other.
    let (content, text, base) = merged(price("unit_price: 450000.00 # 议价"), price("unit_price: 451000.00"));
    assert!(content, "{text}");
    assert_eq!(text, price("unit_price: 451000.00 # 议价")(&base));
    // Two new items in one place.
    let adding = |id: &'static str| {
        move |text: &str| {
            let new = format!(
                "        - id: {id}\n          name: 新增\n          unit: 套\n          quantity: 1\n          unit_price: 1.00\n"
            );
            text.replacen("        - id: sw-iot\n", &format!("{new}        - id: sw-iot\n"), 1)
        }
    };
    let (content, text, _) = merged(adding("new-a"), adding("new-b"));
    assert!(content && text.contains("- id: new-a\n") && text.contains("- id: new-b\n"), "{text}");
    // An item gone, another edited.
    let (content, text, base) = merged(
        |text| text.replacen(&item(text, "sw-iot", "sw-iot-edge"), "", 1),
        |text| text.replacen("unit_price: 466000.00", "unit_price: 467000.00", 1),
    );
    assert!(content, "{text}");
    let gone = base.replacen(&item(&base, "sw-iot", "sw-iot-edge"), "", 1);
    assert_eq!(text, gone.replacen("unit_price: 466000.00", "unit_price: 467000.00", 1));
}

#[test]
fn real_conflicts_are_shown_at_their_field_and_nothing_is_lost() {
    let price = |new: &'static str| move |text: &str| text.replacen("unit_price: 450000.00", new, 1);
    let (content, text, base) = merged(price("unit_price: 451000.00"), price("unit_price: 452000.00"));
    assert!(!content);
    let marked = "<<<<<<< ours\n          unit_price: 451000.00\n=======\n          unit_price: 452000.00\n>>>>>>> theirs\n";
    assert_eq!(text, base.replacen("          unit_price: 450000.00\n", marked, 1));
    // Deleted here, edited there.
    let (content, text, base) = merged(
        |text| text.replacen(&item(text, "sw-iot", "sw-iot-edge"), "", 1),
        price("unit_price: 452000.00"),
    );
    assert!(!content);
    let kept = price("unit_price: 452000.00")(&item(&base, "sw-iot", "sw-iot-edge"));
    assert!(text.contains(&format!("<<<<<<< ours\n=======\n{kept}>>>>>>> theirs\n")), "{text}");
    // The same id added twice, with one field that differs.
    let adding = |price: &'static str| {
        move |text: &str| {
            let new = format!(
                "        - id: new-x\n          name: 新增\n          unit: 套\n          quantity: 1\n          unit_price: {price}\n"
            );
            text.replacen("        - id: sw-iot\n", &format!("{new}        - id: sw-iot\n"), 1)
        }
    };
    let (content, text, _) = merged(adding("1.00"), adding("2.00"));
    assert!(!content);
    assert_eq!(text.matches("- id: new-x\n").count(), 1, "{text}");
    assert!(
        text.contains(
            "<<<<<<< ours\n          unit_price: 1.00\n=======\n          unit_price: 2.00\n>>>>>>> theirs\n"
        ),
        "{text}"
    );
    // What is no YAML is merged by lines, as git does.
    let (content, text, _) = merged(|text| format!("{text}  甲: {{\n"), |text| format!("{text}  乙: {{\n"));
    assert!(!content && text.contains("  甲: {\n") && text.contains("  乙: {\n"), "{text}");
}
