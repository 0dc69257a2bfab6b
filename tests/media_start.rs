//! What a file is, is decided by what stands at its start: packed data is
//! never taken for PCM because a WAV's header stands further in.

mod media_files;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use afterdark_media::media::Decoder;
use media_files::{Frame, decode_with_ffmpeg, noise, read_all, run, write_wav};
use proptest::prelude::*;

/// What every encoder is given.
const FRAMES: usize = 30_002;

/// An extension, an encoder, what it is told, and whether nothing is lost.
const ENCODERS: [(&str, &str, &[&str], bool); 28] = [
    ("wv", "wavpack", &["-q", "IN", "-o", "OUT"], true),
    ("wv", "wavpack", &["-q", "-hhx", "IN", "-o", "OUT"], true),
    ("wv", "wavpack", &["-q", "-r", "IN", "-o", "OUT"], true),
    (
        "wv",
        "ffmpeg",
        &["-i", "IN", "-c:a", "wavpack", "OUT"],
        true,
    ),
    ("flac", "flac", &["-s", "IN", "-o", "OUT"], true),
    (
        "flac",
        "flac",
        &["-s", "--keep-foreign-metadata", "IN", "-o", "OUT"],
        true,
    ),
    ("oga", "flac", &["-s", "--ogg", "IN", "-o", "OUT"], true),
    ("tta", "ffmpeg", &["-i", "IN", "OUT"], true),
    ("m4a", "ffmpeg", &["-i", "IN", "-c:a", "alac", "OUT"], true),
    (
        "caf",
        "ffmpeg",
        &["-i", "IN", "-c:a", "pcm_s16be", "OUT"],
        true,
    ),
    ("aiff", "ffmpeg", &["-i", "IN", "OUT"], true),
    ("w64", "ffmpeg", &["-i", "IN", "OUT"], true),
    (
        "au",
        "ffmpeg",
        &["-i", "IN", "-c:a", "pcm_s16be", "OUT"],
        true,
    ),
    (
        "wav",
        "ffmpeg",
        &["-i", "IN", "-rf64", "always", "OUT"],
        true,
    ),
    (
        "wav",
        "ffmpeg",
        &["-i", "IN", "-c:a", "pcm_s24le", "OUT"],
        true,
    ),
    (
        "wav",
        "ffmpeg",
        &["-i", "IN", "-c:a", "pcm_f32le", "OUT"],
        true,
    ),
    (
        "wav",
        "ffmpeg",
        &["-i", "IN", "-c:a", "pcm_u8", "OUT"],
        false,
    ),
    ("mka", "ffmpeg", &["-i", "IN", "-c:a", "flac", "OUT"], true),
    (
        "avi",
        "ffmpeg",
        &["-i", "IN", "-c:a", "pcm_s16le", "OUT"],
        true,
    ),
    (
        "avi",
        "ffmpeg",
        &["-i", "IN", "-c:a", "libmp3lame", "-b:a", "320k", "OUT"],
        false,
    ),
    ("mp3", "lame", &["--quiet", "-b", "320", "IN", "OUT"], false),
    ("mp3", "shineenc", &["-q", "-b", "320", "IN", "OUT"], false),
    (
        "mp2",
        "twolame",
        &["--quiet", "-b", "384", "IN", "OUT"],
        false,
    ),
    (
        "ogg",
        "oggenc",
        &["-Q", "-q", "9", "IN", "-o", "OUT"],
        false,
    ),
    (
        "opus",
        "opusenc",
        &["--quiet", "--bitrate", "500", "IN", "OUT"],
        false,
    ),
    (
        "mpc",
        "mpcenc",
        &["--silent", "--quality", "9", "IN", "OUT"],
        false,
    ),
    ("ac3", "ffmpeg", &["-i", "IN", "-b:a", "640k", "OUT"], false),
    (
        "wma",
        "ffmpeg",
        &["-i", "IN", "-c:a", "wmav2", "-b:a", "320k", "OUT"],
        false,
    ),
];

fn original() -> Vec<Frame> {
    noise(FRAMES, 44_100)
}

/// A WAV of noise at full scale.
fn hurting() -> &'static [u8] {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("loud.wav");
        let loud: Vec<Frame> = noise(20_000, 44_100)
            .iter()
            .map(|frame| frame.map(|sample| (sample * 40.0).sin() * 0.999))
            .collect();
        write_wav(&path, &loud, 44_100);
        fs::read(path).unwrap()
    })
}

/// An ID3v2.3 tag with a WAV in it.
fn tag() -> Vec<u8> {
    let content = [b"sound\0", hurting()].concat();
    let size = content.len() as u32 + 10;
    let whole = [size >> 21, size >> 14 & 127, size >> 7 & 127, size & 127].map(|n| n as u8);
    let own = (content.len() as u32).to_be_bytes();
    [b"ID3\x03\0\0", &whole[..], b"PRIV", &own, &[0, 0], &content].concat()
}

fn encode(folder: &Path, n: usize) -> PathBuf {
    let (extension, tool, arguments, _) = ENCODERS[n];
    let wav = folder.join("in.wav");
    write_wav(&wav, &original(), 44_100);
    let out = folder.join(format!("out.{extension}"));
    let arguments = arguments.iter().map(|argument| match *argument {
        "IN" => wav.as_os_str(),
        "OUT" => out.as_os_str(),
        other => other.as_ref(),
    });
    run(Command::new(tool).args(arguments));
    out
}

/// The largest difference to another decoder, where that is least: of Musepack
/// it leaves in the delay.
fn off(ours: &[Frame], theirs: &[Frame]) -> f32 {
    let worst = |delay: usize| {
        let pairs = ours.iter().zip(&theirs[delay..]);
        let errors = pairs.map(|(a, b)| (a[0] - b[0]).abs().max((a[1] - b[1]).abs()));
        errors.fold(0.0, f32::max)
    };
    worst(0).min(worst(481))
}

/// Whatever made it, whatever it is called, and with tags in front.
#[test]
fn files_of_every_encoder_are_what_was_recorded() {
    let truth = original();
    for (n, (extension, tool, _, lossless)) in ENCODERS.iter().enumerate() {
        let rare = ["shineenc", "mpcenc"].contains(tool);
        if rare && Command::new(tool).arg("-h").output().is_err() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let made = encode(folder.path(), n);
        let bytes = fs::read(&made).unwrap();
        let rate = Decoder::open(&made).unwrap().info().sample_rate;
        let theirs = decode_with_ffmpeg(&made, rate);
        let tagged = [tag(), bytes.clone()].concat();
        let own = format!("song.{extension}");
        for (name, bytes) in [
            (own.as_str(), &bytes),
            ("RIFF WAVE.wav", &bytes),
            (own.as_str(), &tagged),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let label = format!("{tool}'s {name}, {} bytes", bytes.len());
            let mut decoder = Decoder::open(&path).unwrap_or_else(|e| panic!("{label}: {e}"));
            let ours = read_all(&mut decoder);
            assert_eq!(ours.len() as u64, decoder.info().frames, "{label}");
            assert_eq!(decoder.silenced(), 0, "{label}");
            if *lossless {
                assert!(ours == truth, "{label}: {} of {FRAMES}", ours.len());
            }
            // Two encoders leave an incomplete frame out.
            assert!(ours.len() + 2_048 > FRAMES, "{label}: {}", ours.len());
            let off = off(&ours, &theirs);
            assert!(off < 1e-4, "{label} is off by {off}");
            let loudest = ours.iter().flatten().fold(0.0f32, |a, b| a.max(b.abs()));
            assert!(loudest < 0.5, "{label} is loud: {loudest}");
        }
    }
}

/// As a disc of DTS is ripped: it says PCM, and would be noise.
#[test]
fn coded_sound_in_a_wav_is_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let [wav, bursts, disc] = ["in.wav", "in.spdif", "disc.wav"].map(|n| folder.path().join(n));
    write_wav(&wav, &noise(96_000, 48_000), 48_000);
    for codec in ["ac3", "dca"] {
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg
            .arg("-i")
            .arg(&wav)
            .args(["-c:a", codec, "-strict", "-2", "-b:a", "640k"]);
        run(ffmpeg.args(["-f", "spdif"]).arg(&bursts));
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg
            .args(["-f", "s16le", "-ar", "48000", "-ac", "2", "-i"])
            .arg(&bursts);
        run(ffmpeg.args(["-c", "copy"]).arg(&disc));
        let mut decoder = Decoder::open(&disc).unwrap();
        assert!(decoder.info().format != "PCM", "{codec}");
        let ours = read_all(&mut decoder);
        let loudest = ours.iter().flatten().fold(0.0f32, |a, b| a.max(b.abs()));
        assert!(
            ours.len() > 90_000 && loudest < 0.5,
            "{codec}: {} {loudest}",
            ours.len()
        );
    }
}

/// Starts of what is no PCM.
const STARTS: &[&[u8]] = &[
    b"wvpk",
    b"MAC \x96\x0f",
    b"MACF",
    b"tBaK",
    b"TTA1",
    b"TTA2",
    b"OFR ",
    b"OSQ ",
    b"MPCK",
    b"MP+\x17",
    b"LA04",
    b"ajkg\x02",
    b"fLaC\0\0\0\x22",
    b"OggS\0\x02",
    b"qoaf",
    b"DSD ",
    b"FRM8",
    b"RIFF\0\0\0\0AVI ",
    b"RIFF\0\0\0\0RMID",
    b"RIFF\0\0\0\0WEBP",
    b"FORM\0\0\0\x008SVX",
    b"#!AMR\n",
    b"\0\0\0\x18ftypM4A ",
    b"\0\0\0\x08wide",
    b"\x1a\x45\xdf\xa3",
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    b".RMF",
    b".ra\xfd",
    b"EA3\x01",
    b"\xff\xf1\x50\x80",
    b"\xff\xfb\x90\x44",
    b"\x56\xe0\x10",
    b"ADIF",
    b"\x0b\x77",
    b"\x7f\xfe\x80\x01",
    b"DTSHDHDR",
    b"\0\0\0\0\xf8\x72\x6f\xba",
    b"\0\0\x01\xba",
    b"MThd",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"\x7fELF",
    b"%PDF-1.4",
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n",
    b"MZ",
    b"<?xml version",
    b"ID3\x04\0\0\0\0\0\x0a0123456789wvpk",
    b"APETAGEX",
    b"nothing that anybody knows",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, max_shrink_iters: 20, ..ProptestConfig::default() })]

    /// Any bytes after any known start, and a WAV among them.
    #[test]
    fn nothing_else_is_taken_for_pcm(
        start in prop::sample::select(STARTS),
        before in prop::collection::vec(any::<u8>(), 0..700),
        after in prop::collection::vec(any::<u8>(), 0..3_000),
        name in prop::sample::select(vec!["a", "a.wav", "a.mp3", "a.sw", "a.al"]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, [start, &before, hurting(), &after].concat()).unwrap();
        if let Ok(mut decoder) = Decoder::open(&path) {
            prop_assert!(decoder.info().format != "PCM", "{:?}", decoder.info());
            let mut out = vec![[0.0; 2]; 4_096];
            while let Ok(came @ 1..) = decoder.read(&mut out) {
                let sane = out[..came].iter().flatten().all(|sample| sample.abs() <= 8.0);
                prop_assert!(sane);
            }
        }
    }

    /// Whatever stands in a float file, what comes is a number and within bounds.
    #[test]
    fn bursts_are_dropouts(
        bursts in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(
            vec![f32::NAN, f32::INFINITY, -f32::INFINITY, 240.0, -8.5, f32::MAX],
        )), 1..5),
        converted in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("float.wav");
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let truth = original();
        let mut samples = truth.as_flattened().to_vec();
        for (at, burst) in bursts {
            samples[at.index(FRAMES * 2)] = burst;
        }
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        for sample in samples {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
        let path = if converted {
            // ffmpeg reads this one.
            let other = path.with_extension("w64");
            run(Command::new("ffmpeg").arg("-i").arg(&path).args(["-c:a", "copy"]).arg(&other));
            other
        } else {
            path
        };
        let mut decoder = Decoder::open(&path).unwrap();
        let ours = read_all(&mut decoder);
        prop_assert_eq!(ours.len(), FRAMES);
        prop_assert!(decoder.silenced() > 0);
        let mut before = [0.0f32; 2];
        for (ours, truth) in ours.iter().zip(&truth) {
            for side in 0..2 {
                // What is there, quieter; and no step that was not there.
                prop_assert!(ours[side].abs() <= 0.5 && (ours[side] - before[side]).abs() < 0.5);
                prop_assert!(truth[side].abs() <= 0.5);
            }
            before = *ours;
        }
    }
}
