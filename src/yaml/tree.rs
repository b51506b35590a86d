//! The tree of written scalars.

use crate::source::Span;

/// How a scalar was written; only plain scalars can be anything but text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// One node with the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub span: Span,
    pub data: Data,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// The text after YAML's own decoding (quotes, escapes, folding), otherwise as written.
    Scalar(String, Style),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One `key: value`; keys are always scalars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub value: Node,
}

impl Node {
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// A key without a value, or `null` and `~` written plainly.
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(text, Style::Plain) if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Where a person looks for this node: the node itself, or the first key of a mapping.
    pub fn head(&self) -> Span {
        match &self.data {
            Data::Map(entries) => entries.first().map_or(self.span, |entry| entry.key_span),
            _ => self.span,
        }
    }

    /// The place in the file of a range of this scalar's decoded text.
    pub fn place(&self, source: &str, range: std::ops::Range<usize>) -> Span {
        let offsets = self.offsets(source);
        let at = |index: usize| offsets.get(index).copied().unwrap_or(self.span.end);
        let start = at(range.start);
        let end = match self.text() {
            Some(text) if range.end > range.start => {
                let last = text[..text.floor_char_boundary(range.end)].char_indices().next_back();
                let (last, character) = last.unwrap_or((range.start, ' '));
                let written =
                    source.get(at(last) as usize..).and_then(|rest| rest.chars().next()).unwrap_or(character);
                at(last) as usize + written.len_utf8()
            }
            _ => start as usize,
        };
        Span::new(self.span.file, start as usize, end)
    }

    /// For every byte of this scalar's decoded text, where in the file it stands; one more for its end.
    ///
    /// Text and source are walked side by side, so it holds for block scalars with their indentation,
    /// folded lines and escapes. `source` is the whole text of the file.
    pub fn offsets(&self, source: &str) -> Vec<u32> {
        let Data::Scalar(text, style) = &self.data else { return vec![self.span.start] };
        let base = self.span.start as usize;
        let raw = source.get(self.span.range()).unwrap_or_default().as_bytes();
        let double = *style == Style::DoubleQuoted;
        let mut at = usize::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
        let blank = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        let narrow = |at: usize| u32::try_from(base + at.min(raw.len())).unwrap_or(u32::MAX);
        let mut offsets = Vec::with_capacity(text.len() + 1);
        for character in text.chars() {
            if !character.is_ascii_whitespace() {
                // White space that only the source has: indentation, folded breaks, `\` at the end of a line.
                loop {
                    if blank(raw.get(at)) {
                        at += 1;
                    } else if double && raw.get(at) == Some(&b'\\') && blank(raw.get(at + 1)) {
                        at += 2;
                    } else {
                        break;
                    }
                }
            }
            offsets.extend(std::iter::repeat_n(narrow(at), character.len_utf8()));
            at += if double && raw.get(at) == Some(&b'\\') {
                match raw.get(at + 1) {
                    Some(b'x') => 4,
                    Some(b'u') => 6,
                    Some(b'U') => 10,
                    _ => 2,
                }
            } else if *style == Style::SingleQuoted && character == '\'' {
                2
            } else if character.is_ascii_whitespace() {
                usize::from(blank(raw.get(at)))
            } else {
                character.len_utf8()
            };
        }
        offsets.push(narrow(at));
        offsets
    }
}
