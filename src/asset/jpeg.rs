//! Owns the segments of a JPEG: what it is, and a copy without what cameras and programs wrote into it.

use image::metadata::Orientation;

use super::pixel::{Quality, decode, orientation, seen};
use super::{Fault, Format, Normal, Probe};

pub fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8, 0xFF])
}

pub fn probe(bytes: &[u8]) -> Result<Probe, Fault> {
    Ok(read(bytes)?.probe())
}

/// A copy of the segments that pixels need. Only a rotation costs a second encoding.
pub fn normalise(bytes: &[u8], probe: &Probe) -> Result<Normal, Fault> {
    let jpeg = read(bytes)?;
    let pixels = decode(bytes, probe)?;
    if jpeg.orientation == Orientation::NoTransforms {
        return Ok(Normal { probe: jpeg.probe(), bytes: jpeg.clean });
    }
    // The decoder turns the four inks of print into RGB, which their profile does not fit.
    let pixels = if jpeg.components == 4 { pixels.without_profile() } else { pixels };
    pixels.turned(jpeg.orientation).to_jpeg(Quality::Again)
}

/// The dots per inch in the header of JFIF, which stands first.
pub fn density(bytes: &[u8]) -> Option<f64> {
    let body = body(bytes, marker(bytes, 2).ok().filter(|(marker, _)| *marker == 0xE0)?.1).ok()?;
    let &[unit, x1, x2, y1, y2, ..] = body.strip_prefix(b"JFIF\0\x01")?.get(1..)? else { return None };
    let dots = f64::from(u16::from_be_bytes([x1, x2]).max(u16::from_be_bytes([y1, y2])));
    match unit {
        1 => Some(dots),
        2 => Some(dots * 2.54),
        _ => None,
    }
    .filter(|dots| *dots > 0.0)
}

struct Jpeg {
    width: u32,
    height: u32,
    components: u8,
    orientation: Orientation,
    /// The file without its metadata.
    clean: Vec<u8>,
}

impl Jpeg {
    fn probe(&self) -> Probe {
        let (width, height) = seen(self.width, self.height, self.orientation);
        Probe { format: Format::Jpeg, width, height }
    }
}

const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;

/// Reads segment by segment up to the first end mark. What follows it, such as the further pictures of a phone,
/// is not part of the picture.
fn read(bytes: &[u8]) -> Result<Jpeg, Fault> {
    let mut frame = None;
    let mut turn = Orientation::NoTransforms;
    let mut clean = bytes.get(..2).ok_or(Fault::Truncated)?.to_vec();
    let mut at = 2;
    loop {
        let (marker, start) = marker(bytes, at)?;
        if marker == END {
            clean.extend([0xFF, END]);
            break;
        }
        let body = body(bytes, start)?;
        at = start + 2 + body.len();
        match marker {
            0xC0..=0xC2 => frame = Some(size(body)?),
            0xC3 | 0xC5..=0xC7 | 0xCB | 0xCD..=0xCF => {
                return Err(Fault::Unsupported { found: "lossless or hierarchical JPEG" });
            }
            0xC9 | 0xCA => return Err(Fault::Unsupported { found: "arithmetic-coded JPEG" }),
            0xE1 if let Some(exif) = body.strip_prefix(b"Exif\0\0") => turn = orientation(exif),
            _ => {}
        }
        if let Some(kept) = kept(marker, body) {
            let length = u16::try_from(kept.len() + 2).map_err(Fault::broken)?;
            clean.extend([0xFF, marker]);
            clean.extend(length.to_be_bytes());
            clean.extend(kept);
        }
        if marker == SCAN {
            let end = scan_end(bytes, at)?;
            clean.extend(&bytes[at..end]);
            at = end;
        }
    }
    let Some((width, height, components)) = frame else { return Err(Fault::broken("no frame header")) };
    Ok(Jpeg { width, height, components, orientation: turn, clean })
}

/// The marker at `at`, past any filling, and where its segment starts.
fn marker(bytes: &[u8], mut at: usize) -> Result<(u8, usize), Fault> {
    match bytes.get(at) {
        Some(0xFF) => {}
        Some(_) => return Err(Fault::broken(format!("no marker at byte {at}"))),
        None => return Err(Fault::Truncated),
    }
    while bytes.get(at) == Some(&0xFF) {
        at += 1;
    }
    let marker = *bytes.get(at).ok_or(Fault::Truncated)?;
    Ok((marker, at + 1))
}

fn body(bytes: &[u8], start: usize) -> Result<&[u8], Fault> {
    let length = bytes.get(start..start + 2).ok_or(Fault::Truncated)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    if length < 2 {
        return Err(Fault::broken(format!("a segment without length at byte {start}")));
    }
    bytes.get(start + 2..start + length).ok_or(Fault::Truncated)
}

fn size(body: &[u8]) -> Result<(u32, u32, u8), Fault> {
    let &[depth, h1, h2, w1, w2, components, ..] = body else { return Err(Fault::Truncated) };
    let (height, width) = (u16::from_be_bytes([h1, h2]), u16::from_be_bytes([w1, w2]));
    if depth != 8 {
        return Err(Fault::Unsupported { found: "12-bit JPEG" });
    }
    if width == 0 || height == 0 {
        return Err(Fault::broken("the picture has no width or no height"));
    }
    Ok((width.into(), height.into(), components))
}

/// What of a segment goes into the copy. Of the application segments only those that change how pixels look.
fn kept(marker: u8, body: &[u8]) -> Option<Vec<u8>> {
    match marker {
        // The thumbnail of JFIF may show what was cut away from the picture.
        0xE0 if body.starts_with(b"JFIF\0") && body.len() >= 14 => Some([&body[..12], &[0, 0]].concat()),
        0xE2 if body.starts_with(b"ICC_PROFILE\0") => Some(body.to_vec()),
        0xEE if body.starts_with(b"Adobe") => Some(body.to_vec()),
        0xE0..=0xEF | 0xFE => None,
        _ => Some(body.to_vec()),
    }
}

/// Where the coded pixels of a scan end: at the next marker that is neither a stuffed byte nor a restart.
fn scan_end(bytes: &[u8], from: usize) -> Result<usize, Fault> {
    let rest = bytes.get(from..).ok_or(Fault::Truncated)?;
    let end = rest.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7 | 0xFF));
    end.map(|end| from + end).ok_or(Fault::Truncated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::{Limit, normalise, probe};
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    /// A wide picture, dark on the left and light on the right, with metadata of all kinds.
    fn photo(orientation: u8) -> Vec<u8> {
        let pixels: Vec<u8> = (0..40 * 20).flat_map(|at| [(at % 40 * 6) as u8; 3]).collect();
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
        encoder.set_icc_profile(b"profile".to_vec()).expect("profiles are taken");
        encoder.write_image(&pixels, 40, 20, ExtendedColorType::Rgb8).expect("the picture is plain");
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
        exif.extend([0x0F, 1, 2, 0, 12, 0, 0, 0, 38, 0, 0, 0]);
        exif.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"SecretCamera");
        let extra: [(u8, &[u8]); 4] = [
            (0xE1, &exif),
            (0xE1, b"http://ns.adobe.com/xap/1.0/\0SecretAuthor"),
            (0xED, b"SecretPlace"),
            (0xFE, b"SecretNote"),
        ];
        let mut out = bytes[..2].to_vec();
        for (marker, body) in extra {
            out.extend([0xFF, marker]);
            out.extend((body.len() as u16 + 2).to_be_bytes());
            out.extend(body);
        }
        out.extend(&bytes[2..]);
        out.extend(b"SecretTrailer");
        out
    }

    fn contains(bytes: &[u8], text: &[u8]) -> bool {
        bytes.windows(text.len()).any(|window| window == text)
    }

    #[test]
    fn metadata_goes_and_pixels_stay_as_they_are() {
        let bytes = photo(1);
        let found = probe(&bytes, Limit::default()).expect("a photo");
        assert_eq!(found, Probe { format: Format::Jpeg, width: 40, height: 20 });
        let normal = normalise(&bytes, &found).expect("a clean photo");
        assert_eq!(normal.probe, found);
        assert!(!contains(&normal.bytes, b"Secret") && !contains(&normal.bytes, b"Exif"));
        assert!(contains(&normal.bytes, b"ICC_PROFILE\0\x01\x01profile"));
        let pixels = |bytes: &[u8]| decode(bytes, &found).expect("decodes").image.into_bytes();
        assert!(pixels(&bytes) == pixels(&normal.bytes));
        let again = normalise(&normal.bytes, &found).expect("still a photo");
        assert!(again.bytes == normal.bytes, "a clean photo stays as it is");
    }

    #[test]
    fn a_rotation_is_done() {
        let bytes = photo(6);
        let found = probe(&bytes, Limit::default()).expect("a photo");
        assert_eq!((found.width, found.height), (20, 40));
        let normal = normalise(&bytes, &found).expect("a turned photo");
        assert_eq!(probe(&normal.bytes, Limit::default()), Ok(found));
        assert!(!contains(&normal.bytes, b"Secret") && contains(&normal.bytes, b"profile"));
        let image = decode(&normal.bytes, &found).expect("decodes").image.to_luma8();
        assert!(image.get_pixel(10, 2).0[0] < 40 && image.get_pixel(10, 37).0[0] > 200);
    }

    #[test]
    fn every_truncation_is_found_without_a_panic() {
        let bytes = photo(1);
        for end in 4..bytes.len() - "SecretTrailer".len() {
            assert_eq!(probe(&bytes[..end], Limit::default()), Err(Fault::Truncated), "cut at {end}");
        }
    }

    #[test]
    fn damage_is_a_fault_or_a_picture_but_never_a_panic() {
        let bytes = photo(6);
        for at in 2..bytes.len() {
            for value in [0, 0xFF, bytes[at] ^ 0x55] {
                let mut bytes = bytes.clone();
                bytes[at] = value;
                if let Ok(found) = probe(&bytes, Limit { megapixels: 1 }) {
                    let _ = normalise(&bytes, &found);
                }
            }
        }
    }

    #[test]
    fn other_kinds_of_jpeg_are_named() {
        let kind = |marker: u8| probe(&[0xFF, 0xD8, 0xFF, marker, 0, 8, 8, 0, 1, 0, 1, 1], Limit::default());
        assert_eq!(kind(0xC9), Err(Fault::Unsupported { found: "arithmetic-coded JPEG" }));
        assert_eq!(kind(0xC3), Err(Fault::Unsupported { found: "lossless or hierarchical JPEG" }));
        assert_eq!(kind(0xC0), Err(Fault::Truncated));
    }
}
