//! The record level and what is heard of it: how loud each song goes onto the
//! tape, and how loud it comes off again.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::sheet::{DubSheet, SongSource};
use afterdark_tape::tape::REFERENCE_DBFS;

/// Loudness that a song is brought to, LUFS: the reference of the tags
/// (ReplayGain 2).
pub(super) const TARGET_LUFS: f32 = -18.0;
/// Peaks go no higher than this onto the tape, dB re 200 nWb/m: about the level
/// of 3 % distortion on good ferric tape.
const HIGHEST_PEAK_DB: f32 = 6.0;
/// What a song is taken for until it has been measured, LUFS.
const TYPICAL_LUFS: f32 = -14.0;

/// Whether songs are heard equally loud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Levelling {
    /// All songs are, but those of one album that follow each other keep their
    /// balance.
    Auto,
    /// All songs are.
    Track,
    /// All albums are, each with the balance that it has.
    Album,
    /// None: each is as loud as its file.
    #[default]
    Off,
}

/// A song's loudness, by its tags or by measurement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// Gain to the target, dB.
    pub gain_db: f32,
    /// Highest sample, 1.0 = full scale.
    pub peak: f32,
}

impl Loudness {
    /// What is taken where nothing is known.
    pub(super) fn typical() -> Self {
        Self {
            gain_db: TARGET_LUFS - TYPICAL_LUFS,
            peak: 1.0,
        }
    }

    /// By the song's own tags. A gain upwards without a peak is not enough: it
    /// might clip.
    fn tagged(song: &SongSource) -> Option<Self> {
        let gain_db = song.gain.track_db?;
        let peak = match song.gain.track_peak {
            Some(peak) => peak,
            None if gain_db <= 0.0 => 1.0,
            None => return None,
        };
        Some(Self { gain_db, peak })
    }

    /// Levels of a song that is brought to the target with these.
    fn level(self, levelling: Levelling) -> Level {
        let unity = -REFERENCE_DBFS as f32;
        let peak_db = 20.0 * self.peak.max(1e-3).log10();
        let heard_db = match levelling {
            Levelling::Off => 0.0,
            _ => self.gain_db.min(-peak_db),
        };
        Level {
            record_db: unity + self.gain_db.min(HIGHEST_PEAK_DB - unity - peak_db),
            gain_db: heard_db,
        }
    }
}

/// How loud a song is on the tape and off it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Level {
    /// Tape units (200 nWb/m) for one unit of programme, dB.
    pub(super) record_db: f32,
    /// What is heard for one unit of programme, dB.
    pub(super) gain_db: f32,
}

/// How well a song's loudness is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    Not,
    /// By some excerpts.
    Roughly,
    Exactly,
}

/// What is known of the songs' loudness, and what follows.
pub(super) struct Levels {
    sheet: Arc<DubSheet>,
    levelling: Levelling,
    measured: BTreeMap<usize, (Loudness, Known)>,
    /// Set for a record level that does not hang on the songs (dB re unity).
    fixed_db: Option<f32>,
    /// Made of all that.
    levels: BTreeMap<usize, Level>,
}

impl Levels {
    pub(super) fn new(sheet: Arc<DubSheet>, levelling: Levelling) -> Self {
        let mut levels = Self {
            sheet,
            levelling,
            measured: BTreeMap::new(),
            fixed_db: None,
            levels: BTreeMap::new(),
        };
        levels.work_out();
        levels
    }

    pub(super) fn levelling(&self) -> Levelling {
        self.levelling
    }

    pub(super) fn set_levelling(&mut self, levelling: Levelling) {
        self.levelling = levelling;
        self.work_out();
    }

    pub(super) fn set_sheet(&mut self, sheet: Arc<DubSheet>) {
        self.sheet = sheet;
        self.work_out();
    }

    pub(super) fn fix(&mut self, db: Option<f32>) {
        self.fixed_db = db;
        self.work_out();
    }

    /// A song was measured; returns whether any is to be louder or softer for it.
    pub(super) fn set(&mut self, song: usize, loudness: Loudness, known: Known) -> bool {
        self.measured.insert(song, (loudness, known));
        let before = std::mem::take(&mut self.levels);
        self.work_out();
        before != self.levels
    }

    /// Level of a song.
    pub(super) fn of(&self, song: usize) -> Level {
        let level = self.levels.get(&song).copied();
        level.unwrap_or_else(|| self.fixed(Loudness::typical().level(self.levelling)))
    }

    /// How well a song's own loudness is known. It is known well enough where
    /// it is not wanted.
    pub(super) fn known(&self, song: usize) -> Known {
        let nothing = self.fixed_db.is_some() && self.levelling == Levelling::Off;
        let Some(source) = self.sheet.songs.get(&song).filter(|_| !nothing) else {
            return Known::Exactly;
        };
        let album_will_do = self.levelling == Levelling::Album && album_tagged(source).is_some();
        if album_will_do || Loudness::tagged(source).is_some() {
            return Known::Exactly;
        }
        self.measured.get(&song).map_or(Known::Not, |(_, how)| *how)
    }

    /// The songs of the album that a song is in the midst of, itself too.
    pub(super) fn together(&self, song: usize) -> Vec<usize> {
        let mut groups = self.groups().into_iter();
        groups.find(|g| g.contains(&song)).unwrap_or_default()
    }

    fn own(&self, song: usize) -> Option<Loudness> {
        let tagged = self.sheet.songs.get(&song).and_then(Loudness::tagged);
        tagged.or_else(|| Some(self.measured.get(&song)?.0))
    }

    fn fixed(&self, level: Level) -> Level {
        Level {
            record_db: match self.fixed_db {
                Some(db) => -REFERENCE_DBFS as f32 + db,
                None => level.record_db,
            },
            ..level
        }
    }

    /// Songs that keep their balance: of one album, and next to each other.
    fn groups(&self) -> Vec<Vec<usize>> {
        let songs: Vec<(usize, &SongSource)> =
            self.sheet.songs.iter().map(|(n, s)| (*n, s)).collect();
        let alone = self.levelling == Levelling::Track;
        let together = |a: &(usize, &SongSource), b: &(usize, &SongSource)| {
            !alone && b.0 == a.0 + 1 && a.1.album.is_some() && a.1.album == b.1.album
        };
        let groups = songs.chunk_by(together);
        groups
            .map(|group| group.iter().map(|(n, _)| *n).collect())
            .collect()
    }

    fn work_out(&mut self) {
        let mut levels = BTreeMap::new();
        for group in self.groups() {
            let alone = group.len() == 1 && self.levelling != Levelling::Album;
            let shared = if alone { None } else { self.album(&group) };
            for song in group {
                let loudness = shared.or_else(|| self.own(song));
                let loudness = loudness.unwrap_or_else(Loudness::typical);
                levels.insert(song, self.fixed(loudness.level(self.levelling)));
            }
        }
        self.levels = levels;
    }

    /// What all songs of an album have in common: by its tags where all of them
    /// say the same, else by the mean power of what is known of them, each as
    /// long as it is.
    fn album(&self, group: &[usize]) -> Option<Loudness> {
        let mut tags = group
            .iter()
            .map(|n| self.sheet.songs.get(n).and_then(album_tagged));
        if let Some(Some(first)) = tags.next()
            && tags.all(|tag| tag.is_some_and(|tag| tag.gain_db == first.gain_db))
        {
            return Some(first);
        }
        let (mut power, mut seconds, mut peak) = (0.0, 0.0, 0.0f32);
        for (song, loudness) in group.iter().filter_map(|n| Some((*n, self.own(*n)?))) {
            let pieces = self.sheet.layout.sides.iter().flatten();
            let frames: u64 = pieces.filter(|p| p.song == song).map(|p| p.frames).sum();
            power += frames as f64 * 10f64.powf(f64::from(-loudness.gain_db) / 10.0);
            seconds += frames as f64;
            peak = peak.max(loudness.peak);
        }
        (seconds > 0.0).then(|| Loudness {
            gain_db: (-10.0 * (power / seconds).log10()) as f32,
            peak,
        })
    }
}

/// By the tags of the album that a song is from; as with the song's own, a gain
/// upwards needs a peak.
fn album_tagged(song: &SongSource) -> Option<Loudness> {
    let gain_db = song.gain.album_db?;
    match song.gain.album_peak {
        Some(peak) => Some(Loudness { gain_db, peak }),
        None if gain_db <= 0.0 => Some(Loudness { gain_db, peak: 1.0 }),
        None => None,
    }
}
