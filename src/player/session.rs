//! The session: a box of tapes, one of them in the machine, and everything
//! that keeps it going.

mod machine_impl;
mod navigate;
mod persist;
mod setup;
mod wear;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::persist::recall;
use self::wear::TapeWear;
use super::box_of_tapes::{cassette, find_place, lay, sheet, tape_seed};
use super::card;
use super::catalogue::Catalogue;
use super::librarian::{Finding, Librarian};
use super::lyrics::LyricsReader;
use super::memory::{Memory, Place, Settings, tape_number};
use super::model::{Card, Sound};
use super::songs::{Song, State};
use super::sound;
use crate::deck::{Command, Controls, Deck, Monitor, Snapshot};
use crate::output::Output;
use crate::recorder::{Loudness, Order, Recorder, RecorderThread, Report};
use afterdark_media::media;
use afterdark_media::playlist::Programme;
use afterdark_tape::cassette::{Layout, Length, Side};
use afterdark_tape::tape::Setup;

/// A message stands this long…
const MESSAGE: Duration = Duration::from_secs(7);
/// Longest that the sound is faded at the end, seconds.
const LAST_FADE_S: f64 = 0.2;
/// …and what a key has done this long.
const NOTE: Duration = Duration::from_millis(2500);

/// What was chosen on the command line.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The cassette's length, where it is not the smallest that holds all.
    pub length: Option<Length>,
    /// Wind for real.
    pub patient: bool,
    /// The tape as it was asked for, to be found again without arguments.
    pub asked: Vec<PathBuf>,
    /// Begin at the start of side A, wherever the tape was left.
    pub from_start: bool,
    /// Do not begin to play.
    pub stopped: bool,
    /// The tape as new, whatever it has been through.
    pub fresh_tape: bool,
    /// Wear is neither heard nor counted.
    pub no_wear: bool,
    /// The machines and tapes that there are to choose from.
    pub catalogue: Catalogue,
}

/// See the module's documentation.
pub struct Session {
    programme: Programme,
    songs: Vec<Song>,
    choice: Choice,
    number: u64,
    layout: Layout,
    tape: usize,
    generation: u32,
    setup: Setup,
    /// The deck has not been told of the setup yet.
    unsent: bool,
    sound: Arc<Sound>,
    controls: Controls,
    recorder: RecorderThread,
    output: Output,
    output_generation: u32,
    /// Why nothing is heard, as last told.
    lost: Option<String>,
    librarian: Librarian,
    memory: Memory,
    settings: Settings,
    loudness: BTreeMap<usize, Loudness>,
    card: Arc<Card>,
    notes: Option<String>,
    cover: Option<Arc<Vec<u8>>>,
    /// What is said, whether it is bad, and until when it stands.
    message: Option<(String, bool, Instant)>,
    pending: Vec<String>,
    words: LyricsReader,
    aim: Option<(Side, f64, Instant)>,
    ended: u32,
    kept: (Option<Place>, Settings, Instant),
    known_changed: bool,
    wear: TapeWear,
    /// Snapshot of the last look.
    deck: Snapshot,
}

impl Session {
    /// Puts the programme on tape, the first tape (or the one left last) into
    /// the machine, and starts. Waits for nothing but the device's rate and
    /// the first song's header.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(
        programme: Programme,
        choice: Choice,
        mut memory: Memory,
        setup: Setup,
        output: Output,
    ) -> io::Result<Self> {
        let number = tape_number(&programme);
        let settings = Settings {
            last: choice.asked.clone(),
            ..memory.settings()
        };
        let place = if choice.from_start {
            None
        } else {
            memory.place(number)
        };
        let mut songs: Vec<Song> = programme.entries.iter().cloned().map(Song::new).collect();
        let loudness = recall(&mut songs, &memory.known(number));
        let first = place
            .as_ref()
            .and_then(|place| place.song)
            .map_or(0, |(song, _)| song);
        let first = if first < songs.len() { first } else { 0 };
        look_at(&mut songs, first);
        let sample_rate = output.sample_rate();
        let layout = lay(sample_rate, &songs, choice.length);
        let (tape, side, frame) = find_place(&layout, place.as_ref());
        let generation = 1;
        let sheet = Arc::new(sheet(generation, &layout, tape, &songs));
        let (mut recorder, supply) = Recorder::new(sheet, &setup, number);
        for (&song, &known) in &loudness {
            recorder.set_loudness(song, known);
        }
        let cassette = cassette(generation, number, &layout, tape);
        let (deck, controls) = Deck::new(sample_rate, &setup, number, cassette, supply);
        let recorder = RecorderThread::start(recorder, setup.clone())?;
        let librarian = Librarian::start(programme.entries.clone(), first)?;
        let pending: Vec<String> = memory
            .remarks
            .drain(..)
            .chain(choice.catalogue.remarks.iter().cloned())
            .chain(programme.remarks.iter().map(ToString::to_string))
            .collect();
        let mut session = Self {
            songs,
            number,
            layout,
            tape,
            generation,
            sound: Arc::new(sound::describe(&setup, &choice.catalogue, choice.no_wear)),
            setup,
            unsent: false,
            controls,
            recorder,
            output_generation: 0,
            lost: None,
            librarian,
            memory,
            loudness,
            card: Arc::default(),
            notes: None,
            cover: None,
            message: None,
            pending,
            words: LyricsReader::default(),
            aim: None,
            ended: 0,
            kept: (place, settings.clone(), Instant::now()),
            settings,
            known_changed: false,
            wear: TapeWear::default(),
            deck: Snapshot::default(),
            programme,
            choice,
            output,
        };
        session.restore_switches();
        session.load_wear();
        if session.choice.fresh_tape {
            session.freshen();
        }
        let play = !session.choice.stopped;
        session.send(Command::Insert {
            cassette,
            side,
            frame,
            play,
        });
        session.output.attach(Box::new(deck));
        session.write_card();
        Ok(session)
    }

    fn restore_switches(&mut self) {
        let settings = self.settings.clone();
        if settings.source {
            self.send(Command::Monitor(Monitor::Source));
        }
        self.send(Command::Volume(settings.volume));
        self.send(Command::AutoReverse(settings.auto_reverse));
        self.send(Command::Noises(settings.noises));
        self.send(Command::Patient(self.choice.patient));
    }

    fn send(&mut self, command: Command) {
        self.output.idle(false);
        self.controls.send(command);
        if !matches!(command, Command::Extend(_)) {
            self.output.renew();
        }
        self.recorder.order(Order::Wake);
    }

    /// Says something on the message line.
    pub fn say(&mut self, text: impl Into<String>, bad: bool) {
        self.message = Some((text.into(), bad, Instant::now() + MESSAGE));
    }

    /// Says what a key has done.
    fn note(&mut self, text: impl Into<String>) {
        self.message = Some((text.into(), false, Instant::now() + NOTE));
    }

    /// The songs, in order.
    pub fn songs(&self) -> &[Song] {
        &self.songs
    }

    /// The card of the tape in the machine.
    pub fn card(&self) -> &Arc<Card> {
        &self.card
    }

    /// Looks at everything that goes on by itself; to be called some times a second.
    pub fn tend(&mut self) {
        self.deck = self.controls.snapshot();
        let findings = self.librarian.take();
        if !findings.is_empty() {
            self.take_findings(findings);
        }
        self.take_reports();
        self.watch_output();
        if self.deck.ended != self.ended {
            self.ended = self.deck.ended;
            if self.deck.auto_reverse && self.tape + 1 < self.layout.tapes.len() {
                self.insert(self.tape + 1, None, true);
            }
        }
        self.output.idle(self.deck.still);
        if self
            .message
            .as_ref()
            .is_none_or(|(_, _, until)| Instant::now() > *until)
        {
            self.message = None;
            if !self.pending.is_empty() {
                let text = self.pending.remove(0);
                self.say(text, true);
            }
        }
        self.send_setup();
        self.keep(false);
        self.keep_wear(false);
    }

    fn take_findings(&mut self, findings: Vec<Finding>) {
        let mut changed = false;
        for (song, found) in findings {
            let before = self.songs[song].length();
            let state = match found {
                Ok(found) => State::Known(found),
                Err(reason) => State::Blank(reason),
            };
            let failed = matches!(
                (&self.songs[song].state, &state),
                (State::Blank(_), State::Known(_))
            );
            if failed {
                // The recorder could not read it, whatever its header says.
                continue;
            }
            if let State::Known(found) = &state
                && let Some(remark) = &found.remark
            {
                // Once is enough, whatever the number of such files.
                let mut others = self.songs.iter().filter_map(Song::found);
                if others.all(|other| other.remark.is_none()) {
                    let name = self.songs[song].entry.name();
                    self.pending.push(format!("{name}: {remark}"));
                }
            }
            changed |= self.songs[song].source().is_none();
            self.songs[song].state = state;
            changed |= self.songs[song].length() != before;
        }
        self.known_changed = true;
        if changed {
            self.lay_again();
        }
        self.write_card();
    }

    fn take_reports(&mut self) {
        while let Ok(report) = self.recorder.reports.try_recv() {
            match report {
                Report::Failed { song, reason } => {
                    self.say(reason.clone(), true);
                    self.songs[song].state = State::Blank(reason);
                    self.write_card();
                }
                Report::Measured { song, loudness } => {
                    self.loudness.insert(song, loudness);
                    self.known_changed = true;
                }
            }
        }
    }

    fn watch_output(&mut self) {
        let status = self.output.status();
        if status.lost != self.lost {
            self.lost.clone_from(&status.lost);
            if let Some(reason) = status.lost {
                self.say(reason, true);
                return;
            }
        }
        if status.generation == self.output_generation {
            return;
        }
        let first = self.output_generation == 0;
        self.output_generation = status.generation;
        if status.sample_rate != self.layout.sample_rate && status.sample_rate > 0 {
            let (song, offset_s) = self.under_head().unwrap_or((0, 0.0));
            let playing = self.deck.motion.is_playing();
            self.layout = lay(status.sample_rate, &self.songs, self.choice.length);
            self.seat(song, offset_s, playing);
        }
        if !first && self.lost.is_none() {
            self.say(
                format!("Playing to {} again", text_of(&status.device)),
                false,
            );
        }
    }

    fn seed(&self) -> u64 {
        tape_seed(self.number, self.tape)
    }

    fn write_card(&mut self) {
        if self.notes.is_none() && self.songs.iter().any(|song| song.found().is_some()) {
            self.notes = Some(card::notes(&self.programme, &self.songs));
            let first = self.songs.iter().find_map(Song::found);
            self.cover = first
                .and_then(|found| media::cover(&found.path))
                .map(Arc::new);
        }
        let seen = self
            .songs
            .iter()
            .filter(|song| !matches!(song.state, State::Unknown(_)))
            .count();
        let tape_box = card::TapeBox {
            programme: &self.programme,
            songs: &self.songs,
            layout: &self.layout,
            number: self.number,
        };
        let card = Card {
            revision: self.card.revision,
            notes: self.notes.clone().unwrap_or_default(),
            filling: (seen < self.songs.len()).then_some((seen, self.songs.len())),
            cover: self.cover.clone(),
            ..card::write(&tape_box, self.tape, &self.setup)
        };
        if card != *self.card {
            self.card = Arc::new(Card {
                revision: card.revision + 1,
                ..card
            });
        }
    }
}

impl Session {
    /// Makes sure that a song about to be played has been looked at.
    fn look_at(&mut self, song: usize) {
        if look_at(&mut self.songs, song) {
            self.lay_again();
            self.write_card();
        }
    }
}

impl Session {
    /// Fades what is heard, and waits until the fade has reached the ear: sound
    /// that is cut off clicks.
    fn fall_silent(&mut self) {
        let status = self.output.status();
        if self.deck.still || self.deck.muted || status.lost.is_some() || status.sample_rate == 0 {
            return;
        }
        self.send(Command::Mute(true));
        let ahead = status.latency_frames + 2 * u64::from(status.buffer_frames);
        let ahead_s = ahead as f64 / f64::from(status.sample_rate);
        std::thread::sleep(Duration::from_secs_f64(ahead_s.clamp(0.04, LAST_FADE_S)));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.deck = self.controls.snapshot();
        self.keep(true);
        self.keep_wear(true);
        self.fall_silent();
    }
}

/// Looks at one song at once; `false` if that was done before.
fn look_at(songs: &mut [Song], song: usize) -> bool {
    let Some(song) = songs
        .get_mut(song)
        .filter(|song| matches!(song.state, State::Unknown(_)))
    else {
        return false;
    };
    song.look_up(false);
    true
}

fn text_of(device: &str) -> String {
    afterdark_media::text::clean(device)
}
