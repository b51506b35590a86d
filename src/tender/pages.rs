//! The finished pages of a bid, for rules that can only be judged there.

use std::collections::BTreeMap;
use std::ops::Range;

/// Where an anchor stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// As the page shows it.
    pub page: String,
    /// Counted from 1 at the first sheet.
    pub physical: usize,
    pub heading: String,
    /// The page that the section of a heading ends on, as that one shows it.
    pub last: String,
}

/// One page: its number as it is printed, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    pub label: String,
    pub text: String,
    pub pictures: usize,
    /// Whether letters on it are not black.
    pub coloured: bool,
}

/// One finished volume, read from its file.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// The volume's own id in the package.
    pub id: String,
    pub title: String,
    /// What the file is called.
    pub file: String,
    pub bytes: u64,
    pub sheets: Vec<Sheet>,
    /// What stands in the file beside its pages: properties, contents, links.
    pub strings: Vec<String>,
    pub anchors: BTreeMap<String, Place>,
}

/// The finished volumes of a bid in their order.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    pub volumes: Vec<Printed>,
}

impl Printed {
    /// The first sheet of each chapter, counted from 1.
    fn starts(&self) -> Vec<usize> {
        (1..)
            .map_while(|chapter| self.anchors.get(&format!("{}#{chapter}", self.id)))
            .map(|place| place.physical)
            .collect()
    }

    /// The sheets of a chapter, counted from 1; the chapter from 0.
    pub fn sheets_of(&self, chapter: usize) -> Option<Range<usize>> {
        let starts = self.starts();
        let start = *starts.get(chapter)?;
        let end = starts.get(chapter + 1).map_or(self.sheets.len() + 1, |next| (*next).max(start + 1));
        Some(start..end)
    }

    /// The chapter that a sheet belongs to, from 0; none for cover and contents.
    pub fn chapter_at(&self, sheet: usize) -> Option<usize> {
        self.starts().iter().rposition(|start| *start <= sheet)
    }

    /// What the sheets of a range say, without the lines that every sheet begins or ends with.
    pub fn body(&self, sheets: Range<usize>) -> String {
        let repeated = |line: &str| {
            let sheets = self.sheets.iter().filter(|sheet| sheet.text.lines().any(|other| other == line));
            self.sheets.len() > 4 && sheets.count() * 2 > self.sheets.len()
        };
        let mut known: BTreeMap<&str, bool> = BTreeMap::new();
        let mut text = String::new();
        for sheet in sheets.filter_map(|sheet| self.sheets.get(sheet.checked_sub(1)?)) {
            for line in sheet.text.lines() {
                if !*known.entry(line).or_insert_with(|| repeated(line)) {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
        text
    }
}
