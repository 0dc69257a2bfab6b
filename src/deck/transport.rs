//! The mechanism's will: which way the tape moves, how fast, and what happens
//! at its ends.

mod change;
mod motion;

use super::Motion;
use super::command::{Cassette, Command};
use afterdark_tape::cassette::{Geometry, Side};
use afterdark_tape::tape::{Key, QUANTUM};

/// Blank tape behind a side's programme is played this long, then skipped.
const BLANK_S: f64 = 1.5;
/// Time that turning the tape over takes, seconds.
const TURN_S: f64 = 0.6;
/// At the tape's end the machine pulls at it this long before it lets go, seconds.
const PULL_S: f64 = 0.4;

/// What there is to hear of the mechanism itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A key or the door.
    Key(Key),
    /// The tape ran past too fast to be seen.
    Spool,
}

/// A stretch of tape that passed the head in one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub from: f64,
    pub to: f64,
    /// Speed at its start and its end.
    pub speeds: [f64; 2],
}

impl Stretch {
    /// Where the tape is, beside a straight way from `from` to `to`, at this
    /// part of the quantum: its speed changes evenly.
    pub(super) fn bow(&self, part: f64) -> f64 {
        let gained = self.speeds[1] - self.speeds[0];
        -0.5 * gained * part * (1.0 - part) * QUANTUM as f64
    }
}

/// Somewhere to wind to for real.
#[derive(Clone, Copy, Debug)]
struct Goal {
    side: Side,
    frame: f64,
    then: Motion,
}

/// Where the tape is, what moves it and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transport {
    pub motion: Motion,
    pub side: Side,
    /// Frame of the side under the head.
    pub frame: f64,
    /// Tape speed, 1.0 is nominal.
    pub speed: f64,
    pub setting: f64,
    pub auto_reverse: bool,
    pub patient: bool,
    /// Counts the tapes played to their end.
    pub ended: u32,
    pub cassette: Cassette,
    rate: f64,
    wind_rate: f64,
    goal: Option<Goal>,
    /// Where the other side was left, where a turn did not go to the same place
    /// of the tape.
    left: Option<(Side, f64)>,
    /// Seconds until the tape has been turned, and what then.
    turning: Option<(f64, Turn)>,
    /// Seconds that the machine has been pulling at the tape's end.
    pulled_s: f64,
    /// The programme has been played up to where the head is: what follows it is
    /// blank tape that nobody has asked for.
    played_out: bool,
    /// The head is on the tape, or was when it stopped.
    engaged: bool,
}

/// What a turn is for.
#[derive(Clone, Copy, Debug)]
struct Turn {
    then: Motion,
    /// Goes on at the programme's start rather than at the same place of the tape.
    to_start: bool,
}

impl Transport {
    /// `wind_c60_s`: how long the machine takes to wind a C60.
    pub(super) fn new(sample_rate: u32, wind_c60_s: f64, cassette: Cassette) -> Self {
        Self {
            motion: Motion::Stopped,
            side: Side::A,
            frame: cassette.start[0] as f64,
            speed: 0.0,
            setting: 1.0,
            auto_reverse: true,
            patient: false,
            ended: 0,
            cassette,
            rate: f64::from(sample_rate),
            wind_rate: Geometry::wind_rate(wind_c60_s),
            goal: None,
            turning: None,
            left: None,
            pulled_s: 0.0,
            played_out: false,
            engaged: false,
        }
    }

    /// Another machine's winding gear.
    pub(super) fn set_wind(&mut self, wind_c60_s: f64) {
        self.wind_rate = Geometry::wind_rate(wind_c60_s);
    }

    /// Seconds from the side's start to the head.
    pub(super) fn side_s(&self) -> f64 {
        self.frame / self.rate
    }

    /// First frame of a side's programme, and the first behind it.
    fn programme(&self, side: Side) -> [f64; 2] {
        let i = side.index();
        [self.cassette.start[i], self.cassette.end[i]].map(|frame| frame as f64)
    }

    /// What is under the head, or will be when the tape has been turned over.
    pub(super) fn destination(&self) -> (Side, f64) {
        let Some((_, turn)) = self.turning else {
            return (self.side, self.frame);
        };
        let (side, frame) = (self.side.other(), self.length() - self.frame);
        if let Some((left, frame)) = self.left
            && left == side
            && !turn.to_start
        {
            return (side, frame);
        }
        let [start, end] = self.programme(side);
        // In the hand one would wind on to where there is something to hear.
        let behind = end > start && frame >= end;
        let wound = !self.patient && (turn.to_start || behind);
        (side, if wound { start } else { frame })
    }

    fn length(&self) -> f64 {
        self.cassette.geometry.side_s() * self.rate
    }

    /// Play is latched, whatever else is down.
    pub(super) fn is_playing(&self) -> bool {
        self.motion.is_playing()
    }

    /// The head is on the tape, or was when it stopped: what runs down is heard.
    pub(super) fn is_engaged(&self) -> bool {
        self.engaged
    }

    /// Whether play will bring `frame` of a side under the head within the next second.
    pub(super) fn plays_towards(&self, side: Side, frame: f64) -> bool {
        self.motion == Motion::Playing
            && self.side == side
            && frame > self.frame
            && frame < self.frame + self.rate
    }

    /// Carries out a key. `Seek` brings the place there at once unless the
    /// machine is patient.
    pub(super) fn key(&mut self, command: Command) -> Option<Event> {
        let before = self.motion;
        if matches!(
            command,
            Command::Play | Command::Stop | Command::FastForward | Command::Rewind
        ) {
            self.goal = None;
        }
        // While the tape is being turned, only what comes after it can be chosen.
        if let Some((_, turn)) = &mut self.turning {
            match command {
                Command::Play => turn.then = Motion::Playing,
                Command::Stop | Command::Pause => turn.then = Motion::Stopped,
                _ => {}
            }
            return None;
        }
        match command {
            Command::Play => {
                self.motion = Motion::Playing;
                let start = self.cassette.start[self.side.index()] as f64;
                if !self.patient && self.frame < start {
                    self.frame = start;
                }
            }
            Command::Pause if self.is_playing() => self.motion = Motion::Paused,
            Command::Stop => self.motion = Motion::Stopped,
            Command::FastForward => self.motion = self.wind(Motion::Cue, Motion::FastForward),
            Command::Rewind => self.motion = self.wind(Motion::Review, Motion::Rewind),
            Command::Flip => {
                let then = if self.is_playing() {
                    Motion::Playing
                } else {
                    Motion::Stopped
                };
                self.turn(Turn {
                    then,
                    to_start: false,
                });
                return Some(Event::Key(Key::DoorOpen));
            }
            Command::Seek(side, frame) => return self.seek(side, frame),
            _ => {}
        }
        match (before == self.motion, self.motion) {
            (true, _) => None,
            (false, Motion::Stopped) => Some(Event::Key(Key::Up)),
            (false, _) => Some(Event::Key(Key::Down)),
        }
    }

    /// The motion that a winding key leads to; pressed again it ends the winding.
    fn wind(&mut self, heard: Motion, silent: Motion) -> Motion {
        self.left = None;
        self.played_out = false;
        match self.motion {
            motion if motion == heard => Motion::Playing,
            motion if motion == silent => Motion::Stopped,
            Motion::Playing | Motion::Cue | Motion::Review => heard,
            _ => silent,
        }
    }

    fn seek(&mut self, side: Side, frame: f64) -> Option<Event> {
        let frame = frame.clamp(0.0, self.length());
        self.left = None;
        self.played_out = false;
        let then = match self.motion {
            Motion::Cue | Motion::Review => Motion::Playing,
            Motion::FastForward | Motion::Rewind => Motion::Stopped,
            other => other,
        };
        if self.patient {
            self.goal = Some(Goal { side, frame, then });
            return None;
        }
        self.motion = then;
        (self.side, self.frame) = (side, frame);
        Some(Event::Spool)
    }

    fn turn(&mut self, turn: Turn) {
        self.played_out = false;
        self.motion = Motion::Open;
        self.turning = Some((TURN_S, turn));
    }

    /// Turns, goals and ends.
    fn think(&mut self, seconds: f64) -> Option<Event> {
        if let Some((left_s, turn)) = self.turning {
            if left_s > seconds {
                self.turning = Some((left_s - seconds, turn));
                return None;
            }
            let from = (self.side, self.frame);
            (self.side, self.frame) = self.destination();
            // Wound on by us, it is to be found again where it was left.
            let wound = (self.length() - from.1 - self.frame).abs() > 1.0;
            self.left = (wound && !turn.to_start).then_some(from);
            self.turning = None;
            self.motion = turn.then;
            return Some(Event::Key(Key::DoorShut));
        }
        if let Some(goal) = self.goal {
            return self.approach(goal, seconds);
        }
        let end = self.length();
        match self.motion {
            Motion::Playing => {
                let continues = self.cassette.continues[self.side.index()];
                let pause = if continues { 0.0 } else { BLANK_S * self.rate };
                let [start, done] = self.programme(self.side);
                self.played_out |= self.frame < done;
                let over = self.played_out && done > start && self.frame >= done + pause;
                if !self.patient && over {
                    return Some(self.side_done());
                }
                if self.frame < end {
                    self.pulled_s = 0.0;
                    return None;
                }
            }
            Motion::FastForward | Motion::Cue if self.frame >= end => {}
            Motion::Rewind | Motion::Review if self.frame <= 0.0 => {}
            _ => {
                self.pulled_s = 0.0;
                return None;
            }
        }
        self.pulled_s += seconds;
        if self.pulled_s < PULL_S {
            return None;
        }
        self.pulled_s = 0.0;
        if self.motion == Motion::Playing {
            return Some(self.side_done());
        }
        self.motion = Motion::Stopped;
        Some(Event::Key(Key::Clunk))
    }

    /// The side has been played: turn over, or stop.
    fn side_done(&mut self) -> Event {
        self.left = None;
        let other = self.side.other().index();
        let more = self.side == Side::A && self.cassette.end[other] > self.cassette.start[other];
        if self.auto_reverse && more {
            self.frame = self.length();
            self.turn(Turn {
                then: Motion::Playing,
                to_start: true,
            });
            return Event::Key(Key::DoorOpen);
        }
        self.motion = Motion::Stopped;
        if !more {
            self.ended += 1;
        }
        if self.auto_reverse {
            // Ready for the next time: at the start of side A, which is where
            // the end of side B is.
            self.side = Side::A;
            self.frame = self.cassette.start[0] as f64;
        } else if !self.patient {
            self.frame = self.length();
        }
        Event::Key(Key::Clunk)
    }

    /// Winds towards a goal, for real.
    fn approach(&mut self, goal: Goal, seconds: f64) -> Option<Event> {
        if self.side != goal.side {
            self.turn(Turn {
                then: Motion::Stopped,
                to_start: false,
            });
            return Some(Event::Key(Key::DoorOpen));
        }
        let away = goal.frame - self.frame;
        let step = self.speed.abs().max(1.0) * seconds * self.rate;
        if away.abs() <= step {
            self.frame = goal.frame;
            self.speed = 0.0;
            self.motion = goal.then;
            self.goal = None;
            return Some(Event::Key(Key::Down));
        }
        self.motion = if away > 0.0 {
            Motion::FastForward
        } else {
            Motion::Rewind
        };
        None
    }
}
