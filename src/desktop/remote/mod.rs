//! Remote control: lines of JSON over a Unix socket. docs/remote.md has the
//! protocol.

mod call;
mod place;
mod server;
mod talk;

pub use call::{Call, CallError};
#[cfg(feature = "dbus")]
pub(super) use place::ready as ready_folder;
pub use place::{folder, programs};
pub(super) use server::Server;
