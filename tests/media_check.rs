//! The doctor and the mixtape, as a person calls them.

mod media_files;

use std::fs;
use std::path::Path;
use std::process::Command;

use afterdark_media::playlist::gather;
use assert_cmd::cargo::cargo_bin;
use media_files::{noise, run, write_wav};
use serde_json::Value;
use tempfile::TempDir;

fn afterdark(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(cargo_bin!("afterdark"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn song(folder: &Path, name: &str, seconds: f64) {
    let wav = folder.join("song.wav");
    write_wav(&wav, &noise((seconds * 8_000.0) as usize, 8_000), 8_000);
    run(Command::new("flac")
        .args(["-s", "-f"])
        .arg(&wav)
        .arg("-o")
        .arg(folder.join(name)));
    fs::remove_file(wav).unwrap();
}

#[test]
fn the_doctor_finds_what_is_wrong_and_writes_it_right() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    song(at, "good.flac", 3.0);
    song(at, "named.mp3", 2.0);
    song(at, "cut.flac", 4.0);
    let whole = fs::read(at.join("cut.flac")).unwrap();
    fs::write(at.join("cut.flac"), &whole[..whole.len() / 2]).unwrap();
    fs::write(at.join("words.flac"), "these are words").unwrap();
    let list = "GOOD.flac\nnamed.mp3\ncut.flac\nwords.flac\nmissing.flac\nhttp://radio.example/\n";
    fs::write(at.join("list.m3u"), list).unwrap();
    let (code, out, _) = afterdark(
        at,
        &[
            "check",
            "--json",
            "--thorough",
            "--write",
            "fixed.m3u8",
            "list.m3u",
        ],
    );
    assert_eq!(code, 1);
    let report: Value = serde_json::from_str(&out).unwrap();
    let entries = report["entries"].as_array().unwrap();
    assert_eq!(report["blank"], 3);
    assert_eq!(entries[0]["frames"], 24_000);
    assert!(entries[0]["how"].as_str().unwrap().contains("letter case"));
    assert_eq!(entries[1]["problems"][0]["kind"], "extension");
    assert_eq!(entries[1]["format"], "FLAC");
    let kinds: Vec<_> = entries[2]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].clone())
        .collect();
    assert!(kinds.contains(&Value::from("truncated")), "{kinds:?}");
    assert!(
        entries[4]["blank"]
            .as_str()
            .unwrap()
            .contains("no such file")
    );
    // The copy names what was found and keeps the places of what was not.
    assert_eq!(
        fs::read_to_string(at.join("list.m3u")).unwrap(),
        list,
        "the original is as it was"
    );
    let fixed = gather(&[at.join("fixed.m3u8")]).unwrap();
    let names: Vec<_> = fixed
        .entries
        .iter()
        .map(|entry| {
            entry
                .path()
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(
        names[..5],
        [
            "good.flac",
            "named.mp3",
            "cut.flac",
            "words.flac",
            "missing.flac"
        ]
    );
    assert_eq!(fixed.entries.len(), 6);
    let (code, _, words) = afterdark(at, &["check", "--write", "list.m3u", "--force", "list.m3u"]);
    assert!(code == 1 && words.contains("never written to"), "{words}");
    let (code, out, _) = afterdark(at, &["check", "good.flac"]);
    assert!(code == 0 && out.contains("1 to play, 0:03"), "{out}");
}

#[test]
fn a_mixtape_fills_two_sides_and_says_what_is_left() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for (name, seconds) in [
        ("1.flac", 50.0),
        ("2.flac", 30.0),
        ("3.flac", 20.0),
        ("4.flac", 59.0),
        ("5.flac", 25.0),
    ] {
        song(at, name, seconds);
    }
    let songs = ["1.flac", "2.flac", "3.flac", "4.flac", "5.flac"];
    // A C2 holds a minute a side.
    let arguments = |output, more: &[&'static str]| {
        [
            &["mixtape", "--length", "C2", "-o", output][..],
            more,
            &songs,
        ]
        .concat()
    };
    let (code, out, words) = afterdark(at, &arguments("a.tape.toml", &["--fit"]));
    assert_eq!(code, 0, "{words}");
    assert!(out.contains("Did not fit"), "{out}");
    let tape = gather(&[at.join("a.tape.toml")]).unwrap();
    let length = |side| -> usize {
        let songs = tape
            .entries
            .iter()
            .filter(|entry| entry.side() == Some(side));
        songs
            .map(|entry| {
                [50, 30, 20, 59, 25][entry
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .parse::<usize>()
                    .unwrap()
                    - 1]
            })
            .sum()
    };
    // 59 and 30 + 25 are the fullest; nothing else comes to 114.
    let mut full = [length(0), length(1)];
    full.sort_unstable();
    assert_eq!(full, [55, 59]);
    assert_eq!(tape.request.length.as_deref(), Some("C2"));
    let (code, out, _) = afterdark(
        at,
        &arguments("c.tape.toml", &["--fit", "--json", "--gap=1"]),
    );
    assert_eq!(code, 0);
    let told: Value = serde_json::from_str(&out).unwrap();
    let side = |n: usize| {
        let number = |key: &str| told["sides"][n][key].as_f64().unwrap();
        (number("seconds"), number("gaps"), number("remaining"))
    };
    let mut sides = [side(0), side(1)];
    sides.sort_by(|a, b| a.0.total_cmp(&b.0));
    // 30 + 25 and the gap between them; 59 alone.
    assert_eq!(sides, [(55.0, 1.0, 4.0), (59.0, 0.0, 1.0)]);
    let left = told["left"].as_array().unwrap();
    let left: Vec<_> = left
        .iter()
        .map(|song| song["seconds"].as_f64().unwrap())
        .collect();
    assert_eq!(left, [50.0, 20.0]);
    let (code, _, _) = afterdark(at, &arguments("b.m3u8", &[]));
    assert_eq!(code, 0);
    let kept: Vec<_> = gather(&[at.join("b.m3u8")])
        .unwrap()
        .entries
        .iter()
        .map(afterdark_media::playlist::Entry::name)
        .collect();
    assert_eq!(kept, ["1", "2", "3"], "order kept: A is 50, B is 30 and 20");
    let (code, _, words) = afterdark(at, &arguments("b.m3u8", &[]));
    assert!(code == 1 && words.contains("--force"), "{words}");
}

#[test]
fn the_doctor_tells_which_tape_it_goes_on() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for (name, seconds) in [("1.flac", 50.0), ("2.flac", 30.7), ("3.flac", 20.0)] {
        song(at, name, seconds);
    }
    fs::create_dir(at.join("none")).unwrap();
    let songs = ["1.flac", "2.flac", "3.flac"];
    let check = |more: &[&'static str]| afterdark(at, &[&["check"][..], more].concat());
    // Where one side holds everything nothing is on the other.
    let (code, out, _) = check(&[&songs[..], &["none"]].concat());
    assert_eq!(code, 0);
    let last = out.lines().last().unwrap();
    assert_eq!(last, "On one C46: side A 3 songs, 1:40; side B empty");
    // The seconds that have passed whole, as on the screen.
    assert!(out.contains("0:30  2  (FLAC, 8 kHz)"), "{out}");
    assert!(out.contains("nothing to play in the folder none"), "{out}");
    // A tape's own wishes count: sides, silence and length.
    let tape = "length = \"C2\"\n[[side-a]]\nfile = \"1.flac\"\n\
                [[side-b]]\nfile = \"2.flac\"\n[[side-b]]\nfile = \"3.flac\"\ngap = 2.0\n";
    fs::write(at.join("a.tape.toml"), tape).unwrap();
    let (_, out, _) = check(&["--json", "a.tape.toml"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["tapes"].as_array().unwrap().len(), 1);
    let tape = &report["tapes"][0];
    assert_eq!(tape["length"], "C2");
    let side = |n: usize| {
        let side = &tape["sides"][n];
        (side["songs"].as_u64(), side["seconds"].as_f64().unwrap())
    };
    assert_eq!(side(0), (Some(1), 50.0));
    assert!(side(1).0 == Some(2) && (side(1).1 - 52.7).abs() < 0.001);
    // A C2 holds a minute a side, so this takes a box of them.
    fs::write(at.join("b.tape.toml"), "length = \"C2\"\n[[song]]\nfile = \"1.flac\"\n[[song]]\nfile = \"1.flac\"\n[[song]]\nfile = \"1.flac\"\n").unwrap();
    let (_, out, _) = check(&["b.tape.toml"]);
    let end: Vec<&str> = out.lines().rev().take(3).collect();
    let second = "2  C2: side A 1 song, 0:50; side B empty";
    let first = "1  C2: side A 1 song, 0:50; side B 1 song, 0:50";
    assert_eq!(end, [second, first, "On a box of 2 tapes:"]);
    // A length that there is not is told, and the smallest taken.
    let tape = "length = \"two hours\"\n[[song]]\nfile = \"1.flac\"\n";
    fs::write(at.join("c.tape.toml"), tape).unwrap();
    let (_, out, _) = check(&["c.tape.toml"]);
    assert!(out.contains("`two hours` is no cassette length"), "{out}");
    assert!(out.contains("On one C46: "), "{out}");
    // What is missing is told as the list has it.
    let list = "#EXTM3U\n#EXTINF:100,Ghost - Gone\ngone.mp3\n1.flac\n";
    fs::write(at.join("list.m3u"), list).unwrap();
    let (_, out, _) = check(&["list.m3u"]);
    assert!(out.contains("blank  Ghost – Gone"), "{out}");
}

/// Chapters and cue sheets within one file become songs of their own.
#[test]
fn parts_of_one_file_are_songs() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    song(at, "album.flac", 60.0);
    let sheet = "TITLE \"Whole\"\nFILE \"x.wav\" WAVE\nTRACK 01 AUDIO\nTITLE \"A\"\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nTITLE \"B\"\nINDEX 01 00:20:00\n";
    fs::write(at.join("sheet"), sheet).unwrap();
    run(Command::new("metaflac")
        .arg("--set-tag-from-file=CUESHEET=sheet")
        .arg("album.flac")
        .current_dir(at));
    let chapters = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=30000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=30000\nEND=60000\ntitle=Two\n";
    fs::write(at.join("meta"), chapters).unwrap();
    for name in ["book.m4b", "book.mp3", "book.ogg"] {
        let mut ffmpeg = Command::new("ffmpeg");
        let inputs = [
            "-i",
            "album.flac",
            "-i",
            "meta",
            "-map",
            "0:a",
            "-map_metadata",
            "1",
            "-map_chapters",
            "1",
        ];
        ffmpeg.args(inputs.map(|word| {
            if word == "album.flac" || word == "meta" {
                at.join(word)
            } else {
                word.into()
            }
        }));
        run(ffmpeg.arg(at.join(name)));
    }
    // Not every ffmpeg writes chapters into Ogg.
    run(Command::new("vorbiscomment")
        .args(["-w", "-t", "CHAPTER001=00:00:00.000"])
        .args(["-t", "CHAPTER001NAME=One"])
        .args(["-t", "CHAPTER002=00:00:30.000"])
        .args(["-t", "CHAPTER002NAME=Two", "book.ogg"])
        .current_dir(at));
    for (name, titles, second) in [
        ("album.flac", ["A", "B"], 40.0),
        ("book.m4b", ["One", "Two"], 30.0),
        ("book.mp3", ["One", "Two"], 30.0),
        ("book.ogg", ["One", "Two"], 30.0),
    ] {
        let (code, out, words) = afterdark(at, &["check", "--json", name]);
        assert_eq!(code, 0, "{name}: {words}");
        let report: Value = serde_json::from_str(&out).unwrap();
        let entries = report["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 2, "{name}");
        let length = entries[1]["seconds"].as_f64().unwrap();
        assert!((length - second).abs() < 0.05, "{name}: {length}");
        let names: Vec<_> = entries
            .iter()
            .map(|entry| entry["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, titles, "{name}");
    }
}

#[test]
#[cfg(unix)]
fn names_that_are_no_text_and_files_that_are_not_there_stop_nobody() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    song(at, "a.flac", 1.0);
    let latin = OsStr::from_bytes(b"\xe9t\xe9.flac");
    fs::copy(at.join("a.flac"), at.join(latin)).unwrap();
    let check = |arguments: &[&OsStr]| {
        let output = Command::new(cargo_bin!("afterdark"))
            .current_dir(at)
            .arg("check")
            .args(arguments)
            .output()
            .unwrap();
        (output.status.code(), output.stdout)
    };
    let [json, missing, list] = ["--json", "missing.flac", "list.m3u8"].map(OsStr::new);
    let (code, out) = check(&[json, latin, missing, OsStr::new("a.flac")]);
    assert_eq!(code, Some(1));
    let report: Value = serde_json::from_slice(&out).unwrap();
    let blank: Vec<bool> = (0..3)
        .map(|n| report["entries"][n].get("blank").is_some())
        .collect();
    assert_eq!(blank, [false, true, false], "{report}");
    // A list of such names is read again.
    let (code, _) = check(&[latin, OsStr::new("--write"), list]);
    assert_eq!(code, Some(0));
    assert_eq!(check(&[list]).0, Some(0));
    let written = fs::read_to_string(at.join(list)).unwrap();
    assert!(written.ends_with("\n%E9t%E9.flac\n"), "{written}");
    // Nor is what was read ever written over.
    let (code, _, said) = afterdark(at, &["mixtape", "list.m3u8", "-o", "list.m3u8", "--force"]);
    assert_eq!(code, 1);
    assert!(said.contains("never written to"), "{said}");
}

/// What a person types by mistake is told, not played as four seconds of
/// blank tape.
#[test]
fn a_file_that_is_no_sound_is_not_played() {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("letter"),
        "Dear all,\nthese are words.\n",
    )
    .unwrap();
    fs::write(folder.path().join("broken.mp3"), [7; 3_000]).unwrap();
    for name in ["letter", "broken.mp3"] {
        let output = Command::new(cargo_bin!("afterdark"))
            .current_dir(folder.path())
            .env("XDG_STATE_HOME", folder.path().join("state"))
            .args(["--no-ui", name])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(name) && told.contains("not a"), "{told}");
    }
}

#[test]
fn a_cue_track_beyond_the_end_says_so() {
    let folder = TempDir::new().unwrap();
    song(folder.path(), "a.flac", 5.0);
    let sheet = "FILE \"a.flac\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:07:00\n";
    fs::write(folder.path().join("a.cue"), sheet).unwrap();
    let (code, out, _) = afterdark(folder.path(), &["check", "a.cue"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("starts at 0:07") && out.contains("over at 0:05"),
        "{out}"
    );
}

#[cfg(unix)]
#[test]
fn json_escapes_what_a_terminal_would_obey() {
    let folder = TempDir::new().unwrap();
    let name = "\u{202e}cod\u{9b}2J.flac";
    song(folder.path(), name, 1.0);
    let (_, out, _) = afterdark(folder.path(), &["check", "--json", name]);
    assert!(out.contains("\\u202ecod\\u009b2J"), "{out}");
    assert!(
        !out.chars()
            .any(|c| c == '\u{202e}' || (c.is_control() && c != '\n'))
    );
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["entries"][0]["found"], name);
}

/// The start of a download: a book's header tells of its length and chapters,
/// and hardly any of the sound is there.
#[test]
fn a_book_cut_after_its_header_is_told_at_once() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let wav = at.join("a.wav");
    write_wav(&wav, &noise(8_000 * 60, 8_000), 8_000);
    let mut chapters = String::from(";FFMETADATA1\n");
    for n in 0..30 {
        chapters += &format!(
            "[CHAPTER]\nTIMEBASE=1/1\nSTART={}\nEND={}\ntitle=Part {n}\n",
            n * 2,
            n * 2 + 2
        );
    }
    fs::write(at.join("chapters"), chapters).unwrap();
    run(Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&wav)
        .arg("-i")
        .arg(at.join("chapters"))
        .args(["-map_metadata", "1", "-movflags", "faststart"])
        .arg(at.join("book.m4a")));
    fs::remove_file(wav).unwrap();
    let whole = fs::read(at.join("book.m4a")).unwrap();
    let (_, out, _) = afterdark(at, &["check", "--json", "book.m4a"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["entries"].as_array().unwrap().len(), 30);
    let sound = whole.windows(4).position(|kind| kind == b"mdat").unwrap();
    for end in [sound + 4, sound - 200] {
        fs::write(at.join("book.m4a"), &whole[..end]).unwrap();
        let (code, out, _) = afterdark(at, &["check", "--json", "book.m4a"]);
        let report: Value = serde_json::from_str(&out).unwrap();
        let entries = report["entries"].as_array().unwrap();
        assert_eq!((code, entries.len()), (1, 1), "{out}");
        assert!(entries[0]["blank"].is_string(), "{out}");
    }
}
