//! MPEG audio of every kind, against other people's decoders.

mod media_files;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use afterdark_media::media::Decoder;
use media_files::{Album, Codec, Frame, decode_with_ffmpeg, noise, read_all, run, write_wav};

/// The ISO accuracy of a decoder is half of the last of 15 bits, by the worst sample.
const ISO: f32 = 1.0 / 16_384.0;

fn worst(a: &[Frame], b: &[Frame]) -> f32 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// A second and a half of noise through an encoder that is told to write `name`.
fn encode(folder: &Path, tool: &str, arguments: &[&str], name: &str) -> PathBuf {
    let wav = folder.join("in.wav");
    write_wav(&wav, &noise(66_000, 44_100), 44_100);
    let out = folder.join(name);
    let mut command = Command::new(tool);
    if tool == "ffmpeg" {
        command.arg("-i").arg(&wav).args(arguments).arg(&out);
    } else {
        command.args(arguments).arg(&wav).arg(&out);
    }
    run(&mut command);
    out
}

/// It is as another decoder hears it, whole and from any place.
fn is_heard_right(path: &Path) {
    let mut decoder = Decoder::open(path).unwrap();
    let ours = read_all(&mut decoder);
    let mut theirs = decode_with_ffmpeg(path, decoder.info().sample_rate);
    if decoder.info().channels == 1 {
        // ffmpeg gives one channel to two 3 dB down each.
        for sample in theirs.iter_mut().flatten() {
            *sample *= std::f32::consts::SQRT_2;
        }
    }
    let label = path.display();
    assert_eq!(ours.len(), theirs.len(), "{label}");
    assert_eq!(decoder.silenced(), 0, "{label}");
    let off = worst(&ours, &theirs);
    assert!(off < ISO, "{label} is off by {off}");
    for goal in [ours.len() - 900, ours.len() / 2, 1_153, 0, ours.len() / 3] {
        decoder.seek(goal as u64).unwrap();
        let mut out = vec![[0.0; 2]; 800];
        assert_eq!(decoder.read(&mut out).unwrap(), 800, "{label} from {goal}");
        assert!(out == ours[goal..goal + 800], "{label} from {goal}");
    }
}

/// No encoder makes mixed blocks, so this was put together bit by bit: joint
/// stereo whose channels go through long, short and mixed blocks each for
/// itself, the second granule sharing scale factors of the first.
#[test]
fn mixed_blocks_and_channels_of_unlike_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.mp3");
    fs::write(&path, include_bytes!("media_files/mixed.mp3")).unwrap();
    is_heard_right(&path);
}

#[test]
fn every_layer_version_and_rate() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&str, &[&str], &str); 8] = [
        (
            "lame",
            &["--quiet", "-d", "-m", "j", "-b", "160"],
            "unlike.mp3",
        ),
        (
            "lame",
            &["--quiet", "-V", "4", "--resample", "22.05"],
            "2.mp3",
        ),
        (
            "lame",
            &["--quiet", "-b", "32", "--resample", "11.025"],
            "25.mp3",
        ),
        ("lame", &["--quiet", "-m", "m", "-b", "48"], "mono.mp3"),
        ("twolame", &["--quiet", "-b", "192"], "a.mp2"),
        ("twolame", &["--quiet", "-m", "j", "-b", "96"], "joint.mp2"),
        ("ffmpeg", &["-ar", "24000", "-b:a", "56k"], "low.mp2"),
        (
            "ffmpeg",
            &["-ac", "1", "-ar", "16000", "-b:a", "32k"],
            "lowest.mp2",
        ),
    ];
    for (tool, arguments, name) in cases {
        is_heard_right(&encode(folder.path(), tool, arguments, name));
    }
}

/// Frames of a bit rate that is in no table: ffmpeg refuses them, so a stream
/// of the same sound, coded at the nearest rate that is, is the truth.
#[test]
fn free_format_plays() {
    let folder = tempfile::tempdir().unwrap();
    let album = noise(66_000, 44_100);
    for (tool, free, usual, name, bound) in [
        (
            "lame",
            ["--freeformat", "-b", "400"],
            ["-b", "320"],
            "f.mp3",
            0.05,
        ),
        (
            "twolame",
            ["--freeformat", "-b", "390"],
            ["-b", "384"],
            "f.mp2",
            0.05,
        ),
    ] {
        let free = [&["--quiet"], &free[..]].concat();
        let usual = [&["--quiet"], &usual[..]].concat();
        let usual = encode(folder.path(), tool, &usual, &format!("usual.{name}"));
        let path = encode(folder.path(), tool, &free, name);
        let ours = read_all(&mut Decoder::open(&path).unwrap());
        let theirs = read_all(&mut Decoder::open(&usual).unwrap());
        assert_eq!(ours.len(), theirs.len(), "{name}");
        let off = worst(&ours, &theirs);
        assert!(off < bound && worst(&ours, &album) > 0.0, "{name}: {off}");
        let mut decoder = Decoder::open(&path).unwrap();
        for goal in [50_000, 20_001, 0, 60_000] {
            decoder.seek(goal as u64).unwrap();
            let mut out = vec![[0.0; 2]; 3_000];
            assert_eq!(decoder.read(&mut out).unwrap(), 3_000, "{name}");
            assert!(out == ours[goal..goal + 3_000], "{name} from {goal}");
        }
        assert_eq!(decoder.silenced(), 0, "{name}");
    }
}

/// A header that tells of ten times as many frames as the file can hold.
#[test]
fn a_count_of_frames_that_cannot_be_is_not_believed() {
    for bitrate in ["64", "128", "320"] {
        let folder = tempfile::tempdir().unwrap();
        let path = encode(folder.path(), "lame", &["--quiet", "-b", bitrate], "a.mp3");
        let good = fs::read(&path).unwrap();
        let truth = read_all(&mut Decoder::open(&path).unwrap());
        let tag = good.windows(4).position(|word| word == b"Info").unwrap();
        let frames = u32::from_be_bytes(good[tag + 8..tag + 12].try_into().unwrap());
        for name in [b"Info", b"Xing"] {
            let mut bytes = good.clone();
            bytes[tag..tag + 4].copy_from_slice(name);
            bytes[tag + 8..tag + 12].copy_from_slice(&(frames * 10).to_be_bytes());
            fs::write(&path, bytes).unwrap();
            let mut decoder = Decoder::open(&path).unwrap();
            assert_eq!(decoder.info().frames, truth.len() as u64, "{bitrate}");
            assert_eq!(read_all(&mut decoder), truth, "{bitrate}");
        }
    }
}

/// So short that no chain of frames follows its header, and words in front.
#[test]
fn a_header_behind_tags_is_found_however_short_the_music() {
    let album = Album::cut(Codec::Mp3, &noise(700, 44_100), &[]);
    let path = &album.paths[0];
    let music = fs::read(path).unwrap();
    let truth = read_all(&mut Decoder::open(path).unwrap());
    assert_eq!(truth.len(), 700);
    let ape = |flags: u32| {
        let item = [&[4u8, 0, 0, 0, 0, 0, 0, 0][..], b"Title\0Song"].concat();
        let part = |flags: u32| {
            let size = (item.len() as u32 + 32).to_le_bytes();
            let flags = flags.to_le_bytes();
            [
                b"APETAGEX\xd0\x07\0\0",
                &size[..],
                &[1, 0, 0, 0],
                &flags,
                &[0; 8],
            ]
            .concat()
        };
        [part(flags | 0x2000_0000), item.clone(), part(flags)].concat()
    };
    let lyrics = b"LYRICSBEGININD0000200EAL00005AlbumLYR00006la la 000038LYRICS200";
    for before in [
        ape(0x8000_0000),
        lyrics.to_vec(),
        [ape(0x8000_0000), lyrics.to_vec()].concat(),
    ] {
        for after in [&[][..], lyrics] {
            let after = [&ape(0x8000_0000), after].concat();
            fs::write(path, [&before[..], &music, &after].concat()).unwrap();
            let ours = read_all(&mut Decoder::open(path).unwrap());
            assert!(ours == truth, "{} of {}", ours.len(), truth.len());
            // A cut one ends with its last whole frame.
            let cut = &music[..music.len() - 100];
            fs::write(path, [&before[..], cut, &after].concat()).unwrap();
            let mut decoder = Decoder::open(path).unwrap();
            let ours = read_all(&mut decoder);
            assert!(ours.len() < truth.len() && decoder.silenced() == 0);
            assert!(ours == truth[..ours.len()]);
        }
    }
}

/// The ISO's own vector for short blocks that share scale factors.
#[test]
fn the_iso_vector_is_within_the_iso_accuracy() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases");
    let Ok(reference) = fs::read(cases.join("si_block.s16le")) else {
        return;
    };
    let ours = read_all(&mut Decoder::open(&cases.join("si_block.mp3")).unwrap());
    let reference = reference.as_chunks::<2>().0.iter();
    let reference: Vec<f32> = reference
        .map(|bytes| f32::from(i16::from_le_bytes(*bytes)) / 32_768.0)
        .collect();
    assert!(ours.len() >= reference.len());
    let pairs = ours.iter().zip(&reference);
    let off = pairs
        .map(|(ours, truth)| (ours[0] - truth).abs())
        .fold(0.0, f32::max);
    assert!(off < ISO, "{off}");
}

/// What follows a hole is what was there, and where it was: nothing of it is
/// put together from bits before the hole.
#[test]
fn nothing_is_made_up_behind_a_hole() {
    let album = Album::cut(Codec::Mp3, &noise(44_100 * 6, 44_100), &[]);
    let path = &album.paths[0];
    let whole = read_all(&mut Decoder::open(path).unwrap());
    let good = fs::read(path).unwrap();
    for at in 1..9 {
        let mut bytes = good.clone();
        let hole = bytes.len() * at / 10 + at * 37;
        bytes[hole..hole + 3_000].fill(0);
        fs::write(path, bytes).unwrap();
        let ours = read_all(&mut Decoder::open(path).unwrap());
        assert_eq!(ours.len(), whole.len());
        let differ = |(ours, whole): &(&Frame, &Frame)| ours != whole && ours[0].abs() > 0.02;
        let made_up = ours.iter().zip(&whole).filter(differ).count();
        assert!(made_up < 1_000, "{made_up} samples at {hole}");
    }
}
