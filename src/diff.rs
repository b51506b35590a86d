//! Owns what changed between two states of a workspace, in the terms of those who answer for a bid.
//!
//! A function from two outlines to changes; how they are told is for the files below. Never reads a folder and never
//! asks git: both come as values.

mod contrast;
mod cover;
mod figures;
mod html;
mod json;
mod markdown;
mod merge;
mod page;
mod passage;
mod pair;
mod phrases;
mod terminal;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Lang;
use crate::document::{Confidentiality, Document};
use crate::value::Topic;
use crate::workspace::{Outline, Viewer};

pub use html::html;
pub use json::json;
pub use markdown::{escape as markdown_text, markdown};
pub use merge::{Merged, merge};
pub use page::pdf;
pub use pair::{Identity, identity};
pub use passage::Passage;
pub use terminal::{Look, terminal};
pub use words::{Mark, Run, likeness, redline};

/// One of the two states.
pub struct Side {
    /// As people know it: a revision, a folder, a version.
    pub name: String,
    pub outline: Outline,
}

/// What is compared, and for whom.
pub struct Scope<'s> {
    pub viewer: Viewer,
    pub lang: Lang,
    /// Files and folders to stay with; all where it is empty.
    pub paths: Vec<String>,
    /// Paths whose content is known to be equal.
    pub same: &'s dyn Fn(&str) -> bool,
}

/// Everything that changed.
pub struct Comparison {
    pub old: String,
    pub new: String,
    pub lang: Lang,
    pub viewer: Viewer,
    pub documents: Vec<Changed>,
    /// Files that could not be compared, and why.
    pub unread: Vec<Unread>,
}

/// A file that is no sound document on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub path: String,
    /// Whether it is the new state that cannot be read.
    pub new: bool,
}

/// A document with its changes.
pub struct Changed {
    pub id: String,
    pub title: String,
    /// The title of its kind.
    pub kind: String,
    pub path: String,
    /// Where it was, if that was elsewhere.
    pub from: Option<String>,
    pub act: Act,
    pub changes: Vec<Change>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    Changed,
    Added,
    Removed,
    Moved,
    Renamed,
    /// Only how it is written.
    Layout,
    /// A clause that has lost its answer, or has come without one.
    Uncovered,
    Covered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trend {
    Worse,
    Better,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    pub topic: Topic,
    pub act: Act,
    /// Where, as a person would say it, from the outside in.
    pub place: Vec<String>,
    /// Where, for a program: `data/groups/software/lines/sw-base/unit_price`.
    pub way: String,
    pub old: Option<String>,
    pub new: Option<String>,
    /// The line in the file on each side.
    pub lines: (Option<usize>, Option<usize>),
    /// The difference and, where there is one, the per cent, of figures.
    pub figures: Option<(String, Option<String>)>,
    pub trend: Option<Trend>,
    /// Follows from other changes: a sum that was reckoned.
    pub derived: bool,
    /// The redline of a short text.
    pub runs: Vec<Run>,
    /// The changed passages of a long one.
    pub passages: Vec<Passage>,
}

impl Change {
    fn new(topic: Topic, act: Act) -> Self {
        Self {
            topic,
            act,
            place: Vec::new(),
            way: String::new(),
            old: None,
            new: None,
            lines: (None, None),
            figures: None,
            trend: None,
            derived: false,
            runs: Vec::new(),
            passages: Vec::new(),
        }
    }
}

impl Comparison {
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.unread.is_empty()
    }

    /// How many changes there are of each topic, in the order of topics.
    pub fn counts(&self) -> BTreeMap<Topic, usize> {
        let mut counts = BTreeMap::new();
        for change in self.documents.iter().flat_map(|document| &document.changes) {
            *counts.entry(change.topic).or_default() += 1;
        }
        counts
    }

    /// The changes of a topic with their documents.
    pub fn of(&self, topic: Topic) -> impl Iterator<Item = (&Changed, &Change)> {
        let each = self.documents.iter();
        let all = each.flat_map(|document| document.changes.iter().map(move |change| (document, change)));
        all.filter(move |(_, change)| change.topic == topic)
    }

    /// Whether anything was said differently, and not only written so.
    pub fn is_layout_only(&self) -> bool {
        !self.is_empty()
            && self.unread.is_empty()
            && self.counts().keys().all(|topic| *topic == Topic::Layout)
    }
}

/// All topics, the weightiest first.
pub const TOPICS: [Topic; 10] = [
    Topic::Price,
    Topic::Commitment,
    Topic::Answer,
    Topic::People,
    Topic::Certificates,
    Topic::Evidence,
    Topic::Tender,
    Topic::Prose,
    Topic::Other,
    Topic::Layout,
];

/// Compares two states.
pub fn compare(old: &Side, new: &Side, scope: &Scope) -> Comparison {
    let mut documents = Vec::new();
    let names = contrast::Names::new(old, new, scope);
    let (pairs, unread) = couples(old, new, scope);
    for (one, other) in pairs {
        let changed = contrast::document(old, new, scope, &names, one, other);
        documents.extend(changed.filter(|changed| !changed.changes.is_empty()));
    }
    cover::add(old, new, scope, &names, &mut documents);
    documents.sort_by(|one, other| one.path.cmp(&other.path));
    Comparison {
        old: old.name.clone(),
        new: new.name.clone(),
        lang: scope.lang,
        viewer: scope.viewer,
        documents,
        unread,
    }
}

type Couple<'d> = (Option<&'d Document>, Option<&'d Document>);

/// Documents that are one: by id, and else by path. What is broken on one side is not told as gone.
fn couples<'d>(old: &'d Side, new: &'d Side, scope: &Scope) -> (Vec<Couple<'d>>, Vec<Unread>) {
    let path = |side: &'d Side, document: &Document| side.outline.sources.path(document.file);
    let known = |side: &'d Side| {
        let mut ids: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
        side.outline
            .documents
            .iter()
            .for_each(|document| ids.entry(&document.id).or_default().push(document));
        ids
    };
    let (before, after) = (known(old), known(new));
    let mut couples: Vec<Couple> = Vec::new();
    let ids: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let (mut gone, mut came) = (Vec::new(), Vec::new());
    for id in ids {
        let list = |known: &BTreeMap<&str, Vec<&'d Document>>| known.get(id).cloned().unwrap_or_default();
        let (one, other) = (list(&before), list(&after));
        match (one.as_slice(), other.as_slice()) {
            ([one], [other]) if !id.is_empty() => couples.push((Some(one), Some(other))),
            _ => {
                gone.extend(one);
                came.extend(other);
            }
        }
    }
    for document in gone {
        let place = path(old, document);
        let same = came.iter().position(|other| path(new, other) == place);
        couples.push((Some(document), same.map(|at| came.swap_remove(at))));
    }
    couples.extend(came.into_iter().map(|document| (None, Some(document))));
    let mut unread = Vec::new();
    couples.retain(|(one, other)| match (one, other) {
        (Some(one), None) if is_broken(new, path(old, one)) => {
            unread.push(Unread { path: path(old, one).to_owned(), new: true });
            false
        }
        (None, Some(other)) if is_broken(old, path(new, other)) => {
            unread.push(Unread { path: path(new, other).to_owned(), new: false });
            false
        }
        _ => true,
    });
    // What is broken on both sides and not the same.
    for (_, source) in new.outline.sources.iter() {
        let differs = || {
            old.outline
                .sources
                .find(&source.path)
                .map(|other| old.outline.sources.text(other) != &source.text)
        };
        if is_broken(new, &source.path) && !(scope.same)(&source.path) && differs() == Some(true) {
            let entry = Unread { path: source.path.clone(), new: true };
            if is_broken(old, &source.path) && !unread.contains(&entry) {
                unread.push(entry);
            }
        }
    }
    couples.retain(|(one, other)| {
        let paths = [one.map(|it| path(old, it)), other.map(|it| path(new, it))];
        let within = paths.into_iter().flatten().any(|path| holds(scope, path)) || scope.paths.is_empty();
        let secret = |document: &Option<&Document>| {
            document.is_some_and(|it| it.confidentiality == Confidentiality::Confidential)
        };
        // A document that is confidential on either side is none of a customer's business.
        within && !(scope.viewer == Viewer::Customer && (secret(one) || secret(other)))
    });
    unread.retain(|unread| {
        scope.viewer == Viewer::Insider && (scope.paths.is_empty() || holds(scope, &unread.path))
    });
    (couples, unread)
}

/// Whether a path lies in what was asked for. Prose lies beside its document, so a document belongs to its folder.
fn holds(scope: &Scope, path: &str) -> bool {
    scope.paths.iter().any(|within| {
        within.is_empty()
            || path == within
            || path.strip_prefix(within.as_str()).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// Whether a document's file is there and no document.
fn is_broken(side: &Side, path: &str) -> bool {
    let outline = &side.outline;
    let is_there = outline.folder.get(path).is_some();
    is_there
        && !outline.documents.iter().any(|document| outline.sources.path(document.file) == path)
        && path.ends_with("ml")
        && path != "bidwright.yaml"
}
