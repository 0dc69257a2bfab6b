//! Keeps the index true to the disk. Unchanged folders are not listed and
//! unchanged files not opened; what is stopped goes on where it was the next
//! time, since a folder counts as seen only when all its files are in.

use std::collections::{HashMap, HashSet};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use afterdark_media::playlist::{has_audio_extension, is_playlist};
use rusqlite::{Connection, params};

use super::disk_name::{from_bytes, to_bytes};
use super::index::{Index, IndexError, failed};
use super::reading::{Folder, Job, Readers, make_way};
use super::writing::Writer;

/// Deepest folder below a root.
const DEEPEST: usize = 32;

/// A folder changed less than this ago may change again without its time
/// telling.
const FRESH: Duration = Duration::from_secs(2);

/// Where a person's music is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roots(pub Vec<PathBuf>);

/// How far a scan is; called often, from the scan's thread.
pub type Progress<'a> = dyn FnMut(&Summary) + 'a;

/// What a scan did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Folders looked at.
    pub folders: u64,
    /// Files opened, since they were new or changed.
    pub read: u64,
    /// Files that are gone.
    pub gone: u64,
    /// Roots that are not there; what is known of them is kept.
    pub away: u64,
    /// It was stopped before the end.
    pub stopped: bool,
}

/// A scan, about to begin.
pub struct Scan<'a> {
    index: &'a Index,
    stop: Arc<AtomicBool>,
    /// Look at every file, also in folders whose time says that nothing came
    /// or went: what was changed in place is found only so.
    pub thorough: bool,
}

impl<'a> Scan<'a> {
    /// Of this index; ends within a file's reading of `stop` being set.
    pub fn new(index: &'a Index, stop: Arc<AtomicBool>) -> Self {
        Self {
            index,
            stop,
            thorough: false,
        }
    }

    /// Brings the index up to date. The calling thread steps behind all others
    /// for good.
    ///
    /// # Errors
    /// When the index cannot be written, or the system gives no threads.
    pub fn run(self, roots: &Roots, progress: &mut Progress<'_>) -> Result<Summary, IndexError> {
        make_way();
        let path = self.index.path();
        let readers = Readers::start(&self.stop).map_err(|cause| IndexError::Disk {
            path: path.to_owned(),
            cause,
        })?;
        let db = &self.index.db;
        let mut walk = Walk {
            db,
            writer: Writer::new(db, &self.stop),
            readers,
            stop: &self.stop,
            thorough: self.thorough,
            seen: HashSet::new(),
            summary: Summary::default(),
            progress,
        };
        let mut run = || -> rusqlite::Result<()> {
            walk.writer.begin()?;
            for root in &roots.0 {
                walk.root(self.index.root(root)?, root)?;
            }
            walk.finish()
        };
        let result = run();
        let stopped = self.stop.load(Ordering::Relaxed);
        walk.summary.stopped = stopped;
        let summary = walk.summary;
        walk.readers.end(stopped || result.is_err());
        result.map_err(|cause| failed(path, cause))?;
        Ok(summary)
    }
}

struct Walk<'a, 'p> {
    db: &'a Connection,
    writer: Writer<'a>,
    readers: Readers,
    stop: &'a AtomicBool,
    thorough: bool,
    /// Folders walked, by device and inode: a link back leads nowhere.
    seen: HashSet<(u64, u64)>,
    summary: Summary,
    progress: &'a mut Progress<'p>,
}

/// A file as the index knows it.
struct Known {
    size: u64,
    mtime: i64,
    inode: u64,
    gone: bool,
    met: bool,
}

impl Walk<'_, '_> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn root(&mut self, id: i64, path: &Path) -> rusqlite::Result<()> {
        let known: bool = self.db.query_row(
            "SELECT EXISTS(SELECT 1 FROM file JOIN folder ON folder.id = file.folder WHERE root = ?1 AND gone IS NULL)",
            [id],
            |row| row.get(0),
        )?;
        let mut listing = fs::read_dir(path).ok();
        // The place where a disk is mounted is an empty folder without it.
        let empty = listing
            .as_mut()
            .is_none_or(|listing| listing.next().is_none());
        let away = empty && known;
        self.writer.root_is(id, away)?;
        if away || empty {
            self.summary.away += u64::from(away || listing.is_none());
            return Ok(());
        }
        self.folder(id, None, path, 0)
    }

    /// Looks at a folder and what is in it.
    fn folder(
        &mut self,
        root: i64,
        parent: Option<i64>,
        path: &Path,
        depth: usize,
    ) -> rusqlite::Result<()> {
        if self.stopped() || depth > DEEPEST {
            return Ok(());
        }
        let Ok(meta) = fs::metadata(path) else {
            return Ok(());
        };
        if !meta.is_dir() || !self.seen.insert(identity(&meta)) {
            return Ok(());
        }
        self.summary.folders += 1;
        if self.summary.folders.is_multiple_of(64) {
            (self.progress)(&self.summary);
        }
        let (id, known_mtime) = self.writer.folder(root, parent, path)?;
        let mtime = changed(&meta);
        if mtime == known_mtime && mtime != 0 && !self.thorough {
            for below in self.known_folders(id)? {
                self.folder(root, Some(id), &below, depth + 1)?;
            }
            return Ok(());
        }
        let Ok(listing) = fs::read_dir(path) else {
            return Ok(());
        };
        let fresh = SystemTime::now()
            .duration_since(meta.modified().unwrap_or(UNIX_EPOCH))
            .is_ok_and(|age| age > FRESH);
        let folder = Arc::new(Folder {
            id,
            path: path.to_owned(),
            mtime: if fresh { mtime } else { 0 },
        });
        let mut known = self.known_files(id)?;
        let mut below = Vec::new();
        for found in listing.flatten() {
            if self.stopped() {
                return Ok(());
            }
            let name = PathBuf::from(found.file_name());
            if name.as_os_str().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let link = found.file_type().is_ok_and(|kind| kind.is_symlink());
            let kind = if link {
                fs::metadata(found.path()).map(|meta| meta.file_type())
            } else {
                found.file_type()
            };
            match kind {
                Ok(kind) if kind.is_dir() => below.push(found.path()),
                // A pipe or a device is nobody's song, and would be waited for.
                Ok(kind) if kind.is_file() => {
                    self.file(&folder, name, &found.path(), &mut known)?;
                }
                _ => {}
            }
        }
        for (name, file) in known {
            if !file.met && !file.gone {
                self.summary.gone += 1;
                self.writer.gone(id, &name)?;
            }
        }
        self.writer
            .lists_gone(&folder, |name| path.join(name).is_file())?;
        self.writer.listed(&folder);
        drop(folder);
        below.sort();
        for path in below {
            self.folder(root, Some(id), &path, depth + 1)?;
        }
        Ok(())
    }

    fn file(
        &mut self,
        folder: &Arc<Folder>,
        name: PathBuf,
        path: &Path,
        known: &mut HashMap<Vec<u8>, Known>,
    ) -> rusqlite::Result<()> {
        let is_list = is_playlist(&name);
        if !is_list && !has_audio_extension(&name) {
            return Ok(());
        }
        let Ok(meta) = fs::metadata(path) else {
            return Ok(());
        };
        let (size, mtime, (_, inode)) = (meta.len(), changed(&meta), identity(&meta));
        if let Some(known) = known.get_mut(&to_bytes(&name)) {
            known.met = true;
            if (known.size, known.mtime, known.inode, known.gone) == (size, mtime, inode, false) {
                return Ok(());
            }
        }
        let job = Job {
            folder: Arc::clone(folder),
            name,
            size,
            mtime,
            inode,
            is_list,
        };
        self.give(job)
    }

    /// Hands a file to the readers, taking in answers while they are busy.
    fn give(&mut self, mut job: Job) -> rusqlite::Result<()> {
        use std::sync::mpsc::TrySendError;
        loop {
            while let Ok(answer) = self.readers.answers.try_recv() {
                self.summary.read += 1;
                self.writer.take(answer)?;
            }
            let Some(jobs) = &self.readers.jobs else {
                return Ok(());
            };
            match jobs.try_send(job) {
                Ok(()) | Err(TrySendError::Disconnected(_)) => return Ok(()),
                Err(TrySendError::Full(back)) => job = back,
            }
            if self.stopped() {
                return Ok(());
            }
            if let Ok(answer) = self.readers.answers.recv_timeout(Duration::from_millis(20)) {
                self.summary.read += 1;
                self.writer.take(answer)?;
                (self.progress)(&self.summary);
            }
        }
    }

    /// Takes in what the readers still have, and makes tapes of it.
    fn finish(&mut self) -> rusqlite::Result<()> {
        use std::sync::mpsc::RecvTimeoutError;
        self.readers.jobs = None;
        while !self.stopped() {
            match self.readers.answers.recv_timeout(Duration::from_millis(50)) {
                Ok(answer) => {
                    self.summary.read += 1;
                    self.writer.take(answer)?;
                }
                Err(RecvTimeoutError::Timeout) => (self.progress)(&self.summary),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.writer.end()?;
        (self.progress)(&self.summary);
        Ok(())
    }

    fn known_folders(&self, parent: i64) -> rusqlite::Result<Vec<PathBuf>> {
        let mut found = self
            .db
            .prepare_cached("SELECT path FROM folder WHERE parent = ?1")?;
        let rows = found.query_map([parent], |row| Ok(from_bytes(row.get_ref(0)?.as_blob()?)))?;
        rows.collect()
    }

    fn known_files(&self, folder: i64) -> rusqlite::Result<HashMap<Vec<u8>, Known>> {
        let question =
            "SELECT name, size, mtime, inode, gone IS NOT NULL FROM file WHERE folder = ?1";
        let mut found = self.db.prepare_cached(question)?;
        let rows = found.query_map(params![folder], |row| {
            let known = Known {
                size: row.get::<_, i64>(1)? as u64,
                mtime: row.get(2)?,
                inode: row.get::<_, i64>(3)? as u64,
                gone: row.get(4)?,
                met: false,
            };
            Ok((row.get(0)?, known))
        })?;
        rows.collect()
    }
}

/// When a file or folder was changed last, nanoseconds since 1970; 0 where the
/// system does not tell.
fn changed(meta: &Metadata) -> i64 {
    let since = |time: io::Result<SystemTime>| time.ok()?.duration_since(UNIX_EPOCH).ok();
    since(meta.modified()).map_or(0, |since| since.as_nanos() as i64)
}

/// What a file or folder is, whatever it is called.
#[cfg(unix)]
fn identity(meta: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (meta.dev(), meta.ino())
}

/// What a file or folder is, as far as is told here.
#[cfg(not(unix))]
fn identity(meta: &Metadata) -> (u64, u64) {
    (changed(meta) as u64, meta.len())
}
