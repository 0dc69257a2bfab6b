//! From a recorded tone to the speed of the tape.

use std::f64::consts::{PI, TAU};

use super::error::MeasureError;

/// How the speed ran.
#[derive(Clone, Debug)]
pub struct Deviation {
    /// Mean frequency of the tone, Hz.
    pub carrier_hz: f64,
    /// Deviation of the speed from its mean, as a ratio.
    pub ratio: Vec<f64>,
    /// Values a second.
    pub rate: f64,
}

/// Rate of the result is about this, Hz.
const RATE_HZ: f64 = 4000.0;
/// Half-width of the filter round the tone, Hz: to its edge, and of its flank.
const PASS_HZ: f64 = 700.0;

/// Demodulates a tone near `nominal_hz` (3150 or 3000 Hz): turned down to
/// nought, low-passed, and the angle's steps taken. The filter's run-in is cut
/// off at both ends. `rate` in Hz.
///
/// # Errors
/// When the recording is shorter than 2 s or holds no such tone.
pub fn demodulate(samples: &[f32], rate: f64, nominal_hz: f64) -> Result<Deviation, MeasureError> {
    MeasureError::unless_long_enough("a wow and flutter reading", samples.len(), rate, 2.0)?;
    let step = (rate / RATE_HZ).floor().max(1.0) as usize;
    let half = (rate / 300.0) as usize;
    let taps: Vec<f64> = low_pass(half, PASS_HZ / rate);
    // The tone, turned down: exact sines by recurrence would drift over minutes.
    let turned: Vec<[f64; 2]> = samples
        .iter()
        .enumerate()
        .map(|(n, &x)| {
            let (sin, cos) = ((nominal_hz * n as f64 / rate).fract() * TAU).sin_cos();
            [f64::from(x) * cos, -f64::from(x) * sin]
        })
        .collect();
    let mut last: Option<[f64; 2]> = None;
    let mut hz = Vec::with_capacity(samples.len() / step);
    let mut power = 0.0;
    for window in turned.windows(2 * half + 1).step_by(step) {
        let mut sum = [0.0f64; 2];
        for (x, tap) in window.iter().zip(&taps) {
            sum[0] += tap * x[0];
            sum[1] += tap * x[1];
        }
        if let Some(old) = last {
            let (re, im) = (
                sum[0] * old[0] + sum[1] * old[1],
                sum[1] * old[0] - sum[0] * old[1],
            );
            hz.push(im.atan2(re) * rate / (TAU * step as f64));
        }
        power += sum[0] * sum[0] + sum[1] * sum[1];
        last = Some(sum);
    }
    let total: f64 =
        samples.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / samples.len() as f64;
    if total <= 0.0 || 2.0 * power / hz.len() as f64 <= 0.5 * total {
        return Err(MeasureError::NoTone { nominal_hz });
    }
    let mean = hz.iter().sum::<f64>() / hz.len() as f64;
    let carrier_hz = nominal_hz + mean;
    let ratio = hz.iter().map(|x| (x - mean) / carrier_hz).collect();
    Ok(Deviation {
        carrier_hz,
        ratio,
        rate: rate / step as f64,
    })
}

/// A windowed sinc (Blackman) with `2·half + 1` taps, `cutoff` re the rate, gain 1.
fn low_pass(half: usize, cutoff: f64) -> Vec<f64> {
    let taps: Vec<f64> = (0..=2 * half)
        .map(|i| {
            let n = i as f64 - half as f64;
            let sinc = if n == 0.0 {
                2.0 * cutoff
            } else {
                (TAU * cutoff * n).sin() / (PI * n)
            };
            let along = PI * (n / (half + 1) as f64);
            sinc * (0.42 + 0.5 * along.cos() + 0.08 * (2.0 * along).cos())
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| tap / sum).collect()
}
