//! The finished volumes of a package as rules see them: read from their files, not from the layouts.

use super::press::Print;
use super::shelf::Known;
use crate::pdf;
use crate::render::Anchor;
use crate::tender::{Place, Printed, Sheet};

/// A volume with what its file says.
pub(super) fn printed(id: &str, print: &Print, known: Known) -> Printed {
    let said = pdf::read(&print.pdf).unwrap_or_default();
    let mut pages = said.pages.into_iter();
    let sheet = |label| {
        let pdf::Page { text, pictures, coloured } = pages.next().unwrap_or_default();
        Sheet { label, text, pictures, coloured }
    };
    let sheets = known.labels.into_iter().map(sheet).collect();
    let place = |anchor: Anchor| {
        let place = Place {
            page: anchor.page,
            physical: anchor.physical,
            heading: anchor.heading,
            last: anchor.last_page,
        };
        (anchor.id, place)
    };
    Printed {
        id: id.to_owned(),
        title: print.volume.clone().unwrap_or_default(),
        file: print.name.clone(),
        bytes: print.pdf.len() as u64,
        sheets,
        strings: said.strings,
        anchors: known.anchors.into_iter().map(place).collect(),
    }
}
