//! Faults of a real sound server, and what is heard on its devices.
//!
//! A private PulseAudio with devices made of nothing plays a programme in which
//! every frame tells its own number; `parec` records what the devices play.
//! Needs `pulseaudio`, `pactl` and `parec` (Debian: pulseaudio,
//! pulseaudio-utils). The player runs in a process of its own, since the server
//! is chosen by the environment: this file is its own harness.

use rustix::process::{Pid, Signal, kill_process};
use songs_after_dark::Frame;
use songs_after_dark::output::{Output, Render};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const RATE: i64 = 44_100;

/// The server moves sound in blocks of up to 10 ms while it is recorded, and
/// loses one or two that are under way when a stream moves.
const BLOCK: i64 = RATE / 100;

/// What may be heard twice after a death whose moment nobody tells: all that
/// was queued (two requests of 23 ms, and what the device had of a third), and a
/// block under way.
const TWICE: i64 = 3 * 1_035 + BLOCK;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--play") {
        play(arguments.next());
        return;
    }
    let faults: [(&str, fn()); 8] = [
        ("samples arrive untouched", samples_arrive_untouched),
        ("a suspended card goes on where it stopped", suspended),
        ("all devices lost, one back", all_devices_lost),
        ("server killed and restarted", server_killed),
        ("the server's placeholder is no device", placeholder),
        ("the default changes", default_changes),
        ("the named device comes back", named_device),
        ("no device at the start, one later", no_device_at_start),
    ];
    // As with other tests, an argument chooses those whose names contain it.
    let chosen = std::env::args().nth(1).unwrap_or_default();
    for (name, fault) in faults
        .into_iter()
        .filter(|(name, _)| name.contains(&chosen))
    {
        print!("{name} ... ");
        fault();
        println!("ok");
    }
}

fn samples_arrive_untouched() {
    let server = Server::start();
    let one = Recorder::start(&server, "one");
    let player = Player::start(&server, None);
    one.hear();
    assert_eq!(player.said()[0], format!("rate {RATE}"));
    assert_eq!(one.first(), 1);
    assert_eq!(one.joins(), []);
}

fn suspended() {
    let server = Server::start();
    let one = Recorder::start(&server, "one");
    let player = Player::start(&server, None);
    one.hear();
    server.pactl(&["suspend-sink", "one", "1"]);
    player.says("stands still");
    server.pactl(&["suspend-sink", "one", "0"]);
    one.hear();
    player.says("PulseAudio on");
    for (before, after) in one.joins() {
        assert_went_on(before, after);
    }
}

fn all_devices_lost() {
    let server = Server::start();
    let all = ["one", "two", "aside"].map(|sink| Recorder::start(&server, sink));
    let player = Player::start(&server, None);
    all[0].hear();
    // They go one after the other, and the server takes the stream along.
    server.pactl(&["unload-module", "module-null-sink"]);
    player.says("is gone");
    let before = all.iter().filter_map(Recorder::last).max().unwrap();
    player.stop();
    server.add("one");
    let again = Recorder::start(&server, "one");
    player.go_on();
    again.hear();
    player.says("2 PulseAudio on");
    let jump = again.first() - before - 1;
    assert!((-TWICE..=3 * BLOCK).contains(&jump), "{jump} frames");
}

fn server_killed() {
    let mut server = Server::start();
    let one = Recorder::start(&server, "one");
    let player = Player::start(&server, None);
    one.hear();
    server.kill();
    player.says("is gone");
    player.stop();
    server.restart();
    let again = Recorder::start(&server, "one");
    player.go_on();
    again.hear();
    player.says("2 PulseAudio on");
    // What the recorder had not fetched yet died with the server.
    let jump = again.first() - one.last().unwrap() - 1;
    assert!((-TWICE..=3 * BLOCK).contains(&jump), "{jump} frames");
}

fn placeholder() {
    let server = Server::start();
    server.pactl(&["load-module", "module-always-sink"]);
    let one = Recorder::start(&server, "one");
    let player = Player::start(&server, None);
    one.hear();
    server.pactl(&["unload-module", "module-null-sink"]);
    player.says("is gone");
    player.stop();
    server.add("one");
    let again = Recorder::start(&server, "one");
    player.go_on();
    again.hear();
    // Nothing is skipped, though the server had played on to nobody; how much
    // of that is heard for the first time nobody can tell.
    let jump = again.first() - one.last().unwrap() - 1;
    assert!((-RATE - TWICE..=3 * BLOCK).contains(&jump), "{jump} frames");
}

fn default_changes() {
    let server = Server::start();
    let one = Recorder::start(&server, "one");
    let two = Recorder::start(&server, "two");
    let player = Player::start(&server, None);
    one.hear();
    server.pactl(&["set-default-sink", "two"]);
    two.hear();
    player.says("2 PulseAudio on");
    assert_went_on(one.last().unwrap(), two.first());
    assert_eq!((one.joins(), two.joins()), (vec![], vec![]));
}

fn named_device() {
    let server = Server::start();
    let two = Recorder::start(&server, "two");
    let player = Player::start(&server, Some("pulseaudio:two"));
    two.hear();
    server.pactl(&["set-default-sink", "aside"]);
    server.pactl(&["set-default-sink", "one"]);
    server.remove("two");
    // The server sends the stream to its default.
    player.says("2 PulseAudio on");
    server.add("two");
    let again = Recorder::start(&server, "two");
    again.hear();
    player.says("3 PulseAudio on");
}

fn no_device_at_start() {
    let server = Server::start();
    server.pactl(&["unload-module", "module-null-sink"]);
    let player = Player::start(&server, None);
    player.says("There is no sound device; the tape runs unheard until there is one.");
    std::thread::sleep(Duration::from_millis(500));
    server.add("one");
    let one = Recorder::start(&server, "one");
    one.hear();
    player.says("1 PulseAudio on");
    let first = one.first();
    assert!(first > RATE / 4, "the tape had run unheard to {first} only");
}

/// The music went on at the sample where it stopped, as well as can be known.
fn assert_went_on(before: i64, after: i64) {
    let jump = after - before - 1;
    assert!(
        (-TWICE..=2 * BLOCK).contains(&jump),
        "after frame {before} came {after}: {jump} frames left out"
    );
}

/// Renders frame `n`, counted from 1, as two digits that a float holds exactly.
struct Numbers(u32);

impl Render for Numbers {
    fn render(&mut self, out: &mut [Frame]) {
        for frame in out {
            self.0 += 1;
            let (low, high) = (self.0 % 4_096, self.0 / 4_096);
            *frame = [low as f32 / 8_192.0, high as f32 / 8_192.0];
        }
    }

    fn retune(&mut self, sample_rate: u32) {
        println!("retuned to {sample_rate}");
    }
}

fn number_of(frame: Frame) -> i64 {
    let [low, high] = frame.map(|sample| f64::from(sample) * 8_192.0);
    assert!(
        low.fract() == 0.0 && high.fract() == 0.0,
        "{frame:?} was not sent by the player"
    );
    low as i64 + 4_096 * high as i64
}

/// The player's process: plays until its standard input ends, and says so
/// whenever the status changes.
fn play(device: Option<String>) {
    let output = Output::open(device);
    println!("rate {}", output.sample_rate());
    output.attach(Box::new(Numbers(0)));
    let ended = Arc::new(AtomicBool::new(false));
    let end = ended.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        end.store(true, Ordering::Relaxed);
    });
    let mut before = String::new();
    while !ended.load(Ordering::Relaxed) {
        let status = output.status();
        let line = status.lost.unwrap_or_else(|| {
            let (count, host, device) = (status.generation, status.host, status.device);
            format!("{count} {host} on {device}")
        });
        if before != line {
            println!("{line}");
            before = line;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A private sound server with the devices "one", "two" and "aside".
struct Server {
    folder: tempfile::TempDir,
    process: Child,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = Self::spawn(folder.path());
        let server = Self { folder, process };
        server.fill();
        server
    }

    fn spawn(folder: &Path) -> Child {
        let socket = folder.join("pulse.sock");
        let _ = fs::remove_file(&socket);
        let protocol = format!(
            "module-native-protocol-unix auth-anonymous=1 socket={}",
            socket.display()
        );
        Self::environment("pulseaudio", folder)
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1"])
            .args(["--use-pid-file=no", "--disallow-exit", "-L", &protocol])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pulseaudio is needed (Debian: pulseaudio)")
    }

    fn environment(program: &str, folder: &Path) -> Command {
        let client = folder.join("client.conf");
        fs::write(&client, "autospawn = no\n").unwrap();
        let mut command = Command::new(program);
        command
            .env("XDG_RUNTIME_DIR", folder)
            .env("HOME", folder)
            .env(
                "PULSE_SERVER",
                format!("unix:{}", folder.join("pulse.sock").display()),
            )
            .env("PULSE_CLIENTCONFIG", client)
            // Without a configuration ALSA has no way round the server.
            .env("ALSA_CONFIG_PATH", folder.join("none"));
        command
    }

    fn fill(&self) {
        until("the sound server answers", || {
            self.try_pactl(&["info"]).is_ok()
        });
        for sink in ["one", "two", "aside"] {
            self.add(sink);
        }
        self.pactl(&["set-default-sink", "one"]);
        // The server moves recorders of its default source when that changes.
        self.pactl(&["set-default-source", "aside.monitor"]);
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn restart(&mut self) {
        self.process = Self::spawn(self.folder.path());
        self.fill();
    }

    fn add(&self, sink: &str) {
        let name = format!("sink_name={sink}");
        let arguments = ["load-module", "module-null-sink", &name, "norewinds=1"];
        let form = ["format=float32le", "rate=44100", "channels=2"];
        self.pactl(&[&arguments[..], &form[..]].concat());
    }

    fn remove(&self, sink: &str) {
        let modules = self.try_pactl(&["list", "short", "modules"]).unwrap();
        let name = format!("sink_name={sink} ");
        let line = modules.lines().find(|line| line.contains(&name)).unwrap();
        self.pactl(&["unload-module", line.split('\t').next().unwrap()]);
    }

    fn try_pactl(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Self::environment("pactl", self.folder.path())
            .args(arguments)
            .output()
            .expect("pactl is needed (Debian: pulseaudio-utils)");
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    fn pactl(&self, arguments: &[&str]) {
        if let Err(error) = self.try_pactl(arguments) {
            panic!("pactl {arguments:?}: {error}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The numbers of the frames that one device has played, silence left out.
struct Recorder {
    process: Child,
    heard: Arc<Mutex<Vec<i64>>>,
}

impl Recorder {
    /// Records from here on.
    fn start(server: &Server, sink: &str) -> Self {
        let mut process = Server::environment("parec", server.folder.path())
            .args(["-d", &format!("{sink}.monitor"), "--raw"])
            .args(["--format=float32le", "--rate=44100", "--channels=2"])
            .arg("--latency-msec=10")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("parec is needed (Debian: pulseaudio-utils)");
        let mut pipe = BufReader::new(process.stdout.take().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let runs = Arc::new(AtomicBool::new(false));
        let (into, running) = (heard.clone(), runs.clone());
        std::thread::spawn(move || {
            let mut bytes = [0_u8; 8];
            while pipe.read_exact(&mut bytes).is_ok() {
                running.store(true, Ordering::Relaxed);
                let [a, b, c, d, e, f, g, h] = bytes;
                let (left, right) = ([a, b, c, d], [e, f, g, h]);
                let frame = [f32::from_le_bytes(left), f32::from_le_bytes(right)];
                if frame != [0.0; 2] {
                    into.lock().unwrap().push(number_of(frame));
                }
            }
        });
        until("the recorder runs", || runs.load(Ordering::Relaxed));
        Self { process, heard }
    }

    fn first(&self) -> i64 {
        self.heard.lock().unwrap()[0]
    }

    fn last(&self) -> Option<i64> {
        self.heard.lock().unwrap().last().copied()
    }

    /// Waits until a second more has been heard.
    fn hear(&self) {
        let length = || self.heard.lock().unwrap().len();
        let enough = length() + RATE as usize;
        until("a second is heard", || length() >= enough);
    }

    /// The places where the numbers do not go on by one: (before, after).
    fn joins(&self) -> Vec<(i64, i64)> {
        let heard = self.heard.lock().unwrap();
        let pairs = heard.windows(2).map(|pair| (pair[0], pair[1]));
        pairs.filter(|(a, b)| *b != a + 1).collect()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The player, and what it says.
struct Player {
    process: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Player {
    fn start(server: &Server, device: Option<&str>) -> Self {
        let this = std::env::current_exe().unwrap();
        let mut process = Server::environment(this.to_str().unwrap(), server.folder.path())
            .arg("--play")
            .args(device)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let said = Arc::new(Mutex::new(Vec::new()));
        let into = said.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                into.lock().unwrap().push(line);
            }
        });
        Self { process, said }
    }

    fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it says something that contains `text`.
    fn says(&self, text: &str) {
        let start = Instant::now();
        while !self.said().iter().any(|line| line.contains(text)) {
            let said = self.said();
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "the player never says \"{text}\" but {said:#?}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Freezes it, so that it cannot play before somebody listens.
    fn stop(&self) {
        kill_process(Pid::from_child(&self.process), Signal::STOP).unwrap();
    }

    fn go_on(&self) {
        kill_process(Pid::from_child(&self.process), Signal::CONT).unwrap();
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.go_on();
            println!("the player said {:#?}", self.said());
        }
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(30), "never: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
