//! Fills blocks: reads the programme, sets the level, sends it through the
//! record chain.

use std::ops::Range;
use std::sync::Arc;

use super::block::{BLOCK_FRAMES, Block, LEVEL_STEP, SLOTS};
use super::level::{Level, Levelling, Levels};
use super::sheet::DubSheet;
use super::source::Source;
use afterdark_tape::Frame;
use afterdark_tape::cassette::{Geometry, Side};
use afterdark_tape::tape::{Generations, Setup};

/// Within a song the record level and what is heard move no faster, dB a second:
/// slow enough to be no effect.
const GLIDE_DB_S: [f32; 2] = [12.0, 3.0];
/// Between songs they move as fast as this in [`LEVEL_STEP`] frames, dB…
const CHANGE_DB: f32 = 1.0;
/// …and begin so many frames before a softer one, so that its start is not too
/// loud.
const CHANGE_AHEAD: u64 = 24 * LEVEL_STEP as u64;

/// How the levels stand, on their way to those of a song.
#[derive(Clone, Copy, Default)]
struct Standing {
    song: Option<usize>,
    /// It is another song than the last, and they are not there yet.
    changing: bool,
    level: Level,
}

/// How the levels stood where a block was dubbed, as in [`Block::level`].
#[derive(Clone)]
struct Dubbed {
    block: Option<(Side, u64)>,
    at: [Standing; LEVELS],
}

const LEVELS: usize = BLOCK_FRAMES / LEVEL_STEP + 1;

/// Dubs a tape block by block.
pub(super) struct Dubber {
    pub(super) source: Source,
    pub(super) levels: Levels,
    /// None where only the programme is wanted.
    chain: Option<Generations>,
    /// Frames by which the chain's output lags: it is fed that much ahead, so
    /// that the tape lies under the programme.
    delay: usize,
    drive_db: f32,
    /// Where the record head is.
    head: Option<(Side, u64)>,
    /// The levels there.
    levels_now: Standing,
    /// How they stood in the last blocks, in the deck's slots.
    dubbed: Vec<Dubbed>,
    /// Programme from `head` on that the chain has been fed already.
    ahead: Vec<Frame>,
    feed: Vec<Frame>,
    /// Another setting that comes in at a frame of a side.
    next: Option<(Setup, Side, u64)>,
}

impl Dubber {
    pub(super) fn new(sheet: Arc<DubSheet>, setup: &Setup, seed: u64) -> Self {
        let side_s = Geometry::new(sheet.layout.length).side_s();
        let mut chain = Generations::new(sheet.sample_rate, setup, seed, side_s);
        Self {
            delay: chain.delay_frames().round() as usize,
            chain: Some(chain),
            source: Source::new(Arc::clone(&sheet)),
            levels: Levels::new(sheet, Levelling::default()),
            drive_db: setup.drive_db,
            head: None,
            levels_now: Standing::default(),
            dubbed: vec![
                Dubbed {
                    block: None,
                    at: [Standing::default(); LEVELS],
                };
                SLOTS
            ],
            ahead: Vec::new(),
            feed: Vec::new(),
            next: None,
        }
    }

    /// Only the programme is wanted: nothing is recorded any more.
    pub(super) fn leave_out_tape(&mut self) {
        self.chain = None;
    }

    /// Takes up another setting of the machine: from frame `from` of a side on,
    /// faded, once the block with that frame is dubbed; else from the next
    /// block on.
    pub(super) fn set(&mut self, setup: &Setup, from: Option<(Side, u64)>) {
        self.head = None;
        match from {
            Some((side, frame)) => self.next = Some((setup.clone(), side, frame)),
            None => {
                self.next = None;
                self.take_up(setup);
            }
        }
    }

    fn take_up(&mut self, setup: &Setup) {
        self.drive_db = setup.drive_db;
        if let Some(chain) = &mut self.chain {
            chain.set(setup);
        }
    }

    /// Dubs block `index` of a side.
    pub(super) fn dub(&mut self, block: &mut Block, side: Side, index: u64) {
        let at = index * BLOCK_FRAMES as u64;
        let next = self.next.take();
        let within = |&(_, s, frame): &(Setup, Side, u64)| {
            let offset = frame.checked_sub(at).filter(|_| s == side)?;
            (offset < BLOCK_FRAMES as u64).then_some(offset as usize)
        };
        let seam = next.as_ref().and_then(within);
        if let (Some((setup, ..)), None) = (&next, seam) {
            // The head went elsewhere before it got there.
            self.take_up(setup);
            self.head = None;
        }
        let slot = (index % SLOTS as u64) as usize;
        // Up to the seam nothing may change under the head: not its level either,
        // though the song may have been measured since.
        let mut dubbed = self.dubbed[slot].clone();
        let same = seam.is_some() && dubbed.block == Some((side, index));
        if self.head != Some((side, at)) {
            self.roll_up(side, at, same.then_some(dubbed.at[0]));
        }
        dubbed.block = Some((side, index));
        dubbed.at[0] = self.levels_now;
        block.generation = self.source.sheet().generation;
        block.side = side;
        block.index = index;
        let fed = at + self.delay as u64;
        self.source.read(side, fed, &mut block.tape[..]);
        let (head, tail) = block.source.split_at_mut(self.delay);
        head.copy_from_slice(&self.ahead);
        tail.copy_from_slice(&block.tape[..BLOCK_FRAMES - self.delay]);
        self.ahead
            .copy_from_slice(&block.tape[BLOCK_FRAMES - self.delay..]);
        let level = self.levels_now.level;
        block.level[0] = amplitude(level.record_db);
        block.gain[0] = amplitude(level.gain_db);
        // On the grid of the levels, which is the chain's too.
        let cut = seam.map_or(0, |offset| offset / LEVEL_STEP * LEVEL_STEP);
        self.record(block, at, 0..cut, &mut dubbed.at, same);
        if let (Some((setup, ..)), Some(_)) = (&next, seam) {
            self.take_up(setup);
        }
        self.record(block, at, cut..BLOCK_FRAMES, &mut dubbed.at, false);
        self.dubbed[slot] = dubbed;
        self.head = Some((side, at + BLOCK_FRAMES as u64));
    }

    /// Moves the levels towards what is wanted at a frame of a side.
    fn follow(&mut self, side: Side, at: u64) {
        let (song, wanted) = self.wanted(side, at);
        let step_s = LEVEL_STEP as f32 / self.source.sheet().sample_rate as f32;
        let now = &mut self.levels_now;
        now.changing |= now.song.replace(song) != Some(song);
        let steps_db = GLIDE_DB_S.map(|db_s| {
            if now.changing {
                CHANGE_DB
            } else {
                db_s * step_s
            }
        });
        let level = &mut now.level;
        go(&mut level.record_db, wanted.record_db, steps_db[0]);
        go(&mut level.gain_db, wanted.gain_db, steps_db[1]);
        now.changing &= now.level != wanted;
    }

    /// Sends a part of a block that begins at frame `at` through the chain, at
    /// its level: the one it should have, or as in `levels`, which keep it.
    fn record(
        &mut self,
        block: &mut Block,
        at: u64,
        part: Range<usize>,
        levels: &mut [Standing; LEVELS],
        keep: bool,
    ) {
        let first = part.start / LEVEL_STEP;
        let frames = &mut block.tape[part];
        for (i, frames) in frames.chunks_exact_mut(LEVEL_STEP).enumerate() {
            let i = first + i;
            if keep {
                self.levels_now = levels[i + 1];
            } else {
                self.follow(block.side, at + (i * LEVEL_STEP) as u64);
            }
            levels[i + 1] = self.levels_now;
            let level = self.levels_now.level;
            block.level[i + 1] = amplitude(level.record_db);
            block.gain[i + 1] = amplitude(level.gain_db);
            ramp(frames, block.level[i], block.level[i + 1]);
        }
        if let Some(chain) = &mut self.chain {
            chain.process(frames);
        }
    }

    /// Brings the record chain to a place as if it had come there by itself.
    fn roll_up(&mut self, side: Side, at: u64, levels: Option<Standing>) {
        let rate = f64::from(self.source.sheet().sample_rate);
        let preroll_s = self.chain.as_ref().map_or(0.0, Generations::preroll_s);
        let preroll = ((preroll_s * rate) as u64).min(at);
        self.levels_now = levels.unwrap_or_else(|| self.levels_at(side, at));
        let level = amplitude(self.levels_now.level.record_db);
        if let Some(chain) = &mut self.chain {
            chain.locate(side, at - preroll);
        }
        self.feed.resize(preroll as usize + self.delay, [0.0; 2]);
        self.source.read(side, at - preroll, &mut self.feed);
        self.ahead.clear();
        self.ahead.extend_from_slice(&self.feed[preroll as usize..]);
        ramp(&mut self.feed, level, level);
        if let Some(chain) = &mut self.chain {
            chain.process(&mut self.feed);
        }
    }

    /// As the block before has left the levels, so that nothing jumps; else as
    /// they are wanted.
    fn levels_at(&self, side: Side, at: u64) -> Standing {
        let (song, level) = self.wanted(side, at);
        let before = (at / BLOCK_FRAMES as u64).checked_sub(1);
        let before = before.and_then(|index| {
            let dubbed = &self.dubbed[(index % SLOTS as u64) as usize];
            let end = dubbed.at[LEVELS - 1];
            (dubbed.block == Some((side, index)) && end.song == Some(song)).then_some(end)
        });
        before.unwrap_or(Standing {
            song: Some(song),
            changing: false,
            level,
        })
    }

    /// The song whose levels are wanted at a frame of a side, and they.
    fn wanted(&self, side: Side, at: u64) -> (usize, Level) {
        let layout = &self.source.sheet().layout;
        let first = layout.sides[side.index()].first();
        let at_frame = |frame| {
            let song = layout.piece_at(side, frame).or(first)?.song;
            Some((song, self.levels.of(song)))
        };
        let here = at_frame(at);
        let soon = at_frame(at + CHANGE_AHEAD);
        let softer = soon.filter(|soon| here.is_some_and(|here| soon.1.gain_db < here.1.gain_db));
        let (song, mut level) = softer.or(here).unwrap_or((0, self.levels.of(0)));
        level.record_db += self.drive_db;
        (song, level)
    }
}

/// Moves a level by a step at most. To the very value: 0 dB changes no bit.
fn go(now: &mut f32, wanted: f32, step_db: f32) {
    let away = wanted - *now;
    *now = if away.abs() <= step_db {
        wanted
    } else {
        *now + step_db.copysign(away)
    };
}

/// Brings frames from one level to another.
fn ramp(frames: &mut [Frame], from: f32, to: f32) {
    let step = (to - from) / frames.len() as f32;
    for (i, frame) in frames.iter_mut().enumerate() {
        let level = from + step * i as f32;
        *frame = [frame[0] * level, frame[1] * level];
    }
}

fn amplitude(db: f32) -> f32 {
    10.0f32.powf(db / 20.0)
}
