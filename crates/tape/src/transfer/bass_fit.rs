//! The bass of a profile after a response: a high-pass and head bumps.

use crate::tape::ResponseProfile;

/// Bumps that a profile can have.
const MOST_BUMPS: usize = 3;
/// A residue of less is not worth a bump, dB.
const WORTH_DB: f64 = 0.4;

/// Finds −3 dB point, Q and bumps for `wanted`: Hz, dB re 1 kHz.
pub(super) fn fit(response: &mut ResponseProfile, wanted: &[[f64; 2]]) {
    let wanted: Vec<[f64; 2]> = wanted.iter().filter(|p| p[0] >= 30.0).copied().collect();
    if wanted.len() < 4 {
        return;
    }
    let mut best = (f64::INFINITY, 30.0, 0.707);
    for low in 0..64 {
        let low = 10.0 * 2f64.powf(f64::from(low) / 12.0);
        for q in [0.4, 0.5, 0.6, 0.707, 0.85, 1.0, 1.3] {
            let off = |p: &[f64; 2]| (p[1] - high_pass_db(p[0], low, q)).abs().min(6.0);
            let wrong = wanted.iter().map(off).sum();
            if wrong < best.0 {
                best = (wrong, low, q);
            }
        }
    }
    (response.low_hz, response.low_q) = (best.1.clamp(5.0, 500.0), best.2);
    response.bumps.clear();
    let mut rest: Vec<[f64; 2]> = wanted
        .iter()
        .map(|p| {
            [
                p[0],
                p[1] - high_pass_db(p[0], response.low_hz, response.low_q),
            ]
        })
        .collect();
    while response.bumps.len() < MOST_BUMPS {
        let Some(bump) = bump(&rest) else {
            return;
        };
        for p in &mut rest {
            p[1] -= peak_db(p[0], bump);
        }
        response.bumps.push(bump);
    }
}

/// The bump that takes most of a residue away, if any is worth it.
fn bump(rest: &[[f64; 2]]) -> Option<[f64; 3]> {
    let power = |by: [f64; 3]| -> f64 {
        rest.iter()
            .map(|p| (p[1] - peak_db(p[0], by)).powi(2))
            .sum()
    };
    let none = power([100.0, 0.0, 1.0]);
    let mut best = (none, None);
    for at in rest {
        for q in [0.5, 0.8, 1.2, 2.0, 3.5] {
            for share in [0.7, 1.0, 1.2] {
                let bump = [
                    at[0].clamp(10.0, 1000.0),
                    (share * at[1]).clamp(-12.0, 12.0),
                    q,
                ];
                let left = power(bump);
                if left < best.0 {
                    best = (left, Some(bump));
                }
            }
        }
    }
    best.1.filter(|bump| bump[1].abs() > WORTH_DB)
}

/// A second-order high-pass, dB.
fn high_pass_db(hz: f64, corner: f64, q: f64) -> f64 {
    let x = (hz / corner).powi(2);
    10.0 * (x * x / ((1.0 - x).powi(2) + x / (q * q))).log10()
}

/// A peaking filter, dB (Bristow-Johnson's analogue prototype).
fn peak_db(hz: f64, [centre, db, q]: [f64; 3]) -> f64 {
    let a = 10f64.powf(db / 40.0);
    let x = hz / centre;
    let real = (1.0 - x * x).powi(2);
    10.0 * ((real + (x * a / q).powi(2)) / (real + (x / (a * q)).powi(2))).log10()
}
