//! The endless rodio source that stands in the device's mixer.

use super::feed::Feed;
use crate::Frame;
use rodio::{ChannelCount, SampleRate, Source};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

/// Frames rendered at a time: few enough to add little latency, enough that
/// the renderer's own cost per call does not count.
pub(super) const BLOCK_FRAMES: usize = 256;

/// Hands a feed out sample by sample, interleaved as the device wants it.
/// Dropped with its stream, it sends the feed home.
pub(super) struct EndlessSource {
    /// `None` only while being dropped.
    feed: Option<Feed>,
    home: SyncSender<Feed>,
    channels: ChannelCount,
    rate: SampleRate,
    block: [Frame; BLOCK_FRAMES],
    frame: usize,
    channel: u16,
}

impl EndlessSource {
    /// `home` must have room for one feed.
    pub(super) fn new(
        feed: Feed,
        home: SyncSender<Feed>,
        channels: ChannelCount,
        rate: SampleRate,
    ) -> Self {
        Self {
            feed: Some(feed),
            home,
            channels,
            rate,
            block: [[0.0; 2]; BLOCK_FRAMES],
            frame: BLOCK_FRAMES,
            channel: 0,
        }
    }
}

impl Iterator for EndlessSource {
    type Item = f32;

    #[inline]
    fn next(&mut self) -> Option<f32> {
        if self.frame == BLOCK_FRAMES {
            self.feed.as_mut()?.pull(&mut self.block);
            self.frame = 0;
        }
        let [left, right] = self.block[self.frame];
        let sample = match (self.channels.get(), self.channel) {
            (1, _) => 0.5 * (left + right),
            (_, 0) => left,
            (_, 1) => right,
            _ => 0.0,
        };
        self.channel += 1;
        if self.channel == self.channels.get() {
            self.channel = 0;
            self.frame += 1;
        }
        Some(sample)
    }
}

impl Source for EndlessSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        self.channels
    }

    fn sample_rate(&self) -> SampleRate {
        self.rate
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

impl Drop for EndlessSource {
    fn drop(&mut self) {
        if let Some(feed) = self.feed.take() {
            // Nobody waits for it only when the program ends; then it ends here.
            let _ = self.home.try_send(feed);
        }
    }
}
