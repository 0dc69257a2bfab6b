//! Files that the program writes: never over what is somebody's, as readable
//! as the user's umask says, whole or not there.
#![cfg(unix)]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_afterdark");

/// Runs a line of the shell in `folder`, where `$AFTERDARK` is the program.
fn shell(folder: &Path, line: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.current_dir(folder).args(["-c", line]);
    shell.env("AFTERDARK", PROGRAM);
    for name in ["STATE", "CONFIG", "DATA"] {
        shell.env(format!("XDG_{name}_HOME"), folder.join(".xdg"));
    }
    shell
}

fn afterdark(folder: &Path, words: &str) -> Output {
    let line = format!("exec \"$AFTERDARK\" {words}");
    shell(folder, &line).output().unwrap()
}

/// A WAV of silence.
fn silence(path: &Path, seconds: u32) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    hound::WavWriter::create(path, spec)
        .and_then(hound::WavWriter::finalize)
        .unwrap();
    let mut bytes = fs::read(path).unwrap();
    let data = seconds * 48_000 * 4;
    let end = bytes.len();
    let riff = data + end as u32 - 8;
    bytes[4..8].copy_from_slice(&riff.to_le_bytes());
    bytes[end - 4..].copy_from_slice(&data.to_le_bytes());
    // Written in full: room on the disk that was never written to is no sound.
    bytes.resize(end + data as usize, 0);
    fs::write(path, &bytes).unwrap();
}

/// Names in a folder but for the program's own one.
fn names(folder: &Path) -> Vec<OsString> {
    let names = fs::read_dir(folder).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.filter(|name| name != ".xdg").collect();
    names.sort();
    names
}

#[test]
fn nothing_that_exists_is_written_over_unasked_and_nothing_read_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    silence(&folder.join("song.wav"), 1);
    fs::write(folder.join("list.m3u8"), "song.wav\n").unwrap();
    fs::create_dir(folder.join("kept")).unwrap();
    for name in ["kept/sweep.wav", "mine.svg", "mine.m3u8", "mine.wav"] {
        fs::write(folder.join(name), "mine").unwrap();
    }
    let song = fs::read(folder.join("song.wav")).unwrap();
    // What to write where, and what the refusal says.
    for (words, said) in [
        ("measure --plot song.wav", "song.wav: name the drawing .svg"),
        (
            "measure --plot mine.svg",
            "mine.svg already exists; use --force",
        ),
        (
            "measure --recordings kept",
            "kept/sweep.wav already exists; use --force",
        ),
        (
            "check song.wav --write mine.m3u8",
            "mine.m3u8 already exists; use --force",
        ),
        (
            "mixtape song.wav -o mine.m3u8",
            "mine.m3u8 already exists; use --force",
        ),
        (
            "jcard song.wav -o mine.svg",
            "mine.svg already exists; use --force",
        ),
        (
            "dub song.wav -o mine.wav",
            "mine.wav already exists; use --force",
        ),
        // Whatever is forced, and however it was named.
        (
            "dub song.wav -o ./song.wav --force",
            "song.wav is what is read",
        ),
        (
            "dub list.m3u8 -o song.wav --force",
            "song.wav is what is read",
        ),
        (
            "check list.m3u8 --write list.m3u8 --force",
            "list.m3u8 is what is read",
        ),
        (
            "mixtape list.m3u8 -o list.m3u8 --force",
            "list.m3u8 is what is read",
        ),
    ] {
        let done = afterdark(folder, words);
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{words}: {told}");
        assert!(told.contains(said), "{words}: {told}");
    }
    assert_eq!(fs::read(folder.join("song.wav")).unwrap(), song);
    assert_eq!(fs::read(folder.join("list.m3u8")).unwrap(), b"song.wav\n");
    for name in ["kept/sweep.wav", "mine.svg", "mine.m3u8", "mine.wav"] {
        assert_eq!(fs::read(folder.join(name)).unwrap(), b"mine", "{name}");
    }
}

#[test]
fn a_new_file_is_as_readable_as_the_umask_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    silence(&folder.join("song.wav"), 1);
    for (umask, mode) in [("077", 0o600), ("027", 0o640), ("002", 0o664)] {
        let line = format!(
            "umask {umask}; set -e
            \"$AFTERDARK\" check song.wav --write {umask}.xspf
            \"$AFTERDARK\" mixtape song.wav -o {umask}.m3u8
            \"$AFTERDARK\" jcard song.wav -o {umask}.svg
            \"$AFTERDARK\" dub song.wav -o {umask}.wav"
        );
        let done = shell(folder, &line).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        for ending in ["xspf", "m3u8", "svg", "wav"] {
            let path = folder.join(umask).with_extension(ending);
            let found = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{path:?} is {found:o}");
        }
    }
    // One that is replaced stays as private as it was.
    let line =
        "umask 022; chmod 600 077.svg; exec \"$AFTERDARK\" jcard song.wav -o 077.svg --force";
    assert!(shell(folder, line).status().unwrap().success());
    let mode = fs::metadata(folder.join("077.svg"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// Starts a dub that takes minutes, and waits until it writes.
fn long_dub(folder: &Path, before: &str) -> Child {
    let line = format!("{before} exec \"$AFTERDARK\" dub song.wav -o out.wav");
    let mut dub = shell(folder, &line).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while names(folder).len() < 2 {
        assert!(dub.try_wait().unwrap().is_none(), "the dub has ended");
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "nothing is written"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    dub
}

fn send(signal: &str, to: &Child) {
    let status = Command::new("kill")
        .args([signal, &to.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn an_interrupted_dub_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    silence(&folder.join("song.wav"), 1_800);
    // What runs this may itself be in the background, without Ctrl-C.
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.unwrap().trim(), 16).unwrap();
    for (name, number) in [("-INT", 2), ("-TERM", 15), ("-HUP", 1)] {
        if ignored & 1 << (number - 1) != 0 {
            continue;
        }
        let mut dub = long_dub(folder, "");
        send(name, &dub);
        let status = dub.wait().unwrap();
        // The shell that waits for it sees why it ended.
        assert_eq!(status.signal(), Some(number), "{status}");
        assert_eq!(names(folder), ["song.wav"]);
    }
    // What is to live on when its terminal is closed does.
    let mut dub = long_dub(folder, "trap '' HUP;");
    send("-HUP", &dub);
    std::thread::sleep(Duration::from_millis(300));
    assert!(dub.try_wait().unwrap().is_none());
    send("-TERM", &dub);
    assert_eq!(dub.wait().unwrap().signal(), Some(15));
    assert_eq!(names(folder), ["song.wav"]);
}

#[test]
fn what_cannot_be_written_is_told_by_its_own_name() {
    let folder = tempfile::tempdir().unwrap();
    silence(&folder.path().join("song.wav"), 1);
    let done = afterdark(folder.path(), "dub song.wav -o nowhere/out.wav");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(1));
    assert!(told.contains("cannot write nowhere/out.wav"), "{told}");
    assert!(!told.contains(".afterdark-"), "{told}");
}
