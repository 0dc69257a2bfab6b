//! Every way in which people have their songs listed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use afterdark_media::playlist::{
    Entry, Format, How, PlaylistError, Programme, gather, is_there, write,
};
use tempfile::TempDir;

/// A folder with files of these names, each holding its own name.
fn folder(names: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    folder
}

fn read(folder: &TempDir, name: &str, playlist: &[u8]) -> Programme {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, playlist).unwrap();
    gather(&[path]).unwrap()
}

/// Where each entry is found, from the folder, or why not.
fn found(folder: &TempDir, programme: &Programme) -> Vec<String> {
    let root = folder.path().canonicalize().unwrap();
    let one = |entry: &Entry| match entry.locate() {
        Ok(found) => {
            let path = found.path.canonicalize().unwrap();
            path.strip_prefix(&root)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned()
        }
        Err(reason) => format!("blank: {reason}"),
    };
    programme.entries.iter().map(one).collect()
}

#[test]
fn m3u_with_everything_people_put_in_it() {
    let folder = folder(&["a.mp3", "sub/b b.flac", "100%.ogg", "c#.mp3", "100%25.ogg"]);
    let list = "\u{feff}#EXTM3U\r\n#PLAYLIST:Night \u{202e}bus\r\n#EXTINF:12 tvg=\"a, b\",Who - What\r\n\
        a.mp3\r\n\r\n#EXTINF:3,Only a title\r\n  sub/b b.flac  \r\nsub/b%20b.flac\r100%.ogg\n./c#.mp3\n\
        gone.mp3\nhttps://radio.example/stream\n100%25.ogg\n";
    let programme = read(&folder, "list.m3u", list.as_bytes());
    assert_eq!(programme.title.as_deref(), Some("Night bus"));
    assert_eq!(programme.entries[0].artist.as_deref(), Some("Who"));
    assert_eq!(programme.entries[0].title.as_deref(), Some("What"));
    assert_eq!(programme.entries[1].title.as_deref(), Some("Only a title"));
    let found = found(&folder, &programme);
    assert_eq!(
        found[..5],
        [
            "a.mp3",
            "sub/b b.flac",
            "sub/b b.flac",
            "100%.ogg",
            "c#.mp3"
        ]
    );
    assert!(
        found[5].contains("no such file") && found[5].contains("gone.mp3"),
        "{}",
        found[5]
    );
    assert!(
        found[6].contains("https") && found[6].contains("net"),
        "{}",
        found[6]
    );
    assert_eq!(found[7], "100%25.ogg", "a literal percent comes first");
}

#[test]
fn pls_of_any_age() {
    let folder = folder(&["a.mp3", "b.mp3", "c.mp3"]);
    let list = "[playlist]\nFile10=c.mp3\nTitle10=Third\nfile2=b.mp3\nFile1=a.mp3\nTitle1=First\nNumberOfEntries=3\nVersion=2\n";
    let programme = read(&folder, "a.pls", list.as_bytes());
    assert_eq!(found(&folder, &programme), ["a.mp3", "b.mp3", "c.mp3"]);
    let titles: Vec<_> = programme
        .entries
        .iter()
        .map(|entry| entry.title.as_deref())
        .collect();
    assert_eq!(titles, [Some("First"), None, Some("Third")]);
    let programme = read(
        &folder,
        "b.pls",
        b"[Playlist]\r\nFile=b.mp3\r\nTitle=B\r\nFile=a.mp3\r\n",
    );
    assert_eq!(found(&folder, &programme), ["b.mp3", "a.mp3"]);
    assert_eq!(programme.entries[0].title.as_deref(), Some("B"));
}

#[test]
fn xspf_asx_and_wpl() {
    let folder = folder(&["a b.mp3", "c&d.mp3", "e.mp3"]);
    let xspf = "<?xml version=\"1.0\"?><playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\
        <title>T &amp; U</title><creator>Me</creator><trackList>\
        <track><location>a%20b.mp3</location><title>One</title><creator>X</creator></track>\
        <track><title>No file</title></track>\
        <track><location>c&amp;d.mp3</location></track></trackList></playlist>";
    let programme = read(&folder, "l.xspf", xspf.as_bytes());
    assert_eq!(programme.title.as_deref(), Some("T & U"));
    assert_eq!(programme.entries[0].artist.as_deref(), Some("X"));
    let places = found(&folder, &programme);
    assert_eq!(
        (places[0].as_str(), places[2].as_str()),
        ("a b.mp3", "c&d.mp3")
    );
    assert!(places[1].contains("names no file"));
    // As people write it: letter case at will, no escapes, tags left open.
    let asx = "<ASX version=3><Title>Old</Title>\n<Entry><Ref HREF=\"c&d.mp3\"/><Title>R&B</Title></Entry>\
        <entry><ref href='e.mp3'></entry></asx>";
    let programme = read(&folder, "l.asx", asx.as_bytes());
    assert_eq!(found(&folder, &programme), ["c&d.mp3", "e.mp3"]);
    assert_eq!(programme.entries[0].title.as_deref(), Some("R&B"));
    let wpl = "<?wpl version=\"1.0\"?><smil><head><title>W</title></head><body><seq>\
        <media src=\"a b.mp3\"/><media src=\"e.mp3\" tid=\"{1}\"/></seq></body></smil>";
    let programme = read(&folder, "l.wpl", wpl.as_bytes());
    assert_eq!(programme.title.as_deref(), Some("W"));
    assert_eq!(found(&folder, &programme), ["a b.mp3", "e.mp3"]);
}

#[test]
fn cue_of_one_file_and_of_many() {
    let folder = folder(&["album.flac", "1.wav", "2.wav"]);
    let one = "REM GENRE X\nPERFORMER \"Band\"\nTITLE \"Album\"\nFILE \"album.wav\" WAVE\n  TRACK 01 AUDIO\n    \
        TITLE \"A\"\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    TITLE \"B\"\n    PERFORMER \"Guest\"\n    \
        INDEX 00 03:58:00\n    INDEX 01 04:00:15\n  TRACK 03 AUDIO\n    INDEX 01 09:59:74\n";
    let programme = read(&folder, "album.cue", one.as_bytes());
    assert_eq!(programme.title.as_deref(), Some("Album"));
    // The sheet says .wav, the file was encoded since.
    assert_eq!(found(&folder, &programme), ["album.flac"; 3]);
    let spans: Vec<_> = programme
        .entries
        .iter()
        .map(|entry| entry.span().unwrap())
        .collect();
    assert_eq!((spans[0].start_s, spans[0].end_s), (0.0, Some(240.2)));
    assert_eq!(
        (spans[1].start_s, spans[1].end_s),
        (240.2, Some(599.0 + 74.0 / 75.0))
    );
    assert_eq!(
        (spans[2].start_s, spans[2].end_s),
        (599.0 + 74.0 / 75.0, None)
    );
    let by: Vec<_> = programme
        .entries
        .iter()
        .map(|entry| entry.artist.as_deref().unwrap())
        .collect();
    assert_eq!(by, ["Band", "Guest", "Band"]);
    // Its pregap is at the end of the file before.
    let many = "FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 00 01:00:00\n\
        FILE \"2.wav\" WAVE\nINDEX 01 00:00:00\n";
    let programme = read(&folder, "many.cue", many.as_bytes());
    assert_eq!(found(&folder, &programme), ["1.wav", "2.wav"]);
    assert!(
        programme.entries.iter().all(|entry| entry.span().is_none()),
        "both whole"
    );
    // A folder's sheet cuts the recording that lies in it.
    let programme = gather(&[folder.path().to_owned()]).unwrap();
    assert_eq!(
        found(&folder, &programme),
        ["1.wav", "2.wav", "album.flac", "album.flac", "album.flac"]
    );
}

/// Sheets as they are found beside people's discs.
#[test]
fn cue_with_data_gaps_and_forgotten_quotes() {
    let folder = folder(&["my album.flac", "two.mp3", "three.wav"]);
    let sheet = "CATALOG 0000000000000\nREM REPLAYGAIN_ALBUM_GAIN -7.10 dB\nFILE my album.bin BINARY\n\
        TRACK 01 MODE1/2352\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nFLAGS DCP\nSONGWRITER \"W\"\nPERFORMER Band\n\
        PREGAP 00:02:00\nINDEX 01 01:00:00\nPOSTGAP 00:01:00\nTRACK 03 AUDIO\nINDEX 01 02:00:00\n\
        FILE \"two.mp3 MP3\nTRACK 04 AUDIO\nPREGAP 00:00:30\nINDEX 01 00:00:00\nPOSTGAP 00:03:00\n\
        FILE three.wav\nTRACK 05 AUDIO\nINDEX 01 00:00:00\n";
    let programme = read(&folder, "disc.cue", sheet.as_bytes());
    assert_eq!(
        found(&folder, &programme),
        ["my album.flac", "my album.flac", "two.mp3", "three.wav"]
    );
    let how = programme.entries[0]
        .locate()
        .unwrap()
        .how
        .unwrap()
        .to_string();
    assert!(how.contains("extension"), "{how}");
    let gaps: Vec<_> = programme.entries.iter().map(Entry::gap_s).collect();
    assert_eq!(gaps, [Some(2.0), Some(1.0), Some(0.4), Some(3.0)]);
    let spans = programme.entries[0].span().unwrap();
    assert_eq!((spans.start_s, spans.end_s), (60.0, Some(120.0)));
    assert_eq!(programme.entries[0].artist.as_deref(), Some("Band"));
    assert_eq!(programme.entries[1].artist, None);
    let remark = programme.remarks[0].to_string();
    assert!(
        remark.contains("track 01") && remark.contains("data"),
        "{remark}"
    );
}

#[test]
fn a_name_in_any_encoding_is_found_by_what_is_on_the_disk() {
    let names = ["曲.mp3", "잎.mp3", "Ёж.mp3", "Đặng.mp3"];
    let folder = folder(&names);
    for (name, label) in [
        (names[0], "shift_jis"),
        (names[0], "euc-jp"),
        (names[1], "euc-kr"),
        (names[2], "koi8-r"),
        (names[2], "windows-1251"),
    ] {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let line = encoding.encode(name).0;
        let programme = read(&folder, "one.m3u", &[&line[..], b"\n"].concat());
        assert_eq!(found(&folder, &programme), [name], "{label}");
    }
}

#[test]
fn addresses_written_twice_over_and_second_places() {
    let folder = folder(&["a b.mp3", "second.mp3"]);
    let xspf = "<playlist><trackList><track><location>a%2520b.mp3</location></track><track>\
        <location>http://radio.example/x</location><location>second.mp3</location></track><track>\
        <location>gone.mp3</location><location>second.mp3</location></track></trackList></playlist>";
    let programme = read(&folder, "l.xspf", xspf.as_bytes());
    assert_eq!(
        found(&folder, &programme),
        ["a b.mp3", "second.mp3", "second.mp3"]
    );
    let how = programme.entries[2]
        .locate()
        .unwrap()
        .how
        .unwrap()
        .to_string();
    assert!(how.contains("other place"), "{how}");
    fs::write(
        folder.path().join("inner.asx"),
        "<asx><entry><REF  Href = 'second.mp3' /></entry></asx>",
    )
    .unwrap();
    let asx = "<ASX VERSION=\"3.0\"><REPEAT COUNT=\"2\"><ENTRY><TITLE>T</TITLE><REF HREF=\"a b.mp3\"/></ENTRY>\
        <ENTRYREF HREF=\"inner.asx\"/></REPEAT></ASX>";
    let programme = read(&folder, "l.asx", asx.as_bytes());
    assert_eq!(found(&folder, &programme), ["a b.mp3", "second.mp3"]);
}

#[test]
fn an_endless_name_is_told_in_short() {
    let folder = folder(&[]);
    let programme = read(&folder, "l.m3u", &[b'x'; 5_000]);
    let reason = programme.entries[0].locate().unwrap_err().to_string();
    assert!(reason.chars().count() < 250, "{reason}");
}

#[test]
fn legacy_encodings_find_files_under_either_name() {
    let names = [
        "Bj\u{f6}rk.mp3",
        "\u{43c}\u{443}\u{437}\u{44b}\u{43a}\u{430} \u{43d}\u{43e}\u{447}\u{438}.mp3",
    ];
    let folder = folder(&names);
    let programme = read(&folder, "latin.m3u", b"# caf\xe9\nBj\xf6rk.mp3\n");
    assert_eq!(found(&folder, &programme), [names[0]]);
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(names[1]);
    let programme = read(&folder, "cyr.m3u", &[&cyrillic[..], b"\n"].concat());
    assert_eq!(found(&folder, &programme), [names[1]]);
    assert!(
        programme.remarks[0].to_string().contains("windows-1251"),
        "{:?}",
        programme.remarks
    );
    // On the disk too the name can be in the old encoding.
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let name = PathBuf::from(std::ffi::OsString::from_vec(b"Caf\xe9.mp3".to_vec()));
        fs::write(folder.path().join(&name), "x").unwrap();
        let programme = read(&folder, "raw.m3u", b"Caf\xe9.mp3\n");
        assert_eq!(
            programme.entries[0].locate().unwrap().path,
            folder.path().join(name)
        );
    }
}

#[test]
fn moved_misspelt_and_windows_names_are_found_where_one_file_fits() {
    let folder = folder(&[
        "Music/Band/Album/01 Song.mp3",
        "Music/Band/Album/Cafe\u{301}.mp3",
        "Music/lists/x",
        "Music/Twin.mp3",
        "Music/TWIN.mp3",
    ]);
    let list = "/old/home/Music/Band/Album/01 Song.mp3\nC:\\Users\\Me\\Music\\Band\\Album\\01 Song.mp3\n\
        ..\\Band\\Album\\01 song.MP3\nfile:///C:/Music/Band/Album/01%20Song.mp3\n../band/ALBUM/caf\u{e9}.mp3\n\
        ../twin.mp3\n../Band/Album/01 Song.flac\n";
    let programme = read(&folder, "Music/lists/a.m3u8", list.as_bytes());
    let found = found(&folder, &programme);
    let song = "Music/Band/Album/01 Song.mp3";
    assert_eq!(found[..4], [song; 4]);
    assert_eq!(found[4], "Music/Band/Album/Cafe\u{301}.mp3");
    assert!(found[5].contains("2 files fit"), "{}", found[5]);
    assert_eq!(found[6], song, "encoded anew");
    assert!(
        programme.entries[0]
            .locate()
            .unwrap()
            .how
            .is_some_and(|how| how == How::Moved)
    );
}

#[test]
fn lists_in_lists_end_even_in_a_circle() {
    let folder = folder(&["a.mp3", "b.mp3"]);
    fs::write(
        folder.path().join("inner.m3u"),
        "b.mp3\nouter.m3u\nmissing.m3u\n",
    )
    .unwrap();
    let programme = read(&folder, "outer.m3u", b"a.mp3\ninner.m3u\na.mp3\n");
    let found = found(&folder, &programme);
    assert_eq!(found.len(), 5);
    assert_eq!(
        (found[0].as_str(), found[1].as_str(), found[4].as_str()),
        ("a.mp3", "b.mp3", "a.mp3")
    );
    assert!(found[2].contains("contains itself") && found[3].contains("no such file"));
}

/// Each of eight lists names the next a hundred times: without a bound that is
/// as good as endless.
#[test]
fn lists_that_multiply_end() {
    let folder = folder(&[]);
    for n in 0..8 {
        let list = format!("{}.m3u\n", n + 1).repeat(100);
        fs::write(folder.path().join(format!("{n}.m3u")), list).unwrap();
    }
    let programme = gather(&[folder.path().join("0.m3u")]).unwrap();
    let reason = programme.entries.last().unwrap().blank();
    assert!(reason.is_some_and(|reason| reason.to_string().contains("playlists in playlists")));
}

#[test]
fn folders_are_laid_out_as_a_person_would() {
    let names = [
        "CD 10/1.mp3",
        "CD 2/10.mp3",
        "CD 2/9.mp3",
        "CD 2/.hidden.mp3",
        "CD 2/cover.jpg",
        "intro.flac",
        "CD 2/notes.txt",
    ];
    let folder = folder(&names);
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("CD 2/loop")).unwrap();
    let programme = gather(&[folder.path().to_owned()]).unwrap();
    assert_eq!(
        found(&folder, &programme),
        ["intro.flac", "CD 2/9.mp3", "CD 2/10.mp3", "CD 10/1.mp3"]
    );
}

#[test]
fn what_is_written_is_read_again() {
    let folder = folder(&["a & <b>.mp3", "#c.mp3", "d%20.mp3", "sub/\u{fc}.flac"]);
    let tape = "title = \"T\"\nlength = \"C60\"\nnr = \"B\"\ngap = 2\n[[side-a]]\nfile = \"a & <b>.mp3\"\nstart = \"1:02.5\"\n\
        end = 90\n[[side-a]]\nfile = \"./#c.mp3\"\n[[side-b]]\nfile = \"d%20.mp3\"\ngap = 0\n[[song]]\nfile = \"sub/\u{fc}.flac\"\n";
    let programme = read(&folder, "x.tape.toml", tape.as_bytes());
    assert_eq!(programme.request.length.as_deref(), Some("C60"));
    let sides: Vec<_> = programme.entries.iter().map(Entry::side).collect();
    assert_eq!(sides, [Some(0), Some(0), Some(1), None]);
    assert_eq!(programme.entries[1].gap_s(), Some(2.0));
    let span = programme.entries[0].span().unwrap();
    assert_eq!((span.start_s, span.end_s), (62.5, Some(90.0)));
    let places = found(&folder, &programme);
    assert_eq!(
        places,
        ["a & <b>.mp3", "#c.mp3", "d%20.mp3", "sub/\u{fc}.flac"]
    );
    for (name, format) in [
        ("y.m3u8", Format::M3u8),
        ("y.xspf", Format::Xspf),
        ("y.tape.toml", Format::Tape),
    ] {
        let text = write(&programme, format, folder.path(), |_| Some(30.0));
        assert!(
            !text.contains(folder.path().to_str().unwrap()),
            "named from the folder:\n{text}"
        );
        let again = read(&folder, name, text.as_bytes());
        assert_eq!(found(&folder, &again), places, "{text}");
        assert_eq!(again.title, programme.title);
        if format == Format::Tape {
            assert_eq!(
                (&again.request, again.entries[0].span()),
                (&programme.request, programme.entries[0].span())
            );
        }
    }
}

#[test]
fn ten_thousand_entries_are_read_without_a_look_at_the_disk() {
    let folder = folder(&[]);
    let list: String = (0..10_000)
        .map(|n| format!("#EXTINF:1,A - {n}\n/nowhere/{n}.mp3\n"))
        .collect();
    let programme = read(&folder, "big.m3u", list.as_bytes());
    assert_eq!(programme.entries.len(), 10_000);
    assert_eq!(
        programme.entries[9_999].path(),
        Path::new("/nowhere/9999.mp3")
    );
    let start = Instant::now();
    gather(&[folder.path().join("big.m3u")]).unwrap();
    println!("10 000 entries in {:?}", start.elapsed());
}

#[test]
fn what_cannot_be_read_at_all_is_said_in_words() {
    let folder = folder(&["notes.txt"]);
    let error = gather(&[folder.path().join("nowhere")])
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("no such file or folder"), "{error}");
    let error = gather(&[folder.path().to_owned()]).unwrap_err().to_string();
    assert!(error.starts_with("nothing to play in"), "{error}");
}

/// A sheet made for the WAV that was deleted after encoding, or renamed since.
#[test]
fn a_cue_sheet_that_names_its_file_wrongly() {
    let sheet = "FILE \"CD Image (ripped).wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\n\
        INDEX 01 00:01:00\n";
    let lone = folder(&["Band - Album.flac", "cover.jpg"]);
    let programme = read(&lone, "disc.cue", sheet.as_bytes());
    assert_eq!(found(&lone, &programme), ["Band - Album.flac"; 2]);
    let how = programme.entries[0].locate().unwrap().how;
    assert_eq!(how, Some(How::OnlyRecording));
    let several = folder(&["disc.mp3", "another.mp3"]);
    let programme = read(&several, "Disc.cue", sheet.as_bytes());
    assert_eq!(found(&several, &programme), ["disc.mp3"; 2]);
    let how = programme.entries[0].locate().unwrap().how;
    assert_eq!(how, Some(How::NameOfSheet));
    // Nobody knows which of two is meant, nor which of two files the one is.
    let programme = read(&several, "other.cue", sheet.as_bytes());
    assert!(found(&several, &programme)[0].contains("no such file"));
    let two = "FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE 2.wav WAVE\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n";
    let programme = read(&lone, "two.cue", two.as_bytes());
    assert!(
        found(&lone, &programme)
            .iter()
            .all(|found| found.contains("no such file"))
    );
}

/// What a sheet says of loudness, as foobar2000 writes it.
#[test]
fn a_cue_sheet_with_replaygain() {
    let folder = folder(&["a.flac"]);
    let sheet = "REM REPLAYGAIN_ALBUM_GAIN -7.10 dB\nREM REPLAYGAIN_ALBUM_PEAK 0.977\nFILE \"a.flac\" WAVE\n\
        TRACK 01 AUDIO\nREM REPLAYGAIN_TRACK_GAIN +1.50 dB\nREM REPLAYGAIN_TRACK_PEAK 0.500000\nINDEX 01 00:00:00\n\
        TRACK 02 AUDIO\nINDEX 01 00:01:00\n";
    let programme = read(&folder, "a.cue", sheet.as_bytes());
    let gain = |n: usize| programme.entries[n].particulars().gain;
    assert_eq!(
        (gain(0).track_db, gain(0).track_peak),
        (Some(1.5), Some(0.5))
    );
    assert_eq!((gain(1).track_db, gain(1).album_db), (None, Some(-7.1)));
    assert_eq!(gain(0).album_peak, Some(0.977));
}

/// Opening a pipe waits for whoever writes into it, perhaps for ever.
#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_no_list() {
    let folder = folder(&["a.mp3"]);
    for name in ["pipe.m3u", "pipe", "pipe.cue"] {
        let pipe = folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let error = gather(std::slice::from_ref(&pipe)).unwrap_err();
        assert_eq!(error, PlaylistError::NotAFile(pipe), "{error}");
    }
    let error = gather(&["/dev/zero".into()]).unwrap_err();
    assert!(error.to_string().contains("device"), "{error}");
    // Among a folder's files they are passed over.
    let programme = gather(&[folder.path().to_owned()]).unwrap();
    assert_eq!(found(&folder, &programme), ["a.mp3"]);
    let programme = read(&folder, "list.m3u", b"pipe.m3u\na.mp3\n");
    let found = found(&folder, &programme);
    assert!(found[0].contains("not a file"), "{}", found[0]);
}

/// Libraries as their programs write them, shortened: iTunes 12, Rekordbox 6,
/// Traktor 3, Rhythmbox 3.
#[test]
fn libraries_of_other_programs() {
    let folder = folder(&["Music/One & two.mp3", "Music/Drei.flac"]);
    let at = |name: &str| {
        let path = folder.path().join("Music").join(name);
        path.to_string_lossy()
            .replace(' ', "%20")
            .replace('&', "&amp;")
    };
    let (one, two) = (at("One & two.mp3"), at("Drei.flac"));
    let list = |name: &str, more: &str, ids: &[u32]| {
        let items: String = ids
            .iter()
            .map(|id| format!("<dict><key>Track ID</key><integer>{id}</integer></dict>"))
            .collect();
        format!(
            "<dict>{more}<key>Name</key><string>{name}</string><key>Playlist ID</key><integer>9</integer>\
            <key>Playlist Items</key><array>{items}</array></dict>"
        )
    };
    let itunes = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" \
        \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\"><dict>\
        <key>Major Version</key><integer>1</integer><key>Tracks</key><dict>\
        <key>7</key><dict><key>Track ID</key><integer>7</integer><key>Name</key><string>First &#38; last</string>\
        <key>Artist</key><string>Ana</string><key>Total Time</key><integer>1000</integer>\
        <key>Location</key><string>file://{one}</string></dict>\
        <key>8</key><dict><key>Track ID</key><integer>8</integer><key>Name</key><string>Drei</string>\
        <key>Location</key><string>file://localhost{two}</string></dict></dict>\
        <key>Playlists</key><array>{}{}{}</array></dict></plist>",
        list("Library", "<key>Master</key><true/>", &[7, 8]),
        list("Road &amp; trip", "", &[8, 7, 8]),
        list("Other", "", &[7]),
    );
    fs::write(folder.path().join("Library.xml"), itunes).unwrap();
    let rekordbox = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DJ_PLAYLISTS Version=\"1.0.0\"><PRODUCT Name=\"rekordbox\"/>\
        <COLLECTION Entries=\"2\"><TRACK TrackID=\"7\" Name=\"First &amp; last\" Artist=\"Ana\" \
        Location=\"file://localhost{one}\"><TEMPO Inizio=\"0.1\"/></TRACK><TRACK TrackID=\"8\" Name=\"Drei\" Artist=\"\" \
        Location=\"file://localhost{two}\"/></COLLECTION><PLAYLISTS><NODE Type=\"0\" Name=\"ROOT\" Count=\"2\">\
        <NODE Name=\"Road &amp; trip\" Type=\"1\" KeyType=\"0\" Entries=\"3\"><TRACK Key=\"8\"/><TRACK Key=\"7\"/>\
        <TRACK Key=\"8\"/></NODE><NODE Name=\"Other\" Type=\"1\" KeyType=\"0\" Entries=\"1\"><TRACK Key=\"7\"/></NODE>\
        </NODE></PLAYLISTS></DJ_PLAYLISTS>"
    );
    fs::write(folder.path().join("rekordbox.xml"), rekordbox).unwrap();
    // Another machine's volume, and a tree that was moved.
    let place = "DIR=\"/:Users/:me/:Music/:\"";
    let key = |file: &str| {
        format!(
            "<ENTRY><PRIMARYKEY TYPE=\"TRACK\" KEY=\"Macintosh HD/:Users/:me/:Music/:{file}\"></PRIMARYKEY></ENTRY>"
        )
    };
    let (first, second) = (key("One &amp; two.mp3"), key("Drei.flac"));
    let traktor = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\" ?>\n<NML VERSION=\"19\"><HEAD COMPANY=\"N\" PROGRAM=\"T\"></HEAD>\
        <COLLECTION ENTRIES=\"2\"><ENTRY TITLE=\"First &amp; last\" ARTIST=\"Ana\"><LOCATION {place} FILE=\"One &amp; two.mp3\" \
        VOLUME=\"Macintosh HD\" VOLUMEID=\"x\"></LOCATION><ALBUM TITLE=\"A\"></ALBUM></ENTRY><ENTRY TITLE=\"Drei\"><LOCATION {place} \
        FILE=\"Drei.flac\" VOLUME=\"Macintosh HD\"></LOCATION></ENTRY></COLLECTION><PLAYLISTS><NODE TYPE=\"FOLDER\" NAME=\"$ROOT\">\
        <SUBNODES COUNT=\"2\"><NODE TYPE=\"PLAYLIST\" NAME=\"Road &amp; trip\"><PLAYLIST ENTRIES=\"3\" TYPE=\"LIST\">{second}{first}{second}\
        </PLAYLIST></NODE><NODE TYPE=\"PLAYLIST\" NAME=\"Other\"><PLAYLIST ENTRIES=\"1\">{first}</PLAYLIST></NODE></SUBNODES></NODE>\
        </PLAYLISTS></NML>"
    );
    fs::write(folder.path().join("collection.nml"), traktor).unwrap();
    let rhythmbox = format!(
        "<?xml version=\"1.0\"?>\n<rhythmdb-playlists><playlist name=\"Recent\" type=\"automatic\"><conjunction/></playlist>\
        <playlist name=\"Road &amp; trip\" show-browser=\"true\" type=\"static\"><location>file://{two}</location>\
        <location>file://{one}</location><location>file://{two}</location></playlist>\
        <playlist name=\"Other\" type=\"static\"><location>file://{one}</location></playlist></rhythmdb-playlists>"
    );
    fs::write(folder.path().join("playlists.xml"), rhythmbox).unwrap();
    for library in [
        "Library.xml",
        "rekordbox.xml",
        "collection.nml",
        "playlists.xml",
    ] {
        let path = folder.path().join(format!("{library}#Road & trip"));
        assert!(is_there(&path) && !is_there(&folder.path().join("gone.xml#Road & trip")));
        let programme = gather(&[path]).unwrap();
        let right = ["Music/Drei.flac", "Music/One & two.mp3", "Music/Drei.flac"];
        assert_eq!(found(&folder, &programme), right, "{library}");
        assert_eq!(programme.title.as_deref(), Some("Road & trip"), "{library}");
        if library != "playlists.xml" {
            let titles: Vec<_> = programme.entries.iter().map(Entry::name).collect();
            assert_eq!(titles, ["Drei", "First & last", "Drei"], "{library}");
            assert_eq!(
                programme.entries[1].artist.as_deref(),
                Some("Ana"),
                "{library}"
            );
        }
        for asked in [library.to_owned(), format!("{library}#Gone")] {
            let error = gather(&[folder.path().join(asked)]).unwrap_err();
            let PlaylistError::WhichList { names, .. } = &error else {
                panic!("{error}");
            };
            assert_eq!(names, &["Road & trip", "Other"], "{library}");
        }
    }
    // The songs themselves, where there is no list.
    let songs = format!(
        "<?xml version=\"1.0\" standalone=\"yes\"?>\n<rhythmdb version=\"2.0\"><entry type=\"song\"><title>First</title>\
        <artist>Ana</artist><location>file://{one}</location></entry><entry type=\"ignore\"><title/>\
        <location>file:///cover.jpg</location></entry><entry type=\"song\"><location>file://{two}</location></entry></rhythmdb>"
    );
    let programme = read(&folder, "rhythmdb.xml", songs.as_bytes());
    assert_eq!(
        found(&folder, &programme),
        ["Music/One & two.mp3", "Music/Drei.flac"]
    );
    assert_eq!(programme.entries[0].name(), "First");
}
