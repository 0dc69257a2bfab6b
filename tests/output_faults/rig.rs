//! A private sound server, recorders of its devices, and the player as a
//! process of its own.

use crate::{RATE, number_of};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A private sound server with the devices "one", "two" and "aside".
pub struct Server {
    folder: tempfile::TempDir,
    process: Child,
}

impl Server {
    pub fn start() -> Self {
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

    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn restart(&mut self) {
        self.process = Self::spawn(self.folder.path());
        self.fill();
    }

    pub fn add(&self, sink: &str) {
        let name = format!("sink_name={sink}");
        let arguments = ["load-module", "module-null-sink", &name, "norewinds=1"];
        let form = ["format=float32le", "rate=44100", "channels=2"];
        self.pactl(&[&arguments[..], &form[..]].concat());
    }

    pub fn remove(&self, sink: &str) {
        let modules = self.try_pactl(&["list", "short", "modules"]).unwrap();
        let name = format!("sink_name={sink} ");
        let line = modules.lines().find(|line| line.contains(&name)).unwrap();
        self.pactl(&["unload-module", line.split('\t').next().unwrap()]);
    }

    /// Moves the only stream that plays, as a volume mixer does.
    pub fn move_stream(&self, sink: &str) {
        let streams = self.try_pactl(&["list", "short", "sink-inputs"]).unwrap();
        let number = streams.split('\t').next().unwrap();
        self.pactl(&["move-sink-input", number, sink]);
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

    pub fn pactl(&self, arguments: &[&str]) {
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
pub struct Recorder {
    process: Child,
    heard: Arc<Mutex<Vec<i64>>>,
}

impl Recorder {
    /// Records from here on.
    pub fn start(server: &Server, sink: &str) -> Self {
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

    pub fn first(&self) -> i64 {
        self.heard.lock().unwrap()[0]
    }

    pub fn last(&self) -> Option<i64> {
        self.heard.lock().unwrap().last().copied()
    }

    /// Waits until a second more has been heard.
    pub fn hear(&self) {
        let length = || self.heard.lock().unwrap().len();
        let enough = length() + RATE as usize;
        until("a second is heard", || length() >= enough);
    }

    /// The places where the numbers do not go on by one: (before, after).
    pub fn joins(&self) -> Vec<(i64, i64)> {
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
pub struct Player {
    process: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Player {
    pub fn start(server: &Server, device: Option<&str>) -> Self {
        Self::start_with(server, device, &[])
    }

    /// With these variables set.
    pub fn start_with(server: &Server, device: Option<&str>, variables: &[(&str, &str)]) -> Self {
        let this = std::env::current_exe().unwrap();
        let mut process = Server::environment(this.to_str().unwrap(), server.folder.path())
            .arg("--play")
            .envs(variables.iter().copied())
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

    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it says something that contains `text`.
    pub fn says(&self, text: &str) {
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
    pub fn stop(&self) {
        kill_process(Pid::from_child(&self.process), Signal::STOP).unwrap();
    }

    pub fn go_on(&self) {
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
