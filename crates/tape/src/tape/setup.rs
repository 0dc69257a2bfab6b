//! What is chosen: machine, tape, switches and knobs; and where on the tape we are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{DeckProfile, Equalization, Formulation};
use crate::Frame;
use crate::cassette::Side;

/// The listener's hold on the tape's flaws: each multiplies what the profile
/// says, 1.0 is as it measures, 0.0 is none.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Knobs {
    pub wow: f32,
    pub flutter: f32,
    pub hiss: f32,
    /// Record level above the recommended one, dB.
    pub drive_db: f32,
    /// Of the head's error of angle.
    pub azimuth: f32,
    /// Of what playing has worn off, dropouts and print-through.
    pub wear: f32,
}

/// Noise reduction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Nr {
    #[default]
    Off,
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
            drive_db: 0.0,
            azimuth: 1.0,
            wear: 1.0,
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

/// Why a profile cannot be used, in words for its writer: the line, and what
/// is wrong there.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct ProfileError(pub String);

impl ProfileError {
    /// An error where a figure is out of its range, or not a number.
    pub(super) fn unless_within(what: &str, value: f64, low: f64, high: f64) -> Result<(), Self> {
        if (low..=high).contains(&value) {
            Ok(())
        } else {
            Err(Self(format!(
                "{what} is {value}, not within {low} to {high}"
            )))
        }
    }

    /// Of a text that is no such TOML.
    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().replace('\n', " ");
        let line = error.span().and_then(|span| text.get(..span.start));
        Self(match line {
            Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
            None => message,
        })
    }

    /// Points at the line of `text` that gives the figure which the error
    /// begins with, `key` or `section.key`.
    pub(super) fn with_line(self, text: &str) -> Self {
        let what = self.0.split(' ').next().unwrap_or_default();
        let key = what.rsplit('.').next().unwrap_or(what);
        let gives = |line: &str| {
            let rest = line.trim_start().strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        match text.lines().position(gives) {
            Some(line) => Self(format!("line {}: {}", line + 1, self.0)),
            None => self,
        }
    }
}
