//! `afterdark clone`: a real deck made into a profile.

mod profile;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use super::{json, recording};
use crate::files;
use afterdark_media::text::clean;
use afterdark_tape::tape::{DeckProfile, Formulation};
use afterdark_tape::transfer::{DeckReading, Fit, FoundTape};

/// Makes profiles of a real deck and its tape from a recording of the test
/// tape (`testtape`), and tells how near the clone comes.
#[derive(Args, Debug)]
pub struct CloneArgs {
    /// What the deck played: a recording of the test tape
    #[arg(value_name = "FILE")]
    pub recording: PathBuf,
    /// What the deck and the tape shall be called
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// IEC type of the tape
    #[arg(long = "type", value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=4))]
    pub iec_type: u8,
    /// Where decks/NAME.toml and tapes/NAME.toml go; the configuration folder if omitted
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Only tell; write no profile
    #[arg(long)]
    pub dry_run: bool,
    /// Write what was read as JSON
    #[arg(long)]
    pub json: bool,
    /// Replace existing profiles
    #[arg(long)]
    pub force: bool,
}

/// As JSON; docs/real-cassettes.md says what the fields mean.
#[derive(Serialize)]
struct Told<'a> {
    name: &'a str,
    reading: &'a DeckReading,
    clone: Option<&'a DeckReading>,
    nearest_deck: &'a str,
    nearest_tape: &'a str,
    files: Vec<String>,
}

/// Longest recording looked at, s.
const LONGEST_S: u64 = 1200;

/// Runs `clone`.
///
/// # Errors
/// When the recording cannot be read or holds no test tape, or a profile
/// cannot be written.
pub fn run(args: &CloneArgs) -> Result<ExitCode> {
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if args.name.is_empty() || !args.name.chars().all(named) {
        bail!("--name takes small letters, digits and hyphens, such as my-deck");
    }
    let folder = match (&args.folder, files::config()) {
        (Some(folder), _) => folder.clone(),
        (None, Some(folder)) => folder,
        (None, None) => bail!("there is no home folder to keep profiles in; say --folder"),
    };
    let paths =
        ["decks", "tapes"].map(|kind| folder.join(kind).join(format!("{}.toml", args.name)));
    if !args.dry_run {
        for path in &paths {
            files::may_write(path, [&args.recording], args.force)?;
        }
    }
    let (frames, rate) = recording::read(&args.recording, LONGEST_S)?;
    let shown = args.recording.display();
    let found = FoundTape::find(&frames, rate).with_context(|| {
        format!("{shown}: the test tape's markers are not in it; record what `afterdark testtape` writes")
    })?;
    let reading = DeckReading::of(&frames, rate, &found).with_context(|| {
        format!("{shown}: the reference tone is missing, and all levels with it")
    })?;
    drop(frames);
    let fit = Fit::of(&reading, args.iec_type);
    let texts = [
        profile::deck(&args.name, &fit, &reading),
        profile::tape(&args.name, &fit, &reading, args.iec_type),
    ];
    // What is written is what is read.
    DeckProfile::from_toml(&texts[0])?;
    Formulation::from_toml(&texts[1])?;
    let mut written = Vec::new();
    if !args.dry_run {
        for (path, text) in paths.iter().zip(&texts) {
            if let Some(folder) = path.parent() {
                let cannot = || format!("cannot make {}", folder.display());
                std::fs::create_dir_all(folder).with_context(cannot)?;
            }
            files::save(path, text.as_bytes(), args.force)?;
            written.push(path.display().to_string());
        }
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        let told = Told {
            name: &args.name,
            reading: &reading,
            clone: fit.clone.as_ref(),
            nearest_deck: &fit.nearest[0],
            nearest_tape: &fit.nearest[1],
            files: written,
        };
        json::write(&mut out, &told)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", table(&reading, &fit))?;
        for path in written {
            writeln!(out, "{}", clean(&path))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What was read, beside what the clone reads.
fn table(reading: &DeckReading, fit: &Fit) -> String {
    type Get = fn(&DeckReading) -> Option<f64>;
    let rows: [(&str, &str, Get); 9] = [
        ("speed error", "%", |r| {
            Some(r.flutter.as_ref()?.speed_error_percent)
        }),
        ("wow and flutter, weighted rms", "%", |r| {
            Some(r.flutter.as_ref()?.readings.wrms)
        }),
        ("noise, A", "dB", |r| Some(r.noise?.a_db)),
        ("third harmonic, 400 Hz, −10 dB", "%", |r| third(r, -10.0)),
        ("third harmonic, 400 Hz, 0 dB", "%", |r| third(r, 0.0)),
        ("third harmonic, 400 Hz, +4 dB", "%", |r| third(r, 4.0)),
        ("separation, 1 kHz, left to right", "dB", |r| {
            Some(r.separation_db?[0])
        }),
        ("right behind left, 10 kHz", "µs", |r| {
            Some(r.azimuth_us?[0])
        }),
        ("balance, right re left", "dB", |r| r.balance_db),
    ];
    let mut out = format!("{:<36}{:>10}{:>10}\n", "", "deck", "clone");
    let number = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{x:.3}"));
    for (name, unit, get) in rows {
        let clone = fit.clone.as_ref().and_then(get);
        let (read, clone) = (number(get(reading)), number(clone));
        out += &format!("{name:<36}{read:>10}{clone:>10}  {unit}\n");
    }
    out += "response at −20 dB re 315 Hz\n";
    let clone = fit.clone.as_ref().map(|clone| &clone.response_20[..]);
    for (n, [hz, db]) in reading.response_20.iter().enumerate().step_by(3) {
        let clone = number(clone.and_then(|clone| Some(clone.get(n)?[1])));
        out += &format!("{:<36}{db:>10.2}{clone:>10}  dB\n", format!("  {hz:.0} Hz"));
    }
    let said = |out: &mut String, words: &str| *out += &format!("{words}\n");
    match reading.polarity {
        [1, 1] => {}
        [0, _] => said(&mut out, "The left channel is dead."),
        [_, 0] => said(&mut out, "The right channel is dead."),
        [a, b] if a != b => said(&mut out, "One channel's polarity is turned round."),
        _ => said(&mut out, "The polarity of both channels is turned round."),
    }
    if reading.swapped {
        said(&mut out, "Left and right are swapped.");
    }
    if let Some([speed, wrms]) = reading.flutter_again {
        out += &format!("at the end: speed error {speed:+.3} %, wow and flutter {wrms:.3} %\n");
    }
    out
}

fn third(reading: &DeckReading, db: f64) -> Option<f64> {
    let step = reading.distortion.iter().find(|step| step[0] == db)?;
    Some(step[2])
}
