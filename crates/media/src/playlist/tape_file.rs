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
//! Songs under `[[song]]` go on whichever side has room. What the machine has copied
//! from another tape says so, oldest tape first:
//!
//! ```toml
//! [[copied]]
//! of = "00c1a54d2f0b1e77"   # the number of the tape that was played
//! copy = 1                  # which of its copies this is
//! played-on = "stroller"
//! recorded-on = "twin"
//! passes = 12               # times that it had been played
//! ```

use std::sync::Arc;

use toml::{Table, Value};

use crate::playlist::bounds::MOST_ENTRIES;
use crate::playlist::entry::{Entry, Span, clean_shared};
use crate::playlist::error::Remark;
use crate::playlist::home::Home;
use crate::playlist::programme::{CopyRequest, Programme};
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
            "copied" => {
                let copies = value.as_array().into_iter().flatten();
                programme.request.copies = copies.take(MOST_COPIES).map(read_copy).collect();
            }
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

/// More copies of copies than this are not told from one another.
const MOST_COPIES: usize = 8;

fn read_copy(copy: &Value) -> CopyRequest {
    let words = |key: &str| copy.get(key).and_then(Value::as_str).map(text::clean);
    let count = |key: &str| {
        let count = copy.get(key).and_then(Value::as_integer).unwrap_or(0);
        count.clamp(0, i64::from(u16::MAX)) as u16
    };
    let of = words("of").unwrap_or_default();
    CopyRequest {
        of: u64::from_str_radix(&of, 16).unwrap_or(0),
        copy: count("copy"),
        played_on: words("played-on"),
        recorded_on: words("recorded-on"),
        passes: count("passes"),
    }
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
