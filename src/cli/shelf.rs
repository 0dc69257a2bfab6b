//! `afterdark shelf`: the index of a person's music on the command line.

mod roots;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use afterdark_media::text::clean;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use self::roots::roots;
use super::bundled;
use crate::files;
use crate::player::Catalogue;
use crate::shelf::{
    Catalog, Choices, Desk, HISTORY, History, Hit, Index, IndexError, Kind, Query, Scan, Setting,
    Song, Summary, Tape,
};
use crate::ui::Opening;

/// Version of what `--json` prints.
const SCHEMA: u32 = 1;

/// Days that what is gone is kept, unless asked otherwise.
const KEPT_DAYS: u64 = 30;

/// Arguments of `afterdark shelf`: without a command the screen opens there.
#[derive(Args, Debug)]
pub struct ShelfArgs {
    #[command(subcommand)]
    action: Option<Action>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Bring the shelf up to date with the disk, every file looked at
    Scan {
        /// Trust the times of folders: what was changed in place is not seen
        #[arg(long)]
        quick: bool,
    },
    /// Put a folder of music on the shelf
    Add {
        /// The folder
        folder: PathBuf,
    },
    /// List all tapes (what is done where there is no terminal for the screen)
    List,
    /// Find tapes and songs: words in any order, artist:… genre:… year:1979..1984
    Search {
        /// What to look for
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Forget files that have been gone for a while
    Prune {
        /// For so many days
        #[arg(long, value_name = "DAYS", default_value_t = KEPT_DAYS)]
        older: u64,
    },
    /// Print where the index is
    Path,
}

/// What `shelf list --json` and `shelf search --json` print.
#[derive(Serialize)]
struct Listing<'a> {
    /// Raised when a field changes its meaning or goes.
    version: u32,
    /// Tapes as [`Tape`] has them.
    tapes: Vec<&'a Tape>,
    /// Songs that a search found, each with its tape's title.
    songs: Vec<SongLine>,
}

#[derive(Serialize)]
struct SongLine {
    #[serde(flatten)]
    song: Song,
    tape: String,
}

impl ShelfArgs {
    /// Where the screen begins, where that is all that is asked for.
    pub fn opening(&self) -> Option<Opening> {
        (self.action.is_none() && !self.json).then_some(Opening::Shelf)
    }
}

/// Runs `afterdark shelf`.
///
/// # Errors
/// When the index cannot be read or written.
pub fn run(args: &ShelfArgs) -> Result<ExitCode> {
    mended(|| act(args))
}

/// Does something with the index; where that meets damage, it is done once more
/// with an index made anew.
fn mended<T>(work: impl Fn() -> Result<T>) -> Result<T> {
    match work() {
        Err(error) if error.downcast_ref().is_some_and(IndexError::is_damage) => {
            Index::throw_away(&index_path()?)?;
            work()
        }
        done => done,
    }
}

fn act(args: &ShelfArgs) -> Result<ExitCode> {
    let path = index_path()?;
    match &args.action {
        Some(Action::Path) => {
            println!("{}", path.display());
            Ok(ExitCode::SUCCESS)
        }
        Some(Action::Add { folder }) => add(folder, args.json),
        Some(Action::Scan { quick }) => scan(&Index::open(&path)?, !quick, args.json),
        Some(Action::Prune { older }) => {
            let now = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            let before = now.saturating_sub(Duration::from_secs(older * 24 * 3600));
            let taken = Index::open(&path)?.prune(before.as_secs() as i64)?;
            println!("{taken} files forgotten");
            Ok(ExitCode::SUCCESS)
        }
        Some(Action::Search { words }) => search(&ready(&path)?, &words.join(" "), args.json),
        Some(Action::List) | None => list(&ready(&path)?, args.json),
    }
}

/// The tapes that a name alone stands for, as paths to play: those whose title
/// is just that, else those that a search finds.
///
/// # Errors
/// When there are several, which are named.
pub fn by_name(name: &str) -> Result<Option<Vec<PathBuf>>> {
    let path = index_path()?;
    if !path.is_file() {
        return Ok(None);
    }
    let (index, catalog) = mended(|| {
        let index = Index::open(&path)?;
        let catalog = Catalog::read(&index)?;
        Ok((index, catalog))
    })?;
    let tapes = catalog.tapes();
    let mut found: Vec<&Tape> = tapes
        .iter()
        .filter(|tape| !tape.away && tape.title.to_lowercase() == name.to_lowercase())
        .collect();
    if found.is_empty() {
        let hits = catalog.search(&Query::new(name));
        found = hits
            .iter()
            .filter_map(|hit| match hit {
                Hit::Tape(place) => Some(&tapes[*place]),
                Hit::Song(..) => None,
            })
            .filter(|tape| !tape.away)
            .collect();
    }
    match found[..] {
        [] => Ok(None),
        [tape] => Ok(Some(paths(&index, tape)?)),
        _ => {
            let names: Vec<String> = found
                .iter()
                .take(10)
                .map(|tape| format!("  {}", line(tape)))
                .collect();
            let more = if found.len() > 10 { "\n  …" } else { "" };
            bail!(
                "several tapes on the shelf fit that name:\n{}{more}",
                names.join("\n")
            )
        }
    }
}

/// What to gather for a tape: its list, its folder where nothing else is in
/// it, else its songs.
///
/// # Errors
/// When the index cannot be read.
pub fn paths(index: &Index, tape: &Tape) -> Result<Vec<PathBuf>> {
    if tape.kind == Kind::List {
        return Ok(vec![tape.path.clone()]);
    }
    let songs = index.songs(tape.id)?;
    Ok(songs
        .into_iter()
        .filter(|song| !song.away)
        .map(|song| song.path)
        .collect())
}

pub(super) fn index_path() -> Result<PathBuf> {
    let cache = files::cache().context("there is no home folder to keep the shelf's index in")?;
    Ok(cache.join("shelf.sqlite"))
}

/// The shelf for the screen, its threads begun; `None` where there is no home
/// folder to keep it in.
pub fn desk(catalogue: &Catalogue) -> Option<Desk> {
    let setting = Setting {
        index: index_path().ok()?,
        roots: roots().ok()?,
        own: files::own_tapes()?,
        choices: Choices {
            decks: catalogue.decks.iter().map(|deck| deck.id.clone()).collect(),
            tapes: catalogue.tapes.iter().map(|tape| tape.id.clone()).collect(),
            nrs: ["off", "B", "C"].map(str::to_owned).to_vec(),
        },
        bundled: Some(|| bundled::tape().ok()?.pop()),
    };
    Desk::start(setting).ok()
}

/// Songs for a tape that nobody chose, out of those that a search means.
///
/// # Errors
/// When the shelf cannot be read.
pub fn surprise(typed: &str, seconds: f64) -> Result<Vec<PathBuf>> {
    let history = files::state().map(|folder| History::read(&folder.join(HISTORY)));
    let history = history.unwrap_or_default();
    let songs = mended(|| {
        let index = ready(&index_path()?)?;
        let query = Query::new(typed);
        Ok(crate::shelf::surprise(&index, &history, &query, seconds)?)
    })?;
    Ok(songs.into_iter().map(|song| song.path).collect())
}

/// The index, scanned first where nothing is in it yet.
fn ready(path: &Path) -> Result<Index> {
    let index = Index::open(path)?;
    if index.count()? == 0 {
        bring_up_to_date(&index, false)?;
    }
    Ok(index)
}

fn bring_up_to_date(index: &Index, thorough: bool) -> Result<Summary> {
    let mut roots = roots()?;
    if let Some(own) = files::own_tapes().filter(|own| own.is_dir()) {
        roots.0.push(own);
    }
    if roots.0.is_empty() {
        bail!("there is no music folder yet: `afterdark shelf add FOLDER` puts one on the shelf");
    }
    let bar = if io::stderr().is_terminal() {
        ProgressBar::new_spinner()
    } else {
        ProgressBar::hidden()
    };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    let mut scan = Scan::new(index, Arc::new(AtomicBool::new(false)));
    scan.thorough = thorough;
    let summary = scan.run(&roots, &mut |so_far| {
        bar.set_message(format!(
            "{} folders, {} files read",
            so_far.folders, so_far.read
        ));
        bar.tick();
    })?;
    bar.finish_and_clear();
    Ok(summary)
}

fn scan(index: &Index, thorough: bool, json: bool) -> Result<ExitCode> {
    let summary = bring_up_to_date(index, thorough)?;
    if json {
        println!("{}", serde_json::to_string(&summary)?);
    } else {
        println!(
            "{} folders: {} files read, {} gone; {} songs on {} tapes",
            summary.folders,
            summary.read,
            summary.gone,
            index.count()?,
            index.tapes()?.iter().filter(|tape| !tape.away).count()
        );
        if summary.away > 0 {
            eprintln!(
                "afterdark: {} music folders are not there now; what is known of them is kept",
                summary.away
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(index: &Index, json: bool) -> Result<ExitCode> {
    let tapes = index.tapes()?;
    let listing = Listing {
        version: SCHEMA,
        tapes: tapes.iter().collect(),
        songs: Vec::new(),
    };
    print(&listing, json)
}

fn search(index: &Index, typed: &str, json: bool) -> Result<ExitCode> {
    let mut catalog = Catalog::read(index)?;
    catalog.read_songs(index)?;
    let mut listing = Listing {
        version: SCHEMA,
        tapes: Vec::new(),
        songs: Vec::new(),
    };
    for hit in catalog.search(&Query::new(typed)) {
        match hit {
            Hit::Tape(place) => listing.tapes.push(&catalog.tapes()[place]),
            Hit::Song(row, place) => listing.songs.extend(index.song(row)?.map(|song| SongLine {
                song,
                tape: catalog.tapes()[place].title.clone(),
            })),
        }
    }
    let none = listing.tapes.is_empty() && listing.songs.is_empty();
    print(&listing, json)?;
    if none {
        if !json {
            eprintln!(
                "afterdark: nothing on the shelf is found by “{}”",
                clean(typed)
            );
        }
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(listing: &Listing<'_>, json: bool) -> Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if json {
        serde_json::to_writer(&mut out, listing)?;
        writeln!(out)?;
    } else {
        for tape in &listing.tapes {
            writeln!(out, "{}", line(tape))?;
        }
        for SongLine { song, tape } in &listing.songs {
            let by = if song.artist.is_empty() {
                String::new()
            } else {
                format!("{} – ", song.artist)
            };
            writeln!(out, "    {by}{}  ({tape})", song.title)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// `Artist – Title (1979) · 12 songs, 43 min`.
fn line(tape: &Tape) -> String {
    let by = if tape.artist.is_empty() {
        String::new()
    } else {
        format!("{} – ", tape.artist)
    };
    let year = tape
        .year
        .map(|year| format!(" ({year})"))
        .unwrap_or_default();
    let away = if tape.away { " · not there now" } else { "" };
    let songs = if tape.songs == 1 { "song" } else { "songs" };
    let size = if tape.kind == Kind::List {
        let name = tape.path.file_name().unwrap_or_default().to_string_lossy();
        format!("{}, {} {songs}", clean(&name), tape.songs)
    } else {
        format!("{} {songs}, {:.0} min", tape.songs, tape.seconds / 60.0)
    };
    format!("{by}{}{year} · {size}{away}", tape.title)
}

fn add(folder: &Path, json: bool) -> Result<ExitCode> {
    let folder = folder
        .canonicalize()
        .with_context(|| format!("there is no folder {}", folder.display()))?;
    if !folder.is_dir() {
        bail!("{} is not a folder", folder.display());
    }
    roots::add(folder)?;
    scan(&Index::open(&index_path()?)?, false, json)
}
