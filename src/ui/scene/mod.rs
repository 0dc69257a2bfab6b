//! The painter: cassette and machine as one scene of vectors, painted with
//! anti-aliasing at whatever size it has. Only what moved is painted again.

mod cassette;
pub mod cells;
mod change;
mod change_picture;
mod door;
mod geometry;
mod layers;
mod machine;
mod painter;
mod plan;
mod reels;
mod sum;

pub use change::Change;
pub use machine::PianoKey;
pub use painter::Scene;
pub use plan::{Medium, Plan, Pose};
