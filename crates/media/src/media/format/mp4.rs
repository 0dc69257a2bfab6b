//! What an MP4 says of the frames before and after the music: the edit list
//! (ISO/IEC 14496-12, 8.6.6) and the `iTunSMPB` tag.
//!
//! symphonia reads the sample tables but leaves both of these to the player.

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

/// What an MP4 tells of one track's time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timing {
    /// `None` where it tells nothing, and all of it is music.
    pub edit: Option<Edit>,
    /// Where durations jitter, as those of what was converted do: the time
    /// stamp and number of about a packet a second. What is decoded of one packet
    /// follows that of the one before all the same.
    pub uneven: Vec<(u64, u64)>,
    /// More may come in fragments than the tables tell.
    pub fragmented: bool,
}

/// The length that the boxes of an MP4 from byte `base` on claim, 0 for other
/// files. symphonia
/// reads nothing of one whose boxes reach over its end, though it plays up to
/// there; so it is told the length that the file should have.
pub(crate) fn claimed(file: &mut File, base: u64) -> io::Result<u64> {
    let own = file.seek(SeekFrom::End(0))?.saturating_sub(base);
    file.seek(SeekFrom::Start(base))?;
    let mut head = [0; 16];
    if file.read_exact(&mut head).is_err() || &head[4..8] != b"ftyp" {
        return Ok(0);
    }
    let (mut at, mut length) = (0u64, own);
    while at.saturating_add(8) <= own {
        file.seek(SeekFrom::Start(base + at))?;
        let size = match (u64::from(u32(file)?), array::<4>(file)?) {
            (0, _) => break,
            (1, _) if at.saturating_add(16) > own => break,
            (1, _) => u64(file)?,
            (size, _) => size,
        };
        at = at.saturating_add(size.max(8));
        length = length.max(at.min(own.saturating_mul(1_000)));
    }
    Ok(length)
}

/// The chapters of the list (`chpl`) that books and
/// mixes carry: 100 ns units, titles of up to 255 bytes.
pub(crate) fn chapters(file: &File) -> Vec<Chapter> {
    let mut reader = BufReader::new(file);
    let Ok(end) = reader.seek(SeekFrom::End(0)) else {
        return Vec::new();
    };
    let mut movie = Movie::default();
    let mut magic = [0; 8];
    let starts = reader.rewind().and_then(|()| reader.read_exact(&mut magic));
    if starts.is_ok() && &magic[4..] == b"ftyp" {
        let _ = boxes(&mut reader, 0, end, 0, &mut movie);
    }
    movie.chapters
}

/// What one track's boxes told.
#[derive(Clone, Debug, Default)]
struct Trak {
    id: u32,
    timescale: u32,
    /// Sum of the sample durations, in the track's time scale.
    total: u64,
    /// Where the tables of the samples are: durations, sizes, samples a chunk
    /// and the chunks' places.
    tables: [Option<Range<u64>>; 4],
    /// Places in the last of them are of eight bytes.
    long_places: bool,
    /// Time stamp and number of about a sample a second, where durations differ.
    stamps: Vec<(u64, u64)>,
    /// The first edit that shows something: its length in the movie's time
    /// scale and its start in the track's.
    edit: Option<(u64, u64)>,
}

#[derive(Default)]
struct Movie {
    timescale: u32,
    fragmented: bool,
    traks: Vec<Trak>,
    smpb: Option<Edit>,
    chapters: Vec<Chapter>,
}

/// Reads the timing of track `id`, at `rate` frames a second, in what begins at
/// byte `base`.
pub(crate) fn timing(file: &File, base: u64, id: u32, rate: u32) -> Option<Timing> {
    let mut reader = BufReader::new(file);
    let end = reader.seek(SeekFrom::End(0)).ok()?;
    let mut movie = Movie::default();
    // A file that is cut keeps what was found up to there.
    let _ = boxes(&mut reader, base, end, 0, &mut movie);
    let trak = movie.traks.iter().find(|trak| trak.id == id)?;
    let scale = |n: u64, per: u32| {
        let per = u128::from(per.max(1));
        u64::try_from((u128::from(n) * u128::from(rate) + per / 2) / per).unwrap_or(u64::MAX)
    };
    let all = scale(trak.total, trak.timescale);
    let mut edit = whole(&movie, trak, all, &scale, rate);
    let mut owned = file.try_clone().ok()?;
    if let Some(edit) = &mut edit {
        if movie.fragmented && all > 0 {
            (edit.frames, edit.claimed_frames) = (0, 0);
        } else if all > 0 && claimed(&mut owned, base).ok()? > end - base {
            let present_frames = present_frames(&mut reader, trak, end - base)
                .map_or(all, |present_frames| scale(present_frames, trak.timescale));
            edit.frames = edit.frames.min(present_frames.saturating_sub(edit.start));
        }
    }
    Some(Timing {
        edit,
        uneven: trak.stamps.clone(),
        fragmented: movie.fragmented,
    })
}

/// The music's part of a track that is whole.
fn whole(
    movie: &Movie,
    trak: &Trak,
    all: u64,
    scale: &impl Fn(u64, u32) -> u64,
    rate: u32,
) -> Option<Edit> {
    if let Some(smpb) = movie
        .smpb
        .filter(|smpb| all == 0 || smpb.start.saturating_add(smpb.frames) <= all + 4096)
    {
        // It counts the core's frames, of which HE-AAC makes two each.
        let told = smpb.start.saturating_add(smpb.frames).max(1);
        let times = (all / told).clamp(1, 2);
        return Some(Edit {
            start: smpb.start * times,
            frames: smpb.frames * times,
            claimed_frames: smpb.claimed_frames * times,
        });
    }
    let (length, start) = trak.edit?;
    let start = scale(start, trak.timescale);
    let table = all.saturating_sub(start);
    let claimed_frames = scale(length, movie.timescale);
    // The edit's length is rounded to the movie's time scale, often 1 ms; where
    // it agrees with the sample table, the table is the exact one.
    let tick = u64::from(rate / movie.timescale.max(1)) + 1;
    let frames = if length == 0 || claimed_frames + tick >= table {
        table
    } else {
        claimed_frames
    };
    // A fragmented file has no table; its start is told all the same.
    (all == 0 || start < all).then_some(Edit {
        start,
        frames,
        claimed_frames: frames,
    })
}

/// How much of a track, in its time scale, lies before byte `end` of the file,
/// up to the first sample that does not.
fn present_frames(reader: &mut BufReader<&File>, trak: &Trak, end: u64) -> Option<u64> {
    let mut numbers = |table: usize, size: usize| -> Option<Vec<u64>> {
        let range = trak.tables[table].clone()?;
        let mut bytes = Vec::new();
        reader.seek(SeekFrom::Start(range.start)).ok()?;
        let length = range.end - range.start;
        reader.by_ref().take(length).read_to_end(&mut bytes).ok()?;
        let number = |bytes: &[u8]| bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        Some(bytes.chunks_exact(size).map(number).collect())
    };
    let durations = numbers(0, 4)?;
    let mut durations = durations[1..].as_chunks::<2>().0.iter();
    let sizes = numbers(1, 4)?;
    let chunks = numbers(2, 4)?;
    let mut chunks = chunks[1..].as_chunks::<3>().0.iter().peekable();
    let places = numbers(3, if trak.long_places { 8 } else { 4 })?;
    let (fixed, count) = (*sizes.first()?, *sizes.get(1)?);
    let (mut sample, mut total, mut in_chunk) = (0, 0u64, 0);
    let mut run = *durations.next()?;
    for (n, place) in (1u64..).zip(places) {
        while let Some([_, samples, _]) = chunks.next_if(|[first, ..]| *first <= n) {
            in_chunk = *samples;
        }
        let mut at = place;
        for _ in 0..in_chunk {
            let size = if fixed > 0 {
                fixed
            } else {
                *sizes.get(usize::try_from(sample).ok()? + 2)?
            };
            at = at.checked_add(size)?;
            if at > end || sample >= count {
                return Some(total);
            }
            sample += 1;
            while run[0] == 0 {
                run = *durations.next()?;
            }
            run[0] -= 1;
            total = total.checked_add(run[1])?;
        }
    }
    Some(total)
}

fn boxes(
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
            b"chpl" => {
                // Version 1 has four bytes more before the count.
                let version = array::<4>(reader)?[0];
                reader.seek_relative(if version == 1 { 4 } else { 0 })?;
                for _ in 0..array::<1>(reader)?[0] {
                    let start = u64(reader)? as f64 * 1e-7;
                    let mut title = vec![0; usize::from(array::<1>(reader)?[0])];
                    reader.read_exact(&mut title)?;
                    let title = crate::text::clean_some(&String::from_utf8_lossy(&title));
                    movie.chapters.push(Chapter::new(start, title));
                }
            }
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
                u32(reader)?;
                let entries = u64::from(u32(reader)?).min((stop - body) / 8);
                let mut stamps = Stamps::default();
                let second = movie.traks.last().map_or(0, |trak| trak.timescale);
                for _ in 0..entries {
                    let (count, duration) = (u32(reader)?, u32(reader)?);
                    stamps.pass(u64::from(count), u64::from(duration), u64::from(second));
                }
                if let Some(trak) = movie.traks.last_mut() {
                    trak.total = stamps.stamp;
                    trak.tables[0] = (body + 4 <= stop).then_some(body + 4..stop);
                    if stamps.uneven {
                        trak.stamps = stamps.passed;
                    }
                }
            }
            b"mvex" => movie.fragmented = true,
            b"elst" => {
                let long = array::<4>(reader)?[0] == 1;
                let entries = u64::from(u32(reader)?).min((stop - body) / 12);
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
                        // More edits of one run on would need cutting; the
                        // whole is played then, from the first one's start.
                        shown = Some(shown.map_or((length, start), |(_, first)| (0, first)));
                    }
                }
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

fn u32(reader: &mut impl Read) -> io::Result<u32> {
    Ok(u32::from_be_bytes(array(reader)?))
}

fn u64(reader: &mut impl Read) -> io::Result<u64> {
    Ok(u64::from_be_bytes(array(reader)?))
}

fn array<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
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
