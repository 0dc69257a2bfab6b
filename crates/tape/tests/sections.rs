//! Several test signals in one recording.

use afterdark_tape::measure::{Bench, Reading, read_sections};
use afterdark_tape::tape::{DeckProfile, Formulation, Setup};

const RATE: u32 = 48_000;

#[test]
fn each_signal_of_a_recording_is_measured_by_itself() {
    let setup = Setup::new(
        DeckProfile::by_id("parlour").unwrap(),
        Formulation::by_id("ferric").unwrap(),
    );
    let bench = Bench::new(RATE, setup);
    let over = |hz, db, s| bench.over_the_tape(&bench.tone(hz, db, s, [0.25; 2]));
    // In units of full scale, a reference level at −12 dB.
    let parts = [
        over(1000.0, -400.0, 8.25),
        bench
            .flutter_tone(3150.0, 20.0)
            .iter()
            .map(|frame| frame.map(|x| 0.25 * x))
            .collect(),
        over(400.0, 0.0, 4.25),
        over(400.0, -10.0, 4.25),
        bench.over_the_tape(&bench.sweep(-20.0, 20.0)),
    ];
    let found = read_sections(&parts.concat(), f64::from(RATE)).unwrap();
    let mut start_s = 0.0;
    assert_eq!(found.len(), parts.len(), "{found:?}");
    for (section, part) in found.iter().zip(&parts) {
        let end_s = start_s + part.len() as f64 / f64::from(RATE);
        assert!(
            (section.start_s - start_s).abs() < 0.5 && (section.end_s - end_s).abs() < 0.5,
            "{start_s} to {end_s}: {section:?}"
        );
        start_s = end_s;
    }
    // What was put in, as if it stood alone.
    match &found[1].reading {
        Reading::Flutter { sheet } => {
            let rms = sheet.readings.wrms;
            assert!((rms / 0.027 - 1.0).abs() < 0.1, "{rms}");
            assert!(sheet.speed_error_percent.abs() < 0.02);
        }
        other => panic!("{other:?}"),
    }
    let level = |index: usize| match &found[index].reading {
        Reading::Tone { hz, left, .. } => (*hz, left.level_db),
        other => panic!("{other:?}"),
    };
    let ((hz, loud), (_, soft)) = (level(2), level(3));
    assert!((hz - 400.0).abs() < 3.0, "{hz}");
    assert!((loud + 12.0).abs() < 0.5 && (loud - soft - 10.0).abs() < 0.3);
    assert!(matches!(found[0].reading, Reading::Noise { .. }));
    assert!(matches!(found[4].reading, Reading::Response { .. }));
}

#[test]
fn one_signal_is_one_section_however_long() {
    let bench = Bench::new(RATE, Setup::default());
    for recording in [
        bench.flutter_tone(3150.0, 12.0),
        bench.over_the_tape(&bench.sweep(-20.0, 30.0)),
    ] {
        assert_eq!(read_sections(&recording, f64::from(RATE)).unwrap().len(), 1);
    }
}
