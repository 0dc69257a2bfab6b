//! What the disk itself says of tapes, songs and folders, where the index
//! does not.

use std::path::{Path, PathBuf};

use afterdark_media::playlist::{self, Entry, has_audio_extension, is_playlist};
use afterdark_media::text;

use super::index::Index;
use super::rows::{CoverColor, Kind, Song, Tape, What};

/// Most entries of a folder that are listed.
const MOST_ENTRIES: usize = 20_000;

/// A file or folder on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name, clean.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// The tapes made here.
pub(crate) fn own_lists(own: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(own).into_iter().flatten().flatten();
    let lists = entries.map(|entry| entry.path());
    lists.filter(|path| is_playlist(path)).collect()
}

/// A list that is in no index.
pub(crate) fn list_tape(path: &Path) -> Tape {
    let programme = playlist::gather(&[path.to_owned()]).unwrap_or_default();
    Tape {
        id: -1,
        kind: Kind::List,
        title: programme.title.unwrap_or_else(|| {
            text::clean(&path.file_stem().unwrap_or_default().to_string_lossy())
        }),
        artist: programme.artist.unwrap_or_default(),
        year: None,
        genre: String::new(),
        path: path.to_owned(),
        songs: programme.entries.len() as u32,
        seconds: 0.0,
        added_s: 0,
        away: false,
        color: CoverColor::Unknown,
    }
}

/// A song of a list.
pub(crate) fn of_entry(index: Option<&Index>, entry: &Entry) -> Song {
    let path = entry
        .locate()
        .map_or_else(|_| entry.path().into_owned(), |found| found.path);
    let mut song = look_up(index, &path);
    // What a list says of a part of a file is more than the file says.
    if let Some(title) = &entry.title {
        song.title = title.to_string();
    }
    if let Some(artist) = &entry.artist {
        song.artist = artist.to_string();
    }
    if let Some(span) = entry.span() {
        let end = span.end_s.or(song.seconds);
        song.seconds = end.map(|end| end - span.start_s);
    }
    song
}

/// What is known of a file, in the index or by its own tags.
pub(crate) fn look_up(index: Option<&Index>, path: &Path) -> Song {
    let known = index.and_then(|index| index.song_at(path).ok().flatten());
    known.unwrap_or_else(|| {
        let (tags, seconds) = afterdark_media::media::glance(path);
        let stem = || text::clean(&path.file_stem().unwrap_or_default().to_string_lossy());
        Song {
            path: path.to_owned(),
            title: tags.title.unwrap_or_else(stem),
            artist: tags.artist.unwrap_or_default(),
            seconds,
            away: !path.is_file(),
        }
    })
}

/// Files beside the music that hold liner notes.
const NOTES: [&str; 2] = ["liner-notes.md", "notes.txt"];

/// More than this of a notes file is not read, bytes.
const LONGEST_NOTES: u64 = 64 * 1024;

/// Liner notes that lie beside the music as a file of their own.
pub fn notes_beside(folders: &[PathBuf]) -> Option<String> {
    let fits = |path: &Path| {
        let meta = std::fs::metadata(path);
        meta.is_ok_and(|meta| meta.is_file() && meta.len() <= LONGEST_NOTES)
    };
    folders
        .iter()
        .flat_map(|folder| NOTES.iter().map(|name| folder.join(name)))
        .filter(|path| fits(path))
        .find_map(|path| std::fs::read(path).ok())
        .map(|bytes| text::decode(&bytes).0.into_owned())
}

/// What goes with a tape of this first song: notes, clean, and the cover as its
/// file holds it.
pub(crate) fn notes_and_cover(what: &What, song: Option<&Path>) -> (String, Option<Vec<u8>>) {
    let folder = song.and_then(Path::parent).map(Path::to_owned);
    let list = match what {
        What::Tape(_, path, Kind::List) | What::Path(path) if is_playlist(path) => {
            playlist::gather(std::slice::from_ref(path)).ok()
        }
        _ => None,
    };
    let notes = notes_beside(folder.as_slice()).or_else(|| list?.notes);
    let cover = song.and_then(afterdark_media::media::cover);
    (text::clean_lines(&notes.unwrap_or_default()), cover)
}

/// Folders, then songs and lists, by name.
pub(crate) fn entries(path: &Path) -> std::io::Result<Vec<FolderEntry>> {
    let mut entries = Vec::new();
    for found in std::fs::read_dir(path)?.flatten().take(MOST_ENTRIES) {
        let name = found.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = found.path();
        let is_folder = path.is_dir();
        let is_sound = has_audio_extension(&path) || is_playlist(&path);
        if is_folder || is_sound && path.is_file() {
            let name = text::clean(&name.to_string_lossy());
            entries.push(FolderEntry {
                name,
                path,
                is_folder,
            });
        }
    }
    entries.sort_by_cached_key(|entry| (!entry.is_folder, entry.name.to_lowercase()));
    Ok(entries)
}
