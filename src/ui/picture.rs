//! The screen as a picture, without any terminal.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use tiny_skia::{
    FillRule, FilterQuality, Paint, Pixmap, PixmapPaint, PremultipliedColorU8, Transform,
};

use super::draw::Screen;
use super::frame::Appearance;
use super::model::{Action, View};
use super::scene::Medium;
use super::scene::cells::Blocks;
use super::terminal::{Input, Patch};
use crate::files;
use crate::look::embed::png;
use crate::look::letters::Letters;
use crate::look::shaping::Shaper;
use crate::look::theme::{Rgb, Theme};
use crate::shelf::Desk;
use afterdark_media::text;
use unicode_bidi::{BidiClass, bidi_class};

/// So many columns are aimed at; rows as they come.
const COLUMNS: f32 = 120.0;
/// Narrower letters are not read any more, pixels.
const NARROWEST: u32 = 7;

/// Paints the screen at a size of its own.
pub struct Painter {
    screen: Screen,
    letters: Letters,
    /// Read when the first words come that are read from right to left.
    shaper: Option<Shaper>,
    /// The scene's pixels, where cells let them through.
    below: Pixmap,
    cell: (u32, u32),
    area: Rect,
    covered: bool,
}

/// Its size where a key asks for one.
const SIZE: (u32, u32) = (1200, 760);
/// Longest that a cover is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Paints what a view shows to a new file of that folder, on a thread of its
/// own; where it lies, or why not, comes by the channel.
pub(super) fn save(
    theme: Theme,
    view: View,
    folder: Option<PathBuf>,
) -> Receiver<Result<PathBuf, String>> {
    let (send, receive) = channel();
    // Where no thread can be had the channel is closed.
    let _ = thread::Builder::new()
        .name("picture".into())
        .spawn(move || {
            let made = match folder {
                Some(folder) => paint_to(theme, &view, &folder),
                None => Err("there is no home folder to put it in".to_owned()),
            };
            // The screen may be gone.
            let _ = send.send(made);
        });
    receive
}

fn paint_to(theme: Theme, view: &View, folder: &Path) -> Result<PathBuf, String> {
    let mut painter = Painter::new(theme, SIZE).ok_or("no memory for it")?;
    let begun = Instant::now();
    let mut picture = painter.paint(view);
    while painter.is_busy() && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(30));
        picture = painter.paint(view);
    }
    let bytes = png(&picture).ok_or("it cannot be made")?;
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let title = view.card.title.replace(['/', '\\', '\0'], " ");
    let names = (1..).map(|n| match n {
        1 => format!("{title}.png"),
        n => format!("{title} {n}.png"),
    });
    for path in names.take(MOST_NAMES).map(|name| folder.join(name)) {
        match files::save(&path, &bytes, false) {
            Ok(()) => return Ok(path),
            Err(_) if path.exists() => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Err(format!("{} is full of them", folder.display()))
}

/// So many pictures of one title go into a folder.
const MOST_NAMES: usize = 1000;

/// What stands in a cell, or in several that are read as one.
struct Words {
    at: (u16, u16),
    cells: u32,
    text: String,
    color: Rgb,
    bold: bool,
    wide: bool,
    backwards: bool,
}

impl Words {
    fn is_before(&self, (x, y): (u16, u16)) -> bool {
        self.at.1 == y && u32::from(self.at.0) + self.cells == u32::from(x)
    }
}

/// Text of a picture: a letter's outline, where it stands, and its colour.
pub struct Outline {
    /// In pixels from the picture's upper left corner.
    pub path: tiny_skia::Path,
    /// Its colour.
    pub color: Rgb,
}

impl Painter {
    /// Of so many pixels across and down; `None` where that is too small or too
    /// large.
    pub fn new(theme: Theme, size: (u32, u32)) -> Option<Self> {
        let width = ((size.0 as f32 / COLUMNS).round() as u32).max(NARROWEST);
        let height = Letters::height_of(width as f32).floor() as u32;
        let cell = (width, height);
        let columns = u16::try_from(size.0 / width).ok()?;
        let rows = u16::try_from(size.1 / height).ok()?;
        let across = u16::try_from(width).ok()?;
        let down = u16::try_from(height).ok()?;
        if columns < 20 || rows < 5 {
            return None;
        }
        let appearance = Appearance {
            theme,
            medium: Medium::Pixels(across, down),
            ..Appearance::default()
        };
        Some(Self {
            screen: Screen::new(appearance),
            letters: Letters::new(cell),
            shaper: None,
            below: Pixmap::new(size.0, size.1)?,
            cell,
            area: Rect::new(0, 0, columns, rows),
            covered: false,
        })
    }

    /// Gives it a shelf.
    pub fn put_up_shelf(&mut self, desk: Desk) {
        self.screen.put_up_shelf(desk);
    }

    /// What a key asks of the machine.
    pub fn handle(&mut self, input: &Input, view: &View) -> Option<Action> {
        self.screen.handle(input, view)
    }

    /// What was chosen on the shelf.
    pub fn take_action(&mut self) -> Option<Action> {
        self.screen.take_action()
    }

    /// True while something moves that the machine knows nothing of, or is
    /// still read.
    pub fn is_busy(&self) -> bool {
        self.screen.is_animating() || self.screen.waits()
    }

    /// The screen now.
    pub fn paint(&mut self, view: &View) -> Pixmap {
        let mut picture = self.ground(view);
        for words in self.words() {
            if words.backwards {
                if let Some(path) = self.joined(&words) {
                    let mut paint = Paint::default();
                    let Rgb([r, g, b]) = words.color;
                    paint.set_color_rgba8(r, g, b, 255);
                    let (rule, whole) = (FillRule::Winding, Transform::identity());
                    picture.fill_path(&path, &paint, rule, whole, None);
                }
                continue;
            }
            for letter in words.text.chars().filter(|letter| *letter != ' ') {
                if let Some(mask) = self.letters.mask(letter, words.bold, words.wide) {
                    let at = (u32::from(words.at.0), u32::from(words.at.1));
                    let at = (at.0 * self.cell.0, at.1 * self.cell.1);
                    stamp(&mut picture, at, mask.width, &mask.alpha, words.color);
                }
            }
        }
        picture
    }

    /// The screen now without its letters, and those as outlines.
    pub fn outlines(&mut self, view: &View) -> (Pixmap, Vec<Outline>) {
        let picture = self.ground(view);
        let mut outlines = Vec::new();
        for words in self.words() {
            let color = words.color;
            if words.backwards {
                outlines.extend(self.joined(&words).map(|path| Outline { path, color }));
                continue;
            }
            let (x, y) = self.pixels(words.at);
            for letter in words.text.chars().filter(|letter| *letter != ' ') {
                let path = self.letters.path(letter, words.bold, words.wide);
                let path = path.and_then(|path| path.transform(Transform::from_translate(x, y)));
                outlines.extend(path.map(|path| Outline { path, color }));
            }
        }
        (picture, outlines)
    }

    /// What is written, cell by cell; words that are read from right to left in
    /// one, as they stand in their cells.
    fn words(&self) -> Vec<Words> {
        let mut all: Vec<Words> = Vec::new();
        for at in self.places() {
            let cell = &self.screen.buffer()[at];
            let (color, bold, wide) = self.look(cell);
            let class = cell.symbol().chars().next().map(bidi_class);
            let backwards = matches!(class, Some(BidiClass::R | BidiClass::AL));
            // Spaces stand between words, and end none.
            let goes_on = |last: &&mut Words| {
                let same = last.backwards && last.is_before(at) && last.color == color;
                same && (backwards || cell.symbol() == " ")
            };
            if let Some(last) = all.last_mut().filter(goes_on) {
                last.text += cell.symbol();
                last.cells += 1;
                continue;
            }
            all.push(Words {
                at,
                cells: 1,
                text: cell.symbol().to_owned(),
                color,
                bold,
                wide,
                backwards,
            });
        }
        all
    }

    /// Such words as one outline in the place of their cells.
    fn joined(&mut self, words: &Words) -> Option<tiny_skia::Path> {
        let shaper = self.shaper.get_or_insert_default();
        let shaped = shaper.shape(words.text.trim_end(), words.bold)?;
        let (x, y) = self.pixels(words.at);
        let (size, base) = Letters::size_of(self.cell.1 as f32);
        let room = (words.cells * self.cell.0) as f32;
        let across = size.min(room / shaped.width.max(f32::EPSILON));
        let place = Transform::from_row(across, 0.0, 0.0, size, x, y + base);
        shaped.path.transform(place)
    }

    fn pixels(&self, (x, y): (u16, u16)) -> (f32, f32) {
        let (w, h) = (self.cell.0 as f32, self.cell.1 as f32);
        (f32::from(x) * w, f32::from(y) * h)
    }

    fn places(&self) -> impl Iterator<Item = (u16, u16)> + use<> {
        self.area.positions().map(|place| (place.x, place.y))
    }

    /// Colour, weight and width of a cell's letter.
    fn look(&self, cell: &Cell) -> (Rgb, bool, bool) {
        let ink = rgb(cell.fg).unwrap_or(self.screen.theme().screen.text);
        let bold = cell.modifier.contains(Modifier::BOLD);
        (ink, bold, text::width(cell.symbol()) > 1)
    }

    /// Everything but the letters.
    fn ground(&mut self, view: &View) -> Pixmap {
        let covered = self.screen.is_covered();
        if covered != self.covered {
            // Pixels would shine through what lies over them.
            self.covered = covered;
            let (w, h) = (self.cell.0 as u16, self.cell.1 as u16);
            self.screen.show_by(if covered {
                Medium::Cells(Blocks::All)
            } else {
                Medium::Pixels(w, h)
            });
        }
        self.screen.draw(self.area, view);
        self.lay_below();
        let mut picture = self.below.clone();
        for (x, y) in self.places() {
            let cell = &self.screen.buffer()[(x, y)];
            let at = (u32::from(x) * self.cell.0, u32::from(y) * self.cell.1);
            // A wide letter has its ground in its first cell alone.
            let wide = u32::from(text::width(cell.symbol()) > 1) + 1;
            if let Some(back) = rgb(cell.bg) {
                fill(&mut picture, at, (self.cell.0 * wide, self.cell.1), back);
            }
            if cell.modifier.contains(Modifier::UNDERLINED) {
                let ink = self.look(cell).0;
                let below = (at.0, at.1 + self.cell.1 - 2);
                fill(&mut picture, below, (self.cell.0, 1), ink);
            }
        }
        picture
    }

    /// Puts what is new of the scene and the cover under the cells.
    fn lay_below(&mut self) {
        if self.below.data().first() == Some(&0) && self.below.data().get(3) == Some(&0) {
            let back = self.screen.theme().screen.back;
            let size = (self.below.width(), self.below.height());
            fill(&mut self.below, (0, 0), size, back);
        }
        let mut new: Vec<(Rect, Pixmap)> = Vec::new();
        if let Some((scene, patches)) = self.screen.patches() {
            for patch in patches {
                match patch {
                    Patch::Picture(cells, picture) => new.push((cells, picture)),
                    Patch::Sprite(sprite) => {
                        new.extend(
                            scene
                                .in_place(&sprite)
                                .map(|picture| (sprite.cells, picture)),
                        );
                    }
                }
            }
        }
        if let Some((picture, cells, _)) = self.screen.cover() {
            new.push((cells, picture.clone()));
        }
        for (cells, picture) in new {
            let (w, h) = self.cell;
            let at = (u32::from(cells.x) * w, u32::from(cells.y) * h);
            let wide = (u32::from(cells.width) * w) as f32 / picture.width() as f32;
            let high = (u32::from(cells.height) * h) as f32 / picture.height() as f32;
            let place = Transform::from_row(wide, 0.0, 0.0, high, at.0 as f32, at.1 as f32);
            let paint = PixmapPaint {
                quality: FilterQuality::Bilinear,
                ..PixmapPaint::default()
            };
            self.below
                .draw_pixmap(0, 0, picture.as_ref(), &paint, place, None);
        }
    }
}

fn rgb(color: Color) -> Option<Rgb> {
    match color {
        Color::Rgb(r, g, b) => Some(Rgb([r, g, b])),
        _ => None,
    }
}

/// An opaque pixel.
fn solid(Rgb([r, g, b]): Rgb) -> PremultipliedColorU8 {
    PremultipliedColorU8::from_rgba(r, g, b, 255).unwrap_or(PremultipliedColorU8::TRANSPARENT)
}

fn fill(picture: &mut Pixmap, at: (u32, u32), size: (u32, u32), color: Rgb) {
    let width = picture.width();
    let (right, bottom) = (
        (at.0 + size.0).min(width),
        (at.1 + size.1).min(picture.height()),
    );
    let color = solid(color);
    for y in at.1..bottom {
        let row = (y * width) as usize;
        picture.pixels_mut()[row + at.0 as usize..row + right as usize].fill(color);
    }
}

/// Lays a colour on as a mask says.
fn stamp(picture: &mut Pixmap, at: (u32, u32), width: u32, mask: &[u8], color: Rgb) {
    let (across, down) = (picture.width(), picture.height());
    for (y, row) in (at.1..down).zip(mask.chunks(width as usize)) {
        for (x, &alpha) in (at.0..across).zip(row) {
            if alpha > 0 {
                let pixel = &mut picture.pixels_mut()[(y * across + x) as usize];
                let below = Rgb([pixel.red(), pixel.green(), pixel.blue()]);
                *pixel = solid(below.mix(color, f32::from(alpha) / 255.0));
            }
        }
    }
}
