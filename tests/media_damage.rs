//! Damaged files: they play as far as they can, and nothing worse happens.

mod media_files;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use afterdark_media::media::{Decoder, complaints, cover, lyrics, parts, tags};
use afterdark_media::playlist::gather;
use media_files::{Album, Codec, noise, read_all};
use proptest::prelude::*;

/// A file that takes longer hangs. It should take two seconds at most, but a
/// busy machine needs more to start ffmpeg a few times.
const PATIENCE: Duration = Duration::from_secs(20);

const CODECS: [Codec; 14] = [
    Codec::Flac,
    Codec::Alac,
    Codec::Wav,
    Codec::Aiff,
    Codec::Caf,
    Codec::OggFlac,
    Codec::Mp3,
    Codec::AacMp4,
    Codec::Vorbis,
    Codec::Opus,
    Codec::OpusWebm,
    Codec::VorbisMka,
    Codec::Adts,
    Codec::AdpcmIma,
];

/// One short file of each kind, made once.
fn originals() -> &'static [(Vec<u8>, String)] {
    static MADE: OnceLock<Vec<(Vec<u8>, String)>> = OnceLock::new();
    MADE.get_or_init(|| {
        let noise = noise(30_000, 44_100);
        let make = |codec: &Codec| {
            let album = Album::cut(*codec, &noise, &[]);
            let path = &album.paths[0];
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (fs::read(path).unwrap(), name)
        };
        CODECS.iter().map(make).collect()
    })
}

/// Does all that the program can do with a file.
fn use_file(path: &Path) {
    let start = Instant::now();
    tags(path);
    cover(path);
    lyrics(path);
    parts(path);
    if let Ok(mut decoder) = Decoder::open(path) {
        let frames = decoder.info().frames;
        let mut out = vec![[0.0; 2]; 4_096];
        for goal in [
            0,
            frames / 2,
            frames.saturating_sub(100),
            frames,
            u64::MAX,
            10,
        ] {
            let _ = decoder.seek(goal);
            for _ in 0..20 {
                match decoder.read(&mut out) {
                    Ok(1..) => assert!(out.iter().flatten().all(|sample| !sample.is_nan())),
                    _ => break,
                }
            }
        }
        complaints(path, &mut decoder, false);
    }
    assert!(
        start.elapsed() < PATIENCE,
        "{} took {:?}",
        path.display(),
        start.elapsed()
    );
}

fn damaged(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn files_with_bytes_changed_cut_or_doubled_do_no_harm(
        which in 0..CODECS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
        head_only in any::<bool>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
        doubled in prop::option::of((any::<prop::sample::Index>(), 1usize..5_000)),
    ) {
        let (original, name) = &originals()[which];
        let mut bytes = original.clone();
        let reach = if head_only { bytes.len().min(600) } else { bytes.len() };
        for (at, value) in changes {
            bytes[at.index(reach)] = value;
        }
        if let Some((at, length)) = doubled {
            let at = at.index(bytes.len());
            let piece = bytes[at..bytes.len().min(at + length)].to_vec();
            bytes.splice(at..at, piece);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = tempfile::tempdir().unwrap();
        use_file(&damaged(folder.path(), name, &bytes));
    }

    #[test]
    fn anything_is_a_playlist_and_none_does_harm(
        kind in prop::sample::select(vec!["m3u", "pls", "xspf", "asx", "wpl", "cue", "tape.toml", "txt"]),
        start in prop::sample::select(vec![
            "", "#EXTM3U\n", "[playlist]\nFile1=", "<?xml version='1.0'?><playlist><trackList><track><location>",
            "<asx><entry><ref href=\"", "FILE \"a.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 ", "[[side-a]]\nfile = ",
        ]),
        words in prop::collection::vec(prop_oneof![
            Just(b"\n".to_vec()), Just(b"</track>".to_vec()), Just(b"&#0;&x".to_vec()), Just(b"TRACK 02 AUDIO\nINDEX 01 99:99:99\n".to_vec()),
            Just(b"\xff\xfe\x00".to_vec()), Just(b"File99999999999999999999=x\n".to_vec()), Just(b"file:///%00%ff\n".to_vec()),
            Just(b"C:\\..\\..\\x\n".to_vec()), Just("\u{202e}\u{feff}~/é\n".into()), prop::collection::vec(any::<u8>(), 0..30),
        ], 0..60),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = damaged(folder.path(), &format!("list.{kind}"), &[start.as_bytes(), &words.concat()].concat());
        if let Ok(programme) = gather(&[path]) {
            for entry in &programme.entries {
                let reason = entry.locate().err().map_or_else(String::new, |reason| reason.to_string());
                let shown = [entry.name(), reason, entry.artist.as_deref().unwrap_or_default().to_owned()].concat();
                prop_assert!(!shown.chars().any(|c| c.is_control() || c == '\u{202e}'), "{shown:?}");
            }
        }
    }

    #[test]
    fn noise_is_no_music(bytes in prop::collection::vec(any::<u8>(), 0..5_000)) {
        let folder = tempfile::tempdir().unwrap();
        let path = damaged(folder.path(), "noise.mp3", &bytes);
        use_file(&path);
    }
}

/// A file cut in the middle gives what is there, is as long as that, and tells
/// how long it should have been.
#[test]
fn a_cut_file_plays_to_the_cut() {
    let noise = noise(44_100 * 4, 44_100);
    for codec in [
        Codec::Flac,
        Codec::Wav,
        Codec::Mp3,
        Codec::Vorbis,
        Codec::OggFlac,
        Codec::AacMp4,
    ] {
        let album = Album::cut(codec, &noise, &[]);
        let path = &album.paths[0];
        let mut bytes = fs::read(path).unwrap();
        if codec == Codec::AacMp4 {
            // Its index stands at the end; have it first, so that a cut leaves it.
            let first = path.with_extension("first.m4a");
            let mut ffmpeg = std::process::Command::new("ffmpeg");
            media_files::run(
                ffmpeg
                    .arg("-i")
                    .arg(path)
                    .args(["-c", "copy", "-movflags", "+faststart"])
                    .arg(&first),
            );
            bytes = fs::read(first).unwrap();
        }
        let whole = read_all(&mut Decoder::open(path).unwrap());
        bytes.truncate(bytes.len() * 6 / 10);
        let cut = path.with_extension(format!(
            "cut.{}",
            path.extension().unwrap().to_str().unwrap()
        ));
        fs::write(&cut, bytes).unwrap();
        let mut decoder = Decoder::open(&cut).unwrap();
        let info = decoder.info().clone();
        let ours = read_all(&mut decoder);
        // An AAC's last packet may lie half within the file.
        let off = info.frames as usize - ours.len();
        assert!(
            off <= if codec == Codec::AacMp4 { 2_048 } else { 0 },
            "{codec:?} is {off} longer than it is"
        );
        if !matches!(codec, Codec::Vorbis | Codec::OggFlac) {
            assert_eq!(info.claimed_frames, Some(whole.len() as u64), "{codec:?}");
        }
        let share = ours.len() as f64 / whole.len() as f64;
        assert!((0.45..0.65).contains(&share), "{codec:?} gives {share}");
        // The last packet may be heard in part, so the end is left out.
        let sure = ours.len() - 5_000;
        assert!(
            ours[..sure] == whole[..sure],
            "{codec:?} differs before the cut"
        );
    }
}

/// Whatever the format, the doctor tells of a missing end and of nothing in a
/// whole file; the length is that of what comes.
#[test]
fn a_missing_end_is_told() {
    let noise = noise(44_100 * 5, 44_100);
    for codec in [
        Codec::Vorbis,
        Codec::Opus,
        Codec::OggFlac,
        Codec::Adts,
        Codec::OpusWebm,
        Codec::FlacMka,
        Codec::WavPack,
        Codec::Tta,
        Codec::Ac3,
        Codec::Wma,
        Codec::Wav,
        Codec::Flac,
    ] {
        let album = Album::cut(codec, &noise, &[]);
        let path = &album.paths[0];
        let found = complaints(path, &mut Decoder::open(path).unwrap(), true);
        assert_eq!(found, [], "{codec:?} is whole");
        let whole = read_all(&mut Decoder::open(path).unwrap());
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() * 6 / 10 + 7]).unwrap();
        for thorough in [false, true] {
            let mut decoder = Decoder::open(path).unwrap();
            let found = complaints(path, &mut decoder, thorough);
            let kinds: Vec<_> = found.iter().map(|one| one.kind).collect();
            let told = ["truncated", "damaged"]
                .iter()
                .any(|kind| kinds.contains(kind));
            assert!(told, "{codec:?} is cut, and {found:?} told");
        }
        let mut decoder = Decoder::open(path).unwrap();
        let frames = decoder.info().frames;
        let ours = read_all(&mut decoder);
        assert_eq!(ours.len() as u64, frames, "{codec:?}");
        assert!(
            ours.len() * 10 > whole.len() * 4 && ours.len() * 10 < whole.len() * 7,
            "{codec:?}"
        );
        if codec.is_lossless() {
            let theirs = media_files::decode_with_ffmpeg(path, 44_100);
            let both = ours.len().min(theirs.len());
            assert!(ours.len().abs_diff(theirs.len()) <= 4_608, "{codec:?}");
            assert!(ours[..both] == theirs[..both], "{codec:?}");
        }
    }
}

/// Damage in the middle is told of what ffmpeg decodes, too.
#[test]
fn damage_inside_is_told() {
    let noise = noise(44_100 * 5, 44_100);
    for codec in [
        Codec::WavPack,
        Codec::Tta,
        Codec::Ac3,
        Codec::Wma,
        Codec::Adts,
    ] {
        let album = Album::cut(codec, &noise, &[]);
        let path = &album.paths[0];
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 900].fill(0xaa);
        fs::write(path, bytes).unwrap();
        let found = complaints(path, &mut Decoder::open(path).unwrap(), true);
        assert!(
            found.iter().any(|one| one.kind == "damaged"),
            "{codec:?}: {found:?}"
        );
    }
}

/// A packet destroyed in the middle is silence of its length; what follows is
/// in its place.
#[test]
fn a_damaged_packet_is_a_hole_and_no_shift() {
    let noise = noise(44_100 * 6, 44_100);
    for codec in [Codec::Flac, Codec::Mp3, Codec::AacMp4, Codec::Alac] {
        let album = Album::cut(codec, &noise, &[]);
        let path = &album.paths[0];
        let whole = read_all(&mut Decoder::open(path).unwrap());
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 3_000].fill(0);
        fs::write(path, bytes).unwrap();
        let mut decoder = Decoder::open(path).unwrap();
        let ours = read_all(&mut decoder);
        assert_eq!(ours.len(), whole.len(), "{codec:?} keeps its length");
        let late = whole.len() * 3 / 4;
        assert!(
            ours[late..] == whole[late..],
            "{codec:?} is out of its place after the hole"
        );
        let early = whole.len() / 4;
        assert!(ours[..early] == whole[..early]);
    }
}
