//! What is in the machine now: programme, box of tapes, threads, memory.

mod box_of_tapes;
pub mod card;
mod catalogue;
mod cut;
mod dubbing;
mod librarian;
mod lyrics;
mod memory;
pub mod model;
mod session;
mod songs;
pub mod sound;

pub use box_of_tapes::tape_seed;
pub use catalogue::Catalogue;
pub use cut::cut;
pub use dubbing::{Dubbing, Plan};
pub use memory::{Memory, Place, Settings, tape_number};
pub use session::{Choice, Session};
pub use songs::{Found, Song, State};
