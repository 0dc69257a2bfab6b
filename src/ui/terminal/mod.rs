//! The terminal: opened, given back on every way out, written to sparingly.

mod ability;
mod colors;
mod ink;
mod inlay;
mod kitty;
mod pen;
mod session;

pub use ability::{Ability, Graphics, Wanted};
pub use colors::{Colors, Depth};
pub use inlay::{Inlay, Protocol};
pub use kitty::{Kitty, base64};
pub use pen::{Pen, Pictures};
pub use session::Session;
