//! What the head gives: TAPE, SOURCE, or both while they change places.

use std::f64::consts::TAU;

use super::Deck;
use crate::deck::Monitor;
use crate::deck::block_cache::Layer;
use crate::deck::reader::{FASTEST, Reader};
use crate::deck::transport::Stretch;
use crate::recorder::BLOCK_FRAMES;
use afterdark_tape::Frame;
use afterdark_tape::cassette::TAPE_SPEED_MM_S;
use afterdark_tape::tape::{Passage, Pickup, QUANTUM};

/// Time over which TAPE and SOURCE change places, seconds.
const CROSS_S: f32 = 0.02;
/// What of the way to another loudness is gone in a quantum: as fast as the
/// playback chain changes.
const MATCH_FOLLOW: f32 = 0.1;

impl Deck {
    /// What passes the head in play, cue and review is worn by it.
    pub(super) fn wear_off(&self, stretch: Stretch) {
        if self.transport.is_playing() && self.wear.is_of(self.transport.cassette.seed) {
            let rate = f64::from(self.sample_rate);
            let seconds = (stretch.to - stretch.from).abs() / rate;
            let side_s = f64::midpoint(stretch.from, stretch.to) / rate;
            self.wear.count(self.transport.side, side_s, seconds);
        }
    }

    /// TAPE, SOURCE or, while they change places, both.
    pub(super) fn play(&mut self, at: Passage, stretch: Stretch, out: &mut [Frame; QUANTUM]) {
        let side = self.transport.side;
        let generation = self.transport.cassette.generation;
        let towards: f32 = if self.stage.monitor == Monitor::Tape {
            1.0
        } else {
            0.0
        };
        let from = self.stage.tape;
        let seconds = QUANTUM as f32 / self.sample_rate as f32;
        // The meters show what is heard, before the volume.
        let heard = self.stage.gain;
        let step = seconds / CROSS_S;
        self.stage.tape += (towards - from).clamp(-step, step);
        let to = self.stage.tape;
        let mut whole = true;
        let level = self.blocks.level(generation, side, stretch.from);
        if from < 1.0 || to < 1.0 {
            whole = self.source(stretch, out);
            if let Some(level) = level {
                self.meters.take(out, level * heard, seconds);
            }
        }
        if from > 0.0 || to > 0.0 {
            let mut tape = [[0.0; 2]; QUANTUM];
            whole &= self.tape(at, stretch, &mut tape);
            if from >= 1.0 {
                self.meters.take(&tape, heard, seconds);
            }
            let makeup = self.stage.makeup;
            self.stage.matched += (self.stage.match_goal - self.stage.matched) * MATCH_FOLLOW;
            self.stage.makeup = level.map_or(makeup, |level| self.stage.matched / level.max(1e-4));
            for (i, (out, tape)) in out.iter_mut().zip(&tape).enumerate() {
                let t = i as f32 / QUANTUM as f32;
                let makeup = makeup + (self.stage.makeup - makeup) * t;
                let mix = from + (to - from) * t;
                for c in 0..2 {
                    out[c] += (tape[c] * makeup - out[c]) * mix;
                }
            }
        }
        let block = stretch.to.max(0.0) as u64 / BLOCK_FRAMES as u64;
        if !whole && self.stage.gate > 0.0 && self.missing.replace(block) != Some(block) {
            self.missed += 1;
        }
    }

    /// The programme as it is in the file: the very samples at normal speed.
    pub(super) fn source(&mut self, stretch: Stretch, out: &mut [Frame; QUANTUM]) -> bool {
        let generation = self.transport.cassette.generation;
        let whole = stretch.from.fract() == 0.0 && stretch.to - stretch.from == QUANTUM as f64;
        if whole {
            return self.blocks.copy(
                generation,
                self.transport.side,
                stretch.from as u64,
                Layer::Source,
                out,
            );
        }
        self.read(Layer::Source, stretch, &[0.0; QUANTUM], out)
    }

    /// What comes off the tape, in units of 200 nWb/m.
    pub(super) fn tape(
        &mut self,
        at: Passage,
        stretch: Stretch,
        out: &mut [Frame; QUANTUM],
    ) -> bool {
        let mut away = [0.0; QUANTUM];
        self.mechanism.displacement(at, &mut away);
        // What the chain holds back is read that much earlier.
        let ahead = self.chain.delay_frames() * at.speed.clamp(-1.0, 1.0);
        let read = Stretch {
            from: stretch.from + ahead,
            to: stretch.to + ahead,
        };
        let whole = self.read(Layer::Tape, read, &away, out);
        // The layers of the pack that lay on this one have printed through; it
        // is faint, so the nearest frame will do.
        let cassette = &self.transport.cassette;
        let turn = TAU * at.right_radius_mm / TAPE_SPEED_MM_S * f64::from(self.sample_rate);
        let [mut earlier, mut later] = [[[0.0; 2]; QUANTUM]; 2];
        for (place, row) in [
            (read.from - turn, &mut earlier),
            (read.from + turn, &mut later),
        ] {
            if place >= 0.0 {
                let side = self.transport.side;
                self.blocks
                    .copy(cassette.generation, side, place as u64, Layer::Tape, row);
            }
        }
        let reverse = self
            .crosstalk
            .row(cassette.generation, self.transport.side, read);
        let pickup = Pickup {
            reverse: reverse.as_ref().map(|row| &row[..]),
            earlier: Some(&earlier),
            later: Some(&later),
            tape_seed: Some(cassette.seed),
            passes: if self.wear.is_of(cassette.seed) {
                let side_s = self.transport.side_s();
                self.wear.passes(self.transport.side, side_s)
            } else {
                0.0
            },
        };
        self.chain.process_with(at, &pickup, out);
        whole
    }

    pub(super) fn read(
        &mut self,
        layer: Layer,
        stretch: Stretch,
        away: &[f32; QUANTUM],
        out: &mut [Frame; QUANTUM],
    ) -> bool {
        let step = (stretch.to - stretch.from) / QUANTUM as f64;
        let speed = step.abs().max(self.transport.speed.abs()).min(FASTEST);
        let (low, high) = away
            .iter()
            .fold((0.0f32, 0.0f32), |(l, h), &x| (l.min(x), h.max(x)));
        let reach = Reader::reach(speed) as f64 + 2.0;
        let first = stretch.from.min(stretch.to) + f64::from(low) - reach;
        let last = stretch.from.max(stretch.to) + f64::from(high) + reach;
        let first = first.floor();
        let n = ((last - first).ceil() as usize + 1).min(self.rows[0].len());
        let [left, right] = &mut self.rows;
        let (left, right) = (&mut left[..n], &mut right[..n]);
        let whole = self.blocks.gather(
            self.transport.cassette.generation,
            self.transport.side,
            first as i64,
            layer,
            [&mut *left, &mut *right],
        );
        let from = stretch.from - first;
        self.reader
            .read([left, right], [from, step], away, speed, out);
        whole
    }
}
