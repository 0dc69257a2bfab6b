//! Rows into the index: in transactions large enough to be quick and short
//! enough to lose little.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use afterdark_media::text;
use rusqlite::{Connection, OptionalExtension, params};

use super::disk_name::{from_bytes, to_bytes};
use super::fold::fold;
use super::index::is_busy;
use super::reading::{Answer, Folder, Found, Job, SongFound};
use super::rows::Kind;

/// Longest that work is held back from the disk.
const HELD: Duration = Duration::from_millis(500);

/// Writes what a scan finds.
pub(crate) struct Writer<'a> {
    db: &'a Connection,
    stop: &'a AtomicBool,
    began: Instant,
    now_s: i64,
    /// Tapes whose songs have changed.
    touched: HashSet<i64>,
    /// Folders in which a cue sheet may cover another recording than before.
    touched_folders: HashSet<i64>,
}

impl<'a> Writer<'a> {
    pub fn new(db: &'a Connection, stop: &'a AtomicBool) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            db,
            stop,
            began: Instant::now(),
            now_s: now.map_or(0, |now| now.as_secs() as i64),
            touched: HashSet::new(),
            touched_folders: HashSet::new(),
        }
    }

    /// Begins to write, after whatever other program is at it.
    pub fn begin(&mut self) -> rusqlite::Result<()> {
        loop {
            match self.db.execute_batch("BEGIN IMMEDIATE") {
                Err(error) if is_busy(&error) && !self.stop.load(Ordering::Relaxed) => {}
                done => {
                    self.began = Instant::now();
                    return done;
                }
            }
        }
    }

    fn keep(&mut self) -> rusqlite::Result<()> {
        if self.began.elapsed() > HELD {
            self.sum_up()?;
            self.db.execute_batch("COMMIT")?;
            self.begin()?;
        }
        Ok(())
    }

    /// Ends with all that came written.
    pub fn end(&mut self) -> rusqlite::Result<()> {
        self.sum_up()?;
        self.db.execute_batch("COMMIT")
    }

    /// Whether a root is there.
    pub fn root_is(&mut self, id: i64, away: bool) -> rusqlite::Result<()> {
        let changed = self.db.execute(
            "UPDATE root SET away = ?2 WHERE id = ?1 AND away <> ?2",
            params![id, away],
        )?;
        if changed > 0 {
            self.db.execute(
                "UPDATE tape SET away = ?2 WHERE folder IN (SELECT id FROM folder WHERE root = ?1)",
                params![id, away],
            )?;
            // Those that were gone before stay so.
            let mut found = self.db.prepare(
                "SELECT tape.id FROM tape JOIN folder ON folder.id = tape.folder WHERE root = ?1 AND kind <> ?2",
            )?;
            let ids = found.query_map(params![id, Kind::List.number()], |row| row.get(0))?;
            self.touched
                .extend(ids.collect::<rusqlite::Result<Vec<i64>>>()?);
        }
        Ok(())
    }

    /// A folder's row and the time of its last listing that was worked through.
    pub fn folder(
        &mut self,
        root: i64,
        parent: Option<i64>,
        path: &Path,
    ) -> rusqlite::Result<(i64, i64)> {
        let name = to_bytes(path);
        let mut known = self
            .db
            .prepare_cached("SELECT id, mtime FROM folder WHERE path = ?1")?;
        let known = known
            .query_row([&name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        let mut make = self
            .db
            .prepare_cached("INSERT INTO folder(root, parent, path) VALUES(?1, ?2, ?3)")?;
        Ok((make.insert(params![root, parent, name])?, 0))
    }

    /// All of a folder's files are on their way; the folder is done when the
    /// last of them is in.
    pub fn listed(&mut self, folder: &Arc<Folder>) {
        self.touched_folders.insert(folder.id);
        // Where nothing was to be read this is the last.
        if Arc::strong_count(folder) == 1 {
            // A folder without its time is only looked at once more.
            let _ = self.done(folder);
        }
    }

    fn done(&mut self, folder: &Folder) -> rusqlite::Result<()> {
        let mut done = self
            .db
            .prepare_cached("UPDATE folder SET mtime = ?2 WHERE id = ?1")?;
        done.execute([folder.id, folder.mtime])?;
        Ok(())
    }

    /// A file is no longer there.
    pub fn gone(&mut self, folder: i64, name: &[u8]) -> rusqlite::Result<()> {
        let mut gone = self.db.prepare_cached(
            "UPDATE file SET gone = ?3 WHERE folder = ?1 AND name = ?2 RETURNING tape",
        )?;
        let tape: Option<i64> = gone
            .query_row(params![folder, name, self.now_s], |row| row.get(0))
            .optional()?;
        self.touched.extend(tape);
        Ok(())
    }

    /// Lists of a folder that are not there any more.
    pub fn lists_gone(
        &mut self,
        folder: &Folder,
        is_there: impl Fn(&Path) -> bool,
    ) -> rusqlite::Result<()> {
        let mut found = self
            .db
            .prepare_cached("SELECT id, path, away FROM tape WHERE folder = ?1 AND kind = ?2")?;
        let lists = found.query_map([folder.id, Kind::List.number()], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                from_bytes(row.get_ref(1)?.as_blob()?),
                row.get::<_, bool>(2)?,
            ))
        })?;
        for list in lists.collect::<rusqlite::Result<Vec<_>>>()? {
            let (id, path, away) = list;
            let there = is_there(Path::new(path.file_name().unwrap_or_default()));
            if there == away {
                let since = if there { 0 } else { self.now_s };
                self.db
                    .execute("UPDATE tape SET away = ?2 WHERE id = ?1", [id, since])?;
            }
        }
        Ok(())
    }

    /// Takes in what a reader found.
    pub fn take(&mut self, answer: Answer) -> rusqlite::Result<()> {
        let Answer { job, found } = answer;
        match found {
            Found::Song(song) => self.song(&job, &song)?,
            Found::List {
                title,
                songs,
                covers,
            } => {
                let path = job.folder.path.join(&job.name);
                let id = self.tape(
                    &format!("list {path:?}"),
                    Kind::List,
                    &title,
                    job.folder.id,
                    &path,
                )?;
                // A cue sheet of one recording stands for it.
                self.db.execute(
                    "UPDATE tape SET title = ?2, covers = ?3, songs = ?4, away = 0 WHERE id = ?1",
                    params![id, title, covers, songs],
                )?;
            }
        }
        let folder = job.folder;
        if let Some(folder) = Arc::into_inner(folder) {
            self.done(&folder)?;
        }
        self.keep()
    }

    fn song(&mut self, job: &Job, song: &SongFound) -> rusqlite::Result<()> {
        let folder = &job.folder;
        let tape = match &song.album {
            Some(album) => {
                let home = album_folder(&folder.path);
                let by = if song.compilation {
                    String::new()
                } else {
                    fold(&song.album_artist)
                };
                let key = format!("album {home:?} {by}/{}", fold(album));
                self.tape(&key, Kind::Album, album, folder.id, &home)?
            }
            None => {
                let name = folder.path.file_name().unwrap_or(folder.path.as_os_str());
                let title = text::clean(&name.to_string_lossy());
                self.tape(
                    &format!("loose {:?}", folder.path),
                    Kind::Loose,
                    &title,
                    folder.id,
                    &folder.path,
                )?
            }
        };
        let name = to_bytes(&job.name);
        let mut before = self
            .db
            .prepare_cached("SELECT tape FROM file WHERE folder = ?1 AND name = ?2")?;
        let before: Option<i64> = before
            .query_row(params![folder.id, name], |row| row.get(0))
            .optional()?;
        self.touched.extend(before);
        self.touched.insert(tape);
        let mut put = self.db.prepare_cached(
            "INSERT INTO file(folder, name, size, mtime, inode, tape, title, artist, album_artist, genre, year, disc,
                track, seconds, known_by, gone)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, NULL)
             ON CONFLICT(folder, name) DO UPDATE SET size = ?3, mtime = ?4, inode = ?5, tape = ?6, title = ?7,
                artist = ?8, album_artist = ?9, genre = ?10, year = ?11, disc = ?12, track = ?13, seconds = ?14,
                known_by = ?15, gone = NULL",
        )?;
        put.execute(params![
            folder.id,
            name,
            job.size as i64,
            job.mtime,
            job.inode as i64,
            tape,
            song.title,
            song.artist,
            song.album_artist,
            song.genre,
            song.year,
            song.disc,
            song.track,
            song.seconds,
            song.known_by,
        ])?;
        Ok(())
    }

    fn tape(
        &mut self,
        key: &str,
        kind: Kind,
        title: &str,
        folder: i64,
        path: &Path,
    ) -> rusqlite::Result<i64> {
        let mut known = self
            .db
            .prepare_cached("SELECT id FROM tape WHERE key = ?1")?;
        if let Some(id) = known.query_row([key], |row| row.get(0)).optional()? {
            return Ok(id);
        }
        let mut make = self.db.prepare_cached(
            "INSERT INTO tape(key, kind, title, folder, path, added) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        make.insert(params![
            key,
            kind.number(),
            title,
            folder,
            to_bytes(path),
            self.now_s
        ])
    }

    /// Gives recordings to the cue sheets that cover them, and tells tapes what
    /// their songs say together.
    fn sum_up(&mut self) -> rusqlite::Result<()> {
        for folder in self.touched_folders.drain() {
            let mut cover = self.db.prepare_cached(
                "UPDATE file SET tape = sheet.id FROM tape AS sheet
                 WHERE file.folder = ?1 AND sheet.folder = ?1 AND sheet.covers = file.name AND file.tape <> sheet.id
                 RETURNING file.tape",
            )?;
            let sheets = cover.query_map([folder], |row| row.get(0))?;
            let sheets = sheets.collect::<rusqlite::Result<Vec<i64>>>()?;
            if sheets.is_empty() {
                continue;
            }
            self.touched.extend(sheets);
            let mut left = self
                .db
                .prepare_cached("SELECT id FROM tape WHERE folder = ?1 AND kind <> ?2")?;
            let left = left.query_map([folder, Kind::List.number()], |row| row.get(0))?;
            self.touched
                .extend(left.collect::<rusqlite::Result<Vec<i64>>>()?);
        }
        let mut sum = self.db.prepare_cached(
            "UPDATE tape SET
                (songs, seconds, year, artist, away) = (
                    SELECT CASE WHEN tape.kind = ?2 THEN tape.songs ELSE count(*) END,
                        coalesce(sum(seconds), 0), min(year),
                        CASE WHEN count(DISTINCT nullif(album_artist, '')) = 1 THEN max(album_artist)
                             WHEN count(DISTINCT artist) = 1 THEN max(artist) ELSE '' END,
                        CASE WHEN tape.kind = ?2 THEN tape.away
                             ELSE count(*) = 0 OR coalesce(max(root.away), 0) END
                    FROM file JOIN folder ON folder.id = file.folder JOIN root ON root.id = folder.root
                    WHERE file.tape = tape.id AND gone IS NULL),
                genre = coalesce((
                    SELECT genre FROM file WHERE file.tape = tape.id AND genre <> ''
                    GROUP BY genre ORDER BY count(*) DESC LIMIT 1), ''),
                color = NULL
             WHERE id = ?1",
        )?;
        for tape in self.touched.drain() {
            sum.execute([tape, Kind::List.number()])?;
        }
        Ok(())
    }
}

/// The folder that an album is in: that above, for folders of single discs.
fn album_folder(folder: &Path) -> PathBuf {
    let is_disc = folder
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            let number = ["cd", "disc", "disk", "side", "lp"]
                .iter()
                .find_map(|word| name.strip_prefix(word));
            number.is_some_and(|number| {
                let number = number.trim_start_matches([' ', '-', '_', '.', '#']);
                let digits = number.chars().take_while(char::is_ascii_digit).count();
                let letter = matches!(number.as_bytes(), [b'a'..=b'f']);
                (1..=2).contains(&digits) || letter
            })
        });
    let above = folder.parent().filter(|_| is_disc);
    above.unwrap_or(folder).to_owned()
}

#[cfg(test)]
mod tests {
    use super::album_folder;
    use std::path::Path;

    #[test]
    fn folders_of_discs_belong_together() {
        for (folder, home) in [
            ("/m/Album/CD1", "/m/Album"),
            ("/m/Album/cd 02 - Live", "/m/Album"),
            ("/m/Album/Disc_1", "/m/Album"),
            ("/m/Album/Side B", "/m/Album"),
            ("/m/Album", "/m/Album"),
            ("/m/CDs", "/m/CDs"),
            ("/m/Discovery", "/m/Discovery"),
            ("/m/cd1999", "/m/cd1999"),
        ] {
            assert_eq!(album_folder(Path::new(folder)), Path::new(home));
        }
    }
}
