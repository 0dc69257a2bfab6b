//! Text over and beside the painted scene, a file a part.

mod card;
mod controls;
mod deck;
mod file;
mod find;
mod help;
mod label;
pub mod line;
mod lyrics;
mod map;
mod markdown;
mod meters;
mod pen;
pub mod said;
mod shelf;
mod songs;
mod status;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::frame::{Drawn, Frame};
use super::model::View;
use super::scene::Scene;
use crate::look::theme::Theme;

pub(super) use meters::draw as meters;
pub(super) use pen::{blank, tiles};

/// What plays, for the window's title.
pub(super) fn title(view: &View) -> String {
    let card = &view.card;
    let song = view.current_song().map(|i| &card.songs[i]);
    let title = song.map_or(&card.title, |song| &song.title);
    let artist = song.and_then(|song| song.artist.as_ref());
    let artist = artist.unwrap_or(&card.artist);
    if artist.is_empty() {
        title.clone()
    } else {
        format!("{artist} – {title}")
    }
}

/// Draws everything but what lies over it.
pub(super) fn draw(frame: &Frame, scene: Option<&Scene>, buffer: &mut Buffer) -> Drawn {
    let mut drawn = Drawn::default();
    if let Some(scene) = scene {
        let origin = frame.layout.scene;
        let (width, height) = scene.plan().size;
        let area = Rect::new(origin.x, origin.y, width, height);
        if scene.is_pixels() {
            blank(buffer, area, scene.is_under());
        } else {
            tiles(buffer, area, scene.tiles());
        }
        drawn = label::draw(frame, scene, buffer);
    }
    drawn.add(controls::draw(frame, buffer));
    let over_card = frame.state.shelf().is_some() && !frame.is_covered();
    let shelf = if over_card {
        shelf::draw(frame, buffer)
    } else {
        None
    };
    drawn.add(shelf.unwrap_or_else(|| card::draw(frame, buffer)));
    drawn.add(status::draw(frame, buffer));
    drawn
}

/// Draws what lies over everything, if anything does.
pub(super) fn cover(frame: &Frame, buffer: &mut Buffer) -> Option<Drawn> {
    if frame.state.help {
        Some(help::draw(frame, buffer))
    } else if frame.state.shelf().is_some() && frame.is_covered() {
        shelf::draw(frame, buffer)
    } else if frame.is_covered() {
        Some(card::cover(frame, buffer))
    } else {
        None
    }
}

/// Puts cells of the scene that have moved on the screen again.
pub(super) fn repaint(
    theme: &Theme,
    scene: &Scene,
    origin: Rect,
    buffer: &mut Buffer,
    changed: &[Rect],
) {
    if scene.is_pixels() {
        return;
    }
    let width = usize::from(scene.plan().size.0);
    for area in changed {
        for y in area.top()..area.bottom() {
            let from = usize::from(y) * width + usize::from(area.x);
            let row = Rect::new(area.x + origin.x, y + origin.y, area.width, 1);
            let found = scene.tiles().get(from..from + usize::from(area.width));
            tiles(buffer, row, found.unwrap_or_default());
        }
    }
    label::dials(theme, scene, origin, buffer);
}

/// Draws the counter's figures and the place on the tape again.
pub(super) fn tape(frame: &Frame, scene: &Scene, buffer: &mut Buffer) {
    for area in [frame.layout.counter, frame.layout.position] {
        label::stand_on_paint(scene, frame.layout.scene, buffer, area);
    }
    controls::tape(frame, buffer);
}
