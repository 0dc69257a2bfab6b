//! What is done when somebody wants something done.

use super::setup::Control;
use super::{Job, Session, Sounding};
use crate::deck::{Command, FASTEST_PLAY, Monitor, Motion, SLOWEST};
use crate::player::action::{Action, Change};
use crate::player::knob::Knob;
use crate::player::said::Said;
use crate::player::songs::State;
use crate::player::sound::{self, Chosen};
use crate::player::switch::Switch;
use afterdark_tape::cassette::leader_frames;

/// A semitone, as a ratio.
const SEMITONE: f64 = 1.059_463_094_359_295_3;

impl Session {
    /// Carries out an action; [`Action::Quit`] is told in the view.
    pub fn act(&mut self, action: Action) {
        self.machine.deck = self.machine.controls.snapshot();
        let deck = self.machine.deck;
        // What the last key did is no news once there is another.
        self.shown.forget_brief();
        self.wake();
        match action {
            Action::PlayPause if deck.motion == Motion::Playing => self.send(Command::Pause),
            Action::PlayPause | Action::Play => self.send(Command::Play),
            Action::Pause if deck.motion == Motion::Paused => self.send(Command::Play),
            Action::Pause => self.send(Command::Pause),
            Action::Stop => self.send(Command::Stop),
            Action::FastForward => self.send(Command::FastForward),
            Action::Rewind => self.send(Command::Rewind),
            Action::Seek(Change::By(seconds)) => self.seek_by(seconds),
            Action::Seek(Change::To(seconds)) => self.seek_in_song(seconds),
            Action::SeekPart(part) => self.seek_part(part),
            Action::SeekTo(side_s) => self.seek(self.head().0, side_s * self.rate()),
            Action::NextSong => self.step_song(1),
            Action::PreviousSong => self.step_song(-1),
            Action::Song(index) => self.play_line(index),
            Action::SongOfBox(song) => self.play_song(song),
            Action::SideStart => {
                let start = leader_frames(self.tapes.layout.sample_rate);
                self.seek(self.head().0, start as f64);
            }
            Action::Flip => {
                self.send(Command::Flip);
                let side = deck.side.other();
                let on_tape = &self.tapes.layout.tapes[self.loaded.tape];
                let blank = on_tape.sides[side.index()].is_empty();
                self.say(Said::Flipped { side, blank });
            }
            Action::Eject(by) => self.step_tape(by),
            Action::Next(paths) => self.wait_with(paths),
            Action::Insert(paths) => {
                self.say(Said::Inserting);
                self.librarian.ask(Job::Tape(paths));
            }
            Action::Volume(change) => self.set_volume(change),
            Action::Mute(toggle) => {
                let muted = toggle.from(deck.muted);
                self.send(Command::Mute(muted));
                self.say(Said::Muted(muted));
            }
            Action::Speed(change) => self.set_speed(change),
            Action::Monitor(monitor) => self.set_monitor(monitor),
            Action::Knob(knob, change) => {
                self.about_to_change(Control::Knob(knob));
                let setup = &mut self.sounding.setup;
                knob.set(setup, change.from(knob.get(setup)));
                self.keep_knob(knob);
                self.sound_changed();
                self.say(Said::Knob(knob, knob.get(&self.sounding.setup)));
            }
            Action::KnobsReset => {
                self.about_to_change(Control::AllKnobs);
                for knob in Knob::ALL {
                    knob.set(&mut self.sounding.setup, knob.row().rest);
                    self.keep_knob(knob);
                }
                self.sound_changed();
                self.say(Said::KnobsReset);
            }
            Action::Switch(switch, by) => self.turn(switch, by),
            Action::Choose(switch, name) => self.choose(switch, name),
            Action::Undo => self.undo(),
            Action::CopyTape => self.copy_tape(),
            Action::FreshTape => self.ask_fresh(),
            Action::AutoReverse(toggle) => {
                let on = toggle.from(self.kept.settings.auto_reverse);
                self.kept.settings.auto_reverse = on;
                self.send(Command::AutoReverse(on));
                self.say(Said::AutoReverse(on));
            }
            Action::Noises(toggle) => {
                let on = toggle.from(self.kept.settings.noises);
                self.kept.settings.noises = on;
                self.send(Command::Noises(on));
                self.say(Said::Noises(on));
            }
            Action::CounterReset => {
                self.send(Command::CounterReset);
                self.say(Said::CounterReset);
            }
            Action::Mark => self.mark(),
            Action::NextMark => self.wind_to_mark(),
            Action::Sleep(when) => {
                self.set_sleep(when.unwrap_or_else(|| self.timer.sleep().next()));
            }
            Action::Loop(which) => {
                self.set_loop(which.unwrap_or_else(|| self.next_loop()));
            }
            Action::Quit => self.shown.quit = true,
        }
    }

    fn set_volume(&mut self, change: Change<f32>) {
        let volume = change.from(self.kept.volume()) * 100.0;
        let volume = volume.round().clamp(0.0, 100.0) / 100.0;
        self.kept.set_volume(volume);
        self.send(Command::Mute(false));
        self.send(Command::Volume(volume));
        self.say(Said::Volume(volume));
    }

    fn set_speed(&mut self, change: Change<f64>) {
        let speed = match change {
            Change::By(semitones) => self.machine.deck.speed_setting * SEMITONE.powf(semitones),
            Change::To(speed) => speed,
        };
        let speed = speed.clamp(SLOWEST, FASTEST_PLAY);
        self.send(Command::Speed(speed));
        self.say(Said::Speed(speed));
    }

    fn set_monitor(&mut self, monitor: Option<Monitor>) {
        let other = if self.kept.settings.source {
            Monitor::Tape
        } else {
            Monitor::Source
        };
        let monitor = monitor.unwrap_or(other);
        self.kept.settings.source = monitor == Monitor::Source;
        self.send(Command::Monitor(monitor));
        self.say(Said::Monitor(monitor));
    }

    fn turn(&mut self, switch: Switch, by: i32) {
        self.about_to_change(Control::Switch(switch));
        let Sounding {
            setup, catalogue, ..
        } = &mut self.sounding;
        let settings = &mut self.kept.settings;
        if switch == Switch::Preset && sound::preset_of(setup, catalogue).is_none() {
            settings.custom = Some(Chosen::all_of(setup));
        }
        sound::turn(setup, catalogue, settings.custom.as_ref(), switch, by);
        self.switched(switch);
    }

    fn choose(&mut self, switch: Switch, name: String) {
        self.about_to_change(Control::Switch(switch));
        let Sounding {
            setup, catalogue, ..
        } = &mut self.sounding;
        if sound::choose(setup, catalogue, switch, &name) {
            self.switched(switch);
        } else {
            self.say(Said::NoChoice(switch, name));
        }
    }

    /// The screen has another theme.
    pub fn keep_theme(&mut self, name: &str, about: &str) {
        self.kept.settings.theme = Some(name.to_owned());
        self.say(Said::Theme(about.to_owned()));
    }

    /// Plays a line of the card.
    fn play_line(&mut self, index: usize) {
        let Some(&(side, piece)) = self.pieces().get(index) else {
            return;
        };
        if piece.offset == 0 && matches!(self.tapes.songs[piece.song].state, State::Unknown(_)) {
            self.play_song(piece.song);
        } else {
            self.seek(side, piece.start as f64);
            self.send(Command::Play);
        }
    }

    /// Plays a song of the programme, as soon as its file has been looked at.
    fn play_song(&mut self, song: usize) {
        self.loaded.wanted = None;
        match self.tapes.songs.get(song) {
            Some(unknown) if matches!(unknown.state, State::Unknown(_)) => {
                let entry = std::sync::Arc::clone(&unknown.entry);
                self.loaded.wanted = Some(song);
                self.librarian.ask(Job::Song(song, entry));
            }
            Some(_) => self.go_to(song),
            None => {}
        }
    }
}
