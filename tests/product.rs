//! What the product promises, asked of the binary: exit codes, equal bytes, whole sets of files, and that text
//! is text.

#![allow(clippy::panic, reason = "whatever goes wrong here is a test that fails")]

#[path = "product/amendments.rs"]
mod amendments;
#[path = "product/bids.rs"]
mod bids;
#[path = "product/cache.rs"]
mod cache;
#[path = "product/choice.rs"]
mod choice;
#[path = "product/diff.rs"]
mod diff;
#[path = "product/formats.rs"]
mod formats;
#[path = "product/kinds.rs"]
mod kinds;
#[path = "product/labels.rs"]
mod labels;
#[path = "product/life.rs"]
mod life;
#[path = "product/literal.rs"]
mod literal;
#[path = "product/prices.rs"]
mod prices;
#[path = "product/pages.rs"]
mod pages;
#[path = "product/proof.rs"]
mod proof;
#[path = "product/register.rs"]
mod register;
#[path = "product/reports.rs"]
mod reports;
#[path = "product/rules.rs"]
mod rules;
mod stage;
#[path = "product/start.rs"]
mod start;

use std::collections::{BTreeMap, BTreeSet};

use bidwright::diagnostic::catalogue;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use stage::{Run, Stage, files, repository};

const SAMPLE: &str = "samples/smart-park";
const MINI: &str = "tests/bases/mini";
const NOTE: &str = "kind: mini-note\nid: p/a\ntitle: 便笺\ndata:\n  text: 正文。\n";
/// A warning.
const QUOTED: &str = "kind: mini-note\nid: p/a\ntitle: “便笺”\ndata:\n  text: 正文。\n";
/// An error.
const UNKNOWN: &str = "kind: mini-note\nid: p/a\ntitle: 便笺\ndata:\n  txet: 正文。\n";

fn with_note(note: &str) -> Stage {
    let stage = Stage::of(MINI);
    stage.write("projects/p/a.yaml", note);
    stage
}

#[test]
fn exit_codes_mean_the_same_in_every_format() {
    for (note, code) in [(NOTE, 0), (QUOTED, 0), (UNKNOWN, 1)] {
        let stage = with_note(note);
        for format in ["human", "json"] {
            for more in [&[][..], &["--quiet"], &["--limit", "0"], &["--lang", "en"]] {
                stage.run(&[&["check", "--format", format], more].concat()).expect(code);
            }
        }
    }
    let strict = with_note(QUOTED);
    strict.write("bidwright.yaml", "fail_on: warning\n");
    strict.run(&["check"]).expect(1);
    for wrong in
        [&["check", "nowhere"][..], &["check", "--format", "xml"], &["explain", "nothing"], &["--nope"]]
    {
        with_note(NOTE).run(wrong).expect(2);
    }
    Stage::new().run(&["check"]).expect(2);
    Stage::new().run(&["build"]).expect(2);
}

#[test]
fn json_has_the_shape_that_programs_rely_on() {
    let stage = with_note(UNKNOWN);
    stage.write("projects/p/b.yaml", "kind: mini-note\nid: p/a\ntitle: 便笺\ndata:\n  text: {{\n");
    stage.write("projects/p/c.yaml", QUOTED);
    stage.write("projects/p/d.yaml", QUOTED);
    let run = stage.run(&["check", "--format", "json"]).expect(1);
    assert_eq!(run.stderr, "", "nothing is told beside the result");
    let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let keys = |value: &Json| -> Vec<String> {
        let object = value.as_object().expect("an object");
        object.keys().cloned().collect::<BTreeSet<_>>().into_iter().collect()
    };
    assert_eq!(keys(&report), ["findings", "summary"]);
    assert_eq!(keys(&report["summary"]), ["errors", "warnings"]);
    let place = ["column", "end_column", "end_line", "file", "line"];
    let counts = |name: &str| {
        let findings = report["findings"].as_array().expect("a list");
        findings.iter().filter(|finding| finding["severity"] == name).count()
    };
    assert_eq!(report["summary"]["errors"], counts("error"));
    assert_eq!(report["summary"]["warnings"], counts("warning"));
    let findings = report["findings"].as_array().expect("a list");
    assert!(findings.len() > 4, "{report:#}");
    let mut related_seen = 0;
    for finding in findings {
        let all: BTreeSet<&str> =
            place.into_iter().chain(["code", "hints", "message", "related", "severity"]).collect();
        assert_eq!(keys(finding), all.into_iter().collect::<Vec<_>>());
        assert!(catalogue().contains_key(finding["code"].as_str().expect("text")));
        assert!(["error", "warning", "info"].contains(&finding["severity"].as_str().expect("text")));
        assert!(finding["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert!(finding["hints"].as_array().expect("a list").iter().all(Json::is_string));
        for related in finding["related"].as_array().expect("a list") {
            related_seen += 1;
            assert_eq!(keys(related), ["column", "end_column", "end_line", "file", "line", "message"]);
        }
        let number = |key: &str| finding[key].as_u64().expect("a number");
        assert!(number("line") >= 1 && number("column") >= 1);
        assert!((number("line"), number("column")) <= (number("end_line"), number("end_column")));
        assert!(stage.path(finding["file"].as_str().expect("text")).exists(), "{finding}");
    }
    assert!(related_seen > 0, "the second place of a repeated id is told");
    let order =
        |finding: &Json| (finding["file"].to_string(), finding["line"].as_u64(), finding["column"].as_u64());
    assert!(findings.is_sorted_by_key(order), "findings stand in the order of files and places");
}

#[test]
fn the_language_is_chosen_by_flag_then_workspace_then_locale() {
    let chinese = |run: &Run| run.stderr.contains("错误");
    let stage = with_note(UNKNOWN);
    assert!(chinese(&stage.run(&["check"])));
    assert!(!chinese(&stage.run_in(&[("LANG", "en_GB.UTF-8")], &["check"])));
    assert!(chinese(&stage.run_in(&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "zh_CN.UTF-8")], &["check"])));
    stage.write("bidwright.yaml", "language: en\n");
    assert!(!chinese(&stage.run_in(&[("LANG", "zh_CN.UTF-8")], &["check"])));
    assert!(chinese(&stage.run_in(&[("LANG", "en_GB.UTF-8")], &["check", "--lang", "zh"])));
    assert!(!chinese(&stage.run_in(&[("LANG", "de_DE.UTF-8")], &["check"])));
}

#[test]
fn the_sample_is_clean() {
    let run = Stage::of(SAMPLE).run(&["check", "--format", "json"]).expect(0);
    let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    // A few things are late or missing on purpose, so that rules and reports have something to say.
    let other = findings
        .iter()
        .filter(|finding| !finding["code"].as_str().is_some_and(|code| code.starts_with("policy-")));
    assert_eq!(other.collect::<Vec<_>>(), Vec::<&Json>::new());
}

#[test]
fn the_sample_becomes_three_volumes_in_both_copies_and_equal_bytes_anywhere() {
    let (first, second) = (Stage::new(), Stage::new());
    first.bring(&repository().join(SAMPLE));
    // Another depth, another name, and a folder that is not the one it runs in.
    let deep = second.path("一 二/work space");
    for (path, content) in files(&repository().join(SAMPLE)) {
        second.write(&format!("一 二/work space/{path}"), content);
    }
    let [zh, en] = [
        [("TZ", "Asia/Shanghai"), ("LANG", "zh_CN.UTF-8"), ("COLUMNS", "40")],
        [("TZ", "America/St_Johns"), ("LANG", "en_US.UTF-8"), ("SOURCE_DATE_EPOCH", "1")],
    ];
    let run = first.run_with_umask("022", &zh, &["build", "--out", "out"]).expect(0);
    let told = [deep.to_str().expect("a plain name"), "projects/smart-park/bid/bid.yaml"].join("/");
    second.run_with_umask("077", &en, &["build", &told, "--out", "elsewhere", "--quiet"]).expect(0);

    let (built, again) = (files(&first.path("out")), files(&second.path("elsewhere")));
    let manifest: Json = serde_json::from_slice(&built["smart-park/manifest.json"]).expect("JSON");
    let outputs = manifest["outputs"].as_array().expect("a list");
    assert_eq!(built.len(), outputs.len() + 1, "every file is in the manifest");
    let mut volumes: BTreeMap<(String, String), u64> = BTreeMap::new();
    for output in outputs {
        let bytes = &built[&format!("smart-park/{}", output["file"].as_str().expect("text"))];
        let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((&output["bytes"], &output["sha256"]), (&bytes.len().into(), &hash.into()));
        let name = output["file"].as_str().expect("text");
        let (beginning, ending) = match name.rsplit('.').next() {
            Some("pdf") => (&b"%PDF-1.7"[..], &b"%%EOF"[..]),
            // A workbook is an archive.
            Some("xlsx") => (&b"PK\x03\x04"[..], &b""[..]),
            _ => (&b"{"[..], &b"}\n"[..]),
        };
        assert!(bytes.starts_with(beginning) && bytes.ends_with(ending), "{name}");
        assert_eq!(output["pages"].is_null(), !name.ends_with(".pdf"), "{name}");
        if let (Some(volume), Some(copy)) = (output["volume"].as_str(), output["copy"].as_str()) {
            let pages = output["pages"].as_u64().expect("a number");
            volumes.insert((copy.to_owned(), volume.to_owned()), pages);
        }
    }
    let names: Vec<&str> = volumes.keys().map(|(_, volume)| volume.as_str()).collect();
    assert_eq!(volumes.len(), 6, "three volumes in two copies: {volumes:?}");
    assert_eq!(names[..3], names[3..]);
    let originals = volumes.iter().filter(|((copy, _), _)| copy == "正本").map(|(_, pages)| pages);
    assert!(originals.sum::<u64>() > 100, "{volumes:?}");
    assert!(!run.stderr.contains("警告") && !run.stderr.contains("错误"), "{}", run.stderr);

    let pdfs = again.iter().filter(|(path, _)| path.ends_with(".pdf") || path.ends_with(".xlsx"));
    let mut compared = 0;
    for (path, content) in pdfs {
        compared += 1;
        assert!(built.get(path) == Some(content), "{path} has other bytes in another place");
    }
    assert_eq!(compared, 8, "six volumes, the self-check and the list of prices as a workbook");
    let leaks = [first.root().to_str(), second.root().to_str()];
    for (path, content) in built.iter().chain(&again) {
        for leak in leaks.into_iter().flatten() {
            let found = content.windows(leak.len()).any(|window| window == leak.as_bytes());
            assert!(!found, "{path} tells where it was made");
        }
    }
}

#[test]
fn what_was_built_stays_until_the_next_build_is_whole() {
    let stage = with_note(NOTE);
    stage.run(&["build", "--out", "out"]).expect(0);
    let built = files(&stage.path("out"));
    assert_eq!(built.len(), 2);

    // A template that fails, an error in a document, a folder in the way: three ways not to finish.
    let template = stage.text("templates/mini-note.typ");
    stage.write("templates/mini-note.typ", "#let document(job) = job.nothing\n");
    stage.write("projects/p/b.yaml", NOTE.replace("p/a", "p/b").replace("便笺", "另一份"));
    stage.run(&["build", "--out", "out"]).expect(1);
    assert!(files(&stage.path("out")) == built, "a failed template left something");

    stage.write("templates/mini-note.typ", template);
    stage.write("projects/p/c.yaml", "kind: nothing\n");
    stage.run(&["build", "--out", "out"]).expect(1);
    assert!(files(&stage.path("out")) == built, "an error in a document left something");

    std::fs::remove_file(stage.path("projects/p/c.yaml")).expect("it was just written");
    stage.write("out/p/另一份.pdf/in-the-way", "");
    let blocked = files(&stage.path("out"));
    stage.write("projects/p/a.yaml", NOTE.replace("正文", "改过的正文"));
    stage.run(&["build", "--out", "out"]).expect(2);
    assert!(files(&stage.path("out")) == blocked, "the old files must stay, and nothing else come");
}

#[test]
fn a_folder_that_cannot_be_written_is_a_failure() {
    let stage = with_note(NOTE);
    stage.write("taken", "a file");
    for out in ["taken", "taken/below", "/proc/nowhere"] {
        let run = stage.run(&["build", "--lang", "en", "--out", out]).expect(2);
        assert!(run.stderr.contains("cannot write"), "{}", run.stderr);
    }
    assert_eq!(stage.text("taken"), "a file");
}

#[test]
fn nothing_outside_of_the_workspace_has_a_say() {
    let stage = Stage::new();
    for (path, content) in files(&repository().join(MINI)) {
        stage.write(&format!("bids/{path}"), content);
    }
    stage.write("bids/projects/p/a.yaml", UNKNOWN);
    // Whatever a person or a folder further up wants git to pass over: the document is there.
    for path in [".gitignore", ".ignore", "home/.config/git/ignore", "bids/.git/info/exclude"] {
        stage.write(path, "*.yaml\n");
    }
    let home = stage.path("home");
    let home = home.to_str().expect("a plain name");
    stage.run_in(&[("HOME", home), ("XDG_CONFIG_HOME", home)], &["check", "bids"]).expect(1);
    // What the workspace itself says counts.
    stage.write("bids/.gitignore", "a.yaml\n");
    stage.run(&["check", "bids"]).expect(0);
}

#[test]
fn amounts_go_both_ways() {
    let table =
        std::fs::read_to_string(repository().join("tests/data/capital_amounts.csv")).expect("the table");
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert!(rows.len() > 20);
    let figures: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let words: Vec<&str> = rows.iter().map(|row| row[1]).collect();
    let stage = Stage::new();
    let written = stage.run(&[&["amount"], figures.as_slice()].concat()).expect(0);
    assert_eq!(written.stdout.lines().collect::<Vec<_>>(), words);
    let read = stage.run(&[&["amount"], words.as_slice()].concat()).expect(0);
    assert_eq!(read.stdout.lines().collect::<Vec<_>>(), figures);
    for row in &rows {
        for other in row[2].split(" | ").filter(|other| !other.is_empty()) {
            let run = stage.run(&["amount", other]).expect(0);
            assert_eq!(run.stdout.trim_end(), row[0], "{other}");
        }
    }
}

#[test]
fn every_code_has_its_page_in_both_languages() {
    let stage = Stage::new();
    let list = stage.run(&["explain"]).expect(0);
    assert_eq!(list.stdout.lines().count(), catalogue().len());
    for code in catalogue().keys() {
        for language in ["zh", "en"] {
            let page = stage.run(&["explain", code, "--lang", language]).expect(0).stdout;
            assert!(
                page.starts_with(code.as_str()) && page.lines().count() > 5,
                "{code} in {language}:\n{page}"
            );
            let is_chinese = page.chars().filter(|character| ('一'..='鿿').contains(character)).count() > 40;
            assert!(is_chinese || language == "en", "{code}: the page is not Chinese");
        }
    }
}

#[test]
fn completions_exist_for_the_usual_shells() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Stage::new().run(&["completions", shell]).expect(0).stdout;
        assert!(script.contains("bidwright") && script.contains("check"), "{shell}:\n{script}");
    }
}

#[test]
fn no_text_of_a_user_commands_the_terminal() {
    // A tool that believes it has a terminal colours its output; whatever else is in there came from a file.
    let forced = [("CLICOLOR_FORCE", "1"), ("LANG", "en_US.UTF-8"), ("COLUMNS", "60")];
    let poison = "\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\u{200b}\u{7f}";
    let quoted = "\\u001b]0;owned\\u0007\\u009b31m\\u202e\\u200b\\u007f";
    let stage = Stage::of(MINI);
    let off = "rules: { text-invisible: off, text-direction: off, subject-missing: off }\n";
    stage.write("bidwright.yaml", off);
    stage.write(&format!("projects/p/a{poison}.yaml"), format!("kind: {poison}\n"));
    stage.write(&format!("projects/{poison}/b.yaml"), NOTE.replace("便笺", &format!("\"便{quoted}笺\"")));
    stage.write("projects/p/c.yaml", NOTE.replace("p/a", &format!("\"p/{quoted}\"")));
    let unknown =
        format!("kind: mini-note\nid: p/d\ntitle: 便笺\ndata:\n  \"{quoted}\": x\n  text:\n    file: d.md\n");
    stage.write("projects/p/d.yaml", unknown);
    stage.write(
        "projects/p/d.md",
        format!("# 标题 {{#{poison}}}\n\n![图](a{poison}.png) <b{poison}> {{{{ x{poison} }}}}\n"),
    );
    stage.write(&format!("assets/{poison}.png"), "not a picture");
    stage.write("schemas/bad.schema.json", format!("{{\"x-kind\": \"{poison}\"}}"));
    stage.write(
        "templates/mini-note.typ",
        format!("#let document(job) = panic(job.doc.title + \"{poison}\")\n"),
    );
    let mut seen = 0;
    for arguments in [
        &["check"][..],
        &["check", "--format", "json"],
        &["build", "--draft", "--out", "out"],
        &["build", "projects/p", "--out", "out"],
        &["schema"],
        &["explain", poison],
        &["check", poison],
        &["amount", poison],
        &["new", poison, poison],
    ] {
        let run = stage.run_in(&forced, arguments);
        for text in [&run.stdout, &run.stderr] {
            seen += text.len();
            let plain = without_colours(text);
            let hidden = plain.chars().find(|character| {
                *character != '\n' && (character.is_control() || bidwright::text::is_unseen(*character))
            });
            assert_eq!(hidden, None, "{arguments:?} told\n{}", plain.escape_debug());
        }
    }
    assert!(seen > 2000, "the commands had something to say");
}

/// The text without `ESC [ … m`, the only sequence the tool itself writes.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits =
            part.trim_start_matches(|character: char| character.is_ascii_digit() || character == ';');
        match digits.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.push_str(&format!("\u{1b}[{part}")),
        }
    }
    plain
}
