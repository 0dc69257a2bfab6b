//! What keys and mouse do.

use std::time::{Duration, Instant};

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::Position;

use super::hand::Door;
use super::{App, Hit, Page};
use crate::ui::find::Find;
use crate::ui::keys::{self, KeyAction, Look};
use crate::ui::layout::Kind;
use crate::ui::model::{Action, View};
use crate::ui::scene::Key;

/// How long a key without a latch stays down for the eye.
pub(super) const TAP: Duration = Duration::from_millis(180);

impl App {
    /// What an event asks of the machine.
    pub fn handle(&mut self, event: &Event, view: &View) -> Option<Action> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release && self.find.is_some() => {
                self.search(key)
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => match keys::action_of(key)? {
                KeyAction::Act(action) => self.tap(action, view),
                KeyAction::SongOfSide(n) => {
                    let side = view.deck.side;
                    let index = view
                        .card
                        .songs
                        .iter()
                        .position(|s| s.side == side && s.number == n)?;
                    self.follow = true;
                    Some(Action::Song(index))
                }
                KeyAction::Look(look) => self.look(look),
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
            Look::Theme => self.redress = true,
            Look::Find => {
                self.help = false;
                self.find = Some(Find::default());
            }
            Look::Close => {
                if self.help {
                    self.help = false;
                    self.scroll = 0;
                } else if self.over {
                    self.put_away();
                } else {
                    self.follow = true;
                }
            }
            Look::NextPage | Look::PreviousPage => {
                let n = Page::ALL.len();
                if self.layout.kind == Kind::Mini {
                    self.turn_over(look == Look::NextPage);
                    return None;
                }
                let at = Page::ALL.iter().position(|p| *p == self.page).unwrap_or(0);
                let step = if look == Look::NextPage { 1 } else { n - 1 };
                self.page = Page::ALL[(at + step) % n];
                self.scroll = 0;
            }
            // What is chosen is to be seen.
            Look::Up | Look::Down if self.layout.card.is_empty() && !self.over && !self.help => {
                self.over = self.layout.kind == Kind::Mini;
            }
            Look::Up => self.step(-1),
            Look::Down => self.step(1),
            Look::PageUp => self.step(-(page as isize)),
            Look::PageDown => self.step(page as isize),
            Look::First => self.step(isize::MIN / 2),
            Look::Last => self.step(isize::MAX / 2),
            Look::Choose if self.page == Page::Songs && self.songs > 0 => {
                self.follow = true;
                self.put_away();
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

    /// On a small screen the pages come over the picture one after the other,
    /// and then the picture again.
    fn turn_over(&mut self, next: bool) {
        let (first, last) = (Page::ALL[0], Page::ALL[Page::ALL.len() - 1]);
        let at = Page::ALL.iter().position(|p| *p == self.page).unwrap_or(0);
        self.scroll = 0;
        if !self.over {
            self.over = true;
            self.page = if next { first } else { last };
        } else if self.page == if next { last } else { first } {
            self.put_away();
        } else {
            self.page = Page::ALL[if next { at + 1 } else { at - 1 }];
        }
    }

    /// Takes the page off the picture.
    fn put_away(&mut self) {
        if self.over {
            self.over = false;
            self.page = Page::Songs;
            self.scroll = 0;
        }
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
