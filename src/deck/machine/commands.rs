//! Takes up commands and settings, and carries out what needs silence first.

use super::Deck;
use super::playback::share_of_tape;
use crate::deck::command::Command;
use crate::deck::fader::Fader;
use crate::deck::transport::Event;
use crate::deck::{Monitor, Motion};
use afterdark_tape::tape::{Key, level_match};

/// A jump is covered by this much spooling, seconds.
const SPOOL_S: f32 = 0.09;
/// Frames round the end of what is repeated in which the head is taken back:
/// the sound closes in about as many.
const REPEAT_FRAMES: f64 = 256.0;
/// Ends of the speed knob.
pub const SLOWEST: f64 = 0.25;
/// See [`SLOWEST`].
pub const FASTEST_PLAY: f64 = 4.0;

#[derive(Clone, Copy)]
pub(super) enum Jump {
    /// Closing the sound; then carry this out.
    Closing(Command),
    /// Carried out; the tape there is awaited, for so long already.
    Awaiting(f64),
}

impl Deck {
    /// Takes up commands and settings.
    pub(super) fn listen(&mut self) {
        while let Ok(next) = self.setups.pop() {
            if let Some((passed_over, _)) = self.coming.replace(next) {
                let _ = self.used.push(passed_over);
            }
        }
        if let Some((setup, _)) = self.coming.take_if(|(_, from)| {
            from.is_none_or(|(side, frame)| !self.transport.plays_towards(side, frame))
        }) {
            let old = std::mem::replace(&mut self.setup, setup);
            self.apply_setup();
            let _ = self.used.push(old);
            self.past.forget();
        }
        // A jump on its way is carried out before the next command is looked at.
        while !matches!(self.stage.jump, Some(Jump::Closing(_))) {
            let Ok(command) = self.commands.pop() else {
                break;
            };
            self.command(command);
        }
        self.go_round();
    }

    /// At the end of what is played over and over, goes back to its start.
    fn go_round(&mut self) {
        let at = (self.transport.side, self.transport.frame);
        if let Some((side, [from, to])) = self.repeat
            && self.stage.jump.is_none()
            && self.transport.motion == Motion::Playing
            && at.0 == side
            && (to - REPEAT_FRAMES..to + REPEAT_FRAMES).contains(&at.1)
        {
            self.command(Command::Seek(side, from));
        }
    }

    pub(super) fn command(&mut self, command: Command) {
        self.past.forget();
        match command {
            Command::Seek(..) | Command::Insert { .. } if !self.stage.is_shut() => {
                self.stage.jump = Some(Jump::Closing(command));
            }
            Command::Seek(..) | Command::Insert { .. } => self.jump(command),
            Command::Extend(cassette) => self.transport.cassette = cassette,
            Command::Monitor(monitor) => {
                self.stage.monitor = monitor;
                if self.stage.is_shut() {
                    self.stage.tape = Fader::at(share_of_tape(monitor));
                }
            }
            Command::Volume(volume) => self.stage.volume = volume.clamp(0.0, 1.0),
            Command::Mute(muted) => self.stage.muted = muted,
            Command::Speed(setting) => {
                self.transport.setting = setting.clamp(SLOWEST, FASTEST_PLAY);
            }
            Command::AutoReverse(on) => self.transport.auto_reverse = on,
            Command::Patient(on) => self.transport.patient = on,
            Command::Noises(on) => self.stage.noises = on,
            Command::Limit(on) => self.limits = on,
            Command::Repeat(stretch) => self.repeat = stretch,
            Command::CounterReset => self.counter_offset = self.counter(),
            Command::Roll => {
                self.transport.motion = Motion::Playing;
                let error = if self.stage.monitor == Monitor::Source {
                    0.0
                } else {
                    self.mechanism.speed_error()
                };
                self.transport.speed = self.transport.setting * (1.0 + error);
                self.stage.head = Fader::at(1.0);
                self.stage.open();
            }
            Command::Play => {
                let stood = self.transport.motion;
                let event = self.transport.key(command);
                self.hear(event);
                if stood == Motion::Stopped && self.follows_silence() {
                    self.open_at_once();
                }
            }
            key => {
                let event = self.transport.key(key);
                self.hear(event);
            }
        }
    }

    pub(super) fn apply_setup(&mut self) {
        self.mechanism.set(&self.setup);
        self.chain.set(&self.setup);
        self.transport.set_wind(self.setup.deck.wind_c60_s);
        self.stage.match_goal = level_match(&self.setup);
    }

    /// Carries out what needs the sound to be closed.
    pub(super) fn jump(&mut self, command: Command) {
        self.past.forget();
        match command {
            Command::Insert {
                cassette,
                side,
                frame,
                play,
            } => {
                self.blocks.clear();
                self.transport.insert(cassette, side, frame, play);
                self.mechanism.set_tape(&self.setup, cassette.seed);
                self.tapes += 1;
                self.counter_offset = 0.0;
                self.repeat = None;
                self.hear(Some(Event::Key(Key::Cassette)));
            }
            _ => {
                let event = self.transport.key(command);
                self.hear(event);
            }
        }
        self.stage.jump = Some(Jump::Awaiting(0.0));
    }

    /// Nothing precedes the place under the head, so nothing has to be faded in.
    pub(super) fn follows_silence(&self) -> bool {
        self.transport.frame <= self.transport.cassette.start[self.transport.side.index()] as f64
    }

    /// The programme is heard from its first frame, as loud as it is. The tape
    /// has its motor to come up to speed and needs no help.
    pub(super) fn open_at_once(&mut self) {
        if self.stage.monitor == Monitor::Source && self.transport.is_playing() {
            self.stage.open();
        }
    }

    pub(super) fn hear(&mut self, event: Option<Event>) {
        match event {
            Some(Event::Spool) => self.stage.spool_s = SPOOL_S,
            Some(Event::Key(key)) if self.stage.monitor == Monitor::Tape => self.noises.key(key),
            _ => {}
        }
        if event.is_some() {
            self.stage.still_s = 0.0;
        }
        if event == Some(Event::Key(Key::DoorShut)) {
            self.stage.jump = Some(Jump::Awaiting(0.0));
        }
    }
}
