//! Colours added up over parts of a cell, and the best way to part a cell in
//! two.

/// Sum of colours over a number of thirds of samples: a sextant's edges lie
/// between the lines of samples.
#[derive(Clone, Copy, Default)]
pub struct Sum([i32; 3], i32);

impl Sum {
    pub fn add(&mut self, other: Sum) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a += b;
        }
        self.1 += other.1;
    }

    /// Of one sample, so many thirds of it.
    pub fn of(rgba: &[u8], thirds: i32) -> Sum {
        Sum([0, 1, 2].map(|i| i32::from(rgba[i]) * thirds), thirds)
    }

    pub fn plus(mut self, other: Sum) -> Sum {
        self.add(other);
        self
    }

    /// So many thirds of it.
    pub fn share(self, thirds: i32) -> Sum {
        Sum(self.0.map(|c| c / 3 * thirds), self.1 / 3 * thirds)
    }

    pub fn minus(self, other: Sum) -> Sum {
        let mut out = self;
        for (a, b) in out.0.iter_mut().zip(other.0) {
            *a -= b;
        }
        out.1 -= other.1;
        out
    }

    /// Squared length over the number: what a flat colour explains.
    pub fn power(&self) -> f32 {
        if self.1 == 0 {
            return 0.0;
        }
        let squares: f32 = self.0.iter().map(|&c| (c as f32) * (c as f32)).sum();
        squares / (self.1 as f32 * 3.0)
    }

    pub fn mean(&self) -> [u8; 3] {
        self.0
            .map(|c| ((c + self.1 / 2) / self.1.max(1)).clamp(0, 255) as u8)
    }
}

/// Parts the cell whose parts these are in two so that two flat colours come
/// near it, and gives one of the two, each part a bit: in the order of the
/// direction in which the colours differ most, every cut is tried.
pub fn split<const N: usize>(parts: &[Sum; N]) -> (u32, Sum) {
    let mut all = Sum::default();
    for part in parts {
        all.add(*part);
    }
    let centre = all.mean().map(f32::from);
    let off = parts.map(|part| {
        let mean = part.mean();
        [0, 1, 2].map(|i| f32::from(mean[i]) - centre[i])
    });
    let along = |a: &[f32; 3], b: &[f32; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let far = |a: &&[f32; 3], b: &&[f32; 3]| along(a, a).total_cmp(&along(b, b));
    let axis = off.iter().max_by(far).copied().unwrap_or_default();
    let mut order: [usize; N] = std::array::from_fn(|i| i);
    order.sort_by(|&a, &b| along(&off[a], &axis).total_cmp(&along(&off[b], &axis)));
    let (mut best, mut power) = ((0, Sum::default()), f32::MIN);
    let (mut mask, mut sum) = (0, Sum::default());
    for &part in &order[..N - 1] {
        mask |= 1 << part;
        sum.add(parts[part]);
        let explained = sum.power() + all.minus(sum).power();
        if explained > power {
            (best, power) = ((mask, sum), explained);
        }
    }
    best
}
