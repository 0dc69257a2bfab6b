//! Music files and playlists, read kindly.
//!
//! | room | what lives there |
//! |---|---|
//! | [`media`] | one door to the decoders: open, decode, exact lengths, tags, covers, lyrics |
//! | [`playlist`] | playlists and arguments to entries, and back |
//! | [`text`] | words from outside made safe to show |

mod gain;
pub mod media;
pub mod playlist;
mod regular;
pub mod text;

pub use gain::Gain;

/// One instant of stereo sound, left and right, in units of digital full
/// scale.
pub type Frame = [f32; 2];
