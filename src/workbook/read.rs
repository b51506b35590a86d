//! Reads the sheets of an XLSX file as text, numbers as they were written. No dense grid is ever made: a sheet of two
//! cells, the first and the last that there can be, has two cells here.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::place;
use crate::calendar::Day;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// As the file has it, such as `0.1` or `1.2E-3`.
    Number(String),
    Date(Day),
    /// `#REF!` and its like.
    Error(String),
    /// A formula of which no value was kept.
    Formula,
}

#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub name: String,
    /// By row and column, counted from 0.
    pub cells: BTreeMap<(usize, usize), Cell>,
    /// First and last cell of each merged area.
    pub merged: Vec<((usize, usize), (usize, usize))>,
}

#[derive(Clone, Debug, Default)]
pub struct Book {
    pub sheets: Vec<Sheet>,
}

/// Why a file is no workbook that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Behind a password.
    Encrypted,
    /// The format before 2007.
    Old,
    /// Not a ZIP archive, or one that is not a workbook.
    Foreign,
    /// XML that is broken, in this part of the file.
    Broken(String),
    /// More than is read: bytes, rows or cells.
    Large,
}

/// All parts that are read, unpacked.
const BYTES: u64 = 96 * 1024 * 1024;
const PARTS: usize = 4096;
const ROWS: usize = 20_000;
const CELLS: usize = 400_000;
const SHEETS: usize = 64;

/// The sheets of a file in their order, hidden ones left out.
pub fn read(bytes: &[u8]) -> Result<Book, Fault> {
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let locked = bytes.windows(name.len()).any(|part| part == name);
        return Err(if locked { Fault::Encrypted } else { Fault::Old });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::Foreign)?;
    if archive.len() > PARTS {
        return Err(Fault::Large);
    }
    let mut parts = Parts { archive: &mut archive, left: BYTES };
    let workbook = parts.text("xl/workbook.xml")?.ok_or(Fault::Foreign)?;
    let links = parts.text("xl/_rels/workbook.xml.rels")?.ok_or(Fault::Foreign)?;
    let (named, from_1904) = sheets(&workbook)?;
    let links = relations(&links)?;
    let strings = match parts.text("xl/sharedStrings.xml")? {
        Some(text) => shared(&text)?,
        None => Vec::new(),
    };
    let dates = match parts.text("xl/styles.xml")? {
        Some(text) => dates(&text)?,
        None => Vec::new(),
    };
    let mut book = Book::default();
    let mut left = CELLS;
    for (name, link) in named.into_iter().take(SHEETS) {
        let Some(target) = links.get(&link) else { continue };
        let path = match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("xl/{target}"),
        };
        let Some(text) = parts.text(&path)? else { continue };
        let sheet = Sheet { name, ..Sheet::default() };
        let taken = cells(&text, sheet, &Known { strings: &strings, dates: &dates, from_1904 }, &mut left);
        book.sheets.push(taken.map_err(|fault| match fault {
            Fault::Broken(_) => Fault::Broken(path),
            other => other,
        })?);
    }
    if book.sheets.is_empty() { Err(Fault::Foreign) } else { Ok(book) }
}

struct Parts<'b, 'a> {
    archive: &'a mut ZipArchive<Cursor<&'b [u8]>>,
    left: u64,
}

impl Parts<'_, '_> {
    /// A part as text. However small it is packed, no more is unpacked than is left.
    fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let Ok(part) = self.archive.by_name(name) else { return Ok(None) };
        let mut bytes = Vec::new();
        part.take(self.left + 1).read_to_end(&mut bytes).map_err(|_| Fault::Broken(name.to_owned()))?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(size).ok_or(Fault::Large)?;
        String::from_utf8(bytes).map(Some).map_err(|_| Fault::Broken(name.to_owned()))
    }
}

/// Calls `visit` for each event; what is no XML is told of.
fn walk(text: &str, part: &str, mut visit: impl FnMut(Event) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => visit(event)?,
            Err(_) => return Err(Fault::Broken(part.to_owned())),
        }
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let own = tag.attributes().flatten().find(|own| own.key.local_name().as_ref() == name.as_bytes())?;
    Some(own.unescape_value().ok()?.into_owned())
}

fn is(tag: &BytesStart, name: &str) -> bool {
    tag.local_name().as_ref() == name.as_bytes()
}

/// The text of an event that is part of text.
fn said(event: &Event) -> Option<String> {
    match event {
        Event::Text(text) => Some(text.decode().ok()?.into_owned()),
        Event::CData(text) => Some(text.decode().ok()?.into_owned()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
            Some(character) => Some(character.to_string()),
            // No entities but those of XML itself: none can grow.
            None => match &*reference.decode().ok()? {
                "amp" => Some("&".into()),
                "lt" => Some("<".into()),
                "gt" => Some(">".into()),
                "quot" => Some("\"".into()),
                "apos" => Some("'".into()),
                _ => None,
            },
        },
        _ => None,
    }
}

/// Names of the visible sheets with the relation that leads to each, and whether days are counted from 1904.
fn sheets(text: &str) -> Result<(Vec<(String, String)>, bool), Fault> {
    let mut out = Vec::new();
    let mut from_1904 = false;
    walk(text, "workbook.xml", |event| {
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            if is(tag, "workbookPr") {
                from_1904 = matches!(attribute(tag, "date1904").as_deref(), Some("1" | "true"));
            }
            if is(tag, "sheet") && attribute(tag, "state").is_none_or(|state| state == "visible") {
                out.extend(attribute(tag, "name").zip(attribute(tag, "id")));
            }
        }
        Ok(())
    })?;
    Ok((out, from_1904))
}

fn relations(text: &str) -> Result<BTreeMap<String, String>, Fault> {
    let mut out = BTreeMap::new();
    walk(text, "workbook.xml.rels", |event| {
        if let Event::Start(tag) | Event::Empty(tag) = &event
            && is(tag, "Relationship")
        {
            out.extend(attribute(tag, "Id").zip(attribute(tag, "Target")));
        }
        Ok(())
    })?;
    Ok(out)
}

/// Shared texts; how they are pronounced is no part of them.
fn shared(text: &str) -> Result<Vec<String>, Fault> {
    let mut out: Vec<String> = Vec::new();
    let (mut within, mut spoken) = (false, false);
    walk(text, "sharedStrings.xml", |event| {
        match &event {
            Event::Start(tag) if is(tag, "si") => out.push(String::new()),
            Event::Empty(tag) if is(tag, "si") => out.push(String::new()),
            Event::Start(tag) if is(tag, "rPh") => spoken = true,
            Event::End(tag) if tag.local_name().as_ref() == b"rPh" => spoken = false,
            Event::Start(tag) if is(tag, "t") => within = true,
            Event::End(tag) if tag.local_name().as_ref() == b"t" => within = false,
            other if within && !spoken => {
                if let (Some(last), Some(said)) = (out.last_mut(), said(other)) {
                    last.push_str(&said);
                }
            }
            _ => (),
        }
        Ok(())
    })?;
    Ok(out)
}

/// For each cell format, whether it shows a date.
fn dates(text: &str) -> Result<Vec<bool>, Fault> {
    let mut own: BTreeMap<String, bool> = BTreeMap::new();
    let mut out = Vec::new();
    let mut within = false;
    walk(text, "styles.xml", |event| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) if is(tag, "numFmt") => {
                let code = attribute(tag, "formatCode").unwrap_or_default();
                if let Some(id) = attribute(tag, "numFmtId") {
                    own.insert(id, shows_date(&code));
                }
            }
            Event::Start(tag) if is(tag, "cellXfs") => within = true,
            Event::End(tag) if tag.local_name().as_ref() == b"cellXfs" => within = false,
            Event::Start(tag) | Event::Empty(tag) if within && is(tag, "xf") => {
                let id = attribute(tag, "numFmtId").unwrap_or_default();
                let shipped = matches!(id.parse(), Ok(14..=22_u32 | 27..=36 | 45..=47 | 50..=58));
                out.push(own.get(&id).copied().unwrap_or(shipped));
            }
            _ => (),
        }
        Ok(())
    })?;
    Ok(out)
}

/// `yyyy-mm-dd`, but not `"day" 0` and not `[Red]0.00`.
fn shows_date(code: &str) -> bool {
    let mut quoted = false;
    let mut bracket = false;
    code.chars().any(|character| {
        match character {
            '"' => quoted = !quoted,
            '[' => bracket = true,
            ']' => bracket = false,
            _ => (),
        }
        !quoted && !bracket && "yYdD年月日".contains(character)
    })
}

struct Known<'k> {
    strings: &'k [String],
    dates: &'k [bool],
    from_1904: bool,
}

impl Known<'_> {
    fn cell(&self, open: &Open) -> Option<Cell> {
        let text = open.value.as_str();
        if text.is_empty() && open.kind != "inlineStr" && open.kind != "str" {
            return open.formula.then_some(Cell::Formula);
        }
        Some(match open.kind.as_str() {
            "s" => Cell::Text(self.strings.get(text.parse::<usize>().ok()?)?.clone()),
            "str" | "inlineStr" => Cell::Text(text.to_owned()),
            "b" => Cell::Text(if text == "1" { "TRUE" } else { "FALSE" }.to_owned()),
            "e" => Cell::Error(text.to_owned()),
            "d" => {
                text.get(..10).and_then(Day::parse).map_or_else(|| Cell::Text(text.to_owned()), Cell::Date)
            }
            _ if self.dates.get(open.style).copied().unwrap_or_default() => match self.day(text) {
                Some(day) => Cell::Date(day),
                None => Cell::Number(text.to_owned()),
            },
            _ => Cell::Number(text.to_owned()),
        })
        .filter(|cell| !matches!(cell, Cell::Text(text) if text.trim().is_empty()))
    }

    /// Days are counted from 1899-12-30, so that the 29th of February 1900, which there was not, has a number.
    fn day(&self, serial: &str) -> Option<Day> {
        let days: u64 =
            serial.split('.').next()?.parse().ok().filter(|days| (61..=200_000).contains(days))?;
        let start = Day::parse(if self.from_1904 { "1904-01-01" } else { "1899-12-30" })?;
        Some(start.plus_days(days))
    }
}

/// A cell that is being read.
#[derive(Default)]
struct Open {
    place: (usize, usize),
    kind: String,
    style: usize,
    formula: bool,
    value: String,
    /// Within what is its value.
    within: bool,
}

fn cells(text: &str, mut sheet: Sheet, known: &Known, left: &mut usize) -> Result<Sheet, Fault> {
    let mut row = 0;
    let mut column = 0;
    let mut open: Option<Open> = None;
    walk(text, "", |event| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) if is(tag, "row") => {
                let named = attribute(tag, "r").and_then(|number| number.parse::<usize>().ok());
                row = named.map_or(row + 1, |number| number);
                column = 0;
            }
            Event::Start(tag) | Event::Empty(tag) if is(tag, "c") => {
                let own = attribute(tag, "r").and_then(|address| place(&address));
                let at = own.unwrap_or((row.saturating_sub(1), column));
                column = at.1 + 1;
                let style = attribute(tag, "s").and_then(|style| style.parse().ok()).unwrap_or_default();
                let kind = attribute(tag, "t").unwrap_or_default();
                open = Some(Open { place: at, kind, style, ..Open::default() });
                if matches!(event, Event::Empty(_)) {
                    open = None;
                }
            }
            Event::Start(tag) | Event::Empty(tag) if is(tag, "mergeCell") => {
                let area = attribute(tag, "ref").unwrap_or_default();
                let corners =
                    area.split_once(':').and_then(|(one, other)| Some((place(one)?, place(other)?)));
                sheet.merged.extend(corners);
            }
            Event::Start(tag) | Event::Empty(tag) if is(tag, "f") => {
                if let Some(open) = &mut open {
                    open.formula = true;
                }
            }
            Event::Start(tag) if is(tag, "v") || is(tag, "t") => {
                if let Some(open) = &mut open {
                    open.within = true;
                }
            }
            Event::End(tag) if matches!(tag.local_name().as_ref(), b"v" | b"t") => {
                if let Some(open) = &mut open {
                    open.within = false;
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == b"c" => {
                if let Some(open) = open.take()
                    && let Some(cell) = known.cell(&open)
                {
                    *left = left.checked_sub(1).ok_or(Fault::Large)?;
                    if open.place.0 >= ROWS {
                        return Err(Fault::Large);
                    }
                    sheet.cells.insert(open.place, cell);
                }
            }
            other => {
                if let (Some(open), Some(said)) = (open.as_mut().filter(|open| open.within), said(other)) {
                    open.value.push_str(&said);
                }
            }
        }
        Ok(())
    })?;
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_dates_are_known() {
        for (code, date) in [
            ("yyyy-mm-dd", true),
            ("yyyy\"年\"m\"月\"d\"日\"", true),
            ("#,##0.00", false),
            ("[Red]0.00", false),
            ("0.00\" day\"", false),
        ] {
            assert_eq!(shows_date(code), date, "{code}");
        }
        let known = Known { strings: &[], dates: &[false, true], from_1904: false };
        assert_eq!(known.day("46106").map(|day| day.to_string()).as_deref(), Some("2026-03-25"));
        assert_eq!(known.day("59"), None);
    }

    #[test]
    fn what_is_no_workbook_is_told_apart() {
        assert_eq!(read(b"name,price\n").unwrap_err(), Fault::Foreign);
        assert_eq!(read(b"PK\x03\x04broken").unwrap_err(), Fault::Foreign);
        assert_eq!(read(&[0xd0, 0xcf, 0x11, 0xe0, 0, 0]).unwrap_err(), Fault::Old);
        let mut locked = vec![0xd0, 0xcf, 0x11, 0xe0];
        locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(read(&locked).unwrap_err(), Fault::Encrypted);
    }
}
