//! Where the feed stands while a device drinks from it, and from where it can
//! be taken away whatever state the device is in.

use super::feed::Feed;
use afterdark_tape::Frame;
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::Duration;

/// How long a callback that is just pulling is waited for, and how often it is
/// looked after.
const RECALL_TRIES: u32 = 100;
const RECALL_STEP: Duration = Duration::from_millis(1);

/// Holds the feed for one stream.
///
/// The feed is not owned by the source that the driver owns, since drivers
/// keep what they were given: a stream that a PulseAudio server has killed is
/// never let go of by its client library while the connection lasts, and a
/// driver that hangs holds on for ever. Both sides only ever try the lock, so
/// nobody sleeps on it and letting go never wakes anybody: to the callback it
/// is one atomic exchange. It misses only in the moment when it is being
/// robbed.
#[derive(Default)]
pub(super) struct FeedCell(Mutex<Option<Feed>>);

impl FeedCell {
    /// A cell with or without a feed in it.
    pub(super) fn new(feed: Option<Feed>) -> Self {
        Self(Mutex::new(feed))
    }

    /// Fills `out` from the feed; `false`, with silence, where there is none.
    /// Never waits.
    pub(super) fn pull(&self, out: &mut [Frame]) -> bool {
        if let Some(mut feed) = self.try_lock()
            && let Some(feed) = feed.as_mut()
        {
            feed.pull(out);
            return true;
        }
        out.fill([0.0; 2]);
        false
    }

    /// As [`Feed::renew`]; 0 where there is no feed to be had. Never waits.
    pub(super) fn renew(&self, frames: usize) -> usize {
        let Some(mut feed) = self.try_lock() else {
            return 0;
        };
        feed.as_mut().map_or(0, |feed| feed.renew(frames))
    }

    /// As [`Feed::is_waiting`]. Never waits itself.
    pub(super) fn is_waiting(&self) -> bool {
        let feed = self.try_lock();
        feed.is_some_and(|feed| feed.as_ref().is_some_and(Feed::is_waiting))
    }

    /// Puts the feed in; the next pull has it. Gives it back where the cell
    /// cannot be had.
    pub(super) fn put(&self, feed: Feed) -> Result<(), Feed> {
        for _ in 0..RECALL_TRIES {
            if let Some(mut cell) = self.try_lock() {
                *cell = Some(feed);
                return Ok(());
            }
            std::thread::sleep(RECALL_STEP);
        }
        Err(feed)
    }

    /// Takes the feed away, between two pulls. `None` where there is none, or
    /// a pull does not end.
    pub(super) fn recall(&self) -> Option<Feed> {
        for _ in 0..RECALL_TRIES {
            if let Some(mut cell) = self.try_lock() {
                return cell.take();
            }
            std::thread::sleep(RECALL_STEP);
        }
        None
    }

    fn try_lock(&self) -> Option<MutexGuard<'_, Option<Feed>>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}
