//! The recorder's thread: works when there is something to dub, sleeps else.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::level::Loudness;
use super::machine::{Recorder, Report};
use super::sheet::DubSheet;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::Setup;

/// What the recorder may be told.
pub enum Order {
    /// Another tape (or the same laid anew) with its seed.
    Insert(Arc<DubSheet>, u64),
    /// The same tape with more on it.
    Extend(Arc<DubSheet>),
    /// Another setting of the machine, from this frame of a side on where the
    /// tape is playing towards it, else everywhere at once.
    Set(Box<Setup>, Option<(Side, u64)>),
    /// A song's loudness from an earlier measurement.
    Loudness(usize, Loudness),
    /// The head has been moved or the tape started: look up now.
    Wake,
}

/// The thread, for as long as this is kept.
pub struct RecorderThread {
    orders: Sender<Order>,
}

impl RecorderThread {
    /// Starts it; what it has to tell goes to `tell`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        recorder: Recorder,
        setup: Setup,
        tell: impl Fn(Report) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        // Nobody waits for its end: a file that does not answer may hold it.
        thread::Builder::new()
            .name("recorder".into())
            .spawn(move || work(recorder, setup, &inbox, tell))?;
        Ok(Self { orders })
    }

    /// Sends an order; it is taken up between two blocks.
    pub fn order(&self, order: Order) {
        // Fails only when the thread is gone, and then there is nobody to tell.
        let _ = self.orders.send(order);
    }
}

fn work(mut recorder: Recorder, mut setup: Setup, inbox: &Receiver<Order>, tell: impl Fn(Report)) {
    // The deck takes up a command some milliseconds after the order that came
    // with it, so after an order the recorder looks up often for a while.
    let mut alert = 0;
    loop {
        let busy = recorder.step();
        for report in recorder.take_reports() {
            tell(report);
        }
        // Still tape asks for nothing; playing uses a block in 170 ms, cue in 5.
        let speed = recorder.speed().abs();
        let patience = match speed {
            _ if busy => Duration::ZERO,
            _ if alert > 0 => Duration::from_millis(2),
            0.0 => Duration::from_millis(100),
            s if s < 2.0 => Duration::from_millis(250),
            _ => Duration::from_millis(10),
        };
        let order = inbox.recv_timeout(patience);
        alert = if order.is_ok() {
            40
        } else {
            alert - i32::from(alert > 0)
        };
        match order {
            Ok(Order::Insert(sheet, seed)) => recorder.insert(sheet, &setup, seed),
            Ok(Order::Extend(sheet)) => recorder.extend(sheet),
            Ok(Order::Set(new, from)) => {
                recorder.set(&new, from);
                setup = *new;
            }
            Ok(Order::Loudness(song, loudness)) => recorder.set_loudness(song, loudness),
            Ok(Order::Wake) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
