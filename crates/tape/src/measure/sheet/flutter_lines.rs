//! Wow and flutter over a side, and which part of the machine makes which line of it.

use super::figure::{Figure, Tolerance};
use crate::measure::bench::{Bench, channel};
use crate::measure::error::MeasureError;
use crate::measure::flutter::{FlutterSheet, flutter};
use crate::tape::Setup;

/// A test tape's tone: Hz, and s.
const TONE: (f64, f64) = (3150.0, 32.5);
/// Near the start and the end of a side of half an hour, s.
const ENDS: [(&str, f64); 2] = [("start of a side", 30.0), ("end of a side", 1740.0)];

/// Reads wow and flutter in the middle of a side, and its weighted figures near
/// the ends, where the reels turn at other rates.
///
/// # Errors
/// When the tone is not found.
pub(super) fn flutter_figures(
    bench: &Bench,
    figures: &mut Vec<Figure>,
) -> Result<FlutterSheet, MeasureError> {
    let published = &bench.setup.deck.published;
    let (hz, seconds) = TONE;
    let read = |frames: &[crate::Frame]| {
        let rate = f64::from(bench.rate);
        flutter(&channel(frames, 0), rate, Some(hz))
    };
    let sheet = read(&bench.flutter_tone(hz, seconds))?;
    let mut percent = |name: String, measured, published: Option<f64>| {
        figures.push(Figure {
            name,
            measured,
            unit: "%",
            published,
            tolerance: published.map(|_| Tolerance::Share(0.1)),
        });
    };
    let weighted = |place: &str| {
        [
            format!("wow and flutter, weighted rms{place}"),
            format!("wow and flutter, quasi-peak ±{place}"),
        ]
    };
    let r = sheet.readings;
    percent("speed error".into(), sheet.speed_error_percent, None);
    let [rms, peak] = weighted("");
    percent(rms, r.wrms, published.wrms_percent);
    percent(peak, r.quasi_peak, published.peak_percent);
    for (place, side_s) in ENDS {
        let r = read(&bench.flutter_tone_at(side_s, hz, seconds))?.readings;
        let [rms, peak] = weighted(&format!(", {place}"));
        percent(rms, r.wrms, published.wrms_percent);
        percent(peak, r.quasi_peak, published.peak_percent);
    }
    for (name, measured) in [
        ("wow and flutter, 2 sigma ±", r.two_sigma),
        ("wow and flutter, unweighted rms", r.unweighted_rms),
        ("wow, unweighted rms under 6 Hz", r.wow_rms),
        ("flutter, unweighted rms from 6 Hz", r.flutter_rms),
    ] {
        percent(name.into(), measured, None);
    }
    Ok(sheet)
}

/// Names each line of the flutter spectrum by the part whose rate, or a
/// multiple of it, lies nearest.
pub(super) fn name_lines(sheet: &FlutterSheet, setup: &Setup) -> Vec<(f64, f64, String)> {
    let speed = sheet.carrier_hz / sheet.nominal_hz;
    sheet
        .peaks
        .iter()
        .map(|peak| {
            let mut best: Option<(f64, String)> = None;
            for part in setup
                .deck
                .flutter
                .parts
                .iter()
                .filter(|part| part.reel.is_none())
            {
                for order in 1..=part.percent.len() {
                    let off = (peak.hz / (part.hz * speed * order as f64)).ln().abs();
                    if best.as_ref().is_none_or(|(least, _)| off < *least) {
                        let times = if order > 1 {
                            format!(" ×{order}")
                        } else {
                            String::new()
                        };
                        best = Some((off, format!("{}{times}", part.name)));
                    }
                }
            }
            let name = match best {
                Some((off, name)) if off < 0.03 => name,
                _ if peak.hz < 2.0 => "reels and drift".into(),
                _ => String::new(),
            };
            (peak.hz, peak.percent, name)
        })
        .collect()
}
