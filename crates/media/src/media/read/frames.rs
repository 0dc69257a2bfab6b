//! The frames of a bare stream: found, counted, and found again.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::media::format::mpeg_head::{HEADER, Head, LONGEST_FREE, Toc};
use crate::media::source::Mark;

/// Frames between two that are remembered.
const EVERY: u64 = 64;

/// Bytes read at a time.
const WINDOW: usize = 64 << 10;

/// Bytes of anything else that may stand before the first frame.
const JUNK: u64 = 64 << 10;

/// The frames of a stream, one after the other or from any on.
pub(crate) struct Frames {
    file: File,
    /// Where the stream is in the file.
    pub bounds: Range<u64>,
    pub first: Head,
    /// Bytes of a frame of free format without its padding, once known.
    free: Option<usize>,
    /// Bits a second, where every frame has them.
    pub constant: Option<u32>,
    /// The next frame's offset and number.
    at: u64,
    pub number: u64,
    window: Vec<u8>,
    window_at: u64,
    /// Length of the frame before it.
    last: usize,
    /// Bytes that are no frame stand before the last one found.
    pub lost: bool,
    /// The file ends within a frame.
    pub cut: bool,
    /// It was reached by the bit rate, not by passing all frames before it.
    jumped: bool,
    /// Offset and number of about every 64th frame, as far as passed.
    pub known: Vec<Mark>,
}

impl Frames {
    /// Finds the first of four frames that follow each other, or one that tells
    /// of those behind it.
    pub(crate) fn start(file: File, bounds: Range<u64>) -> Option<Self> {
        let mut frames = Self {
            file,
            first: Head::read(&[0xff, 0xfb, 0x90, 0, 0, 0])?,
            free: None,
            constant: None,
            at: bounds.start,
            number: 0,
            window: Vec::new(),
            window_at: 0,
            last: 0,
            lost: false,
            cut: false,
            jumped: false,
            known: Vec::new(),
            bounds,
        };
        let stop = frames.bounds.start.saturating_add(JUNK);
        let mut at = frames.bounds.start;
        while at < stop {
            let mut next = at;
            let mut chain = 0;
            let mut first: Option<Head> = None;
            frames.free = None;
            while let Ok(Some(head)) = frames.head(next) {
                if first.is_some_and(|first| !first.goes_with(&head)) {
                    break;
                }
                first.get_or_insert(head);
                chain += 1;
                next += head.bytes as u64;
                // One frame more than a chance match is likely to give; a
                // shorter file must end with a frame.
                let ends = next == frames.bounds.end || chain > 1 && next > frames.bounds.end;
                let tells = chain == 1 && next <= frames.bounds.end && {
                    let bytes = frames.bytes(at, head.bytes).ok()?;
                    Toc::read(bytes, &head).is_some()
                };
                if chain == 4 || ends || tells {
                    frames.first = first?;
                    frames.bounds.start = at;
                    frames.at = at;
                    return Some(frames);
                }
            }
            at += 1;
            if frames.head_bytes(at).ok()?.is_empty() {
                return None;
            }
        }
        None
    }

    /// Number and bytes of the first fifty frames.
    pub(crate) fn sample(&mut self) -> (u64, u64) {
        let mut bytes = 0;
        let mut seen = 0;
        while seen < 50
            && let Ok(Some((_, length))) = self.next()
        {
            bytes += length as u64;
            seen += 1;
        }
        self.rewind();
        (seen, bytes)
    }

    pub(crate) fn rewind(&mut self) {
        self.at = self.bounds.start;
        self.number = 0;
        self.last = 0;
        self.jumped = false;
        self.known.clear();
    }

    /// The next frame's offset and length, or `None` at the end. Anything
    /// that is no frame of this stream is skipped; what was destroyed there
    /// counts as so many frames as the last one goes into it.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, usize)>> {
        let Some((offset, length)) = self.find()? else {
            return Ok(None);
        };
        let skipped = offset - self.at;
        self.lost = skipped > 0 && self.number > 0 && !self.is_tag(self.at)?;
        // Behind the first frame it is the rest of what the stream was cut out of.
        if self.lost && self.number > 1 {
            let last = self.last.max(1) as u64;
            self.number += (skipped + last / 2) / last;
        }
        let next_known = self
            .known
            .last()
            .map_or(0, |mark| mark.place as u64 + EVERY);
        if self.number >= next_known && !self.jumped {
            self.known.push(Mark {
                key: offset,
                place: self.number as i64,
            });
        }
        self.at = offset + length as u64;
        self.last = length;
        self.number += 1;
        Ok(Some((offset, length)))
    }

    /// Whether a tag stands at `at`, as between files put one after the other.
    fn is_tag(&mut self, at: u64) -> io::Result<bool> {
        let head = self.head_bytes(at)?;
        Ok([&b"ID3"[..], b"TAG", b"APETAG"]
            .iter()
            .any(|tag| head.starts_with(tag)))
    }

    pub(crate) fn find(&mut self) -> io::Result<Option<(u64, usize)>> {
        let mut at = self.at;
        loop {
            if at >= self.bounds.end {
                return Ok(None);
            }
            let lost = at != self.at;
            if let Some(head) = self.head(at)?.filter(|head| head.goes_with(&self.first)) {
                let end = at + head.bytes as u64;
                // In step, a header is believed; else the next must agree.
                let believed = !lost
                    || end == self.bounds.end
                    || self.head(end)?.is_some_and(|next| next.goes_with(&head));
                if believed && end <= self.bounds.end {
                    return Ok(Some((at, head.bytes)));
                }
                self.cut |= !lost && end > self.bounds.end;
            }
            at += 1;
        }
    }

    /// Makes frame `number` the next one.
    pub(crate) fn seek(&mut self, number: u64) -> io::Result<()> {
        let before = self
            .known
            .partition_point(|mark| mark.place as u64 <= number);
        let near = before.checked_sub(1).map(|n| self.known[n]);
        let near = near.unwrap_or(Mark {
            key: self.bounds.start,
            place: 0,
        });
        if self.number > number || self.number < near.place as u64 || self.jumped {
            self.at = near.key;
            self.number = near.place as u64;
            self.jumped = false;
        }
        if let Some(bitrate) = self.constant.filter(|_| number > self.number + 4 * EVERY) {
            // Padding bytes keep every frame within a byte of its mean place.
            let per = u128::from(self.first.rate) * 8;
            let bits = u128::from(self.first.samples) * u128::from(bitrate);
            let offset = |number: u64| (u128::from(number) * bits / per) as u64;
            self.at = self.bounds.start + offset(number).saturating_sub(8);
            if let Some((found, _)) = self.find()? {
                let of = u128::from(found - self.bounds.start) * per;
                self.number = ((of + bits / 2) / bits) as u64;
                self.at = found;
                self.jumped = true;
            }
        }
        while self.number < number && self.next()?.is_some() {}
        Ok(())
    }

    fn head(&mut self, at: u64) -> io::Result<Option<Head>> {
        let Some(mut head) = Head::read(self.head_bytes(at)?) else {
            return Ok(None);
        };
        if head.is_free() {
            let measured = match self.free {
                Some(free) => Some(free),
                None => {
                    let room = self.bounds.end.saturating_sub(at) as usize;
                    head.measure(self.bytes(at, room.min(2 * LONGEST_FREE + HEADER))?)
                }
            };
            let Some(free) = measured else {
                return Ok(None);
            };
            self.free = measured;
            head.bytes += free;
        }
        Ok(Some(head))
    }

    /// The bytes of a header at `at`, none past the end.
    fn head_bytes(&mut self, at: u64) -> io::Result<&[u8]> {
        let room = self.bounds.end.saturating_sub(at).min(HEADER as u64) as usize;
        if room < HEADER {
            return Ok(&[]);
        }
        self.bytes(at, room)
    }

    /// `length` bytes at `at`, which must be within the stream; fewer where
    /// the file has become shorter meanwhile.
    pub(crate) fn bytes(&mut self, at: u64, length: usize) -> io::Result<&[u8]> {
        let held = self.window_at..self.window_at + self.window.len() as u64;
        if !(held.contains(&at) && at + length as u64 <= held.end) {
            self.file.seek(SeekFrom::Start(at))?;
            self.window.clear();
            self.window_at = at;
            let room = (self.bounds.end - at).min(WINDOW.max(length) as u64);
            (&self.file).take(room).read_to_end(&mut self.window)?;
        }
        let from = (at - self.window_at) as usize;
        let to = (from + length).min(self.window.len());
        Ok(self.window.get(from..to).unwrap_or_default())
    }
}
