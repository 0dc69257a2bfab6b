//! What the device's callback tells the output thread: atomics only.

use super::priority::{self, Realtime};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counts of one stream, written by its callbacks, read by the output thread.
/// Times are microseconds since the stream was made, 0 for never.
pub(super) struct StreamClock {
    born: Instant,
    rate: u32,
    /// Frames handed to the device.
    taken: AtomicU64,
    /// Frames handed over before the last callback, less what the device said
    /// was still queued then: heard for certain.
    heard: AtomicU64,
    /// Length of the last callback, in frames.
    period: AtomicU32,
    last_callback_us: AtomicU64,
    /// First error since the last callback.
    first_error_us: AtomicU64,
    fatal: AtomicBool,
    underruns: AtomicU32,
    realtime: AtomicU8,
    /// Number of the thread that feeds the device, while it is to be raised.
    thread: AtomicI32,
    /// Where the server has taken the stream since that was asked, and how many
    /// frames of the feed had been heard then.
    moved: Mutex<Option<(String, u64)>>,
    /// Was anything but silence handed out?
    fed: AtomicBool,
    /// Frames of silence handed out before the feed came.
    silent: AtomicU64,
}

impl StreamClock {
    pub(super) fn new(rate: u32) -> Self {
        Self {
            born: Instant::now(),
            rate,
            taken: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            period: AtomicU32::new(0),
            last_callback_us: AtomicU64::new(0),
            first_error_us: AtomicU64::new(0),
            fatal: AtomicBool::new(false),
            underruns: AtomicU32::new(0),
            realtime: AtomicU8::new(0),
            thread: AtomicI32::new(0),
            moved: Mutex::new(None),
            fed: AtomicBool::new(false),
            silent: AtomicU64::new(0),
        }
    }

    fn now_us(&self) -> u64 {
        (self.born.elapsed().as_micros() as u64).max(1)
    }

    /// The device is set going: from now on it is expected to ask.
    pub(super) fn begin(&self) {
        let _ = self.last_callback_us.compare_exchange(
            0,
            self.now_us(),
            Ordering::Release,
            Ordering::Relaxed,
        );
    }

    /// The device asks for `frames`, with `queued` still to be played before them.
    pub(super) fn asked(&self, frames: usize, queued: Duration) {
        let taken = self.taken.load(Ordering::Relaxed);
        // Two requests at least fill a queue: whoever comes for one still has the
        // other. A driver's word is interpolated and at times too low.
        let queued = (queued.as_secs_f64() * f64::from(self.rate)).round() as u64;
        let queued = queued.max(frames as u64);
        self.heard
            .fetch_max(taken.saturating_sub(queued), Ordering::Relaxed);
        self.taken.store(taken + frames as u64, Ordering::Relaxed);
        self.period.store(frames as u32, Ordering::Relaxed);
        self.first_error_us.store(0, Ordering::Relaxed);
        self.last_callback_us
            .store(self.now_us(), Ordering::Release);
    }

    /// The last `frames` were taken back, to be filled anew.
    pub(super) fn renewed(&self, frames: usize) {
        self.taken.fetch_sub(frames as u64, Ordering::Relaxed);
    }

    /// The source rendered a block: from the feed, or silence.
    pub(super) fn rendered(&self, frames: usize, fed: bool) {
        if fed {
            self.fed.store(true, Ordering::Relaxed);
        } else if !self.fed.load(Ordering::Relaxed) {
            self.silent.fetch_add(frames as u64, Ordering::Relaxed);
        }
    }

    /// The driver reports an error.
    pub(super) fn failed(&self, kind: cpal::ErrorKind) {
        use cpal::ErrorKind as Kind;
        match kind {
            Kind::Xrun => {
                self.underruns.fetch_add(1, Ordering::Relaxed);
                return;
            }
            // The stream lives on, elsewhere or without privileges.
            Kind::DeviceChanged | Kind::RealtimeDenied => return,
            Kind::DeviceNotAvailable | Kind::HostUnavailable | Kind::StreamInvalidated => {
                self.fatal.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
        // Only the first counts: it is nearest to the moment of death.
        let _ = self.first_error_us.compare_exchange(
            0,
            self.now_us(),
            Ordering::Release,
            Ordering::Relaxed,
        );
    }

    /// This is the thread that feeds the device. It goes before all others where
    /// the system allows it, else it waits to be raised.
    pub(super) fn hurry(&self) {
        match priority::raise() {
            Ok(()) => self.set_realtime(Realtime::Limit),
            Err(thread) => self.thread.store(thread, Ordering::Release),
        }
    }

    /// The thread that is to be raised, once.
    pub(super) fn take_thread(&self) -> Option<i32> {
        let thread = self.thread.swap(0, Ordering::Acquire);
        (thread != 0).then_some(thread)
    }

    pub(super) fn set_realtime(&self, realtime: Realtime) {
        self.realtime.store(realtime as u8, Ordering::Relaxed);
    }

    /// Whether it goes before all others.
    pub(super) fn realtime(&self) -> Realtime {
        match self.realtime.load(Ordering::Relaxed) {
            1 => Realtime::Limit,
            2 => Realtime::Kit,
            _ => Realtime::No,
        }
    }

    /// The server has taken the stream to another sink. Rare; allocates.
    pub(super) fn moved(&self, sink: &str) {
        let heard = self.heard_frames(End::Dead);
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        *moved = Some((sink.to_owned(), heard));
    }

    /// Where it has taken it since this was asked last, and the frames of the
    /// feed that had been heard then.
    pub(super) fn take_moved(&self) -> Option<(String, u64)> {
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        moved.take()
    }

    /// Times that the device ran dry.
    pub(super) fn underruns(&self) -> u32 {
        self.underruns.load(Ordering::Relaxed)
    }

    /// Frames between the callback and the ear.
    pub(super) fn latency_frames(&self) -> u64 {
        self.taken.load(Ordering::Relaxed) - self.heard.load(Ordering::Relaxed)
    }

    /// Length of the device's last request, in frames.
    pub(super) fn period_frames(&self) -> u32 {
        self.period.load(Ordering::Relaxed)
    }

    /// How long ago the device last took frames; since the stream was made if never.
    pub(super) fn silence(&self) -> Duration {
        let last = self.last_callback_us.load(Ordering::Acquire);
        Duration::from_micros(self.now_us().saturating_sub(last))
    }

    /// Has the device only been filled, and not come for more yet?
    pub(super) fn is_fresh(&self) -> bool {
        let period = u64::from(self.period.load(Ordering::Relaxed));
        self.taken.load(Ordering::Relaxed) <= 2 * period
    }

    /// Frames handed to the device since it was opened.
    pub(super) fn taken_frames(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Has the driver given up, or only complained and taken nothing for `patience`?
    pub(super) fn dead(&self, patience: Duration) -> bool {
        let first_error = self.first_error_us.load(Ordering::Acquire);
        self.fatal.load(Ordering::Relaxed) || (first_error != 0 && self.silence() >= patience)
    }

    /// Frames of the feed that were heard, as well as can be known.
    pub(super) fn heard_frames(&self, end: End) -> u64 {
        let mut heard = self.heard.load(Ordering::Relaxed);
        if end == End::Alive {
            // It would have come again before it had played a whole request.
            let since = self.silence().as_secs_f64() * f64::from(self.rate);
            heard += (since as u64).min(u64::from(self.period.load(Ordering::Relaxed)));
        }
        heard
            .min(self.taken.load(Ordering::Relaxed))
            .saturating_sub(self.silent.load(Ordering::Relaxed))
    }
}

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It plays until this very moment.
    Alive,
    /// It died, nobody knows when since its last request. Nothing is taken to
    /// have been played since then: better a few hundredths of a second twice
    /// than not at all.
    Dead,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heard_is_what_was_taken_less_what_is_queued() {
        let clock = StreamClock::new(48_000);
        assert_eq!(clock.heard_frames(End::Dead), 0);
        clock.asked(480, Duration::ZERO);
        clock.asked(480, Duration::from_millis(10));
        assert_eq!(clock.heard_frames(End::Dead), 0);
        clock.asked(480, Duration::from_millis(15));
        assert_eq!(clock.heard_frames(End::Dead), 240);
        assert_eq!(clock.latency_frames(), 1_200);
    }

    #[test]
    fn silence_before_the_feed_is_not_counted_as_heard() {
        let clock = StreamClock::new(48_000);
        clock.rendered(256, false);
        clock.asked(256, Duration::ZERO);
        clock.rendered(256, true);
        for _ in 0..3 {
            clock.asked(256, Duration::ZERO);
        }
        assert_eq!(clock.heard_frames(End::Dead), 256);
        // Nor is silence after it was taken away.
        clock.rendered(256, false);
        assert_eq!(clock.heard_frames(End::Dead), 256);
    }

    #[test]
    fn an_underrun_is_counted_and_kills_nobody() {
        let clock = StreamClock::new(48_000);
        clock.failed(cpal::ErrorKind::Xrun);
        assert_eq!(clock.underruns(), 1);
        assert!(!clock.dead(Duration::ZERO));
    }

    #[test]
    fn complaints_kill_only_when_no_frames_flow() {
        let clock = StreamClock::new(48_000);
        clock.failed(cpal::ErrorKind::BackendError);
        assert!(clock.dead(Duration::ZERO));
        assert!(!clock.dead(Duration::from_secs(1)));
        clock.asked(480, Duration::ZERO);
        assert!(!clock.dead(Duration::ZERO));
        clock.failed(cpal::ErrorKind::DeviceNotAvailable);
        assert!(clock.dead(Duration::from_secs(1)));
    }
}
