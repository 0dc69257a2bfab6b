//! Headers that lie, break a rule, or are misread elsewhere: what is in the
//! file comes out all the same.

mod media_files;

use std::fs;
use std::path::Path;
use std::process::Command;

use afterdark_media::media::{Decoder, complaints, parts, tags};
use media_files::{Album, Codec, decode_with_ffmpeg, noise, read_all, run, write_wav};

/// Makes `out` of noise by ffmpeg.
fn convert(folder: &Path, frames: usize, arguments: &[&str], out: &str) -> std::path::PathBuf {
    let wav = folder.join("in.wav");
    write_wav(&wav, &noise(frames, 44_100), 44_100);
    let out = folder.join(out);
    run(Command::new("ffmpeg")
        .arg("-i")
        .arg(&wav)
        .args(arguments)
        .arg(&out));
    out
}

fn worst(a: &[[f32; 2]], b: &[[f32; 2]]) -> f32 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Of more than two channels at a usual quality, too.
#[test]
fn surround_vorbis_is_what_another_decoder_hears() {
    let folder = tempfile::tempdir().unwrap();
    let pan = "pan=5.1|FL=c0|FR=c1|FC=0.5*c0+0.3*c1|LFE=0.2*c0|BL=0.4*c1|BR=0.6*c0";
    let arguments = ["-af", pan, "-c:a", "libvorbis", "-q:a", "3"];
    let path = convert(folder.path(), 88_200, &arguments, "surround.ogg");
    let ours = read_all(&mut Decoder::open(&path).unwrap());
    let theirs = decode_with_ffmpeg(&path, 44_100);
    assert_eq!(ours.len(), theirs.len());
    assert!(worst(&ours, &theirs) < 1e-4);
}

/// Where the file says nothing of where the channels stand, too.
#[test]
fn surround_of_any_container_is_what_another_decoder_hears() {
    let folder = tempfile::tempdir().unwrap();
    let pan = "pan=5.1|FL=c0|FR=c1|FC=0.5*c0+0.3*c1|LFE=0.2*c0|BL=0.4*c1|BR=0.6*c0";
    let arguments = ["-af", pan];
    for name in ["s.aiff", "s.wav", "s.caf", "s.flac"] {
        let path = convert(folder.path(), 44_100, &arguments, name);
        let ours = read_all(&mut Decoder::open(&path).unwrap());
        let theirs = decode_with_ffmpeg(&path, 44_100);
        assert_eq!(ours.len(), theirs.len(), "{name}");
        // ffmpeg folds 16 bits in integers.
        assert!(
            worst(&ours, &theirs) < 1e-3,
            "{name} {}",
            worst(&ours, &theirs)
        );
    }
}

/// By Musepack's own tools (`mpcenc --quality 3`, of 13 001 frames at 44.1 kHz
/// that are silent but for a pulse): their decoder has 19 770 of 32 768 as its
/// highest sample, at 5 187, and −19 842 as its lowest, at 5 209.
#[test]
fn musepack_is_as_long_and_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pulse.mpc");
    fs::write(&path, include_bytes!("media_files/pulse.mpc")).unwrap();
    let mut decoder = Decoder::open_quick(&path).unwrap();
    assert!(decoder.info().exact && decoder.info().frames == 13_001);
    let ours = read_all(&mut decoder);
    assert_eq!(ours.len(), 13_001);
    let samples = || ours.iter().map(|frame| frame[0]).enumerate();
    let highest = samples().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let lowest = samples().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!((highest.0, lowest.0), (5_187, 5_209));
    assert!((highest.1 * 32_768.0 - 19_770.0).abs() < 2.0, "{highest:?}");
    assert!((lowest.1 * 32_768.0 + 19_842.0).abs() < 2.0, "{lowest:?}");
    // From a place, as from the start.
    decoder.seek(5_100).unwrap();
    let mut out = [[0.0; 2]; 200];
    assert_eq!(decoder.read(&mut out).unwrap(), 200);
    assert!(out == ours[5_100..5_300]);
    assert_eq!(complaints(&path, &mut decoder, true), []);
}

/// A cue sheet that is not of a CD, as `metaflac` writes it, costs nothing;
/// its tracks start behind their pregaps and the lead-out is none.
#[test]
fn a_cue_sheet_inside_a_flac_is_read_as_one_beside_it() {
    let album = Album::cut(Codec::Flac, &noise(44_100 * 6 + 101, 44_100), &[]);
    let path = &album.paths[0];
    let sheet = path.with_extension("cue");
    let text = "FILE \"a.flac\" FLAC\n TRACK 01 AUDIO\n INDEX 01 00:00:00\n TRACK 02 AUDIO\n \
                INDEX 00 00:01:00\n INDEX 01 00:02:00\n TRACK 03 AUDIO\n INDEX 01 00:04:00\n";
    fs::write(&sheet, text).unwrap();
    run(Command::new("metaflac")
        .arg("--no-cued-seekpoints")
        .arg(format!("--import-cuesheet-from={}", sheet.display()))
        .arg(path));
    let starts: Vec<f64> = parts(path)
        .chapters
        .iter()
        .map(|chapter| chapter.start_s)
        .collect();
    assert_eq!(starts, [0.0, 2.0, 4.0]);
    let mut decoder = Decoder::open_quick(path).unwrap();
    assert!(decoder.info().exact && decoder.info().format == "FLAC");
    assert_eq!(read_all(&mut decoder), album.parts[0]);
}

/// ffmpeg leaves out the edition's number, which a reader refuses.
#[test]
fn matroska_chapters_cost_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let meta = folder.path().join("meta");
    let text = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2500\ntitle=One\n\
                [CHAPTER]\nTIMEBASE=1/1000\nSTART=2500\nEND=4000\ntitle=Two\n";
    fs::write(&meta, text).unwrap();
    let arguments = [
        "-i",
        meta.to_str().unwrap(),
        "-map_metadata",
        "1",
        "-c:a",
        "libvorbis",
    ];
    let path = convert(folder.path(), 44_100 * 4, &arguments, "book.mka");
    let mut decoder = Decoder::open(&path).unwrap();
    assert_eq!(
        decoder.info().format,
        "Vorbis",
        "by our own reader, not by ffmpeg"
    );
    let ours = read_all(&mut decoder);
    assert!(worst(&ours, &decode_with_ffmpeg(&path, 44_100)) < 1e-4);
    let found: Vec<_> = parts(&path)
        .chapters
        .into_iter()
        .map(|chapter| (chapter.start_s, chapter.title.unwrap()))
        .collect();
    assert_eq!(found, [(0.0, "One".to_owned()), (2.5, "Two".to_owned())]);
}

/// The header of a FLAC may say anything of the length, and other formats'
/// tags may follow.
#[test]
fn a_flac_is_as_long_as_its_last_frame_says() {
    let album = Album::cut(Codec::Flac, &noise(150_000, 44_100), &[]);
    let path = &album.paths[0];
    let good = fs::read(path).unwrap();
    for told in [0u32, 1_000, 4_000_000] {
        let mut bytes = good.clone();
        bytes[22..26].copy_from_slice(&told.to_be_bytes());
        let mut tag = b"TAG".to_vec();
        tag.resize(128, b'x');
        bytes.extend(tag);
        fs::write(path, bytes).unwrap();
        let mut decoder = Decoder::open_quick(path).unwrap();
        assert!(
            decoder.info().exact && decoder.info().frames == 150_000,
            "told {told}"
        );
        let found = complaints(path, &mut decoder, false);
        assert_eq!(found.len(), usize::from(told > 150_000), "{found:?}");
        assert_eq!(read_all(&mut Decoder::open(path).unwrap()), album.parts[0]);
    }
}

#[test]
fn alac_in_caf_ends_where_its_last_packet_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = convert(folder.path(), 50_001, &["-c:a", "alac"], "a.caf");
    let mut decoder = Decoder::open(&path).unwrap();
    assert_eq!(decoder.info().frames, 50_001);
    assert_eq!(complaints(&path, &mut decoder, false), []);
    assert_eq!(
        read_all(&mut Decoder::open(&path).unwrap()),
        noise(50_001, 44_100)
    );
}

/// An encoder without delay says 0; the decoder's own is still taken off. And
/// a count of frames that cannot be is not believed.
#[test]
fn an_mp3_header_is_read_as_others_read_it() {
    let album = Album::cut(Codec::Mp3, &noise(100_000, 44_100), &[]);
    let path = &album.paths[0];
    let good = fs::read(path).unwrap();
    let whole = read_all(&mut Decoder::open(path).unwrap());
    let find = |what: &[u8]| good.windows(4).position(|window| window == what).unwrap();
    let mut bytes = good.clone();
    bytes[find(b"LAME") + 21..][..3].fill(0);
    fs::write(path, bytes).unwrap();
    let ours = read_all(&mut Decoder::open(path).unwrap());
    let theirs = decode_with_ffmpeg(path, 44_100);
    assert_eq!(ours.len(), theirs.len());
    assert!(worst(&ours, &theirs) < 1e-4);
    let mut bytes = good.clone();
    bytes[find(b"Info") + 8..][..4].copy_from_slice(&1u32.to_be_bytes());
    fs::write(path, bytes).unwrap();
    let ours = read_all(&mut Decoder::open(path).unwrap());
    assert!(
        ours.len() >= whole.len(),
        "{} of {}",
        ours.len(),
        whole.len()
    );
}

/// Tags in the code page of their country, marked as Latin-1; and true Latin-1.
#[test]
fn tags_of_other_scripts_are_read() {
    let album = Album::cut(Codec::Mp3, &noise(30_000, 44_100), &[]);
    let path = &album.paths[0];
    let music = fs::read(path).unwrap();
    for (label, title, artist) in [
        ("windows-1251", "Группа крови", "Кино"),
        ("shift_jis", "上を向いて歩こう", "坂本九"),
        ("gbk", "月亮代表我的心", "邓丽君"),
        ("euc-kr", "아침 이슬", "양희은"),
        ("big5", "月亮代表我的心", "鄧麗君"),
        ("windows-1252", "Für Élise – naïve", "Motörhead"),
    ] {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let [title_bytes, artist_bytes] = [title, artist].map(|text| encoding.encode(text).0);
        // ID3v2.3 frames whose encoding byte says Latin-1.
        let frame = |id: &[u8], text: &[u8]| {
            let size = (text.len() as u32 + 1).to_be_bytes();
            [id, &size, &[0, 0, 0], text].concat()
        };
        let frames = [frame(b"TIT2", &title_bytes), frame(b"TPE1", &artist_bytes)].concat();
        let size = frames.len() as u32;
        let size = [size >> 21, size >> 14 & 127, size >> 7 & 127, size & 127].map(|n| n as u8);
        let v2 = [b"ID3\x03\0\0", &size[..], &frames, &music].concat();
        fs::write(path, v2).unwrap();
        let found = tags(path);
        assert_eq!(found.title.as_deref(), Some(title), "{label}");
        assert_eq!(found.artist.as_deref(), Some(artist), "{label}");
        let field = |text: &[u8]| {
            let mut field = text.to_vec();
            field.resize(30, 0);
            field
        };
        let v1 = [
            &music,
            &b"TAG"[..],
            &field(&title_bytes),
            &field(&artist_bytes),
            &[0; 65],
        ];
        fs::write(path, v1.concat()).unwrap();
        assert_eq!(tags(path).title.as_deref(), Some(title), "{label} of ID3v1");
    }
}

/// The checksum of an Ogg page (RFC 3533, section 6), its own place zeroed.
fn page_checksum(page: &[u8]) -> u32 {
    page.iter().fold(0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
            sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    })
}

/// An early encoder left pages without a place though packets end in them.
#[test]
fn pages_that_do_not_tell_where_they_end_are_music_all_the_same() {
    let album = Album::cut(Codec::Vorbis, &noise(44_100 * 20, 44_100), &[]);
    let path = &album.paths[0];
    let whole = read_all(&mut Decoder::open(path).unwrap());
    let mut bytes = fs::read(path).unwrap();
    let (mut at, mut number) = (0, 0);
    while at < bytes.len() {
        let segments = usize::from(bytes[at + 26]);
        let table = &bytes[at + 27..at + 27 + segments];
        let length = 27 + segments + table.iter().copied().map(usize::from).sum::<usize>();
        let page = &mut bytes[at..at + length];
        // Not the headers' and not the last, which tells the length.
        if number > 2 && number % 3 > 0 && page[5] & 4 == 0 {
            page[6..14].fill(0xff);
            page[22..26].fill(0);
            let sum = page_checksum(page).to_le_bytes();
            page[22..26].copy_from_slice(&sum);
        }
        at += length;
        number += 1;
    }
    assert!(number > 12, "{number} pages are too few to show anything");
    fs::write(path, bytes).unwrap();
    let mut decoder = Decoder::open(path).unwrap();
    let ours = read_all(&mut decoder);
    assert_eq!(decoder.silenced(), 0);
    assert!(ours == whole, "{} of {}", ours.len(), whole.len());
    for goal in [700_000, 300_001, 5, 850_000, 440_000] {
        decoder.seek(goal as u64).unwrap();
        let mut out = vec![[0.0; 2]; 3_000];
        assert_eq!(decoder.read(&mut out).unwrap(), 3_000, "from {goal}");
        assert!(out == whole[goal..goal + 3_000], "from {goal}");
    }
    assert_eq!(complaints(path, &mut decoder, true), []);
}
