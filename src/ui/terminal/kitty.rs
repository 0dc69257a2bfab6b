//! Pictures as true pixels by kitty's graphics protocol
//! (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>). Only what moved is
//! sent; a moving part's poses are sent once each and then only named.

use std::collections::HashMap;
use std::io::Write;

use ratatui::layout::Rect;
use tiny_skia::Pixmap;

use super::patch::{Patch, Sprite};
use crate::look::embed::{base64, png};

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
    /// Poses of moving parts sent.
    sent: HashMap<Sprite, u32>,
    /// Moving parts shown, by their cells.
    moving: HashMap<Rect, u32>,
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

    /// Shows patches; `paint` gives the picture of a moving part alone,
    /// transparent round it.
    pub fn patches(
        &mut self,
        out: &mut Vec<u8>,
        patches: &[Patch],
        paint: impl Fn(&Sprite) -> Option<Pixmap>,
    ) {
        for patch in patches {
            match patch {
                Patch::Picture(cells, picture) => self.picture(out, *cells, picture),
                Patch::Sprite(sprite) => self.pose(out, sprite, &paint),
            }
        }
    }

    /// Shows a picture in some cells in place of what was there.
    pub fn picture(&mut self, out: &mut Vec<u8>, cells: Rect, picture: &Pixmap) {
        let id = self.name();
        send(out, id, picture);
        // Smaller ones lie on larger ones.
        let level = DEPTH + 40 - (u32::from(cells.width) * u32::from(cells.height)).ilog2() as i32;
        place(out, id, cells, level);
        // What it covers wholly is gone for good, moving parts too.
        let covers = |old: &Rect| cells.intersection(*old) == *old;
        for (_, id) in self.shown.extract_if(|old, _| covers(old)) {
            delete(out, id);
        }
        self.shown.insert(cells, id);
        for (_, id) in self.moving.extract_if(|old, _| covers(old)) {
            unplace(out, id);
        }
    }

    /// Takes down what hangs in some cells.
    pub fn take_down(&mut self, out: &mut Vec<u8>, cells: Rect) {
        if let Some(id) = self.shown.remove(&cells) {
            delete(out, id);
        }
    }

    fn pose(
        &mut self,
        out: &mut Vec<u8>,
        sprite: &Sprite,
        paint: impl Fn(&Sprite) -> Option<Pixmap>,
    ) {
        let id = if let Some(id) = self.sent.get(sprite) {
            *id
        } else {
            let Some(picture) = paint(sprite) else { return };
            let id = self.name();
            send(out, id, &picture);
            self.sent.insert(*sprite, id);
            id
        };
        if self.moving.get(&sprite.cells) == Some(&id) {
            return;
        }
        place(out, id, sprite.cells, DEPTH + 60);
        if let Some(old) = self.moving.insert(sprite.cells, id) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
