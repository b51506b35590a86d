//! `bidwright package`: builds one project and writes all of it as one archive.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::args::Package;
use super::build::{may_go_on, set};
use super::cache::Cache;
use super::surroundings::Surroundings;
use super::{FAILED, FINDINGS, open, show, words};
use crate::diagnostic::Lang;
use crate::digest;
use crate::disk::{self, Failure};
use crate::kind::Role;
use crate::package::{Options, Scope, archive};
use crate::render::Standard;

pub(super) fn run(command: &Package, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let mut opened = open(&command.path, lang, surroundings)?;
    let project = match opened.scope(&command.path)? {
        Scope::Project(project) => project,
        Scope::Document(id) => {
            opened.workspace.document(&id).and_then(|it| it.project.clone()).unwrap_or_default()
        }
        Scope::All | Scope::Folder(_) => match opened.workspace.projects().as_slice() {
            [project] => (*project).to_owned(),
            projects => {
                show::tell(&words::which_project(projects, opened.lang));
                return Ok(FAILED);
            }
        },
    };
    // Only bids: what else a project prints may be for people inside.
    let bids = opened.workspace.with_role(Some(&project), Role::Package);
    let scopes: Vec<Scope> = bids.map(|bid| Scope::Document(bid.id.clone())).collect();
    if !may_go_on(&mut opened, &scopes, command.release, command.draft, surroundings) {
        return Ok(FINDINGS);
    }
    let standard = if command.pdf_a { Standard::PdfA2b } else { Standard::Pdf17 };
    let options = Options { viewer: None, standard, draft: command.draft };
    let cache = Cache::of(&opened, &command.keep);
    let set = set(&mut opened, &scopes, options, &cache, command.prove, command.quiet, surroundings);
    cache.trim();
    let Some(build) = set else {
        return Ok(FINDINGS);
    };
    let proof = build.proof;
    let own = |(path, bytes): (String, Vec<u8>)| {
        Some((path.strip_prefix(&format!("{project}/"))?.to_owned(), bytes))
    };
    let files: BTreeMap<String, Vec<u8>> = build.files.into_iter().filter_map(own).collect();
    let bytes = match archive::write(&files) {
        Ok(bytes) => bytes,
        Err(unfit) => {
            show::tell(&words::unfit(unfit, opened.lang));
            return Ok(FAILED);
        }
    };
    let path = command.out.clone().unwrap_or_else(|| {
        opened.root.join(&opened.workspace.configuration.output).join(format!("{project}.zip"))
    });
    let digest = digest::of(&bytes);
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    disk::write(&folder, &BTreeMap::from([(name, bytes)]))?;
    if !command.quiet {
        show::tell(&words::packaged(files.len(), &path, opened.lang));
        if let Some(words) = words::proved(&proof, opened.lang) {
            show::tell(&words);
        }
    }
    show::print(&format!("{digest}  {}\n", path.display()));
    Ok(opened.code(opened.workspace.configuration.fail_on))
}
