//! A folder of finished things by their digest, for the machine alone: it may be removed at any time, and whatever in it
//! is not as it was written counts as not there.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::digest;

/// What is kept at most, in bytes; beyond it goes what was not asked for longest.
const MOST: u64 = 1 << 30;
const FORMAT: &str = "bidwright cache 1";

pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// A cache in a folder that need not be there. Git is told to ignore it.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        let path = self.path(key);
        let bytes = fs::read(&path).ok()?;
        let content = sound(&bytes).map(<[u8]>::to_vec);
        match &content {
            // What is asked for stays. That a clock cannot be set on some disks costs only the order.
            Some(_) => {
                let file = fs::File::options().append(true).open(&path);
                let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
            }
            None => drop(fs::remove_file(&path)),
        }
        content
    }

    /// Keeps a thing if it can be kept: a full or read-only disk takes nothing from anybody but time.
    pub fn put(&self, key: &str, content: &[u8]) {
        let _ = self.write(key, content);
    }

    fn write(&self, key: &str, content: &[u8]) -> std::io::Result<()> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let ignored = self.folder.join(".gitignore");
        if !ignored.exists() {
            fs::write(ignored, "*\n")?;
        }
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(file, "{FORMAT} {}", digest::of(content))?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key.get(..2).unwrap_or("__")).join(key)
    }

    /// Removes what was not asked for longest, until the rest is within bounds.
    pub fn trim(&self) {
        self.trim_to(MOST);
    }

    fn trim_to(&self, most: u64) {
        let entries = walkdir::WalkDir::new(&self.folder).min_depth(2).into_iter().flatten();
        let mut kept: Vec<(SystemTime, u64, PathBuf)> = entries
            .filter_map(|entry| {
                let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                Some((about.modified().ok()?, about.len(), entry.into_path()))
            })
            .collect();
        kept.sort();
        let mut size: u64 = kept.iter().map(|(_, size, _)| size).sum();
        for (_, own, path) in kept {
            if size <= most {
                break;
            }
            if fs::remove_file(path).is_ok() {
                size -= own;
            }
        }
    }
}

/// The content of an entry that is as it was written.
fn sound(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().take(FORMAT.len() + 66).position(|byte| *byte == b'\n')?;
    let (head, content) = (&bytes[..end], &bytes[end + 1..]);
    let written = std::str::from_utf8(head).ok()?.strip_prefix(FORMAT)?.strip_prefix(' ')?;
    (digest::of(content) == written).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = walkdir::WalkDir::new(folder).min_depth(2).sort_by_file_name().into_iter();
        entries.flatten().map(walkdir::DirEntry::into_path).collect()
    }

    #[test]
    fn what_is_damaged_is_not_there() {
        let place = tempfile::tempdir().expect("a folder");
        let cache = Cache::at(place.path());
        assert_eq!(cache.get("abcd"), None);
        cache.put("abcd", b"content\nof lines");
        assert_eq!(cache.get("abcd").as_deref(), Some(&b"content\nof lines"[..]));
        let path = files(place.path()).remove(0);
        let whole = fs::read(&path).expect("an entry");
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            for bad in [&bytes[..], &whole[..at]] {
                fs::write(&path, bad).expect("written");
                assert_eq!(cache.get("abcd"), None, "byte {at}");
                assert!(!path.exists());
            }
        }
        cache.put("abcd", b"");
        assert_eq!(cache.get("abcd").as_deref(), Some(&b""[..]));
        assert_eq!(fs::read_to_string(place.path().join(".gitignore")).expect("a file"), "*\n");
    }

    #[test]
    fn the_oldest_go_first() {
        let place = tempfile::tempdir().expect("a folder");
        let cache = Cache::at(place.path());
        let long_ago = |seconds| SystemTime::now() - std::time::Duration::from_secs(seconds);
        for (key, age) in [("aa1", 300), ("bb2", 200), ("cc3", 100)] {
            cache.put(key, &[0; 1000]);
            let file = fs::File::options().append(true).open(cache.path(key)).expect("an entry");
            file.set_modified(long_ago(age)).expect("a time");
        }
        // Asked for, it is the youngest.
        assert!(cache.get("aa1").is_some());
        cache.trim_to(2500);
        assert_eq!(["aa1", "bb2", "cc3"].map(|key| cache.get(key).is_some()), [true, false, true]);
        cache.trim_to(0);
        assert!(files(place.path()).iter().all(|path| path.is_dir()) || files(place.path()).is_empty());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_cache() {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("file");
        fs::write(&file, "").expect("a file");
        let cache = Cache::at(&file);
        cache.put("abcd", b"content");
        assert_eq!(cache.get("abcd"), None);
        cache.trim();
    }
}
