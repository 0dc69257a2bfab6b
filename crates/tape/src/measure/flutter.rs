//! The wow and flutter meter, after AES6-2008 / IEC 60386 and JIS C 5551.

use std::f64::consts::TAU;

use serde::Serialize;

use super::demodulator::{Deviation, demodulate};
use super::detector;
use super::error::MeasureError;
use super::filter::{Biquad, run};
use super::spectrum::power_spectrum;

/// What a wow and flutter meter says of a series of speed deviations. All in
/// per cent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Readings {
    /// Weighted, value not exceeded 95 % of the time (AES6 2-sigma): ±.
    pub two_sigma: f64,
    /// Weighted, quasi-peak (DIN, IEC): ±.
    pub quasi_peak: f64,
    /// Weighted rms (JIS, NAB).
    pub wrms: f64,
    /// Unweighted (0.2 to 200 Hz) rms.
    pub unweighted_rms: f64,
    /// Unweighted highest deviation: ±.
    pub unweighted_peak: f64,
    /// Unweighted rms below 6 Hz.
    pub wow_rms: f64,
    /// Unweighted rms from 6 to 200 Hz.
    pub flutter_rms: f64,
}

/// A line of the deviation's spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Peak {
    /// Where, Hz.
    pub hz: f64,
    /// Peak deviation, per cent.
    pub percent: f64,
}

/// All about how a tape ran.
#[derive(Clone, Debug, Serialize)]
pub struct FlutterSheet {
    /// Frequency of the test tone as it should be, Hz.
    pub nominal_hz: f64,
    /// As it is, Hz.
    pub carrier_hz: f64,
    /// Error of the speed, per cent.
    pub speed_error_percent: f64,
    /// The meters.
    pub readings: Readings,
    /// Peak deviation (per cent) against Hz, 0.1 to 200 Hz.
    pub spectrum: Vec<[f64; 2]>,
    /// Its strongest lines, strongest first.
    pub peaks: Vec<Peak>,
}

/// Seconds the weighting needs to forget the start.
const SETTLE_S: f64 = 2.5;
/// Most lines named.
const MOST_PEAKS: usize = 12;

/// The weighting network with gain 1 at 4 Hz: zeros at nought (three) and
/// 40.19 Hz; poles at 1.5126, 9.0909 and 54.279 Hz and a pair at 0.44033 Hz,
/// Q 0.66135. Within 0.34 dB of every one of the standard's 17 points.
fn weighting(rate: f64) -> [Biquad; 3] {
    [
        Biquad::analogue([1.0, 0.0, 0.0], [1.0, 4.18335, 7.6545], rate),
        Biquad::analogue([0.0, 1.0, 0.0], [0.0, 1.0, 9.5042], rate),
        Biquad::analogue(
            [0.0, 90.0704, 90.0704 * 252.514],
            [1.0, 57.1197 + 341.042, 57.1197 * 341.042],
            rate,
        ),
    ]
}

/// Reads a series of deviations (as ratios), `rate` values a second. The
/// first 2.5 s only settle the filters.
///
/// # Errors
/// When there are less than 5 s.
pub fn read_deviation(ratio: &[f64], rate: f64) -> Result<Readings, MeasureError> {
    MeasureError::unless_long_enough("a wow and flutter reading", ratio.len(), rate, 5.0)?;
    let settled = (SETTLE_S * rate) as usize;
    let weighted = run(&mut weighting(rate), ratio);
    let quasi_peak = detector::flutter_quasi_peak(&weighted, rate, SETTLE_S);
    let mut sizes: Vec<f64> = weighted[settled..].iter().map(|x| x.abs()).collect();
    let place = (sizes.len() as f64 * 0.95) as usize;
    let two_sigma = *sizes.select_nth_unstable_by(place, f64::total_cmp).1;
    let mut band = Biquad::low_pass4(200.0, rate).to_vec();
    // 0.2 Hz, second order, keeps a drifting mean out.
    let w = TAU * 0.2;
    band.push(Biquad::analogue(
        [1.0, 0.0, 0.0],
        [1.0, w / std::f64::consts::FRAC_1_SQRT_2, w * w],
        rate,
    ));
    let unweighted = run(&mut band, ratio);
    let wow = run(&mut Biquad::low_pass4(6.0, rate), &unweighted);
    let flutter = run(&mut Biquad::high_pass4(6.0, rate), &unweighted);
    let rms = |x: &[f64]| {
        let x = &x[settled..];
        100.0 * (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt()
    };
    Ok(Readings {
        two_sigma: 100.0 * two_sigma,
        quasi_peak: 100.0 * quasi_peak,
        wrms: rms(&weighted),
        unweighted_rms: rms(&unweighted),
        unweighted_peak: 100.0
            * unweighted[settled..]
                .iter()
                .fold(0.0f64, |m, x| m.max(x.abs())),
        wow_rms: rms(&wow),
        flutter_rms: rms(&flutter),
    })
}

/// Measures a recorded test tone; `nominal_hz` is 3150 or 3000, or `None` to
/// take the nearer. `rate` in Hz.
///
/// # Errors
/// When there is no such tone or too little of it.
pub fn flutter(
    samples: &[f32],
    rate: f64,
    nominal_hz: Option<f64>,
) -> Result<FlutterSheet, MeasureError> {
    let Deviation {
        carrier_hz,
        ratio,
        rate,
    } = demodulate(samples, rate, nominal_hz.unwrap_or(3100.0))?;
    let nominal_hz = nominal_hz.unwrap_or(if carrier_hz < 3075.0 { 3000.0 } else { 3150.0 });
    let readings = read_deviation(&ratio, rate)?;
    let spectrum = power_spectrum(&ratio, rate, ratio.len());
    let lines: Vec<[f64; 2]> = spectrum
        .bins()
        .filter(|(hz, _)| (0.1..=200.0).contains(hz))
        .map(|(hz, power)| {
            [
                hz,
                100.0 * (2.0 * power * spectrum.noise_bandwidth_bins).sqrt(),
            ]
        })
        .collect();
    Ok(FlutterSheet {
        nominal_hz,
        carrier_hz,
        speed_error_percent: 100.0 * (carrier_hz / nominal_hz - 1.0),
        readings,
        peaks: peaks(&lines),
        spectrum: lines,
    })
}

/// Bins that stand out: higher than all within three bins, and the strongest of those.
fn peaks(lines: &[[f64; 2]]) -> Vec<Peak> {
    let mut found: Vec<Peak> = (3..lines.len().saturating_sub(3))
        .filter(|&i| (i - 3..=i + 3).all(|j| j == i || lines[j][1] < lines[i][1]))
        .map(|i| Peak {
            hz: lines[i][0],
            percent: lines[i][1],
        })
        .collect();
    found.sort_by(|a, b| b.percent.total_cmp(&a.percent));
    found.truncate(MOST_PEAKS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 3150 Hz tone whose frequency swings by ±`percent` at `hz`.
    fn tone(hz: f64, percent: f64, seconds: f64, rate: f64) -> Vec<f32> {
        (0..(seconds * rate) as usize)
            .map(|n| {
                let t = n as f64 / rate;
                let swing = 3150.0 * percent / 100.0 / hz * -(TAU * hz * t).cos();
                (TAU * 3150.0 * t + swing).sin() as f32
            })
            .collect()
    }

    /// Check points of a commercial analyser for sines of 0.1 % (Virtins).
    #[test]
    fn check_points_read_as_on_a_commercial_meter() {
        for (hz, read) in [(4.0, 0.0997), (0.8, 0.0499), (20.0, 0.0506), (0.2, 0.003)] {
            let sheet = flutter(&tone(hz, 0.1, 25.0, 48_000.0), 48_000.0, Some(3150.0)).unwrap();
            let error = 20.0 * (sheet.readings.two_sigma / read).log10();
            assert!(
                error.abs() < 0.45,
                "{hz} Hz: {:.4} %, not {read} %",
                sheet.readings.two_sigma
            );
        }
    }

    /// IEC 60386's weighting, dB at Hz.
    const POINTS: [(f64, f64); 17] = [
        (0.1, -48.0),
        (0.2, -30.6),
        (0.315, -19.7),
        (0.4, -15.0),
        (0.63, -8.4),
        (0.8, -6.0),
        (1.0, -4.2),
        (1.6, -1.8),
        (2.0, -0.9),
        (4.0, 0.0),
        (6.3, -0.9),
        (10.0, -2.1),
        (20.0, -5.9),
        (40.0, -10.4),
        (63.0, -14.2),
        (100.0, -17.3),
        (200.0, -23.0),
    ];

    #[test]
    fn the_weighting_is_the_standards() {
        for (hz, db) in POINTS {
            let rate = 4000.0;
            let x: Vec<f64> = (0..160_000)
                .map(|n| (TAU * hz * f64::from(n) / rate).sin())
                .collect();
            let y = run(&mut weighting(rate), &x);
            // Whole periods after 20 s.
            let mean = y[80_000..].iter().map(|y| y * y).sum::<f64>() / 80_000.0;
            let read = 10.0 * (2.0 * mean).log10();
            assert!(
                (read - db).abs() < 0.4,
                "{hz} Hz: {read:.2} dB, not {db} dB"
            );
        }
    }

    #[test]
    fn a_sine_reads_its_rms_and_peak_and_line() {
        let sheet = flutter(&tone(4.0, 0.2, 20.0, 44_100.0), 44_100.0, None).unwrap();
        assert!(
            (sheet.readings.wrms - 0.1414).abs() < 0.002,
            "{}",
            sheet.readings.wrms
        );
        assert!(
            (sheet.readings.quasi_peak - 0.2).abs() < 0.01,
            "{}",
            sheet.readings.quasi_peak
        );
        assert!((sheet.readings.unweighted_rms - 0.1414).abs() < 0.002);
        assert!((sheet.peaks[0].hz - 4.0).abs() < 0.1);
        assert!(
            (sheet.peaks[0].percent - 0.2).abs() < 0.02,
            "{}",
            sheet.peaks[0].percent
        );
    }

    #[test]
    fn silence_is_no_test_tone() {
        assert!(flutter(&vec![0.0; 480_000], 48_000.0, None).is_err());
    }
}
