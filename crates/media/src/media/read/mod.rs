//! The ways into a file: each gives blocks of frames with their places.

pub(crate) mod chain;
pub(crate) mod clock;
pub(crate) mod container;
pub(crate) mod ffmpeg;
pub(crate) mod frames;
mod length;
pub(crate) mod mpeg;
pub(crate) mod pipe;
pub(crate) mod track;
