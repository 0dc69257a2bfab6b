//! Any bytes as a playlist; the first byte chooses its extension.
#![no_main]

use libfuzzer_sys::fuzz_target;
use afterdark_media::playlist::{Format, gather, write};

const KINDS: [&str; 8] = ["m3u", "m3u8", "pls", "xspf", "asx", "wpl", "cue", "tape.toml"];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let Ok(folder) = tempfile::tempdir() else { return };
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    let path = folder.path().join(format!("list.{kind}"));
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    let Ok(programme) = gather(&[path]) else { return };
    for entry in programme.entries.iter().take(100) {
        let _ = entry.locate();
        assert!(!entry.name().chars().any(char::is_control));
    }
    for format in [Format::M3u8, Format::Xspf, Format::Tape] {
        write(&programme, format, folder.path(), |_| None);
    }
});
