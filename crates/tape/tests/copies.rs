//! What becomes of a tape that is copied to another.

use std::sync::Arc;

use afterdark_tape::Frame;
use afterdark_tape::measure::{Bench, band_level_db, channel, flutter, noise};
use afterdark_tape::tape::{Copying, DeckProfile, Formulation, Nr, Setup};

const RATE: u32 = 48_000;

fn deck(id: &str) -> Arc<DeckProfile> {
    DeckProfile::by_id(id).unwrap()
}

/// A tape of this kind, copied so many times from one machine to another.
fn bench(plays: &str, tape: &str, copies: usize, on: [&str; 2]) -> Bench {
    let mut setup = Setup::new(deck(plays), Formulation::by_id(tape).unwrap());
    setup.copies = (0..copies)
        .map(|n| Copying {
            seed: 100 + n as u64,
            played_on: deck(on[0]),
            recorded_on: deck(on[1]),
            passes: 0.0,
        })
        .collect();
    Bench::new(RATE, setup)
}

#[test]
fn hiss_adds_as_powers_do() {
    let hiss = |copies| {
        let bench = bench("parlour", "ferric", copies, ["parlour"; 2]);
        let played = bench.over_the_tape(&bench.tone(1000.0, -400.0, 10.0, [1.0; 2]));
        let late = &channel(&played, 0)[RATE as usize..];
        noise(late, f64::from(RATE)).unwrap().a_db
    };
    let first = hiss(0);
    for copies in [1, 3] {
        // Each tape and its player once; the level of a copy may be 1 dB off.
        let expected = 10.0 * f64::from(copies + 1).log10();
        let more = hiss(copies as usize) - first;
        assert!((more - expected).abs() < 1.0, "{copies}: {more:.2} dB");
    }
}

#[test]
fn flutter_adds_as_powers_do() {
    // Wheels of one rate in two machines meet in or out of step, as chance has it:
    // so the power of some tapes.
    let power = |copies| {
        let power = |seed| {
            let mut bench = bench("stroller", "ferric", copies, ["household", "twin"]);
            bench.seed = seed;
            let mut numbers: Vec<Copying> = bench.setup.copies.to_vec();
            for copy in &mut numbers {
                copy.seed += 100 * seed;
            }
            bench.setup.copies = numbers.into();
            let tone = bench.flutter_tone(3150.0, 22.5);
            let sheet = flutter(&channel(&tone, 0), f64::from(RATE), Some(3150.0)).unwrap();
            sheet.readings.wrms.powi(2)
        };
        (1..=6).map(power).sum::<f64>() / 6.0
    };
    // The machines' own cited figures.
    for copies in [1, 2, 4] {
        let each = 0.1f64.powi(2) + 0.08f64.powi(2);
        let expected = 0.12f64.powi(2) + copies as f64 * each;
        let off = (power(copies) / expected).sqrt() - 1.0;
        assert!(off.abs() < 0.1, "{copies}: {:+.1} %", 100.0 * off);
    }
}

#[test]
fn response_multiplies() {
    let re_1k = |plays, copies, hz| {
        let mut bench = bench(plays, "ferric", copies, ["stroller", "parlour"]).quiet();
        // An error of angle parts the channels, and then they do not add in the head.
        bench.setup.knobs.azimuth = 0.0;
        let level = |hz| {
            let played = bench.over_the_tape(&bench.tone(hz, -20.0, 2.0, [1.0; 2]));
            let late = channel(&played[RATE as usize..], 0);
            band_level_db(&late, f64::from(RATE), hz, 0.03)
        };
        level(hz) - level(1000.0)
    };
    for hz in [40.0, 15_000.0] {
        let [own, copier] = ["household", "stroller"].map(|deck| re_1k(deck, 0, hz));
        for copies in [1, 2] {
            let expected = own + copies as f64 * copier;
            let read = re_1k("household", copies, hz);
            let limit = 0.3 * copies as f64;
            assert!(
                (read - expected).abs() < limit,
                "{hz} Hz, {copies}: {read:.2}, not {expected:.2} dB"
            );
        }
    }
}

#[test]
fn dropouts_of_the_original_are_on_the_copy() {
    // Level in hundredths of a second, dB re its median.
    let levels = |copies, seed| {
        let mut bench = bench("summit", "cheap", copies, ["summit"; 2]);
        bench.seed = seed;
        bench.setup.knobs.hiss = 0.0;
        let frames = bench.over_the_tape(&bench.tone(8000.0, -20.0, 40.0, [1.0; 2]));
        let part = |frames: &[Frame]| {
            let sum: f32 = frames.iter().map(|frame| frame[0] * frame[0]).sum();
            10.0 * f64::from(sum).max(1e-12).log10()
        };
        let levels: Vec<f64> = frames.chunks(RATE as usize / 100).map(part).collect();
        let mut sorted = levels.clone();
        sorted.sort_by(f64::total_cmp);
        let median = sorted[sorted.len() / 2];
        levels
            .into_iter()
            .map(move |db| db - median)
            .collect::<Vec<f64>>()
    };
    // The tape with the number that the copy's original has.
    let original = levels(0, 100);
    let copy = levels(1, 7);
    let holes: Vec<usize> = (20..original.len() - 20)
        .filter(|&i| original[i] < -4.0)
        .collect();
    assert!(!holes.is_empty());
    for i in holes {
        let there = copy[i - 1..=i + 1].iter().copied().fold(0.0, f64::min);
        assert!(there < -3.0, "{:.2} s: {there:.1} dB", i as f64 / 100.0);
    }
    // And holes of its own.
    let own = (20..copy.len() - 20)
        .filter(|&i| copy[i] < -4.0 && original[i - 2..=i + 2].iter().all(|db| *db > -1.0));
    assert!(own.count() > 0);
}

#[test]
fn noise_reduction_mistracks_a_little_more_with_each_copy() {
    // At a low level B lifts treble by 10 dB, so an error of level shows there.
    let treble = |copies, nr: Nr| {
        let mut bench = bench("household", "chrome", copies, ["stroller", "twin"]).quiet();
        (bench.setup.encode, bench.setup.decode) = (nr, nr);
        let level = |hz| {
            let played = bench.over_the_tape(&bench.tone(hz, -30.0, 3.0, [1.0; 2]));
            band_level_db(
                &channel(&played[2 * RATE as usize..], 0),
                f64::from(RATE),
                hz,
                0.03,
            )
        };
        level(10_000.0) - level(400.0)
    };
    let with = treble(3, Nr::B) - treble(0, Nr::B);
    let without = treble(3, Nr::Off) - treble(0, Nr::Off);
    // The decoder takes what the head has lost for what it should take down.
    assert!(
        with < without - 0.5,
        "{with:.2} dB, without {without:.2} dB"
    );
}
