//! `bidwright status`: number, version, state and whose turn it is, for each document.

use std::path::Path;

use serde::Serialize;

use super::args::{Format, Status};
use super::surroundings::Surroundings;
use super::{CLEAN, open, show, words};
use crate::diagnostic::Lang;
use crate::disk::Failure;
use crate::register::{Policy, Standing, State};

/// A document as a program reads it.
#[derive(Serialize)]
struct Row<'o> {
    id: &'o str,
    title: &'o str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    state: &'static str,
    changed: bool,
    next: Vec<Next<'o>>,
    /// Steps whose decisions a change has made void.
    void: Vec<&'o str>,
}

#[derive(Serialize)]
struct Next<'o> {
    step: &'o str,
    title: &'o str,
    people: Vec<&'o str>,
}

pub(super) fn run(command: &Status, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let first = command.paths.first().map_or(Path::new("."), |path| path);
    let opened = open(first, lang, surroundings)?;
    let workspace = &opened.workspace;
    let policy = &workspace.configuration.policy;
    let documents = opened.below(&command.paths)?;
    let documents: Vec<_> =
        documents.into_iter().filter(|document| workspace.code(document).is_some()).collect();
    let standings: Vec<Option<Standing>> =
        documents.iter().map(|document| workspace.standing(document)).collect();
    let rows: Vec<Row> = documents
        .iter()
        .zip(&standings)
        .map(|(document, standing)| row(&document.id, &document.title, standing.as_ref(), policy))
        .collect();
    if command.format == Format::Json {
        let json = serde_json::to_string_pretty(&serde_json::json!({ "documents": rows }));
        show::line(&json.unwrap_or_default());
        return Ok(CLEAN);
    }
    let width = rows.iter().filter_map(|row| row.number).map(str::len).max().unwrap_or(0);
    for row in &rows {
        show::line(&human(row, width, opened.lang));
    }
    if rows.is_empty() {
        show::tell(words::nothing_numbered(opened.lang));
    }
    if let Some(words) = words::unproved(opened.proof, opened.lang) {
        show::tell(words);
    }
    Ok(CLEAN)
}

fn row<'o>(id: &'o str, title: &'o str, standing: Option<&Standing<'o>>, policy: &'o Policy) -> Row<'o> {
    let Some(standing) = standing else {
        return Row {
            id,
            title,
            number: None,
            version: None,
            state: "unnumbered",
            changed: false,
            next: vec![],
            void: vec![],
        };
    };
    Row {
        id,
        title,
        number: Some(&standing.record.entry.number),
        version: standing.version.map(|version| version.to_string()),
        state: match standing.state() {
            State::Draft => "draft",
            State::Review => "review",
            State::Rejected => "rejected",
            State::Released => "released",
        },
        changed: standing.changed,
        next: standing
            .next
            .iter()
            .map(|step| Next {
                step: &step.name,
                title: &step.title,
                people: policy.holders(step).map(|person| person.name.as_str()).collect(),
            })
            .collect(),
        void: standing.void().map(|decision| decision.approval.step.as_str()).collect(),
    }
}

fn human(row: &Row, width: usize, lang: Lang) -> String {
    let number = row.number.unwrap_or("-");
    let version = row.version.as_deref().unwrap_or("-");
    let state = words::state(row.state, row.changed, lang);
    let mut line = format!("{number:width$}  {version:5}  {state}  {}  {}", row.id, row.title);
    for next in &row.next {
        line.push_str(&words::next(next.title, &next.people, lang));
    }
    if !row.void.is_empty() {
        line.push_str(&words::void(&row.void, lang));
    }
    line
}
