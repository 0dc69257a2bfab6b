//! The real program in a pseudo-terminal: keys go in, a screen comes out, and
//! the terminal is given back.

#![cfg(unix)]

mod pty;

use pty::Run;

/// The player with a song of its own, and the folder that both live in.
struct Player {
    run: Run,
    _folder: tempfile::TempDir,
}

impl std::ops::Deref for Player {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}

impl std::ops::DerefMut for Player {
    fn deref_mut(&mut self) -> &mut Run {
        &mut self.run
    }
}

impl Player {
    fn start() -> Self {
        Self::start_with(&["--colors", "true", "--pictures", "blocks"], "")
    }

    fn start_with(options: &[&str], config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let song = folder.path().join("Blue Lamp.wav");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(&song, spec).unwrap();
        for i in 0..8000 * 60 {
            wav.write_sample(((f64::from(i) * 0.3).sin() * 6000.0) as i16)
                .unwrap();
        }
        wav.finalize().unwrap();
        let own = folder.path().join("afterdark");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("config.toml"), config).unwrap();
        let mut arguments = vec![song.to_str().unwrap()];
        arguments.extend(options);
        let run = Run::start(env!("CARGO_BIN_EXE_afterdark"), &arguments, folder.path());
        Self {
            run,
            _folder: folder,
        }
    }

    fn end(self) {
        self.run.end();
    }
}

#[test]
fn keys_drive_it_and_q_gives_the_terminal_back() {
    let mut run = Player::start();
    run.wait("Blue Lamp", true);
    run.press("?");
    run.wait("turn the tape over", true);
    run.press("\x1b");
    run.wait("turn the tape over", false);
    run.press("\t\t\t\t");
    run.wait("Transport", true);
    run.press("T");
    run.wait("Norfolk: ", true);
    run.press("f");
    run.wait("SIDE B ", true);
    run.press("q");
    run.end();
}

#[test]
fn a_signal_ends_it_and_gives_the_terminal_back() {
    let mut run = Player::start();
    run.wait("Blue Lamp", true);
    let id = run.child.process_id().unwrap();
    let id = rustix::process::Pid::from_raw(id.cast_signed()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    run.end();
}

#[test]
fn the_configuration_counts_and_an_option_beats_it() {
    let config = "theme = \"chalk\"\ncolors = \"256\"\npictures = \"ascii\"\n";
    let mut run = Player::start_with(&[], config);
    run.wait("Blue Lamp", true);
    let drawn = String::from_utf8_lossy(&run.all).into_owned();
    assert!(drawn.contains("38;5;") && !drawn.contains("38;2;"));
    assert!(!drawn.contains('▀'));
    run.press("q");
    run.end();
    let mut run = Player::start_with(&["--colors", "true", "--pictures", "halves"], config);
    run.wait("Blue Lamp", true);
    let drawn = String::from_utf8_lossy(&run.all).into_owned();
    assert!(drawn.contains("38;2;") && drawn.contains('▀'));
    run.press("q");
    run.end();
}

/// The program with no screen and nothing of this machine's.
fn bare(folder: &std::path::Path) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::cargo_bin("afterdark").unwrap();
    for name in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env(name, folder);
    }
    command.args(["--no-ui", "--from-start"]);
    command
}

#[test]
fn a_list_of_which_nothing_is_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("gone.m3u");
    std::fs::write(&list, "/mnt/away/one.mp3\n/mnt/away/two.mp3\n").unwrap();
    let run = bare(folder.path()).arg(&list).assert().code(1);
    let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(told.contains("none of 2 songs"), "{told}");
    assert!(told.contains("/mnt/away/one.mp3"), "{told}");
}

#[test]
fn a_wrong_configuration_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("afterdark");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("config.toml"), "patient = true\nthme = \"x\"\n").unwrap();
    let told = bare(folder.path())
        .assert()
        .code(1)
        .get_output()
        .stderr
        .clone();
    let told = String::from_utf8_lossy(&told);
    for part in ["config.toml", "line 2", "thme", "theme"] {
        assert!(told.contains(part), "{told}");
    }
}
