//! A program in a pseudo-terminal: keys go in, a screen comes out.

// Each test of several looks at another part of it.
#![allow(dead_code)]

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A program that runs.
pub struct Run {
    pub child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    pub screen: vt100::Parser,
    /// All that it has written.
    pub all: Vec<u8>,
    _master: Box<dyn MasterPty + Send>,
}

/// Longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Run {
    /// Starts a program on a terminal of 100 columns and 30 rows, with nothing
    /// of this user's own but what is in `folder`.
    pub fn start(program: &str, arguments: &[&str], folder: &Path) -> Self {
        Self::start_in(program, arguments, folder, &[("TERM", "xterm-256color")])
    }

    /// The same with some variables of the environment.
    pub fn start_in(
        program: &str,
        arguments: &[&str],
        folder: &Path,
        variables: &[(&str, &str)],
    ) -> Self {
        let size = PtySize {
            rows: 30,
            cols: 100,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pty = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        for name in [
            "XDG_STATE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "XDG_DATA_HOME",
        ] {
            command.env(name, folder);
        }
        for name in ["TMUX", "STY", "COLORTERM", "TERM_PROGRAM", "NO_COLOR"] {
            command.env_remove(name);
        }
        for (name, value) in variables {
            command.env(name, value);
        }
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
        }
    }

    /// Waits until the screen says what it should.
    pub fn wait(&mut self, words: &str, there: bool) {
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

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the end, and gives all that was written; the terminal must be
    /// as it was.
    pub fn end(mut self) -> String {
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
        let all = String::from_utf8_lossy(&self.all).into_owned();
        for (on, off) in [
            ("\x1b[?1049h", "\x1b[?1049l"),
            ("\x1b[?25l", "\x1b[?25h"),
            ("\x1b[?1000h", "\x1b[?1000l"),
            ("\x1b[?1004h", "\x1b[?1004l"),
        ] {
            let (on, off) = (all.rfind(on), all.rfind(off));
            assert!(on.is_some() && off > on, "not given back: {on:?} {off:?}");
        }
        all
    }
}
