//! Findings for machines and for places where people read what machines say: one function a format.
//!
//! What is a fault and what is not is the same in all of them, and so is the exit code. Text of users is text in each.

mod github;
mod gitlab;
mod junit;
mod markdown;
mod sarif;
mod short;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Opened, json, show};
use crate::diagnostic::{Finding, Findings, Lang, Severity};
use crate::digest;
use crate::disk::{self, Failure};
use crate::git::Repository;
use crate::source::{Position, Sources};

/// All findings of a run, ready to be written down.
pub(super) struct Told<'t> {
    pub items: Vec<Item<'t>>,
    pub documents: usize,
    pub lang: Lang,
    /// From this severity on a run fails.
    pub fail_on: Severity,
}

/// One finding with its place, as people and programs count.
pub(super) struct Item<'t> {
    pub finding: &'t Finding,
    pub severity: Severity,
    /// Below the top of the repository; `None` for what is in the binary.
    pub path: Option<String>,
    pub start: Position,
    pub end: Position,
    pub message: String,
    /// The same for the same fault as long as its line says the same, wherever that line has moved to.
    pub fingerprint: String,
    pub related: Vec<(Option<String>, Position, String)>,
}

impl Item<'_> {
    fn shown(&self) -> &str {
        self.path.as_deref().unwrap_or_default()
    }
}

/// How findings are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Name {
    /// 给人看，带原文 / for people, with excerpts
    Human,
    /// 一行一个 / a line each
    Short,
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub 注释 / GitHub annotations
    Github,
    /// GitLab 代码质量 / GitLab code quality
    Gitlab,
    /// JUnit XML
    Junit,
    /// Markdown 摘要 / a summary in Markdown
    Markdown,
}

/// A file to write findings to, besides what is shown.
#[derive(Clone, Debug)]
pub(super) struct ToFile {
    format: Name,
    pub(super) file: PathBuf,
}

impl std::str::FromStr for ToFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) =
            text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or("FORMAT=FILE")?;
        let format = <Name as clap::ValueEnum>::from_str(format, false).map_err(|_| {
            let names = <Name as clap::ValueEnum>::value_variants().iter();
            let names = names
                .filter_map(|name| Some(clap::ValueEnum::to_possible_value(name)?.get_name().to_owned()));
            names.collect::<Vec<_>>().join(", ")
        })?;
        Ok(Self { format, file: file.into() })
    }
}

/// Writes every report that was asked for.
pub(super) fn write(opened: &Opened, reports: &[ToFile]) -> Result<(), Failure> {
    if reports.is_empty() {
        return Ok(());
    }
    let told = told(opened);
    for report in reports {
        let text = text(report.format, opened, &told);
        let folder = report.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name =
            report.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        disk::write(folder.unwrap_or(Path::new(".")), &BTreeMap::from([(name, text.into_bytes())]))?;
    }
    Ok(())
}

/// Columns of excerpts in a file.
const WIDTH: usize = 100;

/// Shows findings in a format on standard output.
pub(super) fn print(opened: &Opened, format: Name) {
    show::print(&text(format, opened, &told(opened)));
}

fn text(format: Name, opened: &Opened, told: &Told) -> String {
    match format {
        Name::Human => {
            let sources = &opened.workspace.sources;
            show::Printer { sources, lang: opened.lang, width: WIDTH }.plain(&opened.findings)
        }
        Name::Short => short::short(told),
        Name::Json => json::report(&opened.findings, &opened.workspace.sources, opened.lang),
        Name::Sarif => sarif::sarif(told),
        Name::Github => github::github(told),
        Name::Gitlab => gitlab::gitlab(told),
        Name::Junit => junit::junit(told),
        Name::Markdown => markdown::markdown(told),
    }
}

fn told(opened: &Opened) -> Told<'_> {
    let above = Repository::around(&opened.root).map(|repository| repository.prefix());
    Told {
        items: items(&opened.findings, &opened.workspace.sources, &above.unwrap_or_default(), opened.lang),
        documents: opened.workspace.documents.len(),
        lang: opened.lang,
        fail_on: opened.workspace.configuration.fail_on,
    }
}

fn items<'t>(findings: &'t Findings, sources: &Sources, above: &str, lang: Lang) -> Vec<Item<'t>> {
    let path = |span: crate::source::Span| {
        let path = sources.path(span.file);
        (!path.starts_with('<')).then(|| format!("{above}{path}"))
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut places = json::Places::new(sources);
    findings
        .iter()
        .map(|finding| {
            let (start, end) = places.positions(finding.span);
            // The words are those of one language, so that a fingerprint does not depend on who looks.
            let print = [
                finding.code,
                sources.path(finding.span.file),
                line_of(sources, finding),
                &finding.message(Lang::En),
            ];
            let print = digest::of(print.join("\u{1f}").as_bytes());
            let count = seen.entry(print.clone()).or_default();
            *count += 1;
            Item {
                finding,
                severity: finding.severity(),
                path: path(finding.span),
                start,
                end,
                message: finding.message(lang),
                fingerprint: format!("{}:{count}", &print[..32]),
                related: finding
                    .related
                    .iter()
                    .map(|(span, note)| {
                        (path(*span), places.positions(*span).0, finding.related_text(note, lang))
                    })
                    .collect(),
            }
        })
        .collect()
}

/// The line that a finding stands in, without the blanks around it.
fn line_of<'s>(sources: &'s Sources, finding: &Finding) -> &'s str {
    let text = sources.text(finding.span.file);
    let at = text.floor_char_boundary(finding.span.range().start);
    let from = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let to = text[at..].find('\n').map_or(text.len(), |more| at + more);
    // A hostile file is one line: enough of it tells its faults apart.
    let to = text.floor_char_boundary(to.min(at + 200)).max(at);
    let from = text.floor_char_boundary(from.max(at.saturating_sub(200)));
    text[from..to].trim()
}

/// The worst first, each severity in the order of the files.
fn worst_first<'i, 't>(told: &'i Told<'t>) -> Vec<&'i Item<'t>> {
    let mut items: Vec<&Item> = told.items.iter().collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.severity));
    items
}
