//! The stretch of sound that is worked on at a time.

use crate::Frame;

/// Frames the deck renders at a time.
pub const QUANTUM: usize = 64;

/// Fades `block` towards `other` from weight `from` to weight `to`.
pub fn blend(block: &mut [Frame], other: &[Frame], [from, to]: [f32; 2]) {
    let step = (to - from) / block.len() as f32;
    let mut weight = from;
    for (out, new) in block.iter_mut().zip(other) {
        out[0] += weight * (new[0] - out[0]);
        out[1] += weight * (new[1] - out[1]);
        weight += step;
    }
}
