//! Owns what a revision holds: the files of a workspace as a commit has them, read from git's own store.
//!
//! Nothing is checked out, nothing is fetched, and no filter of the repository runs: bytes are those that were
//! committed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use super::Repository;
use crate::folder::{File, Folder, Load};

/// A workspace as a commit has it.
pub struct Revision {
    /// As it was asked for.
    pub name: String,
    pub commit: String,
    /// Every file that was committed below the root of the workspace; empty where there was no workspace yet.
    pub folder: Folder,
    /// git's name for the content of each file: equal names are equal contents.
    pub blobs: BTreeMap<String, String>,
}

/// Why a revision cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no `git` command.
    NoGit,
    /// The folder lies in no repository.
    NoRepository,
    /// No commit of this name.
    Unknown(String),
    /// No commit of this name, in a clone that holds only the latest commits.
    Shallow(String),
}

impl Repository {
    /// The repository around a folder, or why there is none.
    pub fn find(root: &Path) -> Result<Self, Refusal> {
        let repository = Self { root: root.to_owned(), commits: Default::default() };
        let output = repository.command(&["rev-parse", "--is-inside-work-tree"]).output();
        match output {
            Err(_) => Err(Refusal::NoGit),
            Ok(output) if output.status.success() && output.stdout.starts_with(b"true") => Ok(repository),
            Ok(_) => Err(Refusal::NoRepository),
        }
    }

    /// The commit that a name means: a branch, a tag, a digest, `HEAD~2`.
    pub fn resolve(&self, name: &str) -> Result<String, Refusal> {
        // What begins like an option is never a name.
        let commit = if name.starts_with('-') || name.is_empty() { None } else { self.commit(name) };
        commit.ok_or_else(|| match self.is_shallow() {
            true => Refusal::Shallow(name.to_owned()),
            false => Refusal::Unknown(name.to_owned()),
        })
    }

    fn is_shallow(&self) -> bool {
        self.ask(&["rev-parse", "--is-shallow-repository"]).is_some_and(|told| told.trim() == "true")
    }

    /// The workspace as a revision has it. Contents are fetched when they are asked for, all through one process.
    pub fn revision(&self, name: &str) -> Result<Revision, Refusal> {
        let commit = self.resolve(name)?;
        let listed = self.command(&["ls-tree", "-r", "-z", "-l", &commit]).output();
        let listed = listed.map_err(|_| Refusal::NoGit)?.stdout;
        let store = Arc::new(Mutex::new(Store { root: self.clone(), running: None }));
        let (mut folder, mut blobs) = (Folder::default(), BTreeMap::new());
        for line in String::from_utf8_lossy(&listed).split('\0') {
            let Some((about, path)) = line.split_once('\t') else { continue };
            let about: Vec<&str> = about.split_whitespace().collect();
            let [mode, "blob", blob, size] = about.as_slice() else { continue };
            blobs.insert(path.to_owned(), (*blob).to_owned());
            let file = match (*mode, size.parse()) {
                ("120000", _) => File::Link,
                (_, Ok(size)) => File::Plain { size, load: load(&store, blob) },
                // A clone that leaves contents at the remote does not know how large they are.
                (_, Err(_)) => File::Unreadable("not in this clone".to_owned()),
            };
            folder.files.insert(path.to_owned(), file);
        }
        Ok(Revision { name: name.to_owned(), commit, folder, blobs })
    }

    /// Paths below the root whose files are not as a commit has them: changed, removed, new, committed or not.
    pub fn changed_since(&self, commit: &str) -> BTreeSet<String> {
        let diff =
            ["diff", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative", "-z"];
        let changed = self.ask(&[&diff[..], &[commit, "--", "."]].concat()).unwrap_or_default();
        let new = self.ask(&["ls-files", "--others", "-z", "--", "."]).unwrap_or_default();
        let paths = changed.split('\0').chain(new.split('\0'));
        paths.filter(|path| !path.is_empty()).map(str::to_owned).collect()
    }

    /// The commits that have touched a path below the root, the newest first, and no more than `most`.
    pub fn commits_of(&self, path: &str, most: usize) -> Vec<String> {
        let most = format!("-n{most}");
        let log = ["log", "--format=%H", "--full-history", &most, "HEAD", "--", path];
        self.ask(&log).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The commits that have come since one, the oldest first, and no more than `most`.
    pub fn commits_since(&self, commit: &str, most: usize) -> Vec<String> {
        let range = format!("{commit}..HEAD");
        let listed = self.ask(&["rev-list", "--reverse", &range]).unwrap_or_default();
        listed.lines().take(most).map(str::to_owned).collect()
    }
}

/// Merges three files by lines as git does without a driver, into the first of them. Whether it was without conflict;
/// `None` without git, or for what cannot be merged by lines.
pub fn merge_file(ours: &Path, base: &Path, theirs: &Path) -> Option<bool> {
    let mut command = Command::new("git");
    command.args(["merge-file", "-L", "ours", "-L", "base", "-L", "theirs", "--"]).args([ours, base, theirs]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.status().ok()?.code()? {
        0 => Some(true),
        // The count of conflicts; errors are 128 and more.
        1..=127 => Some(false),
        _ => None,
    }
}

/// Tells the repository around a folder how to run a merge driver.
pub fn set_driver(root: &Path, name: &str, title: &str, command: &str) -> bool {
    let set = |key: &str, value: &str| {
        let key = format!("merge.{name}.{key}");
        let mut git = Command::new("git");
        git.arg("-C").arg(root).args(["config", "--local", &key, value]).stdin(Stdio::null());
        git.output().is_ok_and(|output| output.status.success())
    };
    set("name", title) && set("driver", command)
}

/// One running `git cat-file`, shared by all files of a revision.
struct Store {
    root: Repository,
    running: Option<(Child, ChildStdin, BufReader<ChildStdout>)>,
}

fn load(store: &Arc<Mutex<Store>>, blob: &str) -> Load {
    let (store, blob) = (store.clone(), blob.to_owned());
    Arc::new(move || {
        let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
        let read = store.read(&blob);
        if read.is_err() {
            // What is left in the pipe belongs to an answer that nobody reads any more.
            store.stop();
        }
        read
    })
}

impl Store {
    fn read(&mut self, blob: &str) -> Result<Vec<u8>, String> {
        if self.running.is_none() {
            let mut command = self.root.command(&["cat-file", "--batch"]);
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            let mut child = command.spawn().map_err(|error| error.to_string())?;
            let pipes = child.stdin.take().zip(child.stdout.take());
            let (ask, answer) = pipes.ok_or_else(|| "git has no pipes".to_owned())?;
            self.running = Some((child, ask, BufReader::new(answer)));
        }
        let Some((_, ask, answer)) = &mut self.running else { return Err("git is not running".to_owned()) };
        let failed = |error: std::io::Error| error.to_string();
        writeln!(ask, "{blob}").and_then(|()| ask.flush()).map_err(failed)?;
        let mut head = String::new();
        answer.read_line(&mut head).map_err(failed)?;
        let size: u64 = match head.split_whitespace().collect::<Vec<_>>().as_slice() {
            [_, "blob", size] => size.parse().map_err(|_| head.trim().to_owned())?,
            _ => return Err(head.trim().to_owned()),
        };
        let mut content = Vec::new();
        answer.take(size).read_to_end(&mut content).map_err(failed)?;
        let mut end = [0];
        answer.read_exact(&mut end).map_err(failed)?;
        Ok(content)
    }

    fn stop(&mut self) {
        if let Some((mut child, ask, answer)) = self.running.take() {
            // It ends when nobody can ask any more.
            drop((ask, answer));
            let _ = child.wait();
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.stop();
    }
}
