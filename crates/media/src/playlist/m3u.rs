//! M3U and M3U8: one file a line, `#` for all else.

use std::collections::HashSet;
use std::sync::Arc;

use crate::playlist::address::from_bytes;
use crate::playlist::bounds::MOST_ENTRIES;
use crate::playlist::entry::{Entry, Span, clean_shared};
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;
use crate::text;

/// Most artists of whom all songs share one name in the memory.
const MOST_ARTISTS: usize = 10_000;

/// Reads an M3U into `programme`. Where its text was in a legacy encoding,
/// `raw` is what was written, since the name on the disk may be those bytes.
pub(crate) fn read(
    playlist: &str,
    raw: Option<&[u8]>,
    home: &Arc<Home>,
    programme: &mut Programme,
) {
    let mut raw = raw.map(|raw| raw.split(|byte| matches!(byte, b'\n' | b'\r')));
    let mut pending = Entry::default();
    let mut artists: HashSet<Arc<str>> = HashSet::new();
    let mut span: Option<Span> = None;
    for line in playlist.split(['\n', '\r']) {
        let bytes = raw
            .as_mut()
            .and_then(Iterator::next)
            .map(<[u8]>::trim_ascii);
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            directive(comment, &mut pending, &mut span, programme);
            continue;
        }
        if programme.entries.len() >= MOST_ENTRIES {
            programme.is_full();
            return;
        }
        let mut entry = Entry::written(line, home);
        if let Some(bytes) = bytes.filter(|bytes| !bytes.is_ascii() && entry.blank().is_none()) {
            let raw = home.folder().join(from_bytes(bytes.to_vec()));
            entry.particulars_mut().also.push((raw, None));
        }
        entry.title = pending.title.take();
        entry.artist = pending.artist.take().map(|artist| {
            let known = artists.get(&artist).cloned();
            known.unwrap_or_else(|| {
                if artists.len() < MOST_ARTISTS {
                    artists.insert(artist.clone());
                }
                artist
            })
        });
        // A group goes on until another begins.
        if span.is_some() || pending.side().is_some() {
            let particulars = entry.particulars_mut();
            (particulars.span, particulars.side) = (span.take(), pending.side());
        }
        programme.entries.push(entry);
    }
}

fn directive(
    comment: &str,
    pending: &mut Entry,
    span: &mut Option<Span>,
    programme: &mut Programme,
) {
    let Some((key, value)) = comment.split_once(':') else {
        return;
    };
    let whole = Span {
        start_s: 0.0,
        end_s: None,
    };
    match key.trim().to_ascii_uppercase().as_str() {
        // "#EXTINF:seconds key="value",Artist - Title"
        "EXTINF" => {
            let name = after_comma(value);
            (pending.artist, pending.title) = match name.split_once(" - ") {
                Some((by, name)) => (clean_shared(by), clean_shared(name)),
                None => (None, clean_shared(name)),
            };
        }
        "EXTGRP" => pending.particulars_mut().side = side(value),
        "PLAYLIST" => programme.title = text::clean_some(value),
        "EXTALB" if programme.title.is_none() => programme.title = text::clean_some(value),
        "EXTART" if programme.artist.is_none() => programme.artist = text::clean_some(value),
        "EXTVLCOPT" => {
            let Some((key, value)) = value.split_once('=') else {
                return;
            };
            let Some(seconds) = value.trim().parse::<f64>().ok().filter(|s| *s >= 0.0) else {
                return;
            };
            match key.trim() {
                "start-time" => span.get_or_insert(whole).start_s = seconds,
                "stop-time" => span.get_or_insert(whole).end_s = Some(seconds),
                _ => {}
            }
        }
        _ => {}
    }
}

/// What follows the first comma that is not between quotes.
fn after_comma(value: &str) -> &str {
    let mut quoted = false;
    let comma = value.find(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    comma.map_or("", |comma| &value[comma + 1..])
}

/// The side that a group is named after: "Side B".
fn side(group: &str) -> Option<usize> {
    let group = group.trim().to_ascii_lowercase();
    ["side a", "side b"].iter().position(|name| *name == group)
}
