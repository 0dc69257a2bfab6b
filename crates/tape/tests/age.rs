//! What years do, each at its place.

use afterdark_tape::cassette::Side;
use afterdark_tape::measure::{
    Bench, Deviation, band_level_db, channel, demodulate, flutter, harmonics, noise,
};
use afterdark_tape::tape::{DeckProfile, Formulation, Setup};

const RATE: u32 = 48_000;

fn bench(age: f32) -> Bench {
    let mut setup = Setup::new(
        DeckProfile::by_id("summit").unwrap(),
        Formulation::by_id("ferric").unwrap(),
    );
    setup.knobs.age = age;
    setup.knobs.wear = 0.0;
    Bench::new(RATE, setup)
}

#[test]
fn a_magnetised_head_hisses_and_makes_even_harmonics() {
    let second = |age| {
        let bench = bench(age).quiet();
        let tone = bench.over_the_tape(&bench.tone(400.0, 0.0, 2.0, [1.0; 2]));
        harmonics(&channel(&tone[48_000..], 0), f64::from(RATE), 400.0).percent[0]
    };
    // Half a per cent at 0 dB and an age of 1.
    assert!(second(0.0) < 0.05, "{}", second(0.0));
    assert!((second(2.0) - 1.0).abs() < 0.15, "{}", second(2.0));
    let hiss = |age| {
        let bench = bench(age);
        let silence = bench.over_the_tape(&bench.tone(400.0, -400.0, 8.5, [1.0; 2]));
        noise(&channel(&silence, 0), f64::from(RATE))
            .unwrap()
            .unweighted_db
    };
    let more = hiss(2.0) - hiss(0.0);
    // Two dB each, less what the wider gap takes of the treble.
    assert!((2.5..4.2).contains(&more), "{more} dB");
}

#[test]
fn belts_slip_and_tape_squeals_where_they_did_before() {
    let deviation = |age, from: f64| {
        let bench = bench(age);
        let tone = channel(&bench.flutter_tone_at(from, 3150.0, 40.0), 0);
        let rms = flutter(&tone, f64::from(RATE), Some(3150.0)).unwrap();
        (
            demodulate(&tone, f64::from(RATE), 3150.0).unwrap(),
            rms.readings,
        )
    };
    let (_, new) = deviation(0.0, 600.0);
    let (one, old) = deviation(2.0, 600.0);
    assert!(old.wrms > 3.0 * new.wrms, "{} and {} %", old.wrms, new.wrms);
    let (two, _) = deviation(2.0, 605.0);
    // The same five seconds later, looked at in twentieths of a second.
    let slow = |deviation: &Deviation, from: f64| -> Vec<f64> {
        let part = (0.05 * deviation.rate) as usize;
        let from = (from * deviation.rate) as usize;
        let parts = deviation.ratio[from..].chunks_exact(part);
        parts
            .map(|part| part.iter().sum::<f64>() / part.len() as f64)
            .collect()
    };
    let [mut apart, mut size] = [0.0; 2];
    for (a, b) in slow(&one, 6.0).iter().zip(slow(&two, 1.0)) {
        apart += (a - b).powi(2);
        size += a.powi(2);
    }
    assert!(apart < 0.1 * size, "{apart} of {size}");
}

#[test]
fn a_failing_pad_breathes_and_a_worn_gap_dulls() {
    let levels = |age, hz: f64| {
        let bench = bench(age).quiet();
        let tone = bench.over_the_tape(&bench.tone(hz, -20.0, 12.0, [1.0; 2]));
        let piece = |piece: &[_]| band_level_db(&channel(piece, 0), f64::from(RATE), hz, 0.05);
        let mut levels: Vec<f64> = tone[RATE as usize..]
            .chunks_exact(9600)
            .map(piece)
            .collect();
        levels.sort_by(f64::total_cmp);
        levels
    };
    let (new, old) = (levels(0.0, 10_000.0), levels(2.0, 10_000.0));
    let spread = |levels: &[f64]| levels[levels.len() - 3] - levels[2];
    assert!(spread(&new) < 0.5, "{}", spread(&new));
    assert!(spread(&old) > 1.5, "{}", spread(&old));
    let lost = new[new.len() / 2] - old[old.len() / 2];
    // 54.6·d/λ for a third of a micrometre and more, and the gap.
    assert!((3.0..9.0).contains(&lost), "{lost} dB");
    // The middle of the band is spared.
    let low = levels(0.0, 400.0)[20] - levels(2.0, 400.0)[20];
    assert!(low < 0.6, "{low} dB");
}

#[test]
fn the_ends_have_stretched_and_play_flat() {
    let flat = |side_s| {
        let mut bench = bench(2.0);
        bench.side = Side::A;
        let speed = |bench: &Bench| {
            let tone = channel(&bench.flutter_tone_at(side_s, 3150.0, 10.0), 0);
            flutter(&tone, f64::from(RATE), Some(3150.0))
                .unwrap()
                .speed_error_percent
        };
        let mut new = bench.clone();
        new.setup.knobs.age = 0.0;
        speed(&bench) - speed(&new)
    };
    // 0.6 % at the very end, and by a third of it on the average of the first 10 s.
    let [start, middle, end] = [0.0, 900.0, 1790.0].map(flat);
    assert!((-0.45..-0.2).contains(&start), "{start} %");
    assert!((-0.45..-0.2).contains(&end), "{end} %");
    assert!(middle.abs() < 0.08, "{middle} %");
}
