//! What is in the machine now: programme, box of tapes, threads, memory.

pub mod action;
mod box_of_tapes;
pub mod card;
mod catalogue;
mod choice;
pub mod copies;
mod cut;
mod dubbing;
mod engine;
pub mod knob;
mod librarian;
mod marks;
mod memory;
pub mod model;
pub mod said;
mod session;
mod songs;
pub mod sound;
mod sound_view;
mod straight;
pub mod switch;
mod tape_switch;
mod writer;

pub use box_of_tapes::{TapeBox, tape_seed};
pub use catalogue::{Catalogue, LeftOut};
pub use choice::Choice;
pub use cut::cut;
pub use dubbing::{Dubbing, Plan};
pub use engine::{Caller, Engine, Handle};
pub use memory::{Known, Memory, Place, Settings, tape_number};
pub use songs::{Found, Song, State};
