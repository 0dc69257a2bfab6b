//! The machine: transport, variable-speed reader, commands and snapshot.

mod block_cache;
mod command;
mod controls;
mod crosstalk;
mod fader;
mod limiter;
mod machine;
mod meter;
mod reader;
mod snapshot;
mod transport;
mod wear;

pub use command::{Cassette, Command};
pub use controls::Controls;
pub use limiter::ProgrammeLimiter;
pub use machine::{Deck, FASTEST_PLAY, SLOWEST};
pub use snapshot::{Meter, Monitor, Motion, Snapshot};
pub use wear::{WEAR_CELL_S, Wear};
