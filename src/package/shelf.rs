//! Keeps what was set, by the digest of all that it was set from, so that nothing is set twice.
//!
//! Only what nothing was complained of: a complaint points into files, and those may have moved.

use serde::{Deserialize, Serialize};

use crate::digest::Parts;
use crate::render::{self, Anchor, Complaint, Job, Layout, PdfSettings};

/// Where finished things are kept. What is taken out is what was put in, or nothing.
pub trait Shelf: Sync {
    fn take(&self, key: &str) -> Option<Vec<u8>>;
    fn put(&self, key: &str, content: &[u8]);
}

/// Keeps nothing: all is set anew.
pub struct Bare;

impl Shelf for Bare {
    fn take(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _: &str, _: &[u8]) {}
}

/// What is known of a layout without having it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pub pages: usize,
    pub labels: Vec<String>,
    pub anchors: Vec<Anchor>,
    pub fonts: Vec<String>,
}

/// A job that was laid out, now or before.
pub(super) struct Laid {
    key: String,
    job: Job,
    layout: Option<Layout>,
    pub known: Known,
    pub complaints: Vec<Complaint>,
}

/// Lays a job out, unless that was done before.
pub(super) fn lay_out(job: Job, shelf: &dyn Shelf) -> Result<Laid, Vec<Complaint>> {
    let key = job.digest();
    let place = Parts::new("bidwright layout 1").with("job", key.as_bytes()).finish();
    let kept = shelf.take(&place).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(known) = kept {
        return Ok(Laid { key, job, layout: None, known, complaints: Vec::new() });
    }
    let layout = render::lay_out(&job)?;
    let known = Known {
        pages: layout.pages(),
        labels: layout.labels(),
        anchors: layout.anchors(),
        fonts: layout.fonts_used().into_iter().collect(),
    };
    let complaints = layout.complaints().to_vec();
    if complaints.is_empty()
        && let Ok(bytes) = serde_json::to_vec(&known)
    {
        shelf.put(&place, &bytes);
    }
    Ok(Laid { key, job, layout: Some(layout), known, complaints })
}

impl Laid {
    /// What is known of it, when the pages are of no more use: they are most of the memory.
    pub fn into_known(self) -> Known {
        self.known
    }

    /// The PDF, unless it was made before.
    pub fn pdf(&self, settings: &PdfSettings, shelf: &dyn Shelf) -> Result<Vec<u8>, Vec<Complaint>> {
        let settled = format!("{settings:?}");
        let place = Parts::new("bidwright pdf 1").with("job", self.key.as_bytes());
        let place = place.with("settings", settled.as_bytes()).finish();
        let clean = self.complaints.is_empty();
        if clean && let Some(pdf) = shelf.take(&place) {
            return Ok(pdf);
        }
        let again;
        let layout = match &self.layout {
            Some(layout) => layout,
            None => {
                again = render::lay_out(&self.job)?;
                &again
            }
        };
        let pdf = layout.pdf(settings)?;
        if clean {
            shelf.put(&place, &pdf);
        }
        Ok(pdf)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;
    use crate::render::{File, Fonts, Standard};

    #[derive(Default)]
    struct Counting {
        kept: Mutex<BTreeMap<String, Vec<u8>>>,
        hits: Mutex<usize>,
    }

    impl Shelf for Counting {
        fn take(&self, key: &str) -> Option<Vec<u8>> {
            let found = self.kept.lock().expect("no panic").get(key).cloned();
            *self.hits.lock().expect("no panic") += usize::from(found.is_some());
            found
        }

        fn put(&self, key: &str, content: &[u8]) {
            self.kept.lock().expect("no panic").insert(key.to_owned(), content.to_vec());
        }
    }

    fn job(text: &str, file: &str) -> Job {
        let main = format!("#set text(font: \"Noto Serif SC\")\n{text}");
        let files = [("/data/a.txt".to_owned(), File::from(file.to_owned()))].into();
        Job { main, files, fonts: Fonts::new(Vec::new()).0 }
    }

    fn settings(ident: &str) -> PdfSettings {
        let standard = Standard::Pdf17;
        PdfSettings { ident: ident.to_owned(), creator: None, date: None, standard, tagged: true }
    }

    /// The PDF, and how much of it came from the shelf.
    fn set(job: Job, ident: &str, shelf: &Counting) -> (Vec<u8>, usize) {
        let before = *shelf.hits.lock().expect("no panic");
        let laid = lay_out(job, shelf).expect("no errors");
        let pdf = laid.pdf(&settings(ident), shelf).expect("a PDF");
        (pdf, *shelf.hits.lock().expect("no panic") - before)
    }

    #[test]
    fn what_was_set_from_the_same_is_not_set_again() {
        let shelf = Counting::default();
        let (first, hits) = set(job("正文", "a"), "x", &shelf);
        assert_eq!(hits, 0);
        assert_eq!(set(job("正文", "a"), "x", &shelf), (first.clone(), 2));
        assert_eq!(set(job("正文", "a"), "x", &Counting::default()), (first.clone(), 0));
        // Whatever goes in counts: the text, a file that nothing reads, the fonts, and how the PDF is made.
        for (other, ident, hits) in
            [(job("正文。", "a"), "x", 0), (job("正文", "b"), "x", 0), (job("正文", "a"), "y", 1)]
        {
            assert_eq!(set(other, ident, &shelf).1, hits);
        }
        // The layout is there, its PDF is gone.
        let kept = std::mem::take(&mut *shelf.kept.lock().expect("no panic"));
        let layouts = kept.into_iter().filter(|(_, bytes)| bytes.starts_with(b"{"));
        shelf.kept.lock().expect("no panic").extend(layouts);
        assert_eq!(set(job("正文", "a"), "x", &shelf), (first, 1));
    }

    #[test]
    fn what_was_complained_of_is_set_again() {
        let shelf = Counting::default();
        // No face has this character.
        for _ in 0..2 {
            let laid = lay_out(job("\\u{1F9FF}", "a"), &shelf).expect("no errors");
            assert!(!laid.complaints.is_empty());
            laid.pdf(&settings("x"), &shelf).expect("a PDF");
        }
        assert!(shelf.kept.lock().expect("no panic").is_empty());
    }
}
