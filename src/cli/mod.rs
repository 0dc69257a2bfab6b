//! Arguments, one file a subcommand.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bundled;
pub mod check;
mod config;
mod devices;
mod dub;
mod encode;
mod finding;
mod jcard;
mod json;
mod lines;
mod measure;
pub mod mixtape;
mod play;
mod report;
mod screen;
mod shelf;
mod sound;

use crate::files;

/// Exit code of a wrong call, or of one that needs a terminal and has none.
pub const EXIT_USAGE: u8 = 2;

/// A cassette player for the terminal: puts your music on tape and plays it.
#[derive(Parser, Debug)]
#[command(
    name = "afterdark",
    version,
    args_conflicts_with_subcommands = true,
    after_help = format!(
        "{}\n\nWhat shall always be so stands in config.toml in that folder, by the options' names: \
         theme, colors, pictures, reduced-motion, device, patient, no-wear, shelf.\n\nExit codes: 0 all well; 1 something failed or is blank tape; 2 a wrong call.\n\
         Press ? while it plays for the keys.",
        sound::PRECEDENCE
    )
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    play: play::PlayArgs,
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
    /// Arrange songs on the two sides of a tape and write them as a list
    Mixtape(mixtape::MixtapeArgs),
    /// Your music as tapes: scan, list, search
    Shelf(shelf::ShelfArgs),
    /// List the sound devices
    Devices,
}

/// Runs the program; errors go to standard error, one sentence each.
pub fn run() -> ExitCode {
    // Before anything that a list does not need is asked for.
    if let Some(list) = sound::asked_for(std::env::args_os().skip(1)) {
        // Where nobody reads on there is nobody to tell.
        let _ = writeln!(std::io::stdout(), "{list}");
        return ExitCode::SUCCESS;
    }
    let cli = Cli::parse();
    if cli.command.is_some()
        && let Err(error) = files::clean_up_on_signals()
    {
        eprintln!("afterdark: an interrupted file would stay where it is: {error}");
    }
    let done = match &cli.command {
        None => play::run(&cli.play),
        Some(Command::Dub(args)) => dub::run(args),
        Some(Command::Check(args)) => check::run(args),
        Some(Command::Measure(args)) => measure::run(args),
        Some(Command::Jcard(args)) => jcard::run(args),
        Some(Command::Mixtape(args)) => mixtape::run(args),
        Some(Command::Shelf(args)) => shelf::run(args),
        Some(Command::Devices) => devices::run(),
    };
    done.unwrap_or_else(|error| {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe) {
            return ExitCode::FAILURE;
        }
        eprintln!("afterdark: {error:#}");
        ExitCode::FAILURE
    })
}
