//! What the screen remembers between two frames, and drawing what has changed.

mod hand;
mod input;
mod steady;

use std::time::Instant;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use self::hand::Door;
use self::input::TAP;
use self::steady::Steady;
use super::cover::Cover;
use super::find::Find;
use super::layout::{Kind, Layout};
use super::model::{Action, Listed, View};
use super::scene::{Key, Medium, Scene};
use super::terminal::Patch;
use super::views;
use crate::look::theme::Theme;
use afterdark_tape::cassette::Side;

/// A page of the card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Page {
    #[default]
    Songs,
    Notes,
    Lyrics,
    Deck,
}

impl Page {
    /// In the order of Tab.
    pub const ALL: [Page; 4] = [Page::Songs, Page::Notes, Page::Lyrics, Page::Deck];

    /// For the eye.
    pub fn name(self) -> &'static str {
        match self {
            Page::Songs => "Songs",
            Page::Notes => "Notes",
            Page::Lyrics => "Lyrics",
            Page::Deck => "Deck",
        }
    }
}

/// What lies under the mouse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hit {
    Key(Key),
    Song(usize),
    /// A song of the programme that a search has found.
    Found(usize),
    Bar,
    Page(Page),
    Volume,
    List,
    /// A knob or switch: what turns it up, and down.
    Turn(Action, Action),
}

/// The screen's own state.
pub struct App {
    pub(super) theme: Theme,
    pub(super) medium: Medium,
    /// Where the card's picture is, and its number, where pictures are pixels.
    pub(super) cover_at: Option<(Rect, u32)>,
    pub(super) cover: Cover,
    pub(super) page: Page,
    /// Index on the card's songs.
    pub(super) selected: usize,
    /// The selection goes with the song that plays until a person moves it.
    follow: bool,
    /// First line shown of the notes or the deck's page.
    pub(super) scroll: usize,
    pub(super) help: bool,
    /// A page lies over a picture that leaves no room beside it.
    pub(super) over: bool,
    /// The search that is on, which takes the keys.
    pub(super) find: Option<Find>,
    /// Lines that the notes have under the songs.
    pub(super) notes_below: u16,
    /// Line of the deck's page that is chosen, among those that can be turned.
    pub(super) row: usize,
    /// What turns each of these up, and down.
    pub(super) turns: Vec<(Action, Action)>,
    pub(super) layout: Layout,
    scene: Option<Scene>,
    tapped: Option<(Key, Instant)>,
    pub(super) hits: Vec<(Rect, Hit)>,
    songs: usize,
    card_revision: Option<(u64, u64)>,
    /// Side and tape shown last, and since when the cassette is being changed.
    loaded: Option<(Side, u32)>,
    changing: Option<Instant>,
    door: Door,
    /// The cassette hides what is written above it.
    pub(super) lifted: bool,
    still: bool,
    pub(super) flat: bool,
    /// Figures are written, not painted.
    pub(super) plain: bool,
    /// Another theme is wished for.
    redress: bool,
    buffer: Buffer,
    pub(super) changed: Vec<Rect>,
    steady: Option<Steady>,
    pub(super) dials: Option<views::Dials>,
}

impl App {
    /// With a theme, and the way that pictures are shown.
    pub fn new(theme: Theme, medium: Medium) -> Self {
        Self {
            theme,
            medium,
            cover_at: None,
            cover: Cover::default(),
            page: Page::default(),
            selected: 0,
            follow: true,
            scroll: 0,
            help: false,
            over: false,
            find: None,
            notes_below: 0,
            row: 0,
            turns: Vec::new(),
            layout: Layout::new(Rect::default()),
            scene: None,
            tapped: None,
            hits: Vec::new(),
            songs: 0,
            card_revision: None,
            loaded: None,
            changing: None,
            door: Door::Shut,
            lifted: false,
            still: false,
            flat: false,
            plain: false,
            redress: false,
            buffer: Buffer::default(),
            changed: Vec::new(),
            steady: None,
            dials: None,
        }
    }

    /// Whether the cassette is turned over without the motion being shown.
    pub fn reduce_motion(&mut self, still: bool) {
        self.still = still;
    }

    /// Whether pictures go without shades, for terminals with few colours.
    pub fn flatten(&mut self, flat: bool) {
        self.flat = flat;
    }

    /// Whether figures are written, for terminals without colours.
    pub fn write_figures(&mut self, plain: bool) {
        self.plain = plain;
    }

    /// True while something moves that the machine knows nothing of.
    pub fn animating(&self) -> bool {
        self.tapped.is_some() || self.changing.is_some() || self.cover.waits()
    }

    /// True while cassette or door are on their way.
    pub(super) fn is_changing(&self) -> bool {
        self.changing.is_some()
    }

    /// Draws what has changed since the last call; [`buffer`](Self::buffer) has
    /// it, and [`take_changed`](Self::take_changed) says where.
    pub fn draw(&mut self, screen: Rect, view: &View) {
        if self.layout.screen != screen || self.buffer.area != screen {
            self.lay_out(screen);
        }
        self.take(view);
        if self.layout.kind == Kind::Line {
            self.whole(view);
            return;
        }
        self.move_scene(view);
        let steady = Steady::of(self, view);
        let still = self.steady.as_ref() == Some(&steady) && !self.animating();
        self.steady = Some(steady);
        let changed = self.scene.as_mut().map(Scene::take_changed);
        let changed = changed.unwrap_or_default();
        let moving = self.scene.as_ref().map(Scene::moving).unwrap_or_default();
        if !still || !changed.iter().all(|area| moving.contains(area)) {
            self.whole(view);
            return;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let scene = self.scene.take();
        if let Some(scene) = &scene {
            views::repaint(self, scene, &mut buffer, &changed);
            let origin = self.layout.scene;
            let there = changed.iter().map(|r| Rect {
                x: r.x + origin.x,
                y: r.y + origin.y,
                ..*r
            });
            self.changed.extend(there);
        }
        let hits = self.hits.len();
        let dials = views::Dials::of(self, view);
        if self.dials.as_ref() != Some(&dials) {
            views::redraw(self, scene.as_ref(), &mut buffer, view, &dials);
            self.dials = Some(dials);
        }
        self.hits.truncate(hits);
        self.scene = scene;
        self.buffer = buffer;
    }

    /// Draws everything.
    fn whole(&mut self, view: &View) {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.reset();
        let area = buffer.area;
        self.hits.clear();
        self.cover_at = None;
        let back = Style::new()
            .bg(self.theme.screen.back.into())
            .fg(self.theme.screen.text.into());
        buffer.set_style(area, back);
        let scene = self.scene.take();
        if self.layout.kind == Kind::Line {
            views::line::draw(&mut buffer, view);
        } else {
            views::draw(self, scene.as_ref(), &mut buffer, view);
        }
        self.dials = Some(views::Dials::of(self, view));
        self.scene = scene;
        self.buffer = buffer;
        self.changed = vec![area];
    }

    fn lay_out(&mut self, screen: Rect) {
        self.buffer = Buffer::empty(screen);
        self.layout = Layout::new(screen);
        // Each kind of screen has its own way to the pages.
        if self.layout.kind != Kind::Full {
            self.page = Page::Songs;
        }
        self.over = false;
        if self.plain {
            self.layout.write_figures();
        }
        self.changing = None;
        self.steady = None;
        self.scene = match self.layout.kind {
            Kind::Line => None,
            _ => Scene::new(
                self.layout.plan.clone(),
                &self.theme,
                self.medium,
                self.flat,
            ),
        };
    }

    /// The screen as it was drawn last.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Where it has changed since the last call.
    pub fn take_changed(&mut self) -> Vec<Rect> {
        std::mem::take(&mut self.changed)
    }

    /// The colours that are worn.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Whether another theme has been wished for since the last call.
    pub fn take_redress(&mut self) -> bool {
        std::mem::take(&mut self.redress)
    }

    /// Puts on another theme; [`show_by`](Self::show_by) is to follow.
    pub fn dress(&mut self, theme: Theme) {
        self.theme = theme;
    }

    /// Takes pictures as another way to show them, or all of them again.
    pub fn show_by(&mut self, medium: Medium) {
        self.medium = medium;
        self.layout = Layout::new(Rect::default());
        self.cover.forget();
    }

    /// True while something lies over the pictures.
    pub fn is_covered(&self) -> bool {
        self.help || self.over || self.find.is_some() && self.layout.card.is_empty()
    }

    /// Whether [`list`](Self::list) is to be called with the songs of the box.
    pub fn wants_list(&self, view: &View) -> bool {
        let find = self.find.as_ref();
        find.is_some_and(|find| find.wants(view.card.revision))
    }

    /// Takes the songs that a search goes through.
    pub fn list(&mut self, songs: Vec<Listed>, view: &View) {
        if let Some(find) = &mut self.find {
            find.list(songs, view.card.revision);
        }
    }

    /// The scene, and what of it is to be shown anew on the screen, where
    /// pictures are pixels.
    pub fn patches(&mut self) -> Option<(&Scene, Vec<Patch>)> {
        let origin = (self.layout.scene.x, self.layout.scene.y);
        let scene = self.scene.as_mut()?;
        let patches = scene.take_patches().into_iter();
        let placed = patches.map(|patch| patch.moved(origin)).collect();
        Some((scene, placed))
    }

    /// The card's picture, its place, and its number, where pictures are pixels.
    pub fn cover(&self) -> Option<(&tiny_skia::Pixmap, Rect, u32)> {
        let (area, version) = self.cover_at?;
        Some((self.cover.picture().0?, area, version))
    }

    /// Keeps up with what is in the machine.
    fn take(&mut self, view: &View) {
        let card = (view.card.revision, view.card.seed);
        if self.card_revision != Some(card) {
            let other_tape = self.card_revision.is_none_or(|(_, seed)| seed != card.1);
            self.card_revision = Some(card);
            if other_tape {
                self.follow = true;
                self.scroll = 0;
            }
        }
        self.songs = view.card.songs.len();
        if self.follow {
            self.selected = views::songs::current(view).unwrap_or(0);
        }
        self.selected = self.selected.min(self.songs.saturating_sub(1));
        if self.tapped.is_some_and(|(_, since)| since.elapsed() > TAP) {
            self.tapped = None;
        }
    }
}
