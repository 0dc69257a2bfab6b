//! The endless rodio source that stands in the device's mixer.

use super::feed_cell::FeedCell;
use super::stream_clock::StreamClock;
use afterdark_tape::Frame;
use rodio::{ChannelCount, SampleRate, Source};
use std::sync::Arc;
use std::time::Duration;

/// Frames rendered at a time: few enough to add little latency, enough that
/// the renderer's own cost per call does not count.
pub(super) const BLOCK_FRAMES: usize = 256;

/// Hands out sample by sample, interleaved as the device wants it, what the
/// feed in the cell renders a block at a time. Never ends; silent while the
/// cell is empty.
pub(super) struct EndlessSource {
    cell: Arc<FeedCell>,
    clock: Arc<StreamClock>,
    channels: ChannelCount,
    rate: SampleRate,
    block: [Frame; BLOCK_FRAMES],
    frame: usize,
    channel: u16,
}

impl EndlessSource {
    pub(super) fn new(
        cell: Arc<FeedCell>,
        clock: Arc<StreamClock>,
        channels: ChannelCount,
        rate: SampleRate,
    ) -> Self {
        Self {
            cell,
            clock,
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
            let fed = self.cell.pull(&mut self.block);
            self.clock.rendered(BLOCK_FRAMES, fed);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::feed::Feed;
    use crate::output::testing::Ramp;
    use assert_no_alloc::assert_no_alloc;
    use rodio::mixer::{MixerSource, mixer};
    use std::num::NonZero;

    fn in_a_mixer(channels: u16) -> (MixerSource, Arc<FeedCell>) {
        let channels = NonZero::new(channels).unwrap();
        let rate = NonZero::new(44_100).unwrap();
        let feed = Feed::new(Box::new(Ramp::default()), 44_100);
        let cell = Arc::new(FeedCell::new(Some(feed)));
        let clock = Arc::new(StreamClock::new(44_100));
        let (mixer, mixed) = mixer(channels, rate);
        mixer.add(EndlessSource::new(cell.clone(), clock, channels, rate));
        (mixed, cell)
    }

    /// The ramp's frame `n` is `[n, -n / 2]`.
    #[test]
    fn samples_pass_the_mixer_untouched_and_in_place() {
        let expected: [(u16, fn(f32) -> Vec<f32>); 3] = [
            (1, |n| vec![0.25 * n]),
            (2, |n| vec![n, -0.5 * n]),
            (6, |n| vec![n, -0.5 * n, 0.0, 0.0, 0.0, 0.0]),
        ];
        for (channels, frame) in expected {
            let (mixed, _cell) = in_a_mixer(channels);
            let out: Vec<f32> = mixed.take(1_000 * usize::from(channels)).collect();
            let wanted: Vec<f32> = (0..1_000).flat_map(|n| frame(n as f32)).collect();
            assert_eq!(out, wanted, "{channels} channels");
        }
    }

    #[test]
    fn the_callback_path_neither_allocates_nor_frees() {
        let (mut mixed, cell) = in_a_mixer(2);
        let sum = assert_no_alloc(|| {
            let mut sum = 0.0;
            for _ in 0..4_096 {
                sum += mixed.next().unwrap_or(f32::NAN);
            }
            sum
        });
        assert_eq!(sum, (0..2_048).map(|n| n as f32 * 0.5).sum::<f32>());
        // Nor does it when the feed is taken away under it.
        let feed = cell.recall();
        let silence = assert_no_alloc(|| {
            let _rest_of_the_block = mixed.by_ref().take(512).count();
            mixed.by_ref().take(2_000).all(|sample| sample == 0.0)
        });
        assert!(silence);
        assert!(feed.is_some());
    }

    #[test]
    fn the_renderer_comes_home_from_a_dropped_source() {
        let (mut mixed, cell) = in_a_mixer(2);
        for _ in 0..2_000 {
            mixed.next();
        }
        drop(mixed);
        let mut feed = cell.recall().unwrap();
        // It goes on where the last block ended.
        let mut next = [[0.0; 2]];
        feed.pull(&mut next);
        assert_eq!(next, [[1_024.0, -512.0]]);
    }
}
