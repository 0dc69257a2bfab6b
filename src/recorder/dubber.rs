//! Fills blocks: reads the programme, sets the level, sends it through the
//! record chain.

use std::ops::Range;
use std::sync::Arc;

use super::block::SLOTS;
use super::block::{BLOCK_FRAMES, Block, LEVEL_STEP};
use super::level::Levels;
use super::sheet::DubSheet;
use super::source::Source;
use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::{RecordChain, Setup};

/// The record level moves no faster, dB a second: slow enough to be no effect.
const LEVEL_DB_S: f32 = 12.0;

/// Dubs a tape block by block.
pub(super) struct Dubber {
    pub(super) source: Source,
    pub(super) levels: Levels,
    /// None where only the programme is wanted.
    chain: Option<RecordChain>,
    /// Frames by which the chain's output lags: it is fed that much ahead, so
    /// that the tape lies under the programme.
    delay: usize,
    drive_db: f32,
    /// Where the record head is, and the level there in dB.
    head: Option<(Side, u64)>,
    level_db: f32,
    /// The levels of the last blocks, in the deck's slots.
    dubbed: Vec<Dubbed>,
    /// Programme from `head` on that the chain has been fed already.
    ahead: Vec<Frame>,
    feed: Vec<Frame>,
    /// Another setting that comes in at a frame of a side.
    next: Option<(Setup, Side, u64)>,
}

/// The level at which a block was dubbed, in dB, as in [`Block::level`].
#[derive(Clone)]
struct Dubbed {
    block: Option<(Side, u64)>,
    db: [f32; LEVELS],
}

const LEVELS: usize = BLOCK_FRAMES / LEVEL_STEP + 1;

impl Dubber {
    pub(super) fn new(sheet: Arc<DubSheet>, setup: &Setup, seed: u64) -> Self {
        let mut chain = RecordChain::new(sheet.sample_rate, setup, seed);
        Self {
            delay: chain.delay_frames().round() as usize,
            chain: Some(chain),
            source: Source::new(sheet),
            levels: Levels::default(),
            drive_db: setup.drive_db,
            head: None,
            level_db: 0.0,
            dubbed: vec![
                Dubbed {
                    block: None,
                    db: [0.0; LEVELS],
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
            let level_db = if same {
                dubbed.db[0]
            } else {
                self.wanted_db(side, at)
            };
            self.roll_up(side, at, level_db);
        }
        dubbed.block = Some((side, index));
        dubbed.db[0] = self.level_db;
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
        block.level[0] = amplitude(self.level_db);
        // On the grid of the levels, which is the chain's too.
        let cut = seam.map_or(0, |offset| offset / LEVEL_STEP * LEVEL_STEP);
        self.record(block, at, 0..cut, &mut dubbed.db, same);
        if let (Some((setup, ..)), Some(_)) = (&next, seam) {
            self.take_up(setup);
        }
        self.record(block, at, cut..BLOCK_FRAMES, &mut dubbed.db, false);
        self.dubbed[slot] = dubbed;
        self.head = Some((side, at + BLOCK_FRAMES as u64));
    }

    /// Sends a part of a block that begins at frame `at` through the chain, at
    /// its level: the one it should have, or as in `levels`, which keep it.
    fn record(
        &mut self,
        block: &mut Block,
        at: u64,
        part: Range<usize>,
        levels: &mut [f32; LEVELS],
        keep: bool,
    ) {
        let step_db = LEVEL_DB_S * LEVEL_STEP as f32 / self.source.sheet().sample_rate as f32;
        let first = part.start / LEVEL_STEP;
        let frames = &mut block.tape[part];
        for (i, frames) in frames.chunks_exact_mut(LEVEL_STEP).enumerate() {
            let i = first + i;
            let wanted = self.wanted_db(block.side, at + (i * LEVEL_STEP) as u64);
            self.level_db = if keep {
                levels[i + 1]
            } else {
                self.level_db + (wanted - self.level_db).clamp(-step_db, step_db)
            };
            levels[i + 1] = self.level_db;
            block.level[i + 1] = amplitude(self.level_db);
            ramp(frames, block.level[i], block.level[i + 1]);
        }
        if let Some(chain) = &mut self.chain {
            chain.process(frames);
        }
    }

    /// Brings the record chain to a place as if it had come there by itself.
    fn roll_up(&mut self, side: Side, at: u64, level_db: f32) {
        let rate = f64::from(self.source.sheet().sample_rate);
        let preroll = ((RecordChain::PREROLL_S * rate) as u64).min(at);
        self.level_db = level_db;
        let level = amplitude(self.level_db);
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

    fn wanted_db(&self, side: Side, at: u64) -> f32 {
        let sheet = self.source.sheet();
        let pieces = &sheet.layout.sides[side.index()];
        let piece = sheet.layout.piece_at(side, at).or(pieces.first());
        piece.map_or(0.0, |p| self.levels.record_db(sheet, p.song)) + self.drive_db
    }
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
