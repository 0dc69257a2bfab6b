//! What is written down, so that a tape is found again as it was left.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Session;
use crate::player::memory::{Known, Place};
use crate::player::songs::{Song, State};
use crate::recorder::Loudness;

/// State is kept at most this often.
const KEEP_EVERY: Duration = Duration::from_millis(700);

impl Session {
    /// Writes down where everything is, if it has changed.
    pub(super) fn keep(&mut self, now: bool) {
        if !now && self.kept.2.elapsed() < KEEP_EVERY {
            return;
        }
        self.kept.2 = Instant::now();
        let (side, frame) = self.head();
        let place = Place {
            title: self.card.title.clone(),
            tape: self.tape,
            side,
            side_s: frame / f64::from(self.layout.sample_rate),
            song: self.under_head(),
        };
        let mut failed = None;
        if self.kept.0.as_ref() != Some(&place) {
            failed = self.memory.keep_place(self.number, &place).err();
            self.kept.0 = Some(place);
        }
        if self.kept.1 != self.settings {
            failed = failed.or(self.memory.keep_settings(&self.settings).err());
            self.kept.1 = self.settings.clone();
        }
        if self.known_changed && (now || self.librarian.done) {
            self.known_changed = false;
            let known: Vec<Option<Known>> = self
                .songs
                .iter()
                .enumerate()
                .map(|(i, song)| self.known(i, song))
                .collect();
            failed = failed.or(self.memory.keep_known(self.number, &known).err());
        }
        if let Some(error) = failed {
            let folder = self.memory.folder().display();
            self.say(
                format!("Cannot remember the tape's place in {folder}: {error}"),
                true,
            );
        }
    }

    pub(super) fn known(&self, index: usize, song: &Song) -> Option<Known> {
        let found = song.found().filter(|found| found.exact)?;
        let loudness = self.loudness.get(&index).map(|l| (l.gain_db, l.peak));
        Some((found.frames, found.sample_rate, loudness))
    }
}

/// Takes over what was found the last time; the loudness of what was measured.
pub(super) fn recall(songs: &mut [Song], known: &[Option<Known>]) -> BTreeMap<usize, Loudness> {
    let mut loudness = BTreeMap::new();
    for (i, (song, known)) in songs.iter_mut().zip(known).enumerate() {
        let Some((frames, sample_rate, measured)) = *known else {
            continue;
        };
        if matches!(song.state, State::Unknown(_)) && sample_rate > 0 {
            song.state = State::Unknown(Some((frames, sample_rate)));
        }
        if let Some((gain_db, peak)) = measured {
            loudness.insert(i, Loudness { gain_db, peak });
        }
    }
    loudness
}
