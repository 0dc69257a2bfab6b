//! A stream to a sound server (PulseAudio, PipeWire), served by one thread.
//!
//! The devices are found by cpal, which could open the stream too; but its own
//! wakes three threads four times for each request and clears megabytes of
//! buffer at every one, which costs more than all that is computed for the
//! sound. Here a request is one message read and one written. The server also
//! tells when it ran dry, which cpal keeps to itself.

use std::ffi::CString;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant, SystemTime};

use cpal::ErrorKind;
use pulse::Command;
use pulseaudio::protocol as pulse;

const CHANNELS: u8 = 2;
/// Bytes of a frame: two channels of 32 bits.
const FRAME_BYTES: usize = 8;
/// How often the server is asked how far its device is behind.
const ASK_LATENCY: Duration = Duration::from_millis(500);
/// No message of a playing stream is longer.
const LONGEST_MESSAGE: u32 = 1 << 20;

/// Fills samples, interleaved, given how much is queued before them; and hears of errors.
pub(super) trait Source: Send + 'static {
    fn fill(&mut self, samples: &mut [f32], queued: Duration);
    fn failed(&mut self, kind: ErrorKind);
}

/// An open stream. Dropped, it is closed.
pub(super) struct ServerStream(UnixStream);

impl ServerStream {
    /// Opens a stereo stream to the sink of this name, which asks for `period`
    /// frames at a time and holds two of them, and plays at once. Each answer
    /// of the server is waited for as long as `patience`.
    pub(super) fn open(
        sink: &str,
        rate: u32,
        period: u32,
        patience: Duration,
        source: impl Source,
    ) -> Result<Self, cpal::Error> {
        let failed = |kind| {
            move |error: &dyn std::fmt::Display| cpal::Error::with_message(kind, error.to_string())
        };
        let unavailable = failed(ErrorKind::HostUnavailable);
        let path = pulseaudio::socket_path_from_env()
            .ok_or_else(|| unavailable(&"no sound server answers"))?;
        let socket = UnixStream::connect(path).map_err(|e| unavailable(&e))?;
        let handle = socket.try_clone().map_err(|e| unavailable(&e))?;
        let timeouts = |patience| {
            handle.set_read_timeout(patience)?;
            handle.set_write_timeout(patience)
        };
        timeouts(Some(patience)).map_err(|e| unavailable(&e))?;
        let mut line = Line::open(socket).map_err(|e| unavailable(&e))?;
        let stream = line
            .create(sink, rate, period)
            .map_err(|e| failed(ErrorKind::DeviceNotAvailable)(&e))?;
        timeouts(None).map_err(|e| unavailable(&e))?;
        let server = Server {
            line,
            channel: stream.channel,
            rate,
            queue_bytes: stream.buffer_attr.target_length as usize,
            source,
            samples: vec![0.0; (period * u32::from(CHANNELS)) as usize],
            sink_latency: Duration::ZERO,
            asked: None,
        };
        let first = stream.requested_bytes as usize;
        std::thread::Builder::new()
            .name("server".to_owned())
            .spawn(move || server.serve(first))
            .map_err(|e| failed(ErrorKind::Other)(&e))?;
        Ok(Self(handle))
    }
}

impl Drop for ServerStream {
    /// The thread reads the end of the line and goes.
    fn drop(&mut self) {
        let _ = self.0.shutdown(std::net::Shutdown::Both);
    }
}

/// A connection, and messages on it.
struct Line {
    socket: BufReader<UnixStream>,
    version: u16,
    /// Number of the last command sent.
    tag: u32,
    message: Vec<u8>,
}

impl Line {
    /// Says who we are.
    fn open(socket: UnixStream) -> Result<Self, pulse::ProtocolError> {
        let mut line = Self {
            socket: BufReader::with_capacity(4096, socket),
            version: pulse::MAX_VERSION,
            tag: 0,
            message: Vec::with_capacity(4096),
        };
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        let auth: pulse::AuthReply = line.ask(&Command::Auth(pulse::AuthParams {
            version: pulse::MAX_VERSION,
            supports_shm: false,
            supports_memfd: false,
            cookie: cookie.unwrap_or_default(),
        }))?;
        line.version = line.version.min(auth.version);
        let mut props = pulse::Props::new();
        props.set(pulse::Prop::ApplicationName, c"afterdark");
        let number = CString::new(std::process::id().to_string()).unwrap_or_default();
        props.set(pulse::Prop::ApplicationProcessId, number);
        let _: pulse::SetClientNameReply = line.ask(&Command::SetClientName(props))?;
        Ok(line)
    }

    fn create(
        &mut self,
        sink: &str,
        rate: u32,
        period: u32,
    ) -> Result<pulse::CreatePlaybackStreamReply, pulse::ProtocolError> {
        let mut props = pulse::Props::new();
        props.set(pulse::Prop::MediaName, c"tape");
        props.set(pulse::Prop::MediaRole, c"music");
        let period_bytes = period * FRAME_BYTES as u32;
        self.ask(&Command::CreatePlaybackStream(
            pulse::PlaybackStreamParams {
                sample_spec: pulse::SampleSpec {
                    format: pulse::SampleFormat::Float32Le,
                    channels: CHANNELS,
                    sample_rate: rate,
                },
                channel_map: pulse::ChannelMap::stereo(),
                sink_name: CString::new(sink).ok(),
                buffer_attr: pulse::stream::BufferAttr {
                    max_length: 2 * period_bytes,
                    target_length: 2 * period_bytes,
                    minimum_request_length: period_bytes,
                    ..Default::default()
                },
                flags: pulse::stream::StreamFlags {
                    // The device's own buffer counts as well.
                    adjust_latency: true,
                    ..Default::default()
                },
                props,
                ..Default::default()
            },
        ))
    }

    /// Sends a command and waits for its reply.
    fn ask<R: pulse::CommandReply>(
        &mut self,
        command: &Command,
    ) -> Result<R, pulse::ProtocolError> {
        self.send(command)?;
        Ok(pulse::read_reply_message::<R>(&mut self.socket, self.version)?.1)
    }

    fn send(&mut self, command: &Command) -> Result<(), pulse::ProtocolError> {
        self.tag += 1;
        self.message.clear();
        pulse::encode_command_message(&mut self.message, self.tag, command, self.version)?;
        self.socket.get_mut().write_all(&self.message)?;
        Ok(())
    }

    /// Waits for the next message; it is then in `self.message`.
    fn receive(&mut self) -> Result<(), pulse::ProtocolError> {
        let head = pulse::read_descriptor(&mut self.socket)?;
        if head.length > LONGEST_MESSAGE {
            return Err(io::Error::from(io::ErrorKind::InvalidData).into());
        }
        self.message.resize(head.length as usize, 0);
        self.socket.read_exact(&mut self.message)?;
        Ok(())
    }
}

/// The stream's thread. Between two waits it neither locks nor allocates.
struct Server<S> {
    line: Line,
    channel: u32,
    rate: u32,
    /// Bytes that the server keeps queued when it has all it wants.
    queue_bytes: usize,
    source: S,
    samples: Vec<f32>,
    /// How far the device is behind the queue.
    sink_latency: Duration,
    /// When that was asked last.
    asked: Option<Instant>,
}

impl<S: Source> Server<S> {
    fn serve(mut self, first: usize) {
        let mut result = self.fill(first);
        while result.is_ok() {
            result = match self.line.receive() {
                Ok(()) => self.obey(),
                Err(_) => Err(ErrorKind::HostUnavailable),
            };
        }
        if let Err(kind) = result {
            self.source.failed(kind);
        }
    }

    /// Does what the message says.
    fn obey(&mut self) -> Result<(), ErrorKind> {
        let lost = |_| ErrorKind::HostUnavailable;
        let mut message = io::Cursor::new(&self.line.message);
        // What this library does not know is nothing that is waited for.
        let Ok((tag, command)) = Command::read_tag_prefixed(&mut message, self.line.version) else {
            return Ok(());
        };
        match command {
            Command::Request(request) if request.channel == self.channel => {
                self.fill(request.length as usize)?;
                if self.asked.is_none_or(|at| at.elapsed() >= ASK_LATENCY) {
                    self.asked = Some(Instant::now());
                    let channel = self.channel;
                    let now = SystemTime::now();
                    let question = pulse::LatencyParams { channel, now };
                    let question = Command::GetPlaybackLatency(question);
                    self.line.send(&question).map_err(lost)?;
                }
            }
            Command::Reply if tag == self.line.tag => {
                let mut reply = pulse::TagStructReader::new(&mut message, self.line.version);
                if let Ok(latency) = reply.read::<pulse::PlaybackLatency>() {
                    self.sink_latency = Duration::from_micros(latency.sink_usec);
                }
            }
            Command::Underflow(_) => self.source.failed(ErrorKind::Xrun),
            Command::PlaybackStreamKilled(_) => return Err(ErrorKind::DeviceNotAvailable),
            _ => {}
        }
        Ok(())
    }

    /// Sends what was asked for, a period at a time.
    fn fill(&mut self, bytes: usize) -> Result<(), ErrorKind> {
        let mut left = bytes / FRAME_BYTES;
        while left > 0 {
            let frames = left.min(self.samples.len() / usize::from(CHANNELS));
            let samples = &mut self.samples[..frames * usize::from(CHANNELS)];
            let queued = self.queue_bytes.saturating_sub(left * FRAME_BYTES) / FRAME_BYTES;
            let queued = Duration::from_secs_f64(queued as f64 / f64::from(self.rate));
            self.source.fill(samples, queued + self.sink_latency);
            let head = pulse::Descriptor {
                length: (frames * FRAME_BYTES) as u32,
                channel: self.channel,
                offset: 0,
                flags: pulse::DescriptorFlags::empty(),
            };
            let message = &mut self.line.message;
            message.clear();
            let written = pulse::write_descriptor(message, &head);
            message.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
            written.map_err(|_| ErrorKind::Other)?;
            let socket = self.line.socket.get_mut();
            socket
                .write_all(&self.line.message)
                .map_err(|_| ErrorKind::HostUnavailable)?;
            left -= frames;
        }
        Ok(())
    }
}
