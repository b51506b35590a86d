//! Owns the texts that were read and the places in them. Never reads a file itself.

use std::sync::Arc;

/// Names one text of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A half-open range of bytes in one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Offsets beyond 4 GiB saturate: no text of that size is ever read.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { file, start: narrow(start), end: narrow(end.max(start)) }
    }

    /// The empty span at the beginning of a file: for what is wrong with the file as a whole.
    pub fn file(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One text with the path that people know it by: relative to the workspace, `/` between parts.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: String,
    pub text: Arc<str>,
}

/// A place as people count: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Source {
    /// The position of a byte offset; offsets past the end mean the end.
    pub fn position(&self, offset: usize) -> Position {
        self.position_after((0, Position { line: 1, column: 1 }), offset).1
    }

    /// The same, counted on from a byte offset before it whose position is known.
    pub fn position_after(&self, (from, known): (usize, Position), offset: usize) -> (usize, Position) {
        let offset = self.text.floor_char_boundary(offset);
        let between = &self.text[from.min(offset)..offset];
        let lines = between.bytes().filter(|byte| *byte == b'\n').count();
        let column = match between.rfind('\n') {
            Some(at) => between[at + 1..].chars().count() + 1,
            None => known.column + between.chars().count(),
        };
        (offset, Position { line: known.line + lines, column })
    }
}

/// All texts of a run, in the order they were added.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text. A file without readable text is added with an empty one, so that findings can name it.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.0.len()).expect("fewer than 2^32 files fit into memory"));
        self.0.push(Source { path: path.into(), text: text.into() });
        id
    }

    pub fn get(&self, file: FileId) -> &Source {
        &self.0[file.0 as usize]
    }

    pub fn path(&self, file: FileId) -> &str {
        &self.get(file).path
    }

    pub fn text(&self, file: FileId) -> &Arc<str> {
        &self.get(file).text
    }

    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.0.iter().position(|source| source.path == path)?;
        Some(FileId(u32::try_from(at).expect("an index of an existing text fits")))
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.0.iter().enumerate().map(|(at, source)| {
            (FileId(u32::try_from(at).expect("an index of an existing text fits")), source)
        })
    }
}
