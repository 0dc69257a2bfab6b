//! All keys, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::{bold, ink, paper, write, write_right};
use crate::ui::app::App;
use crate::ui::keys::{Group, TABLE};
use crate::ui::text;

/// Columns of the keys and of what they do.
const KEYS: u16 = 19;

/// Draws the table in as many columns as fit.
pub fn draw(app: &mut App, buffer: &mut Buffer) {
    let screen = app.theme.screen;
    let card = app.theme.card;
    let area = buffer.area;
    let does = TABLE.iter().map(|b| text::width(b.does)).max().unwrap_or(0) as u16;
    let column = KEYS + does + 2;
    // Two columns: the machine and the screen, songs and sound.
    let wide = area.width >= column * 2 + 6;
    let columns: &[&[Group]] = if wide {
        &[&[Group::Tape, Group::Songs], &[Group::Sound, Group::Screen]]
    } else {
        &[&Group::ALL]
    };
    let count = |groups: &[Group]| -> u16 {
        let lines = TABLE.iter().filter(|b| groups.contains(&b.group)).count();
        (lines + groups.len() * 2) as u16 - 1
    };
    let height = columns.iter().map(|g| count(g)).max().unwrap_or(0) + 2;
    let width = (column * columns.len() as u16 + 4).min(area.width);
    let height = height.min(area.height);
    let sheet = Rect::new(
        (area.width - width) / 2,
        (area.height - height) / 2,
        width,
        height,
    );
    let ground = card.paper.mix(screen.back, 0.35);
    paper(buffer, sheet, ground, card.text);
    // Too low a screen: let the table scroll.
    let most = if wide {
        0
    } else {
        count(&Group::ALL).saturating_sub(height - 2)
    };
    app.scroll = app.scroll.min(usize::from(most));
    let from = app.scroll;
    if most > 0 {
        let last = Rect::new(sheet.x, sheet.bottom() - 1, sheet.width - 2, 1);
        write_right(buffer, last, "↑ ↓ for more", ink(card.dim));
    }
    for (i, groups) in columns.iter().enumerate() {
        let x = sheet.x + 2 + i as u16 * column;
        let mut lines: Vec<(&str, &str)> = Vec::new();
        for group in *groups {
            if !lines.is_empty() {
                lines.push(("", ""));
            }
            lines.push((group.name(), ""));
            lines.extend(
                TABLE
                    .iter()
                    .filter(|b| b.group == *group)
                    .map(|b| (b.keys, b.does)),
            );
        }
        for ((keys, does), y) in lines
            .into_iter()
            .skip(from)
            .zip(sheet.y + 1..sheet.bottom() - 1)
        {
            let room = sheet.right().saturating_sub(x + 1);
            if does.is_empty() {
                write(buffer, (x, y), room, keys, bold(card.accent));
                continue;
            }
            write(buffer, (x, y), KEYS - 1, keys, ink(card.second));
            write(
                buffer,
                (x + KEYS, y),
                room.saturating_sub(KEYS),
                does,
                ink(card.text),
            );
        }
    }
}
