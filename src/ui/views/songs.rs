//! The songs of both sides.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::pen::{bold, ink, run, scrollbar, write, write_right};
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::model::{Card, SongLine};
use afterdark_media::text;
use afterdark_tape::cassette::Side;

/// A line of the list.
enum Row<'a> {
    Head(Side),
    Song(usize, &'a SongLine),
    Empty,
}

/// Lines of the whole list.
pub fn lines(card: &Card) -> usize {
    let on_a = on_side_a(card);
    on_a + 1
        + if card.songs.len() > on_a {
            card.songs.len() - on_a + 2
        } else {
            0
        }
}

fn on_side_a(card: &Card) -> usize {
    card.songs.partition_point(|s| s.side == Side::A)
}

fn row(card: &Card, on_a: usize, n: usize) -> Row<'_> {
    if n == 0 {
        return Row::Head(Side::A);
    }
    let index = match n - 1 {
        i if i < on_a => i,
        i if i == on_a => return Row::Empty,
        i if i == on_a + 1 => return Row::Head(Side::B),
        i => i - 2,
    };
    card.songs
        .get(index)
        .map_or(Row::Empty, |song| Row::Song(index, song))
}

/// Draws the list so that the selected song is in view; gives the room that is
/// left below it.
pub fn draw(frame: &Frame, buffer: &mut Buffer, area: Rect) -> (Drawn, Rect) {
    let mut drawn = Drawn::default();
    if area.is_empty() {
        return (drawn, area);
    }
    let card = &frame.view.card;
    let all = lines(card);
    let height = usize::from(area.height);
    let on_a = on_side_a(card);
    let selected = 1 + frame.state.selected + if frame.state.selected >= on_a { 2 } else { 0 };
    let first = if all <= height {
        0
    } else {
        selected.saturating_sub(height / 2).min(all - height)
    };
    let now = frame.view.current_song();
    drawn.hit(area, Hit::List);
    for (line, n) in (first..all.min(first + height)).enumerate() {
        let place = Rect::new(area.x, area.y + line as u16, area.width, 1);
        match row(card, on_a, n) {
            Row::Empty => {}
            Row::Head(side) => {
                head(frame, buffer, place, side);
                drawn.hit(place, Hit::Side(side));
            }
            Row::Song(index, song) => {
                let marks = (
                    now == Some(index),
                    frame.state.selected == index && now != Some(index),
                );
                self::song(frame, buffer, place, song, marks);
                drawn.hit(place, Hit::Song(index));
            }
        }
    }
    if all > height {
        scrollbar(&frame.theme().card, buffer, area, first, all);
    }
    let used = all.min(height) as u16;
    let rest = Rect::new(area.x, area.y + used, area.width, area.height - used);
    (drawn, rest)
}

fn head(frame: &Frame, buffer: &mut Buffer, place: Rect, side: Side) {
    let look = &frame.theme().card;
    let on = frame.view.deck.side == side;
    let style = if on { bold(look.accent) } else { ink(look.dim) };
    let words = format!("SIDE {}", side.name());
    let used = write(buffer, (place.x, place.y), place.width, &words, style);
    let total: f64 = frame
        .view
        .card
        .songs
        .iter()
        .filter(|s| s.side == side)
        .map(|s| s.length_s)
        .sum();
    let time = text::clock(total);
    let width = time.len() as u16;
    if place.width > used + width + 4 {
        run(
            buffer,
            (place.x + used + 1, place.y),
            place.width - used - width - 3,
            "─",
            ink(look.rule),
        );
        write_right(
            buffer,
            Rect::new(place.x, place.y, place.width - 1, 1),
            &time,
            ink(look.dim),
        );
    }
}

fn song(
    frame: &Frame,
    buffer: &mut Buffer,
    place: Rect,
    song: &SongLine,
    (now, chosen): (bool, bool),
) {
    let look = &frame.theme().card;
    let screen = &frame.theme().screen;
    let base = match (now, chosen) {
        (true, _) => Style::new()
            .bg(screen.select.into())
            .fg(screen.select_text.into()),
        (_, true) => Style::new()
            .bg(look.paper.mix(screen.select, 0.5).into())
            .fg(screen.select_text.into()),
        _ => ink(look.text),
    };
    buffer.set_style(place, base);
    let number = format!("{:>2}", song.number);
    // A sign wants half the contrast of text (WCAG 2.1, 1.4.11).
    let seen = look.accent.contrast(screen.select) >= 3.0;
    let mark = if seen {
        look.accent
    } else {
        screen.select_text
    };
    write(
        buffer,
        (place.x, place.y),
        1,
        if now { "▶" } else { " " },
        ink(mark),
    );
    let number_style = if now {
        bold(screen.select_text)
    } else {
        ink(look.dim)
    };
    write(buffer, (place.x + 1, place.y), 4, &number, number_style);
    let x = place.x + 2 + (number.len() as u16).max(2);
    let time = if song.guessed {
        "–:––".to_owned()
    } else {
        text::clock(song.length_s)
    };
    let time_width = text::width(&time) as u16;
    let end = place.right().saturating_sub(time_width + 1);
    let room = end.saturating_sub(x + 1);
    if let Some(reason) = &song.blank {
        let style = ink(screen.bad).add_modifier(Modifier::ITALIC);
        let used = write(buffer, (x, place.y), room, &song.title, style);
        if room > used + 4 {
            write(
                buffer,
                (x + used + 1, place.y),
                room - used - 1,
                &format!("· {reason}"),
                ink(look.dim),
            );
        }
    } else {
        let style = if now {
            base.add_modifier(Modifier::BOLD)
        } else {
            base
        };
        let mut used = write(buffer, (x, place.y), room, &song.title, style);
        if song.continued && room > used + 3 {
            used += 1 + write(
                buffer,
                (x + used + 1, place.y),
                room - used - 1,
                "(continued)",
                ink(look.dim),
            );
        }
        if let Some(artist) = &song.artist
            && room > used + 5
        {
            let words = format!("· {artist}");
            write(
                buffer,
                (x + used + 1, place.y),
                room - used - 1,
                &words,
                ink(look.dim),
            );
        }
    }
    let style = if now { base } else { ink(look.dim) };
    write(buffer, (end, place.y), time_width, &time, style);
}
