//! Readings over frequency or level, and where they cross a limit.

use crate::measure::bench::{Bench, channel};
use crate::measure::tone::{band_level_db, harmonics};

/// A curve: pairs of x and y.
pub type Curve = Vec<[f64; 2]>;

/// Frequencies of the response, Hz.
pub(super) const RESPONSE_HZ: [f64; 34] = [
    20.0, 25.0, 31.5, 40.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0,
    500.0, 630.0, 800.0, 1000.0, 1250.0, 1600.0, 2000.0, 2500.0, 3150.0, 4000.0, 5000.0, 6300.0,
    8000.0, 10000.0, 12500.0, 14000.0, 16000.0, 18000.0, 20000.0, 21000.0,
];
/// A tone's length, s; its first quarter is cut off.
pub(super) const TONE_S: f64 = 0.65;

/// Level of a tone played back, dB.
pub(super) fn level_of(bench: &Bench, hz: f64, db: f64) -> f64 {
    let frames = bench
        .quiet()
        .over_the_tape(&bench.tone(hz, db, TONE_S, [1.0; 2]));
    band_level_db(&channel(&frames, 0), f64::from(bench.rate), hz, 0.05)
}

/// Level against frequency, re 315 Hz.
pub(super) fn response(bench: &Bench, db: f64) -> Curve {
    let reference = level_of(bench, 315.0, db);
    RESPONSE_HZ
        .iter()
        .map(|&hz| [hz, level_of(bench, hz, db) - reference])
        .collect()
}

/// Third harmonic (per cent) against output level (dB), as input rises from −9 to +12 dB.
pub(super) fn distortion_curve(bench: &Bench, hz: f64) -> Curve {
    let quiet = bench.quiet();
    let flat = level_of(bench, hz, -20.0) + 20.0;
    (-18..=24)
        .map(|half| {
            let frames =
                quiet.over_the_tape(&bench.tone(hz, f64::from(half) / 2.0, TONE_S, [1.0; 2]));
            let h = harmonics(&channel(&frames, 0), f64::from(bench.rate), hz);
            // What the machine's own response does to the level is not the tape's.
            [h.level_db - flat, h.third()]
        })
        .collect()
}

/// y where the curve passes `x`, y taken as logarithmic.
pub(super) fn crossing(curve: &Curve, x: f64) -> Option<f64> {
    let pair = curve.windows(2).find(|p| p[0][0] <= x && x <= p[1][0])?;
    let along = (x - pair[0][0]) / (pair[1][0] - pair[0][0]).max(1e-9);
    Some((pair[0][1].ln() + (pair[1][1] / pair[0][1]).ln() * along).exp())
}

/// x where the curve first reaches `y`.
pub(super) fn inverse_crossing(curve: &Curve, y: f64) -> Option<f64> {
    let pair = curve.windows(2).find(|p| p[0][1] <= y && y <= p[1][1])?;
    let along = (y / pair[0][1]).ln() / (pair[1][1] / pair[0][1]).ln().max(1e-9);
    Some(pair[0][0] + (pair[1][0] - pair[0][0]) * along)
}

/// The most of `hz` that comes off the tape however hard it is driven, dB: what
/// the tape gave, the deck's own response taken off, and what the deck gave of it.
pub(super) fn highest_output(bench: &Bench, hz: f64) -> [f64; 2] {
    let flat = level_of(bench, hz, -20.0) + 20.0;
    let most = (-10..=18)
        .map(|db| level_of(bench, hz, f64::from(db)))
        .fold(f64::NEG_INFINITY, f64::max);
    [most - flat, most]
}
