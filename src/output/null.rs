//! The output that nobody hears: keeps real time where there is no device.

use super::feed::Feed;
use super::source::BLOCK_FRAMES;
use afterdark_tape::Frame;
use std::time::{Duration, Instant};

/// Longest stretch that is caught up after a delay; a machine that slept or a
/// device that was slow to open must not make the tape run away.
const CATCH_UP: Duration = Duration::from_millis(500);

/// How long to sleep between two pulls.
pub(super) const NULL_STEP: Duration = Duration::from_millis(20);

/// A clock that pulls a feed at its rate, in real time.
pub(super) struct NullClock {
    rate: u32,
    /// The instant at which frame 0 of this clock was due.
    zero: Instant,
    pulled: u64,
}

impl NullClock {
    pub(super) fn start(rate: u32, now: Instant) -> Self {
        Self {
            rate,
            zero: now,
            pulled: 0,
        }
    }

    /// Pulls and throws away what was due until `now`.
    pub(super) fn pull(&mut self, feed: &mut Feed, now: Instant) {
        let elapsed = now.saturating_duration_since(self.zero);
        let due = (elapsed.as_nanos() * u128::from(self.rate) / 1_000_000_000) as u64;
        let most = (CATCH_UP.as_secs_f64() * f64::from(self.rate)) as u64;
        let mut missing = due.saturating_sub(self.pulled);
        if missing > most {
            self.pulled = due - most;
            missing = most;
        }
        let mut block: [Frame; BLOCK_FRAMES] = [[0.0; 2]; BLOCK_FRAMES];
        while missing > 0 {
            let frames = missing.min(BLOCK_FRAMES as u64) as usize;
            feed.pull(&mut block[..frames]);
            self.pulled += frames as u64;
            missing -= frames as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::Ramp;

    #[test]
    fn runs_in_real_time_and_does_not_run_away() {
        let mut feed = Feed::new(Box::new(Ramp::default()), 48_000);
        let start = Instant::now();
        let mut clock = NullClock::start(48_000, start);
        for ms in (0..=2_000).step_by(20) {
            clock.pull(&mut feed, start + Duration::from_millis(ms));
        }
        assert_eq!(feed.position(), 96_000);
        // An hour of sleep is not caught up.
        clock.pull(&mut feed, start + Duration::from_secs(3_602));
        assert_eq!(feed.position(), 96_000 + 24_000);
        clock.pull(&mut feed, start + Duration::from_millis(3_602_500));
        assert_eq!(feed.position(), 96_000 + 48_000);
    }
}
