//! One table, from a sheet of a workbook or from separated values: cells with their addresses and places.

use std::collections::BTreeMap;

use crate::diagnostic::Finding;
use crate::source::{FileId, Sources, Span};
use crate::workbook::{self, Book, address};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Text(String),
    /// As a workbook has it.
    Number(String),
    Error(String),
    /// A formula without a value.
    Formula,
}

#[derive(Clone, Debug)]
pub struct Cell {
    pub content: Content,
    /// `Sheet1!C7`, or `C7` where there are no sheets.
    pub address: String,
    pub span: Span,
    /// It is not the first of its merged area, and shows what that one holds.
    pub merged: bool,
}

impl Cell {
    /// The cell as people see it, in one line.
    pub fn text(&self) -> String {
        shown(&self.content)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Table {
    pub name: String,
    /// The rows that hold anything, by their number counted from 0.
    pub rows: BTreeMap<usize, BTreeMap<usize, Cell>>,
    pub file: Option<FileId>,
}

/// Why nothing of a file can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    Workbook(workbook::Fault),
    /// Neither UTF-8 nor GBK.
    Encoding,
    /// The quotes of separated values do not close.
    Quotes,
    /// More separated values than are read.
    Large,
    /// No sheet of this name.
    Sheet(String),
}

const CELLS: usize = 400_000;

/// The tables of a file, in its order. What is told of them is told in a text that `sources` gets.
pub fn read(
    path: &str,
    bytes: &[u8],
    sheet: Option<&str>,
    sources: &mut Sources,
    told: &mut Vec<Finding>,
) -> Result<Vec<Table>, Unread> {
    let packed = bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
    if !packed {
        return separated(path, bytes, sources, told).map(|table| vec![table]);
    }
    let book = workbook::read(bytes).map_err(Unread::Workbook)?;
    let tables = of_book(path, book, sources);
    match sheet {
        None => Ok(tables),
        Some(name) => {
            let named: Vec<Table> = tables.into_iter().filter(|table| table.name == name).collect();
            if named.is_empty() { Err(Unread::Sheet(name.to_owned())) } else { Ok(named) }
        }
    }
}

/// A workbook has no lines that could be pointed at, so it gets some: `Sheet1!C7  12.50` for each cell.
fn of_book(path: &str, book: Book, sources: &mut Sources) -> Vec<Table> {
    let mut text = String::new();
    let mut places = Vec::new();
    for sheet in &book.sheets {
        for ((row, column), cell) in &sheet.cells {
            let address = format!("{}!{}", sheet.name, address(*row, *column));
            text.push_str(&address.replace(['\n', '\r'], " "));
            text.push_str("  ");
            let from = text.len();
            text.push_str(&shown(&content(cell)));
            places.push((address, from, text.len()));
            text.push('\n');
        }
    }
    let file = sources.add(path, text);
    let mut places = places.into_iter();
    let mut tables = Vec::new();
    for sheet in book.sheets {
        let mut table = Table { name: sheet.name, file: Some(file), ..Table::default() };
        for (((row, column), cell), (address, from, to)) in sheet.cells.iter().zip(&mut places) {
            let span = Span::new(file, from, to);
            let cell = Cell { content: content(cell), address, span, merged: false };
            table.rows.entry(*row).or_default().insert(*column, cell);
        }
        for (first, last) in sheet.merged {
            spread(&mut table, first, last);
        }
        tables.push(table);
    }
    tables
}

fn content(cell: &workbook::Cell) -> Content {
    match cell {
        workbook::Cell::Text(text) => Content::Text(text.clone()),
        workbook::Cell::Number(number) => Content::Number(number.clone()),
        workbook::Cell::Date(day) => Content::Text(day.to_string()),
        workbook::Cell::Error(error) => Content::Error(error.clone()),
        workbook::Cell::Formula => Content::Formula,
    }
}

/// What people see, in one line.
fn shown(content: &Content) -> String {
    let text = match content {
        Content::Text(text) | Content::Error(text) => text.as_str(),
        Content::Number(number) => {
            return super::decimal::of_workbook(number).map_or(number.clone(), |exact| exact.to_string());
        }
        Content::Formula => "",
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every cell of a merged area that has a row of its own shows what the first one holds.
fn spread(table: &mut Table, first: (usize, usize), last: (usize, usize)) {
    let Some(origin) = table.rows.get(&first.0).and_then(|row| row.get(&first.1)).cloned() else { return };
    let rows: Vec<usize> = table.rows.range(first.0..=last.0.max(first.0)).map(|(row, _)| *row).collect();
    for row in rows {
        for column in first.1..=last.1.min(first.1 + 255) {
            let cells = table.rows.entry(row).or_default();
            cells.entry(column).or_insert_with(|| Cell { merged: true, ..origin.clone() });
        }
    }
}

/// Separated by commas, semicolons or tabs, whichever the first line has most of.
fn separated(
    path: &str,
    bytes: &[u8],
    sources: &mut Sources,
    told: &mut Vec<Finding>,
) -> Result<Table, Unread> {
    let (text, decoded) = decoded(bytes).ok_or(Unread::Encoding)?;
    let file = sources.add(path, text.as_str());
    if decoded {
        told.push(Finding::new("import-decoded", Span::file(file)));
    }
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: &char| first.matches(*mark).count();
    let mark = [',', ';', '\t', '，'].into_iter().rev().max_by_key(count).unwrap_or(',');
    let mut table = Table { file: Some(file), ..Table::default() };
    let (mut row, mut column, mut cells) = (0, 0, 0_usize);
    let mut rest = text.char_indices().peekable();
    loop {
        let mut value = String::new();
        let from = rest.peek().map_or(text.len(), |(at, _)| *at);
        let mut quoted = false;
        let mut opened = false;
        let end = loop {
            match rest.next() {
                None if quoted => return Err(Unread::Quotes),
                None => break None,
                Some((_, '"')) if quoted && rest.peek().is_some_and(|(_, next)| *next == '"') => {
                    rest.next();
                    value.push('"');
                }
                Some((_, '"')) if quoted => quoted = false,
                Some((_, '"')) if value.trim().is_empty() && !opened => {
                    value.clear();
                    (quoted, opened) = (true, true);
                }
                Some((at, character)) if !quoted && (character == mark || character == '\n') => {
                    break Some((at, character));
                }
                Some((_, '\r')) if !quoted => (),
                Some((_, character)) => value.push(character),
            }
        };
        let to = end.map_or(text.len(), |(at, _)| at);
        if !value.trim().is_empty() {
            cells += 1;
            if cells > CELLS {
                return Err(Unread::Large);
            }
            let content = Content::Text(value);
            let span = Span::new(file, from, to);
            let cell = Cell { content, address: address(row, column), span, merged: false };
            table.rows.entry(row).or_default().insert(column, cell);
        }
        match end {
            None => return Ok(table),
            Some((_, '\n')) => (row, column) = (row + 1, 0),
            Some(_) => column += 1,
        }
    }
}

/// The text, and whether it was GBK.
fn decoded(bytes: &[u8]) -> Option<(String, bool)> {
    let bare = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bare) {
        return Some((text.to_owned(), false));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let (text, _, wrong) = encoding_rs::UTF_16LE.decode(bytes);
        return (!wrong).then(|| (text.into_owned(), false));
    }
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text.into_owned(), true))
}
