//! A cassette player for the terminal.
//!
//! A recorder writes a tape, a deck plays it; nothing else in the program
//! knows about sound. Rooms import only downwards in this list:
//!
//! | room | what lives there |
//! |---|---|
//! | [`cli`] | arguments, one file a subcommand |
//! | [`ui`] | the screen: views, key table, the painter of the cassette |
//! | [`desktop`] | remote control, media keys: what other programs see and steer |
//! | [`jcard`] | the card for the case: laid out once, SVG and PDF |
//! | [`player`] | what is in the machine now: programme, box of tapes, threads, memory |
//! | [`shelf`] | the index of a person's music as tapes, and its search |
//! | [`deck`] | the machine: transport, variable-speed reader, commands, snapshot |
//! | [`recorder`] | dubbing: songs to tape blocks round the head |
//! | [`output`] | where samples go: device, file, null |
//! | [`look`] | themes, the brush, the picture on the card |
//! | [`files`], [`render`] | folders and the one way to save; what an output pulls |
//! | [`afterdark_tape`] | the physics, the cassette and the instruments, pure |
//! | [`afterdark_media`] | decoders, tags, playlists, words from outside |

pub mod cli;
pub mod deck;
pub mod desktop;
pub mod files;
pub mod jcard;
pub mod look;
pub mod output;
pub mod player;
pub mod recorder;
pub mod render;
pub mod shelf;
pub mod ui;
