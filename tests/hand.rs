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

use machine::{RATE, machine, song, tone};

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
    let songs = ["a.wav", "b.wav"].map(|name| song(folder.path(), name, tone(400.0, -12.0)));
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
        let third = |w: &[Frame]| (w[3][0] - 3.0 * w[2][0] + 3.0 * w[1][0] - w[0][0]).abs();
        let worst = during
            .windows(4)
            .map(third)
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap();
        std::fs::write(
            format!("/tmp/hand-{}.raw", name.replace(' ', "_")),
            during
                .iter()
                .flat_map(|f| f[0].to_le_bytes())
                .collect::<Vec<u8>>(),
        )
        .unwrap();
        let now = rig.controls.snapshot();
        let at = now.side_s * 48000.0 - (0.3 + 0.4) * 48000.0;
        println!(
            "{name}: {:.5} {calm:.5} at {} after the switch, in block {:.3}",
            jolt(&during),
            worst.0,
            (at + worst.0 as f64) / 8192.0
        );
        if std::env::var("LOOK").is_ok() {
            continue;
        }
        // A step of a hundredth of the tone would be eight times this.
        assert!(
            jolt(&during) < calm + 0.001,
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
