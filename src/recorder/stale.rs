//! What the deck still has of a setting of the machine that was left.

use super::block::SLOTS;
use afterdark_tape::cassette::Side;

/// A seam further ahead of the head than this many blocks was jumped away from.
const NEAR: u64 = 12;

/// Blocks dubbed before a change, and those round the seam where it happens.
pub(super) struct StaleBlocks {
    /// Blocks of the old setting, in the deck's slots.
    slots: Vec<Option<(Side, u64)>>,
    /// Blocks from the head to the seam, which are old in part and must stay
    /// as they are until the head has passed them.
    seam: Vec<(Side, u64)>,
}

impl StaleBlocks {
    pub(super) fn new() -> Self {
        Self {
            slots: vec![None; SLOTS],
            seam: Vec::new(),
        }
    }

    /// The setting changes: in the blocks `seam` of a side on the way, in all
    /// others that the deck has (`held`) at once.
    pub(super) fn mark(&mut self, held: &[Option<(Side, u64)>], seam: &[(Side, u64)]) {
        for (old, held) in self.slots.iter_mut().zip(held) {
            *old = held.or(*old).filter(|block| !seam.contains(block));
        }
        for block in seam {
            if !self.seam.contains(block) {
                self.seam.push(*block);
            }
        }
    }

    /// Another tape is in.
    pub(super) fn clear(&mut self) {
        self.slots.fill(None);
        self.seam.clear();
    }

    /// A block round the seam that can be made new now.
    pub(super) fn passed(&self, side: Side, here: u64) -> Option<(Side, u64)> {
        // The head's filters still look back into the block before.
        let passed = |&&(s, i): &&(Side, u64)| s != side || i + 1 < here || i > here + NEAR;
        self.seam.iter().find(passed).copied()
    }

    /// The old block that lies nearest behind the head, where there is one.
    pub(super) fn behind(&self, side: Side, here: u64) -> Option<(Side, u64)> {
        let behind = |&(s, i): &(Side, u64)| s == side && i < here;
        let old = self.slots.iter().flatten().copied().filter(behind);
        old.max_by_key(|block| block.1)
    }

    /// A block goes to the deck.
    pub(super) fn dubbed(&mut self, block: (Side, u64), side: Side, here: u64) {
        if self.passed(side, here) == Some(block) {
            self.seam.retain(|seam| *seam != block);
        }
        self.slots[(block.1 % SLOTS as u64) as usize] = None;
    }
}
