//! Mono second-order sections from analogue prototypes.

use std::f64::consts::PI;

/// One section with its memory.
#[derive(Clone, Copy, Debug)]
pub struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    memory: [f64; 2],
}

impl Biquad {
    /// From `(b2·s² + b1·s + b0) / (a2·s² + a1·s + a0)`, s in rad/s, by the
    /// bilinear transform without pre-warping; for corners far below the rate.
    pub fn analogue(b: [f64; 3], a: [f64; 3], rate: f64) -> Self {
        let k = 2.0 * rate;
        let lift = |[c2, c1, c0]: [f64; 3]| {
            let (s2, s1) = (c2 * k * k, c1 * k);
            [s2 + s1 + c0, 2.0 * (c0 - s2), s2 - s1 + c0]
        };
        let (b, a) = (lift(b), lift(a));
        Self {
            b: b.map(|x| x / a[0]),
            a: [a[1] / a[0], a[2] / a[0]],
            memory: [0.0; 2],
        }
    }

    /// Two sections that make a Butterworth low-pass of fourth order.
    pub fn low_pass4(hz: f64, rate: f64) -> [Self; 2] {
        let w = 2.0 * rate * (PI * hz / rate).tan();
        [0.541_196_1, 1.306_563]
            .map(|q| Self::analogue([0.0, 0.0, w * w], [1.0, w / q, w * w], rate))
    }

    /// Two sections that make a Butterworth high-pass of fourth order.
    pub fn high_pass4(hz: f64, rate: f64) -> [Self; 2] {
        let w = 2.0 * rate * (PI * hz / rate).tan();
        [0.541_196_1, 1.306_563].map(|q| Self::analogue([1.0, 0.0, 0.0], [1.0, w / q, w * w], rate))
    }

    /// The next sample.
    pub fn next(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.memory[0];
        self.memory[0] = self.b[1] * x - self.a[0] * y + self.memory[1];
        self.memory[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

/// Runs `samples` through `sections`.
pub fn run(sections: &mut [Biquad], samples: &[f64]) -> Vec<f64> {
    samples
        .iter()
        .map(|&x| sections.iter_mut().fold(x, |x, section| section.next(x)))
        .collect()
}
