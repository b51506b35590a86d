//! Owns ways through a workspace: from documents to values, along fields, lists and references in both directions.
//!
//! Rules and reports say in data where to look; this finds it. A way is words with blanks between them:
//!
//! | word | leads |
//! |---|---|
//! | `data/visitors/*` | along fields, `*` into every item of a list |
//! | `->` | from a reference to the document it names, from a key to the item that declares it |
//! | `<- visit-report:data/record` | to the documents of that kind whose field names this document or item |
//! | `[data/type=日常回访\|投诉回访]` | on, only where that field has one of these texts |
//! | `^` | from an item to its document |
//! | `@id`, `@title`, `@kind`, `@project`, `@author`, `@number`, `@version`, `@state`, `@class`, `@date` | to what the tool knows of the document |

mod rows;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::document::Document;
use crate::register::State;
use crate::source::Span;
use crate::value::{Meaning, Value};
use crate::workspace::Workspace;

pub use rows::{Condition, Rows};

/// A way, ready to be walked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way(Vec<Leg>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Leg {
    Field(String),
    Items,
    Follow,
    Back { kind: String, field: Vec<Leg> },
    Up,
    Only { field: Vec<Leg>, texts: Vec<String> },
    About(About),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum About {
    Id,
    Title,
    Kind,
    Project,
    Author,
    Number,
    Version,
    State,
    Class,
    Date,
}

/// A place that a way has come to: a value in a document, or a text about the document.
#[derive(Clone)]
pub struct Spot<'w> {
    pub document: &'w Document,
    pub value: &'w Value,
    about: Option<String>,
}

impl<'w> Spot<'w> {
    /// The whole of a document.
    pub fn of(document: &'w Document) -> Self {
        Self { document, value: &document.value, about: None }
    }

    /// The text of a leaf as written.
    pub fn text(&self) -> Option<&str> {
        self.about.as_deref().or_else(|| self.value.text())
    }

    /// Whether this is a leaf of a document, and not a document or something that is known about it.
    pub fn is_leaf(&self) -> bool {
        self.about.is_none() && self.value.text().is_some()
    }

    /// Where a person looks for it.
    pub fn span(&self) -> Span {
        if std::ptr::eq(self.value, &self.document.value) { self.document.id_span } else { self.value.head() }
    }
}

impl Way {
    /// Reads a way. The error is a sentence for whoever wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut legs = Vec::new();
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "->" => legs.push(Leg::Follow),
                "^" => legs.push(Leg::Up),
                "<-" => {
                    let origin = words.next().ok_or("`<-` wants `kind:field` after it")?;
                    let (kind, field) = origin.split_once(':').ok_or("`<-` wants `kind:field` after it")?;
                    legs.push(Leg::Back { kind: kind.to_owned(), field: fields(field)? });
                }
                word => match (word.strip_prefix('@'), word.strip_prefix('[')) {
                    (Some(name), _) => legs.push(Leg::About(about(name)?)),
                    (_, Some(only)) => {
                        let only = only.strip_suffix(']').and_then(|only| only.split_once('='));
                        let (field, text) = only.ok_or("`[` wants `field=text]` after it")?;
                        let texts = text.split('|').map(str::to_owned).collect();
                        legs.push(Leg::Only { field: fields(field)?, texts });
                    }
                    _ => legs.extend(fields(word)?),
                },
            }
        }
        if legs.is_empty() { Err("the way is empty".to_owned()) } else { Ok(Self(legs)) }
    }

    /// The kinds that the way comes back from.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|leg| match leg {
            Leg::Back { kind, .. } => Some(kind.as_str()),
            _ => None,
        })
    }
}

impl<'de> serde::Deserialize<'de> for Way {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(|reason| serde::de::Error::custom(format!("`{text}`: {reason}")))
    }
}

fn fields(path: &str) -> Result<Vec<Leg>, String> {
    path.split('/')
        .map(|part| match part {
            "" => Err(format!("`{path}` has an empty part")),
            "*" => Ok(Leg::Items),
            part => Ok(Leg::Field(part.to_owned())),
        })
        .collect()
}

fn about(name: &str) -> Result<About, String> {
    Ok(match name {
        "id" => About::Id,
        "title" => About::Title,
        "kind" => About::Kind,
        "project" => About::Project,
        "author" => About::Author,
        "number" => About::Number,
        "version" => About::Version,
        "state" => About::State,
        "class" => About::Class,
        "date" => About::Date,
        other => return Err(format!("nothing is known as `@{other}`")),
    })
}

/// A workspace with the indexes that ways need.
pub struct Guide<'w> {
    pub workspace: &'w Workspace,
    /// Items that declare keys, by project and key.
    keys: HashMap<(Option<&'w str>, &'w str), Spot<'w>>,
    /// Documents by kind.
    kinds: HashMap<&'w str, Vec<&'w Document>>,
    /// For every way back that was gone: documents by what their field names.
    origins: RefCell<HashMap<(String, Vec<Leg>), Origins<'w>>>,
}

/// Documents by a text in one of their fields.
type Origins<'w> = Rc<HashMap<String, Vec<&'w Document>>>;

impl<'w> Guide<'w> {
    pub fn new(workspace: &'w Workspace) -> Self {
        let mut keys = HashMap::new();
        let mut kinds: HashMap<&str, Vec<&Document>> = HashMap::new();
        for document in &workspace.documents {
            kinds.entry(document.kind.id.as_str()).or_default().push(document);
            document.value.walk(&mut |value| {
                let key = value.members().iter().find(|member| member.value.meaning == Meaning::Key);
                if let Some(key) = key.and_then(|member| member.value.text()) {
                    let spot = Spot { document, value, about: None };
                    keys.entry((document.project.as_deref(), key)).or_insert(spot);
                }
            });
        }
        Self { workspace, keys, kinds, origins: RefCell::default() }
    }

    /// All documents of a kind, in the order of their paths.
    pub fn documents(&self, kind: &str) -> &[&'w Document] {
        self.kinds.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// All places that a way leads to from a place.
    pub fn walk(&self, from: &Spot<'w>, way: &Way) -> Vec<Spot<'w>> {
        self.legs(vec![from.clone()], &way.0)
    }

    /// The texts at the end of a way.
    pub fn texts(&self, from: &Spot<'w>, way: &Way) -> Vec<String> {
        self.walk(from, way).iter().filter_map(Spot::text).map(str::to_owned).collect()
    }

    fn legs(&self, from: Vec<Spot<'w>>, legs: &[Leg]) -> Vec<Spot<'w>> {
        let mut spots = from;
        for leg in legs {
            spots = spots.iter().flat_map(|spot| self.step(spot, leg)).collect();
        }
        spots
    }

    fn step(&self, spot: &Spot<'w>, leg: &Leg) -> Vec<Spot<'w>> {
        let at = |value: &'w Value| Spot { document: spot.document, value, about: None };
        match leg {
            Leg::Field(name) => spot.value.get(name).map(at).into_iter().collect(),
            Leg::Items => spot.value.items().iter().map(at).collect(),
            Leg::Up => vec![Spot::of(spot.document)],
            Leg::Only { field, texts } => {
                let found = self.legs(vec![spot.clone()], field);
                let fits =
                    |found: &Spot| found.text().is_some_and(|text| texts.iter().any(|known| known == text));
                found.iter().any(fits).then(|| spot.clone()).into_iter().collect()
            }
            Leg::Follow => self.follow(spot).into_iter().collect(),
            Leg::Back { kind, field } => self.back(spot, kind, field),
            Leg::About(about) => {
                let text = self.about(spot.document, *about);
                text.map(|text| Spot { about: Some(text), ..Spot::of(spot.document) }).into_iter().collect()
            }
        }
    }

    fn follow(&self, spot: &Spot<'w>) -> Option<Spot<'w>> {
        let text = spot.value.text()?;
        if spot.value.meaning == Meaning::KeyRef {
            let own = self.keys.get(&(spot.document.project.as_deref(), text));
            return own.or_else(|| self.keys.get(&(None, text))).cloned();
        }
        self.workspace.document(text).map(Spot::of)
    }

    /// The documents of a kind whose field names this place: a document by its id, an item by its key.
    fn back(&self, spot: &Spot<'w>, kind: &str, field: &[Leg]) -> Vec<Spot<'w>> {
        let whole = std::ptr::eq(spot.value, &spot.document.value);
        let key = || spot.value.members().iter().find(|member| member.value.meaning == Meaning::Key);
        let name =
            if whole { Some(spot.document.id.as_str()) } else { key().and_then(|key| key.value.text()) };
        let Some(name) = name else { return Vec::new() };
        let origins = self.origins(kind, field);
        let named = origins.get(name).map(Vec::as_slice).unwrap_or_default();
        // Keys are known within their project only.
        let near = |document: &&&'w Document| whole || document.project == spot.document.project;
        named.iter().filter(near).map(|document| Spot::of(document)).collect()
    }

    /// Built once for each field: a rule goes the same way back from every document of a kind.
    fn origins(&self, kind: &str, field: &[Leg]) -> Origins<'w> {
        let key = (kind.to_owned(), field.to_vec());
        if let Some(known) = self.origins.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut origins: HashMap<String, Vec<&Document>> = HashMap::new();
        for document in self.documents(kind) {
            let found = self.legs(vec![Spot::of(document)], field);
            let mut names: Vec<&str> = found.iter().filter_map(Spot::text).collect();
            names.dedup();
            for name in names {
                origins.entry(name.to_owned()).or_default().push(document);
            }
        }
        let origins = Rc::new(origins);
        self.origins.borrow_mut().insert(key, Rc::clone(&origins));
        origins
    }

    fn about(&self, document: &Document, about: About) -> Option<String> {
        let standing = || self.workspace.standing(document);
        match about {
            About::Id => Some(document.id.clone()),
            About::Title => Some(document.title.clone()),
            About::Kind => Some(document.kind.id.clone()),
            About::Project => document.project.clone(),
            About::Author => document.author.clone(),
            About::Class => Some(document.kind.about.class.clone()),
            About::Date => {
                let record = self.workspace.register.of(&document.id).next()?;
                let latest = record.history().last().map(|(_, _, fact)| fact);
                Some(latest.unwrap_or(&record.entry).date.clone())
            }
            About::Number => {
                self.workspace.register.of(&document.id).next().map(|record| record.entry.number.clone())
            }
            About::Version => standing()?.version.map(|version| version.to_string()),
            About::State => Some(
                match standing()?.state() {
                    State::Draft => "draft",
                    State::Review => "review",
                    State::Rejected => "rejected",
                    State::Released => "released",
                }
                .to_owned(),
            ),
        }
    }
}
