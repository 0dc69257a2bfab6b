//! The tape that is being made: both sides, and what is left of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::pen::{bold, ink, run, select, write, write_right};
use crate::shelf::BlankTape;
use crate::ui::frame::Frame;
use crate::ui::shelf::{Field, Shelf};
use afterdark_media::text::clock;
use afterdark_tape::cassette::Side;

/// What is left of a side: `12:30`, or what it is too full by, `−0:42`.
fn remaining(tape: &BlankTape, side: Side) -> String {
    let left = tape.left_s(side);
    if left < 0.0 {
        format!("−{}", clock((-left).ceil()))
    } else {
        clock(left.floor())
    }
}

/// What is left of both sides, in a line that is always there.
pub fn left(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) {
    let look = &frame.theme().card;
    let Some(tape) = &shelf.making.tape else {
        return;
    };
    let [a, b] = Side::BOTH.map(|side| remaining(tape, side));
    let words = format!("{}  A {a} left  B {b} left", tape.length());
    let used = write(
        buffer,
        (area.x, area.y),
        area.width,
        &words,
        bold(look.second),
    );
    let room = area.width.saturating_sub(used + 2);
    if room > 8 {
        let name = Rect::new(area.right() - room, area.y, room, 1);
        write_right(buffer, name, tape.name(), ink(look.dim));
    }
}

/// Draws the tape's card.
pub fn draw(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) {
    let look = &frame.theme().card;
    let Some(tape) = &shelf.making.tape else {
        return;
    };
    let mut y = area.y;
    let writing = shelf.making.field.as_ref().map(|(field, _)| *field);
    for (field, name, words) in [
        (Field::Title, "t title", &tape.title),
        (Field::Notes, "n notes", &tape.notes),
    ] {
        if y >= area.bottom() || field == Field::Notes && area.height < 10 {
            continue;
        }
        let is_on = writing == Some(field);
        let used = write(buffer, (area.x, y), area.width, name, ink(look.dim)) + 2;
        let room = area.width.saturating_sub(used + 1);
        let style = if field == Field::Title {
            bold(look.text)
        } else {
            ink(look.text)
        };
        let x = area.x + used;
        let used = write(buffer, (x, y), room, words, style);
        if is_on {
            write(buffer, (x + used, y), 1, "▏", bold(look.accent));
        } else if words.is_empty() {
            write(buffer, (x, y), room, "—", ink(look.rule));
        }
        y += 1;
    }
    let asked = tape.request();
    let of = |name: &Option<String>| name.clone().unwrap_or_else(|| "—".to_owned());
    let facts = format!(
        "l {}   g {} s between songs   d deck {}   y tape {}   i NR {}",
        tape.length(),
        tape.gap_s(),
        of(&asked.deck),
        of(&asked.tape),
        of(&asked.nr)
    );
    write(buffer, (area.x, y), area.width, &facts, ink(look.dim));
    y += if area.height >= 12 { 2 } else { 1 };
    let body = Rect {
        y,
        height: area.bottom().saturating_sub(y),
        ..area
    };
    if body.width >= 60 {
        let half = body.width / 2 - 1;
        side(
            frame,
            shelf,
            tape,
            buffer,
            Rect {
                width: half,
                ..body
            },
            Side::A,
        );
        let right = Rect {
            x: body.right() - half,
            width: half,
            ..body
        };
        side(frame, shelf, tape, buffer, right, Side::B);
        return;
    }
    // One under the other; the side with the chosen song gets what it needs.
    let wanted = |side: Side| tape.songs(side).len().max(1) as u16 + 1;
    let (on, _) = shelf.making.chosen();
    let other = wanted(on.other()).min((body.height / 2).max(2));
    let this = wanted(on).min(body.height.saturating_sub(other + 1));
    let a = if on == Side::A { this } else { other };
    side(
        frame,
        shelf,
        tape,
        buffer,
        Rect { height: a, ..body },
        Side::A,
    );
    let below = Rect {
        y: body.y + a + 1,
        height: body.height.saturating_sub(a + 1),
        ..body
    };
    side(frame, shelf, tape, buffer, below, Side::B);
}

fn side(
    frame: &Frame,
    shelf: &Shelf,
    tape: &BlankTape,
    buffer: &mut Buffer,
    area: Rect,
    side: Side,
) {
    if area.height == 0 {
        return;
    }
    let (look, screen) = (&frame.theme().card, &frame.theme().screen);
    let head = Rect { height: 1, ..area };
    let name = format!("SIDE {}", side.name());
    let used = write(
        buffer,
        (area.x, area.y),
        area.width,
        &name,
        bold(look.accent),
    );
    let left = tape.left_s(side);
    let color = if left < 0.0 { screen.bad } else { look.second };
    let words = format!("{} left", remaining(tape, side));
    let end = write_right(buffer, head, &words, bold(color));
    bar(
        frame,
        buffer,
        head,
        used + 1,
        end + 1,
        1.0 - left / tape.length().side_s(),
    );
    let (chosen_side, chosen) = shelf.making.chosen();
    let songs = tape.songs(side);
    let height = usize::from(area.height - 1);
    let first = if chosen_side == side {
        chosen
            .saturating_sub(height / 2)
            .min(songs.len().saturating_sub(height))
    } else {
        0
    };
    if songs.is_empty() {
        write(
            buffer,
            (area.x + 2, area.y + 1),
            area.width,
            "blank tape",
            ink(look.dim),
        );
    }
    for (n, song) in songs.iter().enumerate().skip(first).take(height) {
        let place = Rect::new(area.x, area.y + 1 + (n - first) as u16, area.width, 1);
        let is_chosen = (chosen_side, chosen) == (side, n);
        let style = if is_chosen {
            select(buffer, place, screen)
        } else {
            ink(look.text)
        };
        let dim = if is_chosen { style } else { ink(look.dim) };
        let number = format!("{:>2}", n + 1);
        write(buffer, (place.x, place.y), 3, &number, dim);
        let time = song.seconds.map(clock).unwrap_or_default();
        let used = write_right(buffer, place, &time, dim);
        let room = place.width.saturating_sub(used + 5);
        let used = write(buffer, (place.x + 4, place.y), room, &song.title, style);
        if !song.artist.is_empty() && room > used + 5 {
            let words = format!("· {}", song.artist);
            let x = place.x + 5 + used;
            write(buffer, (x, place.y), room - used - 1, &words, dim);
        }
    }
}

/// How full a side is.
fn bar(frame: &Frame, buffer: &mut Buffer, head: Rect, from: u16, end: u16, part: f64) {
    let look = &frame.theme().card;
    let width = head.width.saturating_sub(from + end);
    if width < 4 {
        return;
    }
    let full = (part.clamp(0.0, 1.0) * f64::from(width)).round() as u16;
    let x = head.x + from;
    run(buffer, (x, head.y), full, "━", ink(look.accent));
    run(
        buffer,
        (x + full, head.y),
        width - full,
        "─",
        ink(look.rule),
    );
}
