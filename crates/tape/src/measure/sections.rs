//! A recording of several test signals, taken apart.

use super::bench::channel;
use super::error::MeasureError;
use super::recording::{FAINT_DB, PURE, Reading, read_recording, strongest};
use super::spectrum::power_spectrum;
use crate::Frame;
use serde::Serialize;

/// A recording is looked at in pieces of this many seconds.
const PIECE_S: f64 = 0.125;
/// What lasts less is no section, s.
const SHORTEST_S: f64 = 2.0;
/// A disturbance that lasts no longer, as a dropout, parts nothing, pieces.
const DISTURBED: usize = 2;
/// Of one tone its parts differ by no more: share of the frequency, and dB.
const SAME: (f64, f64) = (0.03, 3.0);

/// One test signal of a recording.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Where it begins, s.
    pub start_s: f64,
    /// Where it ends, s.
    pub end_s: f64,
    /// What it holds.
    pub reading: Reading,
}

/// What a piece holds.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Silence,
    /// Hz, dB re a sine of peak 1.
    Tone(f64, f64),
    /// No tone, or one that moves.
    Other,
}

/// Measures each test signal of a recording by itself: steady tones, silence, and
/// what moves between them. A recording of one signal is one section. What is too
/// short, and what lies between and is no test signal, is left out.
///
/// # Errors
/// When the recording is too short, or less than half of it is test signals.
pub fn read_sections(frames: &[Frame], rate: f64) -> Result<Vec<Section>, MeasureError> {
    let size = (PIECE_S * rate) as usize;
    let found = sections(frames, size, rate);
    let second = (SHORTEST_S / PIECE_S) as usize;
    let several = found.iter().filter(|(from, to)| to - from >= second);
    if several.count() < 2 {
        return Ok(vec![Section {
            start_s: 0.0,
            end_s: frames.len() as f64 / rate,
            reading: read_recording(frames, rate)?,
        }]);
    }
    let mut error = MeasureError::NoSignal;
    let (mut sections, mut signal) = (Vec::new(), 0);
    for (from, to) in found.into_iter().filter(|(from, to)| to - from >= second) {
        // Its first and last piece hold something of its neighbours.
        let part = (from + 1) * size..(to - 1) * size;
        match read_recording(&frames[part.clone()], rate) {
            Ok(reading) => {
                signal += part.len();
                sections.push(Section {
                    start_s: part.start as f64 / rate,
                    end_s: part.end as f64 / rate,
                    reading,
                });
            }
            Err(why) => error = why,
        }
    }
    // Music has silence and long notes in it, too.
    if 2 * signal < frames.len() {
        return Err(error);
    }
    Ok(sections)
}

/// Where one kind goes over into another: pieces, from and to.
fn sections(frames: &[Frame], size: usize, rate: f64) -> Vec<(usize, usize)> {
    let kinds: Vec<Kind> = frames
        .chunks_exact(size)
        .map(|piece| kind(piece, rate))
        .collect();
    let long = (SHORTEST_S / PIECE_S) as usize;
    // Steady stretches first; what lies between them moves.
    let mut steady: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    while from < kinds.len() {
        let to = steady_until(&kinds, from);
        if to - from >= long {
            steady.push((from, to));
        }
        from = if to - from >= long { to } else { from + 1 };
    }
    let mut all = Vec::new();
    let mut done = 0;
    for (from, to) in steady.into_iter().chain([(kinds.len(), kinds.len())]) {
        if from > done {
            all.push((done, from));
        }
        if to > from {
            all.push((from, to));
        }
        done = to;
    }
    all
}

/// How far the kind of a piece goes on.
fn steady_until(kinds: &[Kind], from: usize) -> usize {
    let mut last = from;
    for (i, kind) in kinds.iter().enumerate().skip(from) {
        if same(kinds[from], *kind) {
            last = i;
        } else if i - last > DISTURBED {
            break;
        }
    }
    if matches!(kinds[from], Kind::Other) {
        return from + 1;
    }
    last + 1
}

fn same(a: Kind, b: Kind) -> bool {
    match (a, b) {
        (Kind::Silence, Kind::Silence) => true,
        (Kind::Tone(hz, db), Kind::Tone(other_hz, other_db)) => {
            // Low tones are known to a part of a bin only.
            let near = (SAME.0 * hz).max(0.6 / PIECE_S);
            (hz - other_hz).abs() <= near && (db - other_db).abs() <= SAME.1
        }
        _ => false,
    }
}

fn kind(piece: &[Frame], rate: f64) -> Kind {
    // The louder channel: a tone may stand in one alone.
    let power = |c: usize| piece.iter().map(|f| f[c] * f[c]).sum::<f32>();
    let louder = usize::from(power(1) > power(0));
    let samples: Vec<f64> = channel(piece, louder).into_iter().map(f64::from).collect();
    let spectrum = power_spectrum(&samples, rate, samples.len());
    let total = spectrum.between(15.0, rate / 2.0).max(1e-30);
    if 10.0 * (2.0 * total).log10() < FAINT_DB - 20.0 {
        return Kind::Silence;
    }
    match strongest(&spectrum) {
        Some((hz, power)) if power / total >= PURE => Kind::Tone(hz, 10.0 * (2.0 * power).log10()),
        _ => Kind::Other,
    }
}
