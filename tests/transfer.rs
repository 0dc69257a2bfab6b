//! A recording of a cassette cut into songs, the cassette made by ffmpeg.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const TRACKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tracks");
/// Songs of the bundled tape, of many kinds and formats.
const SONGS: [&str; 8] = [
    "A1 - House Lights Down.mp3",
    "A2 - Ashtray Moon.opus",
    "A3 - As Far as the Door.ogg",
    "A4 - Cab Fare.m4a",
    "B1 - The Corner Table.mp3",
    "B2 - Cloakroom Waltz.opus",
    "B3 - As Far as the Door (A Fair Copy).flac",
    "B4 - One Lamp Left On.ogg",
];
/// Silence before each, s.
const GAPS: [f64; 8] = [3.0, 2.0, 1.5, 4.0, 2.5, 1.5, 2.0, 3.0];
/// The tape runs so much too fast.
const SPEED: f64 = 1.013;

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

fn said(folder: &Path, program: &str, args: &[&str]) -> String {
    let done = Command::new(program)
        .current_dir(folder)
        .args(args)
        .output();
    let done = done.unwrap();
    assert!(done.status.success(), "{program} {args:?}: {done:?}");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Seconds of a file, by ffprobe.
fn seconds(folder: &Path, file: &str) -> f64 {
    let args = [
        "-v",
        "error",
        "-show_entries",
        "format=duration",
        "-of",
        "csv=p=0",
        file,
    ];
    said(folder, "ffprobe", &args).trim().parse().unwrap()
}

/// The side of a cassette: songs and gaps, faster, over hiss, the right channel
/// turned round, all a little off the middle. Where each song begins and ends.
fn cassette(folder: &Path) -> Vec<[f64; 2]> {
    let mut inputs = vec!["-v".to_owned(), "error".to_owned()];
    let (mut graph, mut places, mut at) = (String::new(), Vec::new(), 0.0);
    for (n, (song, gap)) in SONGS.iter().zip(GAPS).enumerate() {
        let path = format!("{TRACKS}/{song}");
        inputs.extend(["-i".to_owned(), path.clone()]);
        // As long as the decoder has it, not as the header says.
        let wav = format!("{n}.wav");
        said(
            folder,
            "ffmpeg",
            &["-v", "error", "-i", &path, "-ar", "44100", "-ac", "2", &wav],
        );
        let start = at + gap;
        at = start + seconds(folder, &wav);
        places.push([start / SPEED, at / SPEED]);
        let delay = (gap * 1000.0) as u32;
        graph += &format!(
            "[{n}:a]aresample=44100,aformat=channel_layouts=stereo,adelay={delay}:all=1[s{n}];"
        );
    }
    for n in 0..SONGS.len() {
        graph += &format!("[s{n}]");
    }
    graph += &format!(
        "concat=n={}:v=0:a=1,apad=pad_dur=4,volume=0.5,asetrate={},aresample=44100[m];\
         anoisesrc=a=0.001:r=44100:seed=7,aformat=channel_layouts=stereo[h];\
         [m][h]amix=inputs=2:duration=first:normalize=0,aeval=val(0)+0.01|-val(1):c=same[out]",
        SONGS.len(),
        (44_100.0 * SPEED).round()
    );
    inputs.extend(
        [
            "-filter_complex",
            &graph,
            "-map",
            "[out]",
            "-c:a",
            "pcm_s24le",
            "side.wav",
        ]
        .map(str::to_owned),
    );
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    said(folder, "ffmpeg", &inputs);
    places
}

/// Whether each cut lies in the silence between two songs, to 0.3 s.
fn cut_right(told: &Value, places: &[[f64; 2]]) {
    let songs = told["songs"].as_array().unwrap();
    assert_eq!(songs.len(), places.len(), "{told:#}");
    let mut before = 0.0;
    for (song, [start, end]) in songs.iter().zip(places) {
        let from = song["start"].as_f64().unwrap();
        assert!(
            from >= before - 0.3 && from <= start + 0.3,
            "{from}, not {before} to {start}: {told:#}"
        );
        let to = song["end"].as_f64().unwrap();
        assert!(to > from && to <= end + 0.7, "{to}, not {end}");
        before = *end;
    }
}

#[test]
fn the_songs_of_a_cassette_come_apart() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let places = cassette(folder);
    let before = std::fs::read(folder.join("side.wav")).unwrap();
    // By the silences alone.
    let told = json(&afterdark(
        folder,
        &["transfer", "side.wav", "--dry-run", "--json"],
    ));
    cut_right(&told, &places);
    assert!(told["speed_error_percent"].is_null());
    // By the songs that it was made of.
    let told = json(&afterdark(
        folder,
        &[
            "transfer", "side.wav", "--tracks", TRACKS, "--to", "out", "--json",
        ],
    ));
    cut_right(&told, &places);
    // Fades and silences hide some of each song, and the figure says how much that is worth.
    if let Some(speed) = told["speed_error_percent"].as_f64() {
        let uncertain = told["speed_uncertain_percent"].as_f64().unwrap();
        let off = (speed - 100.0 * (SPEED - 1.0)).abs();
        assert!(off < 3.0 * uncertain + 0.05, "{speed} ± {uncertain}");
    }
    let mended = told["mended"].to_string();
    assert!(
        mended.contains("offset") && mended.contains("polarity"),
        "{mended}"
    );
    let songs = told["songs"].as_array().unwrap();
    for song in songs {
        let file = format!("out/{}", song["file"].as_str().unwrap());
        said(folder, "flac", &["-s", "-t", &file]);
        let length = song["end"].as_f64().unwrap() - song["start"].as_f64().unwrap();
        assert!((seconds(folder, &file) - length).abs() < 0.001);
    }
    let tags = said(
        folder,
        "metaflac",
        &[
            "--list",
            "--block-type=VORBIS_COMMENT",
            &format!("out/{}", songs[1]["file"].as_str().unwrap()),
        ],
    );
    assert!(
        tags.contains("TITLE=Ashtray Moon") && tags.contains("TRACKNUMBER=2"),
        "{tags}"
    );
    // What came out is the recording, its channels right again: together they
    // are louder than apart, and nothing is left of the offset.
    let file = format!("out/{}", songs[0]["file"].as_str().unwrap());
    let stats = Command::new("sox")
        .current_dir(folder)
        .args([&file, "-n", "remix", "1,2", "stats"])
        .output()
        .unwrap();
    let stats = String::from_utf8_lossy(&stats.stderr).into_owned();
    let figure = |name: &str| -> f64 {
        let line = stats.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().parse().unwrap()
    };
    assert!(figure("DC offset").abs() < 0.001, "{stats}");
    assert!(figure("RMS lev dB") > -40.0, "{stats}");
    // It plays as a tape of the same songs, and the master is what it was.
    let tape = std::fs::read_dir(folder.join("out"))
        .unwrap()
        .find_map(|entry| {
            let path = entry.unwrap().path();
            path.to_string_lossy()
                .ends_with(".tape.toml")
                .then_some(path)
        });
    let check = afterdark(
        folder,
        &["check", tape.unwrap().to_str().unwrap(), "--json"],
    );
    assert_eq!(
        json(&check)["entries"].as_array().unwrap().len(),
        SONGS.len()
    );
    assert!(before == std::fs::read(folder.join("side.wav")).unwrap());
    let cue = said(folder, "cat", &["out/recording.cue"]);
    assert_eq!(cue.matches("INDEX 01").count(), SONGS.len());
}

#[test]
fn more_songs_than_silences_are_no_guess() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let tone = "sine=frequency=440:sample_rate=44100:duration=30";
    said(
        folder,
        "ffmpeg",
        &["-v", "error", "-f", "lavfi", "-i", tone, "one.wav"],
    );
    let done = afterdark(
        folder,
        &["transfer", "one.wav", "--songs", "3", "--to", "out"],
    );
    assert!(!done.status.success());
    assert!(
        String::from_utf8_lossy(&done.stderr).contains("fewer silences"),
        "{done:?}"
    );
    assert!(!folder.join("out").exists());
}

#[test]
fn noise_reduction_is_decoded_at_the_level_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // NTE2003 data sheet: the encoder makes −21.8 dB of 5 kHz at −30 dB. 0 dB is
    // −14 dBFS here; ffmpeg's sine stands at −18.06 dBFS.
    let db = -14.0 - 21.8 + 18.06;
    let tone = "sine=frequency=5000:sample_rate=48000:duration=8";
    // Not made softer by going to both channels, as `aformat` would.
    let louder = format!("volume={db}dB,pan=stereo|c0=c0|c1=c0");
    said(
        folder,
        "ffmpeg",
        &[
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            tone,
            "-af",
            &louder,
            "-c:a",
            "pcm_s24le",
            "b.wav",
        ],
    );
    let call = [
        "transfer",
        "b.wav",
        "--songs",
        "1",
        "--nr",
        "b",
        "--reference",
        "-14",
    ];
    let told = json(&afterdark(
        folder,
        &[&call[..], &["--to", "out", "--json"]].concat(),
    ));
    let file = format!("out/{}", told["songs"][0]["file"].as_str().unwrap());
    let stats = Command::new("sox")
        .current_dir(folder)
        .args([&file, "-n", "trim", "2", "4", "stats"])
        .output()
        .unwrap();
    let stats = String::from_utf8_lossy(&stats.stderr).into_owned();
    let line = stats
        .lines()
        .find(|line| line.starts_with("Pk lev dB"))
        .unwrap();
    let level: f64 = line.split_whitespace().nth(3).unwrap().parse().unwrap();
    assert!((level + 14.0 + 30.0).abs() < 1.5, "{level}");
    // Without a level nothing is decoded.
    let done = afterdark(folder, &["transfer", "b.wav", "--nr", "b", "--dry-run"]);
    assert_eq!(done.status.code(), Some(2));
}
