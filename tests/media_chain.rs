//! Several recordings one after the other in one file.

mod media_files;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use afterdark_media::media::{Decoder, complaints, parts};
use media_files::{
    Frame, decode_with_ffmpeg, decode_with_opusdec, noise, read_all, run, write_wav,
};

/// Encodes three pieces of one recording, by a tool and what it is to be given
/// for each, and puts the files one after the other. Also gives the decode of
/// each by another program.
fn chain(
    folder: &Path,
    extension: &str,
    tool: &str,
    options: [&[&str]; 3],
) -> (PathBuf, Vec<Vec<Frame>>) {
    let all = noise(44_100 * 9, 44_100);
    let cuts = [0, 100_003, 250_007, all.len()];
    let mut bytes = Vec::new();
    let mut truth = Vec::new();
    for n in 0..3 {
        let wav = folder.join(format!("{n}.wav"));
        write_wav(&wav, &all[cuts[n]..cuts[n + 1]], 44_100);
        let out = wav.with_extension(extension);
        let mut command = Command::new(tool);
        command.args(options[n]).arg(&wav);
        if tool != "opusenc" {
            command.arg("-o");
        }
        run(command.arg(&out));
        bytes.extend(fs::read(&out).unwrap());
        truth.push(match extension {
            "opus" => decode_with_opusdec(&out),
            _ => decode_with_ffmpeg(&out, 44_100),
        });
    }
    let path = folder.join(format!("chain.{extension}"));
    fs::write(&path, bytes).unwrap();
    (path, truth)
}

fn is_played_end_to_end(path: &Path, truth: &[Vec<Frame>], bound: f32) {
    let lengths: Vec<usize> = truth.iter().map(Vec::len).collect();
    let truth = truth.concat();
    let mut decoder = Decoder::open_quick(path).unwrap();
    assert!(decoder.info().exact);
    assert_eq!(decoder.info().frames, truth.len() as u64);
    let ours = read_all(&mut decoder);
    assert_eq!(ours.len(), truth.len());
    let worst = |a: &[Frame], b: &[Frame]| {
        let pairs = a.iter().flatten().zip(b.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    };
    assert!(worst(&ours, &truth) < bound, "{}", worst(&ours, &truth));
    // On either side of the joints, to and fro.
    let first = lengths[0];
    let second = first + lengths[1];
    for goal in [
        second + 5,
        first - 1_000,
        second - 3,
        first,
        0,
        truth.len() - 700,
    ] {
        decoder.seek(goal as u64).unwrap();
        let mut out = vec![[0.0; 2]; 2_000.min(truth.len() - goal)];
        assert_eq!(decoder.read(&mut out).unwrap(), out.len());
        assert!(worst(&out, &ours[goal..]) < 1e-5, "from {goal}");
    }
    assert_eq!(complaints(path, &mut decoder, true), []);
}

#[test]
fn vorbis_of_one_and_of_several_numbers_plays_on() {
    let folder = tempfile::tempdir().unwrap();
    let title = |n| ["-Q", "-s", n, "-t", n, "-a", "Band"];
    let options = [title("1"), title("1"), title("2")];
    let options = options.each_ref().map(<[_; 7]>::as_slice);
    let (path, truth) = chain(folder.path(), "ogg", "oggenc", options);
    is_played_end_to_end(&path, &truth, 1e-4);
    // Each is a song, with its own words.
    let chapters = parts(&path).chapters;
    let titles: Vec<_> = chapters
        .iter()
        .map(|song| song.title.as_deref().unwrap())
        .collect();
    assert_eq!(titles, ["1", "1", "2"]);
    assert_eq!(chapters[2].artist.as_deref(), Some("Band"));
    let start = (truth[0].len() + truth[1].len()) as f64 / 44_100.0;
    assert!((chapters[2].start_s - start).abs() < 1e-9);
}

#[test]
fn opus_goes_from_stereo_to_mono_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let options: [&[&str]; 3] = [&["--quiet"], &["--quiet", "--downmix-mono"], &["--quiet"]];
    let (path, truth) = chain(folder.path(), "opus", "opusenc", options);
    is_played_end_to_end(&path, &truth, 1e-4);
}

#[test]
fn flacs_in_ogg_and_out_of_it_play_on() {
    for extension in ["oga", "flac"] {
        let folder = tempfile::tempdir().unwrap();
        let options: &[&str] = if extension == "oga" {
            &["-s", "--ogg"]
        } else {
            &["-s"]
        };
        let (path, truth) = chain(folder.path(), extension, "flac", [options; 3]);
        is_played_end_to_end(&path, &truth, f32::MIN_POSITIVE);
    }
}

/// Links of another rate and of other channels: each as loud, as wide and as
/// long as it is alone, one song after the other.
#[test]
fn another_sample_rate_is_converted() {
    let folder = tempfile::tempdir().unwrap();
    let options: [&[&str]; 3] = [
        &["-Q", "-s", "1", "--downmix", "-t", "One"],
        &["-Q", "-s", "2", "--resample", "48000", "-t", "Two"],
        &["-Q", "-s", "3", "-t", "Three"],
    ];
    let (path, truth) = chain(folder.path(), "ogg", "oggenc", options);
    let mut decoder = Decoder::open(&path).unwrap();
    assert_eq!(
        (decoder.info().sample_rate, decoder.info().channels),
        (44_100, 2)
    );
    let ours = read_all(&mut decoder);
    let lengths = truth.iter().map(Vec::len);
    let expected: usize = lengths.clone().sum();
    assert!(
        ours.len().abs_diff(expected) < 8,
        "{} of {expected}",
        ours.len()
    );
    let power = |frames: &[Frame], side: usize| {
        frames
            .iter()
            .map(|frame| f64::from(frame[side]).powi(2))
            .sum::<f64>()
            / frames.len() as f64
    };
    let mut start = 0;
    for (n, (truth, length)) in truth.iter().zip(lengths).enumerate() {
        // ffmpeg gives one channel to two 3 dB down each.
        let alone = if n == 0 { 2.0 } else { 1.0 };
        let here = &ours[start + 2_000..start + length - 2_000];
        let there = &truth[2_000..length - 2_000];
        for side in 0..2 {
            let db = 10.0 * (power(here, side) / power(there, side) / alone).log10();
            assert!(db.abs() < 0.05, "link {n}, side {side}: {db} dB off");
        }
        let wide = here.iter().any(|frame| frame[0] != frame[1]);
        assert_eq!(wide, n > 0, "link {n} is as wide as it is");
        start += length;
    }
    decoder.seek(150_000).unwrap();
    let mut out = vec![[0.0; 2]; 2_000];
    assert_eq!(decoder.read(&mut out).unwrap(), 2_000);
    assert!(out == ours[150_000..152_000]);
    let songs = parts(&path).chapters;
    assert_eq!(songs.len(), 3);
    assert_eq!(songs[1].title.as_deref(), Some("Two"));
    assert_eq!(complaints(&path, &mut decoder, true), []);
}

/// What cannot be played is told, and what can be is.
#[test]
fn a_chain_with_something_else_in_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (path, truth) = chain(folder.path(), "ogg", "oggenc", [&["-Q"]; 3]);
    let (opus, more) = chain(folder.path(), "opus", "opusenc", [&["--quiet"]; 3]);
    let mut odd = fs::read(&path).unwrap();
    odd.truncate(20_000);
    // No header that anybody reads.
    let name = odd.windows(6).position(|word| word == b"vorbis").unwrap();
    odd[name..name + 6].copy_from_slice(b"v0rb1s");
    let bytes = [fs::read(&path).unwrap(), fs::read(opus).unwrap(), odd].concat();
    fs::write(&path, bytes).unwrap();
    let mut decoder = Decoder::open(&path).unwrap();
    let opus: usize = more
        .iter()
        .map(|part| (part.len() * 147).div_ceil(160))
        .sum();
    let expected = truth.concat().len() + opus;
    let frames = decoder.info().frames as usize;
    assert!(frames.abs_diff(expected) < 4, "{frames} of {expected}");
    let found = complaints(&path, &mut decoder, false);
    assert!(found[0].what.starts_with("1 of the 7"), "{found:?}");
}
