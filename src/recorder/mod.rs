//! Dubbing: songs to tape blocks, round the head and ahead of it.

mod block;
mod converter;
mod dubber;
mod head;
mod leftovers;
mod level;
mod machine;
mod other_side;
mod sheet;
mod source;
mod thread;

pub use block::{BLOCK_FRAMES, Block, LEVEL_STEP};
pub use head::Head;
pub use level::Loudness;
pub use machine::{Recorder, Report, Supply};
pub use other_side::{OTHER_SIDE_FRAMES, OTHER_SIDE_STEP, OtherSide};
pub use sheet::{Sheet, SongSource};
pub use thread::{Order, RecorderThread};

/// Stretches of the other side that a deck keeps.
pub const OTHER_SIDE_SLOTS: usize = 3;
/// Blocks that a deck keeps, each in slot `index % SLOTS`.
pub const SLOTS: usize = 96;
