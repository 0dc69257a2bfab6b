//! The way that pictures go to the terminal.

use std::io::{self, Write};

use ratatui::layout::Rect;

use super::draw::Screen;
use super::scene::Medium;
use super::scene::cells::Blocks;
use super::terminal::{Ability, Characters, Graphics, InlineImages, Kitty, Pictures, Protocol};

/// See the module's documentation.
pub(super) struct Gallery {
    kitty: Option<Kitty>,
    images: Option<InlineImages>,
    blocks: Blocks,
    cell: Option<(u16, u16)>,
    out: Pictures,
    /// The card's picture that hangs there.
    cover: Option<(Rect, u32)>,
    /// Something lies over the pictures, and pixels would shine through.
    covered: bool,
}

impl Gallery {
    /// For a terminal that can do this; `blocks` are the user's wish.
    pub fn new(ability: &Ability, blocks: Option<Blocks>, out: Pictures) -> Self {
        let known = match (ability.characters, ability.sextants) {
            (Characters::All, true) => Blocks::Sextants,
            (Characters::All, false) => Blocks::All,
            (Characters::Console | Characters::Ascii, _) => Blocks::Halves,
        };
        let (mut kitty, mut images) = (None, None);
        match ability.graphics {
            Graphics::Blocks => {}
            Graphics::Kitty => kitty = Some(Kitty::default()),
            Graphics::Iterm => images = Some(InlineImages::new(Protocol::Iterm)),
            Graphics::Sixel => images = Some(InlineImages::new(Protocol::Sixel)),
        }
        Self {
            kitty,
            images,
            blocks: blocks.unwrap_or(known),
            cell: ability.cell,
            out,
            cover: None,
            covered: false,
        }
    }

    /// How pictures are to be made for the terminal as it is now.
    pub fn medium(&self) -> Medium {
        if !self.is_pixels() || self.covered {
            return Medium::Cells(self.blocks);
        }
        let told = crossterm::terminal::window_size().ok().and_then(|size| {
            let (w, h) = (
                size.width.checked_div(size.columns)?,
                size.height.checked_div(size.rows)?,
            );
            (w > 2 && h > 4).then_some((w, h))
        });
        let cell = told.or(self.cell);
        let (w, h) = cell.unwrap_or((10, 20));
        let (w, h) = (w.min(40), h.min(80));
        match &self.images {
            None => Medium::Pixels(w, h),
            // Pixels of a size only guessed would not meet their cells.
            Some(_) if cell.is_none() => Medium::Cells(self.blocks),
            Some(_) => Medium::Inlaid(w, h),
        }
    }

    fn is_pixels(&self) -> bool {
        self.kitty.is_some() || self.images.is_some()
    }

    /// Takes note of what lies over the pictures; true where they must be made
    /// anew for it.
    pub fn is_to_change(&mut self, covered: bool) -> bool {
        let changes = self.is_pixels() && covered != self.covered;
        self.covered = covered;
        changes
    }

    /// True where small motions cost next to nothing.
    pub fn cheap(&self) -> bool {
        self.kitty.is_some()
    }

    /// Takes everything down.
    pub fn clear(&mut self) -> Medium {
        if let Some(kitty) = &mut self.kitty {
            self.out.borrow_mut().extend_from_slice(kitty.forget());
        }
        if let Some(images) = &mut self.images {
            images.forget();
        }
        self.cover = None;
        self.medium()
    }

    /// Hangs up what is new; gives the cells whose text it may have covered.
    pub fn hang(&mut self, screen: &mut Screen) -> Vec<Rect> {
        let mut covered = Vec::new();
        let mut out = self.out.borrow_mut();
        if let Some((scene, patches)) = screen.patches() {
            if let Some(kitty) = &mut self.kitty {
                kitty.patches(&mut out, &patches, |sprite| scene.alone(sprite));
            } else if let Some(images) = &mut self.images {
                covered = images.patches(&mut out, &patches, |sprite| scene.in_place(sprite));
            }
        }
        let cover = screen.cover().map(|(_, area, version)| (area, version));
        if cover != self.cover {
            if let (Some(kitty), Some((area, _))) = (&mut self.kitty, self.cover) {
                kitty.take_down(&mut out, area);
            }
            if let Some((picture, area, _)) = screen.cover() {
                if let Some(kitty) = &mut self.kitty {
                    kitty.picture(&mut out, area, picture);
                } else if let Some(images) = &self.images {
                    images.picture(&mut out, area, picture);
                }
            }
            self.cover = cover;
        }
        covered
    }
}

impl Drop for Gallery {
    fn drop(&mut self) {
        if let Some(kitty) = &mut self.kitty {
            // The terminal may be gone; then so are the pictures.
            let _ = io::stdout().write_all(kitty.forget());
        }
    }
}
