//! Dubbing: songs to tape blocks, round the head and ahead of it.

mod block;
mod converter;
mod crosstalk;
mod dubber;
mod head;
mod level;
mod machine;
mod measurement;
mod programme;
mod reader;
mod sheet;
mod song_file;
mod source;
mod stale;
mod thread;

pub use block::{BLOCK_FRAMES, Block, LEVEL_STEP, SLOTS};
pub use crosstalk::{CROSSTALK_FRAMES, CROSSTALK_SLOTS, CROSSTALK_STEP, CrosstalkBlock};
pub use head::Head;
pub use level::{Levelling, Loudness};
pub use machine::{Recorder, Report, Supply};
pub use programme::ProgrammeReader;
pub use reader::Reader;
pub use sheet::{DubSheet, SongSource};
pub use thread::{Order, RecorderThread};
