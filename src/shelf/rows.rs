//! What stands in the index.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// What makes a tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Songs of one album in one folder, its disc folders with it.
    Album,
    /// Songs of a folder that name no album.
    Loose,
    /// A playlist, cue sheet or tape file.
    List,
}

impl Kind {
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Album => 0,
            Self::Loose => 1,
            Self::List => 2,
        }
    }

    pub(crate) fn of_number(number: i64) -> Self {
        match number {
            0 => Self::Album,
            1 => Self::Loose,
            _ => Self::List,
        }
    }
}

/// What is known of the colour of a tape's cover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CoverColor {
    /// Nobody has looked yet.
    #[default]
    Unknown,
    /// There is no cover.
    None,
    /// Red, green, blue.
    Is([u8; 3]),
}

impl CoverColor {
    pub(crate) fn number(self) -> Option<i64> {
        match self {
            Self::Unknown => None,
            Self::None => Some(-1),
            Self::Is([r, g, b]) => Some(i64::from(u32::from_be_bytes([0, r, g, b]))),
        }
    }

    pub(crate) fn of_number(number: Option<i64>) -> Self {
        match number.map(u32::try_from) {
            None => Self::Unknown,
            Some(Err(_)) => Self::None,
            Some(Ok(color)) => {
                let [_, r, g, b] = color.to_be_bytes();
                Self::Is([r, g, b])
            }
        }
    }
}

/// A tape on the shelf.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tape {
    /// Its row in the index; not kept from one making of the index to the next.
    pub id: i64,
    /// What makes it one.
    pub kind: Kind,
    /// The album's name, else the folder's or the list's; clean.
    pub title: String,
    /// Who it is by; empty where several play and nobody is named for all.
    pub artist: String,
    /// Year of the earliest song; `None` where none is tagged.
    pub year: Option<u16>,
    /// The genre named most often.
    pub genre: String,
    /// Its folder, or the list itself.
    #[serde(serialize_with = "as_text")]
    pub path: PathBuf,
    /// Songs on it; those of a list, whether they are there or not.
    pub songs: u32,
    /// Their length together, seconds; songs of unknown length left out, and
    /// all of a list's but the one recording that a cue sheet cuts up.
    pub seconds: f64,
    /// When it was first seen, seconds since 1970.
    pub added_s: i64,
    /// Nothing of it is there now: its root is not mounted, or it is gone.
    pub away: bool,
    /// That of its cover, as far as anybody has looked.
    #[serde(skip)]
    pub color: CoverColor,
}

/// What a tape or song is got by.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A tape of the catalog, by its row and path.
    Tape(i64, PathBuf, Kind),
    /// A file or a folder.
    Path(PathBuf),
}

impl What {
    /// This tape.
    pub fn tape(tape: &Tape) -> Self {
        Self::Tape(tape.id, tape.path.clone(), tape.kind)
    }
}

/// A song on a tape of the shelf.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Song {
    /// Where it is.
    #[serde(serialize_with = "as_text")]
    pub path: PathBuf,
    /// Its title, else its file's name; clean.
    pub title: String,
    /// Who plays; empty where nobody is named.
    pub artist: String,
    /// Seconds; `None` where the file does not tell.
    pub seconds: Option<f64>,
    /// It is not there now.
    pub away: bool,
}

/// What of a path is no text is replaced; JSON has nothing else.
fn as_text<S: Serializer>(path: &Path, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::CoverColor;

    #[test]
    fn a_color_is_kept_as_a_number() {
        for color in [
            CoverColor::Unknown,
            CoverColor::None,
            CoverColor::Is([1, 2, 255]),
        ] {
            assert_eq!(CoverColor::of_number(color.number()), color);
        }
    }
}
