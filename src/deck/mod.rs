//! The machine: transport, variable-speed reader, commands and snapshot.

mod command;
mod machine;
mod meter;
mod reader;
mod snapshot;
mod store;
mod transport;

pub use command::{Cassette, Command};
pub use machine::{Controls, Deck};
pub use snapshot::{Meter, Monitor, Motion, Snapshot};
