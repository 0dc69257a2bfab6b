//! Modulation noise.

use super::random::uniform;
use crate::Frame;

/// Modulation noise: the coating's unevenness multiplies what is recorded. Its
/// spectrum falls as 1/f below some hundred hertz; it stays at its place.
#[derive(Clone, Debug)]
pub struct Texture {
    /// Frames between the points that are joined by straight lines.
    cell: u64,
    /// The stretch last met: seed, number of its first point, deviation at its ends.
    last: (u64, u64, [Frame; 2]),
}

/// Octaves of unevenness.
const OCTAVES: u64 = 5;

impl Texture {
    /// `rate` in Hz.
    pub fn new(rate: f64) -> Self {
        Self {
            cell: (rate / 800.0).round() as u64,
            last: (0, 0, [0, 1].map(|point| Self::at(0, point))),
        }
    }

    /// Deviation at both ends of the stretch from a point to the next.
    fn ends(&mut self, seed: u64, point: u64) -> [Frame; 2] {
        let (old_seed, old_point, ends) = self.last;
        if (old_seed, old_point) != (seed, point) {
            let start = if (old_seed, old_point + 1) == (seed, point) {
                ends[1]
            } else {
                Self::at(seed, point)
            };
            self.last = (seed, point, [start, Self::at(seed, point + 1)]);
        }
        self.last.2
    }

    /// Deviation at one point, of both tracks, rms about 1.
    fn at(seed: u64, point: u64) -> Frame {
        let mut sum = [0.0f64; 2];
        for octave in 0..OCTAVES {
            let (index, rest) = (point >> octave, point & ((1 << octave) - 1));
            let along = rest as f64 / (1u64 << octave) as f64;
            for (track, value) in sum.iter_mut().enumerate() {
                let salt = seed ^ (octave << 8 | (track as u64) << 4 | 1);
                let (a, b) = (uniform(salt, index), uniform(salt, index + 1));
                *value += a + (b - a) * along - 0.5;
            }
        }
        // Each octave's variance is two thirds of 1/12 with straight joins.
        let norm = (18.0 / OCTAVES as f64).sqrt();
        sum.map(|value| (value * norm) as f32)
    }

    /// Roughens a block that begins at `frame`, `depth` rms as a ratio.
    pub fn process(&mut self, seed: u64, frame: u64, depth: f32, block: &mut [Frame]) {
        let mut done = 0;
        while done < block.len() {
            let place = frame + done as u64;
            let (point, offset) = (place / self.cell, place % self.cell);
            let count = ((self.cell - offset) as usize).min(block.len() - done);
            let [a, b] = self.ends(seed, point);
            let step = [0, 1].map(|t| (b[t] - a[t]) / self.cell as f32 * depth);
            let start = [0, 1].map(|t| 1.0 + a[t] * depth + step[t] * offset as f32);
            for (i, frame) in block[done..done + count].iter_mut().enumerate() {
                frame[0] *= start[0] + step[0] * i as f32;
                frame[1] *= start[1] + step[1] * i as f32;
            }
            done += count;
        }
    }
}
