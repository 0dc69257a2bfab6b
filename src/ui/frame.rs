//! What a frame is drawn from, and what a drawing says of itself.

use crossterm::event::KeyCode;
use ratatui::layout::Rect;

use super::layout::{Kind, Layout};
use super::model::{Action, Knob, View};
use super::rack_picture::Rack;
use super::scene::{Medium, PianoKey};
use super::shelf::Tab;
use super::state::{Page, State};
use crate::look::theme::Theme;
use afterdark_tape::cassette::Side;

/// How things are shown on this terminal.
#[derive(Clone, Debug, Default)]
pub struct Appearance {
    /// Colours.
    pub theme: Theme,
    /// How pictures reach the eye.
    pub medium: Medium,
    /// Pictures go without shades, for terminals with few colours.
    pub flat: bool,
    /// Figures are written, not painted, for terminals without colours.
    pub plain: bool,
    /// No motion but that of the tape.
    pub still: bool,
}

/// All that a frame is drawn from.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub state: &'a State,
    pub appearance: &'a Appearance,
    pub layout: &'a Layout,
    pub view: &'a View,
    /// The cassette is on its way.
    pub changing: bool,
    /// It hides what is written above it.
    pub lifted: bool,
}

impl<'a> Frame<'a> {
    pub fn theme(&self) -> &'a Theme {
        &self.appearance.theme
    }

    /// True where there is room for more than the bare minimum.
    pub fn is_full(&self) -> bool {
        self.layout.kind == Kind::Full
    }

    /// True while something lies over the pictures.
    pub fn is_covered(&self) -> bool {
        is_covered(self.state, self.layout)
    }
}

/// True while something lies over the pictures.
pub(super) fn is_covered(state: &State, layout: &Layout) -> bool {
    state.help
        || state.over
        || state.find.is_some() && layout.card.is_empty()
        || state.shelf().is_some() && shelf_place(layout).1
}

/// Fewest lines and columns of the card that have room for the shelf.
const SHELF_LEAST: (u16, u16) = (28, 12);

/// Where the shelf is, and whether it lies over the pictures: in place of the
/// card, or of everything where that is too small.
pub(super) fn shelf_place(layout: &Layout) -> (Rect, bool) {
    let (card, second) = (layout.card, layout.second);
    if card.width >= SHELF_LEAST.0 && card.height >= SHELF_LEAST.1 {
        let right = if second.is_empty() {
            card.right()
        } else {
            second.right()
        };
        let width = right - card.x;
        return (Rect { width, ..card }, false);
    }
    let screen = layout.screen;
    let height = screen.height.saturating_sub(1);
    (Rect { height, ..screen }, true)
}

/// What lies under the mouse.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Hit {
    Key(PianoKey),
    Song(usize),
    /// A song of the programme that a search has found.
    Found(usize),
    Bar,
    Page(Page),
    Volume,
    /// From silence at its left to full volume at its right.
    VolumeBar,
    /// A knob from its least at the left to its most at the right.
    Knob(Knob, Action, Action),
    List,
    /// Something of the machine by itself.
    Act(Action),
    /// What a hint names does what it says.
    Press(KeyCode),
    /// The start of a side.
    Side(Side),
    /// A knob or switch: what turns it up, and down.
    Turn(Action, Action),
    /// A tape, song or file of the shelf.
    Spine(usize),
    ShelfTab(Tab),
}

/// What was drawn, and where it can be hit: what was drawn later lies on top.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub hits: Vec<(Rect, Hit)>,
    /// What turns each line of the Deck page that can be turned, up and down.
    pub turns: Vec<(Action, Action)>,
    /// Lines that what can be scrolled is longer than its place.
    pub most_scroll: Option<usize>,
    /// Where the card's picture is to be.
    pub cover: Option<Rect>,
    /// Columns and rows of what the shelf shows.
    pub rack: (usize, usize),
    /// The rack that is to be painted under what was written.
    pub painted: Option<Rack>,
}

impl Drawn {
    /// Of a card whose picture is to be there.
    pub fn covered(cover: Rect) -> Self {
        Self {
            cover: Some(cover),
            ..Self::default()
        }
    }

    pub fn hit(&mut self, area: Rect, hit: Hit) {
        self.hits.push((area, hit));
    }

    /// Takes note of what was drawn after it.
    pub fn add(&mut self, later: Drawn) {
        self.hits.extend(later.hits);
        if !later.turns.is_empty() {
            self.turns = later.turns;
        }
        self.most_scroll = later.most_scroll.or(self.most_scroll);
        self.cover = later.cover.or(self.cover);
        self.rack = self.rack.max(later.rack);
        self.painted = later.painted.or(self.painted.take());
    }
}
