//! What the head gives: TAPE, SOURCE, or both while they change places.

use std::f64::consts::TAU;

use super::Deck;
use crate::deck::Monitor;
use crate::deck::block_cache::Layer;
use crate::deck::fader::{Fader, Gains, amplify};
use crate::deck::reader::{FASTEST, Reader};
use crate::deck::transport::Stretch;
use crate::recorder::BLOCK_FRAMES;
use afterdark_tape::Frame;
use afterdark_tape::cassette::TAPE_SPEED_MM_S;
use afterdark_tape::tape::{Passage, Pickup, QUANTUM};

/// Time over which TAPE and SOURCE change places, seconds.
const CROSS_S: f32 = 0.02;
/// Time over which flux comes back to a chain that read none meanwhile, seconds.
const HEAD_S: f32 = 0.004;
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
    pub(super) fn play(
        &mut self,
        at: Passage,
        stretch: Stretch,
        gate: Option<&Gains>,
        out: &mut [Frame; QUANTUM],
    ) {
        let side = self.transport.side;
        let generation = self.transport.cassette.generation;
        let rate = self.sample_rate as f32;
        let seconds = QUANTUM as f32 / rate;
        // The meters show what is heard, before the volume.
        let heard = self.stage.gate.value() * self.stage.pace.value();
        let share = share_of_tape(self.stage.monitor);
        self.stage.tape.go(share, CROSS_S * rate);
        let [source, tape] = [0.0, 1.0].map(|end| !self.stage.tape.is_at(1.0 - end));
        let mix = self.stage.tape.next();
        let mut whole = true;
        let levels = self.blocks.levels(generation, side, stretch.from);
        let gain_before = self.stage.programme;
        let gain = levels.map_or(gain_before, |[_, gain]| gain);
        self.stage.programme = gain;
        if source {
            whole = self.source(stretch, out);
            if let Some([level, _]) = levels {
                self.meters.take(out, level * heard, seconds);
            }
            if gain_before != 1.0 || gain != 1.0 {
                for (i, frame) in out.iter_mut().enumerate() {
                    let t = i as f32 / QUANTUM as f32;
                    let gain = gain_before + (gain - gain_before) * t;
                    *frame = frame.map(|sample| sample * gain);
                }
            }
        }
        if tape {
            self.stage.head.go(1.0, HEAD_S * rate);
            let mut heard_of_tape = [[0.0; 2]; QUANTUM];
            whole &= self.tape(at, stretch, gate, &mut heard_of_tape);
            let tape = &heard_of_tape;
            if !source {
                self.meters.take(tape, heard, seconds);
            }
            let makeup = self.stage.makeup;
            self.stage.matched += (self.stage.match_goal - self.stage.matched) * MATCH_FOLLOW;
            self.stage.makeup = levels.map_or(makeup, |[level, gain]| {
                self.stage.matched * gain / level.max(1e-4)
            });
            for (i, (out, tape)) in out.iter_mut().zip(tape).enumerate() {
                let t = i as f32 / QUANTUM as f32;
                let makeup = makeup + (self.stage.makeup - makeup) * t;
                let mix = mix.as_ref().map_or(1.0, |mix| mix[i]);
                for c in 0..2 {
                    out[c] += (tape[c] * makeup - out[c]) * mix;
                }
            }
        } else {
            self.stage.head = Fader::at(0.0);
        }
        let block = stretch.to.max(0.0) as u64 / BLOCK_FRAMES as u64;
        let missed = !whole && !self.stage.is_shut();
        if missed && self.missing.replace(block) != Some(block) {
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
        self.read(Layer::Source, stretch, &mut [0.0; QUANTUM], out)
    }

    /// What comes off the tape, in units of 200 nWb/m.
    pub(super) fn tape(
        &mut self,
        at: Passage,
        stretch: Stretch,
        gate: Option<&Gains>,
        out: &mut [Frame; QUANTUM],
    ) -> bool {
        let mut away = [0.0; QUANTUM];
        self.mechanism.displacement(at, &mut away);
        // What the chain holds back is read that much earlier.
        let ahead = |speed: f64| self.chain.delay_frames() * speed.clamp(-1.0, 1.0);
        let read = Stretch {
            from: stretch.from + ahead(stretch.speeds[0]),
            to: stretch.to + ahead(stretch.speeds[1]),
            ..stretch
        };
        let whole = self.read(Layer::Tape, read, &mut away, out);
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
        let mut reverse = self
            .crosstalk
            .row(cassette.generation, self.transport.side, read);
        // What begins and ends under the head does so before the chain, too, else
        // its filters would ring.
        let head = self.stage.head.next();
        for gains in [gate, head.as_ref()] {
            amplify(out, gains);
            amplify(&mut earlier, gains);
            amplify(&mut later, gains);
            if let Some(row) = &mut reverse {
                amplify(row, gains);
            }
        }
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
        away: &mut [f32; QUANTUM],
        out: &mut [Frame; QUANTUM],
    ) -> bool {
        if stretch.speeds[0] != stretch.speeds[1] {
            for (i, away) in away.iter_mut().enumerate() {
                *away += stretch.bow(i as f64 / QUANTUM as f64) as f32;
            }
        }
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

/// How much of what is heard is the tape's.
pub(super) fn share_of_tape(monitor: Monitor) -> f32 {
    match monitor {
        Monitor::Tape => 1.0,
        Monitor::Source => 0.0,
    }
}
