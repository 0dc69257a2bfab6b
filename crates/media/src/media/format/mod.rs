//! What formats say of themselves, read without a decoder.

pub(crate) mod aac;
pub(crate) mod bytes;
pub(crate) mod chunks;
pub(crate) mod flac;
pub(crate) mod id3;
pub(crate) mod magic;
pub(crate) mod mkv;
pub(crate) mod mkv_tags;
pub(crate) mod mp4;
mod mp4_boxes;
pub(crate) mod mpeg_head;
pub(crate) mod ogg;
pub(crate) mod patched;
pub(crate) mod tails;
