//! Arguments, folders and playlists to a list of entries, in order, and lists
//! of entries to playlists. Knows nothing of decoding.

pub mod arrange;
mod cue;
mod entry;
mod folder;
mod gather;
mod home;
mod locate;
mod m3u;
mod markup;
mod pls;
mod split;
mod tape_file;
mod write;

pub use cue::sheet as cue_sheet;
pub use entry::{Entry, Located, Span};
pub use folder::AUDIO_EXTENSIONS;
pub use gather::gather;
pub use home::Home;
pub use split::{Part, split};
pub use write::{Format, write};

/// What a person asked to hear.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Programme {
    /// The playlist's or folder's name.
    pub title: Option<String>,
    /// Whether that name was given to just these songs: a playlist's, not a
    /// folder's.
    pub named: bool,
    /// Who it is by, where the playlist says so.
    pub artist: Option<String>,
    /// Words to go with it (Markdown).
    pub notes: Option<String>,
    /// What a `.tape.toml` asks of tape and machine.
    pub wish: Wish,
    /// Songs in order.
    pub entries: Vec<Entry>,
    /// What the reader had to guess or leave out, a sentence each.
    pub remarks: Vec<String>,
}

/// What a `.tape.toml` asks of tape and machine, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Length of the tape: `C46`, `C60`, `C90` or `C120`.
    pub length: Option<String>,
    /// Name of a tape formulation.
    pub tape: Option<String>,
    /// Name of a deck.
    pub deck: Option<String>,
    /// Noise reduction: `off`, `B` or `C`.
    pub nr: Option<String>,
}

/// Why nothing could be gathered at all.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct PlaylistError(pub String);

/// Most entries that one programme takes; a playlist of a million lines is
/// read whole, an endless one is not.
const MOST_ENTRIES: usize = 1_000_000;

impl Programme {
    /// Takes in the entries and remarks of another, as far as there is room.
    fn take(&mut self, other: Self) {
        let room = MOST_ENTRIES.saturating_sub(self.entries.len());
        let full = other.entries.len() > room;
        self.entries.extend(other.entries.into_iter().take(room));
        self.remarks.extend(other.remarks);
        if full {
            self.is_full();
        }
    }

    /// Tells, once, that there is no room for more.
    fn is_full(&mut self) {
        let remark = format!("only the first {MOST_ENTRIES} entries are taken");
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}
