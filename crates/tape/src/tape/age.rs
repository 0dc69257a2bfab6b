//! What years do to tape and machine. Each effect stays at its place; none is there
//! unless it is asked for. All figures are estimates, for an age of 1.

use std::f64::consts::PI;

use super::random::uniform;
use super::setup::Passage;
use crate::cassette::TAPE_SPEED_MM_S;

/// A belt may slip once in so many seconds of tape, and does so this often…
const SLIP_CELL_S: f64 = 3.0;
const SLIP_CHANCE: f64 = 0.2;
/// …by this much of the speed at the most, as a ratio…
const SLIP: f64 = 0.02;
/// …within the first time, s, and has caught up after the second.
const SLIP_S: [f64; 2] = [0.12, 1.5];
/// Strain of the tape at its very ends, as a ratio, and where 1/e of it is left, s.
const STRAIN: f64 = 0.003;
const STRAIN_S: f64 = 8.0;
/// A failing pad presses anew every so many seconds of tape, and holds the tape
/// off the head by between these, µm.
const BREATH_S: f64 = 0.45;
const BREATH_UM: [f64; 2] = [0.08, 0.35];
/// Shed binder squeals here and there: once in so many seconds it may, and this
/// often does, with this much scrape flutter, rms as a ratio.
const SQUEAL_CELL_S: f64 = 7.0;
const SQUEAL_CHANCE: f64 = 0.25;
const SQUEAL: f64 = 0.004;
/// What a head's gap is wider, µm.
const GAP_UM: f64 = 0.4;
/// What a magnetised head adds to the tape's hiss, dB, and its second harmonic of a
/// tone at 0 dB, as a ratio.
const HISS_DB: f64 = 2.0;
const SECOND_HARMONIC: f64 = 0.005;

/// The tape's slide past the head that age makes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slide {
    pub age: f64,
    pub rate: f64,
    /// The machine's.
    pub seed: u64,
}

impl Slide {
    /// Displacement in frames at a place, and its change for each frame.
    pub(super) fn at(&self, at: &Passage) -> (f64, f64) {
        if self.age <= 0.0 {
            return (0.0, 0.0);
        }
        let seconds = at.frame / self.rate;
        let left = (at.length_frames / self.rate - seconds).max(0.0);
        let [near, far] = [seconds.max(0.0), left].map(|s| (-s / STRAIN_S).exp());
        let strain = self.age * STRAIN;
        let (mut away_s, mut slope) = (strain * STRAIN_S * (near - far), -strain * (near + far));
        let cell = (seconds / SLIP_CELL_S).floor();
        for cell in [cell - 1.0, cell] {
            let salt = self.seed ^ 0x0073_6c69;
            let index = cell as i64 as u64;
            if uniform(salt, index) > self.age * SLIP_CHANCE {
                continue;
            }
            let begin = (cell + uniform(salt ^ 1, index)) * SLIP_CELL_S;
            // A smooth step is half as fast again in its middle as on its average.
            let depth_s = self.age * SLIP * uniform(salt ^ 2, index) * SLIP_S[0] / 1.5;
            let t = seconds - begin;
            let [slips, back] = SLIP_S;
            let (share, pace) = if t < slips {
                smooth_step(t / slips, slips)
            } else {
                let (share, pace) = smooth_step((t - slips) / back, back);
                (1.0 - share, -pace)
            };
            away_s -= depth_s * share;
            slope -= depth_s * pace;
        }
        (away_s * self.rate, slope)
    }

    /// Scrape flutter that a squeal adds at a place, rms as a ratio.
    pub(super) fn squeal(&self, at: &Passage) -> f32 {
        if self.age <= 0.0 {
            return 0.0;
        }
        let place = at.frame / self.rate / SQUEAL_CELL_S;
        let (salt, index) = (self.seed ^ 0x0073_7175, place.floor() as i64 as u64);
        if uniform(salt, index) > self.age * SQUEAL_CHANCE {
            return 0.0;
        }
        // It swells and dies within a third of the cell.
        let from = uniform(salt ^ 1, index) * 2.0 / 3.0;
        let along = (place.fract() - from) * 3.0;
        let swell = if (0.0..1.0).contains(&along) {
            (PI * along).sin().powi(2)
        } else {
            0.0
        };
        (self.age * SQUEAL * swell) as f32
    }
}

/// From 0 to 1 with level ends, and its pace a second; `x` of a way of so many s.
fn smooth_step(x: f64, seconds: f64) -> (f64, f64) {
    let x = x.clamp(0.0, 1.0);
    (x * x * (3.0 - 2.0 * x), 6.0 * x * (1.0 - x) / seconds)
}

/// How far a failing pad lets the tape off the head at a second of it, µm.
pub(super) fn breath_um(age: f64, seed: u64, seconds: f64) -> f64 {
    if age <= 0.0 {
        return 0.0;
    }
    let place = seconds / BREATH_S;
    let first = place.floor();
    let [a, b] = [first, first + 1.0].map(|i| uniform(seed ^ 0x0070_6164, i as i64 as u64));
    let (share, _) = smooth_step(place - first, 1.0);
    let [least, most] = BREATH_UM;
    age * (least + (most - least) * (a + (b - a) * share))
}

/// What the wider gap loses at `hz`, dB.
pub(super) fn gap_loss_db(age: f64, hz: f64) -> f64 {
    let x = PI * 1.11 * age * GAP_UM * 1e-3 * hz / TAPE_SPEED_MM_S;
    if x < 1e-3 {
        return 0.0;
    }
    20.0 * (x.sin() / x).abs().max(0.01).log10()
}

/// What a magnetised head multiplies the tape's hiss by.
pub(super) fn hiss(age: f64) -> f64 {
    10f64.powf(age * HISS_DB / 20.0)
}

/// The part of the square that makes its even harmonics.
pub(super) fn even(age: f64) -> f32 {
    // The square of a sine of peak 1 has half its size at twice the frequency.
    (2.0 * SECOND_HARMONIC * age) as f32
}
