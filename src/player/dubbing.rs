//! The tape rendered offline, through the same recorder and deck.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use super::box_of_tapes::{cassette, playing_time, sheet, tape_seed};
use super::copies::of_tape;
use super::songs::Song;
use super::straight::Straight;
use crate::deck::{Command, Controls, Deck, Monitor, Motion, WEAR_CELL_S};
use crate::recorder::{Levelling, Loudness, Recorder, Report};
use crate::render::Render;
use afterdark_tape::Frame;
use afterdark_tape::cassette::{Geometry, Layout, Length, Side, SongLength, leader_frames};
use afterdark_tape::tape::{QUANTUM, Setup};

/// Frames rendered at a time.
const CHUNK: usize = 8192;
/// Chunks that may lie ready for all sides together: a quarter of a gigabyte.
const READY: usize = 4096;
/// Chunks by which a recorder may be behind its deck, which has 56 blocks of
/// the same length in hand and never needs more than 25 of them.
const LAG: usize = 16;

/// What to render and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    /// The programme as it is, not the tape.
    pub source: bool,
    /// Leader, turn and machine noises too, instead of the programme alone.
    pub whole_tape: bool,
    /// Whether songs are heard equally loud.
    pub levelling: Levelling,
    /// Hold peaks that whole numbers cannot: true peaks of the tape over −1 dBTP,
    /// samples of the programme over full scale.
    pub limit: bool,
    /// Record level in dB re unity, where it is not by the songs' loudness.
    pub level_db: Option<f32>,
    /// The tape's own number.
    pub seed: u64,
    /// Times that the tape has been played before.
    pub passes: u16,
    /// Sides played at a time, each by two threads; 0 is one for each processor
    /// and 1 is all on the caller's. The samples are the same.
    pub threads: usize,
}

/// A rendering under way.
pub struct Dubbing {
    task: Arc<Task>,
    /// Parts whose turn has not come.
    waiting: VecDeque<Part>,
    /// Parts being played, the one that is written first.
    playing: VecDeque<Playing>,
    failures: Vec<String>,
    peaks_held: u64,
    total: u64,
    done: u64,
}

/// What all parts of a dub share.
struct Task {
    songs: Vec<Song>,
    /// What was measured of them.
    loudness: Vec<OnceLock<Loudness>>,
    layout: Layout,
    setup: Setup,
    plan: Plan,
}

/// A side, or a whole tape, to be played on a machine of its own.
#[derive(Clone, Copy)]
struct Part {
    tape: usize,
    side: Side,
    frames: u64,
}

/// A part being played: here, or by a thread that is some way ahead.
enum Playing {
    Here(Player),
    There(Receiver<Chunk>, JoinHandle<()>),
}

/// What a part is played by.
enum Player {
    Tape(Box<Machine>),
    Programme(Box<Straight>),
}

/// What was rendered, and what went wrong meanwhile.
struct Chunk {
    frames: Vec<Frame>,
    failures: Vec<String>,
    /// Peaks that the limiter has held in it.
    peaks_held: u64,
}

impl Dubbing {
    /// Lays `songs` on tape at `sample_rate` and makes ready.
    pub fn new(
        songs: Vec<Song>,
        sample_rate: u32,
        length: Option<Length>,
        setup: Setup,
        mut plan: Plan,
    ) -> Self {
        let lengths: Vec<SongLength> = songs.iter().map(Song::length).collect();
        let layout = Layout::new(sample_rate, &lengths, length);
        let leader = leader_frames(sample_rate);
        let mut waiting = VecDeque::new();
        for (number, tape) in layout.tapes.iter().enumerate() {
            for side in Side::BOTH {
                let programme = tape.programme_end(side, sample_rate) - leader;
                let mut part = Part {
                    tape: number,
                    side,
                    frames: if plan.source {
                        programme
                    } else {
                        playing_time(&setup, tape.length, leader, programme, sample_rate)
                    },
                };
                if plan.whole_tape && side == Side::A {
                    let both = Geometry::new(tape.length).side_s() * 2.0;
                    part.frames = (both * f64::from(sample_rate)) as u64;
                    waiting.push_back(part);
                } else if !plan.whole_tape && part.frames > 0 {
                    waiting.push_back(part);
                }
            }
        }
        if plan.threads == 0 {
            plan.threads = thread::available_parallelism().map_or(1, usize::from);
        }
        Self {
            total: waiting.iter().map(|part| part.frames).sum(),
            task: Arc::new(Task {
                loudness: songs.iter().map(|_| OnceLock::new()).collect(),
                songs,
                layout,
                setup,
                plan,
            }),
            waiting,
            playing: VecDeque::new(),
            failures: Vec::new(),
            peaks_held: 0,
            done: 0,
        }
    }

    /// Frames in all; an estimate for a whole tape.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Frames rendered.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Peaks that the limiter has held so far.
    pub fn peaks_held(&self) -> u64 {
        self.peaks_held
    }

    /// What went wrong since the last call.
    pub fn take_failures(&mut self) -> Vec<String> {
        std::mem::take(&mut self.failures)
    }

    /// Renders the next frames into `out`; `false` when there are none.
    pub fn next(&mut self, out: &mut Vec<Frame>) -> bool {
        loop {
            while self.playing.len() < self.task.plan.threads {
                let Some(part) = self.waiting.pop_front() else {
                    break;
                };
                self.playing.push_back(Playing::start(&self.task, part));
            }
            let chunk = match self.playing.front_mut() {
                None => return false,
                Some(Playing::Here(machine)) => machine.next(),
                Some(Playing::There(chunks, _)) => chunks.recv().ok(),
            };
            if let Some(chunk) = chunk {
                self.failures.extend(chunk.failures);
                self.peaks_held += chunk.peaks_held;
                self.done += chunk.frames.len() as u64;
                *out = chunk.frames;
                return true;
            }
            if let Some(Playing::There(_, thread)) = self.playing.pop_front()
                && let Err(panic) = thread.join()
            {
                // Half a side must not pass for a whole one.
                resume_unwind(panic);
            }
        }
    }
}

impl Playing {
    fn start(task: &Arc<Task>, part: Part) -> Self {
        let threads = task.plan.threads;
        if threads > 1 {
            let (chunks, received) = mpsc::sync_channel(READY / threads);
            let shared = Arc::clone(task);
            let play = move || {
                let mut machine = Player::new(&shared, part);
                if let Player::Tape(machine) = &mut machine {
                    machine.hire();
                }
                while let Some(chunk) = machine.next() {
                    // Nobody listens any more: the dub was given up.
                    if chunks.send(chunk).is_err() {
                        return;
                    }
                }
            };
            if let Ok(thread) = thread::Builder::new().name("side".into()).spawn(play) {
                return Self::There(received, thread);
            }
        }
        Self::Here(Player::new(task, part))
    }
}

impl Player {
    fn new(task: &Task, part: Part) -> Self {
        let plan = &task.plan;
        // Levels are the machine's affair, and so is a whole tape.
        if plan.source && !plan.whole_tape && plan.levelling == Levelling::Off {
            let sheet = Arc::new(sheet(1, &task.layout, part.tape, &task.songs));
            let straight = Straight::new(sheet, part.side, part.frames, plan.limit);
            return Self::Programme(Box::new(straight));
        }
        Self::Tape(Box::new(Machine::new(task, part)))
    }

    /// The next chunk, if there is one.
    fn next(&mut self) -> Option<Chunk> {
        let programme = match self {
            Self::Tape(machine) => return machine.next(),
            Self::Programme(programme) => programme,
        };
        let held = programme.peaks_held();
        let frames = programme.next(CHUNK)?;
        Some(Chunk {
            frames,
            failures: programme.take_failures(),
            peaks_held: programme.peaks_held() - held,
        })
    }
}

/// A recorder with everything measured, and a deck that plays its tape.
struct Machine {
    supply: Supplier,
    deck: Deck,
    controls: Controls,
    /// Peaks that the limiter had held before.
    peaks_held: u64,
    /// Frames left of the part.
    left: u64,
    /// The whole tape plays until it has ended.
    whole: bool,
}

/// Who fills the deck's tape.
enum Supplier {
    Here(Box<Recorder>),
    /// A recorder with a thread of its own, told of each chunk that was played.
    There {
        played: SyncSender<()>,
        reports: Receiver<Report>,
    },
}

impl Supplier {
    /// Sees to it that the deck has its tape for the next chunk.
    fn supply(&mut self) {
        match self {
            Self::Here(recorder) => while recorder.supply() {},
            // Waits while the recorder is too far behind.
            Self::There { played, .. } => {
                // It ends before this end does only by a panic of its own.
                assert!(played.send(()).is_ok(), "the recorder's thread is gone");
            }
        }
    }

    fn reports(&mut self) -> Vec<Report> {
        match self {
            Self::Here(recorder) => recorder.take_reports(),
            Self::There { reports, .. } => reports.try_iter().collect(),
        }
    }
}

impl Machine {
    fn new(task: &Task, part: Part) -> Self {
        let Task {
            songs,
            loudness,
            layout,
            setup,
            plan,
        } = task;
        let Part { tape, side, frames } = part;
        let seed = tape_seed(plan.seed, tape);
        let sheet = Arc::new(sheet(1, layout, tape, songs));
        let setup = &Setup {
            copies: of_tape(&setup.copies, tape),
            ..setup.clone()
        };
        let (mut recorder, supply) = Recorder::new(sheet, setup, seed);
        recorder.fix_level(plan.level_db);
        recorder.set_levelling(plan.levelling);
        if plan.source {
            recorder.leave_out_tape();
        }
        if !plan.source || plan.levelling != Levelling::Off {
            // Of the other side, too, something is heard.
            for song in recorder.unmeasured(side) {
                // Whichever side comes first measures for both.
                let measured = loudness[song].get_or_init(|| recorder.measure_now(song));
                recorder.set_loudness(song, *measured);
            }
        }
        let (mut deck, mut controls) = Deck::new(
            layout.sample_rate,
            setup,
            seed,
            cassette(1, plan.seed, layout, tape),
            supply,
        );
        if plan.passes > 0 {
            let side_s = Geometry::new(layout.tapes[tape].length).side_s();
            let passes = vec![f32::from(plan.passes); (side_s / WEAR_CELL_S) as usize + 1];
            controls.wear().load(seed, &[passes.clone(), passes]);
        }
        if plan.source {
            controls.send(Command::Monitor(Monitor::Source));
        }
        let whole = plan.whole_tape;
        let start = if whole {
            0.0
        } else {
            leader_frames(layout.sample_rate) as f64
        };
        controls.send(Command::Limit(plan.limit));
        controls.send(Command::Stop);
        controls.send(Command::Patient(whole));
        controls.send(Command::Noises(whole && !plan.source));
        controls.send(Command::Seek(side, start));
        // The deck closes its sound, goes there and waits for its tape; none of
        // that is part of the dub.
        let mut away = [[0.0; 2]; QUANTUM];
        for _ in 0..64 {
            deck.render(&mut away);
            while recorder.supply() {}
        }
        debug_assert_eq!(controls.snapshot().motion, Motion::Stopped);
        // Nor is the quantum that it is ahead.
        deck.take_back(0);
        controls.send(Command::Roll);
        Self {
            supply: Supplier::Here(Box::new(recorder)),
            deck,
            controls,
            peaks_held: 0,
            left: frames,
            whole,
        }
    }

    /// Gives the recorder a thread of its own, where there is one to be had.
    fn hire(&mut self) {
        let (played, orders) = mpsc::sync_channel(LAG);
        let (told, reports) = mpsc::channel();
        let early = told.clone();
        let (hand_over, desk) = mpsc::channel::<Box<Recorder>>();
        let work = move || {
            let Ok(mut recorder) = desk.recv() else {
                return;
            };
            for () in orders {
                while recorder.supply() {}
                for report in recorder.take_reports() {
                    // Nobody listens any more: this is the end, too.
                    let _ = told.send(report);
                }
            }
        };
        let hired = thread::Builder::new().name("recorder".into()).spawn(work);
        if hired.is_ok() {
            let there = Supplier::There { played, reports };
            if let Supplier::Here(mut recorder) = std::mem::replace(&mut self.supply, there) {
                for report in recorder.take_reports() {
                    let _ = early.send(report);
                }
                // The thread waits for it and for nothing else.
                let _ = hand_over.send(recorder);
            }
        }
    }

    /// Plays the next chunk, if there is one.
    fn next(&mut self) -> Option<Chunk> {
        if self.left == 0 {
            return None;
        }
        self.supply.supply();
        let n = CHUNK.min(usize::try_from(self.left).unwrap_or(CHUNK));
        let mut frames = vec![[0.0; 2]; n];
        self.deck.render(&mut frames);
        self.left -= n as u64;
        let now = self.controls.snapshot();
        if self.whole {
            self.left = if now.ended > 0 { 0 } else { CHUNK as u64 };
        }
        let held_before = std::mem::replace(&mut self.peaks_held, now.peaks_held);
        let failed = |report| match report {
            Report::Failed { reason, .. } => Some(reason),
            Report::Measured { .. } => None,
        };
        let failures = self
            .supply
            .reports()
            .into_iter()
            .filter_map(failed)
            .collect();
        Some(Chunk {
            frames,
            failures,
            peaks_held: now.peaks_held - held_before,
        })
    }
}
