//! What keys terminals mean by their codes.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// What comes from the terminal.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// What it is.
    pub event: Event,
    /// What the key's place writes on a US keyboard, where the terminal says so.
    pub base: Option<char>,
}

impl From<Event> for Input {
    fn from(event: Event) -> Self {
        Self { event, base: None }
    }
}

pub(super) fn key(code: KeyCode, held: KeyModifiers) -> Input {
    Event::Key(KeyEvent::new(code, held)).into()
}

/// Modifiers, `1 + bits`; what follows a colon is the kind of event.
pub(super) fn held(field: &str) -> KeyModifiers {
    let number = field.split(':').next().unwrap_or_default();
    let bits = number.parse::<u16>().unwrap_or(1).saturating_sub(1);
    let mut held = KeyModifiers::NONE;
    for (bit, modifier) in [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
    ] {
        if bits & bit != 0 {
            held |= modifier;
        }
    }
    held
}

/// The key of `CSI letter` and `SS3 letter`.
pub(super) fn arrow(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(letter - b'P' + 1),
        _ => return None,
    })
}

/// The key of `CSI number ~`.
pub(super) fn numbered(number: u8) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number - 10),
        17..=21 => KeyCode::F(number - 11),
        23..=24 => KeyCode::F(number - 12),
        _ => return None,
    })
}

/// A key by kitty's protocol: `code:shifted:base`, modifiers, text.
pub(super) fn kitty(codes: &str, held: KeyModifiers, text: &str) -> Option<Input> {
    let mut codes = codes.split(':').map(|code| code.parse::<u32>().ok());
    let code = codes.next()??;
    let shifted = codes.next().flatten().and_then(char::from_u32);
    let base = codes.next().flatten().and_then(char::from_u32);
    let named = match code {
        9 if held.contains(KeyModifiers::SHIFT) => Some(KeyCode::BackTab),
        9 => Some(KeyCode::Tab),
        13 | 57_414 => Some(KeyCode::Enter),
        27 => Some(KeyCode::Esc),
        127 => Some(KeyCode::Backspace),
        57_399..=57_408 => char::from_digit(code - 57_399, 10).map(KeyCode::Char),
        57_409..=57_413 => b"./*-+"
            .get((code - 57_409) as usize)
            .map(|c| KeyCode::Char((*c).into())),
        57_417 => Some(KeyCode::Left),
        57_418 => Some(KeyCode::Right),
        57_419 => Some(KeyCode::Up),
        57_420 => Some(KeyCode::Down),
        57_421 => Some(KeyCode::PageUp),
        57_422 => Some(KeyCode::PageDown),
        57_423 => Some(KeyCode::Home),
        57_424 => Some(KeyCode::End),
        // Keys that only hold, lock or belong to the system.
        57_344..=63_743 => return None,
        _ => None,
    };
    if let Some(code) = named {
        return Some(key(code, held));
    }
    let mut written = text
        .split(':')
        .filter_map(|c| char::from_u32(c.parse().ok()?));
    let is_shifted = held.contains(KeyModifiers::SHIFT);
    let c = written
        .next()
        .or(shifted.filter(|_| is_shifted))
        .or(char::from_u32(code).filter(|c| *c != '\0'))?;
    let base = base.map(|base| if is_shifted { us_shifted(base) } else { base });
    Some(Input {
        base,
        ..key(KeyCode::Char(c), held)
    })
}

/// What Shift makes of a key of a US keyboard.
fn us_shifted(c: char) -> char {
    const KEYS: &str = "1234567890-=[]\\;',./`";
    const SHIFTED: &str = "!@#$%^&*()_+{}|:\"<>?~";
    let at = KEYS.chars().position(|key| key == c);
    let shifted = at.and_then(|at| SHIFTED.chars().nth(at));
    shifted.unwrap_or_else(|| c.to_ascii_uppercase())
}
