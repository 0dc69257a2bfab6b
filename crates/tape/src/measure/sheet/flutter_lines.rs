//! Which part of the machine makes which line of the flutter spectrum.

use crate::measure::flutter::FlutterSheet;
use crate::tape::Setup;

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
