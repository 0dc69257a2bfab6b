//! Music files and playlists, read kindly.
//!
//! | room | what lives there |
//! |---|---|
//! | [`media`] | one door to the decoders: open, decode, exact lengths, tags, covers, lyrics |
//! | [`playlist`] | playlists and arguments to entries, and back |
//! | [`text`] | words from outside made safe to show |

pub mod media;
pub mod playlist;
pub mod text;

/// One instant of stereo sound, left and right, in units of digital full
/// scale.
pub type Frame = [f32; 2];
