//! What a deck and a tape make of a test tape.

use realfft::RealFftPlanner;
use serde::Serialize;

use super::find::FoundTape;
use super::signal::Signal;
use super::test_tape::Purpose;
use crate::Frame;
use crate::measure::{
    FlutterSheet, NoiseSheet, Spectrum, channel, flutter, noise, phase_difference_deg,
    power_spectrum,
};
use crate::tape::REFERENCE_DBFS;

/// All that a recording of a test tape tells; `None` for what it does not.
/// Levels in dB re the recording's own reference tone.
#[derive(Clone, Debug, Serialize)]
pub struct DeckReading {
    /// How many of its markers were found.
    pub markers: usize,
    /// The reference tone in the recording, dBFS of its peak.
    pub reference_dbfs: f64,
    /// How much louder the right channel is at the reference tone, dB.
    pub balance_db: Option<f64>,
    /// −1 where a channel's polarity is turned round, 0 where it is dead.
    pub polarity: [i8; 2],
    /// Left is right.
    pub swapped: bool,
    /// Speed error, wow and flutter.
    pub flutter: Option<FlutterSheet>,
    /// The same at the end, per cent: speed error and weighted rms.
    pub flutter_again: Option<[f64; 2]>,
    /// Hz and dB re 315 Hz at −20 dB, in sixths of an octave.
    pub response_20: Vec<[f64; 2]>,
    /// At 0 dB.
    pub response_0: Vec<[f64; 2]>,
    /// 400 Hz: level sent, level read, third harmonic in per cent.
    pub distortion: Vec<[f64; 3]>,
    /// 1 kHz: the same.
    pub distortion_1k: Vec<[f64; 3]>,
    /// 10 kHz: level sent, level read.
    pub output_10k: Vec<[f64; 2]>,
    /// Noise without programme.
    pub noise: Option<NoiseSheet>,
    /// Noise in thirds of an octave: Hz, dB.
    pub noise_spectrum: Vec<[f64; 2]>,
    /// How far the right channel is below the left alone, and the other way, 1 kHz, dB.
    pub separation_db: Option<[f64; 2]>,
    /// How much later the right channel is, and how far that wanders, peak, µs.
    pub azimuth_us: Option<[f64; 2]>,
}

/// A channel so far below the other is dead, dB.
const DEAD_DB: f64 = 40.0;
/// Seconds at the ends of a signal that are left out.
const MARGIN_S: f64 = 0.15;

impl DeckReading {
    /// Reads a recording that holds a test tape. `None` where its reference
    /// tone is not there, without which nothing can be told.
    pub fn of(frames: &[Frame], rate: u32, found: &FoundTape) -> Option<Self> {
        let part = |purpose, n| found.part(frames, purpose, n, MARGIN_S);
        let bench = Instruments::new(rate, found.speed);
        let reference = part(Purpose::Reference, 0)?;
        let [left, right] = [0, 1].map(|c| bench.level_db(&channel(reference, c), 315.0));
        let stronger = usize::from(right > left + 6.0);
        let zero_db = [left, right][stronger];
        let pick = |frames: &[Frame]| channel(frames, stronger);
        let steps = |purpose, hz| {
            let section = found.tape.sections.iter().find(|s| s.purpose == purpose);
            let signals = section.map_or(&[][..], |section| &section.signals);
            let step = |(n, (_, signal)): (usize, &(f64, Signal))| {
                let Signal::Tone(_, sent, _) = signal else {
                    return None;
                };
                let samples = pick(part(purpose, n)?);
                let [level, third] = bench.third(&samples, hz);
                Some([*sent, level - zero_db, third])
            };
            let mut steps: Vec<_> = signals.iter().enumerate().filter_map(step).collect();
            steps.sort_by(|a, b| a[0].total_cmp(&b[0]));
            steps
        };
        let [left_alone, right_alone] = [Purpose::Left, Purpose::Right].map(|purpose| {
            let part = part(purpose, 0)?;
            Some([0, 1].map(|c| bench.level_db(&channel(part, c), 1000.0)))
        });
        let swapped = left_alone
            .zip(right_alone)
            .is_some_and(|(l, r)| l[1] > l[0] && r[0] > r[1]);
        // What leaks over from the other channel is no life of its own.
        let live = [left > right - DEAD_DB, right > left - DEAD_DB];
        let both_live = live == [true; 2];
        let lopsided = part(Purpose::Polarity, 0);
        let polarity = [0, 1].map(|c| match lopsided {
            Some(part) if live[c] => skewness_sign(&channel(part, c)),
            _ => i8::from(live[c]),
        });
        let separation = left_alone.zip(right_alone).filter(|_| both_live);
        let silence = part(Purpose::Silence, 0).map(pick);
        let silence_noise = silence
            .as_ref()
            .and_then(|s| noise(s, f64::from(rate)).ok());
        let flutter_of = |purpose| {
            let samples = pick(part(purpose, 0)?);
            flutter(&samples, f64::from(rate), Some(3150.0)).ok()
        };
        let response = |purpose| {
            let section = found.tape.sections.iter().find(|s| s.purpose == purpose);
            let sent = section.map(|s| s.signals[0].1.render(rate, s.seconds()));
            let heard = found.part(frames, purpose, 0, -MARGIN_S);
            let noise = silence.as_deref().unwrap_or_default();
            match (sent, heard) {
                (Some(sent), Some(heard)) => {
                    bench.response(&channel(&sent, 0), &pick(heard), noise)
                }
                _ => Vec::new(),
            }
        };
        Some(Self {
            markers: found.markers,
            reference_dbfs: zero_db,
            balance_db: both_live.then_some(right - left),
            polarity,
            swapped,
            flutter: flutter_of(Purpose::Flutter),
            flutter_again: flutter_of(Purpose::FlutterAgain)
                .map(|sheet| [sheet.speed_error_percent, sheet.readings.wrms]),
            response_20: response(Purpose::Sweep20),
            response_0: response(Purpose::Sweep0),
            distortion: steps(Purpose::Steps400, 400.0),
            distortion_1k: steps(Purpose::Steps1k, 1000.0),
            output_10k: steps(Purpose::Steps10k, 10_000.0)
                .iter()
                .map(|step| [step[0], step[1]])
                .collect(),
            noise: silence_noise.map(|noise| NoiseSheet {
                unweighted_db: noise.unweighted_db - zero_db,
                a_db: noise.a_db - zero_db,
                itu468_db: noise.itu468_db - zero_db,
            }),
            noise_spectrum: silence
                .map(|s| bench.thirds(&s, zero_db))
                .unwrap_or_default(),
            separation_db: separation.map(|(l, r)| {
                let [l, r] = if swapped { [r, l] } else { [l, r] };
                [(l[0] - l[1]).abs(), (r[1] - r[0]).abs()]
            }),
            azimuth_us: both_live
                .then(|| bench.azimuth(part(Purpose::Flutter, 0), part(Purpose::Azimuth, 0)?))
                .flatten(),
        })
    }

    /// What a recording plays louder than it was made, dB.
    pub fn gain_db(&self) -> f64 {
        self.reference_dbfs - REFERENCE_DBFS
    }
}

/// 1 where the higher half-wave points upwards, −1 where downwards.
fn skewness_sign(samples: &[f32]) -> i8 {
    let n = samples.len().max(1) as f64;
    let mean = samples.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
    let third: f64 = samples.iter().map(|&x| (f64::from(x) - mean).powi(3)).sum();
    if third < 0.0 { -1 } else { 1 }
}

/// Power between two frequencies, a bin at the edge by its share: bands of
/// the same width are the same wherever the bins lie.
fn band(power: &[f64], bin_hz: f64, low_hz: f64, high_hz: f64) -> f64 {
    let [low, high] = [low_hz, high_hz].map(|hz| hz / bin_hz + 0.5);
    let bins = power.iter().enumerate().skip(low.max(0.0) as usize);
    bins.take_while(|(k, _)| (*k as f64) < high)
        .map(|(k, power)| {
            let (from, to) = (k as f64, k as f64 + 1.0);
            power * (to.min(high) - from.max(low)).max(0.0)
        })
        .sum()
}

/// Energy of a signal in each bin of one transform over all of it, which is the
/// same wherever in time the signal lies, and its samples.
fn energy(samples: &[f32]) -> (Vec<f64>, f64) {
    let size = samples.len().next_power_of_two().max(2);
    let plan = RealFftPlanner::<f64>::new().plan_fft_forward(size);
    let mut time: Vec<f64> = samples.iter().map(|&x| f64::from(x)).collect();
    time.resize(size, 0.0);
    let mut bins = plan.make_output_vec();
    // The lengths are the plan's own, which is all that can be wrong here.
    let _ = plan.process(&mut time, &mut bins);
    let scale = 2.0 / size as f64;
    let energy = bins.iter().map(|bin| scale * bin.norm_sqr()).collect();
    (energy, samples.len() as f64)
}

/// Meters for a recording that runs `speed` times as fast as it was made.
struct Instruments {
    rate: f64,
    speed: f64,
}

impl Instruments {
    fn new(rate: u32, speed: f64) -> Self {
        Self {
            rate: f64::from(rate),
            speed,
        }
    }

    fn spectrum(&self, samples: &[f32], seconds: f64) -> Spectrum {
        let samples: Vec<f64> = samples.iter().map(|&x| f64::from(x)).collect();
        power_spectrum(&samples, self.rate, (self.rate * seconds) as usize)
    }

    /// A tone with its flutter, dB re a sine of peak 1.
    fn level_db(&self, samples: &[f32], hz: f64) -> f64 {
        self.third(samples, hz)[0]
    }

    /// Level of a tone, dB, and its third harmonic in per cent, without the
    /// noise that stands beside it.
    fn third(&self, samples: &[f32], hz: f64) -> [f64; 2] {
        let spectrum = self.spectrum(samples, 0.5);
        let tone = |hz: f64| {
            let hz = hz * self.speed;
            let half = (0.008 * hz).max(4.0 * spectrum.bin_hz);
            let there = spectrum.between(hz - half, hz + half);
            // Four times as wide, so that it is known better than what stands in it.
            let below = spectrum.between(hz - 6.0 * half, hz - 2.0 * half);
            let above = spectrum.between(hz + 2.0 * half, hz + 6.0 * half);
            let noise = (below + above) / 4.0;
            (there - noise).max(1e-3 * there).max(1e-30)
        };
        let (first, third) = (tone(hz), tone(3.0 * hz));
        [10.0 * (2.0 * first).log10(), 100.0 * (third / first).sqrt()]
    }

    /// What became of a sweep in sixths of an octave, dB re 315 Hz. A sweep has the
    /// same power in every one, so neither its place in time nor its end matters.
    fn response(&self, sent: &[f32], heard: &[f32], noise: &[f32]) -> Vec<[f64; 2]> {
        let (sent, heard) = (energy(sent), energy(heard));
        let quiet = (!noise.is_empty()).then(|| self.spectrum(noise, 0.5));
        let seconds = heard.1 / self.rate;
        let level = |hz: f64| {
            let edge = 2f64.powf(1.0 / 12.0);
            let sixth =
                |power: &[f64], bin_hz: f64, hz: f64| band(power, bin_hz, hz / edge, hz * edge);
            let bin_hz = |(bins, _): &(Vec<f64>, f64)| self.rate / 2.0 / (bins.len() - 1) as f64;
            let before = sixth(&sent.0, bin_hz(&sent), hz);
            let there = sixth(&heard.0, bin_hz(&heard), hz * self.speed);
            let noise = quiet.as_ref().map_or(0.0, |s| {
                // As an energy: mean square, times samples.
                seconds * self.rate * sixth(&s.power, s.bin_hz, hz * self.speed)
            });
            10.0 * ((there - noise).max(1e-2 * there) / before.max(1e-30))
                .max(1e-30)
                .log10()
        };
        let middle = level(315.0);
        let bands = (0..57).map(|n| 28.0 * 2f64.powf(f64::from(n) / 6.0));
        let bands = bands.filter(|hz| *hz < (self.rate / 2.2).min(19_000.0));
        bands.map(|hz| [hz, level(hz) - middle]).collect()
    }

    fn thirds(&self, samples: &[f32], zero_db: f64) -> Vec<[f64; 2]> {
        let spectrum = self.spectrum(samples, 0.25);
        let edge = 2f64.powf(1.0 / 6.0);
        let third = |hz: f64| {
            let power = band(&spectrum.power, spectrum.bin_hz, hz / edge, hz * edge);
            [hz, 10.0 * (2.0 * power).max(1e-16).log10() - zero_db]
        };
        super::signal::MULTITONE
            .iter()
            .map(|&hz| third(hz))
            .collect()
    }

    /// Mean delay of the right channel and how far it wanders, µs: by 10 kHz,
    /// whose turns are told apart by 3150 Hz.
    fn azimuth(&self, middle: Option<&[Frame]>, treble: &[Frame]) -> Option<[f64; 2]> {
        let delay = |frames: &[Frame], hz: f64| {
            let hz = hz * self.speed;
            let [l, r] = [0, 1].map(|c| channel(frames, c));
            phase_difference_deg(&l, &r, self.rate, hz) / 360.0 / hz * 1e6
        };
        let middle = middle.unwrap_or_default();
        let rough = if middle.is_empty() {
            0.0
        } else {
            delay(middle, 3150.0)
        };
        let turn = 1e6 / (10_000.0 * self.speed);
        let piece = (0.25 * self.rate) as usize;
        let fine = treble
            .chunks_exact(piece)
            .map(|part| delay(part, 10_000.0))
            .map(|us| us + ((rough - us) / turn).round() * turn);
        // It wanders slowly: the longer it is watched the better is the mean.
        let coarse = middle.chunks_exact(piece).map(|part| delay(part, 3150.0));
        let delays: Vec<f64> = fine.chain(coarse).collect();
        if delays.is_empty() {
            return None;
        }
        let mean = delays.iter().sum::<f64>() / delays.len() as f64;
        let furthest = delays
            .iter()
            .map(|us| (us - mean).abs())
            .fold(0.0, f64::max);
        Some([mean, furthest])
    }
}
