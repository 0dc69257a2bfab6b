//! Which machines copied a tape to the next.

use std::sync::Arc;

use super::deck_profile::DeckProfile;

/// Most copyings that one tape comes from.
pub const MOST_COPYINGS: usize = 8;

/// One copying of a tape to the next.
#[derive(Clone, Debug)]
pub struct Copying {
    /// The number of the tape that was played: its own flaws follow from it.
    pub seed: u64,
    /// The machine that played it.
    pub played_on: Arc<DeckProfile>,
    /// The machine that recorded the copy.
    pub recorded_on: Arc<DeckProfile>,
    /// Times that the tape had been played before.
    pub passes: f32,
}
