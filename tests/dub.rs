//! `dub` as a person uses it, against other programs' decoders.

mod media_files;

use std::path::Path;
use std::process::{Command, Output};

fn run(program: &str, folder: &Path, args: &[&str]) {
    let done = Command::new(program)
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn afterdark(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_afterdark"))
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .args(args)
        .output()
        .unwrap()
}

/// A WAV of noise, `frames` long.
fn noise(path: &Path, frames: u32) -> Vec<i16> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut state = 99u32;
    let samples: Vec<i16> = (0..frames * 2)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16 / 4
        })
        .collect();
    write(path, spec, &samples);
    samples
}

fn write(path: &Path, spec: hound::WavSpec, samples: &[i16]) {
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for &sample in samples {
        file.write_sample(sample).unwrap();
    }
    file.finalize().unwrap();
}

fn read(path: &Path) -> Vec<i16> {
    hound::WavReader::open(path)
        .unwrap()
        .samples()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn an_album_cut_in_three_comes_back_without_a_seam() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let whole = noise(&folder.join("whole.wav"), 400_000);
    std::fs::create_dir(folder.join("album")).unwrap();
    for (name, from, to) in [
        ("1", 0, 133_333),
        ("2", 133_333, 290_001),
        ("3", 290_001, 400_000),
    ] {
        let spec = hound::WavReader::open(folder.join("whole.wav"))
            .unwrap()
            .spec();
        write(
            &folder.join(format!("{name}.wav")),
            spec,
            &whole[2 * from..2 * to],
        );
        run(
            "flac",
            folder,
            &[
                "-s",
                "-o",
                &format!("album/{name}.flac"),
                &format!("{name}.wav"),
            ],
        );
    }
    let done = afterdark(
        folder,
        &["dub", "--source", "--bits", "16", "album", "-o", "out.wav"],
    );
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert_eq!(read(&folder.join("out.wav")), whole);
    // The same through our own FLAC, read by the reference decoder.
    let done = afterdark(
        folder,
        &["dub", "--source", "--bits", "16", "album", "-o", "out.flac"],
    );
    assert!(done.status.success());
    run(
        "flac",
        folder,
        &["-s", "-d", "-f", "-o", "back.wav", "out.flac"],
    );
    assert_eq!(read(&folder.join("back.wav")), whole);
    // The tape has the programme's length and sounds about as loud.
    let tape = afterdark(folder, &["dub", "album", "--bits", "16", "-o", "tape.wav"]);
    assert!(tape.status.success());
    let tape = read(&folder.join("tape.wav"));
    let seconds = tape.len() as f64 / whole.len() as f64;
    assert!((seconds - 1.0).abs() < 0.02, "{seconds}");
    let again = afterdark(folder, &["dub", "album", "--bits", "16", "-o", "again.wav"]);
    assert!(again.status.success());
    assert_eq!(
        read(&folder.join("again.wav")),
        tape,
        "the same tape sounds the same"
    );
}

/// The way through recorder and deck adds and loses nothing, whatever the codec.
#[test]
fn an_album_of_any_format_is_its_parts_end_to_end() {
    use media_files::{Album, Codec};
    let whole = media_files::noise(44_100 * 5 + 77, 44_100);
    for codec in [
        Codec::Flac,
        Codec::Alac,
        Codec::Wav,
        Codec::Mp3,
        Codec::AacMp4,
        Codec::Vorbis,
        Codec::Opus,
    ] {
        let album = Album::cut(codec, &whole, &[70_001, 100_003]);
        let rate = if codec == Codec::Opus { 48_000 } else { 44_100 };
        let truth: Vec<[f32; 2]> = album
            .paths
            .iter()
            .zip(&album.parts)
            .flat_map(|(path, part)| match codec {
                Codec::Opus => media_files::decode_with_opusdec(path),
                // Every other program leaves padding at the end.
                Codec::AacMp4 => {
                    let mut all = media_files::decode_with_ffmpeg(path, rate);
                    all.truncate(part.len());
                    all
                }
                _ => media_files::decode_with_ffmpeg(path, rate),
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let paths = album.paths.iter().map(|path| path.to_str().unwrap());
        let args: Vec<&str> = ["dub", "--source", "-o", "out.wav"]
            .into_iter()
            .chain(paths)
            .collect();
        let done = afterdark(folder.path(), &args);
        assert!(done.status.success(), "{codec:?}");
        let mut file = hound::WavReader::open(folder.path().join("out.wav")).unwrap();
        assert_eq!(file.spec().sample_rate, rate, "{codec:?}");
        let samples: Vec<f32> = file.samples().map(Result::unwrap).collect();
        assert_eq!(samples.len(), 2 * truth.len(), "{codec:?}");
        let bound = if codec.is_lossless() { 0.0 } else { 1e-4 };
        let worst = samples
            .iter()
            .zip(truth.as_flattened())
            .map(|(ours, theirs)| (ours - theirs).abs())
            .fold(0.0, f32::max);
        assert!(worst <= bound, "{codec:?} is off by {worst}");
    }
}

#[test]
fn a_file_is_written_over_only_when_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    noise(&folder.join("song.wav"), 4_000);
    std::fs::write(folder.join("out.wav"), "mine").unwrap();
    let done = afterdark(folder, &["dub", "song.wav", "-o", "out.wav"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stderr).contains("--force"));
    assert_eq!(std::fs::read(folder.join("out.wav")).unwrap(), b"mine");
    assert!(
        afterdark(folder, &["dub", "song.wav", "-o", "out.wav", "--force"])
            .status
            .success()
    );
    assert!(hound::WavReader::open(folder.join("out.wav")).is_ok());
    // Nothing is left beside it.
    let names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn wrong_calls_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    noise(&folder.join("song.wav"), 4_000);
    for (args, code, word) in [
        (&["song.wav"] as &[&str], 2, "--no-ui"),
        (&["dub", "song.wav", "-o", "out.ogg"], 1, ".flac"),
        (&["dub", "nowhere.flac", "-o", "out.wav"], 1, "nowhere.flac"),
        (
            &["dub", "song.wav", "-o", "out.wav", "--deck", "gramophone"],
            1,
            "gramophone",
        ),
        (
            &["dub", "song.wav", "-o", "out.wav", "--length", "C5000"],
            2,
            "C60",
        ),
        (&["dub"], 2, "--output"),
    ] {
        let done = afterdark(folder, args);
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains(word), "{args:?}: {said}");
    }
}
