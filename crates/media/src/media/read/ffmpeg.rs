//! ffmpeg and ffprobe as processes: what they are asked, and what they say.

use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longest that looking into a file may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What ffmpeg may open: nothing that a file names on the net.
pub(crate) const PROTOCOLS: &str = "file,pipe,subfile";

/// Containers that are none, by ffmpeg's names of them.
const RAW: [&str; 30] = [
    "alaw", "mulaw", "vidc", "sln", "s8", "u8", "s16be", "s16le", "u16be", "u16le", "s24be",
    "s24le", "u24be", "u24le", "s32be", "s32le", "u32be", "u32le", "f32be", "f32le", "f64be",
    "f64le", "s64be", "s64le", "g722", "g726", "g726le", "g723_1", "g729", "data",
];

/// A running ffmpeg, which does not outlive this.
pub(crate) struct Running {
    pub child: Child,
    pub out: ChildStdout,
    /// Counts the errors that it tells of.
    pub listener: Option<JoinHandle<usize>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; either way it must be waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Why ffmpeg does not help.
pub(crate) enum Refusal {
    /// It is not installed.
    Missing,
    /// It finds no sound either.
    Unknown,
}

/// A path as ffmpeg takes it for a file whatever it is called.
pub(crate) fn address(path: &Path) -> OsString {
    let mut address = OsString::from("file:");
    address.push(path);
    address
}

/// These bytes of a file, likewise.
pub(crate) fn part(path: &Path, bytes: &Range<u64>) -> OsString {
    let address = format!("subfile,,start,{},end,{},,:file:", bytes.start, bytes.end);
    let mut address = OsString::from(address);
    address.push(path);
    address
}

/// What ffprobe tells of a file's first sound.
pub(crate) fn look(input: &OsString) -> Result<Value, Refusal> {
    let entries = "stream=id,codec_name,profile,sample_rate,channels,bits_per_raw_sample,duration,\
                   duration_ts,time_base,bits_per_sample:format=format_name,duration";
    let child = Command::new("ffprobe")
        .args([
            "-v",
            "quiet",
            "-protocol_whitelist",
            PROTOCOLS,
            "-select_streams",
            "a:0",
        ])
        .args(["-show_entries", entries, "-of", "json"])
        .arg(input)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Refusal::Missing),
        Err(_) => return Err(Refusal::Unknown),
    };
    let out = child.stdout.take().ok_or(Refusal::Unknown)?;
    let mut running = Running {
        child,
        out,
        listener: None,
    };
    // What it writes is far less than a pipe holds, so it need not be read yet.
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match running.child.try_wait() {
            Ok(Some(_)) => {
                let mut text = String::new();
                let read = (&mut running.out).take(1 << 16).read_to_string(&mut text);
                read.map_err(|_| Refusal::Unknown)?;
                let found: Value = serde_json::from_str(&text).map_err(|_| Refusal::Unknown)?;
                let sound = found["streams"]
                    .as_array()
                    .is_some_and(|streams| !streams.is_empty());
                // By nothing but its extension is any file raw PCM.
                let container = found["format"]["format_name"].as_str();
                let raw = container.is_some_and(|name| RAW.contains(&name));
                return if sound && !raw {
                    Ok(found)
                } else {
                    Err(Refusal::Unknown)
                };
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(2)),
            Err(_) => break,
        }
    }
    Err(Refusal::Unknown)
}

/// ffmpeg's name of a codec as people write it.
pub(crate) fn name(codec: &str) -> String {
    let known = match codec {
        "aac" => "AAC",
        "flac" => "FLAC",
        "vorbis" => "Vorbis",
        "wavpack" => "WavPack",
        "ape" => "Monkey's Audio",
        "musepack7" | "musepack8" => "Musepack",
        "wmav1" | "wmav2" | "wmapro" | "wmalossless" | "wmavoice" => "WMA",
        "tta" => "TTA",
        "tak" => "TAK",
        "ac3" => "AC-3",
        "eac3" => "E-AC-3",
        "dts" => "DTS",
        "mp3" => "MP3",
        "mp2" => "MP2",
        "alac" => "ALAC",
        "opus" => "Opus",
        "speex" => "Speex",
        "shorten" => "Shorten",
        other if other.starts_with("dsd") => "DSD",
        other if other.starts_with("pcm_") => "PCM",
        other if other.starts_with("adpcm_") => "ADPCM",
        other => return crate::text::clean(other),
    };
    known.to_owned()
}
