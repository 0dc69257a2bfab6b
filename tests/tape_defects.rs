//! What is on the tape stays at its place; what is in the machine follows its parts.

use std::f64::consts::TAU;

use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::measure::{
    Bench, band_level_db, channel, flutter, harmonics, noise, phase_difference_deg, power_spectrum,
};
use afterdark_tape::tape::{
    DeckProfile, Equalization, Formulation, Knobs, Mechanism, Passage, Pickup, PlaybackChain,
    QUANTUM, Setup,
};

const RATE: f64 = 48_000.0;

fn bench(deck: &str, tape: &str) -> Bench {
    let deck = DeckProfile::by_id(deck).unwrap();
    Bench::new(48_000, Setup::new(deck, Formulation::by_id(tape).unwrap()))
}

fn level(frames: &[Frame], index: usize, hz: f64) -> f64 {
    band_level_db(&channel(frames, index), RATE, hz, 0.03)
}

fn passage(side: Side, frame: f64) -> Passage {
    Passage {
        side,
        frame,
        speed: 1.0,
        length_frames: 1800.0 * RATE,
        left_turns: frame * 8e-6,
        right_turns: frame * 9e-6,
        left_radius_mm: 20.0,
        right_radius_mm: 16.9,
    }
}

/// Level of 8 kHz in each twentieth of a second of a minute, played on a machine of seed `machine`.
fn envelope(tape: &str, machine: u64, tape_seed: u64) -> Vec<f64> {
    let mut setup = bench("parlour", tape).setup;
    setup.knobs = Knobs {
        hiss: 0.0,
        azimuth: 0.0,
        ..setup.knobs
    };
    let mut frames: Vec<Frame> = (0..60 * 48_000)
        .map(|n| [(0.1 * (TAU * 8000.0 * f64::from(n) / RATE).sin()) as f32; 2])
        .collect();
    let mut chain = PlaybackChain::new(48_000, &setup, machine);
    let pickup = Pickup {
        tape_seed: Some(tape_seed),
        ..Pickup::default()
    };
    for (i, block) in frames.chunks_mut(QUANTUM).enumerate() {
        chain.process_with(passage(Side::A, 3e6 + (i * QUANTUM) as f64), &pickup, block);
    }
    frames
        .chunks_exact(2400)
        .skip(2)
        .map(|piece| {
            let mean = piece
                .iter()
                .map(|frame| f64::from(frame[0]).powi(2))
                .sum::<f64>()
                / 2400.0;
            10.0 * (mean / 0.005).log10()
        })
        .collect()
}

#[test]
fn dropouts_belong_to_the_tape() {
    let first = envelope("cheap", 1, 7);
    let dropped = |envelope: &[f64]| -> Vec<usize> {
        let top = envelope.iter().copied().fold(f64::MIN, f64::max);
        envelope
            .iter()
            .enumerate()
            .filter(|(_, db)| **db < top - 2.0)
            .map(|(i, _)| i)
            .collect()
    };
    assert!(dropped(&first).len() >= 2, "{:?}", dropped(&first));
    assert_eq!(
        dropped(&first),
        dropped(&envelope("cheap", 2, 7)),
        "another machine hears the same"
    );
    assert_ne!(
        dropped(&first),
        dropped(&envelope("cheap", 1, 8)),
        "another tape has others"
    );
    assert!(dropped(&envelope("metal", 1, 7)).len() < dropped(&first).len());
}

#[test]
fn azimuth_skews_the_other_way_on_side_b() {
    let mut a = bench("stroller", "ferric");
    // The steady error only: the shell's wander has no side.
    let mut deck = DeckProfile::clone(&a.setup.deck);
    deck.azimuth.error_arcmin = 4.0;
    deck.azimuth.wander_arcmin = 0.0;
    a.setup.deck = deck.into();
    let b = Bench {
        side: Side::B,
        ..a.clone()
    };
    let phase = |bench: &Bench| {
        let x = bench.over_the_tape(&bench.tone(4000.0, -20.0, 2.0, [1.0; 2]));
        phase_difference_deg(&channel(&x, 0), &channel(&x, 1), RATE, 4000.0)
    };
    let (on_a, on_b) = (phase(&a), phase(&b));
    // 5.5 µs an arc minute: 4′ at 4 kHz are 31.7°.
    assert!((on_a.abs() - 31.7).abs() < 1.5, "{on_a}");
    assert!((on_a + on_b).abs() < 2.0, "{on_a} {on_b}");
    // sin u/u over 0.6 mm: 10′ lose 2.0 dB at 10 kHz.
    let mut far = DeckProfile::clone(&a.setup.deck);
    far.azimuth.error_arcmin = 10.0;
    // One track alone: the other, turned by the skew, would come through the head.
    let treble = |bench: &Bench| {
        level(
            &bench.over_the_tape(&bench.tone(10_000.0, -20.0, 2.0, [1.0, 0.0])),
            0,
            10_000.0,
        )
    };
    let straight = Bench {
        setup: Setup {
            knobs: Knobs {
                azimuth: 0.0,
                ..a.setup.knobs
            },
            ..a.setup.clone()
        },
        ..a.clone()
    };
    let crooked = Bench {
        setup: Setup {
            deck: far.into(),
            ..a.setup.clone()
        },
        ..a.clone()
    };
    let lost = treble(&straight) - treble(&crooked);
    assert!((lost - 2.0).abs() < 0.3, "{lost:.2} dB");
}

#[test]
fn the_wrong_equalization_costs_what_the_standard_says() {
    let right = bench("parlour", "ferric").quiet();
    let mut wrong = right.clone();
    wrong.setup.play_eq = Some(Equalization::Us70);
    let treble = |bench: &Bench, hz| {
        level(
            &bench.over_the_tape(&bench.tone(hz, -20.0, 1.0, [1.0; 2])),
            0,
            hz,
        )
    };
    let middle = treble(&right, 315.0) - treble(&wrong, 315.0);
    for (hz, db) in [
        (1000.0, 1.03),
        (4000.0, 3.76),
        (10_000.0, 4.38),
        (16_000.0, 4.47),
    ] {
        let off = treble(&right, hz) - treble(&wrong, hz) - middle;
        assert!((off - db).abs() < 0.15, "{hz} Hz: {off:.2} dB, not {db}");
    }
    // And hiss with it: about 4 dB(A).
    let hiss = |bench: &Bench| {
        let mut bench = bench.clone();
        bench.setup.knobs.hiss = 1.0;
        let x = bench.over_the_tape(&bench.tone(100.0, -400.0, 4.5, [1.0; 2]));
        noise(&channel(&x, 0), RATE).unwrap().a_db
    };
    let quieter = hiss(&right) - hiss(&wrong);
    assert!((quieter - 4.05).abs() < 0.5, "{quieter:.2} dB(A)");
}

#[test]
fn hiss_has_the_spectrum_of_particles() {
    let mut bench = bench("summit", "ferric");
    bench.setup.knobs.wear = 0.0;
    let x = bench.over_the_tape(&bench.tone(100.0, -400.0, 20.5, [1.0; 2]));
    let wide: Vec<f64> = x.iter().map(|frame| f64::from(frame[0])).collect();
    let spectrum = power_spectrum(&wide, RATE, 4800);
    let density = |hz: f64| 10.0 * (spectrum.between(0.9 * hz, 1.1 * hz) / hz).log10();
    for (hz, db) in [(2000.0, 1.0), (4000.0, 2.7), (10_000.0, 4.6)] {
        let off = density(hz) - density(1000.0);
        assert!(
            (off - db).abs() < 0.7,
            "{hz} Hz: {off:+.2} dB re 1 kHz, not {db:+}"
        );
    }
}

#[test]
fn bias_trades_treble_for_distortion() {
    let at = |bias_db: f32| {
        let mut bench = bench("parlour", "ferric").quiet();
        bench.setup.bias_db = bias_db;
        let treble = bench.over_the_tape(&bench.tone(10_000.0, -20.0, 1.0, [1.0; 2]));
        let bass = bench.over_the_tape(&bench.tone(400.0, 0.0, 1.0, [1.0; 2]));
        (
            level(&treble, 0, 10_000.0),
            harmonics(&channel(&bass, 0), RATE, 400.0).third(),
        )
    };
    let (under, right, over) = (at(-2.0), at(0.0), at(2.0));
    let sensitivity = |bias_db: f32| {
        let mut bench = bench("parlour", "ferric").quiet();
        bench.setup.bias_db = bias_db;
        let x = bench.over_the_tape(&bench.tone(400.0, -20.0, 1.0, [1.0; 2]));
        level(&x, 0, 400.0)
    };
    let lost = sensitivity(-2.0) - sensitivity(2.0);
    assert!((0.4..1.2).contains(&lost), "{lost:.2} dB");
    assert!(
        under.0 > right.0 + 1.0 && right.0 > over.0 + 1.0,
        "{under:?} {right:?} {over:?}"
    );
    assert!(
        under.1 > 1.2 * right.1 && right.1 > 1.2 * over.1,
        "{under:?} {right:?} {over:?}"
    );
}

#[test]
fn each_playing_wears_the_treble() {
    let played = |passes: f32| {
        let bench = bench("parlour", "metal").quiet();
        let mut setup = bench.setup.clone();
        setup.knobs.wear = 1.0;
        let mut frames: Vec<Frame> = bench.tone(15_000.0, -20.0, 1.5, [1.0; 2]);
        let mut chain = PlaybackChain::new(48_000, &setup, 5);
        let pickup = Pickup {
            passes,
            ..Pickup::default()
        };
        for (i, block) in frames.chunks_mut(QUANTUM).enumerate() {
            chain.process_with(passage(Side::A, 4e6 + (i * QUANTUM) as f64), &pickup, block);
        }
        level(&frames[24_000..], 0, 15_000.0)
    };
    let (new, ten, hundred, thousand) = (played(0.0), played(10.0), played(100.0), played(1000.0));
    assert!(new - ten > 0.1 && new - ten < 1.5, "{new:.2} {ten:.2}");
    assert!(
        ten > hundred && hundred > thousand,
        "{ten:.2} {hundred:.2} {thousand:.2}"
    );
    assert!(
        new - thousand < 12.0,
        "it never dies: {new:.2} {thousand:.2}"
    );
}

#[test]
fn flutter_comes_from_the_parts_that_turn() {
    let bench = bench("stroller", "ferric");
    let sheet = flutter(
        &channel(&bench.flutter_tone(3150.0, 42.5), 0),
        RATE,
        Some(3150.0),
    )
    .unwrap();
    let speed = 1.0 + bench.setup.deck.speed_error_percent / 100.0;
    for part in bench
        .setup
        .deck
        .flutter
        .parts
        .iter()
        .filter(|part| part.reel.is_none())
    {
        let near = sheet
            .peaks
            .iter()
            .find(|peak| (peak.hz / (part.hz * speed) - 1.0).abs() < 0.02);
        assert!(
            near.is_some(),
            "no line for the {} at {} Hz: {:?}",
            part.name,
            part.hz,
            sheet.peaks
        );
    }
}

#[test]
fn the_tape_lies_still_when_it_stops_and_comes_back_the_same() {
    let setup = Setup::default();
    let mut mechanism = Mechanism::new(48_000, &setup, 3);
    let mut first = [0.0; QUANTUM];
    mechanism.displacement(
        Passage {
            speed: 0.0,
            ..passage(Side::A, 1e6)
        },
        &mut first,
    );
    let spread = first
        .iter()
        .fold((f32::MAX, f32::MIN), |(l, h), &x| (l.min(x), h.max(x)));
    assert!(spread.1 - spread.0 < 1e-6, "{spread:?}");
    // Far away and back: the same place, the same displacement, scrape apart.
    let mut away = [0.0; QUANTUM];
    mechanism.displacement(passage(Side::A, 5e7), &mut away);
    mechanism.displacement(
        Passage {
            speed: 0.0,
            ..passage(Side::A, 1e6)
        },
        &mut away,
    );
    assert!(
        (away[0] - first[0]).abs() < 1e-3,
        "{} {}",
        away[0],
        first[0]
    );
    // Never far from its place: a tenth of a second of tape.
    let largest = (0..20_000).fold(0.0f32, |largest, i| {
        mechanism.displacement(passage(Side::A, f64::from(i) * 4000.0), &mut away);
        away.iter().fold(largest, |m, x| m.max(x.abs()))
    });
    assert!(largest < 4800.0, "{largest}");
}

#[test]
fn what_is_not_a_number_does_not_stay() {
    let bench = bench("stroller", "ferric");
    let mut programme = bench.tone(1000.0, -10.0, 2.0, [1.0; 2]);
    programme[10] = [f32::NAN, f32::INFINITY];
    programme[500] = [f32::NEG_INFINITY, 1e30];
    let played = bench.over_the_tape(&programme);
    assert!(played.as_flattened().iter().all(|x| x.is_finite()));
    assert!((level(&played[24_000..], 0, 1000.0) + 10.0).abs() < 0.5);
}

#[test]
fn treble_too_loud_erases_itself() {
    // Metal is driven the least hard into its law at 10 kHz, ferric the most.
    for tape in ["ferric", "chrome", "metal"] {
        let bench = bench("summit", tape).quiet();
        let out = |hz: f64, db: f64| {
            let x = bench.over_the_tape(&bench.tone(hz, db, 0.75, [1.0; 2]));
            level(&x[12_000..], 0, hz)
        };
        let treble: Vec<f64> = (-8..=16).map(|db| out(10_000.0, f64::from(db))).collect();
        let (best, highest) = treble
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1))
            .unwrap();
        assert!(best + 6 < treble.len(), "{tape}: {treble:.1?}");
        let fallen = highest - treble[best + 6];
        assert!((0.8..4.0).contains(&fallen), "{tape}: {treble:.1?}");
        // The middle band only saturates.
        assert!(out(1000.0, 12.0) > out(1000.0, 6.0), "{tape}");
        // And faint treble is not touched.
        let faint = out(10_000.0, -30.0) - out(10_000.0, -20.0);
        assert!((faint + 10.0).abs() < 0.1, "{tape}: {faint:.2} dB");
    }
}

/// The displacement along ten seconds of a side.
fn displacement(setup: &Setup, machine: u64, tape: u64, side: Side) -> Vec<f32> {
    let mut mechanism = Mechanism::new(48_000, setup, machine);
    mechanism.set_tape(setup, tape);
    let mut away = vec![0.0; 480_000];
    mechanism.displacement(passage(side, 2e6), &mut away);
    away
}

#[test]
fn the_recorders_wow_is_on_the_tape_for_ever() {
    let mut setup = bench("stroller", "ferric").setup;
    // A player that runs true lets nothing but the recording be heard.
    let mut true_running = DeckProfile::clone(&setup.deck);
    true_running.flutter.wrms_percent = 0.0;
    true_running.flutter.scrape_percent = 0.0;
    setup.deck = true_running.into();
    let first = displacement(&setup, 1, 7, Side::A);
    assert!(first.iter().any(|x| x.abs() > 0.5), "nothing there");
    assert_eq!(first, displacement(&setup, 2, 7, Side::A), "another player");
    assert_ne!(first, displacement(&setup, 1, 8, Side::A), "another tape");
    assert_ne!(first, displacement(&setup, 1, 7, Side::B), "the other side");
}

#[test]
fn a_battery_sags_towards_the_end_of_a_side() {
    let mut setup = bench("firststeps", "ferric").setup;
    let error = |setup: &Setup, supply_mm: f64| {
        let mut mechanism = Mechanism::new(48_000, setup, 1);
        let at = Passage {
            left_radius_mm: supply_mm,
            ..passage(Side::A, 1e6)
        };
        mechanism.displacement(at, &mut [0.0; QUANTUM]);
        100.0 * mechanism.speed_error()
    };
    let sag = setup.deck.battery_sag_percent;
    let lost = error(&setup, 24.5) - error(&setup, 11.0);
    assert!(sag > 0.1 && (lost - sag).abs() < 1e-6, "{lost} of {sag} %");
    setup.knobs.wow = 0.0;
    assert_eq!(error(&setup, 24.5), error(&setup, 11.0));
    // Mains and quartz do not sag.
    let summit = bench("summit", "ferric").setup;
    assert_eq!(error(&summit, 24.5), error(&summit, 11.0));
}

#[test]
fn the_electronics_are_full_at_their_headroom() {
    let bench = bench("memo", "metal").quiet();
    let deck = &bench.setup.deck;
    let mut flux = bench.tone(1000.0, 20.0, 1.0, [1.0; 2]);
    bench.play(&mut flux, |_| Pickup::default());
    let loudest = flux.iter().fold(0.0f32, |m, frame| m.max(frame[0].abs()));
    let most = 10f64.powf(deck.headroom_db / 20.0) as f32;
    assert!(
        (0.95 * most..=most).contains(&loudest),
        "{loudest} of {most}"
    );
}
