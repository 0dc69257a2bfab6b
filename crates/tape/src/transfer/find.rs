//! Finding the sections of a test tape in a recording of it.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::test_tape::{MARKER_S, PAUSE_S, Purpose, TestTape, marker, marker_shift_s};
use crate::Frame;

/// A test tape that was found.
#[derive(Clone, Debug)]
pub struct FoundTape {
    /// Which one.
    pub tape: TestTape,
    /// How many times as fast as it was made it plays, mean of all.
    pub speed: f64,
    /// How many of its markers were found.
    pub markers: usize,
    /// First frame of each section's marker, where that was found or lies
    /// between two that were.
    starts: Vec<Option<f64>>,
    rate: f64,
}

/// A marker where it was found.
#[derive(Clone, Copy, Debug)]
struct Hit {
    seconds: f64,
    score: f64,
}

/// Least likeness of a marker: 1 is the marker alone.
const LIKE: f64 = 0.6;
/// Speeds that a deck may have.
const SPEEDS: [f64; 2] = [0.85, 1.18];
/// How far a marker may lie from where the others have it, s.
const OFF_S: f64 = 0.25;
/// Markers that make a test tape.
const ENOUGH: usize = 4;

impl FoundTape {
    /// Looks for the long and the short test tape; `None` where there is
    /// neither. `rate` in Hz.
    pub fn find(frames: &[Frame], rate: u32) -> Option<Self> {
        let hits = hits(frames, rate);
        let tapes = [true, false].map(TestTape::new).into_iter();
        let found = tapes.filter_map(|tape| Self::of(&hits, tape, f64::from(rate)));
        found.max_by_key(|found| found.markers)
    }

    fn of(hits: &[Hit], tape: TestTape, rate: f64) -> Option<Self> {
        let wanted: Vec<f64> = tape.sections.iter().map(|s| s.marker_s).collect();
        let mut best: (usize, Vec<Option<usize>>, f64) = (0, Vec::new(), 1.0);
        for (i, &a) in wanted.iter().enumerate() {
            for &b in &wanted[i + 1..] {
                for (j, first) in hits.iter().enumerate() {
                    for second in &hits[j + 1..] {
                        let speed = (b - a) / (second.seconds - first.seconds);
                        if !(SPEEDS[0]..=SPEEDS[1]).contains(&speed) {
                            continue;
                        }
                        let place = |&t: &f64| {
                            let at = first.seconds + (t - a) / speed;
                            let near = |hit: &Hit| (hit.seconds - at).abs();
                            let nearest = (0..hits.len())
                                .min_by(|&x, &y| near(&hits[x]).total_cmp(&near(&hits[y])))?;
                            (near(&hits[nearest]) < OFF_S).then_some(nearest)
                        };
                        let places: Vec<Option<usize>> = wanted.iter().map(place).collect();
                        let count = places.iter().flatten().count();
                        if count > best.0 {
                            best = (count, places, speed);
                        }
                    }
                }
            }
        }
        let (markers, places, speed) = best;
        if markers < ENOUGH {
            return None;
        }
        let shift = marker_shift_s(speed);
        let known = |n: usize| Some(hits[places[n]?].seconds - shift);
        let starts = (0..wanted.len()).map(|n| {
            known(n).or_else(|| {
                let before = (0..n).rev().find_map(|k| Some((wanted[k], known(k)?)))?;
                let after = (n..wanted.len()).find_map(|k| Some((wanted[k], known(k)?)))?;
                let share = (wanted[n] - before.0) / (after.0 - before.0);
                Some(before.1 + share * (after.1 - before.1))
            })
        });
        let starts = starts.collect();
        let ends = (0..wanted.len()).filter_map(|n| Some((wanted[n], known(n)?)));
        let ends: Vec<(f64, f64)> = ends.collect();
        let [first, .., last] = ends[..] else {
            return None;
        };
        Some(Self {
            speed: (last.0 - first.0) / (last.1 - first.1),
            tape,
            markers,
            starts,
            rate,
        })
    }

    /// Frames of one signal of a section, without its first and last
    /// `margin_s` seconds; `None` where the recording does not have it whole.
    pub fn part<'a>(
        &self,
        frames: &'a [Frame],
        purpose: Purpose,
        number: usize,
        margin_s: f64,
    ) -> Option<&'a [Frame]> {
        let n = self
            .tape
            .sections
            .iter()
            .position(|s| s.purpose == purpose)?;
        let section = &self.tape.sections[n];
        let before: f64 = section.signals.get(..number)?.iter().map(|(s, _)| s).sum();
        let (seconds, _) = section.signals.get(number)?;
        let begin = self.starts[n]?;
        let frame = |s: f64| ((begin + s / self.speed) * self.rate).round().max(0.0) as usize;
        let start = MARKER_S + PAUSE_S + before;
        let from = frame(start + margin_s);
        let to = frame(start + seconds - margin_s);
        frames.get(from..to)
    }
}

/// All markers in the recording, in order.
fn hits(frames: &[Frame], rate: u32) -> Vec<Hit> {
    let template: Vec<f64> = marker(rate).iter().map(|f| f64::from(f[0])).collect();
    let length = template.len();
    let size = (4 * length).next_power_of_two();
    let step = size - length;
    let own: f64 = template.iter().map(|x| x * x).sum();
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let transform = |time: &mut Vec<f64>| {
        let mut bins = forward.make_output_vec();
        // The lengths are the plan's own, which is all that can be wrong here.
        let _ = forward.process(time, &mut bins);
        bins
    };
    let mut padded = template.clone();
    padded.resize(size, 0.0);
    let filter: Vec<Complex<f64>> = transform(&mut padded).iter().map(Complex::conj).collect();
    let mut hits: Vec<Hit> = Vec::new();
    let mut block = 0;
    while block + length <= frames.len() {
        let part = &frames[block..(block + size).min(frames.len())];
        let likeness = [0, 1].map(|c| {
            let mut time: Vec<f64> = part.iter().map(|f| f64::from(f[c])).collect();
            time.resize(size, 0.0);
            let mut energy = Vec::with_capacity(size + 1);
            energy.push(0.0);
            for x in &time {
                energy.push(energy[energy.len() - 1] + x * x);
            }
            let mut bins = transform(&mut time);
            for (bin, filter) in bins.iter_mut().zip(&filter) {
                *bin *= filter / size as f64;
            }
            let last = bins.len() - 1;
            (bins[0].im, bins[last].im) = (0.0, 0.0);
            let _ = inverse.process(&mut bins, &mut time);
            let like = |(n, x): (usize, &f64)| {
                let there = energy[n + length] - energy[n];
                // Below −80 dBFS there is nothing to be like.
                x / (own * there.max(1e-8 * length as f64)).sqrt()
            };
            time[..step]
                .iter()
                .enumerate()
                .map(like)
                .collect::<Vec<f64>>()
        });
        for n in 0..step.min(part.len() + 1 - length.min(part.len())) {
            let here = likeness.each_ref().map(|like| like[n]);
            let score = here[0].abs().max(here[1].abs());
            let seconds = (block + n) as f64 / f64::from(rate);
            let near = hits
                .last_mut()
                .filter(|hit| seconds - hit.seconds < MARKER_S);
            let hit = Hit { seconds, score };
            match near {
                _ if score < LIKE => {}
                Some(near) if near.score < score => *near = hit,
                Some(_) => {}
                None => hits.push(hit),
            }
        }
        block += step;
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a tape `speed` times as fast makes of it, by a straight line
    /// between the samples at four times the rate.
    fn faster(frames: &[Frame], speed: f64) -> Vec<Frame> {
        let count = (frames.len() as f64 / speed) as usize - 1;
        let at = |n: usize| {
            let place = n as f64 * speed;
            let (i, share) = (place as usize, place.fract() as f32);
            [0, 1].map(|c| frames[i][c] * (1.0 - share) + frames[i + 1][c] * share)
        };
        (0..count).map(at).collect()
    }

    #[test]
    fn sections_are_found_at_any_speed_and_polarity() {
        let rate = 32_000;
        let tape = TestTape::new(true);
        let made = tape.render(rate);
        for (speed, flip, lead) in [(1.0, 1.0, 0), (0.94, -1.0, 70_000), (1.05, 1.0, 5_000)] {
            let mut recording = vec![[0.0; 2]; lead];
            recording.extend(
                faster(&made, speed)
                    .iter()
                    .map(|f| [f[0] * 0.2, f[1] * flip]),
            );
            let found = FoundTape::find(&recording, rate).unwrap();
            assert_eq!(found.tape, tape);
            assert_eq!(found.markers, tape.sections.len());
            assert!(
                (found.speed / speed - 1.0).abs() < 1e-4,
                "{} {speed}",
                found.speed
            );
            let left = found.part(&recording, Purpose::Left, 0, 0.05).unwrap();
            assert!(left.iter().all(|f| f[1].abs() < 1e-6));
            let loud = left.iter().map(|f| f[0].abs()).fold(0.0, f32::max);
            assert!(loud > 0.03, "{loud}");
        }
    }

    #[test]
    fn music_is_no_test_tape() {
        let noise = super::super::Signal::Pink(-6.0).render(32_000, 20.0);
        assert!(FoundTape::find(&noise, 32_000).is_none());
    }
}
