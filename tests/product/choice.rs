//! What a run is about: shares that make the whole, and what a change can have affected.

use std::collections::{BTreeMap, BTreeSet};

use crate::stage::{Stage, files, git};

const MINI: &str = "tests/bases/mini";

fn note(id: &str, text: &str) -> String {
    format!("kind: mini-note\nid: {id}\ntitle: 便笺\ndata:\n  {text}\n")
}

fn projects(stage: &Stage, names: &[&str], text: &str) {
    for name in names {
        let project =
            format!("kind: mini-project\nid: {name}/project\ntitle: 项目{name}\ndata:\n  name: 项目{name}\n");
        stage.write(&format!("projects/{name}/project.yaml"), project);
        stage.write(&format!("projects/{name}/a.yaml"), note(&format!("{name}/a"), text));
    }
}

/// The projects that the findings of a check lie in.
fn found(stage: &Stage, more: &[&str]) -> BTreeSet<String> {
    let run = stage.run(&[&["check", ".", "--format", "short"], more].concat());
    let project = |line: &str| {
        line.strip_prefix("projects/").and_then(|rest| rest.split('/').next().map(str::to_owned))
    };
    run.stdout.lines().filter_map(project).collect()
}

#[test]
fn shares_make_the_whole_and_stay_what_they_are() {
    let stage = Stage::of(MINI);
    let names = ["q1", "q2", "q3", "q4", "q5", "q6", "q7"];
    projects(&stage, &names, "text: 正文。");
    stage.run(&["build", ".", "--out", "out/whole"]).expect(0);
    let mut shares: Vec<BTreeMap<String, Vec<u8>>> = Vec::new();
    for share in ["1/3", "2/3", "3/3"] {
        let out = format!("out/share-{}", &share[..1]);
        stage.run(&["build", ".", "--shard", share, "--out", &out]).expect(0);
        let own = files(&stage.path(&out));
        shares.push(own);
    }
    let union: BTreeMap<String, Vec<u8>> =
        shares.iter().flatten().map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
    assert_eq!(union.len(), shares.iter().map(BTreeMap::len).sum::<usize>(), "no file is in two shares");
    assert!(union == files(&stage.path("out/whole")), "the shares together are the whole, byte for byte");
    assert!(shares.iter().filter(|share| !share.is_empty()).count() > 1, "more than one share has work");

    // A new project moves none of the others.
    projects(&stage, &["q8"], "text: 正文。");
    for (at, before) in shares.iter().enumerate() {
        let out = format!("out/again-{at}");
        stage.run(&["build", ".", "--shard", &format!("{}/3", at + 1), "--out", &out]).expect(0);
        let after = files(&stage.path(&out));
        assert!(before.keys().all(|path| after.contains_key(path)), "share {at}");
    }
    for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
        stage.run(&["check", ".", "--shard", wrong]).expect(2);
    }
}

#[test]
fn findings_of_all_shares_are_all_findings() {
    let stage = Stage::of(MINI);
    projects(&stage, &["q1", "q2", "q3", "q4", "q5"], "txet: 正文。");
    let whole = found(&stage, &[]);
    assert_eq!(whole.len(), 5);
    let mut union = BTreeSet::new();
    for share in ["1/2", "2/2"] {
        let own = found(&stage, &["--shard", share]);
        assert!(union.is_disjoint(&own));
        union.extend(own);
    }
    assert_eq!(union, whole);
}

#[test]
fn a_change_reaches_what_can_be_other_because_of_it() {
    let stage = Stage::of(MINI);
    projects(&stage, &["q1", "q2", "q3"], "txet: 正文。");
    stage.write("projects/q2/b.yaml", note("q2/b", "text: 正文。\n  about: library/one"));
    stage.write("library/one.yaml", note("library/one", "text: 正文。"));
    git(&stage.path("."), &["init", "-q", "-b", "main"]);
    git(&stage.path("."), &["add", "-A"]);
    git(&stage.path("."), &["commit", "-qm", "first"]);
    let since = || found(&stage, &["--changed-since", "main"]);
    let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(since(), of(&[]), "nothing has changed");

    stage.write("projects/q1/a.yaml", note("q1/a", "txet: 另一段正文。"));
    assert_eq!(since(), of(&["q1"]));
    git(&stage.path("."), &["checkout", "-q", "."]);

    stage.write("library/one.yaml", note("library/one", "text: 另一段正文。"));
    assert_eq!(since(), of(&["q2"]), "the project that refers to it");
    git(&stage.path("."), &["checkout", "-q", "."]);

    let configuration = std::fs::read_to_string(stage.path("bidwright.yaml")).expect("the configuration");
    stage.write("bidwright.yaml", format!("{configuration}# 说明\n"));
    assert_eq!(since(), of(&["q1", "q2", "q3"]), "what holds for all");
    git(&stage.path("."), &["checkout", "-q", "."]);

    // A build sets only what a change reaches.
    projects(&stage, &["q1", "q2", "q3"], "text: 正文。");
    git(&stage.path("."), &["commit", "-qam", "second"]);
    stage.write("projects/q3/a.yaml", note("q3/a", "text: 再一段正文。"));
    stage.run(&["build", ".", "--changed-since", "HEAD", "--out", "out"]).expect(0);
    let built: BTreeSet<String> = files(&stage.path("out"))
        .keys()
        .map(|path| path.split('/').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(built, of(&["q3"]));
    stage.run(&["check", ".", "--changed-since", "nowhere"]).expect(2);
}

#[test]
fn locked_writes_nothing_and_tells_what_would_change() {
    let stage = Stage::of(MINI);
    projects(&stage, &["q1"], "text: 正文。");
    let codes = |stage: &Stage, code: u8| {
        let run = stage
            .run(&["build", ".", "--locked", "--out", "out", "--report", "short=told.txt"])
            .expect(code.into());
        assert!(!run.stderr.contains("生成 "), "{}", run.stderr);
        std::fs::read_to_string(stage.path("told.txt")).expect("the report")
    };
    assert!(codes(&stage, 1).contains("[locked-output]"), "nothing is there yet");
    assert!(!stage.path("out").exists());
    stage.run(&["build", ".", "--out", "out"]).expect(0);
    assert_eq!(codes(&stage, 0), "");
    stage.write("projects/q1/a.yaml", note("q1/a", "text: 另一段正文。"));
    let before = files(&stage.path("out"));
    assert!(codes(&stage, 1).contains("[locked-output]"));
    assert!(files(&stage.path("out")) == before, "nothing was written");
}
