//! What all ways into a file have in common.
//!
//! Places count from the first frame of music: encoder delay stands before 0
//! and padding after the length, so trimming is only a matter of not looking
//! there, and cannot happen twice.

use std::sync::Arc;

use crate::Frame;
use crate::media::complaint::Complaint;
use crate::media::error::MediaError;

/// Damaged packets in a row after which the rest of a file is given up.
pub(crate) const PATIENCE: u32 = 1_000;

/// A file's sound as blocks of stereo frames, each with its place.
pub(crate) trait Source: Send {
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
pub(crate) struct Heading {
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
    pub claimed_frames: Option<u64>,
    /// The sound has an upper half that this way into the file leaves out.
    pub core_only: bool,
    /// What is wrong with the file, as far as opening it shows.
    pub complaints: Vec<Complaint>,
}

/// What only reading through a file tells.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Exact length in frames.
    pub frames: u64,
    /// Where to enter the file, about one a second; empty where it tells itself.
    pub(crate) marks: Arc<[Mark]>,
    /// What was found wrong on the way.
    pub(crate) complaints: Vec<Complaint>,
}

/// A packet whose place is known exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    /// How its reader finds it: a time stamp or an offset in bytes.
    pub key: u64,
    pub place: i64,
}
