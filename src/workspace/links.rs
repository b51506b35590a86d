//! What ties documents together: ids, references, keys, and how often a kind may occur.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Workspace, facts};
use crate::diagnostic::{Finding, Findings, list};
use crate::document::Document;
use crate::kind::{Audience, PerProject, Role};
use crate::schema::similar;
use crate::source::Span;
use crate::value::{Meaning, Value};

/// Builds the index of ids; the first document of two with one id keeps it.
pub(super) fn index(workspace: &mut Workspace, findings: &mut Findings) {
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    for (at, document) in
        workspace.documents.iter().enumerate().filter(|(_, document)| !document.id.is_empty())
    {
        match index.get(&document.id) {
            Some(first) => {
                let first = workspace.documents[*first].id_span;
                let finding = Finding::new("id-repeated", document.id_span).with("id", &document.id);
                findings.push(finding.related(first, "first", Vec::new()));
            }
            None => {
                index.insert(document.id.clone(), at);
            }
        }
    }
    workspace.index = index;
}

/// The ids that a value refers to, with their places.
pub fn references(value: &Value) -> Vec<(&str, Span, &Value)> {
    let mut found = Vec::new();
    value.walk(&mut |value| {
        if value.meaning == Meaning::Ref
            && let Some(id) = value.text()
        {
            found.push((id, value.span, value));
        }
    });
    found
}

pub(super) fn check(workspace: &Workspace, findings: &mut Findings) {
    for document in &workspace.documents {
        check_references(workspace, document, findings);
    }
    check_bidder(workspace, findings);
    check_keys(workspace, findings);
    check_anchors(workspace, findings);
    check_forms(workspace, findings);
    check_counts(workspace, findings);
}

fn check_references(workspace: &Workspace, document: &Document, findings: &mut Findings) {
    let Ok(schema) = document.kind.schema() else { return };
    for (id, span, value) in references(&document.value) {
        let allowed = schema.field(value).map(|field| field.refs.as_slice()).unwrap_or_default();
        let Some(target) = workspace.document(id) else {
            let fitting = |document: &&Document| allowed.is_empty() || allowed.contains(&document.kind.id);
            let known = workspace.documents.iter().filter(fitting).map(|document| document.id.as_str());
            findings.push(unknown("id-unknown", span, "id", id, known));
            continue;
        };
        if !allowed.is_empty() && !allowed.contains(&target.kind.id) {
            findings.push(
                Finding::new("reference-kind", span)
                    .with("id", id)
                    .with("kind", &target.kind.id)
                    .with("expected", list(allowed)),
            );
        }
    }
    // What a package binds in must be meant for the customer's eyes.
    if document.kind.about.role == Some(Role::Package) {
        for (_, chapter) in chapters(document) {
            let Some(value) = chapter.get("document") else { continue };
            let target = value.text().and_then(|id| workspace.document(id));
            if let Some(target) = target.filter(|target| target.kind.about.audience == Audience::Internal) {
                let finding = Finding::new("audience-refused", value.span);
                findings.push(finding.with("id", &target.id).with("kind", &target.kind.id));
            }
        }
    }
}

/// The chapters of all volumes of a package, each with the id of its volume.
fn chapters(document: &Document) -> impl Iterator<Item = (Option<&str>, &Value)> {
    let volumes = document.data().and_then(|data| data.get("volumes")).map(Value::items).unwrap_or_default();
    volumes.iter().flat_map(|volume| {
        let chapters = volume.get("chapters").map(Value::items).unwrap_or_default();
        chapters.iter().map(|chapter| (volume.text_at("id"), chapter))
    })
}

fn check_bidder(workspace: &Workspace, findings: &mut Findings) {
    let Some((id, span)) = &workspace.configuration.bidder else { return };
    let Some(target) = workspace.document(id) else {
        findings.push(unknown("id-unknown", *span, "id", id, workspace.index.keys().map(String::as_str)));
        return;
    };
    if target.kind.about.role != Some(Role::Bidder) {
        let bidders = workspace.kinds.iter().filter(|kind| kind.about.role == Some(Role::Bidder));
        let bidders: Vec<&str> = bidders.map(|kind| kind.id.as_str()).collect();
        let finding = Finding::new("reference-kind", *span).with("id", id).with("kind", &target.kind.id);
        findings.push(finding.with("expected", list(bidders)));
    }
}

/// Keys are unique within their space in a project; references to keys find one there or in the library.
fn check_keys(workspace: &Workspace, findings: &mut Findings) {
    let mut known: HashMap<(Option<&str>, &str), BTreeMap<&str, Span>> = HashMap::new();
    for (document, value, space) in keys(workspace, Meaning::Key) {
        let Some(key) = value.text() else { continue };
        let keys = known.entry((document.project.as_deref(), space)).or_default();
        match keys.get(key) {
            Some(first) => findings.push(
                Finding::new("key-repeated", value.span).with("key", key).with("space", space).related(
                    *first,
                    "first",
                    Vec::new(),
                ),
            ),
            None => {
                keys.insert(key, value.span);
            }
        }
    }
    for (document, value, space) in keys(workspace, Meaning::KeyRef) {
        let Some(key) = value.text() else { continue };
        let near = known.get(&(document.project.as_deref(), space));
        let library = known.get(&(None, space));
        let spaces = near.into_iter().chain(library);
        if spaces.clone().any(|keys| keys.contains_key(key)) {
            continue;
        }
        let candidates = spaces.flat_map(|keys| keys.keys().copied());
        findings.push(unknown("keyref-unknown", value.span, "key", key, candidates).with("space", space));
    }
}

fn keys(workspace: &Workspace, meaning: Meaning) -> Vec<(&Document, &Value, &str)> {
    let mut found = Vec::new();
    for document in &workspace.documents {
        let Ok(schema) = document.kind.schema() else { continue };
        document.value.walk(&mut |value| {
            if value.meaning == meaning
                && let Some(field) = schema.field(value)
            {
                found.push((document, value, field.space.as_str()));
            }
        });
    }
    found
}

/// Anchors that data and links name must stand in some prose of the same project.
fn check_anchors(workspace: &Workspace, findings: &mut Findings) {
    let mut known: HashMap<Option<&str>, HashSet<&str>> = HashMap::new();
    let project = |span: Span| {
        let path = workspace.sources.path(span.file);
        path.strip_prefix("projects/").and_then(|rest| rest.split_once('/')).map(|(project, _)| project)
    };
    for prose in workspace.prose.values() {
        for (anchor, span) in &prose.anchors {
            known.entry(project(*span)).or_default().insert(anchor);
        }
    }
    // Templates place anchors of their own: at items that carry a key, at documents by their id, and at the
    // chapters of a package as `volume/form` or `volume/document`.
    let keyed = keys(workspace, Meaning::Key);
    let mut marked: HashSet<String> =
        keyed.iter().filter_map(|(_, value, _)| Some(format!("t-{}", value.text()?))).collect();
    for package in
        workspace.documents.iter().filter(|document| document.kind.about.role == Some(Role::Package))
    {
        for (volume, chapter) in chapters(package) {
            let target = chapter.text_at("form").or_else(|| chapter.text_at("document"));
            marked.extend(volume.zip(target).map(|(volume, target)| format!("{volume}/{target}")));
        }
    }
    let is_known = |project: Option<&str>, anchor: &str| {
        known.get(&project).is_some_and(|anchors| anchors.contains(anchor))
            || marked.contains(anchor)
            || workspace.document(anchor).is_some()
    };
    let mut wanted: Vec<(&str, Span)> = Vec::new();
    for document in &workspace.documents {
        document.value.walk(&mut |value| {
            if value.meaning == Meaning::Anchor
                && let Some(anchor) = value.text()
            {
                wanted.push((anchor, value.span));
            }
        });
    }
    for prose in workspace.prose.values() {
        wanted.extend(prose.links.iter().map(|(anchor, span)| (anchor.as_str(), *span)));
    }
    for (anchor, span) in wanted {
        let project = project(span);
        if !is_known(project, anchor) {
            let candidates = known.get(&project).into_iter().flatten().copied();
            findings.push(unknown("anchor-unknown", span, "anchor", anchor, candidates));
        }
    }
}

/// Forms are templates below `templates/forms/`.
fn check_forms(workspace: &Workspace, findings: &mut Findings) {
    let forms: Vec<&str> = workspace
        .templates
        .keys()
        .filter_map(|path| path.strip_prefix("forms/")?.strip_suffix(".typ"))
        .collect();
    for document in &workspace.documents {
        document.value.walk(&mut |value| {
            if value.meaning == Meaning::Form
                && let Some(form) = value.text()
                && !forms.contains(&form)
            {
                let finding = unknown("form-unknown", value.span, "form", form, forms.iter().copied());
                let known = vec![("known", list(&forms))];
                findings.push(if finding.hints.is_empty() { finding.hint("known", known) } else { finding });
            }
        });
    }
}

fn check_counts(workspace: &Workspace, findings: &mut Findings) {
    let mut first: HashMap<(&str, &str), Span> = HashMap::new();
    for document in &workspace.documents {
        let Some(project) = document.project.as_deref() else { continue };
        if document.kind.about.per_project != PerProject::One {
            continue;
        }
        match first.get(&(project, document.kind.id.as_str())) {
            Some(first) => findings.push(
                Finding::new("kind-repeated", document.id_span)
                    .with("kind", document.kind.about.title.zh.as_str())
                    .related(*first, "first", Vec::new()),
            ),
            None => {
                first.insert((project, document.kind.id.as_str()), document.id_span);
            }
        }
    }
    for project in workspace.projects() {
        if workspace.with_role(Some(project), Role::Subject).next().is_none()
            && let Some(any) =
                workspace.documents.iter().find(|document| document.project.as_deref() == Some(project))
        {
            findings.push(Finding::new("subject-missing", any.id_span).with("folder", project));
        }
        let mut named: HashMap<&str, &Document> = HashMap::new();
        for document in facts::providers(workspace, Some(project)) {
            let Some(name) = document.kind.about.facts.as_deref() else { continue };
            match named.get(name) {
                // Two of a kind that may occur once have been reported already.
                Some(first) if first.kind.id != document.kind.id || first.project.is_none() => findings.push(
                    Finding::new("facts-repeated", document.id_span).with("name", name).related(
                        first.id_span,
                        "first",
                        Vec::new(),
                    ),
                ),
                Some(_) => (),
                None => {
                    named.insert(name, document);
                }
            }
        }
    }
}

fn unknown<'k>(
    code: &'static str,
    span: Span,
    name: &'static str,
    value: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Finding {
    let finding = Finding::new(code, span).with(name, value);
    match similar(value, known) {
        Some(near) => finding.hint("similar", vec![("similar", near.to_owned())]),
        None => finding,
    }
}
