//! Words of any script as outlines: laid out from right to left where they are
//! read so, joined where they are written so, from the system's own fonts.

use fontdb::{Database, ID, Style, Weight};
use rustybuzz::{Direction, Face, UnicodeBuffer};
use tiny_skia::{Path, PathBuilder};
use ttf_parser::{GlyphId, OutlineBuilder};
use unicode_bidi::{BidiInfo, Level};

use super::outline::Pen;

/// Words as an outline.
pub struct Shaped {
    /// In units of the letters' size, from the start of the baseline, downwards.
    pub path: Path,
    /// How wide they are, in the same.
    pub width: f32,
}

/// The fonts of the system.
pub struct Shaper {
    fonts: Database,
}

impl Default for Shaper {
    /// Reads what fonts there are.
    fn default() -> Self {
        let mut fonts = Database::new();
        for font in super::letters::FONTS {
            fonts.load_font_data(font.to_vec());
        }
        fonts.load_system_fonts();
        Self { fonts }
    }
}

impl Shaper {
    /// Lays out a line of words. `None` where no font has some of their letters.
    pub fn shape(&self, words: &str, bold: bool) -> Option<Shaped> {
        // A line on a card begins at its left, whatever its first letter.
        let bidi = BidiInfo::new(words, Some(Level::ltr()));
        let paragraph = bidi.paragraphs.first()?;
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        let mut pen = Pen {
            path: PathBuilder::new(),
            scale: (1.0, 1.0),
            origin: (0.0, 0.0),
        };
        let mut width = 0.0;
        for run in runs {
            let backwards = levels[run.start].is_rtl();
            let mut pieces = self.by_font(&words[run], bold)?;
            if backwards {
                pieces.reverse();
            }
            for (font, words) in pieces {
                let drawn = self.fonts.with_face_data(font, |data, index| {
                    draw(data, index, words, backwards, &mut pen, &mut width)
                });
                drawn.flatten()?;
            }
        }
        Some(Shaped {
            path: pen.path.finish()?,
            width,
        })
    }

    /// Pieces that a font has all letters of.
    fn by_font<'a>(&self, words: &'a str, bold: bool) -> Option<Vec<(ID, &'a str)>> {
        let mut pieces: Vec<(ID, &str)> = Vec::new();
        let mut start = 0;
        for (at, letter) in words.char_indices() {
            let end = at + letter.len_utf8();
            match pieces.last_mut() {
                Some((font, piece)) if self.has(*font, letter) => *piece = &words[start..end],
                _ => {
                    start = at;
                    pieces.push((self.font_of(letter, bold)?, &words[start..end]));
                }
            }
        }
        Some(pieces)
    }

    fn has(&self, font: ID, letter: char) -> bool {
        // What joins and marks has no shape of its own.
        let silent = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{fe0e}' | '\u{fe0f}');
        let outline = |data: &[u8], index| {
            let face = ttf_parser::Face::parse(data, index).ok()?;
            let glyph = face.glyph_index(letter)?;
            let drawn = face.outline_glyph(glyph, &mut Nothing).is_some();
            Some(drawn || letter.is_whitespace())
        };
        silent || self.fonts.with_face_data(font, outline).flatten() == Some(true)
    }

    /// An upright font of that weight before others, one of varying widths
    /// before others.
    fn font_of(&self, letter: char, bold: bool) -> Option<ID> {
        let weight = if bold { Weight::BOLD } else { Weight::NORMAL };
        let mut faces: Vec<_> = self.fonts.faces().collect();
        faces.sort_by_key(|face| {
            let other = !face.post_script_name.contains("Sans");
            (
                face.style != Style::Normal,
                face.weight != weight,
                other,
                face.monospaced,
            )
        });
        let mut ids = faces.into_iter().map(|face| face.id);
        ids.find(|id| self.has(*id, letter))
    }
}

/// Draws a piece of one font where `width` has come to.
fn draw(
    data: &[u8],
    index: u32,
    words: &str,
    backwards: bool,
    pen: &mut Pen,
    width: &mut f32,
) -> Option<()> {
    let face = Face::from_slice(data, index)?;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(words);
    buffer.guess_segment_properties();
    buffer.set_direction(if backwards {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    });
    let shaped = rustybuzz::shape(&face, &[], buffer);
    let scale = 1.0 / face.units_per_em().max(1) as f32;
    pen.scale = (scale, scale);
    for (info, place) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        let glyph = GlyphId(u16::try_from(info.glyph_id).ok()?);
        let (x, y) = (place.x_offset as f32, place.y_offset as f32);
        pen.origin = (*width + x * scale, -y * scale);
        face.outline_glyph(glyph, pen);
        *width += place.x_advance as f32 * scale;
    }
    Some(())
}

/// Draws nothing: to ask whether there is anything to draw.
struct Nothing;

impl OutlineBuilder for Nothing {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}
