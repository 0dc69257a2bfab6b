//! Reads the terminal on a thread of its own: when the terminal goes away,
//! reading it may never return, and the program must still end.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::SIGWINCH;
use signal_hook::low_level;

use super::key_codes::Input;
use super::parse::Parser;

/// How long the rest of a key's bytes may take.
const KEY: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};

/// What comes from the terminal, from now on.
///
/// # Errors
/// When the system gives no thread, or signals cannot be watched.
pub fn listen() -> io::Result<Receiver<io::Result<Input>>> {
    let (resized, signal) = UnixStream::pair()?;
    resized.set_nonblocking(true)?;
    low_level::pipe::register(SIGWINCH, signal)?;
    let (outbox, input) = channel();
    thread::Builder::new().name("input".into()).spawn(move || {
        if let Err(error) = read(resized, &outbox) {
            // Fails only when nobody listens any more.
            let _ = outbox.send(Err(error));
        }
    })?;
    Ok(input)
}

/// Reads until the terminal is gone or nobody listens.
fn read(mut resized: UnixStream, outbox: &Sender<io::Result<Input>>) -> io::Result<()> {
    // Not by the standard library, which would keep back what poll cannot see.
    let terminal = rustix::stdio::stdin();
    let mut parser = Parser::default();
    let mut bytes = [0; 4096];
    loop {
        let mut both = [
            PollFd::new(&terminal, PollFlags::IN),
            PollFd::new(&resized, PollFlags::IN),
        ];
        let patience = parser.waits().then_some(&KEY);
        match poll(&mut both, patience) {
            Err(rustix::io::Errno::INTR) => continue,
            other => other?,
        };
        let [has_bytes, is_resized] = both.map(|fd| !fd.revents().is_empty());
        let mut inputs = Vec::new();
        if is_resized {
            while resized.read(&mut bytes).is_ok_and(|n| n > 0) {}
            let (columns, rows) = crossterm::terminal::size()?;
            inputs.push(Event::Resize(columns, rows).into());
        }
        if has_bytes {
            match rustix::io::read(terminal, &mut bytes)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => inputs.extend(parser.feed(&bytes[..n])),
            }
        } else if !is_resized {
            inputs.extend(parser.settle());
        }
        for input in inputs {
            if outbox.send(Ok(input)).is_err() {
                return Ok(());
            }
        }
    }
}
