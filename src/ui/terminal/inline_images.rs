//! Pictures as true pixels that lie in the cells themselves, so that what is
//! written later covers them: iTerm2's inline images
//! (<https://iterm2.com/documentation-images.html>) and sixel
//! (DEC STD 070, chapter 9).

use std::collections::HashMap;
use std::io::Write;

use color_quant::NeuQuant;
use ratatui::layout::Rect;
use tiny_skia::Pixmap;

use super::patch::{Patch, Sprite};
use crate::look::embed::{base64, png};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Protocol {
    Iterm,
    Sixel,
}

/// Sends pictures by one of these protocols.
pub struct InlineImages {
    protocol: Protocol,
    /// The patches' colours, chosen from the first of them.
    palette: Option<Palette>,
    /// Bytes that show a moving part in a pose, while what is round it stays.
    sent: HashMap<Sprite, Vec<u8>>,
}

/// Colours of a sixel picture: together what most terminals have registers for.
/// So many that fill much of it stand as they are, or a long soft shade would
/// become a few bands…
const PLAIN: usize = 96;
/// …and so many stand for all others.
const MIXED: usize = 128;
const COLORS: usize = PLAIN + MIXED;

impl InlineImages {
    /// For a terminal that knows the protocol.
    pub fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            palette: None,
            sent: HashMap::new(),
        }
    }

    /// Forgets all that was shown.
    pub fn forget(&mut self) {
        self.palette = None;
        self.sent.clear();
    }

    /// Shows patches, and gives the cells that they cover; `paint` gives the
    /// picture of a moving part with all that is round it.
    pub fn patches(
        &mut self,
        out: &mut Vec<u8>,
        patches: &[Patch],
        paint: impl Fn(&Sprite) -> Option<Pixmap>,
    ) -> Vec<Rect> {
        let mut covered = Vec::new();
        let mut palette = self.palette.take();
        for patch in patches {
            match patch {
                Patch::Picture(cells, picture) => {
                    self.sent.retain(|old, _| !old.cells.intersects(*cells));
                    self.send(out, *cells, picture, &mut palette);
                    covered.push(*cells);
                }
                Patch::Sprite(sprite) => {
                    if !self.sent.contains_key(sprite) {
                        let Some(picture) = paint(sprite) else {
                            continue;
                        };
                        let mut bytes = Vec::new();
                        self.send(&mut bytes, sprite.cells, &picture, &mut palette);
                        self.sent.insert(*sprite, bytes);
                    }
                    out.extend(&self.sent[sprite]);
                    covered.push(sprite.cells);
                }
            }
        }
        self.palette = palette;
        covered
    }

    /// Shows a picture of colours of its own.
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
    plain: HashMap<[u8; 3], u8>,
    colors: Vec<[u8; 3]>,
    mixed: NeuQuant,
    /// By the upper five bits of each primary; 255 where not looked up yet.
    nearest: Vec<u8>,
}

impl Palette {
    fn of(picture: &Pixmap) -> Self {
        let mut often: HashMap<[u8; 3], u32> = HashMap::new();
        for p in picture.pixels() {
            *often.entry([p.red(), p.green(), p.blue()]).or_default() += 1;
        }
        // Less than a cell's worth fills nothing.
        let mut often: Vec<_> = often.into_iter().filter(|(_, n)| *n >= 200).collect();
        often.sort_unstable_by_key(|&(color, n)| (std::cmp::Reverse(n), color));
        let mut colors: Vec<_> = often.into_iter().map(|o| o.0).take(PLAIN).collect();
        let plain = colors.iter().zip(0..).map(|(&c, n)| (c, n)).collect();
        let skip = (picture.pixels().len() / 40_000).clamp(1, 30) as i32;
        let mixed = NeuQuant::new(skip, MIXED, picture.data());
        colors.resize(PLAIN, [0; 3]);
        colors.extend((0..MIXED).map(|n| {
            let [r, g, b, _] = mixed.lookup(n).unwrap_or_default();
            [r, g, b]
        }));
        Self {
            plain,
            colors,
            mixed,
            nearest: vec![255; 1 << 15],
        }
    }

    fn index(&mut self, rgb: [u8; 3]) -> u8 {
        if let Some(plain) = self.plain.get(&rgb) {
            return *plain;
        }
        let [r, g, b] = rgb.map(|c| usize::from(c >> 3));
        let slot = &mut self.nearest[r << 10 | g << 5 | b];
        if *slot == 255 {
            let [r, g, b] = rgb;
            let mixed = self.mixed.index_of(&[r, g, b, 255]).min(MIXED - 1);
            *slot = (PLAIN + mixed) as u8;
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
        let [r, g, b] = palette.colors[n].map(|c| (u32::from(c) * 100 + 127) / 255);
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
        InlineImages::new(Protocol::Sixel).picture(&mut out, Rect::new(0, 0, 3, 1), &picture);
        let shown = read(out.strip_prefix(b"\x1b[1;1H").unwrap());
        for (y, line) in shown.iter().enumerate() {
            for (x, color) in line.iter().enumerate() {
                let wanted = at(y * 23 + x).map(|c| u32::from(c) * 100 / 255);
                let near = color.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 6);
                assert!(near, "{x},{y}: {color:?} for {wanted:?}");
            }
        }
    }

    #[test]
    fn an_inline_image_is_what_its_arguments_say() {
        let mut picture = Pixmap::new(12, 10).unwrap();
        for (i, pixel) in picture.data_mut().chunks_exact_mut(4).enumerate() {
            pixel.copy_from_slice(&[i as u8, 2 * i as u8, 255 - i as u8, 255]);
        }
        let mut out = Vec::new();
        InlineImages::new(Protocol::Iterm).picture(&mut out, Rect::new(3, 4, 6, 2), &picture);
        // OSC 1337 ; File = arguments : base64 of a file BEL, where the cursor is.
        let text = std::str::from_utf8(&out).unwrap();
        let file = text.strip_prefix("\x1b[5;4H\x1b]1337;File=").unwrap();
        let (arguments, coded) = file.strip_suffix('\x07').unwrap().split_once(':').unwrap();
        let arguments: HashMap<_, _> = arguments
            .split(';')
            .map(|a| a.split_once('=').unwrap())
            .collect();
        assert_eq!(arguments["inline"], "1");
        assert_eq!((arguments["width"], arguments["height"]), ("6", "2"));
        assert_eq!(arguments["preserveAspectRatio"], "0");
        // RFC 4648, read backwards: six bits a letter, `=` at the end.
        let letters = ('A'..='Z')
            .chain('a'..='z')
            .chain('0'..='9')
            .chain(['+', '/']);
        let value: HashMap<char, u32> = letters.zip(0..).collect();
        let mut bytes = Vec::new();
        for four in coded.as_bytes().chunks(4) {
            let filled = four.iter().filter(|c| **c != b'=').count();
            let bits = four.iter().fold(0, |bits, c| {
                bits << 6 | value.get(&char::from(*c)).copied().unwrap_or(0)
            });
            bytes.extend(&bits.to_be_bytes()[1..filled]);
        }
        assert_eq!(arguments["size"], bytes.len().to_string());
        let mut shown = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; shown.output_buffer_size().unwrap()];
        let frame = shown.next_frame(&mut pixels).unwrap();
        let wanted = picture.pixels().iter();
        let wanted: Vec<u8> = wanted
            .flat_map(|p| [p.red(), p.green(), p.blue()])
            .collect();
        assert_eq!((frame.width, frame.height), (12, 10));
        assert_eq!(pixels, wanted);
    }
}
