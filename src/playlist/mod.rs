//! Arguments, folders and playlists to a list of entries, in order.
//! Knows nothing of decoding.

use std::path::PathBuf;

mod encoding;
mod entry;
mod folder;
mod gather;
mod locate;
mod m3u;
mod pls;

pub use entry::{Entry, Located, Span};
pub use folder::AUDIO_EXTENSIONS;
pub use gather::gather;

/// What a person asked to hear.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Programme {
    /// The playlist's or folder's name.
    pub title: Option<String>,
    /// Who it is by, where the playlist says so.
    pub artist: Option<String>,
    /// Words to go with it (Markdown).
    pub notes: Option<String>,
    /// Songs in order.
    pub entries: Vec<Entry>,
    /// What the reader had to guess or leave out, a sentence each.
    pub remarks: Vec<String>,
}

/// Why nothing could be gathered at all.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct PlaylistError(pub String);

/// Most entries that one programme takes; a playlist of a million lines is
/// read whole, an endless one is not.
const MOST_ENTRIES: usize = 2_000_000;

/// What a playlist reader needs to know of its surroundings.
#[derive(Clone, Debug)]
struct Base {
    /// The folder that relative paths start from.
    folder: PathBuf,
}
