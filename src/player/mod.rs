//! What is in the machine now: programme, box of tapes, threads, memory.

pub mod action;
mod box_of_tapes;
pub mod card;
mod catalogue;
mod cut;
mod dubbing;
mod engine;
pub mod knob;
mod librarian;
mod memory;
pub mod model;
mod reader;
pub mod said;
mod session;
mod songs;
pub mod sound;
pub mod switch;
mod writer;

pub use box_of_tapes::{TapeBox, tape_seed};
pub use catalogue::Catalogue;
pub use cut::cut;
pub use dubbing::{Dubbing, Plan};
pub use engine::{Engine, Handle};
pub use memory::{Known, Memory, Place, Settings, tape_number};
pub use session::Choice;
pub use songs::{Found, Song, State};
