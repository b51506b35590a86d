//! Owns the setting of pages: a job is one value in, its pages, anchors and PDF come out.
//! The only room that names Typst and the compression of the fonts.
//! Never reads a file, a clock, a system font or the network: what a job does not hold does not exist for it.

mod anchor;
mod attachment;
mod complaint;
mod font;
mod frame;
mod glyph;
mod layout;
mod pdf;
mod picture;
mod text;
mod world;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use typst::foundations::Bytes;

use crate::digest::{self, Parts};

pub use anchor::Anchor;
pub use attachment::pdf_pages;
pub use complaint::{Complaint, ComplaintKind, Place};
pub use font::Fonts;
pub use layout::Layout;
pub use pdf::{PdfSettings, Standard};

/// All that one run of Typst may see.
#[derive(Clone, Debug)]
pub struct Job {
    /// The generated text of `/main.typ`.
    pub main: String,
    /// Files by absolute virtual path: `/templates/…`, `/data/job.json`, `/prose/p1.typ`, `/files/…`.
    ///
    /// A template can read every one of them in every way Typst offers. Files that come from a workspace must
    /// be images or PDFs: Typst's `yaml()` hangs on small hostile inputs, and nothing here can stop it.
    pub files: BTreeMap<String, File>,
    pub fonts: Fonts,
}

impl Job {
    /// The digest of all that its pages depend on, the tool that sets them among it.
    pub fn digest(&self) -> String {
        let mut parts = Parts::new("bidwright job 1");
        parts.add("tool", concat!(env!("CARGO_PKG_VERSION"), " ", env!("BIDWRIGHT_BUILT_FROM")).as_bytes());
        parts.add("fonts", self.fonts.digest().as_bytes());
        parts.add("main", self.main.as_bytes());
        for (path, file) in &self.files {
            parts.add(path, file.digest().as_bytes());
        }
        parts.finish()
    }
}

/// The bytes of one file: cheap to clone, and hashed once however many jobs they take part in.
#[derive(Clone)]
pub struct File(Bytes, Arc<OnceLock<String>>);

impl File {
    fn new(bytes: Bytes) -> Self {
        Self(bytes, Arc::default())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn digest(&self) -> &str {
        self.1.get_or_init(|| digest::of(&self.0))
    }
}

impl From<Vec<u8>> for File {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(Bytes::new(bytes))
    }
}

impl From<Arc<[u8]>> for File {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self::new(Bytes::new(bytes))
    }
}

impl From<&'static [u8]> for File {
    fn from(bytes: &'static [u8]) -> Self {
        Self::new(Bytes::new(bytes))
    }
}

impl From<String> for File {
    fn from(text: String) -> Self {
        Self::new(Bytes::from_string(text))
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "File({} bytes)", self.0.len())
    }
}

/// Lays a job out. The complaints of a failure hold its errors first, then what was warned of on the way.
///
/// Typst stops at the first error of an evaluation, so missing images and the like are better found before.
pub fn lay_out(job: &Job) -> Result<Layout, Vec<Complaint>> {
    layout::lay_out(job)
}

/// Drops what Typst remembers of earlier runs: all of it, so that the next run is a cold one.
///
/// Call it when the last pass of a volume is laid out, before its PDF is made. Between passes it costs the second one
/// as much as the first, and pays only where both together would be too much for a small machine.
pub fn forget() {
    typst::comemo::evict(0);
}

#[cfg(test)]
pub(crate) mod testing {
    //! Small jobs for the tests of this room.

    use super::*;

    /// A job with a main file, the embedded fonts and these files.
    pub fn job(main: &str, files: &[(&str, &[u8])]) -> Job {
        let files =
            files.iter().map(|(path, bytes)| ((*path).to_owned(), File::from(bytes.to_vec()))).collect();
        let main = format!("#set text(font: \"Noto Serif SC\", lang: \"zh\")\n{main}");
        Job { main, files, fonts: Fonts::new(Vec::new()).0 }
    }

    /// Lays out and insists on success.
    pub fn laid_out(main: &str, files: &[(&str, &[u8])]) -> Layout {
        lay_out(&job(main, files)).expect("the job has no errors")
    }

    pub fn settings(standard: Standard) -> PdfSettings {
        PdfSettings {
            ident: "test/hello".into(),
            creator: Some("bidwright".into()),
            date: Some((2026, 5, 15)),
            standard,
            tagged: true,
        }
    }
}
