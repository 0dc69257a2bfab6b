//! Lists of entries to playlists, written strictly.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use quick_xml::escape::escape;
use toml::{Table, Value};

use crate::playlist::address::scheme;
use crate::playlist::entry::Entry;
use crate::playlist::programme::Programme;

/// What a playlist is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// M3U8: UTF-8, one file a line, titles in `#EXTINF`.
    M3u8,
    /// XSPF 1, an XML of the Xiph foundation.
    Xspf,
    /// Our own tape, `.tape.toml`.
    Tape,
}

impl Format {
    /// The format that a file's name asks for.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        if name.ends_with(".m3u8") || name.ends_with(".m3u") {
            Some(Self::M3u8)
        } else if name.ends_with(".xspf") {
            Some(Self::Xspf)
        } else if name.ends_with(".tape.toml") {
            Some(Self::Tape)
        } else {
            None
        }
    }
}

/// Writes `programme` as a playlist that will lie in `folder`: files in it or
/// below it are named from there, all others absolutely. `seconds` gives each
/// entry's length where it is known.
pub fn write(
    programme: &Programme,
    format: Format,
    folder: &Path,
    seconds: impl Fn(usize) -> Option<f64>,
) -> String {
    match format {
        Format::M3u8 => m3u8(programme, folder, seconds),
        Format::Xspf => xspf(programme, folder, seconds),
        Format::Tape => tape(programme, folder),
    }
}

/// `path` as it is named from `folder`.
fn named(path: &Path, folder: &Path) -> PathBuf {
    let real = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let here = folder.as_os_str().is_empty();
    let (path, folder) = (real(path), real(if here { Path::new(".") } else { folder }));
    path.strip_prefix(&folder)
        .map(Path::to_owned)
        .unwrap_or(path)
}

/// What stands where a file is named: its path, or what the playlist had.
fn target(entry: &Entry, folder: &Path) -> String {
    if entry.blank().is_some() {
        let written = entry.path().to_string_lossy().into_owned();
        // An empty line would be no entry, and the others would move up.
        return if written.is_empty() {
            "(nothing)".to_owned()
        } else {
            written
        };
    }
    let path = named(&entry.path(), folder);
    match path.to_str() {
        Some(path) => path.to_owned(),
        // Playlists are text; readers undo percent escapes.
        None => escaped(&path),
    }
}

fn m3u8(programme: &Programme, folder: &Path, seconds: impl Fn(usize) -> Option<f64>) -> String {
    let mut out = String::from("#EXTM3U\n");
    if let Some(title) = &programme.title {
        let _ = writeln!(out, "#PLAYLIST:{title}");
    }
    for (n, entry) in programme.entries.iter().enumerate() {
        let length = seconds(n).map_or(-1.0, f64::round);
        let name = match &entry.artist {
            Some(artist) => format!("{artist} - {}", entry.name()),
            None => entry.name(),
        };
        let _ = writeln!(out, "#EXTINF:{length:.0},{name}");
        if let Some(span) = entry.span() {
            let _ = writeln!(out, "#EXTVLCOPT:start-time={}", span.start_s);
            if let Some(end) = span.end_s {
                let _ = writeln!(out, "#EXTVLCOPT:stop-time={end}");
            }
        }
        let target = target(entry, folder);
        // A name that starts as a comment does, or looks like an address.
        let odd = target.starts_with(['#', ' ']) || scheme(&target).is_some();
        let dot = if odd && entry.blank().is_none() {
            "./"
        } else {
            ""
        };
        let _ = writeln!(out, "{dot}{}", target.replace(['\n', '\r'], "_"));
    }
    out
}

/// What RFC 3986 lets stand in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

fn escaped(path: &Path) -> String {
    percent_encode(path.as_os_str().as_encoded_bytes(), PATH).to_string()
}

fn xspf(programme: &Programme, folder: &Path, seconds: impl Fn(usize) -> Option<f64>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n",
    );
    let element = |out: &mut String, indent: &str, name: &str, words: Option<&str>| {
        if let Some(words) = words {
            let _ = writeln!(out, "{indent}<{name}>{}</{name}>", escape(words));
        }
    };
    element(&mut out, "  ", "title", programme.title.as_deref());
    element(&mut out, "  ", "creator", programme.artist.as_deref());
    element(&mut out, "  ", "annotation", programme.notes.as_deref());
    out.push_str("  <trackList>\n");
    for (n, entry) in programme.entries.iter().enumerate() {
        out.push_str("    <track>\n");
        let target = target(entry, folder);
        let address = if entry.blank().is_some() {
            escape(target.as_str()).into_owned()
        } else {
            let scheme = if Path::new(&target).is_absolute() {
                "file://"
            } else {
                ""
            };
            format!("{scheme}{}", escaped(&named(&entry.path(), folder)))
        };
        let _ = writeln!(out, "      <location>{address}</location>");
        element(&mut out, "      ", "title", entry.title.as_deref());
        element(&mut out, "      ", "creator", entry.artist.as_deref());
        if let Some(seconds) = seconds(n) {
            let _ = writeln!(out, "      <duration>{:.0}</duration>", seconds * 1_000.0);
        }
        out.push_str("    </track>\n");
    }
    out.push_str("  </trackList>\n</playlist>\n");
    out
}

fn tape(programme: &Programme, folder: &Path) -> String {
    let mut head = Table::new();
    let mut put = |key: &str, words: &Option<String>| {
        if let Some(words) = words {
            head.insert(key.to_owned(), Value::String(words.clone()));
        }
    };
    put("title", &programme.title);
    put("by", &programme.artist);
    put("notes", &programme.notes);
    put("length", &programme.request.length);
    put("tape", &programme.request.tape);
    put("deck", &programme.request.deck);
    put("nr", &programme.request.nr);
    let mut out = toml::to_string(&head).unwrap_or_default();
    for copy in &programme.request.copies {
        let mut copied = Table::new();
        copied.insert("of".to_owned(), Value::String(format!("{:016x}", copy.of)));
        copied.insert("copy".to_owned(), Value::from(i64::from(copy.copy)));
        for (key, deck) in [
            ("played-on", &copy.played_on),
            ("recorded-on", &copy.recorded_on),
        ] {
            if let Some(deck) = deck {
                copied.insert(key.to_owned(), Value::String(deck.clone()));
            }
        }
        copied.insert("passes".to_owned(), Value::from(i64::from(copy.passes)));
        let copied = toml::to_string(&copied).unwrap_or_default();
        let _ = write!(out, "\n[[copied]]\n{copied}");
    }
    for (side, key) in [(Some(0), "side-a"), (Some(1), "side-b"), (None, "song")] {
        for entry in programme
            .entries
            .iter()
            .filter(|entry| entry.side() == side)
        {
            let mut song = Table::new();
            let mut put = |key: &str, value: Option<Value>| {
                if let Some(value) = value {
                    song.insert(key.to_owned(), value);
                }
            };
            put("file", Some(Value::String(target(entry, folder))));
            put("title", entry.title.as_deref().map(Value::from));
            put("by", entry.artist.as_deref().map(Value::from));
            put("gap", entry.gap_s().map(Value::Float));
            if let Some(span) = entry.span() {
                put("start", Some(Value::Float(span.start_s)));
                put("end", span.end_s.map(Value::Float));
            }
            let _ = write!(
                out,
                "\n[[{key}]]\n{}",
                toml::to_string(&song).unwrap_or_default()
            );
        }
    }
    out
}
