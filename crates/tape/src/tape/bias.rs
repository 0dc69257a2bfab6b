//! Record equalization and what bias does to it.

use std::f64::consts::TAU;

use super::filter::Section;
use super::formulation::Formulation;
use super::saturation::Law;
use super::self_erasure::left_of_tone;
use super::setup::Setup;

/// Sensitivity lost in the middle band for each dB of bias too much, dB: bias is
/// set somewhat above the one of the highest sensitivity.
const SENSITIVITY_PER_BIAS_DB: f64 = 0.2;
/// Treble lost at 10 kHz besides, dB.
const TREBLE_PER_BIAS_DB: f64 = 0.75;
/// Third-order distortion doubles or halves over this many dB of bias.
const DISTORTION_PER_BIAS_DB: f64 = 3.0;

/// Centre of the shelf that tells 1 kHz from 400 Hz.
const SHELF_HZ: f64 = 800.0;

/// The recorder's pre-emphasis P(f), on top of N(f), for what the tape loses
/// in recording short waves: three taps and a shelf. It sets how much less
/// treble than bass the tape can hold, so it follows from the cited figures:
/// the highest output at f is what saturation and self-erasure leave divided by
/// it, P(f) = highest(f) − SOL(f).
pub fn pre_emphasis(rate: f64, tape: &Formulation) -> [Section; 2] {
    let half = 10f64.powf(tape.law.shelf_db / 40.0);
    let shelf = Section::first_order(rate, [SHELF_HZ, 5.0 * SHELF_HZ], |f| {
        let x = f / SHELF_HZ;
        (1.0 + (x * half).powi(2)) / (1.0 + (x / half).powi(2))
    });
    let at = [10_000.0, 15_000.0];
    let sol = [tape.sol10k_db, tape.sol15k_db];
    let power = [0, 1].map(|i| {
        let db = highest_db(rate, at[i], tape.law.law()) - sol[i];
        10f64.powf(db.max(0.0) / 10.0) / shelf.power(rate, at[i])
    });
    [Section::three_taps(rate, at, power), shelf]
}

/// The most of a tone of `hz` that the tape takes, however strong the current, dB.
fn highest_db(rate: f64, hz: f64, law: Law) -> f64 {
    const POINTS: usize = 64;
    let sine: [f64; POINTS] =
        std::array::from_fn(|i| (TAU * (i as f64 + 0.5) / POINTS as f64).sin());
    let highest = (-24..=48)
        .map(|half| 10f64.powf(f64::from(half) / 40.0))
        .map(|over_knee| {
            let peak = over_knee * f64::from(law.knee);
            let mut current = sine.map(|x| (peak * x) as f32);
            law.process(&mut current);
            let sum: f64 = sine
                .iter()
                .zip(current)
                .map(|(s, y)| s * f64::from(y))
                .sum();
            (2.0 * sum / POINTS as f64).powi(2) * left_of_tone(rate, hz, over_knee)
        })
        .fold(1e-9, f64::max);
    10.0 * highest.log10()
}

/// The change of sensitivity and treble from bias that is not what the tape wants.
pub fn error(rate: f64, setup: &Setup) -> Section {
    let db_10k = -TREBLE_PER_BIAS_DB * f64::from(setup.bias_db);
    let corner = 10_000.0;
    // A shelf that has half its dB at 10 kHz and keeps growing a little above.
    let limit = 10f64.powf(db_10k * 2.0 / 10.0);
    Section::first_order(rate, [10_000.0, 18_000.0], |f| {
        let x = (f / corner).powi(2);
        (1.0 + x * limit.sqrt()) / (1.0 + x / limit.sqrt())
    })
    .scaled(10f64.powf(-SENSITIVITY_PER_BIAS_DB * f64::from(setup.bias_db) / 20.0))
}

/// The tape's law at the bias set.
pub fn law(setup: &Setup) -> Law {
    let mut law = setup.tape.law.law();
    law.cubic *= 2f32
        .powf(-setup.bias_db / DISTORTION_PER_BIAS_DB as f32)
        .clamp(0.2, 5.0);
    law
}
