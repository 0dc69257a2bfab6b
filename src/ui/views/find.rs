//! The search, in place of a page of the card.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::{bold, ink, run, select, write, write_right};
use crate::ui::frame::{Drawn, Frame, Hit};
use afterdark_media::text;

/// Draws what is typed and what it finds.
pub fn draw(frame: &Frame, buffer: &mut Buffer, area: Rect) -> Drawn {
    let mut drawn = Drawn::default();
    let Some(find) = frame.state.find.as_ref().filter(|_| !area.is_empty()) else {
        return drawn;
    };
    let (look, screen) = (&frame.theme().card, &frame.theme().screen);
    let count = match find.len() {
        0 => "nothing".to_owned(),
        n => n.to_string(),
    };
    let line = Rect { height: 1, ..area };
    let used = write_right(buffer, line, &count, ink(look.dim));
    let room = area.width.saturating_sub(used + 1);
    let x = area.x + write(buffer, (area.x, area.y), room, "find ", bold(look.accent));
    let room = room.saturating_sub(x - area.x + 1);
    // Of a long query the end is what is being typed.
    let mut query = find.query();
    while text::width(query) > usize::from(room) {
        query = query.char_indices().nth(1).map_or("", |(i, _)| &query[i..]);
    }
    let x = x + write(buffer, (x, area.y), room, query, bold(look.text));
    write(buffer, (x, area.y), 1, "▏", bold(look.accent));
    let rule = (area.x, area.y + 1);
    if area.height > 8 {
        run(buffer, rule, area.width, "─", ink(look.rule));
    }
    let top = if area.height > 8 { 2 } else { 1 };
    let height = usize::from(area.height.saturating_sub(top));
    let first = find
        .chosen()
        .saturating_sub(height / 2)
        .min(find.len().saturating_sub(height));
    for (n, song) in find.found(first).take(height).enumerate() {
        let place = Rect::new(area.x, area.y + top + n as u16, area.width, 1);
        let chosen = first + n == find.chosen();
        let style = if chosen {
            select(buffer, place, screen)
        } else {
            ink(look.text)
        };
        let dim = if chosen { style } else { ink(look.dim) };
        let used = write_right(buffer, place, &song.place, dim);
        let room = place.width.saturating_sub(used + 2);
        let used = write(buffer, (place.x + 1, place.y), room, &song.title, style);
        if !song.artist.is_empty() && room > used + 5 {
            let words = format!("· {}", song.artist);
            let x = place.x + used + 2;
            write(buffer, (x, place.y), room - used - 1, &words, dim);
        }
        drawn.hit(place, Hit::Found(song.song));
    }
    drawn
}
