//! What the output is doing, as the rest of the program sees it.

use super::priority::Realtime;
use super::server::Bell;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Frames a second where nothing else decides.
pub const NULL_RATE: u32 = 48_000;

/// What the output is doing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Status {
    /// Name of the device, empty where there is none.
    pub device: String,
    /// The way to it: "PulseAudio", "ALSA", or "null" where there is none.
    pub host: String,
    /// Frames a second.
    pub sample_rate: u32,
    /// Channels of the stream to the device.
    pub channels: u16,
    /// Frames between the renderer and the ear, as the device tells it.
    pub latency_frames: u64,
    /// Frames the device asks for at a time.
    pub buffer_frames: u32,
    /// Why nothing is heard, in a plain sentence; `None` while all is well.
    pub lost: Option<String>,
    /// Does the thread that feeds the device go before all others?
    pub realtime: Realtime,
    /// Times that the device ran dry since the start.
    pub underruns: u32,
    /// Counts the devices taken up; a change is worth telling.
    pub generation: u32,
}

/// Shared between the output thread and those who ask.
#[derive(Default)]
pub(super) struct Shared {
    pub status: Mutex<Status>,
    pub rate: Mutex<Option<u32>>,
    pub rate_known: Condvar,
    /// Has what is queued of the stream that plays written again.
    pub bell: Mutex<Option<Bell>>,
    /// What plays, for a mixer.
    pub playing: Mutex<String>,
}

impl Shared {
    pub fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces the rate that the renderer is to be built for; the first wins.
    pub fn announce(&self, rate: u32) -> u32 {
        let mut known = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        self.rate_known.notify_all();
        *known.get_or_insert(rate)
    }
}
