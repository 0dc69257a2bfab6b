//! What the machine does by itself: it stops after a while, or plays something
//! over and over.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Session;
use crate::deck::{Command, Motion};
use crate::player::action::{Loop, Sleep};
use crate::player::said::Said;
use afterdark_tape::cassette::{Side, leader_frames};

/// Before it stops by the clock, the sound is faded so long, seconds…
const FADE_S: f64 = 20.0;
/// …and before a song's end that was asked for, so that nothing is heard of the next.
const SHORT_FADE_S: f64 = 0.5;
/// The clock waits for the end of a song at most so long.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// A song is at its end where less was left of it when looked at last, seconds.
const NEAR_S: f64 = 1.0;

/// The session's part in it.
#[derive(Default)]
pub(super) struct Timer {
    pub repeat: Loop,
    /// The tape that goes in when this one has ended.
    pub waiting: Option<Vec<PathBuf>>,
    /// The stretch that the deck was told to play over and over.
    told: Option<(Side, [f64; 2])>,
    stop: Stop,
    /// The volume has been taken down for the night.
    faded: bool,
    motion: Motion,
}

#[derive(Default)]
enum Stop {
    #[default]
    Never,
    /// Then at the end of a song.
    At(Instant),
    Song(SongEnd),
    Side,
    Tape,
}

/// A song's end that is waited for.
struct SongEnd {
    fade_s: f64,
    /// The clock has run down: then at the latest.
    latest: Option<Instant>,
    /// What was left of the song when looked at last, seconds.
    left_s: Option<f64>,
}

impl Timer {
    /// When the machine stops by itself, to the second.
    pub fn sleep(&self) -> Sleep {
        match self.stop {
            Stop::Never => Sleep::Off,
            Stop::Song(_) => Sleep::Song,
            Stop::Side => Sleep::Side,
            Stop::Tape => Sleep::Tape,
            Stop::At(at) => {
                let left = at.saturating_duration_since(Instant::now());
                Sleep::After(Duration::from_secs(left.as_secs()))
            }
        }
    }

    /// How long there is nothing to be done.
    pub fn rest(&self) -> Option<Duration> {
        match self.stop {
            Stop::At(at) => {
                let left = at.saturating_duration_since(Instant::now());
                Some(left.min(Duration::from_secs(1)))
            }
            _ => None,
        }
    }
}

impl Session {
    /// Stops by itself, then or no more.
    pub(super) fn set_sleep(&mut self, when: Sleep) {
        self.timer.stop = match when {
            Sleep::Off => Stop::Never,
            Sleep::Song => Stop::Song(SongEnd {
                fade_s: SHORT_FADE_S,
                latest: None,
                left_s: None,
            }),
            Sleep::Side => Stop::Side,
            Sleep::Tape => Stop::Tape,
            Sleep::After(time) => match Instant::now().checked_add(time) {
                Some(at) => Stop::At(at),
                None => Stop::Never,
            },
        };
        let turns = when != Sleep::Side && self.kept.settings.auto_reverse;
        self.send(Command::AutoReverse(turns));
        self.say(Said::Sleep(when));
    }

    /// What is played over and over after what is now.
    pub(super) fn next_loop(&self) -> Loop {
        match self.timer.repeat.next() {
            Loop::Marks if !self.can_play_between_marks() => Loop::Marks.next(),
            next => next,
        }
    }

    /// Plays something over and over.
    pub(super) fn set_loop(&mut self, which: Loop) {
        self.timer.repeat = which;
        self.say(Said::Loop(which));
    }

    /// Whoever does something wants to hear it.
    pub(super) fn wake(&mut self) {
        if std::mem::take(&mut self.timer.faded) {
            self.send(Command::Volume(self.kept.volume()));
        }
    }

    pub(super) fn tend_timer(&mut self) {
        let motion = self.machine.deck.motion;
        let before = std::mem::replace(&mut self.timer.motion, motion);
        let stopped = before == Motion::Playing && motion == Motion::Stopped;
        match &self.timer.stop {
            Stop::Side if stopped => {
                self.timer.stop = Stop::Never;
                self.send(Command::AutoReverse(self.kept.settings.auto_reverse));
            }
            Stop::At(at) if Instant::now() >= *at && motion == Motion::Stopped => {
                self.timer.stop = Stop::Never;
            }
            Stop::At(at) if Instant::now() >= *at => {
                self.timer.stop = Stop::Song(SongEnd {
                    fade_s: FADE_S,
                    latest: Some(*at + LONGEST_WAIT),
                    left_s: None,
                });
            }
            Stop::Song(_) => self.tend_song_end(motion),
            _ => {}
        }
        let stretch = self.stretch();
        if stretch != self.timer.told {
            self.timer.told = stretch;
            self.machine.controls.send(Command::Repeat(stretch));
        }
    }

    /// Fades towards the end of the song, and stops there.
    fn tend_song_end(&mut self, motion: Motion) {
        let (side, frame) = self.head();
        let on_tape = &self.tapes.layout.tapes[self.loaded.tape];
        let piece = on_tape.piece_at(side, frame as u64);
        let speed = self.machine.deck.speed_setting.max(0.1);
        let left_s = piece.map(|piece| (piece.end() as f64 - frame) / self.rate() / speed);
        let Stop::Song(end) = &mut self.timer.stop else {
            return;
        };
        let before_s = std::mem::replace(&mut end.left_s, left_s);
        let (fade_s, latest) = (end.fade_s, end.latest);
        let was_near = before_s.is_some_and(|left_s| left_s < NEAR_S);
        if motion == Motion::Stopped && was_near {
            // The side ended with it.
            self.timer.stop = Stop::Never;
        }
        if motion != Motion::Playing {
            return;
        }
        let clock_s = latest.map_or(f64::INFINITY, |latest| {
            let left = latest.saturating_duration_since(Instant::now());
            left.as_secs_f64()
        });
        let is_over = match left_s {
            Some(left_s) => was_near && before_s.is_some_and(|before_s| left_s > before_s),
            // Between songs one has just ended.
            None => was_near || latest.is_some(),
        };
        let left_s = left_s.unwrap_or(f64::INFINITY).min(clock_s);
        if is_over || left_s <= 0.0 {
            self.timer.stop = Stop::Never;
            self.send(Command::Stop);
        } else if left_s < fade_s {
            self.timer.faded = true;
            let volume = self.kept.volume() * (left_s / fade_s) as f32;
            self.machine.controls.send(Command::Volume(volume));
        }
    }

    /// What the deck is to play over and over, on the side that plays.
    fn stretch(&self) -> Option<(Side, [f64; 2])> {
        let (side, frame) = self.head();
        let layout = &self.tapes.layout;
        let on_tape = &layout.tapes[self.loaded.tape];
        let ends = match self.timer.repeat {
            Loop::Off | Loop::Box => None,
            Loop::Side if on_tape.sides[side.index()].is_empty() => None,
            Loop::Side => Some([
                leader_frames(layout.sample_rate),
                on_tape.programme_end(side, layout.sample_rate),
            ]),
            Loop::Marks => Some(self.between_marks()?),
            Loop::Song => {
                let piece = on_tape.piece_at(side, frame as u64)?;
                Some([piece.start, piece.end()])
            }
        };
        ends.map(|ends| (side, ends.map(|frame| frame as f64)))
    }

    /// The tape in the machine has been played to its end.
    pub(super) fn tape_ended(&mut self) {
        if matches!(self.timer.stop, Stop::Tape | Stop::Song(_)) {
            self.timer.stop = Stop::Never;
            return;
        }
        let more = self.loaded.tape + 1 < self.tapes.count();
        if !more && self.timer.repeat != Loop::Box && self.take_waiting() {
            return;
        }
        if more && (self.machine.deck.auto_reverse || self.timer.repeat == Loop::Box) {
            self.insert(self.loaded.tape + 1, None, true);
        } else if self.timer.repeat == Loop::Box {
            self.insert(0, None, true);
        }
    }

    /// The deck has forgotten what to repeat: another tape is in it.
    pub(super) fn forget_stretch(&mut self) {
        self.timer.told = None;
    }
}
