//! `afterdark transfer`: a recording of a real cassette to songs.

mod report;
mod tracks;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::ProgressBar;

use self::report::{Told, ToldSong};
use self::tracks::{Track, Tracks};
use super::encode::{Encoder, Format};
use super::{dub, json};
use crate::files::{self, NewFile};
use crate::player::sound::{nr_name, nr_named};
use afterdark_media::media::Decoder;
use afterdark_media::playlist::{self, Entry};
use afterdark_media::text::clean;
use afterdark_tape::Frame;
use afterdark_tape::tape::{Compander, Nr};
use afterdark_tape::transfer::{Channels, Levels, Split};

/// Cuts a recording of a real cassette into songs: FLAC files with tags, a
/// cue sheet of the recording, a tape of them. The recording stays as it is.
#[derive(Args, Debug)]
pub struct TransferArgs {
    /// The recording
    #[arg(value_name = "FILE")]
    pub recording: PathBuf,
    /// The folder to write to; made if it is not there
    #[arg(long, value_name = "FOLDER", required_unless_present = "dry_run")]
    pub to: Option<PathBuf>,
    /// What songs it has, in order: a text of titles (with m:ss where known), a
    /// playlist, a cue sheet, a .tape.toml, or a folder of the same songs
    #[arg(long, value_name = "LIST", conflicts_with = "songs")]
    pub tracks: Option<PathBuf>,
    /// How many songs it has, where there is no list
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=999))]
    pub songs: Option<u16>,
    /// Title of the tape
    #[arg(long)]
    pub title: Option<String>,
    /// Leave constant offset, turned polarity and dead channels as they are
    #[arg(long)]
    pub keep_channels: bool,
    /// Decode noise reduction: b, or c (approximate)
    #[arg(long, value_name = "NR", value_parser = nr, requires = "reference")]
    pub nr: Option<Nr>,
    /// dBFS (peak) of a 200 nWb/m tone in this recording, which decoding goes by
    #[arg(long, value_name = "DBFS", allow_hyphen_values = true, value_parser = reference)]
    pub reference: Option<f64>,
    /// Only tell what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Write what is told as JSON
    #[arg(long)]
    pub json: bool,
    /// Replace existing files, though never the recording
    #[arg(long)]
    pub force: bool,
}

fn nr(text: &str) -> Result<Nr, String> {
    nr_named(text).ok_or_else(|| "it takes off, b or c".to_owned())
}

fn reference(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|db| (-60.0..=0.0).contains(db));
    value.ok_or_else(|| "it takes -60 to 0 dBFS".to_owned())
}

/// Frames read at a time; the result is the same for any number.
const BLOCK: usize = 1 << 16;

/// Runs `transfer`.
///
/// # Errors
/// When the recording cannot be read, has fewer places to cut than the list
/// has songs, or a file cannot be written.
pub fn run(args: &TransferArgs) -> Result<ExitCode> {
    let tracks = match (&args.tracks, args.songs) {
        (Some(list), _) => Some(Tracks::read(list)?),
        (None, Some(count)) => Some(Tracks::count(count.into())),
        (None, None) => None,
    };
    let mut decoder = Decoder::open(&args.recording)?;
    let rate = decoder.info().sample_rate;
    let total = decoder.info().frames;
    let bar = dub::progress_bar(2 * total, rate);
    let levels = listen(&mut decoder, rate, &bar)?;
    let lengths = tracks.as_ref().map(|tracks| {
        let lengths = tracks.tracks.iter().map(|track| track.length);
        lengths.collect::<Vec<_>>()
    });
    let shown = args.recording.display();
    let split = levels
        .split(lengths.as_deref())
        .with_context(|| match &lengths {
            Some(lengths) => format!(
                "{shown}: there are fewer silences in it than {} songs have between them",
                lengths.len()
            ),
            None => format!("{shown}: there is no sound in it"),
        })?;
    let tracks = tracks.unwrap_or_else(|| Tracks::count(split.songs.len()));
    let mut told = told(args, &tracks, &levels, &split);
    if let (Some(folder), false) = (&args.to, args.dry_run) {
        write(folder, args, &tracks, (&mut told, &mut decoder), &bar)?;
    }
    bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    if args.json {
        json::write(&mut out, &told)?;
        std::io::Write::write_all(&mut out, b"\n")?;
    } else {
        std::io::Write::write_all(&mut out, told.text().as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Levels of the whole recording.
fn listen(decoder: &mut Decoder, rate: u32, bar: &ProgressBar) -> Result<Levels> {
    let mut levels = Levels::new(rate);
    let mut block = vec![[0.0; 2]; BLOCK];
    loop {
        let count = decoder.read(&mut block)?;
        if count == 0 {
            return Ok(levels);
        }
        levels.push(&block[..count]);
        bar.inc(count as u64);
    }
}

fn told(args: &TransferArgs, tracks: &Tracks, levels: &Levels, split: &Split) -> Told {
    let title = args.title.clone().or(tracks.programme.title.clone());
    let stem = args
        .recording
        .file_stem()
        .map(|stem| clean(&stem.to_string_lossy()));
    let songs = tracks.tracks.iter().zip(&split.songs).enumerate();
    let width = split.songs.len().to_string().len().max(2);
    let song = |(n, (track, place)): (usize, (&Track, &_))| {
        let title = track
            .title
            .clone()
            .unwrap_or_else(|| format!("Song {}", n + 1));
        ToldSong {
            number: n + 1,
            file: format!("{:0width$} {}.flac", n + 1, as_name(&title)),
            title,
            artist: track
                .artist
                .clone()
                .or_else(|| tracks.programme.artist.clone()),
            side: track.side.map(|side| ["A", "B"][side.min(1)]),
            place: *place,
            wanted: track.length,
        }
    };
    Told {
        title: title.or(stem).unwrap_or_default(),
        recording: args.recording.display().to_string(),
        seconds: levels.seconds(),
        channels: levels.channels(),
        mended: if args.keep_channels {
            Vec::new()
        } else {
            mended(&levels.channels())
        },
        nr: args.nr.map(nr_name),
        approximate: args.nr == Some(Nr::C),
        reference_dbfs: args.reference,
        noise_db: split.noise_db,
        speed_error_percent: split.speed_error_percent,
        speed_uncertain_percent: split.speed_uncertain_percent,
        songs: songs.map(song).collect(),
        files: Vec::new(),
    }
}

/// A title that can be a file's name anywhere.
fn as_name(title: &str) -> String {
    let plain = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c => c,
    };
    let name: String = title.chars().map(plain).take(80).collect();
    name.trim_matches(['.', ' ']).to_owned()
}

/// Least offset worth taking away, share of full scale.
const OFFSET: f64 = 1e-4;

/// What is done to the channels, in words.
fn mended(channels: &Channels) -> Vec<&'static str> {
    let offset = channels.dc.iter().any(|dc| dc.abs() > OFFSET);
    let all = [
        (offset, "constant offset taken away"),
        (channels.turned, "polarity of the right channel turned"),
        (channels.dead[0], "left channel dead: the right one on both"),
        (channels.dead[1], "right channel dead: the left one on both"),
    ];
    all.into_iter()
        .filter_map(|(is, words)| is.then_some(words))
        .collect()
}

/// What the recording goes through on its way to the songs.
struct Chain {
    channels: Option<Channels>,
    decoder: Option<(Compander, f32)>,
}

impl Chain {
    fn new(args: &TransferArgs, channels: Channels, rate: u32) -> Self {
        let decoder = args.nr.zip(args.reference).map(|(nr, reference)| {
            let mut compander = Compander::new(f64::from(rate));
            compander.set(nr);
            (compander, 10f64.powf(-reference / 20.0) as f32)
        });
        Self {
            channels: (!args.keep_channels).then_some(channels),
            decoder,
        }
    }

    fn process(&mut self, frames: &mut [Frame]) {
        if let Some(channels) = &self.channels {
            let dc = channels
                .dc
                .map(|dc| if dc.abs() > OFFSET { dc as f32 } else { 0.0 });
            for frame in frames.iter_mut() {
                let [l, r] = [frame[0] - dc[0], frame[1] - dc[1]];
                *frame = match channels.dead {
                    [true, false] => [r, r],
                    [false, true] => [l, l],
                    _ if channels.turned => [l, -r],
                    _ => [l, r],
                };
            }
        }
        if let Some((compander, unit)) = &mut self.decoder {
            for frame in frames.iter_mut() {
                *frame = frame.map(|x| x * *unit);
            }
            compander.decode(frames);
            for frame in frames.iter_mut() {
                *frame = frame.map(|x| x / *unit);
            }
        }
    }
}

fn write(
    folder: &Path,
    args: &TransferArgs,
    tracks: &Tracks,
    (told, decoder): (&mut Told, &mut Decoder),
    bar: &ProgressBar,
) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let tape = format!("{}.tape.toml", as_name(&told.title));
    let mut names: Vec<String> = told.songs.iter().map(|song| song.file.clone()).collect();
    names.extend([
        tape.clone(),
        "recording.cue".to_owned(),
        "report.txt".to_owned(),
    ]);
    for name in &names {
        let read = [Some(&args.recording), args.tracks.as_ref()];
        files::may_write(&folder.join(name), read.into_iter().flatten(), args.force)?;
    }
    write_songs(folder, args, told, decoder, bar)?;
    let mut programme = tracks.programme.clone();
    programme.title = Some(told.title.clone());
    programme.entries = told
        .songs
        .iter()
        .zip(&tracks.tracks)
        .map(|(song, track)| {
            let mut entry = Entry::from(folder.join(&song.file).as_path());
            entry.title = Some(song.title.as_str().into());
            entry.artist = song.artist.as_deref().map(Into::into);
            entry.particulars_mut().side = track.side;
            entry
        })
        .collect();
    let length = |n: usize| {
        told.songs
            .get(n)
            .map(|song: &ToldSong| song.place.end - song.place.start)
    };
    let text = playlist::write(&programme, playlist::Format::Tape, folder, length);
    files::save(&folder.join(&tape), text.as_bytes(), args.force)?;
    let master = std::path::absolute(&args.recording)?;
    let cue = told.cue_sheet(&master.display().to_string());
    files::save(&folder.join("recording.cue"), cue.as_bytes(), args.force)?;
    told.files = names;
    files::save(
        &folder.join("report.txt"),
        told.text().as_bytes(),
        args.force,
    )?;
    Ok(())
}

fn write_songs(
    folder: &Path,
    args: &TransferArgs,
    told: &Told,
    decoder: &mut Decoder,
    bar: &ProgressBar,
) -> Result<()> {
    let rate = decoder.info().sample_rate;
    decoder.seek(0)?;
    let mut chain = Chain::new(args, told.channels, rate);
    let mut block = vec![[0.0; 2]; BLOCK];
    let frame = |s: f64| (s * f64::from(rate)).round() as u64;
    let (mut at, mut begun) = (0u64, 0);
    let mut open: Option<(NewFile, Encoder)> = None;
    loop {
        let count = decoder.read(&mut block)?;
        if count == 0 {
            break;
        }
        chain.process(&mut block[..count]);
        let end = at + count as u64;
        // A block may hold the end of one song and the start of the next.
        while let Some(song) = told.songs.get(begun) {
            let (from, to) = (frame(song.place.start), frame(song.place.end));
            if from >= end {
                break;
            }
            let path = folder.join(&song.file);
            let cannot = || format!("cannot write {}", path.display());
            if open.is_none() {
                let mut file = NewFile::create(&path, args.force)?;
                let own = file.file().try_clone().with_context(cannot)?;
                let encoder = Encoder::tagged(own, Format::Flac(24), rate, &song.tags(&told.title));
                open = Some((file, encoder.with_context(cannot)?));
            }
            let part = [from.max(at) - at, to.min(end) - at].map(|n| n as usize);
            if let Some((_, encoder)) = &mut open {
                encoder
                    .write(&block[part[0]..part[1]])
                    .with_context(cannot)?;
            }
            if to > end {
                break;
            }
            if let Some((file, encoder)) = open.take() {
                encoder.finish().with_context(cannot)?;
                file.keep()?;
            }
            begun += 1;
        }
        at = end;
        bar.inc(count as u64);
    }
    // Where the last reaches to the very end of the recording, and rounding beyond it.
    if let Some((file, encoder)) = open {
        encoder.finish()?;
        file.keep()?;
    }
    if begun + 1 < told.songs.len() {
        bail!("the recording ended before its last song did");
    }
    Ok(())
}
