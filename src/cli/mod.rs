//! Arguments, one file a subcommand.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

mod bundled;
pub mod check;
mod clone;
mod config;
mod devices;
mod dub;
mod encode;
mod finding;
mod jcard;
mod json;
mod lines;
mod log;
mod man;
mod measure;
pub mod mixtape;
mod picture;
mod play;
mod record;
mod recording;
#[cfg(unix)]
mod remote;
mod report;
mod screen;
mod shelf;
mod sound;
mod testtape;
mod transfer;

use crate::files;
use afterdark_media::text;

/// A cassette player for the terminal: puts your music on tape and plays it.
#[derive(Parser, Debug)]
#[command(
    name = "afterdark",
    version,
    args_conflicts_with_subcommands = true,
    after_help = format!(
        "{}\n\nDefaults go in config.toml in that folder, under the options' names: \
         theme, colors, pictures, reduced-motion, device, patient, no-wear, notifications, let-sleep, mpd, mpd-password, shelf.\n\nExit codes: 0 all well; 1 something failed or is blank tape; 2 bad arguments, or no terminal \
         for the screen.\n\
         Press ? while it plays for the keys.",
        sound::PRECEDENCE
    )
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    play: play::PlayArgs,
    /// Add what happens to a log that a report of a fault can be written from;
    /// AFTERDARK_LOG=FILE does the same
    #[arg(long, global = true, value_name = "FILE")]
    log: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Write the tape to a file, as it would sound
    Dub(dub::DubArgs),
    /// Look at files and playlists: what would be on the tape, what is wrong
    Check(check::CheckArgs),
    /// Measure a machine and a tape, or a recording, as a test report does
    Measure(measure::MeasureArgs),
    /// Write the tape's card for a cassette case, to print
    Jcard(jcard::JcardArgs),
    /// Paint the screen with a tape in it to a file, still or moving
    Picture(picture::PictureArgs),
    /// Arrange songs on the two sides of a tape and write them as a list
    Mixtape(mixtape::MixtapeArgs),
    /// Make a programme ready for a real cassette: a file a side, tones, list, card
    Record(record::RecordArgs),
    /// Cut a recording of a real cassette into songs
    Transfer(transfer::TransferArgs),
    /// Write a test tape, to measure a real deck with
    Testtape(testtape::TestTapeArgs),
    /// Make a profile of a real deck from its recording of the test tape
    Clone(clone::CloneArgs),
    /// Your music as tapes: scan, list, search
    Shelf(shelf::ShelfArgs),
    /// Have a running afterdark do something: `do pause`, `do volume 80`
    #[cfg(unix)]
    Do(remote::DoArgs),
    /// What a running afterdark plays
    #[cfg(unix)]
    Status(remote::StatusArgs),
    /// A line of JSON for every change, for bars and scripts
    #[cfg(unix)]
    Events(remote::EventsArgs),
    /// List the sound devices
    Devices,
    /// Print the manual, for `man -l -`
    Man(man::ManArgs),
    /// Print what a shell needs to complete options and names
    Completions(man::CompletionsArgs),
}

/// Runs the program; errors go to standard error, one sentence each. `commit`:
/// what it was built from, where that is known.
pub fn run(commit: Option<&str>) -> ExitCode {
    // Before anything that a list does not need is asked for.
    if let Some(list) = sound::asked_for(std::env::args_os().skip(1)) {
        // Where nobody reads on there is nobody to tell.
        let _ = writeln!(std::io::stdout(), "{list}");
        return ExitCode::SUCCESS;
    }
    let version = version(commit);
    let program = || Cli::command().version(version.clone());
    let cli = Cli::from_arg_matches(&program().get_matches()).unwrap_or_else(|error| error.exit());
    done(&cli, &version, program).unwrap_or_else(|error| {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe) {
            return ExitCode::FAILURE;
        }
        tracing::error!("{error:#}");
        eprintln!("afterdark: {}", text::clean_lines(&format!("{error:#}")));
        ExitCode::FAILURE
    })
}

fn done(cli: &Cli, version: &str, program: impl Fn() -> clap::Command) -> Result<ExitCode> {
    log::start(cli.log.as_deref(), version)?;
    if cli.command.is_some()
        && let Err(error) = files::clean_up_on_signals()
    {
        eprintln!("afterdark: an interrupted file would stay where it is: {error}");
    }
    let opening = match &cli.command {
        Some(Command::Shelf(args)) => args.opening(),
        Some(Command::Mixtape(args)) => args.opening(),
        _ => None,
    };
    if let Some(done) = opening.and_then(play::open) {
        return done;
    }
    match &cli.command {
        None => play::run(&cli.play),
        Some(Command::Dub(args)) => dub::run(args),
        Some(Command::Check(args)) => check::run(args),
        Some(Command::Measure(args)) => measure::run(args),
        Some(Command::Jcard(args)) => jcard::run(args),
        Some(Command::Picture(args)) => picture::run(args),
        Some(Command::Mixtape(args)) => mixtape::run(args),
        Some(Command::Record(args)) => record::run(args),
        Some(Command::Transfer(args)) => transfer::run(args),
        Some(Command::Testtape(args)) => testtape::run(args),
        Some(Command::Clone(args)) => clone::run(args),
        Some(Command::Shelf(args)) => shelf::run(args),
        #[cfg(unix)]
        Some(Command::Do(args)) => remote::act(args),
        #[cfg(unix)]
        Some(Command::Status(args)) => remote::status(args),
        #[cfg(unix)]
        Some(Command::Events(args)) => remote::events(args),
        Some(Command::Devices) => devices::run(),
        Some(Command::Man(args)) => man::run(args, program()),
        Some(Command::Completions(args)) => man::complete(args, program()),
    }
}

/// What `--version` says behind the name: number, commit, features.
fn version(commit: Option<&str>) -> String {
    let number = env!("CARGO_PKG_VERSION");
    match commit.filter(|commit| !commit.is_empty()) {
        Some(commit) => format!("{number} (commit {commit})"),
        None => number.to_owned(),
    }
}
