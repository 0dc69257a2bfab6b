//! What has happened, as facts; whoever shows them makes the words.

use std::path::PathBuf;
use std::sync::Arc;

use super::action::{Loop, Sleep};
use super::knob::Knob;
use super::sound_view::Sound;
use super::switch::Switch;
use crate::deck::Monitor;
use afterdark_tape::cassette::Side;

/// Something worth telling.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// The volume is at this, 0.0 to 1.0.
    Volume(f32),
    /// The sound is held at nought, or no more.
    Muted(bool),
    /// The speed knob is at this, 1.0 as recorded.
    Speed(f64),
    /// This is heard.
    Monitor(Monitor),
    /// A knob is at this.
    Knob(Knob, f32),
    /// All knobs are at what the deck says.
    KnobsReset,
    /// A switch has been turned, and this is how it sounds now.
    Switched(Switch, Arc<Sound>),
    /// A switch has no choice of this name.
    NoChoice(Switch, String),
    /// The tape turns over by itself, or no more.
    AutoReverse(bool),
    /// Keys and motor are heard, or no more.
    Noises(bool),
    /// The counter is at 000.
    CounterReset,
    /// A pencil mark was made where the counter is at this.
    Marked(u32),
    /// One was rubbed out.
    Unmarked,
    /// There is no mark on this side.
    NoMarks,
    /// The tape has been turned over to this side.
    Flipped {
        /// The side that faces the head now.
        side: Side,
        /// There is nothing on it.
        blank: bool,
    },
    /// There is no song after this one.
    LastSong,
    /// There is no other tape in the box.
    OneTape,
    /// There is no tape after this one.
    LastTape,
    /// There is no tape before this one.
    FirstTape,
    /// A fresh tape has been asked for once; it takes twice.
    FreshAsked,
    /// The tape is as new.
    Fresh,
    /// The tape is as new anyhow, since wear is off.
    WearOff,
    /// Another tape is being read.
    Inserting,
    /// It is in the machine; what it is called.
    Inserted(String),
    /// A tape waits for the end of this one, what it is called; or none any more.
    Waiting(Option<String>),
    /// A tape cannot be copied, and why.
    NotCopied(String),
    /// It cannot be had, and why.
    NotInserted(String),
    /// The last change of the sound was taken back, or there was none.
    Undone(bool),
    /// A picture of the screen lies there; or why not.
    Picture(Result<PathBuf, String>),
    /// The machine stops by itself.
    Sleep(Sleep),
    /// This is played over and over.
    Loop(Loop),
    /// The screen has other colours: their name, and a word about them.
    Theme(String),
    /// There is no sound, and why.
    DeviceLost(String),
    /// There is sound again, from this device.
    DeviceBack(String),
    /// A song cannot be played (any further), and why.
    SongFailed(String),
    /// Something cannot be remembered.
    NotKept {
        /// Where it should be.
        folder: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// What was found wrong at the start, a sentence.
    Remark(String),
}

impl Said {
    /// Whether it is bad news.
    pub fn is_bad(&self) -> bool {
        matches!(
            self,
            Self::NotInserted(_)
                | Self::NotCopied(_)
                | Self::NoChoice(..)
                | Self::DeviceLost(_)
                | Self::Picture(Err(_))
                | Self::SongFailed(_)
                | Self::NotKept { .. }
                | Self::Remark(_)
        )
    }

    /// Whether it answers a key, and is soon no news any more.
    pub fn is_brief(&self) -> bool {
        !self.is_bad()
            && !matches!(
                self,
                Self::FreshAsked
                    | Self::Fresh
                    | Self::Inserted(_)
                    | Self::WearOff
                    | Self::Theme(_)
                    | Self::DeviceBack(_)
                    | Self::Picture(_)
            )
    }
}
