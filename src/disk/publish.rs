//! Publishes one immutable file: whole or not at all, never in the place of another, and on the disk before anybody
//! hears of it.
//!
//! No lock is taken, so none can be left behind: whoever comes second finds the name taken. Killed at any moment this
//! leaves at most a hidden file beside the target that nobody reads.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Failure, settled};

/// What became of a file that was to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    New,
    /// There is a file of this name, which was left as it is.
    Taken,
}

/// A call to the file system, asked for before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    MakeFolder,
    Create,
    Write,
    Sync,
    Publish,
    SyncFolder,
    Remove,
}

/// Lets calls pass, or fails them: tests break off at every one of them.
pub trait Gate {
    fn pass(&self, call: Call) -> io::Result<()>;
}

/// Lets every call pass.
pub struct Open;

impl Gate for Open {
    fn pass(&self, _: Call) -> io::Result<()> {
        Ok(())
    }
}

/// Publishes `content` as `path` below `root`, which is there.
pub fn publish(root: &Path, path: &str, content: &[u8], gate: &dyn Gate) -> Result<Published, Failure> {
    let _writing = settled();
    let target = root.join(path);
    let failed = |error: io::Error| Failure::Write(target.clone(), error);
    let folder = target.parent().unwrap_or(root);
    make_folders(root, folder, gate).map_err(failed)?;
    // Mostly the name is free or taken long since. Who comes at the same moment is told when it is published.
    if fs::symlink_metadata(&target).is_ok() {
        return Ok(Published::Taken);
    }
    gate.pass(Call::Create).map_err(failed)?;
    let mut builder = tempfile::Builder::new();
    // Removed by hand, through the gate: a crash removes nothing.
    builder.prefix(crate::folder::STAGED).disable_cleanup(true);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut staged = builder.tempfile_in(folder).map_err(failed)?;
    let remove = |path: &Path| gate.pass(Call::Remove).and_then(|()| fs::remove_file(path));
    let written = gate
        .pass(Call::Write)
        .and_then(|()| staged.write_all(content))
        .and_then(|()| gate.pass(Call::Sync))
        .and_then(|()| staged.as_file().sync_all())
        .and_then(|()| gate.pass(Call::Publish));
    if let Err(error) = written {
        let _ = remove(staged.path());
        return Err(failed(error));
    }
    match staged.persist_noclobber(&target) {
        Ok(_) => {
            gate.pass(Call::SyncFolder).and_then(|()| sync_folder(folder)).map_err(failed)?;
            Ok(Published::New)
        }
        Err(error) => {
            let _ = remove(error.file.path());
            match error.error.kind() {
                io::ErrorKind::AlreadyExists => Ok(Published::Taken),
                _ => Err(failed(error.error)),
            }
        }
    }
}

/// Makes the folders from `root` down to `folder`; none of them may be a link, which could lead anywhere.
fn make_folders(root: &Path, folder: &Path, gate: &dyn Gate) -> io::Result<()> {
    let mut here = PathBuf::from(root);
    for part in folder.strip_prefix(root).into_iter().flat_map(Path::components) {
        let above = here.clone();
        here.push(part);
        match fs::symlink_metadata(&here) {
            Ok(about) if about.is_dir() => continue,
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::NotADirectory,
                    format!("{} is no folder", here.display()),
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (),
            Err(error) => return Err(error),
        }
        gate.pass(Call::MakeFolder)?;
        match fs::create_dir(&here) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => (),
        }
        gate.pass(Call::SyncFolder)?;
        sync_folder(&above)?;
    }
    Ok(())
}

/// Makes names durable. Only Unix lets a folder be opened for it; elsewhere the system sees to it.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
