//! The state in one plain line, for screens too small for a picture and for
//! people who have it read to them.

use ratatui::buffer::Buffer;

use super::controls::state;
use super::said;
use crate::ui::model::View;
use afterdark_media::text;

/// What the machine does, in one sentence of plain text.
pub fn sentence(view: &View) -> String {
    let deck = &view.deck;
    let mut out = format!(
        "{} {} {}",
        state(deck.motion),
        deck.side.name(),
        text::clock(deck.side_s)
    );
    if let Some(song) = view.current_song().map(|i| &view.card.songs[i]) {
        out += &format!("  {}. {}", song.number, text::printable(&song.title));
        if let Some(artist) = &song.artist {
            out += &format!(", {}", text::printable(artist));
        }
        if let Some(reason) = &song.blank {
            out += &format!(" (blank: {})", text::printable(reason));
        }
    } else {
        out += &format!("  {}", text::printable(&view.card.title));
    }
    out
}

/// Draws it on the first line, and a message on the second.
pub fn draw(buffer: &mut Buffer, view: &View) {
    let area = buffer.area;
    let plain = ratatui::style::Style::new();
    super::pen::write(buffer, (area.x, area.y), area.width, &sentence(view), plain);
    if area.height > 1 {
        let words = view.said.as_ref().map(said::sentence);
        let words = words.as_deref().unwrap_or("? keys  q quit");
        super::pen::write(buffer, (area.x, area.y + 1), area.width, words, plain);
    }
}
