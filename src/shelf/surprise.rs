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
    let mut songs: Vec<Song> = Vec::new();
    let mut full = 0.0;
    for (_, row) in rows {
        let Some(song) = index.song(row)? else {
            continue;
        };
        let Some(length) = song.seconds.filter(|_| !song.away) else {
            continue;
        };
        if full + length > seconds {
            // A shorter one may go, but nobody looks through them all.
            if full > seconds * 0.95 {
                break;
            }
            continue;
        }
        let same = songs.iter().filter(|other| other.artist == song.artist);
        if !song.artist.is_empty() && same.count() > songs.len() / SHARE + 1 {
            continue;
        }
        full += length;
        songs.push(song);
    }
    Ok(apart(songs))
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

    #[test]
    fn no_artist_plays_twice_in_a_row_where_it_can_be_helped() {
        let song = |artist: &str, n: usize| Song {
            path: format!("{artist}{n}").into(),
            title: n.to_string(),
            artist: artist.to_owned(),
            seconds: Some(60.0),
            away: false,
        };
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
