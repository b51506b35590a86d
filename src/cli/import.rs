//! `bidwright import`: a table becomes a document. Nothing is written where a cell cannot be read.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use super::args::{Format, Import, Imported};
use super::show::Printer;
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, FINDINGS, json, open_unproved, show, words};
use crate::diagnostic::{Findings, Lang, Severity};
use crate::disk::{self, Failure};
use crate::import::{self, Request};
use crate::kind::{Kind, Role};
use crate::source::Sources;

/// Larger tables are not read.
const LARGEST: u64 = 64 * 1024 * 1024;

pub(super) fn run(command: &Import, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let opened = open_unproved(Path::new("."), lang, surroundings)?;
    let lang = opened.lang;
    let role = match command.what {
        Imported::Prices => Role::Prices,
        Imported::Clauses => Role::Clauses,
    };
    let Some(kind) = opened.workspace.kinds.iter().find(|kind| kind.about.role == Some(role)) else {
        show::tell(words::import::no_kind(lang));
        return Ok(FAILED);
    };
    let bytes = bytes(&command.file)?;
    let from = command.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = command.file.display().to_string();
    let mut sources = Sources::default();
    let mut findings = Findings::default();
    let mut told = Vec::new();
    let unread = match &bytes {
        None => Err(import::Unread::Large),
        Some(bytes) => import::read(&shown, bytes, command.sheet.as_deref(), &mut sources, &mut told),
    };
    let tables = match unread {
        Ok(tables) => tables,
        Err(unread) => {
            show::tell(&words::import::unread(&command.file, &unread, lang));
            return Ok(FAILED);
        }
    };
    findings.extend(told);
    let id = command.id.clone().unwrap_or_else(|| named(command, kind));
    let title = command.title.as_deref().unwrap_or(kind.about.title.get(lang));
    let request = Request { kind: &kind.id, id: &id, title, from: &from };
    let document = match command.what {
        Imported::Prices => import::prices(&tables, &request, &mut findings),
        Imported::Clauses => {
            import::clauses(&tables, &request, &command.category, command.page, &mut findings)
        }
    };
    findings.settle(&sources);
    if command.format == Format::Json {
        show::print(&json::report(&findings, &sources, lang));
    } else {
        Printer { sources: &sources, lang, width: surroundings.width }.findings(&findings, command.limit);
    }
    let Some(text) = document.filter(|_| findings.count(Severity::Error) == 0) else {
        show::tell(words::import::nothing(lang));
        return Ok(FINDINGS);
    };
    match &command.out {
        Some(out) => {
            let files = BTreeMap::from([(out.display().to_string(), text.into_bytes())]);
            let write = if command.force { disk::write } else { disk::create };
            write(Path::new(""), &files)?;
            show::tell(&words::import::written(out, lang));
        }
        None if command.format == Format::Json => (),
        None => show::print(&text),
    }
    Ok(CLEAN)
}

/// The whole file; nothing where it is too large.
fn bytes(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let failed = |error| Failure::Read(path.to_owned(), error);
    let disk::Peek::File(file) = disk::peek(path)? else {
        return Err(failed(std::io::Error::other("is a folder")));
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= LARGEST))
}

/// `projects/park/bid/prices.yaml` is `park/prices`; a document of no place is one of its kind.
fn named(command: &Import, kind: &Kind) -> String {
    let out = command.out.as_deref();
    let stem = out.and_then(|out| out.file_stem()).map(|stem| stem.to_string_lossy().into_owned());
    let slug = stem.filter(|stem| crate::scaffold::is_slug(stem)).unwrap_or_else(|| kind.id.clone());
    let absolute = out.and_then(|out| std::path::absolute(out).ok());
    let parts: Vec<String> = absolute
        .iter()
        .flat_map(|out| out.components())
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let project = parts.iter().rposition(|part| part == "projects").and_then(|at| parts.get(at + 1));
    let project = project.filter(|project| crate::scaffold::is_slug(project));
    format!("{}/{slug}", project.map_or("imported", String::as_str))
}
