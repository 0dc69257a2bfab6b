//! What is heard where a packet is missing or cannot be what was recorded.

use crate::Frame;

/// The highest sample believed, 18 dB above full scale: loud masters decode to
/// 2 or 3, a burst of a misled decoder goes to any height.
const HIGHEST: f32 = 8.0;

/// Frames over which the sound rises again.
const RISE: u32 = 256;

/// What is left of the last sample after each frame of a hole.
const DECAY: f32 = 0.97;

/// Silence without a click on either side.
#[derive(Debug, Default)]
pub(crate) struct Dropout {
    /// The last frame given.
    last: Frame,
    /// Frames until all of the sound is back.
    rising: u32,
}

impl Dropout {
    /// Whether a packet is damaged though its decoder took it: louder than
    /// anything recorded, infinite, or no number.
    pub(crate) fn is_burst(packet: &[Frame]) -> bool {
        // Written so that what is no number is found as well.
        let sane = |sample: &f32| sample.abs() <= HIGHEST;
        !packet.iter().flatten().all(sane)
    }

    /// Fills a hole: the last sample dies away.
    pub(crate) fn fill(&mut self, hole: &mut [Frame]) {
        for frame in hole {
            self.last = self.last.map(|sample| sample * DECAY);
            if self.last.iter().all(|sample| sample.abs() < 1e-6) {
                self.last = [0.0; 2];
            }
            *frame = self.last;
        }
        self.rising = RISE;
    }

    /// Passes what is sound, faded in behind a hole.
    pub(crate) fn pass(&mut self, sound: &mut [Frame]) {
        for frame in sound.iter_mut().take(self.rising as usize) {
            let gain = 1.0 - self.rising as f32 / RISE as f32;
            *frame = frame.map(|sample| sample * gain);
            self.rising -= 1;
        }
        self.last = sound.last().copied().unwrap_or(self.last);
    }
}
