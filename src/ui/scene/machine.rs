//! The machine round the cassette: panel, well, piano keys, counter, lamp.

use tiny_skia::PathBuilder;

use super::paint::{Brush, Fill, ink, polygon, rounded};
use crate::ui::theme::{Machine, Rgb};

const BLACK: Rgb = Rgb([0; 3]);

/// Samples: x, y, width, height.
pub type Area = (f32, f32, f32, f32);

/// The piano keys from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Key {
    Rewind,
    Play,
    Forward,
    Stop,
    Pause,
    Eject,
}

impl Key {
    /// From left to right.
    pub const ALL: [Key; 6] = [
        Key::Rewind,
        Key::Play,
        Key::Forward,
        Key::Stop,
        Key::Pause,
        Key::Eject,
    ];

    /// What is printed on it.
    pub fn name(self) -> &'static str {
        match self {
            Key::Rewind => "REW",
            Key::Play => "PLAY",
            Key::Forward => "F.FWD",
            Key::Stop => "STOP",
            Key::Pause => "PAUSE",
            Key::Eject => "EJECT",
        }
    }
}

/// Front panel over all of the scene.
pub fn panel(brush: &mut Brush, look: &Machine, (x, y, w, h): Area, corner: f32) {
    brush.fill(
        rounded(x, y, w, h, corner),
        Fill::down(y, y + h, ink(look.top, 1.0), ink(look.bottom, 1.0)),
    );
    let t = 1.5;
    brush.stroke(
        rounded(x + t / 2.0, y + t / 2.0, w - t, h - t, corner),
        t,
        Fill::down(
            y,
            y + h,
            ink(look.edge, 1.0),
            ink(look.edge.mix(look.bottom, 0.8), 1.0),
        ),
    );
}

/// The well that the cassette lies in, behind its door.
pub fn well(brush: &mut Brush, look: &Machine, (x, y, w, h): Area, corner: f32) {
    let rim = look.edge.mix(look.top, 0.35);
    brush.fill(rounded(x - 2.0, y - 2.0, w + 4.0, h + 4.0, corner + 2.0), {
        Fill::down(y, y + h, ink(look.well.mix(BLACK, 0.4), 1.0), ink(rim, 1.0))
    });
    brush.fill(
        rounded(x, y, w, h, corner),
        Fill::down(
            y,
            y + h,
            ink(look.well.mix(BLACK, 0.5), 1.0),
            ink(look.well, 1.0),
        ),
    );
}

/// One piano key. `unit` is the height of half a character cell.
pub fn key(brush: &mut Brush, look: &Machine, area: Area, key: Key, down: bool, lit: Rgb) {
    let (x, y, w, h) = area;
    let unit = 4.0_f32.max(h / 10.0).min(h / 4.0);
    let round = unit * 0.5;
    // The slot it moves in.
    brush.fill(
        rounded(x, y, w, h, round),
        ink(look.well.mix(BLACK, 0.3), 1.0),
    );
    let gap = 1.0;
    let (x, w) = (x + gap, w - 2.0 * gap);
    let (top, lip) = if down { (y + unit, 0.0) } else { (y, unit) };
    let face_height = h - unit - gap;
    if lip > 0.0 {
        brush.fill(
            rounded(
                x,
                top + face_height - round * 2.0,
                w,
                lip + round * 2.0,
                round,
            ),
            Fill::down(
                y,
                y + h,
                ink(look.key_dark, 1.0),
                ink(look.key_dark.mix(BLACK, 0.3), 1.0),
            ),
        );
    }
    let (from, to) = if down {
        (look.key.mix(BLACK, 0.35), look.key.mix(BLACK, 0.12))
    } else {
        (look.key.mix(look.key_light, 0.30), look.key)
    };
    brush.fill(
        rounded(x, top, w, face_height, round),
        Fill::down(top, top + face_height, ink(from, 1.0), ink(to, 1.0)),
    );
    let edge = if down {
        ink(BLACK, 0.5)
    } else {
        ink(look.key_light, 1.0)
    };
    brush.rect(x + round, top, w - 2.0 * round, 1.0, edge);
    if down {
        let glow = ink(lit, 0.9);
        brush.rect(
            x + round,
            top + face_height - 1.5,
            w - 2.0 * round,
            1.5,
            glow,
        );
    }
    let color = if down { lit } else { look.key_text };
    let size = (face_height * 0.19).min(w * 0.16).max(2.0);
    icon(
        brush,
        key,
        (x + w / 2.0, top + face_height * 0.30),
        size,
        color,
        look,
    );
}

fn icon(brush: &mut Brush, key: Key, (x, y): (f32, f32), s: f32, color: Rgb, look: &Machine) {
    let c = ink(color, 1.0);
    let arrow = |x0: f32, x1: f32| polygon(&[(x0, y - s), (x1, y), (x0, y + s)], true);
    match key {
        Key::Rewind => {
            brush.fill(arrow(x, x - s * 1.5), c);
            brush.fill(arrow(x + s * 1.5, x), c);
        }
        Key::Forward => {
            brush.fill(arrow(x - s * 1.5, x), c);
            brush.fill(arrow(x, x + s * 1.5), c);
        }
        Key::Play => brush.fill(arrow(x - s * 0.8, x + s), c),
        Key::Stop => brush.rect(x - s * 0.9, y - s * 0.9, s * 1.8, s * 1.8, c),
        Key::Pause => {
            brush.rect(x - s * 0.9, y - s, s * 0.65, s * 2.0, c);
            brush.rect(x + s * 0.25, y - s, s * 0.65, s * 2.0, c);
        }
        Key::Eject => {
            brush.fill(
                polygon(
                    &[
                        (x - s * 1.2, y + s * 0.2),
                        (x, y - s),
                        (x + s * 1.2, y + s * 0.2),
                    ],
                    true,
                ),
                c,
            );
            brush.rect(x - s * 1.2, y + s * 0.5, s * 2.4, s * 0.5, c);
        }
    }
    let _ = look;
}

/// Figures of the counter, five rows of three bits, left to right.
const FIGURES: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 3, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// Where the three wheels stand, in sixths of a figure: a wheel is carried on
/// while the one to its right passes from 9 to 0.
pub fn wheels(counter: f64) -> [u32; 3] {
    let sixths = (counter.rem_euclid(1000.0) * 6.0) as u32;
    let ones = sixths % 60;
    let carry = ones.saturating_sub(54);
    let tens = sixths / 60 % 10;
    let hundreds = sixths / 600 % 10;
    let carry_on = if tens == 9 { carry } else { 0 };
    [hundreds * 6 + carry_on, tens * 6 + carry, ones]
}

/// Three wheels in a window of 5 × 3 units a wheel; a unit is a square of
/// `unit` samples, and a figure is 3 × 5 of them with one between two figures.
pub fn counter(brush: &mut Brush, look: &Machine, (x, y, w, h): Area, unit: f32, at: [u32; 3]) {
    for (n, sixths) in at.into_iter().enumerate() {
        let x = x + w / 3.0 * n as f32;
        let w = w / 3.0 - unit * 0.25;
        brush.rect(
            x,
            y,
            w,
            h,
            Fill::Linear(
                (0.0, y),
                (0.0, y + h),
                vec![
                    (0.0, ink(look.wheel.mix(BLACK, 0.55), 1.0)),
                    (0.3, ink(look.wheel, 1.0)),
                    (0.7, ink(look.wheel, 1.0)),
                    (1.0, ink(look.wheel.mix(BLACK, 0.55), 1.0)),
                ],
            ),
        );
        let mut path = PathBuilder::new();
        // The wheel turns upwards: the next figure comes from below.
        let shift = (sixths % 6) as f32 * unit;
        for (k, offset) in [(0, 0.0), (1, 6.0 * unit), (9, -6.0 * unit)] {
            let figure = FIGURES[((sixths / 6 + k) % 10) as usize];
            for (row, bits) in figure.into_iter().enumerate() {
                let top = y + (h - 5.0 * unit) / 2.0 + offset - shift + row as f32 * unit;
                let (a, b) = (top.max(y), (top + unit).min(y + h));
                for column in (0..3).filter(|c| bits >> (2 - c) & 1 == 1 && b > a) {
                    let left = x + (w - 3.0 * unit) / 2.0 + column as f32 * unit;
                    if let Some(r) = tiny_skia::Rect::from_ltrb(left, a, left + unit, b) {
                        path.push_rect(r);
                    }
                }
            }
        }
        brush.fill(path.finish(), ink(look.wheel_text, 1.0));
    }
}

/// A small lamp.
pub fn lamp(brush: &mut Brush, (x, y): (f32, f32), r: f32, color: Rgb, on: bool) {
    if on {
        brush.disc(x, y, r * 1.9, ink(color, 0.22));
    }
    brush.disc(
        x,
        y,
        r,
        ink(if on { color } else { color.mix(BLACK, 0.7) }, 1.0),
    );
    if on {
        brush.disc(
            x - r * 0.25,
            y - r * 0.3,
            r * 0.4,
            ink(color.mix(Rgb([255; 3]), 0.7), 1.0),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wheels_roll_and_carry() {
        assert_eq!(wheels(147.0), [6, 24, 42]);
        assert_eq!(wheels(147.5), [6, 24, 45]);
        // From 199 to 200 all three move together.
        assert_eq!(wheels(199.5), [9, 57, 57]);
        assert_eq!(wheels(999.99), [59, 59, 59]);
        assert_eq!(wheels(-0.5), [59, 59, 57]);
    }
}
