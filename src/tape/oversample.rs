//! Twice the rate and back, by half-band filters, for what is not linear.

use super::QUANTUM;
use crate::Frame;

/// One doubling.
#[derive(Clone, Debug)]
struct Stage {
    /// Odd taps of the half-band filter, both sides, times two.
    odd: Vec<f32>,
    up: Vec<Frame>,
    down_even: Vec<Frame>,
    down_odd: Vec<Frame>,
}

impl Stage {
    /// `half` odd taps each side, Kaiser window with `beta`; at most `block` frames at the low rate.
    fn new(half: usize, beta: f64, block: usize) -> Self {
        let odd: Vec<f64> = (0..2 * half)
            .map(|i| {
                let n = i as f64 - half as f64 + 0.5; // in units of two taps
                let sinc = (std::f64::consts::PI * n).sin() / (std::f64::consts::PI * n);
                let edge = n / half as f64;
                sinc * bessel_i0(beta * (1.0 - edge * edge).max(0.0).sqrt()) / bessel_i0(beta)
            })
            .collect();
        let sum: f64 = odd.iter().sum();
        let odd = odd.iter().map(|tap| (tap / sum) as f32).collect();
        let window = vec![[0.0; 2]; 2 * half - 1 + block];
        Self {
            odd,
            up: window.clone(),
            down_even: window.clone(),
            down_odd: window,
        }
    }

    fn clear(&mut self) {
        for window in [&mut self.up, &mut self.down_even, &mut self.down_odd] {
            window.fill([0.0; 2]);
        }
    }

    /// Low-rate frames of delay, up and down together.
    fn delay(&self) -> usize {
        self.odd.len() - 1
    }

    fn up(&mut self, low: &[Frame], high: &mut [Frame]) {
        let old = self.odd.len() - 1;
        self.up[old..old + low.len()].copy_from_slice(low);
        let mut between = [[0.0f32; 2]; 2 * QUANTUM];
        convolve(
            &self.odd,
            &self.up[..old + low.len()],
            &mut between[..low.len()],
        );
        let middle = self.odd.len() / 2 - 1;
        for (i, pair) in high.chunks_exact_mut(2).enumerate() {
            pair[0] = between[i];
            pair[1] = self.up[i + old - middle];
        }
        self.up.copy_within(low.len()..low.len() + old, 0);
    }

    fn down(&mut self, high: &[Frame], low: &mut [Frame]) {
        let old = self.odd.len() - 1;
        let count = low.len();
        for (i, pair) in high.chunks_exact(2).enumerate() {
            self.down_odd[old + i] = pair[0];
            self.down_even[old + i] = pair[1];
        }
        convolve(&self.odd, &self.down_odd[..old + count], low);
        // The centre tap is a half; it meets the sample half a filter back.
        let middle = self.odd.len() / 2;
        for (i, frame) in low.iter_mut().enumerate() {
            let centre = self.down_even[i + old - middle];
            *frame = [0.5 * (frame[0] + centre[0]), 0.5 * (frame[1] + centre[1])];
        }
        self.down_odd.copy_within(count..count + old, 0);
        self.down_even.copy_within(count..count + old, 0);
    }
}

/// `out[i] = Σ taps[k]·window[i + n − 1 − k]`; taps are symmetric.
fn convolve(taps: &[f32], window: &[Frame], out: &mut [Frame]) {
    const WIDE: usize = 16;
    let window = window.as_flattened();
    let mut chunks = out.as_flattened_mut().chunks_exact_mut(WIDE);
    let mut start = 0;
    for chunk in &mut chunks {
        let mut sum = [0.0f32; WIDE];
        for (k, &tap) in taps.iter().enumerate() {
            let from = start + 2 * k;
            for (s, &x) in sum.iter_mut().zip(&window[from..from + WIDE]) {
                *s += tap * x;
            }
        }
        chunk.copy_from_slice(&sum);
        start += WIDE;
    }
    for (i, value) in chunks.into_remainder().iter_mut().enumerate() {
        *value = taps
            .iter()
            .enumerate()
            .map(|(k, tap)| tap * window[start + i + 2 * k])
            .sum();
    }
}

/// Up to four times the rate and back, as far as the rate needs it.
#[derive(Clone, Debug)]
pub struct Oversampler {
    stages: Vec<Stage>,
    high: Vec<Frame>,
    middle: Vec<Frame>,
}

impl Oversampler {
    /// Such that the inner rate is 176.4 kHz or more.
    pub fn new(rate: u32) -> Self {
        let stages = match rate {
            0..=64_000 => vec![
                Stage::new(20, 8.0, QUANTUM),
                Stage::new(8, 8.0, 2 * QUANTUM),
            ],
            64_001..=128_000 => vec![Stage::new(8, 8.0, QUANTUM)],
            _ => Vec::new(),
        };
        Self {
            stages,
            high: vec![[0.0; 2]; 4 * QUANTUM],
            middle: vec![[0.0; 2]; 2 * QUANTUM],
        }
    }

    /// Takes over another's memory; same rate only.
    pub fn remember(&mut self, other: &Self) {
        for (stage, from) in self.stages.iter_mut().zip(&other.stages) {
            stage.up.copy_from_slice(&from.up);
            stage.down_even.copy_from_slice(&from.down_even);
            stage.down_odd.copy_from_slice(&from.down_odd);
        }
    }

    pub fn clear(&mut self) {
        for stage in &mut self.stages {
            stage.clear();
        }
    }

    /// Frames of delay at the outer rate.
    pub fn delay(&self) -> f64 {
        let mut scale = 1.0;
        let mut total = 0.0;
        for stage in &self.stages {
            total += stage.delay() as f64 * scale;
            scale *= 0.5;
        }
        total
    }

    /// Runs `inner` on the interleaved samples of a block of at most
    /// [`QUANTUM`] frames, at the inner rate.
    pub fn process(&mut self, block: &mut [Frame], inner: impl Fn(&mut [f32])) {
        let n = block.len();
        match &mut self.stages[..] {
            [first, second] => {
                let (middle, high) = (&mut self.middle[..2 * n], &mut self.high[..4 * n]);
                first.up(block, middle);
                second.up(middle, high);
                inner(high.as_flattened_mut());
                second.down(high, middle);
                first.down(middle, block);
            }
            [only] => {
                let high = &mut self.high[..2 * n];
                only.up(block, high);
                inner(high.as_flattened_mut());
                only.down(high, block);
            }
            _ => inner(block.as_flattened_mut()),
        }
    }
}

/// Modified Bessel function of the first kind, order nought, by its series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..40 {
        term *= (x / (2.0 * k as f64)).powi(2);
        sum += term;
    }
    sum
}
