//! Writes cells with as few bytes as they need: nothing where nothing changed,
//! one colour change where one suffices, each frame at once.

use std::cell::RefCell;
use std::io::{self, Stdout, Write};
use std::rc::Rc;

use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;

use unicode_width::UnicodeWidthStr;

use super::Colors;
use super::cluster::alone;
use super::ink::{State, ink};

/// The way to the terminal, and what it shows.
pub struct Pen<W: Write = Stdout> {
    out: W,
    frame: Vec<u8>,
    colors: Colors,
    pictures: Pictures,
    shown: Buffer,
}

/// Bytes of pictures that go out with the next frame.
pub type Pictures = Rc<RefCell<Vec<u8>>>;

impl Pen<Stdout> {
    /// To standard output.
    pub fn new(colors: Colors) -> Self {
        Self::to(io::stdout(), colors)
    }
}

impl<W: Write> Pen<W> {
    /// To anything.
    pub fn to(out: W, colors: Colors) -> Self {
        Self {
            out,
            frame: Vec::new(),
            colors,
            pictures: Pictures::default(),
            shown: Buffer::default(),
        }
    }

    /// Where pictures go that are to be shown with the next frame.
    pub fn pictures(&self) -> Pictures {
        Rc::clone(&self.pictures)
    }

    /// What it writes to.
    pub fn inner(&self) -> &W {
        &self.out
    }

    /// Empties the terminal; the next [`show`](Self::show) writes everything.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        self.shown = Buffer::default();
        self.out.write_all(b"\x1b[0m\x1b[2J")?;
        self.out.flush()
    }

    /// Takes the cells of an area as not shown: a picture has covered them.
    pub fn forget(&mut self, area: Rect) {
        for place in area.intersection(self.shown.area).positions() {
            if let Some(cell) = self.shown.cell_mut(place) {
                cell.set_symbol("");
            }
        }
    }

    /// Writes those cells of `areas` that are not shown yet, and the pictures
    /// that wait, as one frame.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show(&mut self, screen: &Buffer, areas: &[Rect]) -> io::Result<()> {
        let mut state = State::UNKNOWN;
        if self.shown.area == screen.area {
            for area in areas {
                self.write(screen, area.intersection(screen.area), &mut state)?;
            }
        } else {
            // A cell that no screen holds: all of them are written.
            let mut nothing = Cell::default();
            nothing.set_symbol("");
            self.shown = Buffer::filled(screen.area, nothing);
            self.write(screen, screen.area, &mut state)?;
        }
        let mut pictures = self.pictures.borrow_mut();
        if self.frame.is_empty() && pictures.is_empty() {
            return Ok(());
        }
        // Terminals that know this show the frame at once.
        let mut all = b"\x1b[?2026h".to_vec();
        all.append(&mut pictures);
        all.append(&mut self.frame);
        all.extend_from_slice(b"\x1b[0m\x1b[?2026l");
        self.out.write_all(&all)?;
        self.out.flush()
    }

    fn write(&mut self, screen: &Buffer, area: Rect, state: &mut State) -> io::Result<()> {
        let out = &mut self.frame;
        let mut next: Option<(u16, u16)> = None;
        for y in area.top()..area.bottom() {
            // Columns that a wide character covers or has covered till now.
            let (mut hidden, mut uncovered) = (0, 0);
            for x in area.left()..area.right() {
                let (Some(new), Some(old)) = (screen.cell((x, y)), self.shown.cell_mut((x, y)))
                else {
                    continue;
                };
                if hidden > 0 {
                    hidden -= 1;
                    old.clone_from(new);
                    continue;
                }
                if new.diff_option == CellDiffOption::Skip {
                    old.clone_from(new);
                    continue;
                }
                let wide = columns(new.symbol());
                if new == old && uncovered == 0 {
                    hidden = wide - 1;
                    continue;
                }
                uncovered = (uncovered.max(columns(old.symbol()))).saturating_sub(1);
                hidden = wide - 1;
                old.clone_from(new);
                match next {
                    Some(place) if place == (x, y) => {}
                    Some((nx, ny)) if ny == y && x > nx => write!(out, "\x1b[{}C", x - nx)?,
                    _ => write!(out, "\x1b[{};{}H", y + 1, x + 1)?,
                }
                let converted;
                let cell = if self.colors.are_all() {
                    new
                } else {
                    converted = self.colors.cell(new);
                    &converted
                };
                let symbol = ink(out, state, cell)?;
                let alone = alone(symbol);
                let text = alone.as_deref().unwrap_or(symbol);
                out.extend_from_slice(text.as_bytes());
                // What is left of the columns that it has on the screen.
                out.extend((columns(text)..wide).map(|_| b' '));
                // Terminals differ on the width of what is not plain: say the next
                // place anew after anything that may not be one column wide.
                next = (wide == 1 && is_plain(symbol)).then_some((x + 1, y));
            }
        }
        Ok(())
    }
}

/// Columns that a cell's text takes, at least one.
fn columns(symbol: &str) -> usize {
    if symbol.len() <= 1 || is_plain(symbol) {
        1
    } else {
        symbol.width().max(1)
    }
}

/// One column wide in every terminal: ASCII, lines and blocks.
fn is_plain(symbol: &str) -> bool {
    match symbol.as_bytes() {
        [_] => true,
        // U+2500 to U+25BF
        [0xe2, 0x94..=0x96, _] => true,
        // U+1FB00 to U+1FB3F, which only terminals get that know them.
        [0xf0, 0x9f, 0xac, _] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::*;
    use crate::ui::terminal::{Characters, Depth};

    /// What a terminal shows after these screens of one line.
    fn shown(screens: &[&[Cell]]) -> (vt100::Parser, usize) {
        let mut pen = Pen::to(Vec::new(), Colors::new(Depth::True, Characters::All));
        for cells in screens {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
            buffer.content[..cells.len()].clone_from_slice(cells);
            pen.show(&buffer, &[buffer.area]).unwrap();
        }
        let [rows, columns] = [1, 20].map(|n| std::num::NonZero::new(n).unwrap());
        let mut terminal = vt100::Parser::new(rows, columns, 0);
        terminal.process(pen.inner());
        (terminal, pen.inner().len())
    }

    fn cell(symbol: &str, fg: Color) -> Cell {
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_fg(fg);
        cell
    }

    #[test]
    fn colours_and_weights_arrive_whatever_came_before() {
        let red = Color::Rgb(200, 10, 20);
        let mut cells = vec![
            cell("a", red),
            cell("b", red),
            cell(" ", Color::Reset),
            cell("c", red),
        ];
        // The same ink, bold and underlined alike, and then a ruled line's colour.
        for cell in &mut cells[..2] {
            cell.modifier = Modifier::BOLD | Modifier::UNDERLINED;
        }
        cells[1].underline_color = Color::Rgb(1, 2, 3);
        cells[3].bg = Color::Rgb(9, 8, 7);
        let (terminal, _) = shown(&[&cells]);
        for (x, bold, bg) in [
            (0, true, vt100::Color::Default),
            (1, true, vt100::Color::Default),
            (3, false, vt100::Color::Rgb(9, 8, 7)),
        ] {
            let cell = terminal.screen().cell(0, x).unwrap();
            assert_eq!(cell.fgcolor(), vt100::Color::Rgb(200, 10, 20), "{x}");
            assert_eq!((cell.bold(), cell.bgcolor()), (bold, bg), "{x}");
        }
        assert_eq!(terminal.screen().contents().trim_end(), "ab c");
    }

    #[test]
    fn blocks_look_the_same_by_whichever_character_and_colour_they_are_made() {
        let (a, b, c) = (
            Color::Rgb(250, 0, 0),
            Color::Rgb(0, 250, 0),
            Color::Rgb(0, 0, 250),
        );
        let block = |symbol, fg, bg| {
            let mut cell = cell(symbol, fg);
            cell.bg = bg;
            cell
        };
        let cells = [
            block("▀", a, b),
            block("▀", b, a),
            block(" ", c, a),
            block("▌", c, a),
            block("▗", a, c),
            block(" ", b, c),
            block("▂", c, b),
        ];
        let (terminal, bytes) = shown(&[&cells]);
        let rgb = |color| match color {
            vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
            _ => Color::Reset,
        };
        // The colour of the upper left and lower right quarter of each cell.
        let quarters = |symbol: &str, fg: Color, bg: Color| {
            let (left, right) = match symbol {
                " " => (false, false),
                "█" => (true, true),
                "▀" | "▌" | "▘" | "▛" | "▙" | "▜" => {
                    (true, symbol == "▙" || symbol == "▜")
                }
                "▄" | "▐" | "▗" | "▟" | "▂" => (false, true),
                other => panic!("{other}"),
            };
            (if left { fg } else { bg }, if right { fg } else { bg })
        };
        for (x, wanted) in cells.iter().enumerate() {
            let cell = terminal.screen().cell(0, x as u16).unwrap();
            assert_eq!(
                quarters(cell.contents(), rgb(cell.fgcolor()), rgb(cell.bgcolor())),
                quarters(wanted.symbol(), wanted.fg, wanted.bg),
                "{x}"
            );
        }
        // Two colours to begin with, one for the third, one for the fourth.
        assert!(bytes < 200, "{bytes}");
    }

    #[test]
    fn wide_characters_neither_push_what_follows_nor_leave_a_half_behind() {
        let wide = [
            cell("夜", Color::Reset),
            Cell::default(),
            cell("x", Color::Reset),
        ];
        let (terminal, _) = shown(&[&wide]);
        assert_eq!(terminal.screen().cell(0, 2).unwrap().contents(), "x");
        let narrow = [
            cell("y", Color::Reset),
            Cell::default(),
            cell("x", Color::Reset),
        ];
        let (terminal, _) = shown(&[&wide, &narrow]);
        assert_eq!(terminal.screen().contents().trim_end(), "y x");
    }

    #[test]
    fn joined_characters_take_the_columns_that_every_terminal_gives_them() {
        // A heart with a sign for colour, a family, a thumb with a skin, a flag,
        // a keycap, a telephone as text; each with what all terminals show of it.
        for (cluster, shown_as) in [
            ("❤\u{fe0f}", "❤ "),
            ("👩\u{200d}👩\u{200d}👧", "👩"),
            ("👍🏽", "👍"),
            ("🇩🇪", "DE"),
            ("1\u{fe0f}\u{20e3}", "1 "),
            ("☎\u{fe0e}", "☎"),
        ] {
            let columns = columns(cluster);
            let mut cells = vec![cell(cluster, Color::Reset)];
            cells.resize(columns, Cell::default());
            cells.extend(["x", "y"].map(|c| cell(c, Color::Reset)));
            let (terminal, _) = shown(&[&cells]);
            let line = terminal.screen().contents();
            assert_eq!(line.trim_end(), format!("{shown_as}xy"), "{cluster}");
            let at = columns as u16;
            assert_eq!(terminal.screen().cell(0, at).unwrap().contents(), "x");
        }
        // Letters with marks and scripts that join stay whole.
        for whole in ["e\u{301}", "क्ष", "ﷺ", "夜", "🎹", "한"] {
            assert_eq!(alone(whole), None, "{whole}");
        }
    }

    #[test]
    fn what_is_shown_is_not_written_again() {
        let cells = [cell("a", Color::Reset), cell("b", Color::Reset)];
        assert_eq!(shown(&[&cells]).1, shown(&[&cells, &cells]).1);
    }
}
