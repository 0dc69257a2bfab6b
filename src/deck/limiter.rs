//! The limiter of last resort: what the tape made of a loud song's peaks must
//! fit into what comes after it.

use afterdark_tape::Frame;
use afterdark_tape::tape::{Loop, QUANTUM, wide};

/// Highest true peak of the tape's sound: 1 dB under full scale, as EBU R 128 has it.
const CEILING: f32 = 0.891_250_9;
/// Below this sample peak no true peak between samples is looked for: music
/// does not rise by 6 dB from sample to sample.
const QUIET: f32 = 0.5;
/// Frames from the first thought of a peak to the peak.
const ATTACK: usize = 48;
/// Time in which the gain comes back, seconds.
const RELEASE_S: f32 = 0.1;
/// Taps of each phase of the interpolator.
const TAPS: usize = 12;
/// Frames that an interpolated value is behind its newest sample.
const LATE: usize = TAPS / 2;
/// A gain this near to 1 is 1; what rounding may add to a mean of gains is less.
const OPEN: f32 = 1.0 - 2e-6;

/// The interpolator of ITU-R BS.1770-4, annex 2; the other two phases are these
/// two backwards.
const PHASES: [[f32; TAPS]; 2] = [
    [
        0.001_708_984_4,
        0.010_986_328,
        -0.019_653_32,
        0.033_203_125,
        -0.059_448_242,
        0.137_329_1,
        0.972_167_97,
        -0.102_294_92,
        0.047_607_422,
        -0.026_611_328,
        0.014_892_578,
        -0.008_300_781,
    ],
    [
        -0.029_174_805,
        0.029_296_875,
        -0.051_757_813,
        0.089_111_33,
        -0.166_503_9,
        0.465_087_9,
        0.779_785_16,
        -0.200_317_38,
        0.101_562_5,
        -0.058_227_54,
        0.033_081_055,
        -0.018_920_898,
    ],
];

/// What is looked for in the sound, and how much of it is too much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ceiling {
    /// Off.
    None,
    /// True peaks over −1 dBTP.
    TruePeak,
    /// Samples over full scale, which whatever comes next would cut; all else is
    /// left as it is in the file.
    FullScale,
}

/// Lowers the gain ahead of each peak that would not fit, and lets it come back.
/// It works on a quantum whose successor is known, so it needs no delay.
pub(super) struct Limiter {
    release: f32,
    /// The last frames of the quantum before, the quantum that goes out next, and
    /// the one after it.
    rows: [[f32; LATE * 2 + 2 * QUANTUM]; 2],
    /// Highest gain allowed for each frame, from the next to go out on.
    allowed: [f32; 2 * QUANTUM],
    /// The gain wanted at each of the last frames; their mean is the gain.
    wanted: [f32; ATTACK],
    /// Peaks held since the start, and how far the gain is down now.
    held: u64,
    over: bool,
    gain: f32,
}

impl Limiter {
    pub(super) fn new(sample_rate: u32) -> Self {
        Self {
            release: 1.0 / (RELEASE_S * sample_rate as f32),
            rows: [[0.0; LATE * 2 + 2 * QUANTUM]; 2],
            allowed: [1.0; 2 * QUANTUM],
            wanted: [1.0; ATTACK],
            held: 0,
            over: false,
            gain: 1.0,
        }
    }

    /// Peaks held since the start.
    pub(super) fn held(&self) -> u64 {
        self.held
    }

    /// How far the gain is down, dB.
    pub(super) fn down_db(&self) -> f32 {
        -20.0 * self.gain.log10()
    }

    /// Takes in the quantum after `now`, and limits `now`.
    pub(super) fn process(
        &mut self,
        ceiling: Ceiling,
        next: &[Frame; QUANTUM],
        now: &mut [Frame; QUANTUM],
    ) {
        self.take_in(ceiling, next);
        if self.is_calm() {
            self.gain = 1.0;
            return;
        }
        for (i, frame) in now.iter_mut().enumerate() {
            let least = self.allowed[i..i + ATTACK].iter().copied();
            let least = least.fold(1.0, f32::min);
            let last = self.wanted[ATTACK - 1];
            let back = last + (1.0 - last) * self.release;
            let back = if back > OPEN { 1.0 } else { back };
            self.wanted.copy_within(1.., 0);
            self.wanted[ATTACK - 1] = least.min(back);
            self.gain = self.wanted.iter().sum::<f32>() / ATTACK as f32;
            *frame = frame.map(|x| x * self.gain);
        }
    }

    /// Nothing is held, and nothing is to be.
    fn is_calm(&self) -> bool {
        let mut gains = self.allowed.iter().chain(&self.wanted);
        gains.all(|gain| *gain == 1.0)
    }

    /// Takes in the first quantum of what follows. Works out what gain the frames
    /// up to those of `next` allow.
    pub(super) fn take_in(&mut self, ceiling: Ceiling, next: &[Frame; QUANTUM]) {
        let fresh = LATE * 2 + QUANTUM;
        for (channel, row) in self.rows.iter_mut().enumerate() {
            row.copy_within(QUANTUM.., 0);
            for (x, frame) in row[fresh..].iter_mut().zip(next) {
                *x = frame[channel];
            }
        }
        self.allowed.copy_within(QUANTUM.., 0);
        // From here on the frames are looked at now: the last ones of the quantum
        // before had to wait for what follows them.
        let first = QUANTUM - LATE;
        self.allowed[first + QUANTUM..].fill(1.0);
        let allowed = &mut self.allowed[first..first + QUANTUM];
        allowed.fill(1.0);
        let seen = &self.rows.each_ref().map(|row| &row[fresh - 2 * LATE..]);
        let loud = |row: &&[f32]| row.iter().fold(0.0f32, |most, x| most.max(x.abs()));
        let loudest = seen.iter().map(loud).fold(0.0, f32::max);
        let mut peaks = [0.0f32; QUANTUM];
        let most = match ceiling {
            Ceiling::TruePeak if loudest > QUIET => {
                for row in seen {
                    wide(Peaks(row, &mut peaks));
                }
                CEILING
            }
            Ceiling::FullScale if loudest > 1.0 => {
                for row in seen {
                    for (peak, x) in peaks.iter_mut().zip(&row[LATE..]) {
                        *peak = peak.max(x.abs());
                    }
                }
                1.0
            }
            _ => {
                self.over = false;
                return;
            }
        };
        for (gain, peak) in allowed.iter_mut().zip(peaks) {
            let over = peak > most;
            if over {
                *gain = OPEN * most / peak;
            }
            self.held += u64::from(over && !self.over);
            self.over = over;
        }
    }
}

/// The same for a programme of which nothing else is heard: what is over full scale
/// is held, all else left alone, and costs next to nothing.
pub struct ProgrammeLimiter {
    limiter: Limiter,
    rate: u32,
    /// Frames whose successors are not known yet.
    back: Vec<Frame>,
    /// Nothing has been over for so long that the limiter need not look.
    asleep: bool,
    held_before: u64,
}

impl ProgrammeLimiter {
    /// `sample_rate` in Hz.
    pub fn new(sample_rate: u32) -> Self {
        Self {
            limiter: Limiter::new(sample_rate),
            rate: sample_rate,
            back: Vec::new(),
            asleep: true,
            held_before: 0,
        }
    }

    /// Peaks held since the start.
    pub fn held(&self) -> u64 {
        self.held_before + self.limiter.held()
    }

    /// Takes the next frames in and gives those whose successors are known: a
    /// quantum less, and all with the `last`.
    pub fn process(&mut self, frames: &mut Vec<Frame>, last: bool) {
        let mut all = std::mem::take(&mut self.back);
        all.append(frames);
        let count = all.len();
        let whole = if last {
            count.next_multiple_of(QUANTUM) + QUANTUM
        } else {
            count / QUANTUM * QUANTUM
        };
        let ragged = if last {
            Vec::new()
        } else {
            all.split_off(whole)
        };
        all.resize(whole, [0.0; 2]);
        let out = whole.saturating_sub(QUANTUM);
        for at in (0..out).step_by(QUANTUM) {
            self.quantum(&mut all[at..at + 2 * QUANTUM]);
        }
        self.back = all.split_off(out);
        self.back.extend(ragged);
        if last {
            all.truncate(count);
        }
        *frames = all;
    }

    /// Two quanta, of which the first goes out.
    fn quantum(&mut self, frames: &mut [Frame]) {
        let Some((now, next)) = frames.split_first_chunk_mut::<QUANTUM>() else {
            return;
        };
        let Some(next) = next.first_chunk::<QUANTUM>() else {
            return;
        };
        let is_over = |frames: &[Frame]| {
            let samples = frames.as_flattened().iter();
            samples.fold(0.0f32, |most, x| most.max(x.abs())) > 1.0
        };
        if self.asleep && !is_over(next) && !is_over(now) {
            return;
        }
        if std::mem::take(&mut self.asleep) {
            self.limiter.take_in(Ceiling::FullScale, now);
        }
        self.limiter.process(Ceiling::FullScale, next, now);
        if self.limiter.is_calm() && !is_over(next) {
            // What it has seen it must not see again.
            self.held_before += self.limiter.held();
            self.limiter = Limiter::new(self.rate);
            self.asleep = true;
        }
    }
}

/// True peaks round each sample, four values a sample.
struct Peaks<'a>(&'a [f32], &'a mut [f32; QUANTUM]);

impl Loop for Peaks<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self(row, peaks) = self;
        for (i, phase) in PHASES.iter().enumerate() {
            for backwards in [false, true] {
                let mut sums = [0.0f32; QUANTUM];
                for k in 0..TAPS {
                    let tap = phase[if backwards { TAPS - 1 - k } else { k }];
                    for (sum, x) in sums.iter_mut().zip(&row[k..k + QUANTUM]) {
                        *sum += tap * x;
                    }
                }
                for (peak, sum) in peaks.iter_mut().zip(sums) {
                    *peak = peak.max(sum.abs());
                }
            }
            if i == 0 {
                for (peak, x) in peaks.iter_mut().zip(&row[LATE..]) {
                    *peak = peak.max(x.abs());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ebur128::{EbuR128, Mode};

    const RATE: u32 = 48_000;

    /// Through the limiter, a quantum after the other.
    fn limited(ceiling: Ceiling, frames: &[Frame]) -> (Vec<Frame>, u64) {
        let mut limiter = Limiter::new(RATE);
        let mut quanta = frames.as_chunks::<QUANTUM>().0.to_vec();
        quanta.push([[0.0; 2]; QUANTUM]);
        limiter.take_in(ceiling, &quanta[0]);
        let pairs = quanta.windows(2);
        let mut out = Vec::new();
        for pair in pairs {
            let mut now = pair[0];
            limiter.process(ceiling, &pair[1], &mut now);
            out.extend(now);
        }
        (out, limiter.held())
    }

    /// Bursts of a tone at a quarter of the rate, whose peaks lie between the
    /// samples, and of a lower one.
    fn bursts(level: f32) -> Vec<Frame> {
        (0..2 * RATE)
            .map(|i| {
                let t = i as f32;
                let on = f32::from(u8::from(i / 3000 % 3 == 1));
                let high = (t * std::f32::consts::FRAC_PI_2 + 0.785).sin();
                [level * on * high, level * on * (t * 0.031).sin()]
            })
            .collect()
    }

    fn true_peak_db(frames: &[Frame]) -> f64 {
        let mut meter = EbuR128::new(2, RATE, Mode::TRUE_PEAK).unwrap();
        meter.add_frames_f32(frames.as_flattened()).unwrap();
        let peaks = [0, 1].map(|channel| meter.true_peak(channel).unwrap());
        20.0 * peaks[0].max(peaks[1]).log10()
    }

    #[test]
    fn no_true_peak_gets_over_the_ceiling() {
        for level in [1.0, 1.5, 3.0] {
            let (out, held) = limited(Ceiling::TruePeak, &bursts(level));
            let peak = true_peak_db(&out);
            // The standard's interpolator reads a few tenths too little at worst,
            // and so may either of the two.
            assert!((-1.6..-0.8).contains(&peak), "{peak} dBTP at {level}");
            assert!(held > 0);
        }
    }

    #[test]
    fn what_fits_is_left_as_it_is() {
        let quiet = bursts(0.7);
        assert_eq!(limited(Ceiling::TruePeak, &quiet), (quiet, 0));
        let full = bursts(1.0);
        assert_eq!(limited(Ceiling::FullScale, &full), (full, 0));
        let (out, held) = limited(Ceiling::FullScale, &bursts(2.0));
        assert!(held > 0);
        let most = out
            .as_flattened()
            .iter()
            .fold(0.0f32, |m, x| m.max(x.abs()));
        assert!((0.98..=1.0).contains(&most), "{most}");
    }

    #[test]
    fn a_programme_by_itself_is_held_as_it_is_in_the_deck() {
        for level in [0.9, 1.1, 2.0] {
            let mut programme = bursts(level);
            programme.truncate(70_000);
            // Single peaks besides, one of them the very last sample.
            for at in [5, 64, 12_345, 39_990, 69_999] {
                programme[at][1] = 1.3;
            }
            let padded = programme.len().next_multiple_of(QUANTUM);
            let mut whole = programme.clone();
            whole.resize(padded, [0.0; 2]);
            let (mut expected, held) = limited(Ceiling::FullScale, &whole);
            expected.truncate(programme.len());
            let mut limiter = ProgrammeLimiter::new(RATE);
            let mut out = Vec::new();
            let chunks = programme.chunks(8192);
            let last = chunks.len() - 1;
            for (i, chunk) in chunks.enumerate() {
                let mut chunk = chunk.to_vec();
                limiter.process(&mut chunk, i == last);
                out.extend(chunk);
            }
            assert!(out == expected, "at {level}");
            assert_eq!(limiter.held(), held, "at {level}");
        }
    }
}
