//! The layers of the scene, and putting them together for some cells.

use ratatui::layout::{Position, Rect};
use tiny_skia::{BlendMode, IntRect, Pixmap, PixmapPaint, Transform};

use super::geometry::{HEIGHT, HUB_RADIUS, LABEL, LEFT_HUB, Place, RIGHT_HUB, WIDTH, WINDOW};
use super::machine::{self, Area};
use super::plan::Plan;
use super::reels::{self, Turn};
use super::{cassette, cells, door};
use crate::look::brush::{Brush, ink};
use crate::look::theme::Theme;

/// What of a [`Pose`](super::plan::Pose) is on the picture now, in steps that can be
/// seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shown {
    pub packs: [i32; 2],
    pub turns: [Turn; 2],
    pub wheels: [u32; 3],
    pub down: [bool; 6],
    pub leader: bool,
    pub needles: [i16; 2],
}

/// What lies under and over the moving parts, at one size.
pub(super) struct Layers {
    pub plan: Plan,
    pub theme: Theme,
    /// Samples of a cell, across and down.
    pub cell: (u32, u32),
    pub place: Place,
    /// Without shades and lights, for terminals with few colours.
    pub flat: bool,
    pub under: Pixmap,
    over: Pixmap,
    /// Radii of the packs, mm.
    pub radii: [f64; 2],
}

impl Layers {
    /// Paints what stands still.
    pub fn new(plan: Plan, theme: &Theme, cell: (u32, u32), flat: bool) -> Option<Self> {
        let (w, h) = (
            u32::from(plan.size.0) * cell.0,
            u32::from(plan.size.1) * cell.1,
        );
        let mut under = Pixmap::new(w, h)?;
        let mut over = Pixmap::new(w, h)?;
        let place = place(&plan, cell);
        bare(&mut under, &plan, theme, cell);
        let mut brush = Brush::new(&mut under, 0.0, 0.0);
        cassette::under(&mut brush, &place, &theme.shell);
        cassette::over(&mut over, &place, &theme.shell, &theme.label, flat);
        // In few cells the light would be mere stains.
        if !flat && (!place.coarse() || place.scale > 5.0) {
            let body = place.boxed([0.0, 0.0, WIDTH, HEIGHT]);
            door::glint(&mut over, body, place.len(3.2), 0.0);
        }
        Some(Self {
            plan,
            theme: theme.clone(),
            cell,
            place,
            flat,
            under,
            over,
            radii: [0.0; 2],
        })
    }

    /// All cells.
    pub fn whole(&self) -> Rect {
        Rect::new(0, 0, self.plan.size.0, self.plan.size.1)
    }

    /// Samples of some cells.
    pub fn area(&self, cells: Rect) -> Area {
        area(cells, self.cell)
    }

    /// The cell that a sample is in.
    pub fn cell_at(&self, x: f32, y: f32) -> (f32, f32) {
        (x / self.cell.0 as f32, y / self.cell.1 as f32)
    }

    /// Whole cells within a box of the cassette (mm: left, top, right, bottom).
    pub fn cells_within(&self, x0: f32, y0: f32, x1: f32, y1: f32, ajar: bool) -> Rect {
        let tilt = self.tilt(if ajar { 1.0 } else { 0.0 });
        let seen = |x: f32, y: f32| tilt.seen((self.place.x(x), self.place.edge_y(y)));
        // An open door's foot is narrower than its top.
        let ((_, y), (x, _)) = (seen(x0, y0), seen(x0, y1));
        let (right, bottom) = seen(x1, y1);
        let (x, y) = self.cell_at(x, y - 1.0);
        let (right, bottom) = self.cell_at(right, bottom + 1.0);
        span(x.ceil(), y.ceil(), right.floor(), bottom.floor()).intersection(self.whole())
    }

    /// Cells that a box of the cassette touches.
    pub fn cells_round(&self, x0: f32, y0: f32, x1: f32, y1: f32) -> Rect {
        let (x, y) = self.cell_at(self.place.x(x0), self.place.y(y0));
        let (right, bottom) = self.cell_at(self.place.x(x1), self.place.y(y1));
        span(x.floor(), y.floor(), right.ceil(), bottom.ceil()).intersection(self.whole())
    }

    /// Cells of the label's paper above the window; `ajar` where the door is
    /// open.
    pub fn writing(&self, ajar: bool) -> Rect {
        let right = WIDTH - LABEL[0] - 1.6;
        self.cells_within(LABEL[0] + 1.6, LABEL[1] + 0.3, right, 16.8, ajar)
    }

    /// Cells of the label's paper below the window and its frame.
    pub fn foot(&self, ajar: bool) -> Rect {
        let frame = if self.place.coarse() {
            self.place.grid.1 / self.place.scale
        } else {
            0.8
        };
        self.cells_within(
            LABEL[0] + 1.6,
            WINDOW[1] + WINDOW[3] + frame,
            WIDTH - LABEL[0] - 1.6,
            LABEL[1] + LABEL[3],
            ajar,
        )
    }

    /// Cells of a hub.
    pub fn hub_cells(&self, hub: usize) -> Rect {
        let (x, y) = HUBS[hub];
        let r = HUB_RADIUS + 0.4;
        self.cells_round(x - r, y - r, x + r, y + r)
    }

    /// Cells that lie on a hub with all their corners.
    pub fn on_hub(&self, hub: usize) -> Vec<Position> {
        let (x, y) = (self.place.x(HUBS[hub].0), self.place.y(HUBS[hub].1));
        let (cw, ch) = (self.cell.0 as f32, self.cell.1 as f32);
        let within = |p: &Position| {
            let far = |at: f32, size: f32, middle: f32| {
                (at * size - middle)
                    .abs()
                    .max(((at + 1.0) * size - middle).abs())
            };
            far(f32::from(p.x), cw, x).hypot(far(f32::from(p.y), ch, y))
                < self.place.len(HUB_RADIUS)
        };
        self.hub_cells(hub).positions().filter(within).collect()
    }

    /// The picture of some cells.
    pub fn compose(&self, cells: Rect, shown: &Shown) -> Option<Pixmap> {
        let (x, y, w, h) = self.area(cells);
        let crop = IntRect::from_xywh(x as i32, y as i32, w as u32, h as u32)?;
        let mut picture;
        if self.cells_round(0.0, 0.0, WIDTH, HEIGHT).intersects(cells) {
            picture = self.inner(cells, shown)?;
            self.lay_over(&mut picture, cells, BlendMode::SourceOver);
        } else {
            picture = self.under.clone_rect(crop)?;
        }
        let mut brush = Brush::new(&mut picture, x, y);
        let look = &self.theme.machine;
        let fine = self.cell.0 as f32 / cells::ACROSS as f32;
        for (i, &rect) in self.plan.keys.iter().enumerate() {
            if rect.intersects(cells) {
                let lit = self.theme.screen.second;
                machine::key(&mut brush, look, self.area(rect), shown.down[i], lit, fine);
            }
        }
        if let Some(rect) = self.plan.counter.filter(|r| r.intersects(cells)) {
            // Seven units high from the middle of its first row on, so that the
            // figures lie on half cells.
            let (x, y, w, h) = self.area(rect);
            let unit = h / 8.0;
            machine::counter(
                &mut brush,
                look,
                (x, y + unit, w, h - unit),
                unit,
                shown.wheels,
            );
        }
        for (i, &rect) in self.plan.dials.iter().enumerate() {
            if rect.intersects(cells) {
                machine::dial(&mut brush, &self.theme, self.area(rect), shown.needles[i]);
            }
        }
        Some(picture)
    }

    /// Some cells with the tape in them, but nothing over it.
    pub fn inner(&self, cells: Rect, shown: &Shown) -> Option<Pixmap> {
        let (x, y, w, h) = self.area(cells);
        let crop = IntRect::from_xywh(x as i32, y as i32, w as u32, h as u32)?;
        let mut picture = self.under.clone_rect(crop)?;
        let mut brush = Brush::new(&mut picture, x, y);
        let (shell, place) = (&self.theme.shell, &self.place);
        let [left, right] = self.radii.map(|r| r as f32);
        cassette::strand(&mut brush, place, shell, left, right, shown.leader);
        reels::pack(&mut brush, place, shell, LEFT_HUB, left);
        reels::pack(&mut brush, place, shell, RIGHT_HUB, right);
        for (hub, turn) in HUBS.into_iter().zip(shown.turns) {
            reels::hub(&mut brush, place, shell, hub, turn);
        }
        Some(picture)
    }

    fn lay_over(&self, picture: &mut Pixmap, cells: Rect, blend_mode: BlendMode) {
        let (x, y, ..) = self.area(cells);
        let paint = PixmapPaint {
            blend_mode,
            ..PixmapPaint::default()
        };
        let over = self.over.as_ref();
        picture.draw_pixmap(
            -(x as i32),
            -(y as i32),
            over,
            &paint,
            Transform::identity(),
            None,
        );
    }

    /// A hub alone, transparent round it, in the cells of [`Self::hub_cells`].
    pub fn hub(&self, hub: usize, turn: Turn) -> Option<Pixmap> {
        let cells = self.hub_cells(hub);
        let (x, y, w, h) = self.area(cells);
        let mut picture = Pixmap::new(w as u32, h as u32)?;
        let mut brush = Brush::new(&mut picture, x, y);
        reels::hub(&mut brush, &self.place, &self.theme.shell, HUBS[hub], turn);
        self.lay_over(&mut picture, cells, BlendMode::SourceAtop);
        Some(picture)
    }
}

/// The colours that a theme's scene is made of.
pub(super) fn tones(theme: &Theme) -> Vec<[u8; 3]> {
    let (shell, label, machine) = (&theme.shell, &theme.label, &theme.machine);
    let mut tones = vec![
        theme.screen.back,
        theme.screen.second,
        theme.screen.high,
        label.paper,
        shell.body,
        shell.body.mix(shell.light, 0.5),
        shell.light,
        shell.dark,
        shell.dark.mix(shell.body, 0.5),
        shell.window,
        shell.tape,
        shell.tape.mix(shell.sheen, 0.5),
        shell.hub,
        shell.hub_shade,
        shell.spindle,
        machine.top,
        machine.bottom,
        machine.edge,
        machine.well,
        machine.key,
        machine.key_light,
        machine.key_dark,
        machine.wheel,
        machine.wheel_text,
    ];
    tones.extend(&label.stripes);
    tones.into_iter().map(|tone| tone.0).collect()
}

/// Left and right.
const HUBS: [(f32, f32); 2] = [LEFT_HUB, RIGHT_HUB];

fn span(x: f32, y: f32, right: f32, bottom: f32) -> Rect {
    let [x, y, right, bottom] = [x, y, right, bottom].map(|v| v.max(0.0) as u16);
    Rect::new(x, y, right.saturating_sub(x), bottom.saturating_sub(y))
}

fn area(cells: Rect, (w, h): (u32, u32)) -> Area {
    let (w, h) = (w as f32, h as f32);
    (
        f32::from(cells.x) * w,
        f32::from(cells.y) * h,
        f32::from(cells.width) * w,
        f32::from(cells.height) * h,
    )
}

/// The machine without a cassette.
pub(super) fn bare(picture: &mut Pixmap, plan: &Plan, theme: &Theme, cell: (u32, u32)) {
    picture.fill(ink(theme.screen.back, 1.0));
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    let fine = cell.0 as f32 / cells::ACROSS as f32;
    let mut brush = Brush::new(picture, 0.0, 0.0);
    if plan.machine {
        machine::panel(&mut brush, &theme.machine, (0.0, 0.0, w, h), fine);
        let (x, y, w, h) = area(plan.cassette, cell);
        // The rim on whole halves of cells where there are no pixels.
        let rim = if fine > 1.0 {
            (2.0 * fine, 2.0 * fine)
        } else {
            (2.0, 4.0)
        };
        machine::well(&mut brush, &theme.machine, (x, y, w, h), rim, fine);
        machine::inside(&mut brush, theme, &self::place(plan, cell));
    }
}

/// The cassette as large as fits, in the middle of its room.
fn place(plan: &Plan, cell: (u32, u32)) -> Place {
    let (x, y, w, h) = area(plan.cassette, cell);
    let fine = cell.0 as f32 / cells::ACROSS as f32;
    // Half a cell: what block characters show sharp. Pixels need no such help.
    let grid = if cell.0 as usize == cells::ACROSS {
        (2.0, 4.0)
    } else {
        (1.0, 1.0)
    };
    if plan.close_up {
        // The window and a little of the label round it fill the room.
        let (mw, mh) = (WINDOW[2] + 5.0, WINDOW[3] + 3.0);
        let scale = (w / mw).min(h / mh);
        let (cx, cy) = (WINDOW[0] + WINDOW[2] / 2.0, WINDOW[1] + WINDOW[3] / 2.0);
        return Place {
            x: x + w / 2.0 - cx * scale,
            y: y + h / 2.0 - cy * scale,
            scale,
            grid,
            fine,
        };
    }
    let (across, down) = if fine > 1.0 {
        (5.0 * fine, 5.0 * fine)
    } else {
        (6.0, 8.0)
    };
    let scale = ((w - 2.0 * across) / WIDTH)
        .min((h - 2.0 * down) / HEIGHT)
        .max(0.01);
    let snap = |v: f32, g: f32| (v / g).round() * g;
    Place {
        x: snap(x + (w - WIDTH * scale) / 2.0, grid.0),
        y: snap(y + (h - HEIGHT * scale) / 2.0, grid.1),
        scale,
        grid,
        fine,
    }
}
