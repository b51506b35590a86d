//! Owns what a workspace, a project or a document starts with: text that is valid from its first minute.
//!
//! Never touches the disk and never asks the clock: today comes from whoever asks.

mod draft;
mod known;
mod outline;
mod rules;
mod sample;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Lang;
use crate::kind::{Kind, Kinds, Role};
use crate::shipped;
use crate::source::Sources;
use crate::workspace::Workspace;

use draft::Writer;
use known::Known;
use outline::Trees;
use rules::Rules;

/// Where editors find the schemas: hidden, so that nobody takes them for the workspace's own.
pub const SCHEMAS: &str = ".bidwright/schemas";
/// The settings of the editor that are written along, where there are none.
pub const SETTINGS: &str = ".vscode/settings.json";
/// The schema of any document, for files without a modeline. The name of no kind may be used for it.
const ANY: &str = "document.schema.json";
/// The namespace of what belongs to no project.
pub const LIBRARY: &str = "library";
/// The folder of what the company keeps beside its projects: opportunities, customers, visits, appraisals.
pub const RECORDS: &str = "records";

/// Texts by their path below the root of a workspace.
pub type Texts = BTreeMap<String, String>;

/// What a new document is to be.
pub struct Request<'a> {
    pub kind: &'a Kind,
    /// `None` for what belongs to the library.
    pub project: Option<&'a str>,
    /// The last part of its id, and its file name.
    pub slug: &'a str,
    pub title: Option<&'a str>,
    pub lang: Lang,
    /// `2026-05-15`.
    pub today: &'a str,
}

/// A document that is not on the disk yet.
pub struct Draft {
    pub id: String,
    pub path: String,
    pub text: String,
    /// How many things it names that are not there yet; comments say what to do.
    pub missing: usize,
}

/// The starting workspace: its files, the shipped schemas and the settings for the editor.
pub fn workspace() -> Texts {
    let kinds = Kinds::shipped();
    let schemas = schemas(&kinds, &Sources::default());
    let mut files: Texts = shipped::start().map(|(path, text)| (path, text.to_owned())).collect();
    files
        .extend(editor(&kinds, &schemas).into_iter().map(|(name, text)| (format!("{SCHEMAS}/{name}"), text)));
    files.insert(SETTINGS.to_owned(), settings());
    files
}

/// The text of every schema by its file name, as its author wrote it: the workspace's own come first.
pub fn schemas(kinds: &Kinds, sources: &Sources) -> Texts {
    let mut texts: Texts = shipped::schemas().map(|(name, text)| (name, text.to_owned())).collect();
    for (_, source) in sources.iter() {
        let name =
            source.path.strip_prefix("schemas/").map(|below| below.rsplit('/').next().unwrap_or(below));
        if let Some(name) = name.filter(|name| kinds.schemas().any(|(known, _)| known == *name)) {
            texts.insert(name.to_owned(), source.text.to_string());
        }
    }
    texts
}

/// The file name of a kind's schema.
pub fn schema_name(kind: &str) -> String {
    format!("{kind}.schema.json")
}

/// The schemas for editors by file name, with one that chooses among them by the kind that a document names.
pub fn editor(kinds: &Kinds, schemas: &Texts) -> Texts {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
    let branches = names.iter().map(|name| {
        serde_json::json!({
            "if": { "properties": { "kind": { "const": name } }, "required": ["kind"] },
            "then": { "$ref": schema_name(name) },
        })
    });
    let any = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": { "kind": { "enum": names } },
        "required": ["kind"],
        "allOf": branches.collect::<Vec<_>>(),
    });
    let mut files = Texts::from([(ANY.to_owned(), format!("{any:#}\n"))]);
    files.extend(schemas.clone());
    files
}

/// Settings that tell VS Code which schema a file has.
pub fn settings() -> String {
    let settings = serde_json::json!({
        "yaml.schemas": {
            (format!("./{SCHEMAS}/bidwright.schema.json")): "/bidwright.yaml",
            (format!("./{SCHEMAS}/{ANY}")): ["/library/**/*.yaml", "/records/**/*.yaml", "/projects/**/*.yaml"],
        },
    });
    format!("{settings:#}\n")
}

/// The folders of a new project, each with a file that keeps it in git.
pub fn folders(project: &str) -> Texts {
    shipped::skeleton().map(|(path, text)| (format!("projects/{project}/{path}"), text.to_owned())).collect()
}

/// Whether a text can be a part of an id.
pub fn is_slug(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= 60 && text.bytes().all(allowed) && !text.starts_with('-') && !text.is_empty()
}

/// The last part of an id that a new document of this kind can have: the kind's name, numbered where it is taken.
pub fn free_slug(workspace: &Workspace, kind: &Kind, project: Option<&str>) -> String {
    let ids: BTreeSet<&str> = workspace.documents.iter().map(|document| document.id.as_str()).collect();
    let paths: BTreeSet<&str> = workspace.sources.iter().map(|(_, source)| source.path.as_str()).collect();
    let namespace = namespace(kind, project);
    let taken = |slug: &str| {
        ids.contains(format!("{namespace}/{slug}").as_str())
            || paths.contains(place(workspace, kind, project, slug).as_str())
    };
    let mut slug = kind.id.clone();
    let mut number = 2;
    while taken(&slug) {
        slug = format!("{}-{number}", kind.id);
        number += 1;
    }
    slug
}

/// A valid document. `None` where the kind has no schema that can be read.
pub fn document(workspace: &Workspace, request: &Request) -> Option<Draft> {
    let kind = request.kind;
    let trees = Trees::read(&schemas(&workspace.kinds, &workspace.sources));
    let root = trees.outline(&schema_name(&kind.id))?;
    let id = format!("{}/{}", namespace(kind, request.project), request.slug);
    let path = place(workspace, kind, request.project, request.slug);
    let mut writer = Writer {
        request,
        id: &id,
        kinds: &workspace.kinds,
        trees: &trees,
        rules: Rules::read(&root),
        known: Known::new(workspace, request.project),
        issued: BTreeSet::new(),
    };
    let block = writer.document(&root);
    let up = "../".repeat(path.matches('/').count());
    let mut text = format!("# yaml-language-server: $schema={up}{SCHEMAS}/{}\n", schema_name(&kind.id));
    for line in words::head(kind, &root, request.lang).iter().chain(&block.lines) {
        text.push_str(line);
        text.push('\n');
    }
    Some(Draft { id, path, text, missing: block.missing })
}

/// Where a document goes: the folder of its class, or, in the library, the folder of its like.
fn place(workspace: &Workspace, kind: &Kind, project: Option<&str>, slug: &str) -> String {
    match project {
        Some(project) if kind.about.role == Some(Role::Subject) => format!("projects/{project}/{slug}.yaml"),
        Some(project) => format!("projects/{project}/{}/{slug}.yaml", kind.about.class),
        None => format!("{}/{slug}.yaml", shelf(workspace, kind)),
    }
}

/// The folder that most documents of this kind lie in, or, for the first of them, the one that the kind names.
fn shelf(workspace: &Workspace, kind: &Kind) -> String {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for document in &workspace.documents {
        if document.kind.id == kind.id && document.project.is_none() {
            let folder = workspace.sources.path(document.file).rsplit_once('/').map(|(folder, _)| folder);
            *folders.entry(folder.unwrap_or_default()).or_default() += 1;
        }
    }
    let most = folders.into_iter().max_by_key(|(_, count)| *count);
    let named = kind.about.folder.as_ref().filter(|folder| is_slug(folder));
    let usual = || format!("{}/{}", namespace(kind, None), named.unwrap_or(&kind.id));
    most.map_or_else(usual, |(folder, _)| folder.to_owned())
}

/// The first part of an id: the project, or the folder of what belongs to none.
pub fn namespace<'n>(kind: &Kind, project: Option<&'n str>) -> &'n str {
    project.unwrap_or(if kind.about.class == LIBRARY { LIBRARY } else { RECORDS })
}

#[cfg(test)]
mod tests;
