//! What is chosen of the sound: in layers, one over the other, by options, by a
//! tape's own file, by what was chosen last; and how it is told and changed.

use serde::{Deserialize, Serialize};

use super::catalogue::Catalogue;
use super::model::{Knob, Sound, Switch};
use afterdark_media::playlist::TapeRequest;
use afterdark_tape::tape::{Equalization, Nr, Preset, Setup};

/// Furthest that the bias may be from what the tape wants, dB.
pub const BIAS_MOST_DB: f32 = 6.0;
/// A step of the bias, dB.
const BIAS_STEP_DB: f32 = 0.5;
/// A knob turns up a flaw to so many times what the profile says.
pub const KNOB_MOST: f32 = 4.0;
/// Furthest that the record level may be from the recommended one, dB.
pub const DRIVE_MOST_DB: f32 = 12.0;

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
    const ALL: [Self; 3] = [Self::Right, Self::Us120, Self::Us70];

    fn of(eq: Option<Equalization>) -> Self {
        match eq {
            None => Self::Right,
            Some(Equalization::Us120) => Self::Us120,
            Some(Equalization::Us70) => Self::Us70,
        }
    }

    fn equalization(self) -> Option<Equalization> {
        match self {
            Self::Right => None,
            Self::Us120 => Some(Equalization::Us120),
            Self::Us70 => Some(Equalization::Us70),
        }
    }
}

/// What somebody chose; what is `None` is left to the layer below.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Chosen {
    pub deck: Option<String>,
    pub dubbed_on: Option<String>,
    pub tape: Option<String>,
    pub nr_record: Option<Nr>,
    pub nr_play: Option<Nr>,
    pub bias_db: Option<f32>,
    pub record_eq: Option<Position>,
    pub play_eq: Option<Position>,
    pub wow: Option<f32>,
    pub flutter: Option<f32>,
    pub hiss: Option<f32>,
    pub drive_db: Option<f32>,
    pub azimuth: Option<f32>,
    pub wear: Option<f32>,
}

/// A deck or a tape that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// `deck` or `tape`.
    pub what: &'static str,
    /// The name that was asked for.
    pub name: String,
}

impl Chosen {
    /// All of a setup.
    pub fn all_of(setup: &Setup) -> Self {
        let knobs = setup.knobs;
        Self {
            deck: Some(setup.deck.id.clone()),
            dubbed_on: Some(setup.dubbed_on.id.clone()),
            tape: Some(setup.tape.id.clone()),
            nr_record: Some(setup.encode),
            nr_play: Some(setup.decode),
            bias_db: Some(setup.bias_db),
            record_eq: Some(Position::of(setup.record_eq)),
            play_eq: Some(Position::of(setup.play_eq)),
            wow: Some(knobs.wow),
            flutter: Some(knobs.flutter),
            hiss: Some(knobs.hiss),
            drive_db: Some(setup.drive_db),
            azimuth: Some(knobs.azimuth),
            wear: Some(knobs.wear),
        }
    }

    /// What a tape's own file asks for.
    pub fn wished(request: &TapeRequest) -> Self {
        let nr = request.nr.as_deref().and_then(nr_named);
        Self {
            deck: request.deck.clone(),
            tape: request.tape.clone(),
            nr_record: nr,
            nr_play: nr,
            ..Self::default()
        }
    }

    /// Takes over from a setup what a switch has changed.
    pub fn keep_switch(&mut self, switch: Switch, setup: &Setup) {
        let all = Self::all_of(setup);
        match switch {
            Switch::Preset => *self = all,
            Switch::Deck => self.deck = all.deck,
            Switch::Tape => self.tape = all.tape,
            Switch::NrRecord => self.nr_record = all.nr_record,
            Switch::NrPlay => self.nr_play = all.nr_play,
            Switch::Bias => self.bias_db = all.bias_db,
            Switch::RecordEq => self.record_eq = all.record_eq,
            Switch::PlayEq => self.play_eq = all.play_eq,
        }
    }

    /// Takes over a knob's place.
    pub fn keep_knob(&mut self, knob: Knob, setup: &Setup) {
        let knobs = &setup.knobs;
        match knob {
            Knob::Wow => self.wow = Some(knobs.wow),
            Knob::Flutter => self.flutter = Some(knobs.flutter),
            Knob::Hiss => self.hiss = Some(knobs.hiss),
            Knob::Drive => self.drive_db = Some(setup.drive_db),
            Knob::Azimuth => self.azimuth = Some(knobs.azimuth),
            Knob::Wear => self.wear = Some(knobs.wear),
        }
    }

    /// Applies what is chosen here to a setup; returns what could not be
    /// found. Figures out of their range are brought into it.
    pub fn apply(&self, catalogue: &Catalogue, setup: &mut Setup) -> Vec<Unknown> {
        let mut unknown = Vec::new();
        let mut miss = |what, name: &str| {
            unknown.push(Unknown {
                what,
                name: name.to_owned(),
            });
        };
        for (name, place) in [
            (&self.deck, &mut setup.deck),
            (&self.dubbed_on, &mut setup.dubbed_on),
        ] {
            let Some(name) = name else { continue };
            match catalogue.deck(name) {
                Some(deck) => *place = deck,
                None => miss("deck", name),
            }
        }
        if let Some(name) = &self.tape {
            match catalogue.tape(name) {
                Some(tape) => setup.tape = tape,
                None => miss("tape", name),
            }
        }
        set(&mut setup.encode, self.nr_record);
        set(&mut setup.decode, self.nr_play);
        let within = |value: Option<f32>, most: f32| value.map(|value| value.clamp(-most, most));
        set(&mut setup.bias_db, within(self.bias_db, BIAS_MOST_DB));
        set(
            &mut setup.record_eq,
            self.record_eq.map(Position::equalization),
        );
        set(&mut setup.play_eq, self.play_eq.map(Position::equalization));
        set(&mut setup.drive_db, within(self.drive_db, DRIVE_MOST_DB));
        let knobs = &mut setup.knobs;
        for (knob, value) in [
            (&mut knobs.wow, self.wow),
            (&mut knobs.flutter, self.flutter),
            (&mut knobs.hiss, self.hiss),
            (&mut knobs.azimuth, self.azimuth),
            (&mut knobs.wear, self.wear),
        ] {
            set(knob, value.map(|value| value.clamp(0.0, KNOB_MOST)));
        }
        unknown
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// The setup to begin with, from the bottom up: the default preset, what was
/// `remembered`, what the tape's own file asks for; and a remark for each thing
/// asked for that there is not.
pub fn begin_with(
    catalogue: &Catalogue,
    remembered: &Chosen,
    request: &TapeRequest,
) -> (Setup, Vec<String>) {
    let mut setup = catalogue.preset(&Preset::all()[0]);
    // A machine that is gone is nothing to be told about at every start.
    let _ = remembered.apply(catalogue, &mut setup);
    let missed = Chosen::wished(request).apply(catalogue, &mut setup);
    let mut remarks: Vec<String> = missed
        .iter()
        .map(|Unknown { what, name }| {
            let instead = match *what {
                "deck" => &setup.deck.name,
                _ => &setup.tape.name,
            };
            format!("The tape asks for the {what} “{name}”, which there is not; it gets {instead}")
        })
        .collect();
    if let Some(nr) = request.nr.as_deref().filter(|nr| nr_named(nr).is_none()) {
        remarks.push(format!(
            "The tape asks for the noise reduction “{nr}”; there are off, B and C"
        ));
    }
    (setup, remarks)
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

/// Turns a switch by so many choices, round and round; the bias to its end.
pub fn turn(setup: &mut Setup, catalogue: &Catalogue, switch: Switch, by: i32) {
    const NR: [Nr; 3] = [Nr::Off, Nr::B, Nr::C];
    let next = |at: Option<usize>, count: usize| {
        let from = at.map_or(if by > 0 { -1 } else { 0 }, |at| at as i64);
        (from + i64::from(by)).rem_euclid(count.max(1) as i64) as usize
    };
    match switch {
        Switch::Preset => {
            let all = Preset::all();
            let here = all.iter().position(|preset| is(setup, catalogue, preset));
            *setup = catalogue.preset(&all[next(here, all.len())]);
        }
        Switch::Deck => {
            let here = catalogue.decks.iter().position(|d| d.id == setup.deck.id);
            setup.deck = catalogue.decks[next(here, catalogue.decks.len())].clone();
        }
        Switch::Tape => {
            let here = catalogue.tapes.iter().position(|t| t.id == setup.tape.id);
            setup.tape = catalogue.tapes[next(here, catalogue.tapes.len())].clone();
        }
        Switch::NrRecord | Switch::NrPlay => {
            let nr = match switch {
                Switch::NrRecord => &mut setup.encode,
                _ => &mut setup.decode,
            };
            *nr = NR[next(NR.iter().position(|n| n == nr), 3)];
        }
        Switch::Bias => {
            let bias = setup.bias_db + BIAS_STEP_DB * by as f32;
            setup.bias_db = bias.clamp(-BIAS_MOST_DB, BIAS_MOST_DB);
        }
        Switch::RecordEq | Switch::PlayEq => {
            let eq = match switch {
                Switch::RecordEq => &mut setup.record_eq,
                _ => &mut setup.play_eq,
            };
            let here = Position::ALL.iter().position(|p| *p == Position::of(*eq));
            *eq = Position::ALL[next(here, 3)].equalization();
        }
    }
}

/// Turns a knob by so much, to its ends.
pub fn turn_knob(setup: &mut Setup, knob: Knob, by: f32) {
    let knobs = &mut setup.knobs;
    let (value, least, most) = match knob {
        Knob::Wow => (&mut knobs.wow, 0.0, KNOB_MOST),
        Knob::Flutter => (&mut knobs.flutter, 0.0, KNOB_MOST),
        Knob::Hiss => (&mut knobs.hiss, 0.0, KNOB_MOST),
        Knob::Drive => (&mut setup.drive_db, -DRIVE_MOST_DB, DRIVE_MOST_DB),
        Knob::Azimuth => (&mut knobs.azimuth, 0.0, KNOB_MOST),
        Knob::Wear => (&mut knobs.wear, 0.0, KNOB_MOST),
    };
    *value = (((*value + by) * 100.0).round() / 100.0).clamp(least, most);
}

/// How a knob stands, to be said when it is turned.
pub fn knob_in_words(setup: &Setup, knob: Knob) -> String {
    let knobs = &setup.knobs;
    let (name, times) = match knob {
        Knob::Wow => ("Wow", knobs.wow),
        Knob::Flutter => ("Flutter", knobs.flutter),
        Knob::Hiss => ("Hiss", knobs.hiss),
        Knob::Drive => return format!("Record level {:+.0} dB", setup.drive_db),
        Knob::Azimuth => ("Error of the head's angle", knobs.azimuth),
        Knob::Wear => ("Wear", knobs.wear),
    };
    format!("{name} {:.0} % of what is measured", times * 100.0)
}

/// How a switch stands, to be said when it is turned.
pub fn switch_in_words(sound: &Sound, switch: Switch) -> String {
    let right = |i: usize| {
        let fits = if sound.eq_right[i] { "right" } else { "wrong" };
        format!("{}, {fits} for the tape", sound.eq[i])
    };
    match switch {
        Switch::Preset => format!("Preset {}", sound.preset),
        Switch::Deck => format!("{}: {}", sound.deck, sound.deck_about),
        Switch::Tape => format!("{}: {}", sound.tape, sound.tape_about),
        Switch::NrRecord => format!("Recorded with noise reduction {}", sound.nr[0]),
        Switch::NrPlay => format!("Played with noise reduction {}", sound.nr[1]),
        Switch::Bias => format!("Bias {:+.1} dB", sound.bias_db),
        Switch::RecordEq => format!("Recorder's tape switch at {}", right(0)),
        Switch::PlayEq => format!("Deck's tape switch at {}", right(1)),
    }
}

/// Whether a setup is the one that a preset stands for.
fn is(setup: &Setup, catalogue: &Catalogue, preset: &Preset) -> bool {
    Chosen::all_of(setup) == Chosen::all_of(&catalogue.preset(preset))
}

/// In words and figures.
pub fn describe(setup: &Setup, catalogue: &Catalogue, wear_off: bool) -> Sound {
    let (deck, tape) = (&setup.deck, &setup.tape);
    let column = afterdark_tape::tape::column(tape.iec_type);
    let published = &deck.published;
    let known = |hz: f64| Some(hz).filter(|hz| *hz > 0.0);
    let noise = 10f64.powf(tape.noise_dba / 10.0) + 10f64.powf(deck.electronics_noise_dba / 10.0);
    let preset = Preset::all().iter().find(|p| is(setup, catalogue, p));
    let eq = [setup.record_eq, setup.play_eq].map(|eq| eq.unwrap_or(tape.eq));
    Sound {
        preset: preset.map_or("own", |preset| preset.name).to_owned(),
        deck: deck.name.clone(),
        deck_about: deck.about.clone(),
        flutter_percent: published.wrms_percent.unwrap_or(deck.flutter.wrms_percent),
        response_hz: [
            published.low_hz.unwrap_or(deck.response.low_hz),
            known(published.high_hz[column]).unwrap_or(deck.response.high_hz[column]),
        ],
        signal_to_noise_db: known(deck.signal_to_noise_db[column])
            .unwrap_or(tape.mol3_db - 10.0 * noise.log10()),
        separation_db: deck.separation_db,
        wind_c60_s: deck.wind_c60_s,
        dubbed_on: setup.dubbed_on.name.clone(),
        tape: tape.name.clone(),
        tape_kind: tape.kind.clone(),
        tape_about: tape.about.clone(),
        tape_mol_db: tape.mol3_db,
        tape_sol_db: tape.sol10k_db,
        tape_noise_dba: tape.noise_dba,
        nr: [setup.encode, setup.decode].map(nr_name),
        bias_db: setup.bias_db,
        drive_db: setup.drive_db,
        eq: eq.map(|eq| match eq {
            Equalization::Us120 => "120 µs",
            Equalization::Us70 => "70 µs",
        }),
        eq_right: eq.map(|eq| eq == tape.eq),
        wear_off,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tapes_own_file_lies_over_what_is_remembered() {
        let catalogue = Catalogue::default();
        let remembered = Chosen {
            deck: Some("summit".to_owned()),
            tape: Some("metal".to_owned()),
            hiss: Some(0.5),
            bias_db: Some(400.0),
            ..Chosen::default()
        };
        let request = TapeRequest {
            tape: Some("Chrome".to_owned()),
            nr: Some("NR b".to_owned()),
            deck: Some("gramophone".to_owned()),
            ..TapeRequest::default()
        };
        let (setup, remarks) = begin_with(&catalogue, &remembered, &request);
        assert_eq!(
            (&*setup.deck.id, &*setup.tape.id, setup.encode, setup.decode),
            ("summit", "chrome", Nr::B, Nr::B)
        );
        assert_eq!((setup.knobs.hiss, setup.bias_db), (0.5, BIAS_MOST_DB));
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].contains("gramophone"), "{}", remarks[0]);
    }

    #[test]
    fn what_is_chosen_survives_the_file_it_is_kept_in() {
        let catalogue = Catalogue::default();
        let mut setup = catalogue.preset(&Preset::all()[4]);
        turn(&mut setup, &catalogue, Switch::RecordEq, -1);
        let kept = Chosen::all_of(&setup);
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Chosen>(&text).unwrap(), kept);
        let mut again = Setup::default();
        assert!(kept.apply(&catalogue, &mut again).is_empty());
        assert_eq!(Chosen::all_of(&again), kept);
    }

    #[test]
    fn switches_go_round_through_all_there_is() {
        let catalogue = Catalogue::default();
        let mut setup = catalogue.preset(&Preset::all()[0]);
        let mut names = std::collections::BTreeSet::new();
        for _ in 0..Preset::all().len() {
            names.insert(describe(&setup, &catalogue, false).preset);
            turn(&mut setup, &catalogue, Switch::Preset, 1);
        }
        assert_eq!(names.len(), Preset::all().len());
        assert_eq!(
            Chosen::all_of(&setup),
            Chosen::all_of(&catalogue.preset(&Preset::all()[0]))
        );
        turn(&mut setup, &catalogue, Switch::Bias, 1);
        assert_eq!(describe(&setup, &catalogue, false).preset, "own");
        for switch in [Switch::Deck, Switch::Tape, Switch::NrPlay, Switch::PlayEq] {
            let before = Chosen::all_of(&setup);
            turn(&mut setup, &catalogue, switch, 1);
            assert_ne!(Chosen::all_of(&setup), before, "{switch:?}");
            turn(&mut setup, &catalogue, switch, -1);
            assert_eq!(Chosen::all_of(&setup), before, "{switch:?}");
        }
    }
}
