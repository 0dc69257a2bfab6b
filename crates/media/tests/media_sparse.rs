//! Files that say they are much longer than what is in them; alone in its
//! process, which tells what it read.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::process::Command;

use afterdark_media::media::{Decoder, Unplayable, complaints, cover, parts, tags};

/// Bytes that this process has read so far.
fn read_so_far() -> u64 {
    let told = fs::read_to_string("/proc/self/io").unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix("rchar: "));
    line.unwrap().parse().unwrap()
}

/// Room for a terabyte behind a second of sound, and room alone.
#[test]
fn only_what_was_ever_written_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("tone.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&wav, spec).unwrap();
    for n in 0..44_100 {
        let sample = 9_000.0 * (f64::from(n) * 0.06).sin();
        writer.write_sample(sample as i16).unwrap();
    }
    writer.finalize().unwrap();
    for name in [
        "a.wav", "a.flac", "a.mp3", "a.aac", "a.m4a", "a.mka", "a.ogg", "a.aiff",
    ] {
        let path = folder.path().join(name);
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .args([&wav, &path])
            .status();
        assert!(made.unwrap().success(), "{name}");
        let whole = Decoder::open(&path).unwrap().info().frames;
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(1 << 40).unwrap();
        // What programs have read that were started on the way counts once they
        // end, whenever that is; the least of a few looks is this file's own.
        let read = (0..3).map(|_| {
            let before = read_so_far();
            let mut decoder = Decoder::open(&path).unwrap();
            let frames = decoder.info().frames;
            assert!(
                frames.abs_diff(whole) <= 4_096,
                "{name}: {frames} of {whole}"
            );
            complaints(&path, &mut decoder, true);
            let _ = (tags(&path), cover(&path), parts(&path));
            read_so_far() - before
        });
        let read = read.min().unwrap();
        assert!(read < 64 << 20, "{name}: {read} bytes read");
    }
    for name in ["none.mp3", "none.flac", "none.m4a", "none.dat"] {
        let path = folder.path().join(name);
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let error = Decoder::open(&path).err().map(|error| error.why);
        assert_eq!(error, Some(Unplayable::Hollow), "{name}");
        fs::write(&path, vec![0u8; 3_000_000]).unwrap();
        let error = Decoder::open(&path).err().map(|error| error.why);
        assert_eq!(error, Some(Unplayable::Hollow), "{name}, on the disk");
    }
}
