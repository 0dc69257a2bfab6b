//! Wakes a stream's thread.

use std::ffi::CString;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// What is rung for.
const RENEW: u8 = 1;
const NAME: u8 = 2;

/// Wakes a stream's thread: to have it write again what is queued, or tell the
/// server what plays.
#[derive(Clone)]
pub(in crate::output) struct Bell {
    socket: Arc<UnixStream>,
    names: Sender<CString>,
}

/// The thread's end of it.
pub(super) struct Rung {
    pub socket: UnixStream,
    names: Receiver<CString>,
}

/// Both ends.
pub(super) fn hang() -> io::Result<(Bell, Rung)> {
    let (bell, rung) = UnixStream::pair()?;
    bell.set_nonblocking(true)?;
    rung.set_nonblocking(true)?;
    let (names, named) = channel();
    let socket = Arc::new(bell);
    let bell = Bell { socket, names };
    let rung = Rung {
        socket: rung,
        names: named,
    };
    Ok((bell, rung))
}

impl Bell {
    /// Never waits; one ring is as good as many.
    pub(in crate::output) fn ring(&self) {
        let _ = (&*self.socket).write(&[RENEW]);
    }

    /// What the stream is called in a mixer from now on.
    pub(in crate::output) fn name(&self, name: &str) {
        let name = CString::new(name.replace('\0', " ")).unwrap_or_default();
        if self.names.send(name).is_ok() {
            let _ = (&*self.socket).write(&[NAME]);
        }
    }
}

impl Rung {
    /// Whether what is queued shall be written again, and the name of what
    /// plays where it is another.
    pub fn take(&self) -> (bool, Option<CString>) {
        let (mut rings, mut renew) = ([0; 64], false);
        while let Ok(n @ 1..) = (&self.socket).read(&mut rings) {
            renew |= rings[..n].contains(&RENEW);
        }
        (renew, self.names.try_iter().last())
    }
}
