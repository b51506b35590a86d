//! The rows of a report: found by their sources, placed in time, among projects and people, and narrowed.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{Aspect, Definition, Measure, Source, Told};
use crate::calendar::{Day, Month};
use crate::document::Document;
use crate::kind::Role;
use crate::rules::{self, Breach};
use crate::schema::similar;
use crate::select::{Guide, Spot};

/// What a report is asked about.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// A folder below `projects/`, or the id or name of a document about a project.
    pub project: Option<String>,
    /// A name, or the id of a document about a person.
    pub person: Option<String>,
    /// Whether phones and identity numbers are shown whole.
    pub personal: bool,
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    UnknownProject(String, Option<String>),
    UnknownPerson(String, Option<String>),
    /// Nothing in the report belongs to a project, or to a person.
    NotByProject,
    NotByPerson,
}

/// A row of a source.
#[derive(Clone)]
pub struct Row<'w> {
    pub spot: Spot<'w>,
    pub breach: Option<Breach<'w>>,
    pub day: Option<Day>,
    /// Ids or names.
    pub people: Vec<String>,
    pub projects: Vec<String>,
}

/// All rows of a report by the names of their sources.
pub struct Found<'w> {
    pub rows: BTreeMap<String, Vec<Row<'w>>>,
    pub first: Option<Day>,
    /// The day that everything is judged from: the one that was asked for, or the latest of the rows.
    pub horizon: Option<Day>,
}

pub fn find<'w>(definition: &Definition, ask: &Ask, guide: &Guide<'w>) -> Result<Found<'w>, Refusal> {
    let sources = || definition.rows.values();
    if ask.project.is_some() && sources().all(|source| source.project.is_empty() && !source.breaches) {
        return Err(Refusal::NotByProject);
    }
    if ask.person.is_some() && sources().all(|source| source.person.is_empty() && !source.breaches) {
        return Err(Refusal::NotByPerson);
    }
    let project = ask.project.as_deref().map(|text| wanted_project(guide, text)).transpose()?;
    let person = ask.person.as_deref().map(|text| wanted_person(guide, text)).transpose()?;
    let mut found = Found { rows: BTreeMap::new(), first: None, horizon: ask.to };
    let mut days = BTreeSet::new();
    for (name, source) in &definition.rows {
        let mut rows = all(source, ask, guide);
        let named = |texts: &[String], wanted: &Option<BTreeSet<String>>| {
            wanted.as_ref().is_none_or(|wanted| texts.iter().any(|text| wanted.contains(text)))
        };
        rows.retain(|row| named(&row.projects, &project) && named(&row.people, &person));
        rows.retain(|row| within(row, source, ask));
        for row in &rows {
            if !source.planned {
                days.extend(row.day);
            }
            let known = source.known.iter().flat_map(|way| guide.texts(&row.spot, way));
            days.extend(known.filter_map(|text| Day::parse(&text)));
        }
        found.rows.insert(name.clone(), rows);
    }
    let placed = found.rows.values().flatten().filter_map(|row| row.day);
    found.first = ask.from.or_else(|| placed.min());
    found.horizon = ask.to.or_else(|| days.last().copied());
    Ok(found)
}

fn within(row: &Row, source: &Source, ask: &Ask) -> bool {
    match row.day {
        Some(day) => ask.from.is_none_or(|from| day >= from) && ask.to.is_none_or(|to| day <= to),
        // Where a source has no days, a period says nothing about its rows.
        None => source.date.is_none() || source.breaches || (ask.from.is_none() && ask.to.is_none()),
    }
}

fn all<'w>(source: &Source, ask: &Ask, guide: &Guide<'w>) -> Vec<Row<'w>> {
    if source.breaches {
        let breaches = rules::review(guide, ask.to);
        return breaches.into_iter().map(|breach| of_breach(breach, source)).collect();
    }
    let kind = source.of.as_deref().unwrap_or_default();
    let spots = match kind {
        "*" => guide.workspace.documents.iter().map(Spot::of).collect(),
        kind => source.rows(kind).find(guide),
    };
    let texts = |spot: &Spot<'w>, ways: &[crate::select::Way]| {
        let mut texts: Vec<String> = ways.iter().flat_map(|way| guide.texts(spot, way)).collect();
        let mut seen = BTreeSet::new();
        texts.retain(|text| seen.insert(text.clone()));
        texts
    };
    let row = |spot: Spot<'w>| Row {
        day: source.date.as_ref().and_then(|date| day(guide, &spot, date)),
        people: texts(&spot, &source.person),
        projects: texts(&spot, &source.project),
        breach: None,
        spot,
    };
    spots.into_iter().map(row).collect()
}

fn of_breach<'w>(breach: Breach<'w>, source: &Source) -> Row<'w> {
    let due = || aspect(&breach, "due").and_then(|text| Day::parse(&text));
    Row {
        spot: Spot::of(breach.document),
        day: source.date.as_ref().and_then(|date| match date {
            Measure::Other(told) if matches!(**told, Told::Breach(Aspect::Due)) => due(),
            _ => None,
        }),
        people: breach.who.clone(),
        projects: breach.document.project.iter().cloned().collect(),
        breach: Some(breach),
    }
}

/// A value that a finding has put down by a name.
pub fn aspect(breach: &Breach, name: &str) -> Option<String> {
    breach.finding.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
}

/// The first day at the end of a measure's ways; a month begins on its first.
pub fn day<'w>(guide: &Guide<'w>, spot: &Spot<'w>, measure: &Measure) -> Option<Day> {
    let Measure::At(ways) = measure else { return None };
    let texts = ways.iter().flat_map(|way| guide.texts(spot, way));
    texts.into_iter().find_map(|text| Day::parse(&text).or_else(|| Month::parse(&text).map(Month::first)))
}

/// How people call a document: the name that its data give, or its title.
pub fn label(document: &Document) -> &str {
    document.data().and_then(|data| data.text_at("name")).unwrap_or(&document.title)
}

fn short(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn is_called(document: &Document, text: &str) -> bool {
    document.id == text || short(&document.id) == text || label(document) == text || document.title == text
}

/// The ids that stand for a person, and the name itself.
fn wanted_person(guide: &Guide, text: &str) -> Result<BTreeSet<String>, Refusal> {
    let documents = || guide.workspace.documents.iter();
    let mut wanted: BTreeSet<String> = documents()
        .filter(|document| is_called(document, text))
        .map(|document| document.id.clone())
        .collect();
    let listed = guide.workspace.configuration.policy.person(text).is_some();
    let is_author = documents().any(|document| document.author.as_deref() == Some(text));
    if wanted.is_empty() && !listed && !is_author {
        let names = documents().flat_map(|document| [Some(label(document)), document.author.as_deref()]);
        let near = similar(text, names.flatten()).map(str::to_owned);
        return Err(Refusal::UnknownPerson(text.to_owned(), near));
    }
    // Plain names stand beside references.
    wanted.extend(documents().filter(|document| is_called(document, text)).map(|it| label(it).to_owned()));
    wanted.insert(text.to_owned());
    Ok(wanted)
}

/// The ids of all that belongs to a project, and its folder.
fn wanted_project(guide: &Guide, text: &str) -> Result<BTreeSet<String>, Refusal> {
    let documents = || guide.workspace.documents.iter();
    let folders = guide.workspace.projects();
    let whole = |folder: &str| -> BTreeSet<String> {
        let own = documents().filter(|document| document.project.as_deref() == Some(folder));
        own.map(|document| document.id.clone()).chain([folder.to_owned()]).collect()
    };
    let meant = |document: &Document| match &document.project {
        // The document that a project is described by stands for the whole of it.
        Some(folder) if document.kind.about.role == Some(Role::Subject) => whole(folder),
        _ => BTreeSet::from([document.id.clone()]),
    };
    let wanted: BTreeSet<String> = match folders.contains(&text) {
        true => whole(text),
        false => documents().filter(|document| is_called(document, text)).flat_map(meant).collect(),
    };
    if wanted.is_empty() {
        let names = documents().flat_map(|document| [short(&document.id), label(document)]);
        let near = similar(text, folders.into_iter().chain(names)).map(str::to_owned);
        return Err(Refusal::UnknownProject(text.to_owned(), near));
    }
    Ok(wanted)
}
