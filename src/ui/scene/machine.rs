//! The machine round the cassette: panel, well, piano keys, counter, lamp.

use tiny_skia::PathBuilder;

use super::geometry::{LEFT_HUB, Place, RIGHT_HUB};
use crate::look::brush::{Brush, Fill, ink, polygon, rounded};
use crate::look::theme::{MachineColors, Rgb, Theme};

const BLACK: Rgb = Rgb([0; 3]);

/// Samples: x, y, width, height.
pub type Area = (f32, f32, f32, f32);

/// The piano keys from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum PianoKey {
    Rewind,
    Play,
    Forward,
    Stop,
    Pause,
    Eject,
}

impl PianoKey {
    /// From left to right.
    pub const ALL: [PianoKey; 6] = [
        PianoKey::Rewind,
        PianoKey::Play,
        PianoKey::Forward,
        PianoKey::Stop,
        PianoKey::Pause,
        PianoKey::Eject,
    ];

    /// What is printed on it.
    pub fn name(self) -> &'static str {
        match self {
            PianoKey::Rewind => "REW",
            PianoKey::Play => "PLAY",
            PianoKey::Forward => "F.FWD",
            PianoKey::Stop => "STOP",
            PianoKey::Pause => "PAUSE",
            PianoKey::Eject => "EJECT",
        }
    }

    /// Its sign, in characters that no font makes an emoji of.
    pub fn sign(self) -> &'static str {
        match self {
            PianoKey::Rewind => "◄◄",
            PianoKey::Play => "►",
            PianoKey::Forward => "►►",
            PianoKey::Stop => "■",
            PianoKey::Pause => "▮▮",
            PianoKey::Eject => "▲",
        }
    }
}

/// Front panel over all of the scene. `fine` is a quarter of a cell's width,
/// here and below.
pub fn panel(brush: &mut Brush, look: &MachineColors, (x, y, w, h): Area, fine: f32) {
    let (corner, t) = (6.0 * fine, 1.5 * fine);
    brush.fill(
        rounded(x, y, w, h, corner),
        Fill::down(y, y + h, ink(look.top, 1.0), ink(look.bottom, 1.0)),
    );
    let shade = look.edge.mix(look.bottom, 0.8);
    brush.stroke(
        rounded(x + t / 2.0, y + t / 2.0, w - t, h - t, corner),
        t,
        Fill::down(y, y + h, ink(look.edge, 1.0), ink(shade, 1.0)),
    );
}

/// The well that the cassette lies in, behind its door; `rim` is the width of
/// its edge, across and down.
pub fn well(
    brush: &mut Brush,
    look: &MachineColors,
    (x, y, w, h): Area,
    rim: (f32, f32),
    fine: f32,
) {
    let corner = 6.0 * fine;
    let (above, below) = (look.bottom.mix(BLACK, 0.35), look.edge.mix(look.top, 0.2));
    brush.fill(
        rounded(x, y, w, h, corner + rim.0),
        Fill::down(y, y + h, ink(above, 1.0), ink(below, 1.0)),
    );
    let deep = ink(look.well.mix(BLACK, 0.5), 1.0);
    let ground = if fine > 1.0 {
        Fill::down(y, y + h, deep, ink(look.well, 1.0))
    } else {
        deep.into()
    };
    let (x, y, w, h) = (x + rim.0, y + rim.1, w - 2.0 * rim.0, h - 2.0 * rim.1);
    brush.fill(rounded(x, y, w, h, corner), ground);
}

/// What shows in the well while no cassette is in it: spindles, pinch rollers
/// and the head.
pub fn inside(brush: &mut Brush, theme: &Theme, place: &Place) {
    let (look, shell) = (&theme.machine, &theme.shell);
    for (x, y) in [LEFT_HUB, RIGHT_HUB] {
        let ((x, y), len) = (place.middle((x, y)), |mm| place.len(mm));
        brush.disc(x, y, len(8.5), ink(look.key_dark.mix(look.key, 0.4), 1.0));
        brush.disc(x, y, len(4.6), ink(shell.spindle, 1.0));
        brush.disc(x, y, len(2.0), ink(shell.spindle.mix(shell.hub, 0.4), 1.0));
    }
    for x in [27.0, 73.4] {
        let (x, y) = place.middle((x, 57.6));
        brush.disc(
            x,
            y,
            place.len(4.2),
            ink(look.key_dark.mix(look.key, 0.5), 1.0),
        );
        brush.disc(x, y, place.len(1.4), ink(look.key_light, 1.0));
    }
    let (x, y, w, h) = place.boxed([42.2, 54.0, 16.0, 8.0]);
    let (above, below) = (ink(look.key_light, 1.0), ink(look.key_dark, 1.0));
    brush.rect(x, y, w, h, Fill::down(y, y + h, above, below));
}

/// One piano key.
pub fn key(brush: &mut Brush, look: &MachineColors, area: Area, down: bool, lit: Rgb, fine: f32) {
    let (x, y, w, h) = area;
    // What it travels: half a character cell.
    let unit = (4.0 * fine).max(h / 10.0).min(h / 4.0);
    let round = unit * 0.5;
    // The slot it moves in.
    brush.fill(
        rounded(x, y, w, h, round),
        ink(look.well.mix(BLACK, 0.3), 1.0),
    );
    let (x, w) = (x + fine, w - 2.0 * fine);
    let face = h - unit - fine;
    let top = if down { y + unit } else { y };
    if !down {
        let front = rounded(x, top + face - round * 2.0, w, unit + round * 2.0, round);
        let (above, below) = (look.key_dark, look.key_dark.mix(BLACK, 0.3));
        brush.fill(
            front,
            Fill::down(y, y + h, ink(above, 1.0), ink(below, 1.0)),
        );
    }
    let (from, to) = look.key_face(down);
    brush.fill(
        rounded(x, top, w, face, round),
        Fill::down(top, top + face, ink(from, 1.0), ink(to, 1.0)),
    );
    let edge = if down {
        ink(BLACK, 0.5)
    } else {
        ink(look.key_light, 1.0)
    };
    brush.rect(x + round, top, w - 2.0 * round, fine, edge);
    if down {
        let glow = ink(lit, 0.9);
        brush.rect(
            x + round,
            top + face - 1.5 * fine,
            w - 2.0 * round,
            1.5 * fine,
            glow,
        );
    }
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

/// Three wheels in a window of 5 × 7 units a wheel; a unit is a square of
/// `unit` samples, and a figure is 3 × 5 of them with one between two figures.
pub fn counter(
    brush: &mut Brush,
    look: &MachineColors,
    (x, y, w, h): Area,
    unit: f32,
    at: [u32; 3],
) {
    for (n, sixths) in at.into_iter().enumerate() {
        let x = x + w / 3.0 * n as f32;
        let w = w / 3.0 - 1.0;
        brush.rect(x, y, w, h, ink(look.wheel, 1.0));
        let mut path = PathBuilder::new();
        // The wheel turns upwards: the next figure comes from below.
        let shift = (sixths % 6) as f32 * unit;
        for (k, offset) in [(0, 0.0), (1, 6.0 * unit), (9, -6.0 * unit)] {
            let figure = FIGURES[((sixths / 6 + k) % 10) as usize];
            for (row, bits) in figure.into_iter().enumerate() {
                let top = y + unit + offset - shift + row as f32 * unit;
                let (a, b) = (top.max(y), (top + unit).min(y + h));
                for column in (0..3).filter(|c| bits >> (2 - c) & 1 == 1 && b > a) {
                    let left = x + unit + column as f32 * unit;
                    if let Some(r) = tiny_skia::Rect::from_ltrb(left, a, left + unit, b) {
                        path.push_rect(r);
                    }
                }
            }
        }
        brush.fill(path.finish(), ink(look.wheel_text, 1.0));
        // A wheel is round: it goes dark where it turns away.
        let dark = |part: f32| ink(BLACK, part);
        let round = vec![
            (0.0, dark(0.8)),
            (0.12, dark(0.55)),
            (0.16, dark(0.0)),
            (0.84, dark(0.0)),
            (0.88, dark(0.55)),
            (1.0, dark(0.8)),
        ];
        brush.rect(x, y, w, h, Fill::Linear((0.0, y), (0.0, y + h), round));
    }
}

/// Needle's place for a level, in thousandths of its travel: a moving coil
/// goes with the voltage; the scale ends at +3 dB.
pub fn needle(db: f32) -> i16 {
    let part = 10.0_f32.powf((db - 3.0) / 20.0).clamp(0.0, 1.04);
    // Steps that can be seen.
    ((part * 200.0).round() * 5.0) as i16
}

/// A point of a dial's face: the part of the needle's travel and the distance
/// from a pivot below the face. The needle sweeps ±43°, wider on wide dials.
fn on_dial((x, y, w, h): Area, part: f32, r: f32) -> (f32, f32) {
    let a = (-133.0 + 86.0 * part).to_radians();
    let stretch = (0.62 * w / h).clamp(0.7, 2.2);
    (
        x + w / 2.0 + r * a.cos() * stretch,
        y + h * 1.14 + r * a.sin(),
    )
}

/// Where figures stand on a dial, in samples, and what they say.
pub fn dial_figures((x, y, w, h): Area) -> Vec<((f32, f32), &'static str)> {
    let face = (x + 4.0, y + 2.0, w - 8.0, h - 4.0);
    let marks = [
        (-20.0, "−20"),
        (-10.0, "−10"),
        (-5.0, "−5"),
        (-3.0, "−3"),
        (0.0, "0"),
        (3.0, "+3"),
    ];
    let mut figures: Vec<_> = marks
        .map(|(db, words)| {
            (
                on_dial(face, f32::from(needle(db)) / 1000.0, h * 0.98),
                words,
            )
        })
        .to_vec();
    figures.push(((x + w / 2.0, y + h * 0.66), "VU"));
    figures
}

/// A level meter with a needle, lit from behind.
pub fn dial(brush: &mut Brush, theme: &Theme, (x, y, w, h): Area, needle: i16) {
    let look = &theme.machine;
    let (x, y, w, h) = (x + 4.0, y + 2.0, w - 8.0, h - 4.0);
    let (paper, black) = (theme.label.paper, ink(theme.label.ink, 1.0));
    let glow = theme.screen.second;
    brush.fill(
        rounded(x - 2.0, y - 2.0, w + 4.0, h + 4.0, 5.0),
        ink(look.well.mix(BLACK, 0.4), 1.0),
    );
    brush.fill(
        rounded(x, y, w, h, 4.0),
        Fill::Radial(
            (x + w / 2.0, y + h * 0.95),
            w * 0.62,
            vec![
                (0.0, ink(paper, 1.0)),
                (0.55, ink(paper.mix(glow, 0.28), 1.0)),
                (1.0, ink(paper.mix(glow, 0.62).mix(BLACK, 0.18), 1.0)),
            ],
        ),
    );
    let at = |part: f32, r: f32| on_dial((x, y, w, h), part, r);
    let reach = h * 0.80;
    let arc = |from: f32, to: f32, r: f32| {
        let points: Vec<_> = (0..=24)
            .map(|i| at(from + (to - from) * i as f32 / 24.0, r))
            .collect();
        polygon(&points, false)
    };
    let part = |db: f32| f32::from(self::needle(db)) / 1000.0;
    let thick = (h * 0.03).max(1.2);
    brush.stroke(arc(0.02, part(0.0), reach), thick, black);
    brush.stroke(
        arc(part(0.0), 1.0, reach),
        thick * 2.4,
        ink(theme.screen.high.mix(BLACK, 0.15), 1.0),
    );
    for db in [
        -20.0, -10.0, -7.0, -5.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0,
    ] {
        let long = if [-20.0, -10.0, -5.0, 0.0, 3.0].contains(&db) {
            1.15
        } else {
            1.09
        };
        let color = if db > 0.0 {
            ink(theme.screen.high.mix(BLACK, 0.2), 1.0)
        } else {
            black
        };
        brush.line(
            at(part(db), reach),
            at(part(db), reach * long),
            thick,
            color,
        );
    }
    let place = f32::from(needle) / 1000.0;
    let tip = at(place, reach * 1.06);
    brush.line(
        at(place, h * 0.16),
        tip,
        (h * 0.035).max(1.3),
        ink(Rgb([30, 12, 20]), 1.0),
    );
    // The cover over the pivot.
    brush.fill(
        rounded(x + w * 0.36, y + h * 0.90, w * 0.28, h * 0.10, 3.0),
        ink(look.well.mix(look.key, 0.3), 1.0),
    );
    // Glass.
    brush.fill(
        polygon(
            &[(x, y), (x + w * 0.55, y), (x + w * 0.30, y + h), (x, y + h)],
            true,
        ),
        ink(Rgb([255; 3]), 0.07),
    );
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
        assert_eq!(wheels(-0.5), [57, 57, 57]);
    }
}
