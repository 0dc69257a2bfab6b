//! What is to be dubbed where: one tape's layout and the files behind it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use afterdark_media::media::Gain;
use afterdark_tape::cassette::TapeLayout;

/// The file behind a song.
#[derive(Clone, Debug, PartialEq)]
pub struct SongSource {
    /// Where it is.
    pub path: PathBuf,
    /// The song's first frame in the file, at the file's rate.
    pub start: u64,
    /// Loudness tags.
    pub gain: Gain,
    /// What songs of one album have in common, and no others.
    pub album: Option<String>,
}

/// One tape to be dubbed.
#[derive(Clone, Debug, PartialEq)]
pub struct DubSheet {
    /// Blocks carry it, so that the deck can tell this dubbing from the last.
    pub generation: u32,
    /// Tape frames a second.
    pub sample_rate: u32,
    /// What is where.
    pub layout: TapeLayout,
    /// The files, by the song's place in the programme.
    pub songs: BTreeMap<usize, SongSource>,
}
