//! Arguments to one programme.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::entry::{Entry, scheme};
use super::{Base, PlaylistError, Programme, encoding, folder, locate, m3u, pls};
use crate::text;

/// Largest playlist read, in bytes.
const LARGEST: u64 = 512 << 20;

/// What a playlist is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    M3u,
    Pls,
}

/// Reads arguments (files, folders, playlists, `-` for a playlist on standard
/// input) into one programme.
///
/// # Errors
/// When an argument cannot be read, or there is nothing in all of them.
pub fn gather(arguments: &[PathBuf]) -> Result<Programme, PlaylistError> {
    let mut programme = Programme::default();
    for argument in arguments {
        let one = gather_one(argument)?;
        if arguments.len() == 1 {
            programme = one;
        } else {
            programme.entries.extend(one.entries);
            programme.remarks.extend(one.remarks);
        }
    }
    if programme.entries.is_empty() {
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
        read_playlist(&bytes, Path::new(""), None, &mut programme);
        return Ok(programme);
    }
    let path = match argument
        .to_str()
        .and_then(|text| Some((scheme(text)?, text)))
    {
        Some(("file", text)) => locate::from_file_address(text),
        Some((_, text)) => {
            let base = Base {
                folder: PathBuf::new(),
            };
            programme.entries.push(Entry::written(text, &base));
            return Ok(programme);
        }
        None => argument.to_owned(),
    };
    let fail = |error: &io::Error| {
        PlaylistError(match error.kind() {
            io::ErrorKind::NotFound => format!("no such file or folder: {}", show(argument)),
            io::ErrorKind::PermissionDenied => format!("not allowed to read {}", show(argument)),
            _ => format!("{} cannot be read: {error}", show(argument)),
        })
    };
    let meta = path.metadata().map_err(|error| fail(&error))?;
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
    let mut bytes = Vec::new();
    let file = File::open(&path).map_err(|error| fail(&error))?;
    file.take(LARGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| fail(&error))?;
    let base = path.parent().unwrap_or(Path::new(""));
    read_playlist(&bytes, base, kind, &mut programme);
    if programme.title.is_none() {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy());
        programme.title = stem.and_then(|stem| text::clean_some(&stem));
    }
    Ok(programme)
}

fn read_playlist(bytes: &[u8], folder: &Path, kind: Option<Kind>, programme: &mut Programme) {
    let (playlist, guessed) = encoding::decode(bytes);
    if let Some(name) = guessed {
        programme
            .remarks
            .push(format!("the playlist is not UTF-8; it was read as {name}"));
    }
    let base = Base {
        folder: folder.to_owned(),
    };
    match kind_of_content(&playlist).or(kind) {
        Some(Kind::Pls) => pls::read(&playlist, &base, programme),
        _ => m3u::read(&playlist, &base, programme),
    }
}

fn kind_of_name(path: &Path) -> Option<Kind> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "m3u" | "m3u8" => Some(Kind::M3u),
        "pls" => Some(Kind::Pls),
        _ => None,
    }
}

fn kind_of_content(playlist: &str) -> Option<Kind> {
    let start = playlist.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let begins = |with: &str| {
        start
            .as_bytes()
            .get(..with.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
    };
    if begins("[playlist]") {
        Some(Kind::Pls)
    } else if begins("#EXTM3U") {
        Some(Kind::M3u)
    } else {
        None
    }
}

/// Whether a file without a telling name starts as a playlist does.
fn looks_like_playlist(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4_096).read_to_end(&mut head));
    read.is_ok() && kind_of_content(&encoding::decode(&head).0).is_some()
}

fn show(path: &Path) -> String {
    text::clean(&path.to_string_lossy())
}
