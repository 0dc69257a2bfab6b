//! The terminal: opened, given back on every way out, written to sparingly.

mod ability;
mod cluster;
mod colors;
mod ink;
mod inline_images;
mod input;
mod key_codes;
mod kitty;
mod parse;
mod patch;
mod pen;
mod session;

pub use ability::{Ability, Graphics, Wanted};
pub use colors::{Characters, Colors, Depth};
pub use inline_images::{InlineImages, Protocol};
pub use input::listen;
pub use key_codes::Input;
pub use kitty::Kitty;
pub use patch::{Patch, Sprite};
pub use pen::{Pen, Pictures};
pub use session::Session;
