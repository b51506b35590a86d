//! Laws of the kinds: schemas, templates and the sample fit together.

use std::collections::{BTreeMap, BTreeSet};

use bidwright::diagnostic::Findings;
use bidwright::kind::{Audience, Kinds};
use bidwright::schema::{Schema, Texts, judge_schema};
use bidwright::source::Sources;
use bidwright::value::Meaning;
use bidwright::{shipped, yaml};

use crate::reading::{files, report};

#[test]
fn schemas_follow_their_own_schema() {
    let texts = schemas();
    assert!(texts.len() >= 20, "the schemas are there");
    let mut bad = Vec::new();
    for (name, json) in &texts {
        if let Err(error) = jsonschema::meta::validate(json) {
            bad.push(format!("{name}: {error:?}"));
        }
        // What judges all others is no schema of documents itself.
        if name == "meta.schema.json" {
            continue;
        }
        let faults = judge_schema(&texts, name);
        bad.extend(faults.into_iter().map(|flaw| format!("{name}: {flaw:?}")));
    }
    report(bad);
}

#[test]
fn every_leaf_of_every_schema_is_classified_and_named() {
    let texts = schemas();
    let mut bad = Vec::new();
    let mut leaves = 0;
    for name in
        texts.keys().filter(|name| !["common.schema.json", "meta.schema.json"].contains(&name.as_str()))
    {
        let schema = Schema::compile(&texts, name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let mut inside: BTreeSet<u32> = BTreeSet::new();
        for field in schema.fields().iter().filter(|field| field.meaning == Meaning::Prose) {
            // The file of prose is no leaf of its own.
            inside.extend(field.properties().map(|(_, index)| index));
        }
        for index in 0..u32::try_from(schema.fields().len()).expect("few fields") {
            let field = schema.fields().get(index);
            for (key, child) in field.properties() {
                let child = schema.fields().get(child);
                if child.title.is_empty() || child.title_en.is_empty() {
                    bad.push(format!("{name}: `{key}` lacks a title in one of the languages"));
                }
            }
            if field.is_leaf() && !inside.contains(&index) {
                leaves += 1;
                if field.class.is_none() {
                    bad.push(format!("{name}: a leaf `{}` has no class", field.title));
                }
            }
        }
    }
    assert!(leaves > 300, "the fields were looked at: {leaves}");
    report(bad);
}

#[test]
fn references_of_schemas_lead_somewhere() {
    let (texts, kinds) = (schemas(), Kinds::shipped());
    let (mut declared, mut wanted) = (BTreeSet::new(), BTreeMap::new());
    let mut bad = Vec::new();
    for kind in kinds.iter() {
        let name = format!("{}.schema.json", kind.id);
        let schema = Schema::compile(&texts, &name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        for field in schema.fields().iter() {
            let unknown = field.refs.iter().filter(|id| kinds.get(id).is_none());
            bad.extend(unknown.map(|id| format!("{name}: there is no kind `{id}`")));
            match field.meaning {
                Meaning::Key => drop(declared.insert(field.space.clone())),
                Meaning::KeyRef => drop(wanted.insert(field.space.clone(), name.clone())),
                _ => (),
            }
        }
    }
    for (space, name) in wanted.iter().filter(|(space, _)| !declared.contains(*space)) {
        bad.push(format!("{name}: nothing declares keys of `{space}`"));
    }
    report(bad);
}

#[test]
fn kinds_and_templates_come_in_pairs() {
    let kinds = Kinds::shipped();
    let mut bad = Vec::new();
    for kind in kinds.iter() {
        if !kind.template {
            bad.push(format!("`{}` has no template", kind.id));
        }
        let titles = &kind.about.title;
        if titles.zh.is_ascii() || titles.en.is_empty() || !titles.en.is_ascii() {
            bad.push(format!("`{}` lacks a title in one of the languages", kind.id));
        }
    }
    for (path, text) in shipped::templates() {
        match path.split_once('/') {
            None => {
                let id = path.trim_end_matches(".typ");
                // Reports and comparisons belong to no kind, and each sort shares one template.
                if ["diff", "labels", "report", "self-check"].contains(&id) {
                    continue;
                }
                let Some(kind) = kinds.get(id) else {
                    bad.push(format!("templates/{path} belongs to no kind"));
                    continue;
                };
                // A package binds in what customers may see, and is bound in by nothing.
                let is_package = text.contains("#let volume(");
                let is_bound = kind.about.audience == Audience::Customer && !is_package;
                for (needed, function) in [(true, "#let document(job)"), (is_bound, "#let chapter(job)")] {
                    if needed && !text.contains(function) {
                        bad.push(format!("templates/{path} has no `{function}`"));
                    }
                }
            }
            Some(("forms", _)) if !text.contains("#let form(job, chapter)") => {
                bad.push(format!("templates/{path} has no `#let form(job, chapter)`"));
            }
            _ => (),
        }
    }
    report(bad);
}

#[test]
fn the_sample_has_every_kind_and_every_form() {
    let (mut kinds, mut forms) = (BTreeSet::new(), BTreeSet::new());
    for (path, text) in files("samples", "yaml") {
        let (mut sources, mut findings) = (Sources::default(), Findings::default());
        let file = sources.add(path.as_str(), text.as_str());
        let Some(tree) = yaml::read(file, &text, yaml::Limits::default(), &mut findings) else { continue };
        kinds.extend(tree.get("kind").and_then(yaml::Node::text).map(str::to_owned));
        forms.extend(text.lines().filter_map(|line| Some(line.trim().strip_prefix("form: ")?.to_owned())));
    }
    let mut bad = Vec::new();
    let idle = Kinds::shipped()
        .iter()
        .map(|kind| kind.id.clone())
        .filter(|id| !kinds.contains(id))
        .collect::<Vec<_>>();
    bad.extend(idle.iter().map(|id| format!("the sample has no `{id}`")));
    for (path, _) in shipped::templates() {
        if let Some(form) = path.strip_prefix("forms/").and_then(|path| path.strip_suffix(".typ"))
            && !forms.contains(form)
        {
            bad.push(format!("the sample does not use the form `{form}`"));
        }
    }
    report(bad);
}

fn schemas() -> Texts {
    shipped::schemas()
        .map(|(name, text)| {
            let json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            (name, json)
        })
        .collect()
}
