//! Which block next: keeps the deck supplied round its head.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::block::{BLOCK_FRAMES, Block, SLOTS};
use super::crosstalk::{CROSSTALK_FRAMES, CROSSTALK_SLOTS, CrosstalkBlock, CrosstalkReader};
use super::dubber::Dubber;
use super::head::Head;
use super::level::{Known, Levelling, Loudness};
use super::measurement::Measurement;
use super::sheet::DubSheet;
use super::stale::StaleBlocks;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::Setup;

/// Blocks kept ready in the direction of travel (9.5 s at 48 kHz).
const AHEAD: u64 = 56;
/// So many blocks are dubbed before the song under the head is measured (0.7 s).
const FIRST_BLOCKS: u64 = 4;
/// So many before the head stay as they are when other levels are wanted, so that
/// the head never waits for them.
const NEAR_BLOCKS: u64 = 2;
/// At a higher speed nothing of the other side is heard.
const BESIDE_FASTEST: f64 = 4.0;
/// Going back, blocks are dubbed forwards in batches of this many, so that the
/// files are sought once a batch.
const BATCH: u64 = 8;

/// The deck's end of the line to its recorder.
pub struct Supply {
    /// Dubbed blocks, to be kept by the deck in slot `index % SLOTS`.
    pub blocks: Consumer<Box<Block>>,
    /// Blocks that gave way to others.
    pub returned: Producer<Box<Block>>,
    /// What lies beside it on the other side, for slot `index % CROSSTALK_SLOTS`.
    pub crosstalk: Consumer<Box<CrosstalkBlock>>,
    /// Stretches of it that gave way to others.
    pub crosstalk_returned: Producer<Box<CrosstalkBlock>>,
    /// Where the deck says its head is.
    pub head: Arc<Head>,
}

/// What the recorder has to tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// A song's file gave out; it is blank tape from there on.
    Failed {
        /// The dubbing in which it did.
        generation: u32,
        /// Which song of the programme.
        song: usize,
        /// Why.
        reason: String,
    },
    /// A song without loudness tags was measured.
    Measured {
        /// The dubbing for which it was.
        generation: u32,
        /// Which song of the programme.
        song: usize,
        /// What came of it.
        loudness: Loudness,
    },
}

/// The recorder itself, a step at a time; whoever calls it is its thread.
pub struct Recorder {
    dubber: Dubber,
    blocks: Producer<Box<Block>>,
    returned: Consumer<Box<Block>>,
    head: Arc<Head>,
    // Boxes, since they travel as such.
    #[allow(clippy::vec_box)]
    pool: Vec<Box<Block>>,
    /// What the deck holds in each slot.
    held: Vec<Option<(Side, u64)>>,
    stale: StaleBlocks,
    /// Of the other side, where it is wanted.
    crosstalk: Option<CrosstalkReader>,
    stretches: Producer<Box<CrosstalkBlock>>,
    stretches_returned: Consumer<Box<CrosstalkBlock>>,
    beside: [Option<(Side, u64)>; CROSSTALK_SLOTS],
    measurement: Option<Measurement>,
    /// Told since the last look.
    pub(super) reports: Vec<Report>,
}

impl Recorder {
    /// A recorder for one tape, and the line to the deck that will play it.
    pub fn new(sheet: Arc<DubSheet>, setup: &Setup, seed: u64) -> (Self, Supply) {
        let (blocks, blocks_out) = rtrb::RingBuffer::new(SLOTS * 2);
        let (returned_in, returned) = rtrb::RingBuffer::new(SLOTS * 2);
        let (stretches, crosstalk) = rtrb::RingBuffer::new(CROSSTALK_SLOTS);
        let (crosstalk_returned, stretches_returned) = rtrb::RingBuffer::new(CROSSTALK_SLOTS * 2);
        let head = Arc::new(Head::default());
        let recorder = Self {
            crosstalk: Some(CrosstalkReader::new(Arc::clone(&sheet), setup)),
            dubber: Dubber::new(sheet, setup, seed),
            stretches,
            stretches_returned,
            beside: [None; CROSSTALK_SLOTS],
            blocks,
            returned,
            head: Arc::clone(&head),
            pool: Vec::new(),
            held: vec![None; SLOTS],
            stale: StaleBlocks::new(),
            measurement: None,
            reports: Vec::new(),
        };
        (
            recorder,
            Supply {
                blocks: blocks_out,
                returned: returned_in,
                crosstalk,
                crosstalk_returned,
                head,
            },
        )
    }

    /// Another tape, or the same one laid anew: everything is dubbed again.
    pub fn insert(&mut self, sheet: Arc<DubSheet>, setup: &Setup, seed: u64) {
        if let Some(crosstalk) = &mut self.crosstalk {
            *crosstalk = CrosstalkReader::new(Arc::clone(&sheet), setup);
        }
        self.beside = [None; CROSSTALK_SLOTS];
        let levelling = self.dubber.levels.levelling();
        self.dubber = Dubber::new(sheet, setup, seed);
        self.dubber.levels.set_levelling(levelling);
        self.held.fill(None);
        self.stale.clear();
        self.measurement = None;
    }

    /// The same tape with more on it, or with files found that were only known
    /// of; what lies before that stays.
    pub fn extend(&mut self, sheet: Arc<DubSheet>) {
        let old = Arc::clone(self.dubber.source.sheet());
        for side in Side::BOTH {
            let (before, after) = (
                &old.layout.sides[side.index()],
                &sheet.layout.sides[side.index()],
            );
            let same = before
                .iter()
                .zip(after)
                .take_while(|(a, b)| a == b && old.songs.get(&a.song) == sheet.songs.get(&b.song))
                .count();
            // The piece before may have been taken for its run's last.
            let changed = before
                .get(same)
                .or(after.get(same))
                .map(|p| p.start.saturating_sub(BLOCK_FRAMES as u64));
            let Some(changed) = changed else { continue };
            for slot in &mut self.held {
                let stale =
                    |&(s, i): &(Side, u64)| s == side && (i + 1) * BLOCK_FRAMES as u64 > changed;
                if slot.as_ref().is_some_and(stale) {
                    *slot = None;
                }
            }
        }
        if let Some(crosstalk) = &mut self.crosstalk {
            crosstalk.set_sheet(Arc::clone(&sheet));
        }
        self.beside = [None; CROSSTALK_SLOTS];
        self.dubber.levels.set_sheet(Arc::clone(&sheet));
        self.dubber.source.set_sheet(sheet);
    }

    /// Takes up another setting of the machine, at frame `from` of a side that
    /// is playing towards it, else everywhere at once. What the deck has up to
    /// there stays as it is, so that nothing jumps under its head; all else is
    /// dubbed again, what is near the head first.
    pub fn set(&mut self, setup: &Setup, from: Option<(Side, u64)>) {
        let (side, frame, _) = self.head.get();
        let here = frame / BLOCK_FRAMES as u64;
        let from = from.filter(|(s, f)| *s == side && *f > frame);
        let seam: Vec<(Side, u64)> = match from {
            Some((side, from)) => (here..=from / BLOCK_FRAMES as u64)
                .map(|index| (side, index))
                .collect(),
            None => Vec::new(),
        };
        self.stale.mark(&self.held, &seam);
        // The seam's last block holds the change itself and is dubbed at once.
        let kept = &seam[..seam.len().saturating_sub(1)];
        for slot in &mut self.held {
            *slot = slot.filter(|block| kept.contains(block));
        }
        self.dubber.set(setup, from);
        if self.crosstalk.as_mut().is_some_and(|b| b.set(setup)) {
            self.beside = [None; CROSSTALK_SLOTS];
        }
    }

    /// Records every song at this level (dB re unity) whatever its loudness.
    pub fn fix_level(&mut self, db: Option<f32>) {
        self.dubber.levels.fix(db);
        self.held.fill(None);
    }

    /// Whether songs are heard equally loud.
    pub fn set_levelling(&mut self, levelling: Levelling) {
        self.dubber.levels.set_levelling(levelling);
        self.held.fill(None);
    }

    /// A song's loudness, known from an earlier measurement of all of it.
    pub fn set_loudness(&mut self, song: usize, loudness: Loudness) {
        self.dubber.levels.set(song, loudness, Known::Exactly);
    }

    /// Songs whose loudness is not known, those of `side` first.
    pub fn unmeasured(&self, side: Side) -> Vec<usize> {
        let sides = &self.dubber.source.sheet().layout.sides;
        let pieces = [side, side.other()].map(|side| &sides[side.index()]);
        let mut songs: Vec<usize> = pieces.into_iter().flatten().map(|p| p.song).collect();
        songs.dedup();
        songs.retain(|song| self.dubber.levels.known(*song) != Known::Exactly);
        songs
    }

    /// Measures a song, all of it at once.
    pub fn measure_now(&self, song: usize) -> Loudness {
        let mut measurement = self.measurement_of(song, true);
        loop {
            if let Some(loudness) = measurement.step() {
                return loudness;
            }
        }
    }

    /// Dubs one block or measures a bit; `false` when there is nothing to do.
    pub fn step(&mut self) -> bool {
        self.measure_first() || self.supply() || self.measure_near()
    }

    /// Records nothing, and leaves the other side alone: for where only the
    /// programme is wanted.
    pub fn leave_out_tape(&mut self) {
        self.crosstalk = None;
        self.dubber.leave_out_tape();
    }

    /// Dubs the most wanted block, if the deck lacks any; else what lies
    /// beside it on the other side.
    pub fn supply(&mut self) -> bool {
        self.supply_block() || self.supply_crosstalk()
    }

    fn supply_crosstalk(&mut self) -> bool {
        let Some((side, index)) = self.beside_wanted() else {
            return false;
        };
        let side_frames = self.side_frames();
        let (Some(crosstalk), false) = (&mut self.crosstalk, self.stretches.is_full()) else {
            return false;
        };
        let returned = self.stretches_returned.pop();
        let mut stretch = returned.unwrap_or_else(|_| Box::new(CrosstalkBlock::blank()));
        let levels = &self.dubber.levels;
        crosstalk.fill(&mut stretch, (side, index), side_frames, levels);
        self.beside[(index % CROSSTALK_SLOTS as u64) as usize] = Some((side, index));
        // Not full: looked a moment ago, and only this end fills it.
        let _ = self.stretches.push(stretch);
        true
    }

    /// Here, and where the tape is going.
    fn beside_wanted(&self) -> Option<(Side, u64)> {
        let (side, frame, speed) = self.head.get();
        if speed.abs() > BESIDE_FASTEST {
            return None;
        }
        let here = frame / CROSSTALK_FRAMES as u64;
        let next = if speed < 0.0 {
            here.saturating_sub(1)
        } else {
            here + 1
        };
        let lacks = |&index: &u64| {
            let slot = (index % CROSSTALK_SLOTS as u64) as usize;
            self.beside[slot] != Some((side, index))
        };
        [here, next].into_iter().find(lacks).map(|i| (side, i))
    }

    fn supply_block(&mut self) -> bool {
        while let Ok(block) = self.returned.pop() {
            self.pool.push(block);
        }
        if self.blocks.is_full() {
            return false;
        }
        let Some((side, index)) = self.wanted() else {
            return false;
        };
        let mut block = self.pool.pop().unwrap_or_else(Block::blank);
        self.dubber.dub(&mut block, side, index);
        for (song, reason) in self.dubber.source.failed.drain(..) {
            let generation = block.generation;
            self.reports.push(Report::Failed {
                generation,
                song,
                reason,
            });
        }
        self.held[(index % SLOTS as u64) as usize] = Some((side, index));
        let (now, frame, _) = self.head.get();
        let here = frame / BLOCK_FRAMES as u64;
        self.stale.dubbed((side, index), now, here);
        // Not full: looked a moment ago, and only this end fills it.
        let _ = self.blocks.push(block);
        true
    }

    /// Told since the last call.
    pub fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }

    /// How fast the tape moves, 1.0 is play.
    pub(super) fn speed(&self) -> f64 {
        self.head.get().2
    }

    fn wanted(&self) -> Option<(Side, u64)> {
        let (side, frame, speed) = self.head.get();
        let here = frame / BLOCK_FRAMES as u64;
        let side_frames = self.side_frames();
        let lacks = |index: u64| {
            ((index * BLOCK_FRAMES as u64) as f64) < side_frames
                && self.held[(index % SLOTS as u64) as usize] != Some((side, index))
        };
        if lacks(here) {
            return Some((side, here));
        }
        let ahead = if speed < 0.0 {
            let missing = (1..=AHEAD)
                .filter_map(|n| here.checked_sub(n))
                .find(|&i| lacks(i));
            missing.and_then(|missing| {
                let mut batch = missing.saturating_sub(BATCH - 1)..=missing;
                batch.find(|&i| lacks(i))
            })
        } else {
            (here + 1..=here + AHEAD).find(|&i| lacks(i))
        };
        ahead
            .map(|index| (side, index))
            .or_else(|| self.stale.passed(side, here))
            .or_else(|| self.stale.behind(side, here))
    }

    fn side_frames(&self) -> f64 {
        let sheet = self.dubber.source.sheet();
        let geometry = afterdark_tape::cassette::Geometry::new(sheet.layout.length);
        geometry.side_s() * f64::from(sheet.sample_rate)
    }

    /// The song under the head, in haste, as soon as the tape there lasts for a
    /// while: what is dubbed before is no more than a guess.
    fn measure_first(&mut self) -> bool {
        let (side, frame, _) = self.head.get();
        let here = frame / BLOCK_FRAMES as u64;
        let held = |index: u64| self.held[(index % SLOTS as u64) as usize] == Some((side, index));
        if !(here..here + FIRST_BLOCKS).all(held) {
            return false;
        }
        let piece = self.dubber.source.sheet().layout.piece_at(side, frame);
        let song = piece.map(|piece| piece.song);
        song.is_some_and(|song| self.measure(song, Known::Roughly))
    }

    /// What is near the head, and the rest of the album that it is in: in haste
    /// first, then thoroughly.
    fn measure_near(&mut self) -> bool {
        let (side, frame, _) = self.head.get();
        let pieces = &self.dubber.source.sheet().layout.sides[side.index()];
        let here = pieces.partition_point(|piece| piece.end() <= frame);
        let near = pieces[here.min(pieces.len())..].iter().take(2);
        let near: Vec<usize> = near.map(|piece| piece.song).collect();
        let together = near.first().map(|song| self.dubber.levels.together(*song));
        let roughly = near.iter().copied().chain(together.into_iter().flatten());
        let wanted = roughly.map(|song| (song, Known::Roughly));
        let wanted = wanted.chain(near.iter().map(|song| (*song, Known::Exactly)));
        let wanted: Vec<_> = wanted.collect();
        wanted
            .into_iter()
            .any(|(song, how)| self.measure(song, how))
    }

    /// Measures a bit of a song; `false` if it is known that well.
    fn measure(&mut self, song: usize, how: Known) -> bool {
        if self.dubber.levels.known(song) >= how {
            return false;
        }
        let whole = how == Known::Exactly;
        let kept = self.measurement.take();
        let kept = kept.filter(|m| m.song == song && m.whole >= whole);
        let mut measurement = kept.unwrap_or_else(|| self.measurement_of(song, whole));
        let Some(loudness) = measurement.step() else {
            self.measurement = Some(measurement);
            return true;
        };
        let how = if measurement.whole {
            self.reports.push(Report::Measured {
                generation: self.dubber.source.sheet().generation,
                song,
                loudness,
            });
            Known::Exactly
        } else {
            Known::Roughly
        };
        if self.dubber.levels.set(song, loudness, how) {
            self.dub_again();
        }
        true
    }

    fn measurement_of(&self, song: usize, whole: bool) -> Measurement {
        let sheet = self.dubber.source.sheet();
        let pieces = sheet.layout.sides.iter().flatten();
        let pieces = pieces.filter(|p| p.song == song);
        let frames = pieces.map(|p| p.offset + p.source_frames).max();
        Measurement::new(song, &sheet.songs[&song], frames.unwrap_or(0), whole)
    }

    /// Other levels are wanted: what is not just before the head is dubbed again.
    fn dub_again(&mut self) {
        let (side, frame, _) = self.head.get();
        let here = frame / BLOCK_FRAMES as u64;
        let near: Vec<(Side, u64)> = (here..=here + NEAR_BLOCKS).map(|i| (side, i)).collect();
        for slot in &mut self.held {
            *slot = slot.filter(|block| near.contains(block));
        }
    }
}
