//! The sound in the hand: every switch and knob is heard soon, and none clicks.

mod machine;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use songs_after_dark::Frame;
use songs_after_dark::cassette::Side;
use songs_after_dark::deck::{Command, Controls, Deck};
use songs_after_dark::output::Render;
use songs_after_dark::player::Stock;
use songs_after_dark::player::model::{Knob, Switch};
use songs_after_dark::player::sound::{turn, turn_knob};
use songs_after_dark::recorder::Recorder;
use songs_after_dark::tape::Setup;

use machine::{RATE, SONG_S, machine, noise, song, tone};

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
fn turns() -> Vec<(String, Box<dyn Fn(&mut Setup, &Stock)>)> {
    let mut turns: Vec<(String, Box<dyn Fn(&mut Setup, &Stock)>)> = Vec::new();
    for switch in [
        Switch::Deck,
        Switch::Tape,
        Switch::NrRecord,
        Switch::NrPlay,
        Switch::Bias,
        Switch::RecordEq,
        Switch::PlayEq,
        Switch::Preset,
    ] {
        for by in [1, 1, -1] {
            turns.push((
                format!("{switch:?} {by}"),
                Box::new(move |setup, stock| turn(setup, stock, switch, by)),
            ));
        }
    }
    for knob in Knob::ALL {
        for by in [2.0, -1.5] {
            turns.push((
                format!("{knob:?} {by}"),
                Box::new(move |setup, _| turn_knob(&mut setup.knobs, knob, by)),
            ));
        }
    }
    turns
}

#[test]
fn no_switch_clicks_and_none_allocates() {
    let folder = tempfile::tempdir().unwrap();
    let songs =
        ["a.wav", "b.wav"].map(|name| song(folder.path(), name, SONG_S, tone(400.0, -12.0)));
    let stock = Stock::default();
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
        turn(&mut setup, &stock);
        setup.knobs.hiss = 0.0;
        setup.knobs.wear = 0.0;
        rig.set(&setup);
        let during = rig.play(0.4);
        let after = rig.play(0.3);
        let calm = jolt(&before).max(jolt(&after));
        // A step of a hundredth of the tone would be four times this.
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
    let songs = ["a.wav", "b.wav"].map(|name| song(folder.path(), name, SONG_S, noise()));
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
