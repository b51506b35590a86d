//! Owns what a build makes: single documents and the volumes of packages, set until their page numbers stand.
//!
//! Gives back files as values. Never writes them: either all of a build reaches the disk or nothing does.

pub mod archive;
mod data;
mod finish;
mod job;
mod loose;
pub mod manifest;
mod name;
mod paged;
mod press;
mod prices;
mod prove;
mod shelf;
mod trouble;
pub mod verify;

use std::collections::BTreeMap;

use crate::diagnostic::{Findings, Severity};
use crate::digest;
use crate::document::Document;
use crate::folder::Folder;
use crate::kind::{Print, Role};
use crate::render::{File, Fonts, Standard};
use crate::scaffold;
use crate::tender::Pages;
use crate::value::Value;
use crate::workspace::{Viewer, Workspace};

pub use finish::finish;
pub use loose::{Loose, loose};
pub use prove::prove;
pub use shelf::{Bare, Shelf};

use manifest::Output;
use name::safe_name;

/// What to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every project.
    All,
    /// Packages and documents of one project.
    Project(String),
    /// Every document below a folder, by its path in the workspace.
    Folder(String),
    /// One document, by its id.
    Document(String),
}

/// How to build.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// For whose eyes; without it, for those that the kind is meant for. Packages are always for the customer.
    pub viewer: Option<Viewer>,
    pub standard: Standard,
    /// Marks every page as a draft.
    pub draft: bool,
}

/// What is told while a build goes on.
pub trait Progress: Sync {
    /// Something is being set, such as `商务标 正本`.
    fn begin(&self, name: &str);
    /// It has so many pages.
    fn done(&self, name: &str, pages: usize);
}

/// The files of a build by their paths below the output folder, and what each is.
#[derive(Default)]
pub struct Build {
    pub files: BTreeMap<String, Vec<u8>>,
    pub outputs: Vec<Output>,
    /// The finished volumes of every package that was set, by its id.
    pub pages: BTreeMap<String, Pages>,
    /// What was proved of the volumes.
    pub proof: manifest::Proof,
    pub standard: Standard,
}

/// The documents of a scope that are printed, packages last.
pub fn plan<'w>(workspace: &'w Workspace, scopes: &[Scope]) -> Vec<&'w Document> {
    let within = |document: &Document, scope: &Scope| match scope {
        Scope::All => document.project.is_some() && document.kind.about.print == Print::Always,
        Scope::Project(project) => {
            document.project.as_ref() == Some(project) && document.kind.about.print == Print::Always
        }
        Scope::Folder(folder) => {
            workspace.sources.path(document.file).starts_with(&format!("{folder}/"))
                && document.kind.about.print == Print::Always
        }
        Scope::Document(id) => document.id == *id,
    };
    let in_scope = |document: &&Document| scopes.iter().any(|scope| within(document, scope));
    let printable = |document: &&Document| document.kind.template && document.data().is_some();
    let mut documents: Vec<&Document> =
        workspace.documents.iter().filter(in_scope).filter(printable).collect();
    documents.sort_by_key(|document| is_package(document));
    documents
}

fn is_package(document: &Document) -> bool {
    document.kind.about.role == Some(Role::Package)
}

/// Builds everything in scope; what is on the shelf is not set again. Findings of the setting are added; a document that cannot be set leaves no file.
pub fn build(
    workspace: &mut Workspace,
    scopes: &[Scope],
    options: Options,
    shelf: &dyn Shelf,
    progress: &dyn Progress,
    findings: &mut Findings,
) -> Build {
    let (fonts, broken) = Fonts::new(workspace.fonts.clone());
    let mut raised = Findings::default();
    trouble::fonts(workspace, &fonts, &broken, &mut raised);
    let press = press::Press::new(workspace, fonts, options, shelf, &mut raised);
    let mut build = Build { standard: options.standard, ..Build::default() };
    // A picture that is not there would only be complained of again by the template that shows it.
    if raised.count(Severity::Error) > 0 && !options.draft {
        workspace.configuration.judge(&mut raised);
        findings.extend(raised);
        return build;
    }
    let mut complaints = Vec::new();
    for document in plan(workspace, scopes) {
        let folder = scaffold::namespace(&document.kind, document.project.as_deref()).to_owned();
        let mut prints = match is_package(document) {
            true => {
                let (prints, pages) = press.package(document, progress, &mut complaints);
                build.pages.insert(document.id.clone(), pages);
                prints
            }
            false => press.single(document, progress, &mut complaints),
        };
        prints.sort_by(|a, b| a.name.cmp(&b.name));
        for print in prints {
            let file = free_name(&build.files, &folder, &print.name, &document.id);
            build.outputs.push(Output {
                file: file.clone(),
                document: Some(document.id.clone()),
                volume: print.volume,
                copy: print.copy,
                pages: Some(print.pages),
                bytes: print.pdf.len() as u64,
                sha256: digest::of(&print.pdf),
                fonts: print.fonts,
            });
            build.files.insert(file, print.pdf);
        }
    }
    trouble::report(workspace, complaints, &mut raised);
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
    build
}

/// The virtual files that each print of a scope is set from, as folders: for the plain Typst compiler, and for
/// looking at what a template is given.
pub fn sources(workspace: &mut Workspace, scopes: &[Scope], options: Options) -> BTreeMap<String, Folder> {
    let (fonts, _) = Fonts::new(std::mem::take(&mut workspace.fonts));
    let press = press::Press::new(workspace, fonts, options, &Bare, &mut Findings::default());
    let mut folders = BTreeMap::new();
    for document in plan(workspace, scopes) {
        let jobs = match is_package(document) {
            true => press.volumes(document),
            false => vec![(safe_name(&document.title), press.job(document))],
        };
        for (name, job) in jobs {
            let mut folder = Folder::default();
            folder.add("main.typ", job.main);
            for (path, file) in &job.files {
                folder.add(path.trim_start_matches('/'), File::bytes(file).to_vec());
            }
            folders.insert(name, folder);
        }
    }
    folders
}

/// Two documents may have one title: the second carries its id as well, and a number where that is not enough.
/// Letters count as equal in both cases, as they do on some systems.
fn free_name(files: &BTreeMap<String, Vec<u8>>, folder: &str, name: &str, id: &str) -> String {
    let short = id.split_once('/').map_or(id, |(_, rest)| rest);
    let named = format!("{name}-{}", safe_name(short));
    let numbered = (2..).map(|number| format!("{named}-{number}"));
    let mut names = [name.to_owned(), named.clone()].into_iter().chain(numbered);
    let taken = |path: &str| files.keys().any(|known| known.to_lowercase() == path.to_lowercase());
    let path = names.find_map(|name| Some(format!("{folder}/{name}.pdf")).filter(|path| !taken(path)));
    path.expect("numbers do not end")
}

/// The value at a dotted way below the data of a document.
fn data_text<'d>(document: &'d Document, key: &str) -> Option<&'d str> {
    document.data().and_then(|data| data.text_at(key))
}

fn items<'v>(value: Option<&'v Value>, key: &str) -> &'v [Value] {
    value.and_then(|value| value.get(key)).map(Value::items).unwrap_or_default()
}
