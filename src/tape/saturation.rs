//! The magnetic law of the tape under bias: an anhysteretic static curve.

/// `g = x/(1+|x/s|^p)^(1/p)`, `y = g − a·g³`, on a record current of which 1.0
/// is a mid-band sine's peak at Dolby level. `p` is a power of two so that
/// roots suffice. Linear gain is 1.
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
        match self.power {
            2 => self.run(samples, |t| (1.0 + t).sqrt()),
            4 => self.run(samples, |t| (1.0 + t * t).sqrt().sqrt()),
            _ => self.run(samples, |t| {
                let t2 = t * t;
                (1.0 + t2 * t2).sqrt().sqrt().sqrt()
            }),
        }
    }

    #[inline]
    fn run(&self, samples: &mut [f32], root: impl Fn(f32) -> f32) {
        let scale = 1.0 / (self.knee * self.knee);
        for sample in samples {
            // Beyond a thousandfold the fourth power of a square would overflow.
            let x = sample.clamp(-1000.0, 1000.0);
            let g = x / root(x * x * scale);
            *sample = g - self.cubic * g * g * g;
        }
    }
}
