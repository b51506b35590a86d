//! Proves of finished volumes that nothing is in them that their reader may not see: the same volumes are set from a twin
//! of the workspace in which all of that is other, and must come out the same, byte for byte.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::manifest::{Output, Proof, Reader};
use super::{Bare, Build, Options, Progress, Scope, build, is_package, plan, sources};
use crate::diagnostic::{Finding, Findings};
use crate::folder::{File, Folder};
use crate::tender;
use crate::workspace::{self, Viewer, Workspace};

/// Sets every volume of a build once more, from the twin.
pub fn prove(
    workspace: &mut Workspace,
    scopes: &[Scope],
    options: Options,
    made: &Build,
    findings: &mut Findings,
) -> Proof {
    let bids: Vec<(Scope, String)> = plan(workspace, scopes)
        .into_iter()
        .filter(|document| is_package(document))
        .map(|document| (Scope::Document(document.id.clone()), document.id.clone()))
        .collect();
    let scopes: Vec<Scope> = bids.iter().map(|(scope, _)| scope.clone()).collect();
    let mut readers = Vec::new();
    let mut raised = Findings::default();
    for viewer in [Viewer::Customer, Viewer::Blind] {
        let own: Vec<&Output> =
            made.outputs.iter().filter(|output| reads(workspace, viewer, output)).collect();
        if own.is_empty() {
            continue;
        }
        let (mut twin, changes) = workspace::twin(workspace, viewer.classes());
        // What the schema would object to in the twin is no business of anybody's.
        let other = build(&mut twin, &scopes, options, &Bare, &Unseen, &mut Findings::default());
        let told: Vec<&Output> =
            own.iter().filter(|output| !same(made, &other, &output.file)).copied().collect();
        readers.push(Reader {
            reader: viewer.name().to_owned(),
            volumes: own.len(),
            changed: changes.changed,
            removed: changes.removed,
            kept: changes.kept,
        });
        if !told.is_empty() {
            accuse(workspace, &mut twin, &scopes, options, &told, &mut raised);
        }
    }
    let proved = raised.is_empty() && !readers.is_empty();
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
    if proved { Proof::Twin { readers } } else { Proof::None }
}

/// Whether it is this reader to whom a volume must not tell what is hidden.
fn reads(workspace: &Workspace, viewer: Viewer, output: &Output) -> bool {
    let Some(volume) = &output.volume else { return false };
    let package = output.document.as_deref().and_then(|id| workspace.document(id));
    let profile = package.and_then(|package| tender::blind(workspace, package));
    let blind = profile.is_some_and(|profile| tender::is_blind(profile, volume));
    viewer != Viewer::Blind || blind
}

/// Tells of every volume that came out different, with the place.
fn accuse(
    workspace: &mut Workspace,
    twin: &mut Workspace,
    scopes: &[Scope],
    options: Options,
    told: &[&Output],
    raised: &mut Findings,
) {
    let (own, others) = (sources(workspace, scopes, options), sources(twin, scopes, options));
    for output in told {
        let Some(document) = output.document.as_deref().and_then(|id| workspace.document(id)) else {
            continue;
        };
        let volume = output.volume.clone().unwrap_or_default();
        let apart = || difference(own.get(&volume)?, others.get(&volume)?);
        let finding = Finding::new("hidden-shown", document.id_span)
            .with("volume", &output.file)
            .with("place", apart().unwrap_or_default());
        raised.push(finding);
    }
}

/// Of the second setting nobody is told.
struct Unseen;

impl Progress for Unseen {
    fn begin(&self, _: &str) {}
    fn done(&self, _: &str, _: usize) {}
}

fn same(one: &Build, other: &Build, file: &str) -> bool {
    one.files.contains_key(file) && one.files.get(file) == other.files.get(file)
}

/// The first place where what two volumes are set from differs: a value of the data, or the name of a file.
fn difference(one: &Folder, other: &Folder) -> Option<String> {
    let text = |folder: &Folder, path: &str| match folder.get(path) {
        Some(File::Plain { load, .. }) => load().ok(),
        _ => None,
    };
    let paths = one.files.keys().chain(other.files.keys());
    let mut differing: Vec<&String> = paths.filter(|path| text(one, path) != text(other, path)).collect();
    // The data say more exactly where it is than the prose that was made of them.
    differing.sort_by_key(|path| (!path.ends_with(".json"), (*path).clone()));
    let path = differing.first()?;
    let json = |folder: &Folder| serde_json::from_slice::<Json>(&text(folder, path)?).ok();
    match (json(one), json(other)) {
        (Some(one), Some(other)) => pointer(&one, &other, ""),
        _ => Some((*path).clone()),
    }
}

fn pointer(one: &Json, other: &Json, at: &str) -> Option<String> {
    match (one, other) {
        (Json::Object(own), Json::Object(theirs)) => {
            let keys: BTreeMap<&String, ()> = own.keys().chain(theirs.keys()).map(|key| (key, ())).collect();
            keys.into_keys().find_map(|key| match (own.get(key), theirs.get(key)) {
                (Some(one), Some(other)) => pointer(one, other, &format!("{at}/{key}")),
                _ => Some(format!("{at}/{key}")),
            })
        }
        (Json::Array(own), Json::Array(theirs)) if own.len() == theirs.len() => own
            .iter()
            .zip(theirs)
            .enumerate()
            .find_map(|(index, (one, other))| pointer(one, other, &format!("{at}/{index}"))),
        _ => (one != other).then(|| at.to_owned()),
    }
}
