//! A list of songs and what goes with it.

use crate::playlist::bounds::MOST_ENTRIES;
use crate::playlist::entry::Entry;
use crate::playlist::error::Remark;

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
    pub request: TapeRequest,
    /// Songs in order.
    pub entries: Vec<Entry>,
    /// What the reader had to guess or leave out.
    pub remarks: Vec<Remark>,
}

/// What a `.tape.toml` asks of tape and machine, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TapeRequest {
    /// Length of the tape: `C46`, `C60`, `C90` or `C120`.
    pub length: Option<String>,
    /// Name of a tape formulation.
    pub tape: Option<String>,
    /// Name of a deck.
    pub deck: Option<String>,
    /// Noise reduction: `off`, `B` or `C`.
    pub nr: Option<String>,
    /// How the tape came from tape to tape, oldest first; none is a first recording.
    pub copies: Vec<CopyRequest>,
}

/// One copying of a tape to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyRequest {
    /// The number of the tape that was played.
    pub of: u64,
    /// Which of the copies made of it, from 1.
    pub copy: u16,
    /// Name of the deck that played.
    pub played_on: Option<String>,
    /// Name of the deck that recorded.
    pub recorded_on: Option<String>,
    /// Times that the tape had been played before.
    pub passes: u16,
}

impl TapeRequest {
    /// What a copy is called: `second-hand copy`; of a first recording nothing.
    pub fn hand(&self) -> Option<String> {
        const HANDS: [&str; 8] = [
            "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        ];
        let last = self.copies.len().checked_sub(1)?;
        let hand = HANDS.get(last).unwrap_or(&"umpteenth");
        Some(format!("{hand}-hand copy"))
    }
}

impl Programme {
    /// Takes in the entries and remarks of another, as far as there is room.
    pub(crate) fn take(&mut self, other: Self) {
        let room = MOST_ENTRIES.saturating_sub(self.entries.len());
        let full = other.entries.len() > room;
        self.entries.extend(other.entries.into_iter().take(room));
        self.remarks.extend(other.remarks);
        if full {
            self.is_full();
        }
    }

    /// Tells, once, that there is no room for more.
    pub(crate) fn is_full(&mut self) {
        if !self.remarks.contains(&Remark::Full) {
            self.remarks.push(Remark::Full);
        }
    }
}
