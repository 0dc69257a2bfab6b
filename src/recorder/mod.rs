//! Dubbing: songs to tape blocks, round the head and ahead of it.

mod block;
mod converter;
mod dubber;
mod head;
mod leftovers;
mod level;
mod machine;
mod sheet;
mod source;
mod thread;

pub use block::{BLOCK_FRAMES, Block, LEVEL_STEP};
pub use head::Head;
pub use level::Loudness;
pub use machine::{Recorder, Report, Supply};
pub use sheet::{Sheet, SongSource};
pub use thread::{Order, RecorderThread};

/// Blocks that a deck keeps, each in slot `index % SLOTS`.
pub const SLOTS: usize = 96;
