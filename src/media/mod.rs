//! One door to the decoders: open a file, read it as stereo frames at its own
//! rate, from any frame, with exact lengths and encoder padding removed.

use std::cell::Cell;

use symphonia::core::codecs::audio::{AudioCodecId, well_known as codecs};

mod cover;
mod decoder;
mod fold;
mod info;
mod mp4;
mod opus;
mod opus_ffi;
mod source;
mod tags;

pub use cover::cover;
pub use decoder::{Decoder, MediaError};
pub use info::{Gain, Info, Tags};
pub use tags::tags;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is caught at this door just now, so that a
/// panic hook has nothing to do: the file that caused it becomes blank tape.
pub fn panic_is_caught() -> bool {
    GUARDED.get()
}

/// A codec as people name it.
fn codec_name(codec: AudioCodecId) -> &'static str {
    match codec {
        codecs::CODEC_ID_FLAC => "FLAC",
        codecs::CODEC_ID_ALAC => "ALAC",
        codecs::CODEC_ID_MP1 => "MP1",
        codecs::CODEC_ID_MP2 => "MP2",
        codecs::CODEC_ID_MP3 => "MP3",
        codecs::CODEC_ID_AAC => "AAC",
        codecs::CODEC_ID_VORBIS => "Vorbis",
        codecs::CODEC_ID_OPUS => "Opus",
        codecs::CODEC_ID_ADPCM_G722
        | codecs::CODEC_ID_ADPCM_G726
        | codecs::CODEC_ID_ADPCM_G726LE
        | codecs::CODEC_ID_ADPCM_MS
        | codecs::CODEC_ID_ADPCM_IMA_WAV
        | codecs::CODEC_ID_ADPCM_IMA_QT => "ADPCM",
        _ => "PCM",
    }
}
