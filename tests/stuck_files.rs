//! Files that never answer: nothing on the screen waits for them.

#![cfg(unix)]

mod pty;

use std::path::Path;
use std::time::{Duration, Instant};

use pty::Run;

/// A minute of a tone.
fn tone(path: &Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    for i in 0..8000 * 60 {
        let sample = (f64::from(i) * 0.3).sin() * 6000.0;
        wav.write_sample(sample as i16).unwrap();
    }
    wav.finalize().unwrap();
}

/// A pipe that nobody writes to: whoever opens it waits for ever.
fn pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[test]
fn nothing_that_never_answers_keeps_the_screen_or_the_end_waiting() {
    // As the cover, as notes, as words, as a song, as a list in the list.
    for name in ["cover.jpg", "notes.txt", "One.lrc", "Two.mp3", "more.m3u"] {
        let folder = tempfile::tempdir().unwrap();
        tone(&folder.path().join("One.wav"));
        tone(&folder.path().join("Three.wav"));
        pipe(&folder.path().join(name));
        let mut text = "#EXTM3U\nOne.wav\nThree.wav\n".to_owned();
        if ["Two.mp3", "more.m3u"].contains(&name) {
            text += name;
        }
        let list = folder.path().join("list.m3u");
        std::fs::write(&list, text).unwrap();
        let list = list.to_str().unwrap();
        let arguments = [list, "--colors", "true", "--pictures", "blocks"];
        let program = env!("CARGO_BIN_EXE_afterdark");
        let mut run = Run::start(program, &arguments, folder.path());
        run.wait("Three", true);
        run.press("---");
        run.wait("Volume 85 %", true);
        // The end is not waited for as long as a read is.
        let since = Instant::now();
        run.press("q");
        run.end();
        assert!(since.elapsed() < Duration::from_secs(4), "{name}");
    }
}
