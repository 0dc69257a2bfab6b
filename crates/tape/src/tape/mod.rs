//! The physics, pure: one file a physical effect, and the two chains made of
//! them. No I/O, threads, clocks, globals, or allocation after construction.
//!
//! Samples in here are in units of the reference flux: 1.0 is the peak of a
//! sine that stands for 200 nWb/m (ANSI method), which is 0 dB on every meter
//! and in every figure of the profiles.

mod age;
mod azimuth;
mod bank;
mod bias;
mod block;
mod change;
mod copying;
mod deck_profile;
mod dropouts;
mod eq;
mod filter;
mod fir;
mod flutter;
mod formulation;
mod friction;
mod generations;
mod hiss;
mod loudness;
mod mechanism;
mod noise_reduction;
mod noises;
mod oversample;
mod playback;
mod preset;
mod profile_error;
mod random;
mod record;
mod saturation;
mod scrape;
mod self_erasure;
mod separation;
mod setup;
mod skew;
mod sliding_band;
mod texture;
mod turn;
mod wide;

pub use block::QUANTUM;
pub use copying::{Copying, MOST_COPYINGS};
pub use deck_profile::{
    AzimuthProfile, DeckProfile, FlutterProfile, Part, Published, Reel, ResponseProfile, column,
};
pub use dropouts::worn;
pub use eq::Equalization;
pub use flutter::flutter_weight;
pub use formulation::{Formulation, LawProfile};
pub use generations::Generations;
pub use loudness::level_match;
pub use mechanism::Mechanism;
pub use noise_reduction::Compander;
pub use noises::{Key, Noises};
pub use playback::PlaybackChain;
pub use preset::Preset;
pub use profile_error::ProfileError;
pub use record::RecordChain;
pub use setup::{Knobs, Nr, Passage, Pickup, Setup};
pub use wide::{Loop, wide};

/// Peak level of a programme sine, in dBFS, that a recorder at its
/// recommended setting puts on the tape as 200 nWb/m.
pub const REFERENCE_DBFS: f64 = -12.0;
