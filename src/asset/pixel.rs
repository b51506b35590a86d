//! Owns decoded pixels: reading them within limits, turning them, writing them again.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, Limits};

use super::{Fault, Format, Normal, Probe};

/// How a JPEG is written. Both are beyond what print shows.
#[derive(Clone, Copy)]
pub enum Quality {
    /// For what was a JPEG before and loses a second time.
    Again = 90,
    First = 85,
}

/// A decoded picture with the colour profile it came with.
pub struct Pixels {
    pub image: DynamicImage,
    profile: Option<Vec<u8>>,
}

/// Decodes what was probed before; damage is a fault.
pub fn decode(bytes: &[u8], probe: &Probe) -> Result<Pixels, Fault> {
    match probe.format {
        Format::Png => read(PngDecoder::with_limits(Cursor::new(bytes), limits(probe)), probe),
        _ => read(JpegDecoder::new(Cursor::new(bytes)), probe),
    }
}

fn read<D: ImageDecoder>(decoder: image::ImageResult<D>, probe: &Probe) -> Result<Pixels, Fault> {
    let mut decoder = decoder.map_err(Fault::broken)?;
    decoder.set_limits(limits(probe)).map_err(Fault::broken)?;
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| !profile.is_empty());
    let image = DynamicImage::from_decoder(decoder).map_err(Fault::broken)?;
    Ok(Pixels { image, profile })
}

/// Room for eight bytes a pixel, the most that a PNG can have, and for the decoder's own work.
fn limits(probe: &Probe) -> Limits {
    let mut limits = Limits::no_limits();
    let pixels = u64::from(probe.width) * u64::from(probe.height);
    limits.max_alloc = Some(pixels * 16 + (64 << 20));
    limits
}

impl Pixels {
    pub fn turned(mut self, orientation: Orientation) -> Self {
        self.image.apply_orientation(orientation);
        self
    }

    /// The same picture without its colour profile, where that belongs to inks and not to pixels.
    pub fn without_profile(self) -> Self {
        Self { profile: None, ..self }
    }

    pub fn to_jpeg(&self, quality: Quality) -> Result<Normal, Fault> {
        let image = match self.image.color().has_color() {
            true => DynamicImage::ImageRgb8(self.image.to_rgb8()),
            false => DynamicImage::ImageLuma8(self.image.to_luma8()),
        };
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality as u8);
        if let Some(profile) = &self.profile {
            encoder.set_icc_profile(profile.clone()).map_err(Fault::broken)?;
        }
        image.write_with_encoder(encoder).map_err(Fault::broken)?;
        Ok(self.normal(Format::Jpeg, bytes))
    }

    pub fn to_png(&self) -> Result<Normal, Fault> {
        let mut bytes = Vec::new();
        let mut encoder = PngEncoder::new(&mut bytes);
        if let Some(profile) = &self.profile {
            encoder.set_icc_profile(profile.clone()).map_err(Fault::broken)?;
        }
        self.image.write_with_encoder(encoder).map_err(Fault::broken)?;
        Ok(self.normal(Format::Png, bytes))
    }

    fn normal(&self, format: Format, bytes: Vec<u8>) -> Normal {
        Normal { probe: Probe { format, width: self.image.width(), height: self.image.height() }, bytes }
    }
}

/// The orientation that an EXIF block asks for.
pub fn orientation(exif: &[u8]) -> Orientation {
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}

/// Width and height as people see them.
pub fn seen(width: u32, height: u32, orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    }
}
