//! Finding the file that a playlist means.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use crate::playlist::address::unescape;
use crate::playlist::entry::{Entry, Located};
use crate::playlist::error::{Blank, How};
use crate::playlist::extensions::has_audio_extension;
use crate::playlist::home::Home;
use crate::text;

/// Folders above the playlist's own in which a moved tree is looked for.
const ABOVE: usize = 3;

impl Entry {
    /// Finds the file on the disk, trying what a kind reader tries. Touches
    /// the disk, so it is left until the entry is needed.
    ///
    /// # Errors
    /// With the reason why it is blank tape.
    pub fn locate(&self) -> Result<Located, Blank> {
        match self.blank() {
            Some(reason) => Err(reason.clone()),
            None => find(self),
        }
    }
}

/// Looks for an entry's file as written, then as a kind reader would; a guess
/// is taken only where exactly one file fits.
fn find(entry: &Entry) -> Result<Located, Blank> {
    let found = |path: PathBuf, how| Ok(Located { path, how });
    let path = entry.path();
    let seen = path.metadata();
    if seen.as_ref().is_ok_and(Metadata::is_file) {
        return found(path.into_owned(), None);
    }
    let also = &entry.particulars().also;
    for (path, how) in also {
        if path.is_file() {
            return found(path.clone(), *how);
        }
    }
    let Some(home) = &entry.home else {
        return Err(why_not(&path, &seen));
    };
    let mut readings = vec![path.to_path_buf()];
    readings.extend(also.iter().map(|(path, _)| path.clone()));
    for (path, how) in other_readings(&entry.written, home) {
        if path.is_file() {
            return found(path, Some(how));
        }
        readings.push(path);
    }
    for (path, _) in also {
        let mut fits = in_other_encodings(path, home).into_iter();
        if let Some((path, name)) = fits.find(|(path, _)| path.is_file()) {
            return found(path, Some(How::ReadAs(name)));
        }
    }
    let mut loose = BTreeSet::new();
    for path in &readings {
        loose.extend(loosely(path, home));
    }
    if let Some(path) = one_of(loose)? {
        return found(path, Some(How::CaseOrAccents));
    }
    for (fits, how) in [
        (moved as fn(&Path, &Home) -> BTreeSet<PathBuf>, How::Moved),
        (other_extension, How::OtherExtension),
    ] {
        for path in &readings {
            if let Some(path) = one_of(fits(path, home))? {
                return found(path, Some(how));
            }
        }
    }
    if let Some((path, how)) = beside_sheet(entry, home)? {
        return found(path, Some(how));
    }
    Err(why_not(&path, &seen))
}

/// The recording that a cue sheet means which names another: the one of the
/// sheet's own name, else the only one beside it.
fn beside_sheet(entry: &Entry, home: &Home) -> Result<Option<(PathBuf, How)>, Blank> {
    let sheet = entry.particulars().sheet.as_deref();
    let Some((stem, names)) = sheet
        .and_then(Path::file_stem)
        .zip(home.names(home.folder()))
    else {
        return Ok(None);
    };
    let recordings = |names: &[OsString]| -> BTreeSet<PathBuf> {
        let paths = names.iter().map(|name| home.folder().join(name));
        paths
            .filter(|path| has_audio_extension(path) && path.is_file())
            .collect()
    };
    if let Some(path) = one_of(recordings(names.with_stem(stem)))? {
        return Ok(Some((path, How::NameOfSheet)));
    }
    let all = names.all().flat_map(recordings).collect();
    Ok(one_of(all)
        .ok()
        .flatten()
        .map(|path| (path, How::OnlyRecording)))
}

fn why_not(path: &Path, seen: &io::Result<Metadata>) -> Blank {
    let own = path.to_owned();
    match seen {
        Ok(meta) if meta.is_dir() => Blank::Folder(own),
        Ok(_) => Blank::NotAFile(own),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Blank::NotAllowed(own),
        Err(_) => Blank::NotFound(own),
    }
}

/// The only one of several candidates; none is no error, many are.
fn one_of(candidates: BTreeSet<PathBuf>) -> Result<Option<PathBuf>, Blank> {
    let count = candidates.len();
    let mut candidates = candidates.into_iter();
    match (candidates.next(), candidates.next()) {
        (Some(one), Some(other)) => Err(Blank::Ambiguous {
            count,
            two: [one, other],
        }),
        (first, _) => Ok(first),
    }
}

/// Other ways to read what is written: escapes, a home folder, Windows.
fn other_readings(written: &Path, home: &Home) -> Vec<(PathBuf, How)> {
    let mut readings = Vec::new();
    if let Some(unescaped) = unescape(written) {
        if unescaped.to_str().is_none() {
            let (text, _) = text::decode(unescaped.as_os_str().as_encoded_bytes());
            readings.push((home.folder().join(&*text), How::UnescapedInOtherEncoding));
        }
        readings.push((home.folder().join(unescaped), How::Unescaped));
    }
    let Some(text) = written.to_str() else {
        return readings;
    };
    if let Some(rest) = text.strip_prefix("~/")
        && let Ok(own) = etcetera::home_dir()
    {
        readings.push((own.join(rest), How::HomeFolder));
    }
    if text.contains('\\') || drive(text).is_some() {
        let slashed = text.replace('\\', "/");
        let how = How::WindowsPath;
        let bare = drive(&slashed).unwrap_or(&slashed);
        readings.push((home.folder().join(bare), how));
        if bare.starts_with('/') {
            readings.push((home.folder().join(bare.trim_start_matches('/')), how));
        }
        if let Some(unescaped) = unescape(Path::new(bare)) {
            readings.push((home.folder().join(unescaped), how));
        }
    }
    readings
}

/// A name whose bytes are no UTF-8, in every encoding that they can be in.
fn in_other_encodings(path: &Path, home: &Home) -> Vec<(PathBuf, &'static str)> {
    if path.to_str().is_some() {
        return Vec::new();
    }
    let written = path.strip_prefix(home.folder()).unwrap_or(path);
    text::readings(written.as_os_str().as_encoded_bytes())
        .map(|(name, encoding)| (home.folder().join(name), encoding))
        .collect()
}

/// What follows the drive letter of `C:\…`, `C:/…`, `/C:/…` or `C:name`.
fn drive(text: &str) -> Option<&str> {
    let bare = text.strip_prefix('/').unwrap_or(text);
    let rest = bare
        .strip_prefix(|c: char| c.is_ascii_alphabetic())?
        .strip_prefix(':')?;
    (rest.starts_with(['/', '\\']) || bare.len() == text.len()).then_some(rest)
}

/// Files whose path is `path` but for letter case and composition.
fn loosely(path: &Path, home: &Home) -> BTreeSet<PathBuf> {
    let mut reached = vec![PathBuf::new()];
    for component in path.components() {
        let Component::Normal(name) = component else {
            for folder in &mut reached {
                folder.push(component);
            }
            continue;
        };
        let mut next = Vec::new();
        for folder in &reached {
            let Some(names) = home.names(folder) else {
                // A folder may be passed through that cannot be listed.
                next.extend(Some(folder.join(name)).filter(|exact| exact.exists()));
                continue;
            };
            let like = names.like(name);
            if like.iter().any(|like| like == name) {
                next.push(folder.join(name));
            } else {
                next.extend(like.iter().map(|name| folder.join(name)));
            }
        }
        next.truncate(16);
        if next.is_empty() {
            return BTreeSet::new();
        }
        reached = next;
    }
    reached.into_iter().filter(|path| path.is_file()).collect()
}

/// Files at the longest tail of `path` that exists under the playlist's folder
/// or the few above it.
fn moved(path: &Path, home: &Home) -> BTreeSet<PathBuf> {
    let names: Vec<_> = path
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name),
            _ => None,
        })
        .collect();
    let real = home.real_folder();
    let roots: Vec<&Path> = real.ancestors().take(ABOVE + 1).collect();
    // A name alone is not enough to take a file out of a folder above.
    for from in 0..names.len() {
        let tail: PathBuf = names[from..].iter().collect();
        let roots = if names.len() - from > 1 {
            &roots[..]
        } else {
            &roots[..1]
        };
        let found: BTreeSet<_> = roots
            .iter()
            .flat_map(|root| loosely(&root.join(&tail), home))
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    BTreeSet::new()
}

/// Recordings of the same name with another extension, as when a collection
/// was encoded anew.
fn other_extension(path: &Path, home: &Home) -> BTreeSet<PathBuf> {
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) else {
        return BTreeSet::new();
    };
    // A sheet may be of a disc's image that was encoded since.
    let image = path.extension().is_some_and(|extension| {
        ["bin", "img", "raw", "iso"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    });
    if !image && !has_audio_extension(path) {
        return BTreeSet::new();
    }
    let Some(names) = home.names(folder) else {
        return BTreeSet::new();
    };
    let fits = names.with_stem(stem).iter().map(|name| folder.join(name));
    fits.filter(|path| has_audio_extension(path) && path.is_file())
        .collect()
}
