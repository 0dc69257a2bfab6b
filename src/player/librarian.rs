//! Reads everything that belongs to a tape beside the engine: what its files
//! are, notes, cover, words, and other tapes. Nothing here is waited for, and
//! what does not answer is given up.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::cut;
use super::songs::Found;
use crate::recorder::Reader;
use crate::shelf::notes_beside;
use afterdark_media::media::{self, Line};
use afterdark_media::playlist::{self, Entry, Programme};

/// Songs looked at together are told together, at most this often.
const TELL_EVERY: Duration = Duration::from_millis(150);
/// The first sound has the machine to itself for so long.
const SOUND_FIRST: Duration = Duration::from_millis(150);
/// A file that does not answer for so long is given up.
const PATIENCE: Duration = Duration::from_secs(5);
/// Reading through a file to count its frames, or a folder of many, may take longer.
const LONG_PATIENCE: Duration = Duration::from_secs(120);

/// What was found of a song, by its place in the programme.
pub type Finding = (usize, Result<Box<Found>, String>);

/// Something to be read at once.
pub enum Job {
    /// A song that is about to be played.
    Song(usize, Arc<Entry>),
    /// Liner notes in these folders, and the cover of this recording.
    Card(Vec<PathBuf>, PathBuf),
    /// The words of this recording.
    Lyrics(PathBuf),
    /// Another tape.
    Tape(Vec<PathBuf>),
}

/// What was read.
pub enum News {
    /// What songs are.
    Songs(Vec<Finding>),
    /// All songs of the tape have been told.
    AllSongs,
    /// Notes and cover.
    Card {
        /// The words of a file beside the music.
        notes: Option<String>,
        /// A picture as its file holds it.
        cover: Option<Arc<Vec<u8>>>,
    },
    /// The words of the recording at a path, in order; empty where there are none.
    Lyrics(PathBuf, Vec<Line>),
    /// A tape that was asked for by these paths, or why it cannot be had.
    Tape(Vec<PathBuf>, Result<Box<Programme>, String>),
}

/// Its threads; they stop when this is dropped.
pub struct Librarian {
    jobs: Sender<Job>,
    stop: Arc<AtomicBool>,
}

impl Librarian {
    /// Looks at `entries`, those from `first` on before the others, and tells.
    /// Files that do not tell their length are counted in a second round.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        entries: Vec<Arc<Entry>>,
        first: usize,
        tell: impl Fn(News) + Clone + Send + 'static,
    ) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (jobs, inbox) = mpsc::channel();
        let answer = tell.clone();
        let round = Round {
            entries,
            reader: Reader::new(PATIENCE),
            stop: Arc::clone(&stop),
            tell,
        };
        let spawn = |name: &str| thread::Builder::new().name(name.into());
        spawn("librarian").spawn(move || round.make(first))?;
        spawn("lookups").spawn(move || look_up(&inbox, answer))?;
        Ok(Self { jobs, stop })
    }

    /// Has something read; the answer is told.
    pub fn ask(&self, job: Job) {
        // Fails only when the thread is gone, and then there is nobody to ask.
        let _ = self.jobs.send(job);
    }
}

impl Drop for Librarian {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// One look at everything on the tape.
struct Round<T> {
    entries: Vec<Arc<Entry>>,
    reader: Reader,
    stop: Arc<AtomicBool>,
    tell: T,
}

impl<T: Fn(News)> Round<T> {
    fn make(mut self, first: usize) {
        thread::sleep(SOUND_FIRST);
        let mut batch: Vec<Finding> = Vec::new();
        let mut told = Instant::now();
        let mut uncounted = Vec::new();
        let count = self.entries.len();
        for song in (first..count).chain(0..first.min(count)) {
            let found = song_of(&mut self.reader, &self.entries[song], false);
            if found.as_ref().is_ok_and(|found| !found.exact) {
                uncounted.push(song);
            }
            batch.push((song, found));
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            if told.elapsed() > TELL_EVERY {
                told = Instant::now();
                (self.tell)(News::Songs(std::mem::take(&mut batch)));
            }
        }
        (self.tell)(News::Songs(batch));
        let mut reader = Reader::new(LONG_PATIENCE);
        for song in uncounted {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let found = song_of(&mut reader, &self.entries[song], true);
            (self.tell)(News::Songs(vec![(song, found)]));
        }
        (self.tell)(News::AllSongs);
    }
}

fn song_of(reader: &mut Reader, entry: &Arc<Entry>, count: bool) -> Result<Box<Found>, String> {
    let name = entry.name();
    let entry = Arc::clone(entry);
    let found = reader.read(move || Found::look_up(&entry, count));
    let found = found.unwrap_or_else(|| Err(format!("{name}: the disk does not answer")));
    found.map(Box::new)
}

fn look_up(jobs: &Receiver<Job>, tell: impl Fn(News)) {
    let mut reader = Reader::new(PATIENCE);
    let mut patient = Reader::new(LONG_PATIENCE);
    for job in jobs {
        tell(match job {
            Job::Song(song, entry) => {
                News::Songs(vec![(song, song_of(&mut reader, &entry, false))])
            }
            Job::Card(folders, recording) => News::Card {
                notes: reader.read(move || notes_beside(&folders)).flatten(),
                cover: reader
                    .read(move || media::cover(&recording))
                    .flatten()
                    .map(Arc::new),
            },
            Job::Lyrics(recording) => {
                let path = recording.clone();
                let lines = reader.read(move || media::lyrics(&recording));
                News::Lyrics(path, lines.unwrap_or_default())
            }
            Job::Tape(paths) => {
                let asked = paths.clone();
                let read = patient.read(move || match playlist::gather(&asked) {
                    Ok(programme) if programme.entries.is_empty() => {
                        Err("there is nothing to play in it".to_owned())
                    }
                    Ok(programme) => Ok(Box::new(cut::cut(programme))),
                    Err(error) => Err(error.to_string()),
                });
                let read = read.unwrap_or_else(|| Err("the disk does not answer".to_owned()));
                News::Tape(paths, read)
            }
        });
    }
}
