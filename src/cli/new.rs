//! `bidwright new`: a project with its folders, or a document that is valid from the start.

use std::path::Path;

use super::args::New;
use super::init::bytes;
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, Opened, clock, open, show, words};
use crate::diagnostic::Lang;
use crate::disk::{self, Failure};
use crate::kind::{Kind, PerProject, Role};
use crate::scaffold::{self, Request};
use crate::schema::similar;

pub(super) fn run(command: &New, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let opened = open(Path::new("."), lang, surroundings)?;
    match settle(command, &opened) {
        Ok(settled) => create(command, &opened, &settled),
        Err(words) => {
            show::tell(&words);
            Ok(FAILED)
        }
    }
}

/// What the arguments come to.
struct Settled<'o> {
    kind: &'o Kind,
    project: Option<String>,
    slug: String,
}

/// Decides about kind, project and id. The error is a message to the user.
fn settle<'o>(command: &New, opened: &'o Opened) -> Result<Settled<'o>, String> {
    let kinds = &opened.workspace.kinds;
    let kind = kinds.get(&command.kind).ok_or_else(|| {
        let near = similar(&command.kind, kinds.iter().map(|kind| kind.id.as_str()));
        words::no_kind(&command.kind, near, kinds, opened.lang)
    })?;
    let name = command.name.as_deref().or(command.id.as_deref());
    if kind.about.role == Some(Role::Subject) {
        let name = name.or(command.project.as_deref());
        let project = slug(name.ok_or_else(|| words::name_missing(kind, opened.lang))?, opened.lang)?;
        return Ok(Settled { kind, project: Some(project), slug: kind.id.clone() });
    }
    let project = match (kind.about.per_project, &command.project) {
        (PerProject::None, Some(_)) => return Err(words::of_library(kind, opened.lang)),
        (PerProject::None, None) => None,
        // What may belong to the company does, unless a project is named or stood in.
        (PerProject::Any, None) => around(opened).map(str::to_owned),
        (_, named) => Some(project(named.as_deref(), kind, opened)?),
    };
    let namespace = scaffold::namespace(kind, project.as_deref());
    let slug = match name {
        // A whole id is as good as its last part.
        Some(name) => slug(name.strip_prefix(&format!("{namespace}/")).unwrap_or(name), opened.lang)?,
        None => scaffold::free_slug(&opened.workspace, kind, project.as_deref()),
    };
    unique(kind, project.as_deref(), &format!("{namespace}/{slug}"), opened)?;
    Ok(Settled { kind, project, slug })
}

fn slug(text: &str, lang: Lang) -> Result<String, String> {
    if scaffold::is_slug(text) { Ok(text.to_owned()) } else { Err(words::no_slug(text, lang)) }
}

/// The project that was named, else the one that the user stands in, else the only one.
fn project(named: Option<&str>, kind: &Kind, opened: &Opened) -> Result<String, String> {
    let projects = opened.workspace.projects();
    if let Some(named) = named {
        return match projects.contains(&named) {
            true => Ok(named.to_owned()),
            false => {
                let near = similar(named, projects.iter().copied());
                Err(words::no_project(named, near, &projects, opened.lang))
            }
        };
    }
    match (around(opened), projects.as_slice()) {
        (Some(around), _) => Ok(around.to_owned()),
        (None, [only]) => Ok((*only).to_owned()),
        (None, _) => Err(words::project_missing(kind, &projects, opened.lang)),
    }
}

/// The project whose folder the user stands in.
fn around(opened: &Opened) -> Option<&str> {
    let here = disk::below(&opened.root, Path::new("."))?;
    let name = here.strip_prefix("projects/")?.split('/').next()?.to_owned();
    opened.workspace.projects().into_iter().find(|project| *project == name)
}

fn unique(kind: &Kind, project: Option<&str>, id: &str, opened: &Opened) -> Result<(), String> {
    let path = |document: &crate::document::Document| opened.workspace.sources.path(document.file).to_owned();
    if let Some(document) = opened.workspace.document(id) {
        return Err(words::id_taken(id, &path(document), opened.lang));
    }
    let mut documents = opened.workspace.documents.iter();
    let like = documents
        .find(|document| document.kind.id == kind.id && document.project.as_deref() == project)
        .filter(|_| kind.about.per_project == PerProject::One);
    match like {
        Some(document) => Err(words::only_one(kind, &path(document), opened.lang)),
        None => Ok(()),
    }
}

fn create(command: &New, opened: &Opened, settled: &Settled) -> Result<u8, Failure> {
    let today = clock::today(opened.workspace.configuration.zone).to_string();
    let request = Request {
        kind: settled.kind,
        project: settled.project.as_deref(),
        slug: &settled.slug,
        title: command.title.as_deref(),
        lang: opened.lang,
        today: &today,
    };
    let Some(draft) = scaffold::document(&opened.workspace, &request) else {
        show::tell(&words::no_kind(&settled.kind.id, None, &opened.workspace.kinds, opened.lang));
        return Ok(FAILED);
    };
    let mut texts = scaffold::Texts::from([(draft.path.clone(), draft.text)]);
    if settled.kind.about.role == Some(Role::Subject) {
        texts.extend(scaffold::folders(settled.project.as_deref().unwrap_or_default()));
    }
    disk::create(&opened.root, &bytes(texts))?;
    // Standing at the root, the user knows the path as the workspace does.
    let at_root = disk::below(&opened.root, Path::new(".")).is_some_and(|here| here.is_empty());
    let path = opened.root.join(&draft.path);
    show::line(&if at_root { draft.path } else { path.display().to_string() });
    if draft.missing > 0 {
        show::tell(&words::missing(draft.missing, opened.lang));
    }
    if disk::below(&opened.root, &opened.root.join(scaffold::SCHEMAS)).is_none() {
        show::tell(words::no_schemas(opened.lang));
    }
    Ok(CLEAN)
}
