//! The bid's own words: every text of its documents, with the place of every byte in it.

use std::ops::Range;

use crate::source::{FileId, Span};
use crate::tender::Bid;
use crate::value::{Class, Data, Meaning, Value};

/// One text of the bid.
pub(super) struct Text<'w> {
    pub text: &'w str,
    file: FileId,
    /// Where each byte stands; none for a file of its own.
    offsets: Option<Vec<u32>>,
}

impl Text<'_> {
    pub fn span(&self, range: Range<usize>) -> Span {
        let at = |byte: usize| match &self.offsets {
            Some(offsets) => offsets.get(byte).or(offsets.last()).copied().unwrap_or_default() as usize,
            None => byte,
        };
        Span::new(self.file, at(range.start), at(range.end))
    }

    /// Every place of a text, none inside another.
    pub fn find<'t>(&'t self, needle: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        self.text.match_indices(needle).map(|(start, found)| start..start + found.len())
    }
}

/// The texts that a customer may read: prose and written lines of what the bid is made of, each file once.
pub(super) fn texts<'w>(bid: &Bid<'w>) -> Vec<Text<'w>> {
    let mut all = Vec::new();
    let mut files = Vec::new();
    for document in bid.documents() {
        document.value.walk(&mut |value: &'w Value| {
            if matches!(value.class, Class::Internal | Class::Confidential) {
                return;
            }
            let named = value.meaning == Meaning::Prose && matches!(value.data, Data::Map(_));
            if named && let Some(file) = file(bid, value) {
                if !files.contains(&file) {
                    files.push(file);
                    all.push(Text { text: bid.workspace.sources.text(file), file, offsets: None });
                }
                return;
            }
            let wordy = matches!(value.meaning, Meaning::Plain | Meaning::Prose);
            if let (Data::Text(text, _), true) = (&value.data, wordy) {
                let offsets = value.offsets(bid.workspace.sources.text(value.span.file));
                all.push(Text { text, file: value.span.file, offsets: Some(offsets) });
            }
        });
    }
    all
}

/// The Markdown file that a prose field names.
fn file(bid: &Bid, value: &Value) -> Option<FileId> {
    let sources = &bid.workspace.sources;
    let path = crate::folder::join(sources.path(value.span.file), value.text_at("file")?)?;
    sources.find(&path)
}

/// A text without white space and with full-width letters, digits and marks made half-width: what counts as the same name.
pub(super) fn plain(text: &str) -> String {
    let narrow = |character: char| match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0).unwrap_or(character),
        other => other,
    };
    text.chars().filter(|character| !character.is_whitespace()).map(narrow).collect()
}
