//! What a workspace holds already that a new document can refer to.

use std::collections::{BTreeSet, HashMap};

use crate::kind::{Audience, Role};
use crate::value::Meaning;
use crate::workspace::Workspace;

pub(super) struct Known<'w> {
    workspace: &'w Workspace,
    project: Option<&'w str>,
    /// Keys by key space, those of the project before those of the library.
    keys: HashMap<&'w str, Vec<&'w str>>,
    /// Keys of the project that something refers to already, with their key space.
    used: BTreeSet<(&'w str, &'w str)>,
}

impl<'w> Known<'w> {
    pub(super) fn new(workspace: &'w Workspace, project: Option<&'w str>) -> Self {
        let mut known = Self { workspace, project, keys: HashMap::new(), used: BTreeSet::new() };
        let (mut own, mut library) = (Vec::new(), Vec::new());
        for document in &workspace.documents {
            let Ok(schema) = document.kind.schema() else { continue };
            let place = match document.project.as_deref() {
                None => &mut library,
                name if name == project => &mut own,
                Some(_) => continue,
            };
            document.value.walk(&mut |value| {
                if let (Some(field), Some(key)) = (schema.field(value), value.text()) {
                    match value.meaning {
                        Meaning::Key => place.push((field.space.as_str(), key)),
                        Meaning::KeyRef => {
                            known.used.insert((&field.space, key));
                        }
                        _ => (),
                    }
                }
            });
        }
        for (space, key) in own.into_iter().chain(library) {
            known.keys.entry(space).or_default().push(key);
        }
        known
    }

    /// A document of one of these kinds, in the project before the library. Where none is named, any that a
    /// customer may see: what it is put into is for the customer.
    pub(super) fn reference(&self, kinds: &[&str]) -> Option<&'w str> {
        let fits = |project: Option<&str>| {
            self.workspace.documents.iter().find(|document| {
                document.project.as_deref() == project
                    && !document.id.is_empty()
                    && match kinds {
                        [] => {
                            document.kind.about.audience == Audience::Customer
                                && document.kind.about.role != Some(Role::Package)
                        }
                        kinds => kinds.contains(&document.kind.id.as_str()),
                    }
            })
        };
        let own = self.project.and_then(|project| fits(Some(project)));
        own.or_else(|| fits(None)).map(|document| document.id.as_str())
    }

    /// A key of this space; one that nothing refers to yet comes first.
    pub(super) fn key(&self, space: &str) -> Option<&'w str> {
        let keys = self.keys.get(space)?;
        let free = keys.iter().find(|key| !self.used.contains(&(space, *key)));
        free.or_else(|| keys.first()).copied()
    }

    pub(super) fn has_key(&self, space: &str, key: &str) -> bool {
        self.keys.get(space).is_some_and(|keys| keys.contains(&key))
    }

    /// The form of this name if there is one, otherwise any.
    pub(super) fn form(&self, name: Option<&str>) -> Option<&'w str> {
        let forms = || {
            let paths = self.workspace.templates.keys();
            paths.filter_map(|path| path.strip_prefix("forms/")?.strip_suffix(".typ"))
        };
        forms().find(|form| Some(*form) == name).or_else(|| forms().next())
    }

    /// The kinds that declare keys of a space, by the schemas of the workspace.
    pub(super) fn declaring(&self, trees: &super::outline::Trees, space: &str) -> Option<&'w str> {
        let mut kinds = self.workspace.kinds.iter();
        let kind = kinds.find(|kind| trees.declares(&super::schema_name(&kind.id), space))?;
        Some(kind.id.as_str())
    }
}
