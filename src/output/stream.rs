//! One stream to one device, from opening to burial.

use super::device::{DeviceInfo, Found};
use super::feed::Feed;
use super::ledger::Ledger;
use super::source::EndlessSource;
use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, FromSample, I24, SampleFormat, SizedSample, StreamConfig, U24};
use rodio::mixer::{Mixer, MixerSource, mixer};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// How long a closing device may take to give the feed back.
pub(super) const CLOSING_PATIENCE: Duration = Duration::from_secs(2);

/// A device opened; silent until it has a feed.
///
/// The stream is cpal's and not rodio's `MixerDeviceSink`, which does the same
/// but hides the timestamps (how much is queued: needed to go on at the right
/// sample after a loss) and starts the device before anything can be put in
/// the mixer (two periods of silence before the first sound).
pub(super) struct Stream {
    stream: cpal::Stream,
    mixer: Mixer,
    pub ledger: Arc<Ledger>,
    send_home: SyncSender<Feed>,
    home: Receiver<Feed>,
    /// Number of the feed's frame that this stream began with.
    begin: Option<u64>,
    pub info: DeviceInfo,
    pub rate: u32,
    pub channels: u16,
}

impl Stream {
    /// Opens `found` with periods of about `period` frames. A feed given here
    /// is in place before the device asks for its first frame, and sounds at
    /// once; it comes back with the error where the device does not open.
    pub(super) fn open(
        found: &Found,
        period: u32,
        mut feed: Option<Feed>,
    ) -> Result<Self, (cpal::Error, Option<Feed>)> {
        // A server takes stereo floats whatever its device is made of; anything
        // else is asked, which opens it once more.
        let (rate, channels, format) = match found.rate {
            Some(rate) => (rate, 2, SampleFormat::F32),
            None => match found.device.default_output_config() {
                Ok(config) => (
                    config.sample_rate(),
                    config.channels(),
                    config.sample_format(),
                ),
                Err(error) => return Err((error, feed)),
            },
        };
        // Not every device can do every size; then it has its own.
        let sizes = [BufferSize::Fixed(period), BufferSize::Default];
        let mut last_error = None;
        for buffer_size in sizes {
            let config = StreamConfig {
                channels,
                sample_rate: rate,
                buffer_size,
            };
            match Self::build(found, config, format, feed.take()) {
                Ok(stream) => return Ok(stream),
                Err((error, returned)) => (last_error, feed) = (Some(error), returned),
            }
        }
        let error = last_error.unwrap_or(cpal::Error::new(cpal::ErrorKind::Other));
        Err((error, feed))
    }

    fn build(
        found: &Found,
        config: StreamConfig,
        format: SampleFormat,
        feed: Option<Feed>,
    ) -> Result<Self, (cpal::Error, Option<Feed>)> {
        let invalid = || cpal::Error::new(cpal::ErrorKind::UnsupportedConfig);
        let (Some(channels), Some(rate)) = (
            NonZero::new(config.channels),
            NonZero::new(config.sample_rate),
        ) else {
            return Err((invalid(), feed));
        };
        let (mixer, mixed) = mixer(channels, rate);
        let ledger = Arc::new(Ledger::new(config.sample_rate));
        let (send_home, home) = sync_channel(1);
        let mut begin = None;
        if let Some(mut feed) = feed {
            feed.retune(config.sample_rate);
            begin = Some(feed.position());
            mixer.add(EndlessSource::new(feed, send_home.clone(), channels, rate));
        }
        let (device, book) = (&found.device, &ledger);
        let stream = match format {
            SampleFormat::F32 => connect::<f32>(device, config, mixed, book),
            SampleFormat::F64 => connect::<f64>(device, config, mixed, book),
            SampleFormat::I8 => connect::<i8>(device, config, mixed, book),
            SampleFormat::I16 => connect::<i16>(device, config, mixed, book),
            SampleFormat::I24 => connect::<I24>(device, config, mixed, book),
            SampleFormat::I32 => connect::<i32>(device, config, mixed, book),
            SampleFormat::I64 => connect::<i64>(device, config, mixed, book),
            SampleFormat::U8 => connect::<u8>(device, config, mixed, book),
            SampleFormat::U16 => connect::<u16>(device, config, mixed, book),
            SampleFormat::U24 => connect::<U24>(device, config, mixed, book),
            SampleFormat::U32 => connect::<u32>(device, config, mixed, book),
            SampleFormat::U64 => connect::<u64>(device, config, mixed, book),
            _ => Err(invalid()),
        };
        let played = stream.and_then(|stream| {
            if begin.is_some() {
                ledger.begin();
                stream.play()?;
            }
            Ok(stream)
        });
        match played {
            Ok(stream) => Ok(Self {
                stream,
                mixer,
                ledger,
                send_home,
                home,
                begin,
                info: found.info.clone(),
                rate: config.sample_rate,
                channels: config.channels,
            }),
            Err(error) => {
                drop(mixer);
                let grave = Grave { home, heard: begin };
                Err((error, grave.feed(CLOSING_PATIENCE)))
            }
        }
    }

    /// Puts the feed into a stream that was opened without and sets it going.
    pub(super) fn start(&mut self, mut feed: Feed) -> Result<(), cpal::Error> {
        // Neither can be zero: the stream was built with them.
        let (Some(channels), Some(rate)) = (NonZero::new(self.channels), NonZero::new(self.rate))
        else {
            return Ok(());
        };
        feed.retune(self.rate);
        self.begin = Some(feed.position());
        let home = self.send_home.clone();
        self.mixer
            .add(EndlessSource::new(feed, home, channels, rate));
        self.ledger.begin();
        self.stream.play()
    }

    pub(super) fn is_started(&self) -> bool {
        self.begin.is_some()
    }

    /// Closes the device. A driver that hangs while it closes delays nobody.
    pub(super) fn bury(self) -> Grave {
        let heard = self.begin.map(|begin| begin + self.ledger.heard_frames());
        let (stream, mixer) = (self.stream, self.mixer);
        let closing = move || {
            drop(stream);
            drop(mixer);
        };
        // Where no thread can be had this one does it, at the risk of hanging.
        let _ = std::thread::Builder::new()
            .name("output-close".to_owned())
            .spawn(closing);
        Grave {
            home: self.home,
            heard,
        }
    }
}

/// A stream that is being closed, and out of which the feed comes home.
pub(super) struct Grave {
    home: Receiver<Feed>,
    heard: Option<u64>,
}

impl Grave {
    /// The feed, set back to the first frame that was not heard; `None` if it
    /// does not come within `patience`.
    pub(super) fn feed(&self, patience: Duration) -> Option<Feed> {
        let heard = self.heard?;
        let mut feed = self.home.recv_timeout(patience).ok()?;
        feed.rewind_to(heard);
        Some(feed)
    }
}

fn connect<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: StreamConfig,
    mut mixed: MixerSource,
    ledger: &Arc<Ledger>,
) -> Result<cpal::Stream, cpal::Error> {
    let (asked, failed) = (ledger.clone(), ledger.clone());
    let channels = usize::from(config.channels);
    device.build_output_stream::<T, _, _>(
        config,
        move |data, info| {
            let times = info.timestamp();
            let queued = times.playback.duration_since(times.callback);
            asked.asked(data.len() / channels, queued);
            for sample in data {
                *sample = mixed.next().map_or(T::EQUILIBRIUM, T::from_sample);
            }
        },
        move |error| failed.failed(error.kind()),
        Some(Duration::from_secs(1)),
    )
}
