//! The one table of keys: what the screen obeys, the help page shows and the
//! README prints.

use std::sync::OnceLock;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keyboard::latin;
use super::model::{Action, Change, Toggle};
use crate::player::knob::{KNOBS, KnobRow};
use crate::player::switch::{SWITCHES, SwitchRow};

/// What a key asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyAction {
    /// Something of the machine.
    Act(Action),
    /// The nth song of the playing side, from 1.
    SongOfSide(usize),
    /// Something of the screen.
    Screen(ScreenAction),
}

/// What a person does to the screen alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ScreenAction {
    Help,
    NextPage,
    PreviousPage,
    Up,
    Down,
    /// Turns the chosen line of the deck's page down or up; elsewhere goes back or on in the song.
    Less,
    More,
    PageUp,
    PageDown,
    First,
    Last,
    /// Plays the selected song, or does what the selected line says.
    Choose,
    /// Closes what lies over the screen; never ends the program.
    Close,
    /// Searches the songs of the box.
    Find,
    /// Opens the shelf.
    Shelf,
    /// Opens it to make a tape.
    Blank,
    /// Other colours.
    Theme,
    /// A picture of the screen in a file.
    Picture,
}

/// Headings of the help page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Group {
    /// What the listener's own configuration binds.
    Own,
    Tape,
    Songs,
    Sound,
    /// What is bound on the Deck page alone, and there before all else.
    Deck,
    Screen,
}

impl Group {
    /// In the order of the help page.
    pub const ALL: [Group; 6] = [
        Group::Own,
        Group::Tape,
        Group::Songs,
        Group::Sound,
        Group::Deck,
        Group::Screen,
    ];

    /// For the eye.
    pub fn name(self) -> &'static str {
        match self {
            Group::Own => "Your own keys",
            Group::Tape => "The machine",
            Group::Songs => "Songs",
            Group::Sound => "Sound",
            Group::Deck => "On the Deck page",
            Group::Screen => "Screen",
        }
    }
}

/// A key, and whether Shift, Control is held where that is not in the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord(pub(super) KeyCode, pub(super) KeyModifiers);

impl Chord {
    /// Ends the program whatever else is bound.
    pub(super) const QUIT: Self = Self(KeyCode::Char('c'), KeyModifiers::CONTROL);

    /// Whether a row of the help calls it so.
    fn is_named(self, name: &str) -> bool {
        match self.0 {
            KeyCode::Char(' ') => name == "Space",
            KeyCode::Char(c) => name.chars().eq([c]),
            KeyCode::Left => name == "←",
            KeyCode::Right => name == "→",
            KeyCode::Up => name == "↑",
            KeyCode::Down => name == "↓",
            KeyCode::PageUp => name == "PgUp",
            KeyCode::PageDown => name == "PgDn",
            KeyCode::Tab
            | KeyCode::Home
            | KeyCode::End
            | KeyCode::Enter
            | KeyCode::Esc
            | KeyCode::Backspace => name == self.0.to_string(),
            _ => false,
        }
    }
}

fn key(code: KeyCode) -> Chord {
    Chord(code, KeyModifiers::NONE)
}

fn char(c: char) -> Chord {
    key(KeyCode::Char(c))
}

fn shift(code: KeyCode) -> Chord {
    Chord(code, KeyModifiers::SHIFT)
}

fn alt(c: char) -> Chord {
    Chord(KeyCode::Char(c), KeyModifiers::ALT)
}

/// So many tenths into the song.
fn part(tenths: u8) -> KeyAction {
    Act(Action::SeekPart(f64::from(tenths) / 10.0))
}

fn control(c: char) -> Chord {
    Chord(KeyCode::Char(c), KeyModifiers::CONTROL)
}

/// One line of the table.
#[derive(Debug)]
pub struct Binding {
    /// As the help page writes it.
    pub keys: String,
    /// What it does, for the help page.
    pub does: String,
    /// Heading it stands under.
    pub group: Group,
    pub(super) chords: Vec<(Chord, KeyAction)>,
}

impl Binding {
    /// This without some keys; `None` where no other is left.
    pub(super) fn without(mut self, taken: &[Chord]) -> Option<Self> {
        let (gone, left): (Vec<_>, Vec<_>) =
            (self.chords.into_iter()).partition(|(chord, _)| taken.contains(chord));
        self.chords = left;
        if !gone.is_empty() {
            let named = |name: &&str| !gone.iter().any(|(chord, _)| chord.is_named(name));
            let keys: Vec<&str> = self.keys.split_whitespace().filter(named).collect();
            self.keys = keys.join(" ");
        }
        Some(self).filter(|row| !row.chords.is_empty())
    }
}

use KeyAction::{Act, Screen as See, SongOfSide};
use ScreenAction::{
    Blank, Choose, Close, Down, Find, First, Help, Last, Less, More, NextPage, PageDown, PageUp,
    Picture, PreviousPage, Shelf, Theme, Up,
};

/// A step of the volume.
const VOLUME: f32 = 0.05;

static TABLE: OnceLock<Vec<Binding>> = OnceLock::new();

/// Every key there is.
pub fn rows() -> &'static [Binding] {
    TABLE.get_or_init(table)
}

/// Takes another table, before the first key is pressed.
pub(super) fn set_rows(rows: Vec<Binding>) {
    // A second start in one process keeps the first one's.
    let _ = TABLE.set(rows);
}

macro_rules! lines {
    ($($group:ident { $($keys:literal $does:literal: $($chord:expr => $action:expr),+;)+ })+) => {
        vec![$($(Binding {
            keys: $keys.to_owned(),
            does: $does.to_owned(),
            group: Group::$group,
            chords: vec![$(($chord, $action)),+],
        }),+),+]
    };
}

pub(super) fn table() -> Vec<Binding> {
    let mut table = lines! {
        Tape {
            "Space p" "play, pause": char(' ') => Act(Action::PlayPause), char('p') => Act(Action::PlayPause);
            "s" "stop": char('s') => Act(Action::Stop);
            "r  w" "rewind, fast-forward (you hear it if the tape is playing)":
                char('r') => Act(Action::Rewind), char('w') => Act(Action::FastForward);
            "f" "turn the tape over": char('f') => Act(Action::Flip);
            "e  E" "next / previous tape in the box; with only one tape, open and close the door":
                char('e') => Act(Action::Eject(1)), char('E') => Act(Action::Eject(-1));
            "S" "the shelf: all your music as tapes": char('S') => See(Shelf);
            "B" "a blank tape: make a mixtape": char('B') => See(Blank);
            "a" "auto-reverse: flip at the end of a side": char('a') => Act(Action::AutoReverse(Toggle::Other));
            "R" "play it over and over: the song, the side, from mark to mark, the box": char('R') => Act(Action::Loop(None));
            "Z" "sleep: stop with the song, the side, the tape, or in 15, 30, 60, 90 minutes": char('Z') => Act(Action::Sleep(None));
            "'  \"" "a pencil mark here, or rub it out / wind to the next mark": char('\'') => Act(Action::Mark), char('"') => Act(Action::NextMark);
            "C" "copy the tape to another, which goes in": char('C') => Act(Action::CopyTape);
            "c" "reset the counter": char('c') => Act(Action::CounterReset);
        }
        Songs {
            "← →  h l" "back / forward 5 s (on the Deck page ← → are less / more)":
                key(KeyCode::Left) => See(Less), key(KeyCode::Right) => See(More),
                char('h') => Act(Action::Seek(Change::By(-5.0))), char('l') => Act(Action::Seek(Change::By(5.0)));
            "Shift ←  →" "back / forward 30 s":
                shift(KeyCode::Left) => Act(Action::Seek(Change::By(-30.0))),
                shift(KeyCode::Right) => Act(Action::Seek(Change::By(30.0)));
            "n . >" "next song":
                char('n') => Act(Action::NextSong), char('.') => Act(Action::NextSong), char('>') => Act(Action::NextSong);
            "b , <" "previous song":
                char('b') => Act(Action::PreviousSong), char(',') => Act(Action::PreviousSong), char('<') => Act(Action::PreviousSong);
            "↑ ↓  k j" "choose a song, or a line of the Deck page":
                key(KeyCode::Up) => See(Up), key(KeyCode::Down) => See(Down), char('k') => See(Up), char('j') => See(Down);
            "/" "find a song in the box": char('/') => See(Find), control('f') => See(Find);
            "Enter" "play the chosen song": key(KeyCode::Enter) => See(Choose);
            "1 … 9" "song of this side":
                char('1') => SongOfSide(1), char('2') => SongOfSide(2), char('3') => SongOfSide(3),
                char('4') => SongOfSide(4), char('5') => SongOfSide(5), char('6') => SongOfSide(6),
                char('7') => SongOfSide(7), char('8') => SongOfSide(8), char('9') => SongOfSide(9);
            "0" "start of this side": char('0') => Act(Action::SideStart);
        }
        Songs {
            "Alt 1 … 9" "10 % … 90 % of the song":
                alt('1') => part(1), alt('2') => part(2), alt('3') => part(3), alt('4') => part(4),
                alt('5') => part(5), alt('6') => part(6), alt('7') => part(7), alt('8') => part(8),
                alt('9') => part(9);
        }
        Sound {
            "+ =  -" "volume":
                char('+') => Act(Action::Volume(Change::By(VOLUME))),
                char('=') => Act(Action::Volume(Change::By(VOLUME))),
                char('-') => Act(Action::Volume(Change::By(-VOLUME)));
            "m" "mute": char('m') => Act(Action::Mute(Toggle::Other));
            "t" "monitor: the tape, or the untouched source": char('t') => Act(Action::Monitor(None));
            "[  ]" "slower / faster by a semitone":
                char('[') => Act(Action::Speed(Change::By(-1.0))), char(']') => Act(Action::Speed(Change::By(1.0)));
            "X" "undo the last turn of a knob or switch": char('X') => Act(Action::Undo);
            "Backspace" "normal speed": key(KeyCode::Backspace) => Act(Action::Speed(Change::To(1.0)));
        }
    };
    table.extend(KNOBS.iter().map(knob));
    table.extend(lines! {
        Deck {
            "x" "all knobs back to the deck's own values": char('x') => Act(Action::KnobsReset);
        }
    });
    table.extend(SWITCHES.iter().map(switch));
    table.extend(lines! {
        Deck {
            "F" "a fresh tape (press twice)": char('F') => Act(Action::FreshTape);
            "z" "mechanical noises on / off": char('z') => Act(Action::Noises(Toggle::Other));
        }
        Screen {
            "Tab" "next page of the card (with Shift: previous)":
                key(KeyCode::Tab) => See(NextPage), shift(KeyCode::BackTab) => See(PreviousPage), key(KeyCode::BackTab) => See(PreviousPage);
            "PgUp PgDn" "page up / down":
                key(KeyCode::PageUp) => See(PageUp), key(KeyCode::PageDown) => See(PageDown);
            "Home End  g G" "first / last": key(KeyCode::Home) => See(First), key(KeyCode::End) => See(Last),
                char('g') => See(First), char('G') => See(Last);
            "P" "a picture of this, as a file": char('P') => See(Picture);
            "T" "next theme": char('T') => See(Theme);
            "?" "this help": char('?') => See(Help), key(KeyCode::F(1)) => See(Help);
            "Esc" "close help or search": key(KeyCode::Esc) => See(Close);
            "q" "quit (the tape keeps its place)": char('q') => Act(Action::Quit), control('c') => Act(Action::Quit);
        }
    });
    table
}

/// The keys of a knob.
fn knob(row: &KnobRow) -> Binding {
    let [less, more] = row.keys;
    let turn = |by| Act(Action::Knob(row.knob, Change::By(by)));
    Binding {
        keys: format!("{less}  {more}"),
        does: row.help.to_owned(),
        group: Group::Deck,
        chords: vec![(char(less), turn(-row.step)), (char(more), turn(row.step))],
    }
}

/// The keys of a switch.
fn switch(row: &SwitchRow) -> Binding {
    let keys: Vec<String> = row.keys.iter().map(ToString::to_string).collect();
    let turns = row.keys.iter().zip([1, -1]);
    Binding {
        keys: keys.join("  "),
        does: row.help.to_owned(),
        group: Group::Deck,
        chords: turns
            .map(|(c, by)| (char(*c), Act(Action::Switch(row.switch, by))))
            .collect(),
    }
}

/// What a key asks for, if anything; `base` is what its place writes on a US
/// keyboard, where that is known. What a key writes counts first, so that
/// keyboards with Latin letters stay as they are. `on_deck_page`: whether what
/// is bound there alone counts.
pub fn action_of(event: &KeyEvent, base: Option<char>, on_deck_page: bool) -> Option<KeyAction> {
    // Shift is in the letter already, whatever the terminal says of it.
    let held = match event.code {
        KeyCode::Char(_) => event.modifiers & !KeyModifiers::SHIFT,
        _ => event.modifiers,
    };
    let bound = |code| {
        // Of one group, or of all but those two that go before.
        let of = |group: Option<Group>| {
            let rows = rows().iter().filter(move |row| match group {
                Some(group) => row.group == group,
                None => ![Group::Own, Group::Deck].contains(&row.group),
            });
            let mut chords = rows.flat_map(|row| &row.chords);
            chords.find(|(chord, _)| *chord == Chord(code, held))
        };
        let deck = on_deck_page.then(|| of(Some(Group::Deck))).flatten();
        let (_, action) = of(Some(Group::Own)).or(deck).or_else(|| of(None))?;
        Some(action.clone())
    };
    bound(event.code).or_else(|| match event.code {
        KeyCode::Char(c) => bound(KeyCode::Char(base.or_else(|| latin(c))?)),
        _ => None,
    })
}

/// The table by its headings: as a person would name the keys, and what they do.
pub fn groups() -> impl Iterator<Item = (&'static str, Vec<(&'static str, &'static str)>)> {
    let all = Group::ALL.into_iter().map(|group| {
        let rows = rows().iter().filter(|binding| binding.group == group);
        let rows = rows.map(|binding| (&*binding.keys, &*binding.does));
        (group.name(), rows.collect())
    });
    all.filter(|(_, rows): &(_, Vec<_>)| !rows.is_empty())
}

/// The table as Markdown, for the README.
pub fn markdown() -> String {
    let mut out = String::from("| Key | |\n|---|---|\n");
    for (group, rows) in groups() {
        out += &format!("| **{group}** | |\n");
        for (keys, does) in rows {
            let keys = keys.split_whitespace().map(|key| format!("`{key}`"));
            out += &format!("| {} | {does} |\n", keys.collect::<Vec<_>>().join(" "));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::model::Switch;

    #[test]
    fn no_key_means_two_things() {
        for of_deck in [true, false] {
            let rows = rows()
                .iter()
                .filter(|b| (b.group == Group::Deck) == of_deck);
            let chords: Vec<_> = rows.flat_map(|b| &b.chords).map(|(c, _)| c).collect();
            for (i, chord) in chords.iter().enumerate() {
                assert!(!chords[i + 1..].contains(chord), "{chord:?} is bound twice");
            }
        }
    }

    #[test]
    fn knobs_are_turned_by_letters_on_the_deck_page_alone() {
        let press = |c, page| action_of(&KeyEvent::from(KeyCode::Char(c)), None, page);
        assert_eq!(press('p', false), Some(Act(Action::PlayPause)));
        assert_eq!(press('l', false), Some(Act(Action::Seek(Change::By(5.0)))));
        assert_eq!(press('o', false), None);
        assert_eq!(
            press('p', true),
            Some(Act(Action::Switch(Switch::Preset, 1)))
        );
        assert_eq!(press('n', true), press('n', false));
    }

    #[test]
    fn keys_work_whatever_script_the_keyboard_writes() {
        let press = |c, held| action_of(&KeyEvent::new(KeyCode::Char(c), held), None, true);
        for (c, latin) in [('а', 'f'), ('Т', 'N'), ('φ', 'f'), ('כ', 'f'), ('é', '2')] {
            let none = KeyModifiers::NONE;
            assert_eq!(press(c, none), press(latin, none), "{c}");
        }
        assert_eq!(
            press('с', KeyModifiers::CONTROL),
            Some(Act(Action::Quit)),
            "Control with the key C of a Cyrillic keyboard"
        );
    }

    #[test]
    fn what_keys_do_every_remote_can_do() {
        let acts = rows().iter().flat_map(|b| &b.chords);
        let acts = acts.filter_map(|(_, action)| match action {
            Act(action) => Some(action),
            _ => None,
        });
        for action in acts {
            assert_eq!(action.to_string().parse().as_ref(), Ok(action), "{action}");
        }
    }

    #[test]
    fn escape_never_quits_and_q_does() {
        let press = |code| action_of(&KeyEvent::new(code, KeyModifiers::NONE), None, true);
        assert_eq!(press(KeyCode::Esc), Some(See(Close)));
        assert_eq!(press(KeyCode::Char('q')), Some(Act(Action::Quit)));
        // Some terminals say Shift with a capital, some do not.
        let shifted = KeyEvent::new(KeyCode::Char('O'), KeyModifiers::SHIFT);
        assert_eq!(action_of(&shifted, None, true), press(KeyCode::Char('O')));
        assert_eq!(
            action_of(
                &KeyEvent::new(KeyCode::Char('q'), KeyModifiers::CONTROL),
                None,
                true
            ),
            None
        );
    }
}
