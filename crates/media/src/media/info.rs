//! What is known of a file without decoding it.

use crate::gain::Gain;
use crate::media::complaint::Complaint;

/// A media file's sound and words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Info {
    /// Codec, as people name it: `FLAC`, `MP3`, `AAC`, `Opus`…
    pub format: String,
    /// What the sound is packed in, by ffprobe's name of it: `flac`, `ogg`, `wav`…
    pub container: String,
    /// Frames a second, as decoded.
    pub sample_rate: u32,
    /// Channels in the file; [`Decoder`](super::Decoder) always gives two.
    pub channels: u16,
    /// Bits a sample where the format has them.
    pub bits: Option<u32>,
    /// Length in frames at `sample_rate`, encoder delay and padding left out.
    pub frames: u64,
    /// Whether `frames` is exact; only [`Decoder::open_quick`](super::Decoder::open_quick)
    /// leaves it a guess.
    pub exact: bool,
    /// Frames that the file's header promises, where fewer are there.
    pub claimed_frames: Option<u64>,
    /// Title, artist and the rest.
    pub tags: Tags,
    /// Loudness tags.
    pub gain: Gain,
    /// What is wrong with the file, as far as opening it showed.
    pub complaints: Vec<Complaint>,
}

impl Info {
    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames as f64 / f64::from(self.sample_rate.max(1))
    }
}

/// A file's tags; every text is already cleaned of control and bidi characters.
/// Several artists, composers or genres are one text, joined by `, `.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Of the song.
    pub title: Option<String>,
    /// Who plays, all of them.
    pub artist: Option<String>,
    /// The album that it is from.
    pub album: Option<String>,
    /// Who the album is by, where the file says it.
    pub album_artist: Option<String>,
    /// Number on its disc, from 1.
    pub track: Option<u32>,
    /// Number of its disc, from 1.
    pub disc: Option<u32>,
    /// When it was recorded or came out, as the file writes it: `1984`, `1984-06-25`.
    pub date: Option<String>,
    /// All of them.
    pub genre: Option<String>,
    /// All of them.
    pub composer: Option<String>,
    /// Whether the album is of several artists by its own word.
    pub compilation: bool,
    /// Whatever else somebody wrote.
    pub comment: Option<String>,
}

/// One of the songs in a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chapter {
    /// Where it starts, in seconds.
    pub start_s: f64,
    /// What it is called.
    pub title: Option<String>,
    /// Who plays, where that is told of this one.
    pub artist: Option<String>,
}

impl Chapter {
    pub(crate) fn new(start_s: f64, title: Option<String>) -> Self {
        Self {
            start_s,
            title,
            artist: None,
        }
    }
}
