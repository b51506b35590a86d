//! The facts that prose and templates of a project may speak of, by the names that schemas give them.

use serde_json::{Map, Value as Json};

use super::Workspace;
use crate::document::Document;
use crate::kind::{Audience, Role};
use crate::value::{Class, Meaning, Value};

/// Through whose eyes data is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// The company itself.
    Insider,
    /// A customer, who is handed nothing internal or confidential.
    Customer,
    /// Whoever judges a blind volume: a customer who must not learn whose it is.
    Blind,
}

impl Viewer {
    pub fn of(audience: Audience) -> Self {
        match audience {
            Audience::Internal => Self::Insider,
            Audience::Customer => Self::Customer,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Insider => "internal",
            Self::Customer => "customer",
            Self::Blind => "blind",
        }
    }

    /// The least initiated of those who may see a leaf of this class.
    pub fn of_class(class: Class) -> Self {
        match class {
            Class::Public | Class::Identity => Self::Customer,
            Class::Internal | Class::Confidential => Self::Insider,
        }
    }

    pub fn classes(self) -> &'static [Class] {
        match self {
            Self::Insider => &[Class::Public, Class::Identity, Class::Internal, Class::Confidential],
            Self::Customer => &[Class::Public, Class::Identity],
            Self::Blind => &[Class::Public],
        }
    }
}

/// The facts of a project as JSON, prose left out. `leaf` decides about leaves, as in [`Value::to_json`].
pub fn facts(
    workspace: &Workspace,
    project: Option<&str>,
    viewer: Viewer,
    leaf: &mut impl FnMut(&Value) -> Option<Json>,
) -> Map<String, Json> {
    let mut facts = Map::new();
    for document in providers(workspace, project) {
        let (Some(name), Some(data)) = (&document.kind.about.facts, document.data()) else { continue };
        let Ok(schema) = document.kind.schema() else { continue };
        if viewer != Viewer::Insider
            && document.confidentiality == crate::document::Confidentiality::Confidential
        {
            continue;
        }
        facts.entry(name).or_insert_with(|| schema.keep(data, viewer.classes()).to_json(leaf));
    }
    facts
}

/// The documents that offer facts to a project: its own, the bidder, and what the library has only one of.
pub(super) fn providers<'w>(workspace: &'w Workspace, project: Option<&str>) -> Vec<&'w Document> {
    let bidder = workspace.configuration.bidder.as_ref().map(|(id, _)| id.as_str());
    workspace
        .documents
        .iter()
        .filter(|document| document.kind.about.facts.is_some())
        .filter(|document| match (&document.project, document.kind.about.role, bidder) {
            (Some(own), ..) => Some(own.as_str()) == project,
            (None, Some(Role::Bidder), Some(bidder)) => document.id == bidder,
            (None, ..) => true,
        })
        .collect()
}

/// A leaf that has no place among facts for expressions: prose is not a value.
pub(super) fn without_prose(value: &Value) -> Option<Json> {
    (value.meaning == Meaning::Prose).then_some(Json::Null)
}
