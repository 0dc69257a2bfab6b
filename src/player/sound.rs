//! What is chosen of the sound: in layers, one over the other, by options, by a
//! tape's own file, by what was chosen last; and how it is told and changed.

use serde::{Deserialize, Serialize};

use super::catalogue::Catalogue;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::knob::Knob;
use super::model::Sound;
use super::switch::Switch;
pub use super::tape_switch::{Position, nr_name, nr_named};
use afterdark_media::playlist::TapeRequest;
use afterdark_tape::tape::{Equalization, Nr, Preset, Setup};

/// What somebody chose; what is `None` is left to the layer below.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "ChosenFile", into = "ChosenFile")]
#[allow(missing_docs)]
pub struct Chosen {
    pub deck: Option<String>,
    pub dubbed_on: Option<String>,
    pub tape: Option<String>,
    pub nr_record: Option<Nr>,
    pub nr_play: Option<Nr>,
    pub record_eq: Option<Position>,
    pub play_eq: Option<Position>,
    /// Where knobs stand.
    pub knobs: BTreeMap<Knob, f32>,
}

/// The same as it is kept: each knob by its option's name.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct ChosenFile {
    deck: Option<String>,
    dubbed_on: Option<String>,
    tape: Option<String>,
    nr_record: Option<Nr>,
    nr_play: Option<Nr>,
    record_eq: Option<Position>,
    play_eq: Option<Position>,
    #[serde(flatten)]
    knobs: BTreeMap<String, serde_json::Value>,
}

impl From<ChosenFile> for Chosen {
    fn from(file: ChosenFile) -> Self {
        let value = |id: &str| file.knobs.get(id)?.as_f64();
        let knob = |knob: &Knob| {
            let id = knob.row().id;
            // As the first version named those in dB.
            let value = value(id).or_else(|| value(&format!("{id}_db")))?;
            Some((*knob, value as f32))
        };
        Self {
            knobs: Knob::ALL.iter().filter_map(knob).collect(),
            deck: file.deck,
            dubbed_on: file.dubbed_on,
            tape: file.tape,
            nr_record: file.nr_record,
            nr_play: file.nr_play,
            record_eq: file.record_eq,
            play_eq: file.play_eq,
        }
    }
}

impl From<Chosen> for ChosenFile {
    fn from(chosen: Chosen) -> Self {
        let knob = |(knob, value): (Knob, f32)| (knob.row().id.to_owned(), value.into());
        Self {
            knobs: chosen.knobs.into_iter().map(knob).collect(),
            deck: chosen.deck,
            dubbed_on: chosen.dubbed_on,
            tape: chosen.tape,
            nr_record: chosen.nr_record,
            nr_play: chosen.nr_play,
            record_eq: chosen.record_eq,
            play_eq: chosen.play_eq,
        }
    }
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
        Self {
            deck: Some(setup.deck.id.clone()),
            dubbed_on: Some(setup.dubbed_on.id.clone()),
            tape: Some(setup.tape.id.clone()),
            nr_record: Some(setup.encode),
            nr_play: Some(setup.decode),
            record_eq: Some(Position::of(setup.record_eq)),
            play_eq: Some(Position::of(setup.play_eq)),
            knobs: Knob::ALL.map(|knob| (knob, knob.get(setup))).into(),
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
            Switch::RecordEq => self.record_eq = all.record_eq,
            Switch::PlayEq => self.play_eq = all.play_eq,
        }
    }

    /// This over what `below` says.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            deck: self.deck.or(below.deck),
            dubbed_on: self.dubbed_on.or(below.dubbed_on),
            tape: self.tape.or(below.tape),
            nr_record: self.nr_record.or(below.nr_record),
            nr_play: self.nr_play.or(below.nr_play),
            record_eq: self.record_eq.or(below.record_eq),
            play_eq: self.play_eq.or(below.play_eq),
            knobs: below.knobs.into_iter().chain(self.knobs).collect(),
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
        set(
            &mut setup.record_eq,
            self.record_eq.map(Position::equalization),
        );
        set(&mut setup.play_eq, self.play_eq.map(Position::equalization));
        for (knob, value) in &self.knobs {
            knob.set(setup, *value);
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

/// Sets all that a preset sets; a tape stays the copy that it is.
pub fn take_preset(setup: &mut Setup, catalogue: &Catalogue, preset: &Preset) {
    *setup = Setup {
        copies: Arc::clone(&setup.copies),
        ..catalogue.preset(preset)
    };
}

/// Turns a switch by so many choices, round and round.
///
/// `custom`: a setting of one's own, which comes after the presets.
pub fn turn(
    setup: &mut Setup,
    catalogue: &Catalogue,
    custom: Option<&Chosen>,
    switch: Switch,
    by: i32,
) {
    const NR: [Nr; 3] = [Nr::Off, Nr::B, Nr::C];
    let next = |at: Option<usize>, count: usize| {
        let from = at.map_or(if by > 0 { -1 } else { 0 }, |at| at as i64);
        (from + i64::from(by)).rem_euclid(count.max(1) as i64) as usize
    };
    match switch {
        Switch::Preset => {
            let presets = Preset::all().iter().map(|preset| catalogue.preset(preset));
            let mut ring: Vec<Setup> = presets.collect();
            ring.extend(custom.map(|custom| {
                let mut own = setup.clone();
                // A machine that is gone stays what it is.
                let _ = custom.apply(catalogue, &mut own);
                own
            }));
            let now = Chosen::all_of(setup);
            let here = ring.iter().position(|other| Chosen::all_of(other) == now);
            let copies = Arc::clone(&setup.copies);
            *setup = ring.swap_remove(next(here, ring.len()));
            setup.copies = copies;
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

/// Turns a switch to the choice with this name; `false` where there is none.
pub fn choose(setup: &mut Setup, catalogue: &Catalogue, switch: Switch, name: &str) -> bool {
    fn put<T>(place: &mut T, value: Option<T>) -> bool {
        value.map(|value| *place = value).is_some()
    }
    match switch {
        Switch::Preset => {
            let preset = Preset::by_id(&name.to_lowercase());
            let preset = preset.map(|preset| take_preset(setup, catalogue, preset));
            preset.is_some()
        }
        Switch::Deck => put(&mut setup.deck, catalogue.deck(name)),
        Switch::Tape => put(&mut setup.tape, catalogue.tape(name)),
        Switch::NrRecord => put(&mut setup.encode, nr_named(name)),
        Switch::NrPlay => put(&mut setup.decode, nr_named(name)),
        Switch::RecordEq | Switch::PlayEq => {
            let place = match switch {
                Switch::RecordEq => &mut setup.record_eq,
                _ => &mut setup.play_eq,
            };
            put(place, Position::named(name).map(Position::equalization))
        }
    }
}

/// The preset that a setup is, if any.
pub fn preset_of(setup: &Setup, catalogue: &Catalogue) -> Option<&'static Preset> {
    let now = Chosen::all_of(setup);
    let mut all = Preset::all().iter();
    all.find(|preset| Chosen::all_of(&catalogue.preset(preset)) == now)
}

/// In words and figures.
pub fn describe(setup: &Setup, catalogue: &Catalogue, wear_off: bool) -> Sound {
    let (deck, tape) = (&setup.deck, &setup.tape);
    let column = afterdark_tape::tape::column(tape.iec_type);
    let published = &deck.published;
    let known = |hz: f64| Some(hz).filter(|hz| *hz > 0.0);
    let noise = 10f64.powf(tape.noise_dba / 10.0) + 10f64.powf(deck.electronics_noise_dba / 10.0);
    let preset = preset_of(setup, catalogue);
    let eq = [setup.record_eq, setup.play_eq].map(|eq| eq.unwrap_or(tape.eq));
    Sound {
        preset: preset.map_or("custom", |preset| preset.name).to_owned(),
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
        knobs: Knob::ALL.map(|knob| knob.get(setup)),
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
            knobs: [(Knob::Hiss, 0.5), (Knob::Bias, 400.0)].into(),
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
        assert_eq!((setup.knobs.hiss, setup.bias_db), (0.5, 6.0));
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].contains("gramophone"), "{}", remarks[0]);
    }

    #[test]
    fn what_is_chosen_survives_the_file_it_is_kept_in() {
        let catalogue = Catalogue::default();
        let mut setup = catalogue.preset(&Preset::all()[4]);
        turn(&mut setup, &catalogue, None, Switch::RecordEq, -1);
        let kept = Chosen::all_of(&setup);
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Chosen>(&text).unwrap(), kept);
        let mut again = Setup::default();
        assert!(kept.apply(&catalogue, &mut again).is_empty());
        assert_eq!(Chosen::all_of(&again), kept);
    }

    #[test]
    fn what_the_first_version_kept_is_read() {
        let old = r#"{"deck":"summit","dubbed_on":null,"nr_record":"b","bias_db":1.5,
            "record_eq":"120","wow":0.25,"flutter":null,"drive_db":-2.0}"#;
        let chosen: Chosen = serde_json::from_str(old).unwrap();
        let knobs = [(Knob::Bias, 1.5), (Knob::Wow, 0.25), (Knob::Drive, -2.0)];
        assert_eq!(chosen.knobs, knobs.into());
        assert_eq!(chosen.deck.as_deref(), Some("summit"));
        assert_eq!((chosen.nr_record, chosen.nr_play), (Some(Nr::B), None));
        assert_eq!(chosen.record_eq, Some(Position::Us120));
    }

    #[test]
    fn switches_go_round_through_all_there_is() {
        let catalogue = Catalogue::default();
        let mut setup = catalogue.preset(&Preset::all()[0]);
        let mut names = std::collections::BTreeSet::new();
        for _ in 0..Preset::all().len() {
            names.insert(describe(&setup, &catalogue, false).preset);
            turn(&mut setup, &catalogue, None, Switch::Preset, 1);
        }
        assert_eq!(names.len(), Preset::all().len());
        assert_eq!(
            Chosen::all_of(&setup),
            Chosen::all_of(&catalogue.preset(&Preset::all()[0]))
        );
        Knob::Bias.set(&mut setup, 0.5);
        assert_eq!(describe(&setup, &catalogue, false).preset, "custom");
        for switch in [Switch::Deck, Switch::Tape, Switch::NrPlay, Switch::PlayEq] {
            let before = Chosen::all_of(&setup);
            turn(&mut setup, &catalogue, None, switch, 1);
            assert_ne!(Chosen::all_of(&setup), before, "{switch:?}");
            turn(&mut setup, &catalogue, None, switch, -1);
            assert_eq!(Chosen::all_of(&setup), before, "{switch:?}");
        }
    }
}
