//! What is wanted of the desktop.

/// What is wanted of the desktop.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wants {
    /// A note for every song.
    pub notifications: bool,
    /// Sleep is not held off while the reels turn.
    pub let_sleep: bool,
}
