//! Arguments to one programme.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entry::{Entry, scheme};
use super::{
    Home, MOST_ENTRIES, PlaylistError, Programme, cue, folder, locate, m3u, markup, pls, tape_file,
};
use crate::text;

/// Largest playlist read, in bytes.
const LARGEST: u64 = 512 << 20;

/// Deepest playlist in a playlist.
const DEEPEST: usize = 8;

/// Most playlists read for one argument.
const MOST_PLAYLISTS: usize = 1_000;

/// The way into playlists that name playlists.
#[derive(Default)]
struct Descent {
    /// The playlists that lead here, so that no circle is followed.
    above: Vec<PathBuf>,
    /// Playlists read so far.
    read: usize,
}

/// What a playlist is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    M3u,
    Pls,
    /// XSPF, ASX, WPL.
    Markup,
    Cue,
    Tape,
}

/// Reads arguments (files, folders, playlists, `-` for a playlist on standard
/// input) into one programme.
///
/// # Errors
/// When an argument cannot be read, or there is nothing in all of them.
pub fn gather(arguments: &[PathBuf]) -> Result<Programme, PlaylistError> {
    let mut programme = Programme::default();
    let mut failed = None;
    for argument in arguments {
        let one = gather_one(argument).unwrap_or_else(|error| {
            let mut one = Programme::default();
            one.entries.push(Entry {
                path: argument.clone(),
                blank: Some(error.to_string()),
                ..Entry::default()
            });
            failed.get_or_insert(error);
            one
        });
        if arguments.len() == 1 {
            programme = one;
        } else {
            programme.take(one);
        }
    }
    // What is missing among others is blank tape; alone it is an error.
    if let Some(error) = failed
        && programme.entries.iter().all(|entry| entry.blank.is_some())
    {
        return Err(error);
    }
    if programme.entries.is_empty() {
        if let Some(remark) = programme.remarks.first() {
            return Err(PlaylistError(remark.clone()));
        }
        let names: Vec<_> = arguments.iter().map(|path| show(path)).collect();
        return Err(PlaylistError(format!(
            "nothing to play in {}",
            names.join(", ")
        )));
    }
    Ok(programme)
}

fn gather_one(argument: &Path) -> Result<Programme, PlaylistError> {
    let mut programme = Programme::default();
    if argument.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(LARGEST).read_to_end(&mut bytes);
        read.map_err(|error| PlaylistError(format!("standard input cannot be read: {error}")))?;
        let read = read_playlist(&bytes, Path::new(""), None, &mut programme);
        read.map_err(|error| PlaylistError(format!("standard input: {error}")))?;
        expand(&mut programme, &mut Descent::default());
        return Ok(programme);
    }
    let path = match argument
        .to_str()
        .and_then(|text| Some((scheme(text)?, text)))
    {
        Some(("file", text)) => locate::from_file_address(text),
        Some((_, text)) => {
            programme
                .entries
                .push(Entry::written(text, &Arc::new(Home::default())));
            return Ok(programme);
        }
        None => argument.to_owned(),
    };
    let meta = path.metadata().map_err(|error| failed(argument, &error))?;
    if meta.is_dir() {
        folder::read(&path, &mut programme);
        let name = path.canonicalize().unwrap_or_else(|_| path.clone());
        programme.title = name
            .file_name()
            .and_then(|name| text::clean_some(&name.to_string_lossy()));
        return Ok(programme);
    }
    let kind = kind_of_name(&path);
    if kind.is_none() && (folder::has_audio_extension(&path) || !looks_like_playlist(&path)) {
        programme.entries.push(Entry::file(path));
        return Ok(programme);
    }
    read_file(&path, kind, &mut programme)?;
    programme.named = true;
    let above = path.canonicalize().into_iter().collect();
    expand(&mut programme, &mut Descent { above, read: 1 });
    Ok(programme)
}

/// Reads the playlist at `path`, those that it names not yet read.
fn read_file(
    path: &Path,
    kind: Option<Kind>,
    programme: &mut Programme,
) -> Result<(), PlaylistError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| failed(path, &error))?;
    file.take(LARGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(path, &error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let read = read_playlist(&bytes, folder, kind, programme);
    read.map_err(|error| PlaylistError(format!("{}: {error}", show(path))))?;
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

fn read_playlist(
    bytes: &[u8],
    folder: &Path,
    kind: Option<Kind>,
    programme: &mut Programme,
) -> Result<(), String> {
    let (playlist, guessed) = text::decode_declared(bytes);
    if let Some(name) = guessed {
        programme
            .remarks
            .push(format!("the playlist is not UTF-8; it was read as {name}"));
    }
    // The name on the disk may be in the playlist's encoding too.
    let raw = guessed
        .filter(|name| !name.starts_with("UTF-16"))
        .map(|_| bytes);
    let home = Arc::new(Home::new(folder));
    match kind_of_content(&playlist).or(kind) {
        Some(Kind::Pls) => pls::read(&playlist, &home, programme),
        Some(Kind::Markup) => markup::read(&playlist, &home, programme),
        Some(Kind::Cue) => cue::sheet(&playlist, &home, None, programme),
        Some(Kind::Tape) => tape_file::read(&playlist, &home, programme)?,
        Some(Kind::M3u) | None => m3u::read(&playlist, raw, &home, programme),
    }
    Ok(())
}

/// Puts the entries of playlists that `programme` names in their places.
fn expand(programme: &mut Programme, way: &mut Descent) {
    let nested = |entry: &Entry| entry.blank.is_none() && kind_of_name(&entry.path).is_some();
    if !programme.entries.iter().any(nested) {
        return;
    }
    let entries = std::mem::take(&mut programme.entries);
    for mut entry in entries {
        if programme.entries.len() >= MOST_ENTRIES {
            programme.is_full();
            return;
        }
        if !nested(&entry) {
            programme.entries.push(entry);
            continue;
        }
        if way.read >= MOST_PLAYLISTS {
            entry.blank = Some(format!(
                "only {MOST_PLAYLISTS} playlists in playlists are read"
            ));
            programme.entries.push(entry);
            continue;
        }
        let found = entry.locate().and_then(|found| {
            let real = found
                .path
                .canonicalize()
                .unwrap_or_else(|_| found.path.clone());
            if way.above.contains(&real) {
                return Err("a playlist that contains itself".to_owned());
            }
            if way.above.len() >= DEEPEST {
                return Err("a playlist too deep in playlists".to_owned());
            }
            way.read += 1;
            let mut inner = Programme::default();
            let read = read_file(&found.path, kind_of_name(&found.path), &mut inner);
            read.map_err(|error| error.to_string())?;
            way.above.push(real);
            expand(&mut inner, way);
            way.above.pop();
            Ok(inner)
        });
        match found {
            Ok(inner) => {
                programme.take(inner);
            }
            Err(reason) => {
                entry.blank = Some(reason);
                programme.entries.push(entry);
            }
        }
    }
}

fn kind_of_name(path: &Path) -> Option<Kind> {
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
    } else if ["<?xml", "<?wpl", "<?zpl", "<asx", "<smil", "<playlist"]
        .iter()
        .any(|with| begins(with))
    {
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

/// Whether a file without a telling name starts as a playlist does.
fn looks_like_playlist(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4_096).read_to_end(&mut head));
    read.is_ok() && kind_of_content(&text::decode(&head).0).is_some()
}

fn failed(path: &Path, error: &io::Error) -> PlaylistError {
    PlaylistError(match error.kind() {
        io::ErrorKind::NotFound => format!("no such file or folder: {}", show(path)),
        io::ErrorKind::PermissionDenied => format!("not allowed to read {}", show(path)),
        _ => format!("{} cannot be read: {error}", show(path)),
    })
}

fn show(path: &Path) -> String {
    text::brief(&path.to_string_lossy())
}

/// Reads the cue sheet at `path` for a folder's listing.
pub(super) fn cue_entries(path: &Path) -> Vec<Entry> {
    let mut programme = Programme::default();
    let read = read_file(path, Some(Kind::Cue), &mut programme);
    if read.is_ok() {
        programme.entries
    } else {
        Vec::new()
    }
}
