//! Reads the register of a workspace and holds it against the documents.

use rayon::prelude::*;

use super::{Workspace, content, files};
use crate::diagnostic::{Finding, Findings};
use crate::folder::File;
use crate::register::{self, Register, Subject};
use crate::text;

/// No fact is longer: what is, was not written by the tool.
const LIMIT: u64 = 64 * 1024;

pub(super) fn read(workspace: &mut Workspace, paths: &[String], findings: &mut Findings) {
    // Thousands of small files: fetched side by side, told about one after the other.
    let fetch = |path: &String| match workspace.folder.get(path) {
        Some(File::Plain { size, load }) if *size <= LIMIT => load().ok(),
        _ => None,
    };
    let fetched: Vec<Option<Vec<u8>>> = paths.par_iter().map(fetch).collect();
    for (path, bytes) in paths.iter().zip(fetched) {
        let sources = &mut workspace.sources;
        let file = match (bytes, workspace.folder.get(path)) {
            (Some(bytes), _) => text::decode(path, bytes, sources, findings),
            (None, Some(file)) if !matches!(file, File::Link) => {
                files::read(path, file, LIMIT, sources, findings)
            }
            _ => None,
        };
        workspace.register_files.extend(file.map(|file| (path.clone(), file)));
    }
    let numbering = &workspace.configuration.numbering;
    workspace.register = Register::read(&workspace.register_files, &workspace.sources, numbering, findings);
}

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) {
    let register = &workspace.register;
    let mut subjects = Vec::new();
    for document in &workspace.documents {
        let code = workspace.code(document);
        if let (Some(stage), None) = (&document.kind.about.stage, code) {
            let finding = Finding::new("stage-unknown", document.id_span).with("stage", stage);
            findings.push(finding.with("kind", &document.kind.id).hint("configure", Vec::new()));
        }
        let recorded = register.of(&document.id).any(|record| record.latest().is_some());
        subjects.push(Subject {
            id: &document.id,
            span: document.id_span,
            kind: &document.kind.id,
            code,
            author: document.author.as_deref(),
            chain: workspace.chain(document),
            content: if recorded { content(workspace, document) } else { String::new() },
        });
    }
    register::check(register, &subjects, &workspace.configuration.policy, findings);
}
