//! What is found of an entry, without playing it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use serde::Serialize;

use crate::player::{Song, State};
use afterdark_media::media::{Complaint, Decoder, Info, complaints};
use afterdark_media::playlist::{Blank, Entry, Span};
use afterdark_media::text;
use afterdark_tape::cassette::SongLength;

/// What it says of an entry.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Finding {
    pub number: usize,
    pub name: String,
    /// As the list has it.
    written: String,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub found: Option<PathBuf>,
    /// How it was found, where not as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<u32>,
    /// Exact length of what plays, in frames and seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    frames: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artist: Option<String>,
    /// Why it would be blank tape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blank: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Complaint>,
}

impl Finding {
    /// Title, and who plays where that is known.
    pub(super) fn shown(&self) -> String {
        let by = self.artist.as_ref();
        let by = by.map(|by| format!("{by} – ")).unwrap_or_default();
        format!("{by}{}", self.name)
    }

    /// What it takes on tape, as the player lays it.
    pub(super) fn on_tape(&self, entry: &Entry) -> SongLength {
        let mut song = Song::new(entry.clone());
        song.state = match &self.blank {
            Some(reason) => State::Blank(reason.clone()),
            None => State::Unknown(self.frames.zip(self.sample_rate)),
        };
        song.length()
    }

    /// Puts into a list's entry what was found of it.
    pub(super) fn repair(&self, entry: &mut Entry) {
        if let Some(found) = &self.found {
            entry.set_path(found);
        }
        let shared = |words: &Option<String>| words.as_deref().map(Into::into);
        entry.title = entry.title.take().or_else(|| shared(&self.title));
        entry.artist = entry.artist.take().or_else(|| shared(&self.artist));
    }
}

/// A name need not be UTF-8, but JSON is.
#[allow(clippy::ref_option)]
fn as_text<S: serde::Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
    path.as_ref()
        .map(|path| path.to_string_lossy())
        .serialize(to)
}

/// Entries looked at before any of them is told.
const BATCH: usize = 256;

/// Most findings kept for entries that are named again.
const REMEMBERED: usize = 20_000;

/// Looks at all entries, a few at a time, and tells of each in order, until
/// `tell` says that it is enough. One that is named again is looked at once.
pub(super) fn look_at_each(
    entries: &[Entry],
    thorough: bool,
    mut tell: impl FnMut(Finding) -> bool,
) {
    let hands = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let hasher = RandomState::new();
    let key = |entry: &Entry| {
        let span = entry.span();
        let span = span.map(|s| [s.start_s, s.end_s.unwrap_or(-1.0)].map(f64::to_bits));
        hasher.hash_one((entry.path(), span, &entry.title, &entry.artist))
    };
    let files = Files {
        thorough,
        facts: Mutex::default(),
    };
    let mut known: HashMap<u64, Finding> = HashMap::new();
    for (batch, start) in entries.chunks(BATCH).zip((0..).step_by(BATCH)) {
        let keys: Vec<u64> = batch.iter().map(key).collect();
        let mut fresh = HashSet::new();
        let fresh: Vec<usize> = (0..batch.len())
            .filter(|n| !known.contains_key(&keys[*n]) && fresh.insert(keys[*n]))
            .collect();
        let findings = Mutex::new(HashMap::new());
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..hands.min(fresh.len()) {
                scope.spawn(|| {
                    while let Some(&n) = fresh.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let finding = look_at(start + n + 1, &batch[n], &files);
                        if let Ok(mut findings) = findings.lock() {
                            findings.insert(keys[n], finding);
                        }
                    }
                });
            }
        });
        if known.len() + BATCH > REMEMBERED {
            known.clear();
        }
        known.extend(findings.into_inner().unwrap_or_default());
        for (n, key) in keys.into_iter().enumerate() {
            let number = start + n + 1;
            let finding = known.get(&key).cloned();
            // One that was forgotten just now, so it is looked at again.
            let finding = finding.unwrap_or_else(|| look_at(number, &batch[n], &files));
            if !tell(Finding { number, ..finding }) {
                return;
            }
        }
    }
}

/// Most files whose facts are kept; the songs of one stand together.
const KEPT: usize = 64;

/// What is known of a file, or why it does not play.
type Facts = Result<(Info, Vec<Complaint>), String>;

/// Files looked at lately: an album or a book in one file has many entries.
struct Files {
    thorough: bool,
    facts: Mutex<HashMap<PathBuf, Arc<OnceLock<Facts>>>>,
}

impl Files {
    fn look(&self, path: &Path) -> Arc<OnceLock<Facts>> {
        let mut files = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        if files.len() >= KEPT && !files.contains_key(path) {
            files.clear();
        }
        let facts = files.entry(path.to_owned()).or_default().clone();
        drop(files);
        facts.get_or_init(|| {
            let mut decoder = Decoder::open(path).map_err(|error| error.why.to_string())?;
            let info = decoder.info().clone();
            Ok((info, complaints(path, &mut decoder, self.thorough)))
        });
        facts
    }
}

fn look_at(number: usize, entry: &Entry, files: &Files) -> Finding {
    let mut finding = Finding {
        number,
        name: entry.name(),
        written: text::clean(&entry.path().to_string_lossy()),
        title: entry.title.as_deref().map(str::to_owned),
        artist: entry.artist.as_deref().map(str::to_owned),
        ..Finding::default()
    };
    let located = match entry.locate() {
        Ok(located) => located,
        Err(reason) => {
            finding.blank = Some(reason.to_string());
            return finding;
        }
    };
    finding.name = entry.name_of(&located.path);
    finding.how = located.how.map(|how| how.to_string());
    finding.found = Some(located.path.clone());
    let facts = files.look(&located.path);
    let (info, problems) = match facts.get() {
        Some(Ok(facts)) => facts,
        other => {
            finding.blank = other.and_then(|facts| facts.as_ref().err().cloned());
            return finding;
        }
    };
    let (_, frames) = Span::in_frames(entry.span(), info.sample_rate, info.frames);
    if frames == 0 {
        let start_s = entry.span().map_or(0.0, |span| span.start_s);
        finding.blank = Some(Blank::no_sound(start_s, info.seconds()).to_string());
    }
    // Tags win, but those of a whole recording are not those of a part of it.
    let tags = Some(&info.tags).filter(|_| entry.span().is_none());
    let title = tags.and_then(|tags| tags.title.clone());
    let artist = tags.and_then(|tags| tags.artist.clone());
    finding.title = title.or(finding.title);
    finding.artist = artist
        .or(finding.artist)
        .or_else(|| info.tags.artist.clone());
    finding.name = finding.title.clone().unwrap_or(finding.name);
    finding.format = Some(info.format.clone());
    finding.sample_rate = Some(info.sample_rate);
    finding.channels = Some(info.channels);
    finding.bits = info.bits;
    finding.frames = Some(frames);
    finding.seconds = Some(frames as f64 / f64::from(info.sample_rate.max(1)));
    finding.problems.clone_from(problems);
    finding
}
