//! One stream to one device, from opening to burial.

use super::device::{DeviceInfo, Found, SERVER_PREFIX, Target, sink};
use super::feed::Feed;
use super::feed_cell::FeedCell;
use super::full_scale::{held, hold};
use super::server::{Bell, ServerStream, Source};
use super::source::EndlessSource;
use super::status::NULL_RATE;
use super::stream_clock::{End, StreamClock};
use afterdark_tape::Frame;
use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, FromSample, I24, SampleFormat, SizedSample, StreamConfig, U24};
use rodio::mixer::{MixerSource, mixer};
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

/// Length of a device's request: 23 ms at 44.1 kHz. Two of them are queued at
/// most, so a key is heard within 50 ms, and two busy cores do not run dry.
const PERIOD_S: f64 = 0.023;

/// A hung server or device may delay the output thread for so long.
const DRIVER_PATIENCE: Duration = Duration::from_secs(1);

/// What moves the frames.
enum Driver {
    Device(cpal::Stream),
    /// Plays as long as it is there.
    Server(ServerStream),
}

/// A device opened; silent until it has a feed.
///
/// A device's stream is cpal's and not rodio's `MixerDeviceSink`, which does the same
/// but hides the timestamps (how much is queued: needed to go on at the right
/// sample after a loss) and starts the device before anything can be put in
/// the mixer (two periods of silence before the first sound).
pub(super) struct Stream {
    /// `None` only while being dropped.
    driver: Option<Driver>,
    /// Is the feed in the cell?
    pub fed: bool,
    /// Was it set going?
    pub playing: bool,
    cell: Arc<FeedCell>,
    pub clock: Arc<StreamClock>,
    /// Number of the frame of the feed that this stream began with.
    pub begin: u64,
    /// Where it plays, as far as is known.
    pub info: DeviceInfo,
    /// Id of the device that it was opened for.
    pub opened: String,
    pub rate: u32,
    pub channels: u16,
}

impl Stream {
    /// Opens `found` without setting it going. A feed given here is in place
    /// when the device asks for its first frame, which a server does at once;
    /// it comes back with the error where the device does not open.
    pub(super) fn open(
        found: &Found,
        feed: Option<Feed>,
    ) -> Result<Self, (cpal::Error, Option<Feed>)> {
        // A server takes stereo floats whatever its device is made of; anything
        // else is asked, which opens it once more.
        let (rate, channels, format) = match found.rate {
            Some(rate) => (rate, 2, SampleFormat::F32),
            None => match &found.target {
                Target::Server(_) => (NULL_RATE, 2, SampleFormat::F32),
                Target::Device(device) => match device.default_output_config() {
                    Ok(config) => (
                        config.sample_rate(),
                        config.channels(),
                        config.sample_format(),
                    ),
                    Err(error) => return Err((error, feed)),
                },
            },
        };
        let feed = feed.map(|mut feed| {
            feed.retune(rate);
            feed
        });
        let fed = feed.is_some();
        let begin = feed.as_ref().map_or(0, Feed::position);
        let cell = Arc::new(FeedCell::new(feed));
        // Not every device can do every size; then it has its own.
        let mut sizes = vec![BufferSize::Fixed(period_frames(rate))];
        if !found.info.server {
            sizes.push(BufferSize::Default);
        }
        let mut last_error = cpal::Error::new(cpal::ErrorKind::Other);
        for buffer_size in sizes {
            let config = StreamConfig {
                channels,
                sample_rate: rate,
                buffer_size,
            };
            match build(found, config, format, &cell) {
                Ok((driver, clock)) => {
                    let mut info = found.info.clone();
                    if let Driver::Server(stream) = &driver
                        && info.id != format!("{SERVER_PREFIX}{}", stream.sink)
                    {
                        info = sink(&stream.sink).unwrap_or(info);
                    }
                    return Ok(Self {
                        driver: Some(driver),
                        fed,
                        playing: false,
                        cell,
                        clock,
                        begin,
                        opened: info.id.clone(),
                        info,
                        rate,
                        channels,
                    });
                }
                Err(error) => last_error = error,
            }
        }
        Err((last_error, cell.recall()))
    }

    /// Sets the device going.
    pub(super) fn play(&mut self) -> Result<(), cpal::Error> {
        self.playing = true;
        self.clock.begin();
        match &self.driver {
            Some(Driver::Device(stream)) => stream.play(),
            _ => Ok(()),
        }
    }

    /// Has what is queued written again, where that can be done.
    pub(super) fn bell(&self) -> Option<Bell> {
        match &self.driver {
            Some(Driver::Server(stream)) => Some(stream.bell.clone()),
            _ => None,
        }
    }

    /// Puts the feed in. Gives it back where that cannot be done.
    pub(super) fn feed(&mut self, mut feed: Feed) -> Result<(), Feed> {
        feed.retune(self.rate);
        self.begin = feed.position();
        self.cell.put(feed)?;
        self.fed = true;
        Ok(())
    }

    /// Takes the feed away, set back to the first frame that was not heard.
    pub(super) fn recall(&mut self, end: End) -> Option<Feed> {
        let heard = self.heard_position(end);
        let mut feed = self.cell.recall()?;
        feed.rewind_to(heard);
        self.fed = false;
        Some(feed)
    }

    /// Number of the first frame of the feed that was not heard.
    pub(super) fn heard_position(&self, end: End) -> u64 {
        self.begin + self.clock.heard_frames(end)
    }
}

impl Drop for Stream {
    /// Closes the device. A driver that hangs while it closes delays nobody.
    fn drop(&mut self) {
        let driver = self.driver.take();
        // Where no thread can be had this one does it, at the risk of hanging.
        let _ = std::thread::Builder::new()
            .name("output-close".to_owned())
            .spawn(move || drop(driver));
    }
}

/// The power of two nearest to [`PERIOD_S`]: PipeWire under ALSA stumbles over
/// other lengths.
fn period_frames(rate: u32) -> u32 {
    let exact = PERIOD_S * f64::from(rate);
    1 << (exact.max(64.0).log2().round() as u32)
}

fn build(
    found: &Found,
    config: StreamConfig,
    format: SampleFormat,
    cell: &Arc<FeedCell>,
) -> Result<(Driver, Arc<StreamClock>), cpal::Error> {
    let invalid = || cpal::Error::new(cpal::ErrorKind::UnsupportedConfig);
    let channels = NonZero::new(config.channels).ok_or_else(invalid)?;
    let rate = NonZero::new(config.sample_rate).ok_or_else(invalid)?;
    let clock = Arc::new(StreamClock::new(config.sample_rate));
    let device = match &found.target {
        Target::Device(device) => device,
        Target::Server(sink) => {
            let tap = Tap {
                cell: cell.clone(),
                clock: clock.clone(),
            };
            let sink = sink.as_deref();
            let stream = ServerStream::open(sink, config.sample_rate, DRIVER_PATIENCE, tap)?;
            return Ok((Driver::Server(stream), clock));
        }
    };
    let source = EndlessSource::new(cell.clone(), clock.clone(), channels, rate);
    let (mixer, mixed) = mixer(channels, rate);
    mixer.add(source);
    let pump = Pump {
        mixed,
        clock: clock.clone(),
        channels: usize::from(config.channels),
        hurried: false,
    };
    let stream = match format {
        SampleFormat::F32 => connect::<f32>(device, config, pump),
        SampleFormat::F64 => connect::<f64>(device, config, pump),
        SampleFormat::I8 => connect::<i8>(device, config, pump),
        SampleFormat::I16 => connect::<i16>(device, config, pump),
        SampleFormat::I24 => connect::<I24>(device, config, pump),
        SampleFormat::I32 => connect::<i32>(device, config, pump),
        SampleFormat::I64 => connect::<i64>(device, config, pump),
        SampleFormat::U8 => connect::<u8>(device, config, pump),
        SampleFormat::U16 => connect::<u16>(device, config, pump),
        SampleFormat::U24 => connect::<U24>(device, config, pump),
        SampleFormat::U32 => connect::<u32>(device, config, pump),
        SampleFormat::U64 => connect::<u64>(device, config, pump),
        _ => Err(invalid()),
    }?;
    Ok((Driver::Device(stream), clock))
}

/// Takes samples from the mixer to the device and keeps the books.
struct Pump {
    mixed: MixerSource,
    clock: Arc<StreamClock>,
    channels: usize,
    /// The device's thread was raised, or it was tried.
    hurried: bool,
}

impl Pump {
    fn fill<T: FromSample<f32> + SizedSample>(&mut self, data: &mut [T], queued: Duration) {
        if !std::mem::replace(&mut self.hurried, true) {
            self.clock.hurry();
        }
        self.clock.asked(data.len() / self.channels, queued);
        for sample in data {
            let next = self.mixed.next().map(held);
            *sample = next.map_or(T::EQUILIBRIUM, T::from_sample);
        }
    }
}

/// Takes frames from the cell to the server and keeps the books.
struct Tap {
    cell: Arc<FeedCell>,
    clock: Arc<StreamClock>,
}

impl Source for Tap {
    fn fill(&mut self, frames: &mut [Frame], queued: Duration) {
        self.clock.asked(frames.len(), queued);
        let fed = self.cell.pull(frames);
        hold(frames);
        self.clock.rendered(frames.len(), fed);
    }

    fn renew(&mut self, frames: usize) -> usize {
        let renewed = self.cell.renew(frames);
        self.clock.renewed(renewed);
        renewed
    }

    fn is_waiting(&self) -> bool {
        self.cell.is_waiting()
    }

    fn failed(&mut self, kind: cpal::ErrorKind) {
        self.clock.failed(kind);
    }

    fn moved(&mut self, sink: &str) {
        self.clock.moved(sink);
    }

    fn hurry(&mut self) {
        self.clock.hurry();
    }
}

fn connect<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: StreamConfig,
    mut pump: Pump,
) -> Result<cpal::Stream, cpal::Error> {
    let failed = pump.clock.clone();
    device.build_output_stream::<T, _, _>(
        config,
        move |data, info| {
            let times = info.timestamp();
            pump.fill(data, times.playback.duration_since(times.callback));
        },
        move |error| failed.failed(error.kind()),
        Some(DRIVER_PATIENCE),
    )
}
