//! M3U and M3U8: one file a line, `#` for all else.

use super::{Base, Entry, MOST_ENTRIES, Programme};
use crate::text;

/// Reads an M3U into `programme`.
pub(super) fn read(playlist: &str, base: &Base, programme: &mut Programme) {
    let mut title = None;
    let mut artist = None;
    for line in playlist.split(['\n', '\r']) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let Some(comment) = line.strip_prefix('#') else {
            if programme.entries.len() >= MOST_ENTRIES {
                programme
                    .remarks
                    .push(format!("only the first {MOST_ENTRIES} entries are taken"));
                return;
            }
            let entry = Entry::written(line, base);
            let (title, artist) = (title.take(), artist.take());
            programme.entries.push(Entry {
                title,
                artist,
                ..entry
            });
            continue;
        };
        let Some((key, value)) = comment.split_once(':') else {
            continue;
        };
        match key.trim().to_ascii_uppercase().as_str() {
            // "#EXTINF:seconds key="value",Artist - Title"
            "EXTINF" => {
                let name = after_comma(value);
                match name.split_once(" - ") {
                    Some((by, name)) => {
                        artist = text::clean_some(by);
                        title = text::clean_some(name);
                    }
                    None => title = text::clean_some(name),
                }
            }
            "PLAYLIST" => programme.title = text::clean_some(value),
            "EXTALB" if programme.title.is_none() => programme.title = text::clean_some(value),
            "EXTART" if programme.artist.is_none() => programme.artist = text::clean_some(value),
            _ => {}
        }
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
