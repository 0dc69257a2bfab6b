//! What songs a recording should have: by a list of any kind, or so many.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::player::{Song, cut};
use afterdark_media::playlist::{self, Programme};
use afterdark_media::text::{self, clean};

/// A song as it should be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Track {
    pub(super) title: Option<String>,
    pub(super) artist: Option<String>,
    /// Seconds.
    pub(super) length: Option<f64>,
    /// 0 for side A, 1 for side B.
    pub(super) side: Option<usize>,
}

/// What the list says: its tracks, and what the tape is called.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    pub(super) tracks: Vec<Track>,
    pub(super) programme: Programme,
}

impl Tracks {
    /// Reads a text, a playlist, a cue sheet, a `.tape.toml` or a folder.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let is_text = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("txt"));
        if is_text {
            let bytes =
                std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let text = text::decode(&bytes).0.into_owned();
            let tracks: Vec<Track> = text.lines().filter_map(line).collect();
            if tracks.is_empty() {
                bail!("{}: no songs are listed in it", path.display());
            }
            return Ok(Self {
                tracks,
                ..Self::default()
            });
        }
        let mut programme = cut(playlist::gather(&[path.to_owned()])?);
        let entries = std::mem::take(&mut programme.entries);
        let track = |entry: playlist::Entry| {
            let (side, song) = (entry.side(), Song::looked_up(entry));
            let found = song.found();
            Track {
                title: Some(clean(&song.title())),
                artist: song.artist().map(clean),
                length: found.map(|found| found.frames as f64 / f64::from(found.sample_rate)),
                side,
            }
        };
        let tracks = entries.into_iter().map(track).collect();
        Ok(Self { tracks, programme })
    }

    /// So many songs, nothing known of them.
    pub(super) fn count(count: usize) -> Self {
        Self {
            tracks: vec![Track::default(); count],
            programme: Programme::default(),
        }
    }
}

/// A song of a text: `Title`, `Artist – Title`, a time `m:ss` anywhere as a word
/// of its own, a number before it.
fn line(line: &str) -> Option<Track> {
    let mut length = None;
    let words = line.split_whitespace().filter(|word| {
        let bare = word.trim_matches(['(', ')', '[', ']']);
        let time = seconds(bare).filter(|_| length.is_none());
        length = time.or(length);
        time.is_none()
    });
    let words: Vec<&str> = words.collect();
    let numbered = words.first().is_some_and(|first| {
        let number = first.trim_end_matches(['.', ')', ':']);
        number != *first && number.parse::<u16>().is_ok()
    });
    let rest = clean(&words[usize::from(numbered)..].join(" "));
    let parted = [" – ", " — ", " - "]
        .into_iter()
        .find_map(|dash| rest.split_once(dash));
    let (artist, title) = match parted {
        Some((artist, title)) => (Some(artist.to_owned()), title.to_owned()),
        None => (None, rest.clone()),
    };
    (!title.is_empty()).then_some(Track {
        title: Some(title),
        artist,
        length,
        side: None,
    })
}

/// `m:ss` or `h:mm:ss`.
fn seconds(word: &str) -> Option<f64> {
    let parts: Vec<&str> = word.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let digits = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let whole = parts.iter().all(digits) && parts[1..].iter().all(|part| part.len() == 2);
    let add = |sum: f64, part: &&str| Some(60.0 * sum + part.parse::<f64>().ok()?);
    whole.then(|| parts.iter().try_fold(0.0, add)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_as_people_write_it() {
        let read = |text: &str| {
            let track = line(text).unwrap();
            (track.artist, track.title.unwrap(), track.length)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("1. Night Drive 3:45"),
            (None, "Night Drive".into(), Some(225.0))
        );
        assert_eq!(
            read("Judy – Never Let Me Go (1:02:03)"),
            (some("Judy"), "Never Let Me Go".into(), Some(3723.0))
        );
        assert_eq!(
            read("4:10  99 Balloons"),
            (None, "99 Balloons".into(), Some(250.0))
        );
        assert_eq!(line("   "), None);
    }
}
