//! A recording that is looked at as a whole.

use std::path::Path;

use anyhow::Result;

use afterdark_media::media::Decoder;
use afterdark_tape::Frame;

/// The first `longest_s` seconds of a file, and its frames a second.
///
/// # Errors
/// When the file cannot be read.
pub fn read(path: &Path, longest_s: u64) -> Result<(Vec<Frame>, u32)> {
    let mut decoder = Decoder::open(path)?;
    let rate = decoder.info().sample_rate;
    let most = decoder.info().frames.min(longest_s * u64::from(rate)) as usize;
    let mut frames = vec![[0.0; 2]; most];
    let mut read = 0;
    while read < most {
        match decoder.read(&mut frames[read..])? {
            0 => break,
            count => read += count,
        }
    }
    frames.truncate(read);
    Ok((frames, rate))
}
