//! A cassette player for the terminal.
//!
//! A recorder writes a tape, a deck plays it; nothing else in the program
//! knows about sound. Rooms import only downwards in this list:
//!
//! | room | what lives there |
//! |---|---|
//! | [`cli`] | arguments, one file a subcommand |
//! | [`ui`] | the screen: views, key table, themes, the painter of the cassette |
//! | [`player`] | what is in the machine now: programme, box of tapes, threads, memory |
//! | [`deck`] | the machine: transport, variable-speed reader, commands, snapshot |
//! | [`recorder`] | dubbing: songs to tape blocks round the head |
//! | [`output`] | where samples go: device, file, null |
//! | [`measure`] | the instruments |
//! | [`tape`] | the physics, pure |
//! | [`cassette`] | the thing in the hand: lengths, geometry, sides, layout |
//! | [`media`] | one door to the decoders: open, decode, exact lengths, tags |
//! | [`playlist`] | playlists and arguments to entries |
//! | [`text`] | words from outside made safe to show |

pub mod cassette;
pub mod cli;
pub mod deck;
pub mod measure;
pub mod media;
pub mod output;
pub mod player;
pub mod playlist;
pub mod recorder;
pub mod tape;
pub mod text;
pub mod ui;

/// One instant of stereo sound, left and right. Programme samples are in
/// units of digital full scale; what is on the tape is in units of the
/// reference flux of 200 nWb/m.
pub type Frame = [f32; 2];
