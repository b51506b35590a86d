//! What a workspace looks like from outside: enough to tell that something was saved in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Failure, read};

/// The files of a workspace with sizes and times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp(Vec<(PathBuf, Option<(u64, SystemTime)>)>);

/// Looks at all that [`read`] would read, but for what lies at or below the paths in `own`.
pub fn stamp(root: &Path, exclude: impl Fn(&str) -> Vec<String>, own: &[&Path]) -> Result<Stamp, Failure> {
    let own: Vec<PathBuf> = own
        .iter()
        .filter_map(|path| path.canonicalize().or_else(|_| std::path::absolute(path)).ok())
        .collect();
    let folder = read(root, exclude)?;
    let paths = folder.files.keys().map(|path| root.join(path));
    let about = |path: PathBuf| {
        let about = fs::symlink_metadata(&path).ok();
        let seen = about.and_then(|about| Some((about.len(), about.modified().ok()?)));
        (path, seen)
    };
    Ok(Stamp(paths.filter(|path| !own.iter().any(|own| path.starts_with(own))).map(about).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_seen() {
        let place = tempfile::tempdir().expect("a folder");
        let root = place.path().canonicalize().expect("it is there");
        fs::write(root.join("bidwright.yaml"), "").expect("a file");
        fs::write(root.join("a.md"), "一").expect("a file");
        let out = root.join("made");
        let look = || stamp(&root, |_| Vec::new(), &[&out]).expect("it can be read");
        let first = look();
        assert_eq!(look(), first);
        fs::create_dir(&out).expect("a folder");
        fs::write(out.join("a.pdf"), "x").expect("a file");
        assert_eq!(look(), first, "what was made here");
        fs::write(root.join("a.md"), "一二").expect("a file");
        let second = look();
        assert_ne!(second, first);
        fs::write(root.join("b.md"), "").expect("a file");
        let third = look();
        assert_ne!(third, second);
        fs::remove_file(root.join("b.md")).expect("it is there");
        assert_eq!(look(), second);
    }
}
