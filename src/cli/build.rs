//! `bidwright build`: checks, sets, and only then writes, all files at once.

use std::collections::BTreeMap;
use std::path::Path;

use super::args::{Build, Reader};
use super::progress::Teller;
use super::surroundings::Surroundings;
use super::{FINDINGS, open, show, words};
use crate::diagnostic::{Findings, Lang, Severity};
use crate::disk::{self, Failure};
use crate::package::{self, Options};
use crate::render::Standard;
use crate::rules;
use crate::workspace::Viewer;

pub(super) fn run(command: &Build, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let Some(first) = command.paths.first() else { return Ok(super::CLEAN) };
    let mut opened = open(first, lang, surroundings)?;
    let mut scopes = Vec::new();
    for path in &command.paths {
        scopes.push(opened.scope(path)?);
    }
    // What rules object to is for `check`: it stands in nobody's way here.
    opened.findings.retain(|finding| !finding.code.starts_with(rules::CODES));
    if command.release {
        let planned = package::plan(&opened.workspace, &scopes);
        let held: Vec<_> =
            planned.iter().filter_map(|document| opened.workspace.unreleased(document)).collect();
        opened.findings.extend(held);
        opened.findings.settle(&opened.workspace.sources);
    }
    let errors = opened.findings.count(Severity::Error);
    if errors > 0 && !command.draft {
        opened.printer(surroundings).findings(&opened.findings, 50);
        show::tell(&words::not_built(errors, opened.lang));
        return Ok(FINDINGS);
    }
    let options = Options {
        viewer: command.audience.map(|reader| match reader {
            Reader::Internal => Viewer::Insider,
            Reader::Customer => Viewer::Customer,
        }),
        standard: if command.pdf_a { Standard::PdfA2b } else { Standard::Pdf17 },
        draft: command.draft,
    };
    if let Some(folder) = &command.sources {
        return write_sources(&mut opened, &scopes, options, folder);
    }
    let teller = Teller::new(opened.lang, command.quiet, surroundings.terminal);
    let mut raised = Findings::default();
    let build = package::build(&mut opened.workspace, &scopes, options, &teller, &mut raised);
    teller.finish();
    opened.findings.extend(raised);
    opened.findings.settle(&opened.workspace.sources);
    // Infos belong to `check`; whoever builds wants to know what stands in the way.
    opened.findings.retain(|finding| finding.severity() > Severity::Info);
    opened.printer(surroundings).findings(&opened.findings, 50);
    let errors = opened.findings.count(Severity::Error);
    if errors > 0 && !command.draft {
        show::tell(&words::not_built(errors, opened.lang));
        return Ok(FINDINGS);
    }
    let out = command.out.clone().unwrap_or_else(|| opened.root.join(&opened.workspace.configuration.output));
    disk::write(&out, &build.files)?;
    if !command.quiet {
        let pages = build.outputs.iter().map(|output| output.pages).sum();
        show::tell(&words::built(build.outputs.len(), pages, &out, opened.lang));
    }
    Ok(opened.code(opened.workspace.configuration.fail_on))
}

fn write_sources(
    opened: &mut super::Opened,
    scopes: &[package::Scope],
    options: Options,
    folder: &Path,
) -> Result<u8, Failure> {
    let mut files = BTreeMap::new();
    for (name, sources) in package::sources(&mut opened.workspace, scopes, options) {
        for (path, file) in &sources.files {
            if let crate::folder::File::Plain { load, .. } = file {
                files.insert(format!("{name}/{path}"), load().unwrap_or_default());
            }
        }
    }
    disk::write(folder, &files)?;
    Ok(opened.code(opened.workspace.configuration.fail_on))
}
