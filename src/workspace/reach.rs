//! What a change of files can have changed: the projects whose documents, pages or findings may be other than before.

use std::collections::BTreeSet;

use super::{Workspace, references};
use crate::document::Document;
use crate::folder;
use crate::kind::Role;
use crate::value::Meaning;

/// How far a change reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    Everything,
    /// These projects alone.
    Projects(BTreeSet<String>),
}

/// What holds for all documents.
const COMMON: [&str; 3] = ["schemas/", "templates/", "fonts/"];

/// How far a change of files reaches, by what the workspace is now. What is no longer there may have been anything.
pub fn reach(workspace: &Workspace, changed: &BTreeSet<String>) -> Reach {
    let mut projects = BTreeSet::new();
    let mut library: BTreeSet<&str> = BTreeSet::new();
    for path in changed {
        if let Some((project, _)) = path.strip_prefix("projects/").and_then(|rest| rest.split_once('/')) {
            projects.insert(project.to_owned());
        } else if let Some(fact) = path.strip_prefix("register/") {
            let Some(document) = numbered(workspace, fact) else { return Reach::Everything };
            match &document.project {
                Some(project) => _ = projects.insert(project.clone()),
                None => _ = library.insert(&document.id),
            }
        } else if path == "bidwright.yaml" || COMMON.iter().any(|common| path.starts_with(common)) {
            return Reach::Everything;
        } else {
            let users: Vec<&Document> =
                workspace.documents.iter().filter(|document| stands_on(workspace, document, path)).collect();
            if users.is_empty() && is_read(path) {
                return Reach::Everything;
            }
            library.extend(users.iter().map(|document| document.id.as_str()));
        }
    }
    // What is of nobody in particular speaks to all: their prose may name it, and rules compare them with it.
    let common = |document: &Document| {
        document.kind.about.facts.is_some() || document.kind.about.role == Some(Role::Bidder)
    };
    if library.iter().filter_map(|id| workspace.document(id)).any(common) {
        return Reach::Everything;
    }
    loop {
        let before = library.len();
        for document in &workspace.documents {
            // What leads nowhere may have led to what has changed its name.
            let touched = |id: &str| library.contains(id) || workspace.document(id).is_none();
            let refers = references(&document.value).iter().any(|(id, ..)| touched(id));
            match (&document.project, refers) {
                (Some(project), true) => _ = projects.insert(project.clone()),
                (None, true) => _ = library.insert(&document.id),
                (_, false) => (),
            }
        }
        if library.len() == before {
            return Reach::Projects(projects);
        }
    }
}

/// The document of a fact of the register, by the name of its file.
fn numbered<'w>(workspace: &'w Workspace, fact: &str) -> Option<&'w Document> {
    let name = fact.rsplit('/').next()?.split('.').next()?;
    workspace.documents.iter().find(|document| {
        workspace.register.of(&document.id).any(|record| record.entry.number.as_str() == name)
    })
}

/// Whether a file is a document, or its prose or pictures.
fn stands_on(workspace: &Workspace, document: &Document, path: &str) -> bool {
    let own = workspace.sources.path(document.file);
    if own == path {
        return true;
    }
    let mut found = false;
    document.value.walk(&mut |value| {
        let named = match value.meaning {
            Meaning::Image | Meaning::Attachment => value.text(),
            Meaning::Prose => value.text_at("file"),
            _ => None,
        };
        found |= named.and_then(|name| folder::join(own, name)).is_some_and(|named| named == path);
        // A picture may stand in Markdown alone.
        found |=
            workspace.prose_of(value).is_some_and(|prose| prose.code.contains(&super::virtual_path(path)));
    });
    found
}

/// Whether a file of this name may be or have been a document.
fn is_read(path: &str) -> bool {
    (path.ends_with(".yaml") || path.ends_with(".yml")) && !path.starts_with('.')
}
