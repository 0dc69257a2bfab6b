//! How loud a machine makes music, for the switch between SOURCE and TAPE.

use super::{Setup, eq};

/// Gain to be applied after playback so that music off the tape is as loud as
/// it was (BS.1770's weighting over an octave-equal spectrum that falls by
/// 3 dB an octave above 1.5 kHz, as programme does), whatever bass and treble
/// the machine loses or adds, and for switches set wrong.
pub fn level_match(setup: &Setup) -> f32 {
    /// Only magnitudes are wanted, so any rate will do.
    const RATE: f64 = 96_000.0;
    let right = setup.tape.eq;
    let record = setup.record_eq.unwrap_or(right).treble(RATE);
    let play = setup.play_eq.unwrap_or(right).treble(RATE).inverse();
    let subsonic = eq::record_bass(RATE).times(&eq::play_bass(RATE));
    let bass = setup.deck.response.bass(RATE);
    let (mut before, mut after) = (0.0, 0.0);
    for step in 0..114 {
        // Twelve to the octave from 25 Hz to 18 kHz.
        let hz = 25.0 * 2f64.powf(f64::from(step) / 12.0);
        let programme = loudness_power(hz) / (1.0 + hz / 1500.0);
        let treble = 10f64.powf(setup.deck.response.treble_db(hz, setup.tape.iec_type) / 10.0);
        let low: f64 = bass.iter().map(|section| section.power(RATE, hz)).product();
        let switches = record.power(RATE, hz) * play.power(RATE, hz) * subsonic.power(RATE, hz);
        before += programme;
        after += programme * treble * low * switches;
    }
    (before / f64::max(after, 1e-6)).sqrt() as f32
}

/// |K(f)|² of ITU-R BS.1770: a high-pass at 38 Hz and a shelf of 4 dB at 1.7 kHz.
fn loudness_power(hz: f64) -> f64 {
    let ratio = (hz / 38.135).powi(2);
    let q = 0.5003;
    let high_pass = ratio * ratio / ((1.0 - ratio).powi(2) + ratio / (q * q));
    let x = (hz / 1500.0).powi(4);
    high_pass * (1.0 + 2.51 * x) / (1.0 + x)
}
