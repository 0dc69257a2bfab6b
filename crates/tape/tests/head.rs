//! What the head makes of two tracks.

use afterdark_tape::measure::{Bench, band_level_db, channel};
use afterdark_tape::tape::{DeckProfile, Formulation, Setup};

const RATE: u32 = 48_000;

fn bench(deck: &str, dubbed_on: &str) -> Bench {
    let mut setup = Setup::new(
        DeckProfile::by_id(deck).unwrap(),
        Formulation::by_id("ferric").unwrap(),
    );
    setup.dubbed_on = DeckProfile::by_id(dubbed_on).unwrap();
    Bench::new(RATE, setup)
}

/// How far the right channel is below the left, the programme being in the left alone.
fn separation(bench: &Bench, hz: f64) -> f64 {
    let tone = bench.tone(hz, -10.0, 1.25, [1.0, 0.0]);
    let played = bench.quiet().over_the_tape(&tone);
    let level = |index| band_level_db(&channel(&played, index), f64::from(RATE), hz, 0.03);
    level(0) - level(1)
}

#[test]
fn both_ears_of_a_mono_machine_hear_the_same() {
    for deck in ["shoebox", "memo"] {
        let bench = bench(deck, "parlour");
        // Hiss, dropouts and all; the programme is in one channel only.
        let played = bench.over_the_tape(&bench.tone(700.0, -10.0, 2.0, [1.0, 0.0]));
        assert!(played.iter().all(|[l, r]| l == r), "{deck}");
        // Half the sum of both tracks: 6 dB less than the same in both.
        let level = |share| {
            let tone = bench.tone(700.0, -20.0, 1.25, share);
            let played = bench.quiet().over_the_tape(&tone);
            band_level_db(&channel(&played, 1), f64::from(RATE), 700.0, 0.03)
        };
        let half = level([1.0, 1.0]) - level([0.0, 1.0]);
        assert!((half - 6.02).abs() < 0.1, "{deck}: {half:.2} dB");
    }
}

#[test]
fn a_mono_recorder_writes_the_same_on_both_tracks() {
    let level = |dubbed_on, index| {
        let bench = bench("summit", dubbed_on);
        let flux = bench.record(&bench.tone(700.0, -10.0, 1.0, [1.0, 0.0]));
        band_level_db(&channel(&flux, index), f64::from(RATE), 700.0, 0.03)
    };
    let [left, right] = [0, 1].map(|index| level("parlour", 0) - level("shoebox", index));
    assert!(
        (left - 6.02).abs() < 0.1 && (right - 6.02).abs() < 0.1,
        "{left} {right}"
    );
}

#[test]
fn separation_is_the_cited_one_and_falls_towards_both_ends() {
    for (deck, cited) in [("summit", 37.0), ("parlour", 36.0), ("firststeps", 32.0)] {
        let bench = bench(deck, "parlour");
        let middle = separation(&bench, 1000.0);
        assert!((middle - cited).abs() < 0.5, "{deck}: {middle:.2} dB");
        // Over the guard band of 0.3 mm, half of e^(−2π·0.3 mm/λ).
        for hz in [40.0, 50.0, 63.0] {
            let wave_mm = 47.625 / hz;
            let fringe =
                -20.0 * (0.5 * (-2.0 * std::f64::consts::PI * 0.3 / wave_mm).exp()).log10();
            let read = separation(&bench, hz);
            assert!(
                (read - fringe).abs() < 3.0,
                "{deck}, {hz} Hz: {read:.1}, not {fringe:.1} dB"
            );
        }
        let top = separation(&bench, 10_000.0);
        assert!(
            (5.0..12.0).contains(&(middle - top)),
            "{deck}: {top:.1} dB at 10 kHz"
        );
    }
}
