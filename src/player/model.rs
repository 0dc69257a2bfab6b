//! What there is to show of the machine: plain data, so that a test can show
//! any state without a machine behind it.

use std::path::PathBuf;
use std::sync::Arc;

pub use super::action::{Action, ActionError, Change, Loop, Sleep, Toggle};
pub use super::knob::{KNOBS, Knob, Unit};
pub use super::marks::Marks;
pub use super::said::Said;
pub use super::sound_view::Sound;
pub use super::switch::{SWITCHES, Switch};
use crate::deck::Snapshot;
use afterdark_media::media::Tags;
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
    /// Where the sound goes.
    pub output: OutputState,
    /// Times the device ran dry.
    pub underruns: u64,
    /// What has happened, as long as it is news.
    pub said: Option<Said>,
    /// The songs of the box, once they have been asked for.
    pub listing: Option<Arc<Listing>>,
    /// When the machine stops by itself.
    pub sleep: Sleep,
    /// What is played over and over.
    pub repeat: Loop,
    /// Pencil marks on the tape in the machine.
    pub marks: Arc<Marks>,
    /// The song before the head, as its file has it, where that is known.
    pub about: Option<Arc<About>>,
    /// Somebody has asked for the end of the program.
    pub quit: bool,
    /// Files, folders and playlists that the tape in the machine is made of.
    pub asked: Arc<[PathBuf]>,
}

impl Default for View {
    /// Of a machine that has told nothing yet.
    fn default() -> Self {
        Self {
            deck: Snapshot::default(),
            sound: Arc::default(),
            wear: Arc::new([vec![0.0; WEAR_PARTS], vec![0.0; WEAR_PARTS]]),
            card: Arc::default(),
            lyrics: None,
            output: OutputState::Opening,
            underruns: 0,
            said: None,
            listing: None,
            sleep: Sleep::Off,
            repeat: Loop::Off,
            marks: Arc::default(),
            about: None,
            quit: false,
            asked: Arc::default(),
        }
    }
}

/// Where the sound goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OutputState {
    /// It is not known yet.
    #[default]
    Opening,
    /// To this device.
    Open {
        /// Its name, clean.
        device: String,
        /// Frames a second.
        sample_rate: u32,
    },
    /// Nowhere: the device is lost or was never there.
    Lost,
}

/// The songs of the box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The card's revision that it is of.
    pub revision: u64,
    /// All of them, each where it begins.
    pub songs: Vec<Listed>,
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

/// A song as its file has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// Place in the whole programme, from 0.
    pub song: usize,
    /// The file.
    pub path: PathBuf,
    /// Title for the eye.
    pub title: String,
    /// Who plays; empty where nobody is named.
    pub artist: String,
    /// Codec.
    pub format: String,
    /// Frames a second.
    pub sample_rate: u32,
    /// What else it says, not made safe for the eye.
    pub tags: Tags,
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

/// Parts that each side is told worn in.
pub const WEAR_PARTS: usize = 96;

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
    /// `second-hand copy` and so on, pencilled; of a first recording nothing.
    pub copy: String,
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
    /// What a deck's counter will stand at, where that was asked.
    pub counter: Option<u32>,
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

/// What shows and drives the machine: a hand on it, or a machine of cardboard.
/// Nothing here waits for the machine.
pub trait Machine {
    /// The state as it was told last.
    fn view(&mut self) -> View;
    /// The screen wears another theme from now on: its name to be remembered,
    /// and what to say of it.
    fn keep_theme(&mut self, name: &str, about: &str);
    /// Asks for the songs of the box as they are now, for a search; they come
    /// as [`View::listing`].
    fn list(&mut self);
    /// Has something told in the message line.
    fn say(&mut self, said: Said);
    /// Has an action carried out; [`Action::Quit`] comes back as [`View::quit`].
    fn act(&mut self, action: Action);
}
