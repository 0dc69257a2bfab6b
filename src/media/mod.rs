//! One door to the decoders: open a file, read it as stereo frames at its own
//! rate, from any frame, with exact lengths and encoder padding removed.

mod decoder;
mod info;

pub use decoder::{Decoder, MediaError};
pub use info::{Gain, Info, Tags};
