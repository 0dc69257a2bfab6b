//! The stream and its thread.

use std::ffi::{CStr, CString};
use std::io;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant, SystemTime};

use cpal::ErrorKind;
use pulse::Command;
use pulse::stream::BufferAttr;
use pulseaudio::protocol as pulse;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::bell::{Bell, Rung, hang};
use super::line::Line;
use afterdark_tape::Frame;

const CHANNELS: u8 = 2;
/// Bytes of a frame: two channels of 32 bits.
const FRAME_BYTES: usize = 8;

/// What is queued between us and the ear, at first and at most. It doubles when
/// the sound has run dry, and halves after a while of peace.
const QUEUE: Duration = Duration::from_millis(200);
const LONGEST_QUEUE: Duration = Duration::from_millis(250);
const PEACE: Duration = Duration::from_secs(180);
/// Of this, what the device holds: it cannot be written again on every device,
/// and each time it has been played the server wakes.
const DEVICE_QUEUE: Duration = Duration::from_millis(15);

/// How often the server is asked how far its device is behind.
const ASK_LATENCY: Duration = Duration::from_millis(500);
/// What the server may take while it is being written again.
const MARGIN: Duration = Duration::from_millis(3);
/// The server's word on what it has taken is good for so long.
const FRESH: Duration = Duration::from_millis(3);
/// While the renderer waits for something, what it gave meanwhile is written
/// again this often at first, then at growing intervals.
const WAIT_STEP: Duration = Duration::from_millis(3);
const LONGEST_WAIT_STEP: Duration = Duration::from_millis(50);

/// Where the frames come from; and hears of errors.
pub(in crate::output) trait Source: Send + 'static {
    /// Fills `frames`, given how much is queued before them.
    fn fill(&mut self, frames: &mut [Frame], queued: Duration);
    /// The last `frames` that were filled can be written again. Returns how many
    /// of them shall be; they are filled next.
    fn renew(&mut self, frames: usize) -> usize;
    /// Is what it fills now a stopgap, to be written again soon?
    fn is_waiting(&self) -> bool;
    fn failed(&mut self, kind: ErrorKind);
    /// The server has taken the stream to the sink of this name.
    fn moved(&mut self, sink: &str);
    /// This is the thread that asks: it is to go before all others.
    fn hurry(&mut self);
}

/// An open stream. Dropped, it is closed.
pub(in crate::output) struct ServerStream {
    handle: UnixStream,
    pub bell: Bell,
    /// Name of the sink that it plays to at first.
    pub sink: String,
}

impl ServerStream {
    /// Opens a stereo stream to the sink of this name, which plays at once; where
    /// none is named, to the one that the server chooses, and it may be taken
    /// from there to another. Each answer of the server is waited for as long as
    /// `patience`.
    pub(in crate::output) fn open(
        sink: Option<&str>,
        rate: u32,
        patience: Duration,
        source: impl Source,
    ) -> Result<Self, cpal::Error> {
        let failed = |kind| {
            move |error: &dyn std::fmt::Display| cpal::Error::with_message(kind, error.to_string())
        };
        let unavailable = failed(ErrorKind::HostUnavailable);
        let mut line = Line::open(patience).map_err(|e| unavailable(&e))?;
        let queue = line.queue().unwrap_or(QUEUE).min(LONGEST_QUEUE);
        let stream = create(&mut line, sink, rate, queue)
            .map_err(|e| failed(ErrorKind::DeviceNotAvailable)(&e))?;
        line.be_patient().map_err(|e| unavailable(&e))?;
        let handle = line.handle().map_err(|e| unavailable(&e))?;
        let (bell, rung) = hang().map_err(|e| unavailable(&e))?;
        let server = Server {
            line,
            bell: rung,
            channel: stream.channel,
            rate,
            queue,
            least_queue: queue,
            queue_bytes: stream.buffer_attr.target_length as usize,
            device_queue: Duration::from_micros(stream.stream_latency),
            source,
            frames: vec![[0.0; 2]; frames(LONGEST_QUEUE, rate)],
            sink_latency: Duration::ZERO,
            latency_told: Instant::now(),
            asked: None,
            wished: None,
            renew: false,
            owed: 0,
            waiting_since: None,
            queue_changed: Instant::now(),
        };
        let first = stream.requested_bytes as usize;
        std::thread::Builder::new()
            .name("server".to_owned())
            .spawn(move || server.serve(first))
            .map_err(|e| failed(ErrorKind::Other)(&e))?;
        let sink = stream.sink_name.unwrap_or_default();
        let sink = sink.to_string_lossy().into_owned();
        Ok(Self { handle, bell, sink })
    }
}

impl Drop for ServerStream {
    /// The thread reads the end of the line and goes.
    fn drop(&mut self) {
        let _ = self.handle.shutdown(std::net::Shutdown::Both);
    }
}

fn create(
    line: &mut Line,
    sink: Option<&str>,
    rate: u32,
    queue: Duration,
) -> Result<pulse::CreatePlaybackStreamReply, pulse::ProtocolError> {
    let mut props = pulse::Props::new();
    props.set(pulse::Prop::MediaName, c"tape");
    props.set(pulse::Prop::MediaRole, c"music");
    let named = sink.and_then(|sink| CString::new(sink).ok());
    line.ask(&Command::CreatePlaybackStream(
        pulse::PlaybackStreamParams {
            sample_spec: pulse::SampleSpec {
                format: pulse::SampleFormat::Float32Le,
                channels: CHANNELS,
                sample_rate: rate,
            },
            channel_map: pulse::ChannelMap::stereo(),
            sink_name: named.or_else(|| line.sink().map(CStr::to_owned)),
            buffer_attr: buffer(queue, rate),
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

/// Asks for a queue of this length. A server that adjusts the latency gives its
/// device half of what is left when two requests are taken off.
fn buffer(queue: Duration, rate: u32) -> BufferAttr {
    let bytes = |time| (frames(time, rate) * FRAME_BYTES) as u32;
    BufferAttr {
        max_length: bytes(2 * LONGEST_QUEUE),
        target_length: bytes(queue),
        // After the sound ran dry it goes on as soon as there is some.
        pre_buffering: FRAME_BYTES as u32,
        minimum_request_length: bytes(queue.saturating_sub(2 * DEVICE_QUEUE) / 2),
        ..Default::default()
    }
}

fn frames(time: Duration, rate: u32) -> usize {
    (time.as_secs_f64() * f64::from(rate)).round() as usize
}

/// The stream's thread. Between two waits it neither locks nor allocates.
struct Server<S> {
    line: Line,
    bell: Rung,
    channel: u32,
    rate: u32,
    /// What was asked to be queued, and when that was changed or the sound ran
    /// dry last.
    queue: Duration,
    least_queue: Duration,
    queue_changed: Instant,
    /// Bytes that the server keeps queued when it has all it wants.
    queue_bytes: usize,
    /// What the device takes at a time.
    device_queue: Duration,
    source: S,
    frames: Vec<Frame>,
    /// How far the device is behind the queue.
    sink_latency: Duration,
    /// When it was told last; when and with which number it was asked, until it is.
    latency_told: Instant,
    asked: Option<(Instant, u32)>,
    /// Number of the last wish for another queue.
    wished: Option<u32>,
    /// What is queued shall be written again when it is answered, and then the
    /// frames that were requested meanwhile: a command must not be taken up at
    /// the end of the queue first.
    renew: bool,
    owed: usize,
    /// Since when the renderer waits for something.
    waiting_since: Option<Instant>,
}

impl<S: Source> Server<S> {
    fn serve(mut self, first: usize) {
        self.source.hurry();
        self.owed = first / FRAME_BYTES;
        let mut result = self.fill(0);
        while result.is_ok() {
            result = self.wait();
        }
        if let Err(kind) = result {
            self.source.failed(kind);
        }
    }

    /// Waits for the next message, the bell or the time to look again.
    fn wait(&mut self) -> Result<(), ErrorKind> {
        let mut fds = [
            PollFd::new(&self.line, PollFlags::IN),
            PollFd::new(&self.bell.socket, PollFlags::IN),
        ];
        let more = self.line.has_more();
        let patience = if more {
            Some(Duration::ZERO)
        } else {
            self.waiting_since
                .map(|since| (since.elapsed() / 4).clamp(WAIT_STEP, LONGEST_WAIT_STEP))
        };
        let patience = patience.and_then(|time| Timespec::try_from(time).ok());
        let woken = match poll(&mut fds, patience.as_ref()) {
            Err(rustix::io::Errno::INTR) => return Ok(()),
            woken => woken.map_err(|_| ErrorKind::Other)?,
        };
        let [message, rung] = fds.map(|fd| !fd.revents().is_empty());
        if rung && self.take_rings()? || (woken == 0 && !more) {
            self.renew = true;
            self.ask_latency()?;
        }
        if message || more {
            self.line
                .receive()
                .map_err(|_| ErrorKind::HostUnavailable)?;
            self.obey()?;
        }
        Ok(())
    }

    /// Hears what was rung for; whether what is queued shall be written again.
    fn take_rings(&mut self) -> Result<bool, ErrorKind> {
        let (renew, name) = self.bell.take();
        // The one thing that takes and gives back memory here, once a song.
        if let Some(name) = name {
            let mut props = pulse::Props::new();
            props.set(pulse::Prop::MediaName, name);
            self.send(&Command::UpdatePlaybackStreamProplist(
                pulse::UpdatePropsParams {
                    index: self.channel,
                    mode: pulse::props::PropsUpdateMode::Replace,
                    props,
                },
            ))?;
        }
        Ok(renew)
    }

    /// Does what the message says.
    fn obey(&mut self) -> Result<(), ErrorKind> {
        let mut message = io::Cursor::new(&self.line.message);
        // What this library does not know is nothing that is waited for.
        let Ok((tag, command)) = Command::read_tag_prefixed(&mut message, self.line.version) else {
            return Ok(());
        };
        match command {
            Command::Request(request) if request.channel == self.channel => {
                self.owed += request.length as usize / FRAME_BYTES;
                if !self.renew {
                    self.fill(0)?;
                }
                self.keep_queue()?;
            }
            Command::Reply if self.asked.is_some_and(|(_, asked)| asked == tag) => {
                let mut reply = pulse::TagStructReader::new(&mut message, self.line.version);
                let latency = reply.read::<pulse::PlaybackLatency>();
                latency.map_or(Ok(()), |latency| self.take_latency(&latency))?;
            }
            Command::Reply if self.wished == Some(tag) => {
                let mut reply = pulse::TagStructReader::new(&mut message, self.line.version);
                if let Ok(reply) = reply.read::<pulse::SetPlaybackStreamBufferAttrReply>() {
                    self.queue_bytes = reply.buffer_attr.target_length as usize;
                    self.device_queue = Duration::from_micros(reply.configured_sink_latency);
                }
            }
            Command::Error(_) if self.asked.is_some_and(|(_, asked)| asked == tag) => {
                self.asked = None;
                self.renew = false;
                self.fill(0)?;
            }
            Command::Underflow(_) => {
                self.source.failed(ErrorKind::Xrun);
                self.grow()?;
            }
            Command::PlaybackBufferAttrChanged(changed) => {
                self.queue_bytes = changed.buffer_attr.target_length as usize;
            }
            Command::PlaybackStreamMoved(moved) => {
                self.queue_bytes = moved.buffer_attr.target_length as usize;
                self.device_queue = Duration::from_micros(moved.configured_sink_latency);
                self.source.moved(&moved.device_name.to_string_lossy());
            }
            Command::PlaybackStreamKilled(_) => return Err(ErrorKind::DeviceNotAvailable),
            _ => {}
        }
        Ok(())
    }

    fn ask_latency(&mut self) -> Result<(), ErrorKind> {
        if self.asked.is_none() {
            let channel = self.channel;
            let now = SystemTime::now();
            let question = Command::GetPlaybackLatency(pulse::LatencyParams { channel, now });
            self.send(&question)?;
            self.asked = Some((Instant::now(), self.line.tag));
        }
        Ok(())
    }

    fn take_latency(&mut self, latency: &pulse::PlaybackLatency) -> Result<(), ErrorKind> {
        self.sink_latency = Duration::from_micros(latency.sink_usec);
        self.latency_told = Instant::now();
        let asked = self.asked.take();
        if !std::mem::take(&mut self.renew) {
            return Ok(());
        }
        if asked.is_none_or(|(at, _)| at.elapsed() > FRESH) {
            // Too old to write by.
            self.renew = true;
            return self.ask_latency();
        }
        let queued = (latency.write_offset - latency.read_offset).max(0) as usize / FRAME_BYTES;
        // A device with next to nothing left is just about to take more.
        let imminent = self.sink_latency < MARGIN;
        let margin = MARGIN + self.device_queue * u32::from(imminent);
        let free = queued.saturating_sub(frames(margin, self.rate));
        let renewed = self.source.renew(free);
        self.fill(renewed)
    }

    /// Asks for a longer queue after it ran dry.
    fn grow(&mut self) -> Result<(), ErrorKind> {
        let just_now = self.queue_changed.elapsed() < Duration::from_secs(1);
        self.queue_changed = Instant::now();
        if just_now || self.queue == LONGEST_QUEUE {
            return Ok(());
        }
        self.set_queue((2 * self.queue).min(LONGEST_QUEUE))
    }

    /// Asks for a shorter queue after a while of peace; and how far the device
    /// is behind, now and then.
    fn keep_queue(&mut self) -> Result<(), ErrorKind> {
        if self.queue > self.least_queue && self.queue_changed.elapsed() >= PEACE {
            self.queue_changed = Instant::now();
            self.set_queue((self.queue / 2).max(self.least_queue))?;
        }
        if self.latency_told.elapsed() >= ASK_LATENCY {
            self.ask_latency()?;
        }
        Ok(())
    }

    fn set_queue(&mut self, queue: Duration) -> Result<(), ErrorKind> {
        self.queue = queue;
        self.send(&Command::SetPlaybackStreamBufferAttr(
            pulse::SetPlaybackStreamBufferAttrParams {
                index: self.channel,
                buffer_attr: buffer(queue, self.rate),
                adjust_latency: true,
                early_requests: false,
            },
        ))?;
        self.wished = Some(self.line.tag);
        Ok(())
    }

    fn send(&mut self, command: &Command) -> Result<(), ErrorKind> {
        self.line
            .send(command)
            .map_err(|_| ErrorKind::HostUnavailable)
    }

    /// Sends the last `again` frames again, and what is owed.
    fn fill(&mut self, mut again: usize) -> Result<(), ErrorKind> {
        let mut left = again + std::mem::take(&mut self.owed);
        while left > 0 {
            let n = left.min(self.frames.len());
            let queue = self.queue_bytes / FRAME_BYTES;
            let queued = queue.saturating_sub(left) as f64 / f64::from(self.rate);
            let queued = Duration::from_secs_f64(queued) + self.sink_latency;
            self.source.fill(&mut self.frames[..n], queued);
            let seek = -((std::mem::take(&mut again) * FRAME_BYTES) as i64);
            let samples = self.frames[..n].as_flattened();
            self.line
                .write(self.channel, seek, samples.iter().copied())
                .map_err(|_| ErrorKind::HostUnavailable)?;
            left -= n;
        }
        let waiting = self.source.is_waiting();
        self.waiting_since = match self.waiting_since {
            Some(since) if waiting => Some(since),
            _ => waiting.then(Instant::now),
        };
        Ok(())
    }
}
