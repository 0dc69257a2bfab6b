//! What NR C does to the highest treble.

use super::filter::Section;
use crate::Frame;

/// Spectral skewing of NR C: the highest treble goes to the tape 10 dB down.
#[derive(Clone, Debug)]
pub(super) struct Skew {
    down: Section,
    up: Section,
    pub memory: [[f64; 2]; 2],
}

impl Skew {
    pub fn new(rate: f64) -> Self {
        let down = Section::first_order(rate, [10_000.0, 18_000.0], |f| {
            let x = (f / 12_000.0).powi(4);
            (1.0 + x * 0.1) / (1.0 + x)
        });
        Self {
            up: down.inverse(),
            down,
            memory: [[0.0; 2]; 2],
        }
    }

    pub fn encode(&mut self, frames: &mut [Frame]) {
        run(&self.down, &mut self.memory, frames);
    }

    pub fn decode(&mut self, frames: &mut [Frame]) {
        run(&self.up, &mut self.memory, frames);
    }
}

fn run(section: &Section, memory: &mut [[f64; 2]; 2], frames: &mut [Frame]) {
    for (channel, memory) in memory.iter_mut().enumerate() {
        for frame in frames.iter_mut() {
            let mut one = [frame[channel]];
            section.run(memory, &mut one);
            frame[channel] = one[0];
        }
    }
}
