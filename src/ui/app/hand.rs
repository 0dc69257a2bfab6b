//! What the machine does, as the painted scene shows it: keys that go down,
//! the door, the cassette in the hand.

use std::time::Instant;

use super::App;
use crate::deck::Motion;
use crate::ui::model::View;
use crate::ui::scene::{Change, Key, Pose};

/// The door, where a person opened it with one tape in the box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Door {
    #[default]
    Shut,
    /// It opens once the machine has stopped.
    Waits,
    Open,
}

impl App {
    /// Takes the machine's state to the scene, and goes on with what is done to
    /// the cassette.
    pub(super) fn move_scene(&mut self, view: &View) {
        let pose = self.pose(view);
        let Some(scene) = &mut self.scene else { return };
        let loaded = (view.deck.side, view.deck.tape);
        let stopped = view.deck.motion == Motion::Stopped;
        let change = match (self.loaded.replace(loaded), self.door) {
            (Some((_, tape)), _) if tape != loaded.1 => Some(Change::Swap),
            (Some((side, _)), _) if side != loaded.0 => Some(Change::Flip),
            (_, Door::Waits) if stopped => Some(Change::Open),
            (_, Door::Open) if !stopped => Some(Change::Shut),
            (_, Door::Shut) if scene.is_open() => Some(Change::Shut),
            _ => None,
        };
        if let Some(change) = change {
            let open = change == Change::Open;
            self.door = if open { Door::Open } else { Door::Shut };
            scene.begin(change);
            self.changing = Some(Instant::now());
        }
        scene.update(&pose);
        // A screen of another size begins with the door shut.
        let anew = self.door == Door::Open && !scene.is_open();
        if anew {
            scene.begin(Change::Open);
            scene.advance(1.0);
        }
        self.lifted = false;
        if let (Some(since), Some(change)) = (self.changing, scene.changing()) {
            let passed = since.elapsed().as_secs_f32() / change.seconds();
            let part = if self.still { 1.0 } else { passed };
            scene.advance(part);
            self.lifted = change.is_lifted(part);
            self.changing = (part < 1.0).then_some(since);
        }
    }

    fn pose(&self, view: &View) -> Pose {
        let deck = &view.deck;
        let mut down = [false; 6];
        let latched: &[Key] = match deck.motion {
            Motion::Stopped => &[],
            Motion::Playing => &[Key::Play],
            Motion::Paused => &[Key::Play, Key::Pause],
            Motion::FastForward => &[Key::Forward],
            Motion::Rewind => &[Key::Rewind],
            Motion::Cue => &[Key::Play, Key::Forward],
            Motion::Review => &[Key::Play, Key::Rewind],
            Motion::Open => &[Key::Eject],
        };
        let in_hand = self.changing.is_some();
        for (key, is_down) in Key::ALL.iter().zip(&mut down) {
            *is_down = latched.contains(key)
                || self.tapped.is_some_and(|(k, _)| k == *key)
                || (*key == Key::Eject && in_hand);
        }
        let leader = view.card.leader_s;
        Pose {
            radii: [deck.left_radius_mm, deck.right_radius_mm],
            turns: [deck.left_turns, deck.right_turns],
            speed: deck.speed,
            counter: deck.counter,
            down,
            leader: deck.side_s < leader || deck.side_s > deck.length_s - leader,
            vu_db: deck.meters.map(|m| m.vu_db),
        }
    }
}
