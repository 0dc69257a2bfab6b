//! The programme itself, from its files: nothing of machine and tape is heard, so
//! nothing of them runs.

use std::sync::Arc;

use crate::deck::ProgrammeLimiter;
use crate::recorder::{DubSheet, ProgrammeReader};
use afterdark_tape::Frame;
use afterdark_tape::cassette::{Side, leader_frames};

/// One side's programme, a chunk at a time.
pub(super) struct Straight {
    programme: ProgrammeReader,
    side: Side,
    /// The next frame of the side to be read, and the frame where it ends.
    at: u64,
    end: u64,
    limiter: Option<ProgrammeLimiter>,
}

impl Straight {
    /// `frames` of a side from the leader on; what is over full scale is held where
    /// `limit` says so.
    pub fn new(sheet: Arc<DubSheet>, side: Side, frames: u64, limit: bool) -> Self {
        let start = leader_frames(sheet.sample_rate);
        Self {
            limiter: limit.then(|| ProgrammeLimiter::new(sheet.sample_rate)),
            programme: ProgrammeReader::new(sheet),
            side,
            at: start,
            end: start + frames,
        }
    }

    /// The next frames, at most so many; none when there are no more.
    pub fn next(&mut self, most: usize) -> Option<Vec<Frame>> {
        while self.at < self.end {
            let count = (self.end - self.at).min(most as u64);
            let mut frames = vec![[0.0; 2]; count as usize];
            self.programme.read(self.side, self.at, &mut frames);
            self.at += count;
            if let Some(limiter) = &mut self.limiter {
                limiter.process(&mut frames, self.at == self.end);
            }
            if !frames.is_empty() {
                return Some(frames);
            }
        }
        None
    }

    /// Peaks held so far.
    pub fn peaks_held(&self) -> u64 {
        self.limiter.as_ref().map_or(0, ProgrammeLimiter::held)
    }

    /// Why a file gave out since the last call.
    pub fn take_failures(&mut self) -> Vec<String> {
        self.programme.take_failures()
    }
}
