//! What playing has worn off the tape in the machine: loaded with it, kept
//! while it plays, taken off on request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Session;
use crate::player::card;
use crate::player::model::WEAR_PARTS;
use crate::player::said::Said;

/// The map is looked at this often…
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// …and kept this often.
const KEEP_EVERY: Duration = Duration::from_secs(4);
/// A fresh tape has to be asked for twice within this time.
const CONFIRM: Duration = Duration::from_secs(5);

/// The session's part in the wear.
pub(super) struct TapeWear {
    /// Passes as last seen and as last kept.
    seen: [Vec<f32>; 2],
    kept: [Vec<f32>; 2],
    /// For the screen.
    pub(super) shown: Arc<[Vec<f32>; 2]>,
    looked_at: Instant,
    kept_at: Instant,
    asked: Option<Instant>,
}

impl Default for TapeWear {
    fn default() -> Self {
        Self {
            seen: Default::default(),
            kept: Default::default(),
            shown: Arc::new([vec![0.0; WEAR_PARTS], vec![0.0; WEAR_PARTS]]),
            looked_at: Instant::now(),
            kept_at: Instant::now(),
            asked: None,
        }
    }
}

impl Session {
    /// Loads the wear of the tape that goes in.
    pub(super) fn load_wear(&mut self) {
        if self.sounding.no_wear {
            return;
        }
        let seed = self.seed();
        let passes = self.kept.memory.wear(seed);
        self.machine.controls.wear().load(seed, &passes);
        self.wear.kept.clone_from(&passes);
        self.wear.seen = passes;
        self.show_wear();
    }

    /// Looks at the wear, and keeps it where it has changed; `now`: at once.
    pub(super) fn keep_wear(&mut self, now: bool) {
        if self.sounding.no_wear || !now && self.wear.looked_at.elapsed() < LOOK_EVERY {
            return;
        }
        self.wear.looked_at = Instant::now();
        let passes = self.machine.controls.wear().read();
        if passes != self.wear.seen {
            self.wear.seen = passes;
            self.show_wear();
        }
        if self.wear.seen == self.wear.kept || !now && self.wear.kept_at.elapsed() < KEEP_EVERY {
            return;
        }
        self.wear.kept_at = Instant::now();
        self.kept.memory.keep_wear(self.seed(), &self.wear.seen);
        self.wear.kept.clone_from(&self.wear.seen);
    }

    /// A fresh tape, if it is asked for a second time.
    pub(super) fn ask_fresh(&mut self) {
        if self.sounding.no_wear {
            self.say(Said::WearOff);
        } else if self
            .wear
            .asked
            .take()
            .is_some_and(|since| since.elapsed() < CONFIRM)
        {
            self.freshen();
            self.say(Said::Fresh);
        } else {
            self.wear.asked = Some(Instant::now());
            self.say(Said::FreshAsked);
        }
    }

    /// Takes all wear off the tape in the machine.
    pub(super) fn freshen(&mut self) {
        self.machine
            .controls
            .wear()
            .load(self.seed(), &Default::default());
        self.keep_wear(true);
    }

    /// Times that the tape has been played, where anything of it has.
    pub(super) fn mean_passes(&self) -> f32 {
        let cells = self.wear.seen.iter().flatten();
        let played: Vec<f32> = cells.copied().filter(|passes| *passes > 0.0).collect();
        played.iter().sum::<f32>() / played.len().max(1) as f32
    }

    /// That of the tape in the machine.
    pub(super) fn seed(&self) -> u64 {
        self.tapes.seed(self.loaded.tape)
    }

    fn show_wear(&mut self) {
        let length = self.tapes.layout.tapes[self.loaded.tape].length;
        self.wear.shown = Arc::new(card::wear(&self.wear.seen, length));
    }
}
