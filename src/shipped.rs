//! Owns what is carried inside the binary: schemas, templates, words and the starting workspace.

use include_dir::{Dir, include_dir};

static SCHEMAS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/schemas");
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static CODES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/diagnostic/codes");

/// File name and text of every schema.
pub fn schemas() -> impl Iterator<Item = (String, &'static str)> {
    texts(&SCHEMAS).filter(|(path, _)| path.ends_with(".json"))
}

/// Path and text of every pack of rules over all documents.
pub fn rules() -> impl Iterator<Item = (String, &'static str)> {
    texts(&SCHEMAS).filter(|(path, _)| path == "rules/policy.yaml")
}

/// Family and text of every pack of rules over bids: `price` of `rules/bid-price.yaml`.
pub fn bid_rules() -> impl Iterator<Item = (String, &'static str)> {
    texts(&SCHEMAS).filter_map(|(path, text)| {
        let family = path.strip_prefix("rules/bid-")?.strip_suffix(".yaml")?;
        Some((family.to_owned(), text))
    })
}

/// Units and their factors, for figures that are compared.
pub fn units() -> &'static str {
    texts(&SCHEMAS).find(|(path, _)| path == "rules/units.yaml").map(|(_, text)| text).unwrap_or_default()
}

/// Size classes of enterprises by industry.
pub fn sizes() -> &'static str {
    texts(&SCHEMAS).find(|(path, _)| path == "rules/sme.yaml").map(|(_, text)| text).unwrap_or_default()
}

/// Path below `templates/` and text of every Typst file, and of the words that they look up.
pub fn templates() -> impl Iterator<Item = (String, &'static str)> {
    texts(&TEMPLATES).filter(|(path, _)| path.ends_with(".typ") || path.starts_with("house/words/"))
}

/// Name and text of the definition of every report.
pub fn reports() -> impl Iterator<Item = (String, &'static str)> {
    below("reports/").filter_map(|(path, text)| Some((path.strip_suffix(".yaml")?.to_owned(), text)))
}

/// Path and text of every file of the starting workspace.
pub fn start() -> impl Iterator<Item = (String, &'static str)> {
    below("start/")
}

/// Path and text of the files that a CI system needs, relative to the top of a workspace: its own and what all share.
pub fn ci(system: &str) -> impl Iterator<Item = (String, &'static str)> {
    texts(&TEMPLATES).filter_map(move |(path, text)| {
        let (own, path) = path.strip_prefix("ci/")?.split_once('/')?;
        // A hook and an image run nothing of their own.
        let shared = own == "common" && !["pre-commit", "container"].contains(&system);
        (own == system || shared).then(|| (path.to_owned(), text))
    })
}

/// Path and text of the files that hold the folders of a new project.
pub fn skeleton() -> impl Iterator<Item = (String, &'static str)> {
    below("skeleton/")
}

/// The files of a folder of `templates/` that is no folder of templates.
fn below(folder: &'static str) -> impl Iterator<Item = (String, &'static str)> {
    texts(&TEMPLATES).filter_map(move |(path, text)| Some((path.strip_prefix(folder)?.to_owned(), text)))
}

/// File name and text of every part of the catalogue of findings.
pub fn codes() -> impl Iterator<Item = (String, &'static str)> {
    texts(&CODES)
}

/// All UTF-8 files of a folder and its folders, sorted by path.
fn texts(dir: &'static Dir<'static>) -> impl Iterator<Item = (String, &'static str)> {
    let mut all = Vec::new();
    gather(dir, &mut all);
    all.sort();
    all.into_iter()
}

fn gather(dir: &'static Dir<'static>, all: &mut Vec<(String, &'static str)>) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            all.push((file.path().to_string_lossy().replace('\\', "/"), text));
        }
    }
    for below in dir.dirs() {
        gather(below, all);
    }
}
