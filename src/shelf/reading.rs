//! What a file tells the shelf, and the threads that ask.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use afterdark_media::media::{self, Tags};
use afterdark_media::{playlist, text};

use super::disk_name::to_bytes;
use super::fold::fold;

/// Readers at once: more than there are processors, since a cold disk answers
/// many questions sooner than one.
const READERS: usize = 8;

/// Files waiting for a reader.
const QUEUE: usize = 256;

/// Least niceness that still gets on: the disk's turn goes by it too.
const NICE: i32 = 19;

/// A folder whose files are being read; the last one to let go of it knows
/// that the folder is done.
#[derive(Debug)]
pub(crate) struct Folder {
    pub id: i64,
    pub path: PathBuf,
    /// Of the listing that is being worked through, nanoseconds; 0 where it
    /// was too fresh to be relied on.
    pub mtime: i64,
}

/// A file as the listing has it.
#[derive(Debug)]
pub(crate) struct Job {
    pub folder: Arc<Folder>,
    pub name: PathBuf,
    pub size: u64,
    pub mtime: i64,
    pub inode: u64,
    pub is_list: bool,
}

/// What became of a job.
#[derive(Debug)]
pub(crate) struct Answer {
    pub job: Job,
    pub found: Found,
}

/// What a file says.
#[derive(Debug)]
pub(crate) enum Found {
    Song(Box<SongFound>),
    List {
        title: String,
        songs: u32,
        /// The one recording beside a cue sheet that it cuts in songs.
        covers: Option<Vec<u8>>,
    },
}

/// A song's tags as the shelf keeps them.
#[derive(Debug)]
pub(crate) struct SongFound {
    pub title: String,
    pub artist: String,
    pub album: Option<String>,
    pub album_artist: String,
    pub compilation: bool,
    pub genre: String,
    pub year: Option<u16>,
    pub disc: u32,
    pub track: u32,
    pub seconds: Option<f64>,
    pub known_by: String,
}

/// The threads that read, and the ways to and from them.
pub(crate) struct Readers {
    pub jobs: Option<SyncSender<Job>>,
    pub answers: Receiver<Answer>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Begins; ends when `jobs` is dropped, or soon after `stop` is set.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(stop: &Arc<AtomicBool>) -> std::io::Result<Self> {
        let (jobs, work) = sync_channel::<Job>(QUEUE);
        let (done, answers) = channel();
        let work = Arc::new(Mutex::new(work));
        let mut threads = Vec::new();
        for _ in 0..READERS {
            let (work, done, stop) = (Arc::clone(&work), done.clone(), Arc::clone(stop));
            let reader = thread::Builder::new().name("shelf reader".into());
            threads.push(reader.spawn(move || read_all(&work, &done, &stop))?);
        }
        Ok(Self {
            jobs: Some(jobs),
            answers,
            threads,
        })
    }

    /// Waits for the readers; a file that a dead disk holds is not waited for.
    pub fn end(mut self, stopped: bool) {
        self.jobs = None;
        if !stopped {
            for thread in self.threads {
                // A reader that panicked has told its file's reason by then.
                let _ = thread.join();
            }
        }
    }
}

fn read_all(work: &Mutex<Receiver<Job>>, done: &Sender<Answer>, stop: &AtomicBool) {
    make_way();
    loop {
        let next = match work.lock() {
            Ok(work) => work.recv(),
            Err(_) => return,
        };
        let Ok(job) = next else { return };
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let path = job.folder.path.join(&job.name);
        let found = if job.is_list {
            list(&path)
        } else {
            Found::Song(Box::new(song(&path)))
        };
        if done.send(Answer { job, found }).is_err() {
            return;
        }
    }
}

/// Puts this thread behind all others, the sound's before all.
pub(crate) fn make_way() {
    #[cfg(target_os = "linux")]
    {
        // A thread that may not be nicer works all the same.
        let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE);
    }
}

fn song(path: &Path) -> SongFound {
    let (tags, seconds) = media::glance(path);
    let stem = || text::clean(&path.file_stem().unwrap_or_default().to_string_lossy());
    let title = tags.title.clone().unwrap_or_else(stem);
    let known_by = known_by(&title, &tags);
    SongFound {
        title,
        year: tags.date.as_deref().and_then(year),
        artist: tags.artist.unwrap_or_default(),
        album: tags.album,
        album_artist: tags.album_artist.unwrap_or_default(),
        compilation: tags.compilation,
        genre: tags.genre.unwrap_or_default(),
        disc: tags.disc.unwrap_or_default(),
        track: tags.track.unwrap_or_default(),
        seconds,
        known_by,
    }
}

/// The title's words, then after a `|` those that the song is also found by
/// beside its title.
fn known_by(title: &str, tags: &Tags) -> String {
    let also = [&tags.artist, &tags.composer];
    let also: Vec<String> = also.into_iter().flatten().map(|text| fold(text)).collect();
    format!("{}|{}", fold(title), also.join(" "))
}

/// The first four digits that stand together.
fn year(date: &str) -> Option<u16> {
    let mut runs = date.split(|c: char| !c.is_ascii_digit());
    let year = runs.find(|run| run.len() == 4)?.parse().ok()?;
    (year > 0).then_some(year)
}

fn list(path: &Path) -> Found {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(".tape.toml");
    let stem = stem.or_else(|| Path::new(&*name).file_stem()?.to_str());
    let is_cue = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("cue"));
    let programme = playlist::gather(&[path.to_owned()]).ok();
    let title = programme.as_ref().and_then(|programme| {
        let title = programme.title.clone()?;
        let hand = programme.request.hand();
        Some(hand.map_or(title.clone(), |hand| format!("{title}, {hand}")))
    });
    let songs = programme
        .as_ref()
        .map_or(0, |programme| programme.entries.len() as u32);
    let covers = programme.filter(|_| is_cue).and_then(|programme| {
        let mut files = programme.entries.iter().map(|entry| entry.locate().ok());
        let first = files.next()??.path;
        let same = files.all(|file| file.is_some_and(|file| file.path == first));
        let beside = first.parent() == path.parent();
        (same && beside).then(|| to_bytes(Path::new(first.file_name().unwrap_or_default())))
    });
    Found::List {
        title: title.unwrap_or_else(|| text::clean(stem.unwrap_or(&name))),
        songs,
        covers,
    }
}

#[cfg(test)]
mod tests {
    use super::year;

    #[test]
    fn years_are_read_out_of_dates() {
        for (date, expected) in [
            ("1979", Some(1979)),
            ("1979-05-03", Some(1979)),
            ("03.05.1979", Some(1979)),
            ("℗ 2001 somebody", Some(2001)),
            ("79", None),
            ("0000", None),
            ("19790503", None),
        ] {
            assert_eq!(year(date), expected, "{date}");
        }
    }
}
