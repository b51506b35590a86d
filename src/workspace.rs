//! Owns a whole workspace: configuration, documents, and all that spans several of them.
//!
//! A function from a folder to documents and findings. Never touches the disk and never writes.

mod configuration;
mod content;
mod facts;
mod files;
mod fonts;
mod links;
mod outline;
mod reach;
mod registered;
mod registering;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use crate::asset;
use crate::diagnostic::{Entry, Finding, Findings, Severity};
use crate::document::{Document, Guise};
use crate::folder::Folder;
use crate::kind::{Kinds, Role};
use crate::prose::Prose;
use crate::register::chain::Chain;
use crate::register::{Register, Standing, State};
use crate::schema::Changes;
use crate::source::{FileId, Sources, Span};
use crate::value::{Class, Value};

pub use configuration::{Configuration, exclusions, shipped};
pub use content::content;
pub use facts::{Viewer, facts};
pub use links::references;
pub use outline::{Outline, outline};
pub use reach::{Reach, reach};
pub use texts::virtual_path;

/// Everything that was read of a workspace.
pub struct Workspace {
    pub sources: Sources,
    pub configuration: Configuration,
    pub kinds: Kinds,
    pub documents: Vec<Document>,
    /// Typst files by their path below `templates/`, the workspace's own before the shipped ones.
    pub templates: BTreeMap<String, Template>,
    /// Definitions of reports by name, the workspace's own before the shipped ones.
    pub reports: BTreeMap<String, Template>,
    /// Prose that is ready to be set, by the place of its field.
    pub prose: BTreeMap<(FileId, u32), Prose>,
    /// Images and attachments that documents use, by their path in the workspace.
    pub assets: BTreeMap<String, Asset>,
    /// The workspace's own font files, those that can be read.
    pub fonts: Vec<(String, Vec<u8>)>,
    /// Numbers, versions and approvals.
    pub register: Register,
    /// The files of the register that could be read.
    pub register_files: Vec<(String, FileId)>,
    folder: Folder,
    index: BTreeMap<String, usize>,
    /// In a twin, the digests that facts of the register are about.
    attested: BTreeMap<String, String>,
}

/// A Typst file or a definition of a report and, where it is the workspace's own, its source.
#[derive(Clone)]
pub struct Template {
    pub text: String,
    pub file: Option<FileId>,
}

/// An image or attachment that has been looked at.
#[derive(Clone, Debug)]
pub struct Asset {
    pub probe: asset::Probe,
    /// Pages of a PDF, otherwise 1.
    pub pages: usize,
    /// The first place that uses it.
    pub used: Span,
}

/// Reads a workspace and reports all that is wrong with it.
pub fn read(folder: Folder) -> (Workspace, Findings) {
    read_as(folder, None)
}

/// Reads the twin of a workspace: everything that readers of some classes may not see is other in it. Versions and
/// approvals are taken to be about its contents as they are about those of the original.
pub fn twin(original: &Workspace, shown: &[Class]) -> (Workspace, Changes) {
    let mut guise = Guise { shown, changes: Changes::default() };
    let (mut workspace, _) = read_as(original.folder.clone(), Some(&mut guise));
    let digests =
        original.documents.iter().filter(|document| original.register.of(&document.id).next().is_some());
    workspace.attested = digests.map(|document| (document.id.clone(), content(original, document))).collect();
    (workspace, guise.changes)
}

fn read_as(folder: Folder, guise: Option<&mut Guise>) -> (Workspace, Findings) {
    let mut findings = Findings::default();
    let mut sources = Sources::default();
    let mut files = files::sort(&folder, &mut sources, &mut findings);
    let kinds =
        Kinds::new(&files.schemas, &files.templates.keys().cloned().collect(), &sources, &mut findings);
    let configuration = configuration::read(files.configuration, &kinds, &sources, &mut findings);
    fonts::check(&mut files.fonts, &configuration, &mut sources, &mut findings);
    let documents = files.read_documents(&configuration, &kinds, &mut sources, &folder, guise, &mut findings);
    let mut workspace = Workspace {
        sources,
        configuration,
        kinds,
        documents,
        templates: files.templates,
        reports: files.reports,
        prose: BTreeMap::new(),
        assets: BTreeMap::new(),
        fonts: files.fonts,
        register: Register::default(),
        register_files: Vec::new(),
        folder,
        index: BTreeMap::new(),
        attested: BTreeMap::new(),
    };
    links::index(&mut workspace, &mut findings);
    texts::set(&mut workspace, &files.prose, &files.pictures, &mut findings);
    links::check(&workspace, &mut findings);
    registered::read(&mut workspace, &files.register, &mut findings);
    registered::check(&workspace, &mut findings);
    workspace.configuration.judge(&mut findings);
    (workspace, findings)
}

impl Workspace {
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.index.get(id).map(|at| &self.documents[*at])
    }

    /// The names of all projects, in order.
    pub fn projects(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.documents.iter().filter_map(|document| document.project.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The documents of a project with this place in the tender graph.
    pub fn with_role<'w>(
        &'w self,
        project: Option<&'w str>,
        role: Role,
    ) -> impl Iterator<Item = &'w Document> {
        self.documents.iter().filter(move |document| {
            document.kind.about.role == Some(role) && document.project.as_deref() == project
        })
    }

    /// The paths of all files that were read for what they say or show, in order.
    pub fn read_files(&self) -> Vec<&str> {
        let texts = self.sources.iter().map(|(_, source)| source.path.as_str());
        let fonts = self.fonts.iter().map(|(path, _)| path.as_str());
        let paths: BTreeSet<&str> =
            texts.chain(self.assets.keys().map(String::as_str)).chain(fonts).collect();
        let plain = |path: &&str| matches!(self.folder.get(path), Some(crate::folder::File::Plain { .. }));
        paths.into_iter().filter(plain).collect()
    }

    /// The content of a file of the workspace.
    pub fn load(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.folder.get(path) {
            Some(crate::folder::File::Plain { load, .. }) => load(),
            Some(crate::folder::File::Unreadable(reason)) => Err(reason.clone()),
            Some(crate::folder::File::Link) => Err("symbolic link".to_owned()),
            None => Err("not found".to_owned()),
        }
    }

    /// The chain of approvals that a document has to pass; `None` for one that nobody has to approve.
    pub fn chain(&self, document: &Document) -> Option<&Chain> {
        let name = document.kind.about.chain()?;
        self.configuration.policy.chains.get(name).filter(|chain| !chain.is_empty())
    }

    /// The code of the numbers of a document's kind; `None` for kinds that are not numbered.
    pub fn code(&self, document: &Document) -> Option<&str> {
        self.configuration.numbering.code(document.kind.about.stage.as_deref()?)
    }

    /// Where a document stands, if it has a number.
    pub fn standing(&self, document: &Document) -> Option<Standing<'_>> {
        let record = self.register.of(&document.id).next()?;
        let digest = self.attested.get(&document.id).cloned().unwrap_or_else(|| content(self, document));
        Some(Standing::new(record, self.chain(document), &digest))
    }

    /// Whether a numbered document still waits for somebody: it is printed with a draft mark.
    pub fn is_held(&self, document: &Document) -> bool {
        self.chain(document).is_some()
            && self.standing(document).is_some_and(|standing| standing.state() != State::Released)
    }

    /// What keeps a document from being released, as a finding; `None` for one that may go out.
    pub fn unreleased(&self, document: &Document) -> Option<Finding> {
        self.chain(document)?;
        let reason = match self.standing(document) {
            None => "@release-number",
            Some(standing) => match standing.state() {
                State::Released => return None,
                State::Rejected => "@release-rejected",
                State::Review => "@release-open",
                State::Draft if standing.changed => "@release-changed",
                State::Draft => "@release-version",
            },
        };
        let finding = Finding::new("not-released", document.id_span).with("document", &document.id);
        Some(finding.with("reason", reason).hint("status", Vec::new()))
    }

    /// The prose of a field, by the field's value.
    pub fn prose_of(&self, value: &Value) -> Option<&Prose> {
        self.prose.get(&(value.span.file, value.span.start))
    }
}

/// Whether a code of the configuration's `rules` exists.
fn known(code: &str) -> Option<&'static Entry> {
    crate::diagnostic::entry(code)
}

/// The severity that a word of the configuration stands for; `None` for `off`.
fn severity(word: &str) -> Option<Severity> {
    match word {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "info" => Some(Severity::Info),
        _ => None,
    }
}
