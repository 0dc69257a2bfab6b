//! The shelf: what becomes a tape, what a scan sees, what a search finds, and
//! that none of it is lost when the program dies or the disk goes away.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use songs_after_dark::shelf::{Catalog, Hit, Index, Kind, Query, Roots, Scan, Summary, Tape};

/// A second of a tone with these tags, in the format of the name's extension.
fn song(path: &Path, tags: &[(&str, &str)]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-f", "lavfi", "-i", "sine=300:d=1"]);
    for (name, value) in tags {
        command.arg("-metadata").arg(format!("{name}={value}"));
    }
    assert!(
        command.arg(path).status().unwrap().success(),
        "{}",
        path.display()
    );
}

struct Music {
    folder: tempfile::TempDir,
}

impl Music {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("Music")
    }

    fn song(&self, name: &str, tags: &[(&str, &str)]) -> PathBuf {
        let path = self.root().join(name);
        song(&path, tags);
        path
    }

    fn index(&self) -> Index {
        Index::open(&self.folder.path().join("shelf.sqlite")).unwrap()
    }

    fn scan(&self, thorough: bool) -> Summary {
        let index = self.index();
        let mut scan = Scan::new(&index, Arc::new(AtomicBool::new(false)));
        scan.thorough = thorough;
        scan.run(&Roots(vec![self.root()]), &mut |_| {}).unwrap()
    }

    fn tapes(&self) -> Vec<Tape> {
        self.index()
            .tapes()
            .unwrap()
            .into_iter()
            .filter(|tape| !tape.away)
            .collect()
    }

    fn tape(&self, title: &str) -> Tape {
        let tapes = self.tapes();
        let found = tapes.iter().find(|tape| tape.title == title);
        found
            .unwrap_or_else(|| panic!("no {title} among {tapes:?}"))
            .clone()
    }
}

#[test]
fn albums_compilations_loose_songs_and_lists_are_tapes() {
    let music = Music::new();
    let album = |track: &str, disc: &str| {
        [
            ("title", format!("Song {track}")),
            ("artist", "Ida Vale".to_owned()),
            ("album_artist", "Ida Vale".to_owned()),
            ("album", "Long Nights".to_owned()),
            ("date", "1979-05-01".to_owned()),
            ("genre", "Jazz".to_owned()),
            ("track", track.to_owned()),
            ("disc", disc.to_owned()),
        ]
    };
    for (name, track, disc) in [
        ("CD1/a.flac", "2", "1"),
        ("CD1/b.flac", "1", "1"),
        ("CD 2/a.mp3", "1", "2"),
    ] {
        let tags = album(track, disc);
        let tags: Vec<_> = tags
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        music.song(&format!("Vale/Long Nights/{name}"), &tags);
    }
    music.song(
        "Various/1.ogg",
        &[("title", "One"), ("artist", "A"), ("album", "Hits")],
    );
    music.song(
        "Various/2.m4a",
        &[("title", "Two"), ("artist", "B"), ("album", "Hits")],
    );
    music.song("Loose/x.opus", &[("title", "Never the tape's title")]);
    music.song("Loose/y.wav", &[]);
    music.song(
        "Disc/whole.flac",
        &[("title", "Whole"), ("album", "By sheet")],
    );
    fs::write(
        music.root().join("Disc/whole.cue"),
        "TITLE \"By sheet\"\nFILE \"whole.flac\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
    )
    .unwrap();
    fs::write(music.root().join("evening.m3u8"), "Loose/x.opus\n").unwrap();
    let summary = music.scan(false);
    assert_eq!(
        (summary.read, summary.gone, summary.stopped),
        (10, 0, false)
    );

    let long = music.tape("Long Nights");
    assert_eq!(
        (long.kind, long.songs, long.year),
        (Kind::Album, 3, Some(1979))
    );
    assert_eq!(
        (long.artist.as_str(), long.genre.as_str()),
        ("Ida Vale", "Jazz")
    );
    assert!((long.seconds - 3.0).abs() < 0.2, "{}", long.seconds);
    let titles: Vec<_> = music
        .index()
        .songs(long.id)
        .unwrap()
        .into_iter()
        .map(|song| song.path)
        .collect();
    let names = ["CD1/b.flac", "CD1/a.flac", "CD 2/a.mp3"];
    assert_eq!(
        titles,
        names.map(|name| music.root().join("Vale/Long Nights").join(name))
    );
    let hits = music.tape("Hits");
    assert_eq!((hits.songs, hits.artist.as_str()), (2, ""));
    let loose = music.tape("Loose");
    assert_eq!((loose.kind, loose.songs), (Kind::Loose, 2));
    assert_eq!(music.tape("evening").kind, Kind::List);
    // The sheet stands for its recording: the album is no second tape.
    let titled = music
        .tapes()
        .iter()
        .filter(|tape| tape.title == "By sheet")
        .count();
    assert_eq!((titled, music.tape("By sheet").kind), (1, Kind::List));
}

#[test]
fn a_scan_opens_only_what_changed_and_forgets_only_when_asked() {
    let music = Music::new();
    let first = music.song("A/1.flac", &[("title", "One"), ("album", "A")]);
    let second = music.song("A/2.flac", &[("title", "Two"), ("album", "A")]);
    assert_eq!(music.scan(false).read, 2);
    // A folder so fresh is not trusted yet.
    std::thread::sleep(Duration::from_millis(2100));
    assert_eq!(music.scan(false).read, 0);
    assert_eq!(music.scan(true).read, 0);

    // Tags written in place, the folder's own time unchanged.
    let other = music.folder.path().join("other.flac");
    song(&other, &[("title", "Uno"), ("album", "A")]);
    let bytes = fs::read(&other).unwrap();
    fs::write(&first, bytes).unwrap();
    assert_eq!(music.scan(true).read, 1);
    let found = music.index().songs(music.tape("A").id).unwrap();
    assert!(found.iter().any(|song| song.title == "Uno"), "{found:?}");

    fs::rename(&second, music.root().join("A/renamed.flac")).unwrap();
    let summary = music.scan(false);
    assert_eq!((summary.read, summary.gone), (1, 1));
    assert_eq!(music.tape("A").songs, 2);
    fs::remove_dir_all(music.root().join("A")).unwrap();
    fs::create_dir_all(music.root().join("B")).unwrap();
    assert_eq!(
        music.index().prune(0).unwrap(),
        0,
        "what is gone is kept until asked"
    );
    assert_eq!(music.index().tapes().unwrap().len(), 1);
}

#[test]
fn a_disk_that_is_away_loses_nothing() {
    let music = Music::new();
    music.song("A/1.flac", &[("album", "A")]);
    music.scan(false);
    let elsewhere = music.folder.path().join("unplugged");
    fs::rename(music.root(), &elsewhere).unwrap();
    assert_eq!((music.scan(false).away, music.tapes().len()), (1, 0));
    assert!(music.index().tapes().unwrap()[0].away);
    // The empty folder that it is mounted on.
    fs::create_dir(music.root()).unwrap();
    assert_eq!((music.scan(false).away, music.scan(false).gone), (1, 0));
    fs::remove_dir(music.root()).unwrap();
    fs::rename(&elsewhere, music.root()).unwrap();
    let summary = music.scan(false);
    assert_eq!(
        (summary.read, summary.gone, music.tape("A").songs),
        (0, 0, 1)
    );
}

#[test]
fn a_damaged_or_newer_index_is_made_anew() {
    let music = Music::new();
    music.song("A/1.flac", &[("album", "A")]);
    let path = music.folder.path().join("shelf.sqlite");
    for damage in [b"no database, this".repeat(1000), vec![0; 100], Vec::new()] {
        fs::write(&path, damage).unwrap();
        assert_eq!(music.scan(false).read, 1);
        assert_eq!(music.tape("A").songs, 1);
        drop(music.index());
        fs::remove_file(&path).unwrap();
        let _ = fs::remove_file(path.with_extension("sqlite-wal"));
    }
    music.scan(false);
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    assert_eq!(music.scan(false).read, 1);
    assert_eq!(music.tape("A").songs, 1);
}

#[cfg(unix)]
#[test]
fn odd_names_pipes_and_circles_stop_no_scan() {
    use std::os::unix::ffi::OsStrExt;
    let music = Music::new();
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9");
    let plain = music.song("1.flac", &[("title", "One")]);
    fs::create_dir(music.root().join(odd)).unwrap();
    fs::copy(
        &plain,
        music
            .root()
            .join(odd)
            .join(std::ffi::OsStr::from_bytes(b"\xff.flac")),
    )
    .unwrap();
    std::os::unix::fs::symlink(music.root(), music.root().join("again")).unwrap();
    std::os::unix::fs::symlink("nowhere.flac", music.root().join("dangling.flac")).unwrap();
    for pipe in ["pipe.flac", "pipe.m3u"] {
        let made = Command::new("mkfifo")
            .arg(music.root().join(pipe))
            .status()
            .unwrap();
        assert!(made.success());
    }
    fs::write(music.root().join("not.flac"), b"no sound").unwrap();
    let summary = music.scan(false);
    assert_eq!((summary.folders, summary.read), (2, 3));
    let tapes = music.tapes();
    assert_eq!(tapes.iter().map(|tape| tape.songs).sum::<u32>(), 3);
    let songs = tapes
        .iter()
        .flat_map(|tape| music.index().songs(tape.id).unwrap());
    assert!(songs.into_iter().all(|song| song.path.is_file()));
}

#[test]
fn a_scan_killed_at_any_moment_goes_on_the_next_time() {
    let music = Music::new();
    let one = music.folder.path().join("one.flac");
    song(&one, &[("album", "A"), ("title", "One")]);
    for n in 0..400 {
        let path = music.root().join(format!("{}/{n}.flac", n / 20));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(&one, path).unwrap();
    }
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_afterdark"));
        command
            .args(["shelf", "scan", "--quick"])
            .env("HOME", music.folder.path());
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
    };
    for n in 0..100u64 {
        let mut scan = start().spawn().unwrap();
        std::thread::sleep(Duration::from_micros(300 * n));
        scan.kill().unwrap();
        scan.wait().unwrap();
    }
    let done = start().output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(told.contains("400 songs on 20 tapes"), "{told}");
    let check =
        rusqlite::Connection::open(music.folder.path().join(".cache/afterdark/shelf.sqlite"))
            .unwrap();
    let sound: String = check
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
}

#[test]
fn a_search_finds_what_people_type() {
    let music = Music::new();
    for (folder, artist, album, year, title) in [
        ("1", "MØ", "No Mythologies", "2014", "Don't Wanna Dance"),
        ("2", "AC/DC", "Powerage", "1978", "Riff Raff"),
        ("3", "R.E.M.", "Murmur", "1983", "Radio Free"),
        ("4", "Ida Vale", "Blue", "1971", "Case of Rain"),
        ("5", "Ida Vale", "Bluebird", "1975", "River"),
        ("6", "Somebody", "Very Blue", "1981", "Ida at Night"),
    ] {
        let tags = [
            ("artist", artist),
            ("album_artist", artist),
            ("album", album),
            ("date", year),
            ("title", title),
        ];
        music.song(&format!("{folder}/1.flac"), &tags);
    }
    music.scan(false);
    let index = music.index();
    let mut catalog = Catalog::read(&index).unwrap();
    catalog.read_songs(&index).unwrap();
    let find = |typed: &str| -> Vec<String> {
        let name = |hit: &Hit| match hit {
            Hit::Tape(place) => catalog.tapes()[*place].title.clone(),
            Hit::Song(row, _) => format!("song {}", index.song(*row).unwrap().unwrap().title),
        };
        catalog
            .search(&Query::new(typed))
            .iter()
            .map(name)
            .collect()
    };
    for typed in ["mo", "mythologies", "MØ"] {
        assert_eq!(
            find(typed).first().map(String::as_str),
            Some("No Mythologies"),
            "{typed}"
        );
    }
    for (typed, first) in [
        ("acdc", "Powerage"),
        ("ac/dc", "Powerage"),
        ("rem", "Murmur"),
        ("r.e.m", "Murmur"),
    ] {
        assert_eq!(
            find(typed).first().map(String::as_str),
            Some(first),
            "{typed}"
        );
    }
    // The whole word before the start of one, that before one further in.
    assert_eq!(find("blue")[..3], ["Blue", "Very Blue", "Bluebird"]);
    assert_eq!(find("vale blue")[0], "Blue");
    assert_eq!(find("bluebrd"), ["Bluebird"], "a slip of the finger");
    // Tapes first; a song only where its own title is meant.
    assert_eq!(find("ida"), ["Blue", "Bluebird", "song Ida at Night"]);
    assert_eq!(
        find("vale river").last().map(String::as_str),
        Some("song River")
    );
    assert_eq!(find("year:1978..1983"), ["Powerage", "Murmur", "Very Blue"]);
    assert_eq!(find("blue year:..1972"), ["Blue"]);
    assert!(find("nothing of the kind").is_empty());
}
