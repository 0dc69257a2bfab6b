//! Words from outside (tags, names, playlists) made safe to show on a terminal,
//! and fit for its columns.

mod columns;
mod encoding;
mod safe;

pub use columns::{clock, fit, pan, printable, width, wrap};
pub use encoding::{decode, decode_declared, mistaken, readings, reread};
pub use safe::{brief, clean, clean_lines, clean_some, is_unsafe};
