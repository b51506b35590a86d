//! What a template is given: documents, facts and clauses as JSON, already reduced to what its reader may see.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value as Json, json};

use crate::document::{Confidentiality, Document};
use crate::folder;
use crate::kind::Role;
use crate::register::{Standing, State};
use crate::tender;
use crate::value::{Meaning, Value};
use crate::workspace::{Viewer, Workspace, facts, references, virtual_path};

/// The data of one job, and the prose and files that it points to.
pub(super) struct Data {
    pub json: Map<String, Json>,
    /// Prose fields in the order in which the data names them `p1`, `p2`, …
    pub prose: Vec<Value>,
    /// Paths of images and attachments in the workspace.
    pub files: BTreeSet<String>,
}

/// Gathers the data of a document for a viewer.
pub(super) fn gather(workspace: &Workspace, document: &Document, viewer: Viewer) -> Data {
    let mut gathering = Gathering { workspace, viewer, prose: Vec::new(), files: BTreeSet::new() };
    let mut json = Map::new();
    json.insert("doc".into(), gathering.document(document));
    json.insert("facts".into(), gathering.facts(document).into());
    json.insert("library".into(), gathering.library(document).into());
    let responses = match document.kind.about.role {
        Some(Role::Package) => tender::responses(workspace, document),
        Some(Role::Responses) => vec![document],
        _ => Vec::new(),
    };
    if !responses.is_empty() {
        let clauses = tender::clauses(workspace, document.project.as_deref(), &responses);
        let rows: Vec<Json> = clauses.iter().map(|clause| clause.to_json(viewer.classes())).collect();
        json.insert("clauses".into(), rows.into());
    }
    json.insert("pages".into(), Map::new().into());
    Data { json, prose: gathering.prose, files: gathering.files }
}

struct Gathering<'w> {
    workspace: &'w Workspace,
    viewer: Viewer,
    prose: Vec<Value>,
    files: BTreeSet<String>,
}

impl Gathering<'_> {
    fn document(&mut self, document: &Document) -> Json {
        let empty = || Json::Object(Map::new());
        let data = match (document.kind.schema(), document.data()) {
            (Ok(schema), Some(data)) => {
                let kept = schema.keep(data, self.viewer.classes());
                let from = self.workspace.sources.path(document.file).to_owned();
                kept.to_json(&mut |value| self.leaf(&from, value))
            }
            _ => empty(),
        };
        let titles = &document.kind.about.title;
        let named = document.kind.schema().is_ok_and(|schema| schema.names_somebody());
        let title = match named && self.viewer == Viewer::Blind {
            true => titles.get(document.language.words()),
            false => document.title.as_str(),
        };
        let mut json = json!({
            "kind": document.kind.id,
            "kind_title": titles.get(document.language.words()),
            "id": document.id,
            "title": title,
            "confidentiality": document.confidentiality.name(),
            "lang": document.language.name(),
            "class": document.kind.about.class,
            "data": data,
        });
        if let Json::Object(json) = &mut json {
            // Who wrote, revised and approved it tells whose it is.
            let named = self.viewer != Viewer::Blind;
            if let Some(author) = document.author.as_ref().filter(|_| named) {
                json.insert("author".into(), author.as_str().into());
            }
            if let Some(standing) = self.workspace.standing(document).filter(|_| named) {
                record(json, &standing, self.workspace);
            }
        }
        json
    }

    fn facts(&mut self, document: &Document) -> Map<String, Json> {
        // Facts lie in many files; images among them are resolved from the file that holds the value.
        let sources = &self.workspace.sources;
        let project = document.project.as_deref();
        let workspace = self.workspace;
        facts(workspace, project, self.viewer, &mut |value| {
            let from = sources.path(value.span.file).to_owned();
            self.leaf(&from, value)
        })
    }

    /// Every document that can be reached by references, each once.
    fn library(&mut self, document: &Document) -> Map<String, Json> {
        let mut reached: BTreeMap<&str, &Document> = BTreeMap::new();
        let mut waiting: VecDeque<&Document> = VecDeque::from([document]);
        let workspace = self.workspace;
        while let Some(next) = waiting.pop_front() {
            let (Ok(schema), Some(data)) = (next.kind.schema(), next.data()) else { continue };
            // References that the viewer may not see lead nowhere.
            let kept = schema.keep(data, self.viewer.classes());
            for (id, ..) in references(&kept) {
                let Some(target) = workspace.document(id) else { continue };
                let hidden =
                    self.viewer != Viewer::Insider && target.confidentiality == Confidentiality::Confidential;
                if !hidden && target.id != document.id && reached.insert(&target.id, target).is_none() {
                    waiting.push_back(target);
                }
            }
        }
        reached.into_iter().map(|(id, document)| (id.to_owned(), self.document(document))).collect()
    }

    /// Prose, images and attachments become pointers to virtual files.
    fn leaf(&mut self, from: &str, value: &Value) -> Option<Json> {
        match value.meaning {
            Meaning::Prose => {
                self.workspace.prose_of(value)?;
                let known = self.prose.iter().position(|known| known.span == value.span);
                let at = known.unwrap_or_else(|| {
                    self.prose.push(value.clone());
                    self.prose.len() - 1
                });
                Some(json!({ "$prose": format!("p{}", at + 1) }))
            }
            Meaning::Image | Meaning::Attachment => {
                let path = folder::join(from, value.text()?)?;
                let asset = self.workspace.assets.get(&path)?;
                let json = json!({
                    "path": virtual_path(&path),
                    "format": asset.probe.format.name(),
                    "pages": asset.pages,
                    "width": asset.probe.width,
                    "height": asset.probe.height,
                });
                self.files.insert(path);
                Some(json)
            }
            _ => None,
        }
    }
}

/// Number, version, history and approvals of a document, as pages show them.
fn record(json: &mut Map<String, Json>, standing: &Standing, workspace: &Workspace) {
    let policy = &workspace.configuration.policy;
    let titles: BTreeMap<&str, &str> = policy
        .chains
        .values()
        .flatten()
        .flatten()
        .map(|step| (step.name.as_str(), step.title.as_str()))
        .collect();
    json.insert("number".into(), standing.record.entry.number.as_str().into());
    if let Some(version) = standing.version {
        json.insert("version".into(), version.to_string().into());
    }
    json.insert(
        "state".into(),
        if standing.state() == State::Released { "released" } else { "draft" }.into(),
    );
    let history = standing.record.history().map(|(version, summary, fact)| {
        json!({ "version": version.to_string(), "date": fact.date, "summary": summary, "person": fact.person })
    });
    json.insert("history".into(), history.collect());
    let approvals = standing.decisions.iter().map(|decision| {
        let approval = decision.approval;
        let title = titles.get(approval.step.as_str()).copied().unwrap_or(&approval.step);
        let mut row = json!({
            "step": approval.step, "title": title, "person": decision.fact.person,
            "role": policy.role(&approval.role), "date": decision.fact.date, "verdict": approval.verdict.name(),
            "version": approval.version.to_string(), "valid": decision.valid,
        });
        if let (Json::Object(row), Some(opinion)) = (&mut row, &approval.opinion) {
            row.insert("opinion".into(), opinion.as_str().into());
        }
        row
    });
    json.insert("approvals".into(), approvals.collect());
    let pending = standing.open.iter().map(|step| {
        let roles: Vec<&str> = step.roles.iter().map(|role| policy.role(role)).collect();
        json!({ "title": step.title, "role": roles.join("、") })
    });
    json.insert("pending".into(), pending.collect());
}
