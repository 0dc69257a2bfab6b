//! What keys and mouse do.

use std::time::{Duration, Instant};

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::{Position, Rect};

use super::draw::Screen;
use super::find::Find;
use super::frame::Hit;
use super::keys::{self, KeyAction, ScreenAction};
use super::layout::Kind;
use super::model::{Action, Change, Knob, View};
use super::pasted;
use super::scene::PianoKey;
use super::state::Page;
use super::terminal::Input;
use afterdark_media::text;

/// Two clicks on a song within this time play it.
const TWICE: Duration = Duration::from_millis(500);
/// Lines that a notch of the mouse's wheel goes.
const NOTCH: isize = 3;

impl Screen {
    /// What is asked of the machine.
    pub fn handle(&mut self, input: &Input, view: &View) -> Option<Action> {
        match &input.event {
            Event::Key(key) if self.state.shelf().is_some() => {
                let shape = self.drawn.rack;
                self.state.shelf.as_mut()?.press(key, shape)
            }
            Event::Key(key) if self.state.offer.is_some() => {
                let paths = self.state.offer.take()?;
                (key.code == KeyCode::Enter).then_some(Action::Insert(paths))
            }
            Event::Key(key) if self.state.find.is_some() => self.search(key),
            Event::Key(key) => match keys::action_of(key, input.base, self.is_on_deck_page())? {
                KeyAction::Act(action) => self.act(action, view),
                KeyAction::SongOfSide(n) => {
                    let side = view.deck.side;
                    let mut songs = view.card.songs.iter();
                    let index = songs.position(|s| s.side == side && s.number == n)?;
                    self.state.follow = true;
                    Some(Action::Song(index))
                }
                KeyAction::Screen(action) => self.change(action),
            },
            Event::Mouse(mouse) => self.mouse(*mouse, view),
            Event::Paste(text) if self.state.shelf().is_some() => {
                self.state.shelf.as_mut()?.paste(text);
                None
            }
            Event::Paste(text) => {
                let Some(find) = &mut self.state.find else {
                    self.state.offer = pasted::paths(text);
                    return None;
                };
                text::printable(text).chars().for_each(|c| find.write(c));
                None
            }
            _ => None,
        }
    }

    /// What a key does while a search is on.
    fn search(&mut self, key: &KeyEvent) -> Option<Action> {
        let page = self.layout.card.height.max(self.layout.screen.height / 2);
        let page = isize::from(page.saturating_sub(10).max(4).cast_signed());
        let find = self.state.find.as_mut()?;
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
            (KeyCode::Enter, _) => {
                let song = find.song()?;
                return Some(self.found(song));
            }
            (KeyCode::Esc | KeyCode::Backspace, _) => self.state.find = None,
            _ => {}
        }
        None
    }

    /// Plays a song that was found; the search is over.
    fn found(&mut self, song: usize) -> Action {
        self.state.find = None;
        self.state.follow = true;
        Action::SongOfBox(song)
    }

    /// Something of the machine, as the picture shows it.
    fn act(&mut self, action: Action, view: &View) -> Option<Action> {
        match action {
            Action::Stop => self.animation.tap(PianoKey::Stop),
            Action::Eject(_) | Action::Flip => self.animation.tap(PianoKey::Eject),
            Action::NextSong | Action::PreviousSong | Action::SideStart => {
                self.state.follow = true;
            }
            _ => {}
        }
        // With no other tape to put in, the key opens and shuts the door.
        let lone = view.card.tape_of.1 <= 1 && view.card.filling.is_none();
        if matches!(action, Action::Eject(_)) && lone && self.layout.kind != Kind::Line {
            return self.animation.toggle_door().then_some(Action::Stop);
        }
        self.animation.leave_door();
        Some(action)
    }

    /// Something of the screen alone, or of what it has chosen.
    fn change(&mut self, action: ScreenAction) -> Option<Action> {
        let page = usize::from(self.layout.card.height.saturating_sub(8)).max(1);
        match action {
            ScreenAction::Help => {
                self.state.help = !self.state.help;
                self.state.scroll = 0;
            }
            ScreenAction::Theme => self.state.theme_change = true,
            ScreenAction::Picture => self.state.picture = true,
            ScreenAction::Find => {
                self.state.help = false;
                self.state.find = Some(Find::default());
            }
            ScreenAction::Shelf | ScreenAction::Blank => {
                self.state.help = false;
                if let Some(shelf) = &mut self.state.shelf {
                    shelf.open(action == ScreenAction::Blank);
                }
            }
            ScreenAction::Close => {
                if self.state.help {
                    self.state.help = false;
                    self.state.scroll = 0;
                } else if self.state.over {
                    self.state.put_away();
                } else {
                    self.state.follow = true;
                }
            }
            ScreenAction::NextPage | ScreenAction::PreviousPage => {
                let next = action == ScreenAction::NextPage;
                if self.layout.kind == Kind::Mini {
                    self.state.turn_over(next);
                } else {
                    self.state.turn_page(next);
                }
            }
            ScreenAction::Up | ScreenAction::Down if self.is_list_hidden() => {
                // What is chosen is to be seen.
                self.state.over = self.layout.kind == Kind::Mini;
            }
            ScreenAction::Up => self.step(-1),
            ScreenAction::Down => self.step(1),
            ScreenAction::PageUp => self.step(-(page as isize)),
            ScreenAction::PageDown => self.step(page as isize),
            ScreenAction::First => self.step(isize::MIN / 2),
            ScreenAction::Last => self.step(isize::MAX / 2),
            ScreenAction::Choose => return self.choose(),
            ScreenAction::Less | ScreenAction::More => {
                let more = action == ScreenAction::More;
                if !self.is_on_deck_page() {
                    return Some(Action::Seek(Change::By(if more { 5.0 } else { -5.0 })));
                }
                let (up, down) = self.drawn.turns.get(self.state.row)?.clone();
                return Some(if more { up } else { down });
            }
        }
        None
    }

    /// True where neither a card nor a page over the picture is in sight.
    fn is_list_hidden(&self) -> bool {
        self.layout.card.is_empty() && !self.state.over && !self.state.help
    }

    /// True where what is chosen is a line of the Deck page.
    fn is_on_deck_page(&self) -> bool {
        self.state.page == Page::Deck && !self.state.help && !self.is_list_hidden()
    }

    fn choose(&mut self) -> Option<Action> {
        match self.state.page {
            Page::Songs => self.state.song().map(Action::Song),
            Page::Deck if self.is_on_deck_page() => self
                .drawn
                .turns
                .get(self.state.row)
                .map(|turn| turn.0.clone()),
            _ => None,
        }
    }

    fn step(&mut self, by: isize) {
        self.state.step(by, self.drawn.turns.len());
    }

    fn mouse(&mut self, mouse: MouseEvent, view: &View) -> Option<Action> {
        let place = Position::new(mouse.column, mouse.row);
        let mut hits = self.drawn.hits.iter().rev();
        let hit = hits.find(|(area, _)| area.contains(place)).cloned();
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) if self.state.help => {
                self.state.help = false;
                None
            }
            MouseEventKind::Down(MouseButton::Left) => self.click(place, hit?, view),
            MouseEventKind::Drag(MouseButton::Left) => match hit? {
                (area, Hit::Bar) => Some(seek_to(area, place, view)),
                (area, Hit::VolumeBar) => Some(volume_at(area, place)),
                (area, Hit::Knob(knob, ..)) => Some(knob_at(knob, area, place)),
                _ => None,
            },
            MouseEventKind::ScrollUp => self.wheel(hit?.1, true),
            MouseEventKind::ScrollDown => self.wheel(hit?.1, false),
            _ => None,
        }
    }

    fn click(&mut self, place: Position, (area, hit): (Rect, Hit), view: &View) -> Option<Action> {
        match hit {
            Hit::Bar => Some(seek_to(area, place, view)),
            Hit::Key(key) => {
                let action = match key {
                    PianoKey::Rewind => Action::Rewind,
                    PianoKey::Play => Action::Play,
                    PianoKey::Forward => Action::FastForward,
                    PianoKey::Stop => Action::Stop,
                    PianoKey::Pause => Action::Pause,
                    PianoKey::Eject => Action::Eject(1),
                };
                self.act(action, view)
            }
            Hit::Song(index) => {
                // Once chooses, twice plays.
                let now = Instant::now();
                let before = self.state.clicked.replace((index, now));
                let twice = |(song, at): (usize, Instant)| song == index && now - at < TWICE;
                if before.is_some_and(twice) {
                    self.state.clicked = None;
                    self.state.follow = true;
                    return Some(Action::Song(index));
                }
                self.state.follow = false;
                self.state.selected = index;
                None
            }
            Hit::Act(action) => self.act(action, view),
            Hit::Press(code) => self.handle(&Event::Key(KeyEvent::from(code)).into(), view),
            Hit::Side(side) if side == view.deck.side => self.act(Action::SideStart, view),
            Hit::Side(_) => self.act(Action::Flip, view),
            Hit::VolumeBar => Some(volume_at(area, place)),
            Hit::Knob(knob, ..) => Some(knob_at(knob, area, place)),
            Hit::Found(song) => Some(self.found(song)),
            Hit::Page(page) => {
                self.state.open(page);
                None
            }
            Hit::Turn(more, _) => Some(more),
            Hit::Spine(place) => {
                self.state.shelf.as_mut()?.hit(place);
                None
            }
            Hit::ShelfTab(tab) => {
                self.state.shelf.as_mut()?.show(tab);
                None
            }
            Hit::Volume | Hit::List => None,
        }
    }

    fn wheel(&mut self, hit: Hit, up: bool) -> Option<Action> {
        let by = if up { -NOTCH } else { NOTCH };
        match hit {
            Hit::Volume | Hit::VolumeBar => {
                return Some(Action::Volume(Change::By(if up { 0.05 } else { -0.05 })));
            }
            Hit::Turn(more, less) | Hit::Knob(_, more, less) => {
                return Some(if up { more } else { less });
            }
            Hit::Bar => return Some(Action::Seek(Change::By(if up { 5.0 } else { -5.0 }))),
            Hit::Found(_) => self.state.find.as_mut()?.step(by),
            Hit::Spine(_) => self.state.shelf.as_mut()?.step(by),
            Hit::Song(_) | Hit::List | Hit::Side(_) => self.step(by),
            Hit::Key(_) | Hit::Page(_) | Hit::ShelfTab(_) | Hit::Act(_) | Hit::Press(_) => {}
        }
        None
    }
}

/// How far along a bar a place is, 0.0 to 1.0; its ends are reached.
fn along(bar: Rect, place: Position) -> f32 {
    f32::from(place.x - bar.x) / f32::from(bar.width.saturating_sub(1).max(1))
}

fn volume_at(bar: Rect, place: Position) -> Action {
    Action::Volume(Change::To(along(bar, place)))
}

fn knob_at(knob: Knob, bar: Rect, place: Position) -> Action {
    Action::Knob(knob, Change::To(knob.at(along(bar, place))))
}

/// To the place of the side that a place on its bar stands for.
fn seek_to(bar: Rect, place: Position, view: &View) -> Action {
    let along = f64::from(place.x - bar.x) + 0.5;
    Action::SeekTo(along / f64::from(bar.width.max(1)) * view.deck.length_s)
}
