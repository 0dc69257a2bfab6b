//! `.tape.toml`: our own tape, small and meant to be edited by hand.
//!
//! ```toml
//! title = "Rain on the motorway"
//! by = "M. and J."
//! notes = "For the drive north. *Play it at night.*"
//! length = "C60"        # C46, C60, C90, C120; the smallest that fits if left out
//! tape = "chrome"       # a formulation by its name
//! deck = "portable"     # a deck by its name
//! nr = "B"              # off, B or C
//! gap = 2.0             # seconds of silence between songs
//!
//! [[side-a]]
//! file = "one.flac"     # from this file's folder, or absolute
//! title = "One"         # the rest may be left out
//! by = "Somebody"
//! start = "0:12.5"      # play from here; seconds or minutes:seconds
//! end = 190
//! gap = 0               # silence before this song
//!
//! [[side-b]]
//! file = "two.mp3"
//! ```
//!
//! Songs under `[[song]]` go on whichever side has room.

use std::sync::Arc;

use toml::{Table, Value};

use crate::playlist::bounds::MOST_ENTRIES;
use crate::playlist::entry::{Entry, Span, clean_shared};
use crate::playlist::error::Remark;
use crate::playlist::home::Home;
use crate::playlist::programme::Programme;
use crate::text;

/// Reads a tape file into `programme`.
///
/// # Errors
/// Where it is no TOML.
pub(crate) fn read(
    tape: &str,
    home: &Arc<Home>,
    programme: &mut Programme,
) -> Result<(), toml::de::Error> {
    let table: Table = tape.parse()?;
    let mut gap = None;
    let mut songs: [&[Value]; 3] = [&[]; 3];
    for (key, value) in &table {
        let words = || {
            value
                .as_str()
                .map(text::clean)
                .filter(|words| !words.is_empty())
        };
        match key.as_str() {
            "title" => programme.title = words(),
            "by" | "artist" => programme.artist = words(),
            "notes" => programme.notes = value.as_str().map(text::clean_lines),
            "length" => programme.request.length = words(),
            "tape" => programme.request.tape = words(),
            "deck" => programme.request.deck = words(),
            "nr" => programme.request.nr = words(),
            "gap" => gap = seconds(value),
            "side-a" => songs[0] = value.as_array().map_or(&[], Vec::as_slice),
            "side-b" => songs[1] = value.as_array().map_or(&[], Vec::as_slice),
            "song" => songs[2] = value.as_array().map_or(&[], Vec::as_slice),
            other => {
                programme.remarks.push(Remark::UnknownKey {
                    key: other.to_owned(),
                    of_song: false,
                });
            }
        }
    }
    for (songs, side) in songs.into_iter().zip([Some(0), Some(1), None]) {
        for (n, song) in songs.iter().take(MOST_ENTRIES).enumerate() {
            let gap = gap.filter(|_| n > 0);
            programme
                .entries
                .push(read_song(song, side, gap, home, &mut programme.remarks));
        }
    }
    Ok(())
}

fn read_song(
    song: &Value,
    side: Option<usize>,
    gap_s: Option<f64>,
    home: &Arc<Home>,
    remarks: &mut Vec<Remark>,
) -> Entry {
    let named = |key: &str| song.get(key).and_then(Value::as_str);
    let mut entry = Entry::written(named("file").or(song.as_str()).unwrap_or(""), home);
    entry.title = named("title").and_then(clean_shared);
    entry.artist = named("by").or(named("artist")).and_then(clean_shared);
    let (start, end) = (
        song.get("start").and_then(seconds),
        song.get("end").and_then(seconds),
    );
    let particulars = entry.particulars_mut();
    particulars.side = side;
    particulars.gap_s = song.get("gap").and_then(seconds).or(gap_s);
    particulars.span = (start.is_some() || end.is_some()).then_some(Span {
        start_s: start.unwrap_or(0.0),
        end_s: end,
    });
    let known = ["file", "title", "by", "artist", "gap", "start", "end"];
    for key in song.as_table().into_iter().flat_map(Table::keys) {
        if !known.contains(&key.as_str()) {
            remarks.push(Remark::UnknownKey {
                key: key.clone(),
                of_song: true,
            });
        }
    }
    entry
}

/// Seconds from a number or from `minutes:seconds` or `hours:minutes:seconds`.
fn seconds(value: &Value) -> Option<f64> {
    let seconds = match value {
        Value::Integer(seconds) => *seconds as f64,
        Value::Float(seconds) => *seconds,
        Value::String(text) => {
            let mut total = 0.0;
            for part in text.split(':') {
                total = total * 60.0 + part.trim().parse::<f64>().ok()?;
            }
            total
        }
        _ => return None,
    };
    (0.0..1e7).contains(&seconds).then_some(seconds)
}
