//! The one table of knobs: what there is to turn of the sound, how far, and
//! where it is kept. Options, keys, help, the Deck page and what is remembered
//! follow from it.

use serde::{Deserialize, Serialize};

use afterdark_tape::tape::Setup;

/// Which knob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Knob {
    Wow,
    Flutter,
    Hiss,
    Drive,
    Azimuth,
    Wear,
    Age,
    Bias,
}

/// What a knob's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// So many times what the profile says.
    Times,
    /// dB, shown with so many decimals.
    Db(usize),
}

/// One knob.
pub struct KnobRow {
    /// Which.
    pub knob: Knob,
    /// Its option on the command line, and its name for a remote.
    pub id: &'static str,
    /// For the eye.
    pub name: &'static str,
    /// What the option does.
    pub option: &'static str,
    /// What the keys do.
    pub help: &'static str,
    /// The keys that turn it down and up.
    pub keys: [char; 2],
    /// A press of a key.
    pub step: f32,
    /// Its ends.
    pub range: [f32; 2],
    /// Where it stands unless it is turned.
    pub rest: f32,
    /// What its value is.
    pub unit: Unit,
    get: fn(&Setup) -> f32,
    set: fn(&mut Setup, f32),
}

/// What there is to a knob that scales a flaw.
macro_rules! flaw {
    ($knob:ident, $field:ident, $id:literal, $name:literal, $option:literal, $help:literal, $keys:expr) => {
        KnobRow {
            knob: Knob::$knob,
            id: $id,
            name: $name,
            option: $option,
            help: $help,
            keys: $keys,
            step: 0.25,
            range: [0.0, 4.0],
            rest: 1.0,
            unit: Unit::Times,
            get: |setup| setup.knobs.$field,
            set: |setup, value| setup.knobs.$field = value,
        }
    };
}

/// All knobs there are, in the order of the Deck page.
pub const KNOBS: [KnobRow; 8] = [
    flaw!(
        Wow,
        wow,
        "wow",
        "Wow",
        "Scale the deck's wow: 0 to 4 (1 = as measured)",
        "less / more wow",
        ['o', 'O']
    ),
    flaw!(
        Flutter,
        flutter,
        "flutter",
        "Flutter",
        "Scale the deck's flutter: 0 to 4",
        "less / more flutter",
        ['l', 'L']
    ),
    flaw!(
        Hiss,
        hiss,
        "hiss",
        "Hiss",
        "Scale the hiss: 0 to 4",
        "less / more hiss",
        ['h', 'H']
    ),
    KnobRow {
        knob: Knob::Drive,
        id: "drive",
        name: "Record level",
        option: "Record level above the recommended one, -12 to 12 dB",
        help: "record level down / up",
        keys: ['d', 'D'],
        step: 1.0,
        range: [-12.0, 12.0],
        rest: 0.0,
        unit: Unit::Db(0),
        get: |setup| setup.drive_db,
        set: |setup, value| setup.drive_db = value,
    },
    flaw!(
        Azimuth,
        azimuth,
        "azimuth",
        "Azimuth",
        "Scale the head's azimuth error: 0 to 4",
        "less / more azimuth error",
        ['u', 'U']
    ),
    flaw!(
        Wear,
        wear,
        "wear",
        "Wear",
        "Scale wear, dropouts and print-through: 0 to 4",
        "less / more wear",
        ['v', 'V']
    ),
    KnobRow {
        knob: Knob::Age,
        id: "age",
        name: "Age",
        option: "What years have done: slipping belt, failing pad, worn and magnetised head, stretched ends: 0 to 4",
        help: "younger / older tape and machine",
        keys: ['(', ')'],
        step: 0.25,
        range: [0.0, 4.0],
        rest: 0.0,
        unit: Unit::Times,
        get: |setup| setup.knobs.age,
        set: |setup, value| setup.knobs.age = value,
    },
    KnobRow {
        knob: Knob::Bias,
        id: "bias",
        name: "Bias",
        option: "Bias above or below what the tape wants, -6 to 6 dB",
        help: "less / more bias",
        keys: ['{', '}'],
        step: 0.5,
        range: [-6.0, 6.0],
        rest: 0.0,
        unit: Unit::Db(1),
        get: |setup| setup.bias_db,
        set: |setup, value| setup.bias_db = value,
    },
];

impl Knob {
    /// All of them, in the table's order.
    pub const ALL: [Self; KNOBS.len()] = {
        let mut all = [Self::Wow; KNOBS.len()];
        let mut i = 0;
        while i < all.len() {
            all[i] = KNOBS[i].knob;
            i += 1;
        }
        all
    };

    /// Its row in the table.
    pub fn row(self) -> &'static KnobRow {
        const TABLE: &[KnobRow] = &KNOBS;
        // A test sees to it that every knob has its row.
        TABLE
            .iter()
            .find(|row| row.knob == self)
            .unwrap_or(&TABLE[0])
    }

    /// The one with this option.
    pub fn named(id: &str) -> Option<Self> {
        let row = KNOBS.iter().find(|row| row.id == id)?;
        Some(row.knob)
    }

    /// Where it stands.
    pub fn get(self, setup: &Setup) -> f32 {
        (self.row().get)(setup)
    }

    /// Turns it to a place, to its end at most.
    pub fn set(self, setup: &mut Setup, value: f32) {
        let row = self.row();
        let [least, most] = row.range;
        if value.is_finite() {
            let value = (value * 100.0).round() / 100.0;
            (row.set)(setup, value.clamp(least, most));
        }
    }

    /// How far it is turned up, 0.0 to 1.0: what the profile says stands in the
    /// middle, and more than twice that is all the way.
    pub fn part(self, value: f32) -> f32 {
        let [least, most] = self.scale();
        (value - least) / (most - least)
    }

    /// Its value when it is turned up so far.
    pub fn at(self, part: f32) -> f32 {
        let [least, most] = self.scale();
        let value = least + (most - least) * part;
        let step = self.row().step;
        (value / step).round() * step
    }

    fn scale(self) -> [f32; 2] {
        match self.row().unit {
            Unit::Times => [0.0, 2.0],
            Unit::Db(_) => self.row().range,
        }
    }

    /// Its place for the eye: `75 %` or `+1.5 dB`.
    pub fn shown(self, value: f32) -> String {
        match self.row().unit {
            Unit::Times => format!("{:.0} %", value * 100.0),
            Unit::Db(decimals) => format!("{value:+.decimals$} dB"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_has_a_row_of_its_own() {
        let mut setup = Setup::default();
        for (n, knob) in Knob::ALL.into_iter().enumerate() {
            let row = knob.row();
            assert_eq!(row.knob, knob);
            assert_eq!(Knob::ALL.iter().filter(|k| **k == knob).count(), 1);
            assert_eq!(knob.get(&setup), row.rest, "{}", row.id);
            assert_eq!(Knob::named(row.id), Some(knob));
            let value = row.rest + row.step * (n % 3 + 1) as f32;
            knob.set(&mut setup, value);
            assert_eq!(knob.get(&setup), value);
            knob.set(&mut setup, 1e9);
            assert_eq!(knob.get(&setup), row.range[1]);
            knob.set(&mut setup, f32::NAN);
            assert_eq!(knob.get(&setup), row.range[1]);
            knob.set(&mut setup, row.rest);
        }
    }
}
