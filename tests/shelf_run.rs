//! The shelf by keys alone: the program itself in a pseudo-terminal, with
//! music of its own and nothing of this user's.

mod pty;

use std::fs;
use std::path::Path;
use std::process::Command;

use pty::Run;

/// A quiet tone of so many seconds with these tags.
fn song(path: &Path, seconds: u32, artist: &str, album: &str, title: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let tone = format!("sine=220:d={seconds}:sample_rate=8000");
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-f", "lavfi", "-i", &tone]);
    for (name, value) in [("artist", artist), ("album", album), ("title", title)] {
        command.arg("-metadata").arg(format!("{name}={value}"));
    }
    assert!(command.arg(path).status().unwrap().success());
}

fn start(folder: &Path, arguments: &[&str]) -> Run {
    let home = folder.to_str().unwrap();
    let mut all = vec!["--device", "null", "--no-wear", "--pictures", "quadrants"];
    all.extend(arguments);
    let variables = [("TERM", "xterm-256color"), ("HOME", home)];
    Run::start_in(env!("CARGO_BIN_EXE_afterdark"), &all, folder, &variables)
}

/// What a command prints.
fn afterdark(folder: &Path, arguments: &[&str]) -> String {
    let homes = [
        "HOME",
        "XDG_STATE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
    ];
    let done = Command::new(env!("CARGO_BIN_EXE_afterdark"))
        .args(arguments)
        .envs(homes.map(|name| (name, folder)))
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn a_tape_waits_for_the_end_of_the_one_that_plays() {
    let folder = tempfile::tempdir().unwrap();
    let music = folder.path().join("Music");
    let first = music.join("First/1.flac");
    song(&first, 20, "Nobody", "First", "One");
    song(&music.join("Second/1.flac"), 3, "Somebody", "Second", "Two");
    afterdark(folder.path(), &["shelf", "add", music.to_str().unwrap()]);
    // With no device the tape runs in real time; there are devices of no time.
    let none = folder.path().join("none");
    let variables = [
        ("TERM", "xterm-256color"),
        ("HOME", folder.path().to_str().unwrap()),
        ("PULSE_SERVER", "/nowhere"),
        ("ALSA_CONFIG_PATH", none.to_str().unwrap()),
    ];
    let program = env!("CARGO_BIN_EXE_afterdark");
    let arguments = ["--stopped", first.to_str().unwrap()];
    let mut run = Run::start_in(program, &arguments, folder.path(), &variables);
    run.wait("FIRST", true);
    run.press(" ");
    run.wait("● RUN", true);
    run.press("Ssecond\x0e");
    run.wait("Next tape", true);
    run.press("\x1b");
    run.wait("T H E   S H E L F", true);
    run.press("\x1b");
    run.wait("SECOND", true);
    run.press("q");
    run.end();
}

#[test]
fn the_command_line_opens_the_screen_there() {
    let folder = tempfile::tempdir().unwrap();
    song(
        &folder.path().join("Music/Vale/1.flac"),
        5,
        "Ida Vale",
        "Long Nights",
        "One",
    );
    fs::create_dir(folder.path().join("afterdark")).unwrap();
    let config = "device = \"null\"\npictures = \"quadrants\"\nshelf = [\"~/Music\"]\n";
    fs::write(folder.path().join("afterdark/config.toml"), config).unwrap();
    fs::write(
        folder.path().join("Music/Vale/notes.txt"),
        "For the long way home.\n",
    )
    .unwrap();
    let variables = [
        ("TERM", "xterm-256color"),
        ("HOME", folder.path().to_str().unwrap()),
    ];
    let start = |arguments: &[&str]| {
        Run::start_in(
            env!("CARGO_BIN_EXE_afterdark"),
            arguments,
            folder.path(),
            &variables,
        )
    };
    afterdark(folder.path(), &["shelf", "scan"]);
    let mut run = start(&["shelf"]);
    run.wait("T H E   S H E L F", true);
    run.wait("Long Nights", true);
    run.press("long");
    run.wait("/ long", true);
    run.press("\x1b[B ");
    run.wait("One", true);
    run.wait("For the long way home.", true);
    run.press("\x03");
    run.end();
    let mut run = start(&["mixtape", "--length", "c90"]);
    run.wait("C90  A 45:00 left  B 45:00 left", true);
    run.press("\x03");
    run.end();
}

#[test]
fn chance_makes_a_fair_tape_of_what_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let music = folder.path().join("Music");
    for (artist, genre) in [("Vale", "Jazz"), ("Lind", "Jazz"), ("Grey", "Folk")] {
        for n in 0..3 {
            let path = music.join(format!("{artist}/{n}.flac"));
            song(&path, 300, artist, genre, &format!("{artist} {n}"));
        }
    }
    afterdark(folder.path(), &["shelf", "add", music.to_str().unwrap()]);
    let arguments = ["mixtape", "--surprise", "jazz", "--length", "c46", "--json"];
    let told: serde_json::Value =
        serde_json::from_str(&afterdark(folder.path(), &arguments)).unwrap();
    let songs = |side: usize| -> Vec<String> {
        let songs = told["sides"][side]["songs"].as_array().unwrap().iter();
        songs
            .map(|song| song["artist"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = [songs(0), songs(1)].concat();
    assert_eq!(all.len(), 6, "{told}");
    assert!(all.windows(2).all(|two| two[0] != two[1]), "{all:?}");
    assert!(!all.contains(&"Grey".to_owned()), "{all:?}");
    assert!(
        folder
            .path()
            .join("afterdark/tapes/Surprise 1.tape.toml")
            .is_file()
    );
}

#[test]
fn a_tape_is_made_from_a_search_saved_and_played_by_keys_alone() {
    let folder = tempfile::tempdir().unwrap();
    let music = folder.path().join("Music");
    // Two sides of half an hour: twenty minutes fit once on each.
    for (n, title) in ["Harbour One", "Harbour Two", "Harbour Three"]
        .iter()
        .enumerate()
    {
        let path = music.join(format!("Vale/{n}.flac"));
        song(&path, 1200, "Ida Vale", "Long Nights", title);
    }
    song(
        &music.join("Other/x.flac"),
        5,
        "Nobody",
        "Elsewhere",
        "Away",
    );
    afterdark(folder.path(), &["shelf", "add", music.to_str().unwrap()]);

    let mut run = start(folder.path(), &["--stopped"]);
    run.wait("Judy Bridgewater", true);
    run.press("S");
    run.wait("Elsewhere", true);
    run.press("harbour");
    run.wait("Elsewhere", false);
    run.press("\t");
    run.wait("Harbour Three", true);
    // Each song as it stands in the list; the third has no room.
    run.press("+");
    run.wait("C60  A 10:00 left  B 30:00 left", true);
    run.press("\x1b[B+");
    run.wait("C60  A 10:00 left  B 10:00 left", true);
    run.press("\x1b[B+");
    run.wait("too long by 10:00", true);
    run.press("\t\t");
    run.wait("SIDE B", true);
    run.press("diitNight Drive\rs");
    run.wait("saved as", true);
    run.press("\x1b");
    run.wait("Folders", true);
    run.press("\x03");
    run.end();
    let file = folder.path().join("afterdark/tapes/Night Drive.tape.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("Night Drive") && text.contains("C60"),
        "{text}"
    );
    assert!(
        text.contains("deck = ") && text.contains("nr = \"B\""),
        "{text}"
    );
    assert!(!text.contains("tape = "), "{text}");

    // Started anew it stands on the shelf, goes in and plays.
    let mut run = start(folder.path(), &["--stopped"]);
    run.wait("Judy Bridgewater", true);
    // Quicker than it is found.
    run.press("Snight drive\r");
    run.wait("T H E   S H E L F", false);
    run.wait("NIGHT DRIVE", true);
    run.wait("pause", true);
    run.press("q");
    run.end();
    let history = fs::read_to_string(folder.path().join("afterdark/shelf-history.json")).unwrap();
    assert!(history.contains("Night Drive.tape.toml"), "{history}");
}
