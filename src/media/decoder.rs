//! Random access to a file's frames.

use std::path::Path;

use super::Info;
use crate::Frame;

/// Why a file cannot be played, in words for its owner.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct MediaError(pub String);

/// A file open for reading at any frame.
pub struct Decoder {
    info: Info,
}

impl Decoder {
    /// Opens `path` and finds its exact length.
    ///
    /// # Errors
    /// When the file cannot be read, or no decoder knows it.
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        Err(MediaError(format!("{}: not yet", path.display())))
    }

    /// What was found on opening.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Makes `frame` the next one read; past the end, nothing will be.
    /// The frames that follow equal those of a decode from the start.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn seek(&mut self, frame: u64) -> Result<(), MediaError> {
        let _ = frame;
        Ok(())
    }

    /// Fills `out` from the current frame on and returns how many frames came;
    /// fewer than asked for only at the end. Mono is given to both channels,
    /// more than two are folded down by ITU-R BS.775.
    ///
    /// # Errors
    /// When nothing more can be decoded; what came before is not lost.
    pub fn read(&mut self, out: &mut [Frame]) -> Result<usize, MediaError> {
        let _ = out;
        Ok(0)
    }
}
