//! The magnetic law after a distortion curve.

use std::f64::consts::TAU;

use crate::tape::{Formulation, LawProfile};

/// Level read, dB, where the third harmonic reaches `percent`, from steps of
/// level sent, level read and per cent.
pub(super) fn level_at(steps: &[[f64; 3]], percent: f64) -> Option<f64> {
    let over = steps.iter().position(|step| step[2] >= percent)?;
    let (a, b) = (steps.get(over.checked_sub(1)?)?, steps[over]);
    let share = (percent / a[2]).ln() / (b[2] / a[2]).ln();
    Some(a[1] + share * (b[1] - a[1]))
}

/// Steps below this are noise rather than distortion, dB.
const FAINT_DB: f64 = -12.0;

/// Finds knee, sharpness and cubic part by least squares of the logarithm of
/// the third harmonic; the shelf stays.
pub(super) fn fit(tape: &mut Formulation, steps: &[[f64; 3]]) {
    let steps: Vec<&[f64; 3]> = steps
        .iter()
        .filter(|step| step[0] >= FAINT_DB && step[2] > 0.0)
        .collect();
    if steps.len() < 3 {
        return;
    }
    let shelf = tape.law.shelf_db;
    let wrong = |law: LawProfile| -> f64 {
        let each = steps.iter().map(|step| {
            let got = third(law, 10f64.powf(step[0] / 20.0));
            (got / step[2]).ln().powi(2)
        });
        each.sum()
    };
    let mut best = (f64::INFINITY, tape.law);
    for power in [2, 4, 8] {
        for knee in 0..40 {
            let knee = 0.8 * 2f64.powf(f64::from(knee) / 12.0);
            for cubic in 0..60 {
                let cubic = 0.0005 * 1.1f64.powi(cubic);
                let law = LawProfile {
                    knee,
                    power,
                    cubic: cubic.min(0.3),
                    shelf_db: shelf,
                };
                let wrong = wrong(law);
                if wrong < best.0 {
                    best = (wrong, law);
                }
            }
        }
    }
    // Finer round the best.
    for _ in 0..4 {
        let law = best.1;
        for a in [0.97, 0.99, 1.0, 1.01, 1.03] {
            for b in [0.96, 0.985, 1.0, 1.015, 1.04] {
                let law = LawProfile {
                    knee: (law.knee * a).clamp(0.3, 20.0),
                    cubic: (law.cubic * b).clamp(-0.3, 0.3),
                    ..law
                };
                let wrong = wrong(law);
                if wrong < best.0 {
                    best = (wrong, law);
                }
            }
        }
    }
    tape.law = best.1;
}

/// Third harmonic in per cent of a sine of this peak through the law alone.
fn third(law: LawProfile, peak: f64) -> f64 {
    const POINTS: usize = 48;
    let p = f64::from(law.power);
    let (mut first, mut third) = (0.0, 0.0);
    for n in 0..POINTS {
        // A quarter of a wave tells the rest.
        let angle = TAU / 4.0 * (n as f64 + 0.5) / POINTS as f64;
        let x = peak * angle.sin();
        let g = x / (1.0 + (x / law.knee).powf(p)).powf(1.0 / p);
        let y = g - law.cubic * g.powi(3);
        first += y * angle.sin();
        third += y * (3.0 * angle).sin();
    }
    100.0 * (third / first).abs().max(1e-6)
}
