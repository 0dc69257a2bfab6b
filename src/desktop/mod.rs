//! What the desktop sees of the machine, and its ways into it. Knows the
//! player, not the screen.
//!
//! One thread looks at the machine when the engine has something new, ten times
//! a second at most, and tells whoever is to know. While the machine stands
//! still nothing here wakes up.

#[cfg(unix)]
pub mod remote;
pub mod status;
mod watch;

use self::watch::{Listener, Watch};
use crate::player::Engine;

/// All that the desktop has of a running machine; dropped, it is gone.
pub struct Desktop {
    #[cfg(unix)]
    _remote: Option<remote::Server>,
    _watch: Option<Watch>,
}

impl Desktop {
    /// Begins. What cannot be had is done without, and the log says why.
    pub fn start(engine: &Engine) -> Self {
        let mut listeners: Vec<Listener> = Vec::new();
        #[cfg(unix)]
        let remote = remote::Server::start(engine.caller())
            .inspect_err(|error| tracing::warn!(%error, "no remote control"))
            .ok();
        #[cfg(unix)]
        if let Some(remote) = &remote {
            listeners.push(remote.listener());
        }
        let watch = Watch::start(engine, listeners)
            .inspect_err(|error| tracing::warn!(%error, "nothing is told to the desktop"));
        Self {
            #[cfg(unix)]
            _remote: remote,
            _watch: watch.ok(),
        }
    }
}
