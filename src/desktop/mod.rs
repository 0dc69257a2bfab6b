//! What the desktop sees of the machine, and its ways into it. Knows the
//! player, not the screen.
//!
//! One thread looks at the machine when the engine has something new, ten times
//! a second at most, and tells whoever is to know. While the machine stands
//! still nothing here wakes up.

#[cfg(all(unix, feature = "dbus"))]
mod bus;
#[cfg(unix)]
mod mpd;
#[cfg(unix)]
pub mod remote;
pub mod status;
mod wants;
mod watch;

use std::io;

#[cfg(unix)]
pub use self::mpd::MpdWants;
pub use self::wants::Wants;
use self::watch::{Listener, Watch};
use crate::player::Engine;

/// All that the desktop has of a running machine; dropped, it is gone.
pub struct Desktop {
    #[cfg(unix)]
    _remote: Option<remote::Server>,
    #[cfg(all(unix, feature = "dbus"))]
    _bus: Option<bus::Bus>,
    #[cfg(unix)]
    _mpd: Option<mpd::Server>,
    _watch: Option<Watch>,
}

impl Desktop {
    /// Begins. What cannot be had is done without, and the log says why.
    ///
    /// # Errors
    /// When the server that was asked for cannot have its address.
    pub fn start(engine: &Engine, wants: Wants) -> io::Result<Self> {
        let mut listeners: Vec<Listener> = Vec::new();
        #[cfg(unix)]
        let remote = remote::Server::start(engine.caller())
            .inspect_err(|error| tracing::warn!(%error, "no remote control"))
            .ok();
        #[cfg(unix)]
        if let Some(remote) = &remote {
            listeners.push(remote.listener());
        }
        #[cfg(all(unix, feature = "dbus"))]
        let bus = bus::Bus::start(engine.caller(), wants.clone())
            .inspect_err(|error| tracing::warn!(%error, "no media keys"))
            .ok();
        #[cfg(all(unix, feature = "dbus"))]
        listeners.extend(bus.as_ref().map(bus::Bus::listener));
        #[cfg(unix)]
        let mpd = wants
            .mpd
            .map(|wants| mpd::Server::start(engine.caller(), wants))
            .transpose()?;
        #[cfg(unix)]
        listeners.extend(mpd.as_ref().map(mpd::Server::listener));
        let watch = Watch::start(engine, listeners)
            .inspect_err(|error| tracing::warn!(%error, "nothing is told to the desktop"));
        Ok(Self {
            #[cfg(unix)]
            _remote: remote,
            #[cfg(all(unix, feature = "dbus"))]
            _bus: bus,
            #[cfg(unix)]
            _mpd: mpd,
            _watch: watch.ok(),
        })
    }
}
