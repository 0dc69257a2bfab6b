//! What a session begins with.

use std::path::PathBuf;

use super::action::Sleep;
use super::catalogue::Catalogue;
use super::sound::Chosen;
use crate::recorder::Levelling;
use afterdark_tape::cassette::Length;

/// What was chosen on the command line.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The cassette's length, where it is not the smallest that holds all.
    pub length: Option<Length>,
    /// Whether songs are heard equally loud.
    pub levelling: Levelling,
    /// Wind for real.
    pub patient: bool,
    /// The tape as it was asked for, to be found again without arguments.
    pub asked: Vec<PathBuf>,
    /// Begin at the start of side A, wherever the tape was left.
    pub from_start: bool,
    /// Do not begin to play.
    pub stopped: bool,
    /// When it stops by itself.
    pub sleep: Sleep,
    /// The tape as new, whatever it has been through.
    pub fresh_tape: bool,
    /// The volume of this run alone, 0.0 to 1.0.
    pub volume: Option<f32>,
    /// Wear is neither heard nor counted.
    pub no_wear: bool,
    /// What options say of the sound: it beats what any tape asks for.
    pub options: Chosen,
    /// The machines and tapes that there are to choose from.
    pub catalogue: Catalogue,
}
