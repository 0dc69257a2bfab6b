//! The amplifier: gate, cue level, noises and volume.

use super::commands::Jump;
use super::{Deck, QUIET_S};
use crate::deck::fader::{Fader, Gains, amplify};
use crate::deck::{Monitor, Motion};
use afterdark_tape::Frame;
use afterdark_tape::tape::{QUANTUM, Setup, level_match};

/// Time over which the sound comes and goes, seconds: long enough that a tone of
/// 50 Hz is bent no more than four times as sharply as it bends itself.
const FADE_S: f32 = 0.006;
/// Time over which the volume and the level of a winding tape move, seconds.
const FOLLOW_S: f32 = 0.008;
/// Below this speed the head gives nothing worth hearing.
const FAINT: f64 = 0.02;
/// Cue and review are heard with the head barely on the tape.
const CUE_GAIN: f32 = 0.25;

/// The amplifier's side of things.
#[derive(Clone, Copy)]
pub(super) struct OutputStage {
    pub(super) monitor: Monitor,
    pub(super) volume: f32,
    pub(super) muted: bool,
    pub(super) noises: bool,
    /// 1.0 all TAPE, 0.0 all SOURCE.
    pub(super) tape: Fader,
    /// How far the tape's flux comes in, after it was not read for a while.
    pub(super) head: Fader,
    /// How far the sound is open.
    pub(super) gate: Fader,
    /// What the tape's speed makes of the sound.
    pub(super) pace: Fader,
    /// What the volume makes of it.
    pub(super) master: Fader,
    /// What is heard for one unit of programme…
    pub(super) programme: f32,
    /// …and for one tape unit.
    pub(super) makeup: f32,
    /// What brings the tape to its source's loudness, on its way to the goal.
    pub(super) matched: f32,
    pub(super) match_goal: f32,
    /// A jump waiting for the sound to be closed, then for its tape.
    pub(super) jump: Option<Jump>,
    pub(super) spool_s: f32,
    pub(super) still_s: f32,
}

impl OutputStage {
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            monitor: Monitor::Tape,
            volume: 1.0,
            muted: false,
            noises: true,
            tape: Fader::at(1.0),
            head: Fader::at(0.0),
            gate: Fader::at(0.0),
            pace: Fader::at(0.0),
            master: Fader::at(1.0),
            programme: 1.0,
            makeup: 1.0,
            matched: level_match(setup),
            match_goal: 1.0,
            jump: None,
            spool_s: 0.0,
            still_s: 0.0,
        }
    }

    /// Opens the sound at once, for what begins.
    pub(super) fn open(&mut self) {
        self.gate = Fader::at(1.0);
        self.pace = Fader::at(1.0);
    }

    /// Nothing is heard, however far the volume is up.
    pub(super) fn is_shut(&self) -> bool {
        self.gate.is_at(0.0)
    }
}

impl Deck {
    /// Opens and closes the sound, so that nothing clicks.
    pub(super) fn fade(&mut self) -> Option<Gains> {
        let motion = self.transport.motion;
        let contact = match self.stage.monitor {
            Monitor::Source => self.transport.is_playing(),
            Monitor::Tape => {
                self.transport.is_playing()
                    || matches!(motion, Motion::Paused | Motion::Stopped)
                        && self.transport.is_engaged()
                        && !self.stage.is_shut()
                        && (FAINT..2.0).contains(&self.transport.speed)
            }
        };
        let open = contact && self.stage.jump.is_none();
        let goal = if open { 1.0 } else { 0.0 };
        self.stage.gate.go(goal, FADE_S * self.sample_rate as f32);
        self.stage.gate.next()
    }

    /// Whether the machine has stood still so long that nothing need be computed.
    pub(super) fn is_still(&mut self, seconds: f32) -> bool {
        let moving = self.transport.speed != 0.0
            || !self.stage.is_shut()
            || self.stage.spool_s > 0.0
            || matches!(self.transport.motion, Motion::Open | Motion::Playing);
        self.stage.still_s = if moving {
            0.0
        } else {
            self.stage.still_s + seconds
        };
        self.stage.still_s > QUIET_S
    }

    /// Gate, cue level, noises and volume.
    pub(super) fn amplify(
        &mut self,
        seconds: f32,
        gate: Option<&Gains>,
        out: &mut [Frame; QUANTUM],
    ) {
        let follow = FOLLOW_S * self.sample_rate as f32;
        let speed = self.transport.speed.abs() as f32;
        let pace = match self.stage.monitor {
            _ if speed > 4.0 => CUE_GAIN,
            // What the head gives falls with the speed of the tape.
            Monitor::Tape => speed.min(1.0),
            Monitor::Source => 1.0,
        };
        if self.stage.is_shut() {
            // Nobody hears it go there.
            self.stage.pace = Fader::at(pace);
        }
        self.stage.pace.go(pace, follow);
        amplify(out, gate);
        amplify(out, self.stage.pace.next().as_ref());
        // SOURCE is the programme and nothing else.
        if self.stage.noises && self.stage.monitor == Monitor::Tape {
            let spooling = self.stage.spool_s > 0.0;
            let motor = speed.min(1.0);
            let wind = if spooling {
                0.6
            } else {
                (speed / 30.0 * f32::from(u8::from(speed > 4.0))).min(1.0)
            };
            self.noises.process(motor, wind, out);
        }
        self.stage.spool_s = (self.stage.spool_s - seconds).max(0.0);
        let volume = self.stage.volume * self.stage.volume;
        let wanted = if self.stage.muted { 0.0 } else { volume };
        self.stage.master.go(wanted, follow);
        amplify(out, self.stage.master.next().as_ref());
    }
}
