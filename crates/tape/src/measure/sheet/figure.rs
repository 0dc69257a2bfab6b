//! A reading beside the published figure.

use serde::Serialize;

/// How a figure is held against the published one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tolerance {
    /// Within this many dB or units.
    Within(f64),
    /// Within this share of the published figure.
    Share(f64),
    /// Within this many dB of it as a ratio.
    RatioDb(f64),
}

/// One line of the sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// The reading.
    pub measured: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What maker or test report say, where they do.
    pub published: Option<f64>,
    /// How near it has to come.
    pub tolerance: Option<Tolerance>,
}

impl Figure {
    /// Whether the reading is as published; `None` where nothing was.
    pub fn passes(&self) -> Option<bool> {
        let (published, tolerance) = (self.published?, self.tolerance?);
        Some(match tolerance {
            Tolerance::Within(limit) => (self.measured - published).abs() <= limit,
            Tolerance::Share(share) => (self.measured - published).abs() <= share * published.abs(),
            Tolerance::RatioDb(db) => (20.0 * (self.measured / published).log10()).abs() <= db,
        })
    }
}
