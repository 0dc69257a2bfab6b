//! Wow and flutter as the makers' figures and the nature of a transport have it.

use std::f64::consts::TAU;
use std::sync::Arc;

use afterdark_tape::cassette::{Side, TAPE_SPEED_MM_S};
use afterdark_tape::measure::{FlutterSheet, flutter};
use afterdark_tape::tape::{DeckProfile, Formulation, Mechanism, Passage, QUANTUM, Setup};

const RATE: f64 = 48_000.0;

/// A true tone of 3150 Hz as `deck` plays it, so many seconds into a side of half
/// an hour, with the packs (left and right, mm) as they are there.
fn played(deck: &DeckProfile, place_s: f64, radii: [f64; 2]) -> FlutterSheet {
    let setup = Setup::new(Arc::new(deck.clone()), Formulation::default_tape());
    let mut true_running = DeckProfile::clone(&setup.dubbed_on);
    true_running.flutter.wrms_percent = 0.0;
    let setup = Setup {
        dubbed_on: Arc::new(true_running),
        ..setup
    };
    let mut mechanism = Mechanism::new(48_000, &setup, 1984);
    let mut tone = Vec::new();
    let mut away = [0.0; QUANTUM];
    while (tone.len() as f64) < 32.0 * RATE {
        let frames = tone.len() as f64;
        let turns = radii.map(|mm| frames / RATE * TAPE_SPEED_MM_S / (TAU * mm));
        let at = Passage {
            side: Side::A,
            frame: place_s * RATE + frames,
            speed: 1.0,
            length_frames: 1800.0 * RATE,
            left_turns: turns[0],
            right_turns: turns[1],
            left_radius_mm: radii[0],
            right_radius_mm: radii[1],
        };
        mechanism.displacement(at, &mut away);
        for (i, away) in away.iter().enumerate() {
            let turns = 3150.0 * (frames + i as f64 + f64::from(*away)) / RATE;
            tone.push((0.3 * (turns.fract() * TAU).sin()) as f32);
        }
    }
    flutter(&tone, RATE, Some(3150.0)).unwrap()
}

#[test]
fn every_deck_has_its_figure_at_the_start_the_middle_and_the_end_of_a_side() {
    let places = [
        (30.0, [23.0, 11.5]),
        (900.0, [18.7, 18.0]),
        (1700.0, [11.5, 23.0]),
    ];
    for deck in DeckProfile::all() {
        for (place_s, radii) in places {
            let wrms = played(deck, place_s, radii).readings.wrms;
            let off = 100.0 * (wrms / deck.flutter.wrms_percent - 1.0);
            assert!(off.abs() < 10.0, "{} at {place_s} s: {off:+.1} %", deck.id);
        }
    }
}

#[test]
fn between_the_lines_there_is_a_floor_that_has_its_share() {
    // Deviation in the middle of all that lies from 1 to 40 Hz: lines are few.
    let floor = |deck: &DeckProfile| {
        let spectrum = played(deck, 900.0, [18.7, 18.0]).spectrum;
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
