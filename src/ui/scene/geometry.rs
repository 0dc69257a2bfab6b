//! Where the parts of a cassette are, in millimetres from the upper left
//! corner of side A. Outer measures, hub pitch and hub radius as in
//! IEC 60094-7; the rest by eye from cassettes on the table.

/// Outer measures.
pub const WIDTH: f32 = 100.4;
/// See [`WIDTH`].
pub const HEIGHT: f32 = 63.8;
/// Centre of the left hub; the right one is 42.5 mm further on.
pub const LEFT_HUB: (f32, f32) = (28.95, 29.6);
/// See [`LEFT_HUB`].
pub const RIGHT_HUB: (f32, f32) = (71.45, 29.6);
/// Radius on which the first turn of tape lies.
pub const HUB_RADIUS: f32 = afterdark_tape::cassette::HUB_RADIUS_MM as f32;
/// Opening of the hub, from which the teeth stand inwards.
pub const HUB_OPENING: f32 = 7.3;
/// Label: x, y, width, height, corner.
pub const LABEL: [f32; 5] = [4.6, 3.9, 91.2, 44.6, 2.4];
/// Window: x, y, width, height; its ends are half circles.
pub const WINDOW: [f32; 4] = [14.2, 17.4, 72.0, 24.4];
/// The raised part by the heads: x at the top, x at the bottom, y of the top.
pub const RAISED: [f32; 3] = [17.5, 14.0, 50.6];

/// Millimetres of a cassette to samples of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Samples of the cassette's left edge.
    pub x: f32,
    /// Samples of its top edge.
    pub y: f32,
    /// Samples a millimetre.
    pub scale: f32,
    /// Edges lie on multiples of this many samples, so that cells show them sharp.
    pub grid: (f32, f32),
    /// Samples of a quarter of a cell's width.
    pub fine: f32,
}

impl Place {
    /// Sample of a horizontal place.
    pub fn x(&self, mm: f32) -> f32 {
        self.x + mm * self.scale
    }

    /// Sample of a vertical place.
    pub fn y(&self, mm: f32) -> f32 {
        self.y + mm * self.scale
    }

    /// Samples of a length.
    pub fn len(&self, mm: f32) -> f32 {
        mm * self.scale
    }

    /// As [`Place::x`], on the grid.
    pub fn edge_x(&self, mm: f32) -> f32 {
        (self.x(mm) / self.grid.0).round() * self.grid.0
    }

    /// As [`Place::y`], on the grid.
    pub fn edge_y(&self, mm: f32) -> f32 {
        (self.y(mm) / self.grid.1).round() * self.grid.1
    }

    /// True where the picture is made of cells and has edges on whole halves
    /// of them, or it looks frayed.
    pub fn coarse(&self) -> bool {
        self.grid.0 > 1.0
    }

    /// The middle of something round (mm), on the grid.
    pub fn middle(&self, (x, y): (f32, f32)) -> (f32, f32) {
        if self.coarse() {
            let snap = |v: f32| (v / 4.0).round() * 4.0;
            (snap(self.x(x)), snap(self.y(y)))
        } else {
            (self.x(x), self.y(y))
        }
    }

    /// A box (x, y, width, height in mm) on the grid.
    pub fn boxed(&self, mm: [f32; 4]) -> (f32, f32, f32, f32) {
        let (x0, y0) = (self.edge_x(mm[0]), self.edge_y(mm[1]));
        (
            x0,
            y0,
            self.edge_x(mm[0] + mm[2]) - x0,
            self.edge_y(mm[1] + mm[3]) - y0,
        )
    }
}
