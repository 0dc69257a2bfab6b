//! A tape copied to another, and that to a third.

use std::sync::Arc;

use super::block::QUANTUM;
use super::copying::{Copying, MOST_COPYINGS};
use super::playback::PlaybackChain;
use super::random::uniform;
use super::record::RecordChain;
use super::setup::{Passage, Pickup, Setup};
use crate::Frame;
use crate::cassette::Side;

/// How far a copy's level is off at the most, dB either way: set by hand, to the
/// needles. An estimate.
const LEVEL_ERROR_DB: f64 = 1.0;

/// A tape's first recording and all copyings since, as one chain: programme in,
/// flux of the last tape out, in the units of [`RecordChain`]. Everything in it
/// but flutter, which [`Mechanism`](super::Mechanism) adds of all machines
/// together, as a function of the place. Neither print-through nor the other side
/// of a tape is copied, nor the error of a machine's speed.
pub struct Generations {
    first: RecordChain,
    copies: Vec<Copy>,
}

/// A machine that plays, and one that records what it gives.
struct Copy {
    copying: Copying,
    rate: f64,
    /// Of a side, frames.
    length_frames: f64,
    player: PlaybackChain,
    recorder: RecordChain,
    gain: f32,
    side: Side,
    frame: u64,
}

impl Generations {
    /// Of the tape with the number `seed`, whose sides last `side_s`. Allocates all
    /// it will ever need. `rate` in Hz.
    pub fn new(rate: u32, setup: &Setup, seed: u64, side_s: f64) -> Self {
        let copies = &setup.copies[..setup.copies.len().min(MOST_COPYINGS)];
        let numbers: Vec<u64> = copies.iter().map(|copy| copy.seed).chain([seed]).collect();
        Self {
            first: RecordChain::new(rate, setup, numbers[0]),
            copies: copies
                .iter()
                .zip(&numbers[1..])
                .map(|(copying, number)| Copy::new(rate, setup, copying, *number, side_s))
                .collect(),
        }
    }

    /// Frames by which the output lags behind the input.
    pub fn delay_frames(&mut self) -> f64 {
        let copies = self.copies.iter_mut();
        let copies: f64 = copies
            .map(|copy| copy.player.delay_frames() + copy.recorder.delay_frames())
            .sum();
        self.first.delay_frames() + copies
    }

    /// Seconds to be processed and thrown away after [`Self::locate`] before the
    /// result is what it would have been without the jump.
    pub fn preroll_s(&self) -> f64 {
        RecordChain::PREROLL_S * (1 + self.copies.len()) as f64
    }

    /// Another setup, from now on; what was copied on what stays.
    pub fn set(&mut self, setup: &Setup) {
        self.first.set(setup);
        for copy in &mut self.copies {
            let setup = of_copy(setup, &copy.copying);
            copy.player.set(&setup);
            copy.recorder.set(&setup);
        }
    }

    /// Goes to `frame` of `side`: what follows depends on the place and the input.
    pub fn locate(&mut self, side: Side, frame: u64) {
        self.first.locate(side, frame);
        for copy in &mut self.copies {
            copy.player.hiss_of_place(side, frame);
            copy.recorder.locate(side, frame);
            (copy.side, copy.frame) = (side, frame);
        }
    }

    /// Makes programme into flux, in place.
    pub fn process(&mut self, frames: &mut [Frame]) {
        self.first.process(frames);
        for copy in &mut self.copies {
            copy.process(frames);
        }
    }
}

impl Copy {
    fn new(rate: u32, setup: &Setup, copying: &Copying, number: u64, side_s: f64) -> Self {
        let setup = of_copy(setup, copying);
        let mut player = PlaybackChain::new(rate, &setup, copying.seed);
        player.hiss_of_place(Side::A, 0);
        let off_db = LEVEL_ERROR_DB * (2.0 * uniform(number ^ 0x006c_6576, 0) - 1.0);
        Self {
            rate: f64::from(rate),
            length_frames: side_s * f64::from(rate),
            player,
            recorder: RecordChain::new(rate, &setup, number),
            copying: copying.clone(),
            gain: 10f64.powf(off_db / 20.0) as f32,
            side: Side::A,
            frame: 0,
        }
    }

    fn process(&mut self, frames: &mut [Frame]) {
        let pickup = Pickup {
            passes: self.copying.passes,
            tape_seed: Some(self.copying.seed),
            ..Pickup::default()
        };
        for block in frames.chunks_mut(QUANTUM) {
            // The reels turn what flutters, and that comes elsewhere.
            let at = Passage {
                side: self.side,
                frame: self.frame as f64,
                speed: 1.0,
                length_frames: self.length_frames.max(self.rate),
                left_turns: 0.0,
                right_turns: 0.0,
                left_radius_mm: 18.0,
                right_radius_mm: 18.0,
            };
            self.player.process_with(at, &pickup, block);
            for frame in block.iter_mut() {
                *frame = frame.map(|x| self.gain * x);
            }
            self.frame += block.len() as u64;
        }
        self.recorder.process(frames);
    }
}

/// How a copy is made: all switches and the bias right, noise reduction decoded
/// and encoded again.
fn of_copy(setup: &Setup, copying: &Copying) -> Setup {
    Setup {
        deck: Arc::clone(&copying.played_on),
        dubbed_on: Arc::clone(&copying.recorded_on),
        knobs: setup.knobs,
        encode: setup.encode,
        decode: setup.encode,
        ..Setup::new(Arc::clone(&copying.played_on), Arc::clone(&setup.tape))
    }
}
