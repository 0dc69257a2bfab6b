//! How much of a list is read.

/// Most entries that one programme takes; a playlist of a million lines is
/// read whole, an endless one is not.
pub(crate) const MOST_ENTRIES: usize = 1_000_000;

/// Most playlists read for one argument.
pub(crate) const MOST_PLAYLISTS: usize = 1_000;
