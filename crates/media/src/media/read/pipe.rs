//! Everything else, through `ffmpeg` where it is installed: its decode comes
//! down a pipe, nothing is written to disk, and it ends when we do.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::Frame;
use crate::media::complaint::Complaint;
use crate::media::error::{MediaError, Unplayable};
use crate::media::format::{chunks, mp4, tails};
use crate::media::read::ffmpeg::{PROTOCOLS, Refusal, Running, address, look, name, part};
use crate::media::source::{Heading, Source, Survey};

/// Highest rate taken as it is; faster ones (DSD) come at a quarter or less.
const FASTEST: u32 = 192_000;

/// Frames a block.
const BLOCK: usize = 8_192;

/// Frames that a decoder of Musepack gives before the music: its filter bank's
/// delay, which ffmpeg leaves in.
const MUSEPACK_DELAY: i64 = 481;

/// Containers whose time stamps are exact to the sample, so that a seek can
/// enter them; all others are decoded from the start.
const ENTERED: [&str; 7] = [
    "wv",
    "tta",
    "ape",
    "w64",
    "wav",
    "dsf",
    "mov,mp4,m4a,3gp,3g2,mj2",
];

/// How a place in a file is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    /// By its time; so many frames later than that ffmpeg begins.
    Time { late: i64 },
    /// So, but of AAC every version of ffmpeg leaves out what stands before the
    /// music by a clock of its own; how late it is must be seen first.
    Unmeasured,
    /// Only from the start.
    Start,
}

/// A file decoded by ffmpeg.
pub(crate) struct Pipe {
    path: PathBuf,
    /// As ffmpeg is to take it.
    input: OsString,
    rate: u32,
    mono: bool,
    entry_by: Entry,
    running: Option<Running>,
    /// Where the sound ended, once it has.
    end: Option<i64>,
    /// A place behind the end was asked for.
    ended: bool,
    /// Frames that come before the music.
    delay: i64,
    /// Place of the next frame out of the pipe, and of the first that was.
    at: i64,
    entry: i64,
    bytes: Vec<u8>,
    /// Errors that ffmpeg told of up to the end.
    said: usize,
}

impl Pipe {
    /// These bytes of `path` alone, converted to `rate`.
    pub(crate) fn convert(path: &Path, bytes: &Range<u64>, rate: u32) -> Result<Self, Refusal> {
        let input = part(path, bytes);
        let found = look(&input)?;
        Ok(Self {
            path: path.to_owned(),
            input,
            rate,
            mono: found["streams"][0]["channels"] == 1,
            entry_by: Entry::Start,
            running: None,
            end: None,
            ended: false,
            delay: 0,
            at: 0,
            entry: 0,
            bytes: Vec::new(),
            said: 0,
        })
    }

    /// Looks into `path` by ffprobe.
    pub(crate) fn open(path: &Path) -> Result<(Self, Heading), Refusal> {
        let input = address(path);
        let found = look(&input)?;
        let stream = &found["streams"][0];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let native = number(&stream["sample_rate"]).and_then(|rate| u32::try_from(rate).ok());
        let native = native
            .filter(|rate| (1_000..=50_000_000).contains(rate))
            .ok_or(Refusal::Unknown)?;
        let rate = match native {
            0..=FASTEST => native,
            _ if native % 44_100 == 0 => 88_200,
            _ => 96_000,
        };
        let channels = number(&stream["channels"]).unwrap_or(2).clamp(1, 255) as u16;
        let codec = text(&stream["codec_name"]).unwrap_or_default();
        let container = text(&found["format"]["format_name"]).unwrap_or_default();
        let seconds = text(&stream["duration"]).or_else(|| text(&found["format"]["duration"]));
        let seconds = seconds.and_then(|seconds| seconds.parse::<f64>().ok());
        let seconds = seconds.filter(|seconds| (0.0..1e8).contains(seconds));
        let guess = seconds.map(|seconds| (seconds * f64::from(rate)).round() as u64);
        let whole = number(&stream["duration_ts"]).filter(|_| {
            let exact = ["wavpack", "tta", "ape"].contains(&codec.as_str());
            exact && rate == native && text(&stream["time_base"]) == Some(format!("1/{rate}"))
        });
        let edit = Some(stream).filter(|_| container.starts_with("mov,"));
        let edit = edit.and_then(|stream| edit_of(path, stream, rate));
        let bits = if codec.starts_with("dsd") {
            Some(8)
        } else {
            number(&stream["bits_per_sample"]).filter(|_| codec.starts_with("pcm_"))
        };
        let claimed_frames = std::fs::File::open(path).ok().and_then(|file| {
            let bytes = chunks::sound(&file, 0)?.length?;
            let frames = bytes / (u64::from(channels) * bits? / 8).max(1);
            Some((u128::from(frames) * u128::from(rate) / u128::from(native)) as u64)
        });
        let file = std::fs::File::open(path).ok();
        let present_frames =
            whole.and_then(|whole| Some(tails::frames(file.as_ref()?)?.min(whole)));
        let musepack = file.as_ref().and_then(tails::musepack);
        let musepack = musepack.filter(|_| codec == "musepack8" && rate == native);
        let present_frames = present_frames.or(musepack
            .filter(|(_, whole)| *whole)
            .map(|(frames, _)| frames));
        let whole = whole.or(musepack.map(|(frames, _)| frames));
        let exact = present_frames.or(whole.filter(|_| musepack.is_none()));
        let mut complaints = Vec::new();
        if ["ac3", "eac3"].contains(&container.as_str())
            && file.as_ref().is_some_and(tails::ac3_is_cut)
        {
            complaints.push(Complaint::truncated(
                "it ends in the middle of a frame, so its end is missing",
            ));
        }
        let whole_aac = stream["profile"].as_str();
        let whole_aac = whole_aac.filter(|profile| profile.starts_with("HE-AAC"));
        let heading = Heading {
            format: whole_aac.map_or_else(|| name(&codec), crate::text::clean),
            core_only: false,
            container,
            sample_rate: rate,
            channels,
            bits: number(&stream["bits_per_raw_sample"])
                .and_then(|bits| u32::try_from(bits).ok())
                .filter(|bits| *bits > 0),
            frames: exact
                .or(edit.map(|edit| edit.frames))
                .filter(|frames| *frames > 0),
            guess: present_frames.or(whole).or(guess),
            claimed_frames: whole
                .or(edit.map(|edit| edit.claimed_frames))
                .or(claimed_frames),
            complaints,
        };
        let pipe = Self {
            path: path.to_owned(),
            input,
            rate,
            mono: channels == 1,
            entry_by: match ENTERED.contains(&heading.container.as_str()) && rate == native {
                true if codec == "aac" => Entry::Unmeasured,
                true => Entry::Time { late: 0 },
                false => Entry::Start,
            },
            end: None,
            ended: false,
            running: None,
            delay: musepack.map_or(0, |_| MUSEPACK_DELAY),
            at: 0,
            entry: 0,
            bytes: Vec::new(),
            said: 0,
        };
        Ok((pipe, heading))
    }

    /// How late ffmpeg is where it is to enter the file, told by what comes.
    fn measure(&mut self) -> Result<Option<i64>, MediaError> {
        let second = u64::from(self.rate);
        let mut block = Vec::new();
        let [whole, part] =
            [(0, 3 * second), (3 * second / 2, second / 2)].map(|(from, length)| {
                let mut frames = Vec::new();
                self.start(from)?;
                while frames.len() < length as usize && self.next(&mut block)?.is_some() {
                    frames.extend_from_slice(&block);
                }
                Ok(frames)
            });
        Ok(lateness(&whole?, &part?, 3 * self.rate as usize / 2))
    }

    /// Starts a decode from frame `from`.
    fn start(&mut self, from: u64) -> Result<(), MediaError> {
        self.running = None;
        self.at = from as i64 - self.delay;
        self.entry = self.at;
        self.ended = false;
        let mut command = Command::new("ffmpeg");
        command.args([
            "-nostdin",
            "-v",
            "error",
            "-err_detect",
            "crccheck",
            "-protocol_whitelist",
            PROTOCOLS,
        ]);
        if from > 0 {
            // Whole microseconds are enough to name a frame up to 192 kHz.
            let late = match self.entry_by {
                Entry::Time { late } => late,
                Entry::Unmeasured | Entry::Start => 0,
            };
            let seconds = (from as i64 - late).max(0) as f64 / f64::from(self.rate);
            command.args(["-ss", &format!("{seconds:.6}")]);
        }
        command
            .arg("-i")
            .arg(&self.input)
            .args(["-map", "0:a:0", "-f", "f32le"]);
        command.args(["-ac", if self.mono { "1" } else { "2" }]);
        command.args(["-ar", &self.rate.to_string(), "-"]);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let failed = |error: io::Error| Unplayable::FfmpegFailed(error.to_string()).of(&self.path);
        let mut child = child.map_err(failed)?;
        let out = child
            .stdout
            .take()
            .ok_or_else(|| failed(ErrorKind::BrokenPipe.into()))?;
        let errors = child.stderr.take();
        let errors = errors.ok_or_else(|| failed(ErrorKind::BrokenPipe.into()))?;
        // Unread, a full pipe would stop ffmpeg. The thread ends with it.
        let listener = thread::Builder::new().name("ffmpeg's errors".into());
        let listener = listener.spawn(move || {
            let lines = BufReader::new(errors).split(b'\n').map_while(Result::ok);
            // What its writer has to say is not about the file.
            lines.filter(|line| !line.starts_with(b"[f32le")).count()
        });
        self.said = 0;
        self.running = Some(Running {
            child,
            out,
            listener: listener.ok(),
        });
        Ok(())
    }
}

impl Source for Pipe {
    fn next(&mut self, out: &mut Vec<Frame>) -> Result<Option<i64>, MediaError> {
        if self.ended {
            out.clear();
            return Ok(None);
        }
        if self.running.is_none() {
            self.start(0)?;
        }
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        let width = if self.mono { 4 } else { 8 };
        self.bytes.clear();
        let read = (&mut running.out)
            .take((BLOCK * width) as u64)
            .read_to_end(&mut self.bytes);
        out.clear();
        let sample = |bytes: &[u8; 4]| f32::from_le_bytes(*bytes);
        let samples = self.bytes.as_chunks::<4>().0;
        if self.mono {
            out.extend(samples.iter().map(|bytes| [sample(bytes); 2]));
        } else {
            out.extend(
                samples
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|pair| pair.each_ref().map(sample)),
            );
        }
        if read.is_err() || out.is_empty() {
            // A decode entered behind the end tells nothing of where that is.
            if self.at > self.entry {
                self.end = Some(self.at);
            }
            // It has closed its output, so it is about to end.
            if let Some(listener) = running.listener.take() {
                self.said = listener.join().unwrap_or(0);
            }
            return Ok(None);
        }
        let at = self.at;
        self.at += out.len() as i64;
        Ok(Some(at))
    }

    fn seek(&mut self, frame: u64) -> Result<(), MediaError> {
        if self.end.is_some_and(|end| frame as i64 >= end) {
            // Nothing is there, and looking for it again costs a whole decode.
            self.ended = true;
            return Ok(());
        }
        let wanted = frame.saturating_sub(self.lead() as u64);
        if wanted > 0 && self.entry_by == Entry::Unmeasured {
            self.entry_by = match self.measure()? {
                Some(late) => Entry::Time { late },
                None => Entry::Start,
            };
        }
        self.start(match self.entry_by {
            Entry::Time { .. } => wanted,
            Entry::Unmeasured | Entry::Start => 0,
        })
    }

    /// A second, which is more than any codec remembers.
    fn lead(&self) -> i64 {
        i64::from(self.rate)
    }

    fn survey(&mut self) -> Result<Survey, MediaError> {
        let mut frames = 0;
        let mut block = Vec::new();
        self.start(0)?;
        while let Some(at) = self.next(&mut block)? {
            frames = u64::try_from(at + block.len() as i64).unwrap_or(0);
        }
        self.running = None;
        Ok(Survey {
            frames,
            marks: [].into(),
            complaints: self.complaints(),
        })
    }

    fn apply(&mut self, _: &Survey) {}

    fn complaints(&self) -> Vec<Complaint> {
        let damaged = (self.said > 0).then(|| Complaint {
            kind: "damaged",
            what: format!(
                "ffmpeg, which decodes it, met damage in it ({} messages)",
                self.said
            ),
            advice: "copy or download it again".to_owned(),
        });
        damaged.into_iter().collect()
    }
}

/// Frames by which `part` begins later in `whole` than `expected`, where what
/// is in it leaves no doubt.
fn lateness(whole: &[Frame], part: &[Frame], expected: usize) -> Option<i64> {
    /// Frames after which a decoder entered anywhere is in step.
    const SETTLED: usize = 10_240;
    const PROBE: usize = 1_024;
    const FARTHEST: usize = 8_192;
    let probe = part.get(SETTLED..SETTLED + PROBE)?;
    let first = (expected + SETTLED).checked_sub(FARTHEST)?;
    let whole = whole.get(first..first + 2 * FARTHEST + PROBE)?;
    let off: Vec<f32> = whole
        .windows(PROBE)
        .map(|window| {
            let pairs = window.iter().zip(probe);
            pairs
                .map(|(a, b)| (a[0] - b[0]).abs() + (a[1] - b[1]).abs())
                .sum()
        })
        .collect();
    let (best, least) = (0..).zip(&off).min_by(|a, b| a.1.total_cmp(b.1))?;
    // A tone fits in many places, silence in all.
    let others = (0usize..).zip(&off).filter(|(at, _)| at.abs_diff(best) > 8);
    let next = others.map(|(_, off)| *off).fold(f32::MAX, f32::min);
    (next > 0.1 && next > 8.0 * least).then_some(best as i64 - FARTHEST as i64)
}

/// The edit of this stream of an MP4.
fn edit_of(path: &Path, stream: &Value, rate: u32) -> Option<mp4::Edit> {
    let id = stream["id"].as_str()?.strip_prefix("0x")?;
    let id = u32::from_str_radix(id, 16).ok()?;
    mp4::timing(&std::fs::File::open(path).ok()?, 0, id, rate)?.edit
}
