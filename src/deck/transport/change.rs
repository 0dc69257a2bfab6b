//! Another tape, or another frame rate.

use super::Transport;
use crate::deck::Motion;
use crate::deck::command::Cassette;
use afterdark_tape::cassette::Side;

impl Transport {
    /// Puts a tape in.
    pub(in crate::deck) fn insert(
        &mut self,
        cassette: Cassette,
        side: Side,
        frame: f64,
        play: bool,
    ) {
        self.cassette = cassette;
        self.side = side;
        self.frame = frame.clamp(0.0, self.length());
        self.speed = 0.0;
        self.motion = if play {
            Motion::Playing
        } else {
            Motion::Stopped
        };
        self.goal = None;
        self.turning = None;
        self.left = None;
    }

    /// Goes over to another frame rate, the tape staying where it is.
    pub(in crate::deck) fn retune(&mut self, sample_rate: u32) {
        let ratio = f64::from(sample_rate) / self.rate;
        self.rate = f64::from(sample_rate);
        self.frame = (self.frame * ratio).round();
        self.left = None;
        let scale = |frames: &mut u64| *frames = (*frames as f64 * ratio).round() as u64;
        self.cassette.start.iter_mut().for_each(scale);
        self.cassette.end.iter_mut().for_each(scale);
    }
}
