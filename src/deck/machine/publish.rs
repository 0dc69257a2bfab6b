//! Tells recorder and screen where the head is and how everything stands.

use super::{Deck, QUIET_S};
use crate::deck::Snapshot;
use afterdark_tape::tape::Passage;

/// Snapshots are sent up every this many quanta.
const SNAPSHOT_EVERY: u32 = 8;
/// The counter has three digits.
const COUNTER: f64 = 1000.0;

impl Deck {
    pub(super) fn passage(&self) -> Passage {
        let geometry = &self.transport.cassette.geometry;
        let side_s = self.transport.side_s();
        Passage {
            side: self.transport.side,
            frame: self.transport.frame,
            speed: self.transport.speed,
            length_frames: geometry.side_s() * f64::from(self.sample_rate),
            left_turns: geometry.supply_turns(side_s),
            right_turns: geometry.turns(side_s),
            left_radius_mm: geometry.radius_mm(geometry.side_s() - side_s),
            right_radius_mm: geometry.radius_mm(side_s),
        }
    }

    pub(super) fn counter(&self) -> f64 {
        self.transport
            .cassette
            .geometry
            .counter(self.transport.side_s())
    }

    /// Tells the recorder where the head is and, now and then, the screen how
    /// everything is.
    pub(super) fn report(&mut self) {
        let (side, frame) = self.transport.destination();
        self.head
            .set(side, frame.max(0.0) as u64, self.transport.speed);
        self.quanta = (self.quanta + 1) % SNAPSHOT_EVERY;
        if self.quanta == 0 {
            self.publish();
        }
    }

    pub(super) fn publish(&mut self) {
        let at = self.passage();
        let transport = &self.transport;
        let snapshot = Snapshot {
            motion: transport.motion,
            side: transport.side,
            side_s: transport.side_s(),
            length_s: transport.cassette.geometry.side_s(),
            speed: transport.speed,
            speed_setting: transport.setting,
            left_radius_mm: at.left_radius_mm,
            right_radius_mm: at.right_radius_mm,
            left_turns: at.left_turns,
            right_turns: at.right_turns,
            counter: (self.counter() - self.counter_offset).rem_euclid(COUNTER),
            meters: self.meters.read(),
            gain_db: (200.0 * self.stage.programme.max(1e-6).log10()).round() / 10.0,
            monitor: self.stage.monitor,
            volume: self.stage.volume,
            muted: self.stage.muted,
            auto_reverse: transport.auto_reverse,
            noises: self.stage.noises,
            missed_blocks: self.missed,
            peaks_held: self.limiter.held(),
            limiter_db: self.limiter.down_db(),
            ended: transport.ended,
            awaiting: self.stage.jump.is_some(),
            still: self.stage.still_s > QUIET_S,
            tape: self.tapes,
            frames: self.frames,
        };
        // Where nobody takes them they are not wanted.
        let _ = self.rendered.push(snapshot);
        *self.snapshots.input_buffer_mut() = snapshot;
        self.snapshots.publish();
    }
}
