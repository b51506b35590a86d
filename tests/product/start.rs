//! The first minutes: a new workspace, a new project, a document of every kind.

use std::collections::BTreeSet;

use bidwright::kind::{Kinds, PerProject, Role};
use serde_json::Value as Json;

use crate::stage::{Stage, files};

#[test]
fn a_new_workspace_is_clean_and_builds_at_once() {
    let stage = Stage::new();
    stage.run(&["init", "bids"]).expect(0);
    let made = files(&stage.path("bids"));
    let run = stage.run(&["check", "bids", "--format", "json"]).expect(0);
    let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{report:#}");
    let run = stage.run(&["build", "bids"]).expect(0);
    assert!(!run.stderr.contains("警告"), "{}", run.stderr);
    let mut built = files(&stage.path("bids"));
    built.retain(|path, _| !made.contains_key(path));
    assert!(built.keys().all(|path| path.starts_with("out/")), "{:?}", built.keys());
    assert_eq!(built.keys().filter(|path| path.contains("-正本")).count(), 3, "{:?}", built.keys());

    // What is there already stays, and nothing is made beside it.
    let before = stage.snapshot();
    for taken in ["bids", "bids/inner", "bids/library"] {
        stage.run(&["init", taken]).expect(2);
    }
    assert!(stage.snapshot() == before, "a refused `init` changed something");
}

#[test]
fn a_document_of_every_kind_is_valid_from_the_start() {
    let stage = Stage::new();
    stage.run(&["init", "."]).expect(0);
    stage.run(&["new", "project", "fresh", "--title", "新项目"]).expect(0);
    let kinds = Kinds::shipped();
    let mut made = 0;
    for kind in kinds.iter().filter(|kind| kind.about.role != Some(Role::Subject)) {
        let is_library = kind.about.per_project == PerProject::None;
        let project = ["--project", "fresh"];
        let name = format!("one-{}", kind.id);
        let place: &[&str] = if is_library { &[] } else { &project };
        let arguments = [&["new", kind.id.as_str(), name.as_str()], place].concat();
        let run = stage.run(&arguments).expect(0);
        let path = run.stdout.trim_end();
        assert!(stage.path(path).is_file(), "{path}");
        made += 1;

        let before = stage.snapshot();
        stage.run(&arguments).expect(2);
        assert!(stage.snapshot() == before, "`new {}` twice changed something", kind.id);
    }
    assert!(made >= 17, "{made}");
    // A reference may have nothing to lead to yet, what a policy asks for beside it or earlier is not there, and a bid
    // of words to be filled in is no bid; all else is right.
    let run = stage.run(&["check", "--format", "json"]);
    let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    let code = |finding: &Json| finding["code"].as_str().map(str::to_owned);
    let ahead = |finding: &&Json| {
        let of_policy = |code: &str| code.starts_with("policy-") && finding["severity"] != "error";
        code(finding).is_some_and(|code| of_policy(&code) || code.starts_with("bid-"))
    };
    let codes: BTreeSet<String> =
        findings.iter().filter(|finding| !ahead(finding)).filter_map(code).collect();
    let open = ["id-unknown", "keyref-unknown", "anchor-unknown", "clause-unanswered"];
    assert!(codes.iter().all(|code| open.contains(&code.as_str())), "{report:#}");
}

#[test]
fn schemas_for_editors_are_written_where_the_documents_look() {
    let stage = Stage::new();
    stage.run(&["init", "."]).expect(0);
    stage.run(&["schema", "--write"]).expect(0);
    stage.run(&["check"]).expect(0);
    let mut looked = 0;
    for (path, content) in stage.snapshot().iter().filter(|(path, _)| path.ends_with(".yaml")) {
        let text = String::from_utf8_lossy(content);
        let Some(schema) = text.lines().next().and_then(|line| line.split_once("$schema=")) else { continue };
        let folder = stage.path(path).parent().expect("a file has a folder").join(schema.1.trim());
        assert!(folder.is_file(), "{path} looks for {}", schema.1);
        looked += 1;
    }
    assert!(looked > 10, "{looked}");
}
