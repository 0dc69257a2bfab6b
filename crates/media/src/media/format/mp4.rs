//! What an MP4 says of the frames before and after the music: the edit list
//! (ISO/IEC 14496-12, 8.6.6) and the `iTunSMPB` tag.
//!
//! symphonia reads the sample tables but leaves both of these to the player.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

pub(crate) use super::mp4_boxes::Edit;
use super::mp4_boxes::{Movie, Trak, array, boxes, u32, u64};
use crate::media::info::Chapter;

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
