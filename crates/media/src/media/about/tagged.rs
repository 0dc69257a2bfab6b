//! A file's tags as lofty reads them, in bounded time and memory.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use lofty::config::ParseOptions;
use lofty::file::{FileType, TaggedFile};
use lofty::probe::Probe;

use crate::media::error::{Unplayable, guard};
use crate::media::format::id3;
use crate::regular;

/// Most bytes read of a file for its tags; more than a few large pictures is
/// no tag.
const MOST: u64 = 48 << 20;

/// The tags of the recording at `path`; `None` where they cannot be read.
/// Pictures are left out unless they are asked for.
pub(crate) fn read(path: &Path, pictures: bool) -> Option<TaggedFile> {
    read_by(path, options().read_cover_art(pictures))
}

/// The tags and what the header says of the sound.
pub(crate) fn read_with_length(path: &Path) -> Option<TaggedFile> {
    read_by(path, options().read_properties(true))
}

/// Nothing that costs.
fn options() -> ParseOptions {
    ParseOptions::new()
        .read_properties(false)
        .read_cover_art(false)
}

fn read_by(path: &Path, options: ParseOptions) -> Option<TaggedFile> {
    let found = guard(path, || {
        let failed = |error: io::Error| Unplayable::from(&error).of(path);
        let file = regular::open(path).map_err(failed)?;
        let bounded = Bounded {
            bombs: id3::bombs(&file),
            file,
            at: 0,
            left: MOST,
        };
        let reader = BufReader::new(bounded);
        let probe = match FileType::from_path(path) {
            Some(kind) => Probe::with_file_type(reader, kind),
            None => Probe::new(reader),
        };
        let probe = probe.guess_file_type().map_err(failed)?;
        Ok(probe.options(options).read().ok())
    });
    found.ok().flatten()
}

/// A file of which only so much can be read, its compressed frames that would
/// burst made plain.
struct Bounded {
    file: File,
    at: u64,
    left: u64,
    /// Where two bytes of flags stand to be read as none.
    bombs: Vec<u64>,
}

impl Read for Bounded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let came = self.file.read(out)?;
        self.left = self
            .left
            .checked_sub(came as u64)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        for bomb in &self.bombs {
            for at in *bomb..bomb + 2 {
                let seen = at
                    .checked_sub(self.at)
                    .and_then(|at| usize::try_from(at).ok());
                if let Some(byte) = seen.and_then(|at| out[..came].get_mut(at)) {
                    *byte = 0;
                }
            }
        }
        self.at += came as u64;
        Ok(came)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}
