//! The index: one SQLite file, made anew when it is damaged or of another
//! version.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior, params};

use super::disk_name::{from_bytes, to_bytes};
use super::rows::{CoverColor, Kind, Song, Tape};

/// Version of the tables; another is thrown away.
const SCHEMA: i64 = 3;

/// How long one program waits for another's writing.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
CREATE TABLE root(id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, away INTEGER NOT NULL DEFAULT 0);
CREATE TABLE folder(id INTEGER PRIMARY KEY, root INTEGER NOT NULL, parent INTEGER, path BLOB NOT NULL UNIQUE,
    mtime INTEGER NOT NULL DEFAULT 0);
CREATE INDEX folder_parent ON folder(parent);
CREATE TABLE tape(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, title TEXT NOT NULL,
    artist TEXT NOT NULL DEFAULT '', year INTEGER, genre TEXT NOT NULL DEFAULT '', folder INTEGER NOT NULL,
    path BLOB NOT NULL, songs INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0,
    added INTEGER NOT NULL, covers BLOB, away INTEGER NOT NULL DEFAULT 0,
    color INTEGER);
CREATE INDEX tape_folder ON tape(folder);
CREATE TABLE file(id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name BLOB NOT NULL, size INTEGER NOT NULL,
    mtime INTEGER NOT NULL, inode INTEGER NOT NULL, tape INTEGER NOT NULL, title TEXT NOT NULL,
    artist TEXT NOT NULL, album_artist TEXT NOT NULL, genre TEXT NOT NULL, year INTEGER, disc INTEGER NOT NULL,
    track INTEGER NOT NULL, seconds REAL, known_by TEXT NOT NULL, gone INTEGER, UNIQUE(folder, name)) ;
CREATE INDEX file_tape ON file(tape);
";

/// Why the index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// SQLite's own reason.
    #[error("the shelf's index {} cannot be used: {cause}", path.display())]
    Database {
        /// The index file.
        path: PathBuf,
        /// What SQLite says.
        cause: rusqlite::Error,
    },
    /// Its folder cannot be made or it cannot be taken away.
    #[error("the shelf's index {} cannot be made: {cause}", path.display())]
    Disk {
        /// The index file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

impl IndexError {
    /// Whether the file is no index any more, and not merely out of reach.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Database { cause, .. } if is_damage(cause))
    }
}

/// The index, open.
#[derive(Debug)]
pub struct Index {
    pub(crate) db: Connection,
    path: PathBuf,
}

impl Index {
    /// Opens the index at `path`, or makes it. A damaged one, and one of
    /// another version, is made anew; one that may only be read is read.
    ///
    /// # Errors
    /// When there is none and none can be made.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|cause| IndexError::Disk {
                path: path.to_owned(),
                cause,
            })?;
        }
        match Self::try_open_patiently(path) {
            Ok(Some(index)) => return Ok(index),
            Ok(None) => {}
            Err(error) if is_damage(&error) => {}
            Err(error) => return Self::read_only(path).ok_or_else(|| failed(path, error)),
        }
        Self::throw_away(path)?;
        match Self::try_open_patiently(path) {
            Ok(Some(index)) => Ok(index),
            Ok(None) => Err(failed(path, rusqlite::Error::InvalidQuery)),
            Err(error) => Err(failed(path, error)),
        }
    }

    /// Takes the index away, for one that turned out to be damaged: the next
    /// to open it makes it anew.
    ///
    /// # Errors
    /// When its files cannot be taken away.
    pub fn throw_away(path: &Path) -> Result<(), IndexError> {
        for behind in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(behind);
            match std::fs::remove_file(&name) {
                Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                    return Err(IndexError::Disk {
                        path: path.to_owned(),
                        cause,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// SQLite itself waits for nobody who makes the file at the same time.
    fn try_open_patiently(path: &Path) -> rusqlite::Result<Option<Self>> {
        let since = Instant::now();
        loop {
            match Self::try_open(path) {
                Err(error) if is_busy(&error) && since.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                done => return done,
            }
        }
    }

    /// `None` where it is of another version.
    fn try_open(path: &Path) -> rusqlite::Result<Option<Self>> {
        let db = Connection::open(path)?;
        db.busy_timeout(PATIENCE)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        // What the last transaction brought may be lost with the power, never the rest.
        db.pragma_update(None, "synchronous", "normal")?;
        let version = |db: &Connection| {
            db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        };
        match version(&db)? {
            SCHEMA => {
                // Damage is told by the first use of a page; this one is always read.
                db.query_row("SELECT count(*) FROM root", [], |_| Ok(()))?;
            }
            0 => {
                let made = Transaction::new_unchecked(&db, TransactionBehavior::Immediate)?;
                // Another program may have made them while this one waited.
                if version(&made)? == 0 {
                    made.execute_batch(TABLES)?;
                    made.pragma_update(None, "user_version", SCHEMA)?;
                }
                made.commit()?;
            }
            _ => return Ok(None),
        }
        Ok(Some(Self {
            db,
            path: path.to_owned(),
        }))
    }

    fn read_only(path: &Path) -> Option<Self> {
        let open = |name: &Path, flags| -> rusqlite::Result<Connection> {
            let db = Connection::open_with_flags(name, OpenFlags::SQLITE_OPEN_READ_ONLY | flags)?;
            let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if version == SCHEMA {
                Ok(db)
            } else {
                Err(rusqlite::Error::InvalidQuery)
            }
        };
        // In a folder that may not be written either, only one that nobody
        // writes can be read.
        let still = format!("file:{}?immutable=1", as_address(path));
        let db = open(path, OpenFlags::empty())
            .or_else(|_| open(Path::new(&still), OpenFlags::SQLITE_OPEN_URI))
            .ok()?;
        Some(Self {
            db,
            path: path.to_owned(),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All tapes, by artist, year and title.
    ///
    /// # Errors
    /// When the index is damaged or gone.
    pub fn tapes(&self) -> Result<Vec<Tape>, IndexError> {
        self.ask(
            "SELECT id, kind, title, artist, year, genre, path, songs, seconds, added, away, color FROM tape
             ORDER BY artist COLLATE NOCASE, year, title COLLATE NOCASE, id",
            [],
            |row| {
                Ok(Tape {
                    id: row.get(0)?,
                    kind: Kind::of_number(row.get(1)?),
                    title: row.get(2)?,
                    artist: row.get(3)?,
                    year: row.get(4)?,
                    genre: row.get(5)?,
                    path: from_bytes(row.get_ref(6)?.as_blob()?),
                    songs: row.get(7)?,
                    seconds: row.get(8)?,
                    added_s: row.get(9)?,
                    away: row.get(10)?,
                    color: CoverColor::of_number(row.get(11)?),
                })
            },
        )
    }

    /// The songs of a tape in their order; none for a list.
    ///
    /// # Errors
    /// When the index is damaged or gone.
    pub fn songs(&self, tape: i64) -> Result<Vec<Song>, IndexError> {
        type Place = (Option<i64>, Option<i64>);
        let place = |row: &Row<'_>| Ok(((row.get(6)?, row.get(7)?), song(row)?));
        let mut songs: Vec<(Place, Song)> =
            self.ask(&format!("{SONGS} WHERE tape = ?1"), [tape], place)?;
        // What has no numbers is laid out by name, `2` before `10`.
        let name = |song: &Song| {
            song.path
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
        };
        songs.sort_by(|((disc, track), a), ((other_disc, other_track), b)| {
            (disc, a.path.parent(), track)
                .cmp(&(other_disc, b.path.parent(), other_track))
                .then_with(|| match (name(a), name(b)) {
                    (Some(a), Some(b)) => natord::compare_ignore_case(&a, &b),
                    (a, b) => a.cmp(&b),
                })
        });
        Ok(songs.into_iter().map(|(_, song)| song).collect())
    }

    /// What each song is searched by: its row, its tape, its folded words.
    ///
    /// # Errors
    /// When the index is damaged or gone.
    pub(crate) fn known_by(&self, mut each: impl FnMut(i64, i64, &str)) -> Result<(), IndexError> {
        let run = || {
            let mut found = self
                .db
                .prepare("SELECT id, tape, known_by FROM file WHERE gone IS NULL ORDER BY tape")?;
            let mut rows = found.query([])?;
            while let Some(row) = rows.next()? {
                each(row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str()?);
            }
            Ok(())
        };
        let mut run = run;
        run().map_err(|error| failed(&self.path, error))
    }

    /// The song of a row.
    ///
    /// # Errors
    /// When the index is damaged or gone.
    pub fn song(&self, row: i64) -> Result<Option<Song>, IndexError> {
        let found = self.ask(&format!("{SONGS} WHERE file.id = ?1"), [row], song)?;
        Ok(found.into_iter().next())
    }

    /// The song of a file.
    ///
    /// # Errors
    /// When the index is damaged or gone.
    pub fn song_at(&self, path: &Path) -> Result<Option<Song>, IndexError> {
        let folder = to_bytes(path.parent().unwrap_or(Path::new("")));
        let name = to_bytes(Path::new(path.file_name().unwrap_or_default()));
        let question = format!("{SONGS} WHERE folder.path = ?1 AND file.name = ?2");
        let found = self.ask(&question, params![folder, name], song)?;
        Ok(found.into_iter().next())
    }

    /// Takes out what has been gone since before `before_s` (seconds since
    /// 1970), and tapes with nothing left on them. Gives the number of files.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn prune(&self, before_s: i64) -> Result<usize, IndexError> {
        let run = || {
            let change = self.db.unchecked_transaction()?;
            let files = change.execute("DELETE FROM file WHERE gone <= ?1", [before_s])?;
            let lists = change.execute(
                "DELETE FROM tape WHERE kind = ?1 AND away > 1 AND away <= ?2",
                params![Kind::List.number(), before_s],
            )?;
            change.execute(
                "DELETE FROM tape WHERE kind <> ?1 AND NOT EXISTS (SELECT 1 FROM file WHERE file.tape = tape.id)",
                [Kind::List.number()],
            )?;
            change.commit()?;
            Ok(files + lists)
        };
        run().map_err(|error| failed(&self.path, error))
    }

    /// From now on waits for nobody else who writes.
    ///
    /// # Errors
    /// When the index cannot be set so.
    pub(crate) fn without_patience(self) -> Result<Self, IndexError> {
        let done = self.db.busy_timeout(Duration::ZERO);
        done.map_err(|error| failed(&self.path, error))?;
        Ok(self)
    }

    /// Keeps the colour of a tape's cover.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub(crate) fn keep_color(&self, tape: i64, color: CoverColor) -> Result<(), IndexError> {
        let change = "UPDATE tape SET color = ?2 WHERE id = ?1";
        let done = self.db.execute(change, params![tape, color.number()]);
        done.map(drop).map_err(|error| failed(&self.path, error))
    }

    /// Files of music that are there.
    ///
    /// # Errors
    /// When the index is damaged or gone.
    pub fn count(&self) -> Result<u64, IndexError> {
        let count = self.ask("SELECT count(*) FROM file WHERE gone IS NULL", [], |row| {
            row.get::<_, i64>(0)
        })?;
        Ok(count.first().map_or(0, |count| *count as u64))
    }

    fn ask<T>(
        &self,
        question: &str,
        with: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, IndexError> {
        let run = || -> rusqlite::Result<Vec<T>> {
            self.db
                .prepare_cached(question)?
                .query_map(with, read)?
                .collect()
        };
        run().map_err(|error| failed(&self.path, error))
    }

    /// The row of a root, made where there is none.
    pub(crate) fn root(&self, path: &Path) -> rusqlite::Result<i64> {
        let path = to_bytes(path);
        self.db
            .execute("INSERT OR IGNORE INTO root(path) VALUES(?1)", [&path])?;
        self.db
            .query_row("SELECT id FROM root WHERE path = ?1", [&path], |row| {
                row.get(0)
            })
    }
}

/// Reads what [`song`] takes.
const SONGS: &str =
    "SELECT folder.path, file.name, title, artist, seconds, gone IS NOT NULL OR root.away, disc, track
    FROM file JOIN folder ON folder.id = file.folder JOIN root ON root.id = folder.root";

fn song(row: &Row<'_>) -> rusqlite::Result<Song> {
    let folder = from_bytes(row.get_ref(0)?.as_blob()?);
    Ok(Song {
        path: folder.join(from_bytes(row.get_ref(1)?.as_blob()?)),
        title: row.get(2)?,
        artist: row.get(3)?,
        seconds: row.get(4)?,
        away: row.get(5)?,
    })
}

/// This error of the index at `path`.
pub(crate) fn failed(path: &Path, cause: rusqlite::Error) -> IndexError {
    IndexError::Database {
        path: path.to_owned(),
        cause,
    }
}

/// Whether the file is no index any more, and not merely out of reach.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error;
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let code = error.sqlite_error_code();
    matches!(code, Some(DatabaseCorrupt | NotADatabase))
        || matches!(
            error,
            // A table that is missing, and what was never written so.
            Error::SqlInputError { .. }
                | Error::FromSqlConversionFailure(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::InvalidColumnType(..)
                | Error::Utf8Error(..)
        )
}

/// Whether another program is writing.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

/// A path as SQLite's addresses have it.
fn as_address(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    let bytes = to_bytes(path).into_iter();
    let letters = bytes.map(|byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    });
    letters.collect()
}
