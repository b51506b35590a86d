//! A schema as its author wrote it: fields in their written order, references followed.
//!
//! `schema::Fields` says what a field means, but its maps are sorted; people read forms in the order of their author.

use std::collections::BTreeMap;

use crate::diagnostic::Findings;
use crate::source::Sources;
use crate::yaml::{self, Data, Node};

/// How often a reference may lead on to another one.
const REFERENCES: usize = 32;

/// The texts of schemas as ordered trees, by file name.
pub(super) struct Trees(BTreeMap<String, Node>);

impl Trees {
    /// Reads the texts; JSON is YAML. One that cannot be read is absent.
    pub(super) fn read(texts: &BTreeMap<String, String>) -> Self {
        let mut sources = Sources::default();
        let tree = |(name, text): (&String, &String)| {
            let file = sources.add(name.as_str(), text.as_str());
            let node = yaml::read(file, text, yaml::Limits::default(), &mut Findings::default())?;
            Some((name.clone(), node))
        };
        Self(texts.iter().filter_map(tree).collect())
    }

    /// The root of a schema file.
    pub(super) fn outline(&self, name: &str) -> Option<Outline<'_>> {
        let (name, node) = self.0.get_key_value(name)?;
        Some(self.place(name, node))
    }

    fn place<'t>(&'t self, file: &'t str, node: &'t Node) -> Outline<'t> {
        let mut layers = vec![Layer { file, node }];
        while let Some(target) = layers.last().and_then(|layer| layer.node.get("$ref")).and_then(Node::text) {
            let (to, pointer) = target.split_once('#').unwrap_or((target, ""));
            let to = if to.is_empty() { layers.last().map_or(file, |layer| layer.file) } else { to };
            let Some((file, root)) = self.0.get_key_value(to) else { break };
            let found = pointer.split('/').skip(1).try_fold(root, |node, key| node.get(key));
            let Some(node) = found.filter(|_| layers.len() < REFERENCES) else { break };
            layers.push(Layer { file, node });
        }
        Outline { trees: self, layers }
    }

    /// Whether the schema declares keys of a key space.
    pub(super) fn declares(&self, name: &str, space: &str) -> bool {
        fn within(node: &Node, space: &str) -> bool {
            match &node.data {
                Data::Map(entries) => entries.iter().any(|entry| {
                    (entry.key == "x-key" && entry.value.text() == Some(space)) || within(&entry.value, space)
                }),
                Data::List(items) => items.iter().any(|item| within(item, space)),
                Data::Scalar(..) => false,
            }
        }
        self.0.get(name).is_some_and(|node| within(node, space))
    }
}

#[derive(Clone, Copy)]
struct Layer<'t> {
    file: &'t str,
    node: &'t Node,
}

/// One place in a schema: all nodes that speak of it, the nearest first.
#[derive(Clone)]
pub(super) struct Outline<'t> {
    trees: &'t Trees,
    layers: Vec<Layer<'t>>,
}

impl<'t> Outline<'t> {
    fn find(&self, key: &str) -> Option<(&'t str, &'t Node)> {
        self.layers.iter().find_map(|layer| Some((layer.file, layer.node.get(key)?)))
    }

    /// What the nearest node says under a keyword.
    pub(super) fn node(&self, key: &str) -> Option<&'t Node> {
        self.find(key).map(|(_, node)| node)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'t str> {
        self.node(key).and_then(Node::text)
    }

    pub(super) fn number(&self, key: &str) -> Option<u64> {
        self.text(key)?.parse().ok()
    }

    /// The texts of a list, or the one text that stands in its place.
    pub(super) fn texts(&self, key: &str) -> Vec<&'t str> {
        match self.node(key).map(|node| &node.data) {
            Some(Data::List(items)) => items.iter().filter_map(Node::text).collect(),
            Some(Data::Scalar(text, _)) => vec![text.as_str()],
            _ => Vec::new(),
        }
    }

    /// An example that was given for this very place, not for its type.
    pub(super) fn own_example(&self) -> Option<&'t str> {
        first_text(self.layers.first()?.node.get("examples")?)
    }

    pub(super) fn example(&self) -> Option<&'t str> {
        first_text(self.node("examples")?)
    }

    /// What is said of this very place: by the node that names it, not by the type that it refers to.
    pub(super) fn description(&self) -> &'t str {
        let naming = self.layers.iter().find(|layer| layer.node.get("title").is_some());
        naming.and_then(|layer| layer.node.get("description")?.text()).unwrap_or_default()
    }

    pub(super) fn properties(&self) -> Vec<(&'t str, Outline<'t>)> {
        match self.find("properties") {
            Some((file, Node { data: Data::Map(entries), .. })) => entries
                .iter()
                .map(|entry| (entry.key.as_str(), self.trees.place(file, &entry.value)))
                .collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn items(&self) -> Option<Outline<'t>> {
        let (file, node) = self.find("items")?;
        matches!(node.data, Data::Map(_)).then(|| self.trees.place(file, node))
    }

    /// The keys that must be there, those of conditions included. `value` tells what a sibling would hold.
    pub(super) fn required(&self, value: &impl Fn(&str) -> Option<String>) -> Vec<&'t str> {
        let mut keys = Vec::new();
        for layer in &self.layers {
            require(layer.node, value, &mut keys);
        }
        keys
    }
}

fn first_text(list: &Node) -> Option<&str> {
    match &list.data {
        Data::List(items) => items.iter().find_map(Node::text),
        _ => None,
    }
}

fn require<'t>(node: &'t Node, value: &impl Fn(&str) -> Option<String>, keys: &mut Vec<&'t str>) {
    if let Some(Node { data: Data::List(items), .. }) = node.get("required") {
        keys.extend(items.iter().filter_map(Node::text));
    }
    let Some(condition) = node.get("if") else { return };
    let branch = if holds(condition, value, keys) { "then" } else { "else" };
    if let Some(branch) = node.get(branch) {
        require(branch, value, keys);
    }
}

/// Whether a condition holds for a mapping that has these keys and nothing else.
fn holds(condition: &Node, value: &impl Fn(&str) -> Option<String>, keys: &[&str]) -> bool {
    if let Some(Node { data: Data::List(wanted), .. }) = condition.get("required")
        && !wanted.iter().filter_map(Node::text).all(|key| keys.contains(&key))
    {
        return false;
    }
    let Some(Node { data: Data::Map(entries), .. }) = condition.get("properties") else { return true };
    entries.iter().filter(|entry| keys.contains(&entry.key.as_str())).all(|entry| {
        let value = value(&entry.key);
        let constant = entry.value.get("const").and_then(Node::text);
        let options = entry.value.get("enum").map(|list| &list.data);
        match (constant, options) {
            (Some(constant), _) => value.as_deref() == Some(constant),
            (_, Some(Data::List(items))) => items.iter().any(|item| item.text() == value.as_deref()),
            _ => true,
        }
    })
}
