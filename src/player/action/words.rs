//! The one table of the actions in words: each is its name and, where it takes
//! one, a value.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::{Action, Change, Loop, Sleep, Toggle};
use crate::deck::Monitor;
use crate::player::knob::Knob;
use crate::player::switch::Switch;

/// One line of the table.
pub struct ActionRow {
    /// What it is called.
    pub name: &'static str,
    /// What may follow, nothing where it takes no value.
    pub value: &'static str,
    /// What it does.
    pub help: &'static str,
    /// What it is with this value, empty where there is none.
    read: fn(&str) -> Option<Action>,
}

/// An action that takes no value.
macro_rules! plain {
    ($name:literal, $help:literal, $action:expr) => {
        ActionRow {
            name: $name,
            value: "",
            help: $help,
            read: |value| value.is_empty().then_some($action),
        }
    };
}

/// An action and what it makes of its value.
macro_rules! takes {
    ($name:literal $value:literal, $help:literal, $read:expr) => {
        ActionRow {
            name: $name,
            value: $value,
            help: $help,
            read: $read,
        }
    };
}

/// All actions but those of knobs and switches, which go by the names in their
/// own tables, with `+STEPS`, `-STEPS` or a value.
pub const ACTIONS: &[ActionRow] = &[
    plain!("play-pause", "play, or pause", Action::PlayPause),
    plain!("play", "play", Action::Play),
    plain!("pause", "pause, or go on", Action::Pause),
    plain!("stop", "stop", Action::Stop),
    plain!(
        "fast-forward",
        "wind forward; again ends it",
        Action::FastForward
    ),
    plain!("rewind", "wind back; again ends it", Action::Rewind),
    takes!("seek" "[+|-]SECONDS|PERCENT%", "go on or back, or to a place in the song", |value| {
        Some(match value.strip_suffix('%') {
            Some(part) => Action::SeekPart((number::<f64>(part)? / 100.0).clamp(0.0, 1.0)),
            None => Action::Seek(change(value, seconds)?),
        })
    }),
    takes!("position" "SECONDS", "go to a place of the side, from its start", |value| {
        Some(Action::SeekTo(seconds(value)?))
    }),
    plain!("next", "the next song", Action::NextSong),
    plain!("previous", "the previous song", Action::PreviousSong),
    takes!("card-song" "NUMBER", "a line of the card, from 1", |value| {
        Some(Action::Song(place(value)?))
    }),
    takes!("song" "NUMBER", "a song of the whole box, from 1", |value| {
        Some(Action::SongOfBox(place(value)?))
    }),
    plain!("side-start", "the start of this side", Action::SideStart),
    plain!("flip", "turn the tape over", Action::Flip),
    takes!("eject" "[+|-]TAPES", "the next or previous tape of the box", |value| match value {
        "" => Some(Action::Eject(1)),
        by => Some(Action::Eject(by.parse().ok()?)),
    }),
    takes!("insert" "PATH", "put another tape in: a file, folder or playlist", |value| {
        let paths: Vec<PathBuf> = value.lines().map(PathBuf::from).collect();
        (!paths.is_empty()).then_some(Action::Insert(paths))
    }),
    takes!("next-tape" "[PATH]", "put a tape in when this one has ended; without one, none", |value| {
        Some(Action::Next(value.lines().map(PathBuf::from).collect()))
    }),
    takes!("volume" "[+|-]PERCENT", "the volume", |value| {
        let part = |text: &str| Some(number::<f32>(text)? / 100.0);
        Some(Action::Volume(change(value, part)?))
    }),
    takes!("mute" "[on|off]", "mute", |value| Some(Action::Mute(toggle(value)?))),
    takes!("speed" "RATIO|[+|-]SEMITONES", "the speed of the tape", |value| {
        Some(Action::Speed(change(value, number)?))
    }),
    takes!("monitor" "[tape|source]", "hear the tape, or the untouched source", |value| {
        Some(Action::Monitor(match value {
            "" => None,
            "tape" => Some(Monitor::Tape),
            "source" => Some(Monitor::Source),
            _ => return None,
        }))
    }),
    plain!(
        "knobs-reset",
        "all knobs back to the deck's own values",
        Action::KnobsReset
    ),
    plain!(
        "undo",
        "take the last change of the sound back",
        Action::Undo
    ),
    plain!(
        "copy-tape",
        "copy the tape to another, which goes in",
        Action::CopyTape
    ),
    plain!(
        "fresh-tape",
        "a fresh tape, if asked for twice",
        Action::FreshTape
    ),
    takes!("auto-reverse" "[on|off]", "flip at the end of a side", |value| {
        Some(Action::AutoReverse(toggle(value)?))
    }),
    takes!("noises" "[on|off]", "mechanical noises", |value| {
        Some(Action::Noises(toggle(value)?))
    }),
    plain!("counter-reset", "reset the counter", Action::CounterReset),
    plain!("mark", "a pencil mark here, or rub it out", Action::Mark),
    plain!("next-mark", "wind to the next mark", Action::NextMark),
    takes!("sleep" "MINUTES|song|side|tape|off", "stop by itself", |value| match value {
        "" => Some(Action::Sleep(None)),
        when => Some(Action::Sleep(Some(sleep(when)?))),
    }),
    takes!("loop" "song|side|marks|box|off", "play it over and over", |value| {
        let named = |which: &&Loop| which.name() == value;
        match value {
            "" => Some(Action::Loop(None)),
            _ => Some(Action::Loop(Some(*Loop::ALL.iter().find(named)?))),
        }
    }),
    plain!("quit", "quit; the tape keeps its place", Action::Quit),
];

/// Why words are no action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// There is none of this name.
    #[error("there is no action `{0}`")]
    Unknown(String),
    /// There is, but not with this value.
    #[error("`{name}` takes {value}")]
    Value {
        /// What was asked for.
        name: String,
        /// What it takes.
        value: String,
    },
}

impl FromStr for Action {
    type Err = ActionError;

    fn from_str(words: &str) -> Result<Self, ActionError> {
        let words = words.trim();
        let (name, value) = words.split_once(' ').unwrap_or((words, ""));
        let value = value.trim();
        let wrong = |takes: &str| ActionError::Value {
            name: name.to_owned(),
            value: if takes.is_empty() { "no value" } else { takes }.to_owned(),
        };
        if let Some(row) = ACTIONS.iter().find(|row| row.name == name) {
            return (row.read)(value).ok_or_else(|| wrong(row.value));
        }
        if let Some(knob) = Knob::named(name) {
            let change = change(value, number).ok_or_else(|| wrong("[+|-]VALUE"))?;
            return Ok(Self::Knob(knob, change));
        }
        let unknown = || ActionError::Unknown(name.to_owned());
        let switch = Switch::named(name).ok_or_else(unknown)?;
        match value {
            "" => Ok(Self::Switch(switch, 1)),
            by if by.starts_with(['+', '-']) => {
                let by = by.parse().map_err(|_| wrong("[+|-]STEPS or a name"))?;
                Ok(Self::Switch(switch, by))
            }
            name => Ok(Self::Choose(switch, name.to_owned())),
        }
    }
}

/// By its name and value, as it is read.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |f: &mut fmt::Formatter<'_>, name: &str| f.write_str(name);
        match self {
            Self::PlayPause => plain(f, "play-pause"),
            Self::Play => plain(f, "play"),
            Self::Pause => plain(f, "pause"),
            Self::Stop => plain(f, "stop"),
            Self::FastForward => plain(f, "fast-forward"),
            Self::Rewind => plain(f, "rewind"),
            Self::Seek(Change::By(by)) => write!(f, "seek {by:+}"),
            Self::Seek(Change::To(to)) => write!(f, "seek {to}"),
            Self::SeekPart(part) => write!(f, "seek {}%", part * 100.0),
            Self::SeekTo(side_s) => write!(f, "position {side_s}"),
            Self::NextSong => plain(f, "next"),
            Self::PreviousSong => plain(f, "previous"),
            Self::Song(index) => write!(f, "card-song {}", index + 1),
            Self::SongOfBox(song) => write!(f, "song {}", song + 1),
            Self::SideStart => plain(f, "side-start"),
            Self::Flip => plain(f, "flip"),
            Self::Eject(by) => write!(f, "eject {by:+}"),
            Self::Next(paths) if paths.is_empty() => plain(f, "next-tape"),
            Self::Next(paths) => {
                let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
                write!(f, "next-tape {}", paths.join("\n"))
            }
            Self::Insert(paths) => {
                let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
                write!(f, "insert {}", paths.join("\n"))
            }
            Self::Volume(Change::By(by)) => write!(f, "volume {:+}", by * 100.0),
            Self::Volume(Change::To(to)) => write!(f, "volume {}", to * 100.0),
            Self::Mute(toggle) => write!(f, "mute{}", toggle.value()),
            Self::Speed(Change::By(by)) => write!(f, "speed {by:+}"),
            Self::Speed(Change::To(to)) => write!(f, "speed {to}"),
            Self::Monitor(None) => plain(f, "monitor"),
            Self::Monitor(Some(Monitor::Tape)) => plain(f, "monitor tape"),
            Self::Monitor(Some(Monitor::Source)) => plain(f, "monitor source"),
            Self::Knob(knob, Change::By(by)) => write!(f, "{} {by:+}", knob.row().id),
            Self::Knob(knob, Change::To(to)) => write!(f, "{} {to}", knob.row().id),
            Self::KnobsReset => plain(f, "knobs-reset"),
            Self::Switch(switch, by) => write!(f, "{} {by:+}", switch.row().id),
            Self::Choose(switch, name) => write!(f, "{} {name}", switch.row().id),
            Self::Undo => plain(f, "undo"),
            Self::CopyTape => plain(f, "copy-tape"),
            Self::FreshTape => plain(f, "fresh-tape"),
            Self::AutoReverse(toggle) => write!(f, "auto-reverse{}", toggle.value()),
            Self::Noises(toggle) => write!(f, "noises{}", toggle.value()),
            Self::CounterReset => plain(f, "counter-reset"),
            Self::Mark => plain(f, "mark"),
            Self::NextMark => plain(f, "next-mark"),
            Self::Sleep(None) => plain(f, "sleep"),
            Self::Sleep(Some(when)) => match when {
                Sleep::Off => plain(f, "sleep off"),
                Sleep::Song => plain(f, "sleep song"),
                Sleep::Side => plain(f, "sleep side"),
                Sleep::Tape => plain(f, "sleep tape"),
                Sleep::After(time) => write!(f, "sleep {}", time.as_secs_f64() / 60.0),
            },
            Self::Loop(None) => plain(f, "loop"),
            Self::Loop(Some(which)) => write!(f, "loop {}", which.name()),
            Self::Quit => plain(f, "quit"),
        }
    }
}

impl Toggle {
    fn value(self) -> &'static str {
        match self {
            Self::Other => "",
            Self::On => " on",
            Self::Off => " off",
        }
    }
}

/// With a sign it is a step, without one a place.
fn change<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Change<T>> {
    let value = read(text)?;
    Some(if text.starts_with(['+', '-']) {
        Change::By(value)
    } else {
        Change::To(value)
    })
}

fn number<T: FromStr + Into<f64> + Copy>(text: &str) -> Option<T> {
    let value: T = text.parse().ok()?;
    value.into().is_finite().then_some(value)
}

/// `90`, `1:30` or `1:02:03`, signed or not.
fn seconds(text: &str) -> Option<f64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1.0, text),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut sum = 0.0;
    for part in text.split(':') {
        let part: f64 = part
            .parse()
            .ok()
            .filter(|part: &f64| part.is_finite() && *part >= 0.0)?;
        sum = sum * 60.0 + part;
    }
    Some(sign * sum)
}

/// An end, or minutes: `30`, `30m`; hours: `1.5h`.
fn sleep(text: &str) -> Option<Sleep> {
    let minutes = match text {
        "off" => return Some(Sleep::Off),
        "song" => return Some(Sleep::Song),
        "side" => return Some(Sleep::Side),
        "tape" => return Some(Sleep::Tape),
        text => match text.strip_suffix('h') {
            Some(hours) => number::<f64>(hours)? * 60.0,
            None => number(text.strip_suffix('m').unwrap_or(text))?,
        },
    };
    let time = Duration::try_from_secs_f64(minutes * 60.0).ok()?;
    Some(Sleep::After(time))
}

impl FromStr for Sleep {
    type Err = ActionError;

    fn from_str(words: &str) -> Result<Self, ActionError> {
        sleep(words).ok_or_else(|| ActionError::Value {
            name: "sleep".to_owned(),
            value: "song, side, tape, off, or minutes such as 30m".to_owned(),
        })
    }
}

/// A number from 1 as a place from 0.
fn place(text: &str) -> Option<usize> {
    text.parse::<usize>().ok()?.checked_sub(1)
}

fn toggle(text: &str) -> Option<Toggle> {
    match text {
        "" => Some(Toggle::Other),
        "on" => Some(Toggle::On),
        "off" => Some(Toggle::Off),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_as_people_write_them() {
        let read = |words: &str| words.parse::<Action>();
        assert_eq!(read("seek +30"), Ok(Action::Seek(Change::By(30.0))));
        assert_eq!(read("seek 1:02:03"), Ok(Action::Seek(Change::To(3723.0))));
        assert_eq!(read("seek -1:30"), Ok(Action::Seek(Change::By(-90.0))));
        assert_eq!(read("volume 80"), Ok(Action::Volume(Change::To(0.8))));
        assert_eq!(
            read("wow -0.25"),
            Ok(Action::Knob(Knob::Wow, Change::By(-0.25)))
        );
        assert_eq!(
            read("deck shoebox"),
            Ok(Action::Choose(Switch::Deck, "shoebox".into()))
        );
        assert_eq!(read("deck"), Ok(Action::Switch(Switch::Deck, 1)));
        for (words, minutes) in [("sleep 30", 30), ("sleep 30m", 30), ("sleep 1.5h", 90)] {
            let sleep = Sleep::After(Duration::from_secs(minutes * 60));
            assert_eq!(read(words), Ok(Action::Sleep(Some(sleep))));
        }
        let insert = Action::Insert(vec!["/my music/a b.m3u".into()]);
        assert_eq!(read(" insert /my music/a b.m3u "), Ok(insert));
        for (words, said) in [
            ("dance", "there is no action `dance`"),
            ("seek soon", "`seek` takes [+|-]SECONDS|PERCENT%"),
            ("play now", "`play` takes no value"),
            ("volume inf", "`volume` takes [+|-]PERCENT"),
            ("song 0", "`song` takes NUMBER"),
            ("insert", "`insert` takes PATH"),
        ] {
            assert_eq!(read(words).unwrap_err().to_string(), said);
        }
    }

    #[test]
    fn every_action_is_reachable_by_its_name() {
        let values = [
            "", "+1", "1", "on", "tape", "side", "box", "off", "30", "shoebox", "/x",
        ];
        let knobs = Knob::ALL.map(|knob| knob.row().id);
        let switches = Switch::ALL.map(|switch| switch.row().id);
        let names = ACTIONS
            .iter()
            .map(|row| row.name)
            .chain(knobs)
            .chain(switches);
        let mut seen = std::collections::BTreeSet::new();
        for name in names {
            assert!(seen.insert(name), "two actions are called {name}");
            let words = values.map(|value| format!("{name} {value}"));
            let actions: Vec<Action> = words.iter().filter_map(|w| w.parse().ok()).collect();
            assert!(!actions.is_empty(), "{name} cannot be asked for");
            for action in actions {
                let words = action.to_string();
                assert!(words.starts_with(name), "{name} is written {words}");
                assert_eq!(words.parse(), Ok(action));
            }
        }
    }
}
