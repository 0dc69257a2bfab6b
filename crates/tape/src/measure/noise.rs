//! The noise meters: unweighted, A (IEC 61672) and ITU-R BS.468.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::detector;
use super::error::MeasureError;

/// Noise in dB re a sine of peak 1.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct NoiseSheet {
    /// 22.4 Hz to 22.4 kHz, rms.
    pub unweighted_db: f64,
    /// A-weighted rms.
    pub a_db: f64,
    /// ITU-R BS.468, quasi-peak.
    pub itu468_db: f64,
}

/// s in rad/s.
type Response = fn(Complex<f64>) -> Complex<f64>;

fn a_response(s: Complex<f64>) -> Complex<f64> {
    const POLES_HZ: [f64; 6] = [
        20.598997, 20.598997, 107.65265, 737.86223, 12194.217, 12194.217,
    ];
    let mut h = s.powu(4);
    for hz in POLES_HZ {
        h /= s + std::f64::consts::TAU * hz;
    }
    h
}

/// The recommendation's passive network as poles in rad/s.
fn itu468_response(s: Complex<f64>) -> Complex<f64> {
    let pair = |re: f64, im: f64| (s - Complex::new(re, im)) * (s - Complex::new(re, -im));
    s / ((s + 25903.701)
        * (s + 62675.170)
        * pair(-23615.535, 36379.909)
        * pair(-18743.747, 62460.156))
}

fn weight(response: Response, hz: f64) -> Complex<f64> {
    let at = |hz: f64| response(Complex::new(0.0, std::f64::consts::TAU * hz));
    at(hz) / at(1000.0).norm()
}

/// A-weighting at `hz`, dB.
pub fn a_weight_db(hz: f64) -> f64 {
    20.0 * weight(a_response, hz).norm().log10()
}

/// ITU-R BS.468 weighting at `hz`, dB.
pub fn itu468_weight_db(hz: f64) -> f64 {
    20.0 * weight(itu468_response, hz).norm().log10()
}

/// `samples` through `curve(hz)`, by one long Fourier transform, so that the
/// curve is met exactly at any rate; wraps round the ends.
fn weighted(samples: &[f32], rate: f64, curve: impl Fn(f64) -> Complex<f64>) -> Vec<f64> {
    let size = samples.len() & !1;
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let mut time: Vec<f64> = samples[..size].iter().map(|&x| f64::from(x)).collect();
    let mut bins = forward.make_output_vec();
    // The lengths are the plans' own, which is all that can be wrong here.
    let _ = forward.process(&mut time, &mut bins);
    let last = bins.len() - 1;
    for (k, bin) in bins.iter_mut().enumerate() {
        *bin *= curve(k as f64 * rate / size as f64) / size as f64;
    }
    (bins[0].im, bins[last].im) = (0.0, 0.0);
    let _ = inverse.process(&mut bins, &mut time);
    time
}

fn rms_db(samples: &[f64]) -> f64 {
    let mean = samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64;
    10.0 * (2.0 * mean).max(1e-30).log10()
}

/// Reads the noise of a recording without programme. `rate` in Hz.
///
/// # Errors
/// When there is less than a second of it.
pub fn noise(samples: &[f32], rate: f64) -> Result<NoiseSheet, MeasureError> {
    MeasureError::unless_long_enough("a noise reading", samples.len(), rate, 1.0)?;
    let band = |hz: f64| Complex::new(f64::from(u8::from((22.4..=22_400.0).contains(&hz))), 0.0);
    let itu = weighted(samples, rate, |hz| weight(itu468_response, hz) * band(hz));
    let quasi_peak = detector::programme_quasi_peak(&itu, rate);
    Ok(NoiseSheet {
        unweighted_db: rms_db(&weighted(samples, rate, band)),
        a_db: rms_db(&weighted(samples, rate, |hz| {
            weight(a_response, hz) * band(hz)
        })),
        // As rms re the rms of a sine of peak 1.
        itu468_db: 20.0 * (quasi_peak * std::f64::consts::SQRT_2).max(1e-15).log10(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IEC 61672-1 table 3, nominal values.
    #[test]
    fn a_curve_is_nominal() {
        let points = [
            (31.5, -39.4),
            (63.0, -26.2),
            (125.0, -16.1),
            (250.0, -8.6),
            (500.0, -3.2),
            (1000.0, 0.0),
            (2000.0, 1.2),
            (4000.0, 1.0),
            (8000.0, -1.1),
            (16000.0, -6.6),
        ];
        for (hz, db) in points {
            assert!(
                (a_weight_db(hz) - db).abs() < 0.15,
                "{hz} Hz: {:.2}",
                a_weight_db(hz)
            );
        }
    }

    /// ITU-R BS.468-4 table 1.
    #[test]
    fn itu468_curve_is_nominal() {
        let points = [
            (31.5, -29.9),
            (63.0, -23.9),
            (100.0, -19.8),
            (200.0, -13.8),
            (400.0, -7.8),
            (800.0, -1.9),
            (1000.0, 0.0),
            (2000.0, 5.6),
            (3150.0, 9.0),
            (4000.0, 10.5),
            (5000.0, 11.7),
            (6300.0, 12.2),
            (7100.0, 12.0),
            (8000.0, 11.4),
            (9000.0, 10.1),
            (10000.0, 8.1),
            (12500.0, 0.0),
            (14000.0, -5.3),
            (16000.0, -11.7),
            (20000.0, -22.2),
        ];
        for (hz, db) in points {
            let error = (itu468_weight_db(hz) - db).abs();
            assert!(
                error < if hz > 10_000.0 { 0.6 } else { 0.3 },
                "{hz} Hz: {:.2}",
                itu468_weight_db(hz)
            );
        }
    }

    #[test]
    fn a_steady_tone_reads_the_same_on_all_at_1_khz() {
        let x: Vec<f32> = (0..96_000)
            .map(|n| (std::f64::consts::TAU * 1000.0 * f64::from(n) / 48_000.0).sin() as f32 * 0.1)
            .collect();
        let sheet = noise(&x, 48_000.0).unwrap();
        for (name, db) in [
            ("flat", sheet.unweighted_db),
            ("A", sheet.a_db),
            ("468", sheet.itu468_db),
        ] {
            assert!((db + 20.0).abs() < 0.15, "{name}: {db:.2} dB");
        }
    }
}
