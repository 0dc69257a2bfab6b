//! What is on which side when: for people, as JSON, as a cue sheet.

use serde::Serialize;

use crate::player::model::Card;
use afterdark_media::text::clock;
use afterdark_tape::cassette::Side;
use afterdark_tape::transfer::alignment;

/// All that `record` tells; docs/real-cassettes.md says what the fields mean.
#[derive(Serialize)]
pub(super) struct Told {
    pub(super) title: String,
    pub(super) artist: String,
    pub(super) length: String,
    pub(super) tape: String,
    pub(super) nr: String,
    /// Whether the encoder is only near the real one.
    pub(super) approximate: bool,
    pub(super) eq: Option<&'static str>,
    pub(super) deck_eq: Option<&'static str>,
    pub(super) sample_rate: u32,
    pub(super) bits: &'static str,
    pub(super) reference_dbfs: f64,
    pub(super) peak_db: f64,
    pub(super) gain_db: Option<f64>,
    pub(super) counter: Option<String>,
    pub(super) files: Vec<String>,
    pub(super) sides: Vec<SideList>,
}

/// A side: its file and songs.
#[derive(Serialize)]
pub(super) struct SideList {
    pub(super) tape: usize,
    pub(super) side: &'static str,
    pub(super) file: String,
    pub(super) cue: String,
    pub(super) seconds: f64,
    pub(super) songs: Vec<OnList>,
}

/// A song: seconds from the start of the file, and the counter there.
#[derive(Serialize)]
pub(super) struct OnList {
    number: usize,
    title: String,
    artist: Option<String>,
    start: f64,
    seconds: f64,
    counter: u32,
    /// The second part of a recording that runs on over the turn.
    continued: bool,
}

impl SideList {
    /// `tape` is its number, again where there are several, and the ending of files;
    /// `time` the silence at the start and seconds in all.
    pub(super) fn new(
        card: &Card,
        side: Side,
        (tape, several, ending): (usize, Option<usize>, &str),
        (lead, seconds): (f64, f64),
        counter: impl Fn(f64) -> u32,
    ) -> Self {
        let name = side.name().to_lowercase();
        let base = match several {
            Some(number) => format!("tape-{number}-side-{name}"),
            None => format!("side-{name}"),
        };
        let songs = card.songs.iter().filter(|song| song.side == side);
        let songs = songs.map(|song| {
            let start = song.start_s - card.leader_s + lead;
            OnList {
                number: song.number,
                title: song.title.clone(),
                artist: song.artist.clone(),
                start,
                seconds: song.length_s,
                counter: counter(start),
                continued: song.continued,
            }
        });
        Self {
            tape,
            side: side.name(),
            file: format!("{base}.{ending}"),
            cue: format!("{base}.cue"),
            seconds,
            songs: songs.collect(),
        }
    }

    /// The side's cue sheet.
    pub(super) fn cue_sheet(&self, told: &Told) -> String {
        let quoted = |text: &str| text.replace('"', "'");
        let mut out = String::new();
        if !told.artist.is_empty() {
            out += &format!("PERFORMER \"{}\"\n", quoted(&told.artist));
        }
        let title = format!("{}, side {}", told.title, self.side);
        out += &format!(
            "TITLE \"{}\"\nFILE \"{}\" WAVE\n",
            quoted(&title),
            self.file
        );
        for (i, song) in self.songs.iter().enumerate() {
            out += &format!("  TRACK {:02} AUDIO\n", i + 1);
            out += &format!("    TITLE \"{}\"\n", quoted(&song.title));
            let artist = song.artist.as_ref().unwrap_or(&told.artist);
            if !artist.is_empty() {
                out += &format!("    PERFORMER \"{}\"\n", quoted(artist));
            }
            if i == 0 && song.start > 0.0 {
                out += "    INDEX 00 00:00:00\n";
            }
            // Frames of a compact disc, 75 a second.
            let frames = (song.start * 75.0).round() as u64;
            let (minutes, seconds) = (frames / 75 / 60, frames / 75 % 60);
            out += &format!(
                "    INDEX 01 {minutes:02}:{seconds:02}:{:02}\n",
                frames % 75
            );
        }
        out
    }
}

impl Told {
    /// For people.
    pub(super) fn text(&self) -> String {
        let mut out = self.title.clone();
        if !self.artist.is_empty() {
            out += &format!(" – {}", self.artist);
        }
        out += &format!("\n{}, {}", self.length, self.tape);
        if self.nr != "off" {
            let how = if self.approximate {
                " (approximate)"
            } else {
                ""
            };
            out += &format!(", encoded with {}{how}", self.nr);
        }
        if let (Some(eq), Some(deck)) = (self.eq, self.deck_eq) {
            out += &format!(", for playing at {eq} µs from a deck that records at {deck} µs");
        }
        out += &format!(
            "\n0 dB = 200 nWb/m = {:.0} dBFS; highest peak {:+.1} dB\n",
            self.reference_dbfs, self.peak_db
        );
        let box_of = self.sides.iter().any(|side| side.tape > 1);
        for side in &self.sides {
            out.push('\n');
            if box_of {
                out += &format!("Tape {}, ", side.tape);
            }
            out += &format!(
                "side {}: {}, {}\n",
                side.side,
                side.file,
                exact(side.seconds)
            );
            out += "       at   length  counter\n";
            for song in &side.songs {
                let (start, length) = (exact(song.start), clock(song.seconds));
                let mut title = song.title.clone();
                if let Some(artist) = &song.artist {
                    title += &format!(" – {artist}");
                }
                if song.continued {
                    title += " (continued)";
                }
                out += &format!(
                    "{start:>9}  {length:>7}    {:03}    {title}\n",
                    song.counter
                );
            }
        }
        let whose = match &self.counter {
            Some(name) => format!("Counter of `{name}`, 000 where the file begins."),
            None => "Counter of this program's machine, 000 where the file begins; \
                     two readings (--reading) make it your deck's."
                .to_owned(),
        };
        out += &format!("\n{whose}\n");
        if !self.files.is_empty() {
            out += "\nTones to set the deck by, a second between them, without noise reduction:\n";
            for (seconds, what, _) in alignment() {
                out += &format!("  {seconds:>3} s  {what}\n");
            }
        }
        out
    }
}

/// `m:ss.t`.
fn exact(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}
