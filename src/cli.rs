//! Owns the command line: what was typed, what is done for it, and how it is told. Nothing else prints.

mod amount;
mod args;
mod build;
mod check;
mod clock;
mod completions;
mod explain;
mod init;
mod json;
mod new;
mod progress;
mod schema;
mod show;
mod surroundings;
mod words;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser as _;

use crate::diagnostic::{Findings, Lang, Severity};
use crate::disk::{self, Failure};
use crate::package::Scope;
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
}

/// Opens the workspace that `path` lies in and checks it.
fn open(path: &Path, lang: Option<Lang>, surroundings: &Surroundings) -> Result<Opened, Failure> {
    let root = disk::root_of(path)?;
    let folder = disk::read(&root, workspace::exclusions)?;
    let (workspace, mut findings) = workspace::read(folder);
    tender::check(&workspace, &mut findings);
    findings.settle(&workspace.sources);
    let lang = lang.or(workspace.configuration.lang).or(surroundings.lang).unwrap_or_default();
    Ok(Opened { root, workspace, findings, lang })
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
            ["projects", project, ..] => Ok(Scope::Project((*project).to_owned())),
            [""] | ["projects"] => Ok(Scope::All),
            _ => Err(Failure::Missing(path.to_owned())),
        }
    }

    fn code(&self, fail_on: Severity) -> u8 {
        let fails = self.findings.iter().any(|finding| finding.severity() >= fail_on);
        if fails { FINDINGS } else { CLEAN }
    }

    fn printer(&self, surroundings: &Surroundings) -> Printer<'_> {
        Printer { sources: &self.workspace.sources, lang: self.lang, width: surroundings.width }
    }
}
