//! `afterdark check`: what would be on the tape, and what is wrong with it.

use std::collections::HashMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use crate::media::{Complaint, Decoder, complaints};
use crate::player::cut;
use crate::playlist::{self, Entry, Format, Programme, Span};
use crate::text;

/// Looks at each entry as the player would, and says where it was found, what
/// it is and how long, or why it would be blank tape. Exits 1 if any would.
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

/// What the doctor says of a programme.
#[derive(Serialize)]
struct Report {
    title: Option<String>,
    entries: Vec<Finding>,
    /// What the reader of the playlist had to guess or leave out.
    remarks: Vec<String>,
    blank: usize,
    /// Length of all that plays, in seconds.
    seconds: f64,
}

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
    how: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample_rate: Option<u32>,
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
    problems: Vec<Complaint>,
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
    let programme = cut(playlist::gather(&args.paths)?);
    let entries = look_at_all(&programme.entries, args.thorough);
    let report = Report {
        title: programme.title.clone(),
        blank: entries.iter().filter(|entry| entry.blank.is_some()).count(),
        seconds: entries.iter().filter_map(|entry| entry.seconds).sum(),
        remarks: programme.remarks.clone(),
        entries,
    };
    if let Some(path) = &args.write {
        write_repaired(path, args, &programme, &report)?;
    }
    let mut out = io::stdout().lock();
    let printed = if args.json {
        serde_json::to_writer_pretty(&mut out, &report)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        print(&mut out, &report)
    };
    // Who reads only the first lines of the report has them.
    if let Err(error) = printed
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

/// Looks at all entries, a few at a time.
pub(super) fn look_at_all(entries: &[Entry], thorough: bool) -> Vec<Finding> {
    // A file that is named again and again is looked at once.
    let mut seen = HashMap::new();
    let first: Vec<usize> = entries
        .iter()
        .enumerate()
        .map(|(n, entry)| {
            let span = entry
                .span
                .map(|s| [s.start_s, s.end_s.unwrap_or(-1.0)].map(f64::to_bits));
            *seen
                .entry((
                    &entry.path,
                    span,
                    entry.title.as_ref(),
                    entry.artist.as_ref(),
                ))
                .or_insert(n)
        })
        .collect();
    let findings = Mutex::new(vec![Finding::default(); entries.len()]);
    let next = AtomicUsize::new(0);
    let hands = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    thread::scope(|scope| {
        for _ in 0..hands.min(entries.len()) {
            scope.spawn(|| {
                while let n = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(entry) = entries.get(n)
                {
                    if first[n] != n {
                        continue;
                    }
                    let finding = look_at(n + 1, entry, thorough);
                    if let Ok(mut findings) = findings.lock() {
                        findings[n] = finding;
                    }
                }
            });
        }
    });
    let mut findings = findings.into_inner().unwrap_or_default();
    for (n, first) in first.into_iter().enumerate() {
        if first != n {
            findings[n] = findings[first].clone();
            findings[n].number = n + 1;
        }
    }
    findings
}

fn look_at(number: usize, entry: &Entry, thorough: bool) -> Finding {
    let mut finding = Finding {
        number,
        name: entry.name(),
        written: text::clean(&entry.path.to_string_lossy()),
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
            finding.blank = Some(error.to_string());
            return finding;
        }
    };
    let info = decoder.info().clone();
    let (_, frames) = Span::in_frames(entry.span, info.sample_rate, info.frames);
    if frames == 0 {
        finding.blank = Some(format!("there is no sound in {}", finding.written));
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

fn print(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let bold = if io::stdout().is_terminal() {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    if let Some(title) = &report.title {
        writeln!(out, "{}{title}{}", bold.0, bold.1)?;
    }
    for remark in &report.remarks {
        writeln!(out, "      {remark}")?;
    }
    let width = report.entries.len().to_string().len();
    for finding in &report.entries {
        let length = finding.seconds.map_or_else(|| "blank".to_owned(), clock);
        let by = finding
            .artist
            .as_ref()
            .map(|by| format!("{by} – "))
            .unwrap_or_default();
        let format = match (&finding.format, finding.sample_rate) {
            (Some(format), Some(rate)) => format!("  ({format}, {} kHz)", f64::from(rate) / 1e3),
            _ => String::new(),
        };
        writeln!(
            out,
            "{:>width$}  {length:>8}  {by}{}{format}",
            finding.number, finding.name
        )?;
        let mut say = |words: &str| writeln!(out, "{:>width$}            {words}", "");
        if let Some(reason) = &finding.blank {
            say(reason)?;
        }
        if let (Some(how), Some(found)) = (&finding.how, &finding.found) {
            say(&format!(
                "found at {}: {how}",
                text::clean(&found.to_string_lossy())
            ))?;
        }
        for problem in &finding.problems {
            say(&format!("{}; {}", problem.what, problem.advice))?;
        }
    }
    let songs = report.entries.len() - report.blank;
    write!(out, "{songs} to play, {}", clock(report.seconds))?;
    if report.blank > 0 {
        write!(out, "; {} blank", report.blank)?;
    }
    writeln!(out)
}

/// `m:ss`, or `h:mm:ss`.
pub(super) fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// Writes the list with every entry where it was found; those that were not
/// stay as they are.
fn write_repaired(
    path: &Path,
    args: &CheckArgs,
    programme: &Programme,
    report: &Report,
) -> Result<()> {
    let shown = path.display();
    let format = Format::of(path).with_context(|| {
        format!("{shown}: name the copy .m3u8, .xspf or .tape.toml, so that its format is clear")
    })?;
    may_write(path, &args.paths, args.force)?;
    let mut repaired = programme.clone();
    for (entry, finding) in repaired.entries.iter_mut().zip(&report.entries) {
        if let Some(found) = &finding.found {
            entry.path.clone_from(found);
        }
        entry.title = entry.title.take().or_else(|| finding.title.clone());
        entry.artist = entry.artist.take().or_else(|| finding.artist.clone());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let seconds = |n: usize| report.entries[n].seconds;
    save(path, &playlist::write(&repaired, format, folder, seconds))
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
