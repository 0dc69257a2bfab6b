//! The whole way over the tape, against the published figures of tape and deck.

use std::f64::consts::TAU;

use songs_after_dark::Frame;
use songs_after_dark::cassette::Side;
use songs_after_dark::tape::{
    Formulation, Knobs, Passage, PlaybackChain, QUANTUM, RecordChain, Setup,
};

/// Amplitude of the sine of `hz` in `x` (a whole number of its periods).
fn sine_at(x: &[f32], rate: f64, hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, &x) in x.iter().enumerate() {
        let (sin, cos) = (TAU * hz * n as f64 / rate).sin_cos();
        re += f64::from(x) * cos;
        im += f64::from(x) * sin;
    }
    2.0 * re.hypot(im) / x.len() as f64
}

fn db(ratio: f64) -> f64 {
    20.0 * ratio.log10()
}

fn still(setup: &Setup) -> Setup {
    Setup {
        knobs: Knobs {
            hiss: 0.0,
            ..setup.knobs
        },
        ..setup.clone()
    }
}

fn passage() -> Passage {
    Passage {
        side: Side::A,
        frame: 0.0,
        speed: 1.0,
        length_frames: 45.0 * 60.0 * 48000.0,
        left_turns: 0.0,
        right_turns: 0.0,
        left_radius_mm: 24.0,
        right_radius_mm: 11.0,
    }
}

/// A second of a sine of `level_db` re 200 nWb/m, recorded and played; left channel.
fn over_the_tape(setup: &Setup, rate: u32, hz: f64, level_db: f64) -> Vec<f32> {
    let amplitude = 10f64.powf(level_db / 20.0);
    let mut frames: Vec<Frame> = (0..2 * rate as usize)
        .map(|n| [(amplitude * (TAU * hz * n as f64 / f64::from(rate)).sin()) as f32; 2])
        .collect();
    RecordChain::new(rate, setup, 1).process(&mut frames);
    let mut play = PlaybackChain::new(rate, setup, 2);
    for block in frames.chunks_mut(QUANTUM) {
        play.process(passage(), block);
    }
    frames[rate as usize..]
        .iter()
        .map(|frame| frame[0])
        .collect()
}

#[test]
fn middle_tones_come_back_at_their_level() {
    for rate in [44_100, 48_000, 96_000, 192_000] {
        let setup = still(&Setup::default());
        for hz in [315.0, 1000.0] {
            let level = db(sine_at(
                &over_the_tape(&setup, rate, hz, -20.0),
                rate.into(),
                hz,
            )) + 20.0;
            assert!(level.abs() < 0.5, "{level:+.2} dB at {hz} Hz, {rate}");
        }
    }
}

#[test]
fn distortion_is_the_tapes() {
    for tape in Formulation::all() {
        let setup = still(&Setup {
            tape: tape.clone(),
            ..Setup::default()
        });
        for (level, percent) in [
            (0.0, tape.thd_percent),
            (tape.mol1_db, 1.0),
            (tape.mol3_db, 3.0),
        ] {
            // The published level is the output's.
            let mut input = level;
            let mut third = 0.0;
            for _ in 0..6 {
                let x = over_the_tape(&setup, 48_000, 400.0, input);
                let output = sine_at(&x, 48_000.0, 400.0);
                third = sine_at(&x, 48_000.0, 1200.0) / output * 100.0;
                input += level - db(output);
            }
            let error = db(third / percent);
            assert!(
                error.abs() < 2.0,
                "{} at {level} dB: {third:.2} %, not {percent} %",
                tape.id
            );
        }
    }
}

#[test]
fn a_loud_treble_tone_leaves_no_aliases() {
    let setup = still(&Setup::default());
    let x = over_the_tape(&setup, 48_000, 10_000.0, 0.0);
    let tone = sine_at(&x, 48_000.0, 10_000.0);
    // Harmonics 3, 5, 7… of 10 kHz fold to 2, 6, 14 and 18 kHz.
    for hz in [2000.0, 6000.0, 14_000.0, 18_000.0] {
        let alias = db(sine_at(&x, 48_000.0, hz) / tone);
        assert!(alias < -75.0, "{alias:.1} dB at {hz} Hz");
    }
}
