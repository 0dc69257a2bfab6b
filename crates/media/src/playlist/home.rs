//! The folder that a playlist lies in, and what was seen there while looking
//! for its files.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use unicode_normalization::UnicodeNormalization;

/// How long a listing is believed.
const FRESH: Duration = Duration::from_secs(10);

/// Most listings kept.
const KEPT: usize = 512;

/// Most names taken of one folder.
const NAMES: usize = 100_000;

/// A playlist's folder. Entries of one playlist share it, so that looking for
/// ten thousand of them lists each folder once.
#[derive(Default)]
pub struct Home {
    folder: PathBuf,
    /// Links and relative steps resolved.
    real: OnceLock<PathBuf>,
    listings: RwLock<HashMap<PathBuf, (Instant, Option<Arc<Listing>>)>>,
}

/// A folder's names by their [`fold`], whole and without extension.
#[derive(Default)]
pub(crate) struct Listing {
    names: HashMap<String, Vec<OsString>>,
    stems: HashMap<String, Vec<OsString>>,
}

impl Listing {
    /// Names that are `name` but for letter case and composition.
    pub(crate) fn like(&self, name: &OsStr) -> &[OsString] {
        self.names
            .get(&fold(&name.to_string_lossy()))
            .map_or(&[], Vec::as_slice)
    }

    /// Names that are `stem` and an extension.
    pub(crate) fn with_stem(&self, stem: &OsStr) -> &[OsString] {
        self.stems
            .get(&fold(&stem.to_string_lossy()))
            .map_or(&[], Vec::as_slice)
    }

    /// All names, in groups.
    pub(crate) fn all(&self) -> impl Iterator<Item = &[OsString]> {
        self.names.values().map(Vec::as_slice)
    }
}

impl Home {
    /// The home of a playlist in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            real: OnceLock::new(),
            listings: RwLock::default(),
        }
    }

    /// The folder that relative paths start from.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The same folder, with links and relative steps resolved where it is there.
    pub(crate) fn real_folder(&self) -> &Path {
        self.real.get_or_init(|| {
            let real = self.folder.canonicalize();
            real.unwrap_or_else(|_| self.folder.clone())
        })
    }

    /// The names in `folder`, as seen within the last ten seconds; `None`
    /// where it cannot be listed, or not whole.
    pub(crate) fn names(&self, folder: &Path) -> Option<Arc<Listing>> {
        let listings = self.listings.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((seen, listing)) = listings.get(folder)
            && seen.elapsed() < FRESH
        {
            return listing.clone();
        }
        // Others may look meanwhile; a listing made twice costs less.
        drop(listings);
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let entries = match fs::read_dir(here) {
            Ok(entries) => entries,
            // What is not there is soon found out again, and may be named a
            // million times in other ways.
            Err(error) if error.kind() == ErrorKind::NotFound => return Some(Arc::default()),
            Err(_) => return None,
        };
        let mut listing = Listing::default();
        let mut room = NAMES;
        for name in entries.flatten().map(|entry| entry.file_name()).take(NAMES) {
            room -= 1;
            let stem = Path::new(&name)
                .file_stem()
                .unwrap_or(&name)
                .to_string_lossy();
            listing
                .stems
                .entry(fold(&stem))
                .or_default()
                .push(name.clone());
            listing
                .names
                .entry(fold(&name.to_string_lossy()))
                .or_default()
                .push(name);
        }
        let listing = (room > 0).then(|| Arc::new(listing));
        let mut listings = self
            .listings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if listings.len() >= KEPT {
            listings.clear();
        }
        listings.insert(folder.to_owned(), (Instant::now(), listing.clone()));
        listing
    }
}

/// A name with letter case and the ways of composing accents evened out.
pub(crate) fn fold(name: &str) -> String {
    if name.is_ascii() {
        name.to_ascii_lowercase()
    } else {
        name.nfkc()
            .collect::<String>()
            .to_lowercase()
            .nfc()
            .collect()
    }
}

impl PartialEq for Home {
    fn eq(&self, other: &Self) -> bool {
        self.folder == other.folder
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Home").field(&self.folder).finish()
    }
}
