//! Proves of finished volumes that nothing is in them that their reader may not see: the same volumes are set from a twin
//! of the workspace in which all of that is other, and must come out the same, byte for byte.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::manifest::Proof;
use super::{Build, Options, Progress, Scope, build, is_package, plan, sources};
use crate::diagnostic::{Finding, Findings};
use crate::folder::{File, Folder};
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
    let viewer = Viewer::Customer;
    let (mut twin, changes) = workspace::twin(workspace, viewer.classes());
    // What the schema would object to in the twin is no business of anybody's.
    let other = build(&mut twin, &scopes, options, &Unseen, &mut Findings::default());
    let volumes = made.outputs.iter().filter(|output| output.volume.is_some());
    let told: Vec<_> = volumes.clone().filter(|output| !same(made, &other, &output.file)).collect();
    if told.is_empty() {
        return Proof::Twin {
            reader: viewer.name().to_owned(),
            volumes: volumes.count(),
            changed: changes.changed,
            removed: changes.removed,
            kept: changes.kept,
        };
    }
    let (own, others) = (sources(workspace, &scopes, options), sources(&mut twin, &scopes, options));
    let mut raised = Findings::default();
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
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
    Proof::None
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
