//! Every rule of a pack has cases on both sides of its limit: `tests/rules/<pack>.yaml` says for each rule which
//! documents it accepts and which it does not.
//!
//! Documents hold only what the rule looks at; what their schemas miss in them is not looked at here. `repeat: 3` makes
//! three of a document, with `{n}` counting from 1. A case with `expect` names the code that is raised.

use std::collections::{BTreeMap, BTreeSet};

use bidwright::calendar::Day;
use bidwright::diagnostic::{Findings, Severity};
use bidwright::folder::Folder;
use bidwright::kind::Kinds;
use bidwright::register::{Fact, Matter, Step, Version};
use bidwright::{rules, workspace};
use serde::Deserialize;
use serde_yaml::Value as Yaml;

use crate::stage::{files, repository};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The code that the rule raises; none for a case that it accepts.
    expect: Option<String>,
    severity: Option<String>,
    at: Option<String>,
    /// Settings of the rule in `policies`.
    #[serde(default)]
    settings: Yaml,
    /// Documents that have numbers, each with the days of its versions.
    #[serde(default)]
    numbered: BTreeMap<String, Vec<String>>,
    documents: Vec<Yaml>,
}

#[test]
fn rules_hold_just_inside_and_not_just_outside() {
    let mut wrong = Vec::new();
    let mut both: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    let packs = files(&repository().join("tests/rules"));
    for (name, text) in packs {
        let pack: BTreeMap<String, Vec<Case>> =
            serde_yaml::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (id, cases) in pack {
            for case in cases {
                both.entry(id.clone()).or_default().insert(case.expect.is_some());
                let raised = judge(&id, &case);
                let expected: Vec<(String, Option<String>)> =
                    case.expect.iter().map(|code| (code.clone(), case.severity.clone())).collect();
                let matches = raised.len() == expected.len()
                    && raised.iter().zip(&expected).all(|((code, severity), (wanted, level))| {
                        code == wanted && level.as_ref().is_none_or(|level| level == severity)
                    });
                if !matches {
                    wrong.push(format!("{id}, {}: expected {expected:?}, but {raised:?}", case.name));
                }
            }
        }
    }
    for id in rules::shipped().keys() {
        if both.get(id).is_none_or(|sides| sides.len() < 2) {
            wrong.push(format!("{id} has no cases on both sides"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Codes and severities that the rule raises about the documents of a case.
fn judge(id: &str, case: &Case) -> Vec<(String, String)> {
    let mut folder = Folder::default();
    let mut settings = match &case.settings {
        Yaml::Mapping(map) => map.clone(),
        _ => Default::default(),
    };
    // Rules that are shipped switched off are looked at all the same.
    if matches!(rules::shipped().get(id).map(|rule| rule.severity), Some(rules::Level::Off)) {
        settings.insert("severity".into(), "warning".into());
    }
    let policies = BTreeMap::from([(id, Yaml::Mapping(settings))]);
    let configuration = BTreeMap::from([("policies", policies)]);
    folder.add("bidwright.yaml", serde_yaml::to_string(&configuration).expect("plain values"));
    for (serial, (document, days)) in case.numbered.iter().enumerate() {
        let kind = case.documents.iter().find(|known| known["id"].as_str() == Some(document));
        let kind = kind.and_then(|known| known["kind"].as_str()).expect("the document is in the case");
        number(&mut folder, serial + 1, document, kind, days);
    }
    let mut count = 0;
    for document in &case.documents {
        let mut document = document.clone();
        let map = document.as_mapping_mut().expect("a document is a mapping");
        let repeat = map.remove("repeat").and_then(|times| times.as_u64()).unwrap_or(1);
        let path = map.remove("path").and_then(|path| path.as_str().map(str::to_owned));
        for n in 1..=repeat {
            count += 1;
            map.entry("id".into()).or_insert_with(|| format!("records/d{count}").into());
            map.entry("title".into()).or_insert_with(|| "题".into());
            let text = serde_yaml::to_string(&map).expect("plain values").replace("{n}", &format!("{n:02}"));
            let path = path.clone().unwrap_or_else(|| format!("records/d{count:03}.yaml"));
            folder.add(path, text);
            if repeat > 1 && map.get("id").and_then(Yaml::as_str).is_some_and(|id| !id.contains("{n}")) {
                map.remove("id");
            }
        }
    }
    let (workspace, _) = workspace::read(folder);
    let mut findings = Findings::default();
    let at = case.at.as_deref().map(|text| Day::parse(text).unwrap_or_else(|| panic!("{text} is no day")));
    rules::check(&workspace, at, &mut findings);
    let of_rule = findings.iter().filter(|finding| finding.args.contains(&("rule", id.to_owned())));
    let name = |severity: Severity| severity.name().to_owned();
    of_rule.map(|finding| (finding.code.to_owned(), name(finding.severity()))).collect()
}

/// Files of the register for a document.
fn number(folder: &mut Folder, serial: usize, document: &str, kind: &str, days: &[String]) {
    let settings = workspace::shipped();
    let about = Kinds::shipped().get(kind).expect("a shipped kind").about.clone();
    let code = settings.numbering.code(about.stage.as_deref().expect("numbered")).expect("a code").to_owned();
    let mut add = |date: &str, matter| {
        let fact = Fact {
            number: format!("{code}202601{serial:03}"),
            document: document.to_owned(),
            date: date.to_owned(),
            person: "甲".to_owned(),
            nonce: "0".repeat(32),
            matter,
        };
        folder.add(fact.path(&code), fact.text());
    };
    add("2026-01-01", Matter::Number { kind: kind.to_owned(), formerly: None });
    let mut version = None;
    for day in days {
        let next = version.map_or(Version::FIRST, |version: Version| version.next(Step::Minor));
        add(day, Matter::Version { version: next, summary: "改".to_owned(), content: "0".repeat(64) });
        version = Some(next);
    }
}
