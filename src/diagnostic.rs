//! Owns findings: what is wrong in a user's files, where, and the words for it in two languages.
//! Never prints and never decides about exit codes.

mod catalogue;

use std::collections::BTreeMap;

pub use catalogue::{Entry, Lang, Severity, Words, catalogue, entry, list};

use crate::source::{Sources, Span};

/// Named values that are filled into the words of a code: `("key", "phnoe")` for `{key}`.
pub type Args = Vec<(&'static str, String)>;

/// Something wrong in a user's files. The facts are here; the words are in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable name of the fault, kebab-case; a key of the catalogue.
    pub code: &'static str,
    /// Where the user has to look first.
    pub span: Span,
    pub args: Args,
    pub hints: Vec<Note>,
    /// Other places that belong to the fault, such as the first of two equal keys.
    pub related: Vec<(Span, Note)>,
    /// Severity chosen by the workspace's configuration instead of the catalogue's.
    pub severity: Option<Severity>,
}

/// A hint or the text of a related place: a key among the words of the finding's code, with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub key: &'static str,
    pub args: Args,
}

impl Finding {
    pub fn new(code: &'static str, span: Span) -> Self {
        debug_assert!(entry(code).is_some(), "the catalogue has no words for `{code}`");
        Self { code, span, args: Vec::new(), hints: Vec::new(), related: Vec::new(), severity: None }
    }

    /// Fills `{name}` in the words.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Fills `{name}` with words of each language.
    pub fn with_words(mut self, name: &'static str, zh: &str, en: &str) -> Self {
        self.args.push((name, catalogue::both(zh, en)));
        self
    }

    /// Adds the hint `key` of this code's words.
    pub fn hint(mut self, key: &'static str, args: Args) -> Self {
        self.hints.push(Note { key, args });
        self
    }

    /// Adds a second place with the related text `key` of this code's words.
    pub fn related(mut self, span: Span, key: &'static str, args: Args) -> Self {
        self.related.push((span, Note { key, args }));
        self
    }

    pub fn severity(&self) -> Severity {
        self.severity.unwrap_or_else(|| entry(self.code).map_or(Severity::Error, |entry| entry.severity))
    }

    pub fn message(&self, lang: Lang) -> String {
        catalogue::fill(&self.words(lang).message, &self.args, lang)
    }

    /// The short text that stands at the underline; may be empty.
    pub fn label(&self, lang: Lang) -> String {
        catalogue::fill(&self.words(lang).label, &self.args, lang)
    }

    pub fn hint_text(&self, note: &Note, lang: Lang) -> String {
        note_text(&self.words(lang).hints, note, &self.args, lang)
    }

    pub fn related_text(&self, note: &Note, lang: Lang) -> String {
        note_text(&self.words(lang).related, note, &self.args, lang)
    }

    fn words(&self, lang: Lang) -> &'static Words {
        entry(self.code).expect("a test holds that every code in use is in the catalogue").words(lang)
    }
}

fn note_text(texts: &BTreeMap<String, String>, note: &Note, more: &Args, lang: Lang) -> String {
    let text = texts.get(note.key).map_or(note.key, String::as_str);
    let args: Args = note.args.iter().chain(more).cloned().collect();
    catalogue::fill(text, &args, lang)
}

/// Findings of a run: gathered in any order, shown sorted and once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    pub fn extend(&mut self, other: impl IntoIterator<Item = Finding>) {
        self.0.extend(other);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Finding> {
        self.0.iter_mut()
    }

    pub fn retain(&mut self, keep: impl FnMut(&Finding) -> bool) {
        self.0.retain(keep);
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// Sorts by file, place and code, and drops repetitions.
    pub fn settle(&mut self, sources: &Sources) {
        self.0.sort_by(|a, b| {
            let key = |finding: &Finding| (finding.span.start, finding.span.end, finding.code);
            (sources.path(a.span.file), key(a)).cmp(&(sources.path(b.span.file), key(b)))
        });
        self.0.dedup();
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
