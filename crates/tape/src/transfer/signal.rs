//! Signals for a deck: tones, sweeps, noise, each of a stated level and length.

use std::f64::consts::TAU;

use crate::Frame;
use crate::tape::REFERENCE_DBFS;

/// A signal that begins and ends without a click. Levels in dB re 200 nWb/m, which
/// is [`REFERENCE_DBFS`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signal {
    /// Nothing.
    Silence,
    /// A sine: Hz, dB, share of each channel.
    Tone(f64, f64, Frame),
    /// A logarithmic sweep: Hz from and to, dB.
    Sweep(f64, f64, f64),
    /// A tone whose one half-wave is higher and narrower than the other, upwards: Hz, dB.
    Lopsided(f64, f64),
    /// A sweep whose period changes evenly (hyperbolic): Hz from and to, dB.
    Chirp(f64, f64, f64),
    /// Thirds of an octave from 40 Hz to 16 kHz at once, their phases such that the peak
    /// stays low: dB of all together (rms re the rms of the reference).
    Multitone(f64),
    /// Noise of equal power in each octave, the same at every run: dB (rms re
    /// the rms of the reference).
    Pink(f64),
}

/// Both channels.
pub(super) const BOTH: Frame = [1.0; 2];
/// Thirds of an octave, Hz.
pub(super) const MULTITONE: [f64; 27] = [
    40.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0,
    1000.0, 1250.0, 1600.0, 2000.0, 2500.0, 3150.0, 4000.0, 5000.0, 6300.0, 8000.0, 10_000.0,
    12_500.0, 16_000.0,
];
/// Fade at either end, s.
const FADE_S: f64 = 0.01;

impl Signal {
    /// So many seconds of it, 1.0 full scale.
    pub fn render(self, rate: u32, seconds: f64) -> Vec<Frame> {
        let rate = f64::from(rate);
        let count = (seconds * rate).round() as usize;
        let fade = FADE_S * rate;
        let shape = |n: usize| {
            let edge = (n.min(count - 1 - n) as f64 / fade).min(1.0);
            0.5 - 0.5 * (std::f64::consts::PI * edge).cos()
        };
        let size = |db: f64| 10f64.powf((REFERENCE_DBFS + db) / 20.0);
        match self {
            Self::Silence => vec![[0.0; 2]; count],
            Self::Tone(hz, db, share) => (0..count)
                .map(|n| {
                    let x = size(db) * shape(n) * (TAU * (hz * n as f64 / rate).fract()).sin();
                    share.map(|share| share * x as f32)
                })
                .collect(),
            Self::Sweep(from, to, db) => {
                let growth = (to / from).ln();
                let seconds = count as f64 / rate;
                (0..count)
                    .map(|n| {
                        let at = n as f64 / count as f64;
                        let turns = from * seconds / growth * ((growth * at).exp() - 1.0);
                        [(size(db) * shape(n) * (TAU * turns.fract()).sin()) as f32; 2]
                    })
                    .collect()
            }
            Self::Lopsided(hz, db) => (0..count)
                .map(|n| {
                    let angle = TAU * (hz * n as f64 / rate).fract();
                    let x = (angle.cos() + 0.5 * (2.0 * angle).cos()) / 1.5;
                    [(size(db) * shape(n) * x) as f32; 2]
                })
                .collect(),
            Self::Chirp(from, to, db) => {
                let slope = (1.0 / to - 1.0 / from) * rate / count as f64;
                (0..count)
                    .map(|n| {
                        let turns = (n as f64 / rate * slope * from).ln_1p() / slope;
                        [(size(db) * shape(n) * (TAU * turns.fract()).sin()) as f32; 2]
                    })
                    .collect()
            }
            Self::Multitone(db) => {
                let each = size(db) / (MULTITONE.len() as f64).sqrt();
                (0..count)
                    .map(|n| {
                        let tone = |(k, hz): (usize, &f64)| {
                            // Schroeder's phases.
                            let phase = (k * k) as f64 / (2 * MULTITONE.len()) as f64;
                            (TAU * (hz * n as f64 / rate + phase).fract()).sin()
                        };
                        let sum: f64 = MULTITONE.iter().enumerate().map(tone).sum();
                        [(each * shape(n) * sum) as f32; 2]
                    })
                    .collect()
            }
            Self::Pink(db) => {
                let mut noise = pink(count);
                let power = noise.iter().map(|x| x * x).sum::<f64>() / count.max(1) as f64;
                let scale = size(db) / (2.0 * power.max(1e-12)).sqrt();
                for (n, x) in noise.iter_mut().enumerate() {
                    *x *= scale * shape(n);
                }
                noise.iter().map(|&x| [x as f32; 2]).collect()
            }
        }
    }
}

/// Paul Kellet's filter of white noise: within 0.05 dB of pink from 9.2 Hz up at 44.1 kHz.
fn pink(count: usize) -> Vec<f64> {
    const POLES: [(f64, f64); 6] = [
        (0.99886, 0.0555179),
        (0.99332, 0.0750759),
        (0.96900, 0.1538520),
        (0.86650, 0.3104856),
        (0.55000, 0.5329522),
        (-0.7616, -0.0168980),
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let (mut memory, mut before) = ([0.0; 6], 0.0);
    (0..count)
        .map(|_| {
            // Marsaglia's xorshift64.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let white = (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
            for (memory, (pole, gain)) in memory.iter_mut().zip(POLES) {
                *memory = pole * *memory + gain * white;
            }
            let sum = memory.iter().sum::<f64>() + before + 0.5362 * white;
            before = 0.115926 * white;
            sum
        })
        .collect()
}

/// The tones that a deck is set up by before a recording: seconds, what they are
/// for, and the signal, a second of silence between them.
pub fn alignment() -> [(f64, &'static str, Signal); 6] {
    [
        (
            20.0,
            "315 Hz at 0 dB (200 nWb/m): set the record level so that the deck's meter stands at its mark for that",
            Signal::Tone(315.0, 0.0, BOTH),
        ),
        (
            15.0,
            "10 kHz at −20 dB, both channels in phase: azimuth, bias and the calibration of noise reduction",
            Signal::Tone(10_000.0, -20.0, BOTH),
        ),
        (
            20.0,
            "3150 Hz at −10 dB: speed, wow and flutter",
            Signal::Tone(3150.0, -10.0, BOTH),
        ),
        (
            5.0,
            "1 kHz at −10 dB, left alone",
            Signal::Tone(1000.0, -10.0, [1.0, 0.0]),
        ),
        (
            5.0,
            "1 kHz at −10 dB, right alone",
            Signal::Tone(1000.0, -10.0, [0.0, 1.0]),
        ),
        (
            15.0,
            "pink noise at −20 dB: the balance of bass and treble by ear, tape against source",
            Signal::Pink(-20.0),
        ),
    ]
}
