//! The cassette in the hand: pictures of a change, from the layers of the scene.

use ratatui::layout::Rect;
use tiny_skia::{FillRule, IntRect, Mask, Pixmap, PixmapPaint, Transform};

use super::change::{Change, Hold};
use super::door::{self, Tilt};
use super::geometry::{HEIGHT, WIDTH};
use super::layers::{Layers, Shown, bare};
use super::{cassette, cells};
use crate::look::brush::{self, Brush};

/// A change that is going on.
pub(super) struct ChangePicture {
    pub change: Change,
    /// The cassette as it was before, in the cells of its room.
    old: Pixmap,
    /// And as it is afterwards, once that has been seen.
    new: Option<Pixmap>,
    /// The machine without a cassette.
    empty: Pixmap,
}

impl ChangePicture {
    /// Begins a change while this is shown.
    pub fn new(change: Change, layers: &Layers, shown: &Shown) -> Option<Self> {
        Some(Self {
            change,
            old: layers.lone(shown)?,
            new: None,
            empty: layers.empty()?,
        })
    }

    /// The cells that the change is seen in.
    pub fn stage(&self, layers: &Layers) -> Rect {
        let room = layers.room();
        match self.change {
            Change::Flip => room,
            // The open door is wider than its place, and a cassette goes up
            // before all that is above.
            _ => Rect::new(0, 0, layers.plan.size.0, room.bottom()),
        }
    }

    /// The picture of the stage, `part` of the way; one sample for `step` of the
    /// scene's, as motion wants no more.
    pub fn picture(
        &mut self,
        layers: &Layers,
        shown: &Shown,
        part: f32,
        step: u32,
    ) -> Option<Pixmap> {
        let hold = self.change.hold(part);
        if hold.next && self.new.is_none() {
            self.new = layers.lone(shown);
        }
        let new = self.new.as_ref().filter(|_| hold.next);
        let lone = new.unwrap_or(&self.old);
        if self.change == Change::Flip {
            let mut picture = crop(&self.empty, layers, layers.room())?;
            turn(&mut picture, lone, hold.turn);
            return Some(picture);
        }
        let mut picture = crop(&self.empty, layers, self.stage(layers))?;
        if step > 1 {
            picture = smaller(&picture, step)?;
        }
        self.swing(&mut picture, layers, lone, hold, step as f32);
        Some(picture)
    }

    fn swing(&self, picture: &mut Pixmap, layers: &Layers, lone: &Pixmap, hold: Hold, step: f32) {
        let area = layers.area(layers.room());
        let tilt = layers.tilt(hold.open);
        let look = &layers.theme.machine;
        if layers.plan.machine {
            let mut brush = Brush::scaled(picture, 1.0 / step);
            door::lip(&mut brush, look, area, &tilt, hold.open);
        }
        // Up to where its lower edge leaves the scene.
        let lift = hold.lift * (area.1 + area.3) * 1.3;
        tilt.lay(picture, step, lone, (area.0, area.1), lift);
        if !layers.plan.machine {
            return;
        }
        let (_, _, w, h) = layers.area(self.stage(layers));
        let Some(mut front) = Pixmap::new(w as u32, h as u32) else {
            return;
        };
        let body = layers.place.boxed([0.0, 0.0, WIDTH, HEIGHT]);
        door::front(&mut front, look, area, body, hold.open, layers.fine());
        tilt.lay(picture, step, &front, (0.0, 0.0), 0.0);
    }
}

impl Layers {
    /// The cells of the cassette's room.
    pub fn room(&self) -> Rect {
        self.plan.cassette.intersection(self.whole())
    }

    /// The door's plane, shut (0.0) to open (1.0).
    pub fn tilt(&self, open: f32) -> Tilt {
        Tilt::new(self.area(self.room()), open)
    }

    /// Samples of a quarter of a cell's width.
    fn fine(&self) -> f32 {
        self.cell.0 as f32 / cells::ACROSS as f32
    }

    fn empty(&self) -> Option<Pixmap> {
        let (_, _, w, h) = self.area(self.whole());
        let mut picture = Pixmap::new(w as u32, h as u32)?;
        bare(&mut picture, &self.plan, &self.theme, self.cell);
        Some(picture)
    }

    /// The cassette alone without the light of the door's glass, the machine
    /// round it transparent.
    fn lone(&self, shown: &Shown) -> Option<Pixmap> {
        let room = self.room();
        let mut picture = self.inner(room, shown)?;
        let (x, y, ..) = self.area(room);
        let mut over = Pixmap::new(self.under.width(), self.under.height())?;
        cassette::over(
            &mut over,
            &self.place,
            &self.theme.shell,
            &self.theme.label,
            self.flat,
        );
        let paint = PixmapPaint::default();
        let at = Transform::identity();
        picture.draw_pixmap(-(x as i32), -(y as i32), over.as_ref(), &paint, at, None);
        let mut mask = Mask::new(picture.width(), picture.height())?;
        let (left, top, w, h) = self.place.boxed([0.0, 0.0, WIDTH, HEIGHT]);
        let path = brush::rounded(left - x, top - y, w, h, self.place.len(3.2))?;
        mask.fill_path(&path, FillRule::Winding, true, Transform::identity());
        picture.apply_mask(&mask);
        Some(picture)
    }
}

/// Lays the cassette on its room, turned: seen from the front a turning card is
/// as wide as the cosine.
fn turn(room: &mut Pixmap, lone: &Pixmap, part: f32) {
    let (w, h) = (room.width() as f32, room.height() as f32);
    let wide = (std::f32::consts::PI * part).cos().abs().max(0.02);
    // Its far edge is a little smaller, its near one larger.
    let swell = 1.0 + 0.03 * (1.0 - wide);
    let transform = Transform::from_translate(-w / 2.0, -h / 2.0)
        .post_scale(wide, swell)
        .post_translate(w / 2.0, h / 2.0);
    let paint = PixmapPaint {
        quality: tiny_skia::FilterQuality::Bilinear,
        ..PixmapPaint::default()
    };
    room.draw_pixmap(0, 0, lone.as_ref(), &paint, transform, None);
}

fn crop(all: &Pixmap, layers: &Layers, cells: Rect) -> Option<Pixmap> {
    let (x, y, w, h) = layers.area(cells);
    all.clone_rect(IntRect::from_xywh(x as i32, y as i32, w as u32, h as u32)?)
}

/// A picture with one sample for `step` by `step`.
fn smaller(picture: &Pixmap, step: u32) -> Option<Pixmap> {
    let (w, h) = (
        picture.width().div_ceil(step),
        picture.height().div_ceil(step),
    );
    let mut small = Pixmap::new(w, h)?;
    let scale = Transform::from_scale(1.0 / step as f32, 1.0 / step as f32);
    let paint = PixmapPaint {
        quality: tiny_skia::FilterQuality::Bilinear,
        ..PixmapPaint::default()
    };
    small.draw_pixmap(0, 0, picture.as_ref(), &paint, scale, None);
    Some(small)
}
