//! Writing into cells.

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::look::theme::{CardColors, Rgb, ScreenColors};
use crate::ui::scene::cells::Tile;
use afterdark_media::text;

/// Writes cleaned text from (`x`, `y`) in at most `columns`, leaving what is
/// behind it as it is; an ellipsis ends what does not fit. Returns the columns
/// used.
pub fn write(
    buffer: &mut Buffer,
    (x, y): (u16, u16),
    columns: u16,
    words: &str,
    style: impl Into<Style>,
) -> u16 {
    if y >= buffer.area.bottom() {
        return 0;
    }
    let columns = columns.min(buffer.area.right().saturating_sub(x));
    let words = text::fit(&text::printable(words), usize::from(columns));
    buffer.set_stringn(x, y, &words, usize::from(columns), style);
    text::width(&words) as u16
}

/// As [`write`], ending at the right edge of `area`'s first line.
pub fn write_right(buffer: &mut Buffer, area: Rect, words: &str, style: impl Into<Style>) -> u16 {
    let words = text::fit(&text::printable(words), usize::from(area.width));
    let width = text::width(&words) as u16;
    write(buffer, (area.right() - width, area.y), width, &words, style);
    width
}

/// Text in a colour.
pub fn ink(color: Rgb) -> Style {
    Style::new().fg(color.into())
}

/// Bold text in a colour.
pub fn bold(color: Rgb) -> Style {
    ink(color).add_modifier(Modifier::BOLD)
}

/// Lays the colours of what is chosen over a place; the style to write there.
pub fn select(buffer: &mut Buffer, place: Rect, screen: &ScreenColors) -> Style {
    let style = Style::new()
        .bg(screen.select.into())
        .fg(screen.select_text.into());
    buffer.set_style(place, style);
    style
}

/// A line of one character.
pub fn run(buffer: &mut Buffer, (x, y): (u16, u16), columns: u16, symbol: &str, style: Style) {
    for x in x..x.saturating_add(columns).min(buffer.area.right()) {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_symbol(symbol).set_style(style);
        }
    }
}

/// Fills an area with a colour and nothing else.
pub fn paper(buffer: &mut Buffer, area: Rect, color: Rgb, text: Rgb) {
    let style = Style::new().bg(color.into()).fg(text.into());
    for position in area.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_style(style);
        }
    }
}

/// Letters apart, as engraved names are.
pub fn spaced(words: &str) -> String {
    words.graphemes(true).collect::<Vec<_>>().join(" ")
}

/// A bar in the last column of `area`, which shows lines from the `first` of `all`.
pub fn scrollbar(look: &CardColors, buffer: &mut Buffer, area: Rect, first: usize, all: usize) {
    let height = usize::from(area.height);
    let x = area.right() - 1;
    let size = (height * height / all).max(1);
    let from = first * (height - size) / (all - height).max(1);
    for i in 0..height {
        let on = i >= from && i < from + size;
        let color = if on { look.accent } else { look.rule };
        write(
            buffer,
            (x, area.y + i as u16),
            1,
            if on { "┃" } else { "│" },
            ink(color),
        );
    }
}

/// Puts painted cells on the screen.
pub fn tiles(buffer: &mut Buffer, area: Rect, tiles: &[Tile]) {
    for (position, tile) in area.positions().zip(tiles) {
        if let Some(cell) = buffer.cell_mut(position) {
            let color = |[r, g, b]: [u8; 3]| Color::Rgb(r, g, b);
            cell.set_char(tile.symbol);
            (cell.fg, cell.bg) = (color(tile.ink), color(tile.ground));
        }
    }
}

/// Empties cells in which pixels are shown; where those do not lie `under` the
/// text, nothing at all may be written there.
pub fn blank(buffer: &mut Buffer, area: Rect, under: bool) {
    for position in area.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            if !under {
                cell.set_diff_option(CellDiffOption::Skip);
            }
        }
    }
}
