//! The physics of the compact cassette, pure: no files, threads, clocks or
//! globals, and no allocation after construction in what a sound callback
//! calls.
//!
//! | room | what lives there |
//! |---|---|
//! | [`measure`] | the instruments, each after its standard |
//! | [`tape`] | one file a physical effect, and the two chains made of them |
//! | [`cassette`] | the thing in the hand: lengths, geometry, sides, layout |

pub mod cassette;
pub mod measure;
pub mod tape;

/// One instant of stereo sound, left and right. Programme samples are in
/// units of digital full scale; what is on the tape is in units of the
/// reference flux of 200 nWb/m.
pub type Frame = [f32; 2];
