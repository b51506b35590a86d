//! Owns the chunks of a PNG: what it is, a copy without texts and dates, and whether it is really a photograph.

use std::collections::HashSet;

use image::DynamicImage;
use image::metadata::Orientation;

use super::pixel::{Pixels, Quality, decode, orientation, seen};
use super::{Fault, Format, Normal, Probe};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

pub fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

pub fn probe(bytes: &[u8]) -> Result<Probe, Fault> {
    Ok(read(bytes)?.probe())
}

/// A copy of the chunks that pixels need, or a JPEG when the picture is a photograph.
pub fn normalise(bytes: &[u8], probe: &Probe) -> Result<Normal, Fault> {
    let png = read(bytes)?;
    let pixels = decode(bytes, probe)?;
    let photograph = is_photograph(&png, &pixels);
    let pixels = pixels.turned(png.orientation);
    if photograph {
        let jpeg = pixels.to_jpeg(Quality::First)?;
        if jpeg.bytes.len() < png.clean.len() {
            return Ok(jpeg);
        }
    }
    if png.orientation != Orientation::NoTransforms {
        return pixels.to_png();
    }
    Ok(Normal { probe: png.probe(), bytes: png.clean })
}

struct Png {
    width: u32,
    height: u32,
    palette: bool,
    transparent: bool,
    orientation: Orientation,
    /// The file without its metadata.
    clean: Vec<u8>,
}

impl Png {
    fn probe(&self) -> Probe {
        let (width, height) = seen(self.width, self.height, self.orientation);
        Probe { format: Format::Png, width, height }
    }
}

fn read(bytes: &[u8]) -> Result<Png, Fault> {
    let mut clean = SIGNATURE.to_vec();
    let mut png: Option<Png> = None;
    let mut pixels = false;
    let mut at = SIGNATURE.len();
    loop {
        let (kind, body, end) = chunk(bytes, at)?;
        match (kind, &mut png) {
            (b"IHDR", None) => png = Some(header(body)?),
            (_, None) => return Err(Fault::broken("the first chunk is not the header")),
            (b"acTL", _) => return Err(Fault::Unsupported { found: "animated PNG" }),
            (b"tRNS", Some(png)) => png.transparent = true,
            (b"eXIf", Some(png)) => png.orientation = orientation(body),
            (b"IDAT", _) => pixels = true,
            _ => {}
        }
        if is_kept(kind) {
            clean.extend(&bytes[at..end]);
        }
        at = end;
        if kind == b"IEND" {
            break;
        }
    }
    match png {
        Some(png) if pixels => Ok(Png { clean, ..png }),
        _ => Err(Fault::broken("no pixels")),
    }
}

/// Kind and body of the chunk at `at`, and where the next one starts.
fn chunk(bytes: &[u8], at: usize) -> Result<(&[u8; 4], &[u8], usize), Fault> {
    let length = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>).ok_or(Fault::Truncated)?;
    let length = u32::from_be_bytes(*length);
    let kind = bytes.get(at + 4..).and_then(<[u8]>::first_chunk::<4>).ok_or(Fault::Truncated)?;
    let length = match usize::try_from(length) {
        Ok(length) if length <= 0x7FFF_FFFF => length,
        _ => return Err(Fault::broken(format!("a chunk without limit at byte {at}"))),
    };
    let end = at + 12 + length;
    let body = bytes.get(at + 8..at + 8 + length).filter(|_| end <= bytes.len()).ok_or(Fault::Truncated)?;
    Ok((kind, body, end))
}

fn header(body: &[u8]) -> Result<Png, Fault> {
    let &[w1, w2, w3, w4, h1, h2, h3, h4, _depth, colour, _, _, _] = body else {
        return Err(Fault::broken("the header has a wrong length"));
    };
    let (width, height) = (u32::from_be_bytes([w1, w2, w3, w4]), u32::from_be_bytes([h1, h2, h3, h4]));
    if width == 0 || height == 0 {
        return Err(Fault::broken("the picture has no width or no height"));
    }
    let (palette, transparent) = (colour == 3, colour & 4 != 0);
    Ok(Png { width, height, palette, transparent, orientation: Orientation::NoTransforms, clean: Vec::new() })
}

/// Whether a chunk changes how pixels look. All others may tell who made the picture, with what, when and where.
fn is_kept(kind: &[u8; 4]) -> bool {
    matches!(
        kind,
        b"IHDR"
            | b"PLTE"
            | b"IDAT"
            | b"IEND"
            | b"tRNS"
            | b"gAMA"
            | b"cHRM"
            | b"sRGB"
            | b"iCCP"
            | b"sBIT"
            | b"pHYs"
    )
}

/// Half a megapixel and more, nothing to see through, many colours, and badly compressed for it: a diagram with
/// smooth edges or a screenshot has few colours or large even areas, and would suffer as a JPEG.
fn is_photograph(png: &Png, pixels: &Pixels) -> bool {
    let area = u64::from(png.width) * u64::from(png.height);
    let size = png.clean.len() as u64;
    if png.palette || area < 500_000 || size * 2 < area {
        return false;
    }
    if png.transparent && !is_opaque(&pixels.image) {
        return false;
    }
    // The step is odd so that it does not keep to one column of a picture with an even width.
    let step = usize::try_from(area / 65_536).unwrap_or(usize::MAX).max(1) | 1;
    let image = pixels.image.to_rgb8();
    let colours: HashSet<[u8; 3]> = image.pixels().step_by(step).map(|pixel| pixel.0).collect();
    // A grey scan is often stored in colour.
    let grey = colours.iter().all(|[red, green, blue]| red == green && green == blue);
    colours.len() >= if grey { 128 } else { 4096 }
}

fn is_opaque(image: &DynamicImage) -> bool {
    match image {
        DynamicImage::ImageRgba8(image) => image.pixels().all(|pixel| pixel.0[3] == u8::MAX),
        DynamicImage::ImageLumaA8(image) => image.pixels().all(|pixel| pixel.0[1] == u8::MAX),
        DynamicImage::ImageRgba16(image) => image.pixels().all(|pixel| pixel.0[3] == u16::MAX),
        DynamicImage::ImageLumaA16(image) => image.pixels().all(|pixel| pixel.0[1] == u16::MAX),
        other => !other.color().has_alpha(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::{Limit, normalise, probe};
    use image::codecs::png::PngEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    fn png(width: u32, height: u32, colour: ExtendedColorType, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes).write_image(pixels, width, height, colour).expect("the picture is plain");
        bytes
    }

    /// Noise that is the same in every run.
    fn noise(count: usize) -> Vec<u8> {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..count).map(|_| next()).collect()
    }

    /// Puts a chunk after the header.
    fn with(bytes: &[u8], kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let crc = kind.iter().chain(body).fold(u32::MAX, |crc, byte| {
            (0..8).fold(
                crc ^ u32::from(*byte),
                |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 },
            )
        });
        let mut out = bytes[..33].to_vec();
        out.extend((body.len() as u32).to_be_bytes());
        out.extend(kind);
        out.extend(body);
        out.extend((!crc).to_be_bytes());
        out.extend(&bytes[33..]);
        out
    }

    fn small() -> Vec<u8> {
        png(30, 20, ExtendedColorType::Rgb8, &noise(30 * 20 * 3))
    }

    fn run(bytes: &[u8]) -> Result<Normal, Fault> {
        normalise(bytes, &probe(bytes, Limit::default())?)
    }

    #[test]
    fn metadata_goes_and_pixels_stay() {
        let plain = small();
        let bytes = with(&with(&plain, b"tEXt", b"Author\0Secret"), b"tIME", &[7, 234, 1, 2, 3, 4, 5]);
        let mut trailed = bytes.clone();
        trailed.extend(b"Secret");
        assert!(run(&trailed).expect("a clean picture").bytes == run(&plain).expect("a plain picture").bytes);
        assert!(run(&plain).expect("a plain picture").bytes == plain);
    }

    #[test]
    fn a_rotation_is_done() {
        let bytes =
            with(&small(), b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
        let normal = run(&bytes).expect("a turned picture");
        assert_eq!(normal.probe, Probe { format: Format::Png, width: 20, height: 30 });
        assert_eq!(probe(&normal.bytes, Limit::default()), Ok(normal.probe));
    }

    #[test]
    fn a_photograph_becomes_a_jpeg_and_a_diagram_does_not() {
        let photo = png(1000, 600, ExtendedColorType::Rgb8, &noise(1000 * 600 * 3));
        let normal = run(&photo).expect("a photo");
        assert_eq!(normal.probe, Probe { format: Format::Jpeg, width: 1000, height: 600 });
        assert!(normal.bytes.len() < photo.len() && run(&photo).as_ref() == Ok(&normal));
        assert_eq!(probe(&normal.bytes, Limit::default()), Ok(normal.probe));

        let grey = png(1000, 600, ExtendedColorType::L8, &noise(1000 * 600));
        assert_eq!(run(&grey).expect("a grey photo").probe.format, Format::Jpeg);
        let grey: Vec<u8> = noise(1000 * 600).into_iter().flat_map(|grey| [grey; 3]).collect();
        assert_eq!(
            run(&png(1000, 600, ExtendedColorType::Rgb8, &grey)).expect("a grey scan").probe.format,
            Format::Jpeg
        );
        let mut glass = noise(1000 * 600 * 4);
        assert_eq!(
            run(&png(1000, 600, ExtendedColorType::Rgba8, &glass)).expect("glass").probe.format,
            Format::Png
        );
        glass.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = 255);
        assert_eq!(
            run(&png(1000, 600, ExtendedColorType::Rgba8, &glass)).expect("opaque").probe.format,
            Format::Jpeg
        );

        let diagram: Vec<u8> =
            (0..1000 * 600).flat_map(|at| [(at / 5000) as u8, (at % 1000 / 100) as u8, 0]).collect();
        let diagram = png(1000, 600, ExtendedColorType::Rgb8, &diagram);
        assert!(run(&diagram).expect("a diagram").bytes == diagram);
    }

    #[test]
    fn a_small_file_that_asks_for_gigabytes_is_refused() {
        let mut bytes = small();
        bytes[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
        assert_eq!(probe(&bytes, Limit::default()), Err(Fault::TooLarge { megapixels: 269, limit: 40 }));
        bytes[16..24].fill(0x7F);
        assert!(matches!(probe(&bytes, Limit::default()), Err(Fault::TooLarge { .. })));
        bytes[16..20].fill(0);
        assert!(matches!(probe(&bytes, Limit::default()), Err(Fault::Broken { .. })));
    }

    #[test]
    fn every_truncation_is_found_and_animation_is_refused() {
        let bytes = small();
        for end in 8..bytes.len() {
            assert_eq!(probe(&bytes[..end], Limit::default()), Err(Fault::Truncated), "cut at {end}");
        }
        let animated = with(&bytes, b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
        assert_eq!(probe(&animated, Limit::default()), Err(Fault::Unsupported { found: "animated PNG" }));
    }

    #[test]
    fn damaged_pixels_are_a_fault_and_never_a_panic() {
        let bytes = small();
        let mut faults = 0;
        for at in 8..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x55;
            let found = probe(&bytes, Limit { megapixels: 1 });
            faults += usize::from(found.and_then(|found| normalise(&bytes, &found)).is_err());
        }
        assert!(faults > bytes.len() / 2, "{faults} of {}", bytes.len());
    }
}
