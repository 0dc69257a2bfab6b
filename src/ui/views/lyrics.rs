//! The words of the song that plays, the line that is sung now lit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::{bold, ink, write};
use crate::ui::frame::Frame;
use afterdark_media::text;

/// Draws them; returns how many lines there are, so that they can be scrolled
/// where they have no times to be scrolled by.
pub fn draw(frame: &Frame, buffer: &mut Buffer, area: Rect, from: usize) -> usize {
    let look = &frame.theme().card;
    let Some(lyrics) = &frame.view.lyrics else {
        let words = "No lyrics for this song.";
        write(buffer, (area.x, area.y), area.width, words, ink(look.dim));
        return 1;
    };
    let height = usize::from(area.height);
    let synced = lyrics.lines.iter().any(|line| line.at_s.is_some());
    let now = lyrics.line_at(frame.view.deck.side_s).filter(|_| synced);
    let columns = usize::from(area.width.saturating_sub(2));
    let mut set: Vec<(usize, String)> = Vec::new();
    let mut lit = 0;
    for (i, line) in lyrics.lines.iter().enumerate() {
        if now == Some(i) {
            lit = set.len();
        }
        let lines = text::wrap(&text::printable(&line.words), columns);
        if lines.is_empty() {
            set.push((i, String::new()));
        }
        set.extend(lines.into_iter().map(|words| (i, words)));
    }
    let most = set.len().saturating_sub(height);
    let first = if synced {
        lit.saturating_sub(height * 2 / 5).min(most)
    } else {
        from.min(most)
    };
    for ((i, words), y) in set.iter().skip(first).zip(area.y..area.bottom()) {
        let style = match now {
            Some(now) if now == *i => {
                let row = Rect::new(area.x, y, area.width, 1);
                let screen = &frame.theme().screen;
                buffer.set_style(row, Style::new().bg(screen.select.into()));
                bold(screen.select_text)
            }
            Some(now) if *i < now => ink(look.dim),
            _ => ink(look.text),
        };
        write(buffer, (area.x + 1, y), area.width - 1, words, style);
    }
    set.len()
}
