//! Remote control, by real programs: what scripts and bars of a desktop do, and
//! what a hostile one does.
#![cfg(unix)]

mod tone;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tone::tone;

/// Longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that plays to nothing, in real time, in a folder of its own.
struct Player {
    child: Child,
    folder: PathBuf,
}

fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_afterdark"));
    for name in ["STATE", "CONFIG", "DATA", "CACHE"] {
        program.env(format!("XDG_{name}_HOME"), folder.join(format!(".{name}")));
    }
    program
        .env("XDG_RUNTIME_DIR", folder)
        .env("PULSE_SERVER", "/nowhere")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("AFTERDARK_LOG")
        .current_dir(folder);
    program
}

impl Player {
    fn start(folder: &Path, tape: &str) -> Self {
        let child = program(folder)
            .args(["--no-ui", tape])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let player = Self {
            child,
            folder: folder.to_owned(),
        };
        let since = Instant::now();
        while !player.socket().exists() || player.status()["motion"] != "playing" {
            assert!(since.elapsed() < PATIENCE, "it does not play");
            std::thread::sleep(Duration::from_millis(20));
        }
        player
    }

    fn socket(&self) -> PathBuf {
        self.folder
            .join(format!("afterdark/{}.sock", self.child.id()))
    }

    fn call(&self, args: &[&str]) -> Output {
        program(&self.folder).args(args).output().unwrap()
    }

    fn status(&self) -> Value {
        let pid = self.child.id().to_string();
        let told = self.call(&["status", "--json", "--pid", &pid]);
        serde_json::from_slice(&told.stdout).unwrap_or_default()
    }

    /// Waits until the status is as it should be.
    fn until(&self, what: &str, is: impl Fn(&Value) -> bool) {
        let since = Instant::now();
        while !is(&self.status()) {
            assert!(since.elapsed() < PATIENCE, "{what}: {}", self.status());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn connect(&self) -> BufReader<UnixStream> {
        let socket = UnixStream::connect(self.socket()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        BufReader::new(socket)
    }

    fn quit(mut self) {
        assert!(self.call(&["do", "quit"]).status.success());
        assert!(self.child.wait().unwrap().success());
        assert!(!self.socket().exists(), "the socket is left behind");
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(line: &mut BufReader<UnixStream>, question: &[u8]) -> String {
    line.get_mut().write_all(question).unwrap();
    let mut answer = String::new();
    line.read_line(&mut answer).unwrap();
    answer
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with tapes `one` (songs `first` and `second`) and `two`.
fn tapes() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    tone(&path.join("first.wav"), 90);
    tone(&path.join("second.wav"), 90);
    tone(&path.join("third.wav"), 30);
    fs::write(
        path.join("one.m3u8"),
        "#EXTM3U\n#EXTINF:90,Ana - First\nfirst.wav\n#EXTINF:90,Bo - Second\nsecond.wav\n",
    )
    .unwrap();
    fs::write(path.join("two.m3u8"), "third.wav\n").unwrap();
    folder
}

#[test]
fn a_running_program_is_steered_and_tells_what_it_does() {
    let folder = tapes();
    let player = Player::start(folder.path(), "one.m3u8");
    for (path, mode) in [
        (folder.path().join("afterdark"), 0o700),
        (player.socket(), 0o600),
    ] {
        let is = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(is, mode, "{path:?}");
    }
    let mut events = program(folder.path())
        .arg("events")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(events.stdout.take().unwrap()).lines();
    // On a busy machine the tape may stand still for a moment, and be told so.
    let mut next = |what: &str| loop {
        let event: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let changed = event["changed"].as_array().unwrap();
        if changed.iter().any(|changed| changed == what) {
            return event;
        }
        let first = what.is_empty() && changed.is_empty();
        assert!(
            first || changed.len() == 1 && changed[0] == "position",
            "{event}"
        );
        if first {
            return event;
        }
    };
    let first = next("");
    assert_eq!(first["status"]["version"], 1);
    assert_eq!(first["status"]["tape"]["songs"], 2);

    let done = player.call(&["do", "volume", "33"]);
    assert!(done.status.success(), "{done:?}");
    assert_eq!(next("volume")["status"]["volume"], 33);

    player.call(&["do", "next"]);
    assert_eq!(next("song")["status"]["song"]["title"], "Second");
    player.call(&["do", "seek", "+30"]);
    loop {
        let song = &next("position")["status"]["song"];
        assert_eq!(song["number"], 2);
        if song["position_s"].as_f64().unwrap() >= 30.0 {
            break;
        }
    }

    player.call(&["do", "pause"]);
    assert_eq!(next("motion")["status"]["motion"], "paused");
    let format = "{title}|{tape.of}|{length}|{motion}|{volume}";
    let told = player.call(&["status", "--format", format]);
    assert_eq!(words(&told.stdout), "Second|1|1:30|paused|33\n");

    // A tape is changed from another folder, by a path of that one.
    fs::create_dir(folder.path().join("sub")).unwrap();
    let done = program(folder.path())
        .current_dir(folder.path().join("sub"))
        .args(["do", "insert", "../two.m3u8"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    player.until("the other tape", |status| {
        status["song"]["title"] == "third"
    });

    for (args, code, said) in [
        (&["do", "dance"][..], 2, "no action `dance`"),
        (&["do", "seek", "soon"], 2, "`seek` takes"),
        (&["do", "deck", "gramophone"], 1, "`deck` has no choice"),
        (&["do", "insert", "nowhere.m3u"], 1, "nowhere.m3u"),
        (&["status", "--format", "{tune}"], 1, "no {tune}"),
        (&["status", "--pid", "1"], 1, "number 1"),
    ] {
        let done = player.call(args);
        assert_eq!(done.status.code(), Some(code), "{args:?}: {done:?}");
        assert!(words(&done.stderr).contains(said), "{args:?}: {done:?}");
    }
    player.quit();
    assert!(events.wait().unwrap().success());
    // Everything up to the end of the line was a change of something.
    for line in lines {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        assert_ne!(event["changed"], serde_json::json!([]), "told twice");
    }
    let nobody = program(folder.path()).arg("status").output().unwrap();
    assert_eq!(nobody.status.code(), Some(1));
    assert!(words(&nobody.stderr).contains("not running"), "{nobody:?}");
}

#[test]
fn what_another_left_behind_is_taken_away_and_the_last_started_answers() {
    let folder = tapes();
    let dead = folder.path().join("afterdark/999999999.sock");
    fs::create_dir(folder.path().join("afterdark")).unwrap();
    drop(UnixListener::bind(&dead).unwrap());
    let one = Player::start(folder.path(), "one.m3u8");
    std::thread::sleep(Duration::from_millis(20));
    let two = Player::start(folder.path(), "two.m3u8");
    assert!(!dead.exists());
    assert_eq!(
        words(&one.call(&["status", "--format", "{title}"]).stdout),
        "third\n"
    );
    let pid = one.child.id().to_string();
    let named = one.call(&["status", "--pid", &pid, "--format", "{title}"]);
    assert_eq!(words(&named.stdout), "First\n");
    two.quit();
    assert_eq!(
        words(&one.call(&["status", "--format", "{title}"]).stdout),
        "First\n"
    );
    one.quit();
}

/// Bytes that a program has in memory of its own.
fn memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_clients_cost_nothing_that_lasts() {
    let folder = tapes();
    let player = Player::start(folder.path(), "one.m3u8");
    let before = memory(player.child.id());

    // A million bytes and no end of the line.
    let mut line = player.connect();
    let mut sent = 0;
    while sent < 1_000_000 {
        match line.get_mut().write(&[b'x'; 10_000]) {
            Ok(n) => sent += n,
            Err(_) => break,
        }
    }
    let mut rest = String::new();
    let _ = line.read_to_string(&mut rest);
    assert!(
        sent < 1_000_000 || rest.contains("at most"),
        "{sent} {rest}"
    );

    // What is no text, and what is no question.
    let mut line = player.connect();
    for noise in [&b"\xff\x00\x80\n"[..], b"{\"do\":7}\n", b"[]\n", b"\n"] {
        assert!(ask(&mut line, noise).contains("\"ok\":false"));
    }
    assert!(ask(&mut line, b"{\"ask\":\"status\"}\n").contains("\"motion\""));

    // Five hundred who come and say nothing; who came before still hears.
    let crowd: Vec<_> = (0..500)
        .map(|_| UnixStream::connect(player.socket()))
        .collect();
    assert!(ask(&mut player.connect(), b"{\"ask\":\"tape\"}\n").contains("\"songs\""));

    // Twenty who ask without end and never read.
    let deaf: Vec<UnixStream> = (0..20)
        .map(|_| {
            let socket = UnixStream::connect(player.socket()).unwrap();
            socket.set_nonblocking(true).unwrap();
            let asked =
                b"{\"ask\":\"events\"}\n{\"ask\":\"tape\"}\n{\"ask\":\"status\"}\n".repeat(4000);
            let _ = (&socket).write(&asked);
            socket
        })
        .collect();
    for volume in 0..40 {
        let asked = format!("{{\"do\":\"volume {volume}\"}}\n");
        let answer = ask(&mut player.connect(), asked.as_bytes());
        assert_eq!(answer, "{\"ok\":true}\n");
    }
    // The kernel keeps what they do not read; we keep little.
    let grown = memory(player.child.id()).saturating_sub(before);
    assert!(grown < 32 << 20, "{grown} bytes more");
    let at = |status: &Value| status["side_position_s"].as_f64().unwrap();
    let here = at(&player.status());
    player.until("it goes on", |status| at(status) > here + 0.5);
    drop((crowd, deaf));
    player.quit();
}
