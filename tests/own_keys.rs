//! Keys of one's own, and changes of the sound that are taken back.

#![cfg(unix)]

mod pty;

use std::fs;
use std::process::Command;

use pty::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_afterdark");

#[test]
fn keys_are_bound_and_changes_of_the_sound_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("afterdark");
    fs::create_dir_all(&config).unwrap();
    let keys =
        "[keys]\nctrl-b = \"hiss +1\"\n\"alt-v\" = \"volume 30\"\nq = \"none\"\nQ = \"quit\"\n";
    fs::write(config.join("config.toml"), keys).unwrap();

    let arguments = ["--stopped", "--volume", "40"];
    let mut run = Run::start(PROGRAM, &arguments, folder.path());
    run.wait("Judy Bridgewater", true);
    // `q` is free, and does nothing.
    run.press("q+");
    run.wait("Volume 45 %", true);
    run.press("\x1bv");
    run.wait("Volume 30 %", true);
    // Turned twice, it is one change.
    run.press("\x02\x02");
    run.wait("Hiss 300 %", true);
    run.press("X");
    run.wait("is undone", true);
    run.press("\x02");
    run.wait("Hiss 200 %", true);
    run.press("X");
    run.wait("is undone", true);
    run.press("X");
    run.wait("Nothing to undo", true);

    // A setting of one's own stays among the presets.
    run.press("\x02\t\t\t\t");
    run.wait("custom", true);
    run.press("p");
    run.wait("custom", false);
    run.press("P");
    run.wait("custom", true);
    run.press("?");
    run.wait("Your own keys", true);
    run.wait("hiss +1", true);
    run.press("\x1b");
    run.wait("Your own keys", false);
    run.press("Q");
    run.end();

    // The volume of one run is not the next one's.
    let mut run = Run::start(PROGRAM, &["--stopped"], folder.path());
    run.wait("Judy Bridgewater", true);
    run.press("-");
    run.wait("Volume 95 %", true);
    run.press("\x03");
    run.end();
}

#[test]
fn a_key_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("afterdark");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.toml"), "[keys]\nhyper-q = \"quit\"\n").unwrap();
    let mut program = Command::new(PROGRAM);
    program.arg("--no-ui").env("XDG_CONFIG_HOME", folder.path());
    let told = program.output().unwrap();
    assert_eq!(told.status.code(), Some(1));
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.contains("`hyper-q` is no key"), "{told}");
}
