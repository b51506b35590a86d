//! Finishes a build: a self-check for every package, and beside the files of each project a sealed manifest.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::manifest::{Approval, Commit, Entry, Input, Manifest, NAME, Output};
use super::{Build, Loose, Shelf, is_package, loose, prices};
use crate::diagnostic::{Findings, Lang, Severity};
use crate::digest;
use crate::register::State;
use crate::tender;
use crate::workspace::Workspace;

/// What a package says of itself, for people inside and for programs.
const SELF_CHECK: &str = "self-check";

/// Adds what can only be said when all is known: `findings` are all of the run, of the check and of the setting.
pub fn finish(
    workspace: &mut Workspace,
    build: &mut Build,
    commit: &Commit,
    shelf: &dyn Shelf,
    findings: &Findings,
) {
    let templates = templates(workspace);
    for folder in folders(build) {
        let mut outputs: Vec<Output> = build
            .outputs
            .iter()
            .filter_map(|output| {
                let (own, file) = output.file.split_once('/')?;
                (own == folder).then(|| Output { file: file.to_owned(), ..output.clone() })
            })
            .collect();
        let register = register(workspace, &outputs);
        // What else was printed in the same run is no part of a bid, and changes nothing in its self-check.
        let volumes: Vec<Output> = outputs.iter().filter(|output| output.volume.is_some()).cloned().collect();
        if !volumes.is_empty() {
            let own = self::register(workspace, &volumes);
            let report = self_check(workspace, &folder, &volumes, &own, commit, findings);
            let mut add = |name: String, bytes: Vec<u8>, pages: Option<usize>| {
                let output = Output { pages, ..plain(&name, &bytes) };
                build.files.insert(format!("{folder}/{name}"), bytes);
                outputs.push(output);
            };
            let mut text = serde_json::to_vec_pretty(&report).unwrap_or_default();
            text.push(b'\n');
            add(format!("{SELF_CHECK}.json"), text, None);
            for (name, book) in prices::workbooks(workspace, &folder) {
                add(name, book, None);
            }
            let mut data = Map::new();
            data.insert("check".into(), report);
            let sheet = Loose {
                template: "self-check.typ",
                name: "投标文件自查报告",
                lang: Lang::Zh,
                confidential: false,
                viewer: crate::workspace::Viewer::Insider,
                date: None,
                data,
            };
            // It is for people inside and shows findings as they are: what is wrong with it is wrong with them.
            if let Some((pdf, pages)) = loose(workspace, sheet, shelf, &mut Findings::default()) {
                add(format!("{SELF_CHECK}.pdf"), pdf, Some(pages));
            }
        }
        let mut manifest = Manifest::new(templates.clone(), outputs);
        manifest.commit = commit.clone();
        manifest.inputs = inputs(workspace, &folder);
        manifest.register = register;
        manifest.proof = build.proof.clone();
        manifest.pdf = build.standard;
        build.files.insert(format!("{folder}/{NAME}"), manifest.sealed());
    }
}

/// The folders that files of a build lie in.
fn folders(build: &Build) -> BTreeSet<String> {
    let names = build.outputs.iter().filter_map(|output| output.file.split_once('/'));
    names.map(|(folder, _)| folder.to_owned()).collect()
}

fn plain(name: &str, bytes: &[u8]) -> Output {
    Output {
        file: name.to_owned(),
        document: None,
        volume: None,
        copy: None,
        pages: None,
        bytes: bytes.len() as u64,
        sha256: digest::of(bytes),
        fonts: Vec::new(),
    }
}

fn templates(workspace: &Workspace) -> String {
    let mut parts = digest::Parts::new("bidwright templates 1");
    for (path, template) in &workspace.templates {
        parts.add(path, template.text.as_bytes());
    }
    parts.finish()
}

/// The files that the build of a project could read: those of the company, and its own.
fn inputs(workspace: &Workspace, project: &str) -> Vec<Input> {
    let foreign = |path: &str| {
        let own = path.strip_prefix("projects/").and_then(|rest| rest.split_once('/'));
        own.is_some_and(|(folder, _)| folder != project)
    };
    let input = |path: &str| {
        let bytes = workspace.load(path).ok()?;
        Some(Input { path: path.to_owned(), bytes: bytes.len() as u64, sha256: digest::of(&bytes) })
    };
    workspace.read_files().into_iter().filter(|path| !foreign(path)).filter_map(input).collect()
}

fn register(workspace: &Workspace, outputs: &[Output]) -> Vec<Entry> {
    let printed: BTreeSet<&str> = outputs.iter().filter_map(|output| output.document.as_deref()).collect();
    let entry = |id: &str| {
        let standing = workspace.standing(workspace.document(id)?)?;
        let approvals = standing.decisions.iter().map(|decision| Approval {
            step: decision.approval.step.clone(),
            person: decision.fact.person.clone(),
            date: decision.fact.date.to_string(),
            verdict: decision.approval.verdict.name().to_owned(),
            valid: decision.valid,
        });
        Some(Entry {
            document: id.to_owned(),
            number: standing.record.entry.number.to_string(),
            version: standing.version.map(|version| version.to_string()),
            released: standing.state() == State::Released,
            approvals: approvals.collect(),
        })
    };
    printed.into_iter().filter_map(entry).collect()
}

fn self_check(
    workspace: &Workspace,
    project: &str,
    outputs: &[Output],
    register: &[Entry],
    commit: &Commit,
    findings: &Findings,
) -> Json {
    let foreign = |path: &str| {
        let own = path.strip_prefix("projects/").and_then(|rest| rest.split_once('/'));
        own.is_some_and(|(folder, _)| folder != project)
    };
    let lang = workspace.configuration.lang.unwrap_or_default();
    let told = findings.iter().filter_map(|finding| {
        let source = workspace.sources.get(finding.span.file);
        let line = source.position(finding.span.range().start).line;
        (!foreign(&source.path)).then(|| {
            json!({
                "code": finding.code, "severity": finding.severity().name(), "file": source.path, "line": line,
                "message": finding.message(lang),
            })
        })
    });
    let told: Vec<Json> = told.collect();
    let count =
        |severity: Severity| told.iter().filter(|finding| finding["severity"] == severity.name()).count();
    let packages = workspace
        .documents
        .iter()
        .filter(|document| is_package(document) && document.project.as_deref() == Some(project));
    let titles: BTreeMap<&str, &str> =
        packages.map(|document| (document.id.as_str(), document.title.as_str())).collect();
    let bids = tender::bids(workspace);
    let own = bids.iter().filter(|bid| bid.package.project.as_deref() == Some(project));
    let scores: Vec<Json> = own.filter_map(score).collect();
    json!({
        "scores": scores, "packages": titles, "outputs": outputs, "register": register, "commit": commit,
        "errors": count(Severity::Error), "warnings": count(Severity::Warning), "findings": told,
    })
}

/// What the price is worth by the tender's formula, beside all prices that are known.
fn score(bid: &tender::Bid) -> Option<Json> {
    let (base, rows) = tender::score::table(bid)?;
    let rows = rows.into_iter().map(|row| {
        json!({
            "bidder": row.bidder, "price": row.price.to_string(), "evaluated": row.evaluated.to_string(),
            "points": row.points.map(|points| points.to_string()),
        })
    });
    Some(json!({ "title": bid.package.title, "base": base.to_string(), "rows": rows.collect::<Vec<_>>() }))
}
