//! The head's error of angle, treble lost across the track and one channel
//! ahead of the other; and the treble that wear has taken.

use super::random::uniform;
use super::{Passage, QUANTUM, Setup};
use crate::Frame;
use crate::cassette::Side;

/// Track width and distance of the two tracks' centres, mm (IEC 60094-7).
const TRACK_MM: f64 = 0.6;
const CENTRES_MM: f64 = 0.9;
/// mm/s.
const SPEED_MM_S: f64 = 47.625;
/// Taps that move a channel by a part of a frame, before those of the loss.
const SHIFT_TAPS: usize = 12;
/// Most frames from the middle of the loss filter to its ends: one for each 48 kHz.
const FURTHEST_REACH: usize = 8;
const TAPS: usize = SHIFT_TAPS + 2 * FURTHEST_REACH;
/// Where the loss of wear is met, Hz.
const WEAR_HZ: f64 = 12_000.0;
/// What of the way to another angle is gone in one block: so little that the
/// channels move by a small part of a frame.
const FOLLOW: f64 = 0.02;
/// Furthest that a channel is moved, s: 20 arc minutes.
const FURTHEST_S: f64 = 60e-6;
/// Waves of the shell's wander, Hz.
const WANDER_HZ: [f64; 3] = [0.061, 0.173, 0.43];

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
    /// Interleaved taps for left and right, at the block's start.
    taps: [Frame; TAPS],
    offset: [usize; 2],
    window: Vec<Frame>,
    base: usize,
    /// Frames from the middle of the loss filter to its ends.
    reach: usize,
    /// Error of angle and its wander, following their aims.
    steady: f64,
    wandering: f64,
}

impl Azimuth {
    pub fn new(rate: f64, setup: &Setup, seed: u64) -> Self {
        let reach = ((rate / 48_000.0).round() as usize).clamp(1, FURTHEST_REACH);
        let base = (FURTHEST_S * rate).ceil() as usize + SHIFT_TAPS / 2 + reach;
        let mut azimuth = Self {
            rate,
            error: 0.0,
            wander: 0.0,
            phases: [0, 1, 2].map(|i| uniform(seed ^ 0x617a, i)),
            taps: [[0.0; 2]; TAPS],
            offset: [0; 2],
            window: vec![[0.0; 2]; 2 * base + TAPS + QUANTUM],
            base,
            reach,
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
        let old = self.window.len() - QUANTUM;
        self.window[old..old + block.len()].copy_from_slice(block);
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
        self.window.copy_within(block.len()..block.len() + old, 0);
    }

    /// Error of angle at a place, arc minutes.
    fn angle(&self, at: &Passage) -> f64 {
        let seconds = at.frame / self.rate;
        let wander: f64 = WANDER_HZ
            .iter()
            .zip(self.phases)
            .map(|(hz, phase)| ((hz * seconds + phase).fract() * std::f64::consts::TAU).sin())
            .sum();
        let side = if at.side == Side::A { 1.0 } else { -1.0 };
        (side * self.steady + self.wandering * wander / 2.0).clamp(-20.0, 20.0)
    }

    /// Taps and whole frames of delay for an error of `arcmin`.
    fn design(&self, arcmin: f64, worn_um: f64) -> ([Frame; TAPS], [usize; 2]) {
        use std::f64::consts::TAU;
        let tangent = (arcmin / 60.0).to_radians().tan();
        let skew = 0.5 * CENTRES_MM * tangent / SPEED_MM_S * self.rate;
        // 1 − 2a(1 − cos rω) is about 1 − a·(rω)²; sin u/u about 1 − u²/6.
        let step = self.reach as f64 / self.rate;
        let across = (TRACK_MM * tangent / (2.0 * SPEED_MM_S * step)).powi(2) / 6.0;
        let worn = 1.0 - (-TAU * WEAR_HZ * worn_um * 1e-3 / SPEED_MM_S).exp();
        let loss = (across + worn / (2.0 - 2.0 * (TAU * WEAR_HZ * step).cos())).min(0.24);
        let mut taps = [[0.0; 2]; TAPS];
        let mut offset = [0; 2];
        for (channel, sign) in [1.0, -1.0].into_iter().enumerate() {
            let late = self.base as f64 + sign * skew;
            let whole = late.floor();
            offset[channel] = whole as usize;
            let shift = fractional(late - whole);
            for (i, value) in shift.iter().enumerate() {
                taps[i][channel] += (loss * value) as f32;
                taps[i + self.reach][channel] += ((1.0 - 2.0 * loss) * value) as f32;
                taps[i + 2 * self.reach][channel] += (loss * value) as f32;
            }
        }
        (taps, offset)
    }

    /// From the taps at the block's start to `to` at its end.
    fn convolve(&self, to: &[Frame; TAPS], block: &mut [Frame]) {
        let old = self.window.len() - QUANTUM;
        let count = SHIFT_TAPS + 2 * self.reach;
        // The first tap looks this many frames back.
        let back = self
            .offset
            .map(|whole| whole + 1 - SHIFT_TAPS / 2 - self.reach);
        let step = 1.0 / block.len() as f32;
        for channel in 0..2 {
            let newest = old - back[channel];
            let (a, b) = (self.taps.map(|t| t[channel]), to.map(|t| t[channel]));
            for (i, out) in block.iter_mut().enumerate() {
                let window = &self.window[newest + i + 1 - count..=newest + i];
                let (mut x, mut y) = (0.0f32, 0.0f32);
                for ((frame, a), b) in window.iter().rev().zip(&a).zip(&b) {
                    x += a * frame[channel];
                    y += b * frame[channel];
                }
                out[channel] = x + (y - x) * step * i as f32;
            }
        }
    }
}

/// A windowed sinc (Blackman) that delays by `part` of a frame more than five.
fn fractional(part: f64) -> [f64; SHIFT_TAPS] {
    use std::f64::consts::PI;
    let centre = (SHIFT_TAPS / 2 - 1) as f64 + part;
    let sine = (PI * part).sin();
    let mut sum = 0.0;
    let taps: [f64; SHIFT_TAPS] = std::array::from_fn(|k| {
        let x = k as f64 - centre;
        // sin πx for whole steps from −part only changes its sign.
        let sign = if (k + SHIFT_TAPS / 2).is_multiple_of(2) {
            1.0
        } else {
            -1.0
        };
        let sinc = if x.abs() < 1e-9 {
            1.0
        } else {
            sign * sine / (PI * x)
        };
        let along = PI * x / (SHIFT_TAPS / 2) as f64;
        let window = if along.abs() >= PI {
            0.0
        } else {
            0.42 + 0.5 * along.cos() + 0.08 * (2.0 * along).cos()
        };
        let tap = sinc * window;
        sum += tap;
        tap
    });
    taps.map(|tap| tap / sum)
}
