//! The magnetic law of the tape under bias: an anhysteretic static curve.

use super::wide::{Loop, wide};

/// `g = x/(1+|x/s|^p)^(1/p)`, `y = g − a·g³`, on a record current of which 1.0
/// is a mid-band sine's peak at Dolby level. Linear gain is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// Current at which the tape is full.
    pub knee: f32,
    /// Sharpness: `p` = 2, 4 or 8.
    pub power: u32,
    /// The third-order part that is there well below saturation.
    pub cubic: f32,
}

impl Law {
    /// Applies the law to interleaved samples.
    pub fn process(&self, samples: &mut [f32]) {
        let law = self;
        match self.power {
            2 => wide(Run::<1> { law, samples }),
            4 => wide(Run::<2> { law, samples }),
            _ => wide(Run::<3> { law, samples }),
        }
    }
}

/// Samples that are looked at together.
const PART: usize = 64;

/// For `p` = 2^`SQUARES`.
struct Run<'a, const SQUARES: u32> {
    law: &'a Law,
    samples: &'a mut [f32],
}

impl<const SQUARES: u32> Loop for Run<'_, SQUARES> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Law { knee, cubic, .. } = *self.law;
        let scale = 1.0 / (knee * knee);
        // The power of less than this is lost beside 1, so the root is that of 1.
        let faint = knee * (-26.0 / f32::from(1u8 << SQUARES)).exp2();
        let faint_root = inverse_root::<SQUARES>(1.0);
        // Powers of less than this the processor is slow with.
        let least = 1e-4 * knee;
        let bend = |g: f32| {
            let size = g.abs().max(1e-10);
            g * (1.0 - cubic * size * size)
        };
        for part in self.samples.chunks_mut(PART) {
            if part.iter().filter(|x| x.abs() >= faint).count() == 0 {
                for sample in part {
                    *sample = bend(*sample * faint_root);
                }
                continue;
            }
            for sample in part {
                // Beyond a thousandfold the fourth power of a square would overflow.
                let x = sample.clamp(-1000.0, 1000.0);
                let size = x.abs().max(least);
                let mut power = size * size * scale;
                for _ in 1..SQUARES {
                    power *= power;
                }
                *sample = bend(x * inverse_root::<SQUARES>(1.0 + power));
            }
        }
    }
}

/// `u^(−1/p)` with p = 2^`SQUARES` for u ≥ 1, to 3e−7: a first guess by
/// dividing the exponent, three per cent off at most, and two of Halley's
/// steps. A third of the cost of as many roots.
#[inline(always)]
fn inverse_root<const SQUARES: u32>(u: f32) -> f32 {
    // The bits of 1.0, and what makes the guess's error as large below as above.
    const ONE: u32 = 0x3F80_0000;
    const BALANCE: u32 = 0x0007_8000;
    let p = (1u32 << SQUARES) as f32;
    let guess = ONE + (ONE >> SQUARES) - BALANCE - (u.to_bits() >> SQUARES);
    let mut root = f32::from_bits(guess);
    let (first, second) = (1.0 / p, (p + 1.0) / (2.0 * p * p));
    for _ in 0..2 {
        let mut power = root * root;
        for _ in 1..SQUARES {
            power *= power;
        }
        let off = 1.0 - u * power;
        root += root * off * (first + second * off);
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_is_the_formula() {
        for power in [2, 4, 8] {
            let law = Law {
                knee: 2.4,
                power,
                cubic: 0.016,
            };
            for i in -4000..=4000 {
                let x = (f64::from(i) / 1000.0).sinh();
                let mut sample = [x as f32];
                law.process(&mut sample);
                let p = f64::from(power);
                let g = x / (1.0 + (x / 2.4).abs().powf(p)).powf(1.0 / p);
                let y = g - 0.016 * g.powi(3);
                let off = (f64::from(sample[0]) - y).abs();
                assert!(
                    off < 1e-6 * y.abs() + 1e-12,
                    "p = {power}, {x}: {off:e} of {y}"
                );
            }
        }
    }
}
