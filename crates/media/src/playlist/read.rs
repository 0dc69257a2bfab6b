//! One playlist's bytes to its entries.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::playlist::entry::Entry;
use crate::playlist::error::{PlaylistError, Remark};
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;
use crate::playlist::{cue, library, m3u, markup, pls, tape_file};
use crate::{regular, text};

/// Largest playlist read, in bytes.
pub(crate) const LARGEST: u64 = 512 << 20;

/// What a playlist is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    M3u,
    Pls,
    /// XSPF, ASX, WPL.
    Markup,
    Cue,
    Tape,
    /// Songs and lists of another program.
    Library,
}

/// Reads the playlist at `path`, those that it names not yet read; of a
/// library the list that is `wanted`.
pub(crate) fn read_file(
    path: &Path,
    kind: Option<Kind>,
    wanted: Option<&str>,
    programme: &mut Programme,
) -> Result<(), PlaylistError> {
    let mut bytes = Vec::new();
    let read = regular::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    read.map_err(|error| PlaylistError::of(path, &error))?;
    read_playlist(&bytes, Some(path), kind, wanted, programme)?;
    if programme.title.is_none() {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let stem = name.as_deref().and_then(|name| {
            name.strip_suffix(".tape.toml")
                .or_else(|| Path::new(name).file_stem()?.to_str())
        });
        programme.title = stem.and_then(text::clean_some);
    }
    Ok(())
}

/// Reads a playlist's bytes; without a path it is standard input's.
pub(crate) fn read_playlist(
    bytes: &[u8],
    path: Option<&Path>,
    kind: Option<Kind>,
    wanted: Option<&str>,
    programme: &mut Programme,
) -> Result<(), PlaylistError> {
    let (playlist, guessed) = text::decode_declared(bytes);
    if let Some(name) = guessed {
        programme.remarks.push(Remark::Encoding(name));
    }
    // The name on the disk may be in the playlist's encoding too.
    let raw = guessed
        .filter(|name| !name.starts_with("UTF-16"))
        .map(|_| bytes);
    let home = Arc::new(Home::new(
        path.and_then(Path::parent).unwrap_or(Path::new("")),
    ));
    match kind_of_content(&playlist).or(kind) {
        Some(Kind::Pls) => pls::read(&playlist, &home, programme),
        Some(Kind::Markup) => markup::read(&playlist, &home, programme),
        Some(Kind::Cue) => {
            cue::sheet(&playlist, &home, None, programme);
            of_sheet(path, programme);
        }
        Some(Kind::Tape) => {
            let read = tape_file::read(&playlist, &home, programme);
            read.map_err(|why| PlaylistError::NotToml {
                path: path.map(Path::to_owned),
                why,
            })?;
        }
        Some(Kind::Library) => library::read(&playlist, path, wanted, &home, programme)?,
        Some(Kind::M3u) | None => m3u::read(&playlist, raw, &home, programme),
    }
    Ok(())
}

/// A sheet that names one file can be found a recording for where it names it
/// wrongly; of several, nobody knows which.
fn of_sheet(path: Option<&Path>, programme: &mut Programme) {
    let Some(path) = path else { return };
    let entries = &mut programme.entries;
    if entries
        .windows(2)
        .any(|two| two[0].written != two[1].written)
    {
        return;
    }
    let sheet: Arc<Path> = path.into();
    for entry in entries {
        entry.particulars_mut().sheet = Some(sheet.clone());
    }
}

/// Whether a name is one of a playlist, cue sheet or tape file.
pub fn is_playlist(path: &Path) -> bool {
    kind_of_name(path).is_some()
}

pub(crate) fn kind_of_name(path: &Path) -> Option<Kind> {
    let name = path.file_name()?.to_str()?;
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "m3u" | "m3u8" => Some(Kind::M3u),
        "pls" => Some(Kind::Pls),
        "xspf" | "asx" | "wax" | "wvx" | "wpl" | "zpl" => Some(Kind::Markup),
        "cue" => Some(Kind::Cue),
        "toml" if name.to_ascii_lowercase().ends_with(".tape.toml") => Some(Kind::Tape),
        _ => None,
    }
}

fn kind_of_content(playlist: &str) -> Option<Kind> {
    let start = playlist.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let begins = |with: &str| {
        let head = start.as_bytes().get(..with.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
    };
    if begins("[playlist]") {
        Some(Kind::Pls)
    } else if begins("#EXTM3U") {
        Some(Kind::M3u)
    } else if library::ROOTS.iter().any(|root| begins(root)) {
        Some(Kind::Library)
    } else if ["<?xml", "<?wpl", "<?zpl", "<asx", "<smil", "<playlist"]
        .iter()
        .any(|with| begins(with))
    {
        let head: String = start.chars().take(2_000).collect();
        let head = head.to_ascii_lowercase();
        if library::ROOTS.iter().any(|root| head.contains(root)) {
            return Some(Kind::Library);
        }
        Some(Kind::Markup)
    } else {
        let line = |with: &str| {
            let mut head = start.lines().take(200);
            head.any(|line| line.trim_start().starts_with(with))
        };
        let tape = ["[[side-a]]", "[[side-b]]", "[[song]]"];
        if tape.iter().any(|with| line(with)) {
            Some(Kind::Tape)
        } else {
            (line("FILE ") && line("TRACK ") && line("INDEX ")).then_some(Kind::Cue)
        }
    }
}

/// The kind of playlist that a file without a telling name starts as.
pub(crate) fn kind_of_file(path: &Path) -> Option<Kind> {
    let mut head = Vec::new();
    let file = regular::open(path).ok()?;
    file.take(4_096).read_to_end(&mut head).ok()?;
    kind_of_content(&text::decode(&head).0)
}

/// Reads the cue sheet at `path` for a folder's listing.
pub(crate) fn cue_entries(path: &Path) -> Vec<Entry> {
    let mut programme = Programme::default();
    let read = read_file(path, Some(Kind::Cue), None, &mut programme);
    if read.is_ok() {
        programme.entries
    } else {
        Vec::new()
    }
}
