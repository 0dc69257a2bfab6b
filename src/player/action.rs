//! What can be done: keys, the mouse and every remote name the same actions.

mod words;

use std::path::PathBuf;
use std::time::Duration;

pub use self::words::{ACTIONS, ActionError, ActionRow};
use super::knob::Knob;
use super::switch::Switch;
use crate::deck::Monitor;

/// Something to be done, by a key, the mouse or a remote.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Action {
    PlayPause,
    Play,
    /// Again lets go of it.
    Pause,
    Stop,
    /// Wind forward: silent when stopped, cue (heard) while playing; again ends it.
    FastForward,
    /// Wind back likewise.
    Rewind,
    /// By seconds, or to a second of the song under the head.
    Seek(Change<f64>),
    /// To this many seconds from the physical start of the playing side.
    SeekTo(f64),
    NextSong,
    PreviousSong,
    /// To the song with this index on [`Card::songs`](super::model::Card::songs).
    Song(usize),
    /// To the song with this place in the whole programme, from 0, on
    /// whichever tape of the box it is.
    SongOfBox(usize),
    SideStart,
    Flip,
    /// Another tape of the box: +1 or −1.
    Eject(i32),
    /// Another tape, of these files, folders and playlists.
    Insert(Vec<PathBuf>),
    /// The tape that goes in when this one has ended; of none, none.
    Next(Vec<PathBuf>),
    /// 0.0 to 1.0; 0.05 is a step.
    Volume(Change<f32>),
    Mute(Toggle),
    /// By semitones, or to a ratio, 1.0 as recorded.
    Speed(Change<f64>),
    /// What is heard; `None`: the other.
    Monitor(Option<Monitor>),
    Knob(Knob, Change<f32>),
    KnobsReset,
    /// Another choice of a switch, so many further on.
    Switch(Switch, i32),
    /// The choice of a switch that has this name.
    Choose(Switch, String),
    /// A copy of the tape in the machine, which goes in.
    CopyTape,
    /// The tape in the machine as new; asked for twice, since it cannot be undone.
    FreshTape,
    AutoReverse(Toggle),
    Noises(Toggle),
    CounterReset,
    /// To a part of the song, 0.0 its start and 1.0 its end.
    SeekPart(f64),
    /// Takes the last change of the sound back.
    Undo,
    /// A pencil mark at the head, or the one that is there rubbed out.
    Mark,
    /// To the next mark of the side; after the last to the first.
    NextMark,
    /// `None`: the next choice.
    Sleep(Option<Sleep>),
    /// `None`: the next choice.
    Loop(Option<Loop>),
    Quit,
}

/// Further on from where it is, or to a place.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Change<T> {
    By(T),
    To(T),
}

impl<T: std::ops::Add<Output = T>> Change<T> {
    /// Where that leads from a place.
    pub fn from(self, here: T) -> T {
        match self {
            Self::By(by) => here + by,
            Self::To(to) => to,
        }
    }
}

/// What becomes of something that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Toggle {
    /// What it is not now.
    Other,
    On,
    Off,
}

impl Toggle {
    /// What becomes of it.
    pub fn from(self, now: bool) -> bool {
        match self {
            Self::Other => !now,
            Self::On => true,
            Self::Off => false,
        }
    }
}

/// What is played over and over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Loop {
    #[default]
    Off,
    Song,
    Side,
    /// From the mark before the head to the one after it.
    Marks,
    /// All tapes of the box.
    Box,
}

impl Loop {
    /// In the order in which a key goes through them.
    pub const ALL: [Self; 5] = [Self::Off, Self::Song, Self::Side, Self::Marks, Self::Box];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Song => "song",
            Self::Side => "side",
            Self::Marks => "marks",
            Self::Box => "box",
        }
    }

    /// The one after it.
    pub fn next(self) -> Self {
        let here = Self::ALL.iter().position(|which| *which == self);
        Self::ALL[here.map_or(0, |here| (here + 1) % Self::ALL.len())]
    }
}

/// When the machine stops by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sleep {
    /// It does not.
    #[default]
    Off,
    /// After this time at the next end of a song, faded.
    After(Duration),
    /// At the end of the song.
    Song,
    /// At the end of the side.
    Side,
    /// At the end of the tape.
    Tape,
}

impl Sleep {
    /// What a key chooses after it: the ends of song, side and tape, then more
    /// and more minutes.
    pub fn next(self) -> Self {
        const MINUTES: [u64; 4] = [15, 30, 60, 90];
        match self {
            Self::Off => Self::Song,
            Self::Song => Self::Side,
            Self::Side => Self::Tape,
            Self::Tape => Self::After(Duration::from_secs(MINUTES[0] * 60)),
            Self::After(left) => {
                let left = left.as_secs().div_ceil(60);
                let more = MINUTES.into_iter().find(|minutes| *minutes > left);
                more.map_or(Self::Off, |more| {
                    Self::After(Duration::from_secs(more * 60))
                })
            }
        }
    }
}
