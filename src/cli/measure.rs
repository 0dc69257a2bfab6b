//! `afterdark measure`: a machine and a tape, or any recording, on the bench.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::sound::{self, SoundArgs};
use crate::player::Catalogue;
use afterdark_media::media::Decoder;
use afterdark_tape::Frame;
use afterdark_tape::cassette::Side;
use afterdark_tape::measure::{Bench, Sheet, read_recording, svg};
use afterdark_tape::tape::Setup;

/// Arguments of `measure`.
#[derive(Args, Debug)]
#[command(after_help = sound::PRECEDENCE)]
pub struct MeasureArgs {
    /// Recordings to measure instead: a 3000 or 3150 Hz tone gives the wow and
    /// flutter, any other tone its harmonics, silence the noise, a sweep the response
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
    /// Frames a second
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
    let catalogue = Catalogue::open();
    sound::tell_remarks(&catalogue);
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
            keep(&bench, folder)?;
        }
        sheets.push(sheet);
    }
    if let (Some(path), [sheet]) = (&args.plot, &sheets[..]) {
        fs::write(path, svg(sheet)).with_context(|| format!("cannot write {}", path.display()))?;
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
        let reading =
            read_recording(&frames, f64::from(rate)).with_context(|| path.display().to_string())?;
        if args.json {
            writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&reading)?)?;
        } else {
            writeln!(io::stdout(), "{}: {reading}", path.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Longest recording looked at, s.
const LONGEST_S: u64 = 600;

fn decode(path: &Path) -> Result<(Vec<Frame>, u32)> {
    let mut decoder = Decoder::open(path)?;
    let rate = decoder.info().sample_rate;
    let most = decoder.info().frames.min(LONGEST_S * u64::from(rate)) as usize;
    let mut frames = vec![[0.0; 2]; most];
    let mut read = 0;
    while read < most {
        match decoder.read(&mut frames[read..])? {
            0 => break,
            count => read += count,
        }
    }
    frames.truncate(read);
    if frames.is_empty() {
        bail!("{}: nothing in it", path.display());
    }
    Ok((frames, rate))
}

/// Writes what the instruments saw.
fn keep(bench: &Bench, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let both = [1.0; 2];
    let recordings = [
        ("flutter", bench.flutter_tone(3150.0, 32.5)),
        (
            "noise",
            bench.over_the_tape(&bench.tone(1000.0, -400.0, 8.5, both)),
        ),
        (
            "tone",
            bench.over_the_tape(&bench.tone(400.0, 0.0, 4.5, both)),
        ),
        ("sweep", bench.over_the_tape(&bench.sweep(-20.0, 30.5))),
    ];
    for (name, frames) in recordings {
        let path = folder.join(name).with_extension("wav");
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: bench.rate,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let failed = || format!("cannot write {}", path.display());
        let mut writer = hound::WavWriter::create(&path, spec).with_context(failed)?;
        for sample in frames.as_flattened() {
            writer.write_sample(*sample).with_context(failed)?;
        }
        writer.finalize().with_context(failed)?;
    }
    Ok(())
}
