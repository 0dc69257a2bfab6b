//! A folder's recordings in the order a person would lay them out.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::playlist::bounds::MOST_ENTRIES;
use crate::playlist::entry::Entry;
use crate::playlist::error::Remark;
use crate::playlist::extensions::has_audio_extension;
use crate::playlist::programme::Programme;
use crate::playlist::read::cue_entries;

/// Deepest folder in a folder.
const DEEPEST: usize = 24;

/// Adds the recordings of `folder`: its own in natural order, then those of
/// its folders in natural order, so that `CD 2` comes before `CD 10`.
pub(crate) fn read(folder: &Path, programme: &mut Programme) {
    let mut seen = HashSet::new();
    walk(folder, 0, &mut seen, programme);
}

fn walk(folder: &Path, depth: usize, seen: &mut HashSet<PathBuf>, programme: &mut Programme) {
    if depth > DEEPEST {
        programme
            .remarks
            .push(Remark::FolderTooDeep(folder.to_owned()));
        return;
    }
    // A link back to a folder above would go round for ever.
    if !folder.canonicalize().is_ok_and(|real| seen.insert(real)) {
        return;
    }
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) => {
            programme.remarks.push(Remark::FolderUnreadable {
                path: folder.to_owned(),
                why: error.to_string(),
            });
            return;
        }
    };
    let mut files = Vec::new();
    let mut folders = Vec::new();
    let mut sheets = Vec::new();
    for found in listing.flatten() {
        let name = found.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = found.path();
        let kind = found.file_type();
        let is_folder = match kind {
            Ok(kind) if kind.is_symlink() => path.is_dir(),
            Ok(kind) => kind.is_dir(),
            Err(_) => false,
        };
        if is_folder {
            folders.push((name, path));
        } else if has_audio_extension(&path) {
            files.push((name, path));
        } else if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("cue"))
        {
            sheets.push((name, path));
        }
    }
    let order = |a: &(String, PathBuf), b: &(String, PathBuf)| {
        natord::compare_ignore_case(&a.0, &b.0).then_with(|| a.0.cmp(&b.0))
    };
    files.sort_by(order);
    folders.sort_by(order);
    sheets.sort_by(order);
    let mut cut = HashMap::new();
    for (_, sheet) in sheets {
        by_sheet(&sheet, &mut cut);
    }
    for (_, path) in files {
        if programme.entries.len() >= MOST_ENTRIES {
            programme.is_full();
            return;
        }
        match cut.remove(&path) {
            Some(tracks) => programme.entries.extend(tracks),
            None => programme.entries.push(Entry::from(path)),
        }
    }
    for (_, path) in folders {
        walk(&path, depth + 1, seen, programme);
    }
}

/// Adds to `cut` the recordings that a cue sheet beside them cuts in tracks;
/// the first sheet for a recording is taken.
fn by_sheet(sheet: &Path, cut: &mut HashMap<PathBuf, Vec<Entry>>) {
    let mut tracks: HashMap<PathBuf, Vec<Entry>> = HashMap::new();
    for entry in cue_entries(sheet) {
        if let Ok(found) = entry.locate() {
            tracks.entry(found.path).or_default().push(entry);
        }
    }
    for (path, tracks) in tracks {
        cut.entry(path).or_insert(tracks);
    }
}
