//! All keys, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::{bold, ink, paper, run, write, write_right};
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::keys::{Group, rows};
use afterdark_media::text;

/// Columns of the keys.
const KEYS: u16 = 14;
/// Least columns for what they do, where several stand side by side.
const LEAST: u16 = 32;

/// Which groups stand under one another, for one to three columns.
const ORDERS: [&[&[Group]]; 3] = [
    &[&Group::ALL],
    &[
        &[Group::Tape, Group::Songs],
        &[Group::Own, Group::Sound, Group::Deck, Group::Screen],
    ],
    &[
        &[Group::Tape, Group::Screen],
        &[Group::Own, Group::Songs, Group::Sound],
        &[Group::Deck],
    ],
];

/// One line of a column.
enum Line {
    Empty,
    Head(&'static str),
    /// Keys, and what they do or go on to do.
    Key(&'static str, String),
}

/// Draws the table: two columns where there is room, three where two would be
/// too high, one that scrolls on a small screen.
pub fn draw(frame: &Frame, buffer: &mut Buffer) -> Drawn {
    let screen = frame.theme().screen;
    let card = frame.theme().card;
    let area = buffer.area;
    let inner = area.height.saturating_sub(2);
    let longest = rows().iter().map(|b| text::width(&b.does)).max();
    let longest = longest.unwrap_or(0) as u16;
    let set = |order: &[&[Group]]| -> (u16, Vec<Vec<Line>>) {
        let column = (area.width.saturating_sub(4) / order.len() as u16).min(KEYS + longest + 3);
        let does = column.saturating_sub(KEYS + 2);
        (column, order.iter().map(|g| lines(g, does)).collect())
    };
    let wide = |order: &&&[&[Group]]| {
        area.width.saturating_sub(4) / order.len() as u16 >= KEYS + LEAST + 2
    };
    let high = |columns: &[Vec<Line>]| columns.iter().map(Vec::len).max().unwrap_or(0) as u16;
    let mut sets: Vec<_> = ORDERS.iter().skip(1).filter(wide).map(|o| set(o)).collect();
    let fits = sets.iter().position(|(_, columns)| high(columns) <= inner);
    let (column, columns) = match fits {
        Some(n) => sets.swap_remove(n),
        None => sets.pop().unwrap_or_else(|| set(ORDERS[0])),
    };
    let all = high(&columns);
    let mut width = (column * columns.len() as u16 + 4).min(area.width);
    let mut height = (all + 2).min(area.height);
    // No shreds of what is below at the edges.
    if area.width - width < 16 || area.height - height < 6 {
        (width, height) = (area.width, area.height);
    }
    let sheet = Rect::new(
        (area.width - width) / 2,
        (area.height - height) / 2,
        width,
        height,
    );
    let ground = card.paper.mix(screen.back, 0.35);
    paper(buffer, sheet, ground, card.text);
    border(buffer, sheet, ink(card.rule));
    let top = Rect::new(sheet.x + 2, sheet.y, sheet.width.saturating_sub(4), 1);
    write(buffer, (top.x, top.y), top.width, " KEYS ", bold(card.text));
    write_right(buffer, top, " esc closes ", ink(card.dim));
    // Too low a screen: let the table scroll.
    let most = all.saturating_sub(height.saturating_sub(2));
    let from = frame.state.scroll.min(usize::from(most));
    if most > 0 {
        let last = Rect::new(
            sheet.x,
            sheet.bottom() - 1,
            sheet.width.saturating_sub(2),
            1,
        );
        write_right(buffer, last, " ↑ ↓ for more ", ink(card.dim));
    }
    for (i, lines) in columns.iter().enumerate() {
        let x = sheet.x + 2 + i as u16 * column;
        let room = sheet.right().saturating_sub(x + 1).min(column);
        let rows = sheet.y + 1..sheet.bottom().saturating_sub(1);
        for (line, y) in lines.iter().skip(from).zip(rows) {
            match line {
                Line::Empty => {}
                Line::Head(words) => {
                    write(buffer, (x, y), room, words, bold(card.accent));
                }
                Line::Key(keys, does) => {
                    write(buffer, (x, y), KEYS - 1, keys, ink(card.second));
                    let room = room.saturating_sub(KEYS);
                    write(buffer, (x + KEYS, y), room, does, ink(card.text));
                }
            }
        }
    }
    Drawn {
        hits: vec![(sheet, Hit::List)],
        most_scroll: Some(usize::from(most)),
        ..Drawn::default()
    }
}

/// A line round a sheet.
fn border(buffer: &mut Buffer, sheet: Rect, style: Style) {
    let (right, bottom) = (
        sheet.right().saturating_sub(1),
        sheet.bottom().saturating_sub(1),
    );
    run(buffer, (sheet.x, sheet.y), sheet.width, "─", style);
    run(buffer, (sheet.x, bottom), sheet.width, "─", style);
    for y in sheet.y..=bottom {
        run(buffer, (sheet.x, y), 1, "│", style);
        run(buffer, (right, y), 1, "│", style);
    }
    for (place, corner) in [
        ((sheet.x, sheet.y), "╭"),
        ((right, sheet.y), "╮"),
        ((sheet.x, bottom), "╰"),
        ((right, bottom), "╯"),
    ] {
        run(buffer, place, 1, corner, style);
    }
}

/// The lines of some groups, where what a key does has this many columns.
fn lines(groups: &[Group], columns: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in groups {
        let mut bindings = rows().iter().filter(|b| b.group == *group).peekable();
        if bindings.peek().is_none() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::Empty);
        }
        lines.push(Line::Head(group.name()));
        for binding in bindings {
            let mut keys = binding.keys.as_str();
            for does in text::wrap(&binding.does, usize::from(columns)) {
                lines.push(Line::Key(std::mem::take(&mut keys), does));
            }
        }
    }
    lines
}
