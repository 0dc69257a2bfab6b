//! Libraries of other programs: iTunes and its successors (a property list),
//! Rhythmbox, Rekordbox and Traktor (NML). They hold songs and lists of them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use quick_xml::events::BytesStart;

use crate::playlist::bounds::MOST_ENTRIES;
use crate::playlist::entry::{Entry, clean_shared};
use crate::playlist::error::{PlaylistError, Remark};
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;
use crate::playlist::xml::{Part, attribute, walk};
use crate::text;

/// Most lists taken of one library.
const MOST_LISTS: usize = 10_000;

/// The first element of each, in lower case.
pub(crate) const ROOTS: [&str; 4] = ["<plist", "<rhythmdb", "<dj_playlists", "<nml"];

/// A library's songs and lists.
struct Library<'a> {
    home: &'a Arc<Home>,
    songs: Vec<Entry>,
    /// Songs by what lists call them.
    keys: HashMap<String, usize>,
    lists: Vec<List>,
    /// Songs named by lists, all in all.
    named: usize,
    /// Elements open that are dictionaries (of a property list).
    depth: usize,
    /// The key whose value comes next (there too).
    key: String,
    in_lists: bool,
    /// What is open is a podcast, a station, a picture.
    no_song: bool,
}

#[derive(Default)]
struct List {
    name: String,
    songs: Vec<usize>,
    /// Made by the program itself: the whole library, a folder of lists.
    builtin: bool,
}

/// Reads a library into `programme`: the list of it that is `wanted`, else its
/// only one, else, where it has none, all its songs.
///
/// # Errors
/// Where it has several lists and none of them is named, or there is none of
/// that name.
pub(crate) fn read(
    library: &str,
    path: Option<&Path>,
    wanted: Option<&str>,
    home: &Arc<Home>,
    programme: &mut Programme,
) -> Result<(), PlaylistError> {
    let mut found = Library {
        home,
        songs: Vec::new(),
        keys: HashMap::new(),
        lists: Vec::new(),
        named: 0,
        depth: 0,
        key: String::new(),
        in_lists: false,
        no_song: false,
    };
    let damage = walk(library, |part| {
        match part {
            Part::Opens { name, element } => found.opens(name, element),
            Part::Closes { name, words } => found.closes(name, words),
        }
        found.songs.len() < MOST_ENTRIES && found.named < MOST_ENTRIES
    });
    programme.remarks.extend(damage);
    if found.songs.len() >= MOST_ENTRIES || found.named >= MOST_ENTRIES {
        programme.remarks.push(Remark::Full);
    }
    let Library { songs, lists, .. } = found;
    let mut lists: Vec<List> = lists
        .into_iter()
        .filter(|list| !list.builtin && !list.songs.is_empty())
        .collect();
    let chosen = match wanted {
        Some(wanted) => lists
            .iter()
            .position(|list| list.name == text::clean(wanted)),
        None if lists.is_empty() => {
            programme.entries = songs;
            return Ok(());
        }
        None => (lists.len() == 1).then_some(0),
    };
    let Some(chosen) = chosen else {
        return Err(PlaylistError::WhichList {
            library: path.unwrap_or(Path::new("-")).to_owned(),
            wanted: wanted.map(text::clean),
            names: lists.into_iter().map(|list| list.name).collect(),
        });
    };
    let list = lists.swap_remove(chosen);
    programme.title = Some(list.name).filter(|name| !name.is_empty());
    programme.entries = list.songs.into_iter().map(|n| songs[n].clone()).collect();
    Ok(())
}

impl Library<'_> {
    fn opens(&mut self, name: &str, element: &BytesStart<'_>) {
        let value = |key: &str| attribute(element, key);
        match name {
            "dict" => {
                self.depth += 1;
                if self.depth == 2 && self.in_lists {
                    self.begin_list("");
                } else if self.depth == 3 && !self.in_lists {
                    self.song(Entry::default());
                }
            }
            "true" if self.in_lists && ["Master", "Folder"].contains(&&*self.key) => self.builtin(),
            // Rhythmbox; its own lists are those that a person filled.
            "playlist" => {
                if let Some(name) = value("name") {
                    self.begin_list(&name);
                    if value("type").is_some_and(|kind| kind == "automatic" || kind == "queue") {
                        self.builtin();
                    }
                }
            }
            // Rekordbox: a song of the collection, or a list's word for one.
            "track" => match (value("location"), value("key")) {
                (Some(location), _) => {
                    let mut entry = Entry::written(&location, self.home);
                    entry.title = value("name").and_then(|title| clean_shared(&title));
                    entry.artist = value("artist").and_then(|artist| clean_shared(&artist));
                    self.song(entry);
                    self.known_as(location);
                    self.known_as(value("trackid").unwrap_or_default());
                }
                (None, Some(key)) => self.name_song(&key),
                _ => {}
            },
            // Rekordbox and Traktor; folders of lists are nodes as well.
            "node" => {
                let kind = value("type").unwrap_or_default();
                if kind == "1" || kind == "PLAYLIST" {
                    self.begin_list(&value("name").unwrap_or_default());
                }
            }
            // Traktor and Rhythmbox's songs.
            "entry" => {
                let mut entry = Entry::default();
                entry.title = value("title").and_then(|title| clean_shared(&title));
                entry.artist = value("artist").and_then(|artist| clean_shared(&artist));
                self.no_song = value("type").is_some_and(|kind| kind != "song");
                if self.lists.is_empty() && !self.no_song {
                    self.song(entry);
                }
            }
            "location" => {
                if let (Some(folder), Some(file)) = (value("dir"), value("file")) {
                    let volume = value("volume").unwrap_or_default();
                    // Of other systems' volumes only a drive letter is a path.
                    let drive = if volume.ends_with(':') { &*volume } else { "" };
                    let path = format!("{drive}{}{file}", folder.replace("/:", "/"));
                    self.place(&path);
                    self.known_as(format!("{volume}{folder}{file}"));
                }
            }
            "primarykey" => self.name_song(&value("key").unwrap_or_default()),
            _ => {}
        }
    }

    fn closes(&mut self, name: &str, words: &str) {
        match name {
            "dict" => self.depth = self.depth.saturating_sub(1),
            "key" => {
                words.clone_into(&mut self.key);
                if self.depth == 1 {
                    self.in_lists = words == "Playlists";
                }
            }
            "integer" | "string" if self.in_lists => match (&*self.key, self.lists.last_mut()) {
                ("Name", Some(list)) => list.name = text::clean(words),
                ("Distinguished Kind", Some(list)) => list.builtin = true,
                ("Track ID", Some(_)) => self.name_song(words),
                _ => {}
            },
            "integer" | "string" if self.depth == 3 => match &*self.key {
                "Track ID" => self.known_as(words.to_owned()),
                "Name" => self.titled(words),
                "Artist" => self.played_by(words),
                "Location" => self.place(words),
                _ => {}
            },
            // Rhythmbox: in a list it names a song, in a song it is where it lies.
            _ if self.no_song => {}
            "location" if !words.is_empty() => {
                if self.lists.is_empty() {
                    self.place(words);
                } else {
                    self.song(Entry::written(words, self.home));
                    self.known_as(words.to_owned());
                    self.name_song(words);
                }
            }
            "title" if self.lists.is_empty() => self.titled(words),
            "artist" if self.lists.is_empty() => self.played_by(words),
            _ => {}
        }
    }

    fn song(&mut self, entry: Entry) {
        self.songs.push(entry);
    }

    /// What lists call the last song.
    fn known_as(&mut self, key: String) {
        if !key.is_empty() && !self.songs.is_empty() {
            self.keys.insert(key, self.songs.len() - 1);
        }
    }

    fn titled(&mut self, words: &str) {
        if let Some(song) = self.songs.last_mut() {
            song.title = clean_shared(words);
        }
    }

    fn played_by(&mut self, words: &str) {
        if let Some(song) = self.songs.last_mut() {
            song.artist = clean_shared(words);
        }
    }

    /// Where the last song lies.
    fn place(&mut self, target: &str) {
        if let Some(song) = self.songs.last_mut() {
            let before = std::mem::replace(song, Entry::written(target, self.home));
            (song.title, song.artist) = (before.title, before.artist);
        }
    }

    fn begin_list(&mut self, name: &str) {
        if self.lists.len() < MOST_LISTS {
            self.lists.push(List {
                name: text::clean(name),
                ..List::default()
            });
        }
    }

    fn builtin(&mut self) {
        if let Some(list) = self.lists.last_mut() {
            list.builtin = true;
        }
    }

    /// The last list goes on with the song of this key.
    fn name_song(&mut self, key: &str) {
        if let (Some(song), Some(list)) = (self.keys.get(key), self.lists.last_mut()) {
            list.songs.push(*song);
            self.named += 1;
        }
    }
}
