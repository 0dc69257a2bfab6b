//! The physics of the compact cassette, pure: no files, threads, clocks or
//! globals, and no allocation after construction in what a sound callback
//! calls.
//!
//! | room | what lives there |
//! |---|---|
//! | [`measure`] | the instruments, each after its standard |
//! | [`tape`] | one file a physical effect, and the two chains made of them |
//! | [`transfer`] | between files and a real deck: what is recorded on it, what comes back |
//! | [`cassette`] | the thing in the hand: lengths, geometry, sides, layout |

pub mod cassette;
mod frame;
pub mod measure;
pub mod tape;
pub mod transfer;

pub use frame::Frame;
