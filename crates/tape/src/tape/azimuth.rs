//! The head's error of angle, treble lost across the track and one channel
//! ahead of the other; and the treble that wear has taken.

use std::f64::consts::{PI, TAU};

use super::block::QUANTUM;
use super::random::uniform;
use super::setup::{Passage, Setup};
use super::turn::turn_sin_cos;
use super::wide::{Loop, wide};
use crate::Frame;
use crate::cassette::{Side, TAPE_SPEED_MM_S};

/// Track width and distance of the two tracks' centres, mm (IEC 60094-7).
const TRACK_MM: f64 = 0.6;
const CENTRES_MM: f64 = 0.9;
/// Taps that move a channel by a part of a frame, before those of the loss.
const SHIFT_TAPS: usize = 12;
/// Most frames from the middle of the loss filter to its ends: one for each 48 kHz.
const FURTHEST_REACH: usize = 8;
const TAPS: usize = SHIFT_TAPS + 2 * FURTHEST_REACH;
/// Level that goes with the oxide for each µm of wear: half a dB at the most.
const LEVEL_PER_UM: f64 = 0.16;
/// Where the loss of wear is met, Hz.
const WEAR_HZ: f64 = 12_000.0;
/// What of the way to another angle is gone in one block: so little that the
/// channels move by a small part of a frame.
const FOLLOW: f64 = 0.02;
/// Furthest that a channel is moved, s: 20 arc minutes.
const FURTHEST_S: f64 = 60e-6;
/// Waves of the shell's wander, Hz.
const WANDER_HZ: [f64; 3] = [0.061, 0.173, 0.43];

/// Both channels' taps.
type Taps = [[f32; TAPS]; 2];

/// A head that stands at an angle to the recording.
///
/// The channels are moved by ±½·s·tan θ/v; what a track's width loses,
/// sin u/u with u = π·w·tan θ/λ, is met to its second order by a symmetric
/// filter of three taps, which also takes what wear does (e^(−2πd/λ), met at
/// 12 kHz). All make one short filter for each channel, renewed once a block
/// and faded over the block.
#[derive(Clone, Debug)]
pub struct Azimuth {
    rate: f64,
    error: f64,
    wander: f64,
    phases: [f64; 3],
    /// Taps at the block's start, oldest frame first.
    taps: Taps,
    offset: [usize; 2],
    /// Left and right as they came: old frames, then room for a block.
    rows: [Vec<f32>; 2],
    base: usize,
    /// Frames from the middle of the loss filter to its ends.
    reach: usize,
    /// `2 − 2 cos` of the step of the loss filter at [`WEAR_HZ`].
    wear_depth: f64,
    /// Error of angle and its wander, following their aims.
    steady: f64,
    wandering: f64,
}

impl Azimuth {
    pub fn new(rate: f64, setup: &Setup, seed: u64) -> Self {
        let reach = ((rate / 48_000.0).round() as usize).clamp(1, FURTHEST_REACH);
        let base = (FURTHEST_S * rate).ceil() as usize + SHIFT_TAPS / 2 + reach;
        let row = vec![0.0; 2 * base + TAPS + QUANTUM];
        let step = TAU * WEAR_HZ * reach as f64 / rate;
        let mut azimuth = Self {
            rate,
            error: 0.0,
            wander: 0.0,
            phases: [0, 1, 2].map(|i| uniform(seed ^ 0x617a, i)),
            taps: [[0.0; TAPS]; 2],
            offset: [0; 2],
            rows: [row.clone(), row],
            base,
            reach,
            wear_depth: 2.0 - 2.0 * step.cos(),
            steady: 0.0,
            wandering: 0.0,
        };
        azimuth.set(setup);
        azimuth.steady = azimuth.error;
        azimuth.wandering = azimuth.wander;
        (azimuth.taps, azimuth.offset) = azimuth.design(azimuth.error, 0.0);
        azimuth
    }

    pub fn set(&mut self, setup: &Setup) {
        let knob = f64::from(setup.knobs.azimuth);
        self.error = setup.deck.azimuth.error_arcmin * knob;
        self.wander = setup.deck.azimuth.wander_arcmin * knob;
    }

    /// Frames that the middle between the channels is late.
    pub fn delay(&self) -> f64 {
        self.base as f64
    }

    /// Plays a block off a tape whose surface is `worn_um` further from the head than new.
    pub fn process(&mut self, at: &Passage, worn_um: f64, block: &mut [Frame]) {
        let old = self.rows[0].len() - QUANTUM;
        for (channel, row) in self.rows.iter_mut().enumerate() {
            for (slot, frame) in row[old..].iter_mut().zip(&*block) {
                *slot = frame[channel];
            }
        }
        self.steady += (self.error - self.steady) * FOLLOW;
        self.wandering += (self.wander - self.wandering) * FOLLOW;
        let (taps, offset) = self.design(self.angle(at), worn_um);
        if offset != self.offset {
            // A channel has moved past a whole frame: both filters give the
            // same there, so the new one may start afresh.
            (self.taps, self.offset) = (taps, offset);
        }
        self.convolve(&taps, block);
        self.taps = taps;
        for row in &mut self.rows {
            row.copy_within(block.len()..block.len() + old, 0);
        }
    }

    /// Error of angle at a place, arc minutes.
    fn angle(&self, at: &Passage) -> f64 {
        let seconds = at.frame / self.rate;
        let wander: f64 = WANDER_HZ
            .iter()
            .zip(self.phases)
            .map(|(hz, phase)| turn_sin_cos(hz * seconds + phase).0)
            .sum();
        let side = if at.side == Side::A { 1.0 } else { -1.0 };
        (side * self.steady + self.wandering * wander / 2.0).clamp(-20.0, 20.0)
    }

    /// Taps and whole frames of delay for an error of `arcmin`.
    fn design(&self, arcmin: f64, worn_um: f64) -> (Taps, [usize; 2]) {
        // So small an angle is its own tangent.
        let tangent = (arcmin / 60.0).to_radians();
        let skew = 0.5 * CENTRES_MM * tangent / TAPE_SPEED_MM_S * self.rate;
        // 1 − 2a(1 − cos rω) is about 1 − a·(rω)²; sin u/u about 1 − u²/6.
        let step = self.reach as f64 / self.rate;
        let across = (TRACK_MM * tangent / (2.0 * TAPE_SPEED_MM_S * step)).powi(2) / 6.0;
        let worn = if worn_um == 0.0 {
            0.0
        } else {
            1.0 - (-TAU * WEAR_HZ * worn_um * 1e-3 / TAPE_SPEED_MM_S).exp()
        };
        let level = 1.0 - LEVEL_PER_UM * worn_um;
        let loss = (across + worn / self.wear_depth).min(0.24);
        let mut taps = [[0.0; TAPS]; 2];
        let mut offset = [0; 2];
        for (channel, sign) in [1.0, -1.0].into_iter().enumerate() {
            let late = self.base as f64 + sign * skew;
            // Positive, so cutting it off is its floor.
            let whole = late as usize;
            offset[channel] = whole;
            let shift = fractional(late - whole as f64).map(|tap| level * tap);
            for (i, value) in shift.iter().enumerate() {
                // The last tap is for the newest frame.
                let i = SHIFT_TAPS - 1 - i;
                taps[channel][i] += (loss * value) as f32;
                taps[channel][i + self.reach] += ((1.0 - 2.0 * loss) * value) as f32;
                taps[channel][i + 2 * self.reach] += (loss * value) as f32;
            }
        }
        (taps, offset)
    }

    /// From the taps at the block's start to `to` at its end.
    fn convolve(&self, to: &Taps, block: &mut [Frame]) {
        let old = self.rows[0].len() - QUANTUM;
        let count = SHIFT_TAPS + 2 * self.reach;
        let step = 1.0 / block.len() as f32;
        for channel in 0..2 {
            // The newest frame that the first output looks at is this many back.
            let back = self.offset[channel] + 1 - SHIFT_TAPS / 2 - self.reach;
            let row = &self.rows[channel][old + 1 - back - count..];
            let (from, to) = (&self.taps[channel][..count], &to[channel][..count]);
            let mut sums = [[0.0f32; QUANTUM]; 2];
            for (taps, sums) in [from, to].into_iter().zip(&mut sums) {
                wide(Weigh { taps, row, sums });
            }
            let [x, y] = &sums;
            for (i, out) in block.iter_mut().enumerate() {
                out[channel] = x[i] + (y[i] - x[i]) * step * i as f32;
            }
        }
    }
}

/// `sums[i] = Σ taps[k]·row[i + k]`.
struct Weigh<'a> {
    taps: &'a [f32],
    row: &'a [f32],
    sums: &'a mut [f32; QUANTUM],
}

impl Loop for Weigh<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        const WIDE: usize = 32;
        let parts = self.sums.as_chunks_mut::<WIDE>().0.iter_mut();
        for (part, sums) in parts.enumerate() {
            let mut sum = [0.0f32; WIDE];
            for (k, &tap) in self.taps.iter().enumerate() {
                for (sum, x) in sum.iter_mut().zip(&self.row[part * WIDE + k..][..WIDE]) {
                    *sum += tap * x;
                }
            }
            *sums = sum;
        }
    }
}

/// A windowed sinc (Blackman) that delays by `part` of a frame more than five.
fn fractional(part: f64) -> [f64; SHIFT_TAPS] {
    const HALF: f64 = (SHIFT_TAPS / 2) as f64;
    // Cosine and sine of k/12 of a turn.
    const ROOT: f64 = 0.866_025_403_784_438_6;
    const COS: [f64; SHIFT_TAPS] = [
        1.0, ROOT, 0.5, 0.0, -0.5, -ROOT, -1.0, -ROOT, -0.5, 0.0, 0.5, ROOT,
    ];
    let centre = HALF - 1.0 + part;
    let (sine, _) = turn_sin_cos(part / 2.0);
    let (sin, cos) = turn_sin_cos(centre / (2.0 * HALF));
    let mut sum = 0.0;
    let taps: [f64; SHIFT_TAPS] = std::array::from_fn(|k| {
        let x = k as f64 - centre;
        // sin πx for whole steps from −part only changes its sign.
        let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
        let sinc = if x.abs() < 1e-6 {
            1.0
        } else {
            sign * sine / (PI * x)
        };
        // cos(πx/HALF), of a difference of angles; sin is cos a quarter before.
        let wave = COS[k] * cos + COS[(k + 9) % SHIFT_TAPS] * sin;
        let tap = if x.abs() >= HALF {
            0.0
        } else {
            sinc * (0.42 + 0.5 * wave + 0.08 * (2.0 * wave * wave - 1.0))
        };
        sum += tap;
        tap
    });
    taps.map(|tap| tap / sum)
}
