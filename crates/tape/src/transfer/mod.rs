//! Between files and a real deck: what is recorded on it, and what comes back.
//! Signals in, signals and figures out; whoever calls reads and writes.

mod outgoing;
mod signal;

pub use outgoing::Outgoing;
pub use signal::{Signal, alignment};
