//! The painter: what stands still is painted once, and only what moved is
//! painted again.

use std::collections::HashMap;
use std::f64::consts::TAU;

use ratatui::layout::{Position, Rect};
use tiny_skia::Pixmap;

use super::cells::{Blocks, Tile};
use super::change::Change;
use super::change_picture::ChangePicture;
use super::geometry::{HEIGHT, HUB_RADIUS, WIDTH};
use super::layers::{Layers, Shown};
use super::machine;
use super::plan::{Medium, Plan, Pose};
use super::reels::{self, PHASES, Turn};
use super::{cells, layers};
use crate::look::theme::Theme;
use crate::ui::terminal::{Patch, Sprite};
use afterdark_tape::cassette::TAPE_SPEED_MM_S;

/// The painted scene.
pub struct Scene {
    layers: Layers,
    medium: Medium,
    tiles: Vec<Tile>,
    shown: Option<Shown>,
    /// What happens to the cassette.
    hand: Option<ChangePicture>,
    /// Phases of the hubs that are shown as one.
    coarse: u32,
    /// Tiles of the hubs by turn.
    sprites: HashMap<(usize, Turn), Vec<Tile>>,
    /// Cells that lie on a hub wholly, so that nothing but it shows in them.
    hubs: [Vec<Position>; 2],
    /// The few colours that turning hubs are made of.
    tones: Vec<[u8; 3]>,
    /// The colours that all is made of, for terminals with few.
    few: Option<Vec<[u8; 3]>>,
    changed: Vec<Rect>,
    patches: Vec<Patch>,
}

impl Scene {
    /// Paints what stands still; `None` where there is no room at all.
    /// `flat` leaves out shades and lights, for terminals with few colours.
    pub fn new(plan: Plan, theme: &Theme, medium: Medium, flat: bool) -> Option<Self> {
        let tiles = vec![Tile::default(); usize::from(plan.size.0) * usize::from(plan.size.1)];
        let cell = match medium {
            Medium::Cells(_) => (cells::ACROSS as u32, cells::DOWN as u32),
            Medium::Pixels(w, h) | Medium::Inlaid(w, h) => (u32::from(w), u32::from(h)),
        };
        let layers = Layers::new(plan, theme, cell, flat)?;
        let hubs = [0, 1].map(|hub| layers.on_hub(hub));
        let coarse = if layers.place.scale < 4.5 { 2 } else { 1 };
        Some(Self {
            layers,
            medium,
            tiles,
            shown: None,
            hand: None,
            coarse,
            sprites: HashMap::new(),
            hubs,
            tones: reels::tones(&theme.shell),
            few: flat.then(|| layers::tones(theme)),
            changed: Vec::new(),
            patches: Vec::new(),
        })
    }

    /// Where things are.
    pub fn plan(&self) -> &Plan {
        &self.layers.plan
    }

    /// True where the scene is shown as pixels.
    pub fn is_pixels(&self) -> bool {
        !matches!(self.medium, Medium::Cells(_))
    }

    /// True where those pixels lie under the text.
    pub fn is_under(&self) -> bool {
        matches!(self.medium, Medium::Pixels(..))
    }

    /// The figures of the dials: where they stand, in cells, and what they say.
    pub fn dial_figures(&self) -> Vec<(u16, u16, &'static str)> {
        let dials = self.layers.plan.dials.iter();
        let figures = dials.flat_map(|&dial| machine::dial_figures(self.layers.area(dial)));
        figures
            .map(|((x, y), words)| {
                let (column, row) = self.layers.cell_at(x, y);
                let column = (column - words.chars().count() as f32 / 2.0)
                    .round()
                    .max(0.0);
                (column as u16, row.max(0.0) as u16, words)
            })
            .collect()
    }

    /// Whether the piano key of that place is down on the picture.
    pub fn is_down(&self, key: usize) -> bool {
        self.shown
            .is_some_and(|s| s.down.get(key).copied().unwrap_or(false))
    }

    /// The cells, row by row; all empty where the scene is shown as pixels.
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// Cells whose tiles have changed since the last call.
    pub fn take_changed(&mut self) -> Vec<Rect> {
        std::mem::take(&mut self.changed)
    }

    /// Cells that move with the tape and the sound, with nothing but the
    /// dials' figures written on them.
    pub fn moving(&self) -> Vec<Rect> {
        let plan = self.plan();
        let mut moving = vec![self.layers.hub_cells(0), self.layers.hub_cells(1)];
        moving.extend(plan.counter.iter().chain(&plan.dials));
        moving
    }

    /// What is to be shown anew, where the scene is shown as pixels.
    pub fn take_patches(&mut self) -> Vec<Patch> {
        std::mem::take(&mut self.patches)
    }

    /// The picture of a hub alone, transparent round it.
    pub fn alone(&self, sprite: &Sprite) -> Option<Pixmap> {
        self.layers.hub(sprite.part, Turn::of_pose(sprite.pose))
    }

    /// The picture of a hub's cells with all that is round it.
    pub fn in_place(&self, sprite: &Sprite) -> Option<Pixmap> {
        self.hub_in_place(sprite.part, Turn::of_pose(sprite.pose))
    }

    fn hub_in_place(&self, hub: usize, turn: Turn) -> Option<Pixmap> {
        let shown = self.shown?;
        let mut turns = shown.turns;
        turns[hub] = turn;
        let cells = self.layers.hub_cells(hub);
        self.layers.compose(cells, &Shown { turns, ..shown })
    }

    /// Cells of the paper above the window, where the label is written on;
    /// empty where the label is not in the picture.
    pub fn writing(&self) -> Rect {
        if self.plan().close_up {
            Rect::default()
        } else {
            self.layers.writing(self.is_open())
        }
    }

    /// Cells of the paper below the window.
    pub fn foot(&self) -> Rect {
        if self.plan().close_up {
            Rect::default()
        } else {
            self.layers.foot(self.is_open())
        }
    }

    /// Takes the pose; paints what can be seen to have moved.
    pub fn update(&mut self, pose: &Pose) {
        let step = f64::from(self.layers.place.scale);
        let mut turns = [Turn::default(); 2];
        for (i, turn) in turns.iter_mut().enumerate() {
            // Turns while a picture stands: a twelfth of a second.
            let round = TAU * pose.radii[i].max(f64::from(HUB_RADIUS));
            let travel = (pose.speed * TAPE_SPEED_MM_S / round).abs() / 12.0;
            let blur = u8::from(travel > 0.062) + u8::from(travel > 0.09);
            let steps = f64::from(PHASES / self.coarse);
            let phase = (pose.turns[i].rem_euclid(1.0) * steps).round() as u32;
            *turn = Turn {
                phase: phase * self.coarse % PHASES,
                blur,
            };
        }
        let now = Shown {
            packs: pose.radii.map(|r| (r * step).round() as i32),
            turns,
            wheels: machine::wheels(pose.counter),
            down: pose.down,
            leader: pose.leader,
            needles: pose.vu_db.map(machine::needle),
        };
        let Some(before) = self.shown.replace(now) else {
            self.layers.radii = pose.radii;
            self.repaint(self.layers.whole());
            return;
        };
        if before == now {
            return;
        }
        // A cassette in the hand is drawn by the change.
        let in_hand = self.hand.is_some();
        if before.packs != now.packs || before.leader != now.leader {
            self.layers.radii = pose.radii;
            if !in_hand {
                self.repaint(self.layers.cells_round(0.0, 4.0, WIDTH, HEIGHT));
            }
        } else if !in_hand {
            for i in (0..2).filter(|&i| before.turns[i] != now.turns[i]) {
                self.turn(i, now.turns[i]);
            }
        }
        for i in 0..self.plan().keys.len() {
            if before.down.get(i) != now.down.get(i) {
                self.repaint(self.plan().keys[i]);
            }
        }
        if let Some(counter) = self.plan().counter.filter(|_| before.wheels != now.wheels) {
            self.repaint(counter);
        }
        for i in 0..self.plan().dials.len() {
            if before.needles.get(i) != now.needles.get(i) {
                self.repaint(self.plan().dials[i]);
            }
        }
    }

    /// Begins to do something to the cassette: call it before the
    /// [`update`](Self::update) that shows the other side or tape.
    pub fn begin(&mut self, change: Change) {
        if let Some(shown) = self.shown {
            self.hand = ChangePicture::new(change, &self.layers, &shown);
        }
    }

    /// What happens to the cassette, while it is in the hand.
    pub fn changing(&self) -> Option<Change> {
        self.hand.as_ref().map(|hand| hand.change)
    }

    /// True while the door stands open or is on its way to.
    pub fn is_open(&self) -> bool {
        self.changing() == Some(Change::Open)
    }

    /// Shows the change `part` of the way (0.0 to 1.0, which ends it; an open
    /// door stays open).
    pub fn advance(&mut self, part: f32) {
        let (Some(mut hand), Some(shown)) = (self.hand.take(), self.shown) else {
            return;
        };
        let stage = hand.stage(&self.layers);
        let part = part.clamp(0.0, 1.0);
        if part >= 1.0 && hand.change != Change::Open {
            self.repaint(stage);
            return;
        }
        let step = match self.medium {
            // The terminal makes them larger again.
            Medium::Pixels(w, _) if part < 1.0 && w > 5 => 2,
            _ => 1,
        };
        if let Some(picture) = hand.picture(&self.layers, &shown, part, step) {
            self.show(stage, picture);
        }
        self.hand = Some(hand);
    }

    /// Turns a hub.
    fn turn(&mut self, hub: usize, turn: Turn) {
        let Medium::Cells(blocks) = self.medium else {
            self.patches.push(Patch::Sprite(Sprite {
                part: hub,
                pose: turn.pose(),
                cells: self.layers.hub_cells(hub),
            }));
            return;
        };
        let cells = self.layers.hub_cells(hub);
        if !self.sprites.contains_key(&(hub, turn)) {
            let tiles = self.sprite(hub, turn, cells, blocks);
            self.sprites.insert((hub, turn), tiles);
        }
        let width = usize::from(self.layers.plan.size.0);
        for (place, tile) in self.hubs[hub].iter().zip(&self.sprites[&(hub, turn)]) {
            self.tiles[usize::from(place.y) * width + usize::from(place.x)] = *tile;
        }
        self.changed.push(cells);
    }

    /// The tiles of `self.hubs[hub]` at a turn. Few colours: what neighbours
    /// share costs nothing, and the teeth stay sharp.
    fn sprite(&self, hub: usize, turn: Turn, cells: Rect, blocks: Blocks) -> Vec<Tile> {
        let Some(picture) = self.hub_in_place(hub, turn) else {
            return Vec::new();
        };
        let tiles = cells::encode_all(&picture, blocks);
        let width = usize::from(cells.width);
        let at = |p: &Position| usize::from(p.y - cells.y) * width + usize::from(p.x - cells.x);
        let found = self.hubs[hub].iter().filter_map(|p| tiles.get(at(p)));
        found.map(|tile| tile.in_tones(&self.tones)).collect()
    }

    /// Puts the layers of some cells together again and shows them.
    fn repaint(&mut self, cells: Rect) {
        let cells = cells.intersection(self.layers.whole());
        let picture = self
            .shown
            .and_then(|shown| self.layers.compose(cells, &shown));
        if let Some(picture) = picture {
            self.show(cells, picture);
        }
        // The hubs on it in their few colours.
        if let (Some(shown), Medium::Cells(_)) = (self.shown, self.medium) {
            for (hub, turn) in shown.turns.into_iter().enumerate() {
                if self.layers.hub_cells(hub).intersects(cells) {
                    self.turn(hub, turn);
                }
            }
        }
    }

    fn show(&mut self, cells: Rect, picture: Pixmap) {
        let width = usize::from(self.layers.plan.size.0);
        let Medium::Cells(blocks) = self.medium else {
            if matches!(self.medium, Medium::Inlaid(..)) {
                // What text stands on in place of the pixels.
                self.changed.push(cells);
                let means = cells::means(&picture, (cells.width, cells.height));
                for (position, tile) in cells.positions().zip(means) {
                    self.tiles[usize::from(position.y) * width + usize::from(position.x)] = tile;
                }
            }
            self.patches.push(Patch::Picture(cells, picture));
            return;
        };
        self.changed.push(cells);
        let tiles = cells::encode_all(&picture, blocks);
        for (position, mut tile) in cells.positions().zip(tiles) {
            if let Some(few) = &self.few {
                // What lies between two colours becomes a third by accident
                // where there are few.
                let mean = Tile {
                    ink: tile.mean,
                    ..tile
                };
                tile = tile.in_tones(few);
                tile.mean = mean.in_tones(few).ink;
            }
            self.tiles[usize::from(position.y) * width + usize::from(position.x)] = tile;
        }
    }
}
