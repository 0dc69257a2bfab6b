//! Any recording, read by the instrument that its signal is made for.

use serde::Serialize;

use super::bench::channel;
use super::error::MeasureError;
use super::flutter::{FlutterSheet, flutter};
use super::noise::{NoiseSheet, noise};
use super::sheet::Curve;
use super::spectrum::{Spectrum, power_spectrum};
use super::tone::{Harmonics, harmonics};
use crate::Frame;

/// What a recording holds, measured. Levels in dB re a sine of peak 1.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reading {
    /// A tone of 3000 or 3150 Hz.
    Flutter {
        /// Read from the left channel.
        sheet: FlutterSheet,
    },
    /// Any other tone.
    Tone {
        /// Its frequency, Hz.
        hz: f64,
        /// Left.
        left: Harmonics,
        /// Right.
        right: Harmonics,
    },
    /// A recording without programme.
    Noise {
        /// Left.
        left: NoiseSheet,
        /// Right.
        right: NoiseSheet,
    },
    /// A sweep, or tones one after another: Hz, highest level in a twelfth of an octave.
    Response {
        /// Left.
        left: Curve,
        /// Right.
        right: Curve,
    },
}

/// Below this a recording without a tone is noise and not a sweep, dB.
pub(super) const FAINT_DB: f64 = -30.0;

/// Finds out what `frames` hold and measures it. `rate` in Hz.
///
/// # Errors
/// When there is too little of it for its instrument, or it is made for none.
pub fn read_recording(frames: &[Frame], rate: f64) -> Result<Reading, MeasureError> {
    MeasureError::unless_long_enough("a reading", frames.len(), rate, 1.0)?;
    let [left, right] = [0, 1].map(|index| channel(frames, index));
    let wide: Vec<f64> = left.iter().map(|&x| f64::from(x)).collect();
    let spectrum = power_spectrum(&wide, rate, (rate * 0.5) as usize);
    let total: f64 = spectrum.between(15.0, rate / 2.0).max(1e-30);
    let (hz, _) = spectrum
        .bins()
        .filter(|(hz, _)| *hz > 15.0)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((0.0, 0.0));
    let share = spectrum.between(hz - (0.03 * hz).max(10.0), hz + (0.03 * hz).max(10.0)) / total;
    if share > 0.8 {
        if (2850.0..3300.0).contains(&hz) {
            return Ok(Reading::Flutter {
                sheet: flutter(&left, rate, None)?,
            });
        }
        return Ok(Reading::Tone {
            hz,
            left: harmonics(&left, rate, hz),
            right: harmonics(&right, rate, hz),
        });
    }
    if 10.0 * (2.0 * total).log10() < FAINT_DB {
        return Ok(Reading::Noise {
            left: noise(&left, rate)?,
            right: noise(&right, rate)?,
        });
    }
    if purity(&left, rate).max(purity(&right, rate)) < PURE {
        return Err(MeasureError::NoSignal);
    }
    Ok(Reading::Response {
        left: sweep(&left, rate),
        right: sweep(&right, rate),
    })
}

/// A sweep has this share of its power in one tone, most of the time; music has not.
pub(super) const PURE: f64 = 0.8;

/// Median share of power, in pieces of an eighth of a second that are not
/// faint, of the strongest tone and a sixteenth to either side.
fn purity(samples: &[f32], rate: f64) -> f64 {
    let size = (rate * 0.125) as usize;
    let mut shares = Vec::new();
    for piece in samples.chunks_exact(size) {
        let piece: Vec<f64> = piece.iter().map(|&x| f64::from(x)).collect();
        let spectrum = power_spectrum(&piece, rate, size);
        let total = spectrum.between(15.0, rate / 2.0);
        if let Some((_, power)) = strongest(&spectrum)
            && 10.0 * (2.0 * total).log10() > FAINT_DB - 20.0
        {
            shares.push(power / total);
        }
    }
    shares.sort_by(f64::total_cmp);
    shares.get(shares.len() / 2).copied().unwrap_or(0.0)
}

/// Frequency of the strongest tone, and the power of it and a sixteenth to either side.
pub(super) fn strongest(spectrum: &Spectrum) -> Option<(f64, f64)> {
    let bins = spectrum.bins().skip(1);
    let (hz, _) = bins.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let half = (0.06 * hz).max(2.5 * spectrum.bin_hz);
    Some((hz, spectrum.between(hz - half, hz + half)))
}

/// Highest level in each twelfth of an octave of what moves through the
/// spectrum, piece by piece of an eighth of a second.
fn sweep(samples: &[f32], rate: f64) -> Curve {
    let size = (rate * 0.125) as usize;
    let mut best = vec![f64::NEG_INFINITY; 12 * 11];
    for piece in samples.windows(size).step_by(size / 4) {
        let piece: Vec<f64> = piece.iter().map(|&x| f64::from(x)).collect();
        let spectrum = power_spectrum(&piece, rate, size);
        let Some((hz, power)) = strongest(&spectrum) else {
            continue;
        };
        let db = 10.0 * (2.0 * power).max(1e-30).log10();
        let slot = (12.0 * (hz / 10.0).log2()).round();
        if let Some(best) = best.get_mut(slot.max(0.0) as usize) {
            *best = best.max(db);
        }
    }
    best.iter()
        .enumerate()
        .filter(|(_, db)| db.is_finite())
        .map(|(slot, db)| [10.0 * 2f64.powf(slot as f64 / 12.0), *db])
        .collect()
}

impl std::fmt::Display for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flutter { sheet } => {
                let r = sheet.readings;
                writeln!(f, "wow and flutter of a {} Hz tone", sheet.nominal_hz)?;
                writeln!(
                    f,
                    "  speed error        {:+.3} % ({:.2} Hz)",
                    sheet.speed_error_percent, sheet.carrier_hz
                )?;
                writeln!(f, "  weighted rms        {:.4} %", r.wrms)?;
                writeln!(f, "  quasi-peak         ±{:.4} %", r.quasi_peak)?;
                writeln!(f, "  2 sigma            ±{:.4} %", r.two_sigma)?;
                writeln!(
                    f,
                    "  unweighted rms      {:.4} %, peak ±{:.4} %",
                    r.unweighted_rms, r.unweighted_peak
                )?;
                writeln!(
                    f,
                    "  wow under 6 Hz      {:.4} % rms, flutter {:.4} %",
                    r.wow_rms, r.flutter_rms
                )?;
                for peak in &sheet.peaks {
                    writeln!(f, "  {:>10.2} Hz       {:.4} %", peak.hz, peak.percent)?;
                }
                Ok(())
            }
            Self::Tone { hz, left, right } => {
                writeln!(f, "a tone of {hz} Hz")?;
                for (name, h) in [("left", left), ("right", right)] {
                    let [k2, k3, k4, k5] = h.percent;
                    writeln!(
                        f,
                        "  {name:<6} {:>8.2} dB   k2 {k2:.3} %  k3 {k3:.3} %  k4 {k4:.3} %  k5 {k5:.3} %",
                        h.level_db
                    )?;
                }
                Ok(())
            }
            Self::Noise { left, right } => {
                writeln!(f, "noise, dB re a sine of full scale")?;
                for (name, n) in [("left", left), ("right", right)] {
                    writeln!(
                        f,
                        "  {name:<6} unweighted {:>7.2}   A {:>7.2}   ITU-R 468 {:>7.2}",
                        n.unweighted_db, n.a_db, n.itu468_db
                    )?;
                }
                Ok(())
            }
            Self::Response { left, right } => {
                writeln!(f, "response, dB re a sine of full scale")?;
                for l in left {
                    let r = right
                        .iter()
                        .find(|r| r[0] == l[0])
                        .map_or(f64::NAN, |r| r[1]);
                    writeln!(f, "  {:>8.0} Hz  {:>7.2}  {r:>7.2}", l[0], l[1])?;
                }
                Ok(())
            }
        }
    }
}
