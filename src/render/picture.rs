//! Owns how a JPEG reaches Typst: as it is, and never decoded.
//!
//! Typst decodes every picture it is given and keeps the pixels as long as the layout, 26 MB for a page scanned at
//! 300 dpi, although the PDF takes the bytes of a JPEG as they are. What an SVG shows it does not decode. So where the
//! JPEG should be, Typst finds an SVG of the same natural size, which shows the JPEG beside it.

use typst::foundations::Bytes;
use typst::visualize::Image;

use super::File;
use crate::asset::{self, Format, Limit};

/// The end of the path beside a framed picture where the JPEG itself is found.
const BESIDE: &str = ".jpg";
/// Wider and higher ones the PDF does not take. Only outside an SVG is that an error, inside they are left out.
const SIDE: u32 = 16_384;

/// What stands at a path in place of a JPEG; `None` for all other files, and for names that promise a format.
pub fn frame(path: &str, file: &File) -> Option<Bytes> {
    let name = path.rsplit('/').next().filter(|name| name.ends_with(".asset"))?;
    let probe = asset::probe(file.bytes(), Limit::default()).ok()?;
    if probe.format != Format::Jpeg || probe.width.max(probe.height) > SIDE {
        return None;
    }
    let scale = Image::USVG_DEFAULT_DPI / asset::density(file.bytes()).unwrap_or(Image::DEFAULT_DPI);
    let (width, height) = (f64::from(probe.width) * scale, f64::from(probe.height) * scale);
    let name = escaped(name);
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">\
         <image href=\"./{name}{BESIDE}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\"/></svg>"
    );
    Some(Bytes::from_string(svg))
}

/// The path of the picture that is shown from the one beside it.
pub fn framed(path: &str) -> Option<&str> {
    path.strip_suffix(BESIDE)
}

/// A file name may hold every character but the slash.
fn escaped(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        match character {
            '&' | '<' | '"' | '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(character))),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{laid_out, settings};
    use crate::render::{Layout, Standard};

    /// 1011 × 638 pixels at 150 dpi.
    const CARD: &[u8] = include_bytes!("../../samples/smart-park/library/people/scans/gu-minglan-front.jpg");

    fn shown(path: &str) -> Layout {
        let main = format!("#set page(width: auto, height: auto, margin: 0pt)\n#image({path:?})");
        laid_out(&main, &[(path, CARD)])
    }

    fn size(layout: &Layout) -> (f64, f64) {
        let size = layout.document().pages()[0].frame.size();
        (size.x.to_pt(), size.y.to_pt())
    }

    #[test]
    fn a_jpeg_goes_into_the_pdf_as_it_is() {
        for path in ["/files/证件 & \"正面\" <1>.asset", "/files/a/b.asset", "/files/c.jpg"] {
            for standard in [Standard::Pdf17, Standard::PdfA2b] {
                let pdf = shown(path).pdf(&settings(standard)).expect("the PDF can be made");
                assert!(pdf.windows(CARD.len()).any(|window| window == CARD), "{path}");
            }
        }
    }

    #[test]
    fn a_framed_picture_keeps_its_natural_size() {
        let (plain, framed) = (size(&shown("/files/a.jpg")), size(&shown("/files/a.asset")));
        assert!((plain.0 - 1011.0 * 72.0 / 150.0).abs() < 0.01);
        assert!((plain.0 - framed.0).abs() < 0.01 && (plain.1 - framed.1).abs() < 0.01, "{framed:?}");
    }
}
