//! From a file's rate to the tape's, at any place and always the same.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler, WindowFunction};

use afterdark_tape::Frame;

/// Chunks are at least this long: the filter is as long as a chunk, and at
/// this length its transition is under 300 Hz wide and its stop band below
/// −140 dB.
const SHORTEST_CHUNK: usize = 2048;

/// Converts a run of frames of one rate. Works in chunks on a fixed grid from
/// the run's first frame, each of which depends on itself and the chunk before
/// it alone, so a frame comes out the same however it was reached.
pub(super) struct Converter {
    fft: Fft<f32>,
    input: Vec<Frame>,
    output: Vec<Frame>,
    /// Grid number of the chunk in `output`, where there is one.
    chunk: Option<i64>,
}

impl Converter {
    /// Between two rates in frames a second.
    ///
    /// # Errors
    /// When either is nought.
    pub(super) fn new(from: u32, to: u32) -> Result<Self, rubato::ResamplerConstructionError> {
        // Even sizes on both sides, so that the delay of half a chunk is whole frames.
        let unit = 2 * (from / gcd(from, to)).max(1) as usize;
        let chunk = unit * SHORTEST_CHUNK.div_ceil(unit);
        let fft = Fft::new_custom(
            from as usize,
            to as usize,
            chunk,
            1,
            2,
            WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )?;
        Ok(Self {
            input: vec![[0.0; 2]; fft.input_frames_max()],
            output: vec![[0.0; 2]; fft.output_frames_max()],
            fft,
            chunk: None,
        })
    }

    /// Forgets what went through; the next run begins.
    pub(super) fn reset(&mut self) {
        self.chunk = None;
    }

    /// Fills `out` with the frames from `at` of the run at the new rate.
    /// `source` gives frames of the run at the old rate from any place,
    /// silence outside it.
    pub(super) fn read(
        &mut self,
        at: u64,
        out: &mut [Frame],
        mut source: impl FnMut(i64, &mut [Frame]),
    ) {
        let size = self.output.len() as i64;
        let delay = self.fft.output_delay() as i64;
        let mut done = 0;
        while done < out.len() {
            let place = at as i64 + done as i64 + delay;
            let chunk = place.div_euclid(size);
            if self.chunk != Some(chunk) {
                if self.chunk != Some(chunk - 1) {
                    self.fft.reset();
                    self.convert(chunk - 1, &mut source);
                }
                self.convert(chunk, &mut source);
            }
            let from = place.rem_euclid(size) as usize;
            let n = (self.output.len() - from).min(out.len() - done);
            out[done..done + n].copy_from_slice(&self.output[from..from + n]);
            done += n;
        }
    }

    fn convert(&mut self, chunk: i64, source: &mut impl FnMut(i64, &mut [Frame])) {
        source(chunk * self.input.len() as i64, &mut self.input);
        let (frames_in, frames_out) = (self.input.len(), self.output.len());
        let input = InterleavedSlice::new(self.input.as_flattened(), 2, frames_in);
        let output = InterleavedSlice::new_mut(self.output.as_flattened_mut(), 2, frames_out);
        let converted = match (input, output) {
            (Ok(input), Ok(mut output)) => self
                .fft
                .process_into_buffer(&input, &mut output, None::<&Indexing>)
                .is_ok(),
            _ => false,
        };
        if !converted {
            self.output.fill([0.0; 2]);
        }
        self.chunk = Some(chunk);
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn converted(from: u32, to: u32, hz: f64, at: u64, frames: usize) -> Vec<f64> {
        let mut converter = Converter::new(from, to).unwrap();
        let mut out = vec![[0.0; 2]; frames];
        converter.read(at, &mut out, |place, frames| {
            for (i, frame) in frames.iter_mut().enumerate() {
                let t = (place + i as i64) as f64 / f64::from(from);
                *frame = [(TAU * hz * t).sin() as f32; 2];
            }
        });
        out.iter().map(|frame| f64::from(frame[0])).collect()
    }

    /// Amplitude of `hz` at `rate`, dB, and what is left beside it.
    fn tone_and_rest(signal: &[f64], hz: f64, rate: u32) -> (f64, f64) {
        let (mut s, mut c) = (0.0, 0.0);
        let step = TAU * hz / f64::from(rate);
        for (i, x) in signal.iter().enumerate() {
            s += x * (step * i as f64).sin();
            c += x * (step * i as f64).cos();
        }
        let (s, c) = (2.0 * s / signal.len() as f64, 2.0 * c / signal.len() as f64);
        let rest: f64 = signal
            .iter()
            .enumerate()
            .map(|(i, x)| {
                let fit = s * (step * i as f64).sin() + c * (step * i as f64).cos();
                (x - fit) * (x - fit)
            })
            .sum();
        let db = |x: f64| 20.0 * x.max(1e-12).log10();
        (
            db(s.hypot(c)),
            db((2.0 * rest / signal.len() as f64).sqrt()),
        )
    }

    #[test]
    fn passes_20_khz_within_a_tenth_of_a_db_without_aliases() {
        for (from, to) in [
            (44_100, 48_000),
            (48_000, 44_100),
            (96_000, 48_000),
            (44_100, 96_000),
        ] {
            for hz in [20.0, 997.0, 10_000.0, 19_999.0] {
                // Whole periods, so that the fit is exact.
                let signal = converted(from, to, hz, 50_000, to as usize);
                let (level, rest) = tone_and_rest(&signal, hz, to);
                assert!(level.abs() < 0.1, "{from} to {to}, {hz} Hz: {level} dB");
                assert!(rest < -100.0, "{from} to {to}, {hz} Hz: rest {rest} dB");
            }
        }
        let folded = converted(96_000, 44_100, 30_000.0, 50_000, 44_100);
        let loudest = folded.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        assert!(20.0 * loudest.log10() < -100.0, "30 kHz folds at {loudest}");
    }

    #[test]
    fn keeps_time_to_the_frame_and_gives_the_same_from_anywhere() {
        let hz = 440.0;
        let signal = converted(44_100, 48_000, hz, 0, 48_000);
        for (i, x) in signal.iter().enumerate().skip(4800) {
            let t = i as f64 / 48_000.0;
            assert!((x - (TAU * hz * t).sin()).abs() < 1e-4, "frame {i}");
        }
        let tail = converted(44_100, 48_000, hz, 33_333, 14_667);
        assert_eq!(tail, signal[33_333..]);
    }
}
