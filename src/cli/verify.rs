//! `bidwright verify`: proves an archive or a folder against its manifest; on request it builds again and compares.
//! Never writes and never unpacks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::args::{Format, Verify};
use super::build::{may_go_on, set};
use super::show::Printer;
use super::surroundings::Surroundings;
use super::{CLEAN, FINDINGS, json, open, show, words};
use crate::diagnostic::{Finding, Findings, Lang};
use crate::disk::{self, Failure};
use crate::package::archive::{self, Fault, Verdict};
use crate::package::manifest::{Manifest, Proof};
use crate::package::{Bare, Options, Scope, verify};
use crate::source::{FileId, Sources, Span};

pub(super) fn run(command: &Verify, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let path = command.path.as_path();
    let mut sources = Sources::default();
    let place = sources.add(path.display().to_string(), "");
    let verdict = look(path)?;
    let mut findings = Findings::default();
    findings.extend(verdict.faults.iter().map(|fault| finding(fault, place)));
    let mut lang = lang.or(surroundings.lang).unwrap_or_default();
    if let (Some(workspace), Some(manifest)) = (&command.rebuild, &verdict.manifest) {
        let differences = rebuild(workspace, manifest, place, &mut lang, surroundings)?;
        let Some(differences) = differences else { return Ok(FINDINGS) };
        findings.extend(differences);
    }
    findings.settle(&sources);
    if command.format == Format::Json {
        show::print(&json::report(&findings, &sources, lang));
    } else {
        Printer { sources: &sources, lang, width: surroundings.width }.findings(&findings, command.limit);
        if !command.quiet {
            show::tell(&words::verified(&verdict, findings.iter().count(), lang));
        }
        if let Some(digest) = &verdict.sha256 {
            show::print(&format!("{digest}  {}\n", path.display()));
        }
    }
    Ok(if findings.is_empty() { CLEAN } else { FINDINGS })
}

fn look(path: &Path) -> Result<Verdict, Failure> {
    let failed = |error| Failure::Read(path.to_owned(), error);
    match disk::peek(path)? {
        disk::Peek::File(mut file) => archive::verify(&mut *file).map_err(failed),
        disk::Peek::Folder(found) => {
            verify::folder(&found).map_err(|(name, error)| Failure::Read(path.join(name), error))
        }
    }
}

fn finding(fault: &Fault, place: FileId) -> Finding {
    let at = Span::file(place);
    let of = |code: &'static str, file: &str| Finding::new(code, at).with("file", file);
    match fault {
        Fault::Structure { at: byte } => Finding::new("package-structure", at).with("byte", byte),
        Fault::Manifest => Finding::new("package-manifest", at),
        Fault::Changed { file } => of("package-file-changed", file),
        Fault::Missing { file } => of("package-file-missing", file),
        Fault::Extra { file } => of("package-file-extra", file),
        Fault::Link { file } => of("package-file-odd", file).with("what", "@not-a-plain-file"),
        Fault::Executable { file } => of("package-file-odd", file).with("what", "@executable"),
    }
}

/// Builds what a manifest lists once more; `None` where that is not possible, which has been told.
fn rebuild(
    workspace: &Path,
    manifest: &Manifest,
    place: FileId,
    lang: &mut Lang,
    surroundings: &Surroundings,
) -> Result<Option<Vec<Finding>>, Failure> {
    let mut opened = open(workspace, Some(*lang), surroundings)?;
    let documents: BTreeSet<&str> =
        manifest.outputs.iter().filter_map(|output| output.document.as_deref()).collect();
    let draft = opened.findings.count(crate::diagnostic::Severity::Error) > 0;
    let scopes: Vec<Scope> = documents.into_iter().map(|id| Scope::Document(id.to_owned())).collect();
    if !may_go_on(&mut opened, &scopes, false, draft, surroundings) {
        return Ok(None);
    }
    let options = Options { viewer: None, standard: manifest.pdf, draft };
    let prove = manifest.proof != Proof::None;
    // To prove something, it is set anew.
    let Some(build) = set(&mut opened, &scopes, options, &Bare, prove, true, surroundings) else {
        return Ok(None);
    };
    let again: BTreeMap<&str, &str> = build
        .outputs
        .iter()
        .filter_map(|output| Some((output.file.split_once('/')?.1, output.sha256.as_str())))
        .collect();
    let at = Span::file(place);
    // The self-check tells of the commit and of findings, which are those of its own day.
    let printed = manifest.outputs.iter().filter(|output| output.document.is_some());
    let other = printed.filter(|output| again.get(output.file.as_str()) != Some(&output.sha256.as_str()));
    let mut findings: Vec<Finding> =
        other.map(|output| Finding::new("package-rebuild", at).with("file", &output.file)).collect();
    if !findings.is_empty() {
        let changed = changed_inputs(&opened.workspace, manifest);
        for finding in &mut findings {
            if !changed.is_empty() {
                let inputs = crate::diagnostic::list(changed.iter().map(String::as_str));
                *finding = finding.clone().hint("inputs", vec![("inputs", inputs)]);
            }
        }
    }
    Ok(Some(findings))
}

/// The files that are not what they were when the package was made.
fn changed_inputs(workspace: &crate::workspace::Workspace, manifest: &Manifest) -> Vec<String> {
    let other = manifest.inputs.iter().filter(|input| {
        workspace.load(&input.path).map(|bytes| crate::digest::of(&bytes)).as_ref() != Ok(&input.sha256)
    });
    other.map(|input| input.path.clone()).take(10).collect()
}
