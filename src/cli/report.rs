//! What the doctor says, as it finds it: for the eye, or as JSON.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde::Serialize;

use super::finding::Finding;
use super::json;
use afterdark_media::playlist::Programme;
use afterdark_media::text;
use afterdark_media::text::clock;
use afterdark_tape::cassette::{Layout, Piece, Side, TapeLayout};

/// A report on its way to standard output.
///
/// As JSON it is an object of `title` (text or null), `remarks` (texts),
/// `entries` (one a line, in the order of the list), `blank` (how many of them
/// cannot be played), `seconds` (length of all that can) and `tapes` (the
/// cassettes it goes on, each with its `length` and two `sides` of `songs`,
/// their number, and `seconds` of tape that they take). An entry has
/// `number`, `name` and `written`, and those of `found`, `how`, `format`,
/// `sample_rate`, `channels`, `bits`, `frames`, `seconds`, `title`, `artist`,
/// `blank` (why it cannot be played) and `problems` (`kind`, `what`, `advice`)
/// that there is something to say of.
pub(super) struct Report {
    out: BufWriter<Stdout>,
    /// Somebody watches, and wants to see each entry at once.
    watched: bool,
    json: bool,
    /// Entries of the list, and of those told of.
    all: usize,
    told: usize,
    pub blank: usize,
    seconds: f64,
}

impl Report {
    pub(super) fn new(programme: &Programme, json: bool) -> Self {
        Self {
            out: BufWriter::new(io::stdout()),
            watched: io::stdout().is_terminal(),
            json,
            all: programme.entries.len(),
            told: 0,
            blank: 0,
            seconds: 0.0,
        }
    }

    /// What is said of the list itself.
    pub(super) fn begin(&mut self, programme: &Programme, remarks: &[String]) -> io::Result<()> {
        let out = &mut self.out;
        if self.json {
            write!(out, "{{\n  \"title\": ")?;
            json::write(out, &programme.title)?;
            write!(out, ",\n  \"remarks\": ")?;
            json::write(out, &remarks)?;
            return write!(out, ",\n  \"entries\": [");
        }
        let bold = if self.watched {
            ("\x1b[1m", "\x1b[0m")
        } else {
            ("", "")
        };
        if let Some(title) = &programme.title {
            writeln!(out, "{}{title}{}", bold.0, bold.1)?;
        }
        for remark in remarks {
            writeln!(out, "      {remark}")?;
        }
        Ok(())
    }

    /// Adds a finding to the sums of the end.
    pub(super) fn count(&mut self, finding: &Finding) {
        self.blank += usize::from(finding.blank.is_some());
        self.seconds += finding.seconds.unwrap_or(0.0);
    }

    /// What is said of an entry.
    pub(super) fn tell(&mut self, finding: &Finding) -> io::Result<()> {
        let out = &mut self.out;
        if self.json {
            let comma = if self.told == 0 { "" } else { "," };
            self.told += 1;
            write!(out, "{comma}\n    ")?;
            return json::write(out, finding);
        }
        let width = self.all.to_string().len();
        let length = finding.seconds.map_or_else(|| "blank".to_owned(), clock);
        let name = text::brief(&finding.shown());
        let format = match (&finding.format, finding.sample_rate) {
            (Some(format), Some(rate)) => format!("  ({format}, {} kHz)", f64::from(rate) / 1e3),
            _ => String::new(),
        };
        let number = finding.number;
        writeln!(out, "{number:>width$}  {length:>8}  {name}{format}")?;
        let mut say = |words: &str| writeln!(out, "{:>width$}            {words}", "");
        if let Some(reason) = &finding.blank {
            say(reason)?;
        }
        if let (Some(how), Some(found)) = (&finding.how, &finding.found) {
            let found = text::brief(&found.to_string_lossy());
            say(&format!("found at {found}: {how}"))?;
        }
        for problem in &finding.problems {
            say(&format!("{}; {}", problem.what, problem.advice))?;
        }
        if self.watched { out.flush() } else { Ok(()) }
    }

    /// The sums, and where all of it goes.
    pub(super) fn end(&mut self, layout: &Layout) -> io::Result<()> {
        let out = &mut self.out;
        let tapes: Vec<Tape> = layout.tapes.iter().map(|t| Tape::of(t, layout)).collect();
        if self.json {
            let (blank, seconds) = (self.blank, self.seconds);
            write!(
                out,
                "\n  ],\n  \"blank\": {blank},\n  \"seconds\": {seconds},\n  \"tapes\": "
            )?;
            json::write(out, &tapes)?;
            writeln!(out, "\n}}")?;
            return out.flush();
        }
        let playing = self.all - self.blank;
        write!(out, "{playing} to play, {}", clock(self.seconds))?;
        if self.blank > 0 {
            write!(out, "; {} blank", self.blank)?;
        }
        writeln!(out)?;
        match &tapes[..] {
            _ if playing == 0 => {}
            [one] => writeln!(out, "On one {}", one.words())?,
            box_of => {
                writeln!(out, "On a box of {} tapes:", box_of.len())?;
                let width = box_of.len().to_string().len();
                for (n, tape) in (1..).zip(box_of) {
                    writeln!(out, "{n:>width$}  {}", tape.words())?;
                }
            }
        }
        out.flush()
    }
}

/// A cassette and what is on it.
#[derive(Serialize)]
struct Tape {
    length: String,
    sides: [OnSide; 2],
}

/// Songs on a side, or parts of them, and seconds of tape that they take, with
/// what is blank among them.
#[derive(Serialize)]
struct OnSide {
    songs: usize,
    seconds: f64,
}

impl Tape {
    fn of(tape: &TapeLayout, layout: &Layout) -> Self {
        let rate = layout.sample_rate;
        let sides = Side::BOTH.map(|side| {
            let pieces = &tape.sides[side.index()];
            let start = pieces.first().map_or(0, |first| first.start);
            let end = pieces.last().map_or(0, Piece::end);
            let frames = end.saturating_sub(start);
            OnSide {
                songs: pieces.iter().filter(|piece| !piece.blank).count(),
                seconds: frames as f64 / f64::from(rate),
            }
        });
        Self {
            length: tape.length.to_string(),
            sides,
        }
    }

    fn words(&self) -> String {
        let [a, b] = Side::BOTH.map(|side| {
            let (name, on) = (side.name(), &self.sides[side.index()]);
            match (on.songs, clock(on.seconds)) {
                _ if on.seconds <= 0.0 => format!("side {name} empty"),
                (1, time) => format!("side {name} 1 song, {time}"),
                (songs, time) => format!("side {name} {songs} songs, {time}"),
            }
        });
        format!("{}: {a}; {b}", self.length)
    }
}
