//! The record level: how loud each song goes onto the tape.

use std::collections::BTreeMap;

use ebur128::{EbuR128, Mode};
use serde::{Deserialize, Serialize};

use super::sheet::{DubSheet, SongSource};
use afterdark_media::media::{Decoder, Gain};
use afterdark_tape::Frame;
use afterdark_tape::tape::REFERENCE_DBFS;

/// Loudness that a song is brought to before it meets the tape, LUFS: the
/// reference of the tags (ReplayGain 2).
const TARGET_LUFS: f32 = -18.0;
/// Peaks go no higher than this, dB re 200 nWb/m: about the level of 3 %
/// distortion on good ferric tape.
const HIGHEST_PEAK_DB: f32 = 6.0;
/// What a song is taken for until it has been measured, LUFS.
const TYPICAL_LUFS: f32 = -14.0;
/// A song is measured by this many excerpts…
const EXCERPTS: u64 = 12;
/// …of this many seconds each.
const EXCERPT_S: u64 = 3;

/// A song's loudness, by its tags or by measurement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// Gain to the target, dB.
    pub gain_db: f32,
    /// Highest sample, 1.0 = full scale.
    pub peak: f32,
}

impl Loudness {
    /// From tags; the album's gain where there is one, so that an album keeps
    /// its balance.
    pub fn from_tags(gain: &Gain) -> Option<Self> {
        let gain_db = gain.album_db.or(gain.track_db)?;
        let peak = gain.album_peak.or(gain.track_peak).unwrap_or(1.0);
        Some(Self { gain_db, peak })
    }

    /// Record level: tape units (200 nWb/m) for one unit of programme, dB.
    pub fn record_db(&self) -> f32 {
        let unity = -REFERENCE_DBFS as f32;
        let peak_db = 20.0 * self.peak.max(1e-3).log10();
        unity + self.gain_db.min(HIGHEST_PEAK_DB - unity - peak_db)
    }

    fn typical() -> Self {
        Self {
            gain_db: TARGET_LUFS - TYPICAL_LUFS,
            peak: 1.0,
        }
    }
}

/// What is known of the songs' loudness.
#[derive(Default)]
pub(super) struct Levels {
    measured: BTreeMap<usize, Loudness>,
    /// Set for a level that does not hang on the songs (dB re unity).
    pub(super) fixed_db: Option<f32>,
}

impl Levels {
    /// Record level for a song in dB: by its tags, else as measured, else as
    /// songs are.
    pub(super) fn record_db(&self, sheet: &DubSheet, song: usize) -> f32 {
        if let Some(db) = self.fixed_db {
            return -REFERENCE_DBFS as f32 + db;
        }
        let tagged = sheet
            .songs
            .get(&song)
            .and_then(|s| Loudness::from_tags(&s.gain));
        tagged
            .or_else(|| self.measured.get(&song).copied())
            .unwrap_or_else(Loudness::typical)
            .record_db()
    }

    /// Whether a song still has to be measured.
    pub(super) fn wants(&self, sheet: &DubSheet, song: usize) -> bool {
        self.fixed_db.is_none()
            && !self.measured.contains_key(&song)
            && sheet
                .songs
                .get(&song)
                .is_some_and(|s| Loudness::from_tags(&s.gain).is_none())
    }

    pub(super) fn set(&mut self, song: usize, loudness: Loudness) {
        self.measured.insert(song, loudness);
    }
}

/// Measures a song a little at a time.
pub(super) struct Measurement {
    pub(super) song: usize,
    decoder: Option<Decoder>,
    meter: Option<EbuR128>,
    start: u64,
    frames: u64,
    excerpt: u64,
    buffer: Vec<Frame>,
}

impl Measurement {
    /// Of `frames` frames of a song; the file is opened at the first step.
    pub(super) fn new(song: usize, source: &SongSource, frames: u64) -> Self {
        let decoder = Decoder::open(&source.path).ok();
        let meter = decoder
            .as_ref()
            .and_then(|d| EbuR128::new(2, d.info().sample_rate, Mode::I | Mode::SAMPLE_PEAK).ok());
        Self {
            song,
            decoder,
            meter,
            start: source.start,
            frames,
            excerpt: 0,
            buffer: Vec::new(),
        }
    }

    /// Measures the next excerpt; the result after the last.
    pub(super) fn step(&mut self) -> Option<Loudness> {
        let (Some(decoder), Some(meter)) = (&mut self.decoder, &mut self.meter) else {
            return Some(Loudness::typical());
        };
        let length = EXCERPT_S * u64::from(decoder.info().sample_rate);
        let whole = self.frames <= length * EXCERPTS;
        let at = if whole {
            self.excerpt * length
        } else {
            (self.frames - length) * self.excerpt / (EXCERPTS - 1)
        };
        self.excerpt += 1;
        let n = length.min(self.frames.saturating_sub(at)) as usize;
        self.buffer.resize(n, [0.0; 2]);
        let read = decoder
            .seek(self.start + at)
            .and_then(|()| decoder.read(&mut self.buffer))
            .unwrap_or(0);
        let taken = meter.add_frames_f32(self.buffer[..read].as_flattened());
        if taken.is_ok() && self.excerpt < EXCERPTS && read > 0 {
            return None;
        }
        let peak = (0..2)
            .filter_map(|c| meter.sample_peak(c).ok())
            .fold(0.0, f64::max);
        Some(match meter.loudness_global() {
            Ok(lufs) if lufs.is_finite() => Loudness {
                gain_db: TARGET_LUFS - lufs as f32,
                // Between the excerpts there may be higher ones.
                peak: if whole {
                    peak as f32
                } else {
                    (peak as f32 * 1.1).min(1.0).max(peak as f32)
                },
            },
            _ => Loudness::typical(),
        })
    }
}
