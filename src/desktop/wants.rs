//! What is wanted of the desktop.

/// What is wanted of the desktop.
#[derive(Clone, Debug, Default)]
pub struct Wants {
    /// A note for every song.
    pub notifications: bool,
    /// Sleep is not held off while the reels turn.
    pub let_sleep: bool,
    /// A server for clients of MPD.
    #[cfg(unix)]
    pub mpd: Option<super::mpd::MpdWants>,
}
