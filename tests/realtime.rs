//! Real-time priority from rtkit, by a stand-in for it on a bus of our own.
#![cfg(all(target_os = "linux", feature = "dbus"))]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use zbus::block_on;

const NAME: &str = "org.freedesktop.RealtimeKit1";

/// Answers as rtkit does, and tells what it was asked.
struct Kit(Sender<(u64, u32)>);

#[zbus::interface(name = "org.freedesktop.RealtimeKit1")]
impl Kit {
    #[zbus(property, name = "RTTimeUSecMax")]
    fn longest(&self) -> i64 {
        200_000
    }

    #[zbus(property, name = "MaxRealtimePriority")]
    fn highest(&self) -> i32 {
        3
    }

    #[zbus(name = "MakeThreadRealtime")]
    fn raise(&self, thread: u64, priority: u32) {
        self.0.send((thread, priority)).unwrap();
    }
}

struct Bus(Child);

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What `devices` says where the system itself allows no real-time priority, and
/// how it ended.
fn devices(bus: &str, folder: &std::path::Path) -> String {
    let program = env!("CARGO_BIN_EXE_afterdark");
    let limit = ["prlimit", "--rtprio=0:0", program, "devices"];
    // Root may do what limits forbid, unless it gives that up.
    let give_up = [
        "setpriv",
        "--bounding-set=-sys_nice",
        "--inh-caps=-sys_nice",
    ];
    let as_root = Command::new(give_up[0])
        .args(&give_up[1..])
        .arg("true")
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let words: Vec<&str> = if as_root {
        give_up.into_iter().chain(limit).collect()
    } else {
        limit.to_vec()
    };
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .env("DBUS_SYSTEM_BUS_ADDRESS", bus)
        .env("PULSE_SERVER", "/nowhere")
        .env("XDG_RUNTIME_DIR", folder);
    let told = command.output().unwrap();
    String::from_utf8(told.stdout).unwrap()
}

#[test]
fn rtkit_is_asked_where_the_system_gives_no_priority() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("unix:path={}", folder.path().join("bus").display());
    let daemon = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--print-address", "--address"])
        .arg(&address)
        .stdout(Stdio::piped())
        .spawn();
    let Ok(daemon) = daemon else {
        eprintln!("skipped: dbus-daemon is not installed (script/needs test)");
        return;
    };
    let mut bus = Bus(daemon);
    let mut line = String::new();
    BufReader::new(bus.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let none = devices(&address, folder.path());
    assert!(none.contains("rtkit gives none"), "{none}");

    let (asked, heard) = channel();
    let kit = zbus::connection::Builder::address(address.as_str())
        .name(NAME)
        .serve_at("/org/freedesktop/RealtimeKit1", Kit(asked))
        .build();
    let _kit = block_on(kit).unwrap();
    let given = devices(&address, folder.path());
    assert!(given.contains("by rtkit"), "{given}");
    let (thread, priority) = heard.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(thread > 1);
    // No higher than it gives.
    assert_eq!(priority, 3);
}
