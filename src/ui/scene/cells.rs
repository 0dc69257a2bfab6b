//! A picture as character cells: for each cell the block character and the
//! two colours that come nearest to it.

use tiny_skia::Pixmap;

use super::sum::{Sum, split};

/// Samples of a cell, across and down: square where a cell is twice as high
/// as wide.
pub const ACROSS: usize = 4;
/// See [`ACROSS`].
pub const DOWN: usize = 8;

/// One cell of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    /// A space or a block element.
    pub symbol: char,
    /// Colour of the block.
    pub ink: [u8; 3],
    /// Colour of the rest.
    pub ground: [u8; 3],
    /// The whole cell's mean, for text to stand on.
    pub mean: [u8; 3],
}

impl Tile {
    /// The same in the nearest of some colours.
    pub fn in_tones(mut self, tones: &[[u8; 3]]) -> Self {
        let nearest = |color: [u8; 3]| {
            let distance = |tone: &[u8; 3]| {
                let steps = tone
                    .iter()
                    .zip(color)
                    .map(|(&a, b)| i32::from(a.abs_diff(b)));
                steps.map(|d| d * d).sum::<i32>()
            };
            tones.iter().copied().min_by_key(distance).unwrap_or(color)
        };
        (self.ink, self.ground) = (nearest(self.ink), nearest(self.ground));
        if self.ink == self.ground {
            self.symbol = ' ';
        }
        self
    }
}

impl Default for Tile {
    fn default() -> Self {
        Self {
            symbol: ' ',
            ink: [0; 3],
            ground: [0; 3],
            mean: [0; 3],
        }
    }
}

/// Which characters a picture may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blocks {
    /// Upper and lower half only: two pixels a cell, in every font.
    Halves,
    /// Halves, quadrants and eighths: the whole Block Elements part of Unicode.
    #[default]
    All,
    /// Those and the sextants of Unicode 13, two across and three down.
    Sextants,
}

/// A split must explain this much more than the simpler one (squared steps of
/// one colour a sample) before it is worth another shape.
const WORTH: f32 = 24.0;

/// Thirds of each of the eight lines of samples that lie in the upper, middle
/// and lower third of a cell.
const THIRDS: [[i32; DOWN]; 3] = [
    [3, 3, 2, 0, 0, 0, 0, 0],
    [0, 0, 1, 3, 3, 1, 0, 0],
    [0, 0, 0, 0, 0, 2, 3, 3],
];

/// The sextant (Unicode 13, two parts across and three down) that has these
/// parts: a bit each, the first for the upper left, the second for the one to
/// its right, and so on down. `None` for what has another character: nothing,
/// all, and the left and right halves.
fn sextant(shape: u32) -> Option<char> {
    const LEFT: u32 = 0b01_0101;
    const RIGHT: u32 = 0b10_1010;
    let others = match shape {
        0 | LEFT | RIGHT | 0x3f.. => return None,
        1..LEFT => 1,
        LEFT..RIGHT => 2,
        RIGHT.. => 3,
    };
    char::from_u32(0x1_fb00 + shape - others)
}

/// Encodes the cell whose first sample is at `offset` (in bytes) of RGBA
/// samples with `stride` bytes a line. Samples must be opaque.
pub fn encode(rgba: &[u8], offset: usize, stride: usize, blocks: Blocks) -> Tile {
    let mut columns = [[Sum::default(); 2]; ACROSS];
    let mut rows = [[Sum::default(); 2]; DOWN];
    for (y, row) in rows.iter_mut().enumerate() {
        let start = offset + y * stride;
        let Some(line) = rgba.get(start..start + ACROSS * 4) else {
            return Tile::default();
        };
        for (x, p) in line.chunks_exact(4).enumerate() {
            let sample = Sum::of(p, 3);
            columns[x][usize::from(y >= DOWN / 2)].add(sample);
            row[usize::from(x >= ACROSS / 2)].add(sample);
        }
    }
    let half = |from: usize, v: usize| columns[from][v].plus(columns[from + 1][v]);
    let (ul, ur, ll, lr) = (half(0, 0), half(2, 0), half(0, 1), half(2, 1));
    let all = ul.plus(ur).plus(ll).plus(lr);

    let mut best = (all.power() + WORTH * 32.0, ' ', all);
    let mut offer = |symbol: char, sum: Sum, worth: f32| {
        let power = sum.power() + all.minus(sum).power() - worth * 32.0;
        if power > best.0 {
            best = (power, symbol, sum);
        }
    };
    offer('▀', ul.plus(ur), 0.0);
    if blocks != Blocks::Halves {
        let columns = columns.map(|[upper, lower]| upper.plus(lower));
        offer('▌', columns[0].plus(columns[1]), 0.0);
        offer('▎', columns[0], WORTH);
        offer('▊', columns[0].plus(columns[1]).plus(columns[2]), WORTH);
        let mut lower = Sum::default();
        for (i, row) in rows.iter().rev().take(7).enumerate() {
            lower.add(row[0].plus(row[1]));
            if i != 3 {
                offer(['▁', '▂', '▃', '▄', '▅', '▆', '▇'][i], lower, WORTH);
            }
        }
        for (symbol, sum) in [
            ('▘', ul),
            ('▝', ur),
            ('▖', ll),
            ('▗', lr),
            ('▚', ul.plus(lr)),
        ] {
            offer(symbol, sum, WORTH);
        }
    }
    if blocks == Blocks::Sextants {
        let mut parts = [Sum::default(); 6];
        for (i, part) in parts.iter_mut().enumerate() {
            for (row, share) in rows.iter().zip(THIRDS[i / 2]) {
                part.add(row[i % 2].share(share));
            }
        }
        let (shape, sum) = split(&parts);
        if let Some(symbol) = sextant(shape) {
            offer(symbol, sum, WORTH);
        }
    }
    let (_, symbol, sum) = best;
    let mean = all.mean();
    if symbol == ' ' {
        return Tile {
            symbol,
            ink: mean,
            ground: mean,
            mean,
        };
    }
    Tile {
        symbol,
        ink: sum.mean(),
        ground: all.minus(sum).mean(),
        mean,
    }
}

/// The mean colours of a picture's cells, so many across and down, as bare
/// ground.
pub fn means(picture: &Pixmap, (across, down): (u16, u16)) -> Vec<Tile> {
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let (cw, ch) = (
        (w / usize::from(across.max(1))).max(1),
        (h / usize::from(down.max(1))).max(1),
    );
    let cell = |i: usize| {
        let (x, y) = (i % usize::from(across) * cw, i / usize::from(across) * ch);
        let mut sum = Sum::default();
        for line in (y..(y + ch).min(h)).map(|y| &picture.pixels()[y * w..(y + 1) * w]) {
            for p in line.iter().skip(x).take(cw) {
                sum.add(Sum::of(&[p.red(), p.green(), p.blue()], 1));
            }
        }
        let mean = sum.mean();
        Tile {
            symbol: ' ',
            ink: mean,
            ground: mean,
            mean,
        }
    };
    (0..usize::from(across) * usize::from(down))
        .map(cell)
        .collect()
}

/// Encodes a whole opaque picture, row by row.
pub fn encode_all(picture: &Pixmap, blocks: Blocks) -> Vec<Tile> {
    let stride = picture.width() as usize * 4;
    let across = picture.width() as usize / ACROSS;
    let down = picture.height() as usize / DOWN;
    let offset = |i: usize| i / across * DOWN * stride + i % across * ACROSS * 4;
    (0..across * down)
        .map(|i| encode(picture.data(), offset(i), stride, blocks))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(paint: impl Fn(usize, usize) -> [u8; 3]) -> Tile {
        let mut rgba = Vec::new();
        for y in 0..DOWN {
            for x in 0..ACROSS {
                rgba.extend(paint(x, y));
                rgba.push(255);
            }
        }
        encode(&rgba, 0, ACROSS * 4, Blocks::All)
    }

    #[test]
    fn sextants_are_those_of_unicode() {
        // Names in Unicode's list: BLOCK SEXTANT- and the numbers of the parts.
        for (symbol, parts) in [
            ('\u{1fb00}', "1"),
            ('\u{1fb06}', "123"),
            ('\u{1fb13}', "35"),
            ('\u{1fb14}', "235"),
            ('\u{1fb27}', "146"),
            ('\u{1fb28}', "1246"),
            ('\u{1fb3b}', "23456"),
        ] {
            let shape = parts.bytes().map(|part| 1 << (part - b'1')).sum();
            assert_eq!(sextant(shape), Some(symbol), "{parts}");
        }
        let all: std::collections::HashSet<_> = (0..64).filter_map(sextant).collect();
        assert_eq!(all.len(), 60);
    }

    #[test]
    fn edges_come_out_as_the_block_that_has_them() {
        let (on, off) = ([250, 200, 100], [20, 10, 30]);
        let pick = |b: bool| if b { on } else { off };
        for (symbol, tile) in [
            (' ', cell(|_, _| on)),
            ('▀', cell(|_, y| pick(y < 4))),
            ('▌', cell(|x, _| pick(x < 2))),
            ('▂', cell(|_, y| pick(y >= 6))),
            ('▎', cell(|x, _| pick(x < 1))),
            ('▗', cell(|x, y| pick(x >= 2 && y >= 4))),
            ('▚', cell(|x, y| pick((x < 2) == (y < 4)))),
        ] {
            assert_eq!(tile.symbol, symbol);
            assert_eq!(tile.ink, on, "{symbol}");
            assert_eq!(
                tile.ground,
                if symbol == ' ' { on } else { off },
                "{symbol}"
            );
        }
    }
}
