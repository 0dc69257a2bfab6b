//! What the screen shows and what a person may ask for: plain data, so that a
//! test can show any state and read any wish without a machine behind it.

use std::sync::Arc;

use crate::deck::Snapshot;
use afterdark_tape::cassette::Side;

/// All that the screen shows.
#[derive(Clone, Debug)]
pub struct View {
    /// The machine now.
    pub deck: Snapshot,
    /// What makes the sound: machine, tape and switches.
    pub sound: Arc<Sound>,
    /// How worn each side is, in [`WEAR_PARTS`] equal parts from the side's
    /// physical start to its end; 0.0 is new, 1.0 is worn out.
    pub wear: Arc<[Vec<f32>; 2]>,
    /// The card of the tape in the machine.
    pub card: Arc<Card>,
    /// The words of the song under the head, where there are any.
    pub lyrics: Option<Lyrics>,
    /// Where the sound goes: `default · 48 kHz`, or why it goes nowhere.
    pub output: String,
    /// The device is lost or was never there.
    pub output_lost: bool,
    /// Times the device ran dry.
    pub underruns: u64,
    /// The message line, and whether it is bad news.
    pub message: Option<(String, bool)>,
}

impl View {
    /// Index on the card of the song before the head, if any.
    pub fn current_song(&self) -> Option<usize> {
        let songs = &self.card.songs;
        let deck = &self.deck;
        let on_a = songs.partition_point(|s| s.side == Side::A);
        let (from, to) = if deck.side == Side::A {
            (0, on_a)
        } else {
            (on_a, songs.len())
        };
        // A hair's breadth of grace, so that a search to the start of a song is in it.
        let begun = songs[from..to].partition_point(|s| s.start_s <= deck.side_s + 0.05);
        let index = from + begun.checked_sub(1)?;
        (deck.side_s < songs[index].start_s + songs[index].length_s).then_some(index)
    }
}

/// The words of a song.
#[derive(Clone, Debug, PartialEq)]
pub struct Lyrics {
    /// In order; either all of them have their times or none has.
    pub lines: Arc<Vec<afterdark_media::media::Line>>,
    /// Second of the playing side from which their times count.
    pub start_s: f64,
}

impl Lyrics {
    /// The line that is sung at a second of the playing side.
    pub fn line_at(&self, side_s: f64) -> Option<usize> {
        // A hair's breadth of grace, so that a search to a line is in it.
        let at = side_s - self.start_s + 0.05;
        let begun = self
            .lines
            .partition_point(|line| line.at_s.is_some_and(|s| s <= at));
        begun.checked_sub(1)
    }
}

/// What [`View::output`] says until the device is known.
pub const OPENING: &str = "opening the sound device";

/// Parts that each side is told worn in.
pub const WEAR_PARTS: usize = 96;

/// What makes the sound now, in words and figures for the eye. Figures are the
/// published ones where there are any, else those that the profile is made to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sound {
    /// Name of the preset, or `own` where something differs from every preset.
    pub preset: String,
    /// The machine that plays.
    pub deck: String,
    /// One sentence about it.
    pub deck_about: String,
    /// Its wow and flutter, weighted rms, per cent.
    pub flutter_percent: f64,
    /// −3 dB points of its response with this tape, Hz.
    pub response_hz: [f64; 2],
    /// Signal to noise with this tape, A-weighted, from the tape's 3 % level,
    /// without noise reduction, dB.
    pub signal_to_noise_db: f64,
    /// Separation of left and right at 1 kHz, dB; none of a mono machine.
    pub separation_db: Option<f64>,
    /// Seconds to wind a C60.
    pub wind_c60_s: f64,
    /// The machine that recorded.
    pub dubbed_on: String,
    /// The tape.
    pub tape: String,
    /// `Type I` and so on.
    pub tape_kind: String,
    /// One sentence about it.
    pub tape_about: String,
    /// Level with 3 % distortion at 400 Hz, dB re 200 nWb/m.
    pub tape_mol_db: f64,
    /// Highest output at 10 kHz, dB.
    pub tape_sol_db: f64,
    /// Its noise, dB(A).
    pub tape_noise_dba: f64,
    /// `off`, `NR B` or `NR C`, in recording and in playing.
    pub nr: [&'static str; 2],
    /// Bias above or below what the tape wants, dB.
    pub bias_db: f32,
    /// Record level above the recommended one, dB.
    pub drive_db: f32,
    /// Positions of the recorder's and the player's tape switch: `120 µs` or `70 µs`.
    pub eq: [&'static str; 2],
    /// Whether these are right for the tape.
    pub eq_right: [bool; 2],
    /// Wear is neither heard nor counted.
    pub wear_off: bool,
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
    /// Its file has not been looked at yet, and the length is a guess.
    pub guessed: bool,
    /// Why it is blank tape.
    pub blank: Option<String>,
    /// Set on the second part of a recording that runs on over the turn.
    pub continued: bool,
}

/// A song of the box, as a search lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Place in the whole programme, from 0.
    pub song: usize,
    /// Title for the eye.
    pub title: String,
    /// Who plays; empty where nobody is named.
    pub artist: String,
    /// Where it is: `B2`, or `3·B2` on the third tape of several.
    pub place: String,
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
    /// To the song with this place in the whole programme, from 0, on
    /// whichever tape of the box it is.
    SongOfBox(usize),
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
    /// The next choice of a switch, or the one before: +1 or −1.
    Switch(Switch, i32),
    /// The tape in the machine as new; asked for twice, since it cannot be undone.
    FreshTape,
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
    /// Of the head's error of angle.
    Azimuth,
    /// Of what playing has worn off, dropouts and print-through.
    Wear,
}

impl Knob {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Wow,
        Self::Flutter,
        Self::Hiss,
        Self::Drive,
        Self::Azimuth,
        Self::Wear,
    ];
}

/// What else of the sound there is to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A named setup.
    Preset,
    /// The machine that plays.
    Deck,
    /// The tape.
    Tape,
    /// Noise reduction in recording.
    NrRecord,
    /// Noise reduction in playing.
    NrPlay,
    /// Bias, half a dB a step.
    Bias,
    /// The recorder's tape switch.
    RecordEq,
    /// The player's tape switch.
    PlayEq,
}

/// What the screen drives.
pub trait Machine {
    /// The state now; called once a frame, so cheap.
    fn view(&mut self) -> View;
    /// The screen wears another theme from now on: its name to be remembered,
    /// and what to say of it.
    fn keep_theme(&mut self, name: &str, about: &str);
    /// All songs of the box; for a search.
    fn list(&mut self) -> Vec<Listed>;
    /// Carries out a wish (all but [`Action::Quit`], which ends the screen).
    fn act(&mut self, action: Action);
}
