//! What the doctor says, as it finds it: for the eye, or as JSON.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde::Serialize;

use super::check::{Finding, clock};
use crate::playlist::Programme;
use crate::text;

/// A report on its way to standard output.
///
/// As JSON it is an object of `title` (text or null), `remarks` (texts),
/// `entries` (one a line, in the order of the list), `blank` (how many of them
/// cannot be played) and `seconds` (length of all that can). An entry has
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
    pub(super) fn begin(&mut self, programme: &Programme) -> io::Result<()> {
        let out = &mut self.out;
        if self.json {
            write!(out, "{{\n  \"title\": ")?;
            serde_json::to_writer(&mut *out, &programme.title)?;
            write!(out, ",\n  \"remarks\": ")?;
            serde_json::to_writer(&mut *out, &programme.remarks)?;
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
        for remark in &programme.remarks {
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
            return serialize(out, finding);
        }
        let width = self.all.to_string().len();
        let length = finding.seconds.map_or_else(|| "blank".to_owned(), clock);
        let by = finding.artist.as_ref();
        let by = by.map(|by| format!("{by} – ")).unwrap_or_default();
        let name = text::brief(&format!("{by}{}", finding.name));
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

    /// The sums.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let out = &mut self.out;
        if self.json {
            let (blank, seconds) = (self.blank, self.seconds);
            writeln!(
                out,
                "\n  ],\n  \"blank\": {blank},\n  \"seconds\": {seconds}\n}}"
            )?;
            return out.flush();
        }
        write!(
            out,
            "{} to play, {}",
            self.all - self.blank,
            clock(self.seconds)
        )?;
        if self.blank > 0 {
            write!(out, "; {} blank", self.blank)?;
        }
        writeln!(out)?;
        out.flush()
    }
}

/// Writes JSON; what cannot be written is an error of the output alone.
pub(super) fn serialize(out: &mut impl Write, what: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(out, what).map_err(io::Error::from)
}
