//! Owns what a folder held when it was looked at. Never looks itself: `disk` and `git` make folders.

use std::collections::BTreeMap;
use std::sync::Arc;

/// How files are named until they are whole. What a crash leaves of them is hidden, and nobody reads it.
pub const STAGED: &str = ".bidwright-";

/// The files of a folder by their path: relative, `/` between parts.
#[derive(Clone, Default)]
pub struct Folder {
    pub files: BTreeMap<String, File>,
}

/// One file. Content is fetched when it is asked for, since most images of a large workspace never are.
#[derive(Clone)]
pub enum File {
    /// A file of so many bytes.
    Plain { size: u64, load: Load },
    /// A symbolic link, which is never followed.
    Link,
    /// There, but it could not be looked at; the reason in the system's words.
    Unreadable(String),
}

/// Fetches the content of a file; the error is the system's reason.
pub type Load = Arc<dyn Fn() -> Result<Vec<u8>, String> + Send + Sync>;

impl Folder {
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Adds a file whose content is known already.
    pub fn add(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        let content = content.into();
        let size = content.len() as u64;
        let load: Load = Arc::new(move || Ok(content.clone()));
        self.files.insert(path.into(), File::Plain { size, load });
    }
}

/// Joins a path as written in the file `from` to a path below the root of the folder.
///
/// `None` for what leaves the folder: absolute paths, drive letters, backslashes, more `..` than there are folders.
pub fn join(from: &str, written: &str) -> Option<String> {
    if written.is_empty() || written.starts_with('/') || written.contains(['\\', '\0']) {
        return None;
    }
    if written.split('/').next().is_some_and(|first| first.ends_with(':')) {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            "" | "." => (),
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/")).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(join("a/b/c.yaml", "../d.png").as_deref(), Some("a/d.png"));
        assert_eq!(join("a/b/c.yaml", "./e/f.md").as_deref(), Some("a/b/e/f.md"));
        assert_eq!(join("c.yaml", "../d.png"), None);
        for outside in ["/etc/passwd", "../../../x", "C:/x", "..\\x", ""] {
            assert_eq!(join("a/b.yaml", outside), None, "{outside}");
        }
    }
}
