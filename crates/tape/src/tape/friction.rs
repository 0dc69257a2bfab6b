//! What slips and drags: the floor of the flutter between the lines of what turns.

use std::f64::consts::{PI, TAU};

use super::flutter::flutter_weight;
use super::random::uniform;

/// Points of chance a second at nominal speed, for each band: together they cover
/// 1 to 60 Hz, each band as strong as the next.
const BANDS_HZ: [f64; 5] = [3.0, 8.0, 20.0, 50.0, 120.0];
/// Mean square of a number that is uniform in ±1.
const VARIANCE: f64 = 1.0 / 3.0;

/// Random displacement of the tape, a function of its place: a roller slips and a
/// pad drags where they did before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Friction {
    seed: u64,
    /// Points a frame of tape.
    points: [f64; BANDS_HZ.len()],
    /// Frames for a chance of 1.
    reach: [f64; BANDS_HZ.len()],
}

impl Friction {
    /// With a weighted rms of `wrms` (speed deviation, a ratio); `rate` in Hz.
    /// `knob` says what of a band at so many Hz is wanted.
    pub(super) fn new(rate: f64, seed: u64, wrms: f64, knob: impl Fn(f64) -> f64) -> Self {
        let squares = BANDS_HZ.map(mean_squares);
        // As strong as the next: each of an unweighted rms of 1, then all scaled.
        let weighted: f64 = squares.iter().map(|[all, weighted]| weighted / all).sum();
        let scale = wrms / weighted.sqrt();
        let mut friction = Self {
            seed,
            points: BANDS_HZ.map(|points| points / rate),
            reach: [0.0; BANDS_HZ.len()],
        };
        for ((reach, points), [all, _]) in friction.reach.iter_mut().zip(BANDS_HZ).zip(squares) {
            *reach = scale * rate / all.sqrt() * knob(points / 3.0);
        }
        friction
    }

    /// Displacement in frames at a frame of the tape, and its change for each frame.
    pub(super) fn at(&self, frame: f64) -> (f64, f64) {
        let (mut displacement, mut slope) = (0.0, 0.0);
        for (band, (points, reach)) in self.points.iter().zip(self.reach).enumerate() {
            if reach == 0.0 {
                continue;
            }
            let place = frame * points;
            let first = place.floor();
            let t = place - first;
            let s = 1.0 - t;
            // A cubic B-spline through chance: its slope is smooth as well.
            let spline = [
                s * s * s,
                3.0 * t * t * t - 6.0 * t * t + 4.0,
                3.0 * s * s * s - 6.0 * s * s + 4.0,
                t * t * t,
            ];
            let slopes = [-s * s, 3.0 * t * t - 4.0 * t, 4.0 * s - 3.0 * s * s, t * t];
            let seed = self.seed ^ (band as u64) << 56;
            for (i, (value, change)) in spline.into_iter().zip(slopes).enumerate() {
                let chance = 2.0 * uniform(seed, (first as i64 + i as i64) as u64) - 1.0;
                displacement += reach * chance * value / 6.0;
                slope += reach * chance * change * points / 2.0;
            }
        }
        (displacement, slope)
    }
}

/// Mean squares of the rate of change, as it is and weighted, of a spline through
/// uniform chance, so many points a second. Its spectrum is that of the points
/// through sinc⁴.
fn mean_squares(points_hz: f64) -> [f64; 2] {
    const STEPS: u32 = 60;
    /// Beyond this there is nothing left, points a second.
    const END: f64 = 1.2;
    let width = END * points_hz / f64::from(STEPS);
    let mut sums = [0.0; 2];
    for step in 0..STEPS {
        let hz = (f64::from(step) + 0.5) * width;
        let x = PI * hz / points_hz;
        let density = 2.0 * VARIANCE / points_hz * (x.sin() / x).powi(8);
        let speed = (TAU * hz).powi(2) * density * width;
        sums[0] += speed;
        sums[1] += speed * flutter_weight(hz).powi(2);
    }
    sums
}
