//! What a build keeps from one to the next: nothing is set twice, and nothing comes out other for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::stage::{Stage, files};

const MINI: &str = "tests/bases/mini";
const CACHE: &str = ".bidwright/cache";

fn note(id: &str, text: &str) -> String {
    format!("kind: mini-note\nid: {id}\ntitle: 便笺\ndata:\n  text: {text}\n")
}

fn stage() -> Stage {
    let stage = Stage::of(MINI);
    for name in ["q1", "q2"] {
        let project =
            format!("kind: mini-project\nid: {name}/project\ntitle: 项目{name}\ndata:\n  name: 项目{name}\n");
        stage.write(&format!("projects/{name}/project.yaml"), project);
        stage.write(&format!("projects/{name}/a.yaml"), note(&format!("{name}/a"), "正文。"));
    }
    stage
}

/// The files of a build.
fn built(stage: &Stage, out: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    stage.run(&[&["build", ".", "--out", out], more].concat()).expect(0);
    files(&stage.path(out))
}

fn entries(stage: &Stage) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(stage.path(CACHE)).min_depth(2).sort_by_file_name().into_iter();
    walk.filter_map(|entry| Some(entry.ok()?.into_path())).filter(|path| path.is_file()).collect()
}

#[test]
fn files_are_equal_with_and_without_a_cache_and_whatever_is_in_it() {
    let stage = stage();
    let plain = built(&stage, "out/plain", &["--no-cache"]);
    assert!(!plain.is_empty() && !stage.path(CACHE).exists());
    assert!(built(&stage, "out/cold", &[]) == plain);
    let kept = entries(&stage);
    assert!(!kept.is_empty());
    assert_eq!(stage.text(&format!("{CACHE}/.gitignore")), "*\n");
    assert!(built(&stage, "out/warm", &[]) == plain);
    assert_eq!(entries(&stage), kept, "nothing was set again");
    for path in &kept {
        let mut bytes = fs::read(path).expect("an entry");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).expect("written");
    }
    assert!(built(&stage, "out/damaged", &[]) == plain, "what is damaged is not used");
    assert!(built(&stage, "out/mended", &[]) == plain);
    assert!(built(&stage, "out/elsewhere", &["--cache", "kept"]) == plain);
    assert!(stage.path("kept").is_dir());
}

#[test]
fn only_what_has_changed_is_set_again() {
    let stage = stage();
    let before = built(&stage, "out/a", &[]);
    let kept = entries(&stage);
    stage.write("projects/q1/a.yaml", note("q1/a", "另一段正文。"));
    let after = built(&stage, "out/b", &[]);
    let changed: Vec<&String> = after
        .iter()
        .filter(|(path, bytes)| path.ends_with(".pdf") && before.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    assert!(!changed.is_empty() && changed.iter().all(|path| path.starts_with("q1/")), "{changed:?}");
    // A layout and its PDF for each.
    assert_eq!(entries(&stage).len(), kept.len() + 2 * changed.len());
    // As it was before: all of it is there still.
    stage.write("projects/q1/a.yaml", note("q1/a", "正文。"));
    let kept = entries(&stage);
    assert!(built(&stage, "out/c", &[]) == before);
    assert_eq!(entries(&stage), kept);
}

#[test]
fn what_is_complained_of_is_complained_of_again() {
    let stage = stage();
    stage.write("projects/q1/a.yaml", note("q1/a", "字\u{13000}形"));
    let run = |out: &str| {
        let run = stage.run(&["build", ".", "--out", out]);
        (run.code, run.stdout.replace(out, "OUT"), run.stderr.replace(out, "OUT"))
    };
    let first = run("out/a");
    assert!(first.2.contains("glyph-missing"), "{first:?}");
    assert_eq!(run("out/b"), first);
}

#[test]
fn what_is_saved_is_built_again() {
    let stage = stage();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bidwright"))
        .args(["build", ".", "--watch", "--quiet"])
        .current_dir(stage.root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let pdf = || {
        let files =
            if stage.path("out/q1").is_dir() { files(&stage.path("out/q1")) } else { BTreeMap::new() };
        files.into_iter().find(|(path, _)| path.ends_with(".pdf")).map(|(_, bytes)| bytes)
    };
    let wait = |what: &str, is_there: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !is_there() {
            assert!(start.elapsed() < Duration::from_secs(120), "{what} did not come");
            thread::sleep(Duration::from_millis(50));
        }
    };
    wait("the first build", &|| pdf().is_some());
    let first = pdf();
    // Broken for a moment, as files are while they are written.
    stage.write("projects/q1/a.yaml", "kind: mini-note\nid: [\n");
    thread::sleep(Duration::from_millis(500));
    stage.write("projects/q1/a.yaml", note("q1/a", "另一段正文。"));
    wait("the second build", &|| pdf().is_some() && pdf() != first);
    child.kill().expect("it runs still");
    child.wait().expect("it ends");
}
