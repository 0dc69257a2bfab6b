//! What turns: the packs of wound tape and the hubs with their teeth.

use std::f32::consts::{PI, TAU};

use tiny_skia::{GradientStop, PathBuilder, Point, SpreadMode, SweepGradient, Transform};

use super::geometry::{HUB_OPENING, HUB_RADIUS, Place};
use crate::look::brush::{Brush, Fill, ink, polygon};
use crate::look::theme::{Rgb, ShellColors};

/// Steps of a whole turn that a phase counts; small pictures take every other.
pub const PHASES: u32 = 60;

/// A pack of wound tape of `radius` mm round `centre` (mm).
pub fn pack(
    brush: &mut Brush,
    place: &Place,
    shell: &ShellColors,
    centre: (f32, f32),
    radius: f32,
) {
    let (x, y, r) = (place.x(centre.0), place.y(centre.1), place.len(radius));
    if radius <= HUB_RADIUS {
        return;
    }
    brush.disc(x, y, r, ink(shell.tape, 1.0));
    // Wound tape shines as a record does: two wedges of light across the turns.
    let (dark, tape, light) = (
        shell.tape.mix(shell.window, 0.45),
        shell.tape,
        shell.tape.mix(shell.sheen, 0.9),
    );
    let stops = [
        (0.0, dark),
        (0.06, tape),
        (0.13, light),
        (0.19, tape),
        (0.30, dark),
        (0.46, dark),
        (0.54, tape),
        (0.62, light),
        (0.69, tape),
        (0.80, dark),
        (1.0, dark),
    ];
    let stops = stops
        .map(|(at, c)| GradientStop::new(at, ink(c, 1.0)))
        .to_vec();
    let sweep = SweepGradient::new(
        Point::from_xy(x, y),
        0.0,
        360.0,
        stops,
        SpreadMode::Pad,
        Transform::identity(),
    );
    brush.shade(PathBuilder::from_circle(x, y, r), sweep);
    // Turns that stand a little proud, and the rim.
    let step = place.len(1.15).max(2.2);
    let mut ring = place.len(HUB_RADIUS) + step;
    while ring < r - 1.0 {
        brush.circle(x, y, ring, step * 0.3, ink(shell.window, 0.22));
        ring += step;
    }
    brush.circle(x, y, r - 0.5, 1.0, ink(shell.sheen, 0.5));
}

/// Colours that a turning hub is shown in where it is made of cells.
pub fn tones(shell: &ShellColors) -> Vec<[u8; 3]> {
    let well = well(shell);
    [
        shell.hub,
        shell.hub.mix(shell.hub_shade, 0.45),
        shell.hub_shade,
        shell.hub_shade.mix(well, 0.55),
        shell.spindle,
        well,
    ]
    .map(|tone| tone.0)
    .to_vec()
}

/// What is seen through a hub's opening.
fn well(shell: &ShellColors) -> Rgb {
    shell.window.mix(shell.dark, 0.3)
}

/// How a hub is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Turn {
    /// Of `PHASES`.
    pub phase: u32,
    /// 0 sharp, 2 a blur.
    pub blur: u8,
}

impl Turn {
    /// Its number among all that there are.
    pub fn pose(self) -> u32 {
        u32::from(self.blur) * PHASES + self.phase
    }

    /// The turn of that number.
    pub fn of_pose(pose: u32) -> Self {
        Self {
            phase: pose % PHASES,
            blur: (pose / PHASES) as u8,
        }
    }
}

/// A hub with six teeth round `centre` (mm), and the machine's spindle in it.
pub fn hub(brush: &mut Brush, place: &Place, shell: &ShellColors, centre: (f32, f32), turn: Turn) {
    let (x, y) = (place.x(centre.0), place.y(centre.1));
    let len = |mm: f32| place.len(mm);
    // Counter-clockwise as the phase grows; the picture's y points down.
    let angle = -TAU * turn.phase as f32 / PHASES as f32;
    let at = |r: f32, a: f32| {
        (
            x + len(r) * (angle + a).cos(),
            y + len(r) * (angle + a).sin(),
        )
    };

    brush.disc(x, y, len(HUB_RADIUS + 0.35), ink(shell.window, 0.75));
    let face = Fill::Radial(
        (x - len(3.0), y - len(4.0)),
        len(HUB_RADIUS * 1.5),
        vec![
            (0.0, ink(shell.hub, 1.0)),
            (0.62, ink(shell.hub.mix(shell.hub_shade, 0.25), 1.0)),
            (1.0, ink(shell.hub_shade, 1.0)),
        ],
    );
    brush.disc(x, y, len(HUB_RADIUS), face);
    brush.circle(
        x,
        y,
        len(9.0),
        len(0.32).max(0.6),
        ink(shell.hub_shade, 0.75),
    );
    // The clamp that holds the leader: the one mark that tells a whole turn.
    if turn.blur < 2 {
        for side in [-0.17, 0.17] {
            brush.line(
                at(9.0, side),
                at(HUB_RADIUS, side),
                len(0.5),
                ink(shell.hub_shade, 1.0),
            );
        }
    }

    let well = well(shell);
    brush.disc(x, y, len(HUB_OPENING), ink(well, 1.0));
    let tooth = |middle: f32| {
        let (outer, inner) = (HUB_OPENING + 0.3, 4.5);
        let (a, b) = (1.55 / HUB_OPENING, 1.15 / inner);
        polygon(
            &[
                at(outer, middle - a),
                at(inner, middle - b),
                at(inner, middle + b),
                at(outer, middle + a),
            ],
            true,
        )
    };
    let strength = [1.0, 0.55, 0.22][usize::from(turn.blur.min(2))];
    if turn.blur > 0 {
        brush.circle(
            x,
            y,
            len(5.3),
            len(2.6),
            ink(shell.hub_shade, 0.62 - strength * 0.3),
        );
    }
    for n in 0..6 {
        brush.fill(tooth(PI / 3.0 * n as f32), ink(shell.hub, strength));
    }
    // The spindle; its wings show where there are samples enough for them.
    if place.scale > 3.6 {
        for n in 0..3 {
            let a = PI / 6.0 + TAU / 3.0 * n as f32;
            brush.line(
                at(1.0, a),
                at(4.3, a),
                len(1.2),
                ink(shell.spindle, strength.max(0.4)),
            );
        }
    }
    brush.disc(x, y, len(2.5), ink(shell.spindle, 1.0));
    brush.disc(
        x - len(0.5),
        y - len(0.6),
        len(1.3),
        ink(shell.spindle.mix(shell.hub, 0.35), 1.0),
    );
    brush.disc(x, y, len(0.7), ink(well, 1.0));
}
