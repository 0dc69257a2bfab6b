//! The amplifier: gate, cue level, noises and volume.

use super::commands::Jump;
use super::{Deck, QUIET_S};
use crate::deck::{Monitor, Motion};
use afterdark_tape::Frame;
use afterdark_tape::tape::{QUANTUM, Setup, level_match};

/// Time over which the sound comes and goes, seconds.
const FADE_S: f32 = 0.004;
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
    pub(super) tape: f32,
    /// How far the sound is open.
    pub(super) gate: f32,
    /// What gate and speed make of the sound now.
    pub(super) gain: f32,
    /// What the volume makes of it now.
    pub(super) master: f32,
    /// Programme units for one tape unit.
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
            tape: 1.0,
            gate: 0.0,
            gain: 0.0,
            master: 1.0,
            makeup: 1.0,
            matched: level_match(setup),
            match_goal: 1.0,
            jump: None,
            spool_s: 0.0,
            still_s: 0.0,
        }
    }
}

impl Deck {
    /// Opens and closes the sound, so that nothing clicks.
    pub(super) fn fade(&mut self, seconds: f32) {
        let motion = self.transport.motion;
        let contact = match self.stage.monitor {
            Monitor::Source => self.transport.is_playing(),
            Monitor::Tape => {
                self.transport.is_playing()
                    || matches!(motion, Motion::Paused | Motion::Stopped)
                        && self.transport.is_engaged()
                        && (FAINT..2.0).contains(&self.transport.speed)
            }
        };
        let open = contact && self.stage.jump.is_none();
        let step = seconds / FADE_S;
        self.stage.gate = if open {
            (self.stage.gate + step).min(1.0)
        } else {
            (self.stage.gate - step).max(0.0)
        };
    }

    /// Whether the machine has stood still so long that nothing need be computed.
    pub(super) fn is_still(&mut self, seconds: f32) -> bool {
        let moving = self.transport.speed != 0.0
            || self.stage.gate > 0.0
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
    pub(super) fn amplify(&mut self, seconds: f32, out: &mut [Frame; QUANTUM]) {
        let gate = self.stage.gate;
        let wanted = if self.stage.muted {
            0.0
        } else {
            self.stage.volume * self.stage.volume
        };
        let speed = self.transport.speed.abs() as f32;
        let heard = match self.stage.monitor {
            _ if speed > 4.0 => CUE_GAIN,
            // What the head gives falls with the speed of the tape.
            Monitor::Tape => speed.min(1.0),
            Monitor::Source => 1.0,
        };
        let from = self.stage.gain;
        let to = gate * heard;
        if from != 1.0 || to != 1.0 {
            for (i, frame) in out.iter_mut().enumerate() {
                let gain = from + (to - from) * ((i + 1) as f32 / QUANTUM as f32);
                *frame = [frame[0] * gain, frame[1] * gain];
            }
        }
        self.stage.gain = to;
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
        let from = self.stage.master;
        if from != 1.0 || wanted != 1.0 {
            for (i, frame) in out.iter_mut().enumerate() {
                let gain = from + (wanted - from) * ((i + 1) as f32 / QUANTUM as f32);
                *frame = [frame[0] * gain, frame[1] * gain];
            }
        }
        self.stage.master = wanted;
    }
}
