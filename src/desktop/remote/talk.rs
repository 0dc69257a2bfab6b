//! One who is connected: what comes in, as lines, and what is still to go out.
//! Both are bounded, whatever the other end does.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use serde_json::json;

use crate::desktop::status::Status;

/// No line that is asked is longer, bytes.
pub const LONGEST_LINE: usize = 64 * 1024;
/// Nothing more is answered while so much waits to be read, bytes.
const ENOUGH: usize = 64 * 1024;

/// See the module's documentation.
pub struct Talk {
    pub socket: UnixStream,
    input: Vec<u8>,
    output: Vec<u8>,
    /// An answer is on its way from the engine.
    pub waiting: bool,
    /// Goes when all has been read.
    pub closing: bool,
    /// The other end asks no more.
    ended: bool,
    /// Hears of changes: what it was told last, once that is so.
    pub events: Option<Arc<Status>>,
    /// When it asked last.
    pub asked: Instant,
}

/// A line of the events.
#[derive(Serialize)]
struct Event<'a> {
    changed: Vec<&'static str>,
    status: &'a Status,
}

/// What a turn of reading brought.
pub enum Line {
    Asked(Vec<u8>),
    TooLong,
    /// There is none yet.
    None,
}

impl Talk {
    pub fn new(socket: UnixStream) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket,
            input: Vec::new(),
            output: Vec::new(),
            waiting: false,
            closing: false,
            ended: false,
            events: None,
            asked: Instant::now(),
        })
    }

    /// May ask: its answers have been read, none is on its way.
    pub fn may_ask(&self) -> bool {
        !self.waiting && !self.closing && self.output.len() < ENOUGH
    }

    /// Worth listening to now.
    pub fn may_read(&self) -> bool {
        self.may_ask() && !self.ended && self.input.len() <= LONGEST_LINE
    }

    pub fn has_output(&self) -> bool {
        !self.output.is_empty()
    }

    /// All has been said.
    pub fn is_over(&self) -> bool {
        self.output.is_empty()
            && (self.closing || self.ended && self.events.is_none() && self.may_ask())
    }

    /// Reads what has come; `false` where the line is broken.
    pub fn read(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        match (&self.socket).read(&mut bytes) {
            Ok(0) => self.ended = true,
            Ok(n) => self.input.extend_from_slice(&bytes[..n]),
            Err(error) => return is_fleeting(&error),
        }
        true
    }

    /// The next line that has come whole.
    pub fn line(&mut self) -> Line {
        match self.input.iter().position(|byte| *byte == b'\n') {
            Some(end) if end <= LONGEST_LINE => {
                let rest = self.input.split_off(end + 1);
                let mut line = std::mem::replace(&mut self.input, rest);
                line.truncate(end);
                self.asked = Instant::now();
                Line::Asked(line)
            }
            // The last line may lack its end.
            None if self.ended && !self.input.is_empty() => {
                Line::Asked(std::mem::take(&mut self.input))
            }
            None if self.input.len() <= LONGEST_LINE => Line::None,
            _ => Line::TooLong,
        }
    }

    /// Says one line.
    pub fn say(&mut self, what: &impl Serialize) {
        // Of plain data, and into memory: it does not fail.
        if serde_json::to_writer(&mut self.output, what).is_ok() {
            self.output.push(b'\n');
        }
    }

    pub fn refuse(&mut self, why: &str) {
        self.say(&json!({ "ok": false, "error": why }));
    }

    /// Tells it how things are, and from now on what changes.
    pub fn begin(&mut self, now: Arc<Status>) {
        self.say(&Event {
            changed: Vec::new(),
            status: &now,
        });
        self.events = Some(now);
    }

    /// Tells what has changed, unless the last has not been read yet: then it
    /// hears of all at once later on.
    pub fn tell(&mut self, now: &Arc<Status>) {
        let Some(told) = &self.events else { return };
        // It may have been told of something newer at the beginning.
        let newer = now.at > told.at;
        let changed = now.changed(told);
        if newer && !changed.is_empty() && !self.waiting && !self.has_output() {
            self.events = Some(Arc::clone(now));
            self.say(&Event {
                changed,
                status: now,
            });
        }
    }

    /// Sends what it can; `false` where nobody is there any more.
    pub fn write(&mut self) -> bool {
        while !self.output.is_empty() {
            match (&self.socket).write(&self.output) {
                Ok(0) => return false,
                Ok(n) => drop(self.output.drain(..n)),
                Err(error) => return is_fleeting(&error),
            }
        }
        true
    }
}

fn is_fleeting(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
