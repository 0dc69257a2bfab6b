//! What of a picture is to be shown anew.

use ratatui::layout::Rect;
use tiny_skia::Pixmap;

/// A part of a picture that is to be shown anew.
#[derive(Debug)]
pub enum Patch {
    /// The picture of some cells, in place of what was there.
    Picture(Rect, Pixmap),
    /// A part that moves, in another pose.
    Sprite(Sprite),
}

/// A part of a picture in one of the few poses that it comes back to, so that
/// each needs to be painted and sent but once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sprite {
    /// Which part, counted from 0.
    pub part: usize,
    /// Its number among the part's poses.
    pub pose: u32,
    /// The cells that its picture fills.
    pub cells: Rect,
}

impl Patch {
    /// The same for a picture whose upper left corner is at `origin`.
    pub fn moved(self, origin: (u16, u16)) -> Self {
        let moved = |cells: Rect| Rect {
            x: cells.x + origin.0,
            y: cells.y + origin.1,
            ..cells
        };
        match self {
            Patch::Picture(cells, picture) => Patch::Picture(moved(cells), picture),
            Patch::Sprite(sprite) => Patch::Sprite(Sprite {
                cells: moved(sprite.cells),
                ..sprite
            }),
        }
    }
}
