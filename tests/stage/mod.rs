//! A stage for the binary: a folder of its own, an environment without surprises, and what came of a run.

// Each test binary plays another part of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Whoever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(300);

pub struct Stage {
    // Removed with all that is in it when the stage goes.
    _folder: tempfile::TempDir,
    root: PathBuf,
}

/// What a run left behind. The path of the stage is written `[STAGE]` in both texts.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Stage {
    /// An empty folder.
    pub fn new() -> Self {
        let folder =
            tempfile::Builder::new().prefix("bidwright-stage-").tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("the folder is there");
        Self { _folder: folder, root }
    }

    /// An empty folder in memory, where the system has a place for it.
    pub fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("bidwright-stage-").tempdir_in(place);
        let folder = folder.expect("a temporary folder");
        let root = folder.path().canonicalize().expect("the folder is there");
        Self { _folder: folder, root }
    }

    /// A copy of a folder of the repository.
    pub fn of(folder: &str) -> Self {
        let stage = Self::new();
        stage.bring(&repository().join(folder));
        stage
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Copies what is in `folder` onto the stage.
    pub fn bring(&self, folder: &Path) {
        assert!(folder.is_dir(), "{} is no folder", folder.display());
        for (path, _) in files(folder) {
            let to = self.root.join(&path);
            fs::create_dir_all(to.parent().expect("a file has a folder")).expect("the stage can be written");
            fs::copy(folder.join(&path), to).expect("the stage can be written");
        }
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let to = self.root.join(path);
        fs::create_dir_all(to.parent().expect("a file has a folder")).expect("the stage can be written");
        fs::write(to, content).expect("the stage can be written");
    }

    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Puts `new` in the place of `old`, which must stand exactly once in the file.
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.text(path);
        assert_eq!(text.matches(old).count(), 1, "{path}: `{old}` must stand there exactly once");
        self.write(path, text.replacen(old, new, 1));
    }

    /// Runs the binary on the stage.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_in(&[], arguments)
    }

    /// Runs the binary with these variables besides the fixed ones.
    pub fn run_in(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bidwright"));
        command.args(arguments);
        self.perform(variables, command)
    }

    /// Runs the binary from a shell with another umask.
    pub fn run_with_umask(&self, umask: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(format!("umask {umask}; exec \"$0\" \"$@\""));
        command.arg(env!("CARGO_BIN_EXE_bidwright")).args(arguments);
        self.perform(variables, command)
    }

    fn perform(&self, variables: &[(&str, &str)], mut command: Command) -> Run {
        command.current_dir(&self.root).env_clear();
        command.env("LANG", "C").env("TZ", "UTC").env("HOME", "/nonexistent");
        // For git; its own settings are none.
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command.envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary can be run");
        let drain = |mut pipe: Box<dyn Read + Send>| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                pipe.read_to_end(&mut bytes).expect("the pipe can be read");
                String::from_utf8(bytes).expect("all output is UTF-8")
            })
        };
        let stdout = drain(Box::new(child.stdout.take().expect("a pipe")));
        let stderr = drain(Box::new(child.stderr.take().expect("a pipe")));
        let begun = Instant::now();
        let status = loop {
            match child.try_wait().expect("the child can be waited for") {
                Some(status) => break status,
                None if begun.elapsed() > PATIENCE => {
                    let _ = child.kill();
                    panic!("{command:?} did not end within {PATIENCE:?}");
                }
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        let place = self.root.to_str().expect("the temporary folder has a plain name");
        let text = |pipe: thread::JoinHandle<String>| {
            pipe.join().expect("the pipe was read").replace(place, "[STAGE]")
        };
        let run = Run { code: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) };
        assert!(!run.stderr.contains("panicked at"), "{command:?} panicked:\n{}", run.stderr);
        run
    }

    /// Every file of the stage with its content.
    pub fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.root)
    }
}

/// Runs git without any settings but those of the repository, always as the same person at the same moment.
pub fn git(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder).env("LC_ALL", "C");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_EDITOR", "true");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "陈一").env(format!("GIT_{who}_EMAIL"), "chen@bids.example");
        command.env(format!("GIT_{who}_DATE"), "2026-05-15T08:00:00Z");
    }
    command.output().expect("git is there: part of the product is about it")
}

/// All files below a folder: paths with `/` between parts, and content. Links count by where they lead.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    // A cache is nobody's output, and one of the repository is no input of a test.
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| !entry.path().ends_with(".bidwright/cache")) {
        let entry = entry.expect("the folder can be read");
        let path = entry.path().strip_prefix(folder).expect("the walk stays below").to_string_lossy();
        let path = path.replace(std::path::MAIN_SEPARATOR, "/");
        let content = match entry.file_type() {
            kind if kind.is_file() => fs::read(entry.path()).expect("the file can be read"),
            kind if kind.is_symlink() => {
                let target = fs::read_link(entry.path()).expect("the link can be read");
                target.to_string_lossy().into_owned().into_bytes()
            }
            _ => continue,
        };
        found.insert(path, content);
    }
    found
}

/// The sentence of a test that wants an exit code.
impl Run {
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}
