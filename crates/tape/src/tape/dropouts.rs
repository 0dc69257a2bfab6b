//! Where the tape does not touch the head: dropouts, at their places for
//! ever, more of them the more often a passage was played.

use std::f64::consts::PI;

use super::age::breath_um;
use super::random::{hash, uniform};
use super::setup::{Passage, Setup};
use crate::Frame;
use crate::cassette::{Side, TAPE_SPEED_MM_S};

/// Tape is looked at in cells of this many seconds, each with a dropout or none.
const CELL_S: f64 = 0.25;
/// µm that each pass adds where the tape is new; it never adds more than [`WORN_OUT_UM`].
const WEAR_UM: f64 = 0.004;
const WORN_OUT_UM: f64 = 0.35;
/// Passes that double the dropouts.
const DROPOUT_PASSES: f64 = 50.0;

/// How worn a place is after so many passes of the head: 0.0 is new, 1.0 is
/// worn out; a third of it is gone after 35 passes.
pub fn worn(passes: f32) -> f64 {
    1.0 - (-WEAR_UM * f64::from(passes) / WORN_OUT_UM).exp()
}

/// Distance between tape and head beyond the usual.
///
/// It loses 54.6·d/λ dB (Wallace), here by two equal one-pole low-passes that
/// together are right where 8.7 dB are lost, at λ = 2πd.
#[derive(Clone, Debug)]
pub struct Spacing {
    rate: f64,
    a_minute: f64,
    knob: f64,
    age: f64,
    memory: [Frame; 2],
    /// Share of the new sample in the low-passes at the end of the last block.
    share: [f32; 2],
}

impl Spacing {
    pub fn new(rate: f64, setup: &Setup) -> Self {
        let mut spacing = Self {
            rate,
            a_minute: 0.0,
            knob: 1.0,
            age: 0.0,
            memory: [[0.0; 2]; 2],
            share: [1.0; 2],
        };
        spacing.set(setup);
        spacing
    }

    pub fn set(&mut self, setup: &Setup) {
        self.a_minute = setup.tape.dropouts_a_minute;
        self.knob = f64::from(setup.knobs.wear);
        self.age = f64::from(setup.knobs.age);
    }

    /// Applies what is lost at this place after `passes` playings.
    pub fn process(&mut self, at: &Passage, passes: f32, seed: u64, block: &mut [Frame]) {
        let end = at.advanced(block.len() as f64, self.rate);
        let um = self.um(&end, passes, seed);
        let to = um.map(|um| self.share_at(um));
        let from = self.share;
        self.share = to;
        if from == [1.0; 2] && to == [1.0; 2] {
            if let Some(last) = block.last() {
                self.memory = [*last; 2];
            }
            return;
        }
        let step = 1.0 / block.len() as f32;
        for channel in 0..2 {
            let (mut first, mut second) = (self.memory[0][channel], self.memory[1][channel]);
            for (i, frame) in block.iter_mut().enumerate() {
                let share = from[channel] + (to[channel] - from[channel]) * step * i as f32;
                first += share * (frame[channel] - first);
                second += share * (first - second);
                frame[channel] = second;
            }
            self.memory[0][channel] = first;
            self.memory[1][channel] = second;
        }
    }

    /// Share of the new sample in a one-pole that is 4.34 dB down at λ = 2π·`um`.
    fn share_at(&self, um: f64) -> f32 {
        // Under 0.02 µm the corner lies beyond the audible.
        if um < 0.02 {
            return 1.0;
        }
        let corner = TAPE_SPEED_MM_S / (2.0 * PI * um * 1e-3) / 1.311;
        (1.0 - (-2.0 * PI * corner / self.rate).exp()) as f32
    }

    /// How far `passes` playings keep tape and head apart, µm.
    pub fn worn_um(&self, passes: f32) -> f64 {
        WORN_OUT_UM * worn(passes) * self.knob
    }

    /// Dropouts of both channels at a place, µm.
    fn um(&self, at: &Passage, passes: f32, seed: u64) -> [f64; 2] {
        // The same place of the tape, whichever side is played.
        let seconds = match at.side {
            Side::A => at.frame,
            Side::B => at.length_frames - at.frame,
        } / self.rate;
        let length = at.length_frames / self.rate;
        let mut um = [breath_um(self.age, seed, seconds); 2];
        // The ends have been under thumbs and clips.
        let to_end = seconds.min(length - seconds).max(0.0);
        let chance = self.a_minute / 60.0
            * CELL_S
            * (1.0 + f64::from(passes) / DROPOUT_PASSES)
            * (1.0 + 4.0 * (-to_end / 8.0).exp());
        let cell = (seconds / CELL_S).floor();
        for index in [cell - 1.0, cell, cell + 1.0] {
            let salt = hash(seed ^ 0x0064_726f, index as i64 as u64);
            if uniform(salt, 0) >= chance {
                continue;
            }
            let centre = (index + uniform(salt, 1)) * CELL_S;
            // 4 ms to a quarter of a second, most of them short; 0.4 to 8 µm, most of them shallow.
            let half = 0.002 * 60f64.powf(uniform(salt, 2).powi(2));
            let depth = 0.4 * 20f64.powf(uniform(salt, 3).powi(2));
            let away = (seconds - centre) / half;
            if away.abs() < 1.0 {
                let shape = (0.5 + 0.5 * (PI * away).cos()) * depth * self.knob;
                // The outer track, the left one, lies at the tape's edge.
                let inner = uniform(salt, 4);
                um[0] += shape;
                um[1] += shape * inner;
            }
        }
        um
    }
}
