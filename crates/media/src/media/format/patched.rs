//! A file as symphonia is to see it: with other bytes in a few places, and
//! ending where its music does.
//!
//! Some headers cost a whole file though nothing in them is needed to play it:
//! boxes that reach over the end of a cut MP4, a cue sheet or chapters that
//! break a rule, tags of another format behind a FLAC. The file itself is
//! never changed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use symphonia::core::io::MediaSource;

use crate::media::format::bytes::Patch;
use crate::media::format::{flac, mkv, mp4};

/// A file seen so.
pub(crate) struct PatchedFile {
    file: File,
    /// Where in the file it begins; all other places count from there.
    base: u64,
    at: u64,
    /// Where the file's own bytes end, for the reader.
    own: u64,
    /// The length that the reader is told.
    length: u64,
    patches: Vec<Patch>,
    /// Whether what is missing reads as zeros, as the search for tags at the
    /// end wants it; else it is the end of the file.
    padded: Arc<AtomicBool>,
}

impl PatchedFile {
    /// These bytes of `file`, by what the first of them say it is. What is
    /// missing of a cut one reads as zeros until `padded` is cleared.
    pub(crate) fn new(
        mut file: File,
        bytes: &Range<u64>,
        padded: Arc<AtomicBool>,
    ) -> io::Result<Self> {
        let base = bytes.start;
        let mut own = bytes.end - base;
        let mut length = own;
        let mut patches = Vec::new();
        let mut claimed = mp4::claimed(&mut file, base)?;
        // Nobody puts another format's tags before Matroska.
        if base == 0 {
            claimed = claimed.max(mkv::claimed(&file));
            patches = mkv::patches(&file, claimed > own);
        }
        length = claimed.min(own.saturating_mul(1_000)).max(length);
        if let Some(head) = flac::head(&file, bytes) {
            patches.extend(head.patches());
            own = head.audio.end - base;
            length = own;
        }
        for (at, _) in &mut patches {
            *at -= base;
        }
        file.seek(SeekFrom::Start(base))?;
        Ok(Self {
            file,
            base,
            at: 0,
            own,
            length,
            patches,
            padded,
        })
    }
}

impl Read for PatchedFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut came = 0;
        if self.at < self.own {
            let room = (self.own - self.at).min(out.len() as u64) as usize;
            came = self.file.read(&mut out[..room])?;
            for (start, bytes) in &self.patches {
                let seen = self.at..self.at + came as u64;
                for (place, byte) in (*start..).zip(bytes).filter(|(at, _)| seen.contains(at)) {
                    out[(place - self.at) as usize] = *byte;
                }
            }
        }
        if came == 0 && self.padded.load(Ordering::Relaxed) {
            came = self.length.saturating_sub(self.at).min(out.len() as u64) as usize;
            out[..came].fill(0);
        }
        self.at += came as u64;
        Ok(came)
    }
}

impl Seek for PatchedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let at = at.ok_or(io::ErrorKind::InvalidInput)?;
        let place = self.base.checked_add(at);
        self.file
            .seek(SeekFrom::Start(place.ok_or(io::ErrorKind::InvalidInput)?))?;
        self.at = at;
        Ok(at)
    }
}

impl MediaSource for PatchedFile {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
