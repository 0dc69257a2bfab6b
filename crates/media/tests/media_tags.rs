//! Words and loudness, written by the rules of each format or by other programs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use afterdark_media::Gain;
use afterdark_media::media::{Decoder, Tags, cover, lyrics, tags};
use tempfile::TempDir;

/// An ID3v2 tag of these frames: name, flags' second byte, content.
fn id3(version: u8, frames: &[(&str, u8, Vec<u8>)]) -> Vec<u8> {
    let size = |n: usize, bits: u32| {
        [3, 2, 1, 0].map(|at| (n >> (at * bits)) as u8 & (0xff >> (8 - bits)))
    };
    let mut body = Vec::new();
    for (name, flags, content) in frames {
        body.extend(name.as_bytes());
        body.extend(size(content.len(), if version == 4 { 7 } else { 8 }));
        body.extend([0, *flags]);
        body.extend(content);
    }
    [&b"ID3"[..], &[version, 0, 0], &size(body.len(), 7), &body].concat()
}

/// Frames of silence in MPEG-1 layer III, 128 kbit/s, 44.1 kHz.
fn mp3() -> Vec<u8> {
    let mut frame = vec![0xff, 0xfb, 0x90, 0xc4];
    frame.resize(417, 0);
    frame.repeat(40)
}

/// A FLAC of no sound with these comments.
fn flac(comments: &[&str]) -> Vec<u8> {
    let mut block = [4u32.to_le_bytes().to_vec(), b"test".to_vec()].concat();
    block.extend((comments.len() as u32).to_le_bytes());
    for comment in comments {
        block.extend((comment.len() as u32).to_le_bytes());
        block.extend(comment.as_bytes());
    }
    let info = [
        0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x0a, 0xc4, 0x42, 0xf0, 0, 0, 0, 0,
    ];
    let length = (block.len() as u32).to_be_bytes();
    [
        &b"fLaC\0\0\0\x22"[..],
        &info,
        &[0; 16],
        &[0x84],
        &length[1..],
        &block,
    ]
    .concat()
}

/// An APEv2 tag of these items.
fn ape(items: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (key, value) in items {
        body.extend((value.len() as u32).to_le_bytes());
        body.extend([0; 4]);
        body.extend(key.as_bytes());
        body.push(0);
        body.extend(value.as_bytes());
    }
    let edge = |flags: u32| {
        let mut edge = b"APETAGEX".to_vec();
        for number in [2_000, body.len() as u32 + 32, items.len() as u32, flags] {
            edge.extend(number.to_le_bytes());
        }
        edge.extend([0; 8]);
        edge
    };
    [edge(0xa000_0000), body.clone(), edge(0x8000_0000)].concat()
}

fn tags_of(folder: &TempDir, name: &str, bytes: &[u8]) -> Tags {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    tags(&path)
}

#[test]
fn several_artists_are_all_told() {
    let folder = TempDir::new().unwrap();
    let utf8 = |words: &str| [&[3], words.as_bytes()].concat();
    let utf16 = |words: &str| {
        let units = words.encode_utf16().flat_map(u16::to_le_bytes);
        [1, 0xff, 0xfe]
            .into_iter()
            .chain(units)
            .collect::<Vec<u8>>()
    };
    let frames = |text: &dyn Fn(&str) -> Vec<u8>| {
        [
            ("TIT2", 0, text("Song")),
            ("TPE1", 0, text("Ana\0Bo\0Çelik")),
            ("TPE2", 0, text("Various")),
            ("TCOM", 0, text("Uno\0Due")),
            ("TCON", 0, text("Jazz\0Dub")),
            ("TRCK", 0, text("3/12")),
            ("TPOS", 0, text("2")),
            ("TDRC", 0, text("1984")),
        ]
    };
    let comments = [
        "TITLE=Song",
        "ARTIST=Ana",
        "ARTIST=Bo",
        "artist=Çelik",
        "ALBUMARTIST=Various",
        "COMPOSER=Uno",
        "COMPOSER=Due",
        "GENRE=Jazz",
        "GENRE=Dub",
        "TRACKNUMBER=3",
        "DISCNUMBER=2",
        "DATE=1984",
    ];
    let items = [
        ("Title", "Song"),
        ("Artist", "Ana\0Bo\0Çelik"),
        ("Album Artist", "Various"),
        ("Composer", "Uno\0Due"),
        ("Genre", "Jazz\0Dub"),
        ("Track", "3/12"),
        ("Disc", "2"),
        ("Year", "1984"),
    ];
    let files = [
        ("utf8.mp3", [id3(4, &frames(&utf8)), mp3()].concat()),
        ("utf16.mp3", [id3(4, &frames(&utf16)), mp3()].concat()),
        ("a.flac", flac(&comments)),
        ("ape.mp3", [mp3(), ape(&items)].concat()),
    ];
    for (name, bytes) in files {
        let tags = tags_of(&folder, name, &bytes);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        assert_eq!(text(&tags.artist), "Ana, Bo, Çelik", "{name}");
        assert_eq!(text(&tags.album_artist), "Various", "{name}");
        assert_eq!(text(&tags.composer), "Uno, Due", "{name}");
        assert_eq!(text(&tags.genre), "Jazz, Dub", "{name}");
        assert_eq!((tags.track, tags.disc), (Some(3), Some(2)), "{name}");
        assert_eq!(text(&tags.date), "1984", "{name}");
    }
    // One name as it is shown comes before the list of those in it.
    let tags = tags_of(
        &folder,
        "b.flac",
        &flac(&["ARTISTS=Ana", "ARTISTS=Bo", "ARTIST=Ana & Bo"]),
    );
    assert_eq!(tags.artist.as_deref(), Some("Ana & Bo"));
}

/// A title of one hundred million letters in a few kilobytes: neither it nor
/// what stands beside it may fill the memory; an honest one is read.
#[test]
fn compressed_frames_are_read_but_do_not_burst() {
    let folder = TempDir::new().unwrap();
    let packed = |title: &mut dyn std::io::Read, length: u32| {
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        out.write_all(&[3]).unwrap();
        std::io::copy(title, &mut out).unwrap();
        let length = [21, 14, 7, 0].map(|at| (length >> at) as u8 & 0x7f);
        [&length[..], &out.finish().unwrap()].concat()
    };
    let song = ("TALB", 0, b"\x03Album".to_vec());
    let good = packed(&mut &b"Song"[..], 5);
    let bytes = [id3(4, &[("TIT2", 9, good), song.clone()]), mp3()].concat();
    let tags = tags_of(&folder, "good.mp3", &bytes);
    assert_eq!(tags.title.as_deref(), Some("Song"));
    let bomb = packed(
        &mut std::io::Read::take(std::io::repeat(b'x'), 100_000_000),
        9,
    );
    let tag = id3(4, &[("TIT2", 9, bomb), song]);
    let wav = [
        &b"RIFF\xff\xff\xff\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x44\xac\0\0\x88\x58\x01\0\x02\0\x10\0data\x08\0\0\0\0\0\0\0\0\0\0\0id3 "[..],
        &(tag.len() as u32).to_le_bytes(), &tag,
    ];
    for (name, bytes) in [
        ("bomb.mp3", [tag.clone(), mp3()].concat()),
        ("bomb.wav", wav.concat()),
    ] {
        let before = peak_memory();
        let tags = tags_of(&folder, name, &bytes);
        assert_eq!(tags.album.as_deref(), Some("Album"), "{name}");
        let grown = peak_memory() - before;
        assert!(grown < 30_000, "{name}: {grown} kB");
    }
}

/// Most memory that this process has had at once, in kB; elsewhere than on
/// Linux nobody tells.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

fn gain(path: &Path) -> Gain {
    Decoder::open(path).unwrap().info().gain
}

/// What foobar2000, aacgain and opusenc's users have in their files.
#[test]
fn loudness_in_every_spelling() {
    let folder = TempDir::new().unwrap();
    let text = |key: &str, value: &str| [b"\x03", key.as_bytes(), b"\0", value.as_bytes()].concat();
    let frames = [
        ("TXXX", 0, text("REPLAYGAIN_TRACK_GAIN", "-7.25 dB")),
        ("TXXX", 0, text("replaygain_track_peak", "0.988525")),
        ("TXXX", 0, text("replaygain_album_gain", "+1,50 dB")),
        ("TXXX", 0, text("REPLAYGAIN_ALBUM_PEAK", "1.2")),
    ];
    let items = [
        ("REPLAYGAIN_TRACK_GAIN", "-7.25 dB"),
        ("REPLAYGAIN_TRACK_PEAK", "0.988525"),
        ("replaygain_album_gain", "1.5"),
        ("replaygain_album_peak", "1.2"),
    ];
    let right = Gain {
        track_db: Some(-7.25),
        track_peak: Some(0.988_525),
        album_db: Some(1.5),
        album_peak: Some(1.2),
    };
    let files = [
        (
            "3.mp3",
            [
                id3(
                    3,
                    &frames.clone().map(|(id, flags, mut content)| {
                        content[0] = 0;
                        (id, flags, content)
                    }),
                ),
                mp3(),
            ]
            .concat(),
        ),
        ("4.mp3", [id3(4, &frames), mp3()].concat()),
        ("ape.mp3", [mp3(), ape(&items)].concat()),
    ];
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        assert_eq!(gain(&path), right, "{name}");
    }
    // RVA2: the master's volume in 1/512 dB, and a peak of 16 bits.
    let rva2 = |name: &str, volume: i16, peak: u16| {
        let words = [name.as_bytes(), b"\0\x01"].concat();
        let numbers = [&volume.to_be_bytes()[..], &[16], &peak.to_be_bytes()].concat();
        ("RVA2", 0, [words, numbers].concat())
    };
    let path = folder.path().join("rva2.mp3");
    let frames = [rva2("track", -3_712, 0x4000), rva2("album", 768, 0x8000)];
    fs::write(&path, [id3(4, &frames), mp3()].concat()).unwrap();
    let right = Gain {
        track_peak: Some(0.5),
        album_peak: Some(1.0),
        ..right
    };
    assert_eq!(gain(&path), right);
}

/// A second of tone at a tenth of full scale, as a WAV.
fn tone(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("tone.wav");
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(&path, spec).unwrap();
    for n in 0..48_000 * 4 {
        let sample = 3_277.0 * (f64::from(n) * 0.13).sin();
        wav.write_sample(sample as i16).unwrap();
        wav.write_sample(sample as i16).unwrap();
    }
    wav.finalize().unwrap();
    path
}

/// loudgain (ReplayGain 2, −18 LUFS) writes what it prints; each format is
/// read as it says. Without the programs nothing is shown.
#[test]
fn loudness_as_another_program_writes_it() {
    let folder = TempDir::new().unwrap();
    let wav = tone(&folder);
    let run = |program: &str, arguments: &[&std::ffi::OsStr]| {
        let out = Command::new(program).args(arguments).output().ok()?;
        out.status
            .success()
            .then(|| String::from_utf8_lossy(&out.stdout).into_owned())
    };
    for name in [
        "a.flac", "a.mp3", "a.ogg", "a.opus", "a.m4a", "a.wv", "a.aiff",
    ] {
        let path = folder.path().join(name);
        if run(
            "ffmpeg",
            &[
                "-v".as_ref(),
                "error".as_ref(),
                "-i".as_ref(),
                wav.as_ref(),
                path.as_ref(),
            ],
        )
        .is_none()
        {
            continue;
        }
        let arguments = ["-q", "-O", "-a", "-k", "-s", "e"].map(std::ffi::OsStr::new);
        let arguments = [&arguments[..], &[path.as_ref()]].concat();
        let Some(told) = run("loudgain", &arguments) else {
            continue;
        };
        // File, loudness, range, true peak (linear), its dB, …, gain.
        let mut lines = told.lines();
        let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        let row: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        let column = |name: &str| {
            let at = head.iter().position(|head| *head == name)?;
            row.get(at)?.split(' ').next()?.parse::<f32>().ok()
        };
        let (db, reference, peak) = (column("Gain"), column("Reference"), column("True_Peak"));
        let (Some(db), Some(reference), Some(peak)) = (db, reference, peak) else {
            panic!("{name}: {told}");
        };
        // Opus by its rule to −23 LUFS.
        let db = db - 18.0 - reference;
        let read = gain(&path);
        let near =
            |read: Option<f32>, right: f32| read.is_some_and(|read| (read - right).abs() < 0.01);
        assert!(
            near(read.track_db, db) && near(read.album_db, db),
            "{name}: {read:?} {told}"
        );
        // Opus has no tag for it.
        assert!(
            name == "a.opus" || near(read.track_peak, peak),
            "{name}: {read:?} {told}"
        );
    }
}

/// A pipe beside a song waits for whoever writes into it.
#[cfg(unix)]
#[test]
fn pipes_for_cover_and_words_are_passed_over() {
    let folder = TempDir::new().unwrap();
    let song = folder.path().join("song.mp3");
    fs::write(&song, mp3()).unwrap();
    for name in ["cover.jpg", "song.lrc", "song.txt"] {
        let made = Command::new("mkfifo")
            .arg(folder.path().join(name))
            .status();
        assert!(made.unwrap().success());
    }
    assert_eq!(cover(&song), None);
    assert_eq!(lyrics(&song), []);
    assert_eq!(tags(&folder.path().join("cover.jpg")), Tags::default());
}

/// What ffmpeg and mkvmerge write: the first has title, artist and album of a
/// song side by side, the second an album and a song of it, after the sound.
#[test]
fn words_of_matroska() {
    let folder = TempDir::new().unwrap();
    let wav = tone(&folder);
    let run = |program: &str, arguments: &[&str]| {
        let run = Command::new(program)
            .current_dir(folder.path())
            .args(arguments)
            .output();
        run.is_ok_and(|out| out.status.success())
    };
    let wav = wav.to_str().unwrap();
    let words = [
        "-metadata",
        "title=Song",
        "-metadata",
        "artist=Ana",
        "-metadata",
        "album=Album",
        "-metadata",
        "genre=Dub",
        "-metadata",
        "replaygain_track_gain=-3.50 dB",
    ];
    let made = run(
        "ffmpeg",
        &[&["-v", "error", "-i", wav], &words[..], &["a.mka"]].concat(),
    );
    assert!(made, "ffmpeg");
    let path = folder.path().join("a.mka");
    let read = tags(&path);
    assert_eq!(read.title.as_deref(), Some("Song"));
    assert_eq!(
        (read.artist.as_deref(), read.album_artist),
        (Some("Ana"), None)
    );
    assert_eq!(
        (read.album.as_deref(), read.genre.as_deref()),
        (Some("Album"), Some("Dub"))
    );
    assert_eq!(gain(&path).track_db, Some(-3.5));
    let tag = |level: u32, words: &[(&str, &str)]| {
        let simple = |(name, text): &(&str, &str)| {
            format!("<Simple><Name>{name}</Name><String>{text}</String></Simple>")
        };
        let simple: String = words.iter().map(simple).collect();
        format!("<Tag><Targets><TargetTypeValue>{level}</TargetTypeValue></Targets>{simple}</Tag>")
    };
    let xml = format!(
        "<?xml version=\"1.0\"?><Tags>{}{}</Tags>",
        tag(
            50,
            &[
                ("TITLE", "Album"),
                ("ARTIST", "Various"),
                ("REPLAYGAIN_GAIN", "-2 dB")
            ]
        ),
        tag(
            30,
            &[
                ("TITLE", "Song"),
                ("ARTIST", "Ana"),
                ("ARTIST", "Bo"),
                ("PART_NUMBER", "3"),
                ("REPLAYGAIN_GAIN", "1 dB")
            ]
        ),
    );
    fs::write(folder.path().join("tags.xml"), xml).unwrap();
    if !run(
        "mkvmerge",
        &["-q", "-o", "b.mka", "--global-tags", "tags.xml", wav],
    ) {
        return;
    }
    let path = folder.path().join("b.mka");
    let read = tags(&path);
    assert_eq!(
        (read.title.as_deref(), read.album.as_deref()),
        (Some("Song"), Some("Album"))
    );
    assert_eq!(
        (read.artist.as_deref(), read.album_artist.as_deref()),
        (Some("Ana, Bo"), Some("Various"))
    );
    assert_eq!(read.track, Some(3));
    assert_eq!(
        (gain(&path).track_db, gain(&path).album_db),
        (Some(1.0), Some(-2.0))
    );
}
