//! What goes wrong with lists and what a reader of them had to guess: facts,
//! made sentences of only when they are shown.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::playlist::bounds::{MOST_ENTRIES, MOST_PLAYLISTS};
use crate::text;

/// Why nothing could be gathered at all.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlaylistError {
    /// There is none.
    #[error("no such file or folder: {}", show(.0))]
    NotFound(PathBuf),
    /// The user may not read it.
    #[error("not allowed to read {}", show(.0))]
    NotAllowed(PathBuf),
    /// A pipe or a device, whose end nobody knows.
    #[error("{} is a pipe or a device, not a file; a list is read from a pipe by the name -", show(.0))]
    NotAFile(PathBuf),
    /// The disk's own reason.
    #[error("{} cannot be read: {why}", show(path))]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
    /// Standard input, named as `-`, fails.
    #[error("standard input cannot be read: {0}")]
    Input(String),
    /// A tape file that is no TOML.
    #[error("{}: it is not well-formed TOML: {}", path.as_deref().map_or("standard input".to_owned(), show), text::clean(&why.to_string()))]
    NotToml {
        /// The file; standard input where there is none.
        path: Option<PathBuf>,
        /// What the parser found.
        why: toml::de::Error,
    },
    /// A library of several lists.
    #[error("{}", which_list(library, wanted.as_deref(), names))]
    WhichList {
        /// The library.
        library: PathBuf,
        /// The list asked for, where one was.
        wanted: Option<String>,
        /// The lists that it has.
        names: Vec<String>,
    },
    /// All that was named is there, and nothing of it plays.
    #[error("nothing to play in {}", .0.iter().map(|path| show(path)).collect::<Vec<_>>().join(", "))]
    Nothing(Vec<PathBuf>),
    /// Nothing came of it, and this is known about why.
    #[error("{0}")]
    Remarked(Remark),
}

impl PlaylistError {
    /// The system's reason of a file or folder.
    pub(crate) fn of(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound(path),
            io::ErrorKind::PermissionDenied => Self::NotAllowed(path),
            io::ErrorKind::IsADirectory => Self::NotAFile(path),
            _ => Self::Unreadable {
                path,
                why: error.to_string(),
            },
        }
    }
}

/// Why an entry can only be blank tape.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
pub enum Blank {
    /// A web address, by its scheme.
    #[error("an address on the net ({}:), and this machine plays only files", text::clean(.0))]
    OnTheNet(String),
    /// The list has a place here, but no file for it.
    #[error("the playlist names no file here")]
    NamesNothing,
    /// The cue sheet has a track before any file.
    #[error("the cue sheet names no file for this track")]
    TrackWithoutFile,
    /// The cue sheet has a track ending before it starts.
    #[error("the cue sheet's times for this track run backwards")]
    TimesBackwards,
    /// There is none, however the name is read.
    #[error("no such file: {}", show(.0))]
    NotFound(PathBuf),
    /// The user may not read it.
    #[error("not allowed to read {}", show(.0))]
    NotAllowed(PathBuf),
    /// A folder where a file should be.
    #[error("{} is a folder, not a file", show(.0))]
    Folder(PathBuf),
    /// A pipe, a device, a socket.
    #[error("{} is not a file", show(.0))]
    NotAFile(PathBuf),
    /// Several files fit, and to take any of them would be a guess.
    #[error("{count} files fit and none is meant for sure: {}, {}{}", show(&two[0]), show(&two[1]), if *count > 2 { "…" } else { "" })]
    Ambiguous {
        /// How many fit.
        count: usize,
        /// Two of them.
        two: [PathBuf; 2],
    },
    /// A list that would be read within itself.
    #[error("a playlist that contains itself")]
    ContainsItself,
    /// A list in a list in a list, too often.
    #[error("a playlist too deep in playlists")]
    TooDeep,
    /// Lists that name lists, too many.
    #[error("only {MOST_PLAYLISTS} playlists in playlists are read")]
    TooManyLists,
    /// The recording is there and has no sound.
    #[error("there is no sound in it")]
    NoSound,
    /// A part of a recording that is shorter than the list says.
    #[error("it starts at {}, but the recording is over at {}", text::clock(*start_s), text::clock(*end_s))]
    BeyondEnd {
        /// Where the part should start, seconds.
        start_s: f64,
        /// Where the recording ends, seconds.
        end_s: f64,
    },
    /// An argument or a list named by a list that cannot be read.
    #[error("{0}")]
    Unreadable(Box<PlaylistError>),
}

impl Blank {
    /// Why nothing sounds of a part of a recording, by its start and the
    /// recording's end in seconds.
    pub fn no_sound(start_s: f64, end_s: f64) -> Self {
        if end_s > 0.0 && start_s >= end_s {
            Self::BeyondEnd { start_s, end_s }
        } else {
            Self::NoSound
        }
    }
}

/// How an entry's file was found, where not simply as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By another place that the list names for it.
    OtherPlace,
    /// The name's bytes are text in this encoding.
    ReadAs(&'static str),
    /// Letter case or the composing of accents differs.
    CaseOrAccents,
    /// By the tail of its path, from the list's folder or one above.
    Moved,
    /// The same name with another extension.
    OtherExtension,
    /// Percent escapes undone.
    Unescaped,
    /// Percent escapes undone, which gave an encoding other than UTF-8.
    UnescapedInOtherEncoding,
    /// `~` taken for the home folder.
    HomeFolder,
    /// Drive letter and backslashes read as a path of here.
    WindowsPath,
    /// The only recording beside a cue sheet that names its file wrongly.
    OnlyRecording,
    /// The recording of the cue sheet's own name.
    NameOfSheet,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherPlace => "the other place that the playlist names",
            Self::ReadAs(encoding) => return write!(f, "read as {encoding}"),
            Self::CaseOrAccents => "letter case or accents differ",
            Self::Moved => "the tree was moved; found from the playlist's folder",
            Self::OtherExtension => "the extension differs",
            Self::Unescaped => "percent escapes undone",
            Self::UnescapedInOtherEncoding => "percent escapes undone, in another encoding",
            Self::HomeFolder => "~ is the home folder",
            Self::WindowsPath => "a Windows path read as one of here",
            Self::OnlyRecording => {
                "the cue sheet names another file; this is the only recording beside it"
            }
            Self::NameOfSheet => {
                "the cue sheet names another file; this recording has the sheet's own name"
            }
        })
    }
}

/// What the reader of a list had to guess or leave out.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Remark {
    /// The list is no UTF-8.
    #[error("the playlist is not UTF-8; it was read as {0}")]
    Encoding(&'static str),
    /// The list ends in the middle of an element or the like; in the parser's words.
    #[error("the playlist is damaged and read as far as it goes: {}", text::clean(.0))]
    Damaged(String),
    /// There is no room for more entries.
    #[error("only the first {MOST_ENTRIES} entries are taken")]
    Full,
    /// A folder too deep in folders.
    #[error("{} is too deep in folders and left out", show(.0))]
    FolderTooDeep(PathBuf),
    /// A folder that cannot be listed.
    #[error("{} cannot be read and is left out: {why}", show(path))]
    FolderUnreadable {
        /// The folder.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
    /// A track of an enhanced CD, by the number that the cue sheet gives it.
    #[error("track {} of the cue sheet is data and left out", text::brief(.0))]
    DataTrack(String),
    /// Track of a cue sheet, from 1.
    #[error("track {0} of the cue sheet ends before it starts")]
    TimesBackwards(usize),
    /// A key of the tape file that means nothing, in a song's table or outside.
    #[error("{} says “{}”, which means nothing here", if *of_song { "a song of the tape file" } else { "the tape file" }, text::clean(key))]
    UnknownKey {
        /// The key as it stands there.
        key: String,
        /// Whether it stands in a song's table.
        of_song: bool,
    },
}

fn which_list(library: &Path, wanted: Option<&str>, names: &[String]) -> String {
    const TOLD: usize = 30;
    let library = show(library);
    let problem = match wanted {
        Some(wanted) => format!("has no playlist “{wanted}”"),
        None => format!("holds {} playlists", names.len()),
    };
    let Some(first) = names.first() else {
        return format!("{library} {problem} and no other");
    };
    let more = if names.len() > TOLD { ", …" } else { "" };
    let names = names[..names.len().min(TOLD)].join(", ");
    format!(
        "{library} {problem}; name one of it after a #, such as “{library}#{first}”: {names}{more}"
    )
}

/// A path in a sentence.
pub(crate) fn show(path: &Path) -> String {
    text::brief(&path.to_string_lossy())
}
