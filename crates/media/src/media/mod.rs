//! One door to the decoders: open a file, read it as stereo frames at its own
//! rate, from any frame, with exact lengths and encoder padding removed.

use std::cell::Cell;

mod chain;
mod chunks;
mod clock;
mod codec;
mod container;
mod cover;
mod decoder;
mod doctor;
mod flac;
mod fold;
mod info;
mod lyrics;
mod mkv;
mod mp4;
mod mpeg;
mod mpeg_head;
mod ogg;
mod opus;
mod opus_ffi;
mod parts;
mod pipe;
mod source;
mod tags;
mod tails;
mod view;

pub use cover::cover;
pub use decoder::{Decoder, MediaError};
pub use doctor::{Complaint, complaints};
pub use info::{Gain, Info, Tags};
pub use lyrics::{Line, lyrics};
pub use parts::{Chapter, Parts, parts};
pub use source::Survey;
pub use tags::tags;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is caught at this door just now, so that a
/// panic hook has nothing to do: the file that caused it becomes blank tape.
pub fn panic_is_caught() -> bool {
    GUARDED.get()
}
