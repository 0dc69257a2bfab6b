//! The shelf as plain lines: songs, folders, what is on a tape, and tapes
//! where there is no room for a rack.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::markdown;
use super::super::pen::{bold, ink, scrollbar, select, write, write_right};
use crate::shelf::{Song, Tape, home};
use crate::ui::frame::{Drawn, Frame, Hit};
use crate::ui::shelf::{Inside, Shelf, Tab};
use afterdark_media::text::clock;

/// A line: mark, words, words after them, words at the end, whether it is gone.
struct Row {
    mark: &'static str,
    words: String,
    more: String,
    end: String,
    away: bool,
}

impl Row {
    fn song(song: &Song, tape: Option<&Tape>) -> Self {
        let tape = tape.map(|tape| tape.title.as_str());
        let more: Vec<&str> = [Some(song.artist.as_str()), tape]
            .into_iter()
            .flatten()
            .filter(|words| !words.is_empty())
            .collect();
        Self {
            mark: " ",
            words: song.title.clone(),
            more: more.join(" · "),
            end: song.seconds.map(clock).unwrap_or_default(),
            away: song.away,
        }
    }

    fn tape(tape: &Tape, is_in: bool) -> Self {
        let year = tape.year.map(|year| year.to_string());
        Self {
            mark: if is_in { "●" } else { " " },
            words: tape.title.clone(),
            more: tape.artist.clone(),
            end: year.unwrap_or_default(),
            away: tape.away,
        }
    }
}

/// Narrowest place with cover and notes beside the songs, and the lowest.
const BESIDE_FROM: (u16, u16) = (56, 10);

/// Draws the lines so that the chosen one is in view; beside those of a tape
/// that is looked into, what else is in its case.
pub fn draw(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) -> Drawn {
    let Some(inside) = &shelf.inside else {
        return lines(frame, shelf, buffer, area);
    };
    if area.height < BESIDE_FROM.1 {
        return lines(frame, shelf, buffer, area);
    }
    if area.width < BESIDE_FROM.0 {
        let songs = inside.songs.as_ref().map_or(1, Vec::len);
        let height = songs.min(usize::from(area.height) * 2 / 3) as u16;
        let drawn = lines(frame, shelf, buffer, Rect { height, ..area });
        let below = Rect {
            y: area.y + height + 1,
            height: area.height - height - 1,
            ..area
        };
        notes(frame, inside, buffer, below);
        return drawn;
    }
    // Twice as many columns as lines are a square.
    let columns = (area.width * 2 / 5).min(area.height / 2 * 2) / 2 * 2;
    let left = Rect {
        width: area.width - columns - 2,
        ..area
    };
    let mut drawn = lines(frame, shelf, buffer, left);
    let right = Rect::new(left.right() + 2, area.y, columns, area.height);
    let picture = Rect {
        height: columns / 2,
        ..right
    };
    drawn.cover = Some(picture);
    let below = Rect {
        y: picture.bottom() + 1,
        height: right.height.saturating_sub(picture.height + 1),
        ..right
    };
    notes(frame, inside, buffer, below);
    drawn
}

fn notes(frame: &Frame, inside: &Inside, buffer: &mut Buffer, area: Rect) {
    let words = markdown::set(&inside.notes, usize::from(area.width), &frame.theme().card);
    for (line, y) in words.into_iter().zip(area.y..area.bottom()) {
        buffer.set_line(area.x, y, &line, area.width);
    }
}

fn lines(frame: &Frame, shelf: &Shelf, buffer: &mut Buffer, area: Rect) -> Drawn {
    let look = &frame.theme().card;
    let (all, height) = (shelf.count(), usize::from(area.height));
    let mut drawn = Drawn {
        rack: (1, height.max(1)),
        ..Drawn::default()
    };
    if all == 0 {
        write(
            buffer,
            (area.x + 1, area.y),
            area.width,
            nothing(shelf),
            ink(look.dim),
        );
        return drawn;
    }
    let chosen = shelf.chosen();
    let first = chosen
        .saturating_sub(height / 2)
        .min(all.saturating_sub(height));
    let playing = home(&frame.view.asked);
    let rows = rows(shelf, playing.as_deref(), first, height);
    for (n, row) in rows.iter().enumerate() {
        let place = Rect::new(area.x, area.y + n as u16, area.width, 1);
        line(frame, buffer, place, row, first + n == chosen);
        drawn.hit(place, Hit::Spine(first + n));
    }
    if all > height && area.width > 4 {
        scrollbar(look, buffer, area, first, all);
    }
    drawn
}

fn nothing(shelf: &Shelf) -> &'static str {
    match (&shelf.inside, shelf.tab) {
        (Some(inside), _) if inside.songs.is_none() => "reading…",
        (Some(_), _) => "nothing is on it",
        (None, Tab::Songs) if shelf.line.len() < 2 => "type to find songs",
        (None, Tab::Folders) => match &shelf.folder {
            Some((_, Err(_))) => "this folder cannot be read",
            Some(_) => "nothing to play here",
            None => "reading…",
        },
        (None, _) if shelf.found.is_none() => "reading…",
        _ => "nothing is found",
    }
}

fn rows(shelf: &Shelf, playing: Option<&std::path::Path>, first: usize, height: usize) -> Vec<Row> {
    let songs = |songs: &[Song]| {
        let seen = songs.iter().skip(first).take(height);
        seen.map(|song| Row::song(song, None)).collect()
    };
    if let Some(inside) = &shelf.inside {
        return inside.songs.as_deref().map(songs).unwrap_or_default();
    }
    let Some(found) = &shelf.found else {
        return Vec::new();
    };
    let tapes = found.catalog.tapes();
    match shelf.tab {
        Tab::Tapes => {
            let seen = found.tapes.iter().skip(first).take(height);
            let seen = seen.filter_map(|place| tapes.get(*place));
            seen.map(|tape| Row::tape(tape, playing == Some(&tape.path)))
                .collect()
        }
        Tab::Songs => {
            let seen = found.songs.iter().skip(first).take(height);
            seen.map(|(song, tape)| Row::song(song, tapes.get(*tape)))
                .collect()
        }
        Tab::Folders => {
            let entries = shelf.entries();
            let seen = entries.iter().skip(first).take(height);
            seen.map(|entry| Row {
                mark: if entry.is_folder { "▸" } else { " " },
                words: entry.name.clone(),
                more: String::new(),
                end: String::new(),
                away: false,
            })
            .collect()
        }
        Tab::Blank => Vec::new(),
    }
}

fn line(frame: &Frame, buffer: &mut Buffer, place: Rect, row: &Row, chosen: bool) {
    let (look, screen) = (&frame.theme().card, &frame.theme().screen);
    let style = if chosen {
        select(buffer, place, screen)
    } else if row.away {
        ink(look.dim)
    } else {
        ink(look.text)
    };
    let dim = if chosen { style } else { ink(look.dim) };
    let mark = if chosen { style } else { bold(look.accent) };
    write(buffer, (place.x, place.y), 1, row.mark, mark);
    let end = Rect {
        width: place.width.saturating_sub(2),
        ..place
    };
    let used = write_right(buffer, end, &row.end, dim);
    let room = end.width.saturating_sub(used + 3);
    let x = place.x + 2;
    let used = write(buffer, (x, place.y), room, &row.words, style);
    if !row.more.is_empty() && room > used + 5 {
        let words = format!("· {}", row.more);
        write(
            buffer,
            (x + used + 1, place.y),
            room - used - 1,
            &words,
            dim,
        );
    }
}
