//! `afterdark testtape`: signals that a deck is measured by.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use super::encode::{Bits, Encoder, Format};
use super::json;
use crate::files::{self, NewFile};
use afterdark_media::text::clock;
use afterdark_tape::tape::REFERENCE_DBFS;
use afterdark_tape::transfer::{Purpose, TestTape};

/// Writes a test tape: record it on a deck, play it back into a file, and
/// `clone` makes a profile of the deck and the tape.
#[derive(Args, Debug)]
pub struct TestTapeArgs {
    /// The file to write, .wav or .flac
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// A minute and a half instead of four: fewer levels, less exact flutter
    #[arg(long)]
    pub short: bool,
    /// Sample rate
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(44_100..=192_000))]
    pub rate: u32,
    /// Bits per sample
    #[arg(long, value_enum, default_value = "24")]
    pub bits: Bits,
    /// Write what is where as JSON
    #[arg(long)]
    pub json: bool,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// As JSON; docs/real-cassettes.md says what the fields mean.
#[derive(Serialize)]
struct Told {
    seconds: f64,
    reference_dbfs: f64,
    sections: Vec<ToldSection>,
}

#[derive(Serialize)]
struct ToldSection {
    purpose: Purpose,
    start: f64,
    seconds: f64,
}

/// Runs `testtape`.
///
/// # Errors
/// When the file cannot be written.
pub fn run(args: &TestTapeArgs) -> Result<ExitCode> {
    let format = Format::of(&args.output, Some(args.bits))?;
    files::may_write(&args.output, std::iter::empty::<&Path>(), args.force)?;
    let tape = TestTape::new(args.short);
    let cannot = || format!("cannot write {}", args.output.display());
    let mut file = NewFile::create(&args.output, args.force)?;
    let own = file.file().try_clone().with_context(cannot)?;
    let mut encoder = Encoder::new(own, format, args.rate).with_context(cannot)?;
    encoder
        .write(&tape.render(args.rate))
        .with_context(cannot)?;
    encoder.finish().with_context(cannot)?;
    file.keep()?;
    let mut out = std::io::stdout().lock();
    if args.json {
        let sections = tape.sections.iter().map(|section| ToldSection {
            purpose: section.purpose,
            start: section.start_s(),
            seconds: section.seconds(),
        });
        let told = Told {
            seconds: tape.seconds(),
            reference_dbfs: REFERENCE_DBFS,
            sections: sections.collect(),
        };
        json::write(&mut out, &told)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", sheet(&tape, &args.output))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// How to record and play it, and what is on it.
fn sheet(tape: &TestTape, output: &Path) -> String {
    let mut out = format!(
        "{}: {} of test tape

To record it
  1. Clean the heads; set the deck to the tape's type; noise reduction off.
  2. Play the file into the line input at full volume, with nothing else sounding and
     no equalizer, enhancer or resampling between.
  3. Set the record level by the first tone, 315 Hz, so that the meter stands at the
     deck's mark for 200 nWb/m (its double-D mark, or 0 dB where it has none), and leave
     it there. Go back to the start of the file.
  4. Record from the end of the leader, and leave the other side blank.
To play it back
  5. Rewind, play it on the deck to be measured, noise reduction off, and record its
     line output to a WAV or FLAC file at 48 kHz, 24 bits. No peak may reach full scale;
     no automatic level.
  6. afterdark clone recording.wav --name mydeck
A deck that only plays is measured with a tape that a good deck has recorded.

",
        output.display(),
        clock(tape.seconds())
    );
    for section in &tape.sections {
        let (at, what) = (clock(section.start_s()), words(section.purpose));
        out += &format!("  {at:>5}  {:>3.0} s  {what}\n", section.seconds());
    }
    out += &format!(
        "\n0 dB is 200 nWb/m and {REFERENCE_DBFS:.0} dBFS; half a second of chirp stands before each.\n"
    );
    out
}

fn words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Reference => "315 Hz at 0 dB: the reference level",
        Purpose::Polarity => "400 and 800 Hz: polarity",
        Purpose::Flutter => "3150 Hz at −10 dB: speed, wow and flutter",
        Purpose::Steps400 => "400 Hz in steps: distortion, 3 % level",
        Purpose::Steps1k => "1 kHz in steps: the same",
        Purpose::Steps10k => "10 kHz in steps: highest output",
        Purpose::Sweep20 => "20 Hz to 20 kHz at −20 dB: response",
        Purpose::Sweep0 => "20 Hz to 20 kHz at 0 dB",
        Purpose::Left => "1 kHz, left alone: separation, channels swapped",
        Purpose::Right => "1 kHz, right alone",
        Purpose::Azimuth => "10 kHz in phase at −20 dB: azimuth",
        Purpose::Multitone => "thirds of an octave at once at −20 dB",
        Purpose::Silence => "silence under bias: noise",
        Purpose::FlutterAgain => "3150 Hz again: what has changed with the reels",
    }
}
