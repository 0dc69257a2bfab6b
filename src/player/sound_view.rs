//! What makes the sound, to be shown.

use super::knob::Knob;

/// What makes the sound now, in words and figures for the eye. Figures are the
/// published ones where there are any, else those that the profile is made to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sound {
    /// Name of the preset, or `custom` where something differs from every preset.
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
    /// Where the knobs stand, in the order of their table.
    pub knobs: [f32; Knob::ALL.len()],
    /// Positions of the recorder's and the player's tape switch: `120 µs` or `70 µs`.
    pub eq: [&'static str; 2],
    /// Whether these are right for the tape.
    pub eq_right: [bool; 2],
    /// Wear is neither heard nor counted.
    pub wear_off: bool,
}

impl Sound {
    /// Where a knob stands.
    pub fn knob(&self, knob: Knob) -> f32 {
        let place = Knob::ALL.iter().position(|k| *k == knob);
        place.map_or(0.0, |place| self.knobs[place])
    }
}
