//! The tape that the deck has at hand.

use rtrb::Consumer;
use rtrb::Producer;

use crate::recorder::{BLOCK_FRAMES, Block, LEVEL_STEP, SLOTS};
use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;

/// Blocks from the recorder, each in its slot.
pub(super) struct BlockCache {
    slots: Vec<Option<Box<Block>>>,
    blocks: Consumer<Box<Block>>,
    returned: Producer<Box<Block>>,
}

impl BlockCache {
    pub(super) fn new(blocks: Consumer<Box<Block>>, returned: Producer<Box<Block>>) -> Self {
        Self {
            slots: (0..SLOTS).map(|_| None).collect(),
            blocks,
            returned,
        }
    }

    /// Takes in what the recorder has sent of this dubbing.
    pub(super) fn take_in(&mut self, generation: u32) {
        while let Ok(block) = self.blocks.pop() {
            let gone = if block.generation == generation {
                let slot = (block.index % SLOTS as u64) as usize;
                self.slots[slot].replace(block)
            } else {
                Some(block)
            };
            // The ring holds twice the blocks there are, so it is never full;
            // if it were, the slot would keep the block rather than free it here.
            if let Some(Err(rtrb::PushError::Full(block))) = gone.map(|b| self.returned.push(b)) {
                let slot = (block.index % SLOTS as u64) as usize;
                self.slots[slot].get_or_insert(block);
            }
        }
    }

    /// Lets go of everything, for another tape.
    pub(super) fn clear(&mut self) {
        for slot in &mut self.slots {
            if let Some(block) = slot.take()
                && let Err(rtrb::PushError::Full(block)) = self.returned.push(block)
            {
                *slot = Some(block);
            }
        }
    }

    fn block(&self, generation: u32, side: Side, index: u64) -> Option<&Block> {
        let slot = self.slots[(index % SLOTS as u64) as usize].as_deref()?;
        (slot.generation == generation && slot.side == side && slot.index == index).then_some(slot)
    }

    /// Whether the block with this frame is at hand.
    pub(super) fn has(&self, generation: u32, side: Side, frame: u64) -> bool {
        self.block(generation, side, frame / BLOCK_FRAMES as u64)
            .is_some()
    }

    /// Copies frames from `at` on (silence before the side's start) into two
    /// rows, left and right; returns whether all of them were there.
    pub(super) fn gather(
        &self,
        generation: u32,
        side: Side,
        at: i64,
        from: Layer,
        [left, right]: [&mut [f32]; 2],
    ) -> bool {
        let mut whole = true;
        let mut done = 0;
        while done < left.len() {
            let frame = at + done as i64;
            if frame < 0 {
                let n = (-frame).min((left.len() - done) as i64) as usize;
                left[done..done + n].fill(0.0);
                right[done..done + n].fill(0.0);
                done += n;
                continue;
            }
            let frame = frame as u64;
            let within = (frame % BLOCK_FRAMES as u64) as usize;
            let n = (BLOCK_FRAMES - within).min(left.len() - done);
            let (l, r) = (&mut left[done..done + n], &mut right[done..done + n]);
            match self.block(generation, side, frame / BLOCK_FRAMES as u64) {
                Some(block) => {
                    let frames = match from {
                        Layer::Source => &block.source[within..within + n],
                        Layer::Tape => &block.tape[within..within + n],
                    };
                    for ((l, r), frame) in l.iter_mut().zip(r).zip(frames) {
                        (*l, *r) = (frame[0], frame[1]);
                    }
                }
                None => {
                    l.fill(0.0);
                    r.fill(0.0);
                    whole = false;
                }
            }
            done += n;
        }
        whole
    }

    /// Copies frames from `at` on as they are; returns whether all were there.
    pub(super) fn copy(
        &self,
        generation: u32,
        side: Side,
        at: u64,
        from: Layer,
        out: &mut [Frame],
    ) -> bool {
        let mut whole = true;
        let mut done = 0;
        while done < out.len() {
            let frame = at + done as u64;
            let within = (frame % BLOCK_FRAMES as u64) as usize;
            let n = (BLOCK_FRAMES - within).min(out.len() - done);
            let part = &mut out[done..done + n];
            match self.block(generation, side, frame / BLOCK_FRAMES as u64) {
                Some(block) => part.copy_from_slice(match from {
                    Layer::Source => &block.source[within..within + n],
                    Layer::Tape => &block.tape[within..within + n],
                }),
                None => {
                    part.fill([0.0; 2]);
                    whole = false;
                }
            }
            done += n;
        }
        whole
    }

    /// At a frame, the record level (tape units for one unit of programme) and
    /// what is heard for one unit of programme.
    pub(super) fn levels(&self, generation: u32, side: Side, frame: f64) -> Option<[f32; 2]> {
        let at = frame.max(0.0);
        let index = (at / BLOCK_FRAMES as f64) as u64;
        let block = self.block(generation, side, index)?;
        let step = (at - (index * BLOCK_FRAMES as u64) as f64) / LEVEL_STEP as f64;
        let i = (step as usize).min(block.level.len() - 2);
        let part = (step - i as f64) as f32;
        let between = |row: &[f32]| row[i] + (row[i + 1] - row[i]) * part;
        Some([between(&block.level), between(&block.gain)])
    }
}

/// Which of a block's two signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    Source,
    Tape,
}
