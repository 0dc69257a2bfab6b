//! The widest vectors that the processor has.

/// A loop over numbers.
pub trait Loop {
    /// What comes of it.
    type Output;

    /// Runs it. To be marked `#[inline(always)]`, as all that it calls: what is
    /// not inlined is not made wide.
    fn run(self) -> Self::Output;
}

/// Runs a loop in the machine's widest common vectors: 256 bits on an x86-64
/// that has them (AVX2), else what every machine of the kind has. Nothing is
/// reordered and nothing fused, so the numbers are the same to the last bit
/// either way.
#[inline]
pub fn wide<L: Loop>(work: L) -> L::Output {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has just said that it has AVX2, which is all
        // that `with_avx2` asks for.
        #[allow(unsafe_code)]
        return unsafe { with_avx2(work) };
    }
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<L: Loop>(work: L) -> L::Output {
    work.run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    struct Products<'a>(&'a [f32], &'a [f32]);

    impl Loop for Products<'_> {
        type Output = [u32; 8];

        #[inline(always)]
        fn run(self) -> [u32; 8] {
            let mut sum = [0.0f32; 8];
            for (a, b) in self.0.chunks_exact(8).zip(self.1.chunks_exact(8)) {
                for lane in 0..8 {
                    sum[lane] += a[lane] * b[lane];
                }
            }
            sum.map(f32::to_bits)
        }
    }

    #[test]
    fn gives_the_same_numbers_to_the_last_bit() {
        let a: Vec<f32> = (0..4096).map(|n| (n as f32 * 0.7123).sin()).collect();
        let b: Vec<f32> = (0..4096).map(|n| (n as f32 * 1.3717).cos()).collect();
        assert_eq!(wide(Products(&a, &b)), Products(&a, &b).run());
    }
}
