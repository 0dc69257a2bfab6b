//! The boxes of an MP4 that tell of its time (ISO/IEC 14496-12, 8).

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::media::info::Chapter;

/// Deepest nesting looked into; `moov/udta/meta/ilst/----/data` is six.
const DEEPEST: u32 = 8;

/// Most places in a track that are remembered, a second each: eleven days.
const MOST_STAMPS: usize = 1_000_000;

/// Which part of a track's decoded frames is the music, in frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Frames to leave out at the start.
    pub start: u64,
    /// Frames of music; 0 where only reading through tells.
    pub frames: u64,
    /// Frames that there would be were the file not cut.
    pub claimed_frames: u64,
}

/// What one track's boxes told.
#[derive(Clone, Debug, Default)]
pub(super) struct Trak {
    pub id: u32,
    pub timescale: u32,
    /// Sum of the sample durations, in the track's time scale.
    pub total: u64,
    /// Where the tables of the samples are: durations, sizes, samples a chunk
    /// and the chunks' places.
    pub tables: [Option<Range<u64>>; 4],
    /// Places in the last of them are of eight bytes.
    pub long_places: bool,
    /// Time stamp and number of about a sample a second, where durations differ.
    pub stamps: Vec<(u64, u64)>,
    /// The first edit that shows something: its length in the movie's time
    /// scale and its start in the track's.
    pub edit: Option<(u64, u64)>,
}

#[derive(Default)]
pub(super) struct Movie {
    pub timescale: u32,
    pub fragmented: bool,
    pub traks: Vec<Trak>,
    pub smpb: Option<Edit>,
    pub chapters: Vec<Chapter>,
}

/// Reads the boxes from `at` to `end`, and those in them.
pub(super) fn boxes(
    reader: &mut BufReader<&File>,
    mut at: u64,
    end: u64,
    depth: u32,
    movie: &mut Movie,
) -> io::Result<()> {
    while depth < DEEPEST && at.checked_add(8).is_some_and(|header| header <= end) {
        reader.seek(SeekFrom::Start(at))?;
        let size = u64::from(u32(reader)?);
        let kind = array::<4>(reader)?;
        let (header, size) = match size {
            0 => (8, end - at),
            1 => (16, u64(reader)?),
            size => (8, size),
        };
        let Some(stop) = at
            .checked_add(size)
            .filter(|stop| *stop <= end && size >= header)
        else {
            return Ok(());
        };
        let body = at + header;
        match &kind {
            b"moov" | b"mdia" | b"minf" | b"stbl" | b"edts" | b"udta" | b"ilst" => {
                boxes(reader, body, stop, depth + 1, movie)?;
            }
            b"trak" => {
                movie.traks.push(Trak::default());
                boxes(reader, body, stop, depth + 1, movie)?;
            }
            b"meta" => boxes(reader, body + 4, stop, depth + 1, movie)?,
            b"----" if movie.smpb.is_none() => {
                let length = usize::try_from((stop - body).min(4_096)).unwrap_or(0);
                let mut text = vec![0; length];
                reader.read_exact(&mut text)?;
                movie.smpb = smpb(&text);
            }
            b"chpl" => chapters(reader, &mut movie.chapters)?,
            b"mvhd" => movie.timescale = timescale(reader)?,
            b"mdhd" => {
                let timescale = timescale(reader)?;
                if let Some(trak) = movie.traks.last_mut() {
                    trak.timescale = timescale;
                }
            }
            b"tkhd" => {
                let long = array::<4>(reader)?[0] == 1;
                reader.seek_relative(if long { 16 } else { 8 })?;
                let id = u32(reader)?;
                if let Some(trak) = movie.traks.last_mut() {
                    trak.id = id;
                }
            }
            b"stsz" | b"stsc" | b"stco" | b"co64" => {
                if let Some(trak) = movie.traks.last_mut() {
                    // After version and flags; the places' count is left out too.
                    let (table, skip) = match &kind {
                        b"stsz" => (1, 4),
                        b"stsc" => (2, 4),
                        _ => (3, 8),
                    };
                    trak.tables[table] = (body + skip <= stop).then_some(body + skip..stop);
                    trak.long_places |= &kind == b"co64";
                }
            }
            b"stts" => {
                if let Some(trak) = movie.traks.last_mut() {
                    durations(reader, body..stop, trak)?;
                }
            }
            b"mvex" => movie.fragmented = true,
            b"elst" => {
                let shown = edit(reader, stop - body)?;
                if let Some(trak) = movie.traks.last_mut() {
                    trak.edit = shown;
                }
            }
            _ => {}
        }
        at = stop;
    }
    Ok(())
}

/// Adds the chapters of a `chpl`.
fn chapters(reader: &mut BufReader<&File>, found: &mut Vec<Chapter>) -> io::Result<()> {
    // Version 1 has four bytes more before the count.
    let version = array::<4>(reader)?[0];
    reader.seek_relative(if version == 1 { 4 } else { 0 })?;
    for _ in 0..array::<1>(reader)?[0] {
        let start = u64(reader)? as f64 * 1e-7;
        let mut title = vec![0; usize::from(array::<1>(reader)?[0])];
        reader.read_exact(&mut title)?;
        let title = crate::text::clean_some(&String::from_utf8_lossy(&title));
        found.push(Chapter::new(start, title));
    }
    Ok(())
}

/// The samples' durations in a `stts` with this body.
fn durations(reader: &mut BufReader<&File>, body: Range<u64>, trak: &mut Trak) -> io::Result<()> {
    u32(reader)?;
    let entries = u64::from(u32(reader)?).min((body.end - body.start) / 8);
    let mut stamps = Stamps::default();
    for _ in 0..entries {
        let (count, duration) = (u32(reader)?, u32(reader)?);
        stamps.pass(
            u64::from(count),
            u64::from(duration),
            u64::from(trak.timescale),
        );
    }
    trak.total = stamps.stamp;
    trak.tables[0] = (body.start + 4 <= body.end).then_some(body.start + 4..body.end);
    if stamps.uneven {
        trak.stamps = stamps.passed;
    }
    Ok(())
}

/// The first edit of an `elst` of so many bytes that shows something.
fn edit(reader: &mut BufReader<&File>, size: u64) -> io::Result<Option<(u64, u64)>> {
    let long = array::<4>(reader)?[0] == 1;
    let entries = u64::from(u32(reader)?).min(size / 12);
    let mut shown = None;
    for _ in 0..entries {
        let (length, start) = if long {
            (u64(reader)?, i64::from_be_bytes(array(reader)?))
        } else {
            (
                u64::from(u32(reader)?),
                i64::from(i32::from_be_bytes(array(reader)?)),
            )
        };
        u32(reader)?;
        // −1 is an empty edit, a pause before the music.
        if let Ok(start) = u64::try_from(start) {
            // More edits of one run on would need cutting; the whole is played
            // then, from the first one's start.
            shown = Some(shown.map_or((length, start), |(_, first)| (0, first)));
        }
    }
    Ok(shown)
}

/// The samples passed so far in a table of their durations.
#[derive(Default)]
struct Stamps {
    number: u64,
    stamp: u64,
    /// Time stamp and number of about one a second.
    passed: Vec<(u64, u64)>,
    duration: Option<u64>,
    /// One sample of another duration, as the last may be.
    odd: bool,
    uneven: bool,
}

impl Stamps {
    /// Passes `count` samples of one duration.
    fn pass(&mut self, count: u64, duration: u64, second: u64) {
        let other = self.duration.is_some_and(|first| first != duration);
        self.uneven |= self.odd || other && count > 1;
        self.odd |= other;
        self.duration.get_or_insert(duration);
        let step = second.checked_div(duration).unwrap_or(count).max(1);
        let mut n = 0;
        while n < count && self.passed.len() < MOST_STAMPS {
            let at = self.stamp.saturating_add(n * duration);
            let far = |(last, _): &(u64, u64)| at >= last.saturating_add(second);
            if self.passed.last().is_none_or(far) {
                self.passed.push((at, self.number + n));
            }
            n += step;
        }
        self.number += count;
        self.stamp = self.stamp.saturating_add(count * duration);
    }
}

/// Finds ` 00000000 00000840 000001CA 00000000003F31F6 …`: nothing, delay,
/// padding and length, in hexadecimal frames.
fn smpb(item: &[u8]) -> Option<Edit> {
    let find = |what: &[u8]| item.windows(what.len()).position(|window| window == what);
    find(b"iTunSMPB")?;
    let text = item.get(find(b"data")? + 12..)?;
    let mut words = text
        .split(|byte| !byte.is_ascii_hexdigit())
        .filter(|word| !word.is_empty());
    let mut number = || u64::from_str_radix(std::str::from_utf8(words.next()?).ok()?, 16).ok();
    let (_, start, _, frames) = (number()?, number()?, number()?, number()?);
    (frames > 0 && start < 1 << 20).then_some(Edit {
        start,
        frames,
        claimed_frames: frames,
    })
}

/// The time scale in a `mvhd` or `mdhd`, after version and two dates.
fn timescale(reader: &mut BufReader<&File>) -> io::Result<u32> {
    let long = array::<4>(reader)?[0] == 1;
    reader.seek_relative(if long { 16 } else { 8 })?;
    u32(reader)
}

pub(super) fn u32(reader: &mut impl Read) -> io::Result<u32> {
    Ok(u32::from_be_bytes(array(reader)?))
}

pub(super) fn u64(reader: &mut impl Read) -> io::Result<u64> {
    Ok(u64::from_be_bytes(array(reader)?))
}

pub(super) fn array<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_of_a_well_known_encoder_is_read() {
        let item = b"\0\0\0\x1cmean\0\0\0\0com.apple.iTunes\0\0\0\x14name\0\0\0\0iTunSMPB\
            \0\0\0\x84data\0\0\0\x01\0\0\0\0 00000000 00000840 000001CA 00000000003F31F6 00000000";
        assert_eq!(
            smpb(item),
            Some(Edit {
                start: 0x840,
                frames: 0x3f_31f6,
                claimed_frames: 0x3f_31f6
            })
        );
        assert_eq!(smpb(b"name\0\0\0\0iTunNORM data            0 1 2 3"), None);
    }
}
