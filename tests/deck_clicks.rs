//! No key, switch or knob clicks: while a tone plays, nothing bends the sound
//! more sharply than a few times what the tone itself does.

mod machine;

use std::path::Path;

use afterdark_media::media::Gain;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::{DeckProfile, Equalization, Formulation, Nr, Setup};
use songs_after_dark::deck::{Command, Controls, Deck, Monitor, Motion};
use songs_after_dark::recorder::{Recorder, SongSource};
use songs_after_dark::render::Render;

use machine::{LEADER, RATE, song, tone};

/// The sharpest bend allowed, in bends of the tone alone.
const SHARPEST: f32 = 4.0;
/// A change of the sound comes in so far ahead of the head, as the player has it.
const SPLICE_S: f64 = 0.08;
/// Seconds before a key, and after it, in which the tone is alone.
const ALONE_S: f64 = 0.3;
/// Seconds in which a key has done what it does.
const DONE_S: f64 = 1.0;

/// Something done by hand.
enum Hand {
    Key(Command),
    Turn(&'static str, fn(&mut Setup)),
}

struct Player {
    recorder: Recorder,
    deck: Deck,
    controls: Controls,
    setup: Setup,
}

impl Player {
    fn new(folder: &Path, hz: f64, monitor: Monitor) -> Self {
        // Without tags: their level is measured while they play.
        let songs = ["a.wav", "b.wav"].map(|name| SongSource {
            gain: Gain::default(),
            ..song(folder, name, tone(hz, -9.0))
        });
        let mut setup = Setup::default();
        // What is random would be taken for a bend of the tone.
        setup.knobs.hiss = 0.0;
        setup.knobs.wear = 0.0;
        let (recorder, deck, mut controls) = machine::machine(songs, &setup);
        controls.send(Command::Noises(false));
        controls.send(Command::Monitor(monitor));
        Self {
            recorder,
            deck,
            controls,
            setup,
        }
    }

    fn play(&mut self, seconds: f64) -> Vec<f32> {
        let mut heard = Vec::new();
        let mut out = vec![[0.0; 2]; 480];
        while (heard.len() as f64) < seconds * f64::from(RATE) {
            while self.recorder.step() {}
            self.deck.render(&mut out);
            heard.extend(out.iter().map(|frame| frame[0]));
        }
        heard
    }

    fn hand(&mut self, hand: &Hand) {
        match hand {
            Hand::Key(command) => assert!(self.controls.send(*command)),
            Hand::Turn(_, turn) => {
                turn(&mut self.setup);
                let now = self.controls.snapshot();
                let from = (now.side_s + now.speed * SPLICE_S) * f64::from(RATE);
                let from = (now.motion == Motion::Playing).then_some((now.side, from));
                let sent = self.controls.set(Box::new(self.setup.clone()), from);
                assert!(sent.is_ok());
                let from = from.map(|(side, frame)| (side, frame as u64));
                self.recorder.set(&self.setup, from);
            }
        }
    }
}

/// The sharpest bend: the highest second difference.
fn bend(heard: &[f32]) -> f32 {
    let bends = heard.windows(3).map(|x| (x[0] - 2.0 * x[1] + x[2]).abs());
    bends.fold(0.0, f32::max)
}

/// Everything there is to be done while a tape plays, each from where the one
/// before left it.
fn hands(monitor: Monitor) -> Vec<Hand> {
    let at = |side, seconds: f64| Command::Seek(side, LEADER as f64 + seconds * f64::from(RATE));
    let turns = Vec::from([
        Hand::Turn("wow", |s| s.knobs.wow = 1.3),
        Hand::Turn("flutter", |s| s.knobs.flutter = 1.3),
        Hand::Turn("azimuth", |s| s.knobs.azimuth = 1.5),
        Hand::Turn("bias", |s| s.bias_db = 1.0),
        Hand::Turn("drive", |s| s.drive_db = 3.0),
        Hand::Turn("hiss", |s| s.knobs.hiss = 0.0),
        Hand::Turn("NR of the recorder", |s| s.encode = Nr::B),
        Hand::Turn("NR of the player", |s| s.decode = Nr::B),
        Hand::Turn("NR C", |s| (s.encode, s.decode) = (Nr::C, Nr::C)),
        Hand::Turn("NR off", |s| (s.encode, s.decode) = (Nr::Off, Nr::Off)),
        Hand::Turn("player's EQ", |s| s.play_eq = Some(Equalization::Us70)),
        Hand::Turn("recorder's EQ", |s| s.record_eq = Some(Equalization::Us70)),
        Hand::Turn("EQ right", |s| (s.record_eq, s.play_eq) = (None, None)),
        Hand::Turn("tape", |s| s.tape = Formulation::all()[2].clone()),
        Hand::Turn("deck", |s| s.deck = DeckProfile::all()[0].clone()),
        Hand::Turn("another deck", |s| s.deck = DeckProfile::all()[6].clone()),
    ]);
    let keys = [
        at(Side::A, 20.3),
        at(Side::A, 10.0),
        at(Side::A, 10.123),
        Command::Pause,
        Command::Play,
        Command::Stop,
        Command::Play,
        Command::Volume(0.9),
        Command::Volume(0.3),
        Command::Volume(1.0),
        Command::Mute(true),
        Command::Mute(false),
        Command::Speed(1.06),
        Command::Speed(1.5),
        Command::Speed(1.0),
        Command::Monitor(Monitor::Source),
        Command::Monitor(Monitor::Tape),
        Command::Monitor(Monitor::Source),
        Command::FastForward,
        Command::Play,
        Command::Rewind,
        Command::Play,
        Command::Pause,
        Command::Play,
        Command::Flip,
        Command::Monitor(Monitor::Tape),
        at(Side::B, 20.3),
        Command::FastForward,
        Command::Play,
        Command::Rewind,
        Command::Rewind,
        Command::Flip,
        at(Side::A, 5.0),
        Command::CounterReset,
        Command::AutoReverse(false),
        Command::Patient(false),
        Command::FastForward,
        Command::Stop,
        Command::Play,
    ];
    // Of the programme itself nothing can be turned.
    let turns = turns.into_iter().filter(|_| monitor == Monitor::Tape);
    turns.chain(keys.map(Hand::Key)).collect()
}

fn nothing_clicks(monitor: Monitor) {
    let mut sharp = Vec::new();
    for hz in [50.0, 200.0, 1000.0] {
        let folder = tempfile::tempdir().unwrap();
        let mut player = Player::new(folder.path(), hz, monitor);
        player.controls.send(Command::Play);
        player.play(1.0);
        for hand in hands(monitor) {
            let alone = player.play(ALONE_S);
            player.hand(&hand);
            let done = player.play(DONE_S);
            let after = player.play(ALONE_S);
            let own = bend(&alone).max(bend(&after));
            assert!(own > 0.0, "{hz} Hz: silence on both sides of a key");
            let all = [&alone[alone.len() - 100..], &done, &after[..100]].concat();
            let ratio = bend(&all) / own;
            let name = match hand {
                Hand::Key(command) => format!("{command:?}"),
                Hand::Turn(name, _) => name.to_owned(),
            };
            if ratio > SHARPEST {
                sharp.push(format!("{hz} Hz {name}: {ratio:.1}"));
            }
        }
    }
    assert!(sharp.is_empty(), "{monitor:?}: {sharp:#?}");
}

#[test]
fn nothing_clicks_on_tape() {
    nothing_clicks(Monitor::Tape);
}

#[test]
fn nothing_clicks_on_source() {
    nothing_clicks(Monitor::Source);
}
