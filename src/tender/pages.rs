//! The finished pages of a bid, for rules that can only be judged there.

use std::collections::BTreeMap;

/// Where an anchor stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// As the page shows it.
    pub page: String,
    /// Counted from 1 at the first sheet.
    pub physical: usize,
    pub heading: String,
}

/// One finished volume.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    pub title: String,
    /// The text of every page, from the first sheet.
    pub texts: Vec<String>,
    pub anchors: BTreeMap<String, Place>,
}

/// The finished volumes of a bid in their order.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    pub volumes: Vec<Printed>,
}
