//! Numbers that are claimed on a remote: the first one wins, and an absent remote keeps nobody from work.

use std::thread;

use super::{DAY, Ground};
use crate::stage::{Stage, git};

/// A bare repository, and clones of it.
struct Remote {
    stage: Stage,
}

impl Remote {
    fn new() -> Self {
        let remote = Self { stage: Stage::new() };
        assert!(git(remote.stage.root(), &["init", "--quiet", "--bare", "."]).status.success());
        remote
    }

    fn clone_of(&self, ground: &Ground) -> Ground {
        let clone = ground.copy();
        clone.git(&["remote", "add", "origin", self.stage.root().to_str().expect("a plain name")]);
        clone
    }

    fn claims(&self) -> Vec<String> {
        let listed =
            git(self.stage.root(), &["for-each-ref", "--format=%(refname)", "refs/bidwright/numbers"]);
        String::from_utf8(listed.stdout).expect("text").lines().map(str::to_owned).collect()
    }
}

fn claim(ground: &Ground, name: &str) -> String {
    let path = format!("library/{name}.yaml");
    let run = ground.run(&["number", &path, "--claim", "origin", "--date", DAY]).expect(0);
    run.stdout.split_whitespace().next().expect("a number").to_owned()
}

#[test]
fn the_first_claim_wins_and_the_second_gets_the_next_number() {
    let (remote, base) = (Remote::new(), Ground::new());
    let (one, other) = (remote.clone_of(&base), remote.clone_of(&base));
    assert_eq!(claim(&one, "b"), "QD202605001");
    assert_eq!(claim(&other, "c"), "QD202605002");
    assert_eq!(claim(&other, "c"), "QD202605002", "what a document has is not claimed again");
    assert_eq!(remote.claims().len(), 2);
    // Numbers that nobody has claimed stay numbers: here 001 and 002 are skipped all the same.
    assert_eq!(claim(&one, "d"), "QD202605003");

    // The branches come together without a word.
    one.commit("one");
    other.commit("other");
    one.git(&["fetch", "--quiet", other.stage.root().to_str().expect("a plain name"), "main"]);
    one.git(&["merge", "--quiet", "--no-edit", "FETCH_HEAD"]);
    assert_eq!(one.check().0, 0);
    assert_eq!(one.facts().pairs().len(), 3);
}

#[test]
fn claims_at_the_same_moment_never_agree() {
    let (remote, base) = (Remote::new(), Ground::new());
    let clones: Vec<Ground> = (0..4).map(|_| remote.clone_of(&base)).collect();
    let mut numbers: Vec<String> = thread::scope(|scope| {
        let claims = clones.iter().zip(["a", "b", "c", "d"]);
        let running: Vec<_> = claims.map(|(clone, name)| scope.spawn(move || claim(clone, name))).collect();
        running.into_iter().map(|running| running.join().expect("a number")).collect()
    });
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 4, "{numbers:?}");
    assert!(remote.claims().len() >= 4);
}

#[test]
fn a_remote_that_cannot_be_reached_is_told_and_the_number_given() {
    let ground = Ground::new();
    for remote in ["nowhere", "/nonexistent/repository.git", "--upload-pack=touch owned"] {
        let claim = format!("--claim={remote}");
        let run = ground.run(&["number", "library/b.yaml", &claim, "--date", DAY]).expect(0);
        assert!(run.stdout.starts_with("QD202605001 "), "{}", run.stdout);
        assert!(run.stderr.contains("cannot be reached"), "{remote}: {}", run.stderr);
        std::fs::remove_dir_all(ground.stage.path("register")).expect("it was just written");
    }
    assert!(!ground.stage.path("owned").exists());
}
