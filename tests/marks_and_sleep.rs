//! Pencil marks and the sleep timer by keys: the program itself in a
//! pseudo-terminal.

mod pty;

use std::path::Path;

use pty::Run;

/// A tone of so many seconds.
fn tone(path: &Path, seconds: u32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    for i in 0..8000 * seconds {
        let sample = (f64::from(i) * 0.3).sin() * 6000.0;
        wav.write_sample(sample as i16).unwrap();
    }
    wav.finalize().unwrap();
}

/// With no device the tape runs in real time; there are devices of no time.
fn start(folder: &Path, arguments: &[&str]) -> Run {
    let none = folder.join("none");
    let variables = [
        ("TERM", "xterm-256color"),
        ("PULSE_SERVER", "/nowhere"),
        ("ALSA_CONFIG_PATH", none.to_str().unwrap()),
    ];
    let mut all = vec!["--pictures", "quadrants"];
    all.extend(arguments);
    Run::start_in(env!("CARGO_BIN_EXE_afterdark"), &all, folder, &variables)
}

/// Half a minute on.
const ON: &str = "\x1b[1;2C";

#[test]
fn a_pencil_mark_is_found_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("One.wav");
    tone(&song, 1200);
    let song = song.to_str().unwrap();
    let mut run = start(folder.path(), &[song, "--stopped", "--from-start"]);
    run.wait("0:00 / 20:00", true);
    run.press("\"");
    run.wait("no mark on this side", true);
    run.press(&ON.repeat(8));
    run.wait("4:00 / 20:00", true);
    run.press("'");
    run.wait("Mark at", true);
    run.press(&ON.repeat(8));
    run.wait("8:00 / 20:00", true);
    // Pencilled on the tape's line, where the head is no more.
    run.wait("▾", true);
    run.press("'");
    run.press("0");
    run.wait("0:00 / 20:00", true);
    run.press("\"");
    run.wait("4:00 / 20:00", true);
    run.press("q");
    run.end();

    let mut run = start(folder.path(), &[song, "--stopped", "--from-start"]);
    run.wait("0:00 / 20:00", true);
    run.press("\"");
    run.wait("4:00 / 20:00", true);
    run.press("\"");
    run.wait("8:00 / 20:00", true);
    // After the last comes the first again, and rubbed out it is gone.
    run.press("\"");
    run.wait("4:00 / 20:00", true);
    run.press("'");
    run.wait("rubbed out", true);
    run.press("\"");
    run.wait("8:00 / 20:00", true);
    run.press("q");
    run.end();
}

#[test]
fn what_is_between_two_marks_is_played_over_and_over() {
    let folder = tempfile::tempdir().unwrap();
    let song = folder.path().join("One.wav");
    tone(&song, 60);
    let song = song.to_str().unwrap();
    let mut run = start(folder.path(), &[song, "--stopped", "--from-start"]);
    run.wait("0:00 / 1:00", true);
    run.press("ll'");
    run.wait("Mark at", true);
    run.press("l");
    run.wait("0:15 / 1:00", true);
    run.press("'");
    run.press("h");
    run.wait("0:10 / 1:00", true);
    run.press("RRR ");
    run.wait("repeats between marks", true);
    run.wait("0:13 / 1:00", true);
    // At 15 it goes back to 10.
    run.wait("0:11 / 1:00", true);
    run.wait("0:13 / 1:00", true);
    run.press("q");
    run.end();
}

#[test]
fn it_stops_at_the_end_of_a_song() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["1.wav", "2.wav", "3.wav"] {
        tone(&folder.path().join(name), 5);
    }
    let music = folder.path().to_str().unwrap();
    let mut run = start(folder.path(), &[music, "--from-start", "--sleep", "song"]);
    run.wait("SLEEP", true);
    run.wait("SLEEP", false);
    run.wait("pause", false);
    run.wait("A2", true);
    // Whoever plays on hears it at the old volume, and it goes on to the end.
    run.press("ZZ");
    run.wait("Stops at the end of the side", true);
    run.press(" ");
    run.wait("A3", true);
    run.wait("pause", false);
    run.press("q");
    run.end();
}
