//! One place on a playlist.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::gain::Gain;
use crate::playlist::address::{from_file_address, scheme, unescape};
use crate::playlist::error::{Blank, How};
use crate::playlist::home::Home;
use crate::text;

/// Most of a net address that is kept; it is only shown.
const LONGEST_ADDRESS: usize = 2_000;

/// One place on a playlist. It stays there whether its file is found or not.
///
/// A list may have a million of them, so a copy shares the words, and what most
/// have none of is kept apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What the list writes, percent escapes and the like not yet tried.
    pub(crate) written: Arc<Path>,
    /// The list's folder, where the entry comes from a list; relative names
    /// start here, and a moved tree is looked for from here.
    pub(crate) home: Option<Arc<Home>>,
    /// Title as the list gives it, clean; a tag wins.
    pub title: Option<Arc<str>>,
    /// Artist likewise.
    pub artist: Option<Arc<str>>,
    particulars: Option<Arc<Particulars>>,
}

/// What few entries have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Particulars {
    /// The part of the file to play, where it is not the whole.
    pub span: Option<Span>,
    /// Silence asked for before this entry, in seconds (a cue sheet's PREGAP,
    /// a tape file's gap).
    pub gap_s: Option<f64>,
    /// The side of the tape asked for: 0 is A, 1 is B.
    pub side: Option<usize>,
    /// How loud the list says it is (a cue sheet's REM REPLAYGAIN…); it wins
    /// over the file's tags.
    pub gain: Gain,
    /// Why this entry can only be blank tape, where that is clear from the
    /// list alone (a web address, a line that names nothing).
    pub blank: Option<Blank>,
    /// Other readings of what is written, tried after the first, and how each
    /// came about, where that is worth telling.
    pub(crate) also: Vec<(PathBuf, Option<How>)>,
    /// The cue sheet that the entry is of, where that names one file alone,
    /// perhaps wrongly.
    pub(crate) sheet: Option<Arc<Path>>,
}

impl Default for Entry {
    fn default() -> Self {
        Self::from(Path::new(""))
    }
}

/// Those of an entry that has none.
static NONE: Particulars = Particulars {
    span: None,
    gap_s: None,
    side: None,
    gain: Gain {
        track_db: None,
        track_peak: None,
        album_db: None,
        album_peak: None,
    },
    blank: None,
    also: Vec::new(),
    sheet: None,
};

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
    pub how: Option<How>,
}

impl Entry {
    /// An entry for what a playlist writes where a file should be named.
    pub(crate) fn written(target: &str, home: &Arc<Home>) -> Self {
        let target = target.trim();
        let mut entry = Self {
            home: Some(home.clone()),
            ..Self::default()
        };
        match scheme(target) {
            Some("file") => entry.written = from_file_address(target).into(),
            Some(scheme) => {
                let kept = target.get(..LONGEST_ADDRESS).unwrap_or(target);
                entry.written = Path::new(kept).into();
                entry.set_blank(Blank::OnTheNet(scheme.to_owned()));
            }
            None if target.is_empty() || target.contains('\0') => {
                entry.set_blank(Blank::NamesNothing);
            }
            None => entry.written = Path::new(target).into(),
        }
        entry
    }

    /// An entry for a relative or absolute URI reference, where escapes are
    /// the rule; a literal reading is tried as well.
    pub(crate) fn referred(target: &str, home: &Arc<Home>) -> Self {
        let mut entry = Self::written(target, home);
        if entry.blank().is_none()
            && let Some(unescaped) = unescape(&entry.written)
        {
            let literal = entry.path().into_owned();
            entry.written = unescaped.into();
            entry.particulars_mut().also.push((literal, None));
        }
        entry
    }

    /// An entry that can only be blank tape.
    pub(crate) fn blank_for(path: PathBuf, reason: Blank) -> Self {
        let mut entry = Self::from(path);
        entry.set_blank(reason);
        entry
    }

    /// Where the list says the file is, absolute or relative to the working
    /// folder, percent escapes and the like not yet tried.
    pub fn path(&self) -> Cow<'_, Path> {
        match &self.home {
            // What is only shown is not made a path of here.
            Some(home) if self.blank().is_none() => home.folder().join(&self.written).into(),
            _ => (&*self.written).into(),
        }
    }

    /// Names the file where it was found.
    pub fn set_path(&mut self, path: &Path) {
        self.written = path.into();
        self.home = None;
    }

    /// What few entries have.
    pub fn particulars(&self) -> &Particulars {
        self.particulars.as_deref().unwrap_or(&NONE)
    }

    /// To change them.
    pub fn particulars_mut(&mut self) -> &mut Particulars {
        Arc::make_mut(self.particulars.get_or_insert_default())
    }

    /// The part of the file to play, where it is not the whole.
    pub fn span(&self) -> Option<Span> {
        self.particulars().span
    }

    /// Silence asked for before this entry, in seconds.
    pub fn gap_s(&self) -> Option<f64> {
        self.particulars().gap_s
    }

    /// The side of the tape asked for: 0 is A, 1 is B.
    pub fn side(&self) -> Option<usize> {
        self.particulars().side
    }

    /// Why this entry can only be blank tape, where the list alone tells.
    pub fn blank(&self) -> Option<&Blank> {
        self.particulars().blank.as_ref()
    }

    pub(crate) fn set_blank(&mut self, reason: Blank) {
        self.particulars_mut().blank = Some(reason);
    }

    /// A name to show until the file is found: the list's title, else what it
    /// writes, without folders and extension. Clean.
    pub fn name(&self) -> String {
        let written = self.written.to_string_lossy();
        // Windows' folders too; a name here hardly has a backslash in it.
        let last = written.rsplit('\\').next().unwrap_or_default();
        self.name_of(Path::new(last))
    }

    /// A name to show for this entry where its file is `path`. Clean.
    pub fn name_of(&self, path: &Path) -> String {
        match &self.title {
            Some(title) => title.to_string(),
            None => path
                .file_stem()
                .map_or_else(String::new, |stem| text::clean(&stem.to_string_lossy())),
        }
    }
}

impl<P: AsRef<Path>> From<P> for Entry {
    /// An entry for a file that is known to be where it is.
    fn from(path: P) -> Self {
        Self {
            written: path.as_ref().into(),
            home: None,
            title: None,
            artist: None,
            particulars: None,
        }
    }
}

/// Words of a list, clean; `None` where nothing is left.
pub(crate) fn clean_shared(dirty: &str) -> Option<Arc<str>> {
    text::clean_some(dirty).map(Into::into)
}
