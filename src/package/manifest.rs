//! Owns the manifest of a package: what it was made of, what it is, and a seal over the manifest itself.
//!
//! A manifest has one spelling. What reads as the same JSON but is written otherwise was not written by this tool.

use serde::{Deserialize, Serialize};

use crate::digest;
use crate::render::Standard;

/// How the file is called that holds the manifest of a folder or an archive.
pub const NAME: &str = "manifest.json";
const FORMAT: &str = "bidwright package 1";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: String,
    pub tool: String,
    /// The digest of all templates in use, the workspace's own and the shipped ones.
    pub templates: String,
    pub commit: Commit,
    pub outputs: Vec<Output>,
    pub inputs: Vec<Input>,
    pub register: Vec<Entry>,
    pub proof: Proof,
    /// What the PDFs of documents keep to; it is not written where it is the usual one.
    #[serde(default, skip_serializing_if = "Standard::is_usual")]
    pub pdf: Standard,
    /// SHA-256 over this manifest with an empty seal: its own bytes are proved as well.
    pub seal: String,
}

/// The state of the workspace in git when it was built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Commit {
    /// Built from exactly this commit.
    Clean { id: String },
    /// Files were changed since this commit; the inputs tell what was really read.
    Changed { id: String },
    /// There is no commit to name.
    #[default]
    None,
}

/// One finished file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<usize>,
    pub bytes: u64,
    pub sha256: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fonts: Vec<String>,
}

/// One file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// Number, version and approvals of a document that was printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub document: String,
    pub number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    pub released: bool,
    pub approvals: Vec<Approval>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub step: String,
    pub person: String,
    pub date: String,
    pub verdict: String,
    /// Whether it is about what was printed.
    pub valid: bool,
}

/// What was proved of confidentiality when the package was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Proof {
    /// Nothing.
    #[default]
    None,
    /// The volumes come out the same, byte for byte, when everything that their reader may not see is other.
    Twin { readers: Vec<Reader> },
}

/// For whose eyes something was proved, and of how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    /// The customer, or whoever judges blind volumes and may not know whose they are.
    pub reader: String,
    pub volumes: usize,
    /// Hidden values that were other in the twin, that were missing from it, and that nothing else could stand for.
    pub changed: usize,
    pub removed: usize,
    pub kept: usize,
}

impl Manifest {
    pub fn new(templates: String, outputs: Vec<Output>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            tool: format!("bidwright {}", env!("CARGO_PKG_VERSION")),
            templates,
            commit: Commit::None,
            outputs,
            inputs: Vec::new(),
            register: Vec::new(),
            proof: Proof::None,
            pdf: Standard::default(),
            seal: String::new(),
        }
    }

    /// The one spelling of this manifest, sealed.
    pub fn sealed(&self) -> Vec<u8> {
        let mut manifest = Self { seal: String::new(), ..self.clone() };
        manifest.outputs.sort_by(|one, other| one.file.cmp(&other.file));
        manifest.inputs.sort_by(|one, other| one.path.cmp(&other.path));
        manifest.seal = digest::of(&manifest.text());
        manifest.text()
    }

    /// Reads a manifest; `None` for anything but the exact bytes that this tool would have written.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let manifest: Self = serde_json::from_slice(bytes).ok()?;
        let names = || manifest.outputs.iter().map(|output| output.file.as_str());
        let plain = names().all(|name| is_plain(name) && name != NAME);
        let once = names().is_sorted_by(|one, other| one < other);
        (manifest.format == FORMAT && plain && once && manifest.sealed() == bytes).then_some(manifest)
    }

    fn text(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).expect("a struct of texts and numbers is JSON");
        text.push(b'\n');
        text
    }
}

/// Whether a name leads nowhere but into the folder itself.
fn is_plain(name: &str) -> bool {
    let bad = |character: char| matches!(character, '/' | '\\' | ':') || character.is_control();
    !name.is_empty() && name.len() <= 255 && name != "." && name != ".." && !name.contains(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_manifest_has_one_spelling() {
        let manifest = Manifest::new("t".into(), Vec::new());
        let sealed = manifest.sealed();
        assert_eq!(Manifest::parse(&sealed).map(|read| read.sealed()), Some(sealed.clone()));
        for at in 0..sealed.len() {
            let mut other = sealed.clone();
            other[at] ^= 1;
            assert_eq!(Manifest::parse(&other), None, "byte {at}");
        }
        let text = String::from_utf8(sealed).expect("JSON is text");
        assert_eq!(Manifest::parse(text.replace("  ", " ").as_bytes()), None);
        assert_eq!(Manifest::parse(text.replacen("{", "{\n  \"more\": 1,", 1).as_bytes()), None);
        assert_eq!(Manifest::parse(b"[[[[[["), None);
    }
}
