//! Text over and beside the painted scene, a file a part.

mod card;
mod controls;
mod deck;
mod find;
mod help;
mod label;
pub mod line;
mod lyrics;
mod map;
mod markdown;
mod pen;
pub mod songs;
mod status;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::app::App;
use super::layout::Kind;
use super::model::View;
use super::scene::Scene;
use super::scene::cells::Tile;

/// Draws everything.
pub(super) fn draw(app: &mut App, scene: Option<&Scene>, buffer: &mut Buffer, view: &View) {
    if let Some(scene) = scene {
        let origin = app.layout.scene;
        let (width, height) = scene.plan().size;
        let area = Rect::new(origin.x, origin.y, width, height);
        if scene.is_pixels() {
            blank(buffer, area, scene.is_under());
        } else {
            tiles(buffer, area, scene.tiles());
        }
        label::draw(app, scene, buffer, view);
    }
    controls::draw(app, buffer, view);
    card::draw(app, buffer, view);
    status::draw(app, buffer, view);
    if app.help {
        help::draw(app, buffer);
    } else if app.is_covered() {
        card::cover(app, buffer, view);
    }
}

/// Puts cells of the scene that have moved on the screen again.
pub(super) fn repaint(app: &App, scene: &Scene, buffer: &mut Buffer, changed: &[Rect]) {
    if scene.is_pixels() || app.is_covered() {
        return;
    }
    let origin = app.layout.scene;
    let width = usize::from(scene.plan().size.0);
    for area in changed {
        for y in area.top()..area.bottom() {
            let from = usize::from(y) * width + usize::from(area.x);
            let row = Rect::new(area.x + origin.x, y + origin.y, area.width, 1);
            let found = scene.tiles().get(from..from + usize::from(area.width));
            tiles(buffer, row, found.unwrap_or_default());
        }
    }
    label::dials(app, scene, buffer);
}

/// What the counter, the times and the meters say, in steps that can be seen.
#[derive(PartialEq)]
pub(super) struct Dials {
    counter: u32,
    seconds: (u64, i64, u64),
    head: u32,
    meters: [[i32; 3]; 2],
}

impl Dials {
    pub fn of(app: &App, view: &View) -> Self {
        let deck = &view.deck;
        let song = songs::current(view).map_or(0.0, |i| view.card.songs[i].start_s);
        let part = deck.side_s / deck.length_s.max(0.001);
        let columns = f64::from(app.layout.position.width);
        Self {
            counter: deck.counter as u32,
            seconds: (
                deck.side_s as u64,
                (deck.side_s - song) as i64,
                (deck.length_s - deck.side_s).max(0.0) as u64,
            ),
            head: (part * columns * 4.0) as u32,
            meters: controls::levels(app, view),
        }
    }
}

/// Draws counter, times and meters again where they have changed.
pub(super) fn redraw(
    app: &mut App,
    scene: Option<&Scene>,
    buffer: &mut Buffer,
    view: &View,
    dials: &Dials,
) {
    let Some(scene) = scene.filter(|_| !app.is_covered()) else {
        return;
    };
    let before = app.dials.take();
    let before = before.as_ref();
    if before.is_none_or(|old| old.meters != dials.meters) {
        controls::meters(app, buffer, view);
        app.changed.push(app.layout.meters);
    }
    let told = |d: &Dials| (d.counter, d.seconds, d.head);
    if before.is_none_or(|old| told(old) != told(dials)) {
        for area in [app.layout.counter, app.layout.position] {
            label::stand_on_paint(scene, app.layout.scene, buffer, area);
            app.changed.push(area);
        }
        controls::tape(app, buffer, view);
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

/// Empties cells in which pixels are shown; where those do not lie `under` the
/// text, nothing at all may be written there.
pub(super) fn blank(buffer: &mut Buffer, area: Rect, under: bool) {
    for position in area.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            if !under {
                cell.set_diff_option(CellDiffOption::Skip);
            }
        }
    }
}

/// Which kinds of screen have room for more than the bare minimum.
fn roomy(app: &App) -> bool {
    app.layout.kind == Kind::Full
}
