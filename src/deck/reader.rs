//! Reads the tape at any speed, forwards or back, without aliases.

/// Lobes of the kernel to each side.
const HALF: usize = 16;
/// Positions of the kernel between two frames; values in between are interpolated.
const PHASES: usize = 256;
/// Kaiser window, about 90 dB.
const BETA: f64 = 9.0;
/// Pass band at normal speed as a part of the frame rate: flat to 20 kHz at 44.1 kHz.
const CUTOFF: f64 = 0.94;
/// The tape never moves faster over the head, re play.
pub(super) const FASTEST: f64 = 40.0;
/// Below this speed the kernel need not widen: what folds lies above 20 kHz.
const WIDEN: f64 = 1.03;

/// A windowed-sinc interpolator over two rows of frames.
pub(super) struct Reader {
    /// `PHASES + 1` kernels of `2 × HALF` taps, for reading near normal speed.
    phases: Vec<[f32; 2 * HALF]>,
    /// One lobe after the other from the middle out, `PHASES` values each.
    wing: Vec<f32>,
}

impl Reader {
    pub(super) fn new() -> Self {
        let kernel = |x: f64| CUTOFF * sinc(CUTOFF * x) * kaiser(x / HALF as f64);
        let phases = (0..=PHASES)
            .map(|phase| {
                let part = phase as f64 / PHASES as f64;
                let mut taps = [0.0; 2 * HALF];
                for (i, tap) in taps.iter_mut().enumerate() {
                    *tap = kernel(i as f64 - (HALF - 1) as f64 - part) as f32;
                }
                // Unity at 0 Hz at every phase, else the phase would be heard as a tone.
                let sum: f32 = taps.iter().sum();
                taps.map(|tap| tap / sum)
            })
            .collect();
        let wing = (0..=HALF * PHASES + 1)
            .map(|i| kernel(i as f64 / PHASES as f64) as f32)
            .collect();
        Self { phases, wing }
    }

    /// Frames needed to each side of a place to read it at `speed`.
    pub(super) fn reach(speed: f64) -> usize {
        if speed <= WIDEN {
            HALF
        } else {
            (HALF as f64 * speed).ceil() as usize + 1
        }
    }

    /// Frames that reading `places` places apart by `FASTEST` may need.
    pub(super) fn longest_window(places: usize) -> usize {
        (places as f64 * FASTEST) as usize + 2 * Self::reach(FASTEST) + 4
    }

    /// The value at `place` (in frames of the rows) when the tape moves at
    /// `speed` (magnitude). The rows must reach [`Self::reach`] to each side.
    pub(super) fn at(&self, [left, right]: [&[f32]; 2], place: f64, speed: f64) -> [f32; 2] {
        let whole = place.floor();
        let part = place - whole;
        let middle = whole as usize;
        if speed <= WIDEN {
            let phase = part * PHASES as f64;
            let (a, b) = (
                &self.phases[phase as usize],
                &self.phases[phase as usize + 1],
            );
            let mix = (phase - phase.floor()) as f32;
            let from = middle + 1 - HALF;
            let (l, r) = (&left[from..from + 2 * HALF], &right[from..from + 2 * HALF]);
            return dot(a, b, mix, l, r);
        }
        let reach = Self::reach(speed) - 1;
        let step = PHASES as f64 / speed;
        let (mut l, mut r, mut sum) = (0.0f32, 0.0f32, 0.0f32);
        for i in middle + 1 - reach..=middle + reach {
            let away = ((i as f64 - place).abs() * step).min((self.wing.len() - 2) as f64);
            let at = away as usize;
            let mix = (away - at as f64) as f32;
            let tap = self.wing[at] + (self.wing[at + 1] - self.wing[at]) * mix;
            l += left[i] * tap;
            r += right[i] * tap;
            sum += tap;
        }
        [l / sum, r / sum]
    }
}

/// Both rows through the kernel between `a` and `b`; eight sums at once, so
/// that the compiler can use the machine's lanes.
fn dot(a: &[f32; 2 * HALF], b: &[f32; 2 * HALF], mix: f32, l: &[f32], r: &[f32]) -> [f32; 2] {
    const LANES: usize = 8;
    let (mut left, mut right) = ([0.0f32; LANES], [0.0f32; LANES]);
    for i in (0..2 * HALF).step_by(LANES) {
        for lane in 0..LANES {
            let tap = a[i + lane] + (b[i + lane] - a[i + lane]) * mix;
            left[lane] += l[i + lane] * tap;
            right[lane] += r[i + lane] * tap;
        }
    }
    [left.iter().sum(), right.iter().sum()]
}

fn sinc(x: f64) -> f64 {
    let x = x * std::f64::consts::PI;
    if x.abs() < 1e-9 { 1.0 } else { x.sin() / x }
}

fn kaiser(x: f64) -> f64 {
    if x.abs() >= 1.0 {
        0.0
    } else {
        bessel_i0(BETA * (1.0 - x * x).sqrt()) / bessel_i0(BETA)
    }
}

/// Modified Bessel function of the first kind, order 0, by its series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..64 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn row(hz: f64, rate: f64, n: usize) -> Vec<f32> {
        (0..n)
            .map(|i| (TAU * hz * i as f64 / rate).sin() as f32)
            .collect()
    }

    #[test]
    fn reads_between_frames_as_the_sine_itself() {
        let reader = Reader::new();
        for (hz, bound) in [(1000.0, -90.0), (10_000.0, -85.0), (17_000.0, -75.0)] {
            let tone = row(hz, 48_000.0, 4096);
            let mut worst = 0.0f64;
            for i in 0..2000 {
                let place = 1000.0 + f64::from(i) * 0.997_3;
                let got = f64::from(reader.at([&tone, &tone], place, 1.0)[0]);
                worst = worst.max((got - (TAU * hz * place / 48_000.0).sin()).abs());
            }
            assert!(
                20.0 * worst.log10() < bound,
                "{hz} Hz: {} dB",
                20.0 * worst.log10()
            );
        }
    }

    #[test]
    fn winding_twenty_times_as_fast_does_not_alias() {
        let reader = Reader::new();
        // 5 kHz at 20× is 100 kHz: nothing of it may be heard.
        let tone = row(5000.0, 48_000.0, 60_000);
        let heard =
            (0..2500).map(|i| reader.at([&tone, &tone], 2000.0 + f64::from(i) * 20.0, 20.0)[0]);
        let loudest = heard.fold(0.0f32, |m, x| m.max(x.abs()));
        assert!(20.0 * loudest.log10() < -60.0, "{loudest}");
        // 200 Hz becomes 4 kHz at full level, backwards too.
        let tone = row(200.0, 48_000.0, 60_000);
        let power: f32 = (0..2400)
            .map(|i| reader.at([&tone, &tone], 55_000.0 - f64::from(i) * 20.0, 20.0)[0].powi(2))
            .sum();
        assert!((power / 2400.0 - 0.5).abs() < 0.01, "{power}");
    }
}
