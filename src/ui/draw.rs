//! The screen: what a person chose and the machine's state become cells, and
//! only what has changed is drawn again.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use tiny_skia::Pixmap;

use super::animation::Animation;
use super::changes::{Dials, Shown};
use super::cover::Cover;
use super::frame::{Appearance, Drawn, Frame, is_covered};
use super::layout::{Kind, Layout};
use super::model::{Action, View};
use super::rack_picture::RackPicture;
use super::scene::{Medium, Scene};
use super::shelf::Shelf;
use super::state::State;
use super::terminal::Patch;
use super::views;
use crate::look::theme::Theme;
use crate::shelf::Desk;
use afterdark_tape::cassette::Length;

/// See the module's documentation.
pub struct Screen {
    pub(super) state: State,
    pub(super) animation: Animation,
    pub(super) layout: Layout,
    pub(super) drawn: Drawn,
    appearance: Appearance,
    scene: Option<Scene>,
    cover: Cover,
    rack: RackPicture,
    /// Where the card's picture is, and its number, where pictures are pixels.
    cover_at: Option<(Rect, u32)>,
    shown: Option<Shown>,
    buffer: Buffer,
    changed: Vec<Rect>,
}

impl Screen {
    /// With a look.
    pub fn new(appearance: Appearance) -> Self {
        Self {
            state: State::default(),
            animation: Animation::new(appearance.still),
            layout: Layout::new(Rect::default()),
            drawn: Drawn::default(),
            appearance,
            scene: None,
            cover: Cover::default(),
            rack: RackPicture::default(),
            cover_at: None,
            shown: None,
            buffer: Buffer::default(),
            changed: Vec::new(),
        }
    }

    /// Gives it a shelf.
    pub fn put_up_shelf(&mut self, desk: Desk) {
        self.state.shelf = Some(Shelf::new(desk));
    }

    /// Goes before the shelf, or makes a tape of this length there.
    pub fn open_shelf(&mut self, blank: Option<Length>) {
        if let Some(shelf) = &mut self.state.shelf {
            shelf.open(blank.is_some());
            if let Some(length) = blank {
                shelf.making.begin().set_length(length);
            }
        }
    }

    /// True while an answer of the shelf is still to come.
    pub fn waits(&self) -> bool {
        self.state.shelf.as_ref().is_some_and(Shelf::waits)
    }

    /// What was chosen on the shelf, once its thread has told what it is.
    pub fn take_action(&mut self) -> Option<Action> {
        let action = self.state.shelf.as_mut()?.take_action();
        if action.is_some() {
            self.state.follow = true;
            self.animation.leave_door();
        }
        action
    }

    /// True while something moves that the machine knows nothing of.
    pub fn is_animating(&self) -> bool {
        self.animation.is_moving() || self.cover.waits()
    }

    /// Draws what has changed since the last call; [`buffer`](Self::buffer) has
    /// it, and [`take_changed`](Self::take_changed) says where.
    pub fn draw(&mut self, screen: Rect, view: &View) {
        if self.layout.screen != screen || self.buffer.area != screen {
            self.lay_out(screen);
        }
        self.state.keep_up(view);
        let (mut changed, mut moving) = (Vec::new(), Vec::new());
        if let Some(scene) = &mut self.scene {
            self.animation.step(scene, view);
            changed = scene.take_changed();
            moving = scene.moving();
        }
        let shown = Shown::of(&self.frame(view));
        let before = self.shown.take();
        let still = before.as_ref().filter(|old| old.still == shown.still);
        let in_place = changed.iter().all(|area| moving.contains(area));
        match still {
            Some(before) if in_place && !self.is_animating() => {
                self.repaint(&changed);
                self.redraw(view, &before.dials, &shown.dials);
            }
            _ => self.whole(view),
        }
        self.shown = Some(shown);
    }

    fn frame<'a>(&'a self, view: &'a View) -> Frame<'a> {
        Frame {
            state: &self.state,
            appearance: &self.appearance,
            layout: &self.layout,
            view,
            changing: self.animation.is_changing(),
            lifted: self.animation.is_lifted(),
        }
    }

    /// Draws everything.
    fn whole(&mut self, view: &View) {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.reset();
        let area = buffer.area;
        let colors = &self.appearance.theme.screen;
        let back = Style::new().bg(colors.back.into()).fg(colors.text.into());
        buffer.set_style(area, back);
        self.cover_at = None;
        let mut drawn = Drawn::default();
        if self.layout.kind == Kind::Line {
            views::line::draw(&mut buffer, view);
        } else {
            drawn = views::draw(&self.frame(view), self.scene.as_ref(), &mut buffer);
            if let Some(area) = drawn.cover {
                self.hang_cover(area, view, &mut buffer);
            }
            if let Some(over) = views::cover(&self.frame(view), &mut buffer) {
                if let Some(area) = over.cover {
                    self.hang_cover(area, view, &mut buffer);
                }
                drawn = over;
            }
        }
        if let (Medium::Pixels(w, h), Some(rack)) = (self.appearance.medium, drawn.painted.take()) {
            let area = rack.area;
            self.cover_at = Some((area, self.rack.prepare(rack, (w, h))));
        }
        if let Some(most) = drawn.most_scroll {
            self.state.scroll = self.state.scroll.min(most);
        }
        self.drawn = drawn;
        self.buffer = buffer;
        self.changed = vec![area];
    }

    /// Shows the card's picture there.
    fn hang_cover(&mut self, area: Rect, view: &View, buffer: &mut Buffer) {
        let Appearance { theme, medium, .. } = &self.appearance;
        let inside = self.state.shelf().and_then(|shelf| shelf.inside.as_ref());
        let of = match inside {
            Some(inside) => (inside.number(), inside.cover.as_ref()),
            None => (view.card.seed, view.card.cover.as_ref()),
        };
        self.cover.prepare(of, theme, *medium, area.width);
        if let Medium::Cells(_) = medium {
            views::tiles(buffer, area, self.cover.tiles());
        } else {
            views::blank(buffer, area, matches!(medium, Medium::Pixels(..)));
            self.cover_at = Some((area, self.cover.picture().1));
        }
    }

    /// Puts cells of the scene that have moved on the screen again.
    fn repaint(&mut self, changed: &[Rect]) {
        let Some(scene) = &self.scene else { return };
        let origin = self.layout.scene;
        if !is_covered(&self.state, &self.layout) {
            let theme = &self.appearance.theme;
            views::repaint(theme, scene, origin, &mut self.buffer, changed);
        }
        self.changed.extend(changed.iter().map(|area| Rect {
            x: area.x + origin.x,
            y: area.y + origin.y,
            ..*area
        }));
    }

    /// Draws counter, times and meters again where they have changed.
    fn redraw(&mut self, view: &View, before: &Dials, now: &Dials) {
        if before == now {
            return;
        }
        if self.layout.kind == Kind::Line {
            self.whole(view);
            return;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let frame = self.frame(view);
        let mut changed = Vec::new();
        if let Some(scene) = self.scene.as_ref().filter(|_| !frame.is_covered()) {
            if before.meters != now.meters {
                views::meters(&frame, &mut buffer);
                changed.push(self.layout.meters);
            }
            if before.tape != now.tape {
                views::tape(&frame, scene, &mut buffer);
                changed.extend([self.layout.counter, self.layout.position]);
            }
        }
        self.buffer = buffer;
        self.changed.extend(changed);
    }

    fn lay_out(&mut self, screen: Rect) {
        self.buffer = Buffer::empty(screen);
        self.layout = Layout::new(screen);
        self.state.adapt(self.layout.kind);
        if self.appearance.plain {
            self.layout.write_figures();
        }
        self.animation.cut_short();
        self.shown = None;
        let Appearance {
            theme,
            medium,
            flat,
            ..
        } = &self.appearance;
        self.scene = match self.layout.kind {
            Kind::Line => None,
            _ => Scene::new(self.layout.plan.clone(), theme, *medium, *flat),
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

    /// The colours.
    pub fn theme(&self) -> &Theme {
        &self.appearance.theme
    }

    /// Whether another theme has been wished for since the last call.
    pub fn take_theme_change(&mut self) -> bool {
        std::mem::take(&mut self.state.theme_change)
    }

    /// Whether a picture has been wished for since the last call.
    pub fn take_picture_wish(&mut self) -> bool {
        std::mem::take(&mut self.state.picture)
    }

    /// Takes other colours; [`show_by`](Self::show_by) is to follow.
    pub fn set_theme(&mut self, theme: Theme) {
        self.appearance.theme = theme;
    }

    /// Takes pictures as another way to show them, or all of them again.
    pub fn show_by(&mut self, medium: Medium) {
        self.appearance.medium = medium;
        self.layout = Layout::new(Rect::default());
        self.cover.forget();
    }

    /// True while something lies over the pictures.
    pub fn is_covered(&self) -> bool {
        is_covered(&self.state, &self.layout)
    }

    /// Whether a search waits for the songs of the box.
    pub fn wants_list(&self, view: &View) -> bool {
        let find = self.state.find.as_ref();
        find.is_some_and(|find| find.wants(view.card.revision))
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
    pub fn cover(&self) -> Option<(&Pixmap, Rect, u32)> {
        let (area, version) = self.cover_at?;
        let picture = self.rack.picture(version).or(self.cover.picture().0);
        Some((picture?, area, version))
    }
}
