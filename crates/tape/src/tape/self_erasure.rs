//! Treble that erases itself: strong short waves act on the tape like bias.

use std::f64::consts::PI;

use super::block::QUANTUM;
use crate::Frame;

/// Where the loss is said, Hz.
const TREBLE_HZ: f64 = 10_000.0;
/// Power of the treble current, re the tape's knee, from which it erases.
const THRESHOLD: f64 = 2.0;
/// `|H|²` at 10 kHz is 1 over 1 and this much of the power above the threshold:
/// an estimate, such that the output falls by 2 to 3 dB where the input is 6 dB
/// above the one with the highest output.
const DEPTH: f64 = 0.2;
/// The level is the mean of a mean, each over this time: short against what one
/// hears, long enough that no wave's own shape makes others.
const MEAN_S: f64 = 0.4e-3;

/// Power that is left of a steady tone of `hz` whose peak in the record current
/// is `over_knee` times what fills the tape.
pub fn left_of_tone(rate: f64, hz: f64, over_knee: f64) -> f64 {
    let sine = |hz: f64| (PI * hz / rate).sin().powi(2);
    let share = sine(hz) / sine(TREBLE_HZ);
    let over = (share * over_knee * over_knee - THRESHOLD).max(0.0);
    1.0 / (1.0 + DEPTH * share * over)
}

/// A low-pass whose corner falls as the treble in the record current rises.
#[derive(Clone, Debug)]
pub struct SelfErasure {
    /// What makes a difference of two frames 1 at 10 kHz.
    norm: f32,
    /// What a mean forgets in a frame.
    forget: f32,
    channels: [Channel; 2],
    /// Shares of the new sample in the low-pass, frame by frame of a block.
    shares: [Frame; QUANTUM],
    /// Whether a share of the block is less than 1.
    erases: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Channel {
    last: f32,
    mean: f32,
    power: f32,
    out: f32,
}

impl SelfErasure {
    pub fn new(rate: f64) -> Self {
        Self {
            norm: (0.5 / (PI * TREBLE_HZ / rate).sin()) as f32,
            forget: (1.0 - (-1.0 / (MEAN_S * rate)).exp()) as f32,
            channels: [Channel::default(); 2],
            shares: [[1.0; 2]; QUANTUM],
            erases: false,
        }
    }

    pub fn clear(&mut self) {
        self.channels = [Channel::default(); 2];
    }

    /// Takes over another's memory.
    pub fn remember(&mut self, other: &Self) {
        self.channels = other.channels;
    }

    /// Looks at the record current of a block (at most [`QUANTUM`] frames) of a
    /// tape that is full at `knee`.
    pub fn meet(&mut self, current: &[Frame], knee: f32) {
        // Mean square to the square of a peak, re the knee's.
        let scale = 2.0 * (self.norm / knee).powi(2);
        // |H|² = 1/(1 + 4·sin²(ω/2)·(1 − s)/s²) of a one-pole with the share s.
        let steepness = DEPTH as f32 * self.norm * self.norm;
        let mut most = 0.0f32;
        for (frame, powers) in current.iter().zip(&mut self.shares) {
            for ((x, power), c) in frame.iter().zip(powers).zip(&mut self.channels) {
                let step = x - c.last;
                c.last = *x;
                c.mean += self.forget * (step * step * scale - c.mean);
                c.power += self.forget * (c.mean - c.power);
                *power = c.power;
                most = most.max(c.power);
            }
        }
        self.erases = most > THRESHOLD as f32;
        if self.erases {
            for value in self.shares[..current.len()].as_flattened_mut() {
                let over = (*value - THRESHOLD as f32).max(0.0);
                *value = 2.0 / (1.0 + (1.0 + 4.0 * steepness * over).sqrt());
            }
        }
        for c in &mut self.channels {
            // Nothing so small that the processor is slow with it.
            for value in [&mut c.mean, &mut c.power] {
                if *value < 1e-20 {
                    *value = 0.0;
                }
            }
        }
    }

    /// Takes from the block's flux what the current that was met has erased.
    pub fn process(&mut self, flux: &mut [Frame]) {
        if !self.erases {
            // With the whole of the new sample nothing is left of the old.
            if let Some(last) = flux.last() {
                for (c, x) in self.channels.iter_mut().zip(last) {
                    c.out = *x;
                }
            }
            return;
        }
        for (frame, shares) in flux.iter_mut().zip(&self.shares) {
            for ((x, share), c) in frame.iter_mut().zip(shares).zip(&mut self.channels) {
                c.out += share * (*x - c.out);
                *x = c.out;
            }
        }
    }
}
