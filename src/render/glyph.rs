//! Owns what the pages were really set in: the faces in use, and characters that no face could show.

use std::collections::{BTreeSet, HashSet};

use typst::World;
use typst::layout::FrameItem;
use typst::text::{FontStyle, FontVariant, Glyph, TextItem};
use typst_layout::PagedDocument;

use super::complaint::{Complaint, ComplaintKind, Place, place};
use super::frame::visit;
use super::world::JobWorld;

/// Characters set as the box that stands for a missing glyph: each once a place, at its first page.
pub fn missing(world: &JobWorld, document: &PagedDocument) -> Vec<Complaint> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for (index, page) in document.pages().iter().enumerate() {
        visit(&page.frame, &mut |_, item| {
            let FrameItem::Text(text) = item else { return };
            for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                let Some(character) = character(text, glyph) else { continue };
                let place = place_of(world, character, glyph);
                // A character without a place is told once a page at most.
                let page = if place.is_some() { 0 } else { index };
                if seen.insert((character, place.clone(), page)) {
                    let font = text.font.font().info().family.clone();
                    let code = u32::from(character);
                    let message = format!("no font has a glyph for U+{code:04X} `{character}`");
                    let kind = ComplaintKind::GlyphMissing { character, font };
                    out.push(Complaint { place, page: Some(index + 1), ..Complaint::new(kind, message) });
                }
            }
        });
    }
    out
}

/// The names of all faces that text on the pages is set in, such as `Noto Serif SC Bold`.
pub fn faces(document: &PagedDocument) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for page in document.pages() {
        visit(&page.frame, &mut |_, item| {
            if let FrameItem::Text(text) = item {
                let info = text.font.font().info();
                out.insert(format!("{} {}", info.family, style(info.variant)));
            }
        });
    }
    out
}

/// The character a glyph stands for; none for what is not to be seen anyway.
fn character(text: &TextItem, glyph: &Glyph) -> Option<char> {
    let character = text.text.get(glyph.range())?.chars().next()?;
    (!character.is_control() && !character.is_whitespace()).then_some(character)
}

/// The place of the character itself where the source has it as written, else of what produced it.
fn place_of(world: &JobWorld, character: char, glyph: &Glyph) -> Option<Place> {
    let (span, offset) = glyph.span;
    let mut place = place(world, span)?;
    let source = world.source(span.id()?).ok()?;
    let written = source.text().get(place.range.clone())?;
    // In markup the offset counts from the start of the node; in a string literal the quote and any escapes
    // come between, so the character is looked for from there on.
    let from = written.floor_char_boundary(usize::from(offset));
    if let Some(at) = written[from..].find(character).map(|at| from + at).or_else(|| written.find(character))
    {
        let start = place.range.start + at;
        place.range = start..start + character.len_utf8();
    }
    Some(place)
}

fn style(variant: FontVariant) -> String {
    let weight = match variant.weight.to_number() {
        100 => "Thin".to_owned(),
        200 => "ExtraLight".to_owned(),
        300 => "Light".to_owned(),
        400 => "Regular".to_owned(),
        500 => "Medium".to_owned(),
        600 => "SemiBold".to_owned(),
        700 => "Bold".to_owned(),
        800 => "ExtraBold".to_owned(),
        900 => "Black".to_owned(),
        other => other.to_string(),
    };
    match variant.style {
        FontStyle::Normal => weight,
        FontStyle::Italic => format!("{weight} Italic"),
        FontStyle::Oblique => format!("{weight} Oblique"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::laid_out;

    #[test]
    fn a_missing_glyph_is_found_at_its_character() {
        let main = "甲乙𠮷丙#pagebreak()𠮷#(\"a\\\"𠮷\")";
        let layout = laid_out(main, &[]);
        let found: Vec<_> = layout.complaints().iter().collect();
        assert_eq!(found.len(), 3, "{found:?}");
        let prelude = crate::render::testing::job("", &[]).main.len();
        for (complaint, page) in found.iter().zip([1, 2, 2]) {
            let ComplaintKind::GlyphMissing { character, font } = &complaint.kind else {
                panic!("{complaint:?}")
            };
            assert_eq!((*character, font.as_str(), complaint.page), ('𠮷', "Noto Serif SC", Some(page)));
            let range = complaint.place.as_ref().expect("a place").range.clone();
            assert_eq!(&main[range.start - prelude..range.end - prelude], "𠮷");
        }
    }

    #[test]
    fn a_missing_glyph_from_data_is_told_once() {
        let main = "#for name in json(\"/data/job.json\") [#name #pagebreak(weak: true)]";
        let layout = laid_out(main, &[("/data/job.json", "[\"王𠮷\", \"𠮷林\", \"𠮷𪚥\"]".as_bytes())]);
        let told: Vec<_> = layout.complaints().iter().map(|c| (c.message.as_str(), c.page)).collect();
        assert_eq!(
            told,
            [
                ("no font has a glyph for U+20BB7 `𠮷`", Some(1)),
                ("no font has a glyph for U+2A6A5 `𪚥`", Some(3))
            ]
        );
    }

    #[test]
    fn faces_in_use_are_named() {
        let layout = laid_out("甲*乙*#text(font: \"Noto Sans SC\")[丙]", &[]);
        let faces: Vec<_> = layout.fonts_used().into_iter().collect();
        assert_eq!(faces, ["Noto Sans SC Regular", "Noto Serif SC Bold", "Noto Serif SC Regular"]);
    }
}
