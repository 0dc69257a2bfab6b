//! One place on a playlist.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::playlist::address::{from_file_address, scheme, unescape};
use crate::playlist::home::Home;
use crate::text;

/// Most of a net address that is kept; it is only shown.
const LONGEST_ADDRESS: usize = 2_000;

/// One place on a playlist. It stays there whether its file is found or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Where the playlist says the file is, made absolute or relative to the
    /// working folder, percent escapes and the like not yet tried.
    pub path: PathBuf,
    /// Other readings of the same words, to be tried after `path`, and how
    /// each came about, where that is worth telling.
    pub also: Vec<(PathBuf, &'static str)>,
    /// The playlist's folder, where the entry comes from a playlist; a moved
    /// tree is looked for from here.
    pub home: Option<Arc<Home>>,
    /// Title and artist as the playlist gives them; tags win.
    pub title: Option<String>,
    /// See `title`.
    pub artist: Option<String>,
    /// The part of the file to play, where it is not the whole.
    pub span: Option<Span>,
    /// Silence asked for before this entry, in seconds (a cue sheet's PREGAP,
    /// a tape file's gap).
    pub gap_s: Option<f64>,
    /// The side of the tape asked for: 0 is A, 1 is B.
    pub side: Option<usize>,
    /// Why this entry can only be blank tape, where that is clear from the
    /// playlist alone (a web address, a line that names nothing).
    pub blank: Option<String>,
}

/// Part of a file, in seconds from its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// First instant played.
    pub start_s: f64,
    /// First instant no longer played; `None` is the file's end.
    pub end_s: Option<f64>,
}

impl Span {
    /// First frame and number of frames of `span` in a file of `frames` frames
    /// at `sample_rate`; all of it where there is no span. Never beyond the file.
    pub fn in_frames(span: Option<Self>, sample_rate: u32, frames: u64) -> (u64, u64) {
        let frame = |seconds: f64| (seconds * f64::from(sample_rate)).round() as u64;
        let start = span.map_or(0, |span| frame(span.start_s)).min(frames);
        let end = span.and_then(|span| span.end_s).map_or(frames, frame);
        (start, end.min(frames).saturating_sub(start))
    }
}

/// An entry's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Where it is.
    pub path: PathBuf,
    /// How it was found, where not simply as written.
    pub how: Option<String>,
}

impl Entry {
    /// An entry for a file that is known to be where it is.
    pub(crate) fn file(path: PathBuf) -> Self {
        Self {
            path,
            ..Self::default()
        }
    }

    /// An entry for what a playlist writes where a file should be named.
    pub(crate) fn written(target: &str, home: &Arc<Home>) -> Self {
        let target = target.trim();
        let mut entry = Self {
            home: Some(home.clone()),
            ..Self::default()
        };
        match scheme(target) {
            Some("file") => entry.path = home.folder().join(from_file_address(target)),
            Some(scheme) => {
                entry.path = PathBuf::from(target.get(..LONGEST_ADDRESS).unwrap_or(target));
                entry.blank = Some(format!(
                    "an address on the net ({}:), and this machine plays only files",
                    text::clean(scheme)
                ));
            }
            None if target.is_empty() || target.contains('\0') => {
                entry.blank = Some("the playlist names no file here".to_owned());
            }
            None => entry.path = home.folder().join(target),
        }
        entry
    }

    /// An entry for a relative or absolute URI reference, where escapes are
    /// the rule; a literal reading is tried as well.
    pub(crate) fn referred(target: &str, home: &Arc<Home>) -> Self {
        let mut entry = Self::written(target, home);
        if entry.blank.is_none()
            && let Some(unescaped) = unescape(&entry.path)
        {
            let literal = std::mem::replace(&mut entry.path, unescaped);
            entry.also.push((literal, ""));
        }
        entry
    }

    /// A name to show until the file is found: the playlist's title, else what
    /// it writes, without folders and extension. Clean.
    pub fn name(&self) -> String {
        let written = self.path.to_string_lossy();
        // Windows' folders too; a name here hardly has a backslash in it.
        let last = written.rsplit('\\').next().unwrap_or_default();
        self.name_of(Path::new(last))
    }

    /// A name to show for this entry where its file is `path`. Clean.
    pub fn name_of(&self, path: &Path) -> String {
        let stem = || Some(text::clean(&path.file_stem()?.to_string_lossy()));
        self.title.clone().or_else(stem).unwrap_or_default()
    }
}

impl<P: AsRef<Path>> From<P> for Entry {
    fn from(path: P) -> Self {
        Self::file(path.as_ref().to_owned())
    }
}
