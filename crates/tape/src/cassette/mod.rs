//! The thing in the hand: lengths and geometry, sides, layout of a programme.

mod geometry;
mod layout;
mod length;

pub use geometry::{Geometry, HUB_RADIUS_MM, TAPE_SPEED_MM_S};
pub use layout::{Layout, Piece, SideLayout, SongLength, TapeLayout};
pub use length::{LEADER_S, Length, LengthError};

/// A side of a cassette.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[allow(missing_docs)]
pub enum Side {
    #[default]
    A,
    B,
}

impl Side {
    /// Both, in playing order.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// `A` or `B`.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }

    /// 0 for A, 1 for B.
    pub fn index(self) -> usize {
        self as usize
    }
}
