//! `afterdark check`: what would be on the tape, and what is wrong with it.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use super::finding::look_at_each;
use super::report::Report;
use super::sound::SoundArgs;
use crate::files;
use crate::player::cut;
use afterdark_media::playlist::{self, Format, Programme};
use afterdark_media::text;
use afterdark_tape::cassette::{Layout, Length};

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

/// Runs `check`.
///
/// # Errors
/// When an argument cannot be read or the repaired copy not be written.
pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    let programme = cut(playlist::gather(&args.paths)?);
    let mut remarks: Vec<String> = programme.remarks.iter().map(ToString::to_string).collect();
    remarks.extend(empty(&args.paths, &programme));
    let wished = programme.request.length.as_ref();
    let wished = wished.and_then(|length| length.parse::<Length>().err());
    remarks.extend(wished.map(|error| error.to_string()));
    let mut repaired = args.write.is_some().then(|| programme.clone());
    if let Some(path) = &args.write {
        let entries = programme.entries.iter().map(playlist::Entry::path);
        files::may_write(
            path,
            args.paths.iter().map(Cow::from).chain(entries),
            args.force,
        )?;
    }
    let mut report = Report::new(&programme, args.json);
    let mut printed = report.begin(&programme, &remarks);
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
        write_repaired(path, repaired, &lengths, args.force)?;
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
        entries.any(|entry| entry.path().starts_with(folder))
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

/// Writes the list with every entry where it was found; those that were not
/// stay as they are.
fn write_repaired(
    path: &Path,
    programme: &Programme,
    lengths: &[Option<f64>],
    force: bool,
) -> Result<()> {
    let format = Format::of(path).with_context(|| {
        format!(
            "{}: name the copy .m3u8, .xspf or .tape.toml, so that its format is clear",
            path.display()
        )
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let list = playlist::write(programme, format, folder, |n| lengths[n]);
    Ok(files::save(path, list.as_bytes(), force)?)
}
