//! The head's error of angle: treble lost across the track, and one channel
//! ahead of the other.

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
const TAPS: usize = SHIFT_TAPS + 2;
/// Furthest that a channel is moved, s: 20 arc minutes.
const FURTHEST_S: f64 = 60e-6;
/// Waves of the shell's wander, Hz.
const WANDER_HZ: [f64; 3] = [0.061, 0.173, 0.43];

/// A head that stands at an angle to the recording.
///
/// The channels are moved by ±½·s·tan θ/v; what a track's width loses,
/// sin u/u with u = π·w·tan θ/λ, is met to its second order by a symmetric
/// three-tap filter. Both make one short filter for each channel, renewed
/// once a block and faded over the block.
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
}

impl Azimuth {
    pub fn new(rate: f64, setup: &Setup, seed: u64) -> Self {
        let base = (FURTHEST_S * rate).ceil() as usize + SHIFT_TAPS / 2 + 1;
        let mut azimuth = Self {
            rate,
            error: 0.0,
            wander: 0.0,
            phases: [0, 1, 2].map(|i| uniform(seed ^ 0x617a, i)),
            taps: [[0.0; 2]; TAPS],
            offset: [0; 2],
            window: vec![[0.0; 2]; 2 * base + TAPS + QUANTUM],
            base,
        };
        azimuth.set(setup);
        (azimuth.taps, azimuth.offset) = azimuth.design(azimuth.error);
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

    pub fn process(&mut self, at: &Passage, block: &mut [Frame]) {
        let old = self.window.len() - QUANTUM;
        self.window[old..old + block.len()].copy_from_slice(block);
        let (taps, offset) = self.design(self.angle(at));
        if offset == self.offset {
            self.convolve(&taps, block);
        } else {
            // A channel has moved past a whole frame: both filters give the
            // same there, so the new one may start afresh.
            (self.taps, self.offset) = self.redesign(offset, at);
            self.convolve(&taps, block);
        }
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
        (side * self.error + self.wander * wander / 2.0).clamp(-20.0, 20.0)
    }

    fn redesign(&self, offset: [usize; 2], at: &Passage) -> ([Frame; TAPS], [usize; 2]) {
        let (taps, _) = self.design(self.angle(at));
        (taps, offset)
    }

    /// Taps and whole frames of delay for an error of `arcmin`.
    fn design(&self, arcmin: f64) -> ([Frame; TAPS], [usize; 2]) {
        let tangent = (arcmin / 60.0).to_radians().tan();
        let skew = 0.5 * CENTRES_MM * tangent / SPEED_MM_S * self.rate;
        // sin u/u ≈ 1 − u²/6 against 1 − 2a(1 − cos ω) ≈ 1 − a·ω².
        let loss = ((TRACK_MM * tangent * self.rate / (2.0 * SPEED_MM_S)).powi(2) / 6.0).min(0.2);
        let mut taps = [[0.0; 2]; TAPS];
        let mut offset = [0; 2];
        for (channel, sign) in [1.0, -1.0].into_iter().enumerate() {
            let late = self.base as f64 + sign * skew;
            let whole = late.floor();
            offset[channel] = whole as usize;
            let shift = fractional(late - whole);
            for (i, value) in shift.iter().enumerate() {
                taps[i][channel] += (loss * value) as f32;
                taps[i + 1][channel] += ((1.0 - 2.0 * loss) * value) as f32;
                taps[i + 2][channel] += (loss * value) as f32;
            }
        }
        (taps, offset)
    }

    /// From the taps at the block's start to `to` at its end.
    fn convolve(&self, to: &[Frame; TAPS], block: &mut [Frame]) {
        let old = self.window.len() - QUANTUM;
        // The first tap looks this many frames back.
        let back = self.offset.map(|whole| whole + 1 - SHIFT_TAPS / 2);
        let step = 1.0 / block.len() as f32;
        for channel in 0..2 {
            let newest = old - back[channel];
            let (a, b) = (self.taps.map(|t| t[channel]), to.map(|t| t[channel]));
            for (i, out) in block.iter_mut().enumerate() {
                let window = &self.window[(newest + i + 1 - TAPS)..=(newest + i)];
                let (mut x, mut y) = (0.0f32, 0.0f32);
                for (k, frame) in window.iter().rev().enumerate() {
                    x += a[k] * frame[channel];
                    y += b[k] * frame[channel];
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
