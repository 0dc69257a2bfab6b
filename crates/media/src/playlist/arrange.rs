//! Songs onto the two sides of a tape.

/// Which song goes where, by its number; each list in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Side A and side B.
    pub sides: [Vec<usize>; 2],
    /// What there is no room for.
    pub left: Vec<usize>,
}

/// Up to so many songs the best arrangement is found for certain.
const FOR_CERTAIN: usize = 40;

/// Steps that finding the fullest tape may take.
const STEPS: usize = 500_000_000;

/// Puts songs of `lengths_s` seconds on two sides of `side_s` seconds with
/// `gap_s` between two, keeping their order: as many as go, the turn where it
/// makes the sides most even if all of them go.
pub fn in_order(lengths_s: &[f64], side_s: f64, gap_s: f64) -> Arrangement {
    let (lengths, side) = milliseconds(lengths_s, side_s, gap_s);
    let sum = |songs: &[u64]| songs.iter().sum::<u64>();
    let even = (0..=lengths.len())
        .filter(|turn| sum(&lengths[..*turn]) <= side && sum(&lengths[*turn..]) <= side)
        .min_by_key(|turn| sum(&lengths[..*turn]).abs_diff(sum(&lengths[*turn..])));
    let mut arrangement = Arrangement::default();
    let mut full = [0; 2];
    let mut on = 0;
    for (n, length) in lengths.iter().enumerate() {
        if even == Some(n) {
            on = 1;
        }
        while on < 2 && full[on] + length > side && *length <= side {
            on += 1;
        }
        if on == 2 || *length > side {
            arrangement.left.push(n);
            continue;
        }
        full[on] += length;
        arrangement.sides[on].push(n);
    }
    arrangement
}

/// As [`in_order`], but songs change places so that the tape is as full as it
/// can be, and then its sides as even as they can be. For up to 40 songs that
/// is certain: to the millisecond where all of them go on the tape, to the
/// second (lengths rounded up) where some must be left out.
pub fn to_fit(lengths_s: &[f64], side_s: f64, gap_s: f64) -> Arrangement {
    let (lengths, side) = milliseconds(lengths_s, side_s, gap_s);
    let on_a = if lengths.len() <= FOR_CERTAIN {
        halve(&lengths, side)
    } else {
        None
    };
    if let Some(on_a) = on_a {
        let (a, b) = (0..lengths.len()).partition(|n| on_a >> n & 1 == 1);
        return Arrangement {
            sides: [a, b],
            left: Vec::new(),
        };
    }
    fullest(&lengths, side)
}

/// Lengths with a gap each and a side with room for one gap more, so that
/// gaps need no further thought.
fn milliseconds(lengths_s: &[f64], side_s: f64, gap_s: f64) -> (Vec<u64>, u64) {
    let whole = |seconds: f64| (seconds.clamp(0.0, 1e9) * 1_000.0).ceil() as u64;
    let lengths = lengths_s
        .iter()
        .map(|length| whole(length + gap_s))
        .collect();
    (
        lengths,
        (side_s.clamp(0.0, 1e9) * 1_000.0) as u64 + whole(gap_s),
    )
}

/// Splits all songs as evenly as can be, if both halves fit: every way to
/// fill side A out of the first half of the songs meets the best way out of
/// the second. Bit `n` of the answer puts song `n` on side A.
fn halve(lengths: &[u64], side: u64) -> Option<u64> {
    let total: u64 = lengths.iter().sum();
    if total > 2 * side {
        return None;
    }
    let (first, second) = lengths.split_at(lengths.len() / 2);
    let sums = |lengths: &[u64]| {
        let mut sums = vec![(0u64, 0u64)];
        for (n, length) in lengths.iter().enumerate() {
            let with = sums
                .iter()
                .map(|(sum, songs)| (sum + length, songs | 1 << n));
            let with: Vec<_> = with.collect();
            sums.extend(with);
        }
        sums
    };
    let mut others = sums(second);
    others.sort_unstable();
    let mut best: Option<(u64, u64)> = None;
    for (sum, songs) in sums(first) {
        // Half of all is wanted; the nearest is on either side of that.
        let at = others.partition_point(|(other, _)| 2 * (sum + other) < total);
        for (other, more) in others[at.saturating_sub(1)..].iter().take(2) {
            let a = sum + other;
            let uneven = (2 * a).abs_diff(total);
            let fits = a <= side && total - a <= side;
            if fits && best.is_none_or(|(least, _)| uneven < least) {
                best = Some((uneven, songs | more << first.len()));
            }
        }
    }
    best.map(|(_, songs)| songs)
}

/// A cell of the table that no songs reach, and the one that they start from.
const NEVER: u32 = u32::MAX;
const START: u32 = u32::MAX - 1;

/// Fills both sides out of more songs than fit. Every pair of fillings that
/// can be reached is kept with the song that reached it first, so the way
/// back to it is known.
fn fullest(lengths: &[u64], side: u64) -> Arrangement {
    // A second, or more where there are many songs.
    let mut unit = 1_000;
    let cells = |unit: u64| (side / unit + 1) as usize;
    while cells(unit)
        .saturating_mul(cells(unit))
        .saturating_mul(lengths.len())
        > STEPS
    {
        unit += 500;
    }
    let width = cells(unit);
    let units: Vec<usize> = lengths
        .iter()
        .map(|length| length.div_ceil(unit) as usize)
        .collect();
    let mut first = vec![NEVER; width * width];
    first[0] = START;
    for (n, &length) in units.iter().enumerate() {
        let songs = n as u32;
        for a in (0..width).rev() {
            for b in (0..width).rev() {
                let from_a = a >= length && first[(a - length) * width + b] < NEVER;
                let from_b = b >= length && first[a * width + b - length] < NEVER;
                let here = &mut first[a * width + b];
                if *here == NEVER && (from_a || from_b) {
                    // Side in the lowest bit.
                    *here = songs << 1 | u32::from(!from_a);
                }
            }
        }
    }
    let reached = |at: &usize| first[*at] != NEVER;
    let score = |at: &usize| {
        (
            at / width + at % width,
            width - (at / width).abs_diff(at % width),
        )
    };
    let mut at = (0..width * width)
        .filter(reached)
        .max_by_key(score)
        .unwrap_or(0);
    let mut place = vec![None; lengths.len()];
    while first[at] < START {
        let (song, on) = ((first[at] >> 1) as usize, (first[at] & 1) as usize);
        place[song] = Some(on);
        at -= units[song] * if on == 0 { width } else { 1 };
    }
    let mut arrangement = Arrangement::default();
    for (song, place) in place.into_iter().enumerate() {
        match place {
            Some(on) => arrangement.sides[on].push(song),
            None => arrangement.left.push(song),
        }
    }
    arrangement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(seed: u64, count: usize) -> Vec<f64> {
        let mut seed = seed;
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / 2f64.powi(31)
        };
        (0..count)
            .map(|_| (120.0 + 240.0 * next()).floor())
            .collect()
    }

    fn sums(arrangement: &Arrangement, lengths: &[f64]) -> [f64; 2] {
        [0, 1].map(|on: usize| arrangement.sides[on].iter().map(|n| lengths[*n]).sum())
    }

    /// The best of all ways, tried one by one: most on tape, then most even.
    fn by_trying(lengths: &[f64], side: f64) -> (f64, f64) {
        let mut best = (0.0, 0.0);
        for way in 0..3usize.pow(lengths.len() as u32) {
            let mut full = [0.0; 3];
            let mut rest = way;
            for length in lengths {
                full[rest % 3] += length;
                rest /= 3;
            }
            if full[0] <= side && full[1] <= side {
                let found = (full[0] + full[1], -(full[0] - full[1]).abs());
                if found > best {
                    best = found;
                }
            }
        }
        best
    }

    #[test]
    fn fitting_finds_what_trying_all_ways_finds() {
        for seed in 0..12 {
            let lengths = lengths(seed, 9);
            // All go on the longest; some must stay behind on the others.
            for side in [2_000.0, 900.0, 600.0, 250.0] {
                let found = to_fit(&lengths, side, 0.0);
                let [a, b] = sums(&found, &lengths);
                assert!(a <= side && b <= side);
                let all: usize = found.sides[0].len() + found.sides[1].len() + found.left.len();
                assert_eq!(all, lengths.len());
                assert_eq!(
                    (a + b, -(a - b).abs()),
                    by_trying(&lengths, side),
                    "{lengths:?} {side}"
                );
            }
        }
    }

    /// Gaps count as in the hand: one between two songs, none at the ends.
    #[test]
    fn fitting_with_gaps_finds_what_trying_all_ways_finds() {
        for seed in 20..26 {
            let lengths = lengths(seed, 8);
            for (side, gap) in [(1_200.0, 3.0), (700.0, 5.0)] {
                let found = to_fit(&lengths, side, gap);
                let full = |on: usize| {
                    let songs = &found.sides[on];
                    let music: f64 = songs.iter().map(|n| lengths[*n]).sum();
                    music + gap * songs.len().saturating_sub(1) as f64
                };
                assert!(full(0) <= side && full(1) <= side);
                // Each song with a gap, on sides with room for one more.
                let with: Vec<f64> = lengths.iter().map(|length| length + gap).collect();
                let [a, b] = sums(&found, &with);
                assert_eq!((a + b, -(a - b).abs()), by_trying(&with, side + gap));
            }
        }
    }

    #[test]
    fn forty_songs_go_on_two_even_sides() {
        let lengths = lengths(3, 40);
        let total: f64 = lengths.iter().sum();
        let found = to_fit(&lengths, total / 2.0 + 60.0, 0.0);
        let [a, b] = sums(&found, &lengths);
        assert!(found.left.is_empty() && (a - b).abs() <= 1.0, "{a} {b}");
    }

    #[test]
    fn order_is_kept_and_gaps_are_counted() {
        let found = in_order(&[100.0, 100.0, 100.0, 100.0], 210.0, 10.0);
        assert_eq!(found.sides, [vec![0, 1], vec![2, 3]]);
        let found = in_order(&[100.0, 100.0, 100.0, 100.0], 209.0, 10.0);
        assert_eq!((found.sides, found.left), ([vec![0], vec![1]], vec![2, 3]));
        let found = in_order(&[900.0, 50.0, 50.0], 100.0, 0.0);
        assert_eq!((found.sides, found.left), ([vec![1, 2], vec![]], vec![0]));
    }
}
