//! What a scene is to show: where things are, how they stand, and by what means.

use ratatui::layout::Rect;

use super::cells::Blocks;

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
    /// Speed of the tape, re 47.625 mm/s.
    pub speed: f64,
    /// Counter, 0.0 to 1000.0.
    pub counter: f64,
    /// Keys that are down, as [`PianoKey::ALL`](super::PianoKey::ALL).
    pub down: [bool; 6],
    /// Leader, not tape, lies before the head.
    pub leader: bool,
    /// Levels that the dials' needles show, dB.
    pub vu_db: [f32; 2],
}

/// How a scene reaches the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// As block characters.
    Cells(Blocks),
    /// As pixels that lie under the text; a cell has so many across and down.
    Pixels(u16, u16),
    /// As pixels that lie in the cells, so that text takes their place.
    Inlaid(u16, u16),
}

impl Default for Medium {
    fn default() -> Self {
        Medium::Cells(Blocks::default())
    }
}
