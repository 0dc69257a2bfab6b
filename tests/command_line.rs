//! What the command line says to whoever called it, a person or a program.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn afterdark(folder: &Path, args: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_afterdark"));
    for name in ["STATE", "CONFIG", "DATA"] {
        program.env(format!("XDG_{name}_HOME"), folder.join(format!(".{name}")));
    }
    // No sound server and no card: it plays to nothing, in real time.
    program
        .env("PULSE_SERVER", "/nowhere")
        .env_remove("AFTERDARK_LOG");
    program.current_dir(folder).args(args).output().unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn tone(path: &Path, seconds: f64) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..(seconds * 48_000.0) as u32 {
        let sample = (f64::from(n) * 0.0575).sin() * 9_000.0;
        file.write_sample(sample as i16).unwrap();
        file.write_sample(sample as i16).unwrap();
    }
    file.finalize().unwrap();
}

#[test]
fn what_is_no_sound_is_an_error_and_no_tape_of_blank() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("broken.mp3"), "U".repeat(20_000)).unwrap();
    for (path, said) in [
        ("/etc/passwd", "/etc/passwd: "),
        ("broken.mp3", "broken.mp3: "),
    ] {
        let done = afterdark(folder, &["--no-ui", path]);
        let told = words(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{path}: {told}");
        assert!(told.contains(said), "{told}");
        assert_eq!(words(&done.stdout), "", "{path} was played");
    }
}

#[test]
fn music_is_told_from_a_test_signal() {
    let tracks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tracks");
    let folder = tempfile::tempdir().unwrap();
    for track in fs::read_dir(tracks).unwrap() {
        let track = track.unwrap().path();
        let ending = track.extension().and_then(|ending| ending.to_str());
        if !matches!(ending, Some("mp3" | "opus" | "ogg" | "m4a" | "flac")) {
            continue;
        }
        for json in [&[][..], &["--json"]] {
            let mut args = vec!["measure", track.to_str().unwrap()];
            args.extend(json);
            let done = afterdark(folder.path(), &args);
            let told = words(&done.stderr);
            assert_eq!(done.status.code(), Some(1), "{track:?}: {told}");
            assert!(told.contains("no test signal"), "{track:?}: {told}");
            assert_eq!(words(&done.stdout), "", "{track:?}");
        }
    }
    // What the bench itself records is one, each by its name.
    let done = afterdark(folder.path(), &["measure", "--recordings", "."]);
    assert!(folder.path().join("sweep.wav").exists(), "{done:?}");
    for (file, kind) in [
        ("flutter.wav", "flutter"),
        ("tone.wav", "tone"),
        ("noise.wav", "noise"),
        ("sweep.wav", "response"),
    ] {
        let done = afterdark(folder.path(), &["measure", "--json", file]);
        let reading: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(reading["kind"], kind, "{file}");
    }
}

#[test]
fn json_shows_no_character_that_steers_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let name = "a\u{1b}[31mb\u{9b}2Jc\u{202e}d\u{7f}e\u{2066}夜\u{e0041}.wav";
    tone(&folder.join(name), 1.0);
    let done = afterdark(folder, &["check", "--json", "."]);
    let text = words(&done.stdout);
    for c in text.chars() {
        let steers = c.is_control() && c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e0fff}');
        assert!(!steers, "{c:?} in {text:?}");
    }
    // Whoever reads it as JSON has the name as it is.
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let found = report["entries"][0]["found"].as_str().unwrap();
    assert!(found.ends_with(name), "{found:?}");
}

#[test]
fn without_a_place_to_remember_in_it_plays_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    tone(&folder.join("song.wav"), 0.3);
    // Not even root makes a folder in a file.
    fs::write(folder.join(".STATE"), "").unwrap();
    let done = afterdark(folder, &["--no-ui", "song.wav"]);
    let told = words(&done.stdout) + &words(&done.stderr);
    assert!(done.status.success(), "{done:?}");
    assert!(told.contains("Nothing will be remembered"), "{told}");
    assert!(told.contains("song"), "{told}");
}

#[test]
fn a_log_tells_what_a_report_of_a_fault_needs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    tone(&folder.join("song.wav"), 0.3);
    fs::write(folder.join("list.m3u8"), "gone.mp3\nsong.wav\n").unwrap();
    for _ in 0..2 {
        let done = afterdark(folder, &["--no-ui", "--log", "run.log", "list.m3u8"]);
        assert_eq!(done.status.code(), Some(1), "one is blank: {done:?}");
    }
    let log = fs::read_to_string(folder.join("run.log")).unwrap();
    let version = concat!("afterdark ", env!("CARGO_PKG_VERSION"));
    assert_eq!(log.matches(version).count(), 2, "{log}");
    assert!(
        log.contains("gone.mp3") && log.contains("blank tape"),
        "{log}"
    );
    // A subcommand has it too; somebody's file is not taken for a log.
    let done = afterdark(folder, &["check", "list.m3u8", "--log", "song.wav"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(words(&done.stderr).contains("is not a log"), "{done:?}");
    assert!(hound::WavReader::open(folder.join("song.wav")).is_ok());
}

#[test]
fn the_manual_and_the_completions_know_every_subcommand_and_option() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(
        afterdark(folder, &["man", "--folder", "man"])
            .status
            .success()
    );
    let main = fs::read_to_string(folder.join("man/afterdark.1")).unwrap();
    assert!(
        main.contains(".SH KEYS") && main.contains("Space"),
        "{main}"
    );
    let help = words(&afterdark(folder, &["--help"]).stdout);
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands = commands.split("\n\n").next().unwrap();
    let commands = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let commands: Vec<&str> = commands.filter(|name| *name != "help").collect();
    assert!(commands.contains(&"dub"), "{commands:?}");
    let fish = words(&afterdark(folder, &["completions", "fish"]).stdout);
    for command in commands {
        let page = words(&afterdark(folder, &["man", command]).stdout);
        let options = words(&afterdark(folder, &[command, "--help"]).stdout);
        assert_eq!(
            page,
            fs::read_to_string(folder.join(format!("man/afterdark-{command}.1"))).unwrap()
        );
        for line in options.lines() {
            let words = line
                .split([' ', ','])
                .filter(|_| line.trim_start().starts_with('-'));
            for option in words.filter(|word| word.starts_with("--")) {
                let name = option.trim_start_matches('-');
                assert!(
                    page.replace("\\-", "-").contains(option),
                    "{command} {option}"
                );
                assert!(fish.contains(&format!("-l {name}")), "{command} {option}");
            }
        }
    }
    let bash = afterdark(folder, &["completions", "bash"]).stdout;
    fs::write(folder.join("completion"), bash).unwrap();
    let read = Command::new("bash")
        .arg("-n")
        .arg(folder.join("completion"))
        .status();
    assert!(read.unwrap().success());
}
