//! A tape of songs that nobody chose: fair, and never the same.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use super::history::History;
use super::index::{Index, IndexError};
use super::query::Query;
use super::rows::Song;
use super::search::Catalog;

/// Most songs of one artist, as a part of the tape, where others are there.
const SHARE: usize = 4;

/// Numbers by chance (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    /// From the clock.
    fn now() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(now.map_or(1, |now| now.as_nanos() as u64))
    }

    /// From 0.0 to 1.0.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1 << 31)
    }
}

/// Songs for so many seconds out of those that a search means: of tapes that
/// were played least first, with some luck, and no artist twice in a row where
/// that can be helped. Songs of unknown length are left out.
///
/// # Errors
/// When the index cannot be read.
pub fn surprise(
    index: &Index,
    history: &History,
    query: &Query,
    seconds: f64,
) -> Result<Vec<Song>, IndexError> {
    let mut catalog = Catalog::of(index.tapes()?, history);
    catalog.read_songs(index)?;
    let mut chance = Chance::now();
    let mut rows: Vec<(f64, i64)> = catalog
        .songs_of(query)
        .into_iter()
        .map(|(row, place)| {
            let times = f64::from(catalog.played(place).times);
            (times + 2.0 * chance.next(), row)
        })
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut drawn = Drawn::for_seconds(seconds);
    for (_, row) in rows {
        if drawn.is_full() {
            // A shorter one may go, but nobody looks through them all.
            break;
        }
        if let Some(song) = index.song(row)? {
            drawn.offer(song);
        }
    }
    Ok(apart(drawn.all()))
}

/// Songs drawn for a tape of so many seconds.
struct Drawn {
    seconds: f64,
    full: f64,
    songs: Vec<Song>,
    /// Of artists with their share already: taken where room is left.
    over: Vec<Song>,
}

impl Drawn {
    const fn for_seconds(seconds: f64) -> Self {
        Self {
            seconds,
            full: 0.0,
            songs: Vec::new(),
            over: Vec::new(),
        }
    }

    fn is_full(&self) -> bool {
        self.full > self.seconds * 0.95
    }

    fn offer(&mut self, song: Song) {
        let same = self.songs.iter().filter(|at| at.artist == song.artist);
        if !song.artist.is_empty() && same.count() > self.songs.len() / SHARE + 1 {
            self.over.push(song);
        } else {
            self.take(song);
        }
    }

    fn take(&mut self, song: Song) {
        let length = song.seconds.filter(|_| !song.away);
        if let Some(length) = length.filter(|length| self.full + length <= self.seconds) {
            self.full += length;
            self.songs.push(song);
        }
    }

    fn all(mut self) -> Vec<Song> {
        for song in std::mem::take(&mut self.over) {
            self.take(song);
        }
        self.songs
    }
}

/// The same songs with no artist twice in a row where that can be helped:
/// always one of the artist with the most songs left who did not just play.
fn apart(songs: Vec<Song>) -> Vec<Song> {
    let mut left: HashMap<String, Vec<Song>> = HashMap::new();
    let mut artists = Vec::new();
    for song in songs {
        let of = left.entry(song.artist.clone()).or_insert_with(|| {
            artists.push(song.artist.clone());
            Vec::new()
        });
        of.push(song);
    }
    let mut out: Vec<Song> = Vec::new();
    loop {
        let last = out.last().map(|song| song.artist.clone());
        let count = |artist: &&String| left.get(*artist).map_or(0, Vec::len);
        let others = artists
            .iter()
            .filter(|artist| Some(*artist) != last.as_ref());
        // The first of several with as many, so that chance stays what it was.
        let next = others
            .rev()
            .max_by_key(count)
            .filter(|artist| count(artist) > 0)
            .or_else(|| artists.iter().find(|artist| count(artist) > 0))
            .cloned();
        let song = next.and_then(|artist| left.get_mut(&artist)?.pop());
        match song {
            Some(song) => out.push(song),
            None => return out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(artist: &str, n: usize) -> Song {
        Song {
            path: format!("{artist}{n}").into(),
            title: n.to_string(),
            artist: artist.to_owned(),
            seconds: Some(60.0),
            away: false,
        }
    }

    #[test]
    fn an_artist_has_more_than_a_share_only_where_nobody_else_is_left() {
        let artists = "AAABBBBBB";
        let draw = |seconds: f64| {
            let mut drawn = Drawn::for_seconds(seconds);
            for (n, artist) in artists.chars().enumerate() {
                drawn.offer(song(&artist.to_string(), n));
            }
            drawn.all()
        };
        assert_eq!(draw(9.0 * 60.0).len(), artists.len());
        let four = draw(4.0 * 60.0);
        assert_eq!(four.iter().filter(|song| song.artist == "A").count(), 2);
    }

    #[test]
    fn no_artist_plays_twice_in_a_row_where_it_can_be_helped() {
        let songs: Vec<Song> = ["A", "A", "A", "A", "B", "B", "C"]
            .iter()
            .enumerate()
            .map(|(n, artist)| song(artist, n))
            .collect();
        let order = apart(songs.clone());
        assert_eq!(order.len(), songs.len());
        assert!(order.windows(2).all(|two| two[0].artist != two[1].artist));
        let only: Vec<Song> = (0..3).map(|n| song("A", n)).collect();
        assert_eq!(apart(only).len(), 3);
    }
}
