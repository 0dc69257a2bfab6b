//! `afterdark record`: a programme made ready for a real deck or a factory,
//! a file a side.

mod counter;
mod list;
mod sides;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use self::counter::{Counter, Reading};
use self::list::{SideList, Told};
use super::encode::Bits;
use super::json;
use super::sound::{LoudnessArg, SoundArgs};
use crate::player::model::Card;
use crate::player::sound::{nr_name, nr_named};
use crate::player::{Catalogue, Dubbing, Plan, Song, TapeBox, card, cut, tape_number};
use afterdark_media::playlist;
use afterdark_tape::cassette::{Length, Side, leader_frames};
use afterdark_tape::tape::{Equalization, Nr, REFERENCE_DBFS, Setup};

/// Makes a programme ready for a real cassette: one file a side, songs equally
/// loud, peaks at what the tape bears, with tones to set the deck by, a list
/// of times and counter readings, cue sheets and the card for the case.
#[derive(Args, Debug)]
#[command(after_help = "Full scale −12 dB (the tones' 0 dB) is 200 nWb/m. \
    Reset the deck's counter behind the leader, where side and counter begin.")]
pub struct RecordArgs {
    /// Files, folders and playlists; `-` reads a playlist from standard input
    #[arg(required_unless_present = "readings", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The folder to write to; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    pub files: Option<PathBuf>,
    /// Only tell what would be written and when each song comes
    #[arg(long)]
    pub dry_run: bool,
    /// Cassette length, such as C60; the shortest that holds everything if omitted
    #[arg(long, value_name = "CNN")]
    pub length: Option<Length>,
    /// The tape in the deck, which says how high peaks go; `help` lists them
    #[arg(long, value_name = "NAME")]
    pub tape: Option<String>,
    /// Encode with noise reduction, for a deck without it: off, b, or c (approximate)
    #[arg(long, value_name = "NR", value_parser = nr)]
    pub nr: Option<Nr>,
    /// Equalization that the tape will be played with, where the deck cannot be set to it
    #[arg(long, value_enum, value_name = "µs", requires = "deck_eq")]
    pub eq: Option<EqArg>,
    /// Equalization that the deck records with
    #[arg(long, value_enum, value_name = "µs", requires = "eq")]
    pub deck_eq: Option<EqArg>,
    /// Highest peak on the tape, dB above 200 nWb/m; if omitted the tape's 3 % level at 400 Hz
    #[arg(long, value_name = "DB", allow_hyphen_values = true, value_parser = peak)]
    pub peak: Option<f64>,
    /// Songs equally loud, each (`track`), by album, or `auto`
    #[arg(long, value_enum, value_name = "HOW", default_value = "auto")]
    pub loudness: LoudnessArg,
    /// Silence at the start of each side
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = seconds)]
    pub lead: f64,
    /// Silence between songs where the list asks for none
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds)]
    pub gap: f64,
    /// Sample rate
    #[arg(long, value_name = "HZ", default_value_t = 44_100, value_parser = clap::value_parser!(u32).range(8_000..=192_000))]
    pub rate: u32,
    /// Bits per sample
    #[arg(long, value_enum, default_value = "16")]
    pub bits: Bits,
    /// Write FLAC instead of WAV
    #[arg(long)]
    pub flac: bool,
    /// The deck whose counter is forecast, by the name its readings were kept under
    #[arg(long, value_name = "NAME")]
    pub counter: Option<String>,
    /// Twice: what that deck's counter shows after so much play from 000, to be
    /// kept under --counter, such as 5:00=112
    #[arg(long = "reading", value_name = "TIME=DIGITS", requires = "counter")]
    pub readings: Vec<Reading>,
    /// Write what is told as JSON
    #[arg(long)]
    pub json: bool,
    /// Replace existing files, though never one that is read
    #[arg(long)]
    pub force: bool,
}

/// An equalization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum EqArg {
    #[value(name = "120")]
    Us120,
    #[value(name = "70")]
    Us70,
}

impl EqArg {
    fn of_tape(self) -> Equalization {
        match self {
            Self::Us120 => Equalization::Us120,
            Self::Us70 => Equalization::Us70,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Us120 => "120",
            Self::Us70 => "70",
        }
    }
}

fn nr(text: &str) -> Result<Nr, String> {
    nr_named(text).ok_or_else(|| "it takes off, b or c".to_owned())
}

fn peak(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|db| (-20.0..=12.0).contains(db));
    value.ok_or_else(|| "it takes -20 to 12 dB".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|s| (0.0..=60.0).contains(s));
    value.ok_or_else(|| "it takes 0 to 60 seconds".to_owned())
}

/// What is recorded, laid out.
struct Job {
    tapes: TapeBox,
    cards: Vec<Card>,
    nr: Nr,
    /// dB re 200 nWb/m.
    peak_db: f64,
    tape_name: String,
    /// Songs that cannot be played.
    left_out: usize,
    /// As it was asked for.
    length: Option<Length>,
}

/// Runs `record`. Exits 1 where a song had to be left out.
///
/// # Errors
/// When an argument cannot be read, nothing can be played, or a file not be
/// written.
pub fn run(args: &RecordArgs) -> Result<ExitCode> {
    let counter = Counter::open(args.counter.as_deref(), &args.readings, args.length)?;
    if args.paths.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let job = Job::new(args)?;
    let mut told = job.told(args, &counter);
    match (&args.files, args.dry_run) {
        (_, true) => {}
        (Some(folder), false) => sides::write(folder, &job, &counter, args, &mut told)?,
        (None, false) => bail!("say --files FOLDER to write the sides, or --dry-run to see them"),
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        json::write(&mut out, &told)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", told.text())?;
    }
    Ok(if job.left_out > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

impl Job {
    fn new(args: &RecordArgs) -> Result<Self> {
        let catalogue = Catalogue::open();
        let mut programme = cut(playlist::gather(&args.paths)?);
        let sound = SoundArgs {
            tape: args.tape.clone(),
            length: args.length,
            ..SoundArgs::default()
        };
        let (mut setup, length) = sound.for_tape(&catalogue, &programme.request)?;
        let asked = programme.request.nr.as_deref().and_then(nr_named);
        setup.encode = args.nr.or(asked).unwrap_or(Nr::Off);
        let number = tape_number(&programme);
        let entries = std::mem::take(&mut programme.entries);
        let all = entries.len();
        let songs: Vec<Song> = entries
            .into_iter()
            .map(|mut entry| {
                if args.gap > 0.0 && entry.gap_s().is_none() {
                    entry.particulars_mut().gap_s = Some(args.gap);
                }
                Song::looked_up(entry)
            })
            .filter(|song| match song.blank() {
                Some(reason) => {
                    eprintln!("afterdark: left out: {}: {reason}", song.title());
                    false
                }
                None => true,
            })
            .collect();
        if songs.is_empty() {
            bail!("there is nothing to record: nothing of it can be played");
        }
        let left_out = all - songs.len();
        let tapes = TapeBox::new(programme, songs, number, args.rate, length);
        let cards = (0..tapes.count()).map(|tape| card::write(&tapes, tape, &setup));
        Ok(Self {
            cards: cards.collect(),
            nr: setup.encode,
            peak_db: args.peak.unwrap_or(setup.tape.mol3_db),
            tape_name: setup.tape.name.clone(),
            tapes,
            left_out,
            length,
        })
    }

    fn told(&self, args: &RecordArgs, counter: &Counter) -> Told {
        let rate = f64::from(args.rate);
        let leader = leader_frames(args.rate);
        let several = self.cards.len() > 1;
        let mut sides = Vec::new();
        for (tape, card) in self.cards.iter().enumerate() {
            let layout = &self.tapes.layout.tapes[tape];
            let ends = Side::BOTH.map(|side| layout.programme_end(side, args.rate) - leader);
            for side in Side::BOTH {
                let frames = ends[side.index()];
                if frames == 0 {
                    continue;
                }
                // A machine that copies both sides at once stops where side A ends.
                let frames = if side == Side::A {
                    ends[0].max(ends[1])
                } else {
                    frames
                };
                let number = several.then_some(tape + 1);
                let ending = if args.flac { "flac" } else { "wav" };
                let at = |t: f64| counter.at(t, layout.length);
                sides.push(SideList::new(
                    card,
                    side,
                    (tape + 1, number, ending),
                    (args.lead, frames as f64 / rate + args.lead),
                    at,
                ));
            }
        }
        Told {
            title: self.cards[0].title.clone(),
            artist: self.cards[0].artist.clone(),
            length: self.cards[0].length.clone(),
            tape: self.tape_name.clone(),
            nr: nr_name(self.nr).to_owned(),
            approximate: self.nr == Nr::C,
            eq: args.eq.map(EqArg::name),
            deck_eq: args.deck_eq.map(EqArg::name),
            sample_rate: args.rate,
            bits: bits_name(args.bits),
            reference_dbfs: REFERENCE_DBFS,
            peak_db: self.peak_db,
            gain_db: None,
            counter: args.counter.clone(),
            files: Vec::new(),
            sides,
        }
    }

    fn dubbing(&self, args: &RecordArgs) -> Dubbing {
        let plan = Plan {
            source: true,
            levelling: args.loudness.into(),
            seed: self.tapes.number,
            ..Plan::default()
        };
        let songs = self.tapes.songs.clone();
        // Of the source nothing is heard of machine and tape.
        Dubbing::new(songs, args.rate, self.length, Setup::default(), plan)
    }
}

fn bits_name(bits: Bits) -> &'static str {
    match bits {
        Bits::Sixteen => "16",
        Bits::TwentyFour => "24",
        Bits::Float => "32f",
    }
}
