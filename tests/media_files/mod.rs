//! Files made by the encoders of the distribution, and other decoders' word
//! on them.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use afterdark_media::media::Decoder;
use tempfile::TempDir;

pub type Frame = [f32; 2];

/// Stereo noise in 16-bit steps whose every 50 ms is unlike any other, so that
/// a lost, doubled or shifted sample shows; quiet enough that no codec clips.
pub fn noise(frames: usize, rate: usize) -> Vec<Frame> {
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut smooth = [0.0f64; 2];
    (0..frames)
        .map(|n| {
            let loud = 0.1 + 0.3 * ((n / (rate / 20)) as f64 * 1.7).sin().abs();
            let mut frame = [0.0; 2];
            for side in 0..2 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let white = (seed >> 11) as f64 / (1u64 << 53) as f64 - 0.5;
                smooth[side] += 0.25 * (white - smooth[side]);
                frame[side] = ((smooth[side] * loud * 32_768.0 * 1.5).round() / 32_768.0) as f32;
            }
            frame
        })
        .collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    Flac,
    Alac,
    Wav,
    Aiff,
    Caf,
    OggFlac,
    Mp3,
    Mp3Vbr,
    AacMp4,
    Vorbis,
    Opus,
    OpusMp4,
    OpusWebm,
    VorbisMka,
    FlacMka,
    Mp3Bare,
    Mp3InWav,
    Mp2,
    Adts,
    AdpcmMs,
    AdpcmIma,
    Wav24,
    WavPack,
    Tta,
    Ac3,
    Wma,
}

impl Codec {
    pub fn is_lossless(self) -> bool {
        use Codec::*;
        matches!(
            self,
            Flac | Alac | Wav | Aiff | Caf | OggFlac | FlacMka | Wav24 | WavPack | Tta
        )
    }

    /// Frames that come of so many at 44.1 kHz, where the format keeps that.
    pub fn length(self, frames: usize) -> Option<u64> {
        use Codec::*;
        match self {
            // Opus is 48 kHz always; opusenc and ffmpeg both round up.
            Opus | OpusMp4 | OpusWebm => Some((frames as u64 * 480).div_ceil(441)),
            Ac3 | Wma | VorbisMka | Mp3Bare | Mp3InWav | Mp2 | Adts | AdpcmMs | AdpcmIma => None,
            _ => Some(frames as u64),
        }
    }

    fn encode(self, wav: &Path) -> PathBuf {
        use Codec::*;
        let (extension, tool, arguments): (_, _, &[&str]) = match self {
            Wav => return wav.to_owned(),
            Flac => ("flac", "flac", &["-s", "-5", "IN", "-o", "OUT"]),
            OggFlac => ("oga", "flac", &["-s", "--ogg", "IN", "-o", "OUT"]),
            Alac => ("m4a", "ffmpeg", &["-i", "IN", "-c:a", "alac", "OUT"]),
            Aiff => ("aiff", "ffmpeg", &["-i", "IN", "OUT"]),
            Caf => ("caf", "ffmpeg", &["-i", "IN", "-c:a", "pcm_s16be", "OUT"]),
            Mp3 => ("mp3", "lame", &["--quiet", "-b", "128", "IN", "OUT"]),
            Mp3Vbr => ("mp3", "lame", &["--quiet", "-V", "2", "IN", "OUT"]),
            AacMp4 => (
                "m4a",
                "ffmpeg",
                &["-i", "IN", "-c:a", "aac", "-aac_pns", "0", "OUT"],
            ),
            Vorbis => ("ogg", "oggenc", &["-Q", "-q", "5", "IN", "-o", "OUT"]),
            Opus => (
                "opus",
                "opusenc",
                &["--quiet", "--bitrate", "128", "IN", "OUT"],
            ),
            OpusMp4 => ("mp4", "ffmpeg", &["-i", "IN", "-c:a", "libopus", "OUT"]),
            OpusWebm => ("webm", "ffmpeg", &["-i", "IN", "-c:a", "libopus", "OUT"]),
            VorbisMka => ("mka", "ffmpeg", &["-i", "IN", "-c:a", "libvorbis", "OUT"]),
            WavPack => ("wv", "ffmpeg", &["-i", "IN", "OUT"]),
            Tta => ("tta", "ffmpeg", &["-i", "IN", "OUT"]),
            Ac3 => ("ac3", "ffmpeg", &["-i", "IN", "OUT"]),
            Wma => ("wma", "ffmpeg", &["-i", "IN", "-c:a", "wmav2", "OUT"]),
            Mp3Bare => ("mp3", "lame", &["--quiet", "-t", "-V", "4", "IN", "OUT"]),
            Mp3InWav => (
                "mp3.wav",
                "ffmpeg",
                &["-i", "IN", "-c:a", "libmp3lame", "OUT"],
            ),
            Mp2 => ("mp2", "ffmpeg", &["-i", "IN", "OUT"]),
            Adts => (
                "aac",
                "ffmpeg",
                &["-i", "IN", "-c:a", "aac", "-aac_pns", "0", "OUT"],
            ),
            AdpcmMs => ("ms.wav", "ffmpeg", &["-i", "IN", "-c:a", "adpcm_ms", "OUT"]),
            AdpcmIma => (
                "ima.wav",
                "ffmpeg",
                &["-i", "IN", "-c:a", "adpcm_ima_wav", "OUT"],
            ),
            Wav24 => (
                "24.wav",
                "ffmpeg",
                &["-i", "IN", "-c:a", "pcm_s24le", "OUT"],
            ),
            FlacMka => ("mka", "ffmpeg", &["-i", "IN", "-c:a", "flac", "OUT"]),
        };
        let out = wav.with_extension(extension);
        let arguments = arguments.iter().map(|argument| match *argument {
            "IN" => wav.as_os_str(),
            "OUT" => out.as_os_str(),
            other => other.as_ref(),
        });
        run(Command::new(tool).args(arguments));
        out
    }
}

/// One recording in several files.
pub struct Album {
    pub parts: Vec<Vec<Frame>>,
    pub paths: Vec<PathBuf>,
    _folder: TempDir,
}

impl Album {
    /// Cuts `frames` (44.1 kHz) at the lengths given and encodes each part.
    pub fn cut(codec: Codec, frames: &[Frame], lengths: &[usize]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut parts = Vec::new();
        let mut rest = frames;
        for &length in lengths {
            let (part, next) = rest.split_at(length);
            parts.push(part.to_vec());
            rest = next;
        }
        parts.push(rest.to_vec());
        let encode = |(n, part): (usize, &Vec<Frame>)| {
            let wav = folder.path().join(format!("{n}.wav"));
            write_wav(&wav, part, 44_100);
            codec.encode(&wav)
        };
        let paths = parts.iter().enumerate().map(encode).collect();
        Self {
            parts,
            paths,
            _folder: folder,
        }
    }
}

/// Writes 16-bit stereo.
pub fn write_wav(path: &Path, frames: &[Frame], rate: u32) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in frames.iter().flatten() {
        writer.write_sample((sample * 32_768.0) as i16).unwrap();
    }
    writer.finalize().unwrap();
}

/// Runs an encoder and fails the test where it is missing or fails.
pub fn run(command: &mut Command) {
    if command.get_program() == "ffmpeg" {
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        *command = Command::new("ffmpeg");
        command
            .args(["-nostdin", "-v", "error", "-y"])
            .args(arguments);
    }
    let program = command.get_program().to_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{program:?} is needed: {error}"));
    assert!(
        output.status.success(),
        "{program:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// ffmpeg's decode, as stereo floats at `rate`.
pub fn decode_with_ffmpeg(path: &Path, rate: u32) -> Vec<Frame> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let opus = |word: &[u8]| word == b"OpusHead" || word.ends_with(b"dOps");
    let opus = bytes.windows(8).any(opus);
    let output = Command::new("ffmpeg")
        // Where the stream is Opus: its inventors' decoder, in floats.
        .args(["-nostdin", "-v", "error", "-request_sample_fmt", "flt"])
        .args(if opus { &["-c:a", "libopus"][..] } else { &[] })
        .arg("-i")
        .arg(path)
        .args(["-f", "f32le", "-ac", "2", "-ar", &rate.to_string(), "-"])
        .output()
        .expect("ffmpeg is needed");
    frames(&output.stdout)
}

/// The reference decoder's decode at 48 kHz, as stereo floats.
pub fn decode_with_opusdec(path: &Path) -> Vec<Frame> {
    let wav = path.with_extension("decoded.wav");
    run(Command::new("opusdec")
        .args(["--quiet", "--float", "--force-stereo", "--rate", "48000"])
        .arg(path)
        .arg(&wav));
    let samples: Vec<f32> = hound::WavReader::open(wav)
        .unwrap()
        .samples()
        .map(Result::unwrap)
        .collect();
    samples.as_chunks().0.to_vec()
}

fn frames(bytes: &[u8]) -> Vec<Frame> {
    let sample = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
    bytes
        .chunks_exact(8)
        .map(|f| [sample(&f[..4]), sample(&f[4..])])
        .collect()
}

/// All that is left, read in uneven pieces.
pub fn read_all(decoder: &mut Decoder) -> Vec<Frame> {
    let mut all = Vec::new();
    let mut piece = vec![[0.0; 2]; 4_099];
    for size in [1, 4_099, 733, 2_048].into_iter().cycle() {
        let came = decoder.read(&mut piece[..size]).unwrap();
        all.extend_from_slice(&piece[..came]);
        if came < size {
            return all;
        }
    }
    unreachable!("the cycle ends by returning")
}
