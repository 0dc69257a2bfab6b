//! What keys do before the shelf.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::model::Action;
use super::{Inside, Shelf, Tab, Then};
use crate::shelf::{Kind, Question, What};
use afterdark_media::text;
use unicode_segmentation::UnicodeSegmentation;

impl Shelf {
    /// What is asked of the machine. `shape`: columns and rows of what is
    /// shown of spines or lines.
    pub fn press(&mut self, key: &KeyEvent, shape: (usize, usize)) -> Option<Action> {
        self.revision += 1;
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c') if control => return Some(Action::Quit),
            _ if self.making.is_writing() => self.write_words(key.code),
            KeyCode::Char('o') if control => self.next_order(),
            KeyCode::Char('l') if control => self.plain = !self.plain,
            KeyCode::Char('u') if control => self.clear(),
            KeyCode::Char('e') if control => self.edit(),
            KeyCode::Char('n') if control => self.ask_for(Then::Next),
            KeyCode::Tab => self.turn(true),
            KeyCode::BackTab => self.turn(false),
            KeyCode::Esc => self.back_out(),
            _ if self.tab == Tab::Blank => self.press_blank(key),
            KeyCode::Enter => self.enter(),
            KeyCode::Insert => self.ask_for(Then::Record),
            KeyCode::Delete => self.take_off_last(),
            KeyCode::Backspace => self.erase(),
            KeyCode::Char(_) if control => {}
            KeyCode::Char(letter) => self.letter(letter),
            code => self.travel(code, shape),
        }
        None
    }

    /// A spine or line was hit: chosen, and put in where it was chosen before.
    pub fn hit(&mut self, place: usize) {
        if self.chosen() == place && self.tab != Tab::Blank {
            self.enter();
        } else {
            self.choose(place);
        }
        self.revision += 1;
    }

    /// Moves by so many.
    pub fn step(&mut self, by: isize) {
        if self.tab == Tab::Blank {
            self.making.step(by);
        } else {
            self.choose(self.chosen().saturating_add_signed(by));
        }
        self.revision += 1;
    }

    fn travel(&mut self, code: KeyCode, (columns, rows): (usize, usize)) {
        let (rows, page) = (rows.cast_signed(), (columns * rows).cast_signed());
        let aside = if columns > 1 { rows } else { 0 };
        match code {
            KeyCode::Up => self.step(-1),
            KeyCode::Down => self.step(1),
            KeyCode::Left if self.tab == Tab::Folders && self.inside.is_none() => self.go_up(),
            KeyCode::Right if self.tab == Tab::Folders && self.inside.is_none() => self.enter(),
            KeyCode::Left => self.step(-aside),
            KeyCode::Right => self.step(aside),
            KeyCode::PageUp => self.step(-page),
            KeyCode::PageDown => self.step(page),
            KeyCode::Home => self.choose(0),
            KeyCode::End => self.choose(usize::MAX),
            _ => {}
        }
    }

    fn letter(&mut self, letter: char) {
        let empty = self.line.is_empty() && !self.typing;
        match letter {
            '+' => self.ask_for(Then::Record),
            // Among words that are typed it is a letter.
            '-' if empty => self.take_off_last(),
            ' ' if self.typing => self.write(' '),
            ' ' => self.look_into(),
            'o' if empty => self.next_order(),
            '/' if empty => self.typing = true,
            letter => self.write(letter),
        }
    }

    fn next_order(&mut self) {
        self.order = self.order.next();
        self.chosen[0] = 0;
        self.look();
    }

    fn clear(&mut self) {
        self.line.clear();
        self.typed();
        self.typing = false;
    }

    fn erase(&mut self) {
        let last = self.line.grapheme_indices(true).next_back();
        if let Some((at, _)) = last {
            self.line.truncate(at);
            self.typed();
        } else if self.tab == Tab::Folders && self.inside.is_none() {
            self.go_up();
        } else {
            self.typing = false;
        }
    }

    fn back_out(&mut self) {
        self.said = None;
        if self.inside.take().is_some() {
            return;
        }
        if self.tab == Tab::Blank {
            self.tab = Tab::Tapes;
        } else if self.line.is_empty() && !self.typing {
            self.close();
        } else {
            self.clear();
        }
    }

    /// Goes on to the next of tapes, songs, folders and the tape being made.
    pub fn turn(&mut self, next: bool) {
        let all = Tab::ALL;
        let here = all.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        let step = if next { 1 } else { all.len() - 1 };
        self.show(all[(here + step) % all.len()]);
    }

    /// Shows tapes, songs, folders or the tape being made.
    pub fn show(&mut self, tab: Tab) {
        self.tab = tab;
        self.inside = None;
        self.said = None;
        self.typing = false;
        match tab {
            Tab::Folders if self.folder.is_none() => self.open_folder(None),
            Tab::Blank => {
                self.making.begin();
            }
            _ => {}
        }
        self.revision += 1;
    }

    pub(super) fn enter(&mut self) {
        if !self.is_answered() {
            self.later = Some(Then::Put);
            return;
        }
        if self.tab == Tab::Folders && self.inside.is_none() {
            let at = self.chosen();
            let folder = self
                .entries()
                .get(at)
                .filter(|entry| entry.is_folder)
                .copied();
            if let Some(path) = folder.map(|entry| entry.path.clone()) {
                self.go_to(&path);
                return;
            }
        }
        // A list or file is read by whoever plays it.
        match self.under_hand() {
            Some((What::Path(path) | What::Tape(_, path, Kind::List), _)) => self.put(vec![path]),
            Some(_) => self.ask_for(Then::Put),
            None => {}
        }
    }

    fn go_to(&mut self, path: &std::path::Path) {
        self.line.clear();
        self.typing = false;
        self.chosen[2] = 0;
        self.open_folder(Some(path));
    }

    fn go_up(&mut self) {
        let above = self.folder.as_ref().and_then(|(path, _)| path.parent());
        if let Some(above) = above.map(std::path::Path::to_owned) {
            self.go_to(&above);
        }
    }

    pub(super) fn ask_for(&mut self, then: Then) {
        if !self.is_answered() {
            self.later = Some(then);
            return;
        }
        if let Some((what, _)) = self.under_hand() {
            self.then = Some((what.clone(), then));
            self.ask(Question::Songs(what));
        }
    }

    fn look_into(&mut self) {
        if self.inside.take().is_some() || self.tab == Tab::Songs {
            return;
        }
        if let Some((what, title)) = self.under_hand() {
            self.ask(Question::Look(what.clone()));
            self.inside = Some(Inside {
                what,
                title: text::clean(&title),
                songs: None,
                notes: String::new(),
                cover: None,
                chosen: 0,
            });
        }
    }

    /// Takes the chosen list to be changed.
    fn edit(&mut self) {
        match self.under_hand() {
            Some((What::Tape(_, path, Kind::List), _)) if !self.making.tape_changed() => {
                self.ask(Question::Edit(path));
            }
            Some((What::Tape(_, _, Kind::List), _)) => {
                self.said = Some(("save the tape that is being made first".to_owned(), true));
            }
            _ => {}
        }
    }
}
