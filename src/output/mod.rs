//! Where samples go: a sound device, or nowhere in real time when there is none.
//! Knows nothing of what is played.
//!
//! One thread, "output", opens the device, watches it and opens it or its
//! successor again; the device's own callback pulls frames from the renderer
//! through one endless source. While a device that was there is missing, the
//! renderer stands still, and goes on at the first frame that was not heard.
//! Where there was no device from the start the thread pulls the renderer
//! itself, in real time, until one appears.
//!
//! Where a sound server runs (PulseAudio, PipeWire) it is spoken to directly:
//! only so are the device's own rate and name known, the samples unconverted,
//! and it sounds soonest; ALSA's default is taken where there is none. A fifth
//! of a second is queued at a server, more after it ran dry; a command is heard
//! before that, since what is queued is written again. At a device two requests
//! of 23 ms are queued.

mod device;
mod device_loop;
mod feed;
mod feed_cell;
mod full_scale;
mod null;
mod priority;
mod server;
mod source;
mod status;
mod stderr;
mod stream;
mod stream_clock;

pub use device::{DeviceInfo, UnknownDevice, devices, find_device};
pub use priority::{Realtime, realtime};
pub use status::{NULL_RATE, Status};
pub use stderr::{HushedStderr, hush_stderr};

use crate::render::Render;
use device_loop::{DeviceLoop, Order};
use status::Shared;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How long [`Output::sample_rate`] waits for a device to tell its rate.
const RATE_PATIENCE: Duration = Duration::from_secs(1);

/// How long a closing output is waited for; a driver that hangs is left alone.
const QUIT_PATIENCE: Duration = Duration::from_millis(300);

/// The output of the program. Dropped, it falls silent.
pub struct Output {
    orders: Sender<Order>,
    shared: Arc<Shared>,
    done: Receiver<()>,
}

impl Output {
    /// Starts the output thread and returns at once. `device`: see
    /// [`find_device`]; `None` follows the system's default.
    pub fn open(device: Option<String>) -> Self {
        Self::start(device, false)
    }

    /// One that nobody hears, in real time, whatever devices there are.
    pub fn unheard() -> Self {
        let output = Self::start(None, true);
        output.shared.announce(NULL_RATE);
        output
    }

    fn start(device: Option<String>, unheard: bool) -> Self {
        let (orders, receiver) = channel();
        let (finished, done) = channel::<()>();
        let shared = Arc::new(Shared::default());
        let device_loop = DeviceLoop::new(device, unheard, shared.clone());
        // Where no thread can be had nothing is heard; the status says so.
        if let Err(error) = std::thread::Builder::new()
            .name("output".to_owned())
            .spawn(move || {
                device_loop.run(&receiver);
                drop(finished);
            })
        {
            shared.announce(NULL_RATE);
            shared.status().lost = Some(format!("The sound cannot start: {error}."));
        }
        Self {
            orders,
            shared,
            done,
        }
    }

    /// The rate that the renderer is to be built for, in frames a second. Waits
    /// until the first device has told it, a second at most.
    pub fn sample_rate(&self) -> u32 {
        let known = &self.shared.rate;
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut known, _) = self
            .shared
            .rate_known
            .wait_timeout_while(known, RATE_PATIENCE, |rate| rate.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        *known.get_or_insert(NULL_RATE)
    }

    /// Hands over what is to be played, once. It sounds as soon as the device
    /// is open.
    pub fn attach(&self, render: Box<dyn Render>) {
        // The thread lives as long as this does.
        let _ = self.orders.send(Order::Attach(render));
    }

    /// What the output is doing. Cheap.
    pub fn status(&self) -> Status {
        self.shared.status().clone()
    }

    /// A command was given: what is queued at a sound server is rendered again
    /// from the first frame that has not gone to the device, so that the command
    /// is heard at once. Cheap; never waits.
    pub fn renew(&self) {
        let bell = &self.shared.bell;
        if let Some(bell) = &*bell.lock().unwrap_or_else(PoisonError::into_inner) {
            bell.ring();
        }
    }

    /// What plays, as the volume mixer of a sound server shall name it.
    pub fn name(&self, name: &str) {
        let playing = self.shared.playing.lock();
        name.clone_into(&mut playing.unwrap_or_else(PoisonError::into_inner));
        let bell = &self.shared.bell;
        if let Some(bell) = &*bell.lock().unwrap_or_else(PoisonError::into_inner) {
            bell.name(name);
        }
    }

    /// `true`: the machine stands still and nothing will be heard; after a few
    /// seconds the device is closed, so that it costs nothing, and the renderer
    /// is not pulled any more. `false`: it is opened again at once.
    pub fn idle(&self, still: bool) {
        let _ = self.orders.send(Order::Idle(still));
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::Quit);
        let _ = self.done.recv_timeout(QUIT_PATIENCE);
    }
}

#[cfg(test)]
mod testing {
    use crate::render::Render;
    use afterdark_tape::Frame;

    /// Renders as frame `n` the pair `[n, -n / 2]`.
    #[derive(Default)]
    pub(super) struct Ramp {
        pub(super) next: u64,
    }

    impl Render for Ramp {
        fn render(&mut self, out: &mut [Frame]) {
            for frame in out {
                let n = self.next as f32;
                *frame = [n, -0.5 * n];
                self.next += 1;
            }
        }

        fn retune(&mut self, _: u32) {}
    }
}
