//! What the screen remembers between two frames, and what keys and mouse do
//! to it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::find::Find;
use super::front::Front;
use super::keys::{self, Look, Wish};
use super::layout::{Kind, Layout};
use super::model::{Action, Listed, Lyrics, Sound, View};
use super::scene::{Change, Key, Medium, Patch, Pose, Scene};
use super::theme::Theme;
use super::views;
use crate::cassette::Side;
use crate::deck::{Motion, Snapshot};

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

/// The door, where a person opened it with one tape in the box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Door {
    #[default]
    Shut,
    /// It opens once the machine has stopped.
    Waits,
    Open,
}

/// How long a key without a latch stays down for the eye.
const TAP: Duration = Duration::from_millis(180);

/// The screen's own state.
pub struct App {
    pub(super) theme: Theme,
    pub(super) medium: Medium,
    /// Where the card's picture is, and its number, where pictures are pixels.
    pub(super) front_at: Option<(Rect, u32)>,
    pub(super) front: Front,
    pub(super) page: Page,
    /// Index on the card's songs.
    pub(super) selected: usize,
    /// The selection goes with the song that plays until a person moves it.
    follow: bool,
    /// First line shown of the notes or the deck's page.
    pub(super) scroll: usize,
    pub(super) help: bool,
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
    flat: bool,
    buffer: Buffer,
    pub(super) changed: Vec<Rect>,
    steady: Option<Steady>,
    pub(super) dials: Option<views::Dials>,
}

/// What the screen says that does not move by itself: while it stays, only
/// the moving parts are drawn.
#[derive(PartialEq)]
struct Steady {
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
    find: Option<(String, usize, usize)>,
}

impl Steady {
    fn of(app: &App, view: &View) -> Self {
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
            find: app
                .find
                .as_ref()
                .map(|find| (find.query().to_owned(), find.len(), find.chosen())),
        }
    }
}

impl App {
    /// With a theme, and the way that pictures are shown.
    pub fn new(theme: Theme, medium: Medium) -> Self {
        Self {
            theme,
            medium,
            front_at: None,
            front: Front::default(),
            page: Page::default(),
            selected: 0,
            follow: true,
            scroll: 0,
            help: false,
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

    /// True while something moves that the machine knows nothing of.
    pub fn animating(&self) -> bool {
        self.tapped.is_some() || self.changing.is_some() || self.front.waits()
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
        self.front_at = None;
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

    fn move_scene(&mut self, view: &View) {
        let pose = self.pose(view);
        let Some(scene) = &mut self.scene else { return };
        let loaded = (view.deck.side, view.deck.tape);
        let stopped = view.deck.motion == Motion::Stopped;
        let change = match (self.loaded.replace(loaded), self.door) {
            (Some((_, tape)), _) if tape != loaded.1 => Some(Change::Swap),
            (Some((side, _)), _) if side != loaded.0 => Some(Change::Flip),
            (_, Door::Waits) if stopped => Some(Change::Open),
            (_, Door::Open) if !stopped => Some(Change::Shut),
            (_, Door::Shut) if scene.is_open() => Some(Change::Shut),
            _ => None,
        };
        if let Some(change) = change {
            let open = change == Change::Open;
            self.door = if open { Door::Open } else { Door::Shut };
            scene.begin(change);
            self.changing = Some(Instant::now());
        }
        scene.update(&pose);
        // A screen of another size begins with the door shut.
        let anew = self.door == Door::Open && !scene.is_open();
        if anew {
            scene.begin(Change::Open);
            scene.advance(1.0);
        }
        self.lifted = false;
        if let (Some(since), Some(change)) = (self.changing, scene.changing()) {
            let passed = since.elapsed().as_secs_f32() / change.seconds();
            let part = if self.still { 1.0 } else { passed };
            scene.advance(part);
            self.lifted = change.is_lifted(part);
            self.changing = (part < 1.0).then_some(since);
        }
    }

    /// The screen as it was drawn last.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Where it has changed since the last call.
    pub fn take_changed(&mut self) -> Vec<Rect> {
        std::mem::take(&mut self.changed)
    }

    /// Takes pictures as another way to show them, or all of them again.
    pub fn show_by(&mut self, medium: Medium) {
        self.medium = medium;
        self.layout = Layout::new(Rect::default());
        self.front.forget();
    }

    /// True while something lies over the pictures.
    pub fn is_covered(&self) -> bool {
        self.help || self.find.is_some() && self.layout.card.is_empty()
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

    /// The scene, its corner, and what of it is to be shown anew, where
    /// pictures are pixels.
    pub fn patches(&mut self) -> Option<(&Scene, (u16, u16), Vec<Patch>)> {
        let origin = (self.layout.scene.x, self.layout.scene.y);
        let scene = self.scene.as_mut()?;
        let patches = scene.take_patches();
        Some((scene, origin, patches))
    }

    /// The card's picture, its place, and its number, where pictures are pixels.
    pub fn front(&self) -> Option<(&tiny_skia::Pixmap, Rect, u32)> {
        let (area, version) = self.front_at?;
        Some((self.front.picture().0?, area, version))
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

    fn pose(&self, view: &View) -> Pose {
        let deck = &view.deck;
        let mut down = [false; 6];
        let latched: &[Key] = match deck.motion {
            Motion::Stopped => &[],
            Motion::Playing => &[Key::Play],
            Motion::Paused => &[Key::Play, Key::Pause],
            Motion::FastForward => &[Key::Forward],
            Motion::Rewind => &[Key::Rewind],
            Motion::Cue => &[Key::Play, Key::Forward],
            Motion::Review => &[Key::Play, Key::Rewind],
            Motion::Open => &[Key::Eject],
        };
        let in_hand = self.changing.is_some();
        for (key, is_down) in Key::ALL.iter().zip(&mut down) {
            *is_down = latched.contains(key)
                || self.tapped.is_some_and(|(k, _)| k == *key)
                || (*key == Key::Eject && in_hand);
        }
        let leader = view.card.leader_s;
        Pose {
            radii: [deck.left_radius_mm, deck.right_radius_mm],
            turns: [deck.left_turns, deck.right_turns],
            speed: deck.speed,
            counter: deck.counter,
            down,
            leader: deck.side_s < leader || deck.side_s > deck.length_s - leader,
            vu_db: deck.meters.map(|m| m.vu_db),
        }
    }

    /// What an event asks of the machine.
    pub fn handle(&mut self, event: &Event, view: &View) -> Option<Action> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release && self.find.is_some() => {
                self.search(key)
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => match keys::wish(key)? {
                Wish::Act(action) => self.tap(action, view),
                Wish::SongOfSide(n) => {
                    let side = view.deck.side;
                    let index = view
                        .card
                        .songs
                        .iter()
                        .position(|s| s.side == side && s.number == n)?;
                    self.follow = true;
                    Some(Action::Song(index))
                }
                Wish::Look(look) => self.look(look),
            },
            Event::Mouse(mouse) => self.mouse(*mouse, view),
            _ => None,
        }
    }

    /// What a key does while a search is on.
    fn search(&mut self, key: &KeyEvent) -> Option<Action> {
        let page = self.layout.card.height.max(self.layout.screen.height / 2);
        let page = isize::from(page.saturating_sub(10).max(4).cast_signed());
        let find = self.find.as_mut()?;
        let held = key.modifiers - KeyModifiers::SHIFT;
        match (key.code, held) {
            (KeyCode::Char('c'), KeyModifiers::CONTROL) => return Some(Action::Quit),
            (KeyCode::Char('u'), KeyModifiers::CONTROL) => find.clear(),
            (KeyCode::Char(letter), KeyModifiers::NONE) => find.write(letter),
            (KeyCode::Backspace, _) if find.erase() => {}
            (KeyCode::Up, _) => find.step(-1),
            (KeyCode::Down, _) => find.step(1),
            (KeyCode::PageUp, _) => find.step(-page),
            (KeyCode::PageDown, _) => find.step(page),
            (KeyCode::Enter, _) => return self.found(),
            (KeyCode::Esc | KeyCode::Backspace, _) => self.find = None,
            _ => {}
        }
        None
    }

    /// Plays the song that is chosen among those found; the search is over.
    fn found(&mut self) -> Option<Action> {
        let song = self.find.as_ref()?.song()?;
        self.find = None;
        self.follow = true;
        Some(Action::SongOfBox(song))
    }

    /// Shows the key going down that does not stay down by itself.
    fn tap(&mut self, action: Action, view: &View) -> Option<Action> {
        let key = match action {
            Action::Stop => Some(Key::Stop),
            Action::Eject(_) | Action::Flip => Some(Key::Eject),
            _ => None,
        };
        if let Some(key) = key {
            self.tapped = Some((key, Instant::now()));
        }
        if matches!(
            action,
            Action::NextSong | Action::PreviousSong | Action::SideStart
        ) {
            self.follow = true;
        }
        // With no other tape to put in, the key opens and shuts the door.
        let lone = view.card.tape_of.1 <= 1 && view.card.filling.is_none();
        if matches!(action, Action::Eject(_)) && lone && self.layout.kind != Kind::Line {
            let shut = self.door == Door::Shut;
            self.door = if shut { Door::Waits } else { Door::Shut };
            return shut.then_some(Action::Stop);
        }
        if self.door == Door::Waits {
            self.door = Door::Shut;
        }
        Some(action)
    }

    fn look(&mut self, look: Look) -> Option<Action> {
        let page = usize::from(self.layout.card.height.saturating_sub(8)).max(1);
        match look {
            Look::Help => {
                self.help = !self.help;
                self.scroll = 0;
            }
            Look::Find => {
                self.help = false;
                self.find = Some(Find::default());
            }
            Look::Close => {
                if self.help {
                    self.help = false;
                    self.scroll = 0;
                } else {
                    self.follow = true;
                }
            }
            Look::NextPage | Look::PreviousPage => {
                let n = Page::ALL.len();
                let at = Page::ALL.iter().position(|p| *p == self.page).unwrap_or(0);
                let step = if look == Look::NextPage { 1 } else { n - 1 };
                self.page = Page::ALL[(at + step) % n];
                self.scroll = 0;
            }
            Look::Up => self.step(-1),
            Look::Down => self.step(1),
            Look::PageUp => self.step(-(page as isize)),
            Look::PageDown => self.step(page as isize),
            Look::First => self.step(isize::MIN / 2),
            Look::Last => self.step(isize::MAX / 2),
            Look::Choose if self.page == Page::Songs && self.songs > 0 => {
                self.follow = true;
                return Some(Action::Song(self.selected));
            }
            Look::Choose if self.page == Page::Deck && !self.help => {
                return self.turns.get(self.row).map(|turn| turn.0);
            }
            Look::Choose => {}
            Look::Less | Look::More => {
                let more = look == Look::More;
                if self.page != Page::Deck || self.help {
                    return Some(Action::Seek(if more { 5.0 } else { -5.0 }));
                }
                let (up, down) = *self.turns.get(self.row)?;
                return Some(if more { up } else { down });
            }
        }
        None
    }

    fn step(&mut self, by: isize) {
        if self.page == Page::Songs && !self.help {
            self.follow = false;
            self.selected = self
                .selected
                .saturating_add_signed(by)
                .min(self.songs.saturating_sub(1));
        } else if self.page == Page::Deck && !self.help {
            let last = self.turns.len().saturating_sub(1);
            self.row = self.row.saturating_add_signed(by).min(last);
        } else {
            self.scroll = self.scroll.saturating_add_signed(by).min(100_000);
        }
    }

    fn mouse(&mut self, mouse: MouseEvent, view: &View) -> Option<Action> {
        let place = Position::new(mouse.column, mouse.row);
        let hit = self
            .hits
            .iter()
            .rev()
            .find(|(area, _)| area.contains(place))
            .copied();
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) | MouseEventKind::Drag(MouseButton::Left) => {
                let drag = matches!(mouse.kind, MouseEventKind::Drag(_));
                if self.help {
                    self.help = false;
                    return None;
                }
                let (area, hit) = hit?;
                match hit {
                    Hit::Bar => {
                        let along = f64::from(place.x - area.x) + 0.5;
                        let part = along / f64::from(area.width.max(1));
                        Some(Action::SeekTo(part * view.deck.length_s))
                    }
                    _ if drag => None,
                    Hit::Key(key) => {
                        let action = match key {
                            Key::Rewind => Action::Rewind,
                            Key::Play => Action::Play,
                            Key::Forward => Action::FastForward,
                            Key::Stop => Action::Stop,
                            Key::Pause => Action::Pause,
                            Key::Eject => Action::Eject(1),
                        };
                        self.tap(action, view)
                    }
                    Hit::Song(index) => {
                        self.follow = true;
                        Some(Action::Song(index))
                    }
                    Hit::Found(song) => {
                        self.find = None;
                        self.follow = true;
                        Some(Action::SongOfBox(song))
                    }
                    Hit::Page(page) => {
                        self.page = page;
                        self.scroll = 0;
                        None
                    }
                    Hit::Turn(more, _) => Some(more),
                    Hit::Volume | Hit::List => None,
                }
            }
            MouseEventKind::ScrollUp | MouseEventKind::ScrollDown => {
                let up = mouse.kind == MouseEventKind::ScrollUp;
                match hit.map(|h| h.1) {
                    Some(Hit::Volume) => Some(Action::Volume(if up { 0.05 } else { -0.05 })),
                    Some(Hit::Turn(more, less)) => Some(if up { more } else { less }),
                    Some(Hit::Bar) => Some(Action::Seek(if up { 5.0 } else { -5.0 })),
                    Some(Hit::Found(_)) => {
                        let find = self.find.as_mut()?;
                        find.step(if up { -3 } else { 3 });
                        None
                    }
                    Some(Hit::Song(_) | Hit::List) => {
                        self.step(if up { -3 } else { 3 });
                        None
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// `A` or `B`.
pub(super) fn side_name(side: Side) -> &'static str {
    match side {
        Side::A => "A",
        Side::B => "B",
    }
}
