//! What is written down, so that a tape is found again as it was left.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Session;
use crate::player::marks::Marks;
use crate::player::memory::{Known, Memory, Place, Settings};
use crate::player::said::Said;
use crate::player::songs::{Song, State};
use crate::recorder::Loudness;

/// State is kept at most this often.
const KEEP_EVERY: Duration = Duration::from_millis(700);

/// The session's part in what is remembered.
pub(super) struct Kept {
    pub memory: Memory,
    pub settings: Settings,
    /// The volume where it is of this run alone.
    volume: Option<f32>,
    /// Pencil marks on the tape in the machine.
    pub marks: Arc<Marks>,
    /// There is more known of the songs than has been kept.
    pub known_changed: bool,
    /// All songs have been looked at.
    pub all_seen: bool,
    place: Option<Place>,
    kept_settings: Settings,
    at: Instant,
}

impl Kept {
    pub fn new(
        memory: Memory,
        place: Option<Place>,
        settings: Settings,
        volume: Option<f32>,
    ) -> Self {
        Self {
            memory,
            volume,
            marks: Arc::default(),
            known_changed: false,
            all_seen: false,
            place,
            kept_settings: settings.clone(),
            settings,
            at: Instant::now(),
        }
    }

    /// From 0.0 to 1.0.
    pub fn volume(&self) -> f32 {
        self.volume.unwrap_or(self.settings.volume)
    }

    pub fn set_volume(&mut self, volume: f32) {
        match &mut self.volume {
            Some(of_run) => *of_run = volume,
            None => self.settings.volume = volume,
        }
    }

    /// Another box is in, left at this place the last time.
    pub fn forget_box(&mut self, place: Option<Place>) {
        self.place = place;
        (self.known_changed, self.all_seen) = (false, false);
    }

    /// How long nothing needs to be kept.
    pub fn rest(&self) -> Option<Duration> {
        let due = self.kept_settings != self.settings || self.known_changed && self.all_seen;
        due.then(|| KEEP_EVERY.saturating_sub(self.at.elapsed()) + Duration::from_millis(1))
    }
}

impl Session {
    /// Writes down where everything is, if it has changed; `now`: at once.
    pub(super) fn keep(&mut self, now: bool) {
        if !now && self.kept.at.elapsed() < KEEP_EVERY {
            return;
        }
        let (side, frame) = self.head();
        let place = Place {
            title: self.title().to_owned(),
            tape: self.loaded.tape,
            side,
            side_s: frame / self.rate(),
            song: self.under_head(),
        };
        let kept = &mut self.kept;
        kept.at = Instant::now();
        let number = self.tapes.number;
        if kept.place.as_ref() != Some(&place) {
            kept.memory.keep_place(number, &place);
            kept.place = Some(place);
        }
        if kept.kept_settings != kept.settings {
            kept.memory.keep_settings(&kept.settings);
            kept.kept_settings = kept.settings.clone();
        }
        if kept.known_changed && (now || kept.all_seen) {
            kept.known_changed = false;
            let songs = self.tapes.songs.iter().enumerate();
            let known = songs.map(|(i, song)| known(song, self.loudness.get(&i)));
            kept.memory.keep_known(number, known.collect());
        }
        if let Some(reason) = kept.memory.take_failure() {
            let folder = kept.memory.folder().to_owned();
            self.say(Said::NotKept { folder, reason });
        }
    }
}

fn known(song: &Song, loudness: Option<&Loudness>) -> Option<Known> {
    let found = song.found().filter(|found| found.exact)?;
    Some(Known {
        frames: found.frames,
        sample_rate: found.sample_rate,
        loudness: loudness.copied(),
    })
}

/// Takes over what was found the last time; the loudness of what was measured.
pub(super) fn recall(songs: &mut [Song], known: &[Option<Known>]) -> BTreeMap<usize, Loudness> {
    let mut loudness = BTreeMap::new();
    for (i, (song, known)) in songs.iter_mut().zip(known).enumerate() {
        let Some(Known {
            frames,
            sample_rate,
            loudness: measured,
        }) = *known
        else {
            continue;
        };
        if matches!(song.state, State::Unknown(_)) && sample_rate > 0 {
            song.state = State::Unknown(Some((frames, sample_rate)));
        }
        if let Some(measured) = measured {
            loudness.insert(i, measured);
        }
    }
    loudness
}
