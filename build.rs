//! Tells the tool what it was built from: what it has set once may be used again as long as that stays the same.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

const BUILT_FROM: [&str; 2] = ["Cargo.lock", "src"];

fn main() {
    let mut files = BTreeSet::new();
    for path in BUILT_FROM {
        println!("cargo::rerun-if-changed={path}");
        gather(Path::new(path), &mut files);
    }
    let mut hasher = DefaultHasher::new();
    for path in files {
        path.hash(&mut hasher);
        fs::read(&path).unwrap_or_default().hash(&mut hasher);
    }
    println!("cargo::rustc-env=BIDWRIGHT_BUILT_FROM={:016x}", hasher.finish());
}

fn gather(path: &Path, files: &mut BTreeSet<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| gather(&entry.path(), files)),
        Err(_) => drop(files.insert(path.to_owned())),
    }
}
