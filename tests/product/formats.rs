//! Findings for machines: every format holds all of them, and no text of a file becomes more than text.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value as Json;

use crate::stage::{Stage, repository};

const MINI: &str = "tests/bases/mini";
/// What somebody could put into a file to speak to a machine, a terminal or a browser.
const HOSTILE: &str = "x\u{1b}[31m::error::gotcha ##[error]no <script>alert(1)</script> [a](http://evil.invalid) | `b` @all & \"q\" ]]> %0A";

/// A workspace with an error and a warning whose words have hostile text in them.
fn hostile() -> Stage {
    let stage = Stage::of(MINI);
    let quoted = serde_json::to_string(HOSTILE).expect("JSON");
    stage.write(
        "projects/p/a.yaml",
        format!("kind: mini-note\nid: p/a\ntitle: 便笺\ndata:\n  text: 正文。\n  {quoted}: 1\n"),
    );
    stage.write("projects/p/b.yaml", "kind: mini-note\nid: p/b\ntitle: “便笺”\ndata:\n  text: 正文。\n");
    stage
}

fn told(stage: &Stage, format: &str) -> String {
    stage.run(&["check", ".", "--format", format]).expect(1).stdout
}

fn codes(stage: &Stage) -> Vec<String> {
    let report: Json = serde_json::from_str(&told(stage, "json")).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn sarif_is_as_its_schema_wants_it() {
    let stage = hostile();
    let schema = fs::read(repository().join("tests/data/sarif/sarif-schema-2.1.0.json")).expect("the schema");
    let mut schema: Json = serde_json::from_slice(&schema).expect("JSON");
    // A pattern of the official schema has a bracket too many. It is about languages, which are not written here.
    for part in ["run", "toolComponent"] {
        let language = schema["definitions"][part]["properties"]["language"].as_object_mut();
        language.expect("a schema").remove("pattern").expect("the pattern");
    }
    let sarif: Json = serde_json::from_str(&told(&stage, "sarif")).expect("JSON");
    let judge = jsonschema::validator_for(&schema).expect("the schema is one");
    let wrong: Vec<String> = judge.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let mut found: Vec<&str> = results.iter().filter_map(|result| result["ruleId"].as_str()).collect();
    let mut wanted = codes(&stage);
    found.sort_unstable();
    wanted.sort();
    assert_eq!(found, wanted);
    for result in results {
        let rule = &sarif["runs"][0]["tool"]["driver"]["rules"]
            [result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
}

#[test]
fn a_fingerprint_stays_when_lines_move() {
    let prints = |stage: &Stage| -> BTreeSet<String> {
        let sarif: Json = serde_json::from_str(&told(stage, "sarif")).expect("JSON");
        let results = sarif["runs"][0]["results"].as_array().expect("results").clone();
        results.iter().map(|result| result["partialFingerprints"]["bidwright/v1"].to_string()).collect()
    };
    let stage = hostile();
    let before = prints(&stage);
    assert!(before.len() >= 2, "{before:?}");
    let text = fs::read_to_string(stage.path("projects/p/a.yaml")).expect("the file");
    stage.write("projects/p/a.yaml", format!("# 说明\n# 又一行\n{text}"));
    assert_eq!(prints(&stage), before);
    stage.replace("projects/p/b.yaml", "“便笺”", "“另一份便笺”");
    assert_ne!(prints(&stage), before);
}

#[test]
fn no_text_of_a_file_is_more_than_text() {
    let stage = hostile();
    let lines = |format: &str| told(&stage, format).lines().map(str::to_owned).collect::<Vec<_>>();
    for format in ["short", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let text = told(&stage, format);
        assert!(!text.contains('\u{1b}'), "{format} lets an escape through: {text}");
        assert!(text.contains("gotcha"), "{format} says what was found: {text}");
    }
    for line in lines("github") {
        assert!(line.starts_with("::error ") || line.starts_with("::warning "), "{line}");
        let (properties, words) = line[2..].split_once("::").expect("a command");
        assert!(!properties.contains("gotcha") && !words.contains("%0A\n"), "{line}");
    }
    // A line of any format that a runner prints must not begin a command of it.
    for format in ["short", "json", "sarif", "gitlab", "junit", "markdown"] {
        let begins = lines(format)
            .into_iter()
            .find(|line| line.trim_start().starts_with("::") || line.contains("##["));
        assert_eq!(begins, None, "{format}");
    }
    let human = stage.run(&["check", "."]).expect(1).stderr;
    assert!(human.contains("gotcha") && !human.contains("##[") && !human.contains('\u{1b}'), "{human}");
    let junit = told(&stage, "junit");
    assert!(!junit.contains("<script>") && junit.contains("&lt;script&gt;"), "{junit}");
    let markdown = told(&stage, "markdown");
    assert!(
        !markdown.contains("<script>") && !markdown.contains("[a](") && !markdown.contains("@all"),
        "{markdown}"
    );
    let row = markdown.lines().find(|line| line.contains("gotcha")).expect("a row");
    assert_eq!(row.replace("\\|", "").matches('|').count(), 4, "{row}");
}

#[test]
fn gitlab_and_junit_hold_every_finding() {
    let stage = hostile();
    let issues: Json = serde_json::from_str(&told(&stage, "gitlab")).expect("JSON");
    let issues = issues.as_array().expect("a list");
    assert_eq!(issues.len(), codes(&stage).len());
    let prints: BTreeSet<&str> = issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), issues.len(), "fingerprints are unique");
    for issue in issues {
        assert!(
            issue["location"]["path"].as_str().is_some_and(|path| path.starts_with("projects/")),
            "{issue}"
        );
        assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1), "{issue}");
    }
    let junit = told(&stage, "junit");
    assert_eq!(junit.matches("<testcase ").count(), codes(&stage).len());
    assert!(junit.starts_with("<?xml ") && junit.trim_end().ends_with("</testsuites>"), "{junit}");
}

#[test]
fn annotations_end_before_the_limit_and_say_how_many_more() {
    let stage = Stage::of(MINI);
    for at in 0..12 {
        let text = format!("kind: mini-note\nid: p/n{at}\ntitle: 便笺\ndata:\n  txet: 正文。\n");
        stage.write(&format!("projects/p/n{at:02}.yaml"), text);
    }
    let text = stage.run(&["check", ".", "--format", "github", "--lang", "en"]).expect(1).stdout;
    let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("::error")).collect();
    assert_eq!(errors.len(), 10, "{text}");
    assert!(errors[9].starts_with("::error::") && errors[9].contains("more"), "{}", errors[9]);
}

#[test]
fn reports_are_written_beside_what_is_shown_and_change_no_exit_code() {
    let stage = hostile();
    let plain = stage.run(&["check", "."]).expect(1);
    let run =
        stage.run(&["check", ".", "--report", "sarif=out/a.sarif", "--report", "junit=out/b.xml"]).expect(1);
    assert_eq!(run.stderr, plain.stderr);
    stage.run(&["check", ".", "--report", "human=out/c.txt"]).expect(1);
    let excerpts = fs::read_to_string(stage.path("out/c.txt")).expect("the report");
    // The same words as on the terminal, which may be narrower.
    let titles =
        |text: &str| text.lines().filter(|line| line.contains("]: ")).map(str::to_owned).collect::<Vec<_>>();
    assert!(excerpts.contains("^^") && excerpts.contains("--> projects/p/a.yaml:6:3"), "{excerpts}");
    assert_eq!(titles(&excerpts), titles(&plain.stderr));
    assert!(stage.path("out/a.sarif").is_file() && stage.path("out/b.xml").is_file());
    stage.run(&["check", ".", "--report", "sarif"]).expect(2);
    stage.run(&["check", ".", "--report", "sariff=x"]).expect(2);
    stage.run(&["build", ".", "--report", "markdown=out/c.md", "--out", "dist"]).expect(1);
    assert!(stage.path("out/c.md").is_file(), "a build that fails tells why as well");

    let clean = Stage::of(MINI);
    let run = clean.run(&["check", ".", "--format", "junit"]).expect(0);
    assert_eq!(run.stdout.matches("<testcase ").count(), 1, "{}", run.stdout);
}
