//! The last line: a message or the most used keys, and where the sound goes.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::{bold, ink, write, write_right};
use super::said;
use crate::deck::Motion;
use crate::ui::frame::Frame;
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
fn shelf(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) {
    let screen = &frame.theme().screen;
    if let Some((words, bad)) = &shelf.said {
        let color = if *bad { screen.bad } else { screen.second };
        write(buffer, (area.x, area.y), area.width, words, bold(color));
        return;
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
        return;
    }
    let hints: &[_] = match shelf.tab {
        Tab::Blank => &MAKING,
        _ => &SHELF,
    };
    hang_hints(frame, buffer, area, hints);
}

fn hang_hints(frame: &Frame, buffer: &mut Buffer, area: Rect, hints: &[(&str, &str)]) {
    let screen = &frame.theme().screen;
    let mut x = area.x;
    for &(keys, does) in hints {
        let width = (text::width(keys) + 1 + text::width(does)) as u16;
        if x + width > area.right() {
            continue;
        }
        x += write(buffer, (x, area.y), width, keys, ink(screen.second)) + 1;
        x += write(buffer, (x, area.y), width, does, ink(screen.dim)) + 2;
    }
}

/// Draws the line.
pub fn draw(frame: &Frame, buffer: &mut Buffer) {
    let area = frame.layout.status;
    if area.is_empty() {
        return;
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
        self::shelf(frame, shelf, buffer, area);
        return;
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
        hang_hints(frame, buffer, keys, &OFFER);
        return;
    }
    if let Some(message) = message {
        let color = if message.is_bad() {
            screen.bad
        } else {
            screen.second
        };
        let words = said::sentence(message);
        write(buffer, (area.x, area.y), room, &words, bold(color));
        return;
    }
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
        return;
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
        x += write(buffer, (x, area.y), width, keys, ink(screen.second)) + 1;
        x += write(buffer, (x, area.y), width, does, ink(screen.dim)) + 2;
    }
}
