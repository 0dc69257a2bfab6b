//! Pictures as true pixels that lie in the cells themselves, so that what is
//! written later covers them: iTerm2's inline images
//! (<https://iterm2.com/documentation-images.html>) and sixel
//! (DEC STD 070, chapter 9).

use std::io::Write;

use color_quant::NeuQuant;
use ratatui::layout::Rect;
use tiny_skia::Pixmap;

use super::kitty::{base64, png};
use crate::ui::scene::{Patch, Scene};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Protocol {
    Iterm,
    Sixel,
}

/// Sends pictures by one of these protocols.
pub struct Inlay {
    protocol: Protocol,
    /// The scene's colours, chosen from its first picture.
    palette: Option<Palette>,
}

/// Colours of a sixel picture: what most terminals have registers for.
const COLORS: usize = 128;

impl Inlay {
    /// For a terminal that knows the protocol.
    pub fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            palette: None,
        }
    }

    /// Forgets the scene's colours.
    pub fn forget(&mut self) {
        self.palette = None;
    }

    /// Bytes that show the patches of a scene whose corner is at `origin`, and
    /// the cells that they cover.
    pub fn patches(
        &mut self,
        out: &mut Vec<u8>,
        scene: &Scene,
        origin: (u16, u16),
        patches: &[Patch],
    ) -> Vec<Rect> {
        let mut covered = Vec::new();
        for patch in patches {
            let made;
            let (cells, picture) = match patch {
                Patch::Picture(cells, picture) => (*cells, picture),
                Patch::Hub(hub, turn) => {
                    let Some(picture) = scene.hub_in_place(*hub, *turn) else {
                        continue;
                    };
                    made = picture;
                    (scene.hub_cells(*hub), &made)
                }
            };
            let cells = Rect {
                x: cells.x + origin.0,
                y: cells.y + origin.1,
                ..cells
            };
            let mut palette = self.palette.take();
            self.send(out, cells, picture, &mut palette);
            self.palette = palette;
            covered.push(cells);
        }
        covered
    }

    /// Shows a picture that is no part of the scene.
    pub fn picture(&self, out: &mut Vec<u8>, cells: Rect, picture: &Pixmap) {
        self.send(out, cells, picture, &mut None);
    }

    fn send(
        &self,
        out: &mut Vec<u8>,
        cells: Rect,
        picture: &Pixmap,
        palette: &mut Option<Palette>,
    ) {
        // Writing to memory does not fail.
        let _ = write!(out, "\x1b[{};{}H", cells.y + 1, cells.x + 1);
        match self.protocol {
            Protocol::Iterm => {
                let Some(png) = png(picture) else { return };
                let _ = write!(
                    out,
                    "\x1b]1337;File=inline=1;size={};width={};height={};\
                     preserveAspectRatio=0;doNotMoveCursor=1:",
                    png.len(),
                    cells.width,
                    cells.height
                );
                out.extend(base64(&png));
                out.push(7);
            }
            Protocol::Sixel => {
                let palette = palette.get_or_insert_with(|| Palette::of(picture));
                sixel(out, picture, palette);
            }
        }
    }
}

/// Some colours, and which of them every other comes nearest to.
struct Palette {
    colors: NeuQuant,
    /// By the upper five bits of each primary; 255 where not looked up yet.
    nearest: Vec<u8>,
}

impl Palette {
    fn of(picture: &Pixmap) -> Self {
        let skip = (picture.pixels().len() / 40_000).clamp(1, 30) as i32;
        Self {
            colors: NeuQuant::new(skip, COLORS, picture.data()),
            nearest: vec![255; 1 << 15],
        }
    }

    fn index(&mut self, rgb: [u8; 3]) -> u8 {
        let [r, g, b] = rgb.map(|c| usize::from(c >> 3));
        let slot = &mut self.nearest[r << 10 | g << 5 | b];
        if *slot == 255 {
            let [r, g, b] = rgb;
            *slot = self.colors.index_of(&[r, g, b, 255]).min(COLORS - 1) as u8;
        }
        *slot
    }
}

/// A picture as sixels: bands of six lines, colour by colour.
fn sixel(out: &mut Vec<u8>, picture: &Pixmap, palette: &mut Palette) {
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let indices: Vec<u8> = picture
        .pixels()
        .iter()
        .map(|p| palette.index([p.red(), p.green(), p.blue()]))
        .collect();
    let mut used = [false; COLORS];
    for &i in &indices {
        used[usize::from(i)] = true;
    }
    let _ = write!(out, "\x1bP0;1;0q\"1;1;{w};{h}");
    for n in (0..COLORS).filter(|&n| used[n]) {
        let color = palette.colors.lookup(n).unwrap_or([0; 4]);
        let [r, g, b] = [color[0], color[1], color[2]].map(|c| (u32::from(c) * 100 + 127) / 255);
        let _ = write!(out, "#{n};2;{r};{g};{b}");
    }
    for band in indices.chunks(w * 6) {
        let mut here = [false; COLORS];
        for &i in band {
            here[usize::from(i)] = true;
        }
        for n in (0..COLORS).filter(|&n| here[n]) {
            let _ = write!(out, "#{n}");
            let (mut last, mut count) = (0_u8, 0_usize);
            for x in 0..w {
                let bits = band
                    .iter()
                    .skip(x)
                    .step_by(w)
                    .enumerate()
                    .fold(0, |bits, (y, &i)| bits | u8::from(usize::from(i) == n) << y);
                if bits == last {
                    count += 1;
                } else {
                    repeat(out, last, count);
                    (last, count) = (bits, 1);
                }
            }
            // What is left is nothing, or the last run.
            if last != 0 {
                repeat(out, last, count);
            }
            out.push(b'$');
        }
        out.push(b'-');
    }
    out.extend_from_slice(b"\x1b\\");
}

fn repeat(out: &mut Vec<u8>, bits: u8, count: usize) {
    let letter = b'?' + bits;
    if count > 3 {
        let _ = write!(out, "!{count}");
        out.push(letter);
    } else {
        out.extend(std::iter::repeat_n(letter, count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads sixels as DEC STD 070 describes them.
    fn read(bytes: &[u8]) -> Vec<Vec<[u32; 3]>> {
        let text = std::str::from_utf8(bytes).unwrap();
        let body = text.split_once("\x1bP0;1;0q").unwrap().1;
        let body = body.strip_suffix("\x1b\\").unwrap();
        let size = body.strip_prefix("\"1;1;").unwrap();
        let number = |from: &mut &str| -> usize {
            let end = from
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(from.len());
            let (n, rest) = from.split_at(end);
            *from = rest;
            n.parse().unwrap()
        };
        let mut rest = size;
        let w = number(&mut rest);
        rest = &rest[1..];
        let h = number(&mut rest);
        let mut colors = std::collections::HashMap::new();
        let mut picture = vec![vec![[999; 3]; w]; h];
        let (mut x, mut y, mut color) = (0, 0, 0);
        while let Some(c) = rest.chars().next() {
            rest = &rest[1..];
            let mut times = 1;
            let mut letter = c;
            match c {
                '#' => {
                    color = number(&mut rest);
                    if let Some(defined) = rest.strip_prefix(";2;") {
                        rest = defined;
                        let mut rgb = [0; 3];
                        for (i, part) in rgb.iter_mut().enumerate() {
                            *part = number(&mut rest) as u32;
                            if i < 2 {
                                rest = &rest[1..];
                            }
                        }
                        colors.insert(color, rgb);
                    }
                    continue;
                }
                '$' => {
                    x = 0;
                    continue;
                }
                '-' => {
                    (x, y) = (0, y + 6);
                    continue;
                }
                '!' => {
                    times = number(&mut rest);
                    letter = rest.chars().next().unwrap();
                    rest = &rest[1..];
                }
                _ => {}
            }
            for _ in 0..times {
                for bit in 0..6 {
                    if (letter as u8 - b'?') >> bit & 1 == 1 {
                        picture[y + bit][x] = colors[&color];
                    }
                }
                x += 1;
            }
        }
        picture
    }

    #[test]
    fn a_picture_read_back_has_every_pixel_in_its_colour() {
        let mut picture = Pixmap::new(23, 14).unwrap();
        let colors = [[250, 10, 20], [10, 240, 30], [20, 30, 230]];
        let at = |i: usize| colors[(i / 5 + i / 60) % 3];
        for (i, pixel) in picture.data_mut().chunks_exact_mut(4).enumerate() {
            let [r, g, b] = at(i);
            pixel.copy_from_slice(&[r, g, b, 255]);
        }
        let mut out = Vec::new();
        Inlay::new(Protocol::Sixel).picture(&mut out, Rect::new(0, 0, 3, 1), &picture);
        let shown = read(out.strip_prefix(b"\x1b[1;1H").unwrap());
        for (y, line) in shown.iter().enumerate() {
            for (x, color) in line.iter().enumerate() {
                let wanted = at(y * 23 + x).map(|c| u32::from(c) * 100 / 255);
                let near = color.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 6);
                assert!(near, "{x},{y}: {color:?} for {wanted:?}");
            }
        }
    }
}
