//! The thing in the hand: lengths and geometry, sides, layout of a programme.

mod counter;
mod geometry;
mod layout;
mod length;
mod side;

pub use counter::CounterLaw;
pub use geometry::{Geometry, HUB_RADIUS_MM, TAPE_SPEED_MM_S};
pub use layout::{Layout, Piece, SideLayout, SongLength, TapeLayout};
pub use length::{LEADER_S, Length, LengthError, leader_frames};
pub use side::Side;
