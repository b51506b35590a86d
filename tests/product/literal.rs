//! Text is text: whatever a name, a clause or a table cell says in the languages of Typst, Markdown, Tera or
//! HTML stands on the page as it was written.

use std::collections::BTreeMap;

use bidwright::diagnostic::{Findings, Severity};
use bidwright::folder::{File, Folder};
use bidwright::package::{self, Options, Scope};
use bidwright::render::{self, Fonts, Job, Standard};
use bidwright::schema::Schema;
use bidwright::value::{Class, Data, Meaning, Value};
use bidwright::workspace::{self, Workspace};
use serde_yaml::Value as Yaml;

use crate::stage::{files, repository};

/// What means something in one of the languages that a text passes on its way. Short, so that no page ends in one.
const HOSTILE: &[&str] = &[
    "#panic()", "$x$", "*a*", "_b_", "<l>", "@ref", "\\ \"", "// c", "/* d", "*/", "[e]", "{f}", "~g", "`h`",
    "--", "...", "{{ p }}", "{% if", "{# i", "<b>", "&amp;", "'z'", "| j", "= k", "- l", "+ m", "1. n",
    "> o", "^", "%", "\\u{1F}", "#set",
];

/// Fields with a form of their own: no place for free text.
const FORMAL: &[&str] = &[
    "kind",
    "id",
    "uscc",
    "phone",
    "fax",
    "hotline",
    "email",
    "postcode",
    "id_number",
    "website",
    "account",
];

/// The sample, all of its free text replaced.
struct Corpus {
    folder: Folder,
    /// What was written: something hostile on both sides of a number that tells the places apart.
    written: Vec<String>,
}

impl Corpus {
    fn words(&mut self) -> String {
        let number = self.written.len();
        let [before, after] =
            [number, number / HOSTILE.len() + number + 1].map(|at| HOSTILE[at % HOSTILE.len()]);
        self.written.push(format!("{before} Q{number}Q {after}"));
        self.written[number].clone()
    }

    /// Replaces the free text of a tree that a value was read from.
    fn poison(&mut self, schema: &Schema, in_project: bool, value: &Value, tree: &mut Yaml) {
        match (&value.data, tree) {
            (_, entry) if value.meaning == Meaning::Prose => *entry = Yaml::String(self.prose(in_project)),
            (Data::Map(members), Yaml::Mapping(entries)) => {
                for member in members.iter().filter(|member| !FORMAL.contains(&member.key.as_str())) {
                    if let Some(entry) = entries.get_mut(member.key.as_str()) {
                        self.poison(schema, in_project, &member.value, entry);
                    }
                }
            }
            (Data::List(items), Yaml::Sequence(entries)) => {
                for (item, entry) in items.iter().zip(entries) {
                    self.poison(schema, in_project, item, entry);
                }
            }
            (Data::Text(..), entry) => {
                let field = schema.field(value).expect("the schema knows the field");
                let is_free = field.options.is_empty() && field.constant.is_none();
                if value.meaning == Meaning::Plain && is_free {
                    *entry = Yaml::String(self.words());
                }
            }
            _ => (),
        }
    }

    /// Markdown whose every element says hostile words, escaped where Markdown would have a meaning for them.
    fn prose(&mut self, in_project: bool) -> String {
        let escaped = |text: String| -> String {
            text.chars()
                .flat_map(|c| [Some('\\').filter(|_| c.is_ascii_punctuation()), Some(c)])
                .flatten()
                .collect()
        };
        let [paragraph, heading, item, cell, head, quote, bold, caption, link, fenced] =
            std::array::from_fn(|_| self.words());
        let [paragraph, heading, item, cell, head, quote, bold, caption, link] =
            [paragraph, heading, item, cell, head, quote, bold, caption, link].map(escaped);
        // What an expression comes to is text as well, whatever it says.
        let expression = if in_project { "值{{ project.name }}值" } else { "" };
        format!(
            "{paragraph}\n\n# {heading}\n\n- {item}\n\n> {quote}\n\n**{bold}**\n\n[{link}](https://a.example)\n\n\
             ```\n{fenced}\n```\n\n表：{caption}\n\n| {head} |\n|---|\n| {cell} |\n\n{expression}\n"
        )
    }
}

fn read(folder: &Folder) -> (Workspace, Findings) {
    workspace::read(folder.clone())
}

fn sample() -> Folder {
    let mut folder = Folder::default();
    for (path, content) in files(&repository().join("samples/smart-park")) {
        folder.add(path, content);
    }
    folder
}

const PLAIN: Options = Options { viewer: None, standard: Standard::Pdf17, draft: false };

/// The jobs of these documents with all files that the templates are given.
fn jobs(workspace: &mut Workspace, scopes: &[Scope], options: Options) -> BTreeMap<String, Job> {
    let (fonts, _) = Fonts::new(Vec::new());
    let folders = package::sources(workspace, scopes, options);
    let job = |folder: Folder| {
        let mut job = Job { main: String::new(), files: BTreeMap::new(), fonts: fonts.clone() };
        for (path, file) in folder.files {
            let File::Plain { load, .. } = file else { panic!("{path} is no file") };
            let bytes = load().unwrap_or_else(|reason| panic!("{path}: {reason}"));
            match path.as_str() {
                "main.typ" => job.main = String::from_utf8(bytes).expect("the main file is text"),
                _ => drop(job.files.insert(format!("/{path}"), render::File::from(bytes))),
            }
        }
        job
    };
    folders.into_iter().map(|(name, folder)| (name, job(folder))).collect()
}

/// All text of all pages without blanks: lines may break anywhere.
fn text(name: &str, job: &Job) -> String {
    let layout =
        render::lay_out(job).unwrap_or_else(|complaints| panic!("{name}: {:#?}", complaints.first()));
    render::forget();
    (1..=layout.pages()).map(|page| squeezed(&layout.page_text(page))).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace() && *character != '\u{200b}').collect()
}

#[test]
fn hostile_text_stands_on_the_page_as_it_was_written() {
    let plain = sample();
    let (workspace, _) = read(&plain);
    let mut corpus = Corpus { folder: plain.clone(), written: Vec::new() };
    // Two documents of each kind have all its fields; the year of visits would only repeat them.
    let mut seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let mut chosen = Vec::new();
    for document in &workspace.documents {
        let count = seen.entry(document.kind.id.clone()).or_default();
        *count += 1;
        if *count > 2 && document.project.is_none() {
            continue;
        }
        chosen.push(document.id.clone());
        let path = workspace.sources.path(document.file).to_owned();
        let mut tree: Yaml =
            serde_yaml::from_str(workspace.sources.text(document.file)).expect("the sample is YAML");
        let schema = document.kind.schema().expect("the schema is sound");
        corpus.poison(schema, document.project.is_some(), &document.value, &mut tree);
        let written = serde_yaml::to_string(&tree).expect("a tree can be written");
        corpus.folder.add(path, written);
    }
    let (mut workspace, findings) = read(&corpus.folder);
    let faults: Vec<String> = findings
        .iter()
        // Anchors stood in the prose that was replaced; fields of a fixed form may refuse the text, and show it all
        // the same.
        .filter(|finding| finding.severity() == Severity::Error)
        .filter(|finding| !["anchor-unknown", "value-pattern", "words-unreadable"].contains(&finding.code))
        .map(|finding| {
            let source = workspace.sources.get(finding.span.file);
            let place = source.position(finding.span.range().start);
            format!("{}:{}: {}", source.path, place.line, finding.message(Default::default()))
        })
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");

    let scopes: Vec<Scope> = chosen.into_iter().map(Scope::Document).collect();
    let mut pages = String::new();
    for (name, job) in jobs(&mut workspace, &scopes, PLAIN) {
        pages.push_str(&text(&name, &job));
    }
    let subject = workspace.document("smart-park/project").and_then(|document| document.data());
    let name = squeezed(subject.and_then(|data| data.text_at("name")).expect("the project has a name"));
    assert!(pages.contains(&format!("值{name}值")), "the value of an expression is no longer `{name}`");
    let (mut shown, mut changed) = (0, Vec::new());
    for (number, written) in corpus.written.iter().enumerate() {
        let Some((at, mark)) = pages.match_indices(&format!("Q{number}Q")).next() else { continue };
        shown += 1;
        if !pages.contains(&squeezed(written)) {
            let around = pages.floor_char_boundary(at.saturating_sub(20))
                ..pages.ceil_char_boundary(at + mark.len() + 20);
            changed.push(format!("{written}\tbecame {}", &pages[around]));
        }
    }
    assert!(changed.is_empty(), "\n{}", changed.join("\n"));
    let all = corpus.written.len();
    assert!(shown > 800 && shown * 10 > all * 6, "only {shown} of {all} texts are on a page");
}

#[test]
fn names_of_files_are_only_names() {
    let name = r#"图 #1 "q" $x$ `y` [z] {w} @v ~u.svg"#;
    let mut folder = Folder::default();
    for (path, content) in files(&repository().join("tests/bases/mini")) {
        folder.add(path, content);
    }
    folder.add(
        format!("projects/p/{name}"),
        std::fs::read(repository().join("samples/smart-park/library/company/logo.svg")).expect("the logo"),
    );
    let note = serde_yaml::to_string(
        &serde_yaml::from_str::<Yaml>("kind: mini-note\nid: p/a\ntitle: 图\ndata: {}\n")
            .map(|mut note| {
                note["data"]["picture"] = name.into();
                note["data"]["text"] = format!("![图](<{name}>)").into();
                note
            })
            .expect("YAML"),
    )
    .expect("YAML");
    folder.add("projects/p/a.yaml", note);
    let (mut workspace, findings) = read(&folder);
    assert!(
        findings.is_empty(),
        "{:?}",
        findings.iter().map(|finding| finding.message(Default::default())).collect::<Vec<_>>()
    );
    for (name, job) in jobs(&mut workspace, &[Scope::All], PLAIN) {
        text(&name, &job);
    }
}

#[test]
fn a_draft_is_marked_on_every_page() {
    let (mut workspace, _) = read(&sample());
    let scope = [Scope::Document("smart-park/terms".to_owned())];
    let options = Options { draft: true, ..PLAIN };
    for (marked, options) in [(true, options), (false, PLAIN)] {
        for (name, job) in jobs(&mut workspace, &scope, options) {
            let layout = render::lay_out(&job).unwrap_or_else(|_| panic!("{name} can be set"));
            for page in 1..=layout.pages() {
                assert_eq!(layout.page_text(page).contains("草稿"), marked, "{name}, page {page}");
            }
        }
    }
}

#[test]
fn customers_are_handed_nothing_internal() {
    let (mut workspace, _) = read(&sample());
    let (mut open, mut secret) = (Vec::new(), Vec::new());
    for document in &workspace.documents {
        document.value.walk(&mut |value| {
            let Data::Text(text, _) = &value.data else { return };
            match value.class {
                Class::Public | Class::Identity => open.push(text.clone()),
                Class::Internal | Class::Confidential => secret.push(text.clone()),
            }
        });
    }
    // Internal documents may speak of what public prose says.
    let markdown = files(&repository().join("samples/smart-park")).into_iter();
    let markdown = markdown.filter(|(path, _)| path.ends_with(".md"));
    open.extend(markdown.map(|(_, text)| String::from_utf8_lossy(&text).into_owned()));
    let open = open.join("\n");
    // Short words such as a name of a stage may well stand in a text of their own.
    secret.retain(|text| text.chars().count() >= 6 && !open.contains(text.as_str()));
    secret.sort();
    secret.dedup();
    assert!(secret.len() > 20, "the sample has secrets: {secret:?}");
    let package = [Scope::Document("smart-park/bid".to_owned())];
    let jobs = jobs(&mut workspace, &package, PLAIN);
    assert_eq!(jobs.len(), 3);
    for (name, job) in &jobs {
        let files =
            job.files.iter().filter(|(path, _)| path.starts_with("/data/") || path.starts_with("/prose/"));
        for (path, file) in files {
            let text = String::from_utf8_lossy(file.bytes());
            let leaked: Vec<&String> =
                secret.iter().filter(|secret| text.contains(secret.as_str())).collect();
            assert!(leaked.is_empty(), "{name}{path} holds {leaked:?}");
        }
    }
}
