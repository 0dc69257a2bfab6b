//! Colours and weight of a cell in as few bytes as they need, and the character
//! that then shows it.

use std::io::{self, Write};

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// What the terminal has been told last.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct State {
    fg: Color,
    bg: Color,
    underline: Color,
    /// `None` before anything was said.
    modifier: Option<Modifier>,
}

impl State {
    /// Before anything was said.
    pub const UNKNOWN: Self = Self {
        modifier: None,
        ..Self::PLAIN
    };
    const PLAIN: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        underline: Color::Reset,
        modifier: Some(Modifier::empty()),
    };
}

/// Says what has to be said of colours and weight before the cell, and gives
/// the character that then shows it.
pub(super) fn ink<'a>(out: &mut Vec<u8>, state: &mut State, cell: &'a Cell) -> io::Result<&'a str> {
    let symbol = cell.symbol();
    let mut new = State {
        fg: cell.fg,
        bg: cell.bg,
        underline: cell.underline_color,
        modifier: Some(cell.modifier),
    };
    let other = if cell.modifier.is_empty() && cell.fg != Color::Reset && cell.bg != Color::Reset {
        complement(symbol)
    } else {
        None
    };
    let turned = State {
        fg: cell.bg,
        bg: cell.fg,
        ..new
    };
    let solid = symbol == " " || (other.is_some() && cell.fg == cell.bg);
    let shown = if solid && !cell.modifier.contains(Modifier::UNDERLINED) {
        // The ink of a space is not seen; a full block is seen as ink alone.
        let full = state.modifier == new.modifier && cell.modifier.is_empty();
        if full && state.bg != cell.bg && state.fg == cell.bg && cell.bg != Color::Reset {
            return Ok("█");
        }
        new.fg = state.fg;
        " "
    } else if let Some(other) = other.filter(|_| changes(state, &turned) < changes(state, &new)) {
        new = turned;
        other
    } else {
        symbol
    };
    style(out, state, new)?;
    Ok(shown)
}

/// Colours that would have to be said.
fn changes(old: &State, new: &State) -> u8 {
    u8::from(old.fg != new.fg) + u8::from(old.bg != new.bg)
}

/// The block that is ink where this one is ground.
fn complement(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "▀" => "▄",
        "▄" => "▀",
        "▌" => "▐",
        "▐" => "▌",
        "▘" => "▟",
        "▝" => "▙",
        "▖" => "▜",
        "▗" => "▛",
        "▚" => "▞",
        _ => return None,
    })
}

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

fn style(out: &mut Vec<u8>, old: &mut State, new: State) -> io::Result<()> {
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
            *old = State::PLAIN;
            let modifier = new.modifier.unwrap_or_default();
            for (flag, number) in ATTRIBUTES {
                if modifier.contains(flag) {
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
    let underlined = new
        .modifier
        .unwrap_or_default()
        .contains(Modifier::UNDERLINED);
    if old.underline != new.underline
        && underlined
        && let Color::Rgb(r, g, b) = new.underline
    {
        // With colons, so that who does not know it ignores it.
        write!(out, "\x1b[58:2::{r}:{g}:{b}m")?;
    }
    *old = new;
    Ok(())
}
