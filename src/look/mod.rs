//! How things look, on the screen and on paper: themes, the brush, and the
//! picture on the front of the card.

pub mod art;
pub mod brush;
pub mod embed;
pub mod film;
pub mod letters;
mod outline;
mod picture;
pub mod shaping;
pub mod theme;
