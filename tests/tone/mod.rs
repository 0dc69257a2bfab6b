//! A sound file to play.

use std::path::Path;

/// A quiet tone of so many seconds, stereo, 16 bits at 48 kHz.
pub fn tone(path: &Path, seconds: u32) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..seconds * 48_000 {
        let sample = (f64::from(n) * 0.0575).sin() * 9_000.0;
        file.write_sample(sample as i16).unwrap();
        file.write_sample(sample as i16).unwrap();
    }
    file.finalize().unwrap();
}
