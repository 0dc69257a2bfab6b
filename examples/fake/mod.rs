//! A machine of cardboard: it moves as a deck does and makes no sound. For the
//! screen's demonstration and tests.

// The demonstration runs the machine, the tests look at single views.
#![allow(dead_code)]

use std::f64::consts::PI;
use std::sync::Arc;
use std::time::Instant;

use afterdark_media::media::Line;
use afterdark_tape::cassette::Side;
use songs_after_dark::deck::{Meter, Monitor, Motion, Snapshot};
use songs_after_dark::ui::model::{
    Action, Card, Change, Knob, Listed, Listing, Lyrics, Machine, OutputState, Said, SongLine,
    Sound, View, WEAR_PARTS,
};

const TAPE_SPEED: f64 = 47.625;
const THICKNESS: f64 = 0.016;
const HUB: f64 = 11.0;
/// Seconds of a side.
pub const SIDE: f64 = 1870.0;
const LEADER: f64 = 10.0;

const SIDE_A: [(&str, f64); 7] = [
    ("Blue Lamp", 161.0),
    ("The Last Table", 185.0),
    ("Never Let You Go", 178.0),
    ("Ashtray Moon", 202.0),
    ("Coat Check", 157.0),
    ("Half Past Anything", 229.0),
    ("Room 9", 251.0),
];
const SIDE_B: [(&str, f64); 7] = [
    ("Palm Court", 170.0),
    ("Satin", 191.0),
    ("After the Band", 242.0),
    ("Rain on the Neon", 206.0),
    ("Slow Elevator", 174.0),
    ("The Cromer Road", 276.0),
    ("Goodnight, Nobody", 213.0),
];

const NOTES: &str = "\
Recorded in one evening, they say, with the chairs already up on the tables. \
Play it low. Side A is for the *drive out*; side B is for the road you take \
because you **missed the turning**.

- Piano: the one by the kitchen door
- Brushes on a suitcase

> If you find this tape, it was always going to be yours.";

/// The card of the demonstration's tape.
pub fn card() -> Card {
    let mut songs = Vec::new();
    for (side, list) in [(Side::A, SIDE_A), (Side::B, SIDE_B)] {
        let mut start = LEADER;
        for (i, (title, length)) in list.into_iter().enumerate() {
            songs.push(SongLine {
                song: songs.len(),
                number: i + 1,
                side,
                title: title.to_owned(),
                start_s: start,
                length_s: length,
                ..SongLine::default()
            });
            start += length + 3.0;
        }
    }
    Card {
        revision: 1,
        title: "Songs After Dark".to_owned(),
        artist: "Judy Bridgewater".to_owned(),
        tape_of: (1, 1),
        length: "C60".to_owned(),
        formulation: "Type I".to_owned(),
        noise_reduction: "NR B".to_owned(),
        songs,
        notes: NOTES.to_owned(),
        side_s: SIDE,
        leader_s: LEADER,
        seed: 0x5afe_dabc,
        ..Card::default()
    }
}

/// The machine at a place on side A, playing.
pub fn snapshot(side_s: f64) -> Snapshot {
    let pack = |s: f64| (HUB * HUB + THICKNESS * TAPE_SPEED * s.max(0.0) / PI).sqrt();
    let (left, right) = (pack(SIDE - side_s), pack(side_s));
    let level = |phase: f64| {
        let s = side_s * 1.9 + phase;
        let db = -9.0 + 5.0 * (s * 2.1).sin() + 3.0 * (s * 5.3).sin();
        Meter {
            vu_db: db as f32 - 4.0,
            peak_db: db as f32 + 2.0,
            hold_db: 1.5,
        }
    };
    let turns = |r0: f64, r: f64| (r - r0) / THICKNESS;
    Snapshot {
        motion: Motion::Playing,
        side: Side::A,
        side_s,
        length_s: SIDE,
        speed: 1.0,
        speed_setting: 1.0,
        left_radius_mm: left,
        right_radius_mm: right,
        left_turns: turns(left, pack(SIDE)),
        right_turns: turns(HUB, right),
        counter: turns(HUB, right) * 0.55 % 1000.0,
        meters: [level(0.0), level(0.8)],
        monitor: Monitor::Tape,
        volume: 0.8,
        muted: false,
        auto_reverse: true,
        noises: true,
        missed_blocks: 0,
        tape: 1,
        ..Snapshot::default()
    }
}

/// A tape whose second song was played more than the others.
fn wear() -> Vec<f32> {
    let worn = |i: usize| if (9..19).contains(&i) { 0.34 } else { 0.04 };
    (0..WEAR_PARTS).map(worn).collect()
}

/// Words that change every six seconds.
fn lyrics(side_s: f64) -> Lyrics {
    let words = [
        "Leave the coat, the rain has stopped,",
        "leave the change for whoever swept,",
        "",
        "we were the last table,",
        "the last table awake.",
        "Leave the lamp, it knows the way,",
        "leave the tune, it isn't paid,",
        "",
        "we were the last table,",
        "the last table awake.",
    ];
    let starts: Vec<f64> = card()
        .songs
        .iter()
        .filter(|s| s.side == Side::A)
        .map(|s| s.start_s)
        .collect();
    let begun = starts.iter().rev().find(|start| **start <= side_s);
    let lines = words.iter().cycle().take(30).enumerate();
    Lyrics {
        lines: Arc::new(
            lines
                .map(|(i, words)| Line {
                    at_s: Some(6.0 * i as f64),
                    words: (*words).to_owned(),
                })
                .collect(),
        ),
        start_s: begun.copied().unwrap_or(LEADER),
    }
}

/// A personal stereo and a good ferric.
pub fn sound() -> Sound {
    Sound {
        preset: "On foot".to_owned(),
        deck: "Stroller".to_owned(),
        deck_about: "A personal stereo.".to_owned(),
        flutter_percent: 0.2,
        response_hz: [40.0, 15_000.0],
        signal_to_noise_db: 54.0,
        separation_db: Some(35.0),
        wind_c60_s: 110.0,
        dubbed_on: "Parlour".to_owned(),
        tape: "Good ferric".to_owned(),
        tape_kind: "Type I".to_owned(),
        tape_about: "What one bought.".to_owned(),
        tape_mol_db: 5.3,
        tape_sol_db: -1.3,
        tape_noise_dba: -52.5,
        nr: ["NR B", "NR B"],
        knobs: Knob::ALL.map(|knob| knob.row().rest),
        eq: ["120 µs"; 2],
        eq_right: [true; 2],
        wear_off: false,
    }
}

/// A view with everything in order.
pub fn view(side_s: f64) -> View {
    View {
        deck: snapshot(side_s),
        sound: Arc::new(sound()),
        wear: Arc::new([wear(), vec![0.0; WEAR_PARTS]]),
        lyrics: Some(lyrics(side_s)),
        card: Arc::new(card()),
        output: OutputState::Open {
            device: "default".to_owned(),
            sample_rate: 48_000,
        },
        ..View::default()
    }
}

/// The machine of cardboard, in real time.
pub struct Fake {
    view: View,
    then: Instant,
    zero: f64,
}

impl Fake {
    /// A tape at a place on side A, playing.
    pub fn new(side_s: f64) -> Self {
        Self {
            view: view(side_s),
            then: Instant::now(),
            zero: 0.0,
        }
    }
}

impl Machine for Fake {
    fn view(&mut self) -> View {
        let now = Instant::now();
        let passed = (now - self.then).as_secs_f64();
        self.then = now;
        let deck = &mut self.view.deck;
        let goal = match deck.motion {
            Motion::Playing => deck.speed_setting,
            Motion::FastForward | Motion::Cue => 22.0,
            Motion::Rewind | Motion::Review => -22.0,
            _ => 0.0,
        };
        deck.speed += (goal - deck.speed) * (passed * 8.0).min(1.0);
        if (deck.speed - goal).abs() < 0.01 {
            deck.speed = goal;
        }
        let side_s = (deck.side_s + deck.speed * passed).clamp(0.0, SIDE);
        if deck.speed == 0.0 {
            deck.meters = [Meter::default(); 2];
            return self.view.clone();
        }
        if side_s <= 0.0 || side_s >= SIDE {
            deck.motion = Motion::Stopped;
        }
        let fresh = snapshot(side_s);
        *deck = Snapshot {
            motion: deck.motion,
            side: deck.side,
            tape: deck.tape,
            speed: deck.speed,
            speed_setting: deck.speed_setting,
            monitor: deck.monitor,
            volume: deck.volume,
            muted: deck.muted,
            auto_reverse: deck.auto_reverse,
            noises: deck.noises,
            counter: (fresh.counter - self.zero).rem_euclid(1000.0),
            ..fresh
        };
        self.view.clone()
    }

    fn keep_theme(&mut self, _name: &str, about: &str) {
        self.view.said = Some(Said::Theme(about.to_owned()));
    }

    fn say(&mut self, said: Said) {
        self.view.said = Some(said);
    }

    fn list(&mut self) {
        let songs = self.view.card.songs.iter();
        let listed = songs.map(|line| Listed {
            song: line.song,
            title: line.title.clone(),
            artist: self.view.card.artist.clone(),
            place: format!("{}{}", ["A", "B"][line.side.index()], line.number),
        });
        self.view.listing = Some(Arc::new(Listing {
            revision: self.view.card.revision,
            songs: listed.collect(),
        }));
    }

    fn act(&mut self, action: Action) {
        let card = Arc::clone(&self.view.card);
        let deck = &mut self.view.deck;
        let toggle = |motion: Motion, to: Motion| if motion == to { Motion::Stopped } else { to };
        match action {
            Action::PlayPause => {
                deck.motion = match deck.motion {
                    Motion::Playing => Motion::Paused,
                    _ => Motion::Playing,
                }
            }
            Action::Play => deck.motion = Motion::Playing,
            Action::Pause => deck.motion = Motion::Paused,
            Action::Stop => deck.motion = Motion::Stopped,
            Action::FastForward => deck.motion = toggle(deck.motion, Motion::FastForward),
            Action::Rewind => deck.motion = toggle(deck.motion, Motion::Rewind),
            Action::Seek(Change::By(by)) => deck.side_s = (deck.side_s + by).clamp(0.0, SIDE),
            Action::SeekTo(to) => deck.side_s = to.clamp(0.0, SIDE),
            Action::Song(index) | Action::SongOfBox(index) => {
                if let Some(song) = card.songs.get(index) {
                    deck.side = song.side;
                    deck.side_s = song.start_s;
                    deck.motion = Motion::Playing;
                }
            }
            Action::NextSong | Action::PreviousSong => {
                let starts: Vec<f64> = card
                    .songs
                    .iter()
                    .filter(|s| s.side == deck.side)
                    .map(|s| s.start_s)
                    .collect();
                let to = if action == Action::NextSong {
                    starts.iter().find(|s| **s > deck.side_s + 0.1)
                } else {
                    starts.iter().rev().find(|s| **s < deck.side_s - 2.0)
                };
                deck.side_s = to.copied().unwrap_or(deck.side_s);
            }
            Action::SideStart => deck.side_s = LEADER,
            Action::Flip => {
                deck.side = deck.side.other();
                deck.side_s = SIDE - deck.side_s;
                std::mem::swap(&mut deck.left_radius_mm, &mut deck.right_radius_mm);
            }
            Action::Eject(_) => {
                deck.tape += 1;
                self.view.said = Some(Said::OneTape);
            }
            Action::Volume(to) => deck.volume = to.from(deck.volume).clamp(0.0, 1.0),
            Action::Mute(to) => deck.muted = to.from(deck.muted),
            Action::Speed(Change::By(by)) => {
                let speed = deck.speed_setting * 2.0_f64.powf(by / 12.0);
                deck.speed_setting = speed.clamp(0.5, 2.0);
            }
            Action::Speed(Change::To(to)) => deck.speed_setting = to,
            Action::Monitor(_) => {
                deck.monitor = match deck.monitor {
                    Monitor::Tape => Monitor::Source,
                    Monitor::Source => Monitor::Tape,
                }
            }
            Action::Knob(knob, to) => {
                let sound = Arc::make_mut(&mut self.view.sound);
                for (k, value) in Knob::ALL.iter().zip(&mut sound.knobs) {
                    let [least, most] = knob.row().range;
                    if *k == knob {
                        *value = to.from(*value).clamp(least, most);
                    }
                }
            }
            Action::KnobsReset => self.view.sound = Arc::new(sound()),
            Action::Switch(..)
            | Action::Choose(..)
            | Action::FreshTape
            | Action::CopyTape
            | Action::Insert(_)
            | Action::Next(_)
            | Action::Seek(Change::To(_))
            | Action::SeekPart(_)
            | Action::Undo
            | Action::Sleep(_)
            | Action::Loop(_) => {
                self.view.said = Some(Said::Remark("this machine is of cardboard".to_owned()));
            }
            Action::AutoReverse(to) => deck.auto_reverse = to.from(deck.auto_reverse),
            Action::Noises(to) => deck.noises = to.from(deck.noises),
            Action::Mark | Action::NextMark => {}
            Action::CounterReset => self.zero += deck.counter,
            Action::Quit => {}
        }
    }
}
