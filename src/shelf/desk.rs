//! The shelf's own threads: one answers whoever stands before the shelf, one
//! keeps the index true. Nobody who asks is made to wait; what is searched is
//! in memory only while somebody is there.

mod scanner;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use afterdark_media::playlist;

use self::scanner::Scanner;
use super::blank_tape::BlankTape;
use super::cover_color::{self, Wanted};
use super::disk::{FolderEntry, entries, list_tape, look_up, notes_and_cover, of_entry, own_lists};
use super::history::{HISTORY, History};
use super::index::{Index, IndexError};
use super::query::Query;
use super::rows::{CoverColor, Kind, Song, Tape, What};
use super::scan::{Roots, Summary};
use super::search::{Catalog, Hit, TapeOrder};

/// The disk is looked at again when the shelf is opened so long after.
const STALE: Duration = Duration::from_secs(60);

/// How often what a scan found so far is shown.
const SHOW_EVERY: Duration = Duration::from_secs(3);

/// What the shelf is made of.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// The index's file.
    pub index: PathBuf,
    /// Where music is.
    pub roots: Roots,
    /// The folder of tapes made here.
    pub own: PathBuf,
    /// What a tape may ask for.
    pub choices: Choices,
    /// Finds the list of the tape that comes with the program, always within
    /// reach.
    pub bundled: Option<fn() -> Option<PathBuf>>,
}

/// Names of machines and tapes that there are.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Choices {
    pub decks: Vec<String>,
    pub tapes: Vec<String>,
    pub nrs: Vec<String>,
}

/// The way to the shelf; copies lead to the same one.
#[derive(Clone, Debug)]
pub struct Desk {
    asks: Sender<Ask>,
    stop: Arc<AtomicBool>,
    /// What a tape may ask for.
    pub choices: Arc<Choices>,
}

/// What somebody before the shelf may ask.
#[derive(Debug)]
pub enum Question {
    /// What is found by these words; of several only the last is answered.
    Find(String, TapeOrder),
    /// The songs of a tape, file or folder.
    Songs(What),
    /// The same, and what goes with it: notes and cover.
    Look(What),
    /// What is in a folder of the disk.
    Folder(PathBuf),
    /// To save a tape that was made.
    Save(Box<BlankTape>),
    /// To change a tape that there is.
    Edit(PathBuf),
    /// The colour of a tape's cover; it takes its time.
    Color(What),
}

/// What is answered.
#[derive(Debug)]
pub enum Answer {
    /// To [`Question::Find`].
    Found(Box<Found>),
    /// To [`Question::Songs`].
    Songs(What, Vec<Song>),
    /// To [`Question::Look`], after the songs.
    Notes(What, String, Option<Arc<Vec<u8>>>),
    /// To [`Question::Folder`].
    Folder(PathBuf, Result<Vec<FolderEntry>, String>),
    /// To [`Question::Save`], with the file or the reason.
    Saved(Result<(PathBuf, Box<BlankTape>), String>),
    /// To [`Question::Edit`].
    Edited(Option<Box<BlankTape>>),
    /// To [`Question::Color`], of the tape from there.
    Color(PathBuf, CoverColor),
    /// How far a scan is; `None` when it has ended.
    Scan(Option<Summary>),
    /// The shelf cannot be used, and why.
    Failed(String),
}

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// What was looked for.
    pub words: String,
    /// Where hits lead.
    pub catalog: Arc<Catalog>,
    /// Places of the tapes in the catalog, the best first.
    pub tapes: Vec<usize>,
    /// Songs, each with the place of its tape.
    pub songs: Vec<(Song, usize)>,
    /// The folders that music is looked for in.
    pub roots: Vec<PathBuf>,
}

enum Ask {
    Come(Sender<Answer>),
    Go,
    Question(Question),
    Scanned(Option<Summary>),
    Colored(PathBuf, CoverColor),
}

/// Somebody stands before the shelf, until this is dropped.
#[derive(Debug)]
pub struct Visit {
    asks: Sender<Ask>,
    answers: Receiver<Answer>,
}

impl Visit {
    /// Asks; the answer comes by [`Self::answer`].
    pub fn ask(&self, question: Question) {
        // Fails only when the program ends.
        let _ = self.asks.send(Ask::Question(question));
    }

    /// The next answer that has come.
    pub fn answer(&self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let _ = self.asks.send(Ask::Go);
    }
}

impl Desk {
    /// Starts the threads; a while later the disk is looked at.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(setting: Setting) -> std::io::Result<Self> {
        let (asks, inbox) = channel();
        let choices = Arc::new(setting.choices.clone());
        let (scans, wanted) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let scanner = Scanner {
            setting: setting.clone(),
            tell: asks.clone(),
            stop: Arc::clone(&stop),
        };
        let spawn = |name: &str| thread::Builder::new().name(name.into());
        spawn("shelf scan").spawn(move || scanner.run(&wanted))?;
        let (covers, wanted) = channel();
        let (tell, index) = (asks.clone(), setting.index.clone());
        let tell = move |from, color| tell.send(Ask::Colored(from, color)).is_ok();
        spawn("shelf covers").spawn(move || cover_color::run(&wanted, &index, tell))?;
        let keeper = Keeper {
            setting,
            scans,
            covers,
            visitor: None,
            shown: None,
            asked: None,
            scanning: None,
            scanned: None,
            index: None,
        };
        spawn("shelf").spawn(move || keeper.run(&inbox))?;
        Ok(Self {
            asks,
            stop,
            choices,
        })
    }

    /// Comes before the shelf; whoever was there before is told nothing more.
    pub fn visit(&self) -> Visit {
        let (send, answers) = channel();
        let _ = self.asks.send(Ask::Come(send));
        Visit {
            asks: self.asks.clone(),
            answers,
        }
    }

    /// Ends a scan within a file's reading; it goes on the next time.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Keeper {
    setting: Setting,
    scans: Sender<()>,
    covers: Sender<Wanted>,
    visitor: Option<Sender<Answer>>,
    /// What the visitor sees, and since when.
    shown: Option<(Arc<Catalog>, Instant)>,
    /// What was looked for last.
    asked: Option<(String, TapeOrder)>,
    scanning: Option<Summary>,
    scanned: Option<Instant>,
    index: Option<Index>,
}

impl Keeper {
    fn run(mut self, inbox: &Receiver<Ask>) {
        while let Ok(first) = inbox.recv() {
            let mut find = false;
            for ask in std::iter::once(first).chain(inbox.try_iter()) {
                match ask {
                    Ask::Come(visitor) => self.come(visitor),
                    Ask::Go => {
                        self.visitor = None;
                        self.shown = None;
                        self.index = None;
                    }
                    Ask::Question(Question::Find(words, order)) => {
                        self.asked = Some((words, order));
                        find = true;
                    }
                    Ask::Question(question) => self.answer(question),
                    Ask::Scanned(so_far) => find |= self.scanned(so_far),
                    Ask::Colored(from, color) => self.tell(Answer::Color(from, color)),
                }
            }
            if find {
                self.find();
            }
        }
    }

    fn tell(&self, answer: Answer) {
        if let Some(visitor) = &self.visitor {
            // Fails only when the visitor has gone.
            let _ = visitor.send(answer);
        }
    }

    fn come(&mut self, visitor: Sender<Answer>) {
        self.visitor = Some(visitor);
        self.shown = None;
        if let Some(so_far) = self.scanning {
            self.tell(Answer::Scan(Some(so_far)));
        } else if self.scanned.is_some_and(|at| at.elapsed() > STALE) {
            let _ = self.scans.send(());
        }
    }

    /// Takes note of a scan; true where there is more to be seen.
    fn scanned(&mut self, so_far: Option<Summary>) -> bool {
        self.scanning = so_far;
        self.tell(Answer::Scan(so_far));
        let ended = so_far.is_none();
        if ended {
            self.scanned = Some(Instant::now());
        }
        let old = self
            .shown
            .as_ref()
            .is_some_and(|(_, since)| ended || since.elapsed() > SHOW_EVERY);
        if old {
            self.shown = None;
        }
        old
    }

    fn index(&mut self) -> Result<&Index, IndexError> {
        if self.index.is_none() {
            self.index = Some(Index::open(&self.setting.index)?);
        }
        // It was just put there.
        self.index.as_ref().ok_or_else(|| IndexError::Disk {
            path: self.setting.index.clone(),
            cause: std::io::ErrorKind::NotFound.into(),
        })
    }

    fn catalog(&mut self) -> Result<Arc<Catalog>, IndexError> {
        if let Some((catalog, _)) = &self.shown {
            return Ok(Arc::clone(catalog));
        }
        let history = crate::files::state().map(|folder| History::read(&folder.join(HISTORY)));
        let bundled = self.setting.bundled.and_then(|find| find());
        let mut tapes: Vec<Tape> = bundled.as_deref().map(list_tape).into_iter().collect();
        let own = own_lists(&self.setting.own);
        let index = self.index()?;
        let known = index.tapes()?.into_iter();
        tapes.extend(known.filter(|tape| !tape.away || tape.kind != Kind::List));
        // What was made a moment ago is in no index yet.
        let new = own
            .iter()
            .filter(|path| !tapes.iter().any(|tape| tape.path == **path));
        let new: Vec<Tape> = new.map(|path| list_tape(path)).collect();
        tapes.extend(new);
        let mut catalog = Catalog::of(tapes, &history.unwrap_or_default());
        catalog.read_songs(index)?;
        let catalog = Arc::new(catalog);
        self.shown = Some((Arc::clone(&catalog), Instant::now()));
        Ok(catalog)
    }

    fn find(&mut self) {
        let Some((words, order)) = self.asked.clone() else {
            return;
        };
        match self.look(&words, order) {
            Ok(found) => self.tell(Answer::Found(Box::new(found))),
            Err(error) if error.is_damage() => {
                // The scan meets the same, and makes it anew.
                self.index = None;
                let _ = self.scans.send(());
            }
            Err(error) => self.tell(Answer::Failed(error.to_string())),
        }
    }

    fn look(&mut self, words: &str, order: TapeOrder) -> Result<Found, IndexError> {
        let catalog = self.catalog()?;
        let (mut tapes, mut songs) = (Vec::new(), Vec::new());
        for hit in catalog.search_in(&Query::new(words), order) {
            match hit {
                Hit::Tape(place) => tapes.push(place),
                Hit::Song(row, place) => {
                    songs.extend(self.index()?.song(row)?.map(|song| (song, place)));
                }
            }
        }
        Ok(Found {
            words: words.to_owned(),
            catalog,
            tapes,
            songs,
            roots: self.setting.roots.0.clone(),
        })
    }

    fn answer(&mut self, question: Question) {
        let answer = match question {
            Question::Find(..) => return,
            Question::Color(what) => {
                self.want_color(what);
                return;
            }
            Question::Songs(what) => {
                let songs = self.songs(&what);
                Answer::Songs(what, songs)
            }
            Question::Look(what) => {
                let songs = self.songs(&what);
                let first = songs.first().map(|song| song.path.clone());
                self.tell(Answer::Songs(what.clone(), songs));
                let (notes, cover) = notes_and_cover(&what, first.as_deref());
                Answer::Notes(what, notes, cover.map(Arc::new))
            }
            Question::Folder(path) => {
                let entries = entries(&path);
                Answer::Folder(path, entries.map_err(|error| error.to_string()))
            }
            Question::Save(mut tape) => {
                let saved = tape.save(&self.setting.own);
                self.shown = None;
                let _ = self.scans.send(());
                Answer::Saved(
                    saved
                        .map(|path| (path, tape))
                        .map_err(|error| error.to_string()),
                )
            }
            Question::Edit(path) => {
                let own = self.setting.own.clone();
                let index = self.index().ok();
                let tape = BlankTape::open(&path, &own, |path| look_up(index, path));
                Answer::Edited(tape.map(Box::new))
            }
        };
        self.tell(answer);
    }

    /// Has the cover of a tape looked at.
    fn want_color(&mut self, what: What) {
        let What::Tape(row, path, kind) = what else {
            return;
        };
        let song = match kind {
            Kind::List => None,
            Kind::Album | Kind::Loose => self
                .index()
                .ok()
                .and_then(|index| index.songs(row).ok()?.into_iter().next()),
        };
        let song = song.map(|song| song.path);
        // The thread goes only with this one.
        let _ = self.covers.send(Wanted { row, path, song });
    }

    fn songs(&mut self, what: &What) -> Vec<Song> {
        let index = self.index().ok();
        match what {
            What::Tape(row, _, Kind::Album | Kind::Loose) => {
                let songs = index.and_then(|index| index.songs(*row).ok());
                let mut songs = songs.unwrap_or_default();
                songs.retain(|song| !song.away);
                songs
            }
            What::Tape(_, path, Kind::List) | What::Path(path) => {
                let programme = playlist::gather(std::slice::from_ref(path));
                let entries = programme.map(|programme| programme.entries);
                let entries = entries.unwrap_or_default().into_iter();
                entries.map(|entry| of_entry(index, &entry)).collect()
            }
        }
    }
}
