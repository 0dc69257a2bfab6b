//! The options that decide how a tape sounds, the same for playing, dubbing and
//! measuring.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use clap::{Arg, ArgMatches, Args, FromArgMatches, ValueEnum};

use crate::files;
use crate::look::theme::Theme;
use crate::player::Catalogue;
use crate::player::copies::copyings;
use crate::player::knob::{KNOBS, Knob, KnobRow, Unit};
use crate::player::sound::{Chosen, Position, begin_with, nr_named, take_preset};
use crate::recorder::Levelling;
use afterdark_media::playlist::TapeRequest;
use afterdark_tape::cassette::Length;
use afterdark_tape::tape::{DeckProfile, Nr, Preset, Setup};

/// Cassette, machine, tape, switches and knobs.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Sound")]
pub struct SoundArgs {
    /// Cassette length, such as C60; the shortest that holds everything if omitted
    #[arg(long, value_name = "CNN")]
    pub length: Option<Length>,
    /// Machine, tape and switches by one name; `help` lists them
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// The deck that plays; `help` lists them
    #[arg(long, value_name = "NAME")]
    pub deck: Option<String>,
    /// The deck that recorded
    #[arg(long, value_name = "NAME")]
    pub dubbed_on: Option<String>,
    /// The tape it is recorded on; `help` lists them
    #[arg(long, value_name = "NAME")]
    pub tape: Option<String>,
    /// Noise reduction: off, b or c
    #[arg(long, value_name = "NR", value_parser = nr)]
    pub nr: Option<Nr>,
    /// Noise reduction in playback, where it is not that of recording
    #[arg(long, value_name = "NR", value_parser = nr)]
    pub nr_play: Option<Nr>,
    /// Tape selector (EQ) of the recorder: 120 or 70 µs, or auto: right for the tape
    #[arg(long, value_name = "EQ", value_parser = position)]
    pub eq: Option<Position>,
    /// Tape selector (EQ) of the deck
    #[arg(long, value_name = "EQ", value_parser = position)]
    pub play_eq: Option<Position>,
    /// The knobs.
    #[command(flatten)]
    pub knobs: KnobArgs,
}

/// Whether songs are heard equally loud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LoudnessArg {
    /// All songs alike, but those of one album that follow each other keep their balance
    Auto,
    /// All songs alike
    Track,
    /// All albums alike
    Album,
    /// Each song as loud as its file
    Off,
}

impl From<LoudnessArg> for Levelling {
    fn from(how: LoudnessArg) -> Self {
        match how {
            LoudnessArg::Auto => Self::Auto,
            LoudnessArg::Track => Self::Track,
            LoudnessArg::Album => Self::Album,
            LoudnessArg::Off => Self::Off,
        }
    }
}

/// An option for each row of the table of knobs.
#[derive(Clone, Debug, Default)]
pub struct KnobArgs(BTreeMap<Knob, f32>);

impl Args for KnobArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        KNOBS.iter().fold(command, |command, row| {
            let [least, most] = row.range;
            let name = match row.unit {
                Unit::Times => "TIMES",
                Unit::Db(_) => "DB",
            };
            let option = Arg::new(row.id).long(row.id).help(row.option);
            let read = move |text: &str| within(text, least, most);
            let option = option.value_name(name).value_parser(read);
            command.arg(option.allow_hyphen_values(true).help_heading("Sound"))
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for KnobArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let value = |row: &KnobRow| Some((row.knob, *matches.get_one(row.id)?));
        Ok(Self(KNOBS.iter().filter_map(value).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// What stands under `--help` of everything that takes these options.
pub const PRECEDENCE: &str = "Sound: an option counts for this run only and beats everything else; \
     --preset sets all of it, and the other options change single things of that. \
     Below them come the deck, tape and nr that a .tape.toml asks for; in playing, below that, \
     what was last chosen on the screen; at the bottom the preset `on-foot`. \
     Your own machines and tapes are read from decks/*.toml and tapes/*.toml in the folder \
     afterdark of the configuration folder (~/.config).";

impl SoundArgs {
    /// These options over `below`.
    ///
    /// # Errors
    /// When a name is not known; the error lists those that are.
    pub fn over(&self, below: Setup, catalogue: &Catalogue) -> Result<Setup> {
        let mut setup = below;
        if let Some(name) = &self.preset {
            let preset = Preset::by_id(&name.to_lowercase())
                .ok_or_else(|| anyhow!("there is no preset `{name}`; there are\n{}", presets()))?;
            take_preset(&mut setup, catalogue, preset);
        }
        let unknown = self.chosen().apply(catalogue, &mut setup);
        match unknown.first() {
            None => Ok(setup),
            Some(missing) => {
                let (what, name) = (missing.what, &missing.name);
                let list = if what == "deck" {
                    decks(catalogue)
                } else {
                    tapes(catalogue)
                };
                Err(anyhow!("there is no {what} `{name}`; there are\n{list}"))
            }
        }
    }

    /// These options over what a tape's own file asks for, and the length of
    /// the tape; what cannot be had is told on standard error.
    ///
    /// # Errors
    /// When a name among the options is not known.
    pub fn for_tape(
        &self,
        catalogue: &Catalogue,
        request: &TapeRequest,
    ) -> Result<(Setup, Option<Length>)> {
        tell_left_out(catalogue);
        let (mut setup, remarks) = begin_with(catalogue, &Chosen::default(), request);
        setup.copies = copyings(catalogue, &request.copies, 0);
        for remark in remarks {
            eprintln!("afterdark: {remark}");
        }
        Ok((self.over(setup, catalogue)?, self.length_or(request)))
    }

    /// The length asked for here, else by the tape's own file.
    pub fn length_or(&self, request: &TapeRequest) -> Option<Length> {
        let wished = || request.length.as_deref()?.parse().ok();
        self.length.or_else(wished)
    }

    /// What the options say, a preset written out.
    pub fn options(&self, catalogue: &Catalogue) -> Chosen {
        let preset = self.preset.as_ref();
        let preset = preset.and_then(|name| Preset::by_id(&name.to_lowercase()));
        let below = preset.map(|preset| Chosen::all_of(&catalogue.preset(preset)));
        self.chosen().over(below.unwrap_or_default())
    }

    fn chosen(&self) -> Chosen {
        Chosen {
            deck: self.deck.clone(),
            dubbed_on: self.dubbed_on.clone(),
            tape: self.tape.clone(),
            nr_record: self.nr,
            nr_play: self.nr_play.or(self.nr),
            record_eq: self.eq,
            play_eq: self.play_eq,
            knobs: self.knobs.0.clone(),
        }
    }
}

/// A deck by its name.
///
/// # Errors
/// When there is none; the error lists those that are.
pub fn deck_named(catalogue: &Catalogue, name: &str) -> Result<Arc<DeckProfile>> {
    let unknown = || anyhow!("there is no deck `{name}`; there are\n{}", decks(catalogue));
    catalogue.deck(name).ok_or_else(unknown)
}

/// Tells which of the listener's own machines and tapes could not be used.
pub fn tell_left_out(catalogue: &Catalogue) {
    for profile in &catalogue.left_out {
        eprintln!("afterdark: {profile}");
    }
}

/// The list that a call asks for by `help` in the place of a name, if any does.
pub fn asked_for(arguments: impl Iterator<Item = OsString>) -> Option<String> {
    let mut before = String::new();
    for argument in arguments.take_while(|argument| argument != "--") {
        // A file's name may be anything; an option's is text.
        let argument = argument.to_string_lossy().into_owned();
        let option = match argument.split_once('=') {
            Some((option, "help")) => option,
            _ if argument == "help" => &before,
            _ => "",
        };
        match option {
            "--preset" => return Some(presets()),
            "--deck" | "--dubbed-on" | "--copied-on" => return Some(decks(&told_catalogue())),
            "--tape" => return Some(tapes(&told_catalogue())),
            "--theme" => return Some(themes()),
            "--nr" | "--nr-play" => return Some(NR.to_owned()),
            "--eq" | "--play-eq" => return Some(EQ.to_owned()),
            _ => before = argument,
        }
    }
    None
}

const NR: &str = "  off          none
  b            up to 10 dB less hiss, above all in the treble
  c            up to 20 dB less hiss";

const EQ: &str = "  120          120 µs, for type I
  70           70 µs, for types II and IV
  auto         right for the tape";

fn themes() -> String {
    let own = files::config().map(|folder| folder.join("themes"));
    let themes = Theme::all(own.as_deref()).into_iter();
    let names: Vec<_> = themes.map(|(name, _)| format!("  {name}")).collect();
    names.join("\n")
}

fn told_catalogue() -> Catalogue {
    let catalogue = Catalogue::open();
    tell_left_out(&catalogue);
    catalogue
}

fn presets() -> String {
    list(Preset::all().iter().map(|p| [p.id, p.name, p.about]))
}

fn decks(catalogue: &Catalogue) -> String {
    let decks = catalogue.decks.iter();
    list(decks.map(|d| [&*d.id, &*d.name, &*d.about]))
}

fn tapes(catalogue: &Catalogue) -> String {
    let tapes = catalogue.tapes.iter();
    list(tapes.map(|t| [&*t.id, &*t.name, &*t.about]))
}

fn list<'a>(all: impl Iterator<Item = [&'a str; 3]>) -> String {
    let lines: Vec<String> = all
        .map(|[id, name, about]| format!("  {id:12} {name}: {about}"))
        .collect();
    lines.join("\n")
}

fn nr(text: &str) -> Result<Nr, String> {
    nr_named(text).ok_or_else(|| "it takes off, b or c".to_owned())
}

fn position(text: &str) -> Result<Position, String> {
    Position::named(text).ok_or_else(|| "it takes 120, 70 or auto".to_owned())
}

fn within(text: &str, least: f32, most: f32) -> Result<f32, String> {
    match text.parse() {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ => Err(format!("it takes {least} to {most}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_lie_over_the_preset_and_the_preset_over_the_rest() {
        let catalogue = Catalogue::default();
        let mut below = Setup::default();
        below.knobs.wow = 3.0;
        below.decode = Nr::C;
        let args = SoundArgs {
            preset: Some("swap-meet".to_owned()),
            tape: Some("metal".to_owned()),
            nr: Some(Nr::B),
            ..SoundArgs::default()
        };
        let setup = args.over(below.clone(), &catalogue).unwrap();
        assert_eq!(&*setup.deck.id, "firststeps");
        assert_eq!(&*setup.tape.id, "metal");
        assert_eq!((setup.encode, setup.decode), (Nr::B, Nr::B));
        assert_eq!((setup.knobs.wow, setup.drive_db), (1.5, 4.0));
        let nothing = SoundArgs::default().over(below, &catalogue).unwrap();
        assert_eq!((nothing.knobs.wow, nothing.decode), (3.0, Nr::C));
    }

    #[test]
    fn help_as_a_name_lists_what_there_is() {
        let asked = |line: &str| asked_for(line.split(' ').map(Into::into));
        assert!(asked("dub --deck help").unwrap().contains("shoebox"));
        assert!(asked("--tape=help").unwrap().contains("chrome"));
        assert!(asked("--preset help x.mp3").unwrap().contains("swap-meet"));
        assert!(asked("--theme help").unwrap().contains("norfolk"));
        assert!(asked("dub --nr help").unwrap().contains("off"));
        assert_eq!(asked("help --deck shoebox"), None);
        assert_eq!(asked("-- --deck help"), None);
    }
}
