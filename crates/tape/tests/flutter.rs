//! Wow and flutter as the makers' figures and the nature of a transport have it.

use std::sync::Arc;

use afterdark_tape::cassette::Side;
use afterdark_tape::measure::{Bench, FlutterSheet, channel, flutter};
use afterdark_tape::tape::{DeckProfile, Formulation, Setup};

/// A test tape's tone as `deck` plays it, so many seconds into a side of half an hour.
fn played(deck: &DeckProfile, side: Side, side_s: f64) -> FlutterSheet {
    let setup = Setup::new(Arc::new(deck.clone()), Formulation::default_tape());
    let mut bench = Bench::new(48_000, setup);
    bench.side = side;
    let tone = bench.flutter_tone_at(side_s, 3150.0, 32.5);
    flutter(&channel(&tone, 0), 48_000.0, Some(3150.0)).unwrap()
}

#[test]
fn every_deck_has_its_figures_at_the_start_the_middle_and_the_end_of_a_side() {
    for deck in DeckProfile::all() {
        for side in Side::BOTH {
            for side_s in [30.0, 900.0, 1740.0] {
                let read = played(deck, side, side_s).readings;
                let off = |read: f64, cited: f64| 100.0 * (read / cited - 1.0);
                let rms = off(read.wrms, deck.flutter.wrms_percent);
                let cited = deck.published.peak_percent;
                let peak = cited.map_or(0.0, |cited| off(read.quasi_peak, cited));
                assert!(
                    rms.abs() < 10.0 && peak.abs() < 10.0,
                    "{}, {side:?} at {side_s} s: rms {rms:+.1} %, quasi-peak {peak:+.1} %",
                    deck.id
                );
            }
        }
    }
}

#[test]
fn between_the_lines_there_is_a_floor_that_has_its_share() {
    // Deviation in the middle of all that lies from 1 to 40 Hz: lines are few.
    let floor = |deck: &DeckProfile| {
        let spectrum = played(deck, Side::A, 900.0).spectrum;
        let band = spectrum
            .iter()
            .filter(|line| (1.0..40.0).contains(&line[0]));
        let mut band: Vec<f64> = band.map(|line| line[1]).collect();
        band.sort_by(f64::total_cmp);
        band[band.len() / 2]
    };
    let deck = DeckProfile::by_id("stroller").unwrap();
    let mut lines = DeckProfile::clone(&deck);
    lines.flutter.floor_share = 0.0;
    let mut drags = DeckProfile::clone(&deck);
    drags.flutter.floor_share = 1.0;
    let [lines, deck, drags] = [&lines, &*deck, &drags].map(floor);
    assert!(deck > 5.0 * lines, "{deck} % over {lines} %");
    assert!((drags / deck - 2.5).abs() < 0.5, "{drags} % over {deck} %");
}
