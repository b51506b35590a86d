//! Reads the house as text: Rust files as tokens without their tests, and whatever else lies in the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// A Rust file without its tests and comments, as words, signs and texts.
pub struct Code {
    pub path: String,
    pub tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Word(String),
    Sign(char),
    /// What stands between quotes, escapes as written.
    Text(String),
}

impl Token {
    pub fn show(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Sign(sign) => sign.to_string(),
            Self::Text(text) => format!("\"{text}\""),
        }
    }
}

impl Code {
    pub fn new(path: String, text: &str) -> Self {
        Self { path, tokens: without_tests(tokens(text)) }
    }

    /// The module of the ladder that the file belongs to.
    pub fn top(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
    }

    fn module(&self) -> Vec<String> {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path).trim_end_matches(".rs");
        below.split('/').map(str::to_owned).collect()
    }

    /// Every path of at least two parts, groups written out.
    pub fn paths(&self) -> Vec<Vec<String>> {
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
    pub fn resolve(&self, path: &[String]) -> Option<String> {
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

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Path and text of all files below a folder that end so.
pub fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
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
pub fn code() -> Vec<Code> {
    let all = files("src", "rs").into_iter().filter(|(path, _)| !path.ends_with("tests.rs"));
    all.map(|(path, text)| Code::new(path, &text)).collect()
}

/// The modules of lib.rs, top to bottom.
pub fn ladder() -> Vec<String> {
    let text = read("src/lib.rs");
    let modules = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let modules: Vec<String> = modules.map(str::to_owned).collect();
    assert!(modules.len() > 15, "the modules are there");
    modules
}

/// Names of a section of Cargo.toml as code writes them.
pub fn dependencies(section: &str) -> Vec<String> {
    let manifest = read("Cargo.toml");
    let (_, rest) = manifest.split_once(&format!("[{section}]\n")).expect("Cargo.toml has the section");
    let lines = rest.split("\n[").next().expect("a section has a text").lines();
    let names = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    let names: Vec<String> = names.map(|(name, _)| name.replace('-', "_")).collect();
    assert!(!names.is_empty(), "[{section}] lists something");
    names
}

#[track_caller]
pub fn report(mut bad: Vec<String>) {
    bad.sort();
    bad.dedup();
    assert!(bad.is_empty(), "\n{}\n", bad.join("\n"));
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
