//! Copies of copies, as `dub` makes them.

use std::path::Path;
use std::process::Command;

use afterdark_tape::measure::noise;

/// Twelve seconds of silence, with a click that makes it a song.
fn silence(path: &Path) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..48_000 * 12 {
        for _ in 0..2 {
            file.write_sample(if n == 1000 { 8000i16 } else { 0 })
                .unwrap();
        }
    }
    file.finalize().unwrap();
}

#[test]
fn a_dub_of_a_copy_hisses_as_all_its_tapes_together_and_is_the_same_on_all_processors() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    silence(&folder.join("silence.wav"));
    let dub = |more: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_afterdark"))
            .current_dir(folder)
            .env("XDG_STATE_HOME", folder.join("state"))
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .args(["dub", "silence.wav", "--level", "unity", "--bits", "32f"])
            .args(["--deck", "parlour", "--force", "-o", "out.wav"])
            .args(more)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}");
        let mut file = hound::WavReader::open(folder.join("out.wav")).unwrap();
        let samples = file.samples::<f32>().step_by(2).map(Result::unwrap);
        samples.collect::<Vec<f32>>()
    };
    let hiss = |samples: &[f32]| noise(&samples[96_000..], 48_000.0).unwrap().a_db;
    let copied = ["--generations", "4", "--copied-on", "parlour"];
    let fourth = dub(&[&copied[..], &["--threads", "1"]].concat());
    // Four tapes of one kind on one machine. Each copy's level may be 1 dB off, so
    // the mean of some tapes.
    let more = ["1", "2", "3", "4"].map(|seed| {
        let seed = ["--seed", seed];
        hiss(&dub(&[&copied[..], &seed].concat())) - hiss(&dub(&seed))
    });
    let more = more.iter().sum::<f64>() / 4.0;
    assert!((more - 6.0).abs() < 1.0, "{more:.2} dB");
    assert!(fourth == dub(&[&copied[..], &["--threads", "2"]].concat()));
    let other = dub(&["--generations", "4", "--copied-on", "stroller,twin"]);
    assert!(other != fourth);
}
