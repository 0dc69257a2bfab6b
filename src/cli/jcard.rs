//! `jcard PATH… -o card.svg`: the card of the tape for a real cassette case,
//! at true size, with fold and cut marks, for printing.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::sound::SoundArgs;
use crate::files;
use crate::jcard::{self, Format, Printed};
use crate::look::theme::Theme;
use crate::player::model::Card;
use crate::player::{Catalogue, Memory, Song, TapeBox, card, cut, tape_number};
use crate::shelf::notes_beside;
use afterdark_media::{media, playlist};

/// Arguments of `jcard`.
#[derive(Args, Clone, Debug, Default)]
pub struct JcardArgs {
    /// Files, folders and playlists, as for playing
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// File to write: .svg or .pdf
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Colours: a theme's name, or its file
    #[arg(long, value_name = "NAME", default_value = "after-dark")]
    pub theme: String,
    /// Which tape of the box, from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub number: usize,
    /// Print how worn each side is
    #[arg(long)]
    pub wear: bool,
    /// Replace an existing file, though never one that is read
    #[arg(long)]
    pub force: bool,
    /// Cassette and tape.
    #[command(flatten)]
    pub sound: SoundArgs,
}

/// Any rate does: only lengths in seconds are wanted of the layout.
const RATE: u32 = 48_000;

/// Writes the card.
///
/// # Errors
/// When nothing can be read, or the file cannot be written.
pub fn run(args: &JcardArgs) -> Result<ExitCode> {
    let format = Format::of(&args.output)
        .with_context(|| format!("{}: name the file .svg or .pdf", args.output.display()))?;
    files::may_write(&args.output, &args.paths, args.force)?;
    let theme = Theme::named(&args.theme, None)?;
    let (card, wear) = read(args)?;
    let Printed { bytes, lost } = jcard::write(&card, &wear, &theme, format)?;
    if lost > 0 {
        eprintln!(
            "afterdark: no font here has {lost} characters of this text (they print as ? or without \
             accents); install one that has them, or use .svg"
        );
    }
    files::save(&args.output, &bytes, args.force)?;
    Ok(ExitCode::SUCCESS)
}

/// The card of the tape asked for, and how worn its sides are.
fn read(args: &JcardArgs) -> Result<(Card, [Vec<f32>; 2])> {
    let catalogue = Catalogue::open();
    let mut programme = cut(playlist::gather(&args.paths)?);
    let entries = programme.entries.iter().map(playlist::Entry::path);
    files::may_write(&args.output, entries, args.force)?;
    let (setup, length) = args.sound.for_tape(&catalogue, &programme.request)?;
    let number = tape_number(&programme);
    let entries = std::mem::take(&mut programme.entries).into_iter();
    let songs: Vec<Song> = entries.map(Song::looked_up).collect();
    let tapes = TapeBox::new(programme, songs, number, RATE, length);
    let Some(tape) = args.number.checked_sub(1).filter(|n| *n < tapes.count()) else {
        let count = tapes.count();
        bail!("there is no tape {} in this box of {count}", args.number);
    };
    let songs = &tapes.songs;
    let mut card = card::write(&tapes, tape, &setup);
    let beside = notes_beside(&card::folders(songs));
    card.notes = card::notes(beside, &tapes.programme, songs);
    // A tape that was never played here, or without a memory, is a new one.
    let passes = if args.wear {
        Memory::open().wear(card.seed)
    } else {
        Default::default()
    };
    let wear = card::wear(&passes, tapes.layout.tapes[tape].length);
    card.cover = songs
        .iter()
        .filter_map(Song::found)
        .find_map(|found| media::cover(&found.path))
        .map(std::sync::Arc::new);
    Ok((card, wear))
}
