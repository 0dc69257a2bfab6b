//! The shelf where disk, clock or another program are against it: nothing is
//! lost, nothing is told that is not so, and the next scan makes it good.

#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

/// A home of its own with music in it, and the program to run there.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("Music")).unwrap();
        Self { folder }
    }

    fn music(&self) -> PathBuf {
        self.folder.path().join("Music")
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join(".cache/afterdark/shelf.sqlite")
    }

    /// So many files in folders of so many. What is in them does not matter here.
    fn songs(&self, all: usize, in_folder: usize) {
        for n in 0..all {
            let folder = self.music().join(format!("{:03}", n / in_folder));
            fs::create_dir_all(&folder).unwrap();
            File::create(folder.join(format!("A song with a long enough name {n}.flac"))).unwrap();
        }
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env("HOME", self.folder.path());
        for name in [
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
        ] {
            command.env_remove(name);
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let program = env!("CARGO_BIN_EXE_afterdark");
        self.command(program, arguments).output().unwrap()
    }

    fn scan(&self) -> serde_json::Value {
        let done = self.run(&["shelf", "scan", "--quick", "--json"]);
        assert!(done.status.success(), "{done:?}");
        serde_json::from_slice(&done.stdout).unwrap()
    }

    /// Songs on the shelf, each tape's counted.
    fn on_shelf(&self) -> u64 {
        let done = self.run(&["shelf", "list", "--json"]);
        assert!(done.status.success(), "{done:?}");
        let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        let tapes = told["tapes"].as_array().unwrap().iter();
        tapes.map(|tape| tape["songs"].as_u64().unwrap()).sum()
    }

    fn is_sound(&self) -> bool {
        let check = rusqlite::Connection::open(self.index()).unwrap();
        let said: String = check
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        said == "ok"
    }
}

/// One sentence, of the index and without a backtrace.
fn said(done: &Output) -> String {
    let said = String::from_utf8(done.stderr.clone()).unwrap();
    assert!(said.lines().count() <= 2, "{said}");
    assert!(said.contains("shelf.sqlite"), "{said}");
    said
}

#[test]
fn a_full_disk_is_told_and_the_next_scan_makes_it_good() {
    let home = Home::new();
    home.songs(3000, 100);
    let program = env!("CARGO_BIN_EXE_afterdark");
    // No file may grow over so many blocks: writing fails where a disk would be full.
    let mut failed = 0;
    for blocks in [8, 64, 256, 512] {
        let limited =
            format!("trap '' XFSZ; ulimit -f {blocks}; exec '{program}' shelf scan --quick");
        let done = home.command("sh", &["-c", &limited]).output().unwrap();
        if !done.status.success() {
            assert_eq!(done.status.code(), Some(1), "{done:?}");
            said(&done);
            failed += 1;
        }
    }
    assert!(failed >= 2, "the limit was never met");
    home.scan();
    assert_eq!(home.on_shelf(), 3000);
    assert!(home.is_sound());
}

#[test]
fn an_index_that_may_only_be_read_is_read() {
    let home = Home::new();
    home.songs(20, 10);
    home.scan();
    // Whoever may do everything is somebody else meanwhile.
    let program = home.folder.path().join("afterdark");
    fs::copy(env!("CARGO_BIN_EXE_afterdark"), &program).unwrap();
    let root = rustix::process::getuid().is_root();
    let read_only = |on: bool| {
        let folder = home.index().parent().unwrap().to_owned();
        for (path, mode) in [
            (home.folder.path().to_owned(), 0o755),
            (home.folder.path().join(".cache"), 0o755),
            (home.index(), if on { 0o444 } else { 0o644 }),
            (folder, if on { 0o555 } else { 0o755 }),
        ] {
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
    };
    read_only(true);
    let run = |arguments: &[&str]| {
        let mut command = home.command(&program, arguments);
        if root {
            command.uid(65534).gid(65534);
        }
        command.output().unwrap()
    };
    let listed = run(&["shelf", "list"]);
    let scanned = run(&["shelf", "scan"]);
    fs::remove_file(home.index()).unwrap();
    let none = run(&["shelf", "list"]);
    let list = String::from_utf8_lossy(&listed.stdout);
    assert!(list.contains("000 · 10 songs"), "{listed:?}");
    for failed in [scanned, none] {
        assert_eq!(failed.status.code(), Some(1), "{failed:?}");
        said(&failed);
    }
}

#[test]
fn damage_anywhere_in_the_index_costs_one_more_scan() {
    let home = Home::new();
    home.songs(1500, 50);
    home.scan();
    let size = fs::metadata(home.index()).unwrap().len();
    let page = 4096;
    for from in (1..size / page).step_by(7) {
        let index = File::options().write(true).open(home.index()).unwrap();
        index.write_all_at(&[0xa5; 4096], from * page).unwrap();
        drop(index);
        // Whatever of them meets it; the last sees every file.
        home.on_shelf();
        let done = home.run(&["shelf", "scan"]);
        assert!(done.status.success(), "page {from}: {done:?}");
        assert_eq!(home.on_shelf(), 1500, "page {from}");
    }
}

#[test]
fn two_programs_scan_at_once() {
    let home = Home::new();
    home.songs(4000, 40);
    let program = env!("CARGO_BIN_EXE_afterdark");
    let start = || {
        let mut command = home.command(program, &["shelf", "scan"]);
        command.spawn().unwrap()
    };
    let both = [start(), start()];
    // A third reads meanwhile.
    let found = home.run(&["shelf", "list"]);
    assert!(found.status.success(), "{found:?}");
    for scan in both {
        let done = scan.wait_with_output().unwrap();
        assert!(done.status.success(), "{done:?}");
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(told.contains("4000 songs on 100 tapes"), "{told}");
    }
    assert_eq!(home.on_shelf(), 4000);
    assert!(home.is_sound());
}

#[test]
fn one_that_writes_for_long_is_waited_for() {
    let home = Home::new();
    home.songs(10, 10);
    home.scan();
    home.songs(20, 10);
    let other = rusqlite::Connection::open(home.index()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let program = env!("CARGO_BIN_EXE_afterdark");
    let scan = home.command(program, &["shelf", "scan"]).spawn().unwrap();
    // Longer than a library's own patience.
    std::thread::sleep(Duration::from_secs(12));
    other.execute_batch("COMMIT").unwrap();
    let done = scan.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    assert_eq!(home.on_shelf(), 20);
}

#[test]
fn a_clock_set_back_hides_nothing() {
    let home = Home::new();
    home.songs(3, 3);
    let folder = home.music().join("000");
    let set = |when: SystemTime| File::open(&folder).unwrap().set_modified(when).unwrap();
    let future = SystemTime::now() + Duration::from_secs(3600);
    set(future);
    assert_eq!(home.scan()["read"], 3);
    // What comes when the clock has been set back may come at the same time again.
    File::create(folder.join("new.flac")).unwrap();
    set(future);
    assert_eq!(home.scan()["read"], 1);
    // A file that is older than it was.
    let file = File::options()
        .append(true)
        .open(folder.join("new.flac"))
        .unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1))
        .unwrap();
    set(SystemTime::now() - Duration::from_secs(60));
    assert_eq!(home.scan()["read"], 1);
    assert_eq!(home.on_shelf(), 4);
}

#[test]
fn a_hundred_thousand_files_in_one_folder_are_one_tape() {
    let home = Home::new();
    home.songs(100_000, 100_000);
    assert_eq!(home.scan()["read"], 100_000);
    assert_eq!(home.on_shelf(), 100_000);
    let again = home.run(&["shelf", "scan", "--json"]);
    let again: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((&again["read"], &again["gone"]), (&0.into(), &0.into()));
}
