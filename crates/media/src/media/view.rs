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

use super::{flac, mkv, mp4};

/// Bytes seen in place of those in the file, and where.
pub(super) type Patch = (u64, Vec<u8>);

/// A file seen so.
pub(super) struct View {
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

impl View {
    /// These bytes of `file`, by what the first of them say it is. What is
    /// missing of a cut one reads as zeros until `padded` is cleared.
    pub(super) fn new(
        mut file: File,
        bytes: &Range<u64>,
        padded: Arc<AtomicBool>,
    ) -> io::Result<Self> {
        let base = bytes.start;
        let mut own = bytes.end - base;
        let mut length = own;
        let mut patches = Vec::new();
        if base == 0 {
            let claimed = mp4::claimed(&mut file)?.max(mkv::claimed(&file));
            length = claimed.min(own.saturating_mul(1_000)).max(own);
            patches = mkv::patches(&file, claimed > own);
        }
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

impl Read for View {
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

impl Seek for View {
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

impl MediaSource for View {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}

/// Where a file ends but for an ID3v1 and an APE tag.
pub(super) fn before_tags(mut file: &File, size: u64) -> u64 {
    let mut end = size;
    let mut read = |from: u64, bytes: &mut [u8]| {
        file.seek(SeekFrom::Start(from))
            .and_then(|_| file.read_exact(bytes))
            .is_ok()
    };
    let mut tail = [0; 32];
    if end > 128 && read(end - 128, &mut tail[..3]) && &tail[..3] == b"TAG" {
        end -= 128;
    }
    if end > 32 && read(end - 32, &mut tail) && &tail[..8] == b"APETAGEX" {
        let size = u64::from(u32::from_le_bytes([tail[12], tail[13], tail[14], tail[15]]));
        let header = if tail[23] & 0x80 != 0 { 32 } else { 0 };
        end = end.saturating_sub(size + header);
    }
    end
}
