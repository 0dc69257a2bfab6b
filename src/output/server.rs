//! A stream to a sound server (PulseAudio, PipeWire), served by one thread.
//!
//! The server's own protocol is spoken: a request is one message read and one
//! written, the server tells when it ran dry, and what is queued there can be
//! written again, so that a long queue does not make a key late.

mod address;
mod bell;
mod line;
mod sinks;
mod stream;

pub(super) use bell::Bell;
pub(super) use sinks::{Sink, Sinks};
pub(super) use stream::{ServerStream, Source};
