//! `afterdark mixtape`: songs arranged on the two sides of a tape.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::check::{Finding, clock, look_at_all, may_write, save};
use crate::cassette::Length;
use crate::player::cut;
use crate::playlist::{self, Format, arrange};

/// Arranges songs on two sides of a tape and writes them as a list. Keeps
/// their order, or changes it to fill the sides.
#[derive(Args, Debug)]
pub struct MixtapeArgs {
    /// Files, folders and playlists; - reads a playlist from standard input
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Length of the tape: C46, C60, C90, C120
    #[arg(short, long, default_value = "C60")]
    pub length: Length,
    /// The list to write: .m3u8, .xspf or .tape.toml, which keeps the sides
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Change the order so that both sides are as full and as even as can be
    #[arg(long)]
    pub fit: bool,
    /// Silence between songs
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    pub gap: f64,
    /// Title of the tape
    #[arg(long)]
    pub title: Option<String>,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
}

/// Runs `mixtape`. Exits 1 where something cannot be played; what there is no
/// room for is only told.
///
/// # Errors
/// When an argument cannot be read, nothing fits, or the list not be written.
pub fn run(args: &MixtapeArgs) -> Result<ExitCode> {
    let shown = args.output.display();
    let format = Format::of(&args.output).with_context(|| {
        format!("{shown}: name the tape .m3u8, .xspf or .tape.toml, so that its format is clear")
    })?;
    may_write(&args.output, &args.paths, args.force)?;
    if !(0.0..=60.0).contains(&args.gap) {
        bail!("--gap takes 0 to 60 seconds, not {}", args.gap);
    }
    let mut programme = cut(playlist::gather(&args.paths)?);
    let findings = look_at_all(&programme.entries, false);
    let songs: Vec<&Finding> = findings
        .iter()
        .filter(|song| song.blank.is_none())
        .collect();
    let lengths: Vec<f64> = songs
        .iter()
        .map(|song| song.seconds.unwrap_or(0.0))
        .collect();
    let arrange = if args.fit {
        arrange::to_fit
    } else {
        arrange::in_order
    };
    let arrangement = arrange(&lengths, args.length.side_s(), args.gap);
    if arrangement.sides.iter().all(Vec::is_empty) {
        bail!("nothing to play fits on a side of a {}", args.length);
    }
    let mut entries = Vec::new();
    for (side, order) in arrangement.sides.iter().enumerate() {
        for (n, song) in order.iter().map(|song| songs[*song]).enumerate() {
            let mut entry = programme.entries[song.number - 1].clone();
            if let Some(found) = &song.found {
                entry.path.clone_from(found);
            }
            entry.title = song.title.clone().or(entry.title);
            entry.artist = song.artist.clone().or(entry.artist);
            entry.side = Some(side);
            entry.gap_s = (args.gap > 0.0 && n > 0).then_some(args.gap);
            entries.push((entry, song.seconds));
        }
    }
    let seconds: Vec<_> = entries.iter().map(|(_, seconds)| *seconds).collect();
    programme.entries = entries.into_iter().map(|(entry, _)| entry).collect();
    programme.title = args.title.clone().or(programme.title);
    programme.wish.length = Some(args.length.to_string());
    let folder = args.output.parent().unwrap_or(Path::new(""));
    let text = playlist::write(&programme, format, folder, |n| seconds[n]);
    save(&args.output, &text).with_context(|| format!("{shown} cannot be written"))?;
    let told = tell(args, &findings, &songs, &arrangement);
    if let Err(error) = told
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(error.into());
    }
    let blank = songs.len() < findings.len();
    Ok(if blank {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn tell(
    args: &MixtapeArgs,
    findings: &[Finding],
    songs: &[&Finding],
    arrangement: &arrange::Arrangement,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut line = |song: &Finding| {
        let by = song
            .artist
            .as_ref()
            .map(|by| format!("{by} – "))
            .unwrap_or_default();
        let length = song.seconds.map(clock).unwrap_or_default();
        writeln!(out, "  {length:>8}  {by}{}", song.name)
    };
    for (order, side) in arrangement.sides.iter().zip(["A", "B"]) {
        let music: f64 = order.iter().filter_map(|song| songs[*song].seconds).sum();
        let gaps = args.gap * order.len().saturating_sub(1) as f64;
        println!(
            "Side {side}: {}, {} of tape remain",
            clock(music),
            clock((args.length.side_s() - music - gaps).max(0.0))
        );
        for song in order {
            line(songs[*song])?;
        }
    }
    if !arrangement.left.is_empty() {
        println!("Left over, no room:");
        for song in &arrangement.left {
            line(songs[*song])?;
        }
    }
    for song in findings {
        if let Some(reason) = &song.blank {
            eprintln!("afterdark: left out: {}: {reason}", song.name);
        }
    }
    Ok(())
}
