//! Which column holds what: the titles that people give to columns, in Chinese and English.

use std::collections::BTreeMap;

use super::table::{Cell, Table};
use crate::amount::Unit;

/// A field, and the titles of its column.
pub(super) type Titles = &'static [(&'static str, &'static [&'static str])];

/// The row of titles, and the column of each field.
pub(super) struct Heads<'t> {
    pub row: usize,
    pub columns: BTreeMap<&'static str, usize>,
    pub titles: BTreeMap<&'static str, &'t Cell>,
    /// That a title or what stands above names.
    pub unit: Option<Unit>,
    /// Titles that mean nothing here.
    pub unknown: Vec<&'t Cell>,
}

/// Titles stand in one of so many rows.
const ROWS: usize = 30;

/// The first row with all `needed` fields; none where no row has them.
pub(super) fn find<'t>(table: &'t Table, titles: Titles, needed: &[&str]) -> Option<Heads<'t>> {
    let mut unit = None;
    for (row, cells) in table.rows.iter().take(ROWS) {
        let mut heads =
            Heads { row: *row, columns: BTreeMap::new(), titles: BTreeMap::new(), unit, unknown: Vec::new() };
        for (column, cell) in cells.iter().filter(|(_, cell)| !cell.merged) {
            let text = cell.text();
            let title = even(&text);
            let field = titles.iter().find(|(_, names)| names.contains(&title.as_str()));
            match field {
                Some((field, _)) if !heads.columns.contains_key(field) => {
                    heads.columns.insert(field, *column);
                    heads.titles.insert(field, cell);
                }
                _ => heads.unknown.push(cell),
            }
            unit = unit.or(named_unit(&text));
        }
        heads.unit = unit;
        if needed.iter().all(|field| heads.columns.contains_key(field)) {
            return Some(heads);
        }
    }
    None
}

/// A title without blanks, marks and what stands in brackets, in small letters.
fn even(title: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for character in title.chars() {
        match character {
            '（' | '(' | '[' | '【' => depth += 1,
            '）' | ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 || character.is_whitespace() || "*：:_-.".contains(character) => (),
            '\u{ff01}'..='\u{ff5e}' => {
                out.extend(char::from_u32(character as u32 - 0xfee0).map(|it| it.to_ascii_lowercase()));
            }
            other => out.extend(other.to_lowercase()),
        }
    }
    out
}

/// `单价（万元）`, `单位：万元`
fn named_unit(text: &str) -> Option<Unit> {
    let plain: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let has = |unit: &str| {
        ["（", "(", "单位：", "单位:", "/"].iter().any(|before| plain.contains(&format!("{before}{unit}")))
    };
    if has("万元") {
        Some(Unit::TenThousand)
    } else if has("元") || has("人民币元") {
        Some(Unit::One)
    } else {
        None
    }
}
