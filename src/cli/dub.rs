//! `afterdark dub`: the tape, rendered to a file.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::encode::{Bits, Encoder, Format};
use super::sound::{self, LoudnessArg, SoundArgs};
use crate::files::{self, NewFile};
use crate::player::copies::{COPYING_DECK, generations};
use crate::player::{Catalogue, Dubbing, Plan, Song, cut, tape_number};
use crate::recorder::Levelling;
use afterdark_media::playlist;
use afterdark_tape::tape::{MOST_COPYINGS, Setup};

/// Rate where the songs have none in common, frames a second.
const COMMON_RATE: u32 = 48_000;

/// Arguments of `dub`.
#[derive(Args, Debug)]
#[command(after_help = sound::PRECEDENCE)]
pub struct DubArgs {
    /// Files, folders and playlists; `-` reads a playlist from standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The file to write, .wav or .flac
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The untouched programme instead of the tape
    #[arg(long)]
    pub source: bool,
    /// Sample rate; the songs' own if they share one, else 48000
    #[arg(long, value_name = "HZ", value_parser = clap::value_parser!(u32).range(8_000..=384_000))]
    pub rate: Option<u32>,
    /// Bits per sample; 32f where the file can hold it, else 24
    #[arg(long, value_enum)]
    pub bits: Option<Bits>,
    /// The tape's own number: flaws that are on the tape follow from it
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Record level: `auto`, `unity`, or dB above unity
    #[arg(long, default_value = "auto", allow_hyphen_values = true)]
    pub level: Level,
    /// Songs equally loud, each (`track`), by album, or `auto`: songs of one album
    /// that follow each other keep their balance; `auto` if omitted, with --source or a
    /// fixed --level `off`
    #[arg(long, value_enum, value_name = "HOW")]
    pub loudness: Option<LoudnessArg>,
    /// As worn as a tape that was played this many times
    #[arg(long, value_name = "TIMES", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..10_000))]
    pub worn: u16,
    /// Copies of copies: 1 is the tape itself, 2 a copy of it, 3 a copy of that
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9), conflicts_with = "source")]
    pub generations: Option<u8>,
    /// The deck that copies, or the one that plays and the one that records
    #[arg(long, value_name = "DECK[,DECK]", default_value = COPYING_DECK, value_delimiter = ',', num_args = 1, conflicts_with = "source")]
    pub copied_on: Vec<String>,
    /// Include leader, turn-over and mechanical noises
    #[arg(long)]
    pub whole_tape: bool,
    /// Sides to play at a time; one per processor if omitted. The result is the same
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
    /// Replace an existing file, though never one that is read
    #[arg(long)]
    pub force: bool,
    /// How it sounds.
    #[command(flatten)]
    pub sound: SoundArgs,
}

/// How loud the songs go onto the tape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// By their loudness.
    Auto,
    /// All at this many dB above unity.
    Fixed(f32),
}

impl std::str::FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "unity" => Ok(Self::Fixed(0.0)),
            db => match db.parse() {
                Ok(db) if (-40.0..=40.0).contains(&db) => Ok(Self::Fixed(db)),
                _ => Err("it takes auto, unity, or -40 to 40 dB".to_owned()),
            },
        }
    }
}

/// Renders the tape.
///
/// # Errors
/// When nothing can be read or the file cannot be written.
pub fn run(args: &DubArgs) -> Result<ExitCode> {
    let format = Format::of(&args.output, args.bits)?;
    files::may_write(&args.output, &args.paths, args.force)?;
    let catalogue = Catalogue::open();
    // A wrong name is told before anything is read.
    args.sound.over(Setup::default(), &catalogue)?;
    let programme = cut(playlist::gather(&args.paths)?);
    let entries = programme.entries.iter().map(playlist::Entry::path);
    files::may_write(&args.output, entries, args.force)?;
    let (mut setup, length) = args.sound.for_tape(&catalogue, &programme.request)?;
    let seed = args.seed.unwrap_or_else(|| tape_number(&programme));
    let seed = copy(args, &catalogue, &mut setup, seed)?;
    let songs: Vec<Song> = programme.entries.into_iter().map(Song::looked_up).collect();
    let mut blank = 0;
    for song in &songs {
        if let Some(reason) = song.blank() {
            blank += 1;
            eprintln!("afterdark: blank tape for {}: {reason}", song.title());
        }
    }
    if blank == songs.len() {
        bail!("there is nothing to dub: nothing of it can be played");
    }
    let rate = args.rate.unwrap_or_else(|| common_rate(&songs));
    let level_db = match args.level {
        Level::Auto => None,
        Level::Fixed(db) => Some(db),
    };
    let plan = Plan {
        source: args.source,
        whole_tape: args.whole_tape,
        limit: format.is_whole(),
        level_db,
        levelling: match args.loudness {
            Some(how) => how.into(),
            None if args.source || level_db.is_some() => Levelling::Off,
            None => Levelling::Auto,
        },
        passes: args.worn,
        seed,
        threads: args.threads,
    };
    let dubbing = Dubbing::new(songs, rate, length, setup, plan);
    write(dubbing, rate, format, args)?;
    Ok(if blank > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Has the tape copied as often as is asked for; returns the number of the last copy.
fn copy(args: &DubArgs, catalogue: &Catalogue, setup: &mut Setup, number: u64) -> Result<u64> {
    let count = usize::from(args.generations.unwrap_or(1)) - 1;
    let named = |name: &String| sound::deck_named(catalogue, name);
    let decks = match &args.copied_on[..] {
        [deck] => [named(deck)?, named(deck)?],
        [played, recorded] => [named(played)?, named(recorded)?],
        _ => bail!(
            "--copied-on takes a deck that copies, or the one that plays and the one that records"
        ),
    };
    let (new, last) = generations(number, count, [&decks[0], &decks[1]]);
    if setup.copies.len() + new.len() > MOST_COPYINGS {
        bail!(
            "this tape is a copy already; it can be copied {} times more",
            MOST_COPYINGS - setup.copies.len()
        );
    }
    setup.copies = setup.copies.iter().cloned().chain(new).collect();
    Ok(last)
}

/// The songs' own rate where they share one.
fn common_rate(songs: &[Song]) -> u32 {
    let mut rates = songs
        .iter()
        .filter_map(|song| Some(song.found()?.sample_rate));
    match rates.next() {
        Some(first) if rates.all(|rate| rate == first) => first,
        _ => COMMON_RATE,
    }
}

fn write(mut dubbing: Dubbing, rate: u32, format: Format, args: &DubArgs) -> Result<()> {
    let mut file = NewFile::create(&args.output, args.force)?;
    let bar = progress_bar(dubbing.total(), rate);
    let cannot = || format!("cannot write {}", args.output.display());
    let own = file.file().try_clone().with_context(cannot)?;
    let mut encoder = Encoder::new(own, format, rate).with_context(cannot)?;
    let mut frames = Vec::new();
    while dubbing.next(&mut frames) {
        for reason in dubbing.take_failures() {
            bar.suspend(|| eprintln!("afterdark: {reason}"));
        }
        encoder.write(&frames).with_context(cannot)?;
        bar.set_position(dubbing.done());
    }
    let cut = encoder.cut();
    encoder.finish().with_context(cannot)?;
    bar.finish_and_clear();
    file.keep()?;
    let peaks = match dubbing.peaks_held() {
        0 => None,
        1 => Some("one peak was".to_owned()),
        count => Some(format!("{count} peaks were")),
    };
    if let Some(peaks) = peaks {
        let over = if args.source {
            "full scale"
        } else {
            "−1 dBTP"
        };
        eprintln!(
            "afterdark: {peaks} over {over} and had to be held down; --bits 32f holds them as they are"
        );
    }
    if cut > 0 {
        eprintln!("afterdark: {cut} samples were over full scale and have been cut");
    }
    let seconds = Duration::from_secs(dubbing.done() / u64::from(rate));
    if std::io::stderr().is_terminal() {
        let time = indicatif::HumanDuration(seconds);
        writeln!(
            std::io::stderr(),
            "{}: {time} of tape",
            args.output.display()
        )?;
    }
    Ok(())
}

/// A bar of so many frames of tape, where there is a terminal.
pub(super) fn progress_bar(total: u64, rate: u32) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let minutes = total as f64 / f64::from(rate) / 60.0;
    let bar = ProgressBar::new(total).with_message(format!("{minutes:.1} min of tape"));
    // The template is ours and checked by every run with a terminal.
    let style =
        ProgressStyle::with_template("{msg}  {wide_bar:.magenta/dim}  {percent} %  {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
