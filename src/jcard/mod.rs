//! The tape's card for a real cassette case, at true size, with fold and cut
//! marks: laid out once, written as SVG or PDF.

mod encoding;
mod inside;
mod metrics;
mod outside;
mod pdf;
mod sheet;
mod svg;

use jpeg_encoder::{ColorType, Encoder};

use self::metrics::Face;
use self::sheet::{COVER, Sheet};
use crate::look::art;
use crate::look::theme::Theme;
use crate::player::model::Card;

/// What the card is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// SVG 1.1, in whatever script.
    Svg,
    /// PDF 1.4 with the fonts that every reader has, which know Latin letters.
    Pdf,
}

impl Format {
    /// By the ending of a file's name, capitals or not.
    pub fn of(path: &std::path::Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match &*ending {
            "svg" => Some(Self::Svg),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }
}

/// A card as a file.
#[derive(Debug)]
pub struct Printed {
    /// What is in the file.
    pub bytes: Vec<u8>,
    /// Different letters that its fonts lack, wholly or their accents.
    pub lost: usize,
}

/// Why there is no card.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// A picture of its size cannot be had.
    #[error("there is no memory for the cover's picture")]
    Memory,
    /// The picture does not become a JPEG.
    #[error("the cover cannot be printed: {0}")]
    Cover(#[from] jpeg_encoder::EncodingError),
}

/// Writes a card; `wear` of each side in equal parts, 0.0 (new) to 1.0.
///
/// # Errors
/// When the picture on the cover cannot be made.
pub fn write(
    card: &Card,
    wear: &[Vec<f32>; 2],
    theme: &Theme,
    format: Format,
) -> Result<Printed, CardError> {
    let cover = cover(card, theme)?;
    Ok(match format {
        Format::Svg => {
            let sheet = Sheet::new(card, wear, theme, Face::Any);
            Printed {
                bytes: svg::write(&sheet, &cover).into_bytes(),
                lost: 0,
            }
        }
        Format::Pdf => {
            let sheet = Sheet::new(card, wear, theme, Face::Printer);
            let (bytes, lost) = pdf::write(&sheet, &cover);
            Printed { bytes, lost }
        }
    })
}

/// The cover, or the picture painted for this tape, as a square JPEG.
fn cover(card: &Card, theme: &Theme) -> Result<Vec<u8>, CardError> {
    let own = card.cover.as_ref();
    let own = own.and_then(|bytes| art::cover(bytes, COVER));
    let picture = own.or_else(|| art::painted(theme, card.seed, COVER));
    let picture = picture.ok_or(CardError::Memory)?;
    let pixels = picture.pixels().iter();
    let rgb: Vec<u8> = pixels
        .flat_map(|p| [p.red(), p.green(), p.blue()])
        .collect();
    let mut jpeg = Vec::new();
    let side = COVER as u16;
    Encoder::new(&mut jpeg, 92).encode(&rgb, side, side, ColorType::Rgb)?;
    Ok(jpeg)
}
