//! Where the songs are in a recording of a tape's side.

use serde::Serialize;

use crate::Frame;

/// Seconds of a window of [`Levels`].
pub const WINDOW_S: f64 = 0.05;
/// Shortest silence between two songs where nobody says how many there are, s.
const GAP_S: f64 = 1.0;
/// Shortest that can be one where somebody does.
const LEAST_GAP_S: f64 = 0.2;
/// Shortest song where nobody says how many there are, s.
const SONG_S: f64 = 20.0;
/// What is left before a song's first sound and after its last.
const BEFORE_S: f64 = 0.1;
const AFTER_S: f64 = 0.3;
/// How far above the tape's own noise a sound is one, dB.
const ABOVE_DB: f64 = 6.0;
/// A tape may run so much too fast or slow.
const SPEEDS: [f64; 2] = [0.94, 1.06];
/// A speed less certain than this is not told, share.
const MOST_UNCERTAIN: f64 = 0.004;
/// A tape's noise is at least so far below its loud passages, dB.
const NOISE_BELOW_DB: f64 = 30.0;

/// A recording's level in windows of [`WINDOW_S`], whatever blocks it comes in.
#[derive(Clone, Debug)]
pub struct Levels {
    window: usize,
    /// Of the window that is not full: frames, sums and squares.
    count: usize,
    sums: [f64; 2],
    squares: [f64; 2],
    /// Mean squares of each channel without its DC, window by window.
    powers: Vec<[f32; 2]>,
    /// Sums of everything: samples, squares, product of both channels.
    total: u64,
    means: [f64; 2],
    energies: [f64; 2],
    product: f64,
    peaks: [f32; 2],
}

/// What is the matter with the channels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Channels {
    /// Constant part of each, share of full scale.
    pub dc: [f64; 2],
    /// Rms of each, dBFS.
    pub level_db: [f64; 2],
    /// Highest sample of each, dBFS.
    pub peak_db: [f64; 2],
    /// Likeness of the two, −1 (the same, one turned round) to 1 (the same).
    pub likeness: f64,
    /// Which is dead: more than 40 dB below the other.
    pub dead: [bool; 2],
    /// One is turned round: the two cancel each other in the middle.
    pub turned: bool,
}

/// A song's place, seconds from the start of the recording.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Place {
    /// A tenth of a second before its first sound.
    pub start: f64,
    /// Somewhat after its last.
    pub end: f64,
}

/// The songs of a recording.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Split {
    /// In order.
    pub songs: Vec<Place>,
    /// Noise of the tape between them, dBFS.
    pub noise_db: f64,
    /// How the speed differs from what the songs' lengths want, per cent, where those
    /// are known and agree.
    pub speed_error_percent: Option<f64>,
    /// How uncertain that is, per cent (standard error).
    pub speed_uncertain_percent: Option<f64>,
}

impl Levels {
    /// `rate` in Hz.
    pub fn new(rate: u32) -> Self {
        Self {
            window: (WINDOW_S * f64::from(rate)).round() as usize,
            count: 0,
            sums: [0.0; 2],
            squares: [0.0; 2],
            powers: Vec::new(),
            total: 0,
            means: [0.0; 2],
            energies: [0.0; 2],
            product: 0.0,
            peaks: [0.0; 2],
        }
    }

    /// The next frames.
    pub fn push(&mut self, frames: &[Frame]) {
        for frame in frames {
            let x = frame.map(|x| if x.is_finite() { f64::from(x) } else { 0.0 });
            for (c, x) in x.into_iter().enumerate() {
                self.sums[c] += x;
                self.squares[c] += x * x;
                self.means[c] += x;
                self.energies[c] += x * x;
                self.peaks[c] = self.peaks[c].max(x.abs() as f32);
            }
            self.product += x[0] * x[1];
            self.total += 1;
            self.count += 1;
            if self.count == self.window {
                let n = self.window as f64;
                let power = |c: usize| (self.squares[c] / n - (self.sums[c] / n).powi(2)).max(0.0);
                self.powers.push([power(0) as f32, power(1) as f32]);
                (self.count, self.sums, self.squares) = (0, [0.0; 2], [0.0; 2]);
            }
        }
    }

    /// Seconds in all.
    pub fn seconds(&self) -> f64 {
        self.total as f64 * WINDOW_S / self.window as f64
    }

    /// What is the matter with the channels.
    pub fn channels(&self) -> Channels {
        let n = self.total.max(1) as f64;
        let dc = self.means.map(|sum| sum / n);
        let power = [0, 1].map(|c| (self.energies[c] / n - dc[c] * dc[c]).max(1e-20));
        let likeness = (self.product / n - dc[0] * dc[1]) / (power[0] * power[1]).sqrt();
        let level_db = power.map(|power| 10.0 * (2.0 * power).log10());
        Channels {
            dc,
            level_db,
            peak_db: self
                .peaks
                .map(|peak| 20.0 * f64::from(peak).max(1e-10).log10()),
            likeness,
            dead: [0, 1].map(|c| level_db[c] < level_db[1 - c] - 40.0),
            turned: likeness < -0.5,
        }
    }

    /// The louder channel's level in each window, dB.
    fn curve(&self) -> Vec<f64> {
        let db = |p: &[f32; 2]| 10.0 * f64::from(2.0 * p[0].max(p[1])).max(1e-12).log10();
        self.powers.iter().map(db).collect()
    }

    /// Finds the songs: as many as `lengths` (seconds of each, where they are
    /// known), or those between silences. `None` where there is no sound, or
    /// fewer places to cut than songs.
    pub fn split(&self, lengths: Option<&[Option<f64>]>) -> Option<Split> {
        let curve = self.curve();
        let noise_db = noise(&curve)?;
        let sound: Vec<bool> = curve.iter().map(|db| *db > noise_db + ABOVE_DB).collect();
        let runs = runs(&sound);
        let least = if lengths.is_some() {
            LEAST_GAP_S
        } else {
            GAP_S
        };
        let stretches = stretches(&runs, least);
        let (songs, speed) = match lengths {
            None => (joined(stretches), None),
            Some(lengths) => chosen(&stretches, lengths)?,
        };
        if songs.is_empty() {
            return None;
        }
        let end_of_all = self.seconds();
        let mut places: Vec<Place> = songs
            .iter()
            .map(|[from, to]| Place {
                start: (*from as f64 * WINDOW_S - BEFORE_S).max(0.0),
                end: (*to as f64 * WINDOW_S + AFTER_S).min(end_of_all),
            })
            .collect();
        for n in 1..places.len() {
            // Where the next comes at once it is not begun in this one.
            places[n - 1].end = places[n - 1]
                .end
                .min(places[n].start.max(songs[n - 1][1] as f64 * WINDOW_S));
            places[n].start = places[n].start.max(places[n - 1].end);
        }
        Some(Split {
            songs: places,
            noise_db,
            speed_error_percent: speed.map(|(speed, _)| 100.0 * (speed - 1.0)),
            speed_uncertain_percent: speed.map(|(_, uncertain)| 100.0 * uncertain),
        })
    }
}

/// The noise between songs: the level that the quietest windows have, digital
/// silence apart.
fn noise(curve: &[f64]) -> Option<f64> {
    let mut heard: Vec<f64> = curve.iter().copied().filter(|db| *db > -110.0).collect();
    if heard.is_empty() {
        return None;
    }
    heard.sort_by(f64::total_cmp);
    // A tape has a second of leader, start or gap in every two minutes at least.
    let loud = heard[heard.len() * 95 / 100];
    Some(
        heard[heard.len() / 200]
            .min(loud - NOISE_BELOW_DB)
            .max(-95.0),
    )
}

/// Runs of sound: first window, and the one behind the last.
fn runs(sound: &[bool]) -> Vec<[usize; 2]> {
    let mut runs = Vec::new();
    let mut from = None;
    for (n, on) in sound.iter().chain([&false]).enumerate() {
        match (on, from) {
            (true, None) => from = Some(n),
            (false, Some(first)) => {
                // A click of one window is no sound.
                if n - first > 1 {
                    runs.push([first, n]);
                }
                from = None;
            }
            _ => {}
        }
    }
    runs
}

/// Runs that no silence of `least` seconds parts, as one.
fn stretches(runs: &[[usize; 2]], least: f64) -> Vec<[usize; 2]> {
    let least = (least / WINDOW_S).round() as usize;
    let mut out: Vec<[usize; 2]> = Vec::new();
    for run in runs {
        match out.last_mut() {
            Some(last) if run[0] - last[1] < least => last[1] = run[1],
            _ => out.push(*run),
        }
    }
    out
}

/// Stretches too short to be songs go to the neighbour that is nearer; at the
/// ends they are clunks and leave.
fn joined(mut stretches: Vec<[usize; 2]>) -> Vec<[usize; 2]> {
    let least = (SONG_S / WINDOW_S) as usize;
    while stretches.len() > 1 {
        let Some(n) = stretches.iter().position(|s| s[1] - s[0] < least) else {
            break;
        };
        let [from, to] = stretches[n];
        let short = (to - from) as f64 * WINDOW_S;
        let before = n.checked_sub(1).map(|k| from - stretches[k][1]);
        let after = stretches.get(n + 1).map(|s| s[0] - to);
        match (before, after) {
            (Some(before), Some(after)) if before <= after => stretches[n - 1][1] = to,
            (Some(_), Some(_)) => stretches[n + 1][0] = from,
            // A noise of the keys and the leader, not the end of a song.
            _ if short < 2.0 => {}
            (Some(_), None) => stretches[n - 1][1] = to,
            (None, _) => stretches[n + 1][0] = from,
        }
        stretches.remove(n);
    }
    stretches
}

/// Songs of a recording, and its speed with how uncertain that is.
type Chosen = (Vec<[usize; 2]>, Option<(f64, f64)>);

/// Exactly as many songs as there are lengths: those silences that give the
/// lengths best at one speed; the longest silences where no length is known.
fn chosen(stretches: &[[usize; 2]], lengths: &[Option<f64>]) -> Option<Chosen> {
    let count = lengths.len();
    if count == 0 || stretches.len() < count {
        return None;
    }
    let gap = |n: usize| (stretches[n][0] - stretches[n - 1][1]) as f64 * WINDOW_S;
    let cut = |cuts: &[usize]| -> Vec<[usize; 2]> {
        let starts: Vec<usize> = [0].into_iter().chain(cuts.iter().copied()).collect();
        let ends = cuts.iter().copied().chain([stretches.len()]);
        let pairs = starts.iter().zip(ends);
        pairs
            .map(|(from, to)| [stretches[*from][0], stretches[to - 1][1]])
            .collect()
    };
    let known: Option<Vec<f64>> = lengths.iter().copied().collect();
    let Some(known) = known else {
        let mut order: Vec<usize> = (1..stretches.len()).collect();
        order.sort_by(|a, b| gap(*b).total_cmp(&gap(*a)));
        order.truncate(count - 1);
        order.sort_unstable();
        return Some((cut(&order), None));
    };
    let speeds = (0..=48).map(|n| SPEEDS[0] + (SPEEDS[1] - SPEEDS[0]) * f64::from(n) / 48.0);
    let best = speeds
        .filter_map(|speed| best_cuts(stretches, &known, speed))
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    let songs = cut(&best.1);
    let heard: Vec<f64> = songs
        .iter()
        .map(|s| (s[1] - s[0]) as f64 * WINDOW_S)
        .collect();
    Some((songs, speed(&known, &heard)))
}

/// The speed that heard lengths tell by their growth with the known ones, and how
/// uncertain it is, both shares: what fades and silences take off each song
/// is no speed. `None` where the lengths do not agree.
fn speed(known: &[f64], heard: &[f64]) -> Option<(f64, f64)> {
    let n = known.len() as f64;
    let mean = |x: &[f64]| x.iter().sum::<f64>() / n;
    let (x, y) = (mean(known), mean(heard));
    let spread: f64 = known.iter().map(|k| (k - x).powi(2)).sum();
    let together = known.iter().zip(heard).map(|(k, h)| (k - x) * (h - y));
    let slope = together.sum::<f64>() / spread;
    let off = known
        .iter()
        .zip(heard)
        .map(|(k, h)| (h - y - slope * (k - x)).powi(2));
    // Student's factor is left out: three songs are few, and the limit is strict.
    let uncertain = (off.sum::<f64>() / (n - 2.0) / spread).sqrt();
    let told = n > 2.0 && slope.is_finite() && uncertain < MOST_UNCERTAIN;
    told.then_some((1.0 / slope, uncertain))
}

/// By dynamic programming: the cuts (stretches that begin a song) with the
/// least sum of what each song's length is off, s.
fn best_cuts(stretches: &[[usize; 2]], lengths: &[f64], speed: f64) -> Option<(f64, Vec<usize>)> {
    let count = stretches.len();
    // Least cost of the first songs ending before a stretch, and where the last begins.
    let mut costs = vec![vec![(f64::INFINITY, 0); count + 1]; lengths.len() + 1];
    costs[0][0] = (0.0, 0);
    for (song, length) in lengths.iter().enumerate() {
        for end in song + 1..=count {
            for begin in song..end {
                let before = costs[song][begin].0;
                if !before.is_finite() {
                    continue;
                }
                let heard = (stretches[end - 1][1] - stretches[begin][0]) as f64 * WINDOW_S;
                // A wrong cut is off by much: beyond ten seconds it counts no more.
                let cost = before + (heard - length / speed).abs().min(10.0 + 0.1 * heard);
                if cost < costs[song + 1][end].0 {
                    costs[song + 1][end] = (cost, begin);
                }
            }
        }
    }
    let whole = costs[lengths.len()][count].0;
    let mut cuts = Vec::new();
    let mut end = count;
    for song in (0..lengths.len()).rev() {
        end = costs[song + 1][end].1;
        if song > 0 {
            cuts.push(end);
        }
    }
    cuts.reverse();
    whole.is_finite().then_some((whole, cuts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::Signal;

    const RATE: u32 = 8000;

    /// Songs of noise with their gaps, over the noise of a tape; where each begins and ends.
    fn side(songs: &[(f64, f64)]) -> (Vec<Frame>, Vec<[f64; 2]>) {
        let mut frames = vec![[0.0; 2]; RATE as usize * 3];
        let mut places = Vec::new();
        for (gap, seconds) in songs {
            frames.extend(vec![[0.0; 2]; (gap * f64::from(RATE)) as usize]);
            let start = frames.len() as f64 / f64::from(RATE);
            frames.extend(Signal::Pink(-3.0).render(RATE, *seconds));
            places.push([start, start + seconds]);
        }
        frames.extend(vec![[0.0; 2]; RATE as usize * 3]);
        let mut state = 5u32;
        for frame in &mut frames {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
            *frame = frame.map(|x| x + 0.002 * noise + 0.01);
        }
        (frames, places)
    }

    #[test]
    fn songs_are_found_to_a_fraction_of_a_second_in_any_blocks() {
        let (frames, places) = side(&[(0.0, 60.0), (2.0, 45.0), (1.5, 80.0)]);
        let split = |size: usize| {
            let mut levels = Levels::new(RATE);
            frames.chunks(size).for_each(|block| levels.push(block));
            (levels.split(None).unwrap(), levels.channels())
        };
        let (found, channels) = split(4096);
        assert_eq!(found.songs.len(), 3);
        for (song, [start, end]) in found.songs.iter().zip(&places) {
            assert!(
                (song.start - start).abs() < 0.3 && (song.end - end).abs() < 0.4,
                "{song:?}"
            );
        }
        // Pink noise has a little of its own.
        assert!((channels.dc[0] - 0.01).abs() < 3e-3 && !channels.dead[0]);
        assert_eq!(split(1), split(4096));
        assert_eq!(split(777).0, found);
    }

    #[test]
    fn a_list_says_how_many_and_how_fast() {
        // A song with two silences in it, and a short gap.
        let songs = [(0.0, 50.0), (1.2, 30.0), (1.4, 40.0), (0.5, 65.0)];
        let (frames, places) = side(&songs);
        let mut levels = Levels::new(RATE);
        levels.push(&frames);
        // The second and third are one, at a tape 2 % fast.
        let lengths = [50.0, 71.4, 65.0].map(|s| Some(s * 1.02));
        let split = levels.split(Some(&lengths)).unwrap();
        let starts = [places[0][0], places[1][0], places[3][0]];
        for (song, start) in split.songs.iter().zip(starts) {
            assert!((song.start - start).abs() < 0.3, "{song:?} {start}");
        }
        let speed = split.speed_error_percent.unwrap();
        assert!((speed - 2.0).abs() < 0.5, "{speed}");
        // More songs than there are silences: no guess.
        assert!(levels.split(Some(&[None; 9])).is_none());
        let three = levels.split(Some(&[None; 3])).unwrap();
        assert_eq!(three.songs.len(), 3);
    }
}
