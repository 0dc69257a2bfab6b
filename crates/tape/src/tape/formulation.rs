//! A tape as data.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::eq::Equalization;
use super::profile_error::ProfileError;
use super::saturation::Law;

/// A formulation's figures; levels in dB re 200 nWb/m.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formulation {
    /// What one types to choose it.
    pub id: String,
    /// What the screen calls it.
    pub name: String,
    /// `Type I` and so on.
    pub kind: String,
    /// 1, 2, 3 or 4.
    pub iec_type: u8,
    /// One sentence.
    pub about: String,
    /// Where the figures come from; what is a guess is called one.
    pub sources: Vec<String>,
    /// Equalization it is made for.
    pub eq: Equalization,
    /// Third harmonic at 400 Hz and 0 dB, per cent.
    pub thd_percent: f64,
    /// Level with 1 % third harmonic, 400 Hz, dB.
    pub mol1_db: f64,
    /// Level with 3 %, 400 Hz, dB.
    pub mol3_db: f64,
    /// Level with 3 %, 1 kHz, dB.
    pub mol1k_db: f64,
    /// Highest output at 10 kHz, dB.
    pub sol10k_db: f64,
    /// Highest output at 15 kHz, dB.
    pub sol15k_db: f64,
    /// Noise of the biased tape, A-weighted, dB.
    pub noise_dba: f64,
    /// Modulation noise below the carrier, dB (a positive number).
    pub modulation_noise_db: f64,
    /// Print-through after long storage, highest echo of a tone, dB.
    pub print_through_db: f64,
    /// Dropouts of a new tape in a minute, the faintest included.
    pub dropouts_a_minute: f64,
    /// The magnetic law that gives the distortion figures above.
    pub law: LawProfile,
}

/// The magnetic law `g = x/(1+|x/knee|^power)^(1/power)`, `y = g − cubic·g³`
/// behind a pre-emphasis that rises by `shelf_db` round 800 Hz. The four
/// numbers are the least-squares solution for the third harmonic at 400 Hz
/// and 0 dB, and at the three maximum output levels, all met within 1 dB (a
/// harmonic is played back lower than its fundamental by the pre-emphasis
/// between the two).
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawProfile {
    /// Record current that fills the tape, re the peak of a sine at 200 nWb/m; 0.3 to 20.
    pub knee: f64,
    /// Sharpness of the knee: 2, 4 or 8.
    pub power: u32,
    /// Third-order part below saturation; −0.3 to 0.3.
    pub cubic: f64,
    /// Rise of the pre-emphasis round 800 Hz, dB; −6 to 12.
    pub shelf_db: f64,
}

impl LawProfile {
    /// The law at the right bias.
    pub(super) fn law(self) -> Law {
        Law {
            knee: self.knee as f32,
            power: self.power,
            cubic: self.cubic as f32,
        }
    }
}

static BUILT_IN: LazyLock<Vec<Arc<Formulation>>> = LazyLock::new(|| {
    SOURCES
        .iter()
        // A built-in formulation that does not read is caught by the test below.
        .filter_map(|text| Formulation::from_toml(text).ok())
        .map(Arc::new)
        .collect()
});

const SOURCES: &[&str] = &[
    include_str!("profiles/tapes/ferric.toml"),
    include_str!("profiles/tapes/classic.toml"),
    include_str!("profiles/tapes/cheap.toml"),
    include_str!("profiles/tapes/chrome.toml"),
    include_str!("profiles/tapes/current.toml"),
    include_str!("profiles/tapes/metal.toml"),
];

impl Formulation {
    /// Reads a formulation and checks it.
    ///
    /// # Errors
    /// When it is not TOML, a figure is missing or out of its range.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let tape: Self =
            toml::from_str(text).map_err(|error| ProfileError::of_toml(text, &error))?;
        tape.check().map_err(|error| error.with_line(text))?;
        Ok(tape)
    }

    /// Those that come with the program, the default first.
    pub fn all() -> &'static [Arc<Self>] {
        &BUILT_IN
    }

    /// The one with this id.
    pub fn by_id(id: &str) -> Option<Arc<Self>> {
        Self::all().iter().find(|tape| tape.id == id).cloned()
    }

    /// The tape one gets without asking: a good ferric.
    pub fn default_tape() -> Arc<Self> {
        Arc::clone(&Self::all()[0])
    }

    fn check(&self) -> Result<(), ProfileError> {
        let within = ProfileError::unless_within;
        within("thd_percent", self.thd_percent, 0.01, 20.0)?;
        within("mol1_db", self.mol1_db, -20.0, 20.0)?;
        within("mol3_db", self.mol3_db, -20.0, 20.0)?;
        within("sol10k_db", self.sol10k_db, -20.0, 12.0)?;
        within("sol15k_db", self.sol15k_db, -30.0, 12.0)?;
        within("noise_dba", self.noise_dba, -90.0, -20.0)?;
        within("modulation_noise_db", self.modulation_noise_db, 20.0, 120.0)?;
        within("law.knee", self.law.knee, 0.3, 20.0)?;
        within("mol1k_db", self.mol1k_db, -20.0, 20.0)?;
        within("print_through_db", self.print_through_db, -120.0, -20.0)?;
        within("dropouts_a_minute", self.dropouts_a_minute, 0.0, 200.0)?;
        within("iec_type", f64::from(self.iec_type), 1.0, 4.0)?;
        within("law.shelf_db", self.law.shelf_db, -6.0, 12.0)?;
        within("law.cubic", self.law.cubic, -0.3, 0.3)?;
        if ![2, 4, 8].contains(&self.law.power) {
            return Err(ProfileError("law.power must be 2, 4 or 8".to_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_tape_reads() {
        for text in SOURCES {
            Formulation::from_toml(text).unwrap();
        }
        assert_eq!(Formulation::all().len(), SOURCES.len());
    }
}
