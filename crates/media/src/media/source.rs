//! What all ways into a file have in common.
//!
//! Places count from the first frame of music: encoder delay stands before 0
//! and padding after the length, so trimming is only a matter of not looking
//! there, and cannot happen twice.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use symphonia::core::errors::Error;

use super::MediaError;
use super::chain::{self, Chain};
use super::codec;
use super::container::Container;
use super::doctor::Complaint;
use super::mpeg::Elementary;
use super::pipe::{self, Pipe, Refusal};
use crate::Frame;

/// Damaged packets in a row after which the rest of a file is given up.
pub(super) const PATIENCE: u32 = 1_000;

/// A file's sound as blocks of stereo frames, each with its place.
pub(super) trait Source: Send {
    /// Decodes the next block into `out` and returns its place, or `None` at
    /// the end. Damaged packets are left out; the next place tells.
    fn next(&mut self, out: &mut Vec<Frame>) -> Result<Option<i64>, MediaError>;

    /// Goes to a place from which decoding on gives the samples of a straight
    /// decode at `frame`.
    fn seek(&mut self, frame: u64) -> Result<(), MediaError>;

    /// Frames that a seek may decode in vain; a goal nearer than that ahead is
    /// reached sooner by decoding on.
    fn lead(&self) -> i64;

    /// Reads through to the end. Only codecs whose packets do not tell their
    /// length are decoded for it.
    fn survey(&mut self) -> Result<Survey, MediaError>;

    /// Takes over what a survey found.
    fn apply(&mut self, survey: &Survey);

    /// What was found wrong while decoding, beside what is silent for it.
    fn complaints(&self) -> Vec<Complaint> {
        Vec::new()
    }
}

/// What a file tells of its sound before any is decoded.
#[derive(Clone, Debug, Default)]
pub(super) struct Heading {
    /// The codec as people name it.
    pub format: String,
    /// What it is packed in, by ffprobe's name of it.
    pub container: String,
    pub sample_rate: u32,
    pub channels: u16,
    pub bits: Option<u32>,
    /// Frames of music where the file knows them.
    pub frames: Option<u64>,
    /// Frames of music by a guess.
    pub guess: Option<u64>,
    /// Frames of music that the header promises, whatever is there.
    pub told: Option<u64>,
    /// What is wrong with the file, as far as opening it shows.
    pub complaints: Vec<Complaint>,
}

/// What only reading through a file tells.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Exact length in frames.
    pub frames: u64,
    /// Where to enter the file, about one a second; empty where it tells itself.
    pub(super) marks: Arc<[Mark]>,
    /// What was found wrong on the way.
    pub(super) complaints: Vec<Complaint>,
}

/// A packet whose place is known exactly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// How its reader finds it: a time stamp or an offset in bytes.
    pub key: u64,
    pub place: i64,
}

/// Opens the first audio track of `path` that a decoder is known for.
///
/// # Errors
/// When the file cannot be read, or no decoder knows it.
pub(super) fn open(path: &Path) -> Result<(Box<dyn Source>, Heading), MediaError> {
    let failed = |what: &str| {
        MediaError(format!(
            "{}: {what}",
            crate::text::clean(&path.to_string_lossy())
        ))
    };
    let file = File::open(path).map_err(|error| failed(&why(&error)))?;
    let meta = file.metadata().map_err(|error| failed(&why(&error)))?;
    if !meta.is_file() {
        return Err(failed("a folder or a device, not a file"));
    }
    if meta.len() == 0 {
        return Err(failed("it is empty"));
    }
    if let Some((source, heading)) = Elementary::open(path, &file) {
        return Ok((Box::new(source), heading));
    }
    if let Some(links) = chain::links(&file, meta.len())
        && let Ok((chain, heading)) = Chain::open(path, &links)
    {
        // Another rate in it is converted by ffmpeg, where that is installed.
        if chain.convertible
            && let Ok((pipe, heading)) = Pipe::open(path)
        {
            return Ok((Box::new(pipe), heading));
        }
        return Ok((Box::new(chain), heading));
    }
    let refused = match Container::open(path, &(0..meta.len())) {
        Ok((source, heading)) => return Ok((Box::new(source), heading)),
        Err(error) => error,
    };
    match Pipe::open(path) {
        Ok((source, heading)) => Ok((Box::new(source), heading)),
        Err(Refusal::Missing) => Err(failed(&match (&refused, pipe::kind(path)) {
            (Error::Unsupported(codec::SURROUND_VORBIS), _) => format!(
                "{} needs ffmpeg to be decoded; install the package “ffmpeg”",
                codec::SURROUND_VORBIS
            ),
            (_, Some(kind)) => {
                format!("{kind} needs ffmpeg to be decoded; install the package “ffmpeg”")
            }
            _ => format!("{}; with the package “ffmpeg” it may play", words(&refused)),
        })),
        Err(Refusal::Unknown) => Err(failed(&words(&refused))),
    }
}

/// An input error in words for the owner.
pub(super) fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "not allowed to read it".to_owned(),
        std::io::ErrorKind::IsADirectory => "a folder, not a file".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// A decoder's error in words for the owner.
fn words(error: &Error) -> String {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it ends before any sound, so it is cut or no sound file".to_owned()
        }
        Error::IoError(error) => why(error),
        // What the reader says of its insides helps no owner of a file.
        Error::DecodeError(_) => "its header is damaged, so nothing of it can be played".to_owned(),
        Error::Unsupported(what) if !what.contains(':') && !what.contains('(') => {
            format!("not a format that can be played here ({what})")
        }
        Error::Unsupported(_) => "not a sound file that can be played here".to_owned(),
        _ => "it cannot be played".to_owned(),
    }
}
