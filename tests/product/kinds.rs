//! What every shipped kind promises: its documents in the samples set without a word of complaint, and each of its bad
//! documents raises exactly the codes that it names.
//!
//! A bad document is `tests/kinds/<kind>/<what-is-wrong>.yaml`. Its first line is `# raises: <codes>`, its second
//! `# at: <path>`, the place in the sample that it is put to. With a third, `# replace: <old> => <new>`, it is the document
//! of the sample at that place with other words where the old ones stand first.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use bidwright::diagnostic::{Findings, Severity};
use bidwright::folder::Folder;
use bidwright::kind::Kinds;
use bidwright::package::{self, Options, Progress, Scope};
use bidwright::render::Standard;
use bidwright::{disk, tender, workspace};

use crate::stage::{files, repository};

const SAMPLES: [&str; 2] = ["samples/smart-park", "samples/harbour-residence"];

struct Bad {
    name: String,
    kind: String,
    at: String,
    id: String,
    raises: BTreeSet<String>,
    text: Vec<u8>,
}

fn bad_documents() -> Vec<Bad> {
    let all = files(&repository().join("tests/kinds")).into_iter().map(|(name, text)| {
        let words = String::from_utf8(text).unwrap_or_else(|_| panic!("{name} is no text"));
        let head = |key: &str| {
            let line = words.lines().find_map(|line| line.strip_prefix(&format!("# {key}: ")));
            line.unwrap_or_else(|| panic!("{name} has no line `# {key}: `")).to_owned()
        };
        let (at, raises) = (head("at"), head("raises"));
        let replaced = words.lines().find_map(|line| line.strip_prefix("# replace: ")).map(|replace| {
            let (old, new) = replace.split_once(" => ").unwrap_or_else(|| panic!("{name}: no ` => `"));
            let whole = fs::read_to_string(repository().join(SAMPLES[0]).join(&at));
            let whole = whole.unwrap_or_else(|error| panic!("{name}: {at}: {error}"));
            assert!(whole.contains(old), "{name}: `{old}` stands nowhere in {at}");
            whole.replacen(old, new, 1)
        });
        let words = replaced.unwrap_or(words);
        let id = words.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or_default();
        Bad {
            kind: name.split('/').next().unwrap_or_default().to_owned(),
            at,
            id: id.to_owned(),
            raises: raises.split(',').map(|code| code.trim().to_owned()).collect(),
            name,
            text: words.into_bytes(),
        }
    });
    all.collect()
}

/// What was found in each file, infos and the policies' rules aside.
fn found(folder: Folder) -> BTreeMap<String, BTreeSet<String>> {
    let (workspace, mut findings) = workspace::read(folder);
    tender::check(&workspace, &mut findings);
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity() > Severity::Info) {
        let path = workspace.sources.path(finding.span.file).to_owned();
        codes.entry(path).or_default().insert(finding.code.to_owned());
    }
    codes
}

#[test]
fn bad_documents_raise_exactly_what_they_name() {
    // Many at once: reading the sample for each of them would take minutes. Those that would meet go apart.
    let mut rounds: Vec<Vec<Bad>> = Vec::new();
    for bad in bad_documents() {
        let meets =
            |round: &&mut Vec<Bad>| !round.iter().any(|other| other.at == bad.at || other.id == bad.id);
        match rounds.iter_mut().find(meets) {
            Some(round) => round.push(bad),
            None => rounds.push(vec![bad]),
        }
    }
    let mut wrong = Vec::new();
    for round in rounds {
        let mut folder = sample(SAMPLES[0]);
        for bad in &round {
            folder.add(bad.at.clone(), bad.text.clone());
        }
        let codes = found(folder);
        for bad in round {
            let raised = codes.get(&bad.at).cloned().unwrap_or_default();
            if raised != bad.raises {
                wrong.push(format!("{}: names {:?}, but raises {raised:?}", bad.name, bad.raises));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn bad_documents_belong_to_kinds() {
    let kinds = Kinds::shipped();
    let bad = bad_documents();
    assert!(bad.len() > 100, "the bad documents are there");
    let unknown: Vec<&str> =
        bad.iter().map(|bad| bad.kind.as_str()).filter(|kind| kinds.get(kind).is_none()).collect();
    assert!(unknown.is_empty(), "no kinds: {unknown:?}");
    let without: Vec<&str> = kinds
        .iter()
        .map(|kind| kind.id.as_str())
        .filter(|kind| *kind != "bidwright" && !bad.iter().any(|bad| bad.kind == *kind))
        .collect();
    assert!(without.is_empty(), "without a bad document: {without:?}");
}

/// Nobody is told anything.
struct Silence;

impl Progress for Silence {
    fn begin(&self, _: &str) {}
    fn done(&self, _: &str, _: usize) {}
}

#[test]
fn a_document_of_every_kind_is_set_without_complaint() {
    let mut set = BTreeSet::new();
    for path in SAMPLES {
        let (mut workspace, _) = workspace::read(sample(path));
        // Packages are set by tests of their own, and take long.
        let wanted: Vec<Scope> = workspace
            .documents
            .iter()
            .filter(|document| document.kind.template && document.kind.about.role.is_none())
            .filter(|document| set.insert(document.kind.id.clone()))
            .map(|document| Scope::Document(document.id.clone()))
            .collect();
        let options = Options { viewer: None, standard: Standard::Pdf17, draft: false };
        let mut findings = Findings::default();
        let build = package::build(&mut workspace, &wanted, options, &package::Bare, &Silence, &mut findings);
        let words: Vec<String> = findings.iter().map(|finding| finding.message(Default::default())).collect();
        assert!(words.is_empty(), "{path}: {words:#?}");
        assert_eq!(build.outputs.len(), wanted.len(), "{path}: every document became a file");
    }
    let kinds = Kinds::shipped();
    let left: Vec<&str> = kinds
        .iter()
        .filter(|kind| kind.template && kind.about.role.is_none() && !set.contains(&kind.id))
        .map(|kind| kind.id.as_str())
        .collect();
    assert!(left.is_empty(), "no sample has: {left:?}");
}

fn sample(path: &str) -> Folder {
    let root = repository().join(path);
    assert!(Path::new(&root).is_dir(), "{path} is there");
    disk::read(&root, workspace::exclusions).unwrap_or_else(|_| panic!("{path} can be read"))
}
