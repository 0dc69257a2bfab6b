//! Levels, harmonics and phase of recorded tones, robust against flutter.

use std::f64::consts::TAU;

use super::spectrum::power_spectrum;

/// A tone's harmonics.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Harmonics {
    /// Level of the fundamental, dB re a sine of peak 1.
    pub level_db: f64,
    /// Second to fifth, per cent of the fundamental.
    pub percent: [f64; 4],
}

impl Harmonics {
    /// The third, per cent: what MOL goes by.
    pub fn third(&self) -> f64 {
        self.percent[1]
    }

    /// All four together, per cent.
    pub fn total(&self) -> f64 {
        self.percent.iter().map(|p| p * p).sum::<f64>().sqrt()
    }
}

/// Level of what lies within ±`width` (as a ratio) of `hz`, in dB re a sine of
/// peak 1. Wide enough, flutter's sidebands are all in. `rate` in Hz.
pub fn band_level_db(samples: &[f32], rate: f64, hz: f64, width: f64) -> f64 {
    let samples: Vec<f64> = samples.iter().map(|&x| f64::from(x)).collect();
    let spectrum = power_spectrum(&samples, rate, (rate * 0.5) as usize);
    // Never narrower than the window's own skirt.
    let half = (hz * width).max(4.0 * spectrum.bin_hz);
    10.0 * (2.0 * spectrum.between(hz - half, hz + half))
        .max(1e-30)
        .log10()
}

/// Fundamental and harmonics of a tone at `hz`, each with its flutter
/// sidebands (±2 %).
pub fn harmonics(samples: &[f32], rate: f64, hz: f64) -> Harmonics {
    let samples: Vec<f64> = samples.iter().map(|&x| f64::from(x)).collect();
    let spectrum = power_spectrum(&samples, rate, (rate * 0.5) as usize);
    let power = |order: f64| {
        let half = (0.02 * hz * order).max(4.0 * spectrum.bin_hz);
        spectrum
            .between(hz * order - half, hz * order + half)
            .max(1e-30)
    };
    let fundamental = power(1.0);
    Harmonics {
        level_db: 10.0 * (2.0 * fundamental).log10(),
        percent: [2.0, 3.0, 4.0, 5.0].map(|order| 100.0 * (power(order) / fundamental).sqrt()),
    }
}

/// Amplitude (peak) and phase (radians) of the sine at exactly `hz`, Hann-windowed.
pub fn sine_amplitude(samples: &[f32], rate: f64, hz: f64) -> (f64, f64) {
    let size = samples.len() as f64;
    let (mut re, mut im, mut sum) = (0.0, 0.0, 0.0);
    for (n, &x) in samples.iter().enumerate() {
        let window = 0.5 - 0.5 * (TAU * (n as f64 + 0.5) / size).cos();
        let (sin, cos) = ((hz * n as f64 / rate).fract() * TAU).sin_cos();
        re += f64::from(x) * window * cos;
        im -= f64::from(x) * window * sin;
        sum += window;
    }
    (2.0 * re.hypot(im) / sum, im.atan2(re))
}

/// By how many degrees `right` is behind `left` at `hz`, averaged over pieces
/// of 20 ms so that flutter, common to both, drops out; −180 to 180.
pub fn phase_difference_deg(left: &[f32], right: &[f32], rate: f64, hz: f64) -> f64 {
    let size = (rate * 0.02) as usize;
    let (mut re, mut im) = (0.0, 0.0);
    for (l, r) in left.chunks_exact(size).zip(right.chunks_exact(size)) {
        let ((a, p), (b, q)) = (sine_amplitude(l, rate, hz), sine_amplitude(r, rate, hz));
        let (sin, cos) = (p - q).sin_cos();
        re += a * b * cos;
        im += a * b * sin;
    }
    im.atan2(re).to_degrees()
}
