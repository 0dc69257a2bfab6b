//! A test tape: sections behind markers that are found again at any speed and
//! polarity.

use super::signal::{BOTH, Signal};
use crate::Frame;

/// What a section is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 315 Hz at 0 dB: the level that all others are told by.
    Reference,
    /// 400 Hz with its second harmonic: polarity.
    Polarity,
    /// 3150 Hz: speed, wow and flutter.
    Flutter,
    /// 400 Hz in steps: distortion, and where it is 3 %.
    Steps400,
    /// 1 kHz in steps.
    Steps1k,
    /// 10 kHz in steps: the highest that comes out.
    Steps10k,
    /// Response at −20 dB.
    Sweep20,
    /// Response at 0 dB.
    Sweep0,
    /// The left channel alone.
    Left,
    /// The right channel alone.
    Right,
    /// 10 kHz in phase: the head's angle.
    Azimuth,
    /// Thirds of an octave at once: what a dense sound loses.
    Multitone,
    /// Nothing but bias: noise.
    Silence,
    /// 3150 Hz once more: what has changed with the reels.
    FlutterAgain,
}

/// A section: its marker, a pause, its signals one after another, a pause.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What it is for.
    pub purpose: Purpose,
    /// Where its marker begins, seconds from the start.
    pub marker_s: f64,
    /// Its signals, each with its seconds.
    pub signals: Vec<(f64, Signal)>,
}

impl Section {
    /// Where its first signal begins, seconds from the start.
    pub fn start_s(&self) -> f64 {
        self.marker_s + MARKER_S + PAUSE_S
    }

    /// Seconds of all its signals.
    pub fn seconds(&self) -> f64 {
        self.signals.iter().map(|(seconds, _)| seconds).sum()
    }
}

/// Seconds of a marker, and of the silence at either end of the signals.
pub(super) const MARKER_S: f64 = 0.5;
pub(super) const PAUSE_S: f64 = 0.4;
/// Silence before the first marker.
const LEAD_S: f64 = 1.0;
/// The marker's first and last frequency, Hz, and its level, dB.
pub(super) const MARKER_HZ: [f64; 2] = [800.0, 3200.0];
const MARKER_DB: f64 = -8.0;

/// Levels of the steps, dB re 200 nWb/m; those of the short tape are the ones
/// that a profile cannot do without.
const STEPS_400: [f64; 10] = [-10.0, 0.0, 4.0, 6.0, 8.0, -20.0, -3.0, 2.0, 5.0, 10.0];
const STEPS_1K: [f64; 6] = [0.0, 4.0, 6.0, 2.0, 3.0, 8.0];
const STEPS_10K: [f64; 9] = [-20.0, -4.0, 0.0, 2.0, -10.0, -8.0, -6.0, -2.0, 4.0];

/// A test tape, laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct TestTape {
    /// Its sections in order.
    pub sections: Vec<Section>,
}

impl TestTape {
    /// The tape of about four minutes, or of 90 s.
    pub fn new(short: bool) -> Self {
        use Purpose::{
            Azimuth, Flutter, FlutterAgain, Left, Multitone, Polarity, Reference, Right, Silence,
            Steps1k, Steps10k, Steps400, Sweep0, Sweep20,
        };
        let one = |seconds: [f64; 2], signal| vec![(seconds[usize::from(short)], signal)];
        let steps = |hz: f64, levels: &[f64], least: usize| {
            let levels = if short { &levels[..least] } else { levels };
            let seconds = if short { 1.0 } else { 2.0 };
            let step = |&db: &f64| (seconds, Signal::Tone(hz, db, BOTH));
            levels.iter().map(step).collect()
        };
        let tone = |hz, db| Signal::Tone(hz, db, BOTH);
        let sweep = |db| Signal::Sweep(20.0, 20_000.0, db);
        let all = [
            (Reference, one([8.0, 3.0], tone(315.0, 0.0))),
            (Polarity, one([2.0, 1.0], Signal::Lopsided(400.0, -6.0))),
            (Flutter, one([40.0, 16.0], tone(3150.0, -10.0))),
            (Steps400, steps(400.0, &STEPS_400, 5)),
            (Steps1k, steps(1000.0, &STEPS_1K, 3)),
            (Steps10k, steps(10_000.0, &STEPS_10K, 4)),
            (Sweep20, one([30.0, 10.0], sweep(-20.0))),
            (Sweep0, one([15.0, 5.0], sweep(0.0))),
            (
                Left,
                one([5.0, 2.0], Signal::Tone(1000.0, -3.0, [1.0, 0.0])),
            ),
            (
                Right,
                one([5.0, 2.0], Signal::Tone(1000.0, -3.0, [0.0, 1.0])),
            ),
            (Azimuth, one([15.0, 5.0], tone(10_000.0, -20.0))),
            (Multitone, one([10.0, 3.0], Signal::Multitone(-20.0))),
            (Silence, one([20.0, 6.0], Signal::Silence)),
            (FlutterAgain, one([20.0, 4.0], tone(3150.0, -10.0))),
        ];
        let mut at = LEAD_S;
        let sections = all.into_iter().map(|(purpose, signals)| {
            let section = Section {
                purpose,
                marker_s: at,
                signals,
            };
            at += MARKER_S + 2.0 * PAUSE_S + section.seconds();
            section
        });
        Self {
            sections: sections.collect(),
        }
    }

    /// Seconds in all.
    pub fn seconds(&self) -> f64 {
        let end = |section: &Section| section.start_s() + section.seconds() + PAUSE_S;
        self.sections.last().map_or(0.0, end)
    }

    /// The samples, 1.0 full scale.
    pub fn render(&self, rate: u32) -> Vec<Frame> {
        let frame = |s: f64| (s * f64::from(rate)).round() as usize;
        let mut out = vec![[0.0; 2]; frame(self.seconds())];
        let mut put = |at: f64, signal: Vec<Frame>| {
            let start = frame(at);
            let end = (start + signal.len()).min(out.len());
            out[start..end].copy_from_slice(&signal[..end - start]);
        };
        for section in &self.sections {
            put(section.marker_s, marker(rate));
            let mut at = section.start_s();
            for &(seconds, signal) in &section.signals {
                put(at, signal.render(rate, seconds));
                at += seconds;
            }
        }
        out
    }
}

/// A chirp whose period grows evenly: played faster or slower it is the same
/// chirp a little earlier or later (Kroszczyński, Proc. IEEE 57 (1969)), so that
/// one filter finds it at any speed.
pub(super) fn marker(rate: u32) -> Vec<Frame> {
    Signal::Chirp(MARKER_HZ[0], MARKER_HZ[1], MARKER_DB).render(rate, MARKER_S)
}

/// Seconds by which a marker is found late where the tape runs `speed` times as fast.
pub(super) fn marker_shift_s(speed: f64) -> f64 {
    let [first, last] = MARKER_HZ.map(|hz| 1.0 / hz);
    let slope = (last - first) / MARKER_S;
    first * (1.0 - 1.0 / speed) / slope
}
