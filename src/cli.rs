//! Owns the command line: what was typed, what is done for it, and how it is told. Nothing else prints.

mod amendments;
mod amount;
mod approve;
mod args;
mod build;
mod cache;
mod check;
mod choice;
mod clock;
mod completions;
mod desk;
mod diff;
mod explain;
mod import;
mod format;
mod init;
mod json;
mod kinds;
mod labels;
mod locked;
mod merge;
mod new;
mod number;
mod package;
mod progress;
mod report;
mod revise;
mod schema;
mod show;
mod status;
mod surroundings;
mod verify;
mod words;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser as _;

use crate::calendar::Day;
use crate::diagnostic::{Findings, Lang, Severity};
use crate::disk::{self, Failure};
use crate::document::Document;
use crate::package::Scope;
use crate::registrar::{self, Proof};
use crate::report as reports;
use crate::rules;
use crate::tender;
use crate::workspace::{self, Workspace};

use args::{Arguments, Command};
use show::Printer;
use surroundings::Surroundings;

/// Nothing to object to.
const CLEAN: u8 = 0;
/// Findings at or above the level that fails.
const FINDINGS: u8 = 1;
/// The tool could not do its work: wrong usage, or the environment.
const FAILED: u8 = 2;

/// Runs one command and gives the exit code back.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for, and go to standard output; everything else is wrong usage.
            let code = if error.use_stderr() { FAILED } else { CLEAN };
            let _ = error.print();
            return code;
        }
    };
    let surroundings = Surroundings::look();
    let lang = arguments.lang.map_or_else(|| surroundings.lang.unwrap_or_default(), Lang::from);
    let done = match arguments.command {
        Command::Init(command) => init::run(&command, lang),
        Command::New(command) => new::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Check(command) => check::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Build(command) => build::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Package(command) => package::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Verify(command) => verify::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Import(command) => import::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Amendments(command) => {
            amendments::run(&command, arguments.lang.map(Lang::from), &surroundings)
        }
        Command::Labels(command) => labels::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Number(command) => number::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Revise(command) => revise::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Approve(command) => approve::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Status(command) => status::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Kinds(command) => kinds::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Report(command) => report::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Diff(command) => diff::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::MergeDriver(command) => merge::run(&command, lang),
        Command::Amount(command) => amount::run(&command, lang),
        Command::Explain(command) => explain::run(&command, lang),
        Command::Schema(command) => schema::run(&command, arguments.lang.map(Lang::from), &surroundings),
        Command::Completions(command) => completions::run(&command),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            show::tell(&format!("bidwright: {}", words::failure(&failure, lang)));
            FAILED
        }
    }
}

/// A workspace that was read for a command, with the findings of its check.
struct Opened {
    root: PathBuf,
    workspace: Workspace,
    findings: Findings,
    lang: Lang,
    /// How far the register was proved.
    proof: Proof,
}

/// Opens the workspace that `path` lies in and checks it.
fn open(path: &Path, lang: Option<Lang>, surroundings: &Surroundings) -> Result<Opened, Failure> {
    open_at(path, None, lang, surroundings)
}

/// The same, with lateness judged from a day.
fn open_at(
    path: &Path,
    at: Option<Day>,
    lang: Option<Lang>,
    surroundings: &Surroundings,
) -> Result<Opened, Failure> {
    let root = disk::root_of(path)?;
    let folder = disk::read(&root, workspace::exclusions)?;
    let (mut workspace, mut findings) = workspace::read(folder);
    tender::check(&workspace, &mut findings);
    rules::check(&workspace, at, &mut findings);
    rules::check_bids(&workspace, at, &mut findings);
    let mut proved = Findings::default();
    reports::check(&workspace, &mut findings);
    let proof = registrar::prove(&root, &mut workspace, &mut proved);
    workspace.configuration.judge(&mut proved);
    findings.extend(proved);
    findings.settle(&workspace.sources);
    let lang = lang.or(workspace.configuration.lang).or(surroundings.lang).unwrap_or_default();
    Ok(Opened { root, workspace, findings, lang, proof })
}

/// Reads the workspace that `path` lies in for a command that writes one fact: nothing across documents is judged and
/// nothing proved against git, since `check` does that and a number must not wait for it.
fn open_unproved(path: &Path, lang: Option<Lang>, surroundings: &Surroundings) -> Result<Opened, Failure> {
    let root = disk::root_of(path)?;
    let (workspace, findings) = workspace::read(disk::read(&root, workspace::exclusions)?);
    let lang = lang.or(workspace.configuration.lang).or(surroundings.lang).unwrap_or_default();
    Ok(Opened { root, workspace, findings, lang, proof: Proof::NoGit })
}

impl Opened {
    /// The scope that a path means: the workspace, the project it lies in, or the document that it is.
    fn scope(&self, path: &Path) -> Result<Scope, Failure> {
        let below = disk::below(&self.root, path).ok_or_else(|| Failure::Missing(path.to_owned()))?;
        if let Some(document) = self
            .workspace
            .documents
            .iter()
            .find(|document| self.workspace.sources.path(document.file) == below)
        {
            return Ok(Scope::Document(document.id.clone()));
        }
        match below.split('/').collect::<Vec<_>>().as_slice() {
            ["projects", project] => Ok(Scope::Project((*project).to_owned())),
            [""] | ["projects"] => Ok(Scope::All),
            _ if self.holds(&below) => Ok(Scope::Folder(below)),
            _ => Err(Failure::Missing(path.to_owned())),
        }
    }

    /// Whether documents lie below a folder.
    fn holds(&self, folder: &str) -> bool {
        let folder = format!("{folder}/");
        let paths =
            self.workspace.documents.iter().map(|document| self.workspace.sources.path(document.file));
        paths.into_iter().any(|path| path.starts_with(&folder))
    }

    /// The documents in a file or below a folder, in the order of their paths.
    fn below(&self, paths: &[PathBuf]) -> Result<Vec<&Document>, Failure> {
        let mut found = Vec::new();
        for path in paths {
            let below = disk::below(&self.root, path).ok_or_else(|| Failure::Missing(path.clone()))?;
            let within = |document: &&Document| {
                let path = self.workspace.sources.path(document.file);
                below.is_empty() || path == below || path.starts_with(&format!("{below}/"))
            };
            found.extend(self.workspace.documents.iter().filter(within));
        }
        found.retain(|document| {
            self.workspace.document(&document.id).is_some_and(|known| std::ptr::eq(known, *document))
        });
        found.sort_by_key(|document| self.workspace.sources.path(document.file));
        found.dedup_by_key(|document| document.file);
        Ok(found)
    }

    fn code(&self, fail_on: Severity) -> u8 {
        let fails = self.findings.iter().any(|finding| finding.severity() >= fail_on);
        if fails { FINDINGS } else { CLEAN }
    }

    fn printer(&self, surroundings: &Surroundings) -> Printer<'_> {
        Printer { sources: &self.workspace.sources, lang: self.lang, width: surroundings.width }
    }
}
