//! AAC in whatever it is packed in: no holes, and with the upper half that
//! HE-AAC has.

mod media_files;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use afterdark_media::media::{Decoder, complaints};
use media_files::{Frame, decode_with_ffmpeg, noise, read_all, run, write_wav};

fn worst(a: &[Frame], b: &[Frame]) -> f32 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn ffmpeg(from: &Path, arguments: &[&str], to: &Path) {
    run(Command::new("ffmpeg")
        .arg("-i")
        .arg(from)
        .args(arguments)
        .arg(to));
}

/// Vorbis in Matroska, whose clock counts milliseconds and whose packets are of
/// two lengths: what is made of it by ffmpeg inherits the jitter.
fn vorbis(folder: &Path) -> PathBuf {
    let wav = folder.join("in.wav");
    write_wav(&wav, &noise(44_100 * 8, 44_100), 44_100);
    let vorbis = folder.join("in.mka");
    ffmpeg(&wav, &["-c:a", "libvorbis"], &vorbis);
    vorbis
}

#[test]
fn frames_follow_one_another_whatever_their_durations_say() {
    let folder = tempfile::tempdir().unwrap();
    let vorbis = vorbis(folder.path());
    let aac = ["-c:a", "aac", "-aac_pns", "0"];
    let fragments = [
        &aac[..],
        &["-movflags", "frag_keyframe+empty_moov+default_base_moof"],
    ];
    let fragments = [&fragments.concat()[..], &["-frag_duration", "500000"]].concat();
    let partly = [
        &aac[..],
        &["-movflags", "frag_keyframe", "-frag_duration", "500000"],
    ]
    .concat();
    let cases: [(&str, &[&str]); 7] = [
        ("a.m4a", &aac),
        ("a.mov", &aac),
        ("a.mka", &aac),
        ("a.aac", &aac),
        ("fragments.mp4", &fragments),
        ("partly.mp4", &partly),
        ("mp3.mov", &["-c:a", "libmp3lame", "-b:a", "192k"]),
    ];
    for (name, arguments) in cases {
        let path = folder.path().join(name);
        ffmpeg(&vorbis, arguments, &path);
        let told = Command::new("ffprobe")
            .args([
                "-v",
                "error",
                "-show_entries",
                "packet=duration",
                "-of",
                "csv=p=0",
            ])
            .arg(&path)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let mut durations: Vec<&str> = told.lines().collect();
        durations.pop();
        durations.sort_unstable();
        durations.dedup();
        let jitters = durations.len() > 1;
        assert!(
            jitters || name == "a.aac",
            "{name} is even, so it shows nothing"
        );
        let mut decoder = Decoder::open(&path).unwrap();
        let ours = read_all(&mut decoder);
        let theirs = decode_with_ffmpeg(&path, 44_100);
        assert_eq!(decoder.silenced(), 0, "{name}");
        // ffmpeg leaves the padding at the end.
        let padding = theirs.len().checked_sub(ours.len());
        assert!(
            padding.is_some_and(|padding| padding < 2_048),
            "{name}: {} of {}",
            ours.len(),
            theirs.len()
        );
        let off = worst(&ours, &theirs);
        assert!(off < 1e-4, "{name} is off by {off}");
        for goal in [200_000, 70_001, 5, 340_000, 100_000] {
            decoder.seek(goal as u64).unwrap();
            let mut out = vec![[0.0; 2]; 3_000];
            assert_eq!(decoder.read(&mut out).unwrap(), 3_000, "{name} from {goal}");
            assert!(out == ours[goal..goal + 3_000], "{name} from {goal}");
        }
        assert_eq!(complaints(&path, &mut decoder, true), [], "{name}");
    }
}

/// A packet that is destroyed is as long as the others.
#[test]
fn a_hole_in_uneven_packets_is_no_shift() {
    let folder = tempfile::tempdir().unwrap();
    let vorbis = vorbis(folder.path());
    let path = folder.path().join("a.m4a");
    ffmpeg(&vorbis, &["-c:a", "aac", "-aac_pns", "0"], &path);
    let whole = read_all(&mut Decoder::open(&path).unwrap());
    let good = fs::read(&path).unwrap();
    for at in 2..8 {
        let mut bytes = good.clone();
        let hole = bytes.len() * at / 10;
        bytes[hole..hole + 2_500].fill(0);
        fs::write(&path, bytes).unwrap();
        let mut decoder = Decoder::open(&path).unwrap();
        let ours = read_all(&mut decoder);
        assert_eq!(ours.len(), whole.len());
        assert!(decoder.silenced() > 0);
        let [early, late] = [at - 1, at + 1].map(|tenths| whole.len() * tenths / 10);
        assert!(ours[..early] == whole[..early], "before {hole}");
        assert!(ours[late..] == whole[late..], "after {hole}");
    }
}

/// Made by oxideav-aac 0.1: a second and a half of five tones, the highest at
/// 12.5 kHz, at 44.1 kHz in stereo, of which the core has what is below 8 kHz.
const HE: &[u8] = include_bytes!("media_files/he.aac");

/// Whether there is anything at `hz`, next to what is at 440.
fn is_heard(frames: &[Frame], rate: u32, hz: f64) -> bool {
    let level = |hz: f64| {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, frame) in frames.iter().enumerate() {
            let turn = hz * n as f64 / f64::from(rate) * std::f64::consts::TAU;
            re += f64::from(frame[0]) * turn.cos();
            im += f64::from(frame[0]) * turn.sin();
        }
        re.hypot(im)
    };
    let around = (-40..=40).map(|n| level(hz + f64::from(n) * 10.0));
    around.fold(0.0, f64::max) > 0.02 * level(440.0)
}

/// From any place it is as from the start.
fn seeks_are_exact(decoder: &mut Decoder, whole: &[Frame], name: &str) {
    for goal in [
        whole.len() * 2 / 3,
        whole.len() / 2,
        100,
        whole.len() - 2_500,
    ] {
        decoder.seek(goal as u64).unwrap();
        let mut out = vec![[0.0; 2]; 2_000];
        assert_eq!(decoder.read(&mut out).unwrap(), 2_000, "{name} from {goal}");
        let off = worst(&out, &whole[goal..]);
        assert!(off < 1e-3, "{name} from {goal} is off by {off}");
    }
}

/// Puts ADTS into an MP4 whose configuration tells of all that is in it.
fn make_explicit(adts: &Path, mp4: &Path) {
    ffmpeg(adts, &["-c:a", "copy"], mp4);
    let mut bytes = fs::read(mp4).unwrap();
    let core = [0x05, 0x80, 0x80, 0x80, 0x02, 0x13, 0x90];
    let at = bytes.windows(7).position(|word| word == core).unwrap();
    // Object type 5, a core of 22.05 kHz, 44.1 kHz above it, object type 2.
    bytes[at..at + 7].copy_from_slice(&[0x05, 0x80, 0x04, 0x2b, 0x92, 0x08, 0x00]);
    fs::write(mp4, bytes).unwrap();
}

#[test]
fn he_aac_is_whole_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let adts = folder.path().join("he.aac");
    fs::write(&adts, HE).unwrap();
    for name in [
        "he.aac",
        "implicit.m4a",
        "implicit.mka",
        "explicit.m4a",
        "he.latm",
        "he.mov",
        "he.ts",
    ] {
        let path = folder.path().join(name);
        if name.starts_with("explicit") {
            make_explicit(&adts, &path);
        } else if path != adts {
            ffmpeg(&adts, &["-c:a", "copy"], &path);
        }
        let mut decoder = Decoder::open(&path).unwrap();
        let info = decoder.info().clone();
        assert_eq!((info.sample_rate, info.channels), (44_100, 2), "{name}");
        assert_eq!(info.format, "HE-AAC", "{name}");
        let ours = read_all(&mut decoder);
        let theirs = decode_with_ffmpeg(&path, 44_100);
        assert_eq!(ours.len(), theirs.len(), "{name}");
        assert!(worst(&ours, &theirs) < 1e-6, "{name}");
        assert!(
            is_heard(&ours[20_000..40_000], 44_100, 12_500.0),
            "{name} is dull"
        );
        assert_eq!(decoder.silenced(), 0, "{name}");
        seeks_are_exact(&mut decoder, &ours, name);
    }
}

/// Without ffmpeg, which this hides from a program run in its place: the core,
/// at its own rate, and that is said.
#[test]
fn he_aac_without_ffmpeg_is_its_core_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("he.aac");
    fs::write(&path, HE).unwrap();
    let explicit = folder.path().join("explicit.mp4");
    make_explicit(&path, &explicit);
    for path in [path, explicit] {
        let output = assert_cmd::Command::cargo_bin("afterdark")
            .unwrap()
            .env("PATH", folder.path())
            .args(["check", "--json"])
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            said.contains("core-only") && said.contains("ffmpeg"),
            "{said}"
        );
        assert!(
            said.contains("22050") && !said.contains("damaged"),
            "{said}"
        );
    }
}

/// Other people's files, where they are.
#[test]
fn he_aac_of_other_encoders() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases");
    // Two seconds less what an encoder leaves at either end, where it tells.
    for (name, frames) in [
        ("he-aac-v1.m4a", 88_200),
        ("he-aac-v2.m4a", 88_200),
        ("he-aac-implicit.mp4", 88_200),
        ("he-aac-explicit.mp4", 92_160),
    ] {
        let path = cases.join(name);
        if !path.exists() {
            continue;
        }
        let mut decoder = Decoder::open(&path).unwrap();
        assert_eq!(
            (decoder.info().sample_rate, decoder.info().channels),
            (44_100, 2)
        );
        let ours = read_all(&mut decoder);
        let theirs = decode_with_ffmpeg(&path, 44_100);
        assert_eq!(ours.len(), frames, "{name}");
        // ffmpeg leaves the padding at the end.
        assert!((0..2_048).contains(&(theirs.len() - frames)), "{name}");
        assert!(worst(&ours, &theirs) < 1e-6, "{name}");
        // ffmpeg enters such a file early.
        seeks_are_exact(&mut decoder, &ours, name);
    }
}
