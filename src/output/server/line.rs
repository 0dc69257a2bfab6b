//! A connection to a sound server, and messages on it.

use std::ffi::{CStr, CString};
use std::io::{self, BufReader, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use pulse::Command;
use pulseaudio::protocol as pulse;

use super::address::Client;

/// No message of a playing stream is longer.
const LONGEST_MESSAGE: u32 = 1 << 20;

/// Length of what proves to a server that we may; it hangs up on any other,
/// though it may not ask for proof.
const COOKIE_BYTES: usize = 256;

/// A connection, and messages on it.
pub(super) struct Line {
    socket: BufReader<UnixStream>,
    pub version: u16,
    /// Number of the last command sent.
    pub tag: u32,
    /// The message received last, or being made to be sent.
    pub message: Vec<u8>,
    client: Client,
}

impl Line {
    /// Connects to the server and says who we are. Each answer is waited for as
    /// long as `patience`.
    pub(super) fn open(patience: Duration) -> Result<Self, pulse::ProtocolError> {
        let client = Client::read();
        let socket = client.connect(patience)?;
        socket.set_read_timeout(Some(patience))?;
        socket.set_write_timeout(Some(patience))?;
        let mut line = Self {
            socket: BufReader::with_capacity(4096, socket),
            version: pulse::MAX_VERSION,
            tag: 0,
            message: Vec::with_capacity(4096),
            client,
        };
        let mut cookie = line.client.cookie();
        cookie.resize(COOKIE_BYTES, 0);
        let auth: pulse::AuthReply = line.ask(&Command::Auth(pulse::AuthParams {
            version: pulse::MAX_VERSION,
            supports_shm: false,
            supports_memfd: false,
            cookie,
        }))?;
        line.version = line.version.min(auth.version);
        let mut props = pulse::Props::new();
        props.set(pulse::Prop::ApplicationName, c"afterdark");
        props.set(pulse::Prop::ApplicationIconName, c"afterdark");
        let number = CString::new(std::process::id().to_string()).unwrap_or_default();
        props.set(pulse::Prop::ApplicationProcessId, number);
        let _: pulse::SetClientNameReply = line.ask(&Command::SetClientName(props))?;
        Ok(line)
    }

    /// The sink that environment or configuration name for all programs.
    pub(super) fn sink(&self) -> Option<&CStr> {
        self.client.sink.as_deref()
    }

    /// What they want queued.
    pub(super) fn queue(&self) -> Option<Duration> {
        self.client.queue
    }

    /// Sends a command and waits for its reply.
    pub(super) fn ask<R: pulse::CommandReply>(
        &mut self,
        command: &Command,
    ) -> Result<R, pulse::ProtocolError> {
        self.send(command)?;
        Ok(pulse::read_reply_message::<R>(&mut self.socket, self.version)?.1)
    }

    /// Sends a command; its number is then in `self.tag`.
    pub(super) fn send(&mut self, command: &Command) -> Result<(), pulse::ProtocolError> {
        self.tag += 1;
        self.message.clear();
        pulse::encode_command_message(&mut self.message, self.tag, command, self.version)?;
        self.socket.get_mut().write_all(&self.message)?;
        Ok(())
    }

    /// Sends samples to a stream: `seek` bytes on from the end of what it has
    /// (back where negative).
    pub(super) fn write(
        &mut self,
        channel: u32,
        seek: i64,
        samples: impl ExactSizeIterator<Item = f32>,
    ) -> Result<(), pulse::ProtocolError> {
        let head = pulse::Descriptor {
            length: (samples.len() * size_of::<f32>()) as u32,
            channel,
            offset: seek.cast_unsigned(),
            // Seek mode 0: relative to the end.
            flags: pulse::DescriptorFlags::empty(),
        };
        self.message.clear();
        pulse::write_descriptor(&mut self.message, &head)?;
        self.message.extend(samples.flat_map(f32::to_le_bytes));
        self.socket.get_mut().write_all(&self.message)?;
        Ok(())
    }

    /// Waits for the next message; it is then in `self.message`.
    pub(super) fn receive(&mut self) -> Result<(), pulse::ProtocolError> {
        let head = pulse::read_descriptor(&mut self.socket)?;
        if head.length > LONGEST_MESSAGE {
            return Err(io::Error::from(io::ErrorKind::InvalidData).into());
        }
        self.message.resize(head.length as usize, 0);
        self.socket.read_exact(&mut self.message)?;
        Ok(())
    }

    /// Has a message begun to arrive that need not be waited for?
    pub(super) fn has_more(&self) -> bool {
        !self.socket.buffer().is_empty()
    }

    /// Another end of the connection, to cut it from another thread.
    pub(super) fn handle(&self) -> io::Result<UnixStream> {
        self.socket.get_ref().try_clone()
    }

    /// From now on a message is waited for as long as it takes.
    pub(super) fn be_patient(&self) -> io::Result<()> {
        self.socket.get_ref().set_read_timeout(None)?;
        self.socket.get_ref().set_write_timeout(None)
    }
}

impl AsFd for Line {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get_ref().as_fd()
    }
}
