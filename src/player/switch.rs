//! The one table of switches: what of the sound is chosen among several.

/// Which switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A named setup.
    Preset,
    /// The machine that plays.
    Deck,
    /// The tape.
    Tape,
    /// Noise reduction in recording.
    NrRecord,
    /// Noise reduction in playing.
    NrPlay,
    /// The recorder's tape switch.
    RecordEq,
    /// The player's tape switch.
    PlayEq,
}

/// One switch.
pub struct SwitchRow {
    /// Which.
    pub switch: Switch,
    /// Its option on the command line, and its name for a remote.
    pub id: &'static str,
    /// For the eye.
    pub name: &'static str,
    /// What the keys do.
    pub help: &'static str,
    /// The key for the next choice, and for the one before where there is one.
    pub keys: &'static [char],
}

/// All switches there are, in the order of the Deck page.
pub const SWITCHES: [SwitchRow; 7] = [
    SwitchRow {
        switch: Switch::Preset,
        id: "preset",
        name: "Preset",
        help: "next / previous preset",
        keys: &['p', 'P'],
    },
    SwitchRow {
        switch: Switch::Deck,
        id: "deck",
        name: "Deck",
        help: "next / previous deck",
        keys: &['g', 'G'],
    },
    SwitchRow {
        switch: Switch::Tape,
        id: "tape",
        name: "Tape",
        help: "next / previous tape",
        keys: &['y', 'Y'],
    },
    SwitchRow {
        switch: Switch::NrRecord,
        id: "nr",
        name: "NR recorded",
        help: "noise reduction of the recording",
        keys: &['i'],
    },
    SwitchRow {
        switch: Switch::NrPlay,
        id: "nr-play",
        name: "NR played",
        help: "noise reduction of the playback",
        keys: &['I'],
    },
    SwitchRow {
        switch: Switch::RecordEq,
        id: "eq",
        name: "EQ recorded",
        help: "tape selector (EQ) of the recorder",
        keys: &[';'],
    },
    SwitchRow {
        switch: Switch::PlayEq,
        id: "play-eq",
        name: "EQ played",
        help: "tape selector (EQ) of the deck",
        keys: &[':'],
    },
];

impl Switch {
    /// All of them, in the table's order.
    pub const ALL: [Self; SWITCHES.len()] = {
        let mut all = [Self::Preset; SWITCHES.len()];
        let mut i = 0;
        while i < all.len() {
            all[i] = SWITCHES[i].switch;
            i += 1;
        }
        all
    };

    /// Its row in the table.
    pub fn row(self) -> &'static SwitchRow {
        const TABLE: &[SwitchRow] = &SWITCHES;
        // A test of the actions sees to it that every switch has its row.
        TABLE
            .iter()
            .find(|row| row.switch == self)
            .unwrap_or(&TABLE[0])
    }

    /// The one with this option.
    pub fn named(id: &str) -> Option<Self> {
        let row = SWITCHES.iter().find(|row| row.id == id)?;
        Some(row.switch)
    }
}
