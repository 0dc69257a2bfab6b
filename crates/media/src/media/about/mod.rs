//! What a file says about its music: tags, cover, lyrics, chapters; and what is wrong with it.

pub(crate) mod chapters;
pub(crate) mod cover;
pub(crate) mod doctor;
mod loudness;
pub(crate) mod lyrics;
mod matroska;
mod tagged;
pub(crate) mod tags;
