//! The picture on the card, made beside the screen so that a large cover
//! never holds up a key.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use tiny_skia::{IntRect, Pixmap};

use super::scene::Medium;
use super::scene::cells::{self, Tile};
use crate::look::art;
use crate::look::theme::Theme;

/// What tells one picture from another: tape, cover, size in columns.
type Name = (u64, usize, u16);

/// The picture of the tape in the machine.
#[derive(Default)]
pub struct Cover {
    name: Option<Name>,
    picture: Option<Pixmap>,
    tiles: Vec<Tile>,
    coming: Option<Receiver<Pixmap>>,
    /// Counts the pictures.
    version: u32,
}

impl Cover {
    /// Makes the picture ready, `columns` columns wide and half as many rows
    /// high: one painted for the tape of this number until the cover's file is read.
    pub fn prepare(
        &mut self,
        (seed, file): (u64, Option<&Arc<Vec<u8>>>),
        theme: &Theme,
        medium: Medium,
        columns: u16,
    ) {
        let width = match medium {
            Medium::Cells(_) => cells::ACROSS as u32,
            Medium::Pixels(w, _) | Medium::Inlaid(w, _) => u32::from(w),
        };
        let mut side = u32::from(columns) * width;
        if let Medium::Inlaid(_, h) = medium {
            // As much as fills its cells both ways; the rest is cut off.
            side = side.max(u32::from(columns / 2 * h));
        }
        let cover = file.map_or(0, |c| Arc::as_ptr(c) as usize);
        let name = (seed, cover, columns);
        if self.name != Some(name) {
            self.name = Some(name);
            self.set(art::painted(theme, seed, side), medium);
            self.coming = file.cloned().map(|bytes| {
                let (send, receive) = channel();
                std::thread::spawn(move || {
                    if let Some(picture) = art::cover(&bytes, side) {
                        // The screen may have gone on to another tape.
                        let _ = send.send(picture);
                    }
                });
                receive
            });
        }
        match self.coming.as_ref().map(Receiver::try_recv) {
            Some(Ok(picture)) => {
                self.set(Some(picture), medium);
                self.coming = None;
            }
            Some(Err(TryRecvError::Disconnected)) => self.coming = None,
            Some(Err(TryRecvError::Empty)) | None => {}
        }
    }

    fn set(&mut self, picture: Option<Pixmap>, medium: Medium) {
        let columns = self.name.map_or(0, |name| name.2);
        let picture = match (medium, picture) {
            (Medium::Inlaid(w, h), Some(picture)) => {
                let (w, h) = (u32::from(columns * w), u32::from(columns / 2 * h));
                IntRect::from_xywh(0, 0, w, h).and_then(|cells| picture.clone_rect(cells))
            }
            (_, picture) => picture,
        };
        self.version = self.version.wrapping_add(1);
        self.tiles = match (medium, &picture) {
            (Medium::Cells(blocks), Some(picture)) => cells::encode_all(picture, blocks),
            _ => Vec::new(),
        };
        self.picture = picture;
    }

    /// Its cells, row by row; empty where pictures are pixels.
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// Its pixels, and the number of the picture.
    pub fn picture(&self) -> (Option<&Pixmap>, u32) {
        (self.picture.as_ref(), self.version)
    }

    /// True while a cover is still being read.
    pub fn waits(&self) -> bool {
        self.coming.is_some()
    }

    /// Lets go of the picture, so that it is made anew.
    pub fn forget(&mut self) {
        self.name = None;
    }
}
