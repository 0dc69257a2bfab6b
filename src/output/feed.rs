//! What the devices drink from: the renderer and a memory of the last frames
//! it made, so that frames which a dying device never played can be played again.

use crate::render::Render;
use afterdark_tape::Frame;

/// Seconds remembered: more than the latency of a stream, and than the time in
/// which a stream that a server has sent into the void is noticed.
const MEMORY_S: u32 = 2;

/// Over this many seconds what is written again takes the place of what was there.
const FADE_S: f64 = 0.005;

/// The renderer with its memory. It travels from device to device.
pub(super) struct Feed {
    render: Box<dyn Render>,
    /// Ring of the last frames made; frame number `n` is at `n % len`.
    memory: Box<[Frame]>,
    /// Frames that the renderer has made since it was handed over.
    made: u64,
    /// Of these, how many of the last are to be handed out once more.
    again: usize,
    /// What was handed out before in the place of the frames that come next,
    /// and how many of these have come.
    fading: Vec<Frame>,
    faded: usize,
    rate: u32,
}

impl Feed {
    /// Takes a renderer that is tuned to `rate` frames a second.
    pub(super) fn new(render: Box<dyn Render>, rate: u32) -> Self {
        Self {
            render,
            memory: memory(rate),
            made: 0,
            again: 0,
            fading: Vec::with_capacity(fade_frames(rate)),
            faded: 0,
            rate,
        }
    }

    /// Number of the frame that comes out next, counted from the first.
    pub(super) fn position(&self) -> u64 {
        self.made - self.again as u64
    }

    /// Fills `out`: first what is to be heard again, then what is new.
    /// Neither locks nor allocates.
    pub(super) fn pull(&mut self, out: &mut [Frame]) {
        let old = self.again.min(out.len());
        let (replayed, new) = out.split_at_mut(old);
        let from = self.position();
        self.read(from, replayed);
        self.again -= old;
        if !new.is_empty() {
            self.render.render(new);
            self.fade_over(new);
            self.remember(new);
        }
    }

    /// Is what it hands out only a stopgap?
    pub(super) fn is_waiting(&self) -> bool {
        self.render.is_waiting()
    }

    /// Has up to `frames` of the last frames rendered anew, and faded over from
    /// what they were. Returns how many; they come out next. Neither locks nor
    /// allocates.
    pub(super) fn renew(&mut self, frames: usize) -> usize {
        // A fade that does not fit in would click.
        if frames < fade_frames(self.rate) || frames > self.memory.len() || self.again > 0 {
            return 0;
        }
        let renewed = self.render.take_back(frames).min(frames);
        self.made -= renewed as u64;
        let fade = renewed.min(fade_frames(self.rate));
        let start = self.made;
        let mut fading = std::mem::take(&mut self.fading);
        fading.resize(fade, [0.0; 2]);
        self.read(start, &mut fading);
        self.fading = fading;
        self.faded = 0;
        renewed
    }

    fn fade_over(&mut self, new: &mut [Frame]) {
        let old = &self.fading[self.faded..];
        for (i, (new, old)) in new.iter_mut().zip(old).enumerate() {
            let part = (self.faded + i + 1) as f32 / (self.fading.len() + 1) as f32;
            // Both ends are flat, so that the fade itself has no corner.
            let part = part * part * (3.0 - 2.0 * part);
            for (new, old) in new.iter_mut().zip(old) {
                *new = old + (*new - old) * part;
            }
        }
        self.faded = (self.faded + new.len()).min(self.fading.len());
    }

    /// Goes back so that frame number `position` comes out next, as far as the
    /// memory reaches.
    pub(super) fn rewind_to(&mut self, position: u64) {
        let back = self.made.saturating_sub(position);
        self.again = back.min(self.memory.len() as u64) as usize;
        self.faded = self.fading.len();
    }

    /// Changes the rate. What is to be heard again is interpolated (a straight
    /// line between frames: it lasts a few hundredths of a second at most).
    /// Allocates; never called from a callback.
    pub(super) fn retune(&mut self, rate: u32) {
        if rate == self.rate || rate == 0 {
            return;
        }
        let mut old = vec![[0.0; 2]; self.again];
        self.read(self.position(), &mut old);
        let step = f64::from(self.rate) / f64::from(rate);
        self.memory = memory(rate);
        self.fading = Vec::with_capacity(fade_frames(rate));
        self.faded = 0;
        let length = ((old.len() as f64 / step) as usize).min(self.memory.len());
        let new: Vec<Frame> = (0..length)
            .map(|i| {
                let at = i as f64 * step;
                let (a, part) = (at as usize, at.fract() as f32);
                let (x, y) = (old[a], old[(a + 1).min(old.len() - 1)]);
                [x[0] + (y[0] - x[0]) * part, x[1] + (y[1] - x[1]) * part]
            })
            .collect();
        self.remember(&new);
        self.again = new.len();
        self.rate = rate;
        self.render.retune(rate);
    }

    fn read(&self, from: u64, out: &mut [Frame]) {
        let start = (from % self.memory.len() as u64) as usize;
        let first = out.len().min(self.memory.len() - start);
        let (a, b) = out.split_at_mut(first);
        a.copy_from_slice(&self.memory[start..start + first]);
        b.copy_from_slice(&self.memory[..b.len()]);
    }

    fn remember(&mut self, new: &[Frame]) {
        let length = self.memory.len();
        let kept = &new[new.len().saturating_sub(length)..];
        let start = ((self.made + (new.len() - kept.len()) as u64) % length as u64) as usize;
        let first = kept.len().min(length - start);
        self.memory[start..start + first].copy_from_slice(&kept[..first]);
        self.memory[..kept.len() - first].copy_from_slice(&kept[first..]);
        self.made += new.len() as u64;
    }
}

fn fade_frames(rate: u32) -> usize {
    (FADE_S * f64::from(rate)) as usize
}

fn memory(rate: u32) -> Box<[Frame]> {
    vec![[0.0; 2]; (MEMORY_S * rate.max(1)) as usize].into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::Ramp;

    fn take(feed: &mut Feed, frames: usize) -> Vec<f32> {
        let mut out = vec![[0.0; 2]; frames];
        feed.pull(&mut out);
        out.iter().map(|f| f[0]).collect()
    }

    #[test]
    fn what_was_not_heard_comes_again_and_then_the_music_goes_on() {
        let mut feed = Feed::new(Box::new(Ramp::default()), 44_100);
        for block in [1, 255, 4096, 100_000] {
            take(&mut feed, block);
        }
        let at = feed.position();
        feed.rewind_to(at - 1_000);
        let heard = take(&mut feed, 3_000);
        let expected: Vec<f32> = (0..3_000).map(|i| (at - 1_000 + i) as f32).collect();
        assert_eq!(heard, expected);
        // A second death during the replay goes back again.
        feed.rewind_to(at);
        assert_eq!(take(&mut feed, 1), [at as f32]);
    }

    /// Renders the level that it was last told; goes back as far as it is asked.
    struct Level(rtrb::Consumer<f32>, f32);

    impl Render for Level {
        fn render(&mut self, out: &mut [Frame]) {
            while let Ok(level) = self.0.pop() {
                self.1 = level;
            }
            out.fill([self.1; 2]);
        }

        fn retune(&mut self, _: u32) {}

        fn take_back(&mut self, frames: usize) -> usize {
            frames
        }
    }

    #[test]
    fn a_command_takes_the_place_of_what_was_queued_without_a_click() {
        let (mut levels, told) = rtrb::RingBuffer::new(1);
        let mut feed = Feed::new(Box::new(Level(told, 0.0)), 48_000);
        take(&mut feed, 10_000);
        levels.push(1.0).unwrap();
        let mut out = vec![[0.0; 2]; 4_000];
        let renewed = assert_no_alloc::assert_no_alloc(|| {
            let renewed = feed.renew(4_000);
            feed.pull(&mut out);
            renewed
        });
        assert_eq!((renewed, feed.position()), (4_000, 10_000));
        let heard: Vec<f32> = std::iter::once(0.0)
            .chain(out.iter().map(|f| f[0]))
            .collect();
        let steps: Vec<f32> = heard.windows(2).map(|w| w[1] - w[0]).collect();
        // There in 5 ms, never faster than twice a straight line, never back.
        assert!(steps.iter().all(|step| (0.0..2.0 / 240.0).contains(step)));
        assert!(out[240..].iter().all(|f| *f == [1.0; 2]));
        // So little cannot be faded, and is left as it is.
        assert_eq!(feed.renew(100), 0);
    }

    #[test]
    fn memory_is_bounded() {
        let mut feed = Feed::new(Box::new(Ramp::default()), 44_100);
        take(&mut feed, 100_000);
        feed.rewind_to(0);
        assert_eq!(feed.position(), 100_000 - 88_200);
        assert_eq!(take(&mut feed, 1), [11_800.0]);
    }

    #[test]
    fn replay_keeps_its_length_in_seconds_at_another_rate() {
        let mut feed = Feed::new(Box::new(Ramp::default()), 44_100);
        take(&mut feed, 10_000);
        feed.rewind_to(10_000 - 441);
        feed.retune(48_000);
        let heard = take(&mut feed, 480);
        assert_eq!(heard[0], 9_559.0);
        assert!((heard[240] - (9_559.0 + 240.0 * 0.918_75)).abs() < 0.01);
        // The renderer's own next frame follows.
        assert_eq!(take(&mut feed, 1), [10_000.0]);
    }
}
