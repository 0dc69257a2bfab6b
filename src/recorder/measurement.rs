//! How loud a song is, by BS.1770: in haste from some excerpts, then from all
//! of it.

use ebur128::{EbuR128, Mode};

use super::level::{Loudness, TARGET_LUFS};
use super::sheet::SongSource;
use super::song_file::{SongFile, SongFiles};
use afterdark_tape::Frame;

/// In haste, this many excerpts…
const EXCERPTS: u64 = 10;
/// …of this many seconds each.
const EXCERPT_S: u64 = 2;

/// Measures a song a little at a time.
pub(super) struct Measurement {
    pub(super) song: usize,
    /// Not from excerpts alone.
    pub(super) whole: bool,
    files: SongFiles,
    file: Option<SongFile>,
    meter: Option<EbuR128>,
    start: u64,
    frames: u64,
    step: u64,
    buffer: Vec<Frame>,
}

impl Measurement {
    /// Of `frames` frames of a song, all of them if `whole`.
    pub(super) fn new(song: usize, source: &SongSource, frames: u64, whole: bool) -> Self {
        let mut files = SongFiles::new();
        let file = files.open(&source.path).ok();
        let rate = file.as_ref().map(|file| file.sample_rate);
        let meter = rate.and_then(|rate| EbuR128::new(2, rate, Mode::I | Mode::SAMPLE_PEAK).ok());
        let excerpts = EXCERPTS * EXCERPT_S * u64::from(rate.unwrap_or(0));
        Self {
            song,
            whole: whole || frames <= excerpts,
            files,
            file,
            meter,
            start: source.start,
            frames,
            step: 0,
            buffer: Vec::new(),
        }
    }

    /// Measures on; the result when there is no more.
    pub(super) fn step(&mut self) -> Option<Loudness> {
        let (Some(file), Some(meter)) = (&mut self.file, &mut self.meter) else {
            return Some(Loudness::typical());
        };
        let length = EXCERPT_S * u64::from(file.sample_rate);
        let at = if self.whole {
            self.step * length
        } else {
            (self.frames - length) * self.step / (EXCERPTS - 1)
        };
        self.buffer.resize(
            length.min(self.frames.saturating_sub(at)) as usize,
            [0.0; 2],
        );
        let from = self.start + at;
        let read = self.files.read(file, from, &mut self.buffer);
        let read = read.unwrap_or(0);
        let taken = meter.add_frames_f32(self.buffer[..read].as_flattened());
        self.step += 1;
        let more = if self.whole {
            self.step * length < self.frames
        } else {
            self.step < EXCERPTS
        };
        if taken.is_ok() && more && read > 0 {
            return None;
        }
        let peak = (0..2)
            .filter_map(|c| meter.sample_peak(c).ok())
            .fold(0.0, f64::max) as f32;
        Some(match meter.loudness_global() {
            Ok(lufs) if lufs.is_finite() => Loudness {
                gain_db: TARGET_LUFS - lufs as f32,
                // Between the excerpts there may be higher ones.
                peak: if self.whole { peak } else { peak.max(1.0) },
            },
            _ => Loudness::typical(),
        })
    }
}
