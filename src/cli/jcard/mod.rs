//! `jcard PATH… -o card.svg`: the card of the tape for a real cassette case,
//! at true size, with fold and cut marks, for printing.

mod encoding;
mod inside;
mod metrics;
mod outside;
mod pdf;
mod sheet;
mod svg;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use image::codecs::jpeg::JpegEncoder;

use self::metrics::Face;
use self::sheet::Sheet;
use super::sound::SoundArgs;
use crate::look::art;
use crate::look::theme::Theme;
use crate::player::model::Card;
use crate::player::{Catalogue, Memory, Song, card, cut, tape_number};
use afterdark_media::{media, playlist};
use afterdark_tape::cassette::Layout;

/// Arguments of `jcard`.
#[derive(Args, Clone, Debug, Default)]
pub struct JcardArgs {
    /// Files, folders and playlists, as for playing
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// File to write: .svg, or .pdf for Latin script
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Colours: a theme's name, or its file
    #[arg(long, value_name = "NAME", default_value = "after-dark")]
    pub theme: String,
    /// Which tape of the box, from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub number: usize,
    /// Write over a file that is already there
    #[arg(long)]
    pub force: bool,
    /// Cassette and tape.
    #[command(flatten)]
    pub sound: SoundArgs,
}

/// Samples of the cover's side: 300 a printed inch.
const COVER: u32 = 768;
/// Any rate does: only lengths in seconds are wanted of the layout.
const RATE: u32 = 48_000;

/// Writes the card.
///
/// # Errors
/// When nothing can be read, or the file cannot be written.
pub fn run(args: &JcardArgs) -> Result<ExitCode> {
    let kind = args
        .output
        .extension()
        .and_then(|e| e.to_str())
        .map(str::to_ascii_lowercase);
    if !matches!(kind.as_deref(), Some("svg" | "pdf")) {
        bail!("{}: name the file .svg or .pdf", args.output.display());
    }
    if args.output.exists() && !args.force {
        bail!(
            "{} is already there; --force writes over it",
            args.output.display()
        );
    }
    let theme = Theme::named(&args.theme, None).map_err(anyhow::Error::msg)?;
    let (card, wear) = read(args)?;
    let cover = cover(&card, &theme)?;
    let is_pdf = kind.as_deref() == Some("pdf");
    let face = if is_pdf { Face::Printer } else { Face::Any };
    let sheet = Sheet::new(&card, &wear, &theme, face);
    let bytes = if is_pdf {
        let (bytes, lost) = pdf::write(&sheet, &cover);
        if lost > 0 {
            eprintln!(
                "afterdark: what a PDF's own fonts do not have stands as `?` or without its accents ({lost} different characters); the SVG has them all"
            );
        }
        bytes
    } else {
        svg::write(&sheet, &cover).into_bytes()
    };
    save(&args.output, &bytes, args.force)
        .with_context(|| format!("cannot write {}", args.output.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The card of the tape asked for, and how worn its sides are.
fn read(args: &JcardArgs) -> Result<(Card, [Vec<f32>; 2])> {
    let catalogue = Catalogue::open();
    let programme = cut(playlist::gather(&args.paths)?);
    let (setup, length) = args.sound.for_tape(&catalogue, &programme.request)?;
    let entries = programme.entries.iter().cloned();
    let songs: Vec<Song> = entries.map(Song::looked_up).collect();
    let lengths: Vec<_> = songs.iter().map(Song::length).collect();
    let layout = Layout::new(RATE, &lengths, length);
    let tapes = layout.tapes.len();
    let Some(tape) = args.number.checked_sub(1).filter(|n| *n < tapes) else {
        bail!("there is no tape {} in this box of {tapes}", args.number);
    };
    let tape_box = card::TapeBox {
        programme: &programme,
        songs: &songs,
        layout: &layout,
        number: tape_number(&programme),
    };
    let mut card = card::write(&tape_box, tape, &setup);
    card.notes = card::notes(&programme, &songs);
    // A tape that was never played here, or without a memory, is a new one.
    let passes = Memory::open().map(|mut memory| memory.wear(card.seed));
    let wear = card::wear(&passes.unwrap_or_default(), layout.tapes[tape].length);
    card.cover = songs
        .iter()
        .filter_map(Song::found)
        .find_map(|found| media::cover(&found.path))
        .map(std::sync::Arc::new);
    Ok((card, wear))
}

/// The cover, or the picture painted for this tape, as a square JPEG.
fn cover(card: &Card, theme: &Theme) -> Result<Vec<u8>> {
    let own = card
        .cover
        .as_ref()
        .and_then(|bytes| art::cover(bytes, COVER));
    let picture = own
        .or_else(|| art::painted(theme, card.seed, COVER))
        .context("no room for a picture")?;
    let rgb: Vec<u8> = picture
        .pixels()
        .iter()
        .flat_map(|p| [p.red(), p.green(), p.blue()])
        .collect();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 92).encode(
        &rgb,
        COVER,
        COVER,
        image::ExtendedColorType::Rgb8,
    )?;
    Ok(jpeg)
}

/// Writes beside the file and puts it in its place when it is whole.
fn save(path: &Path, bytes: &[u8], force: bool) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut beside = tempfile::Builder::new();
    beside.prefix(".afterdark-");
    // As readable as any other new file: as far as the user's mask lets it.
    #[cfg(unix)]
    beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = beside.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    let kept = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    kept.map(drop).map_err(|error| error.error)
}
