//! How loud a machine makes music, for the switch between SOURCE and TAPE.

use super::copying::Copying;
use super::saturation::Law;
use super::setup::Setup;
use super::{bias, eq};

/// Ends of the octave-equal middle of music's spectrum, Hz: below and above, an
/// octave has 6 dB less than the one before. So it is with the bundled tape's
/// songs, to a tenth of a dB on every machine.
const MUSIC_HZ: [f64; 2] = [140.0, 2200.0];
/// Only magnitudes are wanted, so any rate will do, Hz.
const RATE: f64 = 96_000.0;
/// Rms of music at the recommended record level, re a sine at 200 nWb/m.
const MUSIC_RMS: f64 = 0.3;

/// Gain to be applied after playback so that music off the tape is as loud as
/// it was (BS.1770's weighting over the spectrum of music), whatever bass and
/// treble the machine loses or adds, for switches set wrong, for bias and for
/// what a hot recording loses in saturation.
pub fn level_match(setup: &Setup) -> f32 {
    let right = setup.tape.eq;
    let record = setup.record_eq.unwrap_or(right).treble(RATE);
    let play = setup.play_eq.unwrap_or(right).treble(RATE).inverse();
    let subsonic = eq::record_bass(RATE).times(&eq::play_bass(RATE));
    let bias = bias::error(RATE, setup);
    let bass = setup.deck.response.bass(RATE);
    let (mut before, mut after) = (0.0, 0.0);
    for step in 0..114 {
        // Twelve to the octave from 25 Hz to 18 kHz.
        let hz = 25.0 * 2f64.powf(f64::from(step) / 12.0);
        let [low_hz, high_hz] = MUSIC_HZ.map(|corner| (hz / corner).powi(2));
        let music = low_hz / (1.0 + low_hz) / (1.0 + high_hz);
        let programme = loudness_power(hz) * music;
        let treble = 10f64.powf(setup.deck.response.treble_db(hz, setup.tape.iec_type) / 10.0);
        let low: f64 = bass.iter().map(|section| section.power(RATE, hz)).product();
        let switches = record.power(RATE, hz)
            * play.power(RATE, hz)
            * subsonic.power(RATE, hz)
            * bias.power(RATE, hz);
        before += programme;
        // A copy has been through its players' heads as well.
        let copied: f64 = setup
            .copies
            .iter()
            .map(|copy| played_power(copy, setup, hz))
            .product();
        after += programme * treble * low * switches * copied;
    }
    let drive = 10f64.powf(f64::from(setup.drive_db) / 20.0);
    let kept = linear_gain(bias::law(setup), MUSIC_RMS * drive);
    let copied = linear_gain(setup.tape.law.law(), MUSIC_RMS * drive);
    let kept = kept * copied.powi(setup.copies.len() as i32);
    ((before / f64::max(after, 1e-6)).sqrt() / kept) as f32
}

/// |H(f)|² of the machine that played a tape for its copy.
fn played_power(copy: &Copying, setup: &Setup, hz: f64) -> f64 {
    let response = &copy.played_on.response;
    let bass = response.bass(RATE);
    let bass: f64 = bass.iter().map(|section| section.power(RATE, hz)).product();
    bass * 10f64.powf(response.treble_db(hz, setup.tape.iec_type) / 10.0)
}

/// What is left of a Gaussian signal of this rms behind the law, its linear
/// part (Bussgang): E[x·y]/E[x²].
fn linear_gain(law: Law, rms: f64) -> f64 {
    const STEPS: usize = 32;
    // Half a bell from 0 to 4 σ, at the middles of equal steps.
    let at = |i: usize| (i as f64 + 0.5) * 4.0 / STEPS as f64;
    let mut samples: [f32; STEPS] = std::array::from_fn(|i| (at(i) * rms) as f32);
    law.process(&mut samples);
    let (mut after, mut before) = (0.0, 0.0);
    for (i, y) in samples.iter().enumerate() {
        let x = at(i);
        let weight = (-0.5 * x * x).exp();
        after += weight * x * f64::from(*y);
        before += weight * x * x * rms;
    }
    (after / before).max(0.1)
}

/// |K(f)|² of ITU-R BS.1770: a high-pass at 38 Hz and a shelf of 4 dB at 1.7 kHz.
fn loudness_power(hz: f64) -> f64 {
    let ratio = (hz / 38.135).powi(2);
    let q = 0.5003;
    let high_pass = ratio * ratio / ((1.0 - ratio).powi(2) + ratio / (q * q));
    let x = (hz / 1500.0).powi(4);
    high_pass * (1.0 + 2.51 * x) / (1.0 + x)
}
