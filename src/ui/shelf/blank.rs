//! The tape that is being made before the shelf.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Shelf, Tab};
use crate::shelf::{BlankTape, NoRoom, Question, Request, Song};
use afterdark_media::text::clock;
use afterdark_tape::cassette::Side;
use unicode_segmentation::UnicodeSegmentation;

/// Most letters of a title or of notes.
const LONGEST: usize = 300;

/// Words that are being written on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Field {
    Title,
    Notes,
}

/// See the module's documentation.
#[derive(Debug, Default)]
pub struct Making {
    /// The tape, once it has been begun.
    pub tape: Option<BlankTape>,
    /// What is being written, and the words before.
    pub field: Option<(Field, String)>,
    /// Which song is chosen, counted through both sides.
    chosen: usize,
    /// It goes into the machine when it is saved.
    then_put: bool,
}

impl Making {
    /// Begins a tape where there is none.
    pub fn begin(&mut self) -> &mut BlankTape {
        self.tape.get_or_insert_default()
    }

    /// Songs on it.
    pub fn count(&self) -> usize {
        self.tape.as_ref().map_or(0, BlankTape::count)
    }

    /// Whether letters are words for the card.
    pub fn is_writing(&self) -> bool {
        self.field.is_some()
    }

    /// Whether something of it is not saved yet.
    pub fn tape_changed(&self) -> bool {
        self.tape.as_ref().is_some_and(|tape| tape.changed)
    }

    /// Side and place of the chosen song.
    pub fn chosen(&self) -> (Side, usize) {
        let on_a = self
            .tape
            .as_ref()
            .map_or(0, |tape| tape.songs(Side::A).len());
        if self.chosen < on_a {
            (Side::A, self.chosen)
        } else {
            (Side::B, self.chosen - on_a)
        }
    }

    fn choose(&mut self, side: Side, place: usize) {
        let on_a = self
            .tape
            .as_ref()
            .map_or(0, |tape| tape.songs(Side::A).len());
        self.chosen = place + if side == Side::A { 0 } else { on_a };
    }

    pub(super) fn step(&mut self, by: isize) {
        let last = self.count().saturating_sub(1);
        self.chosen = self.chosen.saturating_add_signed(by).min(last);
    }

    pub(super) fn write(&mut self, letter: char) {
        let Some((field, _)) = self.field else { return };
        let words = self.words(field);
        if !letter.is_control() && words.chars().count() < LONGEST {
            words.push(letter);
        }
    }

    fn words(&mut self, field: Field) -> &mut String {
        let tape = self.begin();
        tape.changed = true;
        match field {
            Field::Title => &mut tape.title,
            Field::Notes => &mut tape.notes,
        }
    }

    fn begin_words(&mut self, field: Field) {
        self.field = Some((field, self.words(field).clone()));
    }
}

impl Shelf {
    /// What a key does while words are written on the card.
    pub(super) fn write_words(&mut self, code: KeyCode) {
        let Some((field, before)) = self.making.field.clone() else {
            return;
        };
        match code {
            KeyCode::Enter | KeyCode::Tab => self.making.field = None,
            KeyCode::Esc => {
                *self.making.words(field) = before;
                self.making.field = None;
            }
            KeyCode::Backspace => {
                let words = self.making.words(field);
                if let Some((at, _)) = words.grapheme_indices(true).next_back() {
                    words.truncate(at);
                }
            }
            KeyCode::Char(letter) => self.making.write(letter),
            _ => {}
        }
    }

    /// What a key does on the page of the tape that is being made.
    pub(super) fn press_blank(&mut self, key: &KeyEvent) {
        self.said = None;
        let (side, place) = self.making.chosen();
        let shift = key.modifiers.contains(KeyModifiers::SHIFT);
        match key.code {
            KeyCode::Up | KeyCode::Down if shift => {
                let down = key.code == KeyCode::Down;
                let at = self.making.begin().shift(side, place, down);
                self.making.choose(side, at);
            }
            KeyCode::Up => self.making.step(-1),
            KeyCode::Down => self.making.step(1),
            KeyCode::Home => self.making.step(isize::MIN / 2),
            KeyCode::End => self.making.step(isize::MAX / 2),
            KeyCode::Delete | KeyCode::Char('-') => {
                self.making.begin().take_off(side, place);
                self.making.step(0);
            }
            KeyCode::Char('x') => match self.making.begin().turn_over(side, place) {
                Ok(Some(at)) => self.making.choose(side.other(), at),
                Ok(None) => {}
                Err(short) => self.no_room("it", short),
            },
            KeyCode::Char('t') => self.making.begin_words(Field::Title),
            KeyCode::Char('n') => self.making.begin_words(Field::Notes),
            KeyCode::Char('l') => self.making.begin().next_length(),
            KeyCode::Char('g') => self.making.begin().next_gap(),
            KeyCode::Char('d') => self.next_request(Request::Deck),
            KeyCode::Char('y') => self.next_request(Request::Tape),
            KeyCode::Char('i') => self.next_request(Request::Nr),
            KeyCode::Char('f') => self.making.begin().fit(),
            KeyCode::Char('s') => self.save(false),
            KeyCode::Enter => self.save(true),
            KeyCode::Char('N') if self.making.tape_changed() => {
                self.said = Some(("save this one first, with s".to_owned(), true));
            }
            KeyCode::Char('N') => self.making.tape = Some(BlankTape::default()),
            _ => {}
        }
    }

    fn next_request(&mut self, part: Request) {
        let choices = Arc::clone(&self.desk.choices);
        let all = match part {
            Request::Deck => &choices.decks,
            Request::Tape => &choices.tapes,
            Request::Nr => &choices.nrs,
        };
        self.making.begin().next_request(part, all);
    }

    fn save(&mut self, then_put: bool) {
        if self.making.count() == 0 {
            let words = "nothing is on it yet: + records what is chosen among tapes and songs";
            self.said = Some((words.to_owned(), true));
            return;
        }
        self.making.then_put = then_put;
        let tape = self.making.begin().clone();
        self.ask(Question::Save(Box::new(tape)));
    }

    pub(super) fn saved(&mut self, saved: Result<(PathBuf, Box<BlankTape>), String>) {
        match saved {
            Ok((path, tape)) => {
                self.said = Some((format!("saved as {}", path.display()), false));
                self.making.tape = Some(*tape);
                if std::mem::take(&mut self.making.then_put) {
                    self.put(vec![path]);
                }
            }
            Err(reason) => self.said = Some((reason, true)),
        }
    }

    pub(super) fn edited(&mut self, tape: Option<Box<BlankTape>>) {
        match tape {
            Some(tape) => {
                self.making.tape = Some(*tape);
                self.making.chosen = 0;
                self.tab = Tab::Blank;
            }
            None => self.said = Some(("this list cannot be read".to_owned(), true)),
        }
    }

    /// Records songs after the last.
    pub(super) fn record(&mut self, songs: Vec<Song>) {
        let tape = self.making.begin();
        let all = songs.len();
        let first = songs
            .first()
            .map(|song| song.title.clone())
            .unwrap_or_default();
        let mut on = 0;
        let mut short: Option<(String, NoRoom)> = None;
        for song in songs.into_iter().filter(|song| !song.away) {
            let title = song.title.clone();
            match tape.record(song) {
                Ok(_) => on += 1,
                Err(no_room) => short = short.or(Some((title, no_room))),
            }
        }
        let what = if all == 1 {
            format!("“{first}”")
        } else {
            format!("{on} songs")
        };
        let word = format!("recorded {what}");
        match short {
            None if on == 0 => self.said = Some(("nothing of it is there now".to_owned(), true)),
            None => self.said = Some((word, false)),
            Some((title, no_room)) if on == 0 => self.no_room(&format!("“{title}”"), no_room),
            Some((title, no_room)) => {
                let by = clock(no_room.by_s.ceil());
                let words = format!("{word} of {all}; “{title}” is too long by {by}");
                self.said = Some((words, true));
            }
        }
    }

    fn no_room(&mut self, what: &str, short: NoRoom) {
        let by = clock(short.by_s.ceil());
        self.said = Some((format!("{what} is too long by {by}"), true));
    }

    /// Takes off the song that was recorded last.
    pub(super) fn take_off_last(&mut self) {
        let Some(tape) = &mut self.making.tape else {
            return;
        };
        let side = if tape.songs(Side::B).is_empty() {
            Side::A
        } else {
            Side::B
        };
        let last = tape.songs(side).len().saturating_sub(1);
        if let Some(song) = tape.take_off(side, last) {
            self.said = Some((format!("“{}” is off the tape", song.title), false));
        }
    }
}
