//! Runs the cases below `tests/cases/`, each a folder; adding one needs no Rust.
//!
//! ```text
//! tests/cases/<command>/<case>/
//!   command   what is typed after `bidwright`, as a shell would read it; `NAME=value` before it is environment
//!   setup     what cannot be stored as a file, one directive a line (see `Setup`); optional
//!   in/       the files the command finds; optional
//!   expect/   code, findings, stdout, stderr, files: whatever came of it; what is not there is empty
//! ```
//!
//! With `--format json` the findings are compared as lines `file:line:column severity code` instead of stdout;
//! such a case is also run in both languages and for people, and no words may have a hole. `files` lists what
//! the command made (`+`), changed (`~`) or removed (`-`).
//!
//! `BIDWRIGHT_ACCEPT=1 cargo test --test cases` writes down what came as expected; `BIDWRIGHT_CASE=text` runs
//! the cases whose path contains the text.

#![allow(clippy::panic, reason = "whatever goes wrong here is a test that fails")]

mod stage;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bidwright::diagnostic::{Entry, catalogue};
use serde_json::Value as Json;
use stage::{Run, Stage, repository};

const CASES: &str = "tests/cases";

#[test]
fn every_case_comes_out_as_expected() {
    let only = std::env::var("BIDWRIGHT_CASE").unwrap_or_default();
    let accept = std::env::var_os("BIDWRIGHT_ACCEPT").is_some();
    let cases: Vec<PathBuf> =
        cases().into_iter().filter(|case| case.to_string_lossy().contains(&only)).collect();
    assert!(!cases.is_empty(), "no case has `{only}` in its path");
    let faults = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, |count| count.get().min(4)) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = std::panic::catch_unwind(|| examine(case, accept));
                    let found =
                        found.unwrap_or_else(|_| vec!["the case could not be run; see above".to_owned()]);
                    let name = case.strip_prefix(repository()).unwrap_or(case).display().to_string();
                    let told = found.into_iter().map(|fault| format!("{name}: {fault}"));
                    faults.lock().expect("no thread panics while it holds this").extend(told);
                }
            });
        }
    });
    let mut faults = faults.into_inner().expect("all threads are done");
    faults.sort();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The folders of all cases. A folder without a command is a mistake, not a case that passes.
fn cases() -> Vec<PathBuf> {
    let below = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<PathBuf> =
            entries.map(|entry| entry.expect("the folder can be read").path()).collect();
        paths.sort();
        paths
    };
    let cases: Vec<PathBuf> =
        below(&repository().join(CASES)).iter().flat_map(|command| below(command)).collect();
    for case in &cases {
        assert!(case.join("command").is_file(), "{} has no `command`", case.display());
        for entry in below(case) {
            let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let known = ["command", "setup", "in", "expect"].contains(&name);
            assert!(known, "{} means nothing to a case", entry.display());
        }
    }
    cases
}

/// Runs one case and tells what is not as expected.
fn examine(case: &Path, accept: bool) -> Vec<String> {
    let command = fs::read_to_string(case.join("command")).expect("a case has a command");
    let words = split(&command);
    let given = words.iter().take_while(|word| is_variable(word)).count();
    let variables: Vec<(&str, &str)> =
        words[..given].iter().filter_map(|word| word.split_once('=')).collect();
    let arguments: Vec<&str> = words[given..].iter().map(String::as_str).collect();

    let stage = Stage::new();
    Setup::read(case).build(&stage, case);
    let before = stage.snapshot();
    let run = stage.run_in(&variables, &arguments);
    let after = stage.snapshot();

    let mut faults = Vec::new();
    let json: Option<Json> = serde_json::from_str(&run.stdout).ok();
    let mut came: BTreeMap<&str, String> = BTreeMap::new();
    came.insert("code", format!("{}\n", run.code));
    came.insert("stderr", run.stderr.clone());
    match &json {
        Some(report) if arguments.contains(&"json") => {
            came.insert("findings", lines(report));
            faults.extend(retell(&stage, &variables, &arguments, &run, report));
        }
        _ => drop(came.insert("stdout", run.stdout.clone())),
    }
    came.insert("files", difference(&before, &after));
    faults.extend(unprintable(&run));
    compare(case, &came, accept, &mut faults);
    faults
}

fn compare(case: &Path, came: &BTreeMap<&str, String>, accept: bool, faults: &mut Vec<String>) {
    let folder = case.join("expect");
    if accept {
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("expectations can be replaced");
        }
        fs::create_dir_all(&folder).expect("expectations can be written");
        for (name, text) in came.iter().filter(|(_, text)| !text.is_empty()) {
            fs::write(folder.join(name), text).expect("expectations can be written");
        }
        return;
    }
    let mut expected = if folder.exists() { stage::files(&folder) } else { BTreeMap::new() };
    for (name, text) in came {
        let wanted = expected.remove(*name).unwrap_or_default();
        let wanted = String::from_utf8_lossy(&wanted);
        if wanted != *text {
            faults.push(format!("{name}\n--- expected\n{wanted}--- came\n{text}---"));
        }
    }
    faults.extend(expected.keys().map(|name| format!("nothing was compared with expect/{name}")));
}

/// Findings as short lines.
fn lines(report: &Json) -> String {
    // Control characters of a file name are shown: an expectation is a plain text.
    let plain = |text: &str| -> String {
        let shown = |character: char| match character.is_control() {
            true => format!("\\u{{{:04X}}}", u32::from(character)),
            false => character.to_string(),
        };
        text.chars().map(shown).collect()
    };
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), plain);
    let mut lines = String::new();
    for finding in report["findings"].as_array().into_iter().flatten() {
        let place = ["file", "line", "column"].map(|key| text(&finding[key])).join(":");
        lines.push_str(&format!("{place} {} {}\n", text(&finding["severity"]), text(&finding["code"])));
    }
    lines
}

/// Tells the same findings in every language and form, and looks for words with holes.
fn retell(
    stage: &Stage,
    variables: &[(&str, &str)],
    arguments: &[&str],
    first: &Run,
    report: &Json,
) -> Vec<String> {
    let mut faults = Vec::new();
    for language in ["zh", "en"] {
        let run = stage.run_in(variables, &[arguments, &["--lang", language]].concat());
        let told: Json = serde_json::from_str(&run.stdout).unwrap_or_default();
        if lines(&told) != lines(report) || run.code != first.code {
            faults.push(format!("other findings with --lang {language}"));
        }
        for finding in told["findings"].as_array().into_iter().flatten() {
            faults.extend(holes(finding).into_iter().map(|hole| format!("--lang {language}: {hole}")));
        }
        let plain: Vec<&str> =
            arguments.iter().map(|argument| if *argument == "json" { "human" } else { *argument }).collect();
        let limit = ["--lang", language, "--limit", "1000000"];
        let people = stage.run_in(variables, &[plain.as_slice(), &limit].concat());
        if people.code != first.code {
            faults.push(format!("the exit code depends on the format: {} and {}", first.code, people.code));
        }
        faults.extend(unprintable(&people));
        for finding in report["findings"].as_array().into_iter().flatten() {
            let code = finding["code"].as_str().unwrap_or_default();
            if !people.stderr.contains(&format!("[{code}]")) {
                faults.push(format!("people are not told of {code}"));
            }
            faults
                .extend(placeholders(code).into_iter().filter(|hole| people.stderr.contains(hole.as_str())));
        }
    }
    faults
}

/// Words of a finding that nothing was filled into, and hints that have no words.
fn holes(finding: &Json) -> Vec<String> {
    let code = finding["code"].as_str().unwrap_or_default();
    let holes = placeholders(code);
    let related = finding["related"].as_array().into_iter().flatten().map(|related| &related["message"]);
    let hints = finding["hints"].as_array().into_iter().flatten();
    let texts = std::iter::once(&finding["message"]).chain(hints).chain(related).filter_map(Json::as_str);
    let mut found = Vec::new();
    for text in texts {
        found.extend(
            holes
                .iter()
                .filter(|hole| text.contains(hole.as_str()))
                .map(|hole| format!("{code}: nothing was given for {hole} in `{text}`")),
        );
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
            found.push(format!("{code}: the note `{text}` has no words"));
        }
    }
    found
}

/// Every `{name}` in the words of a code.
fn placeholders(code: &str) -> Vec<String> {
    let Some(Entry { zh, en, .. }) = catalogue().get(code) else { return Vec::new() };
    let texts = [zh, en].into_iter().flat_map(|words| {
        [&words.message, &words.label].into_iter().chain(words.hints.values()).chain(words.related.values())
    });
    let mut names = Vec::new();
    for text in texts {
        for part in text.split('{').skip(1) {
            let Some((name, _)) = part.split_once('}') else { continue };
            if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                names.push(format!("{{{name}}}"));
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// No text of a user may command a terminal or hide in it.
fn unprintable(run: &Run) -> Vec<String> {
    let hidden = |text: &str| {
        text.chars().find(|character| {
            *character != '\n' && (character.is_control() || bidwright::text::is_unseen(*character))
        })
    };
    [("stdout", &run.stdout), ("stderr", &run.stderr)]
        .into_iter()
        .filter_map(|(name, text)| {
            Some(format!("{name} has the character U+{:04X}", u32::from(hidden(text)?)))
        })
        .collect()
}

fn difference(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> String {
    let mut lines = String::new();
    for path in before.keys().chain(after.keys().filter(|path| !before.contains_key(*path))) {
        match (before.get(path), after.get(path)) {
            (None, _) => lines.push_str(&format!("+ {path}\n")),
            (_, None) => lines.push_str(&format!("- {path}\n")),
            (before, after) if before != after => lines.push_str(&format!("~ {path}\n")),
            _ => (),
        }
    }
    lines
}

/// What a case needs before its command, in the order of its lines:
///
/// ```text
/// use FOLDER              copies a folder of the repository; the files of `in/` come after all of these
/// replace FILE OLD NEW    puts NEW in the place of OLD, which stands there exactly once
/// remove FILE
/// hex FILE DIGITS         a file of these bytes
/// append FILE TIMES TEXT  adds TEXT so often
/// copy FILE FROM          copies a file of the repository
/// link FILE TARGET        a symbolic link
/// socket FILE             something that is there and cannot be read
/// git ARGUMENT…           git, on the stage
/// conflict ARGUMENT…      git that has to end in a conflict
/// ```
///
/// Words may stand in double quotes, with `\n`, `\r`, `\t`, `\"`, `\\` and `\u{200B}` inside.
struct Setup(Vec<Vec<String>>);

impl Setup {
    fn read(case: &Path) -> Self {
        let text = fs::read_to_string(case.join("setup")).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        Self(lines.map(split).collect())
    }

    fn build(&self, stage: &Stage, case: &Path) {
        let directives: Vec<Vec<&str>> =
            self.0.iter().map(|line| line.iter().map(String::as_str).collect()).collect();
        for line in &directives {
            if let ["use", folder] = line.as_slice() {
                stage.bring(&repository().join(folder));
            }
        }
        if case.join("in").exists() {
            stage.bring(&case.join("in"));
        }
        for line in &directives {
            match line.as_slice() {
                ["use", _] => (),
                ["replace", file, old, new] => stage.replace(file, old, new),
                ["remove", file] => fs::remove_file(stage.path(file)).expect("the file is there"),
                ["hex", file, digits] => stage.write(file, bytes(digits)),
                ["append", file, times, text] => {
                    let times = times.parse().expect("TIMES is a number");
                    let mut content = fs::read(stage.path(file)).unwrap_or_default();
                    content.extend(text.repeat(times).into_bytes());
                    stage.write(file, content);
                }
                ["copy", file, from] => {
                    let content = fs::read(repository().join(from)).expect("the file is in the repository");
                    stage.write(file, content);
                }
                ["link", file, target] => {
                    stage.write(file, "");
                    fs::remove_file(stage.path(file)).expect("it was just written");
                    std::os::unix::fs::symlink(target, stage.path(file)).expect("links can be made");
                }
                ["socket", file] => {
                    stage.write(file, "");
                    fs::remove_file(stage.path(file)).expect("it was just written");
                    let socket = std::os::unix::net::UnixListener::bind(stage.path(file));
                    drop(socket.expect("sockets can be made"));
                }
                ["git", arguments @ ..] => {
                    let said = stage::git(stage.root(), arguments);
                    assert!(
                        said.status.success(),
                        "git {arguments:?}: {}",
                        String::from_utf8_lossy(&said.stderr)
                    );
                }
                ["conflict", arguments @ ..] => {
                    let said = stage::git(stage.root(), arguments);
                    let said = String::from_utf8_lossy(&said.stdout);
                    assert!(said.contains("CONFLICT"), "git {arguments:?}: {said}");
                }
                other => panic!("{}: no such directive: {other:?}", case.display()),
            }
        }
    }
}

fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<char> = digits.chars().filter(|digit| !digit.is_whitespace()).collect();
    let pair = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).expect("hex digits");
    digits.chunks(2).map(pair).collect()
}

fn is_variable(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Words as a shell reads them: divided by blanks, joined by double quotes, with escapes inside those.
fn split(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    let mut quoted = false;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                quoted = !quoted;
                open.get_or_insert_default();
            }
            '\\' if quoted => {
                let escaped = match characters.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('u') => {
                        let code: String =
                            characters.by_ref().skip(1).take_while(|digit| *digit != '}').collect();
                        let code = u32::from_str_radix(&code, 16).expect("hex digits stand in \\u{}");
                        char::from_u32(code).expect("\\u{} names a character")
                    }
                    other => other.expect("something follows a backslash"),
                };
                open.get_or_insert_default().push(escaped);
            }
            blank if blank.is_whitespace() && !quoted => words.extend(open.take()),
            other => open.get_or_insert_default().push(other),
        }
    }
    assert!(!quoted, "a quote stays open in `{line}`");
    words.extend(open);
    words
}

#[test]
fn words_are_split_as_a_shell_does() {
    assert_eq!(split("a \"b c\"  d\n"), ["a", "b c", "d"]);
    assert_eq!(split(r#"x "\u{200B}\n\"" """#), ["x", "\u{200B}\n\"", ""]);
}
