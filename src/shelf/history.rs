//! What has been played of the shelf, and when: kept apart from the index,
//! which can be thrown away.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::files;

/// What is known of a tape's playing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Played {
    /// Times that it has been put in.
    pub times: u32,
    /// When it was put in last, seconds since 1970.
    pub last_s: i64,
}

/// Every tape that has been played, by where it is from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(BTreeMap<String, Played>);

impl History {
    /// As it stands in this file; none where it is not there or damaged.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read(path).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// What is known of the tape from there.
    pub fn of(&self, home: &Path) -> Played {
        let known = self.0.get(&*home.to_string_lossy());
        known.copied().unwrap_or_default()
    }

    /// Notes in this file that a tape of these paths has been put in.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(path: &Path, asked: &[PathBuf]) -> Result<(), files::SaveError> {
        let Some(home) = home(asked) else {
            return Ok(());
        };
        let mut history = Self::read(path);
        let played = history
            .0
            .entry(home.to_string_lossy().into_owned())
            .or_default();
        played.times = played.times.saturating_add(1);
        // A clock set back moves nothing back.
        played.last_s = played.last_s.max(now_s());
        let text = serde_json::to_vec_pretty(&history).map_err(|error| files::SaveError::Io {
            path: path.to_owned(),
            cause: io::Error::other(error),
        })?;
        files::save(path, &text, true)
    }
}

/// The file of it in the folder of what is remembered.
pub const HISTORY: &str = "shelf-history.json";

/// What a tape of these paths is known by: the one path, or the folder that
/// all of them lie in.
pub fn home(asked: &[PathBuf]) -> Option<PathBuf> {
    let (first, others) = asked.split_first()?;
    if others.is_empty() {
        return Some(first.clone());
    }
    let mut home = first.parent()?;
    while !others.iter().all(|path| path.starts_with(home)) {
        home = home.parent()?;
    }
    Some(home.to_owned())
}

/// Seconds since 1970.
fn now_s() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_is_known_by_its_list_or_the_folder_of_its_songs() {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        let of = |names: &[&str]| home(&paths(names)).map(|home| home.display().to_string());
        assert_eq!(of(&["/m/a.m3u"]).as_deref(), Some("/m/a.m3u"));
        assert_eq!(of(&["/m/A/1.ogg", "/m/A/2.ogg"]).as_deref(), Some("/m/A"));
        assert_eq!(
            of(&["/m/A/CD1/1.ogg", "/m/A/CD2/1.ogg"]).as_deref(),
            Some("/m/A")
        );
        assert_eq!(of(&[]), None);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.json");
        for times in 1..=2 {
            History::note(&path, &paths(&["/m/A/1.ogg", "/m/A/2.ogg"])).unwrap();
            let played = History::read(&path).of(Path::new("/m/A"));
            assert!(played.times == times && played.last_s > 0, "{played:?}");
        }
    }
}
