//! The real program in a pseudo-terminal: keys go in, a screen comes out, and
//! the terminal is given back.

#![cfg(unix)]

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

struct Run {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    all: Vec<u8>,
    _master: Box<dyn MasterPty + Send>,
    _folder: tempfile::TempDir,
}

/// Longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Run {
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
        let size = PtySize {
            rows: 30,
            cols: 100,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pty = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_afterdark"));
        command.arg(&song);
        command.args(options);
        let own = folder.path().join("afterdark");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("config.toml"), config).unwrap();
        for name in [
            "XDG_STATE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "XDG_DATA_HOME",
        ] {
            command.env(name, folder.path());
        }
        command.env("TERM", "xterm-256color");
        let child = pty.slave.spawn_command(command).unwrap();
        let keys = pty.master.take_writer().unwrap();
        let mut reader = pty.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            while let Ok(n @ 1..) = reader.read(&mut bytes) {
                if send.send(bytes[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let [rows, columns] = [30, 100].map(|n| NonZero::new(n).unwrap());
        let screen = vt100::Parser::new(rows, columns, 0);
        Self {
            child,
            keys,
            output,
            screen,
            all: Vec::new(),
            _master: pty.master,
            _folder: folder,
        }
    }

    /// Waits until the screen says what it should.
    fn wait(&mut self, words: &str, there: bool) {
        let since = Instant::now();
        while self.screen.screen().contents().contains(words) != there {
            assert!(
                since.elapsed() < PATIENCE,
                "`{words}`:\n{}",
                self.screen.screen().contents()
            );
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
                self.screen.process(&bytes);
                self.all.extend(bytes);
            }
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the end; the terminal must be as it was.
    fn end(mut self) {
        let since = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(since.elapsed() < PATIENCE, "it does not end");
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.all.extend(bytes);
            }
        }
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(300)) {
            self.all.extend(bytes);
        }
        let all = String::from_utf8_lossy(&self.all);
        for (on, off) in [
            ("\x1b[?1049h", "\x1b[?1049l"),
            ("\x1b[?25l", "\x1b[?25h"),
            ("\x1b[?1000h", "\x1b[?1000l"),
            ("\x1b[?1004h", "\x1b[?1004l"),
        ] {
            let (on, off) = (all.rfind(on), all.rfind(off));
            assert!(on.is_some() && off > on, "not given back: {on:?} {off:?}");
        }
    }
}

#[test]
fn keys_drive_it_and_q_gives_the_terminal_back() {
    let mut run = Run::start();
    run.wait("Blue Lamp", true);
    run.press("?");
    run.wait("turn the tape over", true);
    run.press("\x1b");
    run.wait("turn the tape over", false);
    run.press("\t\t\t");
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
    let mut run = Run::start();
    run.wait("Blue Lamp", true);
    let id = run.child.process_id().unwrap();
    let id = rustix::process::Pid::from_raw(id.cast_signed()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    run.end();
}

#[test]
fn the_configuration_counts_and_an_option_beats_it() {
    let config = "theme = \"chalk\"\ncolors = \"256\"\npictures = \"ascii\"\n";
    let mut run = Run::start_with(&[], config);
    run.wait("Blue Lamp", true);
    let drawn = String::from_utf8_lossy(&run.all).into_owned();
    assert!(drawn.contains("38;5;") && !drawn.contains("38;2;"));
    assert!(!drawn.contains('▀'));
    run.press("q");
    run.end();
    let mut run = Run::start_with(&["--colors", "true", "--pictures", "halves"], config);
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
