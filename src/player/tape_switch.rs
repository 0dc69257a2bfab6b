//! Switches by name: the tape selector, which sets the equalization, and noise reduction.

use serde::{Deserialize, Serialize};

use afterdark_tape::tape::{Equalization, Nr};

/// Where a tape switch stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// Right for whichever tape is in.
    #[default]
    Right,
    /// 120 µs.
    #[serde(rename = "120")]
    Us120,
    /// 70 µs.
    #[serde(rename = "70")]
    Us70,
}

impl Position {
    pub(super) const ALL: [Self; 3] = [Self::Right, Self::Us120, Self::Us70];

    /// By what the command line calls it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "120" => Some(Self::Us120),
            "70" => Some(Self::Us70),
            "auto" | "right" => Some(Self::Right),
            _ => None,
        }
    }

    pub(super) fn of(eq: Option<Equalization>) -> Self {
        match eq {
            None => Self::Right,
            Some(Equalization::Us120) => Self::Us120,
            Some(Equalization::Us70) => Self::Us70,
        }
    }

    pub(super) fn equalization(self) -> Option<Equalization> {
        match self {
            Self::Right => None,
            Self::Us120 => Some(Equalization::Us120),
            Self::Us70 => Some(Equalization::Us70),
        }
    }
}

/// Noise reduction by what people call it.
pub fn nr_named(name: &str) -> Option<Nr> {
    match name.trim().to_lowercase().trim_start_matches("nr").trim() {
        "off" | "none" | "no" => Some(Nr::Off),
        "b" => Some(Nr::B),
        "c" => Some(Nr::C),
        _ => None,
    }
}

/// `off`, `NR B` or `NR C`.
pub fn nr_name(nr: Nr) -> &'static str {
    match nr {
        Nr::Off => "off",
        Nr::B => "NR B",
        Nr::C => "NR C",
    }
}
