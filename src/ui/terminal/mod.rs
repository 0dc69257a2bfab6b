//! The terminal: opened, given back on every way out, written to sparingly.

mod ability;
mod colors;
mod pen;
mod session;

pub use ability::{Ability, Graphics, Wanted};
pub use colors::{Colors, Depth};
pub use pen::Pen;
pub use session::Session;
