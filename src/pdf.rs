//! Owns the reading of finished PDFs: what their pages say, and every string that stands in them beside the pages.
//!
//! What was sent out is judged by the file, not by the layout that it was made of. Text inside pictures is not part of it.

use std::sync::Arc;

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Dict, MaybeRef, Name, Object};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, interpret_page,
};
use kurbo::{Affine, BezPath, Point, Rect};

/// What a PDF says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// From the first sheet.
    pub pages: Vec<Page>,
    /// Every other string: properties, contents, links, names, words for screen readers; and the XML of the properties.
    pub strings: Vec<String>,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// A line for each run of text on one baseline. Text that is drawn unseen counts.
    pub text: String,
    pub pictures: usize,
    /// Whether letters are drawn in anything but black.
    pub coloured: bool,
}

/// Reads a PDF; `None` for one that cannot be read.
pub fn read(bytes: &[u8]) -> Option<Said> {
    let pdf = Pdf::new(bytes.to_vec()).ok()?;
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings {
        // Shapes do not matter: a font that is not inside needs none.
        font_resolver: Arc::new(|_| None),
        render_annotations: true,
        ..InterpreterSettings::default()
    };
    let pages = pdf.pages().iter().map(|page| {
        let room = Rect::new(0.0, 0.0, 1.0, 1.0);
        let mut context = Context::new(Affine::IDENTITY, room, &cache, pdf.xref(), settings.clone());
        let mut lines = Lines::default();
        interpret_page(page, &mut context, &mut lines);
        lines.page
    });
    let pages = pages.collect();
    let mut strings = Vec::new();
    for object in pdf.objects() {
        gather(&object, &mut strings, 0);
    }
    strings.sort();
    strings.dedup();
    Some(Said { pages, strings })
}

/// Deeper than any sound file goes.
const DEEPEST: usize = 32;

fn gather(object: &Object, strings: &mut Vec<String>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match object {
        Object::String(string) => strings.push(decode(string.as_bytes())),
        Object::Array(array) => {
            for item in array.raw_iter() {
                if let MaybeRef::NotRef(item) = item {
                    gather(&item, strings, depth + 1);
                }
            }
        }
        Object::Dict(dict) => entries(dict, strings, depth),
        Object::Stream(stream) => {
            entries(stream.dict(), strings, depth);
            let kind = stream.dict().get::<Name>("Type");
            if kind.is_some_and(|kind| kind.as_ref() == b"Metadata")
                && let Ok(xml) = stream.decoded()
            {
                strings.push(String::from_utf8_lossy(&xml).into_owned());
            }
        }
        _ => (),
    }
}

fn entries(dict: &Dict, strings: &mut Vec<String>, depth: usize) {
    for (_, value) in dict.entries() {
        if let MaybeRef::NotRef(value) = value {
            gather(&value, strings, depth + 1);
        }
    }
}

/// Strings are UTF-16 or UTF-8 behind a mark, or else bytes of which ASCII alone matters.
fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

/// Writes down the letters that are drawn.
#[derive(Default)]
struct Lines {
    page: Page,
    last: Option<Letter>,
}

#[derive(Clone, Copy)]
struct Letter {
    at: Point,
    size: f64,
    wide: bool,
}

impl Lines {
    fn add(&mut self, text: &str, at: Point, size: f64) {
        let wide = text.chars().any(|character| character >= '\u{2e80}');
        if let Some(last) = self.last {
            let size = size.max(last.size);
            let right = at.x - last.at.x;
            let room = if last.wide { 1.35 } else { 1.05 };
            // Raised and lowered letters stay in their line; what starts further left is another line or another cell.
            if (at.y - last.at.y).abs() > 0.5 * size || right < -0.2 * size {
                self.page.text.push('\n');
            } else if right > room * size && !self.page.text.ends_with(' ') {
                self.page.text.push(' ');
            }
        }
        self.page.text.push_str(text);
        self.last = Some(Letter { at, size, wide });
    }
}

impl Device<'_> for Lines {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'_>,
        transform: Affine,
        glyph_transform: Affine,
        paint: &Paint<'_>,
        _: &GlyphDrawMode,
    ) {
        self.page.coloured |= !is_black(paint);
        let whole = transform * glyph_transform;
        let at = whole * Point::ORIGIN;
        // Outlines have a thousand units to the letter.
        let size = (whole * Point::new(0.0, 1000.0) - at).hypot();
        match glyph.as_unicode() {
            Some(BfString::Char(character)) => self.add(character.encode_utf8(&mut [0; 4]), at, size),
            Some(BfString::String(text)) => self.add(&text, at, size),
            None => self.add("\u{fffd}", at, size),
        }
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'_>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {
        self.page.pictures += 1;
    }
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn is_black(paint: &Paint) -> bool {
    match paint {
        Paint::Color(color) => color.to_rgba().to_rgba8()[..3].iter().all(|part| *part < 16),
        Paint::Pattern(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::render::Standard;
    use crate::render::testing::{laid_out, settings};

    fn said(main: &str) -> super::Said {
        let pdf = laid_out(main, &[]).pdf(&settings(Standard::Pdf17)).expect("the PDF can be made");
        super::read(&pdf).expect("the PDF can be read")
    }

    #[test]
    fn pages_say_what_was_set() {
        let said =
            said("第一*章*E=mc2结束 \\ 第二行 ￥1,250.50\n#pagebreak()\n#table(columns: 2)[甲][乙][丙][丁]");
        assert_eq!(said.pages.len(), 2);
        assert_eq!(said.pages[0].text, "第一章E=mc2结束\n第二行 ￥1,250.50");
        assert_eq!(said.pages[1].text.split_whitespace().collect::<String>(), "甲乙丙丁");
    }

    #[test]
    fn colours_are_seen() {
        let said = said("黑#pagebreak()#text(fill: red)[红]#pagebreak()#text(fill: luma(8))[灰]");
        let seen: Vec<_> = said.pages.iter().map(|page| page.coloured).collect();
        assert_eq!(seen, [false, true, false]);
    }

    #[test]
    fn what_stands_beside_the_pages_is_read_too() {
        let said = said(
            "#set document(title: \"投标文件甲\", author: \"某某公司\")\n= 标题乙\n#link(\"https://example.invalid/丙\")[链接]",
        );
        for needle in ["投标文件甲", "某某公司", "标题乙", "https://example.invalid/丙"] {
            let found = said.strings.iter().any(|string| string.contains(needle));
            assert!(found, "{needle} in {:?}", said.strings);
        }
    }

    #[test]
    fn what_is_no_pdf_cannot_be_read() {
        for bytes in [&b""[..], b"%PDF-1.7\nnothing", b"\x89PNG\r\n\x1a\n"] {
            assert_eq!(super::read(bytes), None);
        }
    }
}
