//! What is chosen: machine, tape, switches and knobs; and where on the tape we are.

use std::f64::consts::TAU;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::copying::Copying;
use super::deck_profile::DeckProfile;
use super::eq::Equalization;
use super::formulation::Formulation;
use crate::Frame;
use crate::cassette::{Side, TAPE_SPEED_MM_S};

/// The listener's hold on the tape's flaws: each multiplies what the profile
/// says, 1.0 is as it measures, 0.0 is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knobs {
    /// Of what is slower than 6 Hz, and of a battery's sag.
    pub wow: f32,
    /// Of what is faster.
    pub flutter: f32,
    /// Of the noise of tape and electronics.
    pub hiss: f32,
    /// Of the head's error of angle.
    pub azimuth: f32,
    /// Of what playing has worn off, dropouts and print-through.
    pub wear: f32,
    /// Not a factor: what years have done to tape and machine, 0.0 none.
    pub age: f32,
}

/// Noise reduction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nr {
    /// None.
    #[default]
    Off,
    /// One sliding band, 10 dB above 5 kHz.
    B,
    /// Two stages of it, spread in level; approximate.
    C,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            wow: 1.0,
            flutter: 1.0,
            hiss: 1.0,
            azimuth: 1.0,
            wear: 1.0,
            age: 0.0,
        }
    }
}

/// All that decides the sound of a tape, cheap to clone.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The machine that plays.
    pub deck: Arc<DeckProfile>,
    /// The machine that recorded.
    pub dubbed_on: Arc<DeckProfile>,
    /// The tape.
    pub tape: Arc<Formulation>,
    /// The listener's knobs.
    pub knobs: Knobs,
    /// The recorder's tape switch; `None` is right for the tape.
    pub record_eq: Option<Equalization>,
    /// The player's tape switch; `None` is right for the tape.
    pub play_eq: Option<Equalization>,
    /// Noise reduction in recording.
    pub encode: Nr,
    /// Noise reduction in playing.
    pub decode: Nr,
    /// Bias above (positive) or below what the tape wants, dB.
    pub bias_db: f32,
    /// Record level above the recommended one, dB: the recorder's level control.
    /// It stands before the record chain and is taken back behind the playback
    /// chain, by whoever runs them; the chains do not know of it.
    pub drive_db: f32,
    /// How the tape came from tape to tape since its first recording, oldest first.
    pub copies: Arc<[Copying]>,
}

impl Setup {
    /// `deck` playing `tape`, dubbed on the very good deck, all switches right.
    pub fn new(deck: Arc<DeckProfile>, tape: Arc<Formulation>) -> Self {
        Self {
            deck,
            dubbed_on: DeckProfile::dubbing(),
            tape,
            knobs: Knobs::default(),
            record_eq: None,
            play_eq: None,
            encode: Nr::Off,
            decode: Nr::Off,
            bias_db: 0.0,
            drive_db: 0.0,
            copies: Arc::default(),
        }
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self::new(DeckProfile::default_deck(), Formulation::default_tape())
    }
}

/// A stretch of tape under the head, as it goes by in one block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    /// Side facing the head.
    pub side: Side,
    /// The first frame's place, in frames of tape from the side's start.
    pub frame: f64,
    /// Tape speed re 47.625 mm/s, negative when it goes back.
    pub speed: f64,
    /// Length of a side in frames.
    pub length_frames: f64,
    /// Turns of the left hub at `frame`, counted from anywhere.
    pub left_turns: f64,
    /// Turns of the right hub.
    pub right_turns: f64,
    /// Radius of the left pack, mm.
    pub left_radius_mm: f64,
    /// Radius of the right pack, mm.
    pub right_radius_mm: f64,
}

impl Passage {
    /// Whether `other` is this place, to less than can matter.
    pub(super) fn is_at(&self, other: &Self) -> bool {
        self.side == other.side
            && (self.frame - other.frame).abs() < 1e-3
            && (self.left_turns - other.left_turns).abs() < 1e-7
            && (self.right_turns - other.right_turns).abs() < 1e-7
    }

    /// The same tape `frames` output frames later.
    pub(super) fn advanced(&self, frames: f64, rate: f64) -> Self {
        let moved = frames * self.speed;
        let turn = |radius: f64| moved * TAPE_SPEED_MM_S / rate / (TAU * radius.max(1.0));
        Self {
            frame: self.frame + moved,
            left_turns: self.left_turns + turn(self.left_radius_mm),
            right_turns: self.right_turns + turn(self.right_radius_mm),
            ..*self
        }
    }
}

/// What the head picks up besides its own tracks under the gap, where the
/// reader has it at hand. Each row is as long as the block and runs with it in
/// time; none of it needs better than the nearest frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pickup<'a> {
    /// Flux one turn of the take-up pack before this place: it lay on the layer below.
    pub earlier: Option<&'a [Frame]>,
    /// Flux one turn of the pack after.
    pub later: Option<&'a [Frame]>,
    /// The other side's flux at this place of the tape, in the order it goes by.
    pub reverse: Option<&'a [Frame]>,
    /// Times that this passage has been played.
    pub passes: f32,
    /// The tape's own seed, for what is wrong with it for ever; `None`: the chain's.
    pub tape_seed: Option<u64>,
}
