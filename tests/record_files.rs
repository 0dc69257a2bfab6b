//! `record --files`: what is sent to a deck or a factory, read by other programs.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn afterdark(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_afterdark"))
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .args(args)
        .output()
        .unwrap()
}

fn json(done: &Output) -> Value {
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    serde_json::from_slice(&done.stdout).unwrap()
}

/// What another program says.
fn said(folder: &Path, program: &str, args: &[&str]) -> String {
    let done = Command::new(program)
        .current_dir(folder)
        .args(args)
        .output();
    let done = done.unwrap();
    assert!(done.status.success(), "{program} {args:?}: {done:?}");
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

/// Songs by another program: pitch, level and seconds of each.
fn songs(folder: &Path, songs: &[(u32, f64, u32)]) {
    for (n, (hz, volume, seconds)) in songs.iter().enumerate() {
        let source = format!("sine=frequency={hz}:sample_rate=48000:duration={seconds}");
        let volume = format!("volume={volume},aformat=channel_layouts=stereo");
        let name = format!("{n}.flac");
        let title = format!("title=Song \"{n}\"");
        let args = ["-v", "error", "-f", "lavfi", "-i", &source, "-af", &volume];
        let more = ["-metadata", &title, "-metadata", "artist=A Band", &name];
        said(folder, "ffmpeg", &[&args[..], &more[..]].concat());
    }
}

/// Highest sample of a part of a file, dBFS, as sox finds it.
fn peak(folder: &Path, file: &str, from: f64, seconds: f64) -> f64 {
    let (from, seconds) = (from.to_string(), seconds.to_string());
    let stats = said(
        folder,
        "sox",
        &[file, "-n", "trim", &from, &seconds, "stats"],
    );
    let line = stats.lines().find(|line| line.starts_with("Pk lev dB"));
    let level = line.unwrap().split_whitespace().nth(3).unwrap();
    level.parse().unwrap_or(f64::NEG_INFINITY)
}

#[test]
fn the_sides_are_what_a_factory_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    songs(
        folder,
        &[
            (440, 0.9, 20),
            (660, 0.1, 31),
            (550, 0.5, 40),
            (880, 0.3, 13),
        ],
    );
    let list = ["0.flac", "1.flac", "2.flac", "3.flac"];
    let args = [
        "--files", "out", "--tape", "ferric", "--length", "C2", "--json",
    ];
    let told = json(&afterdark(
        folder,
        &[&["record"], &list[..], &args[..]].concat(),
    ));
    let sides = told["sides"].as_array().unwrap();
    assert_eq!(sides.len(), 2, "{told}");
    let mut lengths = Vec::new();
    for side in sides {
        let file = format!("out/{}", side["file"].as_str().unwrap());
        let probed = said(
            folder,
            "ffprobe",
            &[
                "-v",
                "error",
                "-show_entries",
                "stream=codec_name,sample_rate,channels,duration_ts",
                "-of",
                "default=nw=1",
                &file,
            ],
        );
        for wanted in ["codec_name=pcm_s16le", "sample_rate=44100", "channels=2"] {
            assert!(probed.contains(wanted), "{probed}");
        }
        let frames = probed
            .lines()
            .find_map(|line| line.strip_prefix("duration_ts="));
        let frames: f64 = frames.unwrap().parse().unwrap();
        let seconds = side["seconds"].as_f64().unwrap();
        assert!(
            (frames - seconds * 44_100.0).abs() < 1.5,
            "{frames} {seconds}"
        );
        lengths.push(frames);
        // A second of silence before the first song, to the dither.
        assert!(peak(folder, &file, 0.0, 0.99) < -85.0);
        let first = side["songs"][0]["start"].as_f64().unwrap();
        assert_eq!(first, 1.0);
        // As loud as each other: sines all have their peaks 3 dB over their loudness.
        for song in side["songs"].as_array().unwrap() {
            let at = song["start"].as_f64().unwrap() + 0.5;
            let level = peak(folder, &file, at, song["seconds"].as_f64().unwrap() - 1.0);
            // The ferric's 3 % level, 5.3 dB above 200 nWb/m, which is at −12 dBFS.
            assert!(
                (level - (5.3 - 12.0)).abs() < 1.0,
                "{file} at {at}: {level}"
            );
        }
        // The cue sheet has each song where the list has it.
        let cue = std::fs::read_to_string(folder.join("out").join(side["cue"].as_str().unwrap()));
        let cue = cue.unwrap();
        assert!(cue.contains(&format!("FILE \"{}\" WAVE", side["file"].as_str().unwrap())));
        assert!(cue.contains("TITLE \"Song '"), "{cue}");
        let indices: Vec<f64> = cue
            .lines()
            .filter_map(|line| line.trim().strip_prefix("INDEX 01 "))
            .map(|time| {
                let parts: Vec<f64> = time.split(':').map(|part| part.parse().unwrap()).collect();
                parts[0] * 60.0 + parts[1] + parts[2] / 75.0
            })
            .collect();
        let starts = side["songs"].as_array().unwrap().iter();
        let starts: Vec<f64> = starts.map(|song| song["start"].as_f64().unwrap()).collect();
        assert_eq!(indices.len(), starts.len());
        for (index, start) in indices.iter().zip(&starts) {
            assert!(
                (index - start).abs() <= 0.5 / 75.0 + 1e-9,
                "{index} {start}"
            );
        }
    }
    assert!(lengths[0] >= lengths[1], "{lengths:?}");
    // The first tone is 0 dB, the fourth left alone.
    assert!((peak(folder, "out/tones.wav", 1.0, 18.0) + 12.0).abs() < 0.05);
    let right = said(
        folder,
        "sox",
        &[
            "out/tones.wav",
            "-n",
            "trim",
            "60",
            "2",
            "remix",
            "2",
            "stats",
        ],
    );
    assert!(right.contains("Pk lev dB"), "{right}");
    let card = std::fs::read_to_string(folder.join("out/card.svg")).unwrap();
    let counter = sides[0]["songs"][1]["counter"].as_u64().unwrap();
    assert!(card.contains(&format!("{counter:03}")), "{counter}");
    // What is there is not written over unasked.
    let again = afterdark(folder, &["record", "0.flac", "--files", "out"]);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"));
}

#[test]
fn flac_sides_are_whole_for_other_decoders_and_carry_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    songs(folder, &[(440, 0.9, 9), (660, 0.4, 11)]);
    let both = |how: &[&str]| {
        let call = [
            "record", "0.flac", "1.flac", "--files", how[0], "--bits", "24",
        ];
        json(&afterdark(
            folder,
            &[&call[..], &["--json", "--rate", "48000"], &how[1..]].concat(),
        ))
    };
    both(&["flac", "--flac"]);
    both(&["wav"]);
    said(folder, "flac", &["-s", "-t", "flac/side-a.flac"]);
    let pcm = |file: &str| {
        said(
            folder,
            "ffmpeg",
            &[
                "-v",
                "error",
                "-i",
                file,
                "-f",
                "md5",
                "-c:a",
                "pcm_s32le",
                "-",
            ],
        )
    };
    assert_eq!(pcm("flac/side-a.flac"), pcm("wav/side-a.wav"));
    let info = said(folder, "metaflac", &["--list", "flac/side-a.flac"]);
    assert!(
        info.contains("TITLE=Side A") && info.contains("ARTIST=A Band"),
        "{info}"
    );
    assert!(info.contains("minimum blocksize: 4096"), "{info}");
}

#[test]
fn a_deck_without_noise_reduction_gets_its_treble_encoded() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // A loud song in the middle and a faint one in the treble, left as they are.
    songs(folder, &[(315, 8.0, 6), (5000, 0.2, 6)]);
    let made = |how: &[&str]| {
        let call = [
            "record",
            "0.flac",
            "1.flac",
            "--files",
            how[0],
            "--loudness",
            "off",
            "--peak",
            "0",
        ];
        json(&afterdark(
            folder,
            &[&call[..], &["--json", "--rate", "48000"], &how[1..]].concat(),
        ));
        let file = format!("{}/side-a.wav", how[0]);
        (peak(folder, &file, 2.0, 4.0), peak(folder, &file, 8.5, 4.0))
    };
    let (loud, faint) = made(&["plain"]);
    assert!((loud + 12.0).abs() < 0.1, "{loud}");
    let (loud_b, faint_b) = made(&["b", "--nr", "b"]);
    assert!((loud_b - loud).abs() < 0.3, "{loud_b}");
    // NTE2003 data sheet: 5 kHz at −30 dB comes out at −21.8; ours stands at −32.
    let up = faint_b - faint;
    assert!(
        (7.0..10.0).contains(&up) && (faint + 44.0).abs() < 0.5,
        "{faint} {up}"
    );
    // 120 µs from a deck that records at 70: less treble (IEC 60094-1).
    let (_, faint_eq) = made(&["eq", "--eq", "120", "--deck-eq", "70"]);
    let flux = |tau: f64| -10.0 * (1.0 + (std::f64::consts::TAU * 5000.0 * tau).powi(2)).log10();
    let wanted = flux(120e-6) - flux(70e-6);
    assert!(
        (faint_eq - faint - wanted).abs() < 0.3,
        "{} {wanted}",
        faint_eq - faint
    );
}

#[test]
fn two_readings_make_the_forecast_the_decks_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    songs(folder, &[(440, 0.5, 100), (660, 0.5, 200)]);
    // A hub of 11 mm, tape of 16 µm at 47.625 mm/s, 0.7 digits a turn, by hand.
    let digits = |t: f64| {
        let radius = (121.0 + 0.016 * 47.625 * t / std::f64::consts::PI).sqrt();
        0.7 * (radius - 11.0) / 0.016
    };
    let [early, late] = ["300", "1500"].map(|t| format!("{t}={:.3}", digits(t.parse().unwrap())));
    let kept = afterdark(
        folder,
        &[
            "record",
            "--counter",
            "mine",
            "--length",
            "C60",
            "--reading",
            &early,
            "--reading",
            &late,
        ],
    );
    assert!(kept.status.success(), "{kept:?}");
    let told = json(&afterdark(
        folder,
        &[
            "record",
            "0.flac",
            "1.flac",
            "--dry-run",
            "--json",
            "--counter",
            "mine",
            "--length",
            "C60",
        ],
    ));
    let song = &told["sides"][0]["songs"][1];
    assert_eq!(song["start"], 101.0);
    assert_eq!(song["counter"].as_f64().unwrap(), digits(101.0).round());
    assert!(
        std::fs::read_dir(folder).unwrap().count() <= 4,
        "a dry run wrote something"
    );
    let unknown = afterdark(
        folder,
        &["record", "0.flac", "--dry-run", "--counter", "other"],
    );
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("--reading 5:00=112"));
}
