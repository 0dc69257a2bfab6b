//! The sound in the hand: every switch and knob is heard soon, and none clicks.

mod machine;

use std::sync::Arc;

use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::{Knobs, Setup};
use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use songs_after_dark::deck::{Command, Controls, Deck};
use songs_after_dark::player::Catalogue;
use songs_after_dark::player::model::{Knob, Switch};
use songs_after_dark::player::sound::turn;
use songs_after_dark::recorder::Recorder;
use songs_after_dark::render::Render;

use machine::{RATE, machine, noise, song, tone};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// What a deck renders at a time here, frames.
const CHUNK: usize = 480;
/// Blocks that the recorder manages meanwhile: five times real time at least.
const DUBBED: usize = 3;

struct Rig {
    recorder: Recorder,
    deck: Deck,
    controls: Controls,
}

impl Rig {
    fn play(&mut self, seconds: f64) -> Vec<Frame> {
        let mut out = vec![[0.0; 2]; (seconds * f64::from(RATE)) as usize];
        for part in out.chunks_mut(CHUNK) {
            for _ in 0..DUBBED {
                self.recorder.supply();
            }
            assert_no_alloc(|| self.deck.render(part));
        }
        out
    }

    /// As the session sends it: from 80 ms ahead of the head on.
    fn set(&mut self, setup: &Setup) {
        let now = self.controls.snapshot();
        let frame = (now.side_s + 0.08 * now.speed) * f64::from(RATE);
        let sent = Box::new(setup.clone());
        assert!(self.controls.set(sent, Some((Side::A, frame))).is_ok());
        self.recorder.set(setup, Some((Side::A, frame as u64)));
    }
}

fn rms(frames: &[Frame]) -> f64 {
    let sum: f64 = frames.iter().map(|f| f64::from(f[0]).powi(2)).sum();
    (sum / frames.len() as f64).sqrt()
}

/// Largest difference of the third order: small for a tone below 1 kHz,
/// as large as itself for a step.
fn jolt(frames: &[Frame]) -> f32 {
    let third = |w: &[Frame]| (w[3][0] - 3.0 * w[2][0] + 3.0 * w[1][0] - w[0][0]).abs();
    frames.windows(4).map(third).fold(0.0, f32::max)
}

/// Everything that can be turned, one after the other.
fn turns() -> Vec<(String, Box<dyn Fn(&mut Setup, &Catalogue)>)> {
    let mut turns: Vec<(String, Box<dyn Fn(&mut Setup, &Catalogue)>)> = Vec::new();
    for switch in Switch::ALL {
        for by in [1, 1, -1] {
            turns.push((
                format!("{switch:?} {by}"),
                Box::new(move |setup, catalogue| turn(setup, catalogue, None, switch, by)),
            ));
        }
    }
    for knob in Knob::ALL {
        for by in [2.0, -1.5] {
            turns.push((
                format!("{knob:?} {by}"),
                Box::new(move |setup, _| knob.set(setup, knob.get(setup) + by)),
            ));
        }
    }
    turns
}

#[test]
fn no_switch_clicks_and_none_allocates() {
    let folder = tempfile::tempdir().unwrap();
    let songs = ["a.wav", "b.wav"].map(|name| song(folder.path(), name, tone(400.0, -12.0)));
    let catalogue = Catalogue::default();
    let mut setup = Setup::default();
    // Hiss and dropouts make steps of their own.
    setup.knobs.hiss = 0.0;
    setup.knobs.wear = 0.0;
    let (recorder, deck, controls) = machine(songs, &setup);
    let mut rig = Rig {
        recorder,
        deck,
        controls,
    };
    rig.controls.send(Command::Noises(false));
    rig.controls.send(Command::Play);
    rig.play(1.0);
    for (name, turn) in turns() {
        let before = rig.play(0.3);
        turn(&mut setup, &catalogue);
        setup.knobs.hiss = 0.0;
        setup.knobs.wear = 0.0;
        rig.set(&setup);
        let during = rig.play(0.4);
        let after = rig.play(0.3);
        let calm = jolt(&before).max(jolt(&after));
        // A step of a hundredth of the tone would be four times this; the attack
        // of the encoder as noise reduction comes in is most of it.
        assert!(
            jolt(&during) < calm + 0.002,
            "{name}: {} where {calm} is usual",
            jolt(&during)
        );
        // No gap either.
        let faintest = during.chunks(480).map(rms).fold(f64::MAX, f64::min);
        let usual = rms(&before).min(rms(&after));
        assert!(faintest > 0.6 * usual, "{name}: {faintest} of {usual}");
    }
    assert_eq!(rig.controls.snapshot().missed_blocks, 0);
}

#[test]
fn a_switch_of_the_recorder_is_heard_within_three_tenths_of_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let songs = ["a.wav", "b.wav"].map(|name| song(folder.path(), name, noise()));
    let mut setup = Setup::default();
    let (recorder, deck, controls) = machine(songs, &setup);
    let mut rig = Rig {
        recorder,
        deck,
        controls,
    };
    rig.controls.send(Command::Play);
    rig.play(1.0);
    // Treble against everything, dB.
    let bright = |frames: &[Frame]| {
        let slope: Vec<Frame> = frames
            .windows(2)
            .map(|w| [w[1][0] - w[0][0], w[1][1] - w[0][1]])
            .collect();
        20.0 * (rms(&slope) / rms(frames)).log10()
    };
    for bias_db in [-4.0, 4.0, -2.0] {
        let before = bright(&rig.play(0.5));
        setup.bias_db = bias_db;
        rig.set(&setup);
        rig.play(0.3);
        let now = bright(&rig.play(0.1));
        let settled = bright(&rig.play(1.0));
        let (change, left) = (settled - before, settled - now);
        assert!(change.abs() > 0.7, "{bias_db} dB: no change, {change} dB");
        assert!(
            left.abs() < 0.25 * change.abs(),
            "{left} of {change} dB to go"
        );
    }
    // What was dubbed before the change and lies behind the head is new as well.
    let here = bright(&rig.play(0.5));
    let frame = (rig.controls.snapshot().side_s - 3.0) * f64::from(RATE);
    rig.controls.send(Command::Seek(Side::A, frame));
    rig.play(0.2);
    let back = bright(&rig.play(0.5));
    assert!((back - here).abs() < 0.3, "{back} behind, {here} here");
    assert_eq!(rig.controls.snapshot().missed_blocks, 0);
}

#[test]
fn a_second_turn_goes_back_to_where_the_first_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let songs = ["a.wav", "b.wav"].map(|name| song(folder.path(), name, noise()));
    let (recorder, deck, controls) = machine(songs, &Setup::default());
    let mut rig = Rig {
        recorder,
        deck,
        controls,
    };
    rig.controls.send(Command::Play);
    rig.play(3.0);
    let left = rig.controls.snapshot().side_s;
    rig.controls.send(Command::Flip);
    rig.play(2.0);
    let over = rig.controls.snapshot();
    assert_eq!(over.side, Side::B);
    rig.controls.send(Command::Flip);
    rig.play(1.0);
    let back = rig.controls.snapshot();
    assert_eq!(back.side, Side::A);
    assert!(
        (0.0..1.2).contains(&(back.side_s - left)),
        "{left} {back:?}"
    );
    // And once more: the other side has its place too.
    rig.controls.send(Command::Flip);
    rig.play(1.0);
    let again = rig.controls.snapshot();
    assert!(
        (0.0..2.0).contains(&(again.side_s - over.side_s)),
        "{again:?}"
    );
}

/// Level of `hz` in the left and the right channel, dB re 1.0.
fn level_db(frames: &[Frame], hz: f64) -> [f64; 2] {
    [0, 1].map(|channel| {
        let (mut s, mut c) = (0.0, 0.0);
        for (i, frame) in frames.iter().enumerate() {
            let phase = std::f64::consts::TAU * hz * i as f64 / f64::from(RATE);
            // Hann, so that the flutter's side bands stay in and other tones out.
            let along = std::f64::consts::TAU * i as f64 / frames.len() as f64;
            let x = f64::from(frame[channel]) * (1.0 - along.cos());
            (s, c) = (s + x * phase.sin(), c + x * phase.cos());
        }
        20.0 * (2.0 * f64::hypot(s, c) / frames.len() as f64).log10()
    })
}

/// Without what moves and what hisses.
fn steady(mut setup: Setup) -> Setup {
    Arc::make_mut(&mut setup.deck).speed_error_percent = 0.0;
    setup.knobs = Knobs {
        wow: 0.0,
        flutter: 0.0,
        hiss: 0.0,
        azimuth: 0.0,
        ..setup.knobs
    };
    setup
}

#[test]
fn what_is_played_often_loses_its_treble_until_the_tape_is_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let songs = ["a.wav", "b.wav"].map(|n| song(folder.path(), n, tone(12_000.0, -30.0)));
    let (recorder, deck, controls) = machine(songs, &steady(Setup::default()));
    let mut rig = Rig {
        recorder,
        deck,
        controls,
    };
    // The tape has been played a hundred times, but for ten seconds of it.
    let mut passes = vec![100.0; 100];
    passes[20..30].fill(0.0);
    rig.controls.wear().load(7, &[passes, Vec::new()]);
    let mut at = |second: f64| {
        let frame = second * f64::from(RATE);
        rig.controls.send(Command::Seek(Side::A, frame));
        rig.controls.send(Command::Play);
        rig.play(0.5);
        let heard = level_db(&rig.play(1.0), 12_000.0);
        rig.controls.send(Command::Stop);
        rig.play(0.2);
        heard[1]
    };
    let (worn, new) = (at(12.0), at(24.0));
    // 0.35 µm·(1 − e^(−100·0.004/0.35)) between head and tape; Wallace's
    // 54.6 dB for each wavelength of it, 3.97 µm at 12 kHz.
    let expected = 54.6 * 0.35 * (1.0 - (-100.0 * 0.004 / 0.35f64).exp()) / 3.97;
    let lost = new - worn;
    assert!((lost - expected).abs() < 0.7, "{lost} dB, not {expected}");
    // Played once more, by the second and a half of it that was heard.
    let counted = rig.controls.wear().read();
    let sum: f32 = counted[0][20..30].iter().sum();
    assert!((1.3..1.8).contains(&sum), "{sum} s");
    assert!(counted[1].is_empty());
    rig.controls.wear().load(7, &[Vec::new(), Vec::new()]);
    let frame = 12.0 * f64::from(RATE);
    rig.controls.send(Command::Seek(Side::A, frame));
    rig.controls.send(Command::Play);
    rig.play(0.5);
    let fresh = level_db(&rig.play(1.0), 12_000.0)[1];
    assert!((fresh - new).abs() < 0.3, "{fresh} is not {new} dB");
}

#[test]
fn cue_wears_and_winding_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let songs = ["a.wav", "b.wav"].map(|n| song(folder.path(), n, tone(400.0, -30.0)));
    let (recorder, deck, controls) = machine(songs, &Setup::default());
    let mut rig = Rig {
        recorder,
        deck,
        controls,
    };
    rig.controls.wear().load(7, &[Vec::new(), Vec::new()]);
    rig.controls.send(Command::FastForward);
    rig.play(1.0);
    rig.controls.send(Command::Stop);
    rig.play(0.5);
    assert_eq!(rig.controls.wear().read(), [const { Vec::<f32>::new() }; 2]);
    rig.controls
        .send(Command::Seek(Side::A, 7.0 * f64::from(RATE)));
    rig.controls.send(Command::Play);
    rig.controls.send(Command::FastForward);
    rig.play(1.5);
    let counted = rig.controls.wear().read();
    // The middle of the way was passed once, at whatever speed.
    assert!((0.9..1.1).contains(&counted[0][12]), "{:?}", counted[0]);
    // Another tape's map is neither heard nor counted on.
    rig.controls.wear().load(8, &[Vec::new(), Vec::new()]);
    rig.play(0.5);
    assert_eq!(rig.controls.wear().read(), [const { Vec::<f32>::new() }; 2]);
}

#[test]
fn the_other_side_is_heard_backwards_as_faint_as_the_deck_says() {
    let folder = tempfile::tempdir().unwrap();
    let silence = song(folder.path(), "a.wav", |_| [0.0; 2]);
    // From second 10 to 12 of side B a tone, and from 12 to 14 a lower one.
    let (mut high, mut low) = (tone(1000.0, -12.0), tone(600.0, -12.0));
    let tones = song(folder.path(), "b.wav", move |frame| match frame / RATE {
        10 | 11 => high(frame),
        12 | 13 => low(frame),
        _ => [0.0; 2],
    });
    let mut setup = steady(Setup::default());
    setup.knobs.wear = 0.0;
    let (recorder, deck, controls) = machine([silence, tones], &setup);
    let mut rig = Rig {
        recorder,
        deck,
        controls,
    };
    rig.controls.send(Command::Patient(false));
    let length_s = rig.controls.snapshot().length_s;
    // Beside second 14 of the programme of side B, a little before the tone.
    let start = (length_s - 7.0 - 14.0) * f64::from(RATE);
    rig.controls.send(Command::Noises(false));
    rig.controls.send(Command::Seek(Side::A, start));
    rig.play(0.2);
    rig.controls.send(Command::Patient(true));
    rig.controls.send(Command::Play);
    rig.play(0.3);
    let first = rig.play(1.5);
    rig.play(0.5);
    let second = rig.play(1.5);
    let recorded = -12.0;
    for (heard, hz, not) in [(&first, 600.0, 1000.0), (&second, 1000.0, 600.0)] {
        let down = recorded - level_db(heard, hz)[1];
        let stated = setup.deck.crosstalk_db;
        // The bass of the gap adds a little to what the head picks up.
        assert!(
            (down - stated).abs() < 2.0,
            "{hz} Hz is {down} dB down, not {stated}"
        );
        assert!(level_db(heard, not)[1] < level_db(heard, hz)[1] - 25.0);
    }
}
