//! A person before the shelf: what is typed, what it finds, what is chosen,
//! and the tape that is being made. What is asked of the shelf's thread is
//! never waited for.

mod blank;
mod inside;
mod keys;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::model::Action;
use crate::shelf::{
    Answer, CoverColor, Desk, FolderEntry, Found, Kind, Question, Song, Summary, TapeOrder, Visit,
    What, fold,
};
use afterdark_media::text;
pub use blank::{Field, Making};
pub use inside::Inside;

/// Most letters of what is looked for.
const LONGEST: usize = 200;

/// What the shelf shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Tab {
    #[default]
    Tapes,
    Songs,
    Folders,
    /// The tape that is being made.
    Blank,
}

impl Tab {
    /// In the order of Tab.
    pub const ALL: [Self; 4] = [Self::Tapes, Self::Songs, Self::Folders, Self::Blank];

    /// For the eye.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tapes => "Tapes",
            Self::Songs => "Songs",
            Self::Folders => "Folders",
            Self::Blank => "Blank tape",
        }
    }
}

/// What is to be done with songs that are on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Put,
    /// To go in when the tape in the machine has ended.
    Next,
    Record,
}

/// See the module's documentation.
#[derive(Debug)]
pub struct Shelf {
    desk: Desk,
    /// While somebody is there.
    visit: Option<Visit>,
    /// What is shown.
    pub tab: Tab,
    /// What is typed.
    pub line: String,
    /// What is pressed goes on what is typed, a space too.
    pub typing: bool,
    /// How tapes stand.
    pub order: TapeOrder,
    /// A plain list by choice.
    pub plain: bool,
    /// What was found last.
    pub found: Option<Box<Found>>,
    /// The folder that is open, and what is in it.
    pub folder: Option<(PathBuf, Result<Vec<FolderEntry>, String>)>,
    /// A tape that is looked into.
    pub inside: Option<Inside>,
    /// The tape that is being made.
    pub making: Making,
    /// How far a scan is.
    pub scan: Option<Summary>,
    /// What has happened, and whether it is bad.
    pub said: Option<(String, bool)>,
    /// Colours of covers that have come since the tapes were read, or are on
    /// their way.
    colors: HashMap<PathBuf, CoverColor>,
    /// Which is chosen of tapes, songs, folders.
    chosen: [usize; 3],
    then: Option<(What, Then)>,
    /// What was asked of what is found before it was found.
    later: Option<Then>,
    put: Option<Action>,
    waits: bool,
    /// Grows with all that is shown.
    revision: u64,
}

impl Shelf {
    /// Before this shelf, not yet there.
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            visit: None,
            tab: Tab::default(),
            line: String::new(),
            typing: false,
            order: TapeOrder::default(),
            plain: false,
            found: None,
            folder: None,
            inside: None,
            making: Making::default(),
            scan: None,
            said: None,
            colors: HashMap::new(),
            chosen: [0; 3],
            then: None,
            later: None,
            put: None,
            waits: false,
            revision: 0,
        }
    }

    /// Comes before it; `blank`: to make a tape.
    pub fn open(&mut self, blank: bool) {
        if self.visit.is_none() {
            self.visit = Some(self.desk.visit());
        }
        if blank {
            self.making.begin();
            self.tab = Tab::Blank;
        } else if self.tab == Tab::Blank {
            self.tab = Tab::Tapes;
        }
        self.said = None;
        self.typing = false;
        self.look();
    }

    /// Goes away; what was found is let go of.
    pub fn close(&mut self) {
        self.visit = None;
        self.found = None;
        self.folder = None;
        self.inside = None;
        self.colors.clear();
        (self.then, self.later) = (None, None);
        self.waits = false;
        self.revision += 1;
    }

    /// Whether somebody is there.
    pub fn is_open(&self) -> bool {
        self.visit.is_some()
    }

    /// Whether an answer is still to come.
    pub fn waits(&self) -> bool {
        self.is_open() && self.waits
    }

    /// Grows with all that is shown.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What is to be done by the machine, once it is known.
    pub fn take_action(&mut self) -> Option<Action> {
        self.put.take()
    }

    fn ask(&mut self, question: Question) {
        if let Some(visit) = &self.visit {
            self.waits = true;
            visit.ask(question);
        }
    }

    /// Looks for what is typed.
    fn look(&mut self) {
        self.ask(Question::Find(self.line.clone(), self.order));
        self.revision += 1;
    }

    /// Takes in what has been answered.
    pub fn keep_up(&mut self) {
        while let Some(answer) = self.visit.as_ref().and_then(Visit::answer) {
            self.revision += 1;
            match answer {
                Answer::Scan(so_far) => {
                    self.scan = so_far;
                    continue;
                }
                Answer::Color(path, color) => {
                    self.colors.insert(path, color);
                    continue;
                }
                Answer::Found(found) => {
                    self.found = Some(found);
                    self.ask_colors();
                    if self.is_answered() {
                        self.do_later();
                    }
                }
                Answer::Songs(what, songs) => self.take_songs(&what, songs),
                Answer::Notes(what, notes, cover) => {
                    if let Some(inside) = self.inside.as_mut().filter(|i| i.what == what) {
                        (inside.notes, inside.cover) = (notes, cover);
                    }
                }
                Answer::Folder(path, entries) => self.folder = Some((path, entries)),
                Answer::Saved(saved) => self.saved(saved),
                Answer::Edited(tape) => self.edited(tape),
                Answer::Failed(reason) => self.said = Some((reason, true)),
            }
            self.waits = false;
        }
        let tab = self.place();
        if let Some(tab) = tab {
            self.chosen[tab] = self.chosen[tab].min(self.count().saturating_sub(1));
        }
    }

    /// Whether what was found is what is looked for now. Folders are looked
    /// through here.
    fn is_answered(&self) -> bool {
        let found = self.found.as_ref();
        self.tab == Tab::Folders
            || self.inside.is_some()
            || found.is_some_and(|found| found.words == self.line)
    }

    fn do_later(&mut self) {
        match self.later.take() {
            Some(Then::Put) => self.enter(),
            Some(then) => self.ask_for(then),
            None => {}
        }
    }

    fn take_songs(&mut self, what: &What, songs: Vec<Song>) {
        if let Some((_, then)) = self.then.take_if(|(wanted, _)| wanted == what) {
            match then {
                Then::Put | Then::Next => {
                    let paths: Vec<PathBuf> = match what {
                        What::Path(path) | What::Tape(_, path, Kind::List) => vec![path.clone()],
                        What::Tape(..) => songs.into_iter().map(|song| song.path).collect(),
                    };
                    if then == Then::Put {
                        self.put(paths);
                    } else if !paths.is_empty() {
                        self.put = Some(Action::Next(paths));
                    }
                }
                Then::Record => self.record(songs),
            }
        } else if let Some(inside) = self.inside.as_mut().filter(|inside| inside.what == *what) {
            inside.songs = Some(songs);
        }
    }

    /// Puts in a tape of these; the shelf is left.
    fn put(&mut self, paths: Vec<PathBuf>) {
        if paths.is_empty() {
            self.said = Some(("nothing of this tape is there now".to_owned(), true));
            return;
        }
        self.put = Some(Action::Insert(paths));
        self.close();
    }

    /// The place of the tab among those in which something is chosen.
    fn place(&self) -> Option<usize> {
        Some(match self.tab {
            Tab::Tapes => 0,
            Tab::Songs => 1,
            Tab::Folders => 2,
            Tab::Blank => return None,
        })
    }

    /// Which line or spine is chosen.
    pub fn chosen(&self) -> usize {
        match (&self.inside, self.place()) {
            (Some(inside), _) => inside.chosen,
            (None, Some(tab)) => self.chosen[tab],
            (None, None) => 0,
        }
    }

    /// How many lines or spines there are.
    pub fn count(&self) -> usize {
        if let Some(inside) = &self.inside {
            return inside.songs.as_ref().map_or(0, Vec::len);
        }
        let found = self.found.as_ref();
        match self.tab {
            Tab::Tapes => found.map_or(0, |found| found.tapes.len()),
            Tab::Songs => found.map_or(0, |found| found.songs.len()),
            Tab::Folders => self.entries().len(),
            Tab::Blank => self.making.count(),
        }
    }

    /// What is in the open folder, as far as it has what is typed.
    pub fn entries(&self) -> Vec<&FolderEntry> {
        let Some((_, Ok(entries))) = &self.folder else {
            return Vec::new();
        };
        let typed = fold(&self.line);
        let has = |entry: &&FolderEntry| {
            let name = fold(&entry.name);
            typed.split(' ').all(|word| name.contains(word))
        };
        entries.iter().filter(has).collect()
    }

    fn choose(&mut self, place: usize) {
        let place = place.min(self.count().saturating_sub(1));
        match (&mut self.inside, self.tab) {
            (Some(inside), _) => inside.chosen = place,
            (None, Tab::Tapes) => self.chosen[0] = place,
            (None, Tab::Songs) => self.chosen[1] = place,
            (None, Tab::Folders) => self.chosen[2] = place,
            (None, Tab::Blank) => {}
        }
        self.typing = false;
        self.revision += 1;
        self.ask_colors();
    }

    /// What is chosen: what it is got by, what it is called.
    fn under_hand(&self) -> Option<(What, String)> {
        let at = self.chosen();
        let song = |song: &Song| (What::Path(song.path.clone()), song.title.clone());
        if let Some(inside) = &self.inside {
            return inside.songs.as_ref()?.get(at).map(song);
        }
        match self.tab {
            Tab::Tapes => {
                let found = self.found.as_ref()?;
                let tape = found.catalog.tapes().get(*found.tapes.get(at)?)?;
                Some((What::tape(tape), tape.title.clone()))
            }
            Tab::Songs => self.found.as_ref()?.songs.get(at).map(|(s, _)| song(s)),
            Tab::Folders => {
                let entry = *self.entries().get(at)?;
                Some((What::Path(entry.path.clone()), entry.name.clone()))
            }
            Tab::Blank => None,
        }
    }

    /// Opens a folder; without one, that which was open or the first root.
    fn open_folder(&mut self, path: Option<&Path>) {
        let open = self.folder.as_ref().map(|(path, _)| path.clone());
        let root = || self.found.as_ref()?.roots.first().cloned();
        let home = || etcetera::home_dir().ok();
        let path = path
            .map(Path::to_owned)
            .or(open)
            .or_else(root)
            .or_else(home);
        self.ask(Question::Folder(path.unwrap_or_else(|| "/".into())));
    }

    fn write(&mut self, letter: char) {
        if self.line.chars().count() < LONGEST && !letter.is_control() {
            self.line.push(letter);
            self.typed();
        }
    }

    /// Takes what was pasted.
    pub fn paste(&mut self, words: &str) {
        for letter in text::printable(words).chars() {
            if self.making.is_writing() {
                self.making.write(letter);
            } else {
                self.write(letter);
            }
        }
        self.revision += 1;
    }

    /// Something else is looked for.
    fn typed(&mut self) {
        self.later = None;
        self.typing = true;
        self.inside = None;
        self.chosen = [0; 3];
        self.said = None;
        self.look();
    }
}
