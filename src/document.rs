//! Owns one document: the envelope that belongs to the tool, and the data that belongs to its kind.

use std::sync::Arc;

use crate::diagnostic::{Finding, Findings, Lang, list};
use crate::kind::{Kind, Kinds, Role};
use crate::schema::{Changes, similar};
use crate::source::{FileId, Sources, Span};
use crate::value::{Class, Data, Value};
use crate::yaml;

/// A document as it was read; what is wrong with it has been reported.
pub struct Document {
    pub file: FileId,
    pub kind: Arc<Kind>,
    pub id: String,
    pub id_span: Span,
    pub title: String,
    pub author: Option<String>,
    pub confidentiality: Confidentiality,
    pub language: Language,
    /// The folder below `projects/` that it lies in.
    pub project: Option<String>,
    /// The whole tree, envelope included.
    pub value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidentiality {
    Public,
    Internal,
    Confidential,
}

impl Confidentiality {
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
        }
    }
}

/// What a document is written in; its labels follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Zh,
    ZhHant,
    En,
}

impl Language {
    pub fn name(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::ZhHant => "zh-Hant",
            Self::En => "en",
        }
    }

    /// The nearest language that the tool has words in.
    pub fn words(self) -> Lang {
        if self == Self::En { Lang::En } else { Lang::Zh }
    }
}

impl Document {
    pub fn data(&self) -> Option<&Value> {
        self.value.get("data")
    }
}

/// Through what a document is read when its twin is wanted: for readers of these classes nothing has changed.
pub struct Guise<'g> {
    pub shown: &'g [Class],
    pub changes: Changes,
}

/// Makes a document of a tree. `None` where not even its kind can be told; findings then say why.
pub fn read(
    file: FileId,
    tree: &yaml::Node,
    kinds: &Kinds,
    sources: &Sources,
    guise: Option<&mut Guise>,
    findings: &mut Findings,
) -> Option<Document> {
    if !matches!(tree.data, yaml::Data::Map(_)) {
        let is_list = matches!(tree.data, yaml::Data::List(_));
        let found = if is_list { "@type-array" } else { "@type-string" };
        findings.push(
            Finding::new("value-type", tree.span).with("expected", "@type-object").with("found", found),
        );
        return None;
    }
    let Some(name) = tree.get("kind") else {
        findings.push(Finding::new("kind-missing", tree.head()));
        return None;
    };
    let written = name.text().unwrap_or_default();
    let Some(kind) = kinds.get(written) else {
        let known: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
        let finding = Finding::new("kind-unknown", name.span).with("kind", written);
        findings.push(match similar(written, known.iter().copied()) {
            Some(near) => finding.hint("similar", vec![("similar", near.to_owned())]),
            None => finding.hint("known", vec![("known", list(known))]),
        });
        return None;
    };
    let schema = kind.schema().ok()?;
    let twin = guise.map(|guise| {
        // Nobody outside reaches a confidential document, but a package is what they are handed.
        let confidential = tree.get("confidentiality").and_then(yaml::Node::text) == Some("confidential");
        let closed = confidential && kind.about.role != Some(Role::Package);
        let (twin, changes) = schema.twin(tree, guise.shown, closed);
        guise.changes += changes;
        twin
    });
    let mut value = schema.read(twin.as_ref().unwrap_or(tree), findings);
    strip_null(&mut value);
    let text = |key: &str| value.text_at(key).map(str::to_owned);
    let project = sources.path(file).strip_prefix("projects/").and_then(|rest| rest.split_once('/'));
    Some(Document {
        file,
        kind: kind.clone(),
        id: text("id").unwrap_or_default(),
        id_span: value.get("id").map_or_else(|| value.head(), |id| id.span),
        title: text("title").unwrap_or_default(),
        author: text("author"),
        confidentiality: match value.text_at("confidentiality") {
            Some("public") => Confidentiality::Public,
            Some("confidential") => Confidentiality::Confidential,
            _ => Confidentiality::Internal,
        },
        language: match value.text_at("lang") {
            Some("en") => Language::En,
            Some("zh-Hant") => Language::ZhHant,
            _ => Language::Zh,
        },
        project: project.map(|(project, _)| project.to_owned()),
        value,
    })
}

/// A key without a value is an absent key to everyone behind this point.
fn strip_null(value: &mut Value) {
    match &mut value.data {
        Data::Map(members) => {
            members.retain(|member| member.value.data != Data::Null);
            members.iter_mut().for_each(|member| strip_null(&mut member.value));
        }
        Data::List(items) => items.iter_mut().for_each(strip_null),
        _ => (),
    }
}
