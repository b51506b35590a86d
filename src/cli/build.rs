//! `bidwright build`: checks, sets, and only then writes, all files at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::args::{Build, Reader};
use super::cache::Cache;
use super::choice::Choice;
use super::progress::Teller;
use super::surroundings::Surroundings;
use super::{FAILED, FINDINGS, Opened, format, locked, open, show, words};
use crate::diagnostic::{Findings, Lang, Severity};
use crate::disk::{self, Failure};
use crate::git::Repository;
use crate::package::manifest::Commit;
use crate::package::{self, Options, Scope, Shelf};
use crate::render::Standard;
use crate::rules;
use crate::workspace::Viewer;

pub(super) fn run(command: &Build, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    if command.watch { watch(command, lang, surroundings) } else { once(command, lang, surroundings) }
}

/// How often is looked whether something was saved.
const GLANCE: Duration = Duration::from_millis(100);

/// Builds again whenever something was saved, until it is interrupted.
fn watch(command: &Build, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let Some(first) = command.paths.first() else { return Ok(super::CLEAN) };
    let root = disk::root_of(first)?;
    // What a build writes itself is no reason for another.
    let own: Vec<&Path> =
        command.reports.iter().map(|report| report.file.as_path()).chain(command.out.as_deref()).collect();
    loop {
        let before = disk::stamp(&root, crate::workspace::exclusions, &own)?;
        if let Err(failure) = once(command, lang, surroundings) {
            // Half of a file may have been saved: the other half mends it.
            show::tell(&format!("bidwright: {}", words::failure(&failure, lang.unwrap_or_default())));
        }
        show::tell(words::watching(lang.or(surroundings.lang).unwrap_or_default()));
        let mut now = before.clone();
        while now == before {
            std::thread::sleep(GLANCE);
            now = disk::stamp(&root, crate::workspace::exclusions, &own)?;
        }
    }
}

fn once(command: &Build, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let Some(first) = command.paths.first() else { return Ok(super::CLEAN) };
    let mut opened = open(first, lang, surroundings)?;
    let mut scopes = Vec::new();
    for path in &command.paths {
        scopes.push(opened.scope(path)?);
    }
    let scopes = match Choice::of(&opened, command.changed_since.as_deref(), command.shard) {
        Ok(choice) => {
            choice.narrow(&mut opened);
            choice.scopes(&opened, scopes)
        }
        Err(message) => {
            show::tell(&message);
            return Ok(FAILED);
        }
    };
    if command.locked {
        locked::numbers(&mut opened);
    }
    if !may_go_on(&mut opened, &scopes, command.release, command.draft, surroundings) {
        format::write(&opened, &command.reports)?;
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
    let cache = Cache::of(&opened, &command.keep);
    let set = set(&mut opened, &scopes, options, &cache, command.prove, command.quiet, surroundings);
    cache.trim();
    let Some(build) = set else {
        format::write(&opened, &command.reports)?;
        return Ok(FINDINGS);
    };
    format::write(&opened, &command.reports)?;
    let out = command.out.clone().unwrap_or_else(|| opened.root.join(&opened.workspace.configuration.output));
    if command.locked {
        locked::outputs(&mut opened, &out, &build);
        opened.printer(surroundings).findings(&opened.findings, 50);
        format::write(&opened, &command.reports)?;
        return Ok(opened.code(opened.workspace.configuration.fail_on));
    }
    disk::write(&out, &build.files)?;
    if !command.quiet {
        let pages = build.outputs.iter().filter_map(|output| output.pages).sum();
        show::tell(&words::built(build.outputs.len(), pages, &out, opened.lang));
        if let Some(words) = words::proved(&build.proof, opened.lang) {
            show::tell(&words);
        }
    }
    Ok(opened.code(opened.workspace.configuration.fail_on))
}

/// Whether nothing stands in the way of a build; what does is shown.
pub(super) fn may_go_on(
    opened: &mut Opened,
    scopes: &[Scope],
    release: bool,
    draft: bool,
    surroundings: &Surroundings,
) -> bool {
    // What rules object to is for `check`: it stands in nobody's way here.
    opened.findings.retain(|finding| !finding.code.starts_with(rules::CODES));
    if release {
        let planned = package::plan(&opened.workspace, scopes);
        let held: Vec<_> =
            planned.iter().filter_map(|document| opened.workspace.unreleased(document)).collect();
        opened.findings.extend(held);
        opened.findings.settle(&opened.workspace.sources);
    }
    let errors = opened.findings.count(Severity::Error);
    if errors > 0 && !draft {
        opened.printer(surroundings).findings(&opened.findings, 50);
        show::tell(&words::not_built(errors, opened.lang));
    }
    errors == 0 || draft
}

/// Sets what is in scope and shows all findings; `None` where they forbid that anything is written.
pub(super) fn set(
    opened: &mut Opened,
    scopes: &[Scope],
    options: Options,
    shelf: &dyn Shelf,
    prove: bool,
    quiet: bool,
    surroundings: &Surroundings,
) -> Option<package::Build> {
    let teller = Teller::new(opened.lang, quiet, surroundings.terminal);
    let mut raised = Findings::default();
    let mut build = package::build(&mut opened.workspace, scopes, options, shelf, &teller, &mut raised);
    if prove && raised.count(Severity::Error) == 0 {
        teller.proving();
        build.proof = package::prove(&mut opened.workspace, scopes, options, &build, &mut raised);
    }
    teller.finish();
    rules::check_pages(&opened.workspace, &build.pages, None, &mut raised);
    opened.findings.extend(raised);
    opened.findings.settle(&opened.workspace.sources);
    // Infos belong to `check`; whoever builds wants to know what stands in the way.
    opened.findings.retain(|finding| finding.severity() > Severity::Info);
    opened.printer(surroundings).findings(&opened.findings, 50);
    let errors = opened.findings.count(Severity::Error);
    if errors > 0 && !options.draft {
        show::tell(&words::not_built(errors, opened.lang));
        return None;
    }
    let commit = commit(opened);
    package::finish(&mut opened.workspace, &mut build, &commit, shelf, &opened.findings);
    Some(build)
}

fn commit(opened: &Opened) -> Commit {
    let repository = Repository::around(&opened.root);
    match repository.and_then(|repository| repository.head(&opened.workspace.configuration.output)) {
        Some((id, true)) => Commit::Clean { id },
        Some((id, false)) => Commit::Changed { id },
        None => Commit::None,
    }
}

fn write_sources(
    opened: &mut Opened,
    scopes: &[Scope],
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
