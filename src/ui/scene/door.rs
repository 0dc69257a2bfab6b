//! The door before the cassette: a frame with a pane of glass that hangs on its
//! lower edge. At eject its upper edge comes forward, and the cassette with it.

use tiny_skia::{PathBuilder, Pixmap, PremultipliedColorU8};

use super::machine::Area;
use crate::look::brush::{Brush, Fill, ink, polygon, push_rounded, rounded, within};
use crate::look::theme::{MachineColors, Rgb};

const WHITE: Rgb = Rgb([255; 3]);
const BLACK: Rgb = Rgb([0; 3]);

/// How much lower the open door's upper edge is seen, of its height.
const FALL: f32 = 0.19;
/// How much wider that edge is seen, being nearer.
const SPREAD: f32 = 0.055;

/// The door's plane as it is seen, in samples of the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tilt {
    middle: f32,
    hinge: f32,
    height: f32,
    /// Foreshortening at the hinge, and perspective.
    short: f32,
    near: f32,
}

impl Tilt {
    /// Of a door in this place, shut (0.0) to open (1.0).
    pub fn new((x, y, w, h): Area, open: f32) -> Self {
        let spread = 1.0 + SPREAD * open;
        Self {
            middle: x + w / 2.0,
            hinge: y + h,
            height: h.max(1.0),
            short: (1.0 - FALL * open) / spread,
            near: 1.0 - 1.0 / spread,
        }
    }

    /// Where a point of the shut door is seen.
    pub fn seen(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let up = self.hinge - y;
        let scale = 1.0 / (1.0 - self.near * up / self.height);
        (
            self.middle + (x - self.middle) * scale,
            self.hinge - self.short * up * scale,
        )
    }

    /// Which point of the shut door is seen there.
    fn source(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let seen = self.hinge - y;
        let up = seen / (self.short + self.near * seen / self.height);
        let scale = 1.0 / (1.0 - self.near * up / self.height);
        (self.middle + (x - self.middle) / scale, self.hinge - up)
    }

    /// Lays `from` (its corner at `corner` of the scene) on `onto` as it is
    /// seen, lifted in the door's plane by `lift`. `onto` begins at the scene's
    /// corner and has one sample for `step` of the scene's.
    pub fn lay(&self, onto: &mut Pixmap, step: f32, from: &Pixmap, corner: (f32, f32), lift: f32) {
        let width = onto.width() as usize;
        for (n, pixel) in onto.pixels_mut().iter_mut().enumerate() {
            let at = ((n % width) as f32 + 0.5, (n / width) as f32 + 0.5);
            let (x, y) = self.source((at.0 * step, at.1 * step));
            let over = sample(from, x - corner.0 - 0.5, y + lift - corner.1 - 0.5);
            if over[3] > 0.5 {
                *pixel = blend(*pixel, over);
            }
        }
    }
}

/// Premultiplied colour between four samples; nothing beyond the edge.
fn sample(from: &Pixmap, x: f32, y: f32) -> [f32; 4] {
    let (w, h) = (from.width() as i32, from.height() as i32);
    let (left, top) = (x.floor(), y.floor());
    let (right, below) = (x - left, y - top);
    let (left, top) = (left as i32, top as i32);
    let mut sum = [0.0; 4];
    if left < -1 || top < -1 || left >= w || top >= h {
        return sum;
    }
    for (dx, dy, weight) in [
        (0, 0, (1.0 - right) * (1.0 - below)),
        (1, 0, right * (1.0 - below)),
        (0, 1, (1.0 - right) * below),
        (1, 1, right * below),
    ] {
        let (x, y) = (left + dx, top + dy);
        if (0..w).contains(&x) && (0..h).contains(&y) {
            let p = from.pixels()[(y * w + x) as usize];
            for (sum, part) in sum
                .iter_mut()
                .zip([p.red(), p.green(), p.blue(), p.alpha()])
            {
                *sum += f32::from(part) * weight;
            }
        }
    }
    sum
}

/// Source over, both premultiplied.
fn blend(under: PremultipliedColorU8, over: [f32; 4]) -> PremultipliedColorU8 {
    let through = 1.0 - over[3] / 255.0;
    let parts = [under.red(), under.green(), under.blue(), under.alpha()];
    let mut out = [0; 4];
    for ((out, part), over) in out.iter_mut().zip(parts).zip(over) {
        *out = (f32::from(part) * through + over + 0.5) as u8;
    }
    let [r, g, b, a] = out;
    PremultipliedColorU8::from_rgba(r.min(a), g.min(a), b.min(a), a).unwrap_or(under)
}

/// Frame and pane, `open` so far (0.0 to 1.0), on a transparent picture; the
/// cassette fills `inner`.
pub fn front(
    picture: &mut Pixmap,
    look: &MachineColors,
    area: Area,
    inner: Area,
    open: f32,
    fine: f32,
) {
    let (x, y, w, h) = area;
    let corner = 6.0 * fine;
    let mut frame = PathBuilder::new();
    push_rounded(&mut frame, x, y, w, h, corner);
    let (ix, iy, iw, ih) = inner;
    push_rounded(&mut frame, ix, iy, iw, ih, corner * 0.6);
    let (above, below) = (look.edge.mix(look.key_light, open), look.edge);
    let mut brush = Brush::new(picture, 0.0, 0.0);
    // The pane: it turns away from the light above as it comes forward.
    brush.fill(
        rounded(ix, iy, iw, ih, corner * 0.6),
        ink(BLACK, 0.22 * open),
    );
    brush.fill(
        frame.finish(),
        Fill::down(y, y + h, ink(above, 1.0), ink(below, 1.0)),
    );
    glint(picture, inner, corner * 0.6, open);
}

/// The light that the pane throws over what lies behind it; it wanders as the
/// door opens.
pub fn glint(picture: &mut Pixmap, (x, y, w, h): Area, corner: f32, open: f32) {
    let lean = h * 0.55;
    let gone = open * 0.62;
    within(picture, rounded(x, y, w, h, corner), |brush| {
        for (from, wide, strength) in [(0.52, 0.16, 0.085), (0.71, 0.045, 0.06)] {
            let a = x + w * (from - gone);
            let b = a + w * wide * (1.0 + open);
            let band = [(a + lean, y), (b + lean, y), (b, y + h), (a, y + h)];
            brush.fill(polygon(&band, true), ink(WHITE, strength * (1.0 + open)));
        }
    });
}

/// The door's upper edge, seen from above once it is open.
pub fn lip(brush: &mut Brush, look: &MachineColors, area: Area, tilt: &Tilt, open: f32) {
    let (x, y, w, h) = area;
    let thick = h * 0.035 * open;
    let (left, right) = (tilt.seen((x, y)), tilt.seen((x + w, y)));
    // Its far edge is a little narrower.
    let edge = [
        (left.0 + thick, left.1 - thick),
        (right.0 - thick, right.1 - thick),
        (right.0, right.1 + 2.0),
        (left.0, left.1 + 2.0),
    ];
    brush.fill(
        polygon(&edge, true),
        ink(look.key_dark.mix(look.edge, 0.55), 1.0),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_door_is_seen_lower_and_wider_at_its_top_and_hangs_on_its_foot() {
        let area = (10.0, 20.0, 100.0, 60.0);
        let shut = Tilt::new(area, 0.0);
        assert_eq!(shut.seen((30.0, 40.0)), (30.0, 40.0));
        let open = Tilt::new(area, 1.0);
        assert_eq!(open.seen((10.0, 80.0)), (10.0, 80.0));
        let (x, y) = open.seen((10.0, 20.0));
        assert!(
            x < 10.0 && (y - (20.0 + FALL * 60.0)).abs() < 0.01,
            "{x} {y}"
        );
        // What is seen there comes from there.
        for point in [(10.0, 20.0), (60.0, 50.0), (110.0, 79.0)] {
            let back = open.source(open.seen(point));
            assert!((back.0 - point.0).abs() + (back.1 - point.1).abs() < 0.01);
        }
    }
}
