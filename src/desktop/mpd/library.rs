//! The shelf as a client browses it: tapes are folders, songs are files.

use std::path::{Path, PathBuf};

use super::words::{Refusal, Test, wrong};
use crate::shelf::{Index, Song, Tape};

/// Tags that can be listed and looked for.
pub(super) const TAGS: [&str; 6] = ["Artist", "AlbumArtist", "Album", "Title", "Date", "Genre"];

/// The shelf's index.
pub(super) struct Library {
    pub index: PathBuf,
}

/// A song and the tape that it is on.
struct Found<'a> {
    tape: &'a Tape,
    song: Song,
}

impl Library {
    fn open(&self) -> Result<Index, Refusal> {
        if !self.index.is_file() {
            return Err(Refusal(
                50,
                "the shelf is empty: afterdark shelf scan".to_owned(),
            ));
        }
        Index::open(&self.index).map_err(|error| Refusal(52, error.to_string()))
    }

    fn each(&self, tests: &[Test], mut tell: impl FnMut(&Found<'_>)) -> Result<(), Refusal> {
        let index = self.open()?;
        let failed = |error: crate::shelf::IndexError| Refusal(52, error.to_string());
        for tape in &index.tapes().map_err(failed)? {
            if tape.away {
                continue;
            }
            for song in index.songs(tape.id).map_err(failed)? {
                let found = Found { tape, song };
                if !found.song.away && tests.iter().all(|test| found.passes(test)) {
                    tell(&found);
                }
            }
        }
        Ok(())
    }

    /// All songs that pass.
    pub fn find(&self, tests: &[Test], out: &mut String) -> Result<(), Refusal> {
        self.each(tests, |found| found.tell(out))
    }

    /// How many, and how long.
    pub fn count(&self, tests: &[Test], out: &mut String) -> Result<(), Refusal> {
        let (mut songs, mut seconds) = (0, 0.0);
        self.each(tests, |found| {
            songs += 1;
            seconds += found.song.seconds.unwrap_or(0.0);
        })?;
        *out += &format!("songs: {songs}\nplaytime: {seconds:.0}\n");
        Ok(())
    }

    /// The different values of a tag.
    pub fn list(&self, tag: &str, tests: &[Test], out: &mut String) -> Result<(), Refusal> {
        let known = TAGS.iter().find(|known| known.eq_ignore_ascii_case(tag));
        let Some(name) = known else {
            return Err(wrong("this tag is not kept here"));
        };
        let mut values = std::collections::BTreeSet::new();
        self.each(tests, |found| {
            values.insert(found.value(&name.to_lowercase()));
        })?;
        for value in values.iter().filter(|value| !value.is_empty()) {
            *out += &format!("{name}: {value}\n");
        }
        Ok(())
    }

    /// What is in a folder: all tapes at the top, songs in a tape.
    pub fn browse(&self, uri: &str, out: &mut String) -> Result<(), Refusal> {
        let index = self.open()?;
        let failed = |error: crate::shelf::IndexError| Refusal(52, error.to_string());
        let tapes = index.tapes().map_err(failed)?;
        if uri.trim_matches('/').is_empty() {
            for tape in tapes.iter().filter(|tape| !tape.away) {
                *out += &format!("directory: {}\n", uri_of(&tape.path));
            }
            return Ok(());
        }
        let path = path_of(uri);
        let Some(tape) = tapes.iter().find(|tape| tape.path == path) else {
            return Err(Refusal(50, "no such tape on the shelf".to_owned()));
        };
        for song in index.songs(tape.id).map_err(failed)? {
            Found { tape, song }.tell(out);
        }
        Ok(())
    }
}

impl Found<'_> {
    fn value(&self, tag: &str) -> String {
        let song_artist = &self.song.artist;
        match tag {
            "title" => self.song.title.clone(),
            "artist" if song_artist.is_empty() => self.tape.artist.clone(),
            "artist" => song_artist.clone(),
            "albumartist" => self.tape.artist.clone(),
            "album" => self.tape.title.clone(),
            "genre" => self.tape.genre.clone(),
            "date" => self
                .tape
                .year
                .map(|year| year.to_string())
                .unwrap_or_default(),
            "file" | "filename" => uri_of(&self.song.path),
            "base" => uri_of(&self.tape.path),
            _ => String::new(),
        }
    }

    fn passes(&self, test: &Test) -> bool {
        let like = |value: String| {
            if test.whole {
                value == test.value
            } else {
                value.to_lowercase().contains(&test.value.to_lowercase())
            }
        };
        let passes = if test.tag == "any" {
            TAGS.iter().any(|tag| like(self.value(&tag.to_lowercase())))
        } else {
            like(self.value(&test.tag))
        };
        passes != test.not
    }

    fn tell(&self, out: &mut String) {
        *out += &format!("file: {}\n", uri_of(&self.song.path));
        if let Some(seconds) = self.song.seconds {
            *out += &format!("Time: {seconds:.0}\nduration: {seconds:.3}\n");
        }
        for tag in TAGS {
            let value = self.value(&tag.to_lowercase());
            if !value.is_empty() {
                *out += &format!("{tag}: {value}\n");
            }
        }
    }
}

/// The name that clients have for a file: its path without the first stroke.
pub(super) fn uri_of(path: &Path) -> String {
    let path = path.to_string_lossy();
    path.trim_start_matches('/').replace('\n', " ")
}

/// The file of such a name.
pub(super) fn path_of(uri: &str) -> PathBuf {
    Path::new("/").join(uri.trim_start_matches('/'))
}
