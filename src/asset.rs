//! Owns the pictures and scans that a bid shows: what they are, and what they look like before they go into pages.
//! The only room that names the decoder of pictures. Decodes nothing whose size was not looked at first,
//! and knows nothing of pages; the pages of a PDF are counted by the room that sets them.

mod jpeg;
mod pixel;
mod png;
mod svg;

use std::fmt;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Png,
    Jpeg,
    Svg,
    Pdf,
}

impl Format {
    /// The name that data and templates know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
        }
    }
}

/// What the headers of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    pub format: Format,
    /// In pixels, as people see the picture: after the rotation that a camera asked for. Zero for a PDF.
    pub width: u32,
    pub height: u32,
}

/// The largest picture that is decoded. A small file can ask for gigabytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub megapixels: u32,
}

impl Default for Limit {
    /// An A4 page at 600 dpi has 35 megapixels.
    fn default() -> Self {
        Self { megapixels: 40 }
    }
}

/// Why a file cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing that looks like a picture.
    NotAnImage,
    /// A picture, but of a kind that is not taken: its name, such as `GIF` or `animated PNG`.
    Unsupported { found: &'static str },
    /// The end is missing.
    Truncated,
    /// Damaged, with what is wrong in English.
    Broken { why: String },
    /// Both in megapixels, rounded up.
    TooLarge { megapixels: u64, limit: u64 },
    /// Something in an SVG that loads or runs other things, and where it stands in the file.
    UnsafeSvg { what: String, at: Range<usize> },
}

impl Fault {
    /// The code of the finding that tells it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAnImage | Self::Unsupported { .. } => "image-unsupported",
            Self::Truncated | Self::Broken { .. } => "image-broken",
            Self::TooLarge { .. } => "image-too-large",
            Self::UnsafeSvg { .. } => "image-svg-unsafe",
        }
    }

    fn broken(why: impl fmt::Display) -> Self {
        Self::Broken { why: why.to_string() }
    }
}

/// The value that findings tell it by: a term of the catalogue, or the words of a decoder in English.
impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnImage => out.write_str("@image-none"),
            Self::Unsupported { found } => out.write_str(found),
            Self::Truncated => out.write_str("@image-truncated"),
            Self::Broken { why } => out.write_str(why),
            Self::TooLarge { megapixels, limit } => write!(out, "{megapixels} megapixels, limit {limit}"),
            Self::UnsafeSvg { what, .. } => out.write_str(what),
        }
    }
}

/// Reads what the headers of a file say, and refuses what must not or cannot be shown.
///
/// Cheap: no pixel is decoded, so damaged pixels pass here and are found by [`examine`].
pub fn probe(bytes: &[u8], limit: Limit) -> Result<Probe, Fault> {
    let probe = if png::is(bytes) {
        png::probe(bytes)?
    } else if jpeg::is(bytes) {
        jpeg::probe(bytes)?
    } else if is_pdf(bytes) {
        return Ok(Probe { format: Format::Pdf, width: 0, height: 0 });
    } else if svg::is(bytes) {
        return svg::probe(bytes);
    } else if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Err(Fault::broken("a Git LFS pointer stands for the file"));
    } else {
        return Err(foreign(bytes).map_or(Fault::NotAnImage, |found| Fault::Unsupported { found }));
    };
    let (pixels, limit) = (u64::from(probe.width) * u64::from(probe.height), u64::from(limit.megapixels));
    if pixels > limit * 1_000_000 {
        return Err(Fault::TooLarge { megapixels: pixels.div_ceil(1_000_000), limit });
    }
    Ok(probe)
}

/// The dots per inch that a JPEG asks to be shown with.
pub fn density(bytes: &[u8]) -> Option<f64> {
    jpeg::density(bytes)
}

/// A picture ready for pages.
#[derive(Clone, PartialEq, Eq)]
pub struct Normal {
    /// The format may have changed, and a rotation may have turned width into height.
    pub probe: Probe,
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Normal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Normal({:?}, {} bytes)", self.probe, self.bytes.len())
    }
}

/// Decodes a probed picture for the faults in it alone. SVG and PDF have no pixels.
pub fn examine(bytes: &[u8], probe: &Probe) -> Result<(), Fault> {
    match probe.format {
        Format::Png | Format::Jpeg => pixel::decode(bytes, probe).map(drop),
        Format::Svg | Format::Pdf => Ok(()),
    }
}

/// Makes a probed file fit for a bid: names, places and dates that cameras and programs leave in it are taken out,
/// a rotation asked for is done, and a photograph stored as PNG becomes a JPEG. Equal bytes in, equal bytes out.
///
/// Pixels are decoded, so damage in them is found. SVG and PDF stay as they are.
pub fn normalise(bytes: &[u8], probe: &Probe) -> Result<Normal, Fault> {
    match probe.format {
        Format::Png => png::normalise(bytes, probe),
        Format::Jpeg => jpeg::normalise(bytes, probe),
        Format::Svg | Format::Pdf => Ok(Normal { probe: *probe, bytes: bytes.to_vec() }),
    }
}

/// Readers of PDF accept a header that comes a little late.
fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    head.windows(5).any(|window| window == b"%PDF-")
}

/// The name of a picture format that is known but not taken.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let brand = bytes.get(4..12);
    Some(match bytes {
        [b'G', b'I', b'F', b'8', ..] => "GIF",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "WebP",
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => "BMP",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "TIFF",
        [0, 0, 0, 12, b'j', b'P', ..] => "JPEG 2000",
        [b'8', b'B', b'P', b'S', ..] => "PSD",
        [0x1F, 0x8B, ..] => "gzip (SVGZ)",
        [b'P', b'K', 3, 4, ..] => "ZIP",
        _ => match brand {
            Some(b"ftypheic" | b"ftypheix" | b"ftypmif1") => "HEIC",
            Some(b"ftypavif") => "AVIF",
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(bytes: &[u8]) -> Fault {
        probe(bytes, Limit::default()).expect_err("a fault")
    }

    #[test]
    fn what_is_no_picture_is_named() {
        assert_eq!(fault(b""), Fault::NotAnImage);
        assert_eq!(fault("报价".as_bytes()), Fault::NotAnImage);
        assert_eq!(fault(b"GIF89a.."), Fault::Unsupported { found: "GIF" });
        assert_eq!(fault(b"RIFF\x10\0\0\0WEBPVP8 "), Fault::Unsupported { found: "WebP" });
        assert_eq!(fault(b"\0\0\0\x18ftypheic"), Fault::Unsupported { found: "HEIC" });
        assert_eq!(fault(b"<html><body>404</body></html>"), Fault::NotAnImage);
        let pointer = fault(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
        assert_eq!(
            (pointer.code(), pointer.to_string().as_str()),
            ("image-broken", "a Git LFS pointer stands for the file")
        );
    }

    #[test]
    fn a_pdf_stays_as_it_is() {
        let bytes = b"%PDF-1.7\nrest";
        let found = probe(bytes, Limit::default()).expect("a PDF");
        assert_eq!(found, Probe { format: Format::Pdf, width: 0, height: 0 });
        assert_eq!(normalise(bytes, &found).expect("no change").bytes, bytes);
    }
}
