//! The picture on the card, made beside the screen so that a large cover
//! never holds up a key.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use ratatui::layout::Rect;
use tiny_skia::Pixmap;

use super::model::Card;
use super::scene::art;
use super::scene::cells::{self, Blocks, Tile};
use super::theme::Theme;

/// What tells one picture from another: tape, cover, size in columns.
type Name = (u64, usize, u16);

/// The picture of the tape in the machine.
#[derive(Default)]
pub struct Front {
    name: Option<Name>,
    tiles: (Rect, Vec<Tile>),
    coming: Option<Receiver<Pixmap>>,
}

impl Front {
    /// The picture in `columns` columns and half as many rows: the painted one
    /// until the cover's file is read.
    pub fn tiles(
        &mut self,
        card: &Card,
        theme: &Theme,
        blocks: Blocks,
        columns: u16,
    ) -> &(Rect, Vec<Tile>) {
        let columns = columns & !1;
        let side = u32::from(columns) * cells::ACROSS as u32;
        let cover = card.cover.as_ref().map_or(0, |c| Arc::as_ptr(c) as usize);
        let name = (card.seed, cover, columns);
        if self.name != Some(name) {
            self.name = Some(name);
            let painted = art::painted(theme, card.seed, side);
            self.tiles = painted.map(|p| art::tiles(&p, blocks)).unwrap_or_default();
            self.coming = card.cover.clone().map(|bytes| {
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
        if let Some(coming) = &self.coming {
            match coming.try_recv() {
                Ok(picture) => {
                    self.tiles = art::tiles(&picture, blocks);
                    self.coming = None;
                }
                Err(std::sync::mpsc::TryRecvError::Disconnected) => self.coming = None,
                Err(std::sync::mpsc::TryRecvError::Empty) => {}
            }
        }
        &self.tiles
    }

    /// True while a cover is still being read.
    pub fn waits(&self) -> bool {
        self.coming.is_some()
    }
}
