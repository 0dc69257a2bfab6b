//! What the machine does, as the painted scene shows it: keys that go down,
//! the door, the cassette in the hand.

use std::time::{Duration, Instant};

use super::model::View;
use super::scene::{Change, PianoKey, Pose, Scene};
use crate::deck::Motion;
use afterdark_tape::cassette::Side;

/// How long a key without a latch stays down for the eye.
const TAP: Duration = Duration::from_millis(180);

/// The door, where a person opened it with one tape in the box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Door {
    #[default]
    Shut,
    /// It opens once the machine has stopped.
    Waits,
    Open,
}

/// What moves that the machine knows nothing of.
#[derive(Debug, Default)]
pub(super) struct Animation {
    /// The cassette is changed without the motion being shown.
    still: bool,
    tapped: Option<(PianoKey, Instant)>,
    /// Side and tape shown last.
    loaded: Option<(Side, u32)>,
    /// Since when the cassette is being changed.
    changing: Option<Instant>,
    door: Door,
    lifted: bool,
}

impl Animation {
    /// `still`: the cassette is changed without the motion being shown.
    pub fn new(still: bool) -> Self {
        Self {
            still,
            ..Self::default()
        }
    }

    /// True while something moves.
    pub fn is_moving(&self) -> bool {
        self.tapped.is_some() || self.is_changing()
    }

    /// True while cassette or door are on their way.
    pub fn is_changing(&self) -> bool {
        self.changing.is_some()
    }

    /// True where the cassette hides what is written above it.
    pub fn is_lifted(&self) -> bool {
        self.lifted
    }

    /// Has a key go down that does not stay down by itself.
    pub fn tap(&mut self, key: PianoKey) {
        self.tapped = Some((key, Instant::now()));
    }

    /// Opens the door once the machine has stopped, or shuts it again; true
    /// where the machine is to stop for it.
    pub fn toggle_door(&mut self) -> bool {
        let shut = self.door == Door::Shut;
        self.door = if shut { Door::Waits } else { Door::Shut };
        shut
    }

    /// Thinks better of a door that waits to open.
    pub fn leave_door(&mut self) {
        if self.door == Door::Waits {
            self.door = Door::Shut;
        }
    }

    /// Ends a change at once: the scene that it was shown in is gone.
    pub fn cut_short(&mut self) {
        self.changing = None;
    }

    /// Takes the machine's state to the scene, and goes on with what is done to
    /// the cassette.
    pub fn step(&mut self, scene: &mut Scene, view: &View) {
        if self.tapped.is_some_and(|(_, since)| since.elapsed() > TAP) {
            self.tapped = None;
        }
        let pose = self.pose(view);
        if let Some(change) = self.begun(scene, view) {
            let open = change == Change::Open;
            self.door = if open { Door::Open } else { Door::Shut };
            scene.begin(change);
            self.changing = Some(Instant::now());
        }
        scene.update(&pose);
        // A screen of another size begins with the door shut.
        if self.door == Door::Open && !scene.is_open() {
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

    /// What begins to be done to the cassette, if anything.
    fn begun(&mut self, scene: &Scene, view: &View) -> Option<Change> {
        let loaded = (view.deck.side, view.deck.tape);
        let stopped = view.deck.motion == Motion::Stopped;
        // What stood there before anything was rendered was no tape: the first one
        // is in when it is first seen.
        let now = (view.deck.frames > 0).then_some(loaded);
        match (std::mem::replace(&mut self.loaded, now), self.door) {
            (Some((_, tape)), _) if tape != loaded.1 => Some(Change::Swap),
            (Some((side, _)), _) if side != loaded.0 => Some(Change::Flip),
            (_, Door::Waits) if stopped => Some(Change::Open),
            (_, Door::Open) if !stopped => Some(Change::Shut),
            (_, Door::Shut) if scene.is_open() => Some(Change::Shut),
            _ => None,
        }
    }

    fn pose(&self, view: &View) -> Pose {
        let deck = &view.deck;
        let mut down = [false; 6];
        let latched: &[PianoKey] = match deck.motion {
            Motion::Stopped => &[],
            Motion::Playing => &[PianoKey::Play],
            Motion::Paused => &[PianoKey::Play, PianoKey::Pause],
            Motion::FastForward => &[PianoKey::Forward],
            Motion::Rewind => &[PianoKey::Rewind],
            Motion::Cue => &[PianoKey::Play, PianoKey::Forward],
            Motion::Review => &[PianoKey::Play, PianoKey::Rewind],
            Motion::Open => &[PianoKey::Eject],
        };
        for (key, is_down) in PianoKey::ALL.iter().zip(&mut down) {
            *is_down = latched.contains(key)
                || self.tapped.is_some_and(|(k, _)| k == *key)
                || (*key == PianoKey::Eject && self.is_changing());
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
