//! The session: a box of tapes, one of them in the machine, and everything
//! that keeps it going.

mod worn;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::worn::Worn;
use super::card;
use super::librarian::{Finding, Librarian};
use super::memory::{Known, Memory, Place, Settings, tape_number};
use super::model::{Action, Card, Knob, Lyrics, Machine, Sound, View};
use super::songs::{Found, Song, State};
use super::sound;
use super::stock::Stock;
use super::words::Words;
use crate::cassette::{Geometry, LEADER_S, Layout, Length, Piece, Side, SongLength};
use crate::deck::{Cassette, Command, Controls, Deck, Monitor, Motion, Snapshot};
use crate::media;
use crate::output::Output;
use crate::playlist::Programme;
use crate::recorder::{Loudness, Order, Recorder, RecorderThread, Report, Sheet};
use crate::tape::{Knobs, Nr, Setup};

/// A message stands this long.
const MESSAGE: Duration = Duration::from_secs(8);
/// State is kept at most this often.
const KEEP_EVERY: Duration = Duration::from_millis(700);
/// A second press of "previous" within this many seconds of a song's start
/// goes to the song before.
const RESTART_S: f64 = 3.0;
/// A change of the sound comes in this far ahead of the head, seconds: the
/// recorder has to have dubbed it by then.
const SPLICE_S: f64 = 0.08;
/// Presses within this time of a jump count from where the jump goes.
const AIM: Duration = Duration::from_millis(150);

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
    pub stock: Stock,
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
    librarian: Librarian,
    memory: Memory,
    settings: Settings,
    loudness: BTreeMap<usize, Loudness>,
    card: Arc<Card>,
    notes: Option<String>,
    cover: Option<Arc<Vec<u8>>>,
    message: Option<(String, bool, Instant)>,
    pending: Vec<String>,
    words: Words,
    aim: Option<(Side, f64, Instant)>,
    ended: u32,
    kept: (Option<Place>, Settings, Instant),
    known_changed: bool,
    wear: Worn,
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
            .chain(choice.stock.remarks.iter().cloned())
            .chain(programme.remarks.iter().cloned())
            .collect();
        let mut session = Self {
            songs,
            number,
            layout,
            tape,
            generation,
            sound: Arc::new(sound::describe(&setup, &choice.stock, choice.no_wear)),
            setup,
            unsent: false,
            controls,
            recorder,
            output_generation: 0,
            librarian,
            memory,
            loudness,
            card: Arc::default(),
            notes: None,
            cover: None,
            message: None,
            pending,
            words: Words::default(),
            aim: None,
            ended: 0,
            kept: (place, settings.clone(), Instant::now()),
            settings,
            known_changed: false,
            wear: Worn::default(),
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
        self.recorder.order(Order::Wake);
    }

    /// Says something on the message line.
    pub fn say(&mut self, text: impl Into<String>, bad: bool) {
        self.message = Some((text.into(), bad, Instant::now()));
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
            .is_none_or(|(_, _, since)| since.elapsed() > MESSAGE)
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
        if status.generation == self.output_generation {
            return;
        }
        let first = self.output_generation == 0;
        self.output_generation = status.generation;
        if status.sample_rate != self.layout.sample_rate && status.sample_rate > 0 {
            let (song, offset_s) = self.under_head().unwrap_or((0, 0.0));
            let playing = is_playing(self.deck.motion);
            self.layout = lay(status.sample_rate, &self.songs, self.choice.length);
            self.seat(song, offset_s, playing);
        }
        if !first && status.lost.is_none() {
            self.say(
                format!("Playing to {} again", text_of(&status.device)),
                false,
            );
        }
    }

    /// The layout follows what is known now.
    fn lay_again(&mut self) {
        let layout = lay(self.layout.sample_rate, &self.songs, self.choice.length);
        let old = std::mem::replace(&mut self.layout, layout);
        let (side, frame) = self.head();
        let here = old.tapes[self.tape].piece_at(side, frame as u64).copied();
        let same = self
            .layout
            .tapes
            .get(self.tape)
            .is_some_and(|tape| match here {
                Some(piece) => {
                    tape.sides[side.index()].contains(&piece)
                        || tape
                            .piece_at(side, frame as u64)
                            .is_some_and(|now| same_place(&piece, now))
                }
                None => true,
            });
        if same {
            let sheet = sheet(self.generation, &self.layout, self.tape, &self.songs);
            self.recorder.order(Order::Extend(Arc::new(sheet)));
            self.send(Command::Extend(cassette(
                self.generation,
                self.number,
                &self.layout,
                self.tape,
            )));
            return;
        }
        let Some(piece) = here else { return };
        let offset_s = piece.offset as f64 / f64::from(piece.sample_rate)
            + (frame - piece.start as f64).max(0.0) / f64::from(self.layout.sample_rate);
        let playing = is_playing(self.deck.motion);
        self.seat(piece.song, offset_s, playing);
    }

    /// Puts in the tape with this song and brings the place under the head.
    fn seat(&mut self, song: usize, offset_s: f64, play: bool) {
        let rate = self
            .songs
            .get(song)
            .map_or(1, |song| song.length().sample_rate);
        let offset = (offset_s * f64::from(rate)).round() as u64;
        if let Some((tape, side, frame)) = self.layout.find(song, offset) {
            self.insert(tape, Some((side, frame as f64)), play);
        }
    }

    /// Puts another tape of the box into the machine.
    fn insert(&mut self, tape: usize, at: Option<(Side, f64)>, play: bool) {
        self.keep_wear(true);
        self.tape = tape.min(self.layout.tapes.len() - 1);
        self.generation += 1;
        let cassette = cassette(self.generation, self.number, &self.layout, self.tape);
        let (side, frame) = at.unwrap_or((Side::A, cassette.start[0] as f64));
        self.load_wear();
        let sheet = sheet(self.generation, &self.layout, self.tape, &self.songs);
        self.recorder
            .order(Order::Insert(Arc::new(sheet), self.seed()));
        for (&song, &loudness) in &self.loudness {
            self.recorder.order(Order::Loudness(song, loudness));
        }
        self.send(Command::Insert {
            cassette,
            side,
            frame,
            play,
        });
        self.aim = Some((side, frame, Instant::now()));
        self.write_card();
    }

    fn seed(&self) -> u64 {
        self.number.wrapping_add(self.tape as u64)
    }

    /// Side and frame under the head, or where a jump on its way goes.
    fn head(&self) -> (Side, f64) {
        match self.aim {
            Some((side, frame, since)) if since.elapsed() < AIM => (side, frame),
            _ => (
                self.deck.side,
                self.deck.side_s * f64::from(self.layout.sample_rate),
            ),
        }
    }

    /// The song under the head and the seconds into it.
    fn under_head(&self) -> Option<(usize, f64)> {
        let (side, frame) = self.head();
        let piece = self.layout.tapes[self.tape].piece_at(side, frame as u64)?;
        let into = (frame - piece.start as f64).clamp(0.0, piece.frames as f64);
        let offset_s = piece.offset as f64 / f64::from(piece.sample_rate);
        Some((
            piece.song,
            offset_s + into / f64::from(self.layout.sample_rate),
        ))
    }

    fn seek(&mut self, side: Side, frame: f64) {
        let frame = frame.round().max(0.0);
        self.aim = Some((side, frame, Instant::now()));
        self.send(Command::Seek(side, frame));
    }

    /// Moves by seconds of playing time, within the side's programme.
    fn seek_by(&mut self, seconds: f64) {
        let rate = f64::from(self.layout.sample_rate);
        let (side, frame) = self.head();
        let tape = &self.layout.tapes[self.tape];
        let end = tape.programme_end(side, self.layout.sample_rate) as f64;
        let start = (LEADER_S * rate).min(end);
        self.seek(side, (frame + seconds * rate).clamp(start, end));
    }

    /// Pieces of the tape in the machine, side A first, with their sides.
    fn pieces(&self) -> Vec<(Side, Piece)> {
        let sides = &self.layout.tapes[self.tape].sides;
        Side::BOTH
            .iter()
            .flat_map(|&side| sides[side.index()].iter().map(move |&p| (side, p)))
            .collect()
    }

    fn step_song(&mut self, by: isize) {
        let pieces = self.pieces();
        let (side, frame) = self.head();
        let here = pieces.iter().rposition(|(s, piece)| {
            s.index() < side.index() || (*s == side && piece.start as f64 <= frame + 1.0)
        });
        let here = here.map_or(-1, |i| i as isize);
        let into_s = match here {
            i if i >= 0 => {
                (frame - pieces[i as usize].1.start as f64) / f64::from(self.layout.sample_rate)
            }
            _ => 0.0,
        };
        let to = if by < 0 && into_s > RESTART_S {
            here
        } else {
            here + by
        };
        if let Ok(index) = usize::try_from(to)
            && let Some((side, piece)) = pieces.get(index)
        {
            self.seek(*side, piece.start as f64);
            return;
        }
        let playing = is_playing(self.deck.motion);
        if to >= pieces.len() as isize && self.tape + 1 < self.layout.tapes.len() {
            self.insert(self.tape + 1, None, playing);
        } else if to < 0 && self.tape > 0 {
            let last = &self.layout.tapes[self.tape - 1].sides;
            let at = Side::BOTH
                .iter()
                .rev()
                .find_map(|&side| Some((side, last[side.index()].last()?.start as f64)));
            self.insert(self.tape - 1, at, playing);
        } else if to < 0 {
            let start = LEADER_S * f64::from(self.layout.sample_rate);
            self.seek(Side::A, start);
        } else {
            self.say("This is the last song", false);
        }
    }

    /// Carries out what has been changed of the setup: from a little ahead of
    /// the head on, on the tape and in the deck alike, so that the change is
    /// one and nothing jumps.
    fn sound_changed(&mut self) {
        self.sound = Arc::new(sound::describe(
            &self.setup,
            &self.choice.stock,
            self.choice.no_wear,
        ));
        self.unsent = true;
        self.send_setup();
        self.write_card();
    }

    /// Sends the setup, unless the deck has too many waiting.
    fn send_setup(&mut self) {
        if !self.unsent {
            return;
        }
        self.deck = self.controls.snapshot();
        let deck = &self.deck;
        let rate = f64::from(self.layout.sample_rate);
        let playing = deck.motion == Motion::Playing && !deck.awaiting;
        let from = (deck.side_s + deck.speed * SPLICE_S) * rate;
        let from = playing.then_some((deck.side, from));
        let sent = self.controls.set(Box::new(self.setup.clone()), from);
        self.unsent = sent.is_err();
        if sent.is_ok() {
            let from = from.map(|(side, frame)| (side, frame as u64));
            let setup = Box::new(self.setup.clone());
            self.recorder.order(Order::Set(setup, from));
            self.output.idle(false);
        }
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
        let card = Card {
            revision: self.card.revision,
            formulation: self.setup.tape.kind.clone(),
            noise_reduction: match self.setup.encode {
                Nr::Off => String::new(),
                _ => self.sound.nr[0].to_owned(),
            },
            notes: self.notes.clone().unwrap_or_default(),
            filling: (seen < self.songs.len()).then_some((seen, self.songs.len())),
            seed: self.seed(),
            cover: self.cover.clone(),
            ..card::write(&self.programme, &self.songs, &self.layout, self.tape)
        };
        if card != *self.card {
            self.card = Arc::new(Card {
                revision: card.revision + 1,
                ..card
            });
        }
    }

    /// Writes down where everything is, if it has changed.
    fn keep(&mut self, now: bool) {
        if !now && self.kept.2.elapsed() < KEEP_EVERY {
            return;
        }
        self.kept.2 = Instant::now();
        let (side, frame) = self.head();
        let place = Place {
            title: self.card.title.clone(),
            tape: self.tape,
            side,
            side_s: frame / f64::from(self.layout.sample_rate),
            song: self.under_head(),
        };
        let mut failed = None;
        if self.kept.0.as_ref() != Some(&place) {
            failed = self.memory.keep_place(self.number, &place).err();
            self.kept.0 = Some(place);
        }
        if self.kept.1 != self.settings {
            failed = failed.or(self.memory.keep_settings(&self.settings).err());
            self.kept.1 = self.settings.clone();
        }
        if self.known_changed && (now || self.librarian.done) {
            self.known_changed = false;
            let known: Vec<Option<Known>> = self
                .songs
                .iter()
                .enumerate()
                .map(|(i, song)| self.known(i, song))
                .collect();
            failed = failed.or(self.memory.keep_known(self.number, &known).err());
        }
        if let Some(error) = failed {
            let folder = self.memory.folder().display();
            self.message = Some((
                format!("Cannot remember the tape's place in {folder}: {error}"),
                true,
                Instant::now(),
            ));
        }
    }

    fn known(&self, index: usize, song: &Song) -> Option<Known> {
        let found = song.found().filter(|found| found.exact)?;
        let loudness = self.loudness.get(&index).map(|l| (l.gain_db, l.peak));
        Some((found.frames, found.sample_rate, loudness))
    }

    fn step_tape(&mut self, by: i32) {
        let tape = self.tape as i64 + i64::from(by);
        match usize::try_from(tape) {
            Ok(tape) if tape < self.layout.tapes.len() => {
                self.insert(tape, None, is_playing(self.deck.motion));
            }
            _ if self.layout.tapes.len() == 1 => self.say("There is one tape in the box", false),
            _ => self.say("There is no further tape in the box", false),
        }
    }
}

impl Machine for Session {
    fn view(&mut self) -> View {
        self.tend();
        let lyrics = self.lyrics();
        let status = self.output.status();
        View {
            deck: self.deck,
            sound: Arc::clone(&self.sound),
            wear: Arc::clone(&self.wear.shown),
            lyrics,
            card: Arc::clone(&self.card),
            output: match &status.lost {
                Some(reason) => reason.clone(),
                None => format!(
                    "{} · {} kHz",
                    text_of(&status.device),
                    f64::from(status.sample_rate) / 1000.0
                ),
            },
            output_lost: status.lost.is_some(),
            underruns: u64::from(status.underruns),
            message: self
                .message
                .as_ref()
                .map(|(text, bad, _)| (text.clone(), *bad)),
        }
    }

    fn act(&mut self, action: Action) {
        let deck = self.deck;
        match action {
            Action::PlayPause if deck.motion == Motion::Playing => self.send(Command::Pause),
            Action::PlayPause | Action::Play => self.send(Command::Play),
            Action::Pause if deck.motion == Motion::Paused => self.send(Command::Play),
            Action::Pause => self.send(Command::Pause),
            Action::Stop => self.send(Command::Stop),
            Action::FastForward => self.send(Command::FastForward),
            Action::Rewind => self.send(Command::Rewind),
            Action::Seek(seconds) => self.seek_by(seconds),
            Action::SeekTo(side_s) => {
                let side = self.head().0;
                self.seek(side, side_s * f64::from(self.layout.sample_rate));
            }
            Action::NextSong => self.step_song(1),
            Action::PreviousSong => self.step_song(-1),
            Action::Song(index) => {
                if let Some(&(side, piece)) = self.pieces().get(index) {
                    self.look_at(piece.song);
                    self.seek(side, piece.start as f64);
                    self.send(Command::Play);
                }
            }
            Action::SideStart => {
                let side = self.head().0;
                self.seek(side, LEADER_S * f64::from(self.layout.sample_rate));
            }
            Action::Flip => self.send(Command::Flip),
            Action::Eject(by) => self.step_tape(by),
            Action::Volume(by) => {
                self.settings.volume = ((self.settings.volume + by) * 100.0)
                    .round()
                    .clamp(0.0, 100.0)
                    / 100.0;
                self.send(Command::Mute(false));
                self.send(Command::Volume(self.settings.volume));
            }
            Action::Mute => self.send(Command::Mute(!deck.muted)),
            Action::Speed(by) => self.send(Command::Speed(deck.speed_setting * by)),
            Action::SpeedReset => self.send(Command::Speed(1.0)),
            Action::Monitor => {
                self.settings.source = !self.settings.source;
                let monitor = if self.settings.source {
                    Monitor::Source
                } else {
                    Monitor::Tape
                };
                self.send(Command::Monitor(monitor));
            }
            Action::Knob(knob, by) => {
                sound::turn_knob(&mut self.setup.knobs, knob, by);
                self.settings.sound.keep_knob(knob, &self.setup.knobs);
                self.sound_changed();
            }
            Action::KnobsReset => {
                self.setup.knobs = Knobs::default();
                for knob in Knob::ALL {
                    self.settings.sound.keep_knob(knob, &self.setup.knobs);
                }
                self.sound_changed();
            }
            Action::Switch(switch, by) => {
                sound::turn(&mut self.setup, &self.choice.stock, switch, by);
                self.settings.sound.keep_switch(switch, &self.setup);
                self.sound_changed();
            }
            Action::FreshTape => self.ask_fresh(),
            Action::AutoReverse => {
                self.settings.auto_reverse = !self.settings.auto_reverse;
                self.send(Command::AutoReverse(self.settings.auto_reverse));
            }
            Action::Noises => {
                self.settings.noises = !self.settings.noises;
                self.send(Command::Noises(self.settings.noises));
            }
            Action::CounterReset => self.send(Command::CounterReset),
            Action::Quit => {}
        }
    }
}

impl Session {
    /// The words of the song under the head.
    fn lyrics(&mut self) -> Option<Lyrics> {
        let (side, frame) = self.head();
        let piece = self.layout.tapes[self.tape].piece_at(side, frame as u64);
        let found = piece.and_then(|piece| self.songs[piece.song].found());
        let (Some(piece), Some(found)) = (piece, found) else {
            return self.words.of(None, 0.0);
        };
        // The file's own start, also where it begins before the song or side.
        let before = (piece.offset + found.start) as f64 / f64::from(piece.sample_rate.max(1));
        let start_s = piece.start as f64 / f64::from(self.layout.sample_rate) - before;
        self.words.of(Some(&found.path), start_s)
    }

    /// Makes sure that a song about to be played has been looked at.
    fn look_at(&mut self, song: usize) {
        if look_at(&mut self.songs, song) {
            self.lay_again();
            self.write_card();
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.deck = self.controls.snapshot();
        self.keep(true);
        self.keep_wear(true);
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
    song.state = match Found::look_up(&song.entry, false) {
        Ok(found) => State::Known(Box::new(found)),
        Err(reason) => State::Blank(reason),
    };
    true
}

/// Takes over what was found the last time; the loudness of what was measured.
fn recall(songs: &mut [Song], known: &[Option<Known>]) -> BTreeMap<usize, Loudness> {
    let mut loudness = BTreeMap::new();
    for (i, (song, known)) in songs.iter_mut().zip(known).enumerate() {
        let Some((frames, sample_rate, measured)) = *known else {
            continue;
        };
        if matches!(song.state, State::Unknown(_)) && sample_rate > 0 {
            song.state = State::Unknown(Some((frames, sample_rate)));
        }
        if let Some((gain_db, peak)) = measured {
            loudness.insert(i, Loudness { gain_db, peak });
        }
    }
    loudness
}

fn lay(sample_rate: u32, songs: &[Song], length: Option<Length>) -> Layout {
    let lengths: Vec<SongLength> = songs.iter().map(Song::length).collect();
    Layout::new(sample_rate, &lengths, length)
}

/// What the recorder needs of one tape of the box.
pub(super) fn sheet(generation: u32, layout: &Layout, tape: usize, songs: &[Song]) -> Sheet {
    let on_tape = &layout.tapes[tape];
    Sheet {
        generation,
        sample_rate: layout.sample_rate,
        songs: on_tape
            .sides
            .iter()
            .flatten()
            .filter_map(|piece| Some((piece.song, songs[piece.song].source()?)))
            .collect(),
        layout: on_tape.clone(),
    }
}

/// What the deck needs of it.
pub(super) fn cassette(generation: u32, number: u64, layout: &Layout, tape: usize) -> Cassette {
    let on_tape = &layout.tapes[tape];
    let leader = (LEADER_S * f64::from(layout.sample_rate)) as u64;
    Cassette {
        generation,
        seed: number.wrapping_add(tape as u64),
        geometry: Geometry::new(on_tape.length),
        start: [leader; 2],
        end: Side::BOTH.map(|side| on_tape.programme_end(side, layout.sample_rate)),
        continues: [0, 1].map(|side| {
            on_tape.sides[side]
                .last()
                .is_some_and(|piece: &Piece| piece.continues)
        }),
    }
}

/// Tape, side and frame where a tape was left; else where it begins.
fn find_place(layout: &Layout, place: Option<&Place>) -> (usize, Side, f64) {
    let rate = f64::from(layout.sample_rate);
    let start = (0, Side::A, (LEADER_S * rate).floor());
    let Some(place) = place.filter(|place| place.tape < layout.tapes.len()) else {
        return start;
    };
    let side_s = Geometry::new(layout.tapes[place.tape].length).side_s();
    if !(0.0..=side_s).contains(&place.side_s) {
        return start;
    }
    (place.tape, place.side, (place.side_s * rate).round())
}

/// Whether a piece is where it was, though more of its song may be known.
fn same_place(before: &Piece, now: &Piece) -> bool {
    (before.song, before.start, before.offset, before.run_start)
        == (now.song, now.start, now.offset, now.run_start)
}

fn is_playing(motion: Motion) -> bool {
    matches!(motion, Motion::Playing | Motion::Cue | Motion::Review)
}

fn text_of(device: &str) -> String {
    crate::text::clean(device)
}
