//! A workspace as far as it can be told without setting anything: its documents with their values. For comparing two of
//! them quickly: no prose is set, no picture looked at, no register proved, no font read.

use std::collections::BTreeMap;

use super::{Configuration, configuration, files};
use crate::diagnostic::Findings;
use crate::document::Document;
use crate::folder::{self, File, Folder};
use crate::kind::Kinds;
use crate::source::Sources;
use crate::value::Value;

/// The documents of a workspace, typed by their schemas.
pub struct Outline {
    pub sources: Sources,
    pub configuration: Configuration,
    pub kinds: Kinds,
    pub documents: Vec<Document>,
    /// What is wrong with single documents.
    pub findings: Findings,
    pub folder: Folder,
}

/// Reads the outline of a workspace. A folder without a configuration has one all the same: that of the defaults.
pub fn outline(folder: Folder) -> Outline {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let wanted = |path: &str| {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        let text = matches!(ending, "yaml" | "yml") || (path.starts_with("schemas/") && ending == "json");
        text && !path.starts_with("register/") && !path.starts_with("templates/")
    };
    let files = folder.files.iter().filter(|(path, _)| wanted(path));
    let texts =
        Folder { files: files.map(|(path, file)| (path.clone(), file.clone())).collect::<BTreeMap<_, _>>() };
    let sorted = files::sort(&texts, &mut sources, &mut findings);
    let kinds = Kinds::new(&sorted.schemas, &Default::default(), &sources, &mut findings);
    let configuration = configuration::read(sorted.configuration, &kinds, &sources, &mut findings);
    let documents = sorted.read_documents(&configuration, &kinds, &mut sources, &texts, None, &mut findings);
    Outline { sources, configuration, kinds, documents, findings, folder }
}

impl Outline {
    /// The Markdown of a prose field of a document and the path of the file that it stands in; `None` where that file
    /// cannot be read.
    pub fn prose(&self, document: &Document, value: &Value) -> Option<(String, String)> {
        let from = self.sources.path(document.file);
        if let Some(text) = value.text() {
            return Some((from.to_owned(), text.to_owned()));
        }
        let path = folder::join(from, value.text_at("file")?)?;
        let Some(File::Plain { size, load }) = self.folder.get(&path) else { return None };
        if *size > self.configuration.file_limit {
            return None;
        }
        let text = String::from_utf8(load().ok()?).ok()?;
        Some((path, text))
    }

    /// The document with this id, the first where several claim it.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }
}
