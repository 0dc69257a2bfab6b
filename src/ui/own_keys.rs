//! Keys that the listener binds in `config.toml`: `[keys]`, each a key and what
//! it does, in place of what is bound to it here.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keys::{Binding, Chord, Group, KeyAction, ScreenAction, set_rows, table};

/// What may be asked of the screen, beside the actions of the machine.
const SCREEN: [(&str, ScreenAction); 18] = [
    ("help", ScreenAction::Help),
    ("next-page", ScreenAction::NextPage),
    ("previous-page", ScreenAction::PreviousPage),
    ("up", ScreenAction::Up),
    ("down", ScreenAction::Down),
    ("less", ScreenAction::Less),
    ("more", ScreenAction::More),
    ("page-up", ScreenAction::PageUp),
    ("page-down", ScreenAction::PageDown),
    ("first", ScreenAction::First),
    ("last", ScreenAction::Last),
    ("choose", ScreenAction::Choose),
    ("close", ScreenAction::Close),
    ("find", ScreenAction::Find),
    ("shelf", ScreenAction::Shelf),
    ("blank-tape", ScreenAction::Blank),
    ("theme", ScreenAction::Theme),
    ("picture", ScreenAction::Picture),
];

/// Keys that are more than a letter.
const NAMED: [(&str, KeyCode); 15] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("page-up", KeyCode::PageUp),
    ("page-down", KeyCode::PageDown),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
];

const HELD: [(&str, KeyModifiers); 3] = [
    ("ctrl-", KeyModifiers::CONTROL),
    ("alt-", KeyModifiers::ALT),
    ("shift-", KeyModifiers::SHIFT),
];

/// A line of `[keys]` that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbound {
    /// No such key.
    #[error(
        "`{0}` is no key; write a letter, `space`, `left`, `f5` … with `ctrl-`, `alt-` or `shift-` before it"
    )]
    Key(String),
    /// Nothing that a key can do.
    #[error(
        "`{0}` is nothing that a key does; `afterdark do --help` lists the actions, `none` frees a key"
    )]
    Action(String),
    /// The key that ends the program whatever happens.
    #[error("`ctrl-c` always quits; bind another key")]
    Quit,
}

/// Binds the listener's own keys, each with what it does, before the first is
/// pressed.
///
/// # Errors
/// At the first that cannot be bound.
pub fn bind_own(own: &BTreeMap<String, String>) -> Result<(), Unbound> {
    set_rows(bind(table(), own)?);
    Ok(())
}

/// The table with the listener's own keys before all others, and without what
/// those were bound to.
///
/// # Errors
/// At the first line that cannot be used.
fn bind(table: Vec<Binding>, own: &BTreeMap<String, String>) -> Result<Vec<Binding>, Unbound> {
    let mut bound = Vec::new();
    let mut taken = Vec::new();
    for (keys, does) in own {
        let chord = chord(keys).ok_or_else(|| Unbound::Key(keys.clone()))?;
        if chord == Chord::QUIT {
            return Err(Unbound::Quit);
        }
        taken.push(chord);
        if does == "none" {
            continue;
        }
        let action = action(does).ok_or_else(|| Unbound::Action(does.clone()))?;
        bound.push(Binding {
            keys: keys.clone(),
            does: does.clone(),
            group: Group::Own,
            chords: vec![(chord, action)],
        });
    }
    let left = table.into_iter().filter_map(|row| row.without(&taken));
    bound.extend(left);
    Ok(bound)
}

/// A key by its name, as it is pressed.
pub fn event(words: &str) -> Option<KeyEvent> {
    chord(words).map(|Chord(code, held)| KeyEvent::new(code, held))
}

fn chord(words: &str) -> Option<Chord> {
    let mut rest = words;
    let mut held = KeyModifiers::NONE;
    while let Some((name, key)) = HELD.iter().find(|(name, _)| rest.starts_with(name)) {
        // The key `-` itself.
        if rest.len() == name.len() {
            break;
        }
        held |= *key;
        rest = &rest[name.len()..];
    }
    let mut letters = rest.chars();
    let code = match (letters.next(), letters.next()) {
        (Some(letter), None) => KeyCode::Char(letter),
        _ => match NAMED.iter().find(|(name, _)| *name == rest) {
            Some((_, code)) => *code,
            None => KeyCode::F(
                rest.strip_prefix('f')?
                    .parse()
                    .ok()
                    .filter(|n| (1..=24).contains(n))?,
            ),
        },
    };
    // A capital letter says Shift already.
    match code {
        KeyCode::Char(letter) if held.contains(KeyModifiers::SHIFT) => {
            let mut upper = letter.to_uppercase();
            let shifted = upper.next().filter(|upper| *upper != letter)?;
            Some(Chord(KeyCode::Char(shifted), held - KeyModifiers::SHIFT))
        }
        KeyCode::Tab if held == KeyModifiers::SHIFT => Some(Chord(KeyCode::BackTab, held)),
        code => Some(Chord(code, held)),
    }
}

fn action(words: &str) -> Option<KeyAction> {
    let screen = SCREEN.iter().find(|(name, _)| *name == words);
    match screen {
        Some((_, action)) => Some(KeyAction::Screen(*action)),
        None => words.parse().ok().map(KeyAction::Act),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(lines: &[(&str, &str)]) -> Result<Vec<Binding>, Unbound> {
        let lines = lines
            .iter()
            .map(|(k, a)| ((*k).to_owned(), (*a).to_owned()));
        bind(table(), &lines.collect())
    }

    #[test]
    fn own_keys_take_the_place_of_others() {
        let rows = own(&[("h", "hiss +1"), ("ctrl-left", "seek -60"), ("q", "none")]).unwrap();
        let all = || rows.iter().flat_map(|row| &row.chords);
        let of = |wanted: &str| {
            let wanted = chord(wanted).unwrap();
            let mut found = all().filter(|(chord, _)| *chord == wanted);
            (found.next().map(|(_, action)| action.clone()), found.next())
        };
        assert_eq!(of("h"), (action("hiss +1"), None));
        assert_eq!(of("ctrl-left"), (action("seek -60"), None));
        assert_eq!(of("q"), (None, None));
        // What else is in their rows stays, and the help says no more than that.
        assert!(of("l").0.is_some());
        let row = |does: &str| rows.iter().find(|row| row.does.starts_with(does));
        assert_eq!(row("back / forward 5 s").unwrap().keys, "← → l");
        assert!(row("quit").is_some_and(|row| !row.keys.contains('q')));
    }

    #[test]
    fn what_is_no_key_or_no_action_is_told() {
        for keys in ["", "ctrl-", "hyper-x", "f0", "f25", "pgup", "shift-1"] {
            assert_eq!(
                own(&[(keys, "stop")]).err(),
                Some(Unbound::Key(keys.into()))
            );
        }
        assert_eq!(own(&[("ctrl-c", "stop")]).err(), Some(Unbound::Quit));
        let none = own(&[("-", "boil an egg")]).err();
        assert_eq!(none, Some(Unbound::Action("boil an egg".into())));
        for (keys, code) in [("alt--", '-'), ("shift-a", 'A'), ("é", 'é')] {
            assert_eq!(chord(keys).unwrap().0, KeyCode::Char(code), "{keys}");
        }
    }
}
