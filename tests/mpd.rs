//! The server for clients of MPD, by `mpc` and by lines of the protocol.
#![cfg(unix)]

mod tone;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tone::tone;

/// Longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Player {
    child: Child,
    port: u16,
}

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_afterdark"));
    for name in ["STATE", "DATA", "CACHE"] {
        program.env(format!("XDG_{name}_HOME"), folder.join(format!(".{name}")));
    }
    program
        .env("XDG_CONFIG_HOME", folder.join(".config"))
        .env("XDG_RUNTIME_DIR", folder)
        .env("PULSE_SERVER", "/nowhere")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .current_dir(folder)
        .stdin(Stdio::null());
    program
}

impl Player {
    fn start(folder: &Path, tape: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let child = program(folder)
            .args(["--no-ui", &format!("--mpd=127.0.0.1:{port}"), tape])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let player = Self { child, port };
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(since.elapsed() < PATIENCE, "it does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        player
    }

    fn connect(&self) -> Client {
        let socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut client = Client(BufReader::new(socket));
        assert!(client.line().starts_with("OK MPD 0."));
        client
    }

    /// What `mpc` prints.
    fn mpc(&self, args: &[&str]) -> String {
        let done = Command::new("mpc")
            .args(["--host", "127.0.0.1", "--port", &self.port.to_string()])
            .args(args)
            .output()
            .unwrap();
        assert!(done.status.success(), "{args:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn say(&mut self, line: &str) {
        self.0
            .get_mut()
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
    }

    /// All lines of an answer, its `OK` or `ACK` the last.
    fn ask(&mut self, line: &str) -> Vec<String> {
        self.say(line);
        let mut all = Vec::new();
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "the line was cut after {all:?}");
            let last = line == "OK" || line.starts_with("ACK");
            all.push(line);
            if last {
                return all;
            }
        }
    }

    /// Asks until there is such a line.
    fn until(&mut self, ask: &str, line: &str) {
        let since = Instant::now();
        while !self.ask(ask).iter().any(|told| told == line) {
            assert!(since.elapsed() < PATIENCE, "{line}: {:?}", self.ask(ask));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn tapes() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    tone(&path.join("one.wav"), 90);
    tone(&path.join("two.wav"), 120);
    fs::create_dir(path.join("shelf")).unwrap();
    tone(&path.join("shelf/Late Bus.wav"), 60);
    fs::create_dir_all(path.join(".config/afterdark")).unwrap();
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/small.png");
    fs::copy(picture, path.join("cover.png")).unwrap();
    fs::write(
        path.join("tape.m3u8"),
        "#EXTM3U\n#EXTINF:90,Ana - One\none.wav\n#EXTINF:120,Bo - Two\ntwo.wav\n",
    )
    .unwrap();
    folder
}

#[test]
fn mpc_plays_the_tape() {
    if Command::new("mpc").arg("--version").output().is_err() {
        eprintln!("skipped: mpc is not installed (script/needs test)");
        return;
    }
    let folder = tapes();
    let player = Player::start(folder.path(), "tape.m3u8");
    player.connect().until("status", "state: play");
    assert_eq!(player.mpc(&["current"]), "Ana - One\n");
    assert_eq!(player.mpc(&["playlist"]), "Ana - One\nBo - Two\n");
    player.mpc(&["volume", "40"]);
    assert!(player.mpc(&["volume"]).contains("40%"));
    player.mpc(&["play", "2"]);
    player.connect().until("status", "song: 1");
    player.mpc(&["seek", "1:00"]);
    let mut client = player.connect();
    let since = Instant::now();
    loop {
        let told = client.ask("status");
        let elapsed = told.iter().find_map(|line| line.strip_prefix("elapsed: "));
        if elapsed.is_some_and(|elapsed| elapsed.parse::<f64>().unwrap() >= 60.0) {
            break;
        }
        assert!(since.elapsed() < PATIENCE, "{told:?}");
    }
    player.mpc(&["pause"]);
    client.until("status", "state: pause");
    player.mpc(&["toggle"]);
    client.until("status", "state: play");
    player.mpc(&["prev"]);
    player.mpc(&["stop"]);
    client.until("status", "state: stop");

    // What is on the shelf, and another tape made of it.
    let scanned = program(folder.path())
        .args(["shelf", "add", "shelf"])
        .output()
        .unwrap();
    assert!(scanned.status.success(), "{scanned:?}");
    let found = player.mpc(&["search", "title", "late"]);
    assert!(found.trim_end().ends_with("shelf/Late Bus.wav"), "{found}");
    assert!(player.mpc(&["list", "title"]).contains("Late Bus"));
    player.mpc(&["clear"]);
}

#[test]
fn lines_of_the_protocol_are_answered() {
    let folder = tapes();
    let player = Player::start(folder.path(), "tape.m3u8");
    let mut client = player.connect();
    client.until("status", "state: play");
    let mut idle = player.connect();
    idle.ask("status");
    // What the start has brought is told first.
    idle.say("idle mixer");
    client.ask("setvol 55");
    let mut told = vec![idle.line(), idle.line()];
    assert_eq!(told, ["changed: mixer", "OK"]);
    idle.say("idle options");
    idle.say("noidle");
    assert_eq!(idle.line(), "OK");
    idle.say("idle options");
    client.ask("single 1");
    told = vec![idle.line(), idle.line()];
    assert_eq!(told, ["changed: options", "OK"]);
    client.ask("single 0");

    client.say("command_list_ok_begin\nstatus\ncurrentsong\ncommand_list_end");
    let mut listed = 0;
    loop {
        match client.line().as_str() {
            "list_OK" => listed += 1,
            "OK" => break,
            _ => {}
        }
    }
    assert_eq!(listed, 2);
    for (line, refusal) in [
        ("dance", "ACK [5@0] {dance}"),
        ("play 9", "ACK [2@0] {play}"),
        ("setvol loud", "ACK [2@0] {setvol}"),
        ("add \"nowhere.wav\"", "ACK [50@0] {add}"),
        ("status \"", "ACK [5@0]"),
        ("albumart tape/A1 99999999", "ACK [2@0]"),
    ] {
        let told = client.ask(line);
        assert!(told[0].starts_with(refusal), "{line}: {told:?}");
    }
}

#[test]
fn a_cover_in_parts_is_the_cover() {
    let folder = tapes();
    let player = Player::start(folder.path(), "tape.m3u8");
    let mut client = player.connect();
    client.until("status", "state: play");
    let cover = fs::read(folder.path().join("cover.png")).unwrap();
    let since = Instant::now();
    let mut got = Vec::new();
    while got.len() < cover.len() {
        client.say(&format!("albumart tape/A1 {}", got.len()));
        let size = client.line();
        if size.starts_with("ACK") {
            // The card is still being read.
            assert!(since.elapsed() < PATIENCE, "{size}");
            std::thread::sleep(Duration::from_millis(20));
            continue;
        }
        assert_eq!(size, format!("size: {}", cover.len()));
        let binary = client.line();
        let bytes: usize = binary.strip_prefix("binary: ").unwrap().parse().unwrap();
        let mut part = vec![0; bytes + 1];
        client.0.read_exact(&mut part).unwrap();
        got.extend_from_slice(&part[..bytes]);
        assert_eq!(client.line(), "OK");
    }
    assert!(got == cover);
}

#[test]
fn a_password_comes_first() {
    let folder = tapes();
    let config = folder.path().join(".config/afterdark/config.toml");
    fs::write(config, "mpd-password = \"night\"\n").unwrap();
    let player = Player::start(folder.path(), "tape.m3u8");
    let mut client = player.connect();
    assert_eq!(client.ask("ping"), ["OK"]);
    assert!(client.ask("status")[0].starts_with("ACK [4@0] {status}"));
    assert!(client.ask("password day")[0].starts_with("ACK [3@0]"));
    assert_eq!(client.ask("password night"), ["OK"]);
    assert_eq!(client.ask("status").last().unwrap(), "OK");
}

#[test]
fn hostile_clients_are_let_go() {
    let folder = tapes();
    let player = Player::start(folder.path(), "tape.m3u8");
    let mut client = player.connect();
    let mut long = player.connect();
    let _ = long.0.get_mut().write_all(&vec![b'x'; 100_000]);
    let mut rest = Vec::new();
    let _ = long.0.read_to_end(&mut rest);
    assert!(rest.len() < 1000);
    let crowd: Vec<_> = (0..200)
        .map(|_| TcpStream::connect(("127.0.0.1", player.port)))
        .collect();
    assert_eq!(client.ask("status").last().unwrap(), "OK");
    drop(crowd);
    let since = Instant::now();
    loop {
        let mut line = String::new();
        let socket = TcpStream::connect(("127.0.0.1", player.port)).unwrap();
        let _ = BufReader::new(socket).read_line(&mut line);
        if line.starts_with("OK MPD") {
            break;
        }
        assert!(since.elapsed() < PATIENCE, "nobody comes in any more");
    }
}
