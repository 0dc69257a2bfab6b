//! Remote control: lines of JSON over a Unix socket. docs/remote.md has the
//! protocol.

mod call;
mod place;
mod server;
mod talk;

pub use call::{Call, CallError};
pub use place::{folder, programs};
pub(super) use server::Server;
