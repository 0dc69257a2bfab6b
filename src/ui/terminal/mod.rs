//! The terminal: opened, given back on every way out, written to sparingly.

mod pen;
mod session;

pub use pen::Pen;
pub use session::Session;
