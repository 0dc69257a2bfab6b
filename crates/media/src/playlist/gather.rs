//! Arguments to one programme.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::playlist::address::{from_file_address, scheme};
use crate::playlist::bounds::{MOST_ENTRIES, MOST_PLAYLISTS};
use crate::playlist::entry::Entry;
use crate::playlist::error::{Blank, PlaylistError};
use crate::playlist::extensions::has_audio_extension;
use crate::playlist::folder;
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;
use crate::playlist::read::{Kind, LARGEST, kind_of_file, kind_of_name, read_file, read_playlist};
use crate::text;

/// Deepest playlist in a playlist.
const DEEPEST: usize = 8;

/// The way into playlists that name playlists.
#[derive(Default)]
struct Descent {
    /// The playlists that lead here, so that no circle is followed.
    above: Vec<PathBuf>,
    /// Playlists read so far.
    read: usize,
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
            let reason = Blank::Unreadable(Box::new(error.clone()));
            one.entries.push(Entry::blank_for(argument.clone(), reason));
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
        && programme
            .entries
            .iter()
            .all(|entry| entry.blank().is_some())
    {
        return Err(error);
    }
    if programme.entries.is_empty() {
        return Err(match programme.remarks.first() {
            Some(remark) => PlaylistError::Remarked(remark.clone()),
            None => PlaylistError::Nothing(arguments.to_vec()),
        });
    }
    Ok(programme)
}

fn gather_one(argument: &Path) -> Result<Programme, PlaylistError> {
    let mut programme = Programme::default();
    if argument.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(LARGEST).read_to_end(&mut bytes);
        read.map_err(|error| PlaylistError::Input(error.to_string()))?;
        read_playlist(&bytes, None, None, None, &mut programme)?;
        expand(&mut programme, &mut Descent::default());
        return Ok(programme);
    }
    let path = match argument
        .to_str()
        .and_then(|text| Some((scheme(text)?, text)))
    {
        Some(("file", text)) => from_file_address(text),
        Some((_, text)) => {
            programme
                .entries
                .push(Entry::written(text, &Arc::new(Home::default())));
            return Ok(programme);
        }
        None => argument.to_owned(),
    };
    let (path, wanted) = of_library(&path).unwrap_or((path, None));
    let meta = path
        .metadata()
        .map_err(|error| PlaylistError::of(argument, &error))?;
    if meta.is_dir() {
        folder::read(&path, &mut programme);
        let name = path.canonicalize().unwrap_or_else(|_| path.clone());
        programme.title = name
            .file_name()
            .and_then(|name| text::clean_some(&name.to_string_lossy()));
        return Ok(programme);
    }
    if !meta.is_file() {
        return Err(PlaylistError::NotAFile(path));
    }
    let kind = kind_of_name(&path);
    if kind.is_none() && (has_audio_extension(&path) || kind_of_file(&path).is_none()) {
        programme.entries.push(Entry::from(path));
        return Ok(programme);
    }
    read_file(&path, kind, wanted.as_deref(), &mut programme)?;
    programme.named = true;
    let above = path.canonicalize().into_iter().collect();
    expand(&mut programme, &mut Descent { above, read: 1 });
    Ok(programme)
}

/// Whether an argument, or the library that it names a list of, is there.
pub fn is_there(argument: &Path) -> bool {
    argument.exists() || of_library(argument).is_some()
}

/// The library and the name of a list in it, where `path` is no file but
/// `library#list`.
fn of_library(path: &Path) -> Option<(PathBuf, Option<String>)> {
    let (library, list) = path.to_str()?.split_once('#')?;
    let library = PathBuf::from(library);
    let named = !path.exists() && kind_of_file(&library) == Some(Kind::Library);
    named.then(|| (library, Some(list.to_owned())))
}

/// Puts the entries of playlists that `programme` names in their places.
fn expand(programme: &mut Programme, way: &mut Descent) {
    let nested = |entry: &Entry| entry.blank().is_none() && kind_of_name(&entry.written).is_some();
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
            entry.set_blank(Blank::TooManyLists);
            programme.entries.push(entry);
            continue;
        }
        let found = entry.locate().and_then(|found| {
            let real = found
                .path
                .canonicalize()
                .unwrap_or_else(|_| found.path.clone());
            if way.above.contains(&real) {
                return Err(Blank::ContainsItself);
            }
            if way.above.len() >= DEEPEST {
                return Err(Blank::TooDeep);
            }
            way.read += 1;
            let mut inner = Programme::default();
            let read = read_file(&found.path, kind_of_name(&found.path), None, &mut inner);
            read.map_err(|error| Blank::Unreadable(Box::new(error)))?;
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
                entry.set_blank(reason);
                programme.entries.push(entry);
            }
        }
    }
}
