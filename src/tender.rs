//! Owns the tender graph: clauses of the buyer, their marks, and what a bid answers to each.
//!
//! The names of fields used here are the contract of the roles `profile`, `clauses`, `responses`, `package` and
//! `amendment`. [`Bid`] is one package with all that it answers and is made of; rules and views start there.

mod bid;
mod pages;
pub mod score;
mod touched;

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use crate::diagnostic::{Finding, Findings, Severity};
use crate::document::Document;
use crate::kind::Role;
use crate::value::{Class, Value};
use crate::workspace::Workspace;

pub use bid::{Bid, bids, referred};
pub use pages::{Pages, Place, Printed, Sheet};
pub use touched::{Answered, Touched, touched};

/// One clause of the tender, with the mark it has after inheritance and the answers given to it.
pub struct Clause<'w> {
    pub document: &'w Document,
    pub group: &'w Value,
    pub value: &'w Value,
    pub mark: Option<&'w str>,
    /// What the tender's legend says the mark means.
    pub meaning: Option<&'w str>,
    pub answers: Vec<(&'w Document, &'w Value)>,
    /// The last amendment of the tender that changed it.
    pub amendment: Option<&'w Value>,
}

/// The clauses of a project in the order of the tender, each with the answers that `responses` give.
pub fn clauses<'w>(
    workspace: &'w Workspace,
    project: Option<&'w str>,
    responses: &[&'w Document],
) -> Vec<Clause<'w>> {
    let mut answers: HashMap<&str, Vec<(&Document, &Value)>> = HashMap::new();
    for document in responses {
        for answer in items(document.data(), "responses") {
            if let Some(clause) = answer.text_at("clause") {
                answers.entry(clause).or_default().push((*document, answer));
            }
        }
    }
    let legend = legend(workspace, project);
    let amendments = amendments(workspace, project);
    let mut clauses = Vec::new();
    for document in workspace.with_role(project, Role::Clauses) {
        for group in items(document.data(), "groups") {
            for value in items(Some(group), "clauses") {
                let inherited =
                    group.text_at("mark").filter(|mark| legend.get(mark).is_none_or(|(_, inherit)| *inherit));
                let mark = value.text_at("mark").or(inherited);
                let meaning = mark.and_then(|mark| legend.get(mark)).map(|(meaning, _)| *meaning);
                let answers = value.text_at("id").and_then(|id| answers.remove(id)).unwrap_or_default();
                let amendment = value.text_at("id").and_then(|id| amendments.get(id)).copied();
                clauses.push(Clause { document, group, value, mark, meaning, answers, amendment });
            }
        }
    }
    clauses
}

/// The last amendment that names each clause, in the order of the profile.
fn amendments<'w>(workspace: &'w Workspace, project: Option<&'w str>) -> HashMap<&'w str, &'w Value> {
    let profile = workspace.with_role(project, Role::Profile).next();
    let mut last = HashMap::new();
    for amendment in items(profile.and_then(Document::data), "amendments") {
        let named = items(Some(amendment), "clauses").iter().filter_map(Value::text);
        last.extend(named.map(|clause| (clause, amendment)));
    }
    last
}

/// Meaning and inheritance of each mark, as the tender itself defines them.
fn legend<'w>(workspace: &'w Workspace, project: Option<&'w str>) -> HashMap<&'w str, (&'w str, bool)> {
    let profile = workspace.with_role(project, Role::Profile).next();
    items(profile.and_then(Document::data), "legend")
        .iter()
        .filter_map(|entry| {
            let inherit = entry.text_at("inherit") == Some("true");
            Some((entry.text_at("mark")?, (entry.text_at("meaning")?, inherit)))
        })
        .collect()
}

fn items<'v>(value: Option<&'v Value>, key: &str) -> &'v [Value] {
    value.and_then(|value| value.get(key)).map(Value::items).unwrap_or_default()
}

impl Clause<'_> {
    /// The clause as templates see it, with its first answer.
    pub fn to_json(&self, classes: &[Class]) -> Json {
        let keep = |document: &Document, value: &Value| match document.kind.schema() {
            Ok(schema) => schema.keep(value, classes).to_json(&mut |_| None),
            Err(_) => Json::Null,
        };
        let mut row = match keep(self.document, self.value) {
            Json::Object(row) => row,
            _ => Map::new(),
        };
        let group = |key: &str| self.group.text_at(key).map(Json::from);
        row.insert(
            "group".into(),
            [("path", group("path")), ("title", group("title")), ("mark", group("mark"))]
                .into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), value?)))
                .collect::<Map<_, _>>()
                .into(),
        );
        for (key, value) in [("mark", self.mark), ("meaning", self.meaning)] {
            if let Some(value) = value {
                row.insert(key.into(), value.into());
            }
        }
        for key in ["category", "source"] {
            if let Some(value) = self.document.data().and_then(|data| data.text_at(key)) {
                row.insert(key.into(), value.into());
            }
        }
        let answer = self.answers.first().map_or(Json::Null, |(document, answer)| keep(document, answer));
        row.insert("response".into(), answer);
        Json::Object(row)
    }
}

/// The responses that a package refers to, or else all of its project.
pub fn responses<'w>(workspace: &'w Workspace, package: &'w Document) -> Vec<&'w Document> {
    let named: Vec<&Document> = items(package.data(), "responses")
        .iter()
        .filter_map(|value| workspace.document(value.text()?))
        .collect();
    match named.is_empty() {
        true => workspace.with_role(package.project.as_deref(), Role::Responses).collect(),
        false => named,
    }
}

/// What the tender of a package says of its blind volumes (暗标); none where it has none.
pub fn blind<'w>(workspace: &'w Workspace, package: &'w Document) -> Option<&'w Value> {
    let named = package.data()?.text_at("tender").and_then(|id| workspace.document(id));
    let profile = named.or_else(|| workspace.with_role(package.project.as_deref(), Role::Profile).next());
    profile?.data()?.get("blind")
}

/// Whether a volume of this title is blind.
pub fn is_blind(profile: &Value, title: &str) -> bool {
    items(Some(profile), "volumes")
        .iter()
        .any(|volume| volume.text().is_some_and(|volume| volume.trim() == title.trim()))
}

/// Every clause needs exactly one answer once a project has a package.
pub fn check(workspace: &Workspace, findings: &mut Findings) {
    let mut raised = Findings::default();
    for package in
        workspace.documents.iter().filter(|document| document.kind.about.role == Some(Role::Package))
    {
        let responses = responses(workspace, package);
        for clause in clauses(workspace, package.project.as_deref(), &responses) {
            judge(&clause, &mut raised);
        }
    }
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
}

fn judge(clause: &Clause, findings: &mut Findings) {
    let id = clause.value.text_at("id").unwrap_or_default();
    match clause.answers.as_slice() {
        [] => {
            let words: String = clause.value.text_at("text").unwrap_or_default().chars().take(40).collect();
            let mut finding = Finding::new("clause-unanswered", clause.value.head())
                .with("clause", id)
                .with("mark", clause.mark.unwrap_or_default())
                .with("text", words);
            if clause.meaning != Some("substantive") {
                finding.severity = Some(Severity::Warning);
            }
            findings.push(finding);
        }
        [_] => (),
        [(_, first), more @ ..] => findings.extend(more.iter().map(|(_, answer)| {
            let finding = Finding::new("clause-answered-twice", answer.head()).with("clause", id);
            finding.related(first.head(), "first", Vec::new())
        })),
    }
}
