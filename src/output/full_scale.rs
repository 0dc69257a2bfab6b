//! The last thing before the ear: nothing is louder than full scale.

use afterdark_tape::Frame;

/// A sample as it may be heard: within full scale, and silence for what is no
/// number. All else passes to the bit.
pub(super) fn held(sample: f32) -> f32 {
    if sample.is_finite() {
        sample.clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

/// All samples of these frames.
pub(super) fn hold(frames: &mut [Frame]) {
    for sample in frames.as_flattened_mut() {
        *sample = held(*sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_louder_than_full_scale_or_no_number(
            bits in proptest::collection::vec(any::<[u32; 2]>(), 0..2_000)
        ) {
            let given: Vec<Frame> = bits.iter().map(|frame| frame.map(f32::from_bits)).collect();
            let mut out = given.clone();
            hold(&mut out);
            for (given, heard) in given.as_flattened().iter().zip(out.as_flattened()) {
                prop_assert!((-1.0..=1.0).contains(heard));
                if (-1.0..=1.0).contains(given) {
                    prop_assert_eq!(given.to_bits(), heard.to_bits());
                }
            }
        }
    }
}
