//! What rubs.

use std::f64::consts::PI;

use super::block::QUANTUM;
use super::filter::Section;
use super::random::NoiseStream;

/// Scrape flutter: the tape sings between head and guides like a rubbed string.
#[derive(Clone, Debug)]
pub struct Scrape {
    noise: NoiseStream,
    string: Section,
    memory: [f64; 2],
    /// Displacement in frames for a deviation of 1 rms.
    gain: f32,
}

impl Scrape {
    /// Sharpness of the string's resonance.
    const Q: f64 = 3.0;

    /// Centred at `hz`. `rate` in Hz.
    pub fn new(rate: f64, hz: f64, seed: u64) -> Self {
        let mut scrape = Self {
            noise: NoiseStream::new(seed ^ 0x0073_6372),
            string: Section::THROUGH,
            memory: [0.0; 2],
            gain: 0.0,
        };
        scrape.tune(rate, hz);
        scrape
    }

    /// Moves the centre.
    pub fn tune(&mut self, rate: f64, hz: f64) {
        self.string = Section::low_pass(rate, hz, Self::Q);
        // Mean square of the displacement's first difference, for noise of variance 1/3.
        let steps = 2000;
        let mean_square: f64 = (0..steps)
            .map(|i| {
                let f = (f64::from(i) + 0.5) * rate / 2.0 / f64::from(steps);
                self.string.power(rate, f) * 4.0 * (PI * f / rate).sin().powi(2)
            })
            .sum::<f64>()
            / f64::from(steps)
            / 3.0;
        self.gain = (1.0 / mean_square.sqrt()) as f32;
    }

    /// Adds a displacement in frames whose speed deviation is `depth`, rms as a
    /// ratio, to a block of at most [`QUANTUM`] frames.
    pub fn add(&mut self, depth: f32, out: &mut [f32]) {
        let mut noise = [0.0; QUANTUM];
        let noise = &mut noise[..out.len()];
        self.noise.fill(noise);
        self.string.run(&mut self.memory, noise);
        let gain = depth * self.gain;
        for (out, x) in out.iter_mut().zip(noise) {
            *out += gain * *x;
        }
    }
}
