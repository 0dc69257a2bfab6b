//! `afterdark check`: what would be on the tape, and what is wrong with it.

use std::collections::{HashMap, HashSet};
#[cfg(unix)]
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use super::report::Report;
use super::sound::SoundArgs;
use crate::player::{Song, State, cut};
use afterdark_media::media::{Complaint, Decoder, complaints};
use afterdark_media::playlist::{self, Entry, Format, Programme, Span};
use afterdark_media::text;
use afterdark_tape::cassette::{Layout, Length, SongLength};

/// Looks at each entry as the player would, and says where it was found, what
/// it is and how long, or why it would be blank tape; and on which cassettes it
/// all goes. Exits 1 if any would be blank.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Files, folders and playlists; - reads a playlist from standard input
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Write the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Decode everything, to find damage inside files and clipping
    #[arg(long)]
    pub thorough: bool,
    /// Write a repaired copy of the list (.m3u8, .xspf or .tape.toml)
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Let --write replace a file, though never one of those checked
    #[arg(long, requires = "write")]
    pub force: bool,
}

/// Any rate does: only lengths in seconds are wanted of the layout.
const RATE: u32 = 48_000;

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
    fn on_tape(&self, entry: &Entry) -> SongLength {
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
            entry.path.clone_from(found);
        }
        entry.title = entry.title.take().or_else(|| self.title.clone());
        entry.artist = entry.artist.take().or_else(|| self.artist.clone());
    }
}

/// A name need not be UTF-8, but JSON is.
#[allow(clippy::ref_option)]
fn as_text<S: serde::Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
    path.as_ref()
        .map(|path| path.to_string_lossy())
        .serialize(to)
}

/// Runs `check`.
///
/// # Errors
/// When an argument cannot be read or the repaired copy not be written.
pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    let mut programme = cut(playlist::gather(&args.paths)?);
    programme.remarks.extend(empty(&args.paths, &programme));
    let wished = programme.request.length.as_ref();
    let wished = wished.and_then(|length| length.parse::<Length>().err());
    programme
        .remarks
        .extend(wished.map(|error| error.to_string()));
    let mut repaired = args.write.is_some().then(|| programme.clone());
    if let Some(path) = &args.write {
        may_write(path, &args.paths, args.force)?;
    }
    let mut report = Report::new(&programme, args.json);
    let mut printed = report.begin(&programme);
    let mut lengths = Vec::new();
    let mut on_tape = Vec::new();
    look_at_each(&programme.entries, args.thorough, |finding| {
        on_tape.push(finding.on_tape(&programme.entries[finding.number - 1]));
        if printed.is_ok() {
            printed = report.tell(&finding);
        }
        report.count(&finding);
        if let Some(repaired) = &mut repaired {
            lengths.push(finding.seconds);
            finding.repair(&mut repaired.entries[finding.number - 1]);
        }
        // Who reads only the first lines of the report has them.
        printed.is_ok() || args.write.is_some()
    });
    if let (Some(path), Some(repaired)) = (&args.write, &repaired) {
        write_repaired(path, repaired, &lengths)?;
    }
    let length = SoundArgs::default().length_or(&programme.request);
    if let Err(error) = printed.and_then(|()| report.end(&Layout::new(RATE, &on_tape, length)))
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(error).context("the report cannot be written");
    }
    Ok(if report.blank > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// A sentence for each folder among the arguments that nothing came from.
fn empty(paths: &[PathBuf], programme: &Programme) -> Vec<String> {
    let gave = |folder: &Path| {
        let mut entries = programme.entries.iter();
        entries.any(|entry| entry.path.starts_with(folder))
    };
    // A folder that cannot be read is told of already.
    let folders = paths
        .iter()
        .filter(|path| path.is_dir() && path.read_dir().is_ok() && !gave(path));
    folders
        .map(|path| {
            let shown = text::brief(&path.to_string_lossy());
            format!("there is nothing to play in the folder {shown}")
        })
        .collect()
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
        let span = entry.span;
        let span = span.map(|s| [s.start_s, s.end_s.unwrap_or(-1.0)].map(f64::to_bits));
        hasher.hash_one((&entry.path, span, &entry.title, &entry.artist))
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
                        let finding = look_at(start + n + 1, &batch[n], thorough);
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
            let finding = finding.unwrap_or_else(|| look_at(number, &batch[n], thorough));
            if !tell(Finding { number, ..finding }) {
                return;
            }
        }
    }
}

fn look_at(number: usize, entry: &Entry, thorough: bool) -> Finding {
    let mut finding = Finding {
        number,
        name: entry.name(),
        written: text::clean(&entry.path.to_string_lossy()),
        title: entry.title.clone(),
        artist: entry.artist.clone(),
        ..Finding::default()
    };
    let located = match entry.locate() {
        Ok(located) => located,
        Err(reason) => {
            finding.blank = Some(reason);
            return finding;
        }
    };
    finding.name = entry.name_of(&located.path);
    finding.how = located.how;
    finding.found = Some(located.path.clone());
    let mut decoder = match Decoder::open(&located.path) {
        Ok(decoder) => decoder,
        Err(error) => {
            finding.blank = Some(error.why.to_string());
            return finding;
        }
    };
    let info = decoder.info().clone();
    let (_, frames) = Span::in_frames(entry.span, info.sample_rate, info.frames);
    if frames == 0 {
        finding.blank = Some("there is no sound in it".to_owned());
    }
    // Tags win, but those of a whole recording are not those of a part of it.
    let tags = Some(&info.tags).filter(|_| entry.span.is_none());
    let title = tags.and_then(|tags| tags.title.clone());
    let artist = tags.and_then(|tags| tags.artist.clone());
    finding.title = title.or_else(|| entry.title.clone());
    finding.artist = artist.or_else(|| entry.artist.clone()).or(info.tags.artist);
    finding.name = finding.title.clone().unwrap_or(finding.name);
    finding.format = Some(info.format.clone());
    finding.sample_rate = Some(info.sample_rate);
    finding.channels = Some(info.channels);
    finding.bits = info.bits;
    finding.frames = Some(frames);
    finding.seconds = Some(frames as f64 / f64::from(info.sample_rate.max(1)));
    finding.problems = complaints(&located.path, &mut decoder, thorough);
    finding
}

/// Writes the list with every entry where it was found; those that were not
/// stay as they are.
fn write_repaired(path: &Path, programme: &Programme, lengths: &[Option<f64>]) -> Result<()> {
    let shown = path.display();
    let format = Format::of(path).with_context(|| {
        format!("{shown}: name the copy .m3u8, .xspf or .tape.toml, so that its format is clear")
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    save(
        path,
        &playlist::write(programme, format, folder, |n| lengths[n]),
    )
    .with_context(|| format!("{shown} cannot be written"))
}

/// Whether a list may be written here: never over what was read, over another
/// file only by `--force`.
pub(super) fn may_write(path: &Path, read: &[PathBuf], force: bool) -> Result<()> {
    let shown = path.display();
    let real = |path: &Path| path.canonicalize().ok();
    if real(path).is_some_and(|out| read.iter().any(|read| real(read).as_ref() == Some(&out))) {
        bail!("{shown} is what is read and is never written to; name another file");
    }
    if path.exists() && !force {
        bail!("{shown} is there already; --force replaces it");
    }
    Ok(())
}

/// Writes a whole file or none.
pub(super) fn save(path: &Path, contents: &str) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(contents.as_bytes())?;
    #[cfg(unix)]
    {
        // A playlist is as readable as any other new file.
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}
