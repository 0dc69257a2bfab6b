//! Another sound, from a little ahead of the head on.

use std::sync::Arc;

use super::Session;
use crate::deck::Motion;
use crate::player::sound;
use crate::recorder::Order;

/// A change of the sound comes in this far ahead of the head, seconds: the
/// recorder has to have dubbed it by then.
const SPLICE_S: f64 = 0.08;

impl Session {
    /// Carries out what has been changed of the setup: from a little ahead of
    /// the head on, on the tape and in the deck alike, so that the change is
    /// one and nothing jumps.
    pub(super) fn sound_changed(&mut self) {
        self.sound = Arc::new(sound::describe(
            &self.setup,
            &self.choice.catalogue,
            self.choice.no_wear,
        ));
        self.unsent = true;
        self.send_setup();
        self.write_card();
    }

    /// Sends the setup, unless the deck has too many waiting.
    pub(super) fn send_setup(&mut self) {
        if !self.unsent {
            return;
        }
        self.deck = self.controls.snapshot();
        let deck = &self.deck;
        let rate = f64::from(self.layout.sample_rate);
        let playing = deck.motion == Motion::Playing && !deck.awaiting;
        let from = (deck.side_s + deck.speed * SPLICE_S) * rate;
        let from = playing.then_some((deck.side, from));
        let sent = self.controls.set(Box::new(self.setup.clone()), from);
        self.unsent = sent.is_err();
        if sent.is_ok() {
            let from = from.map(|(side, frame)| (side, frame as u64));
            let setup = Box::new(self.setup.clone());
            self.recorder.order(Order::Set(setup, from));
            self.output.idle(false);
        }
    }
}
