//! Writes cells with as few bytes as they need: one colour change where one
//! suffices, nothing where nothing changed, each frame at once.

use std::cell::RefCell;
use std::io::{self, Stdout, Write};
use std::rc::Rc;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::Colors;

/// ratatui's way to the terminal.
pub struct Pen<W: Write = Stdout> {
    out: W,
    frame: Vec<u8>,
    colors: Colors,
    pictures: Pictures,
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
}

/// What the terminal has been told last.
#[derive(Clone, Copy, PartialEq)]
struct State {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

const PLAIN: State = State {
    fg: Color::Reset,
    bg: Color::Reset,
    underline: Color::Reset,
    modifier: Modifier::empty(),
};

fn color(out: &mut Vec<u8>, color: Color, base: u8) -> io::Result<()> {
    match color {
        Color::Rgb(r, g, b) => write!(out, "{};2;{r};{g};{b}", base + 8),
        Color::Indexed(n) => write!(out, "{};5;{n}", base + 8),
        _ => write!(out, "{}", base + 9),
    }
}

/// Attributes used, with their numbers.
const ATTRIBUTES: [(Modifier, u8); 5] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
];

fn style(out: &mut Vec<u8>, old: &mut State, new: State, blank: bool) -> io::Result<()> {
    // The ink of a space is not seen.
    let fg = if blank && !new.modifier.contains(Modifier::UNDERLINED) {
        old.fg
    } else {
        new.fg
    };
    let new = State { fg, ..new };
    if *old == new {
        return Ok(());
    }
    // An empty list would mean a reset.
    if (old.modifier, old.fg, old.bg) != (new.modifier, new.fg, new.bg) {
        out.extend_from_slice(b"\x1b[");
        let mut first = true;
        let mut separate = |out: &mut Vec<u8>| {
            if !std::mem::take(&mut first) {
                out.push(b';');
            }
        };
        if old.modifier != new.modifier {
            separate(out);
            out.push(b'0');
            *old = PLAIN;
            for (flag, number) in ATTRIBUTES {
                if new.modifier.contains(flag) {
                    separate(out);
                    write!(out, "{number}")?;
                }
            }
        }
        if old.fg != new.fg {
            separate(out);
            color(out, new.fg, 30)?;
        }
        if old.bg != new.bg {
            separate(out);
            color(out, new.bg, 40)?;
        }
        out.push(b'm');
    }
    if old.underline != new.underline
        && new.modifier.contains(Modifier::UNDERLINED)
        && let Color::Rgb(r, g, b) = new.underline
    {
        // With colons, so that who does not know it ignores it.
        write!(out, "\x1b[58:2::{r}:{g}:{b}m")?;
    }
    *old = new;
    Ok(())
}

impl<W: Write> Backend for Pen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let out = &mut self.frame;
        let colors = &mut self.colors;
        let mut state = PLAIN;
        let mut next: Option<(u16, u16)> = None;
        for (x, y, cell) in content {
            if out.is_empty() {
                out.extend_from_slice(b"\x1b[0m");
            }
            match next {
                Some(place) if place == (x, y) => {}
                Some((nx, ny)) if ny == y && x > nx => write!(out, "\x1b[{}C", x - nx)?,
                _ => write!(out, "\x1b[{};{}H", y + 1, x + 1)?,
            }
            let converted;
            let cell = if colors.are_all() {
                cell
            } else {
                converted = colors.cell(cell);
                &converted
            };
            let symbol = cell.symbol();
            let new = State {
                fg: cell.fg,
                bg: cell.bg,
                underline: cell.underline_color,
                modifier: cell.modifier,
            };
            style(out, &mut state, new, symbol == " ")?;
            out.extend_from_slice(symbol.as_bytes());
            // Terminals differ on the width of what is not plain: say the next
            // place anew after anything that may not be one column wide.
            let plain = symbol.len() == 1
                || (symbol.width() == 1
                    && symbol.chars().all(|c| matches!(c, '\u{2500}'..='\u{25ff}')));
            next = plain.then_some((x + 1, y));
        }
        Ok(())
    }

    fn append_lines(&mut self, _: u16) -> io::Result<()> {
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.out.write_all(b"\x1b[?25l")
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.out.write_all(b"\x1b[?25h")
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let p = position.into();
        write!(self.frame, "\x1b[{};{}H", p.y + 1, p.x + 1)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.out.write_all(b"\x1b[0m\x1b[2J")?;
        self.out.flush()
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = crossterm::terminal::size()?;
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let size = crossterm::terminal::window_size()?;
        Ok(WindowSize {
            columns_rows: Size {
                width: size.columns,
                height: size.rows,
            },
            pixels: Size {
                width: size.width,
                height: size.height,
            },
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut pictures = self.pictures.borrow_mut();
        if !self.frame.is_empty() || !pictures.is_empty() {
            // Terminals that know this show the frame at once.
            let mut all = b"\x1b[?2026h".to_vec();
            all.append(&mut pictures);
            all.append(&mut self.frame);
            all.extend_from_slice(b"\x1b[0m\x1b[?2026l");
            self.out.write_all(&all)?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::terminal::Depth;

    /// What a terminal shows after these cells of one line.
    fn shown(cells: &[Cell]) -> vt100::Parser {
        let mut pen = Pen::to(Vec::new(), Colors::new(Depth::True, false));
        pen.draw(
            cells
                .iter()
                .enumerate()
                .map(|(x, cell)| (x as u16, 0, cell)),
        )
        .unwrap();
        pen.flush().unwrap();
        let [rows, columns] = [1, 20].map(|n| std::num::NonZero::new(n).unwrap());
        let mut terminal = vt100::Parser::new(rows, columns, 0);
        terminal.process(pen.inner());
        terminal
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
        let terminal = shown(&cells);
        for (x, bold, bg) in [
            (0, true, vt100::Color::Default),
            (1, true, vt100::Color::Default),
            (3, false, vt100::Color::Rgb(9, 8, 7)),
        ] {
            let cell = terminal.screen().cell(0, x).unwrap();
            assert_eq!(cell.fgcolor(), vt100::Color::Rgb(200, 10, 20), "{x}");
            assert_eq!((cell.bold(), cell.bgcolor()), (bold, bg), "{x}");
        }
        assert_eq!(terminal.screen().contents(), "ab c");
    }

    #[test]
    fn wide_characters_do_not_push_what_follows() {
        let cells = [
            cell("夜", Color::Reset),
            cell("", Color::Reset),
            cell("x", Color::Reset),
        ];
        let terminal = shown(&[cells[0].clone(), cells[1].clone(), cells[2].clone()]);
        assert_eq!(terminal.screen().cell(0, 2).unwrap().contents(), "x");
    }
}
