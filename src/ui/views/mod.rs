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

use super::app::App;
use super::layout::Kind;
use super::model::View;
use super::scene::Scene;

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

/// Which kinds of screen have room for more than the bare minimum.
fn roomy(app: &App) -> bool {
    app.layout.kind == Kind::Full
}
