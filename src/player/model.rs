//! What the screen shows and what a person may ask for: plain data, so that a
//! test can show any state and read any wish without a machine behind it.

use std::sync::Arc;

use crate::cassette::Side;
use crate::deck::Snapshot;

/// All that the screen shows.
#[derive(Clone, Debug)]
pub struct View {
    /// The machine now.
    pub deck: Snapshot,
    /// The card of the tape in the machine.
    pub card: Arc<Card>,
    /// Where the sound goes: `default · 48 kHz`, or why it goes nowhere.
    pub output: String,
    /// The device is lost or was never there.
    pub output_lost: bool,
    /// Times the device ran dry.
    pub underruns: u64,
    /// The message line, and whether it is bad news.
    pub message: Option<(String, bool)>,
}

/// The J-card: what is on the tape in the machine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// Changes whenever anything else on the card does.
    pub revision: u64,
    /// Name of the tape.
    pub title: String,
    /// Who it is by.
    pub artist: String,
    /// Which tape of the box this is, from 1, and how many there are.
    pub tape_of: (usize, usize),
    /// `C60`.
    pub length: String,
    /// `Type I`.
    pub formulation: String,
    /// `NR B`, or nothing.
    pub noise_reduction: String,
    /// Songs on this tape, side A first.
    pub songs: Vec<SongLine>,
    /// Liner notes, Markdown.
    pub notes: String,
    /// Seconds of one side, leaders included.
    pub side_s: f64,
    /// Seconds of leader at each end.
    pub leader_s: f64,
    /// Entries looked at and entries in all, while the box is still being filled.
    pub filling: Option<(usize, usize)>,
    /// The tape's own number; everything random in its looks follows from it.
    pub seed: u64,
    /// Cover art as the file holds it (PNG, JPEG…).
    pub cover: Option<Arc<Vec<u8>>>,
}

/// One song on the card. A recording that runs on over the turn has a line on
/// each side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SongLine {
    /// Place in the whole programme, from 0.
    pub song: usize,
    /// Number on this side, from 1.
    pub number: usize,
    /// Where it is.
    pub side: Side,
    /// Title for the eye.
    pub title: String,
    /// Who plays, where that is not the tape's artist.
    pub artist: Option<String>,
    /// Seconds from the physical start of the side.
    pub start_s: f64,
    /// Seconds on this side.
    pub length_s: f64,
    /// Why it is blank tape.
    pub blank: Option<String>,
    /// Set on the second part of a recording that runs on over the turn.
    pub continued: bool,
}

/// A wish, from a key, the mouse or a remote.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Action {
    PlayPause,
    Play,
    Pause,
    Stop,
    /// Wind forward: silent when stopped, cue (heard) while playing; again ends it.
    FastForward,
    /// Wind back likewise.
    Rewind,
    /// By this many seconds, at once.
    Seek(f64),
    /// To this many seconds from the physical start of the playing side.
    SeekTo(f64),
    NextSong,
    PreviousSong,
    /// To the song with this index on [`Card::songs`].
    Song(usize),
    SideStart,
    Flip,
    /// Another tape of the box: +1 or −1.
    Eject(i32),
    /// Add to the volume, 0.05 is a step.
    Volume(f32),
    Mute,
    /// Multiply the speed setting's distance; see the key table.
    Speed(f64),
    SpeedReset,
    Monitor,
    /// Add to a knob.
    Knob(Knob, f32),
    KnobsReset,
    AutoReverse,
    Noises,
    CounterReset,
    Quit,
}

/// Which knob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Knob {
    Wow,
    Flutter,
    Hiss,
    Drive,
}

/// What the screen drives.
pub trait Machine {
    /// The state now; called once a frame, so cheap.
    fn view(&mut self) -> View;
    /// Carries out a wish (all but [`Action::Quit`], which ends the screen).
    fn act(&mut self, action: Action);
}
