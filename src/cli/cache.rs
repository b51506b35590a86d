//! The cache of a workspace: what a build has set once is not set again.

use super::Opened;
use super::args::Keep;
use crate::disk;
use crate::package::Shelf;

/// Where a cache lies in a workspace: hidden, and ignored by git.
const FOLDER: &str = ".bidwright/cache";

/// The cache of a run, if it has one.
pub(super) struct Cache(Option<disk::Cache>);

impl Cache {
    pub(super) fn of(opened: &Opened, keep: &Keep) -> Self {
        let folder = keep.cache.clone().unwrap_or_else(|| opened.root.join(FOLDER));
        Self((!keep.no_cache).then(|| disk::Cache::at(&folder)))
    }

    /// Keeps it within bounds, when all is done.
    pub(super) fn trim(&self) {
        self.0.iter().for_each(disk::Cache::trim);
    }
}

impl Shelf for Cache {
    fn take(&self, key: &str) -> Option<Vec<u8>> {
        self.0.as_ref()?.get(key)
    }

    fn put(&self, key: &str, content: &[u8]) {
        self.0.iter().for_each(|cache| cache.put(key, content));
    }
}
