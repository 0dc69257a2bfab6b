//! A dub on all processors is the dub on one.

use std::path::Path;
use std::process::Command;

/// A WAV of some seconds of something like music, at 32 kHz so that the tape's
/// own rate has to be come to.
fn song(path: &Path, seconds: u32, pitch: f64) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 32_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..32_000 * seconds {
        let t = f64::from(n) / 32_000.0;
        let x = (t * pitch * std::f64::consts::TAU).sin() * (1.0 - (2.0 * t).fract());
        for share in [0.5, 0.3] {
            file.write_sample((x * share * 32_767.0) as i16).unwrap();
        }
    }
    file.finalize().unwrap();
}

#[test]
fn all_processors_give_the_very_same_tape_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Two tapes of two sides each, one song going on over the turn.
    for (i, seconds) in [25, 40, 30, 50, 20].into_iter().enumerate() {
        let pitch = 220.0 * 1.3f64.powi(i as i32);
        song(&folder.join(format!("{i}.wav")), seconds, pitch);
    }
    let dub = |threads: &str, out: &str| {
        let done = Command::new(env!("CARGO_BIN_EXE_afterdark"))
            .current_dir(folder)
            .env("XDG_STATE_HOME", folder.join("state"))
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .args(["dub", "0.wav", "1.wav", "2.wav", "3.wav", "4.wav"])
            .args(["--length", "C2", "--rate", "48000", "--bits", "32f"])
            .args(["--nr", "b", "--threads", threads, "-o", out])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}");
        std::fs::read(folder.join(out)).unwrap()
    };
    let one = dub("1", "one.wav");
    assert!(one.len() > 150 * 48_000 * 8, "{} bytes", one.len());
    // Not assert_eq: nobody wants to read two tapes.
    assert!(one == dub("2", "two.wav"), "two differ");
    assert!(one == dub("8", "eight.wav"), "eight differ");
}

#[test]
fn at_unity_the_sheets_dbfs_stands_for_200_nwb_m() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let afterdark = |args: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_afterdark"))
            .current_dir(folder)
            .env("XDG_STATE_HOME", folder.join("state"))
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .args(args)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}");
        serde_json::from_slice::<serde_json::Value>(&done.stdout).unwrap_or_default()
    };
    // A tone that the sheet says is 0 dB on the tape.
    let dbfs = afterdark_tape::tape::REFERENCE_DBFS;
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(folder.join("tone.wav"), spec).unwrap();
    for n in 0..48_000 * 6 {
        let x = 10f64.powf(dbfs / 20.0) * (f64::from(n) / 120.0 * std::f64::consts::TAU).sin();
        file.write_sample(x as f32).unwrap();
        file.write_sample(x as f32).unwrap();
    }
    file.finalize().unwrap();
    afterdark(&[
        "dub", "tone.wav", "--level", "unity", "--deck", "parlour", "--tape", "ferric", "-o",
        "out.wav",
    ]);
    let read = afterdark(&["measure", "out.wav", "--json"]);
    assert_eq!(read["kind"], "tone", "{read}");
    let level = read["left"]["level_db"].as_f64().unwrap();
    assert!((level - dbfs).abs() < 0.5, "{level} dBFS");
    // Third harmonic at 200 nWb/m, measured on the tape that it is fitted to.
    let third = read["left"]["percent"][1].as_f64().unwrap();
    let off = 20.0 * (third / 0.42).log10();
    assert!(off.abs() < 2.0, "{third} %");
}
