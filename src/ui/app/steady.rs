//! Telling whether anything but the moving parts has changed.

use std::sync::Arc;

use super::{App, Page};
use crate::deck::Snapshot;
use crate::ui::model::{Lyrics, Sound, View};
use crate::ui::views;

/// What the screen says that does not move by itself: while it stays, only
/// the moving parts are drawn.
#[derive(PartialEq)]
pub(super) struct Steady {
    /// The machine without what turns, counts and swings.
    deck: Snapshot,
    card: (u64, u64),
    output: (String, bool, u64),
    message: Option<(String, bool)>,
    song: Option<usize>,
    lyrics: Option<(Lyrics, Option<usize>)>,
    sound: Arc<Sound>,
    wear: Arc<[Vec<f32>; 2]>,
    running: bool,
    screen: (Page, usize, usize, usize, bool),
    over: bool,
    find: Option<(String, usize, usize)>,
}

impl Steady {
    /// What it says now.
    pub fn of(app: &App, view: &View) -> Self {
        let still = Snapshot::default();
        Self {
            deck: Snapshot {
                side_s: 0.0,
                speed: 0.0,
                left_radius_mm: 0.0,
                right_radius_mm: 0.0,
                left_turns: 0.0,
                right_turns: 0.0,
                counter: 0.0,
                meters: still.meters,
                frames: 0,
                ..view.deck
            },
            card: (view.card.revision, view.card.seed),
            output: (view.output.clone(), view.output_lost, view.underruns),
            message: view.message.clone(),
            song: views::songs::current(view),
            lyrics: view
                .lyrics
                .as_ref()
                .map(|lyrics| (lyrics.clone(), lyrics.line_at(view.deck.side_s))),
            sound: Arc::clone(&view.sound),
            wear: Arc::clone(&view.wear),
            running: view.deck.speed.abs() > 0.01,
            screen: (app.page, app.selected, app.scroll, app.row, app.help),
            over: app.over,
            find: app
                .find
                .as_ref()
                .map(|find| (find.query().to_owned(), find.len(), find.chosen())),
        }
    }
}
