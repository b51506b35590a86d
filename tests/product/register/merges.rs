//! Two branches settle something, and git brings them together in every way that people use. Whatever git says, a
//! number never ends up given twice while the check is content; and what was lost can be brought back.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bidwright::register::Matter;

use super::{DAY, Facts, Ground};

/// What is done on a branch, each step in a commit of its own.
#[derive(Clone, Copy, Debug)]
enum Step {
    Number(&'static str),
    /// Changes the text and records a version with these words.
    Revise(&'static str, &'static str),
    Approve(&'static str, &'static str),
    Reject(&'static str, &'static str),
    Void(&'static str),
    Move(&'static str),
    /// Merges a branch on which the document got the number that another has here, and settles it.
    Resolve(&'static str),
}

use Step::{Approve, Move, Number, Reject, Resolve, Revise, Void};

/// What happens on `main`, and on `feature` meanwhile.
const PAIRS: &[(&str, &[Step], &[Step])] = &[
    ("one number for two documents", &[Number("b")], &[Number("c")]),
    (
        "one number for two documents with versions",
        &[Number("b"), Revise("b", "甲")],
        &[Number("c"), Revise("c", "乙"), Approve("c", "林二")],
    ),
    ("two numbers for one document", &[Number("c"), Number("b")], &[Number("b"), Revise("b", "乙")]),
    ("the same number for the same document", &[Number("b")], &[Number("b")]),
    ("two documents, each in the other's place", &[Number("b"), Number("c")], &[Number("c"), Number("b")]),
    ("two versions", &[Revise("a", "甲")], &[Revise("a", "乙"), Approve("a", "林二")]),
    (
        "two versions, both approved",
        &[Revise("a", "甲"), Approve("a", "黄五")],
        &[Revise("a", "乙"), Approve("a", "林二"), Revise("a", "丙")],
    ),
    ("equal versions", &[Revise("a", "同"), Approve("a", "林二")], &[Revise("a", "同")]),
    ("a version and an approval", &[Revise("a", "甲")], &[Approve("a", "林二")]),
    ("an approval and a rejection", &[Approve("a", "林二")], &[Reject("a", "黄五")]),
    ("void twice", &[Void("a")], &[Void("a"), Number("b")]),
    ("void and a version", &[Void("a"), Number("a")], &[Revise("a", "乙")]),
    ("a move", &[Number("b")], &[Move("a"), Move("b"), Number("b"), Revise("b", "乙")]),
    ("a move and another number", &[Move("b"), Number("b")], &[Number("c")]),
    (
        "a collision that was settled before",
        &[Number("b"), Approve("a", "林二")],
        &[Number("c"), Resolve("d")],
    ),
];

/// How `feature` and `main` come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Merge,
    /// `main` into `feature`.
    Update,
    Rebase,
    CherryPick,
    Squash,
    Ours,
    Theirs,
    SquashOurs,
    SquashTheirs,
    /// Git has been told to merge the register by itself.
    Union,
}

const WAYS: &[Way] = &[
    Way::Merge,
    Way::Update,
    Way::Rebase,
    Way::CherryPick,
    Way::Squash,
    Way::Ours,
    Way::Theirs,
    Way::SquashOurs,
    Way::SquashTheirs,
    Way::Union,
];

impl Ground {
    fn take(&self, step: Step) {
        match step {
            Number(name) => drop(self.number(name)),
            Revise(name, words) => {
                let text = format!(
                    "kind: paper\nid: library/{name}\ntitle: 稿\nauthor: 陈一\ndata: {{ text: {words} }}\n"
                );
                self.stage.write(&self.path_of(name), text);
                let id = format!("library/{name}");
                self.run(&["revise", &id, "--summary", words, "--as", "陈一", "--date", DAY]).expect(0);
            }
            Approve(name, person) => drop(self.approve(name, person).expect(0)),
            Reject(name, person) => {
                let id = format!("library/{name}");
                self.run(&["approve", &id, "--reject", "--as", person, "--date", DAY]).expect(0);
            }
            Void(name) => {
                let id = format!("library/{name}");
                self.run(&["number", "--void", &id, "--why", "不用", "--date", DAY]).expect(0);
            }
            Move(name) => {
                std::fs::create_dir_all(self.stage.path("library/moved")).expect("a folder");
                let (from, to) = (format!("library/{name}.yaml"), format!("library/moved/{name}.yaml"));
                self.git(&["mv", &from, &to]);
            }
            Resolve(name) => {
                let here = self.git(&["branch", "--show-current"]);
                self.git(&["switch", "--quiet", "--create", "side", "main"]);
                self.take(Number(name));
                self.commit("side");
                self.git(&["switch", "--quiet", here.trim()]);
                assert!(!self.try_git(&["merge", "--quiet", "--no-edit", "side"]), "this must collide");
                self.run(&["number", "--resolve", "--date", DAY]).expect(0);
            }
        }
        self.commit(&format!("{step:?}"));
    }

    /// Paths that git has left in conflict.
    fn unmerged(&self, folder: &str) -> BTreeSet<String> {
        let listed = self.git(&["ls-files", "--unmerged", "--", folder]);
        listed.lines().filter_map(|line| Some(line.split_once('\t')?.1.to_owned())).collect()
    }

    /// Brings the branches together. Whether git did so without a word.
    fn land(&self, way: Way) -> bool {
        let merge = |more: &[&str]| self.try_git(&[&["merge", "--quiet", "--no-edit"], more].concat());
        self.git(&[
            "switch",
            "--quiet",
            if matches!(way, Way::Update | Way::Rebase) { "feature" } else { "main" },
        ]);
        let silent = match way {
            Way::Merge => merge(&["feature"]),
            Way::Update => merge(&["main"]),
            Way::Rebase => self.try_git(&["rebase", "--quiet", "main"]),
            Way::CherryPick => {
                let commits = self.git(&["rev-list", "--reverse", "--no-merges", "main..feature"]);
                self.try_git(&[&["cherry-pick"], commits.lines().collect::<Vec<_>>().as_slice()].concat())
            }
            Way::Squash => merge(&["--squash", "feature"]),
            Way::Ours => merge(&["-X", "ours", "feature"]),
            Way::Theirs => merge(&["-X", "theirs", "feature"]),
            Way::SquashOurs => merge(&["--squash", "-X", "ours", "feature"]),
            Way::SquashTheirs => merge(&["--squash", "-X", "theirs", "feature"]),
            Way::Union => {
                self.stage.write(".gitattributes", "register/** merge=union\n");
                merge(&["feature"])
            }
        };
        for _ in 0..12 {
            let contested = self.unmerged("register");
            if !contested.is_empty() {
                let (code, codes) = self.check();
                assert_eq!(code, 1, "{contested:?} is in conflict");
                assert!(codes.contains("register-contested"), "{codes:?}");
            }
            for path in self.unmerged("library") {
                self.git(&["checkout", "--theirs", "--", &path]);
                self.git(&["add", "--", &path]);
            }
            if !contested.is_empty() {
                self.run(&["number", "--resolve", "--date", DAY]).expect(0);
                assert_eq!(self.unmerged("register"), BTreeSet::new());
            }
            self.git(&["add", "--all"]);
            let is_there = |name: &str| self.stage.path(".git").join(name).exists();
            if is_there("rebase-merge") {
                self.try_git(&["rebase", "--continue"]);
            } else if is_there("CHERRY_PICK_HEAD") || is_there("sequencer") {
                let done = self.try_git(&["cherry-pick", "--continue"]);
                // A commit of which nothing is left is passed over.
                if !done && self.unmerged(".").is_empty() && self.git(&["status", "--porcelain"]).is_empty() {
                    self.try_git(&["cherry-pick", "--skip"]);
                }
            } else {
                // The attribute is nobody's wish; it only stands in the folder.
                if way == Way::Union && silent {
                    return silent;
                }
                if is_there("MERGE_HEAD") || !self.git(&["status", "--porcelain"]).is_empty() {
                    self.commit("land");
                }
                return silent;
            }
        }
        panic!("git does not come to an end");
    }
}

impl Facts {
    /// Documents and numbers, void or not.
    fn entries(&self) -> BTreeSet<(String, String)> {
        let entries = self.facts.values().filter(|fact| matches!(fact.matter, Matter::Number { .. }));
        entries.map(|entry| (entry.document.clone(), entry.number.clone())).collect()
    }
}

/// Brings one pair together in one way, and gives back what is wrong with what came of it.
fn examine(pair: &Ground, way: Way) -> Vec<String> {
    let ground = pair.copy();
    let (main, feature) = (ground.facts_at("main"), ground.facts_at("feature"));
    let first = ground.git(&["rev-parse", "main"]).trim().to_owned();
    let silent = ground.land(way);
    let mut faults = Vec::new();

    let landed = ground.facts();
    let (code, codes) = ground.check();
    let duplicates = landed.duplicates();
    if !duplicates.is_empty() && code == 0 {
        faults.push(format!("{duplicates:?}, and the check is content"));
    }
    let promised: BTreeSet<_> = main.entries().union(&feature.entries()).cloned().collect();
    let kept: BTreeSet<_> = landed.entries().union(&landed.former()).cloned().collect();
    // A document that has a number on both sides loses one of them in any case.
    let has_number = |document: &str| landed.pairs().iter().any(|(known, _)| known == document);
    let lost: Vec<_> = promised.difference(&kept).filter(|(document, _)| !has_number(document)).collect();
    // A squash leaves no trace of the branch: the document is only said to have no number.
    let is_traceless = matches!(way, Way::SquashOurs | Way::SquashTheirs);
    if !lost.is_empty() && code == 0 && !(is_traceless && codes.contains("number-missing")) {
        faults.push(format!("{lost:?} is lost, and the check is content: {codes:?}"));
    }
    if way == Way::Union && !codes.contains("register-attributes") {
        faults.push(format!("nobody is told of the attribute: {codes:?}"));
    }
    if silent && way == Way::Merge && !landed.duplicates().is_empty() && code == 0 {
        faults.push("clean, duplicate and green".to_owned());
    }

    mend(&ground, way, &main, &first, promised.iter().map(|(document, _)| document.as_str()).collect());
    let (code, codes) = ground.check();
    let mended = ground.facts();
    if code != 0 {
        faults.push(format!("it cannot be mended: {codes:?} {:?}", mended.texts.keys()));
    }
    if !mended.duplicates().is_empty() {
        faults.push(format!("still {:?}", mended.duplicates()));
    }
    for (path, text) in &main.texts {
        // Whoever prefers theirs may get a file that says the same in theirs' words.
        let is_equal = || {
            let (Some(one), Some(other)) = (main.facts.get(path), mended.facts.get(path)) else {
                return false;
            };
            matches!(way, Way::Theirs | Way::SquashTheirs) && one.agrees(other)
        };
        if mended.texts.get(path) != Some(text) && !is_equal() {
            faults.push(format!("{path} is not as it was on main"));
        }
    }
    let said: BTreeSet<_> = main.sayings().union(&feature.sayings()).cloned().collect();
    let silenced: Vec<_> = said.difference(&mended.sayings()).cloned().collect();
    if !silenced.is_empty() && !is_traceless {
        faults.push(format!("nobody knows of {silenced:?} any more"));
    }
    // Who has lost a number to somebody else remembers it, unless there was another one already.
    let (numbered, former) = (main.pairs(), mended.former());
    for (document, number) in feature.pairs().difference(&mended.entries()) {
        let knows = former.contains(&(document.clone(), number.clone()));
        let had = numbered.iter().any(|(known, _)| known == document);
        if !knows && !had && way == Way::Merge {
            faults.push(format!("{document} does not remember {number}"));
        }
    }
    faults
}

/// What somebody does who reads what the check says.
fn mend(ground: &Ground, way: Way, main: &Facts, first: &str, documents: BTreeSet<&str>) {
    ground.git(&["checkout", "--quiet", first, "--", ".gitattributes"]);
    for attempt in 0..4 {
        if ground.check().0 == 0 {
            break;
        }
        match attempt {
            0 | 2 => (),
            1 => {
                let paths: Vec<&str> = main.texts.keys().map(String::as_str).collect();
                ground.git(&[&["checkout", first, "--"], paths.as_slice()].concat());
                for document in &documents {
                    ground.number(document.trim_start_matches("library/"));
                }
            }
            // What a squash has lost without a trace is only found where it came from.
            _ => {
                if !matches!(way, Way::SquashOurs | Way::SquashTheirs) {
                    return;
                }
                ground.git(&["reset", "--quiet", "--hard", first]);
                ground.land(Way::Squash);
            }
        }
        ground.run(&["number", "--resolve", "--date", DAY]).expect(0);
    }
    if !ground.git(&["status", "--porcelain"]).is_empty() {
        ground.commit("mend");
    }
}

#[test]
fn no_merge_is_clean_duplicate_and_green() {
    let _alone = super::alone();
    let base = Ground::new();
    base.take(Number("a"));
    base.take(Revise("a", "第一版"));
    let pairs: Vec<Ground> = PAIRS
        .iter()
        .map(|(_, main, feature)| {
            let ground = base.copy();
            ground.git(&["switch", "--quiet", "--create", "feature"]);
            feature.iter().for_each(|step| ground.take(*step));
            ground.git(&["switch", "--quiet", "main"]);
            main.iter().for_each(|step| ground.take(*step));
            ground
        })
        .collect();
    let scenarios: Vec<(usize, Way)> =
        (0..PAIRS.len()).flat_map(|pair| WAYS.iter().map(move |way| (pair, *way))).collect();
    assert!(scenarios.len() >= 60);
    let (next, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((pair, way)) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = format!("{}, {way:?}", PAIRS[*pair].0);
                    let found = std::panic::catch_unwind(|| examine(&pairs[*pair], *way));
                    let found = found.unwrap_or_else(|_| vec!["broken off; see above".to_owned()]);
                    let mut faults = faults.lock().expect("no thread panics while it holds this");
                    faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
                }
            });
        }
    });
    let faults = faults.into_inner().expect("all threads are done");
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_collision_is_settled_for_the_main_branch() {
    let ground = Ground::new();
    ground.git(&["switch", "--quiet", "--create", "feature"]);
    [Number("c"), Revise("c", "乙"), Approve("c", "林二")].into_iter().for_each(|step| ground.take(step));
    ground.git(&["switch", "--quiet", "main"]);
    [Number("b"), Revise("b", "甲")].into_iter().for_each(|step| ground.take(step));
    let main = ground.facts().texts;
    assert!(!ground.try_git(&["merge", "--quiet", "--no-edit", "feature"]), "git must see the collision");
    let run = ground.run(&["number", "--resolve", "--date", DAY]).expect(0);
    assert_eq!(run.stdout, "QD202605001 -> QD202605002  library/c\n");
    ground.commit("merge");
    assert_eq!(ground.check().0, 0);
    let facts = ground.facts();
    assert!(main.iter().all(|(path, text)| facts.texts.get(path) == Some(text)));
    let entry = ground.stage.text("register/QD/QD202605002.yaml");
    assert!(entry.contains("document: library/c\n") && entry.contains("formerly: QD202605001\n"), "{entry}");
    let names: Vec<&str> = facts.texts.keys().map(|path| &path["register/QD/QD202605".len()..]).collect();
    assert_eq!(names, ["001.v1.0.yaml", "001.yaml", "002.v1.0.head.yaml", "002.v1.0.yaml", "002.yaml"]);
    // Once more there is nothing to do.
    ground.run(&["number", "--resolve", "--date", DAY]).expect(0);
    assert_eq!(ground.facts().texts, facts.texts);
}

#[test]
fn what_main_has_is_not_taken_again() {
    let ground = Ground::new();
    ground.git(&["switch", "--quiet", "--create", "feature"]);
    ground.git(&["switch", "--quiet", "main"]);
    ground.take(Number("b"));
    ground.git(&["switch", "--quiet", "feature"]);
    assert_eq!(ground.number("c"), "QD202605002");
    // A named branch is looked for at the remote as well.
    ground.git(&["branch", "--quiet", "-m", "main", "trunk"]);
    ground.git(&["update-ref", "refs/remotes/origin/trunk", "trunk"]);
    ground.git(&["branch", "--quiet", "-D", "trunk"]);
    ground.stage.write("bidwright.yaml", "numbering: { branch: trunk }\n");
    std::fs::remove_dir_all(ground.stage.path("register")).expect("it was just written");
    assert_eq!(ground.number("c"), "QD202605002");
}

#[test]
fn nothing_that_was_committed_changes_or_goes() {
    let ground = Ground::settled();
    let entry = "register/QD/QD202605001.v1.0.yaml";
    let text = ground.stage.text(entry);
    // Rewritten with a right checksum, which nobody can tell from the file alone.
    let body = text.split("checksum: ").next().expect("a body").replace("第一版", "另一版");
    ground.stage.write(entry, format!("{body}checksum: {}\n", bidwright::digest::of(body.as_bytes())));
    let (code, codes) = ground.check();
    assert!(code == 1 && codes.contains("register-altered"), "{codes:?}");
    // On the branch itself the commit before counts.
    ground.commit("rewritten");
    assert!(ground.check().1.contains("register-altered"));
    ground.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    assert_eq!(ground.check().0, 0);
    ground.git(&["rm", "--quiet", entry]);
    assert!(ground.check().1.contains("register-altered"));
    ground.git(&["reset", "--quiet", "--hard"]);
    // From another branch it is seen for as long as that branch is not merged.
    ground.git(&["switch", "--quiet", "--create", "feature"]);
    ground.git(&["rm", "--quiet", entry]);
    ground.commit("gone");
    ground.commit("something else");
    assert!(ground.check().1.contains("register-altered"));
}

#[test]
fn a_history_that_ends_too_early_is_told() {
    let ground = Ground::settled();
    let clone = crate::stage::Stage::new();
    let from = format!("file://{}", ground.stage.root().display());
    let arguments = ["clone", "--quiet", "--depth", "1", &from, "."];
    assert!(crate::stage::git(clone.root(), &arguments).status.success());
    let run = clone.run_in(&[("LANG", "en_US.UTF-8")], &["check"]).expect(0);
    assert!(run.stderr.contains("history"), "{}", run.stderr);
}
