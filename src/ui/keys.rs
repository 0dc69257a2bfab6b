//! The one table of keys: what the screen obeys, the help page shows and the
//! README prints.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keyboard::latin;
use super::model::{Action, Knob, Switch};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    /// Other colours.
    Theme,
}

/// Headings of the help page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Group {
    Tape,
    Songs,
    Sound,
    Screen,
}

impl Group {
    /// In the order of the help page.
    pub const ALL: [Group; 4] = [Group::Tape, Group::Songs, Group::Sound, Group::Screen];

    /// For the eye.
    pub fn name(self) -> &'static str {
        match self {
            Group::Tape => "The machine",
            Group::Songs => "Songs",
            Group::Sound => "Sound",
            Group::Screen => "Screen",
        }
    }
}

/// A key, and whether Shift, Control is held where that is not in the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord(KeyCode, KeyModifiers);

const fn key(code: KeyCode) -> Chord {
    Chord(code, KeyModifiers::NONE)
}

const fn char(c: char) -> Chord {
    key(KeyCode::Char(c))
}

const fn shift(code: KeyCode) -> Chord {
    Chord(code, KeyModifiers::SHIFT)
}

const fn control(c: char) -> Chord {
    Chord(KeyCode::Char(c), KeyModifiers::CONTROL)
}

/// One line of the table.
#[derive(Debug)]
pub struct Binding {
    /// As the help page writes it.
    pub keys: &'static str,
    /// What it does, for the help page.
    pub does: &'static str,
    /// Heading it stands under.
    pub group: Group,
    chords: &'static [(Chord, KeyAction)],
}

use KeyAction::{Act, Screen as See, SongOfSide};
use ScreenAction::{
    Choose, Close, Down, Find, First, Help, Last, Less, More, NextPage, PageDown, PageUp,
    PreviousPage, Theme, Up,
};

/// A semitone.
pub const SPEED_STEP: f64 = 1.059_463_094_359_295_3;

macro_rules! table {
    ($($group:ident { $($keys:literal $does:literal: $($chord:expr => $action:expr),+;)+ })+) => {
        /// Every key there is.
        pub const TABLE: &[Binding] = &[$($(Binding {
            keys: $keys,
            does: $does,
            group: Group::$group,
            chords: &[$(($chord, $action)),+],
        }),+),+];
    };
}

table! {
    Tape {
        "Space" "play, pause": char(' ') => Act(Action::PlayPause);
        "s" "stop": char('s') => Act(Action::Stop);
        "r  w" "rewind, fast-forward (you hear it if the tape is playing)":
            char('r') => Act(Action::Rewind), char('w') => Act(Action::FastForward);
        "f" "turn the tape over": char('f') => Act(Action::Flip);
        "e  E" "next / previous tape in the box; with only one tape, open and close the door":
            char('e') => Act(Action::Eject(1)), char('E') => Act(Action::Eject(-1));
        "a" "auto-reverse: flip at the end of a side": char('a') => Act(Action::AutoReverse);
        "c" "reset the counter": char('c') => Act(Action::CounterReset);
    }
    Songs {
        "←  →" "back / forward 5 s (on the Deck page: less / more)":
            key(KeyCode::Left) => See(Less), key(KeyCode::Right) => See(More);
        "Shift ←  →" "back / forward 30 s":
            shift(KeyCode::Left) => Act(Action::Seek(-30.0)), shift(KeyCode::Right) => Act(Action::Seek(30.0));
        "n . >" "next song":
            char('n') => Act(Action::NextSong), char('.') => Act(Action::NextSong), char('>') => Act(Action::NextSong);
        "b , <" "previous song":
            char('b') => Act(Action::PreviousSong), char(',') => Act(Action::PreviousSong), char('<') => Act(Action::PreviousSong);
        "↑ ↓  k j" "choose a song, or a line of the deck's page":
            key(KeyCode::Up) => See(Up), key(KeyCode::Down) => See(Down), char('k') => See(Up), char('j') => See(Down);
        "/" "find a song in the box": char('/') => See(Find), control('f') => See(Find);
        "Enter" "play the chosen song": key(KeyCode::Enter) => See(Choose);
        "1 … 9" "song of this side":
            char('1') => SongOfSide(1), char('2') => SongOfSide(2), char('3') => SongOfSide(3),
            char('4') => SongOfSide(4), char('5') => SongOfSide(5), char('6') => SongOfSide(6),
            char('7') => SongOfSide(7), char('8') => SongOfSide(8), char('9') => SongOfSide(9);
        "0" "start of this side": char('0') => Act(Action::SideStart);
    }
    Sound {
        "+ =  -" "volume":
            char('+') => Act(Action::Volume(0.05)), char('=') => Act(Action::Volume(0.05)), char('-') => Act(Action::Volume(-0.05));
        "m" "mute": char('m') => Act(Action::Mute);
        "t" "monitor: the tape, or the untouched source": char('t') => Act(Action::Monitor);
        "[  ]" "slower / faster by a semitone":
            char('[') => Act(Action::Speed(1.0 / SPEED_STEP)), char(']') => Act(Action::Speed(SPEED_STEP));
        "Backspace" "normal speed": key(KeyCode::Backspace) => Act(Action::SpeedReset);
        "o  O" "less / more wow":
            char('o') => Act(Action::Knob(Knob::Wow, -0.25)), char('O') => Act(Action::Knob(Knob::Wow, 0.25));
        "l  L" "less / more flutter":
            char('l') => Act(Action::Knob(Knob::Flutter, -0.25)), char('L') => Act(Action::Knob(Knob::Flutter, 0.25));
        "h  H" "less / more hiss":
            char('h') => Act(Action::Knob(Knob::Hiss, -0.25)), char('H') => Act(Action::Knob(Knob::Hiss, 0.25));
        "d  D" "record level down / up":
            char('d') => Act(Action::Knob(Knob::Drive, -1.0)), char('D') => Act(Action::Knob(Knob::Drive, 1.0));
        "u  U" "less / more azimuth error":
            char('u') => Act(Action::Knob(Knob::Azimuth, -0.25)), char('U') => Act(Action::Knob(Knob::Azimuth, 0.25));
        "v  V" "less / more wear":
            char('v') => Act(Action::Knob(Knob::Wear, -0.25)), char('V') => Act(Action::Knob(Knob::Wear, 0.25));
        "x" "all knobs back to the deck's own values": char('x') => Act(Action::KnobsReset);
        "p  P" "next / previous preset":
            char('p') => Act(Action::Switch(Switch::Preset, 1)), char('P') => Act(Action::Switch(Switch::Preset, -1));
        "g  G" "next / previous deck":
            char('g') => Act(Action::Switch(Switch::Deck, 1)), char('G') => Act(Action::Switch(Switch::Deck, -1));
        "y  Y" "next / previous tape":
            char('y') => Act(Action::Switch(Switch::Tape, 1)), char('Y') => Act(Action::Switch(Switch::Tape, -1));
        "i  I" "noise reduction: recording / playback":
            char('i') => Act(Action::Switch(Switch::NrRecord, 1)), char('I') => Act(Action::Switch(Switch::NrPlay, 1));
        "{  }" "less / more bias":
            char('{') => Act(Action::Switch(Switch::Bias, -1)), char('}') => Act(Action::Switch(Switch::Bias, 1));
        ";  :" "tape selector (EQ): recorder / deck":
            char(';') => Act(Action::Switch(Switch::RecordEq, 1)), char(':') => Act(Action::Switch(Switch::PlayEq, 1));
        "F" "a fresh tape (press twice)": char('F') => Act(Action::FreshTape);
        "z" "mechanical noises on / off": char('z') => Act(Action::Noises);
    }
    Screen {
        "Tab" "next page of the card (with Shift: previous)":
            key(KeyCode::Tab) => See(NextPage), shift(KeyCode::BackTab) => See(PreviousPage), key(KeyCode::BackTab) => See(PreviousPage);
        "PgUp PgDn" "page up / down":
            key(KeyCode::PageUp) => See(PageUp), key(KeyCode::PageDown) => See(PageDown);
        "Home End" "first / last": key(KeyCode::Home) => See(First), key(KeyCode::End) => See(Last);
        "T" "next theme": char('T') => See(Theme);
        "?" "this help": char('?') => See(Help), key(KeyCode::F(1)) => See(Help);
        "Esc" "close help or search": key(KeyCode::Esc) => See(Close);
        "q" "quit (the tape keeps its place)": char('q') => Act(Action::Quit), control('c') => Act(Action::Quit);
    }
}

/// What a key asks for, if anything; `base` is what its place writes on a US
/// keyboard, where that is known. What a key writes counts first, so that
/// keyboards with Latin letters stay as they are.
pub fn action_of(event: &KeyEvent, base: Option<char>) -> Option<KeyAction> {
    // Shift is in the letter already, whatever the terminal says of it.
    let held = match event.code {
        KeyCode::Char(_) => event.modifiers & !KeyModifiers::SHIFT,
        _ => event.modifiers,
    };
    let bound = |code| {
        let mut chords = TABLE.iter().flat_map(|b| b.chords);
        let (_, action) = chords.find(|(chord, _)| *chord == Chord(code, held))?;
        Some(*action)
    };
    bound(event.code).or_else(|| match event.code {
        KeyCode::Char(c) => bound(KeyCode::Char(base.or_else(|| latin(c))?)),
        _ => None,
    })
}

/// The table as Markdown, for the README.
pub fn markdown() -> String {
    let mut out = String::from("| Key | |\n|---|---|\n");
    for group in Group::ALL {
        out += &format!("| **{}** | |\n", group.name());
        for binding in TABLE.iter().filter(|b| b.group == group) {
            let keys: Vec<_> = binding
                .keys
                .split_whitespace()
                .map(|key| format!("`{key}`"))
                .collect();
            out += &format!("| {} | {} |\n", keys.join(" "), binding.does);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let chords: Vec<_> = TABLE
            .iter()
            .flat_map(|b| b.chords)
            .map(|(c, _)| c)
            .collect();
        for (i, chord) in chords.iter().enumerate() {
            assert!(!chords[i + 1..].contains(chord), "{chord:?} is bound twice");
        }
    }

    #[test]
    fn keys_work_whatever_script_the_keyboard_writes() {
        let press = |c, held| action_of(&KeyEvent::new(KeyCode::Char(c), held), None);
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
    fn escape_never_quits_and_q_does() {
        let press = |code| action_of(&KeyEvent::new(code, KeyModifiers::NONE), None);
        assert_eq!(press(KeyCode::Esc), Some(See(Close)));
        assert_eq!(press(KeyCode::Char('q')), Some(Act(Action::Quit)));
        // Some terminals say Shift with a capital, some do not.
        let shifted = KeyEvent::new(KeyCode::Char('O'), KeyModifiers::SHIFT);
        assert_eq!(action_of(&shifted, None), press(KeyCode::Char('O')));
        assert_eq!(
            action_of(
                &KeyEvent::new(KeyCode::Char('q'), KeyModifiers::CONTROL),
                None
            ),
            None
        );
    }
}
