//! `afterdark measure`: a machine and a tape, or any recording, on the bench.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::encode::{Bits, Encoder, Format};
use super::sound::{self, SoundArgs};
use crate::files::{self, NewFile};
use crate::player::Catalogue;
use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::measure::{Bench, Section, Sheet, read_sections, svg};
use afterdark_tape::tape::Setup;

/// Arguments of `measure`.
#[derive(Args, Debug)]
#[command(after_help = sound::PRECEDENCE)]
pub struct MeasureArgs {
    /// Recordings to measure instead: a 3000 or 3150 Hz tone gives the wow and
    /// flutter, any other tone its harmonics, silence the noise, a sweep the response;
    /// of several in one recording each is measured
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Every deck with every tape
    #[arg(long, conflicts_with = "files")]
    pub all: bool,
    /// For other programs to read
    #[arg(long)]
    pub json: bool,
    /// Draw response, flutter, noise and distortion
    #[arg(long, value_name = "FILE.svg", conflicts_with_all = ["files", "all"])]
    pub plot: Option<PathBuf>,
    /// Keep what was measured, as WAV files: flutter, noise, tone, sweep
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["files", "all"])]
    pub recordings: Option<PathBuf>,
    /// Let --plot and --recordings replace existing files
    #[arg(long)]
    pub force: bool,
    /// Sample rate
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(44_100..=384_000))]
    pub rate: u32,
    /// Side B, where the head's error of angle has the other sign
    #[arg(long)]
    pub side_b: bool,
    /// What is on the bench.
    #[command(flatten)]
    pub sound: SoundArgs,
}

/// Measures; the exit code is 1 where a published figure is not met.
///
/// # Errors
/// When a file cannot be read, or holds too little to measure.
pub fn run(args: &MeasureArgs) -> Result<ExitCode> {
    if !args.files.is_empty() {
        return measure_files(args);
    }
    if let Some(path) = &args.plot {
        let is_svg = |ending: &std::ffi::OsStr| ending.eq_ignore_ascii_case("svg");
        if !path.extension().is_some_and(is_svg) {
            bail!("{}: name the drawing .svg", path.display());
        }
        files::may_write(path, NOTHING, args.force)?;
    }
    if let Some(folder) = &args.recordings {
        for name in RECORDINGS {
            files::may_write(&recording(folder, name), NOTHING, args.force)?;
        }
    }
    let catalogue = Catalogue::open();
    sound::tell_left_out(&catalogue);
    let chosen = args.sound.over(Setup::default(), &catalogue)?;
    let setups: Vec<Setup> = if args.all {
        catalogue
            .decks
            .iter()
            .flat_map(|deck| {
                catalogue
                    .tapes
                    .iter()
                    .map(|tape| Setup::new(Arc::clone(deck), Arc::clone(tape)))
            })
            .collect()
    } else {
        vec![chosen]
    };
    let mut sheets = Vec::new();
    for setup in setups {
        let mut bench = Bench::new(args.rate, setup);
        bench.side = if args.side_b { Side::B } else { Side::A };
        let sheet = Sheet::measure(&bench)?;
        if !args.json {
            writeln!(io::stdout(), "{sheet}")?;
        }
        if let Some(folder) = &args.recordings {
            keep(&bench, folder, args.force)?;
        }
        sheets.push(sheet);
    }
    if let (Some(path), [sheet]) = (&args.plot, &sheets[..]) {
        files::save(path, svg(sheet).as_bytes(), args.force)?;
    }
    if args.json {
        match &sheets[..] {
            [sheet] => writeln!(io::stdout(), "{}", serde_json::to_string_pretty(sheet)?)?,
            sheets => writeln!(io::stdout(), "{}", serde_json::to_string_pretty(sheets)?)?,
        }
    }
    let passes = sheets.iter().all(Sheet::passes);
    Ok(if passes {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn measure_files(args: &MeasureArgs) -> Result<ExitCode> {
    for path in &args.files {
        let (frames, rate) = decode(path)?;
        let sections =
            read_sections(&frames, f64::from(rate)).with_context(|| path.display().to_string())?;
        match &sections[..] {
            [one] if args.json => {
                writeln!(
                    io::stdout(),
                    "{}",
                    serde_json::to_string_pretty(&one.reading)?
                )?;
            }
            several if args.json => {
                writeln!(io::stdout(), "{}", serde_json::to_string_pretty(several)?)?;
            }
            [one] => writeln!(io::stdout(), "{}: {}", path.display(), one.reading)?,
            several => {
                for Section {
                    start_s,
                    end_s,
                    reading,
                } in several
                {
                    let path = path.display();
                    writeln!(
                        io::stdout(),
                        "{path}, {start_s:.1} to {end_s:.1} s: {reading}"
                    )?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Longest recording looked at, s.
const LONGEST_S: u64 = 600;

fn decode(path: &Path) -> Result<(Vec<Frame>, u32)> {
    let (frames, rate) = super::recording::read(path, LONGEST_S)?;
    if frames.is_empty() {
        bail!("{}: nothing in it", path.display());
    }
    Ok((frames, rate))
}

/// Nothing is read but what is on the bench.
const NOTHING: [&Path; 0] = [];

/// What the instruments saw, by the names of the files.
const RECORDINGS: [&str; 4] = ["flutter", "noise", "tone", "sweep"];

fn recording(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension("wav")
}

/// Writes what the instruments saw.
fn keep(bench: &Bench, folder: &Path, force: bool) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let over = |signal: &[Frame]| bench.over_the_tape(signal);
    let both = [1.0; 2];
    for name in RECORDINGS {
        let frames = match name {
            "flutter" => bench.flutter_tone(3150.0, 32.5),
            "noise" => over(&bench.tone(1000.0, -400.0, 8.5, both)),
            "tone" => over(&bench.tone(400.0, 0.0, 4.5, both)),
            _ => over(&bench.sweep(-20.0, 30.5)),
        };
        let path = recording(folder, name);
        let cannot = || format!("cannot write {}", path.display());
        let mut file = NewFile::create(&path, force)?;
        let own = file.file().try_clone().with_context(cannot)?;
        let mut encoder = Encoder::new(own, Format::Wav(Bits::Float), bench.rate)?;
        encoder.write(&frames).with_context(cannot)?;
        encoder.finish().with_context(cannot)?;
        file.keep()?;
    }
    Ok(())
}
