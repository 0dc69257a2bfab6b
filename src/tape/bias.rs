//! Record equalization and what bias does to it.

use super::filter::Section;
use super::{Formulation, Setup};

/// Treble lost at 10 kHz for each dB of bias too much, dB.
const TREBLE_PER_BIAS_DB: f64 = 0.75;
/// Third-order distortion doubles or halves over this many dB of bias.
const DISTORTION_PER_BIAS_DB: f64 = 3.0;

/// Centre of the shelf that tells 1 kHz from 400 Hz.
const SHELF_HZ: f64 = 800.0;

/// The recorder's pre-emphasis P(f), on top of N(f), for what the tape loses
/// in recording short waves: three taps and a shelf. It sets how much less
/// treble than bass the tape can hold, so it follows from the cited figures:
/// the highest output at f is what saturation leaves divided by it,
/// P(f) = ceiling − SOL(f).
pub fn pre_emphasis(rate: f64, tape: &Formulation) -> [Section; 2] {
    let half = 10f64.powf(tape.law.shelf_db / 40.0);
    let shelf = Section::first_order(rate, [SHELF_HZ, 5.0 * SHELF_HZ], |f| {
        let x = f / SHELF_HZ;
        (1.0 + (x * half).powi(2)) / (1.0 + (x / half).powi(2))
    });
    let ceiling = tape.law.ceiling_db();
    let at = [10_000.0, 15_000.0];
    let sol = [tape.sol10k_db, tape.sol15k_db];
    let power =
        [0, 1].map(|i| 10f64.powf((ceiling - sol[i]).max(0.0) / 10.0) / shelf.power(rate, at[i]));
    [Section::three_taps(rate, at, power), shelf]
}

/// The change of treble from bias that is not what the tape wants.
pub fn treble_error(rate: f64, setup: &Setup) -> Section {
    let db_10k = -TREBLE_PER_BIAS_DB * f64::from(setup.bias_db);
    let corner = 10_000.0;
    // A shelf that has half its dB at 10 kHz and keeps growing a little above.
    let limit = 10f64.powf(db_10k * 2.0 / 10.0);
    Section::first_order(rate, [10_000.0, 18_000.0], |f| {
        let x = (f / corner).powi(2);
        (1.0 + x * limit.sqrt()) / (1.0 + x / limit.sqrt())
    })
}

/// The tape's law at the bias set.
pub fn law(setup: &Setup) -> super::saturation::Law {
    let mut law = setup.tape.law.law();
    law.cubic *= 2f32
        .powf(-setup.bias_db / DISTORTION_PER_BIAS_DB as f32)
        .clamp(0.2, 5.0);
    law
}
