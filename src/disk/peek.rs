//! Looks at a package that somebody hands over: an archive, or a folder of finished files. Follows no link.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::package::verify::Found;

/// What there is at a path.
pub enum Peek {
    File(Box<dyn Read>),
    /// All that lies in a folder, by its name; what lies deeper, by its path.
    Folder(BTreeMap<String, Found>),
}

pub fn peek(path: &Path) -> Result<Peek, Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Missing(path.to_owned()),
        _ => Failure::Read(path.to_owned(), error),
    };
    // Whoever names a link means what it leads to.
    let about = fs::metadata(path).map_err(failed)?;
    if about.is_file() {
        return Ok(Peek::File(Box::new(File::open(path).map_err(failed)?)));
    }
    if !about.is_dir() {
        return Err(failed(io::Error::other("not a regular file")));
    }
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let about = entry.path().symlink_metadata().map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        found.insert(name, if about.is_file() { plain(entry.path(), &about) } else { Found::Other });
    }
    Ok(Peek::Folder(found))
}

fn plain(path: PathBuf, about: &fs::Metadata) -> Found {
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let executable = false;
    let open = move || File::open(&path).map(|file| Box::new(file) as Box<dyn Read>);
    Found::Plain { executable, open: Box::new(open) }
}
