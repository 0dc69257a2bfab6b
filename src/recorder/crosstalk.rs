//! The other side of the tape as the head meets it beside its own: backwards,
//! and only what gets across, so lows and mids at a low rate.

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use super::level::Levels;
use super::sheet::DubSheet;
use super::source::Source;
use afterdark_tape::Frame;
use afterdark_tape::cassette::{Piece, Side};
use afterdark_tape::tape::Setup;

/// Frames of the playing side that one stretch goes along with (5.5 s at 48 kHz).
pub const CROSSTALK_FRAMES: usize = 262_144;
/// Stretches of the other side that a deck keeps.
pub const CROSSTALK_SLOTS: usize = 3;
/// Frames of tape from one point to the next.
pub const CROSSTALK_STEP: usize = 8;
/// Points of a stretch, the next one's first included.
const POINTS: usize = CROSSTALK_FRAMES / CROSSTALK_STEP + 1;
/// Points run before those that are kept, for the bass to settle (0.17 s).
const BEFORE: usize = 1024;
/// Lobes of the low-pass to each side, and its corner re the points' rate.
const LOBES: f64 = 4.0;
const CORNER: f64 = 0.4;
/// Places between two frames of the file at which the low-pass is at hand.
const PHASES: usize = 16;
/// Frames read from the file in one go.
const GULP: usize = 1024;
/// Corners of the standard's bass boost and of its end, Hz.
const BASS_HZ: [f64; 2] = [50.05, 8.0];

/// A stretch of one side and what lies beside it on the other: the flux of the
/// track next to it, in units of 200 nWb/m, up to some 2 kHz.
#[derive(Clone, Debug)]
pub struct CrosstalkBlock {
    /// Which dubbing of which tape this belongs to.
    pub generation: u32,
    /// The side that plays.
    pub side: Side,
    /// Number on that side's grid: the first point lies beside frame
    /// `index × CROSSTALK_FRAMES`.
    pub index: u64,
    /// One for every [`CROSSTALK_STEP`] frames, the next stretch's first at the end.
    pub points: Vec<f32>,
}

impl CrosstalkBlock {
    pub(super) fn blank() -> Self {
        Self {
            generation: 0,
            side: Side::A,
            index: 0,
            points: vec![0.0; POINTS],
        }
    }
}

/// Makes them. Reads the files for itself, so that the dubber's own reading
/// goes on undisturbed.
pub(super) struct CrosstalkReader {
    source: Source,
    /// Drive in dB and the treble time constant in s.
    sound: (f32, f64),
    low_pass: LowPass,
    /// The neighbouring track at its file's own rate.
    track: Vec<f32>,
    points: Vec<f32>,
}

impl CrosstalkReader {
    pub(super) fn new(sheet: Arc<DubSheet>, setup: &Setup) -> Self {
        Self {
            source: Source::new(sheet),
            sound: sound(setup),
            low_pass: LowPass::default(),
            track: Vec::new(),
            points: vec![0.0; POINTS + BEFORE],
        }
    }

    /// Takes up another setting; returns whether it makes a difference here.
    pub(super) fn set(&mut self, setup: &Setup) -> bool {
        let before = std::mem::replace(&mut self.sound, sound(setup));
        before != self.sound
    }

    pub(super) fn set_sheet(&mut self, sheet: Arc<DubSheet>) {
        self.source.set_sheet(sheet);
    }

    /// Fills stretch `index` beside `side`, which has `side_frames` frames.
    pub(super) fn fill(
        &mut self,
        out: &mut CrosstalkBlock,
        (side, index): (Side, u64),
        side_frames: f64,
        levels: &Levels,
    ) {
        let sheet = Arc::clone(self.source.sheet());
        (out.generation, out.side, out.index) = (sheet.generation, side, index);
        self.points.fill(0.0);
        // The other side's frame at the first point; each point lies a step before the last.
        let first = side_frames - (index * CROSSTALK_FRAMES as u64) as f64;
        let pieces = &sheet.layout.sides[side.other().index()];
        for run in pieces.chunk_by(|a, b| a.run_start == b.run_start) {
            self.add_run(run, first, &sheet, levels);
        }
        self.source.failed.clear();
        self.record(f64::from(sheet.sample_rate));
        out.points.copy_from_slice(&self.points[..POINTS]);
    }

    /// Puts the programme of a run of songs on the points that lie in it.
    fn add_run(&mut self, run: &[Piece], first: f64, sheet: &DubSheet, levels: &Levels) {
        let (from, to) = (run[0].sample_rate, sheet.sample_rate);
        let start = run[0].run_start as f64;
        let ratio = f64::from(from) / f64::from(to);
        let point = |frame: f64| ((first - frame) / CROSSTALK_STEP as f64).ceil().max(0.0);
        for piece in run.iter().filter(|piece| !piece.blank) {
            let points = point(piece.end() as f64) as usize..point(piece.start as f64) as usize;
            let points = points.start.min(self.points.len())..points.end.min(self.points.len());
            if points.is_empty() {
                continue;
            }
            self.low_pass.tune(CROSSTALK_STEP as f64 * ratio);
            // Place in the run, in frames of the file.
            let place = |point: usize| (first - (point * CROSSTALK_STEP) as f64 - start) * ratio;
            let reach = self.low_pass.reach as i64;
            let low = place(points.end - 1).floor() as i64 - reach;
            let high = place(points.start).floor() as i64 + reach + 2;
            self.read(run, low, (high - low).max(0) as usize);
            let level = levels.of(piece.song).record_db + self.sound.0;
            let level = 10f32.powf(level / 20.0);
            for point in points {
                let at = place(point) - low as f64;
                self.points[point] = level * self.low_pass.at(&self.track, at);
            }
        }
    }

    /// Reads the right track of a run, which is the inner one.
    fn read(&mut self, run: &[Piece], at: i64, frames: usize) {
        self.track.clear();
        let mut gulp = [[0.0; 2]; GULP];
        while self.track.len() < frames {
            let part: &mut [Frame] = &mut gulp[..GULP.min(frames - self.track.len())];
            self.source
                .read_files(run, at + self.track.len() as i64, part);
            self.track.extend(part.iter().map(|frame| frame[1]));
        }
    }

    /// The standard's equalization, in the order in which it was recorded.
    fn record(&mut self, rate: f64) {
        let step = CROSSTALK_STEP as f64 / rate;
        let share = |seconds: f64| (1.0 - (-step / seconds).exp()) as f32;
        let treble = share(self.sound.1);
        let bass = share(1.0 / (TAU * BASS_HZ[1]));
        let boost = ((BASS_HZ[0] - BASS_HZ[1]) / BASS_HZ[1]) as f32;
        let (mut soft, mut low) = (0.0f32, 0.0f32);
        for point in self.points.iter_mut().rev() {
            soft += treble * (*point - soft);
            low += bass * (soft - low);
            *point = soft + boost * low;
        }
    }
}

fn sound(setup: &Setup) -> (f32, f64) {
    let eq = setup.record_eq.unwrap_or(setup.tape.eq);
    (setup.drive_db, eq.seconds())
}

/// A windowed sinc that takes one point out of every so many frames.
#[derive(Default)]
struct LowPass {
    step: f64,
    reach: usize,
    /// For each phase `2 × reach` taps.
    taps: Vec<f32>,
}

impl LowPass {
    /// For points `step` frames apart.
    fn tune(&mut self, step: f64) {
        if self.step == step {
            return;
        }
        self.step = step;
        // A multiple of four, so that the sums below come out even.
        self.reach = ((LOBES * step.max(1.0)).ceil() as usize).next_multiple_of(4);
        self.taps.clear();
        for phase in 0..PHASES {
            let part = phase as f64 / PHASES as f64;
            let tap = |i: usize| {
                let x = i as f64 - (self.reach - 1) as f64 - part;
                let along = (x / self.reach as f64).clamp(-1.0, 1.0);
                let window = 0.5 + 0.5 * (PI * along).cos();
                let angle = TAU * CORNER * x / step.max(1.0);
                let sinc = if angle.abs() < 1e-9 {
                    1.0
                } else {
                    angle.sin() / angle
                };
                sinc * window
            };
            let taps: Vec<f64> = (0..2 * self.reach).map(tap).collect();
            let sum: f64 = taps.iter().sum();
            self.taps.extend(taps.iter().map(|tap| (tap / sum) as f32));
        }
    }

    /// The value at a place of `track`.
    fn at(&self, track: &[f32], place: f64) -> f32 {
        const LANES: usize = 8;
        let count = 2 * self.reach;
        let from = place.floor().max(0.0) as usize + 1;
        let phase = (place.fract().max(0.0) * PHASES as f64) as usize;
        let taps = self.taps[phase * count..].iter();
        let Some(near) = track.get(from.saturating_sub(self.reach)..) else {
            return 0.0;
        };
        let taps = &taps.as_slice()[..count.min(near.len()) / LANES * LANES];
        let mut sums = [0.0f32; LANES];
        for (x, tap) in near.chunks_exact(LANES).zip(taps.chunks_exact(LANES)) {
            for lane in 0..LANES {
                sums[lane] += x[lane] * tap[lane];
            }
        }
        sums.iter().sum()
    }
}
