//! The machine in words and figures, as programs read them: docs/remote.md.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::deck::{Monitor, Motion};
use crate::player::model::{OutputState, Sleep, SongLine, View};

/// Raised when a field changes its meaning or goes; new ones may come any time.
pub const VERSION: u32 = 1;

/// All that a program can know. Times are seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// [`VERSION`].
    pub version: u32,
    /// Number of the process.
    pub pid: u32,
    /// `stopped`, `playing`, `paused`, `fast-forward`, `rewind`, `cue`,
    /// `review` or `open`.
    pub motion: &'static str,
    /// `A` or `B`.
    pub side: &'static str,
    /// From the side's physical start, leader included, to the head.
    pub side_position_s: f64,
    /// Length of a side, leaders included.
    pub side_length_s: f64,
    /// The mechanical counter.
    pub counter: u32,
    /// What is before the head, if anything is.
    pub song: Option<Song>,
    /// What is in the machine.
    pub tape: Tape,
    /// Per cent.
    pub volume: u32,
    /// Held at nought.
    pub muted: bool,
    /// The speed knob, 1.0 as recorded.
    pub speed: f64,
    /// `tape` or `source`.
    pub monitor: &'static str,
    /// Turns over by itself at the end of a side.
    pub auto_reverse: bool,
    /// `off`, `song`, `side` or `box`.
    #[serde(rename = "loop")]
    pub repeat: &'static str,
    /// `off`, `side` or `timer`.
    pub sleep: &'static str,
    /// What the timer has left.
    pub sleep_s: Option<u64>,
    /// What makes the sound.
    pub sound: Sound,
    /// Where it goes; `null` while it goes nowhere.
    pub output: Option<Output>,
    /// Counts the jumps that the speed of the tape does not explain.
    #[serde(skip)]
    pub jumps: u64,
    /// When it was so.
    #[serde(skip)]
    pub at: Instant,
}

/// The song before the head.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Song {
    /// Place in the whole box, from 1.
    pub number: usize,
    /// Line of the card, from 1.
    pub line: usize,
    /// Place on the tape: `B2`.
    pub place: String,
    /// Title.
    pub title: String,
    /// Who plays; empty where nobody is named.
    pub artist: String,
    /// The album; empty where none is named.
    pub album: String,
    /// How far into it.
    pub position_s: f64,
    /// How long it is on this side.
    pub length_s: f64,
    /// Its file, once it has been looked at.
    pub path: Option<String>,
    /// Why it is blank tape.
    pub blank: Option<String>,
}

/// The tape in the machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tape {
    /// Its name.
    pub title: String,
    /// Who it is by.
    pub artist: String,
    /// Which of the box, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// `C60`.
    pub length: String,
    /// Songs on it.
    pub songs: usize,
}

/// What makes the sound.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sound {
    /// Name of the preset, or `custom`.
    pub preset: String,
    /// The machine that plays.
    pub deck: String,
    /// The kind of tape.
    pub tape: String,
}

/// Where the sound goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Output {
    /// Name of the device.
    pub device: String,
    /// Frames a second.
    pub sample_rate: u32,
}

/// A song of the tape in the machine, as `tape` lists it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Place in the whole box, from 1.
    pub number: usize,
    /// Line of the card, from 1.
    pub line: usize,
    /// Place on the tape: `B2`.
    pub place: String,
    /// Title.
    pub title: String,
    /// Who plays.
    pub artist: String,
    /// From the side's physical start.
    pub start_s: f64,
    /// How long it is on this side.
    pub length_s: f64,
    /// Why it is blank tape.
    pub blank: Option<String>,
}

impl Status {
    /// Of what there is to show.
    pub fn of(view: &View, jumps: u64) -> Self {
        let deck = &view.deck;
        let card = &view.card;
        let (sleep, sleep_s) = match view.sleep {
            Sleep::Off => ("off", None),
            Sleep::Song => ("song", None),
            Sleep::Side => ("side", None),
            Sleep::Tape => ("tape", None),
            Sleep::After(left) => ("timer", Some(left.as_secs())),
        };
        Self {
            version: VERSION,
            pid: std::process::id(),
            motion: motion(deck.motion),
            side: deck.side.name(),
            side_position_s: milliseconds(deck.side_s),
            side_length_s: milliseconds(deck.length_s),
            counter: deck.counter as u32 % 1000,
            song: view.current_song().map(|line| Song::of(view, line)),
            tape: Tape {
                title: card.title.clone(),
                artist: card.artist.clone(),
                number: card.tape_of.0,
                of: card.tape_of.1,
                length: card.length.clone(),
                songs: card.songs.len(),
            },
            volume: (deck.volume * 100.0).round() as u32,
            muted: deck.muted,
            speed: milliseconds(deck.speed_setting),
            monitor: match deck.monitor {
                Monitor::Tape => "tape",
                Monitor::Source => "source",
            },
            auto_reverse: deck.auto_reverse,
            repeat: view.repeat.name(),
            sleep,
            sleep_s,
            sound: Sound {
                preset: view.sound.preset.clone(),
                deck: view.sound.deck.clone(),
                tape: view.sound.tape.clone(),
            },
            output: match &view.output {
                OutputState::Open {
                    device,
                    sample_rate,
                } => Some(Output {
                    device: device.clone(),
                    sample_rate: *sample_rate,
                }),
                OutputState::Opening | OutputState::Lost => None,
            },
            jumps,
            at: Instant::now(),
        }
    }

    /// What is different, by the names of the fields; `position` where the
    /// head has jumped. What time and the turning reels explain is no change.
    pub fn changed(&self, before: &Self) -> Vec<&'static str> {
        let song = |status: &Self| {
            status.song.clone().map(|song| Song {
                position_s: 0.0,
                ..song
            })
        };
        [
            ("motion", self.motion != before.motion),
            ("side", self.side != before.side),
            ("position", self.jumps != before.jumps),
            ("song", song(self) != song(before)),
            ("tape", self.tape != before.tape),
            ("volume", self.volume != before.volume),
            ("muted", self.muted != before.muted),
            ("speed", self.speed != before.speed),
            ("monitor", self.monitor != before.monitor),
            ("auto_reverse", self.auto_reverse != before.auto_reverse),
            ("loop", self.repeat != before.repeat),
            (
                "sleep",
                self.sleep != before.sleep || self.sleep_s > before.sleep_s,
            ),
            ("sound", self.sound != before.sound),
            ("output", self.output != before.output),
        ]
        .into_iter()
        .filter_map(|(name, changed)| changed.then_some(name))
        .collect()
    }
}

impl Song {
    fn of(view: &View, index: usize) -> Self {
        let line = Line::of(view, index);
        let song = &view.card.songs[index];
        let about = view.about.as_ref().filter(|about| about.song == song.song);
        let album = about.and_then(|about| about.tags.album.as_deref());
        let into_s = view.deck.side_s - song.start_s;
        Self {
            number: line.number,
            line: line.line,
            place: line.place,
            title: line.title,
            artist: line.artist,
            album: album.map(afterdark_media::text::clean).unwrap_or_default(),
            position_s: milliseconds(into_s.clamp(0.0, song.length_s)),
            length_s: line.length_s,
            path: about.map(|about| {
                let path = std::path::absolute(&about.path);
                let path = path.as_deref().unwrap_or(&about.path);
                path.to_string_lossy().into_owned()
            }),
            blank: line.blank,
        }
    }
}

impl Line {
    /// Of this line of the card, from 0.
    pub fn of(view: &View, index: usize) -> Self {
        let song = &view.card.songs[index];
        Self {
            number: song.song + 1,
            line: index + 1,
            place: format!("{}{}", song.side.name(), song.number),
            title: song.title.clone(),
            artist: artist(view, song),
            start_s: milliseconds(song.start_s),
            length_s: milliseconds(song.length_s),
            blank: song.blank.clone(),
        }
    }

    /// All lines of the card.
    pub fn all(view: &View) -> Vec<Self> {
        let lines = 0..view.card.songs.len();
        lines.map(|index| Self::of(view, index)).collect()
    }
}

/// Who plays a line of the card.
pub fn artist(view: &View, line: &SongLine) -> String {
    let own = view.about.as_ref().filter(|about| about.song == line.song);
    match (own, &line.artist) {
        (Some(about), _) if !about.artist.is_empty() => about.artist.clone(),
        (_, Some(artist)) => artist.clone(),
        _ => view.card.artist.clone(),
    }
}

/// In a word.
pub fn motion(motion: Motion) -> &'static str {
    match motion {
        Motion::Stopped => "stopped",
        Motion::Playing => "playing",
        Motion::Paused => "paused",
        Motion::FastForward => "fast-forward",
        Motion::Rewind => "rewind",
        Motion::Cue => "cue",
        Motion::Review => "review",
        Motion::Open => "open",
    }
}

fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// `4:05` or `1:02:03`.
pub fn clock(seconds: f64) -> String {
    let seconds = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let (minutes, seconds) = (seconds.as_secs() / 60, seconds.as_secs() % 60);
    match minutes / 60 {
        0 => format!("{minutes}:{seconds:02}"),
        hours => format!("{hours}:{:02}:{seconds:02}", minutes % 60),
    }
}
