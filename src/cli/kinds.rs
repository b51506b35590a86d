//! `bidwright kinds`: the kinds of documents, and what each is for.

use std::path::Path;

use serde::Serialize;

use super::args::{Format, Kinds};
use super::surroundings::Surroundings;
use super::{CLEAN, open, show, words};
use crate::diagnostic::Lang;
use crate::disk::Failure;
use crate::kind::{Kind, Kinds as Known};
use crate::register::Numbering;

/// A kind as a program reads it.
#[derive(Serialize)]
struct Row<'k> {
    kind: &'k str,
    title: &'k str,
    class: &'k str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'k str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'k str>,
    important: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<&'k str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'k str>,
}

pub(super) fn run(command: &Kinds, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    // Outside of a workspace there are the shipped kinds to list, with the shipped codes.
    match open(Path::new("."), lang, surroundings) {
        Ok(opened) => {
            let numbering = &opened.workspace.configuration.numbering;
            list(&opened.workspace.kinds, numbering, command, opened.lang);
        }
        Err(Failure::NotWorkspace(_)) => {
            let lang = lang.or(surroundings.lang).unwrap_or_default();
            list(&Known::shipped(), &crate::workspace::shipped().numbering, command, lang);
        }
        Err(failure) => return Err(failure),
    }
    Ok(CLEAN)
}

fn list(kinds: &Known, numbering: &Numbering, command: &Kinds, lang: Lang) {
    let mut rows: Vec<Row> = kinds.iter().map(|kind| row(kind, numbering, lang)).collect();
    rows.sort_by_key(|row| (row.class, row.kind));
    if command.format == Format::Json {
        let json = serde_json::to_string_pretty(&serde_json::json!({ "kinds": rows }));
        show::line(&json.unwrap_or_default());
        return;
    }
    let width = rows.iter().map(|row| row.kind.len()).max().unwrap_or(0);
    for row in rows {
        let important = if row.important { words::important(lang) } else { "" };
        let policy = row.policy.map_or(String::new(), |policy| format!("  [{policy}]"));
        show::line(&format!(
            "{:width$}  {:8}  {:2}  {}{important}{policy}",
            row.kind,
            row.class,
            row.code.unwrap_or("-"),
            row.title,
        ));
    }
}

fn row<'k>(kind: &'k Kind, numbering: &'k Numbering, lang: Lang) -> Row<'k> {
    let about = &kind.about;
    let stage = about.stage.as_deref();
    Row {
        kind: &kind.id,
        title: about.title.get(lang),
        class: &about.class,
        stage,
        code: stage.and_then(|stage| numbering.code(stage)),
        important: about.important,
        approval: about.chain(),
        policy: about.policy.as_deref(),
    }
}
