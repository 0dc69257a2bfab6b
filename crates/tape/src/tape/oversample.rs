//! Twice the rate and back, by half-band filters, for what is not linear.

use super::block::QUANTUM;
use super::fir::convolve;
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
    fn kaiser(half: usize, beta: f64, block: usize) -> Self {
        let odd: Vec<f64> = (0..2 * half)
            .map(|i| {
                let n = i as f64 - half as f64 + 0.5; // in units of two taps
                let sinc = (std::f64::consts::PI * n).sin() / (std::f64::consts::PI * n);
                let edge = n / half as f64;
                sinc * bessel_i0(beta * (1.0 - edge * edge).max(0.0).sqrt()) / bessel_i0(beta)
            })
            .collect();
        let sum: f64 = odd.iter().sum();
        Self::new(odd.iter().map(|tap| (tap / sum) as f32).collect(), block)
    }

    /// The flattest filter of four odd taps (Lagrange's middle between four
    /// points): 83 dB where no more than an eighth of the low rate is in use.
    fn four_points(block: usize) -> Self {
        Self::new(vec![-0.0625, 0.5625, 0.5625, -0.0625], block)
    }

    fn new(odd: Vec<f32>, block: usize) -> Self {
        let window = vec![[0.0; 2]; odd.len() - 1 + block];
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
        let mut between = [[0.0f32; 2]; MOST / 2];
        convolve(
            &self.odd,
            &self.up[..old + low.len()],
            &mut between[..low.len()],
        );
        let middle = self.odd.len() / 2 - 1;
        let even = &self.up[old - middle..];
        for ((pair, odd), even) in high
            .as_chunks_mut::<2>()
            .0
            .iter_mut()
            .zip(&between)
            .zip(even)
        {
            *pair = [*odd, *even];
        }
        self.up.copy_within(low.len()..low.len() + old, 0);
    }

    fn down(&mut self, high: &[Frame], low: &mut [Frame]) {
        let old = self.odd.len() - 1;
        let count = low.len();
        let (odd, even) = (&mut self.down_odd[old..], &mut self.down_even[old..]);
        for ((pair, odd), even) in high.as_chunks::<2>().0.iter().zip(odd).zip(even) {
            [*odd, *even] = *pair;
        }
        convolve(&self.odd, &self.down_odd[..old + count], low);
        // The centre tap is a half; it meets the sample half a filter back.
        let middle = self.odd.len() / 2;
        for (frame, centre) in low.iter_mut().zip(&self.down_even[old - middle..]) {
            *frame = [0.5 * (frame[0] + centre[0]), 0.5 * (frame[1] + centre[1])];
        }
        self.down_odd.copy_within(count..count + old, 0);
        self.down_even.copy_within(count..count + old, 0);
    }
}

/// Most frames of a block at the inner rate.
const MOST: usize = 8 * QUANTUM;

/// Up to eight times the rate and back, as far as the rate needs it.
#[derive(Clone, Debug)]
pub struct Oversampler {
    stages: Vec<Stage>,
    /// Two blocks at the inner rate, which the stages fill in turn.
    rooms: [Vec<Frame>; 2],
}

impl Oversampler {
    /// Such that the inner rate is 352.8 kHz or more: of what a saturating
    /// tape makes of 10 kHz, less than −80 dB lies so high that it folds.
    pub fn new(rate: u32) -> Self {
        let stages = match rate {
            0..=64_000 => vec![
                Stage::kaiser(20, 8.0, QUANTUM),
                Stage::kaiser(6, 8.0, 2 * QUANTUM),
                Stage::four_points(4 * QUANTUM),
            ],
            64_001..=128_000 => vec![
                Stage::kaiser(8, 8.0, QUANTUM),
                Stage::four_points(2 * QUANTUM),
            ],
            128_001..=256_000 => vec![Stage::four_points(QUANTUM)],
            _ => Vec::new(),
        };
        let room = vec![[0.0; 2]; MOST];
        Self {
            stages,
            rooms: [room.clone(), room],
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
        let [here, there] = &mut self.rooms;
        let (mut here, mut there) = (here, there);
        let mut count = block.len();
        here[..count].copy_from_slice(block);
        for stage in &mut self.stages {
            stage.up(&here[..count], &mut there[..2 * count]);
            count *= 2;
            std::mem::swap(&mut here, &mut there);
        }
        inner(here[..count].as_flattened_mut());
        for stage in self.stages.iter_mut().rev() {
            count /= 2;
            stage.down(&here[..2 * count], &mut there[..count]);
            std::mem::swap(&mut here, &mut there);
        }
        block.copy_from_slice(&here[..count]);
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
