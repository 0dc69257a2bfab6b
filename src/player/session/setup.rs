//! Another sound, from a little ahead of the head on.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Session;
use crate::deck::{Command, Monitor, Motion};
use crate::player::action::Sleep;
use crate::player::catalogue::Catalogue;
use crate::player::copies::copyings;
use crate::player::knob::Knob;
use crate::player::model::Sound;
use crate::player::said::Said;
use crate::player::sound::{self, Chosen};
use crate::player::switch::Switch;
use crate::recorder::Order;
use afterdark_tape::tape::Setup;

/// A change of the sound comes in this far ahead of the head, seconds: the
/// recorder has to have dubbed it by then.
const SPLICE_S: f64 = 0.08;

/// The session's part in the sound.
pub(super) struct Sounding {
    pub setup: Setup,
    pub catalogue: Catalogue,
    /// What options say of it.
    pub options: Chosen,
    /// Wear is neither heard nor counted.
    pub no_wear: bool,
    /// For the eye.
    pub described: Arc<Sound>,
    /// How it was before each of the last changes.
    history: History,
    /// The deck has not been told of the setup yet.
    unsent: bool,
}

/// So many changes can be taken back.
const MOST_UNDONE: usize = 50;

/// How the sound was before each of the last changes.
#[derive(Default)]
struct History {
    before: VecDeque<(Setup, Chosen)>,
    /// What changed last: turned on, it is one change.
    last: Option<Control>,
}

/// What changes the sound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    Knob(Knob),
    AllKnobs,
    Switch(Switch),
}

impl Sounding {
    pub fn new(setup: Setup, catalogue: Catalogue, options: Chosen, no_wear: bool) -> Self {
        Self {
            described: Arc::new(sound::describe(&setup, &catalogue, no_wear)),
            setup,
            catalogue,
            options,
            no_wear,
            history: History::default(),
            unsent: false,
        }
    }
}

impl Session {
    /// Sets the switches as they were left, and when it stops by itself.
    pub(super) fn restore_switches(&mut self, sleep: Sleep) {
        let settings = self.kept.settings.clone();
        if settings.source {
            self.send(Command::Monitor(Monitor::Source));
        }
        self.send(Command::Volume(self.kept.volume()));
        self.send(Command::AutoReverse(settings.auto_reverse));
        self.send(Command::Noises(settings.noises));
        self.send(Command::Patient(self.patient));
        if sleep != Sleep::Off {
            self.set_sleep(sleep);
        }
    }

    /// Carries out what has been changed of the setup: from a little ahead of
    /// the head on, on the tape and in the deck alike, so that the change is
    /// one and nothing jumps.
    pub(super) fn sound_changed(&mut self) {
        let sounding = &mut self.sounding;
        let (setup, catalogue) = (&sounding.setup, &sounding.catalogue);
        sounding.described = Arc::new(sound::describe(setup, catalogue, sounding.no_wear));
        sounding.unsent = true;
        self.send_setup();
        self.write_card();
    }

    /// Something of the sound is about to be changed: remembers how it is.
    pub(super) fn about_to_change(&mut self, control: Control) {
        let history = &mut self.sounding.history;
        if history.last.replace(control) == Some(control) {
            return;
        }
        if history.before.len() == MOST_UNDONE {
            history.before.pop_front();
        }
        let now = (
            self.sounding.setup.clone(),
            self.kept.settings.sound.clone(),
        );
        history.before.push_back(now);
    }

    /// Takes the last change of the sound back.
    pub(super) fn undo(&mut self) {
        let history = &mut self.sounding.history;
        history.last = None;
        let before = history.before.pop_back();
        self.say(Said::Undone(before.is_some()));
        if let Some((setup, chosen)) = before {
            // The tape stays the copy that it is.
            let copies = Arc::clone(&self.sounding.setup.copies);
            self.sounding.setup = Setup { copies, ..setup };
            self.kept.settings.sound = chosen;
            self.sound_changed();
        }
    }

    /// A switch stands elsewhere: remembers it, carries it out and tells.
    pub(super) fn switched(&mut self, switch: Switch) {
        let chosen = &mut self.kept.settings.sound;
        chosen.keep_switch(switch, &self.sounding.setup);
        self.sound_changed();
        let described = Arc::clone(&self.sounding.described);
        self.say(Said::Switched(switch, described));
    }

    /// The tape that goes in was copied, or the one before was.
    pub(super) fn take_copies(&mut self) {
        let of = &self.tapes.programme.request.copies;
        if !(of.is_empty() && self.sounding.setup.copies.is_empty()) {
            let copies = copyings(&self.sounding.catalogue, of, self.loaded.tape);
            self.sounding.setup.copies = copies;
            self.sound_changed();
        }
    }

    /// Remembers where a knob stands.
    pub(super) fn keep_knob(&mut self, knob: Knob) {
        let value = knob.get(&self.sounding.setup);
        self.kept.settings.sound.knobs.insert(knob, value);
    }

    /// Sends the setup, unless the deck has too many waiting.
    pub(super) fn send_setup(&mut self) {
        if !self.sounding.unsent {
            return;
        }
        self.machine.deck = self.machine.controls.snapshot();
        let deck = &self.machine.deck;
        let rate = self.rate();
        let playing = deck.motion == Motion::Playing && !deck.awaiting;
        let from = (deck.side_s + deck.speed * SPLICE_S) * rate;
        let from = playing.then_some((deck.side, from));
        let sent = self
            .machine
            .controls
            .set(Box::new(self.sounding.setup.clone()), from);
        self.sounding.unsent = sent.is_err();
        if sent.is_ok() {
            let from = from.map(|(side, frame)| (side, frame as u64));
            let setup = Box::new(self.sounding.setup.clone());
            self.machine.recorder.order(Order::Set(setup, from));
        }
    }
}
