//! Letters for pictures that no terminal draws: a font of cells that comes with
//! the program, and the system's own fonts for what that has not.

use std::collections::HashMap;

use fontdb::{Database, Style, Weight};
use tiny_skia::{FillRule, Paint, Path, PathBuilder, Pixmap, Transform};
use ttf_parser::Face;

use super::outline::Pen;

/// Regular and bold; their licence is beside them.
pub(super) const FONTS: [&[u8]; 2] = [
    include_bytes!("letters/DejaVuSansMono.ttf"),
    include_bytes!("letters/DejaVuSansMono-Bold.ttf"),
];

/// How dark a letter makes each pixel of its cells.
pub struct Mask {
    /// Pixels across.
    pub width: u32,
    /// Row by row, 0 to 255.
    pub alpha: Vec<u8>,
}

/// Letters of one size.
pub struct Letters {
    cell: (u32, u32),
    faces: Vec<Face<'static>>,
    masks: HashMap<(char, bool), Option<Mask>>,
    /// Read when a letter is first wanted that the own font has not.
    system: Option<Database>,
}

impl Letters {
    /// For cells of so many pixels across and down.
    pub fn new(cell: (u32, u32)) -> Self {
        let face = |bytes: &&'static [u8]| Face::parse(bytes, 0).ok();
        Self {
            cell,
            faces: FONTS.iter().filter_map(face).collect(),
            masks: HashMap::new(),
            system: None,
        }
    }

    /// The most fitting height of a cell for its width, pixels.
    pub fn height_of(width: f32) -> f32 {
        // The own font's height and its letters' width, in units of it.
        width * 2384.0 / 1233.0
    }

    /// How large letters are in cells so high, and where their baseline is, pixels.
    pub fn size_of(height: f32) -> (f32, f32) {
        (height * 2048.0 / 2384.0, height * 1901.0 / 2384.0)
    }

    /// A letter; `wide`: it fills two cells. `None` where no font has it.
    pub fn mask(&mut self, letter: char, bold: bool, wide: bool) -> Option<&Mask> {
        if !self.masks.contains_key(&(letter, bold)) {
            let mask = self
                .path(letter, bold, wide)
                .and_then(|path| self.fill(&path, wide));
            self.masks.insert((letter, bold), mask);
        }
        self.masks.get(&(letter, bold))?.as_ref()
    }

    /// Its outline, in pixels from its cell's upper left corner.
    pub fn path(&mut self, letter: char, bold: bool, wide: bool) -> Option<Path> {
        let width = self.width(wide) as f32;
        let own = self.faces.get(usize::from(bold));
        if let Some(path) = own.and_then(|face| outline(face, letter, width, self.cell.1)) {
            return Some(path);
        }
        let system = self.system.get_or_insert_with(|| {
            let mut all = Database::new();
            all.load_system_fonts();
            all
        });
        let weight = if bold { Weight::BOLD } else { Weight::NORMAL };
        let mut faces: Vec<_> = system.faces().collect();
        // Upright ones of that weight first, those with letters of one width before others.
        faces.sort_by_key(|face| {
            (
                face.style != Style::Normal,
                face.weight != weight,
                !face.monospaced,
            )
        });
        faces.into_iter().find_map(|face| {
            let path = |data: &[u8], index| {
                let face = Face::parse(data, index).ok()?;
                outline(&face, letter, width, self.cell.1)
            };
            system.with_face_data(face.id, path).flatten()
        })
    }

    fn width(&self, wide: bool) -> u32 {
        self.cell.0 * if wide { 2 } else { 1 }
    }

    fn fill(&self, path: &Path, wide: bool) -> Option<Mask> {
        let width = self.width(wide);
        let mut picture = Pixmap::new(width, self.cell.1)?;
        let paint = Paint::default();
        picture.fill_path(path, &paint, FillRule::Winding, Transform::identity(), None);
        let alpha = picture.pixels().iter().map(|pixel| pixel.alpha());
        Some(Mask {
            width,
            alpha: alpha.collect(),
        })
    }
}

/// A letter of a font in a cell of this size: as high as the cell allows, in the
/// middle of it, and no wider.
fn outline(face: &Face, letter: char, width: f32, height: u32) -> Option<Path> {
    let glyph = face.glyph_index(letter)?;
    let (above, below) = (f32::from(face.ascender()), f32::from(face.descender()));
    let advance = f32::from(face.glyph_hor_advance(glyph)?).max(1.0);
    let scale = height as f32 / (above - below).max(1.0);
    let across = scale.min(width / advance);
    let mut pen = Pen {
        path: PathBuilder::new(),
        scale: (across, scale),
        origin: ((width - advance * across) / 2.0, above * scale),
    };
    face.outline_glyph(glyph, &mut pen)?;
    pen.path.finish()
}
