//! The painter: cassette and machine as one scene of vectors, painted with
//! anti-aliasing at whatever size it has. Only what moved is painted again.

pub mod art;
mod cassette;
pub mod cells;
mod geometry;
pub mod machine;
mod paint;
mod reels;

use ratatui::layout::{Position, Rect};
use tiny_skia::Pixmap;

use self::cells::{Blocks, Tile};
use self::geometry::{HEIGHT, HUB_RADIUS, LABEL, LEFT_HUB, Place, RIGHT_HUB, WIDTH, WINDOW};
pub use self::machine::Key;
use self::paint::{Brush, ink};
use self::reels::{PHASES, Turn};
use crate::ui::theme::Theme;

/// Where things are, in cells from the scene's upper left corner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Columns and rows of the whole scene.
    pub size: (u16, u16),
    /// Room for the cassette; it takes what its shape allows, in the middle.
    pub cassette: Rect,
    /// Show the window with the reels alone, as large as the room allows.
    pub close_up: bool,
    /// Whether the machine is painted round it.
    pub machine: bool,
    /// The six piano keys.
    pub keys: Vec<Rect>,
    /// The counter's window.
    pub counter: Option<Rect>,
    /// The two dials of the level meters, where there is room for them.
    pub dials: Vec<Rect>,
}

/// What of the machine shows in the scene.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// Radii of the packs, mm.
    pub radii: [f64; 2],
    /// Turns of the hubs.
    pub turns: [f64; 2],
    /// Counter, 0.0 to 1000.0.
    pub counter: f64,
    /// Keys that are down, as [`Key::ALL`].
    pub down: [bool; 6],
    /// Leader, not tape, lies before the head.
    pub leader: bool,
    /// Levels that the dials' needles show, dB.
    pub vu_db: [f32; 2],
}

/// What of a [`Pose`] is on the picture now, in steps that can be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shown {
    packs: [i32; 2],
    turns: [Turn; 2],
    wheels: [u32; 3],
    down: [bool; 6],
    leader: bool,
    needles: [i16; 2],
}

/// The painted scene and its cells.
pub struct Scene {
    plan: Plan,
    theme: Theme,
    blocks: Blocks,
    place: Place,
    under: Pixmap,
    over: Pixmap,
    tiles: Vec<Tile>,
    shown: Option<Shown>,
    radii: [f64; 2],
    last_turns: [f64; 2],
    /// Tiles of the hubs by turn, kept while the packs stay as they are.
    sprites: Vec<((usize, Turn), Vec<Tile>)>,
}

const A: u32 = cells::ACROSS as u32;
const D: u32 = cells::DOWN as u32;

impl Scene {
    /// Paints what stands still; `None` where there is no room at all.
    pub fn new(plan: Plan, theme: &Theme, blocks: Blocks) -> Option<Self> {
        let (w, h) = (u32::from(plan.size.0) * A, u32::from(plan.size.1) * D);
        let mut under = Pixmap::new(w, h)?;
        let mut over = Pixmap::new(w, h)?;
        let place = place(&plan);
        under.fill(ink(theme.screen.back, 1.0));
        let mut brush = Brush::new(&mut under, 0.0, 0.0);
        if plan.machine {
            machine::panel(
                &mut brush,
                &theme.machine,
                (0.0, 0.0, w as f32, h as f32),
                6.0,
            );
            let (x, y, w, h) = area(plan.cassette);
            machine::well(
                &mut brush,
                &theme.machine,
                (x + 2.0, y + 1.0, w - 4.0, h - 2.0),
                6.0,
            );
        }
        cassette::under(&mut brush, &place, &theme.shell);
        cassette::over(&mut over, &place, &theme.shell, &theme.label);
        let tiles = vec![Tile::default(); usize::from(plan.size.0) * usize::from(plan.size.1)];
        Some(Self {
            plan,
            theme: theme.clone(),
            blocks,
            place,
            under,
            over,
            tiles,
            shown: None,
            radii: [0.0; 2],
            last_turns: [0.0; 2],
            sprites: Vec::new(),
        })
    }

    /// Where things are.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The figures of the dials: where they stand, in cells, and what they say.
    pub fn dial_figures(&self) -> Vec<(u16, u16, &'static str)> {
        let dials = self.plan.dials.iter();
        let figures = dials.flat_map(|&dial| machine::dial_figures(area(dial)));
        figures
            .map(|((x, y), words)| {
                let column = (x / A as f32 - words.chars().count() as f32 / 2.0).round();
                (
                    column.max(0.0) as u16,
                    (y / D as f32).max(0.0) as u16,
                    words,
                )
            })
            .collect()
    }

    /// Whether the piano key of that place is down on the picture.
    pub fn is_down(&self, key: usize) -> bool {
        self.shown
            .is_some_and(|s| s.down.get(key).copied().unwrap_or(false))
    }

    /// The cells, row by row.
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// Cells of the paper above the window, where the label is written on;
    /// empty where the label is not in the picture.
    pub fn writing(&self) -> Rect {
        if self.plan.close_up {
            return Rect::default();
        }
        self.cells_within(LABEL[0] + 1.6, LABEL[1] + 0.3, WIDTH - LABEL[0] - 1.6, 16.8)
    }

    /// Cells of the paper below the window.
    pub fn foot(&self) -> Rect {
        if self.plan.close_up {
            return Rect::default();
        }
        self.cells_within(
            LABEL[0] + 1.6,
            42.6,
            WIDTH - LABEL[0] - 1.6,
            LABEL[1] + LABEL[3],
        )
    }

    /// Whole cells within a box of the cassette (mm, left, top, right, bottom).
    fn cells_within(&self, x0: f32, y0: f32, x1: f32, y1: f32) -> Rect {
        let (a, d) = (A as f32, D as f32);
        let x = (self.place.x(x0) / a).ceil().max(0.0) as u16;
        let y = ((self.place.edge_y(y0) - 1.0) / d).ceil().max(0.0) as u16;
        let right = (self.place.x(x1) / a).floor().max(0.0) as u16;
        let bottom = ((self.place.edge_y(y1) + 1.0) / d).floor().max(0.0) as u16;
        Rect::new(x, y, right.saturating_sub(x), bottom.saturating_sub(y)).intersection(Rect::new(
            0,
            0,
            self.plan.size.0,
            self.plan.size.1,
        ))
    }

    /// Takes the pose; paints and encodes what can be seen to have moved.
    /// True where any cell may have changed.
    pub fn update(&mut self, pose: &Pose) -> bool {
        let step = f64::from(self.place.scale);
        let mut turns = [Turn::default(); 2];
        for (i, turn) in turns.iter_mut().enumerate() {
            let travel = (pose.turns[i] - self.last_turns[i]).abs();
            let blur = if self.shown.is_none() || travel < 0.06 {
                0
            } else {
                1 + u8::from(travel > 0.09)
            };
            let phase = (pose.turns[i].rem_euclid(1.0) * f64::from(PHASES)).round() as u32 % PHASES;
            *turn = Turn { phase, blur };
        }
        self.last_turns = pose.turns;
        let now = Shown {
            packs: pose.radii.map(|r| (r * step).round() as i32),
            turns,
            wheels: machine::wheels(pose.counter),
            down: pose.down,
            leader: pose.leader,
            needles: pose.vu_db.map(machine::needle),
        };
        let before = self.shown.replace(now);
        if before == Some(now) {
            return false;
        }
        if before.is_none_or(|b| b.packs != now.packs || b.leader != now.leader) {
            self.radii = pose.radii;
            self.sprites.clear();
            if before.is_none() {
                self.repaint(self.whole());
            } else {
                self.repaint(self.cells_round(0.0, 4.0, WIDTH, HEIGHT));
            }
        } else {
            for i in 0..2 {
                if before.is_some_and(|b| b.turns[i] != now.turns[i]) {
                    self.turn(i, now.turns[i]);
                }
            }
        }
        if let Some(b) = before {
            for i in 0..self.plan.keys.len() {
                if b.down.get(i) != now.down.get(i) {
                    self.repaint(self.plan.keys[i]);
                }
            }
            if let Some(counter) = self.plan.counter.filter(|_| b.wheels != now.wheels) {
                self.repaint(counter);
            }
            for i in 0..self.plan.dials.len() {
                if b.needles.get(i) != now.needles.get(i) {
                    self.repaint(self.plan.dials[i]);
                }
            }
        }
        true
    }

    fn cells_round(&self, x0: f32, y0: f32, x1: f32, y1: f32) -> Rect {
        let (a, d) = (A as f32, D as f32);
        let x = (self.place.x(x0) / a).floor().max(0.0) as u16;
        let y = (self.place.y(y0) / d).floor().max(0.0) as u16;
        let right = (self.place.x(x1) / a).ceil().max(0.0) as u16;
        let bottom = (self.place.y(y1) / d).ceil().max(0.0) as u16;
        Rect::new(x, y, right.saturating_sub(x), bottom.saturating_sub(y))
    }

    fn turn(&mut self, hub: usize, turn: Turn) {
        let (x, y) = [LEFT_HUB, RIGHT_HUB][hub];
        let r = HUB_RADIUS + 0.4;
        let cells = self
            .cells_round(x - r, y - r, x + r, y + r)
            .intersection(self.whole());
        let known = self.sprites.iter().position(|(key, _)| *key == (hub, turn));
        let at = known.unwrap_or_else(|| {
            let tiles = self.encoded(cells);
            self.sprites.push(((hub, turn), tiles));
            self.sprites.len() - 1
        });
        let width = usize::from(self.plan.size.0);
        for (position, tile) in cells.positions().zip(&self.sprites[at].1) {
            let to = &mut self.tiles[usize::from(position.y) * width + usize::from(position.x)];
            // What the eye cannot tell from what is there is not sent again.
            if !to.resembles(tile) {
                *to = *tile;
            }
        }
    }

    fn whole(&self) -> Rect {
        Rect::new(0, 0, self.plan.size.0, self.plan.size.1)
    }

    /// Puts the layers of some cells together again and encodes them.
    fn repaint(&mut self, cells: Rect) {
        let cells = cells.intersection(self.whole());
        let width = usize::from(self.plan.size.0);
        for (position, tile) in cells.positions().zip(self.encoded(cells)) {
            self.tiles[usize::from(position.y) * width + usize::from(position.x)] = tile;
        }
    }

    /// The tiles of some cells, row by row.
    fn encoded(&self, cells: Rect) -> Vec<Tile> {
        let Some(picture) = self.compose(cells) else {
            return Vec::new();
        };
        let stride = picture.width() as usize * 4;
        let tile = |p: Position| {
            let (x, y) = (usize::from(p.x - cells.x), usize::from(p.y - cells.y));
            let offset = y * cells::DOWN * stride + x * cells::ACROSS * 4;
            cells::encode(picture.data(), offset, stride, self.blocks)
        };
        cells.positions().map(tile).collect()
    }

    /// The picture of some cells.
    fn compose(&self, cells: Rect) -> Option<Pixmap> {
        let shown = self.shown?;
        let (x, y, w, h) = area(cells);
        let crop = tiny_skia::IntRect::from_xywh(x as i32, y as i32, w as u32, h as u32)?;
        let mut picture = self.under.clone_rect(crop)?;
        let mut brush = Brush::new(&mut picture, x, y);
        let (shell, place) = (&self.theme.shell, &self.place);
        let [left, right] = self.radii.map(|r| r as f32);
        let room = area(self.cells_round(0.0, 0.0, WIDTH, HEIGHT));
        if x < room.0 + room.2 && x + w > room.0 && y < room.1 + room.3 && y + h > room.1 {
            cassette::strand(&mut brush, place, shell, left, right, shown.leader);
            reels::pack(&mut brush, place, shell, LEFT_HUB, left);
            reels::pack(&mut brush, place, shell, RIGHT_HUB, right);
            for (hub, turn) in [LEFT_HUB, RIGHT_HUB].into_iter().zip(shown.turns) {
                reels::hub(&mut brush, place, shell, hub, turn);
            }
            picture.draw_pixmap(
                -(x as i32),
                -(y as i32),
                self.over.as_ref(),
                &tiny_skia::PixmapPaint::default(),
                tiny_skia::Transform::identity(),
                None,
            );
        }
        let mut brush = Brush::new(&mut picture, x, y);
        let look = &self.theme.machine;
        for (i, &rect) in self.plan.keys.iter().enumerate() {
            if rect.intersects(cells) {
                let down = shown.down[i];
                machine::key(&mut brush, look, area(rect), down, self.theme.screen.second);
            }
        }
        if let Some(rect) = self.plan.counter.filter(|r| r.intersects(cells)) {
            // Seven units high from the middle of its first row on, so that the
            // figures lie on half cells.
            let unit = f32::from(rect.height) * D as f32 / 8.0;
            let (x, y, w, h) = area(rect);
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
                machine::dial(&mut brush, &self.theme, area(rect), shown.needles[i]);
            }
        }
        Some(picture)
    }
}

fn area(cells: Rect) -> (f32, f32, f32, f32) {
    (
        f32::from(cells.x) * A as f32,
        f32::from(cells.y) * D as f32,
        f32::from(cells.width) * A as f32,
        f32::from(cells.height) * D as f32,
    )
}

/// The cassette as large as fits, in the middle of its room.
fn place(plan: &Plan) -> Place {
    let (x, y, w, h) = area(plan.cassette);
    let grid = (2.0, 4.0);
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
        };
    }
    let margin = 5.0;
    let scale = ((w - 2.0 * margin) / WIDTH)
        .min((h - 2.0 * margin) / HEIGHT)
        .max(0.01);
    let snap = |v: f32, g: f32| (v / g).round() * g;
    Place {
        x: snap(x + (w - WIDTH * scale) / 2.0, grid.0),
        y: snap(y + (h - HEIGHT * scale) / 2.0, grid.1),
        scale,
        grid,
    }
}
