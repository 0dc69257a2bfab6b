//! Every machine and every tape reads its published figures on the instruments.

use std::sync::Arc;

use afterdark_tape::cassette::Side;
use afterdark_tape::measure::{Bench, Sheet, channel, flutter};
use afterdark_tape::tape::{DeckProfile, Formulation, Setup};

fn assert_passes(bench: &Bench) -> Sheet {
    let sheet = Sheet::measure(bench).unwrap();
    let off: Vec<_> = sheet
        .figures
        .iter()
        .filter(|figure| figure.passes() == Some(false))
        .collect();
    assert!(
        off.is_empty(),
        "{} with {} at {} Hz: {off:#?}",
        sheet.deck,
        sheet.tape,
        sheet.sample_rate
    );
    sheet
}

#[test]
fn every_deck_reads_as_published() {
    for deck in DeckProfile::all() {
        for tape in ["ferric", "chrome", "metal"] {
            let tape = Formulation::by_id(tape).unwrap();
            let column = ["ferric", "chrome", "metal"]
                .iter()
                .position(|id| *id == tape.id)
                .unwrap();
            if column > 0 && deck.published.high_hz[column] == 0.0 {
                continue;
            }
            assert_passes(&Bench::new(48_000, Setup::new(Arc::clone(deck), tape)));
        }
    }
}

#[test]
fn every_tape_reads_as_published_on_the_machine_that_it_was_tested_on() {
    for tape in Formulation::all() {
        let setup = Setup::new(DeckProfile::by_id("parlour").unwrap(), Arc::clone(tape));
        assert_passes(&Bench::new(48_000, setup));
    }
}

#[test]
fn every_machine_runs_as_evenly_as_its_profile_says() {
    for deck in DeckProfile::all() {
        let bench = Bench::new(
            48_000,
            Setup::new(Arc::clone(deck), Formulation::default_tape()),
        );
        let tone = bench.flutter_tone(3150.0, 32.5);
        let sheet = flutter(&channel(&tone, 0), 48_000.0, Some(3150.0)).unwrap();
        let share = sheet.readings.wrms / deck.flutter.wrms_percent;
        assert!(
            (0.9..1.1).contains(&share),
            "{}: {:.4} %",
            deck.id,
            sheet.readings.wrms
        );
        assert!(
            (sheet.speed_error_percent - deck.speed_error_percent).abs() < 0.03,
            "{}",
            deck.id
        );
    }
}

#[test]
fn any_rate_and_side_gives_the_same_sheet() {
    let reference = assert_passes(&Bench::new(48_000, Setup::default()));
    let mut other_side = Bench::new(48_000, Setup::default());
    other_side.side = Side::B;
    for bench in [
        Bench::new(44_100, Setup::default()),
        Bench::new(96_000, Setup::default()),
        Bench::new(192_000, Setup::default()),
        other_side,
    ] {
        let sheet = assert_passes(&bench);
        for (a, b) in reference.response_20.iter().zip(&sheet.response_20) {
            // Up to the machine's own end; at 44.1 kHz the world ends soon after.
            if a[0] <= 16_000.0 {
                assert!(
                    (a[1] - b[1]).abs() < 0.5,
                    "{} Hz at {}: {:.2} and {:.2} dB",
                    a[0],
                    bench.rate,
                    a[1],
                    b[1]
                );
            }
        }
        for (a, b) in reference.figures.iter().zip(&sheet.figures) {
            let limit = match a.unit {
                "dB" if a.name.contains("468") => 1.0,
                "dB" => 0.6,
                _ => continue,
            };
            let off = (a.measured - b.measured).abs();
            assert!(
                off < limit,
                "{} at {}: {:.2} and {:.2}",
                a.name,
                bench.rate,
                a.measured,
                b.measured
            );
        }
    }
}
