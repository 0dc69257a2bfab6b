//! The line from whoever holds the keys to the deck, and back.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::Snapshot;
use super::command::Command;
use super::wear::Wear;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::Setup;

/// Another setting, and the place on the tape where it comes in.
pub type Switched = (Box<Setup>, Option<(Side, f64)>);

/// The line from whoever holds the keys to the deck, and back.
pub struct Controls {
    pub(super) commands: Producer<Command>,
    pub(super) snapshots: triple_buffer::Output<Snapshot>,
    pub(super) rendered: Consumer<Snapshot>,
    pub(super) setups: Producer<Switched>,
    pub(super) used: Consumer<Box<Setup>>,
    pub(super) wear: Arc<Wear>,
}

impl Controls {
    /// Presses a key. Taken up at the next quantum; `false` when the deck has
    /// a hundred commands waiting, which it has only when nothing pulls it.
    pub fn send(&mut self, command: Command) -> bool {
        self.commands.push(command).is_ok()
    }

    /// Another deck profile, tape or switch position, live: from frame `from`
    /// of a side on where the tape is playing towards it, else at once. Handed
    /// back when the deck has a dozen waiting already.
    ///
    /// # Errors
    /// With the setup that could not be sent.
    pub fn set(&mut self, setup: Box<Setup>, from: Option<(Side, f64)>) -> Result<(), Box<Setup>> {
        while self.used.pop().is_ok() {}
        let sent = self.setups.push((setup, from));
        sent.map_err(|rtrb::PushError::Full((setup, _))| setup)
    }

    /// How often the tape has been played, place by place.
    pub fn wear(&self) -> &Wear {
        &self.wear
    }

    /// The machine as it was while it rendered since the last call, every ten
    /// milliseconds or so.
    pub fn rendered(&mut self) -> impl Iterator<Item = Snapshot> {
        std::iter::from_fn(|| self.rendered.pop().ok())
    }

    /// The machine as it last was.
    pub fn snapshot(&mut self) -> Snapshot {
        *self.snapshots.read()
    }
}
