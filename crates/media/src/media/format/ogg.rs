//! The pages of an Ogg file (RFC 3533, section 6): where one stream ends and
//! the next of a chain begins, and whether the last one is whole.
//!
//! Recordings of net radio are chains, as are files put one after the other;
//! symphonia reads one link, so each gets a reader of its own.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::media::complaint::Complaint;

/// Longest page: its header, 255 lengths, and as many segments.
const LONGEST: u64 = 27 + 255 + 255 * 255;

/// Bytes within which all pages are looked at, at the start of a file.
const LOOKED_AT: u64 = 256 << 10;

/// A page's header.
#[derive(Clone, Copy, Debug)]
struct Page {
    serial: u32,
    /// What its codec makes of its end; for FLAC frames of music.
    granule: u64,
    /// Its number within its stream.
    number: u32,
    begins_stream: bool,
    ends_stream: bool,
    /// Bytes of it, header included.
    length: u64,
}

impl Page {
    /// Reads a page's header, the lengths of its segments included.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (head, segments) = bytes.split_at_checked(27)?;
        if &head[..5] != b"OggS\0" {
            return None;
        }
        let segments = segments.get(..usize::from(head[26]))?;
        let number = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|n| head[at + n]));
        Some(Self {
            serial: number(14),
            granule: u64::from(number(6)) | u64::from(number(10)) << 32,
            number: number(18),
            begins_stream: head[5] & 2 != 0,
            ends_stream: head[5] & 4 != 0,
            length: 27
                + segments.len() as u64
                + segments.iter().copied().map(u64::from).sum::<u64>(),
        })
    }

    /// The page that begins at or next after `at`, and where.
    fn after(mut file: &File, at: u64) -> io::Result<Option<(u64, Self)>> {
        let mut bytes = Vec::new();
        // Most pages are short.
        for most in [12 << 10, LONGEST + 282] {
            bytes.clear();
            file.seek(SeekFrom::Start(at))?;
            file.take(most).read_to_end(&mut bytes)?;
            let found = (0..bytes.len()).find_map(|n| Some((n, Self::read(&bytes[n..])?)));
            if let Some((n, page)) = found {
                return Ok(Some((at + n as u64, page)));
            }
        }
        Ok(None)
    }

    /// The last page that begins in `within` and is `wanted`, and where.
    fn last(
        mut file: &File,
        within: &Range<u64>,
        wanted: impl Fn(u64, &Self) -> bool,
    ) -> io::Result<Option<(u64, Self)>> {
        let start = within.end.saturating_sub(2 * LONGEST).max(within.start);
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(within.end - start).read_to_end(&mut bytes)?;
        let pages = (0..bytes.len())
            .rev()
            .filter_map(|n| Some((start + n as u64, Self::read(&bytes[n..])?)));
        let mut wanted = pages.filter(|(at, page)| wanted(*at, page));
        Ok(wanted.next())
    }
}

/// How an Ogg file ends that does not end as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// In the middle of a page.
    Cut,
    /// With a page that does not say that it is the last.
    Unmarked,
}

impl From<End> for Complaint {
    fn from(end: End) -> Self {
        let what = match end {
            End::Cut => "it ends in the middle of a page, so its end is missing",
            End::Unmarked => "nothing in it marks the end, so that may be missing",
        };
        Self::truncated(what)
    }
}

/// The last place told of by a whole page of stream `serial`.
pub(crate) fn last_granule(file: &File, within: &Range<u64>, serial: u32) -> Option<u64> {
    // All ones is a page in which nothing ends.
    let wanted = |at, page: &Page| {
        page.serial == serial && page.granule != u64::MAX && at + page.length <= within.end
    };
    let (_, page) = Page::last(file, within, wanted).ok()??;
    Some(page.granule)
}

/// Whether the stream in these bytes of `file` is whole.
pub(crate) fn end(file: &File, within: &Range<u64>) -> Option<End> {
    let (at, page) = Page::last(file, within, |_, _| true).ok()??;
    match at + page.length {
        end if end != within.end => Some(End::Cut),
        _ if !page.ends_stream => Some(End::Unmarked),
        _ => None,
    }
}

/// The links of a chain in the first `size` bytes of `file`; `None` where it
/// is none.
pub(crate) fn links(file: &File, size: u64) -> Option<Vec<Range<u64>>> {
    if !may_be_chained(file, size).ok()? {
        return None;
    }
    let starts = starts(file, size).ok()?;
    let ends = starts[1..].iter().chain([&size]);
    let links: Vec<_> = starts.iter().zip(ends).map(|(a, b)| *a..*b).collect();
    (links.len() > 1).then_some(links)
}

/// Whether anything tells of a chain. All pages of one stream carry its number
/// and count up; a second stream is found by its number or, where that is the
/// same, by the count that began anew: pages at distances that double show
/// that wherever it was.
fn may_be_chained(mut file: &File, size: u64) -> io::Result<bool> {
    let mut head = [0; 4];
    file.rewind()?;
    file.read_exact(&mut head)?;
    if &head != b"OggS" {
        return Ok(false);
    }
    let mut serials = Vec::new();
    let mut at = 0;
    while let Some((start, page)) = Page::after(file, at)? {
        if !page.begins_stream || serials.len() > 16 {
            break;
        }
        serials.push(page.serial);
        at = start + page.length;
    }
    let Some((_, last)) = Page::last(file, &(0..size), |_, _| true)? else {
        return Ok(false);
    };
    if !serials.contains(&last.serial) {
        return Ok(true);
    }
    if serials.len() > 1 {
        // Streams side by side count each for itself.
        return Ok(false);
    }
    let mut before = 0;
    while at < size.min(LOOKED_AT) {
        let Some((start, page)) = Page::after(file, at)? else {
            break;
        };
        if page.begins_stream {
            return Ok(true);
        }
        before = page.number;
        at = start + page.length;
    }
    at = LOOKED_AT;
    while at < size {
        let number = match Page::after(file, at)? {
            Some((_, page)) => page.number,
            None => last.number,
        };
        if number < before {
            return Ok(true);
        }
        before = number;
        at *= 2;
    }
    Ok(last.number < before)
}

/// Where each link of a chain starts: at a page that begins a stream, after
/// one that does not.
fn starts(mut file: &File, size: u64) -> io::Result<Vec<u64>> {
    file.rewind()?;
    let mut reader = BufReader::with_capacity(64 << 10, file);
    let mut starts = vec![0];
    let mut at = 0;
    let mut beginning = true;
    let mut bytes = [0; 27 + 255];
    while at + 27 <= size {
        let (head, segments) = bytes.split_at_mut(27);
        reader.read_exact(head)?;
        let segments = &mut segments[..usize::from(head[26])];
        let table = segments.len() as u64;
        if &head[..5] != b"OggS\0" || reader.read_exact(segments).is_err() {
            // Lost; on to the next page, wherever it is.
            let Some((next, _)) = Page::after(file, at + 1)? else {
                break;
            };
            reader.seek(SeekFrom::Start(next))?;
            at = next;
            continue;
        }
        if let Some(page) = Page::read(&bytes) {
            if page.begins_stream && !beginning {
                starts.push(at);
            }
            beginning = page.begins_stream;
            reader.seek_relative((page.length - 27 - table) as i64)?;
            at += page.length;
        }
    }
    Ok(starts)
}
