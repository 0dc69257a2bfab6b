//! What the machine does by itself: it stops after a while, or plays something
//! over and over.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::Session;
use crate::deck::{Command, Motion};
use crate::player::action::{Loop, Sleep};
use crate::player::said::Said;
use afterdark_tape::cassette::{Side, leader_frames};

/// Before it stops by the clock, the sound is faded so long.
const FADE: Duration = Duration::from_secs(20);

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
    At(Instant),
    Side,
}

impl Timer {
    /// When the machine stops by itself, to the second.
    pub fn sleep(&self) -> Sleep {
        match self.stop {
            Stop::Never => Sleep::Off,
            Stop::Side => Sleep::Side,
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
            Sleep::Side => Stop::Side,
            Sleep::After(time) => match Instant::now().checked_add(time) {
                Some(at) => Stop::At(at),
                None => Stop::Never,
            },
        };
        let turns = when != Sleep::Side && self.kept.settings.auto_reverse;
        self.send(Command::AutoReverse(turns));
        self.say(Said::Sleep(when));
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
        match self.timer.stop {
            Stop::Side if before == Motion::Playing && motion == Motion::Stopped => {
                self.timer.stop = Stop::Never;
                self.send(Command::AutoReverse(self.kept.settings.auto_reverse));
            }
            Stop::At(at) => {
                let left = at.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    self.timer.stop = Stop::Never;
                    self.send(Command::Stop);
                } else if left < FADE && motion != Motion::Stopped {
                    self.timer.faded = true;
                    let part = left.as_secs_f32() / FADE.as_secs_f32();
                    let volume = self.kept.volume() * part;
                    self.machine.controls.send(Command::Volume(volume));
                }
            }
            _ => {}
        }
        let stretch = self.stretch();
        if stretch != self.timer.told {
            self.timer.told = stretch;
            self.machine.controls.send(Command::Repeat(stretch));
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
            Loop::Song => {
                let piece = on_tape.piece_at(side, frame as u64)?;
                Some([piece.start, piece.end()])
            }
        };
        ends.map(|ends| (side, ends.map(|frame| frame as f64)))
    }

    /// The tape in the machine has been played to its end.
    pub(super) fn tape_ended(&mut self) {
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
