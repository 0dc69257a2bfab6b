//! Text over and beside the painted scene, a file a part.

mod card;
mod controls;
mod deck;
mod help;
mod label;
pub mod line;
mod markdown;
mod pen;
pub mod songs;
mod status;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::app::App;
use super::layout::Kind;
use super::model::View;
use super::scene::Scene;
use super::scene::cells::Tile;

/// Draws everything that is not painted.
pub(super) fn draw(app: &mut App, scene: Option<&Scene>, buffer: &mut Buffer, view: &View) {
    if let Some(scene) = scene {
        label::draw(app, scene, buffer, view);
    }
    controls::draw(app, buffer, view);
    card::draw(app, buffer, view);
    status::draw(app, buffer, view);
    if app.help {
        help::draw(app, buffer);
    }
}

/// Puts painted cells on the screen.
pub(super) fn tiles(buffer: &mut Buffer, area: Rect, tiles: &[Tile]) {
    for (position, tile) in area.positions().zip(tiles) {
        if let Some(cell) = buffer.cell_mut(position) {
            let color = |[r, g, b]: [u8; 3]| Color::Rgb(r, g, b);
            cell.set_char(tile.symbol);
            (cell.fg, cell.bg) = (color(tile.ink), color(tile.ground));
        }
    }
}

/// Empties cells under which pixels are shown.
pub(super) fn blank(buffer: &mut Buffer, area: Rect) {
    for position in area.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
}

/// Which kinds of screen have room for more than the bare minimum.
fn roomy(app: &App) -> bool {
    app.layout.kind == Kind::Full
}
