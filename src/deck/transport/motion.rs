//! How fast the tape moves, and how it comes to that.

use super::{Event, Stretch, Transport};
use crate::deck::Motion;
use crate::deck::reader::FASTEST;
use afterdark_tape::tape::QUANTUM;

/// Time constants of the motor in seconds: coming up to play, falling off it,
/// and the winding gear's.
const SPIN_UP_S: f64 = 0.05;
const RUN_DOWN_S: f64 = 0.04;
const WIND_UP_S: f64 = 0.3;
const WIND_DOWN_S: f64 = 0.1;
/// The programme itself comes to its speed in this time, seconds.
const EASE_S: f64 = 0.012;
/// And to whole frames by so many frames a quantum.
const DRIFT: f64 = 1.0 / 16.0;
/// A speed this near to the wanted one has reached it.
const SETTLED: f64 = 2e-4;

impl Transport {
    /// Moves on by one quantum. `exact`: play runs at precisely the speed
    /// setting, frame by frame (the programme is heard, not the tape), at once
    /// where it is not `heard` yet; else at `error` off it and with the motor's
    /// inertia.
    pub(in crate::deck) fn step(
        &mut self,
        exact: bool,
        heard: bool,
        error: f64,
    ) -> (Stretch, Option<Event>) {
        let seconds = QUANTUM as f64 / self.rate;
        let event = self.think(seconds);
        match self.motion {
            Motion::Playing | Motion::Cue | Motion::Review => self.engaged = true,
            Motion::FastForward | Motion::Rewind | Motion::Open => self.engaged = false,
            Motion::Stopped | Motion::Paused => {}
        }
        let target = self.target(exact, error);
        let before = self.speed;
        let steady = matches!(
            self.motion,
            Motion::Playing | Motion::Paused | Motion::Stopped
        );
        let at_once = exact && steady && (!heard || before == 0.0);
        let held = exact && heard && target == 0.0 && steady && before.abs() <= 2.0;
        self.speed = if at_once {
            target
        } else if held {
            // What is heard goes on until it has been faded out.
            before
        } else {
            let next = target + (before - target) * (-seconds / self.inertia(exact)).exp();
            if (next - target).abs() < SETTLED {
                target
            } else {
                next
            }
        };
        if at_once {
            self.frame = self.frame.round();
        }
        let from = self.frame;
        // Of its programme the deck reads whole frames, or comes to them.
        let steps = exact && self.speed == 1.0 && before == 1.0;
        let aim = if steps {
            from.round().clamp(from - DRIFT, from + DRIFT)
        } else {
            from
        };
        let speeds = [if at_once { target } else { before }, self.speed];
        let speed = f64::midpoint(speeds[0], speeds[1]);
        self.frame = (aim + speed * QUANTUM as f64).clamp(0.0, self.length());
        (
            Stretch {
                from,
                to: self.frame,
                speeds,
            },
            event,
        )
    }

    /// Time constant of what the speed does now, seconds.
    fn inertia(&self, exact: bool) -> f64 {
        match self.motion {
            Motion::Playing if exact => EASE_S,
            Motion::Playing => SPIN_UP_S,
            Motion::Paused | Motion::Stopped | Motion::Open if self.speed.abs() <= 2.0 => {
                RUN_DOWN_S
            }
            Motion::Paused | Motion::Stopped | Motion::Open => WIND_DOWN_S,
            _ => WIND_UP_S,
        }
    }

    fn target(&self, exact: bool, error: f64) -> f64 {
        let side_s = self.side_s();
        let wind = |held_s: f64| {
            self.cassette
                .geometry
                .wind_speed(held_s, self.wind_rate)
                .min(FASTEST)
        };
        match self.motion {
            Motion::Playing if exact => self.setting,
            Motion::Playing => self.setting * (1.0 + error),
            Motion::FastForward | Motion::Cue => wind(side_s),
            Motion::Rewind | Motion::Review => -wind(self.cassette.geometry.side_s() - side_s),
            Motion::Stopped | Motion::Paused | Motion::Open => 0.0,
        }
    }
}
