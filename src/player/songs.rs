//! The programme's songs and what is known of each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::recorder::SongSource;
use afterdark_media::media::{Decoder, Gain, Info, Tags};
use afterdark_media::playlist::{Blank, Entry, How, Located, Span};
use afterdark_tape::cassette::{Side, SongLength};

/// What a song is taken for until its file has been looked at, seconds.
const TYPICAL_S: u64 = 240;
/// Blank tape for an entry that cannot be played, seconds.
const BLANK_S: u64 = 4;
/// Rate in which guesses are counted.
const GUESS_RATE: u32 = 48_000;

/// One entry of the programme.
#[derive(Clone, Debug)]
pub struct Song {
    /// As the playlist has it.
    pub entry: Arc<Entry>,
    /// What was found.
    pub state: State,
}

/// How far a song is known.
#[derive(Clone, Debug)]
pub enum State {
    /// Not looked at; frames and frames a second as remembered from the last
    /// time, if at all.
    Unknown(Option<(u64, u32)>),
    /// Looked at and good.
    Known(Box<Found>),
    /// Nothing to play, and why.
    Blank(String),
}

/// A song whose file was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Where the file is.
    pub path: PathBuf,
    /// How it was found, where not simply as written.
    pub how: Option<How>,
    /// Codec.
    pub format: String,
    /// First frame of the song in the file.
    pub start: u64,
    /// Frames of it.
    pub frames: u64,
    /// Whether `frames` is exact.
    pub exact: bool,
    /// Frames a second.
    pub sample_rate: u32,
    /// Words.
    pub tags: Tags,
    /// Loudness tags.
    pub gain: Gain,
    /// What of it cannot be heard here, and what to do about it.
    pub remark: Option<String>,
}

impl Found {
    /// Looks a song's file up. `count`: reads through a file that does not
    /// tell its length, instead of taking its guess.
    ///
    /// # Errors
    /// With the reason why it is blank tape.
    pub fn look_up(entry: &Entry, count: bool) -> Result<Self, String> {
        let found = Self::open(entry, count);
        found.inspect_err(|reason| tracing::warn!(file = ?entry.path(), reason, "blank tape"))
    }

    fn open(entry: &Entry, count: bool) -> Result<Self, String> {
        let located = entry.locate().map_err(|reason| reason.to_string())?;
        let open = if count {
            Decoder::open
        } else {
            Decoder::open_quick
        };
        let decoder = open(&located.path).map_err(|error| error.why.to_string())?;
        let found = Self::new(entry, located, decoder.info());
        if found.frames == 0 {
            let start_s = entry.span().map_or(0.0, |span| span.start_s);
            return Err(Blank::no_sound(start_s, decoder.info().seconds()).to_string());
        }
        Ok(found)
    }

    fn new(entry: &Entry, located: Located, info: &Info) -> Self {
        let (start, frames) = Span::in_frames(entry.span(), info.sample_rate, info.frames);
        Self {
            path: located.path,
            how: located.how,
            format: info.format.clone(),
            start,
            frames,
            exact: info.exact,
            sample_rate: info.sample_rate,
            tags: info.tags.clone(),
            gain: entry.particulars().gain.or(info.gain),
            remark: info
                .complaints
                .iter()
                .find(|complaint| complaint.kind == "core-only")
                .map(|complaint| format!("{}; {}", complaint.what, complaint.advice)),
        }
    }
}

impl Song {
    /// Of an entry not looked at.
    pub fn new(entry: Entry) -> Self {
        let state = match entry.blank() {
            Some(reason) => State::Blank(reason.to_string()),
            None => State::Unknown(None),
        };
        Self {
            entry: Arc::new(entry),
            state,
        }
    }

    /// Looks the file up at once. `count`: see [`Found::look_up`].
    pub fn look_up(&mut self, count: bool) {
        self.state = match Found::look_up(&self.entry, count) {
            Ok(found) => State::Known(Box::new(found)),
            Err(reason) => State::Blank(reason),
        };
    }

    /// Of an entry that is looked up at once, its frames counted.
    pub fn looked_up(entry: Entry) -> Self {
        let mut song = Self::new(entry);
        song.look_up(true);
        song
    }

    /// Its length on tape, as far as is known.
    pub fn length(&self) -> SongLength {
        let guess = |seconds| (seconds * u64::from(GUESS_RATE), GUESS_RATE);
        let (frames, sample_rate) = match &self.state {
            State::Unknown(remembered) => remembered.unwrap_or_else(|| guess(TYPICAL_S)),
            State::Known(found) => (found.frames, found.sample_rate),
            State::Blank(_) => guess(BLANK_S),
        };
        SongLength {
            frames,
            sample_rate,
            blank: matches!(self.state, State::Blank(_)),
            gap_s: self.entry.gap_s().unwrap_or(0.0),
            side: self
                .entry
                .side()
                .and_then(|side| Side::BOTH.get(side).copied()),
        }
    }

    /// The file behind it, where it is known.
    pub fn source(&self) -> Option<SongSource> {
        let State::Known(found) = &self.state else {
            return None;
        };
        Some(SongSource {
            path: found.path.clone(),
            start: found.start,
            gain: found.gain,
            album: self.album(),
        })
    }

    /// What songs of one album have in common: its name and who it is by, or
    /// the folder where that is not told; parts of a recording are one.
    fn album(&self) -> Option<String> {
        let found = self.found()?;
        if self.entry.span().is_some() {
            return Some(found.path.to_string_lossy().into_owned());
        }
        let title = found.tags.album.as_deref()?;
        let by = match &found.tags.album_artist {
            Some(artist) => artist.clone(),
            None => found.path.parent()?.to_string_lossy().into_owned(),
        };
        Some(format!("{title}\0{by}"))
    }

    /// What was found.
    pub fn found(&self) -> Option<&Found> {
        match &self.state {
            State::Known(found) => Some(found),
            _ => None,
        }
    }

    /// Why it is blank.
    pub fn blank(&self) -> Option<&str> {
        match &self.state {
            State::Blank(reason) => Some(reason),
            _ => None,
        }
    }

    /// Title for the eye: the tag's, else the playlist's, else the file's name.
    pub fn title(&self) -> String {
        let Some(found) = self.found() else {
            return self.entry.name();
        };
        let tagged = found.tags.title.clone();
        let tagged = tagged.filter(|_| self.entry.span().is_none());
        tagged.unwrap_or_else(|| self.entry.name_of(&found.path))
    }

    /// Who plays. The tags of a whole recording come after what is told of a
    /// part of it.
    pub fn artist(&self) -> Option<&str> {
        let tagged = self.found().and_then(|found| found.tags.artist.as_deref());
        let listed = self.entry.artist.as_deref();
        if self.entry.span().is_some() {
            listed.or(tagged)
        } else {
            tagged.or(listed)
        }
    }

    /// The file's place, for finding what lies beside it.
    pub fn folder(&self) -> Option<PathBuf> {
        let path = match self.found() {
            Some(found) => (&*found.path).into(),
            None => self.entry.path(),
        };
        path.parent().map(Path::to_owned)
    }
}
