//! The laws of the house, held by reading its own files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bidwright::diagnostic::{Findings, Words, catalogue};
use bidwright::kind::Kinds;
use bidwright::schema::{Schema, Texts, judge_schema};
use bidwright::source::Sources;
use bidwright::value::Meaning;
use bidwright::{shipped, yaml};

/// Outside crates and the modules that may name them: those of weight have one room each.
const ROOMS: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["cli"]),
    ("anstream", &["cli"]),
    ("chrono", &["cli"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("ctrlc", &["main"]),
    ("granit_parser", &["yaml"]),
    ("ignore", &["disk"]),
    ("image", &["asset"]),
    ("include_dir", &["shipped"]),
    ("indicatif", &["cli"]),
    ("jsonschema", &["schema"]),
    ("pulldown_cmark", &["prose"]),
    ("rayon", &["package"]),
    ("regex_syntax", &["scaffold"]),
    ("rust_decimal", &["amount"]),
    ("serde_yaml", &["diagnostic"]),
    ("sha2", &["digest"]),
    ("strsim", &["prose", "schema"]),
    ("tempfile", &["disk"]),
    ("tera", &["prose"]),
    ("typst", &["render"]),
    ("typst_kit", &["render"]),
    ("typst_layout", &["render"]),
    ("typst_pdf", &["render"]),
    ("walkdir", &["disk"]),
    ("zstd", &["render"]),
];

/// Crates that carry values everywhere.
const EVERYWHERE: &[&str] = &["serde", "serde_json"];

/// Dependencies that no code names, and why they are there.
const UNNAMED: &[(&str, &str)] =
    &[("getrandom", "its features alone: with them `cargo run` and `cargo test` share one build")];

/// Doors: paths that only these files may name.
const DOORS: &[(&[&str], &[&str])] = &[
    (&["std", "fs"], &["src/disk.rs"]),
    (&["std", "env"], &["src/cli/surroundings.rs", "src/main.rs"]),
    (&["std", "process", "exit"], &["src/main.rs"]),
    (&["std", "process", "Command"], &[]),
    (&["std", "net"], &[]),
    (&["std", "io", "stdout"], &[]),
    (&["std", "io", "stdin"], &[]),
    (&["Instant"], &[]),
    (&["SystemTime"], &[]),
    (&["std", "time", "Instant"], &[]),
    (&["std", "time", "SystemTime"], &[]),
    (&["chrono", "Local"], &["src/cli/clock.rs"]),
    (&["chrono", "Utc"], &["src/cli/clock.rs"]),
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

#[test]
fn codes_and_catalogue_agree() {
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut bad = Vec::new();
    for file in code() {
        for (at, token) in file.tokens.iter().enumerate() {
            let Token::Text(text) = token else { continue };
            if catalogue().contains_key(text) {
                used.insert(text.clone());
            }
            let before: String = file.tokens[at.saturating_sub(5)..at].iter().map(Token::show).collect();
            if before.ends_with("Finding::new(") && !catalogue().contains_key(text) {
                bad.push(format!("{}: the catalogue has no `{text}`", file.path));
            }
        }
    }
    bad.extend(
        catalogue()
            .keys()
            .filter(|code| !used.contains(*code))
            .map(|code| format!("nothing raises `{code}`")),
    );
    report(bad);
}

#[test]
fn words_are_complete_in_both_languages() {
    let literals: BTreeSet<String> = code()
        .iter()
        .flat_map(|file| file.tokens.iter())
        .filter_map(|token| if let Token::Text(text) = token { Some(text.clone()) } else { None })
        .collect();
    let mut bad = Vec::new();
    for (code, entry) in catalogue() {
        let keys = |words: &Words| -> Vec<String> {
            words.hints.keys().map(|key| format!("hint {key}")).chain(words.related.keys().cloned()).collect()
        };
        if keys(&entry.zh) != keys(&entry.en) {
            bad.push(format!("{code}: hints or related places differ between the languages"));
        }
        let names = |words: &Words| {
            let texts = words.hints.values().chain(words.related.values());
            texts
                .chain([&words.message, &words.label])
                .flat_map(|text| placeholders(text))
                .collect::<BTreeSet<_>>()
        };
        if names(&entry.zh) != names(&entry.en) {
            bad.push(format!("{code}: {:?} in Chinese, {:?} in English", names(&entry.zh), names(&entry.en)));
        }
        for name in names(&entry.zh).iter().filter(|name| !literals.contains(*name)) {
            bad.push(format!("{code}: nothing fills {{{name}}}"));
        }
        for key in entry.zh.hints.keys().chain(entry.zh.related.keys()).filter(|key| !literals.contains(*key))
        {
            bad.push(format!("{code}: nothing gives the hint `{key}`"));
        }
        for (lang, words) in [("zh", &entry.zh), ("en", &entry.en)] {
            let is_page = words.explain.lines().count() >= 5 && words.explain.contains("**");
            if words.message.is_empty() || !is_page {
                bad.push(format!("{code}: the words in {lang} are not complete"));
            }
        }
    }
    report(bad);
}

#[test]
fn every_code_is_raised_by_a_case() {
    let mut raised: BTreeSet<String> = BTreeSet::new();
    for entry in walkdir::WalkDir::new(root().join("tests/cases")) {
        let entry = entry.expect("the cases can be read");
        match entry.file_name().to_str() {
            Some("findings") => {
                let text = fs::read_to_string(entry.path()).expect("findings are text");
                raised.extend(text.lines().filter_map(|line| Some(line.rsplit(' ').next()?.to_owned())));
            }
            // `error[code]: message`
            Some("stderr") => {
                let text = fs::read_to_string(entry.path()).expect("words are text");
                let heads = text.lines().filter_map(|line| line.split_once('[')?.1.split_once("]: "));
                raised.extend(heads.map(|(code, _)| code.to_owned()));
            }
            _ => (),
        }
    }
    let missing = catalogue().keys().filter(|code| !raised.contains(*code));
    report(missing.map(|code| format!("no case raises `{code}`")).collect());
}

#[test]
fn schemas_follow_their_own_schema() {
    let texts = schemas();
    assert!(texts.len() >= 20, "the schemas are there");
    let mut bad = Vec::new();
    for name in texts.keys() {
        let faults = judge_schema(&texts, name);
        bad.extend(faults.into_iter().map(|(place, reason)| format!("{name}#{place}: {reason}")));
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
        let schema = Schema::compile(&texts, name).unwrap_or_else(|error| panic!("{name}: {error}"));
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
        let schema = Schema::compile(&texts, &name).unwrap_or_else(|error| panic!("{name}: {error}"));
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
                if kinds.get(id).is_none() {
                    bad.push(format!("templates/{path} belongs to no kind"));
                }
                for function in ["#let document(job)", "#let chapter(job)"] {
                    // A package binds others in and is bound in by none.
                    let is_package = text.contains("#let volume(");
                    if !text.contains(function) && !(is_package && function.contains("chapter")) {
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

#[test]
fn the_reading_of_code_sees_what_it_should() {
    let text = "use crate::{a::{self, B}, c};\nuse super::super::{d, super::e};\n// crate::f\nlet x = \"crate::g\";\n\
                let y = '\"'; let z: &'static str = r#\"crate::\"h\"#;\nself::i();\n#[cfg(test)]\nmod t { use crate::j; }\n\
                pub(crate) fn k() { std::env::var(\"L\") }";
    let file = Code::new("src/m/n.rs".to_owned(), text);
    let paths: Vec<String> = file.paths().iter().map(|path| path.join("::")).collect();
    assert_eq!(
        paths,
        [
            "crate::a::self",
            "crate::a::B",
            "crate::c",
            "super::super::d",
            "super::super::super::e",
            "self::i",
            "std::env::var"
        ]
    );
    let used: Vec<Option<String>> = file.paths().iter().map(|path| file.resolve(path)).collect();
    let used: Vec<&str> = used.iter().map(|used| used.as_deref().unwrap_or("-")).collect();
    assert_eq!(used, ["a", "a", "c", "d", "e", "m", "-"]);
    let literals: Vec<&Token> = file.tokens.iter().filter(|token| matches!(token, Token::Text(_))).collect();
    assert_eq!(
        literals,
        [&Token::Text("crate::g".into()), &Token::Text("crate::\"h".into()), &Token::Text("L".into())]
    );
}

// ---- reading code

/// A Rust file without its tests and comments, as words, signs and texts.
struct Code {
    path: String,
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Sign(char),
    /// What stands between quotes, escapes as written.
    Text(String),
}

impl Token {
    fn show(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Sign(sign) => sign.to_string(),
            Self::Text(text) => format!("\"{text}\""),
        }
    }
}

impl Code {
    fn new(path: String, text: &str) -> Self {
        Self { path, tokens: without_tests(tokens(text)) }
    }

    /// The module of the ladder that the file belongs to.
    fn top(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
    }

    fn module(&self) -> Vec<String> {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path).trim_end_matches(".rs");
        below.split('/').map(str::to_owned).collect()
    }

    /// Every path of at least two parts, groups written out.
    fn paths(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let begins = matches!(self.tokens[at], Token::Word(_)) && self.is_divided(at + 1);
            let after = at.checked_sub(1).map(|before| &self.tokens[before]);
            if begins && after != Some(&Token::Sign(':')) && after != Some(&Token::Sign('.')) {
                at = self.tree(at, &[], &mut found);
            }
            at += 1;
        }
        found
    }

    fn is_divided(&self, at: usize) -> bool {
        self.tokens.get(at) == Some(&Token::Sign(':')) && self.tokens.get(at + 1) == Some(&Token::Sign(':'))
    }

    /// Reads the path or group at `at`; gives back its last token.
    fn tree(&self, at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => {
                let path = [before, std::slice::from_ref(word)].concat();
                if self.is_divided(at + 1) {
                    return self.tree(at + 3, &path, found);
                }
                found.push(path);
                at
            }
            Some(Token::Sign('{')) => {
                let mut at = at + 1;
                while self.tokens.get(at).is_some_and(|token| *token != Token::Sign('}')) {
                    at = match self.tokens[at] {
                        Token::Sign(',') => at + 1,
                        _ => self.tree(at, before, found) + 1,
                    };
                }
                at
            }
            _ => {
                found.push(before.to_vec());
                at.saturating_sub(1)
            }
        }
    }

    /// The top module that a path leads to; none for what lies outside of this crate.
    fn resolve(&self, path: &[String]) -> Option<String> {
        let mut place = match path[0].as_str() {
            "crate" => Vec::new(),
            "self" | "super" => self.module(),
            _ => return None,
        };
        for part in path {
            match part.as_str() {
                "crate" | "self" => (),
                "super" => drop(place.pop()),
                part => place.push(part.to_owned()),
            }
        }
        place.into_iter().next()
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    let until = |from: usize, ends: &dyn Fn(usize) -> bool| {
        (from..characters.len()).find(|at| ends(*at)).unwrap_or(characters.len())
    };
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    while at < characters.len() {
        let rest = &characters[at..];
        match rest {
            ['/', '/', ..] => at = until(at, &|at| characters[at] == '\n'),
            ['/', '*', ..] => at = until(at, &|at| characters[at..].starts_with(&['*', '/'])) + 2,
            ['b' | 'c', '"', ..] => at += 1,
            ['r', '"' | '#', ..] | ['b', 'r', '"' | '#', ..] if is_raw(rest) => {
                let start = until(at, &|at| characters[at] == '"');
                let mut close = vec!['"'];
                close.extend(characters[at..start].iter().filter(|character| **character == '#'));
                let end = until(start + 1, &|at| characters[at..].starts_with(&close));
                tokens.push(Token::Text(characters[start + 1..end].iter().collect()));
                at = end + close.len();
            }
            ['"', ..] => {
                let mut end = at + 1;
                while end < characters.len() && characters[end] != '"' {
                    end += if characters[end] == '\\' { 2 } else { 1 };
                }
                tokens.push(Token::Text(characters[at + 1..end].iter().collect()));
                at = end + 1;
            }
            // A character; a lifetime has no closing quote.
            ['\'', '\\', ..] => at = until(at + 3, &|at| characters[at] == '\'') + 1,
            ['\'', _, '\'', ..] => at += 3,
            [first, ..] if is_word(*first) => {
                let end = until(at, &|at| !is_word(characters[at]));
                tokens.push(Token::Word(characters[at..end].iter().collect()));
                at = end;
            }
            [first, ..] => {
                if !first.is_whitespace() {
                    tokens.push(Token::Sign(*first));
                }
                at += 1;
            }
            [] => break,
        }
    }
    tokens
}

fn is_raw(rest: &[char]) -> bool {
    let after = rest.iter().position(|character| !matches!(character, 'r' | 'b' | '#'));
    after.is_some_and(|at| rest[at] == '"')
}

/// Leaves out every item that stands behind `#[cfg(test)]`.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let mark: Vec<Token> = self::tokens("#[cfg(test)]");
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at..].starts_with(&mark) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += mark.len();
        let mut depth = 0;
        while at < tokens.len() {
            match tokens[at] {
                Token::Sign('{') => depth += 1,
                Token::Sign('}') => depth -= 1,
                _ => (),
            }
            at += 1;
            let ends = matches!(tokens[at - 1], Token::Sign('}' | ';'));
            if depth == 0 && ends {
                break;
            }
        }
    }
    kept
}

// ---- reading the repository

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Path and text of all files below a folder that end so.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(root().join(folder)).sort_by_file_name() {
        let entry = entry.expect("the repository can be read");
        let path: PathBuf = entry.path().strip_prefix(root()).expect("the walk stays below").to_owned();
        if entry.file_type().is_file() && path.extension().is_some_and(|found| found == ending) {
            let path = path.to_string_lossy().into_owned();
            found.push((path.clone(), read(&path)));
        }
    }
    assert!(!found.is_empty(), "there is no .{ending} file in {folder}");
    found
}

/// All code of the library and the binary, tests left out.
fn code() -> Vec<Code> {
    let all = files("src", "rs").into_iter().filter(|(path, _)| !path.ends_with("tests.rs"));
    all.map(|(path, text)| Code::new(path, &text)).collect()
}

/// The modules of lib.rs, top to bottom.
fn ladder() -> Vec<String> {
    let text = read("src/lib.rs");
    let modules = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let modules: Vec<String> = modules.map(str::to_owned).collect();
    assert!(modules.len() > 15, "the modules are there");
    modules
}

/// Names of a section of Cargo.toml as code writes them.
fn dependencies(section: &str) -> Vec<String> {
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once(&format!("[{section}]\n")).expect("Cargo.toml has the section");
    let lines = rest.split("\n[").next().expect("a section has a text").lines();
    let names = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    let names: Vec<String> = names.map(|(name, _)| name.replace('-', "_")).collect();
    assert!(!names.is_empty(), "[{section}] lists something");
    names
}

fn schemas() -> Texts {
    shipped::schemas()
        .map(|(name, text)| {
            let json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, json)
        })
        .collect()
}

/// Every `{name}` in a text of the catalogue.
fn placeholders(text: &str) -> Vec<String> {
    let parts = text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
    let is_name =
        |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    parts.filter(is_name).map(str::to_owned).collect()
}

#[track_caller]
fn report(mut bad: Vec<String>) {
    bad.sort();
    bad.dedup();
    assert!(bad.is_empty(), "\n{}\n", bad.join("\n"));
}
