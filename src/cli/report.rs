//! `bidwright report`: lists reports, or makes one for a period, a project or a person, as pages or as data.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::{Report, ReportFormat};
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, FINDINGS, Opened, json, open, show, words};
use crate::calendar::Day;
use crate::diagnostic::{Finding, Findings, Lang, Severity};
use crate::disk::{self, Failure};
use crate::report::{self, Ask, Definition};
use crate::schema::similar;

/// The folder of reports below the output folder.
const FOLDER: &str = "reports";
/// How the codes of the rules of the policies begin.
const POLICIES: &str = "policy-";

pub(super) fn run(command: &Report, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    // `report samples/smart-park` lists what that workspace has.
    let named = command.name.as_deref().filter(|name| !Path::new(name).join("bidwright.yaml").is_file());
    let path = match (&command.name, named) {
        (Some(folder), None) => Path::new(folder),
        _ => &command.path,
    };
    let mut opened = open(path, lang, surroundings)?;
    let lang = opened.lang;
    let definitions = report::definitions(&opened.workspace);
    let Some(name) = named else {
        list(&definitions, lang);
        return Ok(CLEAN);
    };
    let definition = match definitions.get(name) {
        Some(Ok(definition)) => definition.clone(),
        Some(Err(reason)) => return Ok(refuse(&words::report_broken(name, reason, lang))),
        None => {
            show::tell(&words::no_report(name, similar(name, definitions.keys().copied()), lang));
            list(&definitions, lang);
            return Ok(FAILED);
        }
    };
    let ask = match ask(command, lang) {
        Ok(ask) => ask,
        Err(message) => return Ok(refuse(&message)),
    };
    let made = match report::make(&opened.workspace, name, &definition, &ask, lang) {
        Ok(made) => made,
        Err(refusal) => return Ok(refuse(&words::report_refused(&refusal, lang))),
    };
    let format = format(command);
    let mut raised = Findings::default();
    let bytes = match format {
        ReportFormat::Pdf => report::pdf(&made, &mut opened.workspace, &mut raised).map(|(bytes, _)| bytes),
        ReportFormat::Xlsx => told(report::xlsx(&made), name, lang),
        ReportFormat::Csv => told(report::csv(&made), name, lang),
        ReportFormat::Md => Some(report::markdown(&made).into_bytes()),
        ReportFormat::Json => Some(json::pretty(&report::json(&made)).into_bytes()),
    };
    raised.settle(&opened.workspace.sources);
    opened.printer(surroundings).findings(&raised, 50);
    let Some(bytes) = bytes else { return Ok(if raised.is_empty() { FAILED } else { FINDINGS }) };
    publish(command, &opened, name, format, bytes)?;
    // What the policies ask for is what reports tell; what cannot be read is what they lack.
    let lacks =
        |finding: &&Finding| finding.severity() == Severity::Error && !finding.code.starts_with(POLICIES);
    let errors = opened.findings.iter().filter(lacks).count();
    if errors > 0 {
        show::tell(&words::report_errors(errors, lang));
        return Ok(FINDINGS);
    }
    Ok(CLEAN)
}

fn ask(command: &Report, lang: Lang) -> Result<Ask, String> {
    let day = |text: &Option<String>| match text.as_deref().map(|text| (text, Day::parse(text))) {
        Some((text, None)) => Err(words::no_day(text, lang)),
        Some((_, day)) => Ok(day),
        None => Ok(None),
    };
    let (from, to) = (day(&command.from)?, day(&command.to)?);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(words::period_backwards(from, to, lang));
    }
    let (project, person) = (command.project.clone(), command.person.clone());
    Ok(Ask { from, to, project, person, personal: command.personal })
}

fn format(command: &Report) -> ReportFormat {
    let ending = command.out.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
    let known =
        [ReportFormat::Pdf, ReportFormat::Xlsx, ReportFormat::Csv, ReportFormat::Md, ReportFormat::Json];
    let by_ending = || known.into_iter().find(|format| Some(format.ending()) == ending);
    command.format.or_else(by_ending).unwrap_or(ReportFormat::Pdf)
}

/// Writes the file, or the text to standard output where no file was named.
fn publish(
    command: &Report,
    opened: &Opened,
    name: &str,
    format: ReportFormat,
    bytes: Vec<u8>,
) -> Result<(), Failure> {
    let out = match (&command.out, format) {
        (Some(out), _) => out.clone(),
        (None, ReportFormat::Pdf | ReportFormat::Xlsx) => {
            let output = opened.root.join(&opened.workspace.configuration.output);
            output.join(FOLDER).join(format!("{name}.{}", format.ending()))
        }
        (None, _) => {
            show::print(&String::from_utf8_lossy(&bytes));
            return Ok(());
        }
    };
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let file = out.file_name().map(|name| name.to_string_lossy().into_owned());
    let file = file.ok_or_else(|| Failure::Missing(out.clone()))?;
    disk::write(&folder, &BTreeMap::from([(file, bytes)]))?;
    show::tell(&words::report_written(&out, opened.lang));
    Ok(())
}

fn list(definitions: &BTreeMap<&str, Result<Definition, String>>, lang: Lang) {
    let width = definitions.keys().map(|name| name.len()).max().unwrap_or(0);
    for (name, definition) in definitions {
        let line = match definition {
            Ok(definition) => {
                let title = if lang == Lang::En { &definition.en } else { &definition.zh };
                words::report_row(title, definition.about.get(lang), lang)
            }
            Err(reason) => words::report_broken(name, reason, lang),
        };
        show::line(&format!("{name:width$}  {line}"));
    }
}

fn told(bytes: Result<Vec<u8>, String>, name: &str, lang: Lang) -> Option<Vec<u8>> {
    bytes.map_err(|reason| show::tell(&words::report_broken(name, &reason, lang))).ok()
}

fn refuse(message: &str) -> u8 {
    show::tell(message);
    FAILED
}
