//! One door to the decoders: open a file, read it as stereo frames at its own
//! rate, from any frame, with exact lengths and encoder padding removed.

mod about;
mod codec;
mod complaint;
mod decoder;
mod dropout;
mod error;
mod format;
mod info;
mod open;
mod read;
mod source;

pub use crate::gain::Gain;
pub use about::chapters::{Parts, parts};
pub use about::cover::cover;
pub use about::doctor::complaints;
pub use about::lyrics::{Line, lyrics};
pub use about::tags::{glance, tags};
pub use complaint::Complaint;
pub use decoder::Decoder;
pub use error::{MediaError, Unplayable, guard, panic_is_caught};
pub use info::{Chapter, Info, Tags};
pub use source::Survey;
