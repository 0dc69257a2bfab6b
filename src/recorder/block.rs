//! A stretch of tape as it travels from the recorder to the deck.

use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;

/// Frames in a block.
pub const BLOCK_FRAMES: usize = 8192;
/// Blocks that a deck keeps, each in slot `index % SLOTS`.
pub const SLOTS: usize = 96;
/// Frames that share one record level in [`Block::level`].
pub const LEVEL_STEP: usize = 64;

/// One stretch of one side. Blocks lie on a fixed grid from the side's start.
#[derive(Clone, Debug)]
pub struct Block {
    /// Which dubbing of which tape this belongs to.
    pub generation: u32,
    /// Where on it.
    pub side: Side,
    /// Number on the side's grid: the first frame is `index × BLOCK_FRAMES`.
    pub index: u64,
    /// The programme, in units of full scale.
    pub source: Box<[Frame; BLOCK_FRAMES]>,
    /// What is on the tape, in units of 200 nWb/m.
    pub tape: Box<[Frame; BLOCK_FRAMES]>,
    /// Record level: tape units for one unit of programme, at every
    /// [`LEVEL_STEP`] frames and at the block's end.
    pub level: [f32; BLOCK_FRAMES / LEVEL_STEP + 1],
    /// What is heard for one unit of programme, at the same places.
    pub gain: [f32; BLOCK_FRAMES / LEVEL_STEP + 1],
}

impl Block {
    /// A blank one.
    pub fn blank() -> Box<Self> {
        // A vector, so that the half a megabyte never stands on the stack.
        let frames = || match vec![[0.0; 2]; BLOCK_FRAMES].into_boxed_slice().try_into() {
            Ok(frames) => frames,
            Err(_) => unreachable!("the vector has BLOCK_FRAMES frames"),
        };
        Box::new(Self {
            generation: 0,
            side: Side::A,
            index: 0,
            source: frames(),
            tape: frames(),
            level: [1.0; BLOCK_FRAMES / LEVEL_STEP + 1],
            gain: [1.0; BLOCK_FRAMES / LEVEL_STEP + 1],
        })
    }
}
