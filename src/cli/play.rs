//! `afterdark [PATH…]`: puts a tape in and plays it.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::config::Config;
use super::screen::ScreenArgs;
use super::sound::{LoudnessArg, SoundArgs};
use super::{bundled, lines, shelf};
#[cfg(unix)]
use crate::desktop::MpdWants;
use crate::desktop::{Desktop, Wants};
use crate::look::theme::Theme;
use crate::output::{Output, find_device, hush_stderr};
use crate::player::action::Sleep;
use crate::player::sound::begin_with;
use crate::player::{Catalogue, Choice, Engine, Memory, cut};
use crate::recorder::Levelling;
use crate::ui::{self, own_keys};
use afterdark_media::media::Decoder;
use afterdark_media::playlist;
use afterdark_media::playlist::Programme;
use afterdark_tape::tape::Setup;

/// Exit code of bad arguments, as the parser of arguments has it too, and of a
/// screen that has no terminal.
pub(super) const EXIT_USAGE: u8 = 2;

/// Arguments of playing.
#[derive(Args, Clone, Debug, Default)]
pub struct PlayArgs {
    /// Files, folders and playlists; `-` reads a playlist from standard input;
    /// with none, the last tape, where you left it
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Play to this device: an id or a part of a name that `devices` lists
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Begin at the start of side A, wherever the tape was left
    #[arg(long)]
    pub from_start: bool,
    /// Put the tape in without playing it
    #[arg(long)]
    pub stopped: bool,
    /// Stop by itself: at the end of the song, side or tape, or in so many
    /// minutes (30m, 1.5h) at the next end of a song
    #[arg(long, value_name = "song|side|tape|TIME")]
    pub sleep: Option<Sleep>,
    /// Real winding times: search at tape speed, play blank tape through
    #[arg(long)]
    pub patient: bool,
    /// Start from an unworn tape
    #[arg(long)]
    pub fresh_tape: bool,
    /// Switch wear off: not heard, not counted
    #[arg(long, conflicts_with = "fresh_tape")]
    pub no_wear: bool,
    /// Songs equally loud, each (`track`), by album, or `auto` (the default): songs of
    /// one album that follow each other keep their balance
    #[arg(long, value_enum, value_name = "HOW")]
    pub loudness: Option<LoudnessArg>,
    /// The volume of this run, 0 to 100; what is remembered stays as it is
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub volume: Option<u8>,
    /// A note on the desktop for every song
    #[arg(long)]
    pub notifications: bool,
    /// Let the computer go to sleep by itself while the tape plays
    #[arg(long)]
    pub let_sleep: bool,
    /// Let clients of MPD steer it, at this address, 127.0.0.1:6600 if none is
    /// named; mpd-password in config.toml is what they have to say first
    #[cfg(unix)]
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, default_missing_value = "127.0.0.1:6600")]
    pub mpd: Option<String>,
    /// No screen: a line for every song
    #[arg(long)]
    pub no_ui: bool,
    /// Where the screen begins.
    #[arg(skip)]
    pub opening: ui::Opening,
    /// How it sounds.
    #[command(flatten)]
    pub sound: SoundArgs,
    /// How it looks.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// Plays.
///
/// # Errors
/// When there is nothing to play, a name is not known, or the terminal fails.
pub fn run(args: &PlayArgs) -> Result<ExitCode> {
    if !args.no_ui && !std::io::stdout().is_terminal() {
        eprintln!(
            "afterdark: not running in a terminal: use --no-ui to play without the screen, or dub to write a file"
        );
        return Ok(ExitCode::from(EXIT_USAGE));
    }
    // A terminal that can only print gets lines.
    let no_ui = args.no_ui || lines::is_dumb();
    tracing::info!("started");
    let config = Config::read()?;
    own_keys::bind_own(&config.keys).context("[keys] of config.toml")?;
    let catalogue = Catalogue::open();
    // A wrong name is told before anything is opened.
    args.sound.over(Setup::default(), &catalogue)?;
    let mut screen = args.screen.options(&config)?;
    if let Some(name) = &args.device {
        find_device(name)?;
    }
    let wants = Wants {
        notifications: args.notifications || config.notifications,
        let_sleep: args.let_sleep || config.let_sleep,
        #[cfg(unix)]
        mpd: args.mpd.clone().or(config.mpd).map(|address| MpdWants {
            address,
            password: config.mpd_password.filter(|word| !word.is_empty()),
            shelf: shelf::index_path().unwrap_or_default(),
        }),
    };
    // One that is always wanted may be away today, and is waited for.
    let device = args.device.clone().or(config.device);
    // Opening the device takes longest, so it begins first.
    let mut memory = Memory::open();
    // Where no log can be written, what libraries complain of is seen.
    if no_ui {
        for remark in &memory.remarks {
            eprintln!("afterdark: {remark}");
        }
    }
    let hushed = hush_stderr(&memory.folder().join("stderr.log")).ok();
    let output = Output::open(device);
    let settings = memory.settings();
    if args.screen.theme.is_none()
        && config.theme.is_none()
        && let Some(name) = &settings.theme
        && let Ok(theme) = Theme::named(name, screen.themes.as_deref())
    {
        screen.theme = theme;
    }
    let asked = if args.paths.is_empty() {
        last_or_bundled(settings.last)?
    } else {
        on_the_shelf(&args.paths)?
    };
    let programme = cut(playlist::gather(&asked)?);
    anything_there(&programme)?;
    let (setup, remarks) = begin_with(&catalogue, &settings.sound, &programme.request);
    let setup = args.sound.over(setup, &catalogue)?;
    memory.remarks.extend(remarks);
    let desk = if no_ui { None } else { shelf::desk(&catalogue) };
    let choice = Choice {
        length: args.sound.length_or(&programme.request),
        patient: args.patient || config.patient,
        asked: asked.iter().map(|path| absolute(path)).collect(),
        levelling: args
            .loudness
            .or(config.loudness)
            .map_or(Levelling::Auto, Levelling::from),
        volume: args.volume.map(|percent| f32::from(percent) / 100.0),
        from_start: args.from_start,
        stopped: args.stopped,
        sleep: args.sleep.unwrap_or_default(),
        fresh_tape: args.fresh_tape,
        no_wear: args.no_wear || config.no_wear && !args.fresh_tape,
        options: args.sound.options(&catalogue),
        catalogue,
    };
    tracing::info!(entries = programme.entries.len(), "the list is read");
    let engine = Engine::start(programme, choice, memory, setup, output)?;
    let mut hand = engine.handle(None);
    let desktop = Desktop::start(&engine, wants).context("cannot listen for clients of MPD")?;
    let mut code = ExitCode::SUCCESS;
    if no_ui {
        if !lines::run(&mut hand)? {
            code = ExitCode::FAILURE;
        }
    } else {
        screen.shelf = desk;
        screen.opening = args.opening;
        ui::run(&mut hand, &screen)?;
        if let Some(desk) = screen.shelf {
            desk.stop();
        }
    }
    drop(desktop);
    drop(engine);
    drop(hushed);
    Ok(code)
}

/// The screen with the last tape in the machine, not yet playing; `None` where
/// there is no terminal for it.
///
/// # Errors
/// As [`run`].
pub(super) fn open(opening: ui::Opening) -> Option<Result<ExitCode>> {
    let args = PlayArgs {
        stopped: true,
        opening,
        ..PlayArgs::default()
    };
    let screen = std::io::stdout().is_terminal() && !lines::is_dumb();
    screen.then(|| run(&args))
}

/// The paths as given; but a single name that is no file's is looked for on the
/// shelf.
pub(super) fn on_the_shelf(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    if let [name] = paths
        && name.components().count() == 1
        && name.as_os_str() != "-"
        && name.symlink_metadata().is_err()
        && let Some(name) = name.to_str()
        && let Some(found) = shelf::by_name(name)?
    {
        return Ok(found);
    }
    Ok(paths.to_vec())
}

/// So many entries are looked for before a list is taken for what it says.
const LOOKED_FOR: usize = 1000;

/// That something of it is there: a list whose disk is away is not played as
/// blank tape from end to end.
fn anything_there(programme: &Programme) -> Result<()> {
    let entries = &programme.entries;
    let mut first = None;
    for entry in entries.iter().take(LOOKED_FOR) {
        let reason = match entry.locate() {
            // A file alone is to sound; among others it may be blank tape.
            Ok(found) if entries.len() == 1 => match Decoder::open_quick(&found.path) {
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            },
            Ok(_) => return Ok(()),
            Err(reason) => reason,
        };
        first.get_or_insert(reason);
    }
    match first {
        Some(reason) if entries.len() == 1 => bail!(reason),
        Some(reason) => bail!(
            "none of {} songs is there; the first: {reason}",
            entries.len()
        ),
        None => Ok(()),
    }
}

/// What was played last, if any of it is still there; else the tape that comes
/// with the program.
fn last_or_bundled(last: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    if last.iter().any(|path| playlist::is_there(path)) {
        Ok(last)
    } else {
        bundled::tape()
    }
}

/// As it can be found again from another folder.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
