//! The session: a box of tapes, one of them in the machine, and everything
//! that keeps it going. Lives on the engine's thread.

mod act;
mod copy;
mod heard;
mod insert;
mod marks;
mod navigate;
mod persist;
mod setup;
mod show;
mod timer;
mod wear;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::heard::Heard;
use self::persist::{Kept, recall};
use self::setup::Sounding;
use self::show::Shown;
use self::timer::Timer;
use self::wear::TapeWear;
use super::box_of_tapes::{TapeBox, find_place};
use super::choice::Choice;
use super::copies::copyings;
use super::librarian::{Finding, Job, Librarian, News};
use super::memory::{Memory, Settings, tape_number};
use super::said::Said;
use super::songs::{Song, State};
use crate::deck::{Command, Controls, Deck, Snapshot};
use crate::output::Output;
use crate::recorder::{Loudness, Order, Reader, Recorder, RecorderThread, Report};
use afterdark_media::playlist::Programme;
use afterdark_media::text;
use afterdark_tape::cassette::Side;
use afterdark_tape::tape::Setup;

/// The first song's header is waited for so long.
const FIRST_PATIENCE: Duration = Duration::from_secs(2);

/// What the session's helpers tell it.
pub(super) enum Event {
    /// From the librarian of the box with this number, counted from 1.
    News(u32, News),
    /// From the recorder.
    Report(Report),
}

/// How they tell it.
pub(super) type Tell = Arc<dyn Fn(Event) + Send + Sync>;

/// See the module's documentation.
pub(super) struct Session {
    tapes: TapeBox,
    loaded: Loaded,
    sounding: Sounding,
    machine: Lines,
    loudness: BTreeMap<usize, Loudness>,
    librarian: Librarian,
    shown: Shown,
    kept: Kept,
    wear: TapeWear,
    timer: Timer,
    patient: bool,
    tell: Tell,
}

/// The tape in the machine.
struct Loaded {
    /// Which of the box, from 0.
    tape: usize,
    /// Of its dubbing; grows.
    generation: u32,
    /// That of the first dubbing from this box.
    since: u32,
    /// Counts the boxes.
    box_number: u32,
    /// Where a jump on its way goes, and when it began.
    aim: Option<(Side, f64, Instant)>,
    /// A song to be played as soon as its file has been looked at.
    wanted: Option<usize>,
    /// Tapes played to their end, as last seen.
    ended: u32,
}

/// The lines to deck, recorder and output, and what was last heard of them.
struct Lines {
    controls: Controls,
    recorder: RecorderThread,
    output: Output,
    deck: Snapshot,
    heard: Heard,
    /// The output has been told that nothing moves.
    idle: bool,
    output_generation: u32,
    /// Why nothing is heard, as last told.
    lost: Option<String>,
    /// When something was last sent.
    sent: Instant,
    /// Since when everything has stood still.
    still: Option<Instant>,
}

impl Session {
    /// Puts the programme on tape, the first tape (or the one left last) into
    /// the machine, and starts. Waits for nothing but the device's rate and
    /// the first song's header, and for both not long.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(
        mut programme: Programme,
        choice: Choice,
        mut memory: Memory,
        mut setup: Setup,
        output: Output,
        tell: Tell,
    ) -> io::Result<Self> {
        let number = tape_number(&programme);
        let settings = Settings {
            last: choice.asked.clone(),
            ..memory.settings()
        };
        let place = memory.place(number).filter(|_| !choice.from_start);
        let entries = std::mem::take(&mut programme.entries);
        let mut songs: Vec<Song> = entries.into_iter().map(Song::new).collect();
        let loudness = recall(&mut songs, &memory.known(number));
        let first = place.as_ref().and_then(|place| place.song);
        let first = first.map_or(0, |(song, _)| song);
        let first = if first < songs.len() { first } else { 0 };
        look_at_first(&mut songs, first);
        let sample_rate = output.sample_rate();
        let tapes = TapeBox::new(programme, songs, number, sample_rate, choice.length);
        let (tape, side, frame) = find_place(&tapes.layout, place.as_ref());
        setup.copies = copyings(&choice.catalogue, &tapes.programme.request.copies, tape);
        let generation = 1;
        let sheet = Arc::new(tapes.sheet(generation, tape));
        let (mut recorder, supply) = Recorder::new(sheet, &setup, number);
        recorder.set_levelling(choice.levelling);
        for (&song, &known) in &loudness {
            recorder.set_loudness(song, known);
        }
        let cassette = tapes.cassette(generation, tape);
        let (deck, controls) = Deck::new(sample_rate, &setup, number, cassette, supply);
        let report = Arc::clone(&tell);
        let recorder =
            RecorderThread::start(recorder, setup.clone(), move |r| report(Event::Report(r)))?;
        let librarian = librarian(&tapes, first, 1, &tell)?;
        let remarks = memory.remarks.drain(..);
        let remarks = remarks.chain(choice.catalogue.left_out.iter().map(ToString::to_string));
        let remarks = remarks.chain(tapes.programme.remarks.iter().map(ToString::to_string));
        let mut session = Self {
            shown: Shown::new(remarks.map(Said::Remark).collect()),
            loaded: Loaded {
                tape,
                generation,
                since: generation,
                box_number: 1,
                aim: None,
                wanted: None,
                ended: 0,
            },
            tapes,
            sounding: Sounding::new(setup, choice.catalogue, choice.options, choice.no_wear),
            machine: Lines {
                controls,
                recorder,
                output,
                deck: Snapshot::default(),
                heard: Heard::default(),
                idle: false,
                output_generation: 0,
                lost: None,
                sent: Instant::now(),
                still: None,
            },
            loudness,
            librarian,
            kept: Kept::new(memory, place, settings, choice.volume),
            wear: TapeWear::default(),
            timer: Timer::default(),
            patient: choice.patient,
            tell,
        };
        session.restore_switches(choice.sleep);
        session.load_traces();
        if choice.fresh_tape {
            session.freshen();
        }
        session.send(Command::Insert {
            cassette,
            side,
            frame,
            play: !choice.stopped,
        });
        session.machine.output.attach(Box::new(deck));
        session.write_card();
        session.note_tape();
        Ok(session)
    }

    fn send(&mut self, command: Command) {
        let machine = &mut self.machine;
        machine.sent = Instant::now();
        machine.still = None;
        if std::mem::take(&mut machine.idle) {
            machine.output.idle(false);
        }
        machine.controls.send(command);
        // What is queued already is made anew, so that the command is heard soon.
        if !matches!(command, Command::Extend(_)) {
            machine.output.renew();
        }
        machine.recorder.order(Order::Wake);
    }

    /// Tape frames a second.
    fn rate(&self) -> f64 {
        f64::from(self.tapes.layout.sample_rate)
    }

    /// Looks at everything that goes on by itself.
    pub fn tend(&mut self) {
        self.look_at_deck();
        self.watch_output();
        let deck = &self.machine.deck;
        if deck.ended != self.loaded.ended {
            self.loaded.ended = deck.ended;
            self.tape_ended();
        }
        self.watch_stillness();
        self.tend_timer();
        self.shown.tend();
        self.send_setup();
        self.keep(false);
        self.keep_wear(false);
    }

    /// A device that has nothing to play is closed, and costs nothing then.
    fn watch_stillness(&mut self) {
        let machine = &mut self.machine;
        let still = machine.deck.still && machine.sent.elapsed() > SETTLING;
        if still != machine.idle {
            machine.idle = still;
            machine.output.idle(still);
        }
        if !still {
            machine.still = None;
        } else if machine.still.is_none() {
            machine.still = Some(Instant::now());
        }
    }

    /// How long nothing needs to be looked at; `None` while nothing changes
    /// unless somebody acts.
    pub fn rest(&self) -> Option<Duration> {
        let machine = &self.machine;
        let looked = match machine.still {
            _ if machine.lost.is_some() => Some(SLOW_LOOK),
            None => Some(LOOK),
            // Until the device has been closed.
            Some(since) if since.elapsed() < CLOSING => Some(SLOW_LOOK),
            Some(_) => None,
        };
        [
            looked,
            self.shown.rest(),
            self.timer.rest(),
            self.kept.rest(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Takes what a helper tells.
    pub fn take(&mut self, event: Event) {
        match event {
            Event::News(of, _) if of != self.loaded.box_number => {}
            Event::News(_, news) => self.take_news(news),
            Event::Report(report) => self.take_report(report),
        }
    }

    fn take_news(&mut self, news: News) {
        match news {
            News::Songs(findings) => self.take_findings(findings),
            News::AllSongs => {
                self.kept.all_seen = true;
            }
            News::Card { notes, cover } => {
                self.take_card(notes, cover);
            }
            News::Lyrics(path, lines) => self.shown.take_lyrics(&path, lines),
            News::Tape(asked, read) => self.take_tape(&asked, read),
        }
    }

    fn take_findings(&mut self, findings: Vec<Finding>) {
        let mut changed = false;
        let mut wanted = None;
        for (n, found) in findings {
            wanted = wanted.or(self.loaded.wanted.take_if(|wanted| *wanted == n));
            let song = &self.tapes.songs[n];
            let before = song.length();
            let state = match found {
                Ok(found) => State::Known(found),
                Err(reason) => State::Blank(reason),
            };
            if matches!((&song.state, &state), (State::Blank(_), State::Known(_))) {
                // The recorder could not read it, whatever its header says.
                continue;
            }
            if let State::Known(found) = &state
                && let Some(remark) = &found.remark
            {
                // Once is enough, whatever the number of such files.
                let mut others = self.tapes.songs.iter().filter_map(Song::found);
                if others.all(|other| other.remark.is_none()) {
                    let name = self.tapes.songs[n].entry.name();
                    let remark = Said::Remark(format!("{name}: {remark}"));
                    self.shown.say_later(remark);
                }
            }
            let song = &mut self.tapes.songs[n];
            changed |= song.source().is_none();
            song.state = state;
            changed |= song.length() != before;
        }
        self.kept.known_changed = true;
        if changed {
            self.lay_again();
        }
        self.write_card();
        if let Some(song) = wanted {
            self.go_to(song);
        }
    }

    fn take_report(&mut self, report: Report) {
        match report {
            Report::Failed { generation, .. } | Report::Measured { generation, .. }
                if generation < self.loaded.since => {}
            Report::Failed { song, reason, .. } => {
                self.say(Said::SongFailed(reason.clone()));
                self.tapes.songs[song].state = State::Blank(reason);
                self.write_card();
            }
            Report::Measured { song, loudness, .. } => {
                self.loudness.insert(song, loudness);
                self.kept.known_changed = true;
            }
        }
    }

    fn watch_output(&mut self) {
        let status = self.machine.output.status();
        let was_lost = self.machine.lost.is_some();
        if status.lost != self.machine.lost {
            self.machine.lost.clone_from(&status.lost);
            if let Some(reason) = status.lost {
                self.say(Said::DeviceLost(reason));
                return;
            }
        }
        if status.generation == self.machine.output_generation {
            return;
        }
        self.machine.output_generation = status.generation;
        if status.sample_rate != self.tapes.layout.sample_rate && status.sample_rate > 0 {
            let (song, offset_s) = self.under_head().unwrap_or((0, 0.0));
            let playing = self.machine.deck.motion.is_playing();
            self.tapes.lay_again(status.sample_rate);
            self.seat(song, offset_s, playing);
        }
        // One that was closed while nothing played and is open again is no news.
        if was_lost {
            self.say(Said::DeviceBack(text::clean(&status.device)));
        }
    }
}

/// Between two looks at a machine that moves.
const LOOK: Duration = Duration::from_millis(20);
/// At one that waits for its device, or for it to be closed.
const SLOW_LOOK: Duration = Duration::from_millis(250);
/// A command has been taken up after this time, if the deck is pulled at all.
const SETTLING: Duration = Duration::from_millis(500);
/// Longer than it takes until an idle device is closed.
const CLOSING: Duration = Duration::from_secs(6);

impl Drop for Session {
    fn drop(&mut self) {
        self.machine.deck = self.machine.controls.snapshot();
        self.keep(true);
        self.keep_wear(true);
        self.fall_silent();
    }
}

/// Starts to look at a box.
fn librarian(tapes: &TapeBox, first: usize, of: u32, tell: &Tell) -> io::Result<Librarian> {
    let entries = tapes.songs.iter().map(|song| Arc::clone(&song.entry));
    let tell = Arc::clone(tell);
    Librarian::start(entries.collect(), first, move |news| {
        tell(Event::News(of, news));
    })
}

/// Looks at the song that is to sound first, if it answers soon.
fn look_at_first(songs: &mut [Song], first: usize) {
    let Some(song) = songs.get_mut(first) else {
        return;
    };
    let mut looked = song.clone();
    let looked = Reader::new(FIRST_PATIENCE).read(move || {
        looked.look_up(false);
        looked
    });
    if let Some(looked) = looked
        && matches!(song.state, State::Unknown(_))
    {
        *song = looked;
    }
}
