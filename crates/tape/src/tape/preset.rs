//! Settings that people have a name for.

use super::deck_profile::DeckProfile;
use super::formulation::Formulation;
use super::setup::{Knobs, Nr, Setup};

/// A named setup.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// What one types to choose it.
    pub id: &'static str,
    /// What the screen calls it.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    deck: &'static str,
    tape: &'static str,
    nr: [Nr; 2],
    bias_db: f32,
    drive_db: f32,
    knobs: Knobs,
}

/// All knobs as measured.
const MEASURED: Knobs = Knobs {
    wow: 1.0,
    flutter: 1.0,
    hiss: 1.0,
    azimuth: 1.0,
    wear: 1.0,
    age: 0.0,
};

const PRESETS: [Preset; 8] = [
    Preset {
        id: "on-foot",
        name: "On foot",
        about: "A personal stereo in good order and a good ferric, an hour from home.",
        deck: "stroller",
        tape: "ferric",
        nr: [Nr::Off; 2],
        bias_db: 0.0,
        drive_db: 0.0,
        knobs: MEASURED,
    },
    Preset {
        id: "wrapper",
        name: "Fresh from the wrapper",
        about: "Metal tape and the reference machine: as good as a cassette was.",
        deck: "summit",
        tape: "metal",
        nr: [Nr::B; 2],
        bias_db: 0.0,
        drive_db: 0.0,
        knobs: Knobs {
            wear: 0.2,
            ..MEASURED
        },
    },
    Preset {
        id: "living-room",
        name: "Living room",
        about: "A double deck, chrome, noise reduction in and out.",
        deck: "household",
        tape: "chrome",
        nr: [Nr::B; 2],
        bias_db: 0.0,
        drive_db: 0.0,
        knobs: MEASURED,
    },
    Preset {
        id: "forgotten",
        name: "The switch forgotten",
        about: "Recorded with noise reduction and played without: bright, as everyone remembers.",
        deck: "stroller",
        tape: "ferric",
        nr: [Nr::B, Nr::Off],
        bias_db: 0.0,
        drive_db: 0.0,
        knobs: MEASURED,
    },
    Preset {
        id: "car",
        name: "Left in the car",
        about: "Two summers on the dashboard: the shell has warped, the layers have printed.",
        deck: "nowadays",
        tape: "classic",
        nr: [Nr::Off; 2],
        bias_db: 0.0,
        drive_db: 0.0,
        knobs: Knobs {
            wow: 2.5,
            flutter: 1.4,
            hiss: 1.2,
            azimuth: 2.5,
            wear: 3.0,
            age: 0.75,
        },
    },
    Preset {
        id: "swap-meet",
        name: "Swap meet",
        about: "Three for a pound, recorded too hot over something else, played on anything.",
        deck: "firststeps",
        tape: "cheap",
        nr: [Nr::Off; 2],
        bias_db: 2.0,
        drive_db: 4.0,
        knobs: Knobs {
            wow: 1.5,
            wear: 2.0,
            azimuth: 1.5,
            ..MEASURED
        },
    },
    Preset {
        id: "kitchen",
        name: "Kitchen",
        about: "The shoebox on the window sill.",
        deck: "shoebox",
        tape: "ferric",
        nr: [Nr::Off; 2],
        bias_db: 0.0,
        drive_db: 0.0,
        knobs: MEASURED,
    },
    Preset {
        id: "drawer",
        name: "Found in a drawer",
        about: "Twenty years beside the batteries: the belt slips, the pad has gone hard.",
        deck: "stroller",
        tape: "classic",
        nr: [Nr::Off; 2],
        bias_db: 0.0,
        drive_db: 0.0,
        knobs: Knobs {
            age: 1.5,
            wear: 1.5,
            ..MEASURED
        },
    },
];

impl Preset {
    /// All of them, the default first.
    pub fn all() -> &'static [Self] {
        &PRESETS
    }

    /// The one with this id.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.id == id)
    }

    /// The setup it stands for.
    pub fn setup(&self) -> Setup {
        // A test sees to it that deck and tape are there.
        let deck = DeckProfile::by_id(self.deck).unwrap_or_else(DeckProfile::default_deck);
        let tape = Formulation::by_id(self.tape).unwrap_or_else(Formulation::default_tape);
        Setup {
            knobs: self.knobs,
            encode: self.nr[0],
            decode: self.nr[1],
            bias_db: self.bias_db,
            drive_db: self.drive_db,
            ..Setup::new(deck, tape)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_finds_its_deck_and_tape() {
        for preset in Preset::all() {
            let setup = preset.setup();
            assert_eq!(
                (setup.deck.id.as_str(), setup.tape.id.as_str()),
                (preset.deck, preset.tape)
            );
        }
    }
}
