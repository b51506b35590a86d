//! The door to git: what other commits hold, who works here, and what two branches have both written.
//!
//! Runs the `git` command. Settings of a repository that would run programs are switched off; nothing is fetched
//! unless asked for, and only [`Repository::stage`] and [`Repository::claim`] change anything.

mod revision;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use revision::{Refusal, Revision, merge_file, set_driver};

/// A repository that a workspace lies in.
#[derive(Clone)]
pub struct Repository {
    /// The root of the workspace, not of the repository.
    root: PathBuf,
    /// Commits by name. They are asked for often, and do not change while a command runs.
    commits: RefCell<BTreeMap<String, Option<String>>>,
}

/// A commit that the files of the workspace are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// As people know it: `main`, `HEAD`, `MERGE_HEAD`, or the beginning of its digest.
    pub name: String,
    pub commit: String,
    /// Whether it belongs to the branch that others are merged into: what stands there is never renumbered.
    pub settled: bool,
}

/// A file that is not as it is in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Relative to the workspace.
    pub path: String,
    pub what: What,
    /// Its text in the commit.
    pub before: Option<String>,
    /// The commit that made the difference, where that is known.
    pub by: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Changed,
    Removed,
}

/// A path with two texts, by the stages of git's index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Relative to the workspace.
    pub path: String,
    pub ours: String,
    pub theirs: String,
}

/// What a remote said to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    Won,
    /// Somebody else was first.
    Lost,
    /// The remote could not be asked; git's words.
    Unreachable(String),
}

/// How many commits back the branch itself is proved.
const REACH: usize = 200;

/// Where claims stand on a remote.
const NAMESPACE: &str = "refs/bidwright/numbers";

impl Repository {
    /// The repository around a workspace. `None` without git, or outside of any repository.
    pub fn around(root: &Path) -> Option<Self> {
        Self::find(root).ok()
    }

    /// The way from the top of the repository to the workspace, such as `bids/`; empty at the top.
    pub fn prefix(&self) -> String {
        self.ask(&["rev-parse", "--show-prefix"])
            .map(|prefix| prefix.trim_end().to_owned())
            .unwrap_or_default()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root);
        for setting in
            ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=false", "gc.auto=0"]
        {
            command.args(["-c", setting]);
        }
        command.args(arguments);
        command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
        command.env("GIT_NO_LAZY_FETCH", "1");
        command.stdin(Stdio::null());
        command
    }

    /// The output of a command that only asks; `None` where git refuses.
    fn ask(&self, arguments: &[&str]) -> Option<String> {
        let output = self.command(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    }

    fn commit(&self, name: &str) -> Option<String> {
        if let Some(known) = self.commits.borrow().get(name) {
            return known.clone();
        }
        let commit = self.ask(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")]);
        let commit = commit.map(|commit| commit.trim().to_owned());
        self.commits.borrow_mut().insert(name.to_owned(), commit.clone());
        commit
    }

    /// The commit at `HEAD`, and whether the files of the workspace are as they are in it; those below `output` do not
    /// count.
    pub fn head(&self, output: &str) -> Option<(String, bool)> {
        let commit = self.commit("HEAD")?;
        let except = format!(":(exclude){output}");
        let changes = self.ask(&["status", "--porcelain", "--", ".", &except])?;
        Some((commit, changes.is_empty()))
    }

    /// The branch that others are merged into: the named one, or the usual ones. What a remote has of it counts more
    /// than what lies here, which may be old or missing.
    fn target(&self, named: Option<&str>) -> Option<Base> {
        let usual =
            ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "main"];
        let names: Vec<String> = match named {
            Some(name) => vec![format!("refs/remotes/origin/{name}"), name.to_owned()],
            None => usual.iter().chain(&["master"]).map(|name| (*name).to_owned()).collect(),
        };
        names.iter().find_map(|name| {
            let short = name.trim_start_matches("refs/remotes/");
            Some(Base { name: short.to_owned(), commit: self.commit(name)?, settled: true })
        })
    }

    /// The commits whose files must all still be there: this one, those it was merged from, those it is being merged
    /// from, and where it left the branch that it will go into. The second value is false where that cannot be told,
    /// as in a shallow clone.
    pub fn bases(&self, branch: Option<&str>) -> (Vec<Base>, bool) {
        let mut bases = Vec::new();
        if let Some(commit) = self.commit("HEAD") {
            bases.push(Base { name: "HEAD".to_owned(), commit, settled: false });
        }
        let parents = self.ask(&["rev-list", "--parents", "-n1", "HEAD"]).unwrap_or_default();
        let parents: Vec<&str> = parents.split_whitespace().skip(1).collect();
        if parents.len() > 1 {
            bases.extend(parents.iter().map(|commit| Base {
                name: commit[..commit.len().min(10)].to_owned(),
                commit: (*commit).to_owned(),
                settled: false,
            }));
        }
        for name in ["MERGE_HEAD", "CHERRY_PICK_HEAD"] {
            bases.extend(self.commit(name).map(|commit| Base {
                name: name.to_owned(),
                commit,
                settled: false,
            }));
        }
        let target = self.target(branch).filter(|_| !bases.is_empty());
        let fork = target.as_ref().and_then(|target| self.ask(&["merge-base", "HEAD", &target.commit]));
        // Nothing can be lost where nothing was committed.
        let mut whole = bases.is_empty() || fork.is_some();
        if let (Some(target), Some(commit)) = (target, fork) {
            // First, so that it is the one that stays of two equal ones.
            let commit = commit.trim().to_owned();
            if commit == bases[0].commit && parents.is_empty() {
                let shallow = self.ask(&["rev-parse", "--is-shallow-repository"]);
                whole = shallow.is_none_or(|shallow| shallow.trim() != "true");
            }
            bases.insert(0, Base { commit, ..target });
        }
        let mut known = BTreeSet::new();
        bases.retain(|base| known.insert(base.commit.clone()));
        (bases, whole)
    }

    /// Files below `folder` that are not as they are in a commit.
    pub fn altered(&self, base: &Base, folder: &str) -> Vec<Difference> {
        let arguments = [
            "diff",
            "--name-status",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--relative",
            "-z",
            "--diff-filter=MDT",
            &base.commit,
            "--",
            folder,
        ];
        let output = self.ask(&arguments).unwrap_or_default();
        let mut parts = output.split('\0').filter(|part| !part.is_empty());
        let before = |path: &str| self.ask(&["show", "--no-textconv", &format!("{}:./{path}", base.commit)]);
        let mut found = Vec::new();
        while let (Some(status), Some(path)) = (parts.next(), parts.next()) {
            let what = if status == "D" { What::Removed } else { What::Changed };
            found.push(Difference { path: path.to_owned(), what, before: before(path), by: None });
        }
        found
    }

    /// Files below `folder` that a commit of the target branch has changed or removed, as they were before the first
    /// that did; only if this is that branch, and not for ever back.
    pub fn rewritten(&self, branch: Option<&str>, folder: &str) -> Vec<(Base, Difference)> {
        let is_target = self.target(branch).map(|target| target.commit) == self.commit("HEAD");
        if !is_target {
            return Vec::new();
        }
        let skip = format!("--skip={REACH}");
        let oldest = self.ask(&["rev-list", "--first-parent", &skip, "-n1", "HEAD"]).unwrap_or_default();
        let range = if oldest.is_empty() { "HEAD".to_owned() } else { format!("{}..HEAD", oldest.trim()) };
        let log =
            ["log", "--first-parent", "-m", "--format=%x01%H", "--name-status", "--no-renames", "--relative"];
        let how = ["-z", "--no-ext-diff", "--no-textconv", "--diff-filter=MD", &range, "--", folder];
        let output = self.ask(&[&log[..], &how].concat()).unwrap_or_default();
        let mut first = BTreeMap::new();
        // The newest comes first; the oldest is the one that stays.
        for entry in output.split('\u{1}') {
            let mut parts = entry.split(['\0', '\n']).filter(|part| !part.is_empty());
            let Some(commit) = parts.next() else { continue };
            while let (Some(status), Some(path)) = (parts.next(), parts.next()) {
                first.insert(path.to_owned(), (commit.to_owned(), status == "D"));
            }
        }
        let told = |(path, (commit, is_gone)): (String, (String, bool))| {
            let parent = self.commit(&format!("{commit}^1"))?;
            let before = self.ask(&["show", "--no-textconv", &format!("{parent}:./{path}")]);
            let base =
                Base { name: parent[..parent.len().min(10)].to_owned(), commit: parent, settled: true };
            let what = if is_gone { What::Removed } else { What::Changed };
            Some((base, Difference { path, what, before, by: Some(commit) }))
        };
        first.into_iter().filter_map(told).collect()
    }

    /// Paths below `folder` that are in conflict, and not settled yet.
    pub fn contested(&self, folder: &str) -> BTreeSet<String> {
        let listed = self.ask(&["ls-files", "-u", "-z", "--", folder]).unwrap_or_default();
        listed.split('\0').filter_map(|line| Some(line.split_once('\t')?.1.to_owned())).collect()
    }

    /// How git merges a file: `unset` where it leaves that to people.
    pub fn merge_attribute(&self, path: &str) -> Option<String> {
        let output = self.ask(&["check-attr", "-z", "merge", "--", path])?;
        output.split('\0').nth(2).map(str::to_owned)
    }

    /// Paths below `folder` that two branches have written differently: those in conflict now, or else those that the
    /// merge at `HEAD` had to choose between.
    pub fn conflicts(&self, folder: &str) -> Vec<Conflict> {
        let listed = self.ask(&["ls-files", "-u", "-z", "--", folder]).unwrap_or_default();
        let mut stages: BTreeMap<&str, [Option<&str>; 2]> = Default::default();
        for line in listed.split('\0') {
            let Some((about, path)) = line.split_once('\t') else { continue };
            let about: Vec<&str> = about.split(' ').collect();
            if let [_, blob, stage @ ("2" | "3")] = about.as_slice() {
                stages.entry(path).or_default()[usize::from(*stage == "3")] = Some(*blob);
            }
        }
        let show = |blob: &str| self.ask(&["cat-file", "blob", blob]);
        let found: Vec<Conflict> = stages
            .iter()
            .filter_map(|(path, blobs)| {
                let [Some(ours), Some(theirs)] = blobs else { return None };
                Some(Conflict { path: (*path).to_owned(), ours: show(ours)?, theirs: show(theirs)? })
            })
            .collect();
        if found.is_empty() { self.chosen(folder) } else { found }
    }

    /// Paths that both parents of a merge at `HEAD` have, with different texts.
    fn chosen(&self, folder: &str) -> Vec<Conflict> {
        let (Some(ours), Some(theirs)) = (self.commit("HEAD^1"), self.commit("HEAD^2")) else {
            return Vec::new();
        };
        let arguments = [
            "diff",
            "--name-only",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--relative",
            "-z",
            "--diff-filter=M",
            &ours,
            &theirs,
            "--",
            folder,
        ];
        let output = self.ask(&arguments).unwrap_or_default();
        let show =
            |commit: &str, path: &str| self.ask(&["show", "--no-textconv", &format!("{commit}:./{path}")]);
        output
            .split('\0')
            .filter(|path| !path.is_empty())
            .filter_map(|path| {
                let (ours, theirs) = (show(&ours, path)?, show(&theirs, path)?);
                Some(Conflict { path: path.to_owned(), ours, theirs })
            })
            .collect()
    }

    /// The target branch as it was before the merge at `HEAD`, where that has been made on it already.
    fn before_merge(&self, branch: Option<&str>) -> Option<String> {
        let target = self.target(branch)?.commit;
        let is_merged = self.commit("HEAD").as_ref() == Some(&target) && self.commit("HEAD^2").is_some();
        match is_merged && self.commit("MERGE_HEAD").is_none() {
            true => self.commit("HEAD^1"),
            false => Some(target),
        }
    }

    /// The paths below `folder` that the target branch had before the merge at `HEAD`.
    pub fn settled(&self, branch: Option<&str>, folder: &str) -> BTreeSet<String> {
        self.before_merge(branch).map(|commit| self.listed(&commit, folder)).unwrap_or_default()
    }

    /// The paths below `folder` that the target branch has.
    pub fn on_target(&self, branch: Option<&str>, folder: &str) -> BTreeSet<String> {
        self.target(branch).map(|target| self.listed(&target.commit, folder)).unwrap_or_default()
    }

    fn listed(&self, commit: &str, folder: &str) -> BTreeSet<String> {
        let listed = self.ask(&["ls-tree", "-r", "-z", "--name-only", commit, "--", folder]);
        listed.unwrap_or_default().split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
    }

    /// The text of a file on the target branch.
    pub fn target_text(&self, branch: Option<&str>, path: &str) -> Option<String> {
        let commit = self.before_merge(branch)?;
        self.ask(&["show", "--no-textconv", &format!("{commit}:./{path}")])
    }

    /// Name and e-mail of whoever works here.
    pub fn person(&self) -> (Option<String>, Option<String>) {
        let get = |key: &str| {
            let value = self.ask(&["config", "--get", key])?;
            Some(value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        (get("user.name"), get("user.email"))
    }

    /// Tells git that conflicts in these paths are settled.
    pub fn stage(&self, paths: &[String]) -> bool {
        let mut arguments = vec!["add", "-A", "--"];
        arguments.extend(paths.iter().map(String::as_str));
        // What a crash has left belongs to nobody.
        arguments.push(":(exclude,glob)**/.bidwright-*");
        paths.is_empty() || self.command(&arguments).output().is_ok_and(|output| output.status.success())
    }

    /// The numbers that were claimed on a remote and begin with `prefix`.
    pub fn claimed(&self, remote: &str, prefix: &str) -> Result<Vec<String>, String> {
        let pattern = format!("{NAMESPACE}/{prefix}*");
        let output = self.command(&["ls-remote", "--refs", "--", remote, &pattern]).output();
        let output = output.map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        let listed = String::from_utf8_lossy(&output.stdout).into_owned();
        let names = listed.lines().filter_map(|line| line.rsplit('/').next());
        Ok(names.map(str::to_owned).collect())
    }

    /// Claims a number on a remote: pushes a commit without parents under its name, expecting none to be there. The
    /// first one wins, whoever comes later can neither replace nor extend it.
    pub fn claim(&self, remote: &str, number: &str, text: &str) -> Claim {
        let claimed = self.parentless(text).map(|commit| {
            let reference = format!("{NAMESPACE}/{number}");
            let (lease, wish) = (format!("--force-with-lease={reference}:"), format!("{commit}:{reference}"));
            self.command(&["push", "--porcelain", "--no-verify", &lease, "--", remote, &wish]).output()
        });
        match claimed {
            Some(Ok(output)) if output.status.success() => Claim::Won,
            Some(Ok(output)) => {
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                // A line of `!` is the remote's answer; without one it never answered.
                if said.lines().any(is_refusal) {
                    Claim::Lost
                } else {
                    let words = String::from_utf8_lossy(&output.stderr);
                    Claim::Unreachable(format!("{}{}", said.trim(), words.trim()))
                }
            }
            Some(Err(error)) => Claim::Unreachable(error.to_string()),
            None => Claim::Unreachable("git cannot write objects here".to_owned()),
        }
    }

    /// A commit of the empty tree that says `text` and has no parents.
    fn parentless(&self, text: &str) -> Option<String> {
        let tree = self.ask(&["mktree"])?;
        let mut command = self.command(&["commit-tree", tree.trim(), "-m", text]);
        let (name, email) = self.person();
        let name = name.unwrap_or_else(|| "bidwright".to_owned());
        let email = email.unwrap_or_else(|| "bidwright@localhost".to_owned());
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), &name).env(format!("GIT_{who}_EMAIL"), &email);
        }
        let output = command.output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    }
}

/// Whether a line of a push says that the name is taken: refused by the lease, or by another push at the same moment.
fn is_refusal(line: &str) -> bool {
    let reasons = ["[rejected]", "already exists", "cannot lock ref", "failed to update ref"];
    line.starts_with('!') && reasons.iter().any(|reason| line.contains(reason))
}
