//! Rows: the documents of a kind, or the items in them, for which conditions hold. Rules and reports speak of rows.

use serde::Deserialize;

use super::{Guide, Spot, Way};

/// The rows that a rule or a report speaks of.
#[derive(Clone, Debug, Deserialize)]
pub struct Rows {
    /// The kind of the documents.
    pub of: String,
    /// From a document to its rows; without it the document is the row.
    pub each: Option<Way>,
    /// Only rows for which every way leads to one of its values; `!` before a value excludes it.
    #[serde(default)]
    pub only: Vec<Condition>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Condition {
    pub at: Way,
    /// Texts, one of which must be found. Without any of these three something must be found at all.
    #[serde(default)]
    pub is: Vec<String>,
    #[serde(default)]
    pub not: Vec<String>,
    /// Nothing may be found.
    #[serde(default)]
    pub absent: bool,
}

impl Rows {
    pub fn find<'w>(&self, guide: &Guide<'w>) -> Vec<Spot<'w>> {
        let documents = guide.documents(&self.of).iter().map(|document| Spot::of(document));
        let rows = documents.flat_map(|spot| match &self.each {
            Some(way) => guide.walk(&spot, way),
            None => vec![spot],
        });
        rows.filter(|row| self.only.iter().all(|condition| condition.holds(guide, row))).collect()
    }
}

impl Condition {
    pub fn holds<'w>(&self, guide: &Guide<'w>, row: &Spot<'w>) -> bool {
        let texts = guide.texts(row, &self.at);
        let found = |wanted: &[String]| texts.iter().any(|text| wanted.contains(text));
        match (self.is.as_slice(), self.not.as_slice()) {
            ([], []) => guide.walk(row, &self.at).is_empty() == self.absent,
            ([], not) => !found(not),
            (is, not) => found(is) && !found(not),
        }
    }
}
