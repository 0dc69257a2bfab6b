//! Twice the rate and back, by half-band filters, for what is not linear.

use super::block::QUANTUM;
use super::fir::{History, convolve_wide};
use super::wide::{Loop, wide};
use crate::Frame;

/// One doubling.
#[derive(Clone, Debug)]
struct Stage {
    /// Odd taps of the half-band filter, both sides, times two.
    odd: Vec<f32>,
    up: History,
    down_even: History,
    down_odd: History,
    /// What comes to lie between the frames of a block.
    between: Vec<Frame>,
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
        let past = History::new(odd.len() - 1, block);
        Self {
            odd,
            up: past.clone(),
            down_even: past.clone(),
            down_odd: past,
            between: vec![[0.0; 2]; block],
        }
    }

    fn clear(&mut self) {
        for past in [&mut self.up, &mut self.down_even, &mut self.down_odd] {
            past.clear();
        }
    }

    /// Low-rate frames of delay, up and down together.
    fn delay(&self) -> usize {
        self.odd.len() - 1
    }

    fn up(&mut self, low: &[Frame], high: &mut [Frame]) {
        let count = low.len();
        self.up.next(count).copy_from_slice(low);
        wide(Up {
            odd: &self.odd,
            window: self.up.window(count),
            between: &mut self.between[..count],
            high,
        });
        self.up.advance(count);
    }

    fn down(&mut self, high: &[Frame], low: &mut [Frame]) {
        let count = low.len();
        wide(Split {
            high,
            odd: self.down_odd.next(count),
            even: self.down_even.next(count),
        });
        wide(Down {
            taps: &self.odd,
            odd: self.down_odd.window(count),
            even: self.down_even.window(count),
            low,
        });
        self.down_odd.advance(count);
        self.down_even.advance(count);
    }
}

/// A block and what lies between its frames, alternating.
struct Up<'a> {
    odd: &'a [f32],
    window: &'a [Frame],
    between: &'a mut [Frame],
    high: &'a mut [Frame],
}

impl Loop for Up<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let window = self.window.as_flattened();
        convolve_wide(self.odd, window, self.between.as_flattened_mut());
        let even = &self.window[self.odd.len() / 2..];
        let pairs = self.high.as_chunks_mut::<2>().0.iter_mut();
        for ((pair, odd), even) in pairs.zip(self.between).zip(even) {
            *pair = [*odd, *even];
        }
    }
}

/// A block's frames, dealt out in turn.
struct Split<'a> {
    high: &'a [Frame],
    odd: &'a mut [Frame],
    even: &'a mut [Frame],
}

impl Loop for Split<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let pairs = self.high.as_chunks::<2>().0.iter();
        for ((pair, odd), even) in pairs.zip(self.odd).zip(self.even) {
            [*odd, *even] = *pair;
        }
    }
}

/// Half the sum of what the odd frames make and the even ones, of which the
/// centre tap, a half, meets the frame half a filter back.
struct Down<'a> {
    taps: &'a [f32],
    odd: &'a [Frame],
    even: &'a [Frame],
    low: &'a mut [Frame],
}

impl Loop for Down<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let low = self.low.as_flattened_mut();
        convolve_wide(self.taps, self.odd.as_flattened(), low);
        let centre = self.even[self.taps.len() / 2 - 1..].as_flattened();
        for (x, centre) in low.iter_mut().zip(centre) {
            *x = 0.5 * (*x + centre);
        }
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
            stage.up.remember(&from.up);
            stage.down_even.remember(&from.down_even);
            stage.down_odd.remember(&from.down_odd);
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
