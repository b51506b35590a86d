//! The laws of the house, held by reading its own files.

#![allow(clippy::panic, reason = "whatever goes wrong here is a test that fails")]

mod reading;
#[path = "tidy/bids.rs"]
mod bids;
#[path = "tidy/policies.rs"]
mod policies;
#[path = "tidy/schemas.rs"]
mod schemas;
#[path = "tidy/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::fs;

use bidwright::kind::Kinds;
use reading::{Token, code, dependencies, files, ladder, read, report, root};

/// Outside crates and the modules that may name them: those of weight have one room each.
const ROOMS: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["cli"]),
    ("anstream", &["cli"]),
    ("chrono", &["calendar"]),
    ("chrono_tz", &["calendar"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("csv", &["report"]),
    ("ctrlc", &["main"]),
    ("encoding_rs", &["import"]),
    ("getrandom", &["registrar"]),
    ("granit_parser", &["yaml"]),
    ("ignore", &["disk"]),
    ("hayro_interpret", &["pdf"]),
    ("image", &["asset"]),
    ("kurbo", &["pdf"]),
    ("include_dir", &["shipped"]),
    ("indicatif", &["cli"]),
    ("jsonschema", &["schema"]),
    ("pulldown_cmark", &["prose"]),
    ("rayon", &["package", "register", "workspace"]),
    ("regex_syntax", &["scaffold"]),
    ("rust_decimal", &["amount"]),
    ("quick_xml", &["workbook"]),
    ("rust_xlsxwriter", &["report", "workbook"]),
    ("serde_yaml", &["diagnostic", "register", "rules", "scaffold"]),
    ("sha2", &["digest"]),
    ("similar", &["diff"]),
    ("strsim", &["prose", "rules", "schema"]),
    ("tempfile", &["disk"]),
    ("tera", &["prose"]),
    ("typst", &["render"]),
    ("typst_kit", &["render"]),
    ("typst_layout", &["render"]),
    ("typst_pdf", &["render"]),
    ("unicode_segmentation", &["diff"]),
    ("walkdir", &["disk"]),
    ("zip", &["workbook"]),
    ("zstd", &["render"]),
];

/// Crates that carry values everywhere.
const EVERYWHERE: &[&str] = &["serde", "serde_json"];

/// Dependencies that no code names, and why they are there.
const UNNAMED: &[(&str, &str)] = &[];

/// Doors: paths that only these files may name.
const DOORS: &[(&[&str], &[&str])] = &[
    (
        &["std", "fs"],
        &["src/disk.rs", "src/disk/cache.rs", "src/disk/peek.rs", "src/disk/publish.rs", "src/disk/stamp.rs"],
    ),
    (&["std", "env"], &["src/cli/surroundings.rs", "src/main.rs"]),
    (&["std", "process", "exit"], &["src/main.rs"]),
    (&["std", "process", "Command"], &["src/git.rs", "src/git/revision.rs"]),
    (&["std", "net"], &[]),
    (&["std", "io", "stdout"], &[]),
    (&["std", "io", "stdin"], &[]),
    (&["Instant"], &[]),
    // The times of files tell what was used or saved last; nothing that is made depends on them.
    (&["SystemTime"], &["src/cli/clock.rs", "src/disk/cache.rs", "src/disk/stamp.rs"]),
    (&["std", "time", "Instant"], &[]),
    (&["std", "time", "SystemTime"], &["src/cli/clock.rs", "src/disk/cache.rs", "src/disk/stamp.rs"]),
    (&["chrono", "Local"], &[]),
    (&["chrono", "Utc"], &[]),
];

/// What no code outside of tests may call.
const FORBIDDEN: &[&str] =
    &["println", "eprintln", "print", "eprint", "dbg", "panic", "todo", "unimplemented", "unreachable"];

/// Panics that are wanted, and why.
const EXCUSED: &[(&str, &str, &str)] =
    &[("src/diagnostic/catalogue.rs", "panic", "a broken catalogue is caught by the first test of all")];

/// Files of more than 500 lines, and why they are not two.
const LONG: &[(&str, &str)] = &[
    ("src/amount/words.rs", "reading and writing words share their tables, and half of it is their tests"),
    ("src/prose/tests.rs", "one table of Markdown and what comes of it"),
];

/// Words of the tool's own that are names of kinds as well: keys of its files, readers, and what ways lead to.
const HOMONYMS: &[(&str, &[&str])] = &[
    ("src/package/data.rs", &["person"]),
    ("src/register/check.rs", &["person"]),
    ("src/register/fact.rs", &["person"]),
    ("src/report/definition.rs", &["person", "project"]),
    ("src/select.rs", &["project"]),
    ("src/workspace/facts.rs", &["customer"]),
];

/// What may lie at the top of the repository.
const TOP: &[&str] = &[
    ".ci",
    ".git",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "build.rs",
    "clippy.toml",
    "deny.toml",
    "docs",
    "out",
    "rustfmt.toml",
    "samples",
    "schemas",
    "src",
    "target",
    "templates",
    "tests",
];

#[test]
fn modules_use_only_those_above_them() {
    let order = ladder();
    let mut bad = Vec::new();
    for file in code() {
        if file.path == "src/main.rs" || file.path == "src/lib.rs" {
            continue;
        }
        let Some(own) = order.iter().position(|module| *module == file.top()) else {
            bad.push(format!("{}: `{}` is not in lib.rs", file.path, file.top()));
            continue;
        };
        for path in file.paths() {
            let Some(used) = file.resolve(&path) else { continue };
            match order.iter().position(|module| *module == used) {
                Some(at) if at <= own => (),
                Some(_) => bad.push(format!("{}: `{}` stands above `{used}`", file.path, file.top())),
                None => bad.push(format!("{}: `{}` is no module", file.path, path.join("::"))),
            }
        }
    }
    report(bad);
}

#[test]
fn each_outside_crate_has_one_room() {
    let mut bad = Vec::new();
    let mut seen: BTreeSet<(&str, String)> = BTreeSet::new();
    for file in code() {
        for path in file.paths() {
            let Some((name, rooms)) = ROOMS.iter().find(|(name, _)| path[0] == *name) else { continue };
            if !rooms.contains(&file.top()) {
                bad.push(format!("{}: only {} may name `{name}`", file.path, rooms.join(" and ")));
            }
            seen.insert((name, file.top().to_owned()));
        }
    }
    for (name, rooms) in ROOMS {
        for room in rooms.iter().filter(|room| !seen.contains(&(*name, (**room).to_owned()))) {
            bad.push(format!("`{room}` does not name `{name}` at all"));
        }
    }
    let known = |name: &String| {
        ROOMS.iter().any(|(known, _)| known == name)
            || EVERYWHERE.contains(&name.as_str())
            || UNNAMED.iter().any(|(known, _)| known == name)
    };
    let dependencies = dependencies("dependencies");
    bad.extend(dependencies.iter().filter(|name| !known(name)).map(|name| format!("`{name}` has no room")));
    let listed = ROOMS.iter().map(|(name, _)| *name).chain(EVERYWHERE.iter().copied());
    let gone = listed.filter(|name| !dependencies.contains(&(*name).to_owned()));
    bad.extend(gone.map(|name| format!("`{name}` is no dependency")));
    report(bad);
}

#[test]
fn tests_use_what_is_there_for_them() {
    let mut texts: Vec<String> = Vec::new();
    for top in ["src", "tests", "benches"] {
        texts.extend(files(top, "rs").into_iter().map(|(_, text)| text));
    }
    let is_used = |name: &String| texts.iter().any(|text| text.contains(&format!("{name}::")));
    let idle = dependencies("dev-dependencies").into_iter().filter(|name| !is_used(name));
    report(idle.map(|name| format!("nothing uses the dev-dependency `{name}`")).collect());
}

#[test]
fn doors_stay_where_they_are() {
    let mut bad = Vec::new();
    for file in code() {
        for path in file.paths() {
            for (door, keepers) in DOORS {
                let is_door = path.len() >= door.len() && path.iter().zip(*door).all(|(a, b)| a == b);
                if is_door && !keepers.contains(&file.path.as_str()) {
                    bad.push(format!("{}: `{}` is not for this file", file.path, path.join("::")));
                }
            }
        }
        for (at, token) in file.tokens.iter().enumerate() {
            let Token::Word(word) = token else { continue };
            let next = file.tokens.get(at + 1);
            let before = at.checked_sub(1).and_then(|before| file.tokens.get(before));
            let is_macro = next == Some(&Token::Sign('!')) && FORBIDDEN.contains(&word.as_str());
            let is_method = word == "unwrap" && before == Some(&Token::Sign('.'));
            let is_excused = EXCUSED.iter().any(|(path, name, _)| file.path == *path && word == name);
            if (is_macro || is_method) && !is_excused {
                bad.push(format!("{}: `{word}` has no place outside of tests", file.path));
            }
        }
    }
    report(bad);
}

#[test]
fn unsafe_code_is_forbidden() {
    let manifest = read("Cargo.toml");
    let (_, lints) = manifest.split_once("[lints.rust]").expect("Cargo.toml has lints");
    let lints = lints.split("\n[").next().expect("a section has a text");
    assert!(lints.contains("unsafe_code = \"forbid\""), "unsafe code must be forbidden, not only denied");
}

#[test]
fn no_kind_is_named_in_code() {
    let kinds = Kinds::shipped();
    assert!(kinds.iter().count() >= 18, "the kinds are there");
    let mut bad = Vec::new();
    for file in code() {
        for token in &file.tokens {
            if let Token::Text(text) = token
                && kinds.get(text).is_some()
                && !HOMONYMS.iter().any(|(path, words)| file.path == *path && words.contains(&text.as_str()))
            {
                bad.push(format!("{}: names the kind `{text}`", file.path));
            }
        }
    }
    report(bad);
}

#[test]
fn files_say_what_they_own() {
    let mut bad = Vec::new();
    let rust = ["src", "tests", "benches"].into_iter().flat_map(|top| files(top, "rs"));
    let rust: Vec<(String, String)> = rust.collect();
    for (path, text) in &rust {
        if !text.starts_with("//! ") {
            bad.push(format!("{path}: opens without `//!`"));
        }
    }
    for (path, text) in rust.iter().chain(&files("templates", "typ")) {
        let lines = text.lines().count();
        let reason = LONG.iter().find(|(long, _)| long == path);
        match reason {
            None if lines > 500 => bad.push(format!("{path}: {lines} lines and no reason for them")),
            Some(_) if lines <= 500 => bad.push(format!("{path}: no longer long, drop it from the list")),
            _ => (),
        }
    }
    for (path, text) in rust.iter().chain(&files("templates", "typ")).chain(&files("schemas", "json")) {
        // Spelt apart, so that this file does not find itself.
        for mark in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")] {
            if text.contains(mark) {
                bad.push(format!("{path}: has a {mark}"));
            }
        }
    }
    report(bad);
}

#[test]
fn the_top_of_the_repository_is_clear() {
    let mut bad = Vec::new();
    for entry in fs::read_dir(root()).expect("the repository can be read") {
        let name = entry.expect("the repository can be read").file_name().to_string_lossy().into_owned();
        if !TOP.contains(&name.as_str()) {
            bad.push(format!("`{name}` has no place at the top"));
        }
    }
    report(bad);
}

#[test]
fn numbers_of_json_stay_plain() {
    // With `arbitrary_precision` switched on anywhere in the tree, numbers would turn into maps inside YAML.
    let value: serde_json::Value = serde_json::from_str("1.10").expect("a number");
    assert_eq!(value.to_string(), "1.1");
}
