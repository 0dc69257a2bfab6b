//! Pictures as true pixels by kitty's graphics protocol
//! (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>). Only what moved is
//! sent; a hub's positions are sent once each and then only named.

use std::collections::HashMap;
use std::io::Write;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use ratatui::layout::Rect;
use tiny_skia::{Pixmap, PremultipliedColorU8};

use crate::ui::scene::{Patch, Scene, Turn};

/// Below text; see the protocol on `z`. Not below the grounds of cells: kitty
/// draws those by another way then, and some drivers draw them wrong.
const DEPTH: i32 = -100;
/// Most bytes of a payload in one piece.
const PIECE: usize = 4096;

/// What the terminal holds of our pictures.
#[derive(Debug, Default)]
pub struct Kitty {
    /// Picture shown in some cells, by the cells.
    shown: HashMap<Rect, u32>,
    /// Hubs sent: by side and position.
    hubs: HashMap<(usize, Turn), u32>,
    /// Hubs shown, and where.
    hub: [Option<(u32, Rect)>; 2],
    last: u32,
}

impl Kitty {
    /// Bytes that take all pictures away, here and in the terminal.
    pub fn forget(&mut self) -> &'static [u8] {
        *self = Self {
            last: self.last,
            ..Self::default()
        };
        b"\x1b_Ga=d,d=A,q=2\x1b\\"
    }

    fn name(&mut self) -> u32 {
        // Any number but 0; ours begin where another program's hardly do.
        self.last = (self.last + 1) % 1_000_000;
        0x6100_0000 + self.last
    }

    /// Bytes that show the patches of a scene whose corner is at `origin`.
    pub fn patches(&mut self, scene: &Scene, origin: (u16, u16), patches: &[Patch]) -> Vec<u8> {
        let mut out = Vec::new();
        for patch in patches {
            match patch {
                Patch::Picture(cells, picture) => {
                    let place = Rect {
                        x: cells.x + origin.0,
                        y: cells.y + origin.1,
                        ..*cells
                    };
                    self.picture(&mut out, place, picture);
                }
                Patch::Hub(hub, turn) => self.turn(&mut out, scene, origin, *hub, *turn),
            }
        }
        out
    }

    /// Shows a picture in some cells in place of what was there.
    pub fn picture(&mut self, out: &mut Vec<u8>, cells: Rect, picture: &Pixmap) {
        let id = self.name();
        send(out, id, picture);
        // Smaller ones lie on larger ones.
        let level = DEPTH + 40 - (u32::from(cells.width) * u32::from(cells.height)).ilog2() as i32;
        place(out, id, cells, level);
        // What it covers wholly is gone for good, hubs too.
        let covered: Vec<Rect> = self
            .shown
            .keys()
            .filter(|old| cells.intersection(**old) == **old)
            .copied()
            .collect();
        for old in covered {
            if let Some(id) = self.shown.remove(&old) {
                delete(out, id);
            }
        }
        self.shown.insert(cells, id);
        for hub in &mut self.hub {
            if let Some((id, _)) = hub.take_if(|(_, place)| cells.intersection(*place) == *place) {
                unplace(out, id);
            }
        }
    }

    /// Takes down what hangs in some cells.
    pub fn take_down(&mut self, out: &mut Vec<u8>, cells: Rect) {
        if let Some(id) = self.shown.remove(&cells) {
            delete(out, id);
        }
    }

    fn turn(
        &mut self,
        out: &mut Vec<u8>,
        scene: &Scene,
        origin: (u16, u16),
        hub: usize,
        turn: Turn,
    ) {
        let cells = scene.hub_cells(hub);
        let id = if let Some(id) = self.hubs.get(&(hub, turn)) {
            *id
        } else {
            let Some(picture) = scene.hub(hub, turn) else {
                return;
            };
            let id = self.name();
            send(out, id, &picture);
            self.hubs.insert((hub, turn), id);
            id
        };
        if self.hub[hub].is_some_and(|(shown, _)| shown == id) {
            return;
        }
        let cells = Rect {
            x: cells.x + origin.0,
            y: cells.y + origin.1,
            ..cells
        };
        place(out, id, cells, DEPTH + 60);
        if let Some((old, _)) = self.hub[hub].replace((id, cells)) {
            unplace(out, old);
        }
    }
}

/// Takes a picture down, but keeps it in the terminal.
fn unplace(out: &mut Vec<u8>, id: u32) {
    // Writing to memory does not fail.
    let _ = write!(out, "\x1b_Ga=d,d=i,i={id},q=2\x1b\\");
}

fn delete(out: &mut Vec<u8>, id: u32) {
    let _ = write!(out, "\x1b_Ga=d,d=I,i={id},q=2\x1b\\");
}

/// Shows a picture that the terminal has, filling some cells.
fn place(out: &mut Vec<u8>, id: u32, cells: Rect, level: i32) {
    let Rect {
        x,
        y,
        width,
        height,
    } = cells;
    let (row, column) = (y + 1, x + 1);
    let _ = write!(
        out,
        "\x1b[{row};{column}H\x1b_Ga=p,i={id},p=1,c={width},r={height},z={level},C=1,q=2\x1b\\"
    );
}

/// A picture as a PNG file.
pub fn png(picture: &Pixmap) -> Option<Vec<u8>> {
    let mut png = Vec::new();
    let (speed, filter) = (CompressionType::Default, FilterType::Adaptive);
    let encoder = PngEncoder::new_with_quality(&mut png, speed, filter);
    let (w, h) = (picture.width(), picture.height());
    // A hub alone has nothing round it; all else fills its cells.
    let written = if picture.pixels().iter().all(|p| p.alpha() == 255) {
        let rgb = |p: &PremultipliedColorU8| [p.red(), p.green(), p.blue()];
        let bytes: Vec<u8> = picture.pixels().iter().flat_map(rgb).collect();
        encoder.write_image(&bytes, w, h, ExtendedColorType::Rgb8)
    } else {
        let rgba = |p: &PremultipliedColorU8| {
            let c = p.demultiply();
            [c.red(), c.green(), c.blue(), c.alpha()]
        };
        let bytes: Vec<u8> = picture.pixels().iter().flat_map(rgba).collect();
        encoder.write_image(&bytes, w, h, ExtendedColorType::Rgba8)
    };
    written.is_ok().then_some(png)
}

/// Sends a picture as PNG, in pieces.
fn send(out: &mut Vec<u8>, id: u32, picture: &Pixmap) {
    let Some(png) = png(picture) else { return };
    let text = base64(&png);
    let mut pieces = text.chunks(PIECE).peekable();
    let mut first = true;
    while let Some(piece) = pieces.next() {
        let more = u8::from(pieces.peek().is_some());
        let _ = if std::mem::take(&mut first) {
            write!(out, "\x1b_Ga=t,f=100,i={id},q=2,m={more};")
        } else {
            write!(out, "\x1b_Gm={more},q=2;")
        };
        out.extend_from_slice(piece);
        out.extend_from_slice(b"\x1b\\");
    }
}

/// Binary as text (RFC 4648, section 4).
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let n = three
            .iter()
            .enumerate()
            .fold(0_u32, |n, (i, b)| n | u32::from(*b) << (16 - 8 * i));
        for i in 0..4 {
            let letter = LETTERS[(n >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= three.len() { letter } else { b'=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        // Test vectors of RFC 4648, section 10.
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded.as_bytes());
        }
    }

    #[test]
    fn a_picture_is_sent_in_pieces_and_replaces_what_it_covers() {
        let mut kitty = Kitty::default();
        let noise = |w, h| {
            let mut picture = Pixmap::new(w, h).unwrap();
            let mut n = 1_u32;
            for byte in picture.data_mut().chunks_exact_mut(4) {
                n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                byte.copy_from_slice(&[(n >> 24) as u8, (n >> 16) as u8, (n >> 8) as u8, 255]);
            }
            picture
        };
        let mut out = Vec::new();
        kitty.picture(&mut out, Rect::new(2, 2, 4, 2), &noise(80, 80));
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("m=1;") && text.contains("m=0,q=2;"));
        assert!(
            text.split(';')
                .skip(1)
                .all(|p| p.split('\x1b').next().unwrap().len() <= PIECE)
        );
        let mut out = Vec::new();
        kitty.picture(&mut out, Rect::new(0, 0, 10, 5), &noise(10, 10));
        assert!(
            String::from_utf8(out)
                .unwrap()
                .contains("a=d,d=I,i=1627389953")
        );
    }
}
