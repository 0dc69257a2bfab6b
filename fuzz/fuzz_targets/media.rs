//! Any bytes as a recording: opened, tagged, sought and played.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use afterdark_media::media::{Decoder, cover, lyrics, parts, tags};

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut file) = tempfile::NamedTempFile::new() else { return };
    if file.write_all(bytes).is_err() {
        return;
    }
    let path = file.path();
    tags(path);
    cover(path);
    lyrics(path);
    parts(path);
    let Ok(mut decoder) = Decoder::open(path) else { return };
    let frames = decoder.info().frames;
    let mut out = vec![[0.0; 2]; 4_096];
    for goal in [0, frames / 2, frames.saturating_sub(1), u64::MAX, 1] {
        let _ = decoder.seek(goal);
        for _ in 0..50 {
            if !matches!(decoder.read(&mut out), Ok(1..)) {
                break;
            }
        }
    }
});
