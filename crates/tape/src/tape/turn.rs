//! Sines of angles in turns.

use std::f64::consts::TAU;

/// Sine and cosine of an angle in turns. Both by the sine's odd series over a
/// quarter turn, to better than 1e−6: the library's own would be half the
/// mechanism's cost.
#[inline(always)]
pub fn turn_sin_cos(turns: f64) -> (f64, f64) {
    (turn_sin(turns), turn_sin(turns + 0.25))
}

#[inline(always)]
fn turn_sin(turns: f64) -> f64 {
    // Added and taken away, this leaves the nearest whole number.
    const WHOLE: f64 = 6_755_399_441_055_744.0; // 1.5·2⁵²
    // To −½..½, then folded to −¼..¼ of a turn.
    let x = turns - ((turns + WHOLE) - WHOLE);
    let folded = 0.5f64.copysign(x) - x;
    let x = if x.abs() > 0.25 { folded } else { x };
    let x = x * TAU;
    let square = x * x;
    let tail = 1.0 / 362_880.0 - square / 39_916_800.0;
    let series = 1.0 / 120.0 + square * (-1.0 / 5040.0 + square * tail);
    x * (1.0 + square * (-1.0 / 6.0 + square * series))
}
