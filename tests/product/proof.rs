//! The proof that volumes hold nothing hidden is one: what it changes is really other.

use std::collections::BTreeMap;

use bidwright::folder::Folder;
use bidwright::shipped;
use bidwright::value::Value;
use bidwright::workspace::{self, Viewer, Workspace};
use serde_json::Value as Json;

use crate::stage::Stage;

#[test]
fn a_new_bid_is_proved_and_says_so() {
    let stage = Stage::new();
    stage.run(&["init", "."]).expect(0);
    let told = stage.run(&["build", "projects/example/bid/bid.yaml", "--prove", "--out", "out"]).expect(0);
    assert!(told.stderr.contains("已证明"), "{}", told.stderr);
    let manifest: Json =
        serde_json::from_slice(&std::fs::read(stage.path("out/example/manifest.json")).expect("a manifest"))
            .expect("JSON");
    let proof = &manifest["proof"];
    assert_eq!(proof["state"].as_str(), Some("twin"));
    let proof = &proof["readers"][0];
    assert_eq!(proof["reader"].as_str(), Some("customer"));
    assert_eq!(proof["volumes"].as_u64(), Some(6), "three volumes and their copies");
    assert!(proof["changed"].as_u64() > Some(20) && proof["removed"].as_u64() > Some(0), "{proof}");
}

#[test]
fn an_archive_for_keeping_is_built_again_as_it_was() {
    let stage = Stage::new();
    stage.run(&["init", "."]).expect(0);
    stage.run(&["package", "projects/example", "--pdf-a", "--out", "a.zip"]).expect(0);
    stage.run(&["verify", "a.zip", "--rebuild", "."]).expect(0);
}

#[test]
fn a_blind_volume_is_proved_to_name_nobody() {
    let stage = Stage::new();
    stage.run(&["init", "."]).expect(0);
    stage.replace(
        "projects/example/tender/tender.yaml",
        "  bidder_word: 投标人",
        "  blind: { volumes: [技术标] }\n  bidder_word: 投标人",
    );
    stage.run(&["build", "projects/example/bid/bid.yaml", "--prove", "--out", "out"]).expect(0);
    let manifest = std::fs::read(stage.path("out/example/manifest.json")).expect("a manifest");
    let manifest: Json = serde_json::from_slice(&manifest).expect("JSON");
    let readers = manifest["proof"]["readers"].as_array().expect("readers");
    let told: Vec<_> = readers.iter().map(|one| (one["reader"].as_str(), one["volumes"].as_u64())).collect();
    assert_eq!(told, [(Some("customer"), Some(6)), (Some("blind"), Some(2))]);
    // Everything that names the bidder is other in the second twin as well.
    assert!(readers[1]["changed"].as_u64() > readers[0]["changed"].as_u64(), "{readers:?}");

    // A name that comes into the volume by an expression is found by the proof, whatever the rules say.
    stage.replace(
        "projects/example/bid/bid.yaml",
        "三级服务，质保期内",
        "三级服务，由 {{ company.name }} 提供，质保期内",
    );
    let told = stage.run(&["build", "projects/example/bid/bid.yaml", "--prove", "--out", "other"]).expect(1);
    assert!(told.stderr.contains("[hidden-shown]") && told.stderr.contains("BR-S07"), "{}", told.stderr);
    assert!(!stage.path("other").exists(), "nothing is written of what tells whose it is");
}

#[test]
fn everything_hidden_is_other_in_the_twin_and_nothing_else() {
    let mut folder = Folder::default();
    for (path, text) in shipped::start() {
        folder.add(path, text);
    }
    let (original, _) = workspace::read(folder);
    let (twin, changes) = workspace::twin(&original, Viewer::Customer.classes());
    let (mut equal, mut other, mut gone) = (Vec::new(), 0, 0);
    let known: BTreeMap<&str, BTreeMap<String, &Value>> = leaves(&twin);
    for (id, own) in leaves(&original) {
        for (path, value) in own {
            let theirs = known[id].get(&path);
            let hidden = !Viewer::Customer.classes().contains(&value.class);
            match theirs {
                _ if !hidden => assert_eq!(theirs.and_then(|value| value.text()), value.text(), "{id}{path}"),
                None => gone += 1,
                Some(theirs) if theirs.text() == value.text() => equal.push(format!("{id}{path}")),
                Some(_) => other += 1,
            }
        }
    }
    // Items are compared by their places, and some have moved.
    assert!(other + gone >= changes.changed, "{other} and {gone} of {changes:?}");
    assert!(equal.len() <= changes.kept, "{changes:?}, but {equal:?} stayed as they were");
}

fn leaves(workspace: &Workspace) -> BTreeMap<&str, BTreeMap<String, &Value>> {
    let mut all = BTreeMap::new();
    for document in &workspace.documents {
        let mut own = BTreeMap::new();
        gather(&document.value, String::new(), &mut own);
        all.insert(document.id.as_str(), own);
    }
    all
}

fn gather<'v>(value: &'v Value, at: String, leaves: &mut BTreeMap<String, &'v Value>) {
    for (index, item) in value.items().iter().enumerate() {
        gather(item, format!("{at}/{index}"), leaves);
    }
    for member in value.members() {
        gather(&member.value, format!("{at}/{}", member.key), leaves);
    }
    if value.text().is_some() {
        leaves.insert(at, value);
    }
}
