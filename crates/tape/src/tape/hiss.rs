//! The noise of particles: every grain of the coating is a small magnet.

use super::eq::Equalization;
use super::filter::{Cascade, Section};

/// Corners in Hz (zero; two poles) of a rational fit, within 0.4 dB from 20 Hz
/// to 20 kHz, to the flux spectrum `(1 − e^(−2kδ))·e^(−2kd)/k` of a coating
/// δ = 5 µm thick at d = 0.2 µm from the head, k = 2πf/v.
const ZERO_HZ: f64 = 1440.67;
const POLES_HZ: [f64; 2] = [757.32, 4382.4];

/// Filters that make white noise into tape flux noise of that spectrum.
pub fn shape(rate: f64) -> [Section; 2] {
    let corner = |hz: f64, f: f64| 1.0 + (f / hz).powi(2);
    [
        Section::first_order(rate, [900.0, 9000.0], |f| {
            corner(ZERO_HZ, f) / corner(POLES_HZ[0], f)
        }),
        Section::first_order(rate, [4000.0, 15000.0], |f| 1.0 / corner(POLES_HZ[1], f)),
    ]
}

/// Gain for uniform white noise in ±1 such that, after [`shape`] and the
/// standard playback equalization, it reads `dba` re 200 nWb/m on an
/// A-weighted rms meter (0 dB: a sine of peak 1).
pub fn gain(rate: f64, eq: Equalization, dba: f64) -> f64 {
    let shaped = Cascade::new(shape(rate));
    let treble = eq.treble(rate).inverse();
    // Mean square on the meter of noise with variance 1/3 spread over 0..rate/2.
    let mean_square = weighted_mean_square(rate, |f| {
        let bass = f * f / (f * f + 50.05f64.powi(2));
        shaped.power(rate, f) * treble.power(rate, f) * bass
    });
    (0.5 * 10f64.powf(dba / 10.0) / mean_square).sqrt()
}

/// Gain for uniform white noise in ±1 to read 0 dB(A) re 200 nWb/m.
pub fn white_gain(rate: f64) -> f64 {
    let mean_square = weighted_mean_square(rate, |_| 1.0);
    (0.5 / mean_square).sqrt()
}

/// Mean square on an A-weighted meter of uniform white noise in ±1 (variance
/// 1/3, spread evenly over 0..rate/2) after a filter of `power` = |H(f)|².
fn weighted_mean_square(rate: f64, power: impl Fn(f64) -> f64) -> f64 {
    const STEP_HZ: f64 = 20.0;
    let steps = ((rate / 2.0).min(22_000.0) / STEP_HZ) as u32;
    let sum: f64 = (1..steps)
        .map(|i| f64::from(i) * STEP_HZ)
        .map(|f| power(f) * a_weight_power(f))
        .sum();
    sum * STEP_HZ * (2.0 / 3.0) / rate
}

/// |A(f)|² of IEC 61672, 1 at 1 kHz.
fn a_weight_power(f: f64) -> f64 {
    let f2 = f * f;
    let a = 12194.217f64.powi(2) * f2 * f2
        / ((f2 + 20.598997f64.powi(2))
            * ((f2 + 107.65265f64.powi(2)) * (f2 + 737.86223f64.powi(2))).sqrt()
            * (f2 + 12194.217f64.powi(2)));
    (a * 1.258925).powi(2)
}
