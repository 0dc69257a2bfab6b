//! Small recursive filters in double precision, left and right side by side.

use std::f64::consts::PI;

use super::wide::{Loop, wide};
use crate::Frame;

/// One second-order section, direct form II transposed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Section {
    b: [f64; 3],
    a: [f64; 2],
}

/// Two frequencies moved down in step where a rate below 44.1 kHz has no room
/// for them: beyond half the rate they would fold on each other.
fn within_reach(rate: f64, at: [f64; 2]) -> [f64; 2] {
    at.map(|f| f * (rate / 44_100.0).min(1.0))
}

impl Section {
    /// Lets everything through.
    pub const THROUGH: Self = Self {
        b: [1.0, 0.0, 0.0],
        a: [0.0, 0.0],
    };

    /// First order, gain 1 at DC, `power(f)` = |H(f)|² met exactly at the two
    /// frequencies in Hz; zero and pole inside the unit circle, so that it has
    /// an inverse. Where no such filter exists the nearest is given.
    pub fn first_order(rate: f64, at: [f64; 2], power: impl Fn(f64) -> f64) -> Self {
        let at = within_reach(rate, at);
        // |H|² = (1−φ + Bφ) / (1−φ + Aφ) with φ = sin²(ω/2): two unknowns, two equations.
        let phi = at.map(|f| (PI * f / rate).sin().powi(2));
        let want = at.map(power);
        // B φ − A φ W = (1−φ)(W − 1)
        let right = [
            (1.0 - phi[0]) * (want[0] - 1.0),
            (1.0 - phi[1]) * (want[1] - 1.0),
        ];
        let determinant = phi[0] * phi[1] * (want[0] - want[1]);
        let (numerator, denominator) = if determinant.abs() < 1e-12 {
            (want[0], 1.0)
        } else {
            let a = (phi[1] * right[0] - phi[0] * right[1]) / -determinant;
            (right[0] / phi[0] + a * want[0], a)
        };
        let (b, a) = (numerator.max(1e-6).sqrt(), denominator.max(1e-6).sqrt());
        let norm = 2.0 / (1.0 + a);
        Self {
            b: [
                f64::midpoint(1.0, b) * norm,
                f64::midpoint(1.0, -b) * norm,
                0.0,
            ],
            a: [f64::midpoint(1.0, -a) * norm, 0.0],
        }
    }

    /// Three taps of minimum phase, gain 1 at DC, meeting `power` at two
    /// frequencies in Hz where such taps exist.
    pub fn three_taps(rate: f64, at: [f64; 2], power: [f64; 2]) -> Self {
        // |B|² = 1−φ + Cφ + 4Dφ(1−φ)
        let phi = within_reach(rate, at).map(|f| (PI * f / rate).sin().powi(2));
        let curve = phi.map(|p| 4.0 * p * (1.0 - p));
        let right = [power[0] - 1.0 + phi[0], power[1] - 1.0 + phi[1]];
        let determinant = phi[0] * curve[1] - phi[1] * curve[0];
        let c = ((right[0] * curve[1] - right[1] * curve[0]) / determinant).max(1e-3);
        let d = (right[0] - c * phi[0]) / curve[0];
        let w = f64::midpoint(1.0, c.sqrt());
        let b0 = f64::midpoint(w, (w * w + d).max(0.0).sqrt());
        Self {
            b: [b0, f64::midpoint(1.0, -c.sqrt()), -d / (4.0 * b0)],
            a: [0.0; 2],
        }
    }

    /// (s + ω₁)/(s + ω₀) for corner frequencies in Hz, well below half the rate.
    pub fn low_shelf(rate: f64, zero_hz: f64, pole_hz: f64) -> Self {
        let (z, p) = ((PI * zero_hz / rate).tan(), (PI * pole_hz / rate).tan());
        let norm = 1.0 / (1.0 + p);
        Self {
            b: [(1.0 + z) * norm, (z - 1.0) * norm, 0.0],
            a: [(p - 1.0) * norm, 0.0],
        }
    }

    /// Second-order high-pass.
    pub fn high_pass(rate: f64, hz: f64, q: f64) -> Self {
        let (w, alpha) = angle(rate, hz, q);
        let norm = 1.0 / (1.0 + alpha);
        let b = f64::midpoint(1.0, w.cos()) * norm;
        Self {
            b: [b, -2.0 * b, b],
            a: [-2.0 * w.cos() * norm, (1.0 - alpha) * norm],
        }
    }

    /// Peak or dip of `db` at `hz`.
    pub fn peak(rate: f64, hz: f64, db: f64, q: f64) -> Self {
        let (w, alpha) = angle(rate, hz, q);
        let gain = 10f64.powf(db / 40.0);
        let norm = 1.0 / (1.0 + alpha / gain);
        Self {
            b: [
                (1.0 + alpha * gain) * norm,
                -2.0 * w.cos() * norm,
                (1.0 - alpha * gain) * norm,
            ],
            a: [-2.0 * w.cos() * norm, (1.0 - alpha / gain) * norm],
        }
    }

    /// Band-pass of gain 1 at `hz`.
    pub fn band_pass(rate: f64, hz: f64, q: f64) -> Self {
        let (w, alpha) = angle(rate, hz, q);
        let norm = 1.0 / (1.0 + alpha);
        Self {
            b: [alpha * norm, 0.0, -alpha * norm],
            a: [-2.0 * w.cos() * norm, (1.0 - alpha) * norm],
        }
    }

    /// Second-order low-pass resonator, gain 1 at DC.
    pub fn low_pass(rate: f64, hz: f64, q: f64) -> Self {
        let (w, alpha) = angle(rate, hz, q);
        let norm = 1.0 / (1.0 + alpha);
        let b = f64::midpoint(1.0, -w.cos()) * norm;
        Self {
            b: [b, 2.0 * b, b],
            a: [-2.0 * w.cos() * norm, (1.0 - alpha) * norm],
        }
    }

    /// Two taps `1 − g·(1 − z⁻¹)`, times `gain`.
    pub fn slope(gain: f64, g: f64) -> Self {
        Self {
            b: [gain * (1.0 - g), gain * g, 0.0],
            a: [0.0; 2],
        }
    }

    /// What is left of 1 when `share` of a critically damped low-pass at `hz` is taken away.
    pub fn without_bass(rate: f64, hz: f64, share: f64) -> Self {
        let low = Self::low_pass(rate, hz, 0.5);
        Self {
            b: [
                1.0 - share * low.b[0],
                low.a[0] - share * low.b[1],
                low.a[1] - share * low.b[2],
            ],
            a: low.a,
        }
    }

    /// The same with another gain.
    pub fn scaled(&self, gain: f64) -> Self {
        Self {
            b: self.b.map(|b| b * gain),
            a: self.a,
        }
    }

    /// What undoes this one. Only for sections whose zeros lie inside the unit circle.
    pub fn inverse(&self) -> Self {
        let [b0, b1, b2] = self.b;
        Self {
            b: [1.0 / b0, self.a[0] / b0, self.a[1] / b0],
            a: [b1 / b0, b2 / b0],
        }
    }

    /// This and another as one; both of first order.
    pub fn times(&self, other: &Self) -> Self {
        let ([p0, p1, _], [q0, q1, _]) = (self.b, other.b);
        let ([c, _], [d, _]) = (self.a, other.a);
        Self {
            b: [p0 * q0, p0 * q1 + p1 * q0, p1 * q1],
            a: [c + d, c * d],
        }
    }

    /// b₀, b₁ and a₁ of a first-order section.
    pub fn first_order_taps(&self) -> [f64; 3] {
        [self.b[0], self.b[1], self.a[0]]
    }

    /// Filters one channel in place.
    pub fn run(&self, memory: &mut [f64; 2], samples: &mut [f32]) {
        let ([b0, b1, b2], [a1, a2]) = (self.b, self.a);
        let [mut m0, mut m1] = *memory;
        for sample in samples {
            let x = f64::from(*sample);
            let y = b0 * x + m0;
            m0 = (b1 * x + m1) - a1 * y;
            m1 = b2 * x - a2 * y;
            *sample = y as f32;
        }
        *memory = [m0, m1];
    }

    /// |H|² at `hz`.
    pub fn power(&self, rate: f64, hz: f64) -> f64 {
        let w = 2.0 * PI * hz / rate;
        let (c1, s1, c2, s2) = (w.cos(), w.sin(), (2.0 * w).cos(), (2.0 * w).sin());
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        let numerator = (b0 + b1 * c1 + b2 * c2).powi(2) + (b1 * s1 + b2 * s2).powi(2);
        let denominator = (1.0 + a1 * c1 + a2 * c2).powi(2) + (a1 * s1 + a2 * s2).powi(2);
        numerator / denominator
    }
}

fn angle(rate: f64, hz: f64, q: f64) -> (f64, f64) {
    let w = 2.0 * PI * hz / rate;
    (w, w.sin() / (2.0 * q))
}

/// A section for each of two lanes, side by side.
#[derive(Clone, Copy, Debug)]
struct Lanes {
    b: [[f64; 2]; 3],
    a: [[f64; 2]; 2],
}

impl Lanes {
    #[inline(always)]
    fn new([left, right]: [Section; 2]) -> Self {
        Self {
            b: [0, 1, 2].map(|i| [left.b[i], right.b[i]]),
            a: [0, 1].map(|i| [left.a[i], right.a[i]]),
        }
    }

    /// Takes both lanes on by a sample.
    #[inline(always)]
    fn step(&self, state: &mut Memory, x: [f64; 2]) -> [f64; 2] {
        let ([b0, b1, b2], [a1, a2]) = (self.b, self.a);
        let y = [b0[0] * x[0] + state[0][0], b0[1] * x[1] + state[0][1]];
        // In this order the next frame waits for one product and two sums.
        state[0] = [
            (b1[0] * x[0] + state[1][0]) - a1[0] * y[0],
            (b1[1] * x[1] + state[1][1]) - a1[1] * y[1],
        ];
        state[1] = [b2[0] * x[0] - a2[0] * y[0], b2[1] * x[1] - a2[1] * y[1]];
        y
    }
}

/// Sections one after another, with their memory. Those that let everything
/// through cost nothing.
#[derive(Clone, Copy, Debug)]
pub struct Cascade<const N: usize> {
    /// Of the left and of the right lane.
    sections: [[Section; 2]; N],
    memory: [Memory; N],
    /// Numbers of those that do something, and how many there are.
    order: [usize; N],
    count: usize,
}

/// What a section remembers: two values of left and right each.
type Memory = [[f64; 2]; 2];

impl<const N: usize> Cascade<N> {
    pub fn new(sections: [Section; N]) -> Self {
        let sections = sections.map(|section| [section; 2]);
        let mut cascade = Self {
            sections,
            memory: [[[0.0; 2]; 2]; N],
            order: [0; N],
            count: 0,
        };
        cascade.set_lanes(sections);
        cascade
    }

    /// Other coefficients, same memory.
    pub fn set(&mut self, sections: [Section; N]) {
        self.set_lanes(sections.map(|section| [section; 2]));
    }

    /// Other coefficients, those of the left lane and those of the right; same
    /// memory.
    pub fn set_lanes(&mut self, sections: [[Section; 2]; N]) {
        self.sections = sections;
        self.count = 0;
        for (index, section) in sections.iter().enumerate() {
            if *section == [Section::THROUGH; 2] {
                self.memory[index] = Memory::default();
            } else {
                self.order[self.count] = index;
                self.count += 1;
            }
        }
    }

    /// Takes over another's memory, not its coefficients.
    pub fn remember(&mut self, other: &Self) {
        self.clear();
        for &index in &self.order[..self.count] {
            self.memory[index] = other.memory[index];
        }
    }

    pub fn clear(&mut self) {
        self.memory = [Memory::default(); N];
    }

    pub fn process(&mut self, frames: &mut [Frame]) {
        let mut done = 0;
        // In pieces whose length the compiler knows.
        while done < self.count {
            done += match self.count - done {
                1 => self.run::<1>(done, frames),
                2 => self.run::<2>(done, frames),
                3 => self.run::<3>(done, frames),
                _ => self.run::<4>(done, frames),
            };
        }
    }

    /// Runs `M` of the sections that do something, from the `first` on.
    fn run<const M: usize>(&mut self, first: usize, frames: &mut [Frame]) -> usize {
        let index: [usize; M] = std::array::from_fn(|i| self.order[first + i]);
        let sections = index.map(|i| Lanes::new(self.sections[i]));
        let mut memory = index.map(|i| self.memory[i]);
        wide(Recursion {
            sections: &sections,
            memory: &mut memory,
            frames,
        });
        for (i, memory) in index.into_iter().zip(memory) {
            self.memory[i] = calm(memory);
        }
        M
    }

    /// |H|² of the left lane at `hz`.
    pub fn power(&self, rate: f64, hz: f64) -> f64 {
        let left = self.sections.iter().map(|[left, _]| left);
        left.map(|section| section.power(rate, hz)).product()
    }
}

/// Runs cascades of one section side by side, each over frames of its own, all
/// as many: alone each would wait for its own last result.
pub fn abreast<const N: usize>(cascades: [&mut Cascade<1>; N], frames: [&mut [Frame]; N]) {
    let mut memory: [Memory; N] = std::array::from_fn(|i| cascades[i].memory[0]);
    wide(Abreast {
        sections: std::array::from_fn(|i| Lanes::new(cascades[i].sections[0])),
        memory: &mut memory,
        frames,
    });
    for (cascade, memory) in cascades.into_iter().zip(memory) {
        cascade.memory[0] = calm(memory);
    }
}

struct Abreast<'a, const N: usize> {
    sections: [Lanes; N],
    memory: &'a mut [Memory; N],
    frames: [&'a mut [Frame]; N],
}

impl<const N: usize> Loop for Abreast<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self {
            sections,
            memory,
            mut frames,
        } = self;
        let count = frames.iter().map(|row| row.len()).min().unwrap_or(0);
        let mut states = *memory;
        for i in 0..count {
            for ((row, section), state) in frames.iter_mut().zip(&sections).zip(&mut states) {
                let x = row[i].map(f64::from);
                row[i] = section.step(state, x).map(|y| y as f32);
            }
        }
        *memory = states;
    }
}

/// Nothing far below anything audible, which the processor would be slow with.
fn calm(mut memory: Memory) -> Memory {
    for value in memory.as_flattened_mut() {
        if value.abs() < 1e-30 {
            *value = 0.0;
        }
    }
    memory
}

struct Recursion<'a, const M: usize> {
    sections: &'a [Lanes; M],
    memory: &'a mut [Memory; M],
    frames: &'a mut [Frame],
}

impl<const M: usize> Loop for Recursion<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut states = *self.memory;
        for frame in self.frames {
            let mut x = [f64::from(frame[0]), f64::from(frame[1])];
            for (section, state) in self.sections.iter().zip(&mut states) {
                x = section.step(state, x);
            }
            *frame = [x[0] as f32, x[1] as f32];
        }
        *self.memory = states;
    }
}
