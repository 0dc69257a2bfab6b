//! A minimum-phase filter for any magnitude one can draw.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::block::QUANTUM;
use super::wide::{Loop, wide};
use crate::Frame;

/// Designs taps; holds its workspace, so designing again allocates nothing.
pub struct Designer {
    rate: f64,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    time: Vec<f64>,
    spectrum: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

impl Designer {
    pub fn new(rate: u32) -> Self {
        let size = (f64::from(rate) / 24.0) as usize;
        let size = size.next_power_of_two();
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (
            planner.plan_fft_forward(size),
            planner.plan_fft_inverse(size),
        );
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            rate: f64::from(rate),
            time: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            scratch: vec![Complex::default(); scratch],
            forward,
            inverse,
        }
    }

    /// Fills `taps` with the minimum-phase response whose magnitude in dB at
    /// `hz` is `db(hz)` (Oppenheim and Schafer: the folded real cepstrum).
    pub fn minimum_phase(&mut self, db: impl Fn(f64) -> f64, taps: &mut [f32]) {
        let size = self.time.len();
        for (k, bin) in self.spectrum.iter_mut().enumerate() {
            let level = db(k as f64 * self.rate / size as f64);
            *bin = Complex::new(
                level.clamp(-80.0, 40.0) * (std::f64::consts::LN_10 / 20.0),
                0.0,
            );
        }
        self.back_to_time();
        for value in &mut self.time[1..size / 2] {
            *value *= 2.0;
        }
        self.time[size / 2 + 1..].fill(0.0);
        // The lengths are the plan's own, which is all that can be wrong here.
        let _ = self.forward.process_with_scratch(
            &mut self.time,
            &mut self.spectrum,
            &mut self.scratch[..self.forward.get_scratch_len()],
        );
        for bin in &mut self.spectrum {
            *bin = bin.exp();
        }
        self.back_to_time();
        let count = taps.len();
        let fade = count / 4;
        for (i, tap) in taps.iter_mut().enumerate() {
            let end = (count - i).min(fade) as f64 / fade.max(1) as f64;
            *tap = (self.time[i] * (0.5 - 0.5 * (std::f64::consts::PI * end).cos())) as f32;
        }
    }

    fn back_to_time(&mut self) {
        let last = self.spectrum.len() - 1;
        self.spectrum[0].im = 0.0;
        self.spectrum[last].im = 0.0;
        let _ = self.inverse.process_with_scratch(
            &mut self.spectrum,
            &mut self.time,
            &mut self.scratch[..self.inverse.get_scratch_len()],
        );
        let scale = 1.0 / self.time.len() as f64;
        for value in &mut self.time {
            *value *= scale;
        }
    }
}

/// The last frames that went by, with room for those to come; moved back to
/// the room's start only now and then.
#[derive(Clone, Debug)]
pub struct History {
    frames: Vec<Frame>,
    /// How many of the past are kept, and where the oldest of them is.
    kept: usize,
    at: usize,
}

/// Blocks between two moves.
const BLOCKS: usize = 8;

impl History {
    /// Keeps `kept` frames; blocks are of at most `block`.
    pub fn new(kept: usize, block: usize) -> Self {
        Self {
            frames: vec![[0.0; 2]; kept + BLOCKS * block],
            kept,
            at: 0,
        }
    }

    /// Room for a block, to be filled.
    pub fn next(&mut self, count: usize) -> &mut [Frame] {
        let mut end = self.at + self.kept;
        if end + count > self.frames.len() {
            self.frames.copy_within(self.at..end, 0);
            (self.at, end) = (0, self.kept);
        }
        &mut self.frames[end..end + count]
    }

    /// The kept frames and the block filled last.
    pub fn window(&self, count: usize) -> &[Frame] {
        &self.frames[self.at..self.at + self.kept + count]
    }

    /// The block filled last belongs to the past.
    pub fn advance(&mut self, count: usize) {
        self.at += count;
    }

    /// Takes over another's frames; same sizes only.
    pub fn remember(&mut self, other: &Self) {
        self.at = other.at;
        self.frames.copy_from_slice(&other.frames);
    }

    pub fn clear(&mut self) {
        self.frames.fill([0.0; 2]);
    }
}

/// Taps with the frames behind them.
#[derive(Clone, Debug)]
pub struct Fir {
    taps: Vec<f32>,
    /// Of one frame less than there are taps.
    past: History,
}

impl Fir {
    /// `count` taps, letting everything through.
    pub fn new(count: usize) -> Self {
        let mut taps = vec![0.0; count.max(1)];
        taps[0] = 1.0;
        Self {
            past: History::new(taps.len() - 1, QUANTUM),
            taps,
        }
    }

    pub fn taps_mut(&mut self) -> &mut [f32] {
        &mut self.taps
    }

    /// Takes over another's memory, not its taps. Same length only.
    pub fn remember(&mut self, other: &Self) {
        self.past.remember(&other.past);
    }

    pub fn process(&mut self, frames: &mut [Frame]) {
        for block in frames.chunks_mut(QUANTUM) {
            self.process_block(block);
        }
    }

    fn process_block(&mut self, block: &mut [Frame]) {
        let count = block.len();
        self.past.next(count).copy_from_slice(block);
        convolve(&self.taps, self.past.window(count), block);
        self.past.advance(count);
    }
}

/// `out[i] = Σ taps[k]·window[i + n − 1 − k]` over all n taps; the window is
/// n − 1 frames longer than `out`.
pub fn convolve(taps: &[f32], window: &[Frame], out: &mut [Frame]) {
    wide(Convolution {
        taps,
        window: window.as_flattened(),
        out: out.as_flattened_mut(),
    });
}

struct Convolution<'a> {
    taps: &'a [f32],
    window: &'a [f32],
    out: &'a mut [f32],
}

impl Loop for Convolution<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { taps, window, out } = self;
        convolve_wide(taps, window, out);
    }
}

/// [`convolve`] of interleaved samples, for a loop that is made wide already.
#[inline(always)]
pub fn convolve_wide(taps: &[f32], window: &[f32], out: &mut [f32]) {
    // 32 sums keep the adders busy: each waits for its last result.
    let done = stretches::<32>(taps, window, out, 0);
    let done = stretches::<8>(taps, window, out, done);
    stretches::<2>(taps, window, out, done);
}

/// As many stretches of `WIDE` sums as fit behind the first `done`; returns
/// how many sums are done then.
#[inline(always)]
fn stretches<const WIDE: usize>(
    taps: &[f32],
    window: &[f32],
    out: &mut [f32],
    mut done: usize,
) -> usize {
    while let Some(place) = out.get_mut(done..done + WIDE) {
        let mut sum = [0.0f32; WIDE];
        for (k, &tap) in taps.iter().rev().enumerate() {
            for (sum, x) in sum.iter_mut().zip(&window[done + 2 * k..][..WIDE]) {
                *sum += tap * x;
            }
        }
        place.copy_from_slice(&sum);
        done += WIDE;
    }
    done
}
