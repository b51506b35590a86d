//! What is promised of numbers, versions and approvals, asked of the binary and of real git.

#[path = "register/claims.rs"]
mod claims;
#[path = "register/merges.rs"]
mod merges;
#[path = "register/storm.rs"]
mod storm;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use bidwright::register::{Fact, Matter};
use bidwright::source::Sources;
use serde_json::Value as Json;

use crate::stage::{Run, Stage, files, git};

const NUMBERED: &str = "tests/bases/numbered";
/// Every run is on this day, so that numbers are known beforehand.
const DAY: &str = "2026-05-15";

/// A stage with a workspace in a repository.
struct Ground {
    stage: Stage,
}

impl Ground {
    /// The workspace that all begin with: one commit on `main`.
    fn new() -> Self {
        let ground = Self { stage: Stage::of(NUMBERED) };
        ground.git(&["init", "--quiet", "--initial-branch", "main"]);
        ground.git(&["config", "user.name", "陈一"]);
        ground.git(&["config", "user.email", "chen@bids.example"]);
        ground.commit("begin");
        ground
    }

    /// The same with `library/a` numbered, recorded and approved by the head.
    fn settled() -> Self {
        let ground = Self::new();
        ground.number("a");
        ground.run(&["revise", "library/a", "--summary", "第一版", "--date", DAY]).expect(0);
        ground.approve("a", "林二").expect(0);
        ground.commit("settle");
        ground
    }

    fn copy(&self) -> Self {
        let stage = Stage::new();
        stage.bring(self.stage.root());
        Self { stage }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.stage.run_in(&[("LANG", "en_US.UTF-8")], arguments)
    }

    fn number(&self, name: &str) -> String {
        let path = self.path_of(name);
        let run = self.run(&["number", &path, "--date", DAY]).expect(0);
        run.stdout.split_whitespace().next().expect("a number").to_owned()
    }

    fn approve(&self, name: &str, person: &str) -> Run {
        self.run(&["approve", &format!("library/{name}"), "--as", person, "--date", DAY])
    }

    /// Where a document lies now.
    fn path_of(&self, name: &str) -> String {
        let places = [format!("library/{name}.yaml"), format!("library/moved/{name}.yaml")];
        let there = places.into_iter().find(|path| self.stage.path(path).exists());
        there.unwrap_or_else(|| panic!("there is no document `{name}`"))
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = git(self.stage.root(), arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "git {arguments:?}\n{}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// Whether git is content.
    fn try_git(&self, arguments: &[&str]) -> bool {
        git(self.stage.root(), arguments).status.success()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// The exit code of `check`, and the codes of what it found.
    fn check(&self) -> (i32, BTreeSet<String>) {
        let run = self.run(&["check", "--format", "json"]);
        let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
        let codes = report["findings"].as_array().into_iter().flatten();
        (run.code, codes.filter_map(|finding| finding["code"].as_str().map(str::to_owned)).collect())
    }

    fn facts(&self) -> Facts {
        Facts::of(files(self.stage.root()))
    }

    /// The facts of a commit.
    fn facts_at(&self, commit: &str) -> Facts {
        let listed = self.git(&["ls-tree", "-r", "--name-only", commit, "--", "register"]);
        let texts = listed
            .lines()
            .map(|path| (path.to_owned(), self.git(&["show", &format!("{commit}:{path}")]).into_bytes()));
        Facts::of(texts.collect())
    }
}

/// The files of a register: their texts, and what could be read of them.
struct Facts {
    texts: BTreeMap<String, Vec<u8>>,
    facts: BTreeMap<String, Fact>,
}

impl Facts {
    fn of(mut texts: BTreeMap<String, Vec<u8>>) -> Self {
        texts.retain(|path, _| path.starts_with("register/") && !path.contains("/."));
        let read = |text: &[u8]| {
            let text = String::from_utf8_lossy(text).into_owned();
            Fact::read(Sources::default().add("", text.as_str()), &text).ok()
        };
        let facts = texts.iter().filter_map(|(path, text)| Some((path.clone(), read(text)?))).collect();
        Self { texts, facts }
    }

    /// Documents and numbers that are not void.
    fn pairs(&self) -> BTreeSet<(String, String)> {
        let is_void = |number: &str| {
            let void = |fact: &Fact| matches!(fact.matter, Matter::Void { .. }) && fact.number == number;
            self.facts.values().any(void)
        };
        let entries = self.facts.values().filter(|fact| matches!(fact.matter, Matter::Number { .. }));
        let live = entries.filter(|entry| !is_void(&entry.number));
        live.map(|entry| (entry.document.clone(), entry.number.clone())).collect()
    }

    /// What a number or a document has twice; also files that hold two facts.
    fn duplicates(&self) -> Vec<String> {
        let pairs = self.pairs();
        let mut found = Vec::new();
        for (document, number) in &pairs {
            if pairs.iter().any(|(d, n)| d == document && n != number) {
                found.push(format!("{document} has two numbers"));
            }
            if pairs.iter().any(|(d, n)| d != document && n == number) {
                found.push(format!("{number} was given twice"));
            }
        }
        for (path, text) in &self.texts {
            if String::from_utf8_lossy(text).matches("document: ").count() > 1 {
                found.push(format!("{path} holds two facts"));
            }
        }
        found
    }

    /// Versions and decisions by what they say, wherever they stand: document, words, content.
    fn sayings(&self) -> BTreeSet<(String, String, String)> {
        let saying = |fact: &Fact| {
            let (words, content) = match &fact.matter {
                Matter::Version { summary, content, .. } => (summary.clone(), content),
                Matter::Approval(approval) => {
                    (format!("{} {} {:?}", approval.step, fact.person, approval.verdict), &approval.content)
                }
                _ => return None,
            };
            Some((fact.document.clone(), words, content.clone()))
        };
        self.facts.values().filter_map(saying).collect()
    }

    /// The numbers that documents had before.
    fn former(&self) -> BTreeSet<(String, String)> {
        let former = |fact: &Fact| match &fact.matter {
            Matter::Number { formerly: Some(formerly), .. } => {
                Some((fact.document.clone(), formerly.clone()))
            }
            _ => None,
        };
        self.facts.values().filter_map(former).collect()
    }
}

#[test]
fn a_document_goes_its_way_from_number_to_release() {
    let ground = Ground::new();
    assert_eq!(ground.number("a"), "QD202605001");
    assert_eq!(ground.number("l"), "FJ202605001");
    assert_eq!(ground.number("a"), "QD202605001", "a second time is no other number");
    ground.run(&["approve", "library/a", "--as", "林二"]).expect(1);
    let revise = ["revise", "QD202605001", "--summary", "第一版", "--date", DAY];
    assert!(ground.run(&revise).expect(0).stdout.contains("V1.0"));
    assert!(ground.run(&revise).expect(0).stderr.contains("has not changed"));
    // Nobody out of turn, nobody unknown, nobody without the role, nobody their own.
    for person in ["周三", "郑四", "someone", "陈一"] {
        ground.approve("a", person).expect(1);
    }
    ground.run(&["build", "library/a.yaml", "--release", "--out", "out"]).expect(1);
    for person in ["林二", "周三", "郑四"] {
        ground.approve("a", person).expect(0);
    }
    ground.approve("a", "郑四").expect(1);
    let status = ground.run(&["status", "library/a.yaml", "--format", "json"]).expect(0).stdout;
    let status: Json = serde_json::from_str(&status).expect("JSON");
    assert_eq!(status["documents"][0]["state"], "released", "{status:#}");
    ground.run(&["build", "library/a.yaml", "--release", "--out", "out"]).expect(0);
    fs::remove_dir_all(ground.stage.path("out")).expect("it was just built");
    ground.commit("released");
    assert_eq!(ground.check().0, 0);

    // One other word, and it is nobody's; the word back, and it holds again.
    ground.stage.replace("library/a.yaml", "正文 a", "改过的正文 a");
    ground.run(&["build", "library/a.yaml", "--release", "--out", "out"]).expect(1);
    ground.stage.replace("library/a.yaml", "改过的正文 a", "\u{20}正文 a");
    ground.run(&["build", "library/a.yaml", "--release", "--out", "out"]).expect(0);

    // Void is for good, and what was void is never given again.
    let void = ["number", "--void", "QD202605001", "--why", "重复", "--date", DAY];
    ground.run(&void).expect(0);
    assert!(ground.run(&void).expect(0).stderr.contains("was void already"));
    assert_eq!(ground.number("a"), "QD202605002");
    assert_eq!(ground.facts().pairs().len(), 2);
}

#[test]
fn wrong_use_is_refused_and_changes_nothing() {
    let ground = Ground::settled();
    let before = ground.stage.snapshot();
    for (wrong, code) in [
        (&["number", "nowhere"][..], 2),
        (&["number", "--date", "2026-13-01"], 2),
        (&["number", "--void", "QD202605009", "--why", "x"], 2),
        (&["number", "--void", "QD202605001"], 2),
        (&["number", "--void", "QD202605001", "--why", " \u{200b}"], 2),
        (&["number", "--void", "QD202605001", "--why", "x", "--resolve"], 2),
        (&["number", "--as", "\u{200b}"], 2),
        (&["number", "--dry-run"], 0),
        (&["number", "--resolve"], 0),
        (&["revise", "library/b", "--summary", "x"], 2),
        (&["revise", "library/none", "--summary", "x"], 2),
        (&["revise", "library/a", "--summary", "\n\t "], 2),
        (&["revise", "library/a"], 2),
        (&["approve", "library/b"], 2),
        (&["approve", "library/a", "--step", "nothing", "--as", "周三"], 1),
        (&["approve", "library/a", "--step", "../../x", "--as", "周三"], 1),
        (&["approve", "library/a", "--date", "yesterday"], 2),
        (&["status", "nowhere"], 2),
    ] {
        let run = ground.run(wrong);
        assert_eq!(run.code, code, "{wrong:?}\n{}{}", run.stdout, run.stderr);
        assert!(!run.stderr.is_empty(), "{wrong:?} says nothing");
        let after = ground.stage.snapshot();
        let changed = after.iter().filter(|(path, content)| before.get(*path) != Some(content));
        let changed: Vec<_> = changed.filter(|(path, _)| !path.starts_with(".git/")).collect();
        assert!(changed.is_empty(), "{wrong:?} changed {changed:?}");
    }
}

#[test]
fn whatever_people_write_stays_one_readable_line() {
    let ground = Ground::new();
    ground.number("a");
    let long = "长".repeat(3000);
    let odd = [
        "第一\n第二\r\n第三",
        "checksum: 00",
        "a: b # c",
        "'\"`$(rm -rf)\\",
        "🧑‍💻 é",
        "null",
        "- x",
        "---",
        "007",
        "\u{202e}gpj.exe",
        "{{ x }}",
        long.as_str(),
    ];
    for (at, summary) in odd.iter().enumerate() {
        ground.stage.write(
            "library/a.yaml",
            format!("kind: paper\nid: library/a\ntitle: 稿\nauthor: 陈一\ndata: {{ text: v{at} }}\n"),
        );
        let person = format!("某 {summary}");
        let run = ground.run(&["revise", "library/a", "--summary", summary, "--as", &person, "--date", DAY]);
        assert_eq!(run.code, 0, "{summary}: {}", run.stderr);
        let facts = ground.facts();
        assert_eq!(facts.facts.len(), facts.texts.len(), "{summary}: a file that cannot be read");
    }
    assert_eq!(ground.check().0, 0);
    // What would not fit into a file is refused before anything is written.
    let endless = "x".repeat(70_000);
    ground.stage.replace("library/a.yaml", "v11", "v12");
    ground.run(&["revise", "library/a", "--summary", &endless, "--date", DAY]).expect(2);
    assert_eq!(ground.check().0, 0);
}

#[test]
fn numbers_end_where_their_digits_end() {
    let ground = Ground::new();
    ground.stage.write("bidwright.yaml", "numbering: { digits: 2, month: YYMM, separator: \"-\" }\n");
    for number in 0..100 {
        let text = format!("kind: paper\nid: library/n{number}\ntitle: 稿\ndata: {{ text: x }}\n");
        ground.stage.write(&format!("library/many/n{number:03}.yaml"), text);
    }
    let run = ground.run(&["number", "library/many", "--date", DAY]).expect(1);
    assert_eq!(run.stdout.lines().count(), 99);
    assert!(run.stdout.starts_with("QD-2605-01 ") && run.stdout.contains("QD-2605-99 "), "{}", run.stdout);
    assert!(run.stderr.contains("used up"), "{}", run.stderr);
    ground.run(&["number", "library/many", "--date", DAY]).expect(1);
    let run = ground.run(&["number", "library/many", "--date", "2026-06-01"]).expect(0);
    assert!(run.stdout.contains("QD-2606-01 "), "{}", run.stdout);
    ground.commit("numbers");
    assert_eq!(ground.check().0, 0);
}

#[test]
fn the_day_is_that_of_the_workspace() {
    // The two zones are 26 hours apart: they never share a day.
    let month = |zone: &str| {
        let ground = Ground::new();
        ground.stage.write("bidwright.yaml", format!("time_zone: {zone}\n"));
        let run = ground.run(&["number", "library/a.yaml"]).expect(0);
        let facts = ground.facts();
        let fact = facts.facts.values().next().expect("one fact").clone();
        assert!(run.stdout.contains(&fact.date[..4]) && run.stdout.contains(&fact.date[5..7]));
        fact.date
    };
    assert!(month("Pacific/Kiritimati") > month("Etc/GMT+12"));
}

#[test]
fn what_cannot_be_written_is_told_and_leaves_nothing() {
    let ground = Ground::settled();
    let before = ground.facts().texts;
    // A link, which could lead anywhere, and a file in the place of a folder.
    fs::rename(ground.stage.path("register/QD"), ground.stage.path("elsewhere")).expect("a folder");
    std::os::unix::fs::symlink("../elsewhere", ground.stage.path("register/QD")).expect("links can be made");
    let run = ground.run(&["number", "library/b.yaml", "--date", DAY]).expect(2);
    assert!(run.stderr.contains("register/QD"), "{}", run.stderr);
    assert_eq!(ground.check().0, 1);
    assert_eq!(files(&ground.stage.path("elsewhere")).len(), before.len());
    fs::remove_file(ground.stage.path("register/QD")).expect("the link");
    ground.stage.write("register/QD", "a file");
    ground.run(&["number", "library/b.yaml", "--date", DAY]).expect(2);
    assert_eq!(ground.stage.text("register/QD"), "a file");
    fs::remove_file(ground.stage.path("register/QD")).expect("the file");
    fs::rename(ground.stage.path("elsewhere"), ground.stage.path("register/QD")).expect("a folder");
    assert_eq!(ground.facts().texts, before);
    assert_eq!(ground.number("b"), "QD202605002");
}

#[test]
fn without_git_it_works_and_says_what_is_not_proved() {
    let stage = Stage::of(NUMBERED);
    let run = stage.run_in(&[("LANG", "en_US.UTF-8")], &["number", "library", "--date", DAY]).expect(2);
    assert!(run.stderr.contains("--as"), "{}", run.stderr);
    stage.run(&["number", "library", "--date", DAY, "--as", "chen@bids.example"]).expect(0);
    assert!(stage.text("register/QD/QD202605001.yaml").contains("person: 陈一\n"));
    for command in ["status", "check"] {
        let run = stage.run_in(&[("LANG", "en_US.UTF-8")], &[command]).expect(0);
        assert!(run.stderr.contains("not in git"), "{command}: {}", run.stderr);
    }
    stage.run(&["number", "--resolve", "--as", "陈一"]).expect(2);
}

/// What keeps the whole machine busy goes one after the other: how much happens in a storm is counted.
fn alone() -> std::sync::MutexGuard<'static, ()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
