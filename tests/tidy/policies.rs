//! Laws of the policies: every requirement is met by something that exists, and rules look where there are fields.

use std::collections::{BTreeMap, BTreeSet};

use bidwright::kind::Kinds;
use bidwright::{rules, shipped, workspace};

use crate::reading::{files, read, report};

/// How many requirements the policies have, by the letter of their ids.
const COUNTS: &[(&str, usize)] =
    &[("D", 67), ("N", 27), ("K", 12), ("R", 24), ("ST", 7), ("AP", 7), ("PM", 3), ("VR", 2)];

#[test]
fn every_requirement_is_met_by_something() {
    let kinds = Kinds::shipped();
    let pack = rules::shipped();
    let settings = workspace::shipped();
    let reports: BTreeSet<String> = files("templates/reports", "yaml")
        .into_iter()
        .filter_map(|(path, _)| Some(path.rsplit('/').next()?.trim_end_matches(".yaml").to_owned()))
        .collect();
    let commands = read("src/cli/args.rs");
    let mut bad = Vec::new();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for line in read("docs/policies.md").lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let id = cells[1];
        let Some(digits) = id.find(|c: char| c.is_ascii_digit()) else { continue };
        *rows.entry(id[..digits].to_owned()).or_default() += 1;
        let means: Vec<&str> = cells[3].split('`').filter(|part| !part.trim().is_empty()).collect();
        if means.is_empty() {
            bad.push(format!("{id} is met by nothing"));
        }
        for means in means {
            let exists = match means.split_once(':') {
                Some(("kind", name)) => kinds.get(name).is_some(),
                Some(("rule", name)) => pack.contains_key(name),
                Some(("report", name)) => reports.contains(name),
                Some(("role", name)) => settings.policy.roles.contains_key(name),
                Some(("config", name)) => {
                    read("schemas/bidwright.schema.json").contains(&format!("\"{name}\": {{"))
                }
                Some(("command", name)) => commands.to_lowercase().contains(&format!("    {name}({name}),")),
                // What no program can hold is explained.
                None => means == "note" && !cells[4].is_empty(),
                _ => false,
            };
            if !exists {
                bad.push(format!("{id}: there is no `{means}`"));
            }
        }
    }
    for (letter, count) in COUNTS {
        let found = rows.get(*letter).copied().unwrap_or_default();
        if found != *count {
            bad.push(format!("{found} of {count} requirements {letter} are in the table"));
        }
    }
    report(bad);
}

#[test]
fn rules_look_where_there_are_fields() {
    let texts: BTreeMap<String, String> =
        shipped::schemas().map(|(name, text)| (name, text.to_owned())).collect();
    let has = |kind: &str, key: &str| {
        let json: serde_json::Value = match texts.get(&format!("{kind}.schema.json")) {
            Some(text) => serde_json::from_str(text).expect("a schema is JSON"),
            None => return false,
        };
        json.pointer(&format!("/properties/data/properties/{key}")).is_some()
    };
    let mut bad = Vec::new();
    let mut seen = 0;
    for (path, text) in shipped::rules() {
        let pack: BTreeMap<String, serde_yaml::Value> = serde_yaml::from_str(text).expect("a pack is YAML");
        for (id, rule) in pack {
            let of = rule["of"].as_str().unwrap_or_default().to_owned();
            let each = rule["each"].as_str().is_some();
            walk(&rule, &mut |way| {
                // The kind that the words which follow start from; unknown after a reference.
                let mut kind = (!each || way.starts_with("data/")).then(|| of.clone());
                let mut words = way.split_whitespace();
                while let Some(word) = words.next() {
                    let mut key = word.strip_prefix('[').unwrap_or(word);
                    match word {
                        "->" => kind = None,
                        "^" => kind = Some(of.clone()),
                        "<-" => {
                            let (origin, field) =
                                words.next().and_then(|word| word.split_once(':')).expect("a way");
                            kind = Some(origin.to_owned());
                            key = field;
                        }
                        _ => (),
                    }
                    let first = key
                        .strip_prefix("data/")
                        .map(|rest| rest.split(['/', '=', ']']).next().unwrap_or(rest));
                    if let (Some(kind), Some(first)) = (&kind, first) {
                        seen += 1;
                        if !has(kind, first) {
                            bad.push(format!("{path} {id}: `{kind}` has no `{first}`"));
                        }
                    }
                }
            });
        }
    }
    assert!(seen > 100, "the ways were looked at: {seen}");
    report(bad);
}

/// All texts of a rule that are ways.
fn walk(value: &serde_yaml::Value, visit: &mut impl FnMut(&str)) {
    match value {
        serde_yaml::Value::String(text) if text.contains("data/") || text.contains("<-") => visit(text),
        serde_yaml::Value::Sequence(items) => items.iter().for_each(|item| walk(item, visit)),
        serde_yaml::Value::Mapping(map) => map.iter().for_each(|(_, value)| walk(value, visit)),
        _ => (),
    }
}
