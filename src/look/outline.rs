//! A font's outlines as paths.

use tiny_skia::PathBuilder;
use ttf_parser::OutlineBuilder;

/// Turns a font's units, which count upwards from the baseline, into a path's,
/// which count downwards.
pub(super) struct Pen {
    pub path: PathBuilder,
    /// Of the path's units in one of the font's, across and down.
    pub scale: (f32, f32),
    /// Where the letter's origin lies on the path.
    pub origin: (f32, f32),
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let ((left, base), (across, down)) = (self.origin, self.scale);
        (left + x * across, base - y * down)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
