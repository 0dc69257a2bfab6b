//! The last line: a message or the most used keys, and where the sound goes.

use std::path::PathBuf;

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::{bold, ink, write, write_right};
use super::said;
use crate::deck::Motion;
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::model::{OutputState, Said};
use crate::ui::shelf::{Shelf, Tab};
use crate::ui::state::Page;
use afterdark_media::text;

const HINTS: [(&str, &str); 10] = [
    ("space", "play"),
    ("f", "flip"),
    ("← →", "seek"),
    ("n b", "song"),
    ("r w", "wind"),
    ("t", "tape/source"),
    ("tab", "page"),
    ("/", "find"),
    ("?", "keys"),
    ("q", "quit"),
];

/// The same while a search takes the keys.
const FINDING: [(&str, &str); 3] = [("↑ ↓", "choose"), ("enter", "play"), ("esc", "close")];

/// The same while pasted paths are offered.
const OFFER: [(&str, &str); 2] = [("enter", "put in"), ("esc", "leave")];

/// What was pasted, as a tape.
fn offer(paths: &[PathBuf]) -> String {
    let name = paths.first().and_then(|path| path.file_name());
    let name = name.map_or_else(String::new, |name| text::clean(&name.to_string_lossy()));
    match paths.len() {
        1 => format!("“{name}” on a tape?"),
        n => format!("“{name}” and {} more on a tape?", n - 1),
    }
}

/// The same before the shelf.
const SHELF: [(&str, &str); 10] = [
    ("enter", "put in"),
    ("space", "look in"),
    ("+", "record"),
    ("tab", "page"),
    ("esc", "close"),
    ("^N", "next tape"),
    ("o", "order"),
    ("^L", "list"),
    ("^E", "edit"),
    ("−", "take off"),
];
const MAKING: [(&str, &str); 10] = [
    ("enter", "put in"),
    ("s", "save"),
    ("t", "title"),
    ("−", "take off"),
    ("x", "other side"),
    ("f", "fit"),
    ("tab", "page"),
    ("shift ↑ ↓", "move"),
    ("N", "another"),
    ("esc", "back"),
];

/// What has happened before the shelf, or its keys.
fn shelf(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) -> Drawn {
    let screen = &frame.theme().screen;
    if let Some((words, bad)) = &shelf.said {
        let color = if *bad { screen.bad } else { screen.second };
        write(buffer, (area.x, area.y), area.width, words, bold(color));
        return Drawn::default();
    }
    if let Some(message @ Said::Waiting(_)) = &frame.view.said {
        let words = said::sentence(message);
        write(
            buffer,
            (area.x, area.y),
            area.width,
            &words,
            bold(screen.second),
        );
        return Drawn::default();
    }
    let hints: &[_] = match shelf.tab {
        Tab::Blank => &MAKING,
        _ => &SHELF,
    };
    hang_hints(frame, buffer, area, hints)
}

fn hang_hints(frame: &Frame, buffer: &mut Buffer, area: Rect, hints: &[(&str, &str)]) -> Drawn {
    let mut drawn = Drawn::default();
    let screen = &frame.theme().screen;
    let mut x = area.x;
    for &(keys, does) in hints {
        let width = (text::width(keys) + 1 + text::width(does)) as u16;
        if x + width > area.right() {
            continue;
        }
        can_be_hit(&mut drawn, (x, area.y), keys, width);
        x += write(buffer, (x, area.y), width, keys, ink(screen.second)) + 1;
        x += write(buffer, (x, area.y), width, does, ink(screen.dim)) + 2;
    }
    drawn
}

/// Draws the line.
pub fn draw(frame: &Frame, buffer: &mut Buffer) -> Drawn {
    let area = frame.layout.status;
    if area.is_empty() {
        return Drawn::default();
    }
    let screen = &frame.theme().screen;
    let area = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    let view = frame.view;
    let mut output = said::output(&view.output);
    if let Some(timer) = said::timer(view.sleep, view.repeat) {
        output = format!("{timer} · {output}");
    }
    if view.underruns > 0 {
        let s = if view.underruns == 1 { "" } else { "s" };
        output = format!("{output} · {} gap{s} in the sound", view.underruns);
    }
    let lost = view.output == OutputState::Lost;
    let color = if lost { screen.bad } else { screen.dim };
    if let Some(shelf) = frame.state.shelf() {
        return self::shelf(frame, shelf, buffer, area);
    }
    let message = view.said.as_ref();
    let room = if message.is_some() {
        area.width / 3
    } else {
        area.width / 2
    };
    let place = Rect::new(area.right() - room, area.y, room, 1);
    let used = if area.width >= 60 || message.is_none() && lost {
        write_right(buffer, place, &output, ink(color))
    } else {
        0
    };
    let room = area.width.saturating_sub(used + 2);
    if let Some(paths) = &frame.state.offer {
        let words = offer(paths);
        let used = write(buffer, (area.x, area.y), room, &words, bold(screen.second));
        let mut keys = area;
        keys.x += used + 2;
        keys.width = (area.x + room).saturating_sub(keys.x);
        return hang_hints(frame, buffer, keys, &OFFER);
    }
    if let Some(message) = message {
        let color = if message.is_bad() {
            screen.bad
        } else {
            screen.second
        };
        let words = said::sentence(message);
        write(buffer, (area.x, area.y), room, &words, bold(color));
        return Drawn::default();
    }
    let mut drawn = Drawn::default();
    let mut x = area.x;
    // Why the chosen song is blank, which the list has no room for.
    let chosen = frame
        .view
        .card
        .songs
        .get(frame.state.selected)
        .filter(|_| frame.state.page == Page::Songs && frame.state.find.is_none());
    if let Some((song, why)) = chosen.and_then(|song| Some((song, song.blank.as_ref()?))) {
        let words = format!("“{}” can't be played: {why}", song.title);
        write(buffer, (area.x, area.y), room, &words, ink(screen.bad));
        return drawn;
    }
    let hints: &[_] = if frame.state.find.is_some() {
        &FINDING
    } else {
        &HINTS
    };
    for &(keys, does) in hints {
        let does = if (keys, frame.view.deck.motion) == ("space", Motion::Playing) {
            "pause"
        } else {
            does
        };
        let width = (text::width(keys) + 1 + text::width(does)) as u16;
        // Leave the way to all the others in sight.
        let reserve = if keys == "?" || keys == "q" || frame.state.find.is_some() {
            0
        } else {
            16
        };
        if x + width + reserve > area.x + room {
            continue;
        }
        can_be_hit(&mut drawn, (x, area.y), keys, width);
        x += write(buffer, (x, area.y), width, keys, ink(screen.second)) + 1;
        x += write(buffer, (x, area.y), width, does, ink(screen.dim)) + 2;
    }
    drawn
}

/// Has each key of a hint answer where it stands, and the first where its words do.
fn can_be_hit(drawn: &mut Drawn, (x, y): (u16, u16), keys: &str, width: u16) {
    let code = |name: &str| match name {
        "space" => Some(KeyCode::Char(' ')),
        "enter" => Some(KeyCode::Enter),
        "tab" => Some(KeyCode::Tab),
        "esc" => Some(KeyCode::Esc),
        "←" => Some(KeyCode::Left),
        "→" => Some(KeyCode::Right),
        "↑" => Some(KeyCode::Up),
        "↓" => Some(KeyCode::Down),
        "−" => Some(KeyCode::Char('-')),
        _ => {
            let mut letters = name.chars();
            letters
                .next()
                .filter(|_| letters.next().is_none())
                .map(KeyCode::Char)
        }
    };
    if let Some(first) = keys.split(' ').next().and_then(code) {
        drawn.hit(Rect::new(x, y, width, 1), Hit::Press(first));
    }
    let mut at = x;
    for name in keys.split(' ') {
        let width = text::width(name) as u16;
        if let Some(code) = code(name) {
            drawn.hit(Rect::new(at, y, width, 1), Hit::Press(code));
        }
        at += width + 1;
    }
}
