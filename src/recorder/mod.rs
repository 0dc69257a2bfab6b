//! Dubbing: songs to tape blocks, round the head and ahead of it.

mod block;
mod converter;
mod crosstalk;
mod dubber;
mod head;
mod level;
mod machine;
mod sheet;
mod source;
mod stale;
mod thread;

pub use block::{BLOCK_FRAMES, Block, LEVEL_STEP};
pub use crosstalk::{CROSSTALK_FRAMES, CROSSTALK_STEP, CrosstalkBlock};
pub use head::Head;
pub use level::Loudness;
pub use machine::{Recorder, Report, Supply};
pub use sheet::{DubSheet, SongSource};
pub use thread::{Order, RecorderThread};

/// Stretches of the other side that a deck keeps.
pub const CROSSTALK_SLOTS: usize = 3;
/// Blocks that a deck keeps, each in slot `index % SLOTS`.
pub const SLOTS: usize = 96;
