//! The machine in MPRIS's words.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use zbus::{ObjectPath, Variant};

use crate::deck::Motion;
use crate::desktop::status::artist;
use crate::player::model::{Card, Loop, View};

/// What stands for no song.
pub(super) const NO_TRACK: &str = "/org/mpris/MediaPlayer2/TrackList/NoTrack";

/// Songs before and behind the one that plays that the list of tracks shows.
const WINDOW: usize = 10;

/// Names and values of one song.
pub(super) type Metadata = HashMap<&'static str, Variant<'static>>;

/// All that a client is told of unasked.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub playback: &'static str,
    pub repeat: &'static str,
    pub rate: f64,
    pub volume: f64,
    pub metadata: Metadata,
    pub tracks: Vec<String>,
    /// What plays, as a path.
    pub track: String,
    /// µs into it.
    pub position: i64,
    pub jumps: u64,
    /// Title, artist and tape, for a note.
    pub song: Option<[String; 3]>,
    pub art: Option<String>,
}

impl Facts {
    /// `before`: what was said of the motion last.
    pub fn of(view: &View, jumps: u64, art: Option<&str>, before: &'static str) -> Self {
        let line = view.current_song();
        Self {
            playback: playback(view, before),
            repeat: repeat(view.repeat),
            rate: view.deck.speed_setting,
            volume: volume(view),
            metadata: metadata(view, line, art),
            tracks: tracks(view),
            track: track(&view.card, line),
            position: position(view),
            jumps,
            song: line.map(|index| {
                let line = &view.card.songs[index];
                let title = line.title.clone();
                [title, artist(view, line), view.card.title.clone()]
            }),
            art: art.map(str::to_owned),
        }
    }
}

/// `before` while the door is open: the tape is on its way.
pub(super) fn playback(view: &View, before: &'static str) -> &'static str {
    match view.deck.motion {
        Motion::Stopped => "Stopped",
        Motion::Paused => "Paused",
        Motion::Open => before,
        _ => "Playing",
    }
}

/// The reels turn.
pub(super) fn turns(view: &View) -> bool {
    !matches!(view.deck.motion, Motion::Stopped | Motion::Paused)
}

pub(super) fn repeat(which: Loop) -> &'static str {
    match which {
        Loop::Off => "None",
        Loop::Song | Loop::Marks => "Track",
        Loop::Side | Loop::Box => "Playlist",
    }
}

pub(super) fn volume(view: &View) -> f64 {
    if view.deck.muted {
        0.0
    } else {
        (f64::from(view.deck.volume) * 100.0).round() / 100.0
    }
}

/// µs into the song before the head.
pub(super) fn position(view: &View) -> i64 {
    view.current_song().map_or(0, |index| {
        let line = &view.card.songs[index];
        microseconds((view.deck.side_s - line.start_s).clamp(0.0, line.length_s))
    })
}

pub(super) fn microseconds(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

/// The path of a line of the card: of this one place on this one tape.
pub(super) fn track(card: &Card, line: Option<usize>) -> String {
    line.map_or_else(
        || NO_TRACK.to_owned(),
        |line| format!("{}{line}", tape(card)),
    )
}

fn tape(card: &Card) -> String {
    format!(
        "/local/afterdark/tape_{:016x}_{}/line_",
        card.seed, card.tape_of.0
    )
}

/// The line of the card that a path stands for; `None` of another tape's.
pub(super) fn line(card: &Card, path: &str) -> Option<usize> {
    let line: usize = path.strip_prefix(&tape(card))?.parse().ok()?;
    (line < card.songs.len()).then_some(line)
}

/// The songs round the one that plays, or that was played last on this side.
pub(super) fn tracks(view: &View) -> Vec<String> {
    let songs = &view.card.songs;
    let deck = &view.deck;
    let here = view.current_song().unwrap_or_else(|| {
        songs
            .iter()
            .position(|line| line.side == deck.side && line.start_s >= deck.side_s)
            .unwrap_or(songs.len())
    });
    let window = here.saturating_sub(WINDOW)..songs.len().min(here + WINDOW + 1);
    window.map(|index| track(&view.card, Some(index))).collect()
}

/// What is known of a line of the card.
pub(super) fn metadata(view: &View, line: Option<usize>, art: Option<&str>) -> Metadata {
    let path = ObjectPath::from_string_unchecked(track(&view.card, line));
    let mut all = Metadata::from([("mpris:trackid", Variant::from(path))]);
    let Some(index) = line else { return all };
    let card = &view.card;
    let song = &card.songs[index];
    let mut text = |name, value: &str| {
        if !value.is_empty() {
            all.insert(name, Variant::from(value.to_owned()));
        }
    };
    text("xesam:title", &song.title);
    text("mpris:artUrl", art.unwrap_or_default());
    let about = view.about.as_ref().filter(|about| about.song == song.song);
    let tags = about.map(|about| &about.tags);
    let clean = |value: Option<&String>| value.map(|value| afterdark_media::text::clean(value));
    let album = clean(tags.and_then(|tags| tags.album.as_ref()));
    text("xesam:album", album.as_ref().unwrap_or(&card.title));
    if let Some(about) = about {
        text("xesam:url", &address(&about.path));
    }
    if let Some(date) = clean(tags.and_then(|tags| tags.date.as_ref())) {
        text("xesam:contentCreated", &moment(&date));
    }
    let mut list = |name, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            all.insert(name, Variant::from(vec![value]));
        }
    };
    list("xesam:artist", Some(artist(view, song)));
    list(
        "xesam:albumArtist",
        clean(tags.and_then(|tags| tags.album_artist.as_ref())),
    );
    list(
        "xesam:genre",
        clean(tags.and_then(|tags| tags.genre.as_ref())),
    );
    list(
        "xesam:composer",
        clean(tags.and_then(|tags| tags.composer.as_ref())),
    );
    let mut number = |name, value: Option<u32>| {
        if let Some(value) = value.and_then(|value| i32::try_from(value).ok()) {
            all.insert(name, Variant::from(value));
        }
    };
    number("xesam:trackNumber", tags.and_then(|tags| tags.track));
    number("xesam:discNumber", tags.and_then(|tags| tags.disc));
    let length = microseconds(song.length_s);
    all.insert("mpris:length", Variant::from(length));
    all
}

/// A date as MPRIS has it: the first day of what is not said.
fn moment(date: &str) -> String {
    let digits = |from: usize, to: usize| {
        let part = date.get(from..to)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(part)
    };
    let Some(year) = digits(0, 4) else {
        return String::new();
    };
    let month = digits(5, 7).unwrap_or("01");
    let day = digits(8, 10).unwrap_or("01");
    format!("{year}-{month}-{day}T00:00:00Z")
}

/// The `file:` address of a path (RFC 8089), escaped.
pub(super) fn address(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut address = String::from("file://");
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}
