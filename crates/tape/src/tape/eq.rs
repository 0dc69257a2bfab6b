//! Equalization of IEC 60094-1: the flux that stands for a level programme,
//! N(f) = 10 lg(1 + 1/(2πf·3180 µs)²) − 10 lg(1 + (2πf·τ)²) dB re its middle band.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::filter::Section;

/// The treble time constant; the bass one is 3180 µs for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Equalization {
    /// 120 µs, for type I.
    #[serde(rename = "120")]
    Us120,
    /// 70 µs, for types II, III and IV.
    #[serde(rename = "70")]
    Us70,
}

/// Bass corner of 3180 µs, Hz.
const BASS_HZ: f64 = 1.0 / (2.0 * PI * 3180e-6);
/// Below this a recorder lets the bass boost end; the standard's own would rise for ever.
const SUBSONIC_HZ: f64 = 8.0;

impl Equalization {
    /// Treble time constant in seconds.
    pub fn seconds(self) -> f64 {
        match self {
            Self::Us120 => 120e-6,
            Self::Us70 => 70e-6,
        }
    }

    /// The treble part of N(f), as the recorder has it; its inverse is the player's.
    pub(super) fn treble(self, rate: f64) -> Section {
        Section::first_order(rate, [4000.0, 15000.0], |f| {
            1.0 / (1.0 + (2.0 * PI * f * self.seconds()).powi(2))
        })
    }
}

/// The bass part of N(f), ending at [`SUBSONIC_HZ`].
pub(super) fn record_bass(rate: f64) -> Section {
    Section::low_shelf(rate, BASS_HZ, SUBSONIC_HZ)
}

/// The player's bass: an ideal head's differentiation, integrated from 3180 µs up.
pub(super) fn play_bass(rate: f64) -> Section {
    Section::low_shelf(rate, 0.0, BASS_HZ)
}
