//! Why a file does not play, and how a decoder's panic becomes such a reason.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use symphonia::core::errors::Error;

use crate::text;

/// A file that cannot be read or decoded.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}: {why}", text::clean(&path.to_string_lossy()))]
pub struct MediaError {
    /// The file.
    pub path: PathBuf,
    /// What is the matter with it.
    pub why: Unplayable,
}

/// Why a file cannot be played, in words for its owner.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unplayable {
    /// There is none.
    #[error("no such file")]
    NotFound,
    /// The user may not read it.
    #[error("not allowed to read it")]
    NotAllowed,
    /// Something else of that name.
    #[error("a folder or a device, not a file")]
    NotAFile,
    /// No bytes in it.
    #[error("it is empty")]
    Empty,
    /// The disk's own reason.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Zeros where a sound file begins.
    #[error("there is nothing in it yet but zeros, as in a download that is not finished")]
    Hollow,
    /// The file ends within its header.
    #[error("it ends before any sound, so it is cut or no sound file")]
    Cut,
    /// A known format, its header broken.
    #[error("its header is damaged, so nothing of it can be played")]
    DamagedHeader,
    /// A format that no decoder here knows, by the decoder's name of it.
    #[error("not a format that can be played here ({0})")]
    UnknownCodec(&'static str),
    /// Something else, by its name.
    #[error("it is {0}, not sound")]
    NotSound(&'static str),
    /// Nothing known.
    #[error("not a sound file that can be played here")]
    UnknownFormat,
    /// No reason that its owner could use.
    #[error("it cannot be played")]
    Other,
    /// A format, by its name, that only ffmpeg decodes, which is not there.
    #[error("{0} needs ffmpeg to be decoded; install the package “ffmpeg”")]
    NeedsFfmpeg(&'static str),
    /// Refused here, and ffmpeg, which may know it, is not there.
    #[error("{0}; with the package “ffmpeg” it may play")]
    PerhapsWithFfmpeg(Box<Unplayable>),
    /// It is being played and has changed or gone.
    #[error("it could be read before and cannot now ({0})")]
    Changed(String),
    /// The system gives no process.
    #[error("ffmpeg, which decodes it, cannot be started: {0}")]
    FfmpegFailed(String),
    /// Its decoder panicked.
    #[error("damaged in a way that its decoder fails on")]
    DecoderFailed,
}

impl Unplayable {
    /// This of a file.
    pub(crate) fn of(self, path: &Path) -> MediaError {
        MediaError {
            path: path.to_owned(),
            why: self,
        }
    }
}

impl From<&io::Error> for Unplayable {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::NotAllowed,
            io::ErrorKind::IsADirectory => Self::NotAFile,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

impl From<&Error> for Unplayable {
    fn from(error: &Error) -> Self {
        match error {
            Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => Self::Cut,
            Error::IoError(error) => error.into(),
            // What the reader says of its insides helps no owner of a file.
            Error::DecodeError(_) => Self::DamagedHeader,
            Error::Unsupported(what) if !what.contains(':') && !what.contains('(') => {
                Self::UnknownCodec(what)
            }
            Error::Unsupported(_) => Self::UnknownFormat,
            _ => Self::Other,
        }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is caught at this door just now, so that a
/// panic hook has nothing to do: the file that caused it becomes blank tape.
pub fn panic_is_caught() -> bool {
    GUARDED.get()
}

/// Runs a decoder's code; a panic in it is an error of this file only.
///
/// # Errors
/// Those of `work`, and [`Unplayable::DecoderFailed`] in place of a panic.
pub fn guard<T>(
    path: &Path,
    work: impl FnOnce() -> Result<T, MediaError>,
) -> Result<T, MediaError> {
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.unwrap_or_else(|_| Err(Unplayable::DecoderFailed.of(path)))
}
