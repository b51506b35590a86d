//! The life of a pull request with the files that `init --ci` writes: two branches take one number, are reviewed, merged,
//! resolved, built, packaged and verified. The remote is a bare repository beside.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::stage::{Stage, git};

/// A script of CI in a workspace, with the tool where scripts find it.
fn ci(folder: &Path, script: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let tool = Path::new(env!("CARGO_BIN_EXE_bidwright")).parent().expect("a folder");
    let path = format!("{}:{}", tool.display(), std::env::var("PATH").expect("a PATH"));
    let mut command = Command::new("sh");
    command.arg(format!(".ci/{script}.sh")).args(arguments).current_dir(folder).env_clear();
    command.env("PATH", path).env("HOME", folder).env("LC_ALL", "C.UTF-8");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "陈一").env(format!("GIT_{who}_EMAIL"), "chen@bids.example");
    }
    command.envs(variables.iter().copied()).output().expect("sh runs")
}

fn fine(output: &Output) -> String {
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    text
}

/// The binary, run in the workspace.
fn tool(folder: &Path, code: i32, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bidwright"));
    command.args(arguments).current_dir(folder).env_clear().env("LC_ALL", "C.UTF-8").env("HOME", folder);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().expect("the binary runs");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

#[test]
fn a_pull_request_is_reviewed_merged_and_packaged() {
    let stage = Stage::new();
    let root = stage.path(".");
    let work = stage.path("work");
    let git = |arguments: &[&str]| fine(&git(&work, arguments));
    fine(&crate::stage::git(&root, &["init", "-q", "--bare", "-b", "main", "remote.git"]));
    stage.run(&["init", "work", "--ci", "github"]).expect(0);
    for file in [".ci/review.sh", ".github/workflows/bidwright.yml", ".github/actions/bidwright/action.yml"] {
        assert!(work.join(file).is_file(), "{file}");
    }
    git(&["init", "-q", "-b", "main"]);
    git(&["config", "user.name", "陈一"]);
    git(&["config", "user.email", "chen@bids.example"]);
    git(&["remote", "add", "origin", root.join("remote.git").to_str().expect("UTF-8")]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "first"]);
    git(&["push", "-q", "-u", "origin", "main"]);

    // The first merge: numbers go to the remote, and the package is proved.
    let told = fine(&ci(&work, "release", &[], &[("BIDWRIGHT_PUSH", "main")]));
    assert!(told.contains("已证明"), "{told}");
    assert!(work.join("out/example.zip").is_file());
    git(&["fetch", "-q"]);
    assert_eq!(git(&["rev-parse", "main"]), git(&["rev-parse", "origin/main"]), "the numbers were pushed");
    assert_eq!(git(&["status", "--porcelain"]), "", "nothing is left over");

    // Two branches from there, a new document and a number on each, and on one a changed price.
    for branch in ["one", "two"] {
        git(&["checkout", "-q", "-b", branch, "main"]);
        let name = format!("survey-{branch}");
        tool(&work, 0, &["new", "interview-record", &name, "--project", "example"]);
        // What was heard has a name of its own in the project.
        let record = work.join(format!("projects/example/survey/{name}.yaml"));
        let text = fs::read_to_string(&record).expect("the record");
        fs::write(&record, text.replace("need-1", &format!("need-{branch}"))).expect("written");
        tool(&work, 0, &["number", ".", "--date", "2026-03-10"]);
        if branch == "one" {
            let prices = work.join("projects/example/bid/prices.yaml");
            let text = fs::read_to_string(&prices).expect("the prices");
            assert_eq!(text.matches("unit_price: 86000.00").count(), 1);
            fs::write(&prices, text.replace("unit_price: 86000.00", "unit_price: 85000.00"))
                .expect("written");
        }
        git(&["add", "-A"]);
        git(&["commit", "-qm", branch]);
        git(&["push", "-q", "-u", "origin", branch]);
    }
    git(&["checkout", "-q", "one"]);
    let review = ci(&work, "review", &["origin/main"], &[("BIDWRIGHT_FORMAT", "github")]);
    fine(&review);
    let text = String::from_utf8_lossy(&review.stdout).into_owned();
    assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
    let reports = work.join("out/reports");
    let comment = fs::read_to_string(reports.join("diff.md")).expect("the comment");
    assert!(comment.contains("85,000.00") || comment.contains("85000.00"), "{comment}");
    for report in ["check.sarif", "junit.xml", "code-quality.json", "check.md", "diff.html"] {
        assert!(reports.join(report).metadata().is_ok_and(|file| file.len() > 20), "{report}");
    }

    git(&["checkout", "-q", "-f", "main"]);
    git(&["merge", "-q", "--no-ff", "-m", "one", "one"]);
    let second = crate::stage::git(&work, &["merge", "--no-ff", "-m", "two", "two"]);
    assert!(!second.status.success(), "two branches have taken one number");
    tool(&work, 0, &["number", "--resolve"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "two, resolved"]);
    let report = tool(&work, 0, &["check", ".", "--format", "short"]);
    assert!(!report.contains("[register-"), "{report}");
    for name in ["survey-one", "survey-two"] {
        let status = tool(&work, 0, &["status", "."]);
        assert!(status.contains(&format!("example/{name}")), "{status}");
    }

    git(&["push", "-q", "origin", "main"]);
    fine(&ci(&work, "release", &[], &[("BIDWRIGHT_PUSH", "main")]));
    tool(&work, 0, &["verify", "out/example.zip"]);
    assert_eq!(git(&["status", "--porcelain"]), "");
}
