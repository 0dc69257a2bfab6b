//! Recordings that hold several songs and say so: an album in one file with
//! its cue sheet inside, a book with chapters.

use std::path::Path;
use std::thread;

use afterdark_media::media;
use afterdark_media::playlist::{self, Entry, Part, Programme};

/// In a longer list each song is taken for one: opening every file before the
/// first sounds would be heard as a wait.
const MOST_LOOKED_INTO: usize = 200;

/// Cuts the programme's recordings at what cue sheet or chapters they carry.
/// Lists of more than 200 entries stay as they are.
pub fn cut(mut programme: Programme) -> Programme {
    let entries = programme.entries;
    if entries.len() > MOST_LOOKED_INTO {
        programme.entries = entries;
        return programme;
    }
    let hands = thread::available_parallelism().map_or(1, usize::from);
    let share = entries.len().div_ceil(hands).max(1);
    programme.entries = thread::scope(|scope| {
        let shares: Vec<_> = entries
            .chunks(share)
            .map(|share| scope.spawn(|| share.iter().flat_map(cut_one).collect::<Vec<_>>()))
            .collect();
        let cut = shares.into_iter().zip(entries.chunks(share));
        // Where looking failed the songs stay as they were.
        cut.flat_map(|(parts, share)| parts.join().unwrap_or_else(|_| share.to_vec()))
            .collect()
    });
    programme
}

fn cut_one(entry: &Entry) -> Vec<Entry> {
    // What is a part already is cut no further.
    if entry.span().is_some() || entry.blank().is_some() {
        return vec![entry.clone()];
    }
    // A file that does not play is one blank, however many songs it tells of.
    let look = |path: &Path| {
        let parts = media::parts(path);
        let plays = parts.chapters.len() < 2 || media::Decoder::open_quick(path).is_ok();
        plays.then_some(parts)
    };
    let found = entry.locate().ok();
    let found = found.and_then(|found| look(&found.path));
    let media::Parts {
        cue_sheet,
        chapters,
    } = found.unwrap_or_default();
    let part = |chapter: media::Chapter| Part {
        start_s: chapter.start_s,
        title: chapter.title,
        artist: chapter.artist,
    };
    let parts = chapters.into_iter().map(part).collect();
    let cut = playlist::split(entry, cue_sheet.as_deref(), parts);
    cut.unwrap_or_else(|| vec![entry.clone()])
}
