//! How far left and right come through the head into each other.

use std::f64::consts::PI;

use super::deck_profile::DeckProfile;
use super::filter::Section;

/// Where separation is cited, Hz.
const CITED_HZ: f64 = 1000.0;
/// Where the coupling of the windings is said, and how many times the cited
/// ratio comes through there, 10 dB: an estimate.
const WINDINGS_HZ: f64 = 10_000.0;
const WINDINGS: f64 = 3.2;
/// The field of long waves reaches the neighbour over the guard band of 0.3 mm
/// (IEC 60094-7): half of `e^(−2π·0.3 mm·f/v)`, which a critically damped
/// low-pass meets within 3 dB from 20 to 100 Hz.
const FRINGE_HZ: f64 = 28.0;
const FRINGE: f64 = 0.3;

/// What the difference of the channels goes through in the head, half their sum
/// passing untouched: with a crosstalk of b the difference keeps (1 − b)/(1 + b),
/// and a programme that is the same in both its level. Nothing of it in a mono
/// machine, whose one gap spans both tracks.
pub fn difference(rate: f64, deck: &DeckProfile) -> [Section; 2] {
    let Some(separation_db) = deck.separation_db else {
        return [Section::THROUGH.scaled(0.0), Section::THROUGH];
    };
    let cited = 10f64.powf(-separation_db / 20.0);
    let sine = |hz: f64| (PI * hz / rate).sin();
    let top_hz = WINDINGS_HZ.min(0.4 * rate);
    // A constant part and one that rises with frequency, at nearly a right angle
    // to it (two taps fall short of that by πf/rate), make the cited ratio at
    // the one frequency and the estimate at the other; found by turns.
    let (mut rest, mut windings) = (cited, 0.0);
    for _ in 0..6 {
        let (along, there) = (rest * sine(top_hz), WINDINGS * cited);
        let across = rest * rest - along * along;
        windings = (there * there - across).max(0.0).sqrt() - along;
        let low = windings * sine(CITED_HZ) / sine(top_hz);
        let along = low * sine(CITED_HZ);
        rest = (cited * cited - low * low + along * along).max(0.0).sqrt() - along;
    }
    let windings = windings / sine(top_hz);
    [
        Section::without_bass(rate, FRINGE_HZ, 2.0 * FRINGE),
        Section::slope((1.0 - rest) / (1.0 + rest), windings),
    ]
}
