//! A tape that is being made: songs recorded one after the other on two sides,
//! kept as a `.tape.toml`.

use std::path::{Path, PathBuf};

use afterdark_media::playlist::{self, Entry, Format, Programme, TapeRequest, arrange};
use afterdark_tape::cassette::{Length, Side};

use super::rows::Song;
use crate::files::{self, SaveError};

/// Longest silence between two songs, seconds.
pub const LONGEST_GAP_S: f64 = 5.0;

/// What a tape without a title is called.
const UNTITLED: &str = "Mixtape";

/// See the module's documentation.
#[derive(Clone, Debug)]
pub struct BlankTape {
    /// What it is called; may be empty.
    pub title: String,
    /// A line to go with it.
    pub notes: String,
    /// How long it is.
    length: Length,
    /// Silence between two songs, seconds.
    gap_s: f64,
    /// Songs of side A and B.
    sides: [Vec<Song>; 2],
    /// The file of ours that it came from, which is written again.
    file: Option<PathBuf>,
    /// What else the file asks of tape and machine.
    request: TapeRequest,
    /// Something has been done to it since it was saved.
    pub changed: bool,
}

/// What a tape may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Request {
    Deck,
    Tape,
    Nr,
}

/// A song is too long for what is left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoRoom {
    /// By so many seconds.
    pub by_s: f64,
}

impl Default for BlankTape {
    fn default() -> Self {
        Self {
            title: String::new(),
            notes: String::new(),
            length: Length::SHOP[1],
            gap_s: 0.0,
            sides: Default::default(),
            file: None,
            request: TapeRequest::default(),
            changed: false,
        }
    }
}

impl BlankTape {
    /// The tape that a file says, to be changed; songs are as `look_up` finds
    /// them. Only a file in `own` is written again, any other becomes a copy.
    pub fn open(path: &Path, own: &Path, look_up: impl Fn(&Path) -> Song) -> Option<Self> {
        let programme = playlist::gather(&[path.to_owned()]).ok()?;
        let length = programme.request.length.as_deref();
        let mut tape = Self {
            title: programme.title.unwrap_or_default(),
            notes: programme.notes.unwrap_or_default(),
            length: length
                .and_then(|length| length.parse().ok())
                .unwrap_or(Length::LONGEST),
            gap_s: programme
                .entries
                .iter()
                .find_map(Entry::gap_s)
                .unwrap_or(0.0),
            file: (path.parent() == Some(own)).then(|| path.to_owned()),
            request: programme.request,
            ..Self::default()
        };
        for entry in &programme.entries {
            let song = look_up(&entry.path());
            match entry.side() {
                Some(side @ 0..=1) => tape.sides[side].push(song),
                // What has no room here is left out of the copy.
                _ => drop(tape.record(song)),
            }
        }
        tape.changed = false;
        Some(tape)
    }

    /// How long it is.
    pub fn length(&self) -> Length {
        self.length
    }

    /// Silence between two songs, seconds.
    pub fn gap_s(&self) -> f64 {
        self.gap_s
    }

    /// The songs of a side.
    pub fn songs(&self, side: Side) -> &[Song] {
        &self.sides[side.index()]
    }

    /// Songs on both sides.
    pub fn count(&self) -> usize {
        self.sides.iter().map(Vec::len).sum()
    }

    /// Seconds left on a side; less than none where a shorter tape was chosen.
    pub fn left_s(&self, side: Side) -> f64 {
        let songs = self.songs(side);
        let music: f64 = songs.iter().filter_map(|song| song.seconds).sum();
        self.length.side_s() - music - self.gap_s * songs.len().saturating_sub(1) as f64
    }

    fn missing_s(&self, song: &Song, side: Side) -> f64 {
        let gap = if self.songs(side).is_empty() {
            0.0
        } else {
            self.gap_s
        };
        song.seconds.unwrap_or(0.0) + gap - self.left_s(side)
    }

    /// Records a song after the last: on side B once it is in use, or where
    /// side A has no room.
    ///
    /// # Errors
    /// When there is no room, and by how much.
    pub fn record(&mut self, song: Song) -> Result<Side, NoRoom> {
        let begun = !self.songs(Side::B).is_empty();
        let sides: &[Side] = if begun {
            &[Side::B, Side::A]
        } else {
            &Side::BOTH
        };
        let missing = |side: &Side| self.missing_s(&song, *side);
        let Some(&side) = sides.iter().find(|side| missing(side) <= 0.0) else {
            let by_s = sides.iter().map(missing).fold(f64::INFINITY, f64::min);
            return Err(NoRoom { by_s });
        };
        self.sides[side.index()].push(song);
        self.changed = true;
        Ok(side)
    }

    /// Takes a song off.
    pub fn take_off(&mut self, side: Side, place: usize) -> Option<Song> {
        let songs = &mut self.sides[side.index()];
        if place >= songs.len() {
            return None;
        }
        self.changed = true;
        Some(songs.remove(place))
    }

    /// Moves a song one place up or down its side; gives its place.
    pub fn shift(&mut self, side: Side, place: usize, down: bool) -> usize {
        let songs = &mut self.sides[side.index()];
        let other = if down {
            place + 1
        } else {
            place.wrapping_sub(1)
        };
        if place < songs.len() && other < songs.len() {
            songs.swap(place, other);
            self.changed = true;
            return other;
        }
        place
    }

    /// Moves a song to the end of the other side; gives its place there.
    ///
    /// # Errors
    /// When there is no room for it there, and by how much.
    pub fn turn_over(&mut self, side: Side, place: usize) -> Result<Option<usize>, NoRoom> {
        let Some(song) = self.songs(side).get(place) else {
            return Ok(None);
        };
        let other = side.other();
        let by_s = self.missing_s(song, other);
        if by_s > 0.0 {
            return Err(NoRoom { by_s });
        }
        let song = self.sides[side.index()].remove(place);
        self.sides[other.index()].push(song);
        self.changed = true;
        Ok(Some(self.sides[other.index()].len() - 1))
    }

    /// What it asks of tape and machine.
    pub fn request(&self) -> &TapeRequest {
        &self.request
    }

    /// Another machine, tape or noise reduction of these; after the last none
    /// is asked for.
    pub fn next_request(&mut self, part: Request, all: &[String]) {
        let asked = match part {
            Request::Deck => &mut self.request.deck,
            Request::Tape => &mut self.request.tape,
            Request::Nr => &mut self.request.nr,
        };
        let here = asked.as_ref().and_then(|name| {
            let called = |known: &String| known.eq_ignore_ascii_case(name);
            all.iter().position(called)
        });
        *asked = all.get(here.map_or(0, |here| here + 1)).cloned();
        self.changed = true;
    }

    /// Makes it so long.
    pub fn set_length(&mut self, length: Length) {
        self.length = length;
    }

    /// Another length: the next that a shop keeps.
    pub fn next_length(&mut self) {
        let next = Length::SHOP.iter().find(|length| **length > self.length);
        self.length = *next.unwrap_or(&Length::SHOP[0]);
        self.changed = true;
    }

    /// Another silence between songs: half a second more, none after the longest.
    pub fn next_gap(&mut self) {
        self.gap_s = if self.gap_s >= LONGEST_GAP_S {
            0.0
        } else {
            self.gap_s + 0.5
        };
        self.changed = true;
    }

    /// Changes the order so that both sides are as full and as even as can be.
    /// What then has no room stays on side B's end.
    pub fn fit(&mut self) {
        let mut songs: Vec<Option<Song>> = self
            .sides
            .iter_mut()
            .flat_map(std::mem::take)
            .map(Some)
            .collect();
        let lengths: Vec<f64> = songs
            .iter()
            .map(|song| song.as_ref().and_then(|song| song.seconds).unwrap_or(0.0))
            .collect();
        let arranged = arrange::to_fit(&lengths, self.length.side_s(), self.gap_s);
        let [a, mut b] = arranged.sides;
        b.extend(arranged.left);
        self.sides = [a, b].map(|order| order.iter().filter_map(|n| songs[*n].take()).collect());
        self.changed = true;
    }

    fn programme(&self) -> Programme {
        let mut entries = Vec::new();
        for side in Side::BOTH {
            for (place, song) in self.songs(side).iter().enumerate() {
                let mut entry = Entry::from(song.path.as_path());
                entry.title = Some(song.title.as_str().into());
                entry.artist = (!song.artist.is_empty()).then(|| song.artist.as_str().into());
                let particulars = entry.particulars_mut();
                particulars.side = Some(side.index());
                particulars.gap_s = (self.gap_s > 0.0 && place > 0).then_some(self.gap_s);
                entries.push(entry);
            }
        }
        Programme {
            title: Some(self.name().to_owned()),
            named: true,
            notes: (!self.notes.is_empty()).then(|| self.notes.clone()),
            request: TapeRequest {
                length: Some(self.length.to_string()),
                ..self.request.clone()
            },
            entries,
            ..Programme::default()
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        if self.title.is_empty() {
            UNTITLED
        } else {
            &self.title
        }
    }

    /// Saves it in the folder of tapes made here, under its title, or over the
    /// file that it came from.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&mut self, own: &Path) -> Result<PathBuf, SaveError> {
        std::fs::create_dir_all(own).map_err(|cause| SaveError::Io {
            path: own.to_owned(),
            cause,
        })?;
        let text = playlist::write(&self.programme(), Format::Tape, own, |_| None);
        let path = match &self.file {
            Some(file) => {
                files::save(file, text.as_bytes(), true)?;
                file.clone()
            }
            None => self.save_as_new(own, &text)?,
        };
        self.file = Some(path.clone());
        self.changed = false;
        Ok(path)
    }

    fn save_as_new(&self, own: &Path, text: &str) -> Result<PathBuf, SaveError> {
        let kept = |c: char| if c.is_alphanumeric() { c } else { ' ' };
        let name: String = self.name().chars().take(80).map(kept).collect();
        let words: Vec<&str> = name.split_whitespace().collect();
        let name = if words.is_empty() {
            UNTITLED.to_owned()
        } else {
            words.join(" ")
        };
        let mut number = 1;
        loop {
            let path = if number == 1 {
                own.join(format!("{name}.tape.toml"))
            } else {
                own.join(format!("{name} {number}.tape.toml"))
            };
            match files::save(&path, text.as_bytes(), false) {
                Err(SaveError::Exists(_)) => number += 1,
                Err(error) => return Err(error),
                Ok(()) => return Ok(path),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(name: &str, seconds: f64) -> Song {
        Song {
            path: PathBuf::from(format!("/m/{name}.ogg")),
            title: name.to_owned(),
            artist: "Ida Vale".to_owned(),
            seconds: Some(seconds),
            away: false,
        }
    }

    #[test]
    fn songs_go_on_as_long_as_there_is_room() {
        let mut tape = BlankTape::default();
        assert_eq!(tape.record(song("a", 1700.0)), Ok(Side::A));
        assert_eq!(tape.record(song("b", 200.0)), Ok(Side::B));
        // After the last, though side A has room.
        assert_eq!(tape.record(song("c", 60.0)), Ok(Side::B));
        assert_eq!(tape.left_s(Side::A), 100.0);
        assert_eq!(tape.left_s(Side::B), 1540.0);
        assert_eq!(tape.record(song("d", 1600.0)), Err(NoRoom { by_s: 60.0 }));
        assert_eq!(tape.turn_over(Side::B, 0), Err(NoRoom { by_s: 100.0 }));
        assert_eq!(tape.turn_over(Side::B, 1), Ok(Some(1)));
        assert_eq!(tape.shift(Side::A, 1, false), 0);
        tape.next_gap();
        assert_eq!(tape.left_s(Side::A), 39.5);
        let titles = |tape: &BlankTape| {
            Side::BOTH.map(|side| {
                let titles = tape.songs(side).iter().map(|song| song.title.clone());
                titles.collect::<Vec<_>>()
            })
        };
        assert_eq!(titles(&tape), [vec!["c", "a"], vec!["b"]]);
        tape.fit();
        assert_eq!(tape.count(), 3);
        assert!(Side::BOTH.iter().all(|side| tape.left_s(*side) >= 0.0));
    }

    #[test]
    fn what_is_saved_is_what_is_opened_and_only_ours_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("tapes");
        let mut tape = BlankTape {
            title: "Night / Drive".to_owned(),
            ..BlankTape::default()
        };
        tape.record(song("a", 100.0)).unwrap();
        tape.record(song("b", 100.0)).unwrap();
        tape.turn_over(Side::A, 1).unwrap();
        let path = tape.save(&own).unwrap();
        assert_eq!(path, own.join("Night Drive.tape.toml"));
        let look_up = |path: &Path| song(path.file_stem().unwrap().to_str().unwrap(), 100.0);
        let mut again = BlankTape::open(&path, &own, look_up).unwrap();
        assert_eq!(again.songs(Side::A), tape.songs(Side::A));
        assert_eq!(again.songs(Side::B), tape.songs(Side::B));
        assert_eq!(
            (again.name(), again.length()),
            ("Night / Drive", tape.length())
        );
        assert_eq!(again.save(&own).unwrap(), path);
        let other = folder.path().join("theirs.tape.toml");
        std::fs::copy(&path, &other).unwrap();
        let theirs = std::fs::read(&other).unwrap();
        let mut copy = BlankTape::open(&other, &own, look_up).unwrap();
        copy.next_length();
        assert_eq!(
            copy.save(&own).unwrap(),
            own.join("Night Drive 2.tape.toml")
        );
        assert_eq!(std::fs::read(&other).unwrap(), theirs);
    }
}
