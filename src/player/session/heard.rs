//! The machine as it is heard: what it renders is queued at the device first, in
//! bursts, and the screen shows what sounds and not what is to come.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Session;
use crate::deck::{Command, Snapshot};

/// A burst is looked at late, never early: the clock goes back at once and
/// forward by this part.
const FORWARD: f64 = 0.02;
/// More than any device queues.
const LONGEST: Duration = Duration::from_secs(3);

/// Longest that the sound is faded at the end, seconds.
const LAST_FADE_S: f64 = 0.2;

/// See the module's documentation.
#[derive(Default)]
pub(super) struct Heard {
    /// Rendered, and not heard yet.
    coming: VecDeque<Snapshot>,
    now: Option<Snapshot>,
    /// When frame 0 was or would have been heard.
    zero: Option<Instant>,
    /// Frames a second of what was rendered last.
    rate: u32,
}

impl Heard {
    /// Takes what has been rendered since the last call, of which the last is
    /// heard after `latency_s`.
    pub fn take(
        &mut self,
        rendered: impl Iterator<Item = Snapshot>,
        latency_s: f64,
        rate: u32,
        now: Instant,
    ) {
        if self.rate != rate {
            // Another device: what the old one had queued is past.
            self.rate = rate;
            self.coming.clear();
            self.zero = None;
        }
        let before = self.coming.len();
        let mut came = false;
        for snapshot in rendered {
            // What was taken back is not heard.
            self.coming.retain(|other| other.frames < snapshot.frames);
            self.now = self.now.filter(|heard| heard.frames <= snapshot.frames);
            self.coming.push_back(snapshot);
            came = true;
        }
        let last_s = self.coming.back().map(|last| seconds(last, rate));
        if let Some(last_s) = last_s.filter(|_| came) {
            let latency = Duration::try_from_secs_f64(latency_s).unwrap_or_default();
            let due = now + latency.min(LONGEST);
            let zero = due.checked_sub(Duration::from_secs_f64(last_s));
            let slowly = |old: Instant, new: Instant| {
                old + new.saturating_duration_since(old).mul_f64(FORWARD)
            };
            self.zero = match (self.zero, zero) {
                // It stood still, or another device plays.
                (_, zero) if before == 0 => zero,
                (Some(old), Some(new)) if new > old => Some(slowly(old, new)),
                (_, zero) => zero,
            };
        }
        let Some(zero) = self.zero else {
            self.now = self.coming.drain(..).next_back().or(self.now);
            return;
        };
        let heard_s = now.saturating_duration_since(zero).as_secs_f64();
        while let Some(next) = self
            .coming
            .front()
            .filter(|next| seconds(next, rate) <= heard_s)
        {
            self.now = Some(*next);
            self.coming.pop_front();
        }
    }

    /// The machine as it is heard, its switches as they stand.
    pub fn of(&self, newest: &Snapshot) -> Snapshot {
        match &self.now {
            Some(heard) if (heard.tape, heard.side) == (newest.tape, newest.side) => Snapshot {
                side_s: heard.side_s,
                speed: heard.speed,
                left_radius_mm: heard.left_radius_mm,
                right_radius_mm: heard.right_radius_mm,
                left_turns: heard.left_turns,
                right_turns: heard.right_turns,
                counter: heard.counter,
                meters: heard.meters,
                ..*newest
            },
            _ => *newest,
        }
    }
}

impl Session {
    /// Fades what is heard, and waits until the fade has reached the ear: sound
    /// that is cut off clicks.
    pub(super) fn fall_silent(&mut self) {
        let deck = &self.machine.deck;
        let status = self.machine.output.status();
        if deck.still || deck.muted || status.lost.is_some() || status.sample_rate == 0 {
            return;
        }
        self.send(Command::Mute(true));
        let ahead = status.latency_frames + 2 * u64::from(status.buffer_frames);
        let ahead_s = ahead as f64 / f64::from(status.sample_rate);
        std::thread::sleep(Duration::from_secs_f64(ahead_s.clamp(0.04, LAST_FADE_S)));
    }
}

fn seconds(snapshot: &Snapshot, rate: u32) -> f64 {
    snapshot.frames as f64 / f64::from(rate.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After so many milliseconds, at a rate of 1000.
    fn rendered(ms: u64) -> Snapshot {
        Snapshot {
            frames: ms,
            side_s: ms as f64 / 1000.0,
            speed: 1.0,
            ..Snapshot::default()
        }
    }

    #[test]
    fn what_is_rendered_in_bursts_is_shown_as_it_is_heard() {
        let begun = Instant::now();
        let mut heard = Heard::default();
        let mut made = 0;
        for ms in (0..2000).step_by(5) {
            // Every 85 ms so much that 200 ms are queued.
            let until = if ms % 85 == 0 { ms + 200 } else { made };
            let burst = (made..until).step_by(10).map(rendered).collect::<Vec<_>>();
            made = until;
            let now = begun + Duration::from_millis(ms);
            heard.take(burst.into_iter(), 0.19, 1000, now);
            let shown = heard.of(&rendered(made)).side_s * 1000.0;
            if ms > 300 {
                assert!((shown - ms as f64).abs() <= 21.0, "{shown} at {ms}");
            }
        }
        // A command has what is queued made again from what is heard on.
        let now = begun + Duration::from_secs(2);
        let again = Snapshot {
            meters: [crate::deck::Meter {
                vu_db: 3.0,
                ..Default::default()
            }; 2],
            ..rendered(2000)
        };
        heard.take([again].into_iter(), 0.0, 1000, now);
        assert_eq!(heard.of(&rendered(2000)).meters, again.meters);
        // Another side is seen at once.
        let turned = Snapshot {
            side: afterdark_tape::cassette::Side::B,
            ..rendered(2005)
        };
        assert_eq!(heard.of(&turned), turned);
    }
}
