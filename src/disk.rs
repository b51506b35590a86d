//! The two doors to the disk: reads a folder, writes a set of files. Nothing else touches files.
//!
//! Links are never followed. A set of files is written whole: every file is on the disk under another name
//! before the first takes its place.

mod cache;
mod peek;
mod publish;
mod stamp;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ignore::WalkBuilder;
use ignore::gitignore::GitignoreBuilder;
use ignore::overrides::OverrideBuilder;

use crate::folder::{self, File, Folder, Load};

pub use cache::Cache;
pub use peek::{Peek, peek};
pub use publish::{Call, Gate, Open, Published, publish};
pub use stamp::{Stamp, stamp};

/// The environment does not let the tool go on.
#[derive(Debug)]
pub enum Failure {
    /// No `bidwright.yaml` in this folder or any above it.
    NotWorkspace(PathBuf),
    Missing(PathBuf),
    Read(PathBuf, io::Error),
    Write(PathBuf, io::Error),
    /// Would overwrite what is there already.
    Exists(PathBuf),
    /// The system gives no random numbers.
    Random(String),
    /// An exclusion pattern of the configuration.
    Pattern(String, String),
}

/// Folders whose files count even where git ignores them: licensed fonts are often kept out of repositories.
const ALWAYS: [&str; 3] = ["fonts", "schemas", "templates"];
/// The folder that facts are published in, one file at a time.
const PUBLISHED: &str = "register";
/// What a crash has left is not removed before this: another process may be about to publish it.
const STALE: Duration = Duration::from_secs(3600);
const CONFIGURATION: &str = "bidwright.yaml";

/// The folder at or above `path` that holds a `bidwright.yaml`.
pub fn root_of(path: &Path) -> Result<PathBuf, Failure> {
    let path = path.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Missing(path.to_owned()),
        _ => Failure::Read(path.to_owned(), error),
    })?;
    let root = path.ancestors().find(|folder| folder.join(CONFIGURATION).is_file());
    root.map(Path::to_owned).ok_or(Failure::NotWorkspace(path))
}

/// Reads what is in a workspace. `exclude` turns the text of the configuration into patterns not to look at.
pub fn read(root: &Path, exclude: impl Fn(&str) -> Vec<String>) -> Result<Folder, Failure> {
    let configuration = root.join(CONFIGURATION);
    let text = fs::read(&configuration).map_err(|error| Failure::Read(configuration, error))?;
    let mut overrides = OverrideBuilder::new(root);
    for pattern in exclude(&String::from_utf8_lossy(&text)) {
        let refused = |error: ignore::Error| Failure::Pattern(pattern.clone(), error.to_string());
        overrides.add(&format!("!{pattern}")).map_err(refused)?;
    }
    let overrides = overrides.build().map_err(|error| Failure::Pattern(String::new(), error.to_string()))?;
    let mut folder = Folder::default();
    let mut walk = WalkBuilder::new(root);
    walk.require_git(false).follow_links(false).overrides(overrides);
    // What a person's own settings or a folder further up ignore says nothing about the workspace.
    walk.git_global(false).git_exclude(false).parents(false);
    let walk = walk.build();
    for entry in walk {
        match entry {
            Ok(entry) => add(&mut folder, root, entry.path(), entry.file_type()),
            Err(error) => refuse(&mut folder, root, &error)?,
        }
    }
    for top in ALWAYS.map(|top| root.join(top)).iter().filter(|top| top.is_dir()) {
        for entry in walkdir::WalkDir::new(top).sort_by_file_name() {
            match entry {
                Ok(entry) => add(&mut folder, root, entry.path(), Some(entry.file_type())),
                Err(error) => {
                    let path = error.path().map_or(top.clone(), Path::to_owned);
                    folder.files.insert(relative(root, &path), File::Unreadable(error.to_string()));
                }
            }
        }
    }
    litter(&mut folder, root);
    Ok(folder)
}

/// Adds what crashes have left in the folders that facts are published in: hidden, so that the walk passes it over.
fn litter(folder: &mut Folder, root: &Path) {
    let entries = |path: &Path| fs::read_dir(path).into_iter().flatten().flatten().collect::<Vec<_>>();
    for within in entries(&root.join(PUBLISHED)) {
        let is_folder = within.file_type().is_ok_and(|kind| kind.is_dir());
        for entry in if is_folder { entries(&within.path()) } else { Vec::new() } {
            if entry.file_name().to_string_lossy().starts_with(folder::STAGED) {
                add(folder, root, &entry.path(), entry.file_type().ok());
            }
        }
    }
}

/// What [`read`] would have found in a folder that is not on the disk: without hidden files, those that the folder's
/// own ignore rules leave out, and those that its configuration does.
pub fn as_read(mut folder: Folder, exclude: impl Fn(&str) -> Vec<String>) -> Result<Folder, Failure> {
    let text = |path: &str| match folder.get(path) {
        Some(File::Plain { load, .. }) => load().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        _ => Ok(String::new()),
    };
    let mut rules = GitignoreBuilder::new("");
    let refused =
        |pattern: &str, error: ignore::Error| Failure::Pattern(pattern.to_owned(), error.to_string());
    for pattern in exclude(&text(CONFIGURATION).unwrap_or_default()) {
        rules.add_line(None, &pattern).map_err(|error| refused(&pattern, error))?;
    }
    let mut own = vec![(String::new(), rules.build().map_err(|error| refused("", error))?)];
    let ignoring = |path: &&String| path.ends_with(".gitignore") || path.ends_with(".ignore");
    for path in folder.files.keys().filter(ignoring) {
        let (below, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name == ".gitignore" || name == ".ignore" {
            let mut rules = GitignoreBuilder::new("");
            for line in text(path).unwrap_or_default().lines() {
                // A rule that git does not understand ignores nothing.
                let _ = rules.add_line(None, line);
            }
            own.push((below.to_owned(), rules.build().map_err(|error| refused("", error))?));
        }
    }
    let left_out = |path: &str| {
        own.iter().any(|(below, rules)| {
            let within = if below.is_empty() { Some(path) } else { path.strip_prefix(below.as_str()) };
            let within = within.map(|path| path.trim_start_matches('/')).filter(|path| !path.is_empty());
            within.is_some_and(|path| rules.matched_path_or_any_parents(path, false).is_ignore())
        })
    };
    folder.files.retain(|path, _| {
        let top = path.split_once('/').map_or("", |(top, _)| top);
        ALWAYS.contains(&top) || !(path.split('/').any(|part| part.starts_with('.')) || left_out(path))
    });
    Ok(folder)
}

fn add(folder: &mut Folder, root: &Path, path: &Path, kind: Option<fs::FileType>) {
    let Some(kind) = kind.filter(|kind| !kind.is_dir()) else { return };
    let file = if kind.is_symlink() {
        File::Link
    } else if !kind.is_file() {
        File::Unreadable("not a regular file".to_owned())
    } else {
        match fs::symlink_metadata(path) {
            Ok(about) => {
                let path = path.to_owned();
                let load: Load = Arc::new(move || fs::read(&path).map_err(|error| error.to_string()));
                File::Plain { size: about.len(), load }
            }
            Err(error) => File::Unreadable(error.to_string()),
        }
    };
    folder.files.insert(relative(root, path), file);
}

/// A folder that cannot be looked into is a finding there; without a path the whole walk has failed.
fn refuse(folder: &mut Folder, root: &Path, error: &ignore::Error) -> Result<(), Failure> {
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path, err } if path != root => {
                folder.files.insert(relative(root, path), File::Unreadable(err.to_string()));
                return Ok(());
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            other => return Err(Failure::Read(root.to_owned(), io::Error::other(other.to_string()))),
        }
    }
}

/// The path below the root, `/` between parts. Names that are not Unicode keep a replacement character.
fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The place of a path below a workspace's root, as documents know it.
pub fn below(root: &Path, path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    path.strip_prefix(root).is_ok().then(|| relative(root, &path))
}

/// Whether a new workspace can go into a folder: it is not there yet, or empty but for git's own folder.
pub fn is_vacant(folder: &Path) -> Result<bool, Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(false),
        Err(error) => return Err(Failure::Read(folder.to_owned(), error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| Failure::Read(folder.to_owned(), error))?;
        if entry.file_name() != ".git" {
            return Ok(false);
        }
    }
    Ok(true)
}

static WRITING: Mutex<()> = Mutex::new(());

/// Waits until nothing is being written: whoever ends the process holds this, and leaves nothing half done.
pub fn settled() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The files that are not in a folder as they are here, each with whether there is another in its place.
pub fn differing<'f>(folder: &Path, files: &'f BTreeMap<String, Vec<u8>>) -> Vec<(&'f str, bool)> {
    let told = |(path, bytes): (&'f String, &Vec<u8>)| match fs::read(folder.join(path)) {
        Ok(there) => (there != *bytes).then_some((path.as_str(), true)),
        Err(_) => Some((path.as_str(), false)),
    };
    files.iter().filter_map(told).collect()
}

/// Writes files below a folder, replacing those that are there. All or, where the disk refuses, none: folders
/// that were made for them go too.
pub fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
    let _writing = settled();
    let missing = missing_folders(folder, files);
    let written = stage(folder, files);
    if written.is_err() {
        // Deepest first. One that something else has been put into meanwhile is not empty, and stays.
        for made in missing.iter().rev() {
            let _ = fs::remove_dir(made);
        }
    }
    written
}

/// The folders that files need and that are not there, each after the one that it lies in.
fn missing_folders(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<PathBuf> {
    let targets: Vec<PathBuf> = files.keys().map(|path| folder.join(path)).collect();
    let above: BTreeSet<&Path> = targets.iter().flat_map(|target| target.ancestors().skip(1)).collect();
    let absent = |path: &&Path| !path.as_os_str().is_empty() && path.symlink_metadata().is_err();
    above.into_iter().filter(absent).map(Path::to_owned).collect()
}

fn stage(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
    let mut staged = Vec::new();
    for (path, content) in files {
        let target = folder.join(path);
        let parent = target.parent().unwrap_or(folder);
        let failed = |error: io::Error| Failure::Write(target.clone(), error);
        fs::create_dir_all(parent).map_err(failed)?;
        if target.is_dir() {
            return Err(failed(io::Error::new(io::ErrorKind::IsADirectory, "is a folder")));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(folder::STAGED);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(parent).map_err(failed)?;
        file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        staged.push((file, target));
    }
    for (file, target) in staged {
        file.persist(&target).map_err(|error| Failure::Write(target, error.error))?;
    }
    Ok(())
}

/// Writes new files; refuses before the first if any of them is there already.
pub fn create(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
    match files.keys().map(|path| folder.join(path)).find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => Err(Failure::Exists(path)),
        None => write(folder, files),
    }
}

/// Removes files below a folder; one that is not there is as good as removed.
pub fn remove(folder: &Path, paths: impl IntoIterator<Item = impl AsRef<str>>) -> Result<(), Failure> {
    let _writing = settled();
    for path in paths {
        let path = folder.join(path.as_ref());
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Failure::Write(path, error)),
            _ => (),
        }
    }
    Ok(())
}

/// Removes those of the given files that have not been touched for an hour. What cannot be removed stays.
pub fn sweep(root: &Path, paths: impl IntoIterator<Item = impl AsRef<str>>) {
    let _writing = settled();
    for path in paths {
        let path = root.join(path.as_ref());
        let touched = fs::symlink_metadata(&path).and_then(|about| about.modified()).ok();
        if touched.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > STALE) {
            let _ = fs::remove_file(path);
        }
    }
}

/// The content of a file below a folder; `None` where there is none.
pub fn load(folder: &Path, path: &str) -> Result<Option<Vec<u8>>, Failure> {
    let path = folder.join(path);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::Read(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn litter_is_seen_at_once_and_removed_when_it_is_old() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = root.path().join("register/QD");
        fs::create_dir_all(&folder).expect("it can be made");
        fs::write(root.path().join("bidwright.yaml"), "").expect("it can be written");
        for name in [".bidwright-old", ".bidwright-new", ".other"] {
            fs::write(folder.join(name), "cut o").expect("it can be written");
        }
        let file = fs::File::options().append(true).open(folder.join(".bidwright-old")).expect("it is there");
        let now = file.metadata().and_then(|about| about.modified()).expect("a time");
        file.set_modified(now - 2 * STALE).expect("it can be set");
        let read = || read(root.path(), |_| Vec::new()).expect("it can be read").files.into_keys();
        let seen: Vec<String> = read().filter(|path| path.starts_with("register")).collect();
        assert_eq!(seen, ["register/QD/.bidwright-new", "register/QD/.bidwright-old"]);
        sweep(root.path(), &seen);
        let left: Vec<String> = read().filter(|path| path.starts_with("register")).collect();
        assert_eq!(left, ["register/QD/.bidwright-new"]);
        assert!(folder.join(".other").exists());
    }

    #[test]
    fn folders_made_for_files_that_could_not_be_written_go_again() {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::write(root.path().join("taken"), "").expect("it can be written");
        fs::create_dir(root.path().join("there")).expect("it can be made");
        let refused = |paths: &[&str]| {
            let files = paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect();
            assert!(write(root.path(), &files).is_err());
            let left = fs::read_dir(root.path()).expect("it can be read");
            let mut left: Vec<_> = left.map(|entry| entry.expect("it can be read").file_name()).collect();
            left.sort();
            left
        };
        // One fails while files are staged, the other when they take their places.
        assert_eq!(refused(&["new/deep/a", "taken/b"]), ["taken", "there"]);
        assert_eq!(refused(&[&format!("new/deep/{}", "long".repeat(100))]), ["taken", "there"]);
        assert_eq!(refused(&["there/new/a", "there/new/a/b", "there/z"]), ["taken", "there"]);
        let below = fs::read_dir(root.path().join("there")).expect("it can be read");
        assert_eq!(below.count(), 0);
    }
}
