//! Songs off the tape are equally loud, by another meter's word (EBU R 128),
//! and an album keeps its balance.

use std::path::Path;
use std::process::Command;

use afterdark_media::media::Decoder;
use afterdark_tape::Frame;
use ebur128::{EbuR128, Mode};

const RATE: u32 = 44_100;
/// Frames of each song.
const SONG: usize = 15 * RATE as usize;

/// Music of the bundled tape, `db` louder than it is.
fn music(name: &str, from_s: u64, db: f32) -> Vec<Frame> {
    let tracks = Path::new(env!("CARGO_MANIFEST_DIR")).join("tracks");
    let mut decoder = Decoder::open(&tracks.join(name)).unwrap();
    assert_eq!(decoder.info().sample_rate, RATE);
    let mut frames = vec![[0.0; 2]; SONG];
    decoder.seek(from_s * u64::from(RATE)).unwrap();
    assert_eq!(decoder.read(&mut frames).unwrap(), SONG);
    let gain = 10f32.powf(db / 20.0);
    frames.into_iter().map(|f| f.map(|x| x * gain)).collect()
}

fn write(path: &Path, frames: &[Frame]) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE,
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for sample in frames.as_flattened() {
        file.write_sample((sample * 8_388_607.0) as i32).unwrap();
    }
    file.finalize().unwrap();
}

/// The song as a FLAC with these tags.
fn tagged(path: &Path, frames: &[Frame], tags: &[String]) {
    let wav = path.with_extension("wav");
    write(&wav, frames);
    let mut flac = Command::new("flac");
    flac.args(["-s", "--delete-input-file", "-o"]).arg(path);
    for tag in tags {
        flac.arg(format!("--tag={tag}"));
    }
    assert!(flac.arg(wav).status().unwrap().success());
}

fn dub(folder: &Path, options: &[&str]) -> Vec<Frame> {
    let mut dub = Command::new(env!("CARGO_BIN_EXE_afterdark"));
    dub.current_dir(folder).env("XDG_STATE_HOME", folder);
    dub.args(["dub", "songs", "--force", "--bits", "32f", "-o", "out.wav"]);
    let done = dub.args(options).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let mut wav = hound::WavReader::open(folder.join("out.wav")).unwrap();
    let samples: Vec<f32> = wav.samples().map(Result::unwrap).collect();
    let (frames, rest) = samples.as_chunks::<2>();
    assert!(rest.is_empty());
    frames.to_vec()
}

/// Loudness of each song, LUFS. A tape runs a little fast or slow, so the edges
/// are left out.
fn loudness(frames: &[Frame]) -> Vec<f64> {
    let edge = RATE as usize / 2;
    let songs = frames.chunks(SONG).filter(|song| song.len() > SONG / 2);
    songs
        .map(|song| lufs(&song[edge..song.len() - edge]))
        .collect()
}

fn lufs(frames: &[Frame]) -> f64 {
    let mut meter = EbuR128::new(2, RATE, Mode::I).unwrap();
    meter.add_frames_f32(frames.as_flattened()).unwrap();
    meter.loudness_global().unwrap()
}

fn spread(loudness: &[f64]) -> f64 {
    let most = loudness.iter().fold(f64::MIN, |a, b| a.max(*b));
    let least = loudness.iter().fold(f64::MAX, |a, b| a.min(*b));
    most - least
}

#[test]
fn songs_of_any_loudness_tagged_or_not_are_equally_loud() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let songs = folder.join("songs");
    std::fs::create_dir(&songs).unwrap();
    let [loud, soft, other] = [
        music("A1 - House Lights Down.mp3", 60, 0.0),
        music("A1 - House Lights Down.mp3", 60, -20.0),
        music("B1 - The Corner Table.mp3", 60, -8.0),
    ];
    write(&songs.join("1.wav"), &loud);
    write(&songs.join("2.wav"), &soft);
    let gain = |song: &[Frame]| format!("{:.2}", -18.0 - lufs(song));
    let track = format!("REPLAYGAIN_TRACK_GAIN={} dB", gain(&soft));
    tagged(&songs.join("3.flac"), &soft, &[track]);
    let r128 = ((-23.0 - lufs(&other)) * 256.0).round();
    tagged(
        &songs.join("4.flac"),
        &other,
        &[format!("R128_TRACK_GAIN={r128}")],
    );
    let far = spread(&loudness(&dub(folder, &["--loudness", "off"])));
    assert!(far > 19.0, "{far}");
    for (options, limit) in [
        (&[][..], 0.5),
        (&["--loudness", "album"], 0.5),
        (&["--source", "--loudness", "track"], 0.1),
    ] {
        let heard = loudness(&dub(folder, options));
        assert_eq!(heard.len(), 4);
        assert!(spread(&heard) < limit, "{options:?}: {heard:?}");
        assert!((heard[0] + 18.0).abs() < limit, "{options:?}: {heard:?}");
    }
    // Untouched, unless it is asked for.
    let untouched = dub(folder, &["--source"]);
    let wav = |x: f32| (x * 8_388_607.0).trunc();
    let as_written = |(a, b): (&f32, &f32)| (a * 8_388_608.0 - wav(*b)).abs() < 0.5;
    let mut pairs = untouched.as_flattened().iter().zip(loud.as_flattened());
    assert!(pairs.all(as_written));
}

#[test]
fn an_album_keeps_its_balance_between_songs_that_are_levelled() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let songs = folder.join("songs");
    std::fs::create_dir(&songs).unwrap();
    let album = || "ALBUM=One Evening".to_owned();
    let song = |db| music("A1 - House Lights Down.mp3", 60, db);
    tagged(&songs.join("1.flac"), &song(-3.0), &[album()]);
    tagged(&songs.join("2.flac"), &song(-9.0), &[album()]);
    write(&songs.join("3.wav"), &song(-20.0));
    let heard = loudness(&dub(folder, &[]));
    assert!((heard[0] - heard[1] - 6.0).abs() < 0.2, "{heard:?}");
    // The album as a whole is where the song alone is: between its own two.
    assert!(heard[1] < heard[2] && heard[2] < heard[0], "{heard:?}");
    let heard = loudness(&dub(folder, &["--loudness", "track"]));
    assert!(spread(&heard) < 0.5, "{heard:?}");
}

#[test]
fn a_song_is_made_no_louder_than_its_peaks_allow() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let songs = folder.join("songs");
    std::fs::create_dir(&songs).unwrap();
    let mut song = music("A1 - House Lights Down.mp3", 60, -30.0);
    // Where no excerpt would find it.
    song[SONG / 2 + 777] = [0.5, -0.5];
    write(&songs.join("1.wav"), &song);
    let tags = ["REPLAYGAIN_TRACK_GAIN=+30 dB".to_owned()];
    tagged(&songs.join("2.flac"), &song, &tags);
    let heard = dub(folder, &["--source", "--loudness", "track"]);
    for song in heard.chunks(SONG) {
        let peak = song
            .as_flattened()
            .iter()
            .fold(0.0f32, |a, b| a.max(b.abs()));
        assert!((0.98..=1.000_01).contains(&peak), "{peak}");
    }
}
