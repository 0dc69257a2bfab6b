//! Reads the tape at any speed, forwards or back, without aliases.

use afterdark_tape::Frame;
use afterdark_tape::tape::{Loop, wide};

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

    /// Fills `out` from the rows while the tape moves at `speed` (magnitude):
    /// frame `i` from the place `from + step·i + away[i]`, in frames of the
    /// rows. The rows must reach [`Self::reach`] to each side of every place;
    /// where they do not, the nearest place that they do is read.
    pub(super) fn read(
        &self,
        rows: [&[f32]; 2],
        [from, step]: [f64; 2],
        away: &[f32],
        speed: f64,
        out: &mut [Frame],
    ) {
        let reach = Self::reach(speed);
        let ends = [reach as f64, (rows[0].len() - reach - 1) as f64];
        let mut places = [ends[0]; PART];
        for (part, (out, away)) in out.chunks_mut(PART).zip(away.chunks(PART)).enumerate() {
            let first = part * PART;
            for (i, (place, away)) in places.iter_mut().zip(away).enumerate() {
                let along = from + step * (first + i) as f64 + f64::from(*away);
                *place = along.clamp(ends[0], ends[1]);
            }
            if speed > WIDEN {
                for (frame, place) in out.iter_mut().zip(places) {
                    *frame = self.widened(rows, place, speed);
                }
            } else {
                let phases = &self.phases;
                wide(Near {
                    phases,
                    rows,
                    places: &places,
                    out,
                });
            }
        }
    }

    /// The value at `place` through a kernel as much wider as the tape is fast.
    fn widened(&self, [left, right]: [&[f32]; 2], place: f64, speed: f64) -> Frame {
        let middle = place as usize;
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

/// Places read together.
const PART: usize = 16;

/// Reading near normal speed: both rows through the kernel between two phases.
struct Near<'a> {
    phases: &'a [[f32; 2 * HALF]],
    rows: [&'a [f32]; 2],
    places: &'a [f64; PART],
    out: &'a mut [Frame],
}

impl Loop for Near<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut kernels = [[0.0f32; 2 * HALF]; PART];
        let mut starts = [0usize; PART];
        let places = self.places.iter().zip(&mut kernels).zip(&mut starts);
        for ((place, taps), start) in places {
            // Through 32-bit whole numbers, which convert in one step; the rows
            // are shorter than that.
            let middle = *place as i32;
            let phase = (place - f64::from(middle)) * PHASES as f64;
            let number = phase as i32;
            let mix = (phase - f64::from(number)) as f32;
            let (a, b) = (
                &self.phases[number as usize],
                &self.phases[number as usize + 1],
            );
            let pairs = a
                .as_chunks::<LANES>()
                .0
                .iter()
                .zip(b.as_chunks::<LANES>().0);
            for (taps, (a, b)) in taps.as_chunks_mut::<LANES>().0.iter_mut().zip(pairs) {
                *taps = std::array::from_fn(|lane| a[lane] + (b[lane] - a[lane]) * mix);
            }
            *start = (middle + 1) as usize - HALF;
        }
        // One row after the other: both at once the compiler would mix.
        for (channel, row) in self.rows.into_iter().enumerate() {
            for ((out, taps), start) in self.out.iter_mut().zip(&kernels).zip(&starts) {
                out[channel] = dot(taps, &row[*start..start + 2 * HALF]);
            }
        }
    }
}

/// Numbers worked on side by side.
const LANES: usize = 8;

/// Sum of products, eight sums at once.
#[inline(always)]
fn dot(taps: &[f32; 2 * HALF], row: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let rows = row.as_chunks::<LANES>().0;
    for (taps, row) in taps.as_chunks::<LANES>().0.iter().zip(rows) {
        for ((sum, tap), x) in sums.iter_mut().zip(taps).zip(row) {
            *sum += tap * x;
        }
    }
    let four: [f32; 4] = std::array::from_fn(|i| sums[i] + sums[i + 4]);
    (four[0] + four[2]) + (four[1] + four[3])
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
                let mut got = [[0.0; 2]];
                reader.read([&tone, &tone], [place, 0.0], &[0.0], 1.0, &mut got);
                let got = f64::from(got[0][0]);
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
        let mut heard = vec![[0.0; 2]; 2500];
        let still = [0.0; 2500];
        reader.read([&tone, &tone], [2000.0, 20.0], &still, 20.0, &mut heard);
        let loudest = heard.iter().fold(0.0f32, |m, x| m.max(x[0].abs()));
        assert!(20.0 * loudest.log10() < -60.0, "{loudest}");
        // 200 Hz becomes 4 kHz at full level, backwards too.
        let tone = row(200.0, 48_000.0, 60_000);
        let heard = &mut heard[..2400];
        reader.read([&tone, &tone], [55_000.0, -20.0], &still, 20.0, heard);
        let power: f32 = heard.iter().map(|x| x[0].powi(2)).sum();
        assert!((power / 2400.0 - 0.5).abs() < 0.01, "{power}");
    }
}
