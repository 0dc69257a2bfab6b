//! Between files and a real deck: what is recorded on it, and what comes back.
//! Signals in, signals and figures out; whoever calls reads and writes.

mod bass_fit;
mod find;
mod fit;
mod law_fit;
mod outgoing;
mod reading;
mod signal;
mod split;
mod test_tape;

pub use find::FoundTape;
pub use fit::Fit;
pub use outgoing::Outgoing;
pub use reading::DeckReading;
pub use signal::{Signal, alignment};
pub use split::{Channels, Levels, Place, Split, WINDOW_S};
pub use test_tape::{Purpose, Section, TestTape};
