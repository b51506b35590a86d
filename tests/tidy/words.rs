//! Laws of the catalogue of findings: every code has a use, words and a case.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use bidwright::diagnostic::{Words, catalogue};

use crate::reading::{Token, code, files, report, root};

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
fn a_blank_divides_han_characters_from_latin_letters() {
    let han = |letter: char| matches!(letter, '\u{3400}'..='\u{9FFF}');
    let latin = |letter: char| letter.is_ascii_alphabetic() || letter == '`';
    let mut bad = Vec::new();
    for (code, entry) in catalogue() {
        let Words { message, label, hints, related, .. } = &entry.zh;
        for text in [message, label].into_iter().chain(hints.values()).chain(related.values()) {
            // What stands in backticks is quoted as it is; what is filled in is set apart when it is.
            let parts: Vec<&str> = text.split('`').collect();
            let outside: String = parts
                .chunks(2)
                .map(|pair| format!("{}{}", pair[0], if pair.len() > 1 { "``" } else { "" }))
                .collect();
            let mut before = ' ';
            for letter in outside.chars() {
                if (han(before) && latin(letter)) || (latin(before) && han(letter)) {
                    bad.push(format!("{code}: `{before}` and `{letter}` touch in: {text}"));
                }
                before = letter;
            }
        }
    }
    report(bad);
}

#[test]
fn a_word_of_the_house_is_said_in_one_place() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut bad = Vec::new();
    for (name, text) in files("templates/house/words", "json") {
        let words: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).expect("words are JSON");
        for word in words.into_keys() {
            if let Some(before) = seen.insert(word.clone(), name.clone()) {
                bad.push(format!("`{word}` stands in {before} and in {name}"));
            }
        }
    }
    assert!(seen.len() > 2000, "the words were looked at: {}", seen.len());
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
    // Rules have cases of their own.
    for (_, text) in files("tests/rules", "yaml").into_iter().chain(files("tests/bids", "yaml")) {
        let named =
            text.split("expect: ").skip(1).filter_map(|rest| rest.split([',', ' ', '\n', '}']).next());
        raised.extend(named.map(str::to_owned));
    }
    let missing = catalogue().keys().filter(|code| !raised.contains(*code));
    report(missing.map(|code| format!("no case raises `{code}`")).collect());
}

/// Every `{name}` in a text of the catalogue.
fn placeholders(text: &str) -> Vec<String> {
    let parts = text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
    let is_name =
        |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    parts.filter(is_name).map(str::to_owned).collect()
}
