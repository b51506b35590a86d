//! Ways through a tree: patterns such as `/data/groups/*/lines/*` and the concrete paths they match.

use super::{Data, Value};

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Key(String),
    Index(usize),
}

/// A concrete way from the root of a tree.
pub type Path = Vec<Step>;

/// A way with `*` for every item of a list; absolute with a leading `/`, otherwise from a base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    absolute: bool,
    parts: Vec<String>,
}

impl Pattern {
    pub fn parse(text: &str) -> Self {
        let absolute = text.starts_with('/');
        let parts = text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Self { absolute, parts }
    }

    /// All existing places that match, in document order, each with its way from the root.
    pub fn find<'v>(&self, root: &'v Value, base: &Path) -> Vec<(Path, &'v Value)> {
        let start = if self.absolute { Vec::new() } else { base.clone() };
        let Some(value) = root.at(&start) else { return Vec::new() };
        let mut found = vec![(start, value)];
        for part in &self.parts {
            let mut next = Vec::new();
            for (path, value) in found {
                match (&value.data, part.as_str()) {
                    (Data::List(items), "*") => next.extend(items.iter().enumerate().map(|(index, item)| {
                        let mut path = path.clone();
                        path.push(Step::Index(index));
                        (path, item)
                    })),
                    (Data::Map(_), key) => {
                        if let Some(value) = value.get(key) {
                            let mut path = path.clone();
                            path.push(Step::Key(key.to_owned()));
                            next.push((path, value));
                        }
                    }
                    _ => (),
                }
            }
            found = next;
        }
        found
    }

    /// The mapping and key that a way without `*` names, whether or not the key exists there.
    pub fn place(&self, base: &Path) -> Option<(Path, String)> {
        let mut path = if self.absolute { Vec::new() } else { base.clone() };
        let (last, parts) = self.parts.split_last()?;
        path.extend(parts.iter().cloned().map(Step::Key));
        Some((path, last.clone()))
    }
}

impl Value {
    pub fn at(&self, path: &[Step]) -> Option<&Value> {
        path.iter().try_fold(self, |value, step| match (step, &value.data) {
            (Step::Key(key), Data::Map(_)) => value.get(key),
            (Step::Index(index), Data::List(items)) => items.get(*index),
            _ => None,
        })
    }

    pub fn at_mut(&mut self, path: &[Step]) -> Option<&mut Value> {
        path.iter().try_fold(self, |value, step| match (step, &mut value.data) {
            (Step::Key(key), Data::Map(members)) => {
                members.iter_mut().find(|member| member.key == *key).map(|member| &mut member.value)
            }
            (Step::Index(index), Data::List(items)) => items.get_mut(*index),
            _ => None,
        })
    }

    /// Follows an RFC 6901 pointer.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        pointer.split('/').skip(1).try_fold(self, |value, part| match &value.data {
            Data::List(items) => items.get(part.parse::<usize>().ok()?),
            _ => value.get(&part.replace("~1", "/").replace("~0", "~")),
        })
    }
}
