//! `afterdark mixtape`: songs arranged on the two sides of a tape.

use std::io::{self, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use super::finding::{Finding, look_at_each};
use super::play::EXIT_USAGE;
use super::{json, shelf};
use crate::files;
use crate::player::cut;
use crate::ui::Opening;
use afterdark_media::playlist::{self, Format, arrange};
use afterdark_media::text::{clean, clock};
use afterdark_tape::cassette::{Length, Side};

/// Arranges songs on two sides of a tape and writes them as a list. Keeps
/// their order, or changes it to fill the sides. Without a path the screen opens
/// with a blank tape.
#[derive(Args, Debug)]
pub struct MixtapeArgs {
    /// Files, folders and playlists; - reads a playlist from standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Let chance choose from the shelf, from what is found by these words and
    /// filters (artist:… genre:… year:1979..1984 never:) or from everything
    #[arg(
        long,
        value_name = "WORDS",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["paths", "fit"]
    )]
    pub surprise: Option<String>,
    /// Length of the tape: C46, C60, C90, C120
    #[arg(short, long, default_value = "C60")]
    pub length: Length,
    /// The list to write: .m3u8, .xspf or .tape.toml, which keeps the sides
    /// [default: among the tapes made here, with --surprise]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Change the order so that both sides are as full and as even as can be
    #[arg(long)]
    pub fit: bool,
    /// Silence between songs
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    pub gap: f64,
    /// Title of the tape
    #[arg(long)]
    pub title: Option<String>,
    /// Write what went where as JSON
    #[arg(long)]
    pub json: bool,
    /// Replace an existing file, though never one that is read
    #[arg(long)]
    pub force: bool,
}

impl MixtapeArgs {
    /// Where the screen begins, where that is all that is asked for.
    pub fn opening(&self) -> Option<Opening> {
        let named = !self.paths.is_empty() || self.output.is_some() || self.surprise.is_some();
        (!named).then_some(Opening::Blank(self.length))
    }
}

/// What a tape that chance made is called.
const SURPRISE: &str = "Surprise";

/// What went where, as JSON. Songs are told as `check --json` tells them.
#[derive(Serialize)]
struct Told<'a> {
    title: Option<&'a str>,
    length: String,
    sides: Vec<ToldSide<'a>>,
    /// What there is no room for.
    left: Vec<&'a Finding>,
    /// What cannot be played.
    blank: Vec<&'a Finding>,
}

/// A side: its songs, and seconds of music, of silence between them and of
/// tape that remains.
#[derive(Serialize)]
struct ToldSide<'a> {
    songs: Vec<&'a Finding>,
    seconds: f64,
    gaps: f64,
    remaining: f64,
}

/// Runs `mixtape`. Exits 1 where something cannot be played; what there is no
/// room for is only told.
///
/// # Errors
/// When an argument cannot be read, nothing fits, or the list not be written.
pub fn run(args: &MixtapeArgs) -> Result<ExitCode> {
    if args.paths.is_empty() && args.surprise.is_none() {
        return Ok(usage(
            "name songs for the tape, or let chance choose with --surprise",
        ));
    }
    let output = match (&args.output, &args.surprise) {
        (Some(output), _) => output.clone(),
        (None, Some(_)) => new_surprise()?,
        (None, None) => return Ok(usage("name the tape's file with --output")),
    };
    let shown = output.display();
    let format = Format::of(&output).with_context(|| {
        format!("{shown}: name the tape .m3u8, .xspf or .tape.toml, so that its format is clear")
    })?;
    files::may_write(&output, &args.paths, args.force)?;
    if !(0.0..=60.0).contains(&args.gap) {
        bail!("--gap takes 0 to 60 seconds, not {}", args.gap);
    }
    let paths = match &args.surprise {
        Some(words) => surprise(words, 2.0 * args.length.side_s())?,
        None => args.paths.clone(),
    };
    let mut programme = cut(playlist::gather(&paths)?);
    let entries = programme.entries.iter().map(playlist::Entry::path);
    files::may_write(&output, entries, args.force)?;
    let mut findings = Vec::new();
    look_at_each(&programme.entries, false, |finding| {
        findings.push(finding);
        true
    });
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
                entry.set_path(found);
            }
            entry.title = song.title.as_deref().map(Into::into).or(entry.title);
            entry.artist = song.artist.as_deref().map(Into::into).or(entry.artist);
            let particulars = entry.particulars_mut();
            particulars.side = Some(side);
            particulars.gap_s = (args.gap > 0.0 && n > 0).then_some(args.gap);
            entries.push((entry, song.seconds));
        }
    }
    let seconds: Vec<_> = entries.iter().map(|(_, seconds)| *seconds).collect();
    programme.entries = entries.into_iter().map(|(entry, _)| entry).collect();
    let chance = args.surprise.as_ref().map(|_| SURPRISE.to_owned());
    programme.title = args.title.clone().or(chance).or(programme.title);
    programme.request.length = Some(args.length.to_string());
    let folder = output.parent().unwrap_or(Path::new(""));
    let text = playlist::write(&programme, format, folder, |n| seconds[n]);
    files::save(&output, text.as_bytes(), args.force)?;
    let told = told(
        args,
        programme.title.as_deref(),
        &findings,
        &songs,
        &arrangement,
    );
    let told = if args.json {
        let mut out = io::stdout().lock();
        json::write(&mut out, &told).and_then(|()| writeln!(out))
    } else {
        tell(&told)
    };
    if let Err(error) = told
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(error.into());
    }
    if args.output.is_none() && !args.json {
        println!("{shown}");
    }
    let blank = songs.len() < findings.len();
    Ok(if blank {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Songs that chance chose.
fn usage(said: &str) -> ExitCode {
    eprintln!("afterdark: {said}");
    ExitCode::from(EXIT_USAGE)
}

fn surprise(words: &str, seconds: f64) -> Result<Vec<PathBuf>> {
    let paths = shelf::surprise(words, seconds)?;
    if paths.is_empty() {
        bail!("no song on the shelf is found by “{}”", clean(words));
    }
    Ok(paths)
}

/// A file among the tapes made here that is not there yet.
fn new_surprise() -> Result<PathBuf> {
    let own = files::own_tapes().context("there is no home folder to keep the tape in")?;
    std::fs::create_dir_all(&own).with_context(|| format!("cannot make {}", own.display()))?;
    let names = (1..).map(|n| own.join(format!("{SURPRISE} {n}.tape.toml")));
    let free = names.take(100_000).find(|path| !path.exists());
    free.context("there are too many surprises")
}

fn told<'a>(
    args: &MixtapeArgs,
    title: Option<&'a str>,
    findings: &'a [Finding],
    songs: &[&'a Finding],
    arrangement: &arrange::Arrangement,
) -> Told<'a> {
    let side = |order: &Vec<usize>| {
        let songs: Vec<_> = order.iter().map(|song| songs[*song]).collect();
        let seconds = songs.iter().filter_map(|song| song.seconds).sum();
        let gaps = args.gap * songs.len().saturating_sub(1) as f64;
        ToldSide {
            songs,
            seconds,
            gaps,
            remaining: (args.length.side_s() - seconds - gaps).max(0.0),
        }
    };
    let left = arrangement.left.iter();
    Told {
        title,
        length: args.length.to_string(),
        sides: arrangement.sides.iter().map(side).collect(),
        left: left.map(|song| songs[*song]).collect(),
        blank: findings
            .iter()
            .filter(|song| song.blank.is_some())
            .collect(),
    }
}

fn tell(told: &Told<'_>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let line = |out: &mut StdoutLock<'_>, song: &Finding| {
        let length = song.seconds.map(clock).unwrap_or_default();
        writeln!(out, "  {length:>8}  {}", song.shown())
    };
    for (name, side) in Side::BOTH.map(Side::name).iter().zip(&told.sides) {
        let (music, remaining) = (clock(side.seconds), clock(side.remaining));
        writeln!(out, "Side {name}: {music}, {remaining} left")?;
        for song in &side.songs {
            line(&mut out, song)?;
        }
    }
    if !told.left.is_empty() {
        writeln!(out, "Did not fit:")?;
        for song in &told.left {
            line(&mut out, song)?;
        }
    }
    for song in &told.blank {
        let reason = song.blank.as_deref().unwrap_or_default();
        eprintln!("afterdark: left out: {}: {reason}", song.shown());
    }
    Ok(())
}
