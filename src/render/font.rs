//! Owns the faces a job may be set in: those of the workspace first, then the four in the binary.
//! Never looks for fonts on the system: the look of a bid must not depend on the machine.

use std::sync::Arc;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;
use typst_kit::fonts::{FontSource, FontStore};

use crate::digest::{self, Parts};

macro_rules! embedded {
    ($name:literal) => {
        Embedded {
            face: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/fonts/", $name, ".ttf.zst")),
            info: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/fonts/", $name, ".json")),
        }
    };
}

/// The faces that every binary carries: serif and sans, regular and bold, each with the facts Typst chooses by.
///
/// There is no face for formulas, so a template that sets one fails; code is set in a text face that the
/// template names.
const EMBEDDED: [Embedded; 4] = [
    embedded!("NotoSerifSC-Regular"),
    embedded!("NotoSerifSC-Bold"),
    embedded!("NotoSansSC-Regular"),
    embedded!("NotoSansSC-Bold"),
];

/// A set of faces, cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Fonts(Arc<FontStore>, Arc<str>);

impl Fonts {
    /// The workspace's own font files, given with their paths, before the embedded faces. A face listed first
    /// wins over a later one of the same family and weight. Also returns the paths of files that are no fonts.
    pub fn new(own: Vec<(String, Vec<u8>)>) -> (Self, Vec<String>) {
        let mut store = FontStore::new();
        let mut bad = Vec::new();
        let mut parts = Parts::new("bidwright fonts 1");
        for (path, bytes) in own {
            parts.add(&path, digest::of(&bytes).as_bytes());
            let faces: Vec<Font> = Font::iter(Bytes::new(bytes)).collect();
            if faces.is_empty() {
                bad.push(path);
            }
            store.extend(faces.into_iter().map(|face| {
                let info = face.info().clone();
                (face, info)
            }));
        }
        store.extend(EMBEDDED.iter().map(|face| {
            let info: FontInfo =
                serde_json::from_str(face.info).expect("a test holds the facts equal to the face");
            (Compressed(face.face), info)
        }));
        // What is embedded is known by the facts and the size of its faces.
        for face in EMBEDDED {
            parts.add(face.info, &face.face.len().to_be_bytes());
        }
        (Self(Arc::new(store), parts.finish().into()), bad)
    }

    /// No faces at all: for jobs without text.
    pub(super) fn none() -> Self {
        Self(Arc::new(FontStore::new()), "".into())
    }

    /// Of the faces, in their order.
    pub(super) fn digest(&self) -> &str {
        &self.1
    }

    /// Whether a family is there, in any case of letters.
    pub fn has(&self, family: &str) -> bool {
        self.0.book().contains_family(&family.to_lowercase())
    }

    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        self.0.book()
    }

    pub(super) fn font(&self, index: usize) -> Option<Font> {
        self.0.font(index)
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let families = self.book().families().map(|(family, _)| family);
        out.debug_list().entries(families).finish()
    }
}

struct Embedded {
    face: &'static [u8],
    /// What `FontInfo` says of the face, as JSON: choosing a face must not cost inflating all four.
    info: &'static str,
}

/// A face that stays compressed until something is set in it.
struct Compressed(&'static [u8]);

impl FontSource for Compressed {
    fn load(&self) -> Option<Font> {
        Font::new(Bytes::new(zstd::decode_all(self.0).ok()?), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_facts_agree_with_the_faces() {
        let names = ["NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSansSC-Regular", "NotoSansSC-Bold"];
        let mut stale = Vec::new();
        for (face, name) in EMBEDDED.iter().zip(names) {
            let font = Compressed(face.face).load().expect("an embedded face is a font");
            let fresh = serde_json::to_string(font.info()).expect("facts are plain data") + "\n";
            if fresh != face.info {
                let path = std::env::temp_dir().join(format!("{name}.json"));
                std::fs::write(&path, fresh).expect("the temporary folder can be written");
                stale.push(path);
            }
        }
        assert!(stale.is_empty(), "facts are stale; copy these into templates/fonts/: {stale:?}");
    }

    #[test]
    fn families_are_found_in_any_case() {
        let (fonts, bad) = Fonts::new(Vec::new());
        assert!(bad.is_empty());
        assert!(fonts.has("Noto Serif SC") && fonts.has("noto sans sc"));
        assert!(!fonts.has("SimSun"));
    }

    #[test]
    fn own_fonts_come_first_and_bad_files_are_named() {
        let own = zstd::decode_all(EMBEDDED[2].face).expect("an embedded face inflates");
        let (fonts, bad) = Fonts::new(vec![
            ("fonts/own.ttf".into(), own.clone()),
            ("fonts/note.txt".into(), b"not a font".to_vec()),
            ("fonts/cut.ttf".into(), own[..200].to_vec()),
        ]);
        assert_eq!(bad, ["fonts/note.txt", "fonts/cut.ttf"]);
        assert_eq!(fonts.book().info(0).map(|info| info.family.as_str()), Some("Noto Sans SC"));
        assert!(fonts.book().info(4).is_some() && fonts.book().info(5).is_none());
    }

    #[test]
    fn fonts_are_shared_between_threads() {
        fn shared<T: Send + Sync + Clone>() {}
        shared::<Fonts>();
    }
}
