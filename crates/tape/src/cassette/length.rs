//! How long a cassette is, and how thick the tape that makes it so.

use std::fmt;
use std::str::FromStr;

/// Seconds of leader at each end of the tape, outside the nominal playing time.
pub const LEADER_S: f64 = 7.0;

/// Whole frames of leader at `sample_rate` frames a second.
pub fn leader_frames(sample_rate: u32) -> u64 {
    (LEADER_S * f64::from(sample_rate)) as u64
}

/// A cassette's nominal playing time, both sides together: `C60` is an hour.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Length(u16);

/// What a length can be called.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no cassette length: name one from C2 to C180, such as C60 or C90")]
pub struct LengthError(String);

impl Length {
    /// The lengths a shop keeps, shortest first.
    pub const SHOP: [Self; 4] = [Self(46), Self(60), Self(90), Self(120)];
    /// The longest that a shop keeps.
    pub const LONGEST: Self = Self(120);

    /// Minutes of both sides together.
    pub fn minutes(self) -> u16 {
        self.0
    }

    /// Seconds of programme that one side holds.
    pub fn side_s(self) -> f64 {
        f64::from(self.0) * 30.0
    }

    /// Thickness of the tape in mm, coating included (`C60` and shorter
    /// 16 µm, `C90` 11.5 µm, `C120` 9 µm; longer ones, which were sold as
    /// dictation tape, 7 µm).
    pub fn thickness_mm(self) -> f64 {
        match self.0 {
            ..=60 => 0.016,
            61..=90 => 0.0115,
            91..=120 => 0.009,
            _ => 0.007,
        }
    }
}

impl FromStr for Length {
    type Err = LengthError;

    fn from_str(text: &str) -> Result<Self, LengthError> {
        let digits = text.trim().trim_start_matches(['c', 'C']);
        match digits.parse() {
            Ok(minutes @ 2..=180) => Ok(Self(minutes)),
            _ => Err(LengthError(text.to_owned())),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "C{}", self.0)
    }
}

impl From<Length> for String {
    fn from(length: Length) -> Self {
        length.to_string()
    }
}

impl TryFrom<String> for Length {
    type Error = LengthError;

    fn try_from(text: String) -> Result<Self, LengthError> {
        text.parse()
    }
}
