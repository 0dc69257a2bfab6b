//! The session as the screen sees it: what it shows and what it does.

use std::sync::Arc;

use super::{Session, text_of};
use crate::deck::{Command, FASTEST_PLAY, Monitor, Motion, SLOWEST, Snapshot};
use crate::player::model::{Action, Knob, Listed, Lyrics, Machine, OPENING, View};
use crate::player::{card, sound};
use afterdark_tape::cassette::leader_frames;
use afterdark_tape::tape::Knobs;

impl Machine for Session {
    fn view(&mut self) -> View {
        self.tend();
        let lyrics = self.lyrics();
        let status = self.output.status();
        View {
            deck: Snapshot {
                // A machine that is not pulled would show what it last heard.
                meters: if status.lost.is_some() || self.deck.still {
                    Default::default()
                } else {
                    self.deck.meters
                },
                ..self.deck
            },
            sound: Arc::clone(&self.sound),
            wear: Arc::clone(&self.wear.shown),
            lyrics,
            card: Arc::clone(&self.card),
            output: match &status.lost {
                Some(_) => "no sound device".to_owned(),
                None if status.sample_rate == 0 => OPENING.to_owned(),
                None => format!(
                    "{} · {} kHz",
                    text_of(&status.device),
                    f64::from(status.sample_rate) / 1000.0
                ),
            },
            output_lost: status.lost.is_some(),
            underruns: u64::from(status.underruns),
            message: self
                .message
                .as_ref()
                .map(|(text, bad, _)| (text.clone(), *bad)),
        }
    }

    fn keep_theme(&mut self, name: &str, about: &str) {
        self.settings.theme = Some(name.to_owned());
        self.say(about, false);
    }

    fn list(&mut self) -> Vec<Listed> {
        card::list(&self.songs, &self.layout)
    }

    fn act(&mut self, action: Action) {
        let deck = self.deck;
        // What the last key did is no news once there is another.
        if let Some((_, false, _)) = self.message {
            self.message = None;
        }
        match action {
            Action::PlayPause if deck.motion == Motion::Playing => self.send(Command::Pause),
            Action::PlayPause | Action::Play => self.send(Command::Play),
            Action::Pause if deck.motion == Motion::Paused => self.send(Command::Play),
            Action::Pause => self.send(Command::Pause),
            Action::Stop => self.send(Command::Stop),
            Action::FastForward => self.send(Command::FastForward),
            Action::Rewind => self.send(Command::Rewind),
            Action::Seek(seconds) => self.seek_by(seconds),
            Action::SeekTo(side_s) => {
                let side = self.head().0;
                self.seek(side, side_s * f64::from(self.layout.sample_rate));
            }
            Action::NextSong => self.step_song(1),
            Action::PreviousSong => self.step_song(-1),
            Action::Song(index) => {
                if let Some(&(side, piece)) = self.pieces().get(index) {
                    self.look_at(piece.song);
                    self.seek(side, piece.start as f64);
                    self.send(Command::Play);
                }
            }
            Action::SongOfBox(song) => {
                self.look_at(song);
                self.go_to(song);
            }
            Action::SideStart => {
                let side = self.head().0;
                self.seek(side, leader_frames(self.layout.sample_rate) as f64);
            }
            Action::Flip => {
                self.send(Command::Flip);
                let side = deck.side.other();
                if self.layout.tapes[self.tape].sides[side.index()].is_empty() {
                    self.note(format!("Side {} is blank tape", side.name()));
                }
            }
            Action::Eject(by) => self.step_tape(by),
            Action::Volume(by) => {
                self.settings.volume = ((self.settings.volume + by) * 100.0)
                    .round()
                    .clamp(0.0, 100.0)
                    / 100.0;
                self.send(Command::Mute(false));
                self.send(Command::Volume(self.settings.volume));
                self.note(format!("Volume {:.0} %", self.settings.volume * 100.0));
            }
            Action::Mute => {
                self.send(Command::Mute(!deck.muted));
                self.note(if deck.muted { "Sound on" } else { "Silent" });
            }
            Action::Speed(by) => {
                let setting = (deck.speed_setting * by).clamp(SLOWEST, FASTEST_PLAY);
                self.send(Command::Speed(setting));
                self.note(format!("Speed {setting:.3}×"));
            }
            Action::SpeedReset => {
                self.send(Command::Speed(1.0));
                self.note("Normal speed");
            }
            Action::Monitor => {
                self.settings.source = !self.settings.source;
                let (monitor, heard) = if self.settings.source {
                    (Monitor::Source, "Heard now: the source")
                } else {
                    (Monitor::Tape, "Heard now: the tape")
                };
                self.send(Command::Monitor(monitor));
                self.note(heard);
            }
            Action::Knob(knob, by) => {
                sound::turn_knob(&mut self.setup, knob, by);
                self.settings.sound.keep_knob(knob, &self.setup);
                self.sound_changed();
                self.note(sound::knob_in_words(&self.setup, knob));
            }
            Action::KnobsReset => {
                self.setup.knobs = Knobs::default();
                self.setup.drive_db = 0.0;
                for knob in Knob::ALL {
                    self.settings.sound.keep_knob(knob, &self.setup);
                }
                self.sound_changed();
                self.note("All knobs as measured");
            }
            Action::Switch(switch, by) => {
                sound::turn(&mut self.setup, &self.choice.catalogue, switch, by);
                self.settings.sound.keep_switch(switch, &self.setup);
                self.sound_changed();
                self.note(sound::switch_in_words(&self.sound, switch));
            }
            Action::FreshTape => self.ask_fresh(),
            Action::AutoReverse => {
                self.settings.auto_reverse = !self.settings.auto_reverse;
                self.send(Command::AutoReverse(self.settings.auto_reverse));
                self.note(if self.settings.auto_reverse {
                    "The tape turns over by itself"
                } else {
                    "The tape stops at the end of the side"
                });
            }
            Action::Noises => {
                self.settings.noises = !self.settings.noises;
                self.send(Command::Noises(self.settings.noises));
                self.note(if self.settings.noises {
                    "Keys and motor are heard"
                } else {
                    "Keys and motor are silent"
                });
            }
            Action::CounterReset => {
                self.send(Command::CounterReset);
                self.note("Counter at 000");
            }
            Action::Quit => {}
        }
    }
}

impl Session {
    /// The words of the song under the head.
    fn lyrics(&mut self) -> Option<Lyrics> {
        let (side, frame) = self.head();
        let piece = self.layout.tapes[self.tape].piece_at(side, frame as u64);
        let found = piece.and_then(|piece| self.songs[piece.song].found());
        let (Some(piece), Some(found)) = (piece, found) else {
            return self.words.of(None, 0.0);
        };
        // The file's own start, also where it begins before the song or side.
        let before = (piece.offset + found.start) as f64 / f64::from(piece.sample_rate.max(1));
        let start_s = piece.start as f64 / f64::from(self.layout.sample_rate) - before;
        self.words.of(Some(&found.path), start_s)
    }
}
