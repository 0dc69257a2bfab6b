//! Colours for terminals that do not have them all.

use std::collections::HashMap;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Eight bits a primary.
    #[default]
    True,
    /// The cube and greys of 256.
    Indexed,
    /// The sixteen old ones.
    Sixteen,
    /// None at all; shades of the block characters stand for light.
    Mono,
}

/// The sixteen as xterm has them.
const SIXTEEN: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// Colour `n` of xterm's 256.
fn indexed(n: u8) -> [u8; 3] {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    match n {
        0..16 => SIXTEEN[usize::from(n)],
        16..232 => {
            let n = usize::from(n) - 16;
            [STEPS[n / 36], STEPS[n / 6 % 6], STEPS[n % 6]]
        }
        _ => [8 + (n - 232) * 10; 3],
    }
}

/// Lightness and two axes of hue (OKLab, B. Ottosson 2020).
fn lab(rgb: [u8; 3]) -> [f32; 3] {
    let linear = rgb.map(|c| {
        let c = f32::from(c) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    let [r, g, b] = linear;
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// Which characters a terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Characters {
    /// All that its fonts have.
    #[default]
    All,
    /// Those of code page 437, which the fonts of a console have.
    Console,
    /// ASCII alone.
    Ascii,
}

/// Turns a screen's colours into those of the terminal, and characters into
/// those that it has.
#[derive(Debug, Default)]
pub struct Colors {
    depth: Depth,
    characters: Characters,
    /// Lines under text cannot have a colour of their own.
    unruled: bool,
    known: HashMap<[u8; 3], u8>,
}

impl Colors {
    /// For a terminal with these abilities.
    pub fn new(depth: Depth, characters: Characters) -> Self {
        Self {
            depth,
            characters,
            unruled: !matches!(depth, Depth::True),
            known: HashMap::new(),
        }
    }

    /// For a terminal that has no colours for lines under text, and takes the
    /// wish for one as another: ruled lines are left out.
    pub fn unruled(mut self) -> Self {
        self.unruled = true;
        self
    }

    /// True where cells go out as they are.
    pub fn are_all(&self) -> bool {
        self.depth == Depth::True && self.characters == Characters::All && !self.unruled
    }

    /// The cell as this terminal can show it.
    pub fn cell(&mut self, cell: &Cell) -> Cell {
        let mut out = cell.clone();
        if self.unruled && cell.underline_color != Color::Reset {
            out.underline_color = Color::Reset;
            out.modifier.remove(Modifier::UNDERLINED);
        }
        let block = is_block(cell.symbol());
        let is_ascii = self.characters == Characters::Ascii;
        if is_ascii && block && self.depth != Depth::Mono {
            flat(&mut out);
        }
        match self.depth {
            Depth::True => {}
            Depth::Mono => mono(&mut out, block, is_ascii),
            Depth::Indexed | Depth::Sixteen => {
                out.fg = self.nearest(out.fg);
                out.bg = self.nearest(out.bg);
                if !block && !is_line(cell.symbol()) {
                    self.keep_apart(cell, &mut out);
                }
            }
        }
        match self.characters {
            Characters::All => {}
            Characters::Console => {
                if let Some(symbol) = console(out.symbol()) {
                    out.set_char(symbol);
                }
            }
            Characters::Ascii => {
                let symbol = ascii(out.symbol());
                out.set_char(symbol);
            }
        }
        out
    }

    /// The nearest colour there is, by what the eye sees. With sixteen the
    /// hue counts for more than the lightness, so that a dark violet stays
    /// one and does not end as grey.
    fn nearest(&mut self, color: Color) -> Color {
        let Color::Rgb(r, g, b) = color else {
            return color;
        };
        let rgb = [r, g, b];
        let few = self.depth == Depth::Sixteen;
        let index = *self.known.entry(rgb).or_insert_with(|| {
            let [l, mut a, mut b] = lab(rgb);
            if few {
                (a, b) = (a * 1.7, b * 1.7);
            }
            // The first sixteen are whatever the user has made of them.
            let range = if few { 0..=15_u8 } else { 16..=255 };
            let distance = |n: u8| {
                let [l2, a2, b2] = lab(indexed(n));
                (l - l2).powi(2) + 4.0 * ((a - a2).powi(2) + (b - b2).powi(2))
            };
            range
                .min_by(|&x, &y| distance(x).total_cmp(&distance(y)))
                .unwrap_or(0)
        });
        Color::Indexed(index)
    }

    /// Text must not sink into its ground because both became one colour.
    fn keep_apart(&self, before: &Cell, after: &mut Cell) {
        let (Color::Indexed(ink), Color::Indexed(ground)) = (after.fg, after.bg) else {
            return;
        };
        let light = |n: u8| lab(indexed(n))[0];
        let near = (light(ink) - light(ground)).abs() < 0.28;
        if near && before.fg != before.bg {
            let (black, white) = if self.depth == Depth::Sixteen {
                (0, 15)
            } else {
                (16, 231)
            };
            after.fg = Color::Indexed(if light(ground) > 0.6 { black } else { white });
        }
    }
}

/// True for a character that is part of a picture.
fn is_block(symbol: &str) -> bool {
    symbol == " " || symbol.chars().all(is_picture)
}

/// Block elements and sextants.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2580}'..='\u{259f}' | '\u{1fb00}'..='\u{1fb3b}')
}

/// Without blocks a cell has one colour: its ink where it is full of it, else
/// what lies between.
fn flat(cell: &mut Cell) {
    cell.bg = match (cell.symbol(), cell.fg, cell.bg) {
        ("█", ink, _) => ink,
        (" ", _, ground) => ground,
        (_, Color::Rgb(a, b, c), Color::Rgb(d, e, f)) => {
            Color::Rgb(a.midpoint(d), b.midpoint(e), c.midpoint(f))
        }
        (_, _, ground) => ground,
    };
    cell.set_char(' ');
}

/// True for a character that draws a line or a mark, and may well be faint.
fn is_line(symbol: &str) -> bool {
    symbol
        .chars()
        .all(|c| matches!(c, '\u{2500}'..='\u{257f}' | '▮' | '▯' | '●' | '○'))
}

/// No colours: light becomes shade, emphasis stays.
fn mono(cell: &mut Cell, block: bool, ascii: bool) {
    let light = |color: Color| match color {
        Color::Rgb(r, g, b) => lab([r, g, b])[0],
        _ => 0.0,
    };
    let (ink, ground) = (light(cell.fg), light(cell.bg));
    if block {
        // Half a cell of ink is near enough for every block.
        let mean = if cell.symbol() == " " {
            ground
        } else {
            (ink + ground) / 2.0
        };
        // The bare screen is nothing, paper is the ground turned round.
        let ramp = if ascii {
            ['.', ':', '-', '+', '#']
        } else {
            ['░', '░', '▒', '▒', '▓']
        };
        let at = ((mean - 0.34) / 0.50 * ramp.len() as f32).floor();
        match at as i32 {
            i32::MIN..0 => cell.set_char(' '),
            i @ 0..5 => cell.set_char(ramp[i as usize]),
            _ => {
                cell.modifier |= Modifier::REVERSED;
                cell.set_char(' ')
            }
        };
    } else if ground > 0.75 && ink < ground {
        cell.modifier |= Modifier::REVERSED;
    }
    (cell.fg, cell.bg, cell.underline_color) = (Color::Reset, Color::Reset, Color::Reset);
}

/// The nearest character of code page 437 for one of ours that is not in it.
fn console(symbol: &str) -> Option<char> {
    Some(match symbol.chars().next()? {
        '−' | '–' | '—' => '-',
        '━' => '═',
        '┃' => '║',
        '┿' => '╪',
        '╭' => '┌',
        '╮' => '┐',
        '╰' => '└',
        '╯' => '┘',
        '▏' => '│',
        '●' | '◉' => '•',
        '▶' => '►',
        '▮' => '■',
        '▯' => '·',
        '▊' => '▌',
        '▁' | '▂' => '_',
        '▃' | '▅' => '▄',
        '▆' | '▇' => '█',
        '…' => '.',
        '×' | '✗' => 'x',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        _ => return None,
    })
}

/// The nearest character of ASCII.
fn ascii(symbol: &str) -> char {
    let mut chars = symbol.chars();
    let first = chars.next().unwrap_or(' ');
    match first {
        ' '..='~' => first,
        '─' | '−' | '–' | '—' => '-',
        '━' => '=',
        '│' | '┃' => '|',
        '┼' | '┿' | '╭' | '╮' | '╰' | '╯' => '+',
        '▏' => '|',
        '✗' => 'x',
        '●' | '◉' => 'O',
        '○' => 'o',
        '▶' | '►' | '→' => '>',
        '◄' | '←' => '<',
        '▲' | '↑' => '^',
        '▼' | '↓' => 'v',
        '■' | '▮' | '▊' | '█' | '▓' => '#',
        '▯' | '░' => '.',
        '▒' => '+',
        '·' | '•' | '…' => '.',
        '×' => 'x',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        '▁' => '_',
        '▂' | '▃' => '-',
        '▄' | '▅' => '=',
        '\u{2586}'..='\u{259f}' => '#',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(symbol: &str, fg: [u8; 3], bg: [u8; 3]) -> Cell {
        let color = |[r, g, b]: [u8; 3]| Color::Rgb(r, g, b);
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_fg(color(fg)).set_bg(color(bg));
        cell
    }

    #[test]
    fn colours_of_the_cube_stay_themselves() {
        let mut colors = Colors::new(Depth::Indexed, Characters::All);
        // xterm's table: 208 is ff8700, 54 is 5f0087, 244 is 808080.
        for (rgb, n) in [
            ([0xff, 0x87, 0], 208),
            ([0x5f, 0, 0x87], 54),
            ([0x80; 3], 244),
        ] {
            assert_eq!(
                colors.nearest(Color::Rgb(rgb[0], rgb[1], rgb[2])),
                Color::Indexed(n)
            );
        }
    }

    #[test]
    fn a_ruled_line_is_left_out_where_it_would_take_the_ink() {
        let mut ruled = cell("a", [9; 3], [200; 3]);
        ruled.underline_color = Color::Rgb(1, 2, 3);
        ruled.modifier = Modifier::UNDERLINED | Modifier::BOLD;
        let out = Colors::new(Depth::True, Characters::All)
            .unruled()
            .cell(&ruled);
        assert_eq!(
            (out.modifier, out.underline_color),
            (Modifier::BOLD, Color::Reset)
        );
    }

    #[test]
    fn text_never_sinks_into_its_ground() {
        for depth in [Depth::Indexed, Depth::Sixteen] {
            let mut colors = Colors::new(depth, Characters::All);
            let out = colors.cell(&cell("a", [0x4a, 0x3a, 0x58], [0x1f, 0x12, 0x2b]));
            let (Color::Indexed(fg), Color::Indexed(bg)) = (out.fg, out.bg) else {
                panic!()
            };
            assert!(
                (lab(indexed(fg))[0] - lab(indexed(bg))[0]).abs() > 0.25,
                "{fg} on {bg}"
            );
        }
    }

    #[test]
    fn without_colours_light_is_shade_and_ascii_is_ascii() {
        let mut colors = Colors::new(Depth::Mono, Characters::All);
        let light = colors.cell(&cell("▀", [255; 3], [255; 3]));
        assert!(light.symbol() == " " && light.modifier.contains(Modifier::REVERSED));
        assert_eq!(colors.cell(&cell("▀", [160; 3], [120; 3])).symbol(), "▒");
        assert_eq!(colors.cell(&cell(" ", [0; 3], [0; 3])).symbol(), " ");
        let out = colors.cell(&cell("a", [0; 3], [255; 3]));
        assert!(out.modifier.contains(Modifier::REVERSED) && out.fg == Color::Reset);
        let mut colors = Colors::new(Depth::Mono, Characters::Ascii);
        for symbol in ["▀", "━", "夜", "é", "●"] {
            assert!(
                colors
                    .cell(&cell(symbol, [99; 3], [9; 3]))
                    .symbol()
                    .is_ascii()
            );
        }
    }
}
