//! The machine: transport, variable-speed reader, commands and snapshot.

mod snapshot;

pub use snapshot::{Meter, Monitor, Motion, Snapshot};
