//! What recordings are called.

use std::path::Path;

/// Extensions of files that a folder is searched for. A file named outright
/// may have any.
pub const AUDIO_EXTENSIONS: &[&str] = &[
    "flac", "mp3", "m4a", "m4b", "mp4", "aac", "ogg", "oga", "opus", "wav", "wave", "aif", "aiff",
    "aifc", "caf", "alac", "mp2", "mp1", "mka", "webm", "mkv", "mov", "wv", "ape", "mpc", "wma",
    "dsf", "dff", "tta", "ac3", "eac3", "dts", "w64", "rf64", "bw64", "au", "snd", "spx", "tak",
    "ra", "amr", "gsm", "voc", "adts", "mpga", "3gp", "3ga", "m4r", "mlp", "thd", "shn", "asf",
];

/// Whether a name is one of a recording.
pub fn has_audio_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        AUDIO_EXTENSIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(extension))
    })
}
