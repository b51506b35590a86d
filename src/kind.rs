//! Owns kinds of documents: a schema and a template, found by name. No kind is known to this code.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::Value as Json;

use crate::diagnostic::{Finding, Findings, Lang};
use crate::schema::{self, Flaw, Schema, Texts};
use crate::shipped;
use crate::source::{FileId, Sources, Span};
use crate::value::Topic;
use crate::yaml;

const ENDING: &str = ".schema.json";
/// The schema of the workspace's configuration.
const CONFIGURATION: &str = "bidwright.schema.json";

/// One kind of document as its schema describes it.
pub struct Kind {
    pub id: String,
    pub about: About,
    pub template: bool,
    schemas: Arc<Texts>,
    schema: OnceLock<Result<Schema, Flaw>>,
}

/// The annotation `x-kind`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    pub title: Titles,
    /// The folder class of a project that documents of this kind belong to.
    pub class: String,
    /// The folder that documents of this kind lie in where they belong to no project; the kind's own name without it.
    pub folder: Option<String>,
    /// The stage that gives document numbers their code; kinds without one are not numbered.
    pub stage: Option<String>,
    /// Whether a document must be approved before it is released (002 §四(三)1).
    pub important: bool,
    /// The chain of approvals by its name in the configuration, where it is not the one of important documents.
    pub approval: Option<String>,
    pub per_project: PerProject,
    pub audience: Audience,
    pub print: Print,
    /// The name under which its data is offered to prose and templates.
    pub facts: Option<String>,
    /// Its place in the tender graph.
    pub role: Option<Role>,
    pub policy: Option<String>,
    /// What a change of its fields means, where they do not say it themselves.
    pub change: Option<Topic>,
}

/// The chain that important documents pass where their kind names no other.
const IMPORTANT: &str = "release";

impl About {
    /// The name of the chain of approvals; `None` for kinds that nobody has to approve.
    pub fn chain(&self) -> Option<&str> {
        self.approval.as_deref().or(self.important.then_some(IMPORTANT))
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Titles {
    pub zh: String,
    pub en: String,
}

impl Titles {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PerProject {
    One,
    Many,
    /// Belongs to a project or to the company, as the case may be.
    Any,
    /// Belongs to the company, never to a project.
    None,
}

/// Who a printed document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    Internal,
    Customer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Print {
    /// Built whenever its project is built.
    Always,
    /// Built when it is named.
    OnRequest,
}

/// What a kind is to the tender graph. These are the graph's own concepts, not names of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Subject,
    Bidder,
    Profile,
    Clauses,
    Scoring,
    Responses,
    Prices,
    Package,
}

impl Kind {
    /// The compiled schema, made on first use. The error is for the author of the schema.
    pub fn schema(&self) -> Result<&Schema, &Flaw> {
        self.schema.get_or_init(|| Schema::compile(&self.schemas, &format!("{}{ENDING}", self.id))).as_ref()
    }

    /// The plain text of the schema, for editors and scaffolds.
    pub fn json(&self) -> Option<&Json> {
        self.schemas.get(&format!("{}{ENDING}", self.id))
    }
}

/// All kinds of a workspace: the shipped ones, and its own, which come first.
pub struct Kinds {
    schemas: Arc<Texts>,
    kinds: BTreeMap<String, Arc<Kind>>,
}

/// A schema file of the workspace itself.
pub struct OwnSchema {
    /// File name, such as `site-note.schema.json`.
    pub name: String,
    pub file: FileId,
}

impl Kinds {
    /// `templates` are the names of all Typst files at the top of `templates/`, shipped and own.
    pub fn new(
        own: &[OwnSchema],
        templates: &BTreeSet<String>,
        sources: &Sources,
        findings: &mut Findings,
    ) -> Self {
        let mut texts: Texts = shipped::schemas()
            .filter_map(|(name, text)| Some((name, serde_json::from_str(text).ok()?)))
            .collect();
        for schema in own {
            match serde_json::from_str(sources.text(schema.file)) {
                Ok(json) => {
                    texts.insert(schema.name.clone(), json);
                }
                Err(error) => {
                    let span = line_span(sources, schema.file, error.line());
                    let finding = Finding::new("schema-invalid", span).with("name", &schema.name);
                    let problem = vec![("problem", error.to_string())];
                    findings.push(finding.with("place", "").hint("json", problem));
                }
            }
        }
        let mut flawed: BTreeSet<&str> = BTreeSet::new();
        for schema in own.iter().filter(|schema| texts.contains_key(&schema.name)) {
            let places = LazyCell::new(|| Places::read(schema.file, sources));
            for flaw in schema::judge_schema(&texts, &schema.name) {
                flawed.insert(&schema.name);
                findings.push(invalid(&schema.name, &flaw, &places));
            }
        }
        let schemas = Arc::new(texts);
        let mut kinds = BTreeMap::new();
        for (name, json) in schemas.iter() {
            let (Some(id), Some(about)) = (name.strip_suffix(ENDING), json.get("x-kind")) else { continue };
            let Ok(about) = serde_json::from_value::<About>(about.clone()) else { continue };
            let template = templates.contains(&format!("{id}.typ"));
            let kind = Kind {
                id: id.to_owned(),
                about,
                template,
                schemas: schemas.clone(),
                schema: OnceLock::new(),
            };
            kinds.insert(id.to_owned(), Arc::new(kind));
        }
        for schema in own {
            let kind = schema.name.strip_suffix(ENDING).and_then(|id| kinds.get(id));
            let Some(kind) = kind else { continue };
            let places = LazyCell::new(|| Places::read(schema.file, sources));
            match kind.schema() {
                Ok(compiled) => findings.extend(compiled.fields().unclassified().map(|pointer| {
                    Finding::new("classification-missing", places.span(pointer)).with("path", pointer)
                })),
                // What is against the rules cannot be used either; that need not be said twice.
                Err(flaw) if !flawed.contains(schema.name.as_str()) => {
                    findings.push(invalid(&schema.name, flaw, &places));
                }
                Err(_) => (),
            }
            if !kind.template {
                let path = format!("templates/{}.typ", kind.id);
                let finding = Finding::new("template-missing", Span::file(schema.file));
                findings.push(finding.with("kind", &kind.id).with("path", path));
            }
        }
        Self { schemas, kinds }
    }

    /// The shipped kinds alone.
    pub fn shipped() -> Self {
        let templates = shipped::templates().map(|(path, _)| path).collect();
        Self::new(&[], &templates, &Sources::default(), &mut Findings::default())
    }

    pub fn get(&self, id: &str) -> Option<&Arc<Kind>> {
        self.kinds.get(id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.values()
    }

    /// The schema of `bidwright.yaml`.
    pub fn configuration(&self) -> Result<Schema, Flaw> {
        Schema::compile(&self.schemas, CONFIGURATION)
    }

    /// File name and JSON of every schema, for writing them where editors look.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.schemas.iter().map(|(name, json)| (name.as_str(), json))
    }
}

fn invalid(name: &str, flaw: &Flaw, places: &Places) -> Finding {
    let finding = Finding::new("schema-invalid", places.span(&flaw.place)).with("name", name);
    finding.with("place", &flaw.place).hint(flaw.note.key, flaw.note.args.clone())
}

/// Where things stand in a JSON file. The reader of YAML knows the places in JSON too.
struct Places {
    file: FileId,
    tree: Option<yaml::Node>,
}

impl Places {
    fn read(file: FileId, sources: &Sources) -> Self {
        let limits = yaml::Limits::default();
        Self { file, tree: yaml::read(file, sources.text(file), limits, &mut Findings::default()) }
    }

    /// Where a JSON pointer leads, as far as it leads anywhere.
    fn span(&self, pointer: &str) -> Span {
        let mut span = Span::file(self.file);
        let Some(mut node) = self.tree.as_ref() else { return span };
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            let next = match &node.data {
                yaml::Data::List(items) => {
                    part.parse().ok().and_then(|at: usize| items.get(at)).map(|item| (item.head(), item))
                }
                _ => node.entry(&part).map(|entry| (entry.key_span, &entry.value)),
            };
            match next {
                Some(found) => (span, node) = found,
                None => break,
            }
        }
        span
    }
}

fn line_span(sources: &Sources, file: FileId, line: usize) -> Span {
    let text = sources.text(file);
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = text[start..].find('\n').map_or(text.len(), |more| start + more);
    Span::new(file, start, end)
}
