//! Sorts the files of a folder by what they are. Every file is somebody's: nothing is passed over in silence.

use std::collections::BTreeMap;

use super::{Configuration, Template};
use crate::diagnostic::{Finding, Findings};
use crate::document::{self, Document, Guise};
use crate::folder::{File, Folder, STAGED};
use crate::kind::{Kinds, OwnSchema};
use crate::shipped;
use crate::source::{FileId, Sources, Span};
use crate::text;
use crate::yaml;

pub(super) const CONFIGURATION: &str = "bidwright.yaml";
/// Where definitions of reports lie.
const REPORTS: &str = "templates/reports/";
/// The configuration can set the limit of all other files, but not its own.
const CONFIGURATION_LIMIT: u64 = 256 * 1024;

/// The files of a workspace by what they are.
#[derive(Default)]
pub(super) struct Files {
    pub configuration: Option<FileId>,
    pub schemas: Vec<OwnSchema>,
    pub templates: BTreeMap<String, Template>,
    /// Definitions of reports by name, the workspace's own before the shipped ones.
    pub reports: BTreeMap<String, Template>,
    pub fonts: Vec<(String, Vec<u8>)>,
    /// Paths of Markdown files, read when the limit is known.
    pub prose: Vec<String>,
    /// Paths of images and PDF files.
    pub pictures: Vec<String>,
    /// Paths below `register/`.
    pub register: Vec<String>,
    documents: Vec<String>,
}

/// Sorts, and reads what all later reading depends on: configuration, schemas, templates, fonts.
pub(super) fn sort(folder: &Folder, sources: &mut Sources, findings: &mut Findings) -> Files {
    let mut files = Files {
        templates: shipped::templates()
            .map(|(path, text)| (path, Template { text: text.to_owned(), file: None }))
            .collect(),
        reports: shipped::reports()
            .map(|(name, text)| (name, Template { text: text.to_owned(), file: None }))
            .collect(),
        ..Files::default()
    };
    for (path, file) in &folder.files {
        if matches!(file, File::Link) {
            findings.push(Finding::new("symlink-refused", Span::file(sources.add(path, ""))));
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let top = path.split_once('/').map_or("", |(top, _)| top);
        match (top, ending.as_str()) {
            _ if path == CONFIGURATION => {
                files.configuration = read(path, file, CONFIGURATION_LIMIT, sources, findings);
            }
            ("schemas", "json") => {
                if let Some(file) = read(path, file, CONFIGURATION_LIMIT * 4, sources, findings) {
                    files.schemas.push(OwnSchema { name: name.to_owned(), file });
                }
            }
            ("templates", "typ" | "json") => {
                if let Some(file) = read(path, file, CONFIGURATION_LIMIT * 4, sources, findings) {
                    let template = Template { text: sources.text(file).to_string(), file: Some(file) };
                    files.templates.insert(path["templates/".len()..].to_owned(), template);
                }
            }
            ("templates", "yaml") if path.starts_with(REPORTS) => {
                if let Some(file) = read(path, file, CONFIGURATION_LIMIT, sources, findings) {
                    let report = Template { text: sources.text(file).to_string(), file: Some(file) };
                    let name = path[REPORTS.len()..].trim_end_matches(".yaml");
                    files.reports.insert(name.to_owned(), report);
                }
            }
            ("fonts", "ttf" | "otf" | "ttc" | "otc") => match bytes(file) {
                Ok(bytes) => files.fonts.push((path.clone(), bytes)),
                Err(reason) => unreadable(path, &reason, sources, findings),
            },
            ("fonts", _) => (),
            ("register", _) if name.starts_with(STAGED) => {
                let finding = Finding::new("register-litter", Span::file(sources.add(path, "")));
                findings.push(finding.with("path", path).hint("sweep", Vec::new()));
            }
            ("register", _) => files.register.push(path.clone()),
            (_, "yaml" | "yml") => files.documents.push(path.clone()),
            (_, "md") => files.prose.push(path.clone()),
            (_, "png" | "jpg" | "jpeg" | "svg" | "pdf") => files.pictures.push(path.clone()),
            _ => {
                if let File::Unreadable(reason) = file {
                    unreadable(path, reason, sources, findings);
                } else if !name.starts_with('.') {
                    findings.push(
                        Finding::new("file-ignored", Span::file(sources.add(path, ""))).with("path", path),
                    );
                }
            }
        }
    }
    files
}

impl Files {
    pub(super) fn read_documents(
        &self,
        configuration: &Configuration,
        kinds: &Kinds,
        sources: &mut Sources,
        folder: &Folder,
        mut guise: Option<&mut Guise>,
        findings: &mut Findings,
    ) -> Vec<Document> {
        let mut documents = Vec::new();
        for path in &self.documents {
            let Some(file) = folder.get(path) else { continue };
            let Some(file) = read(path, file, configuration.file_limit, sources, findings) else { continue };
            let text = sources.text(file).clone();
            let Some(tree) = yaml::read(file, &text, yaml::Limits::default(), findings) else { continue };
            documents.extend(document::read(file, &tree, kinds, sources, guise.as_deref_mut(), findings));
        }
        documents
    }
}

/// Reads a text file within a limit; what goes wrong is a finding in that file.
pub(super) fn read(
    path: &str,
    file: &File,
    limit: u64,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Option<FileId> {
    if let File::Plain { size, .. } = file
        && *size > limit
    {
        let finding = Finding::new("file-too-large", Span::file(sources.add(path, "")));
        findings.push(finding.with("size", size.div_ceil(1024)).with("limit", limit / 1024));
        return None;
    }
    match bytes(file) {
        Ok(bytes) => text::decode(path, bytes, sources, findings),
        Err(reason) => {
            unreadable(path, &reason, sources, findings);
            None
        }
    }
}

fn bytes(file: &File) -> Result<Vec<u8>, String> {
    match file {
        File::Plain { load, .. } => load(),
        File::Link => Err("symbolic link".to_owned()),
        File::Unreadable(reason) => Err(reason.clone()),
    }
}

fn unreadable(path: &str, reason: &str, sources: &mut Sources, findings: &mut Findings) {
    let file = sources.find(path).unwrap_or_else(|| sources.add(path, ""));
    findings.push(Finding::new("file-unreadable", Span::file(file)).with("reason", reason));
}
